"""Shapes of a slide as text: words, chips, tables. Measures are points; colours are names of the theme."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from dashboard.exports.fitting import cut, lines, widths
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.table import text_of
from dashboard.theme import TOKENS, text_on

_NS = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
EMU = 12_700
# lines of one cell; the whole text is in the workbook
_MOST_LINES = 5
_PAD, _GAP = 4.0, 2.5


def emu(points: float) -> int:
    """Points in the file's own unit."""
    return round(points * EMU)


def run(text: str, size: float, tone: str = "tx1", bold: bool = False, lang: str = "zh-CN") -> str:
    """A run with both typefaces; ``size`` 0: as the placeholder has it."""
    sized = f' sz="{round(size * 100)}"' if size else ""
    tint = f'<a:solidFill><a:schemeClr val="{tone}"/></a:solidFill>' if tone else ""
    weight = f' b="{int(bold)}"' if size else ""
    return (
        f'<a:r><a:rPr lang={quoteattr(lang)}{sized}{weight} dirty="0">{tint}<a:latin typeface="{LATIN}"/>'
        f'<a:ea typeface="{EAST_ASIAN}"/></a:rPr><a:t>{escape(text_of(text))}</a:t></a:r>'
    )


def words(
    number: int, name: str, box: tuple[float, float, float, float], texts: Sequence[str], size: float, tone: str = "tx2",
    bold: bool = False, align: str = "l", anchor: str = "t", lang: str = "zh-CN", fill: str = "", line: str = "", descr: str = "",
) -> str:  # fmt: skip
    """A box of paragraphs; with ``fill`` or ``line`` (names of theme colours) a chip with round corners."""
    x, y, w, h = box
    paragraphs = "".join(f'<a:p><a:pPr algn="{align}"/>{run(text, size, tone, bold, lang)}</a:p>' for text in texts)
    shape = "roundRect" if fill or line else "rect"
    painted = f'<a:solidFill><a:schemeClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    edge = f'<a:ln w="12700"><a:solidFill><a:schemeClr val="{line}"/></a:solidFill></a:ln>' if line else "<a:ln><a:noFill/></a:ln>"
    inset = 0 if not (fill or line) else 4
    return (
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)} descr={quoteattr(text_of(descr))}/>'
        '<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{emu(x)}" y="{emu(y)}"/><a:ext cx="{emu(w)}" cy="{emu(h)}"/></a:xfrm>'
        f'<a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{painted}{edge}</p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="{emu(inset)}" tIns="0" rIns="{emu(inset)}" bIns="0" anchor="{anchor}"><a:noAutofit/>'
        f"</a:bodyPr><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )


def number_field(number: int, box: tuple[float, float, float, float], size: float, lang: str) -> str:
    """The number of the slide, kept by the program that shows it."""
    x, y, w, h = box
    return (
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="number"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{emu(x)}" y="{emu(y)}"/><a:ext cx="{emu(w)}" cy="{emu(h)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" '
        'bIns="0" anchor="b"/><a:lstStyle/><a:p><a:pPr algn="r"/><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
        f'<a:rPr lang={quoteattr(lang)} sz="{round(size * 100)}"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/></a:rPr><a:t>‹#›</a:t></a:fld></a:p></p:txBody></p:sp>'
    )


def rule(number: int, x: float, y: float, w: float) -> str:
    """A hairline across."""
    return (
        f'<p:cxnSp {_NS}><p:nvCxnSpPr><p:cNvPr id="{number}" name="rule"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{emu(x)}" y="{emu(y)}"/><a:ext cx="{emu(w)}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        '<a:ln w="9525"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


class Grid:
    """A table cut into parts that each stand on a slide: widths, type size and heights are reckoned once for all of them."""

    def __init__(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], shades: Sequence[Sequence[str]], wide: float,
        high: float,
    ) -> None:  # fmt: skip
        self.heads, self.rows, self.numeric, self.shades = heads, rows, numeric, shades
        n = len(heads)
        self.size = 11.0 if n <= 8 else 10.0 if n <= 11 else 9.0
        self.widths = widths(heads, rows[:60], wide, self.size)
        self.texts = [[cut(text, self.widths[k] - 2 * _PAD, self.size, _MOST_LINES) for k, text in enumerate(row)] for row in rows]
        self.head_high = self._high(heads)
        self.heights = [self._high(row) for row in self.texts]
        self.parts = self._parted(high)

    def _high(self, row: Sequence[str]) -> float:
        most = max((lines(text, self.widths[k] - 2 * _PAD, self.size) for k, text in enumerate(row)), default=1)
        return most * self.size * 1.42 + 2 * _GAP

    def _parted(self, high: float) -> list[tuple[int, int]]:
        out, start, used = [], 0, self.head_high
        for k, each in enumerate(self.heights):
            if k > start and used + each > high:
                out.append((start, k))
                start, used = k, self.head_high
            used += each
        return [*out, (start, len(self.rows))]

    def xml(self, number: int, name: str, descr: str, at: tuple[float, float], part: tuple[int, int], lang: str) -> str:
        """The graphic frame of one part, heads repeated."""
        start, end = part
        lit = self.shades or [[""] * len(self.heads)] * (len(self.rows) + 1)
        lines_of = [self._row(self.heads, self.head_high, lit[0], lang, head=True)]
        lines_of += [self._row(self.texts[k], self.heights[k], lit[k + 1], lang) for k in range(start, end)]
        w, h = sum(self.widths), self.head_high + sum(self.heights[start:end])
        columns = "".join(f'<a:gridCol w="{emu(each)}"/>' for each in self.widths)
        return (
            f'<p:graphicFrame {_NS}><p:nvGraphicFramePr><p:cNvPr id="{number}" name={quoteattr(name)} descr={quoteattr(text_of(descr))}/>'
            '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'<p:xfrm><a:off x="{emu(at[0])}" y="{emu(at[1])}"/><a:ext cx="{emu(w)}" cy="{emu(h)}"/></p:xfrm><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/>'
            f"<a:tblGrid>{columns}</a:tblGrid>{''.join(lines_of)}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
        )

    def _row(self, texts: Sequence[str], high: float, shades: Sequence[str], lang: str, head: bool = False) -> str:
        out = []
        for k, text in enumerate(texts):
            tint = shades[k] if k < len(shades) else ""
            if head:
                fill, tone = '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>', "bg1"
            elif tint:
                fill, tone = f'<a:solidFill><a:srgbClr val="{tint.lstrip("#")}"/></a:solidFill>', dark_or_light(tint)
            else:
                fill, tone = "<a:noFill/>", "tx1"
            align = "r" if self.numeric[k] else "l"
            out.append(
                f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{align}"/>'
                f"{run(text, self.size, tone, head, lang)}</a:p></a:txBody>"
                f'<a:tcPr marL="{emu(_PAD)}" marR="{emu(_PAD)}" marT="{emu(_GAP)}" marB="{emu(_GAP)}" anchor="ctr">'
                f"{_EDGES}{fill}</a:tcPr></a:tc>"
            )
        return f'<a:tr h="{emu(high)}">{"".join(out)}</a:tr>'


_NONE = "<a:noFill/>"
_EDGES = (
    f'<a:lnL w="0">{_NONE}</a:lnL><a:lnR w="0">{_NONE}</a:lnR><a:lnT w="0">{_NONE}</a:lnT>'
    '<a:lnB w="6350"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:lnB>'
)


def dark_or_light(colour: str) -> str:
    """The theme's ink or paper, whichever is read more easily on a fill of ``colour`` (#RRGGBB)."""
    return "bg1" if text_on(colour) == TOKENS["light"]["surface"] else "tx1"
