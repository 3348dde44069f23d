"""A chart's data as slides: a native chart that can be edited, or a table; what has to be said with it stands on every slide.

The chart's workbook is written by us, not by python-pptx, so that no label is a formula in it.
"""

import io
import math
from collections.abc import Sequence

import xlsxwriter
from lxml import etree
from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from dashboard import theme
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.natives import LINE, RATE, Native
from dashboard.exports.table import Cell, Table, text_of
from dashboard.formatting import percent

WIDE, HIGH = Emu(12_192_000), Emu(6_858_000)
SIDE, HEAD, FOOT = Emu(457_200), Emu(1_230_000), Emu(560_000)
# bars, points and rows that one slide can show; more go on to the next
BARS, POINTS, ROWS, SLIDES = 20, 370, 14, 12
_KINDS = {"bar": XL_CHART_TYPE.BAR_CLUSTERED, LINE: XL_CHART_TYPE.LINE}
_ACCENTS = ("brand", "status-rectified", "map-kind-2", "map-kind-3", "map-kind-4", "map-kind-5")
_TOKENS = theme.TOKENS["light"]
_FORMATS = {RATE: "0.0%", "score": "0.00", "count": "#,##0"}


def deck_bytes(table: Table) -> bytes:
    """The file: 16:9, one slide for each part of the chart (``table.native``), or of the table."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    _paint(deck)
    found = table.native
    if found is not None and found.categories:
        most = POINTS if found.kind == LINE else max(6, BARS // max(1, len(found.series)))
        pages = math.ceil(len(found.categories) / most)
        size = math.ceil(len(found.categories) / pages)
        for k in range(pages):
            part = found.part(k * size, (k + 1) * size)
            slide = _slide(deck, table, k + 1, pages)
            _chart(slide, table, part)
    else:
        pages = max(1, min(SLIDES, math.ceil(len(table.rows) / ROWS)))
        for k in range(pages):
            slide = _slide(deck, table, k + 1, pages)
            _table(slide, table, table.rows[k * ROWS : (k + 1) * ROWS])
        left = len(table.rows) - pages * ROWS
        if left > 0:
            _text(
                slide,
                table.more.replace("{n}", str(left)),
                SIDE,
                HIGH - FOOT - Emu(330_000),
                WIDE - 2 * SIDE,
                Emu(320_000),
                Pt(11),
                _TOKENS["ink-2"],
            )
    deck.core_properties.title = text_of(table.title)[:250]
    deck.core_properties.subject = text_of(table.caption)[:250]
    deck.core_properties.author = ""
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _paint(deck: "Presentation") -> None:
    """The deck's own colours and typefaces are ours, so that whatever a reader adds goes with them."""
    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    for k, name in enumerate(_ACCENTS, 1):
        for colour in root.iter(qn(f"a:accent{k}")):
            for child in list(colour):
                colour.remove(child)
            etree.SubElement(colour, qn("a:srgbClr")).set("val", _TOKENS[name].lstrip("#"))
    for tag, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN)):
        for each in root.iter(qn(tag)):
            each.set("typeface", face)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _slide(deck: "Presentation", table: Table, number: int, pages: int) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.name = table.chart if pages == 1 else f"{table.chart}-{number}"
    more = f"（{number}/{pages}）" if pages > 1 else ""
    _text(slide, table.title + more, SIDE, Emu(230_000), WIDE - 2 * SIDE, Emu(560_000), Pt(24), _TOKENS["ink"], bold=True)
    _text(slide, table.under, SIDE, Emu(760_000), WIDE - 2 * SIDE, Emu(380_000), Pt(13), _TOKENS["ink-2"])
    left = WIDE - 2 * SIDE
    if table.simulated:
        _text(
            slide,
            table.mark,
            WIDE - SIDE - Emu(2_700_000),
            HIGH - FOOT,
            Emu(2_700_000),
            Emu(330_000),
            Pt(12),
            _TOKENS["status-overdue"],
            bold=True,
        )
        left -= Emu(2_800_000)
    _text(slide, table.source, SIDE, HIGH - FOOT, left, Emu(330_000), Pt(11), _TOKENS["ink-2"])
    notes = slide.notes_slide.notes_text_frame
    if notes is not None:
        notes.text = text_of("\n".join([table.caption, *(f"{label}: {text}" for label, text in table.notes)]))
        _faces(notes._txBody)
    return slide


