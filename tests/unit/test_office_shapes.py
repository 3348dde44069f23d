"""Office files of awkward data: text that would run, very long names, nothing at all, very many bars, a year of days; many charts in one file;
a deployer's own master."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Inches

from dashboard.exports import squares
from dashboard.exports.deck import BARS, SLIDES, deck_bytes, new_deck, saved, slides_into
from dashboard.exports.fitting import cut, em, fitted, lines, widths
from dashboard.exports.letter import ROWS, closed, letter_bytes, new_letter, sections_into
from dashboard.exports.printing import printed, readers
from dashboard.exports.series import BAR, COUNT, INTERVAL, LINE, RATE, SCORE, SHARES, STACKED, Native, Series
from dashboard.exports.table import Table
from dashboard.exports.workbook import book_bytes, sheet_name, workbook_bytes
from tests.office import ADDRESS, bare_runs, behind, cells, charts_of, grids_of, opened, parts, value_axes, with_code, words_of

HOSTILE = [
    "=1+1", "+cmd|' /C calc'!A0", "-1", "@SUM(A1)", "\t=2", "＝1+1", "<b>粗</b>&amp;", "http://example.invalid/", "名" * 200, "a\x00b\x07c",
    "half \ud83d pair", "]]>", "'quoted'", "石楼县",
]  # fmt: skip
PLAIN = [text.replace("\x00", "").replace("\x07", "").replace("\ud83d", "?") for text in HOSTILE]


def native(names, values, kind=BAR, unit=RATE, **more):
    return Native(kind, unit, "地区", names, [Series("完成率", "completion_rate", values, [[k] for k in range(len(values))])], **more)


def table(rows, **over):
    given = {
        "chart": "progress-by-region", "title": "标题", "caption": "截至2022年9月30日，句子。", "as_of": date(2022, 9, 30), "known_at": None,
        "filters": {}, "columns": ("region", "completion_rate"), "labels": ("地区", "完成率"), "rows": rows, "simulated": True,
        "mark": "演示数据 · 非真实", "shown": (0, 1), "kinds": {"completion_rate": "rate"}, "more": "另有{n}行", "source": "来源：督帮数据库",
        "under": "完成率 · 截至2022年9月30日 · 演示数据 · 非真实", "selection": "某专项 · 全部地区", "definition": "完成率＝已整改/有效问题。",
        "alt": "标题。句子。",
    }  # fmt: skip
    return with_code(Table(**{**given, **over}))


def test_text_that_would_run_or_break_is_text_in_every_file():
    made = table(
        [[name, 0.5] for name in HOSTILE],
        title=HOSTILE[6] + "\x07]]>",
        caption="=1+1\ud83d",
        native=native(HOSTILE, [0.5] * len(HOSTILE), tabled=True),
    )
    blob = deck_bytes(made)
    deck = opened(blob)
    (chart,) = charts_of(deck)
    assert [row[0] for row in behind(chart)[1:]] == PLAIN
    held = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert {cell.data_type for cell in held["A"]} <= {"s", "n"} and all(cell.hyperlink is None for cell in held["A"])
    assert "<b>粗</b>&amp;]]>" in deck.slides[0].shapes.title.text_frame.text
    told = [row.cells[0].text_frame.text for grid in grids_of(deck) for row in list(grid.rows)[1:]]
    assert [text.strip() for text in told if len(text) < 150] == [text.strip() for text in PLAIN if len(text) < 150]
    document = Document(io.BytesIO(letter_bytes(made)))
    assert [row.cells[0].text.strip() for row in document.tables[0].rows][1:] == [text.strip() for text in PLAIN]
    book = load_workbook(io.BytesIO(workbook_bytes(made)))
    assert [cell.value for cell in book["progress-by-region"]["A"]][1:] == PLAIN
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" and cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    assert bare_runs(blob) == bare_runs(letter_bytes(made)) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_code_an_address_and_a_source_are_text_too(name):
    made = with_code(table([["a", 0.1]], source=name, definition=name, selection=name, mark=name, more=name, alt=name, under=name))
    for write in (deck_bytes, letter_bytes, workbook_bytes):
        with zipfile.ZipFile(io.BytesIO(write(made))) as held:
            for part in held.namelist():
                if part.endswith((".xml", ".rels")):
                    root = etree.fromstring(held.read(part))
                    if part.endswith(".rels"):
                        assert not [each for each in root if each.get("TargetMode") == "External"]


def test_many_places_go_on_to_further_slides_with_one_axis_and_none_is_left_out():
    many = [f"{n}号县" for n in range(95)]
    made = table([[name, n / 95] for n, name in enumerate(many)], native=native(many, [n / 95 for n in range(95)], unit=COUNT))
    blob = deck_bytes(made)
    deck = opened(blob)
    drawn = charts_of(deck)
    assert [len(behind(each)) - 1 for each in drawn] == [BARS - 1] * 5
    assert [row[0] for each in drawn for row in behind(each)[1:]] == many
    assert len(set(value_axes(blob, "ppt/charts/chart"))) == 1 and value_axes(blob, "ppt/charts/chart")[0][0] == 0
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == [f"标题（{k}/5）" for k in range(1, 6)]
    # the program itself counts the slides
    assert all(slide._element.xpath('.//a:fld[@type="slidenum"]') for slide in deck.slides)
    pages = parts(letter_bytes(made), "word/charts/chart")
    assert len(pages) == 4


def test_more_bars_than_slides_are_said_and_stay_in_the_workbook():
    many = [f"{n}号县" for n in range(SLIDES * BARS + 7)]
    made = table([[name, 0.5] for name in many], native=native(many[: SLIDES * BARS], [0.5] * SLIDES * BARS, more="未画7个"))
    deck = opened(deck_bytes(made))
    assert len(deck.slides) == SLIDES and "未画7个" in words_of(deck.slides[SLIDES - 1])
    assert load_workbook(io.BytesIO(workbook_bytes(made)))["progress-by-region"].max_row == len(many) + 1


def test_a_year_of_days_is_one_picture_with_few_names_on_its_axis():
    days = [date(2022, 1, 1) + timedelta(k) for k in range(365)]
    names = [each.isoformat() for each in days]
    values = [k / 364 if k < 200 else None for k in range(365)]
    made = table([[name, v] for name, v in zip(names, values, strict=True)], native=native(names, values, LINE, top=1))
    blob = deck_bytes(made)
    deck = opened(blob)
    (chart,) = charts_of(deck)
    assert len(deck.slides) == 1 and list(chart.plots[0].series[0].values) == values
    (root,) = parts(blob, "ppt/charts/chart").values()
    skip = int(next(root.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}tickLblSkip")).get("val"))
    assert 365 / skip <= 12
    # the newest value stands at its day
    shown = [int(each.get("val")) for each in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}idx")]
    assert 199 in shown and value_axes(blob, "ppt/charts/chart") == [(0, 1)]


def test_a_table_of_many_rows_repeats_its_heads_and_says_how_many_rows_are_in_the_sheet_only():
    rows = [[f"{n}号县", 0.5] for n in range(1000)]
    deck = opened(deck_bytes(table(rows)))
    grids = grids_of(deck)
    shown = sum(len(grid.rows) - 1 for grid in grids)
    assert len(deck.slides) == SLIDES and {grid.cell(0, 0).text_frame.text for grid in grids} == {"地区"}
    assert f"另有{1000 - shown}行" in words_of(deck.slides[-1])
    document = Document(io.BytesIO(letter_bytes(table(rows))))
    assert len(document.tables[0].rows) == ROWS + 1 and f"另有{1000 - ROWS}行" in "\n".join(p.text for p in document.paragraphs)


@pytest.mark.parametrize(
    "found",
    [None, native([], []), native(["甲", "乙"], [None, None]), native(["甲"], [None], LINE), native(["甲"], [0], SHARES, COUNT)],
    ids=["none", "empty", "nulls", "null-line", "zero"],
)
def test_nothing_to_show_is_a_file_with_words(found):
    made = table([] if found is None or not found.categories else [["甲", None]], native=found)
    deck = opened(deck_bytes(made))
    assert made.title in words_of(deck.slides[0])
    if found is None or not found.categories:
        assert "没有可列出的数据" in words_of(deck.slides[0])
    assert made.caption in [p.text for p in Document(io.BytesIO(letter_bytes(made))).paragraphs]
    assert load_workbook(io.BytesIO(workbook_bytes(made))).sheetnames[:2] == ["封面", "progress-by-region"]


def test_a_county_without_data_keeps_its_place_and_has_no_bar():
    made = table([["甲", 0.5], ["乙", None]], native=native(["甲", "乙"], [0.5, None], tabled=True))
    deck = opened(deck_bytes(made))
    assert behind(charts_of(deck)[0])[1:] == [["甲", 0.5], ["乙", None]]
    assert [[cell.text_frame.text for cell in row.cells] for row in grids_of(deck)[0].rows] == [
        ["地区", "完成率"],
        ["甲", "50.0%"],
        ["乙", "—"],
    ]


def test_a_long_title_takes_two_lines_and_stands_clear_of_what_is_below():
    made = table([["甲", 0.5]], title="很长的标题" * 60, native=native(["甲"], [0.5]))
    slide = opened(deck_bytes(made)).slides[0]
    title, (frame,) = slide.shapes.title, [shape for shape in slide.shapes if shape.has_chart]
    assert title.text_frame.text.endswith("…")
    boxes = sorted(
        (shape.top, shape.top + shape.height, shape.name)
        for shape in slide.shapes
        if shape.name in ("under", "foot", "rule", "progress-by-region")
    )
    assert title.top + title.height <= min(top for top, _, name in boxes if name == "under")
    assert frame.top >= max(bottom for _, bottom, name in boxes if name == "under")
    assert frame.top + frame.height <= min(top for top, _, name in boxes if name == "rule")


def test_an_interval_has_whiskers_whose_lengths_are_in_the_workbook():
    series = [Series("得分", "score", [80, 60]), Series("下限", "score_low", [75, 58]), Series("上限", "score_high", [83, 66])]
    made = table([["甲", 80]], native=Native(INTERVAL, SCORE, "地区", ["甲", "乙"], series, decimals=1))
    blob = deck_bytes(made)
    (chart,) = charts_of(opened(blob))
    assert behind(chart)[1:] == [["甲", 80, 75, 83, 3, 5], ["乙", 60, 58, 66, 6, 2]]
    (root,) = parts(blob, "ppt/charts/chart").values()
    bars = next(root.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}errBars"))
    assert [each.text for each in bars.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}v")] == ["3", "6", "5", "2"]
    assert parts(workbook_bytes(made), "xl/charts/chart")


def test_statuses_are_in_the_colours_of_the_theme():
    series = [Series("已销号", "closed", [3], colour="status-closed"), Series("超期", "overdue", [1], colour="status-overdue")]
    blob = deck_bytes(table([["甲", 1]], native=Native(STACKED, COUNT, "地区", ["甲"], series)))
    (root,) = parts(blob, "ppt/charts/chart").values()
    ns = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart", "a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    assert root.xpath("//c:ser/c:spPr/a:solidFill/a:schemeClr/@val", namespaces=ns) == ["accent1", "accent4"]
    theme = parts(blob, "ppt/theme/theme1")["ppt/theme/theme1.xml"]
    assert theme.xpath("//a:accent4/a:srgbClr/@val", namespaces=ns) == ["C4351C"]


def test_many_charts_share_one_workbook_with_a_name_for_each_sheet():
    one, other = table([["甲", 0.5]], native=native(["甲"], [0.5])), table([["乙", 0.1], ["丙", None]], title="另一个")
    blob = book_bytes([one, other, table([], chart="a[b]:*?/\\c" * 5)], title="简报 & 附表")
    book = load_workbook(io.BytesIO(blob))
    assert book.sheetnames == ["封面", "progress-by-region", "progress-by-region 图", "progress-by-region 2", book.sheetnames[4]]
    assert len(book.sheetnames[4]) <= 31 and not set("[]:*?/\\") & set(book.sheetnames[4])
    words = [[cell for cell in row if cell is not None] for row in book["封面"].iter_rows(values_only=True)]
    assert words[0] == ["简报 & 附表"] and ["progress-by-region 2", "另一个", 2] in words
    assert blob == book_bytes([one, other, table([], chart="a[b]:*?/\\c" * 5)], title="简报 & 附表")


def test_sheet_names_are_such_as_a_workbook_takes():
    taken: set[str] = set()
    names = [sheet_name(each, taken) for each in ("A" * 40, "a" * 40, "'x'", "History", "", "a/b", "\x00")]
    assert len({each.lower() for each in names}) == len(names) and all(0 < len(each) <= 31 for each in names)
    assert names[2] == "x" and names[3] != "History" and names[5] == "a b"


def test_many_charts_share_one_deck_and_one_document():
    one, other = table([["甲", 0.5]], native=native(["甲"], [0.5])), table([["乙", 0.1]], title="另一个")
    deck = new_deck()
    labelled = ((one, ("图1", "")), (other, ("", "表1")))
    assert [slides_into(deck, each, numbered=True, labels=labels) for each, labels in labelled] == [1, 1]
    found = opened(saved(deck, "简报"))
    assert [slide.shapes.title.text_frame.text for slide in found.slides] == [
        "图1　标题",
        "表1　另一个",
    ] and found.core_properties.title == "简报"
    document = new_letter()
    for k, each in enumerate((one, other), 1):
        sections_into(document, each, k, level=2)
    blob = closed(document, [one, other], "简报")
    held = Document(io.BytesIO(blob))
    said = [p.text for p in held.paragraphs]
    assert "图1　标题" in said and "表1　标题" in said and "表2　另一个" in said and len(held.tables) == 2
    assert [p.style.name for p in held.paragraphs if p.text in ("标题", "另一个")] == ["Heading 2", "Heading 2"]
    (book,) = [
        cells(zipfile.ZipFile(io.BytesIO(blob)).read(name)) for name in zipfile.ZipFile(io.BytesIO(blob)).namelist() if "embeddings" in name
    ]
    assert book[1:] == [["甲", 0.5]]


def test_a_master_of_the_deployers_own_keeps_its_size_and_the_place_of_its_titles():
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    layout = own.slide_layouts[5]
    layout.placeholders[0].left, layout.placeholders[0].top = Inches(1), Inches(0.5)
    layout.placeholders[0].width, layout.placeholders[0].height = Inches(8), Inches(1)
    own.slides.add_slide(layout).shapes.title.text = "示例"
    held = io.BytesIO()
    own.save(held)
    deck = new_deck(held.getvalue())
    assert slides_into(deck, table([["甲", 0.5]], native=native(["甲"], [0.5])), master=True) == 1
    found = opened(saved(deck, "x"))
    (slide,) = found.slides
    assert (found.slide_width, slide.shapes.title.top, slide.shapes.title.left) == (Inches(10), Inches(0.5), Inches(1))
    (frame,) = [shape for shape in slide.shapes if shape.has_chart]
    assert frame.top >= Inches(1.5) and frame.left + frame.width <= Inches(10)
    # without any layout that has a title there is a box of words
    bare = Presentation()
    for each in list(bare.slide_layouts)[:6] + list(bare.slide_layouts)[7:]:
        bare.slide_layouts.remove(each)
    held = io.BytesIO()
    bare.save(held)
    deck = new_deck(held.getvalue())
    slides_into(deck, table([["甲", 0.5]]), master=True)
    assert "标题" in words_of(opened(saved(deck, "x")).slides[0])


def test_a_document_of_the_deployers_own_may_lack_every_style_of_ours():
    own = Document()
    for name in ("Heading 1", "Caption"):
        element = own.styles[name].element
        element.getparent().remove(element)
    own.add_paragraph("旧的正文")
    held = io.BytesIO()
    own.save(held)
    document = new_letter(held.getvalue())
    sections_into(document, table([["甲", 0.5]], native=native(["甲"], [0.5])), 1)
    said = [p.text for p in Document(io.BytesIO(closed(document, [table([])], "x"))).paragraphs]
    assert "旧的正文" not in said and "标题" in said


def test_a_picture_given_stands_in_place_of_the_chart():
    picture = squares.png(ADDRESS, 3)
    blob = letter_bytes(table([["甲", 0.5]], native=native(["甲"], [0.5])), picture)
    assert parts(blob, "word/charts/chart") == {}
    shapes = Document(io.BytesIO(blob)).inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == ["标题。句子。", "查证码 ABCDEFGHJK"]


def test_without_a_code_there_are_no_squares():
    made = table([["甲", 0.5]])
    for name in ("code", "address", "reopens"):
        made = replace(made, **{name: ""})
    slide = opened(deck_bytes(made)).slides[0]
    assert not [shape for shape in slide.shapes if shape.name == "code"]
    assert load_workbook(io.BytesIO(workbook_bytes(made))).worksheets[0]._images == []
    assert len(Document(io.BytesIO(letter_bytes(made))).inline_shapes) == 0
    assert squares.path("") == ("", 0) and squares.png("") == b""


def test_squares_are_the_same_as_picture_and_as_path_and_an_address_too_long_has_none():
    drawn, side = squares.path(ADDRESS)
    runs = [part.split("h")[1].split("v")[0] for part in drawn.split("M") if part]
    png = squares.png(ADDRESS, 2)
    assert side * 2 == int.from_bytes(png[16:20], "big") and drawn.startswith(f"M{squares.QUIET} {squares.QUIET}h7v1h-7z")
    assert sum(map(int, runs)) > 200
    assert squares.path("http://" + "x" * 5000) == ("", 0) and squares.png("http://" + "x" * 5000) == b""


def test_values_are_printed_as_a_reader_sees_them():
    made = table([], columns=("region", "completion_rate", "grade", "status", "tied", "day", "change", "schedule_value"), labels=("",) * 8,
                 kinds={"completion_rate": "rate", "change": "change", "schedule_value": "rate"})  # fmt: skip
    said = {
        "completion_rate": (0.9998, "99.9%"), "region": (None, "—"), "grade": ("III", "Ⅲ类"), "status": ("closed", "已销号"), "tied": (True, "是"),
        "day": (date(2022, 9, 3), "2022-09-03"), "change": (-3, "−3"), "schedule_value": (-0.0358, "−3.6个百分点"),
    }  # fmt: skip
    assert {name: printed(value, name, made) for name, (value, _) in said.items()} == {name: text for name, (_, text) in said.items()}


def test_a_document_shows_columns_that_have_a_name_and_no_codes():
    columns = ("region_code", "region", "level", "status", "status_name", "count", "raw")
    labels = ("代码", "地区", "层级", "状态", "状态名称", "数量", "raw")
    assert [columns[k] for k in readers(columns, labels)] == ["region", "status_name", "count"]
    assert [columns[k] for k in readers(columns, labels, "status-structure")] == ["status", "count"]


def test_words_are_measured_by_their_signs():
    assert em("县") == 1 and em("ab") < 1.3
    assert lines("县" * 20, 120, 12) == 3 and lines("a\nb", 500, 12) == 2
    assert cut("县" * 20, 120, 12, 1).endswith("…") and lines(cut("县" * 200, 120, 12, 2), 120, 12) == 2
    assert fitted("短", 100, (24, 12), 1) == ("短", 24, 1)


@pytest.mark.parametrize("wide", [360.0, 450.0, 1200.0])
def test_no_day_and_no_word_of_a_crowded_table_is_parted(wide):
    heads = ["Ledger number", "Region", "Text", "Current deadline", "Acknowledged"]
    rows = [["JS1-320104-0002", "Qinhuai District, Nanjing, Jiangsu", "治理设施未同步运行，" * 9, "2022-09-16", "—"]] * 3
    found = widths(heads, rows, wide, 7.0)
    assert sum(found) <= wide + 0.01
    for k, width in enumerate(found):
        words = [word for text in (heads[k], rows[0][k]) for word in text.split() if word.isascii()]
        assert all(em(word) * 7.0 <= width - 1.1 * 7.0 for word in words), (heads[k], width)
    # most of what is left goes to the long text
    least = widths(heads, rows, 252.0, 7.0)
    assert max(range(5), key=lambda k: found[k] - least[k]) == 2
