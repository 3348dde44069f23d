"""What a reader sees in the figures of the progress page: order, numbers, words, colours."""

import json
import re
import time
from datetime import date
from itertools import chain, pairwise

import pytest

from dashboard import theme
from dashboard.figures import canvas
from dashboard.figures.loop_funnel import loop_funnel
from dashboard.figures.overdue_ageing import overdue_ageing
from dashboard.figures.planned_vs_actual import planned_vs_actual
from dashboard.figures.progress_by_region import MOST, progress_by_region
from dashboard.figures.region_by_category import region_by_category
from dashboard.figures.status_structure import status_structure
from dashboard.figures.territory_by_department import territory_by_department
from dashboard.view import Style, View
from tests.unit import figure_frames as frames

ZH, EN = View(), View("en")
DRAWN = [
    (progress_by_region, frames.progress),
    (status_structure, frames.status),
    (planned_vs_actual, frames.curve),
    (loop_funnel, frames.funnel),
    (region_by_category, frames.cells),
    (territory_by_department, lambda: frames.cells("department")),
    (overdue_ageing, frames.ageing),
]


def words(figure):
    """Every text drawn, without tags."""
    texts = [a["text"] for a in figure["layout"].get("annotations", [])]
    texts += [label for axis in ("xaxis", "yaxis") for label in figure["layout"][axis].get("ticktext", [])]
    return [re.sub(r"<br>", "|", re.sub(r"</?(?:b|i|span)\b[^>]*>", "", text)) for text in texts]


def title(figure):
    return figure["layout"]["meta"]["title"]


@pytest.mark.parametrize(("figure", "frame"), DRAWN, ids=[f.__name__ for f, _ in DRAWN])
@pytest.mark.parametrize(
    "view", [View(lang, style, mode) for lang in ("zh-CN", "en") for style in Style for mode in ("light", "dark")], ids=str
)
def test_figure_is_plain_json_of_fixed_size_without_turned_labels(figure, frame, view):
    drawn = figure(frame(), view)
    json.dumps(drawn, allow_nan=False)
    layout = drawn["layout"]
    assert layout["height"] > 100 and set(layout["margin"]) == {"l", "r", "t", "b", "pad"}
    for axis in ("xaxis", "yaxis"):
        assert layout[axis]["automargin"] is False
        assert layout[axis].get("tickangle", 0) == 0
    # beside the picture on a page and on the wall, in it elsewhere
    assert ("title" in layout) == (view.style not in (Style.PAGE, Style.SCREEN))
    assert {trace["type"] for trace in drawn["data"]} <= {"bar", "scatter", "heatmap"}


def test_progress_puts_the_region_furthest_behind_on_top():
    drawn = progress_by_region(frames.progress(), ZH)
    assert drawn["layout"]["yaxis"]["ticktext"] == ["淮安市", "盐城市", "南京市", "无锡市", "苏州市"]
    assert drawn["layout"]["yaxis"]["range"][0] > drawn["layout"]["yaxis"]["range"][1]
    assert title(drawn) == "淮安市最落后，完成率75.0%；超期最多的是盐城市，26项"
    assert "75.0%  超期7  24/32" in words(drawn)
    assert "合计 92.4%" in words(drawn)


def test_progress_bars_fill_a_hundred_percent_with_overdue_at_the_right_edge():
    drawn = progress_by_region(frames.progress(), ZH)
    assert [trace["name"] for trace in drawn["data"]] == ["已销号", "已整改待复核", "整改中", "临期", "超期"]
    for i in range(5):
        at = 0.0
        for trace in drawn["data"]:
            assert trace["base"][i] == pytest.approx(at)
            at += trace["x"][i]
        assert at == pytest.approx(1)
    assert drawn["data"][-1]["marker"]["color"] == theme.TOKENS["light"]["status-overdue"]


def test_progress_bar_drills_down_and_its_late_part_and_label_lead_to_rows():
    drawn = progress_by_region(frames.progress(), ZH)
    closed, overdue = drawn["data"][0], drawn["data"][-1]
    assert closed["customdata"][0] == "region=320800"
    assert overdue["customdata"][0] == "region=320800&rows=overdue"
    assert drawn["layout"]["annotations"][0]["name"] == "region=320800&rows=overdue"
    leaf = progress_by_region(frames.progress(children=False), ZH)
    assert leaf["data"][0]["customdata"][0] == "region=320800&rows=closed"


def test_progress_shows_a_region_without_items_as_null_and_last():
    drawn = progress_by_region(frames.progress([*frames.CITIES, ("320700", "连云港市", 2, 1, 1, 0, 0, 0, 0, 0, 0, 0)]), ZH)
    assert drawn["layout"]["yaxis"]["ticktext"][-1] == "连云港市"
    assert "— 没有有效问题" in words(drawn)
    assert drawn["data"][0]["x"][-1] is None