def _text(slide: Slide, text: str, x: int, y: int, w: int, h: int, size: Pt, colour: str, bold: bool = False) -> None:
    box = slide.shapes.add_textbox(x, y, w, h).text_frame
    box.word_wrap = True
    run = box.paragraphs[0].add_run()
    run.text = text_of(text)
    run.font.size, run.font.bold = size, bold
    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
    _faces(box._txBody)


def _chart(slide: Slide, table: Table, found: Native) -> None:
    data = CategoryChartData(number_format=_FORMATS[found.unit])
    data.categories = [text_of(name) for name in found.categories]
    for series in found.series:
        data.add_series(text_of(series.name), series.values)
    shape = slide.shapes.add_chart(_KINDS[found.kind], SIDE, HEAD, WIDE - 2 * SIDE, HIGH - HEAD - FOOT, data)
    shape.name = table.chart
    chart: Chart = shape.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(found))
    chart.has_legend = len(found.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.font.size = Pt(12)
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale = min([0.0, *(v for s in found.series for v in s.values if v is not None)])
    if found.unit == RATE:
        value.maximum_scale = 1.0
    value.has_major_gridlines = found.kind == LINE
    value.visible = found.kind == LINE
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = (
        ("0%" if found.unit == RATE else _FORMATS[found.unit]),
        False,
    )
    plot = chart.plots[0]
    if found.kind == LINE:
        for series in plot.series:
            series.smooth = False
            series.marker.style = None
    else:
        # the first row stands on top, as on the page
        category.reverse_order = True
        plot.gap_width = 45
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = _FORMATS[found.unit], False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    _faces(chart._chartSpace)


def _workbook(found: Native) -> bytes:
    """The workbook behind a chart, laid out as python-pptx refers to it: categories in A, a series in each column after it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        form = book.add_format({"num_format": _FORMATS[found.unit]})
        sheet.set_column(0, 0, 24)
        for r, name in enumerate(found.categories, 1):
            sheet.write_string(r, 0, text_of(name))
        for k, series in enumerate(found.series, 1):
            sheet.write_string(0, k, text_of(series.name))
            for r, each in enumerate(series.values, 1):
                if each is not None:
                    sheet.write_number(r, k, each, form)
    return out.getvalue()


def _table(slide: Slide, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
    shown = table.shown
    if not rows or not shown:
        return
    shape = slide.shapes.add_table(len(rows) + 1, len(shown), SIDE, HEAD, WIDE - 2 * SIDE, Emu(330_000) * (len(rows) + 1))
    shape.name = table.chart
    grid = shape.table
    for c, k in enumerate(shown):
        _cell(grid.cell(0, c), table.labels[k], True)
        for r, row in enumerate(rows, 1):
            _cell(grid.cell(r, c), printed(row[k], table.kinds.get(table.columns[k], "")), False)


def _cell(cell: object, text: str, head: bool) -> None:
    frame = cell.text_frame  # type: ignore[attr-defined]
    run = frame.paragraphs[0].add_run()
    run.text = text_of(text)
    run.font.size, run.font.bold = Pt(11), head
    _faces(frame._txBody)


def printed(value: Cell, kind: str) -> str:
    """A value as a reader sees it."""
    if value is None:
        return "—"
    if kind == RATE and isinstance(value, (int, float)):
        return percent(value, 1)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, bool):
        return "✓" if value else ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _faces(root: etree._Element) -> None:
    """Both typefaces on every run and on every default of runs below ``root``."""
    for run in root.iter(qn("a:r")):
        run.get_or_add_rPr()
    for tag in ("a:rPr", "a:defRPr", "a:endParaRPr"):
        for each in root.iter(qn(tag)):
            for name, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN)):
                for old in each.findall(qn(name)):
                    each.remove(old)
                face_of = etree.SubElement(each, qn(name))
                face_of.set("typeface", face)
