"""A native chart as DrawingML, the same for slides and documents: theme colours, both typefaces, axes from zero.

It is written here and not by a library, so that no label is a formula, no colour a fixed one, and every part of a chart has the same axis.
"""

from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from dashboard.exports.fitting import em
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.series import BAR, COLUMNS, INTERVAL, LINE, RANK, RATE, SHARES, STACKED, Native, Number, Series
from dashboard.exports.table import text_of

# tokens as colours of the theme (dashboard/exports/paint.py): name, and how its lightness is scaled and raised in percent
SCHEME: dict[str, tuple[str, int, int]] = {
    "brand": ("accent1", 100, 0),
    "status-closed": ("accent1", 100, 0),
    "status-rectified": ("accent2", 100, 0),
    "status-in-progress": ("bg2", 100, 0),
    "status-due-soon": ("accent3", 100, 0),
    "status-overdue": ("accent4", 100, 0),
    "status-returned": ("accent5", 100, 0),
    "status-merged": ("bg2", 100, 0),
    "rule": ("bg2", 60, 40),
    "ink": ("tx1", 100, 0),
    "ink-2": ("tx2", 100, 0),
    "map-grade-1": ("accent1", 100, 0),
    "map-grade-2": ("accent2", 100, 0),
    "map-grade-3": ("accent2", 60, 40),
    "map-grade-4": ("accent3", 100, 0),
    "map-grade-5": ("accent3", 75, 0),
    "map-grade-6": ("accent4", 75, 0),
    "map-kind-1": ("tx2", 100, 0),
    "map-kind-2": ("accent3", 75, 0),
    "map-kind-3": ("accent6", 100, 0),
    "map-kind-4": ("accent5", 100, 0),
    "map-kind-5": ("accent5", 60, 40),
    "map-stage-1": ("accent2", 40, 60),
    "map-stage-2": ("accent2", 75, 25),
    "map-stage-3": ("accent2", 100, 0),
    "map-stage-4": ("accent1", 100, 0),
}
# pale enough for ink to be read on them
_PALE = ("status-in-progress", "status-merged", "status-due-soon", "rule", "map-grade-3", "map-grade-4", "map-stage-1", "map-stage-2")
# colour is never alone: these are hatched as well
_HATCHED = ("status-merged",)
FORMATS = {RATE: "0.0%", "count": "#,##0", RANK: "0"}
SHEET = "Sheet1"
_NS = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# pt: a line of the key, a sign of a label
_KEY, _MOST_NAME = 22.0, 0.36


def number_format(native: Native) -> str:
    """How its values are printed."""
    if native.unit == "score":
        return "0." + "0" * native.decimals if native.decimals else "0"
    return FORMATS[native.unit]


def chart_xml(native: Native, wide: float, high: float, size: float = 12.0) -> bytes:
    """The chart part, for a picture of so many points, in type of ``size`` points. Without any value the picture has empty axes."""
    keyed = len(drawn(native)) > 1
    lines = _key_lines(native, wide, size) if keyed else 0
    beside = native.kind == LINE and native.unit == RANK
    plot = _lines(native, size) if native.kind == LINE else _bars(native, wide, _label_size(native, high, size))
    where = f'<c:legendPos val="{"r" if beside else "t"}"/>{_key_place(lines, high, beside)}'
    key = f'<c:legend>{where}<c:overlay val="0"/>{_text(size, "tx1")}</c:legend>' if keyed else ""
    layout = _layout(native, wide, high, size, 0 if beside else lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NS}><c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{layout}{plot}{_axes(native, size)}</c:plotArea>{key}'
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text(size, 'tx1')}</c:chartSpace>"
    ).encode()


def drawn(native: Native) -> Sequence[Series]:
    """The series that are drawn: of an interval only its middle."""
    return native.series[:1] if native.kind == INTERVAL else native.series


def _key_place(lines: int, high: float, beside: bool) -> str:
    """Across the picture, so that it takes the lines reckoned for it."""
    if beside:
        return ""
    return (
        '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0.01"/><c:y val="0"/><c:w val="0.98"/>'
        f'<c:h val="{lines * _KEY / high:.4f}"/></c:manualLayout></c:layout>'
    )