def test_progress_of_many_regions_draws_the_worst_and_the_best_and_says_what_is_between():
    drawn = progress_by_region(frames.many(95), ZH)
    names = drawn["layout"]["yaxis"]["ticktext"]
    assert len(names) == MOST
    assert any(re.fullmatch(r"其间另有55个地区，完成率\d+\.\d%至\d+\.\d%", text) for text in words(drawn))
    rates = [1 - sum(trace["x"][i] for trace in drawn["data"][2:]) for i in range(MOST)]
    assert rates == sorted(rates)
    # the gap takes a slot of its own
    slots = drawn["layout"]["yaxis"]["tickvals"]
    assert slots[29] == 29 and slots[30] == 31


def test_progress_wraps_long_names_and_cuts_none():
    drawn = progress_by_region(frames.many(3, long_names=True), ZH)
    for label in drawn["layout"]["yaxis"]["ticktext"]:
        assert "双江拉祜族佤族布朗族傣族自治县" in label.replace("<br>", "")
        assert all(canvas.em(line) <= 8 for line in label.split("<br>"))
    assert drawn["layout"]["margin"]["l"] < 160


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", "甲县", 5, 0, 0, 5, 5, 5, 5, 5, 0, 0)], "甲县整改完成率100.0%"),
        ([("1", "甲县", 8, 0, 0, 5, 5, 8, 5, 5, 3, 0)], "甲县整改完成率62.5%，超期3项"),
        ([("1", "甲县", 5, 0, 0, 5, 5, 5, 5, 5, 0, 0), ("2", "乙县", 3, 0, 0, 3, 0, 3, 3, 3, 0, 0)], "2个地区的问题全部完成整改"),
        ([("1", "甲县", 4, 0, 0, 2, 0, 2, 2, 2, 0, 0), ("2", "乙县", 2, 0, 0, 1, 0, 1, 1, 1, 0, 0)], "各地完成率同为50.0%"),
        (
            [("1", "甲县", 4, 0, 0, 3, 0, 3, 3, 3, 0, 0), ("2", "乙县", 2, 0, 0, 1, 0, 1, 1, 1, 0, 0)],
            "乙县最落后，完成率50.0%；没有超期问题",
        ),
        ([("1", "甲县", 4, 0, 0, 3, 0, 3, 3, 3, 0, 0), ("2", "乙县", 2, 0, 0, 1, 0, 2, 1, 1, 1, 0)], "乙县最落后：完成率50.0%，超期1项"),
        ([], "没有符合条件的事项"),
    ],
)
def test_progress_title_states_the_finding(rows, expected):
    assert title(progress_by_region(frames.progress(rows), ZH)) == expected


def test_progress_never_says_a_hundred_percent_of_an_unfinished_region():
    drawn = progress_by_region(frames.progress([("1", "甲县", 5000, 0, 0, 4999, 0, 0, 0, 0, 0, 0)]), ZH)
    assert title(drawn) == "甲县整改完成率99.9%"


def test_status_structure_keeps_merged_as_its_own_hatched_slice():
    drawn = status_structure(frames.status(), ZH)
    assert drawn["layout"]["yaxis"]["ticktext"] == ["已销号", "达到序时进度", "未达到序时进度", "并入"]
    assert [text for text in words(drawn) if "%" in text] == ["42.9%  24", "12.5%  7", "1.8%  1", "42.9%  24"]
    shapes = drawn["data"][0]["marker"]["pattern"]["shape"]
    assert shapes[0] == "" and shapes[-1] == "/" and len(set(shapes)) == 4
    assert drawn["data"][0]["customdata"][-1] == "rows=status:merged"
    assert title(status_structure(frames.status({}), ZH)) == "没有已发现的问题"


@pytest.mark.parametrize(
    ("deviation", "expected", "english"),
    [
        (-0.032, "落后序时进度3.2个百分点", "3.2 pp behind schedule"),
        (0.05, "超前序时进度5.0个百分点", "5.0 pp ahead of schedule"),
        (0.0, "与序时进度持平", "Level with the schedule"),
    ],
)
def test_curve_writes_the_gap_out_in_points(deviation, expected, english):
    drawn = planned_vs_actual(frames.curve(deviation=deviation), ZH)
    assert title(drawn) == expected
    assert title(planned_vs_actual(frames.curve(deviation=deviation), EN)) == english
    gap = [text for text in words(drawn) if "个百分点" in text]
    assert len(gap) == (0 if deviation == 0 else 1)
    assert "截至10月31日" in words(drawn)


def test_curve_ends_the_actual_line_on_the_as_of_day_and_smooths_nothing():
    drawn = planned_vs_actual(frames.curve(), ZH)
    planned, actual = drawn["data"]
    assert planned["line"]["shape"] == actual["line"]["shape"] == "hv"
    known = [day for day, y in zip(actual["x"], actual["y"], strict=True) if y is not None]
    assert date.fromisoformat(known[-1]) == frames.AS_OF
    assert None not in planned["y"] and planned["x"][-1] > known[-1]


def test_curve_labels_keep_a_line_apart():
    for deviation in (-0.5, -0.01, 0.004, 0.2):
        drawn = planned_vs_actual(frames.curve(deviation=deviation), ZH)
        heights = sorted(a["y"] for a in drawn["layout"]["annotations"] if "xshift" in a)
        assert all(b - a >= 0.08 for a, b in pairwise(heights)) and heights[0] > -0.05 and heights[-1] < 1.05


