"""A chart as a paragraph of a document: the sentence, the numbers in a table, and what they rest on."""

import io

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.run import Run

from dashboard import theme
from dashboard.exports.deck import printed
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.table import Table, text_of

ROWS = 40
_TOKENS = theme.TOKENS["light"]


def letter_bytes(table: Table) -> bytes:
    """The file: heading, sentence, table of at most ROWS rows (it says how many more there are), source and mark."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    _run(document.add_paragraph().add_run(text_of(table.title)), Pt(16), bold=True)
    _run(document.add_paragraph().add_run(text_of(table.caption)), Pt(12))
    shown = table.shown
    rows = table.rows[:ROWS]
    if rows and shown:
        grid = document.add_table(rows=len(rows) + 1, cols=len(shown))
        grid.style = "Table Grid"
        for c, k in enumerate(shown):
            _run(grid.cell(0, c).paragraphs[0].add_run(text_of(table.labels[k])), Pt(9), bold=True)
            kind = table.kinds.get(table.columns[k], "")
            for r, row in enumerate(rows, 1):
                _run(grid.cell(r, c).paragraphs[0].add_run(text_of(printed(row[k], kind))), Pt(9))
    if len(table.rows) > ROWS:
        _run(document.add_paragraph().add_run(table.more.replace("{n}", str(len(table.rows) - ROWS))), Pt(9), colour=_TOKENS["ink-2"])
    _run(document.add_paragraph().add_run(text_of(f"{table.under}\n{table.source}")), Pt(9), colour=_TOKENS["ink-2"])
    if table.simulated:
        _run(document.add_paragraph().add_run(table.mark), Pt(10), bold=True, colour=_TOKENS["status-overdue"])
    document.core_properties.title = text_of(table.title)[:250]
    document.core_properties.author = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _run(run: Run, size: Pt, bold: bool = False, colour: str | None = None) -> None:
    run.font.size, run.font.bold, run.font.name = size, bold, LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