def _key_lines(native: Native, wide: float, size: float) -> int:
    return max(1, -(-int(sum(em(each.name) * size + 2.4 * size for each in native.series)) // max(1, int(wide * 0.96))))


def _layout(native: Native, wide: float, high: float, size: float, lines: int) -> str:
    """Where the bars stand, so that names have the room they need and no more than a part of the picture."""
    if native.kind in (LINE, COLUMNS):
        return "<c:layout/>"
    longest = max((em(name) for name in native.categories), default=0.0) * size * 1.03 + 14
    left = min(longest / wide, _MOST_NAME)
    top = (lines * _KEY + 4) / high if lines else 0.01
    foot = 1.9 * size / high if native.kind == SHARES else 0.01
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.4f}"/><c:y val="{top:.4f}"/><c:w val="{0.985 - left:.4f}"/><c:h val="{1 - top - foot:.4f}"/>'
        "</c:manualLayout></c:layout>"
    )


def _label_size(native: Native, high: float, size: float) -> float:
    """Numbers at the ends of bars are no higher than the bars."""
    beside = 1 if native.kind in (STACKED, SHARES, INTERVAL, COLUMNS) else len(native.series)
    thick = high * 0.9 / max(1, len(native.categories)) / (beside + 0.4)
    return min(size, max(7.0, round(thick * 0.95, 1)))


def _bars(native: Native, wide: float, size: float) -> str:
    stacked = native.kind in (STACKED, SHARES, COLUMNS)
    grouping = {SHARES: "percentStacked", STACKED: "stacked", COLUMNS: "stacked"}.get(native.kind, "clustered")
    series = "".join(_bar_series(native, k, each, wide, size) for k, each in enumerate(drawn(native)))
    gap = 40 if len(native.categories) > 1 else 150
    return (
        f'<c:barChart><c:barDir val="{"col" if native.kind == COLUMNS else "bar"}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="{gap}"/><c:overlap val="{100 if stacked else -5 if len(native.series) > 1 else 0}"/>'
        '<c:axId val="111"/><c:axId val="222"/></c:barChart>'
    )


def _bar_series(native: Native, k: int, series: Series, wide: float, size: float) -> str:
    tokens = list(series.colours)
    main = series.colour or (max(set(tokens), key=tokens.count) if tokens else "brand")
    points = "".join(
        f'<c:dPt><c:idx val="{n}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>{_fill(token)}</c:dPt>'
        for n, token in enumerate(tokens)
        if token != main
    )
    return (
        f'<c:ser>{_head(native, k, series)}{_fill(main)}<c:invertIfNegative val="0"/>{points}'
        f"{_labels(native, k, series, main, wide, size)}{_whiskers(native) if native.kind == INTERVAL else ''}"
        f"{_categories(native)}{_values(native, k, series)}</c:ser>"
    )


def _labels(native: Native, k: int, series: Series, main: str, wide: float, size: float) -> str:
    """The value of each bar: at its end, or in the middle of a part that has room for it."""
    form = escape(number_format(native), {'"': "&quot;"})
    flags = (
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )
    stacked = native.kind in (STACKED, SHARES, COLUMNS)
    if not stacked:
        return (
            f'<c:dLbls><c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{_text(size, "tx1")}'
            f'<c:dLblPos val="{"inBase" if native.kind == INTERVAL else "outEnd"}"/>{flags}</c:dLbls>'
        )
    narrow = _narrow(native, series, wide, size)
    points = {n: f'<c:dLbl><c:idx val="{n}"/><c:delete val="1"/></c:dLbl>' for n in narrow}
    tone = "tx1" if main in _PALE else "bg1"
    # bars in different colours each have type that is read on them
    for n, token in enumerate(series.colours):
        other = "tx1" if token in _PALE else "bg1"
        if other != tone and n not in narrow:
            points[n] = (
                f'<c:dLbl><c:idx val="{n}"/><c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
                f'{_text(size - 1, other)}<c:dLblPos val="ctr"/>{flags}</c:dLbl>'
            )
    hidden = "".join(points[n] for n in sorted(points))
    return (
        f'<c:dLbls>{hidden}<c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{_text(size - 1, tone)}'
        f'<c:dLblPos val="ctr"/>{flags}</c:dLbls>'
    )


def _narrow(native: Native, series: Series, wide: float, size: float) -> list[int]:
    """Parts of bars with less room than their number takes."""
    if native.kind == COLUMNS:
        highest = native.ends[1] or 1
        return [n for n, v in enumerate(series.values) if not v or v / highest < 0.06]
    room = wide * (0.985 - _MOST_NAME)
    whole = [sum(abs(each.values[n] or 0) for each in native.series) for n in range(len(native.categories))]
    out = []
    for n, value in enumerate(series.values):
        scale = whole[n] if native.kind == SHARES else _reach(native)[1]
        text = f"{value or 0:.{native.decimals}f}" if native.unit == "score" else f"{value or 0:,.0f}"
        if not value or not scale or abs(value) / scale * room < em(text) * (size - 1) + 4:
            out.append(n)
    return out


