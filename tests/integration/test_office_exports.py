"""Every chart as slides, as a workbook and as a document, in both languages, opened again: native charts whose workbook holds the cells of the
table, both typefaces on every run, and everything that has to be said."""

import io
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn as w
from openpyxl import load_workbook

from callbacks.registry import CHARTS
from dashboard.exports.deck import deck_bytes
from dashboard.exports.letter import letter_bytes
from dashboard.exports.natives import BUILDERS, PLANS
from dashboard.exports.series import INTERVAL, LINE, RANK, SHARES
from dashboard.exports.workbook import workbook_bytes
from tests.campaign import AS_OF
from tests.integration.test_exports import PLACES
from tests.office import CODE, bare_runs, behind, charts_of, fixed_colours, grids_of, opened, parts, shown, stamped, value_axes, words_of

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
LANGS = ("zh-CN", "en")
# tables by nature: what they hold is not counted by anything that a bar would show
TABLES = ("item-list", "indicator-table", "rank-changes", "escalation-candidates", "region-timeline")
_DEMO = (*PLACES, "contest-result")


@pytest.fixture(params=[(chart, lang) for chart in CHARTS for lang in LANGS], ids="-".join)
def table(request, sqlite_small_store):
    """A chart's table on the hand-counted campaign, on the demo where that has nothing of it."""
    chart, lang = request.param
    if chart in _DEMO:
        return stamped(request.getfixturevalue("demo_store"), chart, PLACES.get(chart, "campaign=js-2022"), lang)
    return stamped(sqlite_small_store, chart, QUERY, lang)


def test_every_chart_has_a_native_one_or_is_a_table_by_nature():
    assert {*PLANS, *BUILDERS} == set(CHARTS) - set(TABLES)


def test_a_chart_in_all_three_files(table):
    _deck(table)
    _book(table)
    _letter(table)


def drawn(table):
    """Whether there is a chart: of the small campaign's weights none moves anybody."""
    return table.native is not None and bool(table.native.categories)


def _deck(table):
    blob = deck_bytes(table)
    deck = opened(blob)
    assert bare_runs(blob) == []
    for slide in deck.slides:
        said = words_of(slide)
        assert table.title in slide.shapes.title.text_frame.text
        assert all(mark in said for mark in table.marks) and all(line in said for line in table.foot) and CODE in said
        assert any(shape.shape_type is not None and shape.name == "code" for shape in slide.shapes)
        assert table.caption in slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr") == table.alt
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width
    found = charts_of(deck)
    assert bool(found) == drawn(table) and (found or grids_of(deck) or not table.rows)
    if found:
        _same_numbers(table, found)
        assert fixed_colours(blob, "ppt/charts/chart") == []
        assert len(set(value_axes(blob, "ppt/charts/chart"))) == 1
        low, high = value_axes(blob, "ppt/charts/chart")[0]
        assert low == (1 if table.native.unit == RANK else 0) or table.native.ends[0] < 0
        assert high >= (1 if table.native.kind == SHARES else table.native.ends[1])


def _same_numbers(table, found):
    """The workbooks behind the charts hold the series, and the pictures show what they hold."""
    held = [row for each in found for row in behind(each)[1:]]
    assert [row[0] for row in held] == list(table.native.categories)
    for k, series in enumerate(table.native.series, 1):
        assert [row[k] for row in held] == pytest.approx(list(series.values))
    for each in found:
        for k, series in enumerate(each.plots[0].series, 1):
            assert list(series.values) == pytest.approx([row[k] for row in behind(each)[1:]])


