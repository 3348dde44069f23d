"""Paragraphs and tables of a document as text: both typefaces on every run, widths reckoned, heads repeated on every page."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dashboard.exports.fitting import fits
from dashboard.exports.fitting import widths as column_widths
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.table import text_of
from dashboard.theme import TOKENS, text_on

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_LIGHT = TOKENS["light"]
_FACES = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{EAST_ASIAN}" w:cs="{LATIN}"/>'
# signs of one cell; the whole text is in the workbook
_LONGEST = 2000


def faces(latin: str = LATIN, east: str = EAST_ASIAN) -> str:
    """The element that names both typefaces."""
    return (
        _FACES
        if (latin, east) == (LATIN, EAST_ASIAN)
        else (f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}"/>')
    )


def run(text: str, size: float = 0, bold: bool = False, colour: str = "") -> str:
    """A run; ``size`` in points (0: that of its style), ``colour`` #RRGGBB. Line breaks stay line breaks."""
    parts = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text_of(text).split("\n"))
    sized = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    tint = f'<w:color w:val="{colour.lstrip("#")}"/>' if colour else ""
    return f"<w:r><w:rPr>{_FACES}{'<w:b/>' if bold else ''}{tint}{sized}</w:rPr>{parts}</w:r>"


def paragraph(
    inside: str, style: str = "", align: str = "", before: float = 0, after: float = 0, kept: bool = False, indent: float = 0
) -> str:
    """A paragraph of runs; ``before`` and ``after`` in points, ``indent`` of its first line in signs; ``kept`` with what follows it."""
    said = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    said += "<w:keepNext/>" if kept else ""
    said += f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'
    said += f'<w:ind w:firstLineChars="{round(indent * 100)}" w:firstLine="{round(indent * 240)}"/>' if indent else ""
    said += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p {NS}><w:pPr>{said}</w:pPr>{inside}</w:p>"


def field(code: str, size: float, colour: str = "") -> str:
    """A field that the program fills in, such as the number of the page."""
    tint = f'<w:color w:val="{colour.lstrip("#")}"/>' if colour else ""
    look = f'<w:rPr>{_FACES}{tint}<w:sz w:val="{round(size * 2)}"/></w:rPr>'
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>1</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def grids(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], shades: Sequence[Sequence[str]], wide: float, descr: str
) -> list[str]:
    """A table in the largest type that has room; one of numbers with too many columns as several, each with the names of its rows again."""
    size = next((each for each in _SIZES if fits(heads, rows[:60], wide, each)), 0.0)
    # the columns of words before the numbers, of which a rank may be the first
    lead = max((k for k, number in enumerate(numeric) if not number), default=0) + 1
    if size or lead > 2:
        return [grid(heads, rows, numeric, shades, wide, descr, size or _SIZES[-1])]
    n = len(heads)
    for parts in range(2, n + 1):
        each = -(-(n - lead) // parts)
        blocks = [[*range(lead), *range(start, min(start + each, n))] for start in range(lead, n, each)]
        if all(fits([heads[k] for k in block], [[row[k] for k in block] for row in rows[:60]], wide, 8.0) for block in blocks):
            break

    def of(line: Sequence[Any], block: Sequence[int]) -> list[Any]:
        return [line[k] for k in block if k < len(line)]

    return [
        grid(of(heads, b), [of(row, b) for row in rows], of(numeric, b), [of(line, b) for line in shades], wide, descr, 8.0) for b in blocks
    ]


# type sizes of a table, the largest first
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)


def grid(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], shades: Sequence[Sequence[str]], wide: float, descr: str,
    size: float,
) -> str:  # fmt: skip
    """A table ``wide`` points across: heads in brand and on every page again, hairlines, numbers to the right."""
    widths = [round(each * 20) for each in column_widths(heads, rows[:60], wide, size, 1.6)]
    columns = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    lines = [_row(heads, widths, numeric, shades[0] if shades else (), size, True)]
    lines += [_row(row, widths, numeric, shades[k + 1] if shades else (), size) for k, row in enumerate(rows)]
    return (
        f'<w:tbl {NS}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"<w:tblDescription w:val={quoteattr(text_of(descr)[:1000])}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _row(
    texts: Sequence[str], widths: Sequence[int], numeric: Sequence[bool], shades: Sequence[str], size: float, head: bool = False
) -> str:
    out = []
    for k, text in enumerate(texts):
        tint = _LIGHT["brand"] if head else shades[k] if k < len(shades) else ""
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{tint.lstrip("#")}"/>' if tint else ""
        colour = text_on(tint) if tint else ""
        said = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        align = '<w:jc w:val="right"/>' if numeric[k] else ""
        out.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{widths[k]}" w:type="dxa"/><w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" '
            f'w:color="{_LIGHT["rule"].lstrip("#")}"/></w:tcBorders>{fill}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
            f'<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>{align}</w:pPr>'
            f"{run(said, size, head, colour)}</w:p></w:tc>"
        )
    repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{repeated}{''.join(out)}</w:tr>"


def drawing(number: int, name: str, descr: str, wide: float, high: float, inside: str, uri: str) -> str:
    """A picture or a chart in its line, ``wide`` by ``high`` points."""
    return (
        f'<w:r><w:rPr>{_FACES}</w:rPr><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{round(wide * 12700)}" '
        f'cy="{round(high * 12700)}"/><wp:docPr id="{number}" name={quoteattr(name)} descr={quoteattr(text_of(descr))}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