def _whiskers(native: Native) -> str:
    """From the lower to the upper end of each interval, as lengths beside the bar's end."""
    n = len(native.categories)
    parts = []
    for name, column, values in (("plus", "E", spread(native)[0]), ("minus", "F", spread(native)[1])):
        parts.append(f"<c:{name}>{_numbers(f'{SHEET}!${column}$2:${column}${n + 1}', values, number_format(native))}</c:{name}>")
    return (
        '<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f'{"".join(parts)}<c:spPr><a:ln w="15875"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )


def spread(native: Native) -> tuple[list[Number], list[Number]]:
    """How far the ends of an interval lie above and below its middle."""
    middle, low, high = (each.values for each in native.series)
    up = [None if h is None or m is None else h - m for m, h in zip(middle, high, strict=True)]
    return up, [None if v is None or m is None else m - v for m, v in zip(middle, low, strict=True)]


def _lines(native: Native, size: float) -> str:
    few = len(native.categories) <= 31
    out = []
    for k, series in enumerate(native.series):
        line = _ink(series.colour or "brand")
        mark = (
            f'<c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr><a:solidFill>{line}</a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
            "</c:marker>"
            if few
            else '<c:marker><c:symbol val="none"/></c:marker>'
        )
        dash = '<a:prstDash val="sysDash"/>' if series.column == "planned" else ""
        out.append(
            f'<c:ser>{_head(native, k, series)}<c:spPr><a:ln w="31750" cap="rnd">'
            f"<a:solidFill>{line}</a:solidFill>{dash}<a:round/></a:ln></c:spPr>"
            f'{mark}{_ends(native, k, series, size)}{_categories(native)}{_values(native, k, series)}<c:smooth val="0"/></c:ser>'
        )
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{"".join(out)}<c:marker val="1"/>'
        '<c:axId val="111"/><c:axId val="222"/></c:lineChart>'
    )


