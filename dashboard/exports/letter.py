"""A chart as part of a document: the sentence, a picture or a chart that can be edited, the numbers in a table, and what they rest on.

``letter_bytes`` is the file of one chart; ``new_letter``, ``sections_into`` and ``closed`` are for documents with many.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from lxml import etree

from dashboard import theme
from dashboard.exports import squares
from dashboard.exports.chart_book import chart_workbook
from dashboard.exports.chart_xml import chart_xml
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.page_xml import drawing, faces, field, grids, paragraph, run
from dashboard.exports.paint import painted
from dashboard.exports.printing import cells
from dashboard.exports.series import COLUMNS, INTERVAL, LINE, SHARES, STACKED, Native
from dashboard.exports.table import Table, text_of
from dashboard.i18n import t

# rows of a table, bars of one picture and pictures of one chart; more is in the workbook
ROWS, BARS, GROUPED, PICTURES = 120, 24, 36, 4
_TOKENS = theme.TOKENS["light"]
_SMALL = 8.5
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def letter_bytes(table: Table, picture: bytes | None = None) -> bytes:
    """The file: heading, sentence, picture (a PNG; without one the chart itself), table of at most ROWS rows (it says how many more there
    are), source, code and marks."""
    document = new_letter()
    sections_into(document, table, 1, picture)
    return closed(document, [table], table.title)


def new_letter(master: bytes | None = None) -> Any:
    """An empty document: ours (A4), or a deployer's with its styles, paper and headers, without its text.

    Raises what python-docx raises for a file that is none.
    """
    document = Document(io.BytesIO(master if master is not None else _own()))
    if master is not None:
        body = document.element.body
        for child in list(body):
            if child.tag != qn("w:sectPr"):
                body.remove(child)
    return document


@lru_cache(maxsize=1)
def _own() -> bytes:
    """python-docx's template on A4, its styles in our typefaces and colours, its theme painted."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for name in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(name), LATIN)
        fonts.set(qn("w:eastAsia"), EAST_ASIAN)
    for name, size in (("Heading 1", 17), ("Heading 2", 14), ("Heading 3", 12), ("Title", 24), ("Caption", 10)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), True
        style.font.color.rgb = RGBColor.from_string(_TOKENS["ink" if name != "Caption" else "ink-2"].lstrip("#"))
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN)
    for part in document.part.package.iter_parts():
        if str(part.partname).startswith("/word/theme/"):
            part._blob = painted(part.blob)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sections_into(
    document: Any, table: Table, number: int = 1, picture: bytes | None = None, *, level: int = 1, drawn: bool = True, tabled: bool = True
) -> None:
    """Add a table's part of a document: heading of ``level``, sentence, figure ``number``, table ``number``, source.

    ``picture``: a PNG in place of the chart; ``drawn`` and ``tabled`` False leave figure or table out.
    """
    end, lang = document.element.body.sectPr, table.lang
    heading = _style(document, f"Heading {level}")
    end.addprevious(parse_xml(paragraph(run(table.title), heading, before=0 if level == 1 else 10, after=6, kept=True)))
    end.addprevious(parse_xml(paragraph(run(table.caption, 11), after=8, indent=2 if lang == "zh-CN" else 0)))
    exhibit_into(document, table, number if drawn else 0, number if tabled else 0, picture)


def exhibit_into(document: Any, table: Table, figure: int, tabled: int, picture: bytes | None = None) -> None:
    """Add figure and table of a chart under these numbers (0: not that one), and what they rest on."""
    end, lang = document.element.body.sectPr, table.lang

    def add(text: str) -> None:
        end.addprevious(parse_xml(text))

    wide = _wide(document)
    caption = _style(document, "Caption")
    figures = _figures(document, table, picture, wide) if figure else []
    for k, each in enumerate(figures):
        # what follows the last picture is its name
        add(paragraph(each, align="center", before=4, after=2, kept=k == len(figures) - 1))
    if figures:
        under = (table.native.under if table.native is not None and picture is None else "") or table.under
        add(paragraph(run(t("office.figure", lang, n=figure, title=table.title)), caption, "center", after=1))
        more = [under if under != table.title else "", table.native.more if table.native is not None and picture is None else ""]
        add(paragraph(run("\n".join(each for each in more if each), _SMALL, colour=_TOKENS["ink-2"]), align="center", after=8))
    heads, rows, numeric, left = cells(table, ROWS)
    if tabled and rows and heads:
        add(paragraph(run(t("office.table", lang, n=tabled, title=table.title)), caption, before=6, after=3, kept=True))
        shades = table.native.shades if table.native is not None else ()
        for k, each in enumerate(grids(heads, rows, numeric, shades, wide, table.alt)):
            if k:
                add(paragraph(run("", _SMALL), after=4))
            add(each)
        said = [table.more.replace("{n}", str(left))] if left > 0 else []
        said += [table.native.more] if table.native is not None and table.native.grid and not figures and table.native.more else []
        add(paragraph(run("\n".join(said), _SMALL, colour=_TOKENS["ink-2"]), before=2))
    elif tabled or not (rows or figures):
        if tabled:
            # what is counted and listed has its name, also where there is nothing in it
            add(paragraph(run(t("office.table", lang, n=tabled, title=table.title)), caption, before=6, after=3, kept=True))
        add(paragraph(run(t("office.nothing", lang), 10.5, colour=_TOKENS["ink-2"]), after=6))
    lines = [table.selection, *(each for each in table.foot if each != table.reopens)]
    add(paragraph(run("\n".join(each for each in lines if each), _SMALL, colour=_TOKENS["ink-2"]), before=4, after=10))


