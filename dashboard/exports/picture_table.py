"""A table as a picture: as many rows and columns as the sheet has room for, and how many it has none for."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import theme
from dashboard.exports.picture import LOOK, Figure
from dashboard.exports.picture_page import LOWEST, Page, wrapped
from dashboard.exports.printing import cells
from dashboard.exports.table import Table, text_of
from dashboard.figures import canvas
from dashboard.i18n import t

# px of the type on the sheet; lines of a cell and of a heading; em between columns
_PX, _LINES, _HEAD_LINES, _APART = 13, 3, 3, 1.2
# em of a column: no narrower, no wider where others need the room; of a text that is cut; bold letters are wider than others
_LEAST, _WIDE, _LONG, _BOLD = 3.2, 26.0, 40.0, 1.08
_LINE = 1.32
# a sheet that grows with its table ends here
TALLEST = 980


@dataclass(frozen=True, slots=True)
class _Column:
    """``wide`` in em; ``cells`` escaped, with line breaks."""

    head: str
    cells: Sequence[str]
    wide: float
    number: bool


def table_picture(table: Table, page: Page, grows: bool = False) -> Figure:
    """The figure of a table's rows, for ``picture.dressed``. ``grows``: the sheet takes the height of the rows, up to TALLEST."""
    wide, room = page.room[2], TALLEST if grows else page.room[3]
    px = round(_PX * _scale(page))
    if not table.rows or not table.shown:
        return _nothing(table, wide, LOWEST if grows else room, px)
    # more rows than this are never drawn, nor printed for it
    heads, held, numeric, left_out = cells(table, int(room // (px * _LINE)) + 1)
    whole = len(held) + left_out
    columns, dropped = _columns(heads, held, numeric, wide / px)
    line = px * _LINE
    gap = px * 0.62
    top = max(canvas.lines(column.head) for column in columns) * line + gap
    ends, y = [], top
    below = line + gap
    for k in range(len(held)):
        high = max(canvas.lines(column.cells[k]) for column in columns) * line + gap
        last = k == whole - 1 and not dropped
        if y + high > room - (0 if last else below) and k:
            break
        y += high
        ends.append(y)
    left = whole - len(ends)
    more = [table.more.replace("{n}", f"{left:,}")] if left else []
    if dropped:
        more.append(t("picture.columns", table.lang, n=dropped))
    return _figure(columns, ends, top, gap, wide, y + (below if more else 4), px, "  ".join(more))


def _scale(page: Page) -> float:
    """How much larger than in print the sheet is: words keep their printed size."""
    title = next((each for each in page.words if each.name == "foot-0"), None)
    return max(1.0, title.size / 10.5) if title else 1.0


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], wide: float) -> tuple[list[_Column], int]:
    """The columns that have room in ``wide`` em, the first ones first, and how many have none."""
    told = []
    for k, (head, number) in enumerate(zip(map(text_of, heads), numeric, strict=True)):
        texts = [text_of(row[k]).replace("\n", " ") for row in rows]
        need = max(map(canvas.em, texts), default=0.0)
        # a heading may take three lines, words two
        least = max(_LEAST, canvas.em(head) / _HEAD_LINES + 0.5, canvas.longest(head) * _BOLD)
        least = max(
            least, need if number else min(need, max(5.0, min(need, _LONG) / 2.3)), min(max(map(canvas.longest, texts), default=0.0), _WIDE)
        )
        told.append((head, texts, number, least, max(least, min(need, _WIDE), min(canvas.em(head), 7.0))))
    used = -_APART
    kept: list[tuple[str, list[str], bool, float, float]] = []
    for each in told:
        if kept and used + _APART + each[3] > wide:
            break
        kept.append(each)
        used += _APART + each[3]
    # what is left over goes to those that would be wider, as much as they are short of
    spare = wide - used
    short = sum(each[4] - each[3] for each in kept)
    share = min(1.0, spare / short) if short > 0 else 0.0
    out = []
    for head, texts, number, least, want in kept:
        mine = least + (want - least) * max(0.0, share)
        out.append(_Column(_cut(head, mine, _HEAD_LINES), [_cut(text, mine, _LINES) for text in texts], mine, number))
    return out, len(told) - len(kept)


def _cut(text: str, wide: float, most: int) -> str:
    """``text`` in at most so many lines; what has no room is said by an ellipsis."""
    lines = wrapped(text, wide).split("<br>")
    if len(lines) > most:
        # wrapped evenly it has more lines than it needs
        while text and canvas.lines(wrapped(text + "…", wide)) > most:
            text = text[:-1] if len(text) < 40 else text[: int(len(text) * 0.9)]
        lines = wrapped(text + "…", wide).split("<br>")
    return "<br>".join(lines)


def _figure(
    columns: Sequence[_Column], ends: Sequence[float], top: float, gap: float, wide: float, high: float, px: int, more: str
) -> Figure:
    """Text on plain axes that count px, hairlines between rows."""
    ink, ink2, rule = (theme.token(name, LOOK) for name in ("ink", "ink-2", "rule"))
    starts = [top, *ends[:-1]]
    data, annotations = [], []
    whole = sum(column.wide for column in columns) * px
    # columns stand apart by what is left, not more than reads as one row
    apart = min((wide - whole) / (len(columns) - 1), px * 4.0) if len(columns) > 1 else 0.0
    at = 0.0
    for column in columns:
        right = at + column.wide * px
        x, anchor = (right, "right") if column.number else (at, "left")
        base = {"x": x, "xref": "x", "yref": "y", "xanchor": anchor, "align": anchor, "showarrow": False, "borderpad": 0}
        head = {"y": top - gap / 2, "yanchor": "bottom", "text": f"<b>{column.head}</b>", "font": {"size": px, "color": ink2}}
        annotations.append({**base, **head})
        for k in range(len(ends)):
            text = column.cells[k]
            if text:
                annotations.append({**base, "y": starts[k] + gap / 2, "yanchor": "top", "text": text, "font": {"size": px, "color": ink}})
        at = right + apart
    if more:
        at_foot = {"x": 0, "xref": "x", "y": ends[-1] + gap / 2, "yref": "y", "xanchor": "left", "yanchor": "top"}
        annotations.append({**at_foot, "text": canvas.clean(more), "showarrow": False, "borderpad": 0, "font": {"size": px, "color": ink2}})
    lines = [top, *ends]
    shapes = [
        {
            "type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": y, "y1": y, "layer": "below",
            "line": {"color": ink2 if y == top else rule, "width": 1},
        }
        for y in lines
    ]  # fmt: skip
    # axes stand only under a trace
    data.append({"type": "scatter", "mode": "markers", "x": [0, wide], "y": [0, high], "marker": {"opacity": 0}})
    return _sheet(data, wide, high, annotations=annotations, shapes=shapes)


def _nothing(table: Table, wide: float, high: float, px: int) -> Figure:
    """An empty table says why."""
    words = canvas.note(wrapped(text_of(table.caption), wide / px - 4), LOOK, x=0.5, y=0.5, xref="paper", yref="paper")
    return _sheet([{"type": "scatter", "x": [], "y": []}], wide, high, annotations=[words])


def _sheet(data: list[Figure], wide: float, high: float, **over: object) -> Figure:
    hidden = {"visible": False, "showgrid": False}
    layout = theme.layout(LOOK, xaxis={**hidden, "range": [0, wide]}, yaxis={**hidden, "range": [high, 0]}, **over)
    layout |= {"height": high, "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}}
    return {"data": data, "layout": layout}