def _ends(native: Native, k: int, series: Series, size: float) -> str:
    """The newest value of a line, above it or below it, away from the other line."""
    known = [n for n, value in enumerate(series.values) if value is not None]
    if not known or len(native.series) > 12:
        return ""
    last = known[-1]
    where = "r"
    if native.unit == RANK and _crowded(native, k, last):
        return ""
    if len(native.series) == 2:
        other = native.series[1 - k].values[last]
        mine = series.values[last]
        where = "t" if other is None or (mine, -k) > (other, k - 1) else "b"
    form = escape(number_format(native), {'"': "&quot;"})
    tone = SCHEME[series.colour or "brand"]
    flags = (
        '<c:showLegendKey val="0"/><c:showVal val="{v}"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )
    return (
        f'<c:dLbls><c:dLbl><c:idx val="{last}"/><c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f'{_text(size, tone[0], bold=True)}<c:dLblPos val="{where}"/>{flags.format(v=1)}</c:dLbl>{flags.format(v=0)}</c:dLbls>'
    )


def _crowded(native: Native, k: int, last: int) -> bool:
    """Whether a line before this one ends so near that two numbers would stand on one another."""
    mine, (low, high) = native.series[k].values[last], _reach(native)
    others = [each.values[last] for each in native.series[:k]]
    return any(value is not None and mine is not None and abs(value - mine) < (high - low) * 0.05 for value in others)


def _axes(native: Native, size: float) -> str:
    low, high = _reach(native)
    line, upright = native.kind == LINE, native.kind in (LINE, COLUMNS)
    ranked = native.unit == RANK
    n = len(native.categories)
    every = max(1, -(-n // (12 if n <= 60 else 8))) if upright else 1
    tones = '<c:spPr><a:ln w="9525"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:ln></c:spPr>'
    small = size if n <= 16 or upright else size - 1
    category = (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{"minMax" if upright else "maxMin"}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"b" if upright else "l"}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"nextTo" if ranked else "low"}"/>{tones}'
        f'{_text(small, "tx1", rotated=upright and n > 12)}<c:crossAx val="222"/>'
        f'<c:crosses val="{"max" if ranked else "autoZero"}"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/>'
        f'<c:tickLblSkip val="{every}"/><c:tickMarkSkip val="{every}"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )
    shown = line or native.kind in (SHARES, COLUMNS)
    grid = (
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:schemeClr val="bg2"><a:lumMod val="60000"/><a:lumOff val="40000"/>'
        "</a:schemeClr></a:solidFill></a:ln></c:spPr></c:majorGridlines>"
        if line or native.kind == COLUMNS
        else ""
    )
    form = "0%" if native.unit == RATE or native.kind == SHARES else number_format(native)
    unit = _step(native, low, high)
    value = (
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="{"maxMin" if ranked else "minMax"}"/><c:max val="{high:g}"/>'
        f'<c:min val="{low:g}"/></c:scaling><c:delete val="{0 if shown else 1}"/><c:axPos val="{"l" if upright else "b"}"/>{grid}'
        f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{"nextTo" if upright else "high"}"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_text(size - 1, "tx2")}<c:crossAx val="111"/>'
        f'<c:crosses val="autoZero"/><c:crossBetween val="{"midCat" if line and n > 2 else "between"}"/>{unit}</c:valAx>'
    )
    return category + value


def _reach(native: Native) -> tuple[float, float]:
    """The ends of the value axis: from zero, with room for a label after the longest bar; ranks from 1."""
    low, high = (float(each or 0) for each in native.ends)
    if native.kind == SHARES:
        return 0.0, 1.0
    if native.kind == LINE:
        return (1.0, max(high, 2.0)) if native.unit == RANK else (0.0, high or 1.0)
    if native.kind == BAR and native.unit == RATE:
        return (low * 1.15, 1.12)
    room = 1.02 if native.kind in (STACKED, INTERVAL) else 1.1
    return low * 1.15, (high or 1.0) * room


def _step(native: Native, low: float, high: float) -> str:
    if (native.unit == RATE and native.kind == LINE) or native.kind == SHARES:
        return f'<c:majorUnit val="{0.2 if native.kind == LINE else 0.25}"/>'
    if native.unit == RANK:
        rough = (high - low) / 6
        return f'<c:majorUnit val="{next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if s >= rough), 1000)}"/>'
    return ""


def _head(native: Native, k: int, series: Series) -> str:
    ref = f"{SHEET}!${_letter(k + 1)}$1"
    name = f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{_said(series.name)}</c:v></c:pt>'
    return f'<c:idx val="{k}"/><c:order val="{k}"/><c:tx><c:strRef><c:f>{ref}</c:f><c:strCache>{name}</c:strCache></c:strRef></c:tx>'


def _categories(native: Native) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{_said(name)}</c:v></c:pt>' for n, name in enumerate(native.categories))
    end = len(native.categories) + 1
    cache = f'<c:strCache><c:ptCount val="{end - 1}"/>{points}</c:strCache>'
    return f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${end}</c:f>{cache}</c:strRef></c:cat>"


def _values(native: Native, k: int, series: Series) -> str:
    letter, end = _letter(k + 1), len(native.categories) + 1
    return f"<c:val>{_numbers(f'{SHEET}!${letter}$2:${letter}${end}', series.values, number_format(native))}</c:val>"


def _numbers(ref: str, values: Sequence[Number], form: str) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(values) if value is not None)
    return (
        f'<c:numRef><c:f>{ref}</c:f><c:numCache><c:formatCode>{escape(form)}</c:formatCode><c:ptCount val="{len(values)}"/>{points}'
        "</c:numCache></c:numRef>"
    )


def _letter(k: int) -> str:
    return chr(ord("A") + k) if k < 26 else chr(ord("A") + k // 26 - 1) + chr(ord("A") + k % 26)


def _said(text: str) -> str:
    return escape(text_of(text))


def _ink(token: str) -> str:
    name, scaled, raised = SCHEME[token]
    if scaled == 100:
        return f'<a:schemeClr val="{name}"/>'
    up = f'<a:lumOff val="{raised * 1000}"/>' if raised else ""
    return f'<a:schemeClr val="{name}"><a:lumMod val="{scaled * 1000}"/>{up}</a:schemeClr>'


def _fill(token: str) -> str:
    if token in _HATCHED:
        front, back = '<a:fgClr><a:schemeClr val="tx2"/></a:fgClr>', f"<a:bgClr>{_ink(token)}</a:bgClr>"
        return f'<c:spPr><a:pattFill prst="wdUpDiag">{front}{back}</a:pattFill></c:spPr>'
    return f"<c:spPr><a:solidFill>{_ink(token)}</a:solidFill></c:spPr>"


@lru_cache(maxsize=64)
def _text(size: float, tone: str, bold: bool = False, rotated: bool = False) -> str:
    """``rotated``: the program may leave labels out, or turn them, where they have no room."""
    turn = "-60000000" if rotated else "0"
    return (
        f'<c:txPr><a:bodyPr rot="{turn}" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
        f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}"><a:solidFill>'
        f'<a:schemeClr val="{tone}"/></a:solidFill><a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