def closed(document: Any, tables: Sequence[Table], title: str, *, code: bool = True) -> bytes:
    """The document as bytes: marks in the header, source, code and page numbers in the footer, and the way back at the end."""
    first = tables[0] if tables else None
    lang = first.lang if first is not None else "zh-CN"
    marks = list(dict.fromkeys(mark for table in tables for mark in table.marks))
    stamped = next((table for table in tables if table.code), None)
    if code and stamped is not None:
        picture = _squares(document, stamped)
        words = run("\n" + "\n".join(each for each in (stamped.reopens, stamped.address) if each), _SMALL, colour=_TOKENS["ink-2"])
        document.element.body.sectPr.addprevious(parse_xml(paragraph(picture + words, align="right", before=4)))
    section = document.sections[0]
    _only(
        section.header,
        paragraph(run(t("caption.list", lang).join(marks), 9, True, _TOKENS["status-overdue"]), align="right") if marks else "",
    )
    tone, small = _TOKENS["ink-2"], 8.0
    said = " · ".join(each for each in (first.source if first is not None else "", stamped.code if stamped is not None else "") if each)
    before, between, after = _around(t("office.page", lang, page="\0", pages="\0"))
    numbers = (
        run(before, small, colour=tone) + field("PAGE", small, tone) + run(between, small, colour=tone) + field("NUMPAGES", small, tone)
    )
    stop = round(_wide(document) * 20)
    foot = paragraph(
        run(said, small, colour=tone) + f"<w:r><w:rPr>{faces()}</w:rPr><w:tab/></w:r>" + numbers + run(after, small, colour=tone)
    )
    foot = foot.replace(
        "<w:pPr>",
        f'<w:pPr><w:tabs><w:tab w:val="clear" w:pos="4320"/><w:tab w:val="clear" w:pos="8640"/>'
        f'<w:tab w:val="right" w:pos="{stop}"/></w:tabs>',
        1,
    )
    _only(section.footer, foot)
    document.core_properties.title = text_of(title)[:250]
    document.core_properties.author = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _around(text: str) -> tuple[str, str, str]:
    before, between, after = text.split("\0")
    return before, between, after


def _only(holder: Any, text: str) -> None:
    """A header or footer of this one paragraph, after whatever a deployer's has in it; its own empty ones go."""
    element = holder._element
    for each in list(element.findall(qn("w:p"))):
        if not "".join(each.itertext()).strip() and not each.findall(f".//{qn('w:drawing')}"):
            element.remove(each)
    element.append(parse_xml(text or paragraph(run(""))))


def _style(document: Any, name: str) -> str:
    """The id of a style, "" where the document has none of that name."""
    try:
        return str(document.styles[name].style_id)
    except KeyError:
        return ""


def _wide(document: Any) -> float:
    section = document.sections[-1]
    return (section.page_width - section.left_margin - section.right_margin) / 12700


def _figures(document: Any, table: Table, picture: bytes | None, wide: float) -> list[str]:
    """Runs with the picture, or with the chart in as many parts as pages need."""
    if picture is not None:
        shape = document.part.new_pic_inline(io.BytesIO(picture), width=Emu(round(wide * 12700)))
        if shape.extent.cy > 620 * 12700:
            shape = document.part.new_pic_inline(io.BytesIO(picture), height=Emu(620 * 12700))
        return [_inline(shape, table.alt)]
    found = table.native
    if found is None or not found.categories:
        return []
    upright = found.kind in (LINE, COLUMNS)
    single = len(found.series) == 1 or found.kind in (STACKED, SHARES, INTERVAL)
    most = 10_000 if upright else BARS if single else max(6, GROUPED // len(found.series))
    whole = replace(found, top=found.ends[1]) if found.top is None and found.kind != SHARES else found
    pages = min(PICTURES, -(-len(found.categories) // most))
    size = -(-min(len(found.categories), pages * most) // pages)
    out = []
    for k in range(pages):
        part = whole.part(k * size, (k + 1) * size)
        high = 270.0 if upright else 34.0 + len(part.categories) * (17.0 if single else 11.0 * len(part.series))
        out.append(_chart(document, table, part, wide, min(640.0, high)))
    return out


def _chart(document: Any, table: Table, part: Native, wide: float, high: float) -> str:
    """A run with a chart that can be edited; its numbers travel with it."""
    package = document.part.package
    n = 1 + sum(str(each.partname).startswith("/word/charts/") for each in package.iter_parts())
    book = Part(PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{n}.xlsx"), _BOOK, chart_workbook(part), package)
    blob = chart_xml(part, wide, high, 9.0)
    chart = Part(PackURI(f"/word/charts/chart{n}.xml"), _CHART, blob, package)
    within = chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    chart._blob = blob.replace(
        b"</c:chartSpace>", f'<c:externalData r:id="{within}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'.encode()
    )
    held = document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    return drawing(1000 + n, table.chart, table.alt, wide, high, f'<c:chart r:id="{held}"/>', _URI)


def _squares(document: Any, table: Table) -> str:
    squared = squares.png(table.address)
    if not squared:
        return ""
    shape = document.part.new_pic_inline(io.BytesIO(squared), width=Cm(2.0))
    return _inline(shape, table.reopens)


def _inline(shape: Any, descr: str) -> str:
    """A python-docx picture as a run, with its alternative text."""
    shape.docPr.set("descr", text_of(descr))
    return f"<w:r><w:rPr>{faces()}</w:rPr><w:drawing>{etree.tostring(shape, encoding='unicode')}</w:drawing></w:r>"