def _book(table):
    blob = workbook_bytes(table)
    book = load_workbook(io.BytesIO(blob))
    cover, data = book.worksheets[0], book[table.chart]
    words = {str(cell) for row in cover.iter_rows(values_only=True) for cell in row if cell is not None}
    assert table.title in words and table.caption in words and set(table.marks) <= words and table.selection in "\n".join(words)
    assert table.definition in words and any(CODE in each for each in words)
    assert len(cover._images) == 1
    assert [cell.value for cell in data[1]] == list(table.labels)
    for row, cells_of in zip(table.rows, data.iter_rows(min_row=2, values_only=True), strict=False):
        for value, cell in zip(row, cells_of, strict=True):
            if isinstance(value, date):
                assert cell.date() == value
            elif isinstance(value, (int, float)):
                assert type(cell) is type(value) or cell == value
            else:
                assert (cell or "") == (value or "")
    assert data.max_row == len(table.rows) + 1
    assert data.freeze_panes == "A2" and data.auto_filter.ref and data.page_setup.orientation == "landscape"
    assert data.print_title_rows == "$1:$1" and CODE in data.oddFooter.left.text and table.marks[0] in data.oddFooter.left.text
    for sheet in book.worksheets:
        assert sheet._hyperlinks == [] and all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    names = parts(blob, "xl/charts/chart")
    assert bool(names) == drawn(table)
    if drawn(table):
        beside = book.worksheets[2]
        rows = list(beside.iter_rows(min_row=2, max_row=len(table.native.categories) + 1, values_only=True))
        assert [row[0] for row in rows] == list(table.native.categories)
        for k, series in enumerate(table.native.series, 1):
            assert [row[k] for row in rows] == pytest.approx(list(series.values))


def _letter(table):
    blob = letter_bytes(table)
    document = Document(io.BytesIO(blob))
    assert bare_runs(blob) == []
    words = [paragraph.text for paragraph in document.paragraphs]
    heading = next(paragraph for paragraph in document.paragraphs if paragraph.text == table.title)
    assert heading.style.name == "Heading 1" and table.caption in words
    said = "\n".join(words)
    assert all(line in said for line in table.foot) and table.selection in said
    header, footer = document.sections[0].header, document.sections[0].footer
    assert all(mark in header.paragraphs[-1].text for mark in table.marks)
    assert CODE in footer.paragraphs[-1].text
    fields = [each.text.strip() for each in footer._element.iter(w("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    if table.rows:
        grid = document.tables[0]
        assert grid.rows[0]._tr.trPr.find(w("w:tblHeader")) is not None
        assert grid._tbl.tblPr.find(w("w:tblDescription")).get(w("w:val")) == table.alt[:1000]
    drawings = [each.get("descr") for each in document.element.body.iter(f"{{{_WP}}}docPr")]
    assert drawings[-1] == table.reopens and (table.alt in drawings) == drawn(table)
    if drawn(table):
        flat = [[v for part in shown(blob, "word/charts/chart") for v in part[k]] for k in range(_visible(table.native))]
        for values, series in zip(flat, table.native.series, strict=False):
            assert values == pytest.approx(list(series.values)[: len(values)])
        assert fixed_colours(blob, "word/charts/chart") == []


_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def _visible(native):
    return 1 if native.kind == INTERVAL else len(native.series)


def test_other_weights_are_slopes_from_the_official_rank_to_the_tried_one(demo_store):
    made = stamped(demo_store, "rank-what-if", "campaign=js-2022&weights=on_time:2,schedule:60", "zh-CN")
    _deck(made)
    columns = [made.columns.index(name) for name in ("rank", "rank_tried")]
    for series in made.native.series:
        row = made.rows[series.rows[0][0]]
        assert list(series.values) == [row[k] for k in columns] and series.values[0] != series.values[1]
    _book(made)
    _letter(made)


def test_ranks_stand_upside_down_and_lines_end_in_their_newest_value(sqlite_small_store):
    made = stamped(sqlite_small_store, "rank-history", QUERY, "zh-CN")
    (root,) = parts(deck_bytes(made), "ppt/charts/chart").values()
    ns = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    assert made.native.kind == LINE
    assert root.xpath("string(//c:valAx/c:scaling/c:orientation/@val)", namespaces=ns) == "maxMin"


def test_the_parts_of_progress_are_the_statuses_and_add_up(sqlite_small_store):
    made = stamped(sqlite_small_store, "progress-by-region", f"{QUERY}&level=prefecture", "zh-CN")
    found = made.native
    assert [series.name for series in found.series] == ["已销号", "已整改待复核", "整改中", "临期", "超期"]
    # counted by hand: 3 of 7 and 3 of 5
    assert [name.split()[0] for name in found.categories] == ["南京市", "苏州市"]
    assert [name.split()[1] for name in found.categories] == ["42.9%", "60.0%"]
    assert [sum(series.values[k] for series in found.series) for k in (0, 1)] == [7, 5]
