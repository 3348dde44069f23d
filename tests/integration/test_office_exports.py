"""Slides and documents, opened again: native charts whose workbook holds the cells of the JSON, both typefaces on every run, the words."""

import io
import json
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn as w
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from callbacks.exports import export_bytes
from callbacks.registry import CHARTS
from dashboard.exports.deck import BARS, ROWS, SLIDES, deck_bytes
from dashboard.exports.fonts import EAST_ASIAN
from dashboard.exports.letter import letter_bytes
from dashboard.exports.natives import PLANS, Native, Series
from dashboard.exports.table import Table
from tests.campaign import AS_OF

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
LANGS = ["zh-CN", "en"]
# what the hand-counted campaign has nothing of
ABSENT = ("contest-result", "outfall-stages", "outfall-questions", "section-standing")


def charts_of(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def texts_of(deck):
    return [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]


def cells(chart):
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def runs_without_a_chinese_typeface(blob: bytes):
    """(part, tag) of every run's properties in slides, charts and notes without ``a:ea``."""
    out = []
    with zipfile.ZipFile(io.BytesIO(blob)) as parts:
        for name in parts.namelist():
            if name.startswith(("ppt/slides/slide", "ppt/charts/chart", "ppt/notesSlides/notesSlide")) and name.endswith(".xml"):
                root = etree.fromstring(parts.read(name))
                for run in root.iter(qn("a:r")):
                    face = run.find(f"{qn('a:rPr')}/{qn('a:ea')}")
                    if face is None or face.get("typeface") != EAST_ASIAN:
                        out.append((name, "".join(run.itertext())))
                out += [(name, "defRPr") for each in root.iter(qn("a:defRPr")) if each.find(qn("a:ea")) is None]
    return out


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chart", CHARTS)
def test_a_deck_says_the_finding_the_source_and_the_numbers_of_the_json(sqlite_small_store, chart, lang):
    blob = export_bytes(sqlite_small_store, chart, QUERY, "pptx", lang)
    told = json.loads(export_bytes(sqlite_small_store, chart, QUERY, "json", lang))
    deck = Presentation(io.BytesIO(blob))
    said = "\n".join(texts_of(deck))
    assert told["title"] in said and runs_without_a_chinese_typeface(blob) == []
    for slide in deck.slides:
        assert any(
            shape.has_text_frame and ("来源" in shape.text_frame.text or "Source" in shape.text_frame.text) for shape in slide.shapes
        )
    drawn = charts_of(deck)
    assert bool(drawn) == (chart in PLANS and chart not in ABSENT)
    if not drawn:
        return
    plan = PLANS[chart]
    held = [row for each in drawn for row in cells(each)[1:]]
    assert len(held) == len(told["rows"])
    for k, column in enumerate(plan.values, 1):
        assert [row[k] for row in held] == pytest.approx([row[column] for row in told["rows"]])
    # the picture shows what its workbook holds
    for each in drawn:
        for k, series in enumerate(each.plots[0].series, 1):
            assert list(series.values) == pytest.approx([row[k] for row in cells(each)[1:]])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chart", CHARTS)
def test_a_document_holds_the_sentence_and_both_typefaces_on_every_run(sqlite_small_store, chart, lang):
    document = Document(io.BytesIO(export_bytes(sqlite_small_store, chart, QUERY, "docx", lang)))
    told = json.loads(export_bytes(sqlite_small_store, chart, QUERY, "json", lang))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert told["title"] in words and told["caption"] in words
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    runs += [run for grid in document.tables for row in grid.rows for cell in row.cells for p in cell.paragraphs for run in p.runs]
    assert runs and all(run._element.rPr.rFonts.get(w("w:eastAsia")) == EAST_ASIAN for run in runs)


def table(rows, **more):
    columns = ("region", "completion_rate")
    return Table(
        "progress-by-region", "标题", "句子。", AS_OF, None, {}, columns, ("地区", "完成率"), rows, True, "演示数据", shown=(0, 1), **more
    )


HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=2", "<b>粗</b>&amp;", "名" * 200, "a\x00b\x07c", "-1"]


def test_names_that_would_run_or_break_are_text_in_slides_and_documents():
    names = [name.replace("\x00", "").replace("\x07", "") if "\x00" in name else name for name in HOSTILE]
    native = Native("bar", "rate", "地区", HOSTILE, [Series("=完成率", "completion_rate", [0.5] * len(HOSTILE))])
    made = table([[name, 0.5] for name in HOSTILE], native=native)
    (chart,) = charts_of(Presentation(io.BytesIO(deck_bytes(made))))
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert [cell.data_type for row in sheet.iter_rows(min_row=2, max_col=1) for cell in row] == ["s"] * len(HOSTILE)
    assert sheet["B1"].data_type == "s"
    document = Document(io.BytesIO(letter_bytes(made)))
    shown = [row.cells[0].text for row in document.tables[0].rows][1:]
    assert [text.strip() for text in shown] == [name.strip() for name in names]


def test_many_places_go_on_to_further_slides_and_none_is_left_out():
    many = [f"{n}号县" for n in range(95)]
    native = Native("bar", "rate", "地区", many, [Series("完成率", "completion_rate", [n / 95 for n in range(95)])])
    deck = Presentation(io.BytesIO(deck_bytes(table([[name, 0.5] for name in many], native=native))))
    drawn = charts_of(deck)
    assert [len(cells(each)) - 1 for each in drawn] == [BARS - 1] * 5
    assert [row[0] for each in drawn for row in cells(each)[1:]] == many
    assert "标题（1/5）" in texts_of(deck) and "标题（5/5）" in texts_of(deck)


def test_a_long_table_says_how_many_rows_are_in_the_sheet_only():
    rows = [[f"{n}号县", 0.5] for n in range(ROWS * SLIDES + 30)]
    deck = Presentation(io.BytesIO(deck_bytes(table(rows, more="另有{n}行"))))
    grids = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert sum(len(grid.rows) - 1 for grid in grids) == ROWS * SLIDES
    assert any("另有30行" in text for text in texts_of(deck))


def test_nothing_to_show_is_a_slide_and_a_page_with_words():
    empty = table([])
    assert "标题" in texts_of(Presentation(io.BytesIO(deck_bytes(empty))))
    assert "句子。" in [p.text for p in Document(io.BytesIO(letter_bytes(empty))).paragraphs]