def test_funnel_shows_the_time_between_stages_and_names_the_slowest():
    drawn = loop_funnel(frames.funnel(), ZH)
    assert title(drawn) == "最慢的一步是到“上报完成”，中位21天"
    assert "↓ 中位21天 · 九成58天内" in words(drawn)
    assert "74.5%  745" in words(drawn)
    assert drawn["data"][0]["customdata"][-1] == "rows=reached:closed"


def test_heat_table_shades_the_laggards_darkest_and_marks_small_numbers():
    drawn = region_by_category(frames.cells(), ZH)
    heat = drawn["data"][0]
    assert drawn["layout"]["yaxis"]["ticktext"][:-1] == ["淮安市", "盐城市", "南京市"]
    assert heat["z"][0][0] is not None
    # four items: in italics, and not named as the worst; no cell for what has no items
    row = drawn["layout"]["yaxis"]["ticktext"].index("淮安市")
    columns = [label.replace("<br>", "") for label in drawn["layout"]["xaxis"]["ticktext"]]
    assert "<i>" in heat["text"][row][columns.index("大气污染")]
    assert heat["text"][row][columns.index("水污染")] == "" and heat["z"][row][columns.index("水污染")] is None
    assert title(drawn) == "淮安市的固体废物和危险废物完成率最低，78.6%"
    first, last = heat["colorscale"][0][1], heat["colorscale"][-1][1]
    assert theme.contrast(first, theme.TOKENS["light"]["surface"]) > theme.contrast(last, theme.TOKENS["light"]["surface"])
    assert heat["customdata"][0][columns.index("固体废物和危险废物")] == "region=320800&category=waste&rows=effective"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_heat_table_numbers_are_legible_in_every_class(mode):
    view = View(theme=mode)
    regions = [(str(i), f"第{i}县") for i in range(6)]
    heat = region_by_category(frames.cells(regions=regions), view)["data"][0]
    colours = dict.fromkeys(colour for _, colour in heat["colorscale"])
    for z, text in zip(chain(*heat["z"]), chain(*heat["text"]), strict=True):
        if z is None:
            continue
        found = re.search(r"color:(#\w+)", text)
        ink = found.group(1) if found else heat["textfont"]["color"]
        assert theme.contrast(ink, list(colours)[z]) >= 3.5


def test_heat_table_totals_are_ratios_of_sums():
    drawn = region_by_category(frames.cells(), ZH)
    totals = drawn["data"][1]
    assert totals["text"][-1] == "<b>88.7%</b>"
    assert totals["hovertext"][-1] == "290/327"


def test_pivot_has_departments_across():
    drawn = territory_by_department(frames.cells("department", columns=[("e", "生态环境局"), ("w", "水利局"), ("h", "住房城乡建设局")]), ZH)
    assert [label.replace("<br>", "") for label in drawn["layout"]["xaxis"]["ticktext"]] == [
        "住房城乡建设局",
        "生态环境局",
        "水利局",
        "<b>合计</b>",
    ]


def test_ageing_keeps_empty_buckets_and_says_how_many_are_over_a_month():
    drawn = overdue_ageing(frames.ageing((20, 9, 0, 2, 1)), ZH)
    assert drawn["layout"]["yaxis"]["ticktext"] == ["1–7天", "8–15天", "16–30天", "31–60天", "61天及以上"]
    assert title(drawn) == "3项超期已超过30天"
    assert "0  0.0%" in words(drawn)
    assert drawn["data"][0]["customdata"][3] == "rows=ageing:31-60"
    assert title(overdue_ageing(frames.ageing((0, 0, 0, 0, 0)), ZH)) == "没有超期问题"


def test_ledger_text_is_shown_as_text():
    drawn = progress_by_region(frames.progress([("1", "<b>甲</b>&乙", 5, 0, 0, 3, 1, 3, 3, 3, 0, 0)]), ZH)
    assert drawn["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;甲&lt;/b&gt;&amp;乙"]
    assert "<b>甲" not in drawn["data"][0]["hovertext"][0].replace("<b>&lt;b", "")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("南京市", 8, "南京市"),
        ("住房城乡建设局", 5, "住房城乡<br>建设局"),
        ("Housing and urban-rural development", 9, "Housing and<br>urban-rural<br>development"),
        ("扬尘", 1, "扬<br>尘"),
    ],
)
def test_labels_break_into_lines_of_about_one_length(text, width, expected):
    assert canvas.wrap(text, width) == expected


@pytest.mark.parametrize(("rows", "limit"), [(31, 1.5), (95, 4.0)])
def test_progress_figure_is_built_quickly(rows, limit):
    frame = frames.many(rows)
    best = min(_timed(frame) for _ in range(15))
    # the machine of a test run may be shared: four times what a quiet one needs
    assert best < limit * 4


def _timed(frame):
    start = time.perf_counter()
    progress_by_region(frame, ZH)
    return (time.perf_counter() - start) * 1000
