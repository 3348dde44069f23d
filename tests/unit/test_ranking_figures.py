"""What a reader sees in the figures of the ranking: order, ranks, ties, marks, what is picked, what moves."""

import json
import re
from itertools import pairwise

import pytest

from dashboard import theme
from dashboard.figures import labels, palette
from dashboard.figures.contest_result import contest_result
from dashboard.figures.county_ranking import county_ranking
from dashboard.figures.rank_contributions import rank_contributions
from dashboard.figures.rank_history import rank_history
from dashboard.figures.rank_intervals import rank_intervals
from dashboard.figures.rank_race import FRAME_MS, SLIDE_MS, rank_race
from dashboard.figures.rank_what_if import rank_what_if
from dashboard.view import Style, View
from tests.unit import ranking_frames as frames

ZH, EN, WALL, SLIDE = View(), View("en"), View(style=Style.SCREEN), View(style=Style.SLIDE)
RED = theme.TOKENS["light"]["status-overdue"]
DRAWN = [
    (county_ranking, frames.ranking),
    (rank_history, frames.history),
    (rank_race, frames.race),
    (rank_intervals, frames.intervals),
    (rank_contributions, frames.contributions),
    (rank_what_if, frames.what_if),
    (contest_result, frames.contest),
]


def plain(text):
    return re.sub(r"<br>", "|", re.sub(r"</?(?:b|i|span)\b[^>]*>", "", text))


def notes(figure):
    return [plain(a["text"]) for a in figure["layout"].get("annotations", [])]


def title(figure):
    return figure["layout"]["meta"]["title"]


@pytest.mark.parametrize(("figure", "frame"), DRAWN, ids=[f.__name__ for f, _ in DRAWN])
@pytest.mark.parametrize(
    "view", [View(lang, style, mode) for lang in ("zh-CN", "en") for style in Style for mode in ("light", "dark")], ids=str
)
def test_figure_is_plain_json_of_fixed_size_that_shows_no_missing_value(figure, frame, view):
    drawn = figure(frame(), view)
    text = json.dumps(drawn, allow_nan=False, ensure_ascii=False)
    assert "nan" not in text.lower().replace("nanjing", "") and "<NA>" not in text and "None" not in text
    layout = drawn["layout"]
    assert layout["height"] > 100 and set(layout["margin"]) == {"l", "r", "t", "b", "pad"}
    assert all(layout[axis]["automargin"] is False for axis in ("xaxis", "yaxis"))
    # beside the picture on a page and on the wall, in it elsewhere
    assert ("title" in layout) == (view.style not in (Style.PAGE, Style.SCREEN))


@pytest.mark.parametrize(("figure", "frame"), DRAWN, ids=[f.__name__ for f, _ in DRAWN])
def test_an_empty_frame_says_so(figure, frame):
    drawn = figure(frames.with_attrs(frame().head(0), saturated=0), ZH)
    assert drawn["data"] == [] and title(drawn)
    assert notes(drawn)[0].replace("|", "") == title(drawn)


# ------------------------------------------------------------------ lanes


def ranks(figure):
    return [text for text in notes(figure) if re.fullmatch(r"(?:并列|=)?\d+", text)]


def test_lanes_stand_by_rank_and_a_tie_shares_its_rank():
    drawn = county_ranking(frames.ranking(8, 0), ZH)
    assert ranks(drawn) == ["1", "2", "并列3", "并列3", "5", "6", "7", "8"]
    assert ranks(county_ranking(frames.ranking(8, 0), EN)) == ["1", "2", "=3", "=3", "5", "6", "7", "8"]
    bar = drawn["data"][0]
    assert bar["customdata"][:2] == ["pick=320000", "pick=320001"]
    assert list(bar["x"]) == sorted(bar["x"], reverse=True)
    assert [plain(text).strip() for text in drawn["data"][2]["text"]][:2] == ["98.40", f"{bar['x'][1]:.2f}"]
    assert drawn["layout"]["xaxis"]["range"] == [0.0, 100.0]


def test_the_last_three_are_red_and_nobody_else_is():
    drawn = county_ranking(frames.ranking(), ZH)
    bar = drawn["data"][0]
    red = [key for key, colour in zip(bar["customdata"], bar["marker"]["color"], strict=True) if colour == RED]
    assert red == ["pick=320092", "pick=320093", "pick=320094"]
    assert title(drawn) == "海安市继续第1；灌南县（数量不足※）、睢宁县、沛县列后3位"


def test_a_tie_for_the_last_places_is_not_cut():
    points = [90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 40.0, 40.0, 40.0]
    drawn = county_ranking(frames.ranking(9, 0, points=points), ZH)
    assert drawn["data"][0]["marker"]["color"].count(RED) == 4
    assert title(drawn) == "海安市继续第1；宜兴市、灌南县、睢宁县、沛县列后4位"


def test_where_all_share_the_first_place_nobody_is_last():
    drawn = county_ranking(frames.ranking(6, 0, points=[100.0] * 6), ZH)
    assert RED not in drawn["data"][0]["marker"]["color"]
    assert title(drawn) == "6个地区并列第1"
    assert set(ranks(drawn)) == {"并列1"}


def test_saturation_is_the_finding_and_names_what_still_separates():
    found = [{"measure": "a", "name": "首次复核通过率", "distinct": 9}, {"measure": "b", "name": "按期率", "distinct": 5}]
    drawn = county_ranking(frames.ranking(20, points=[100.0] * 12 + [90.0] * 8, saturated=12, separators=found), ZH)
    assert title(drawn) == "12个地区并列第1，名次已无意义：请看首次复核通过率、按期率"
    assert RED not in drawn["data"][0]["marker"]["color"]


def test_of_many_places_the_first_the_last_and_those_picked_are_drawn():
    drawn = county_ranking(frames.ranking(picked=["320040"]), ZH)
    assert ranks(drawn) == ["1", "2", "并列3", "并列3", *map(str, range(5, 11)), "41", *map(str, range(86, 96))]
    assert [text for text in notes(drawn) if "中间" in text] == ["⋮ 中间30个", "⋮ 中间44个"]
    assert len(drawn["layout"]["shapes"]) == 1
    assert len(county_ranking(frames.ranking(30), ZH)["data"][0]["x"]) == 30
    wall = county_ranking(frames.ranking(), WALL)
    assert ranks(wall) == ["1", "2", "并列3", "并列3", "5", "6", "7", "8", "93", "94", "95"]
    assert wall["data"][2]["textfont"]["size"] >= 24


def test_a_place_that_is_not_ranked_is_named_with_its_reason_and_has_no_lane():
    drawn = county_ranking(frames.ranking(8, 3), ZH)
    assert "不参与排名3个|没有纳入统计的事项：甲县、丙县|缺项权重过多：乙县" in notes(drawn)
    assert len(drawn["data"][0]["x"]) == 8 and "pick=329000" not in drawn["data"][0]["customdata"]


def test_a_lane_shows_movement_numbers_small_base_and_signs():
    heads = {text.split("  ")[0]: text for text in notes(county_ranking(frames.ranking(), ZH))}
    assert heads["海安市"] == "海安市  →  39/40"
    assert heads["张家港市"].startswith("张家港市  ▲1  ") and heads["溧阳市"].startswith("溧阳市  ▲2  ")
    assert heads["宜兴市"].startswith("宜兴市  新  ")
    assert heads["江阴市"].endswith("3/3 ※")
    assert heads["昆山市"].endswith("延期偏多  复核退回偏多")
    none = frames.ranking(8, 0, before_period_name=None)
    assert not any(mark in text for text in notes(county_ranking(none, ZH)) for mark in "▲▼→新")


def test_a_small_base_is_hatched_as_well_as_marked():
    drawn = county_ranking(frames.ranking(8, 0), ZH)
    assert drawn["data"][0]["marker"]["pattern"]["shape"] == ["", "", "", "", "/", "", "", ""]


def test_places_of_one_name_carry_the_place_above():
    text = " ".join(notes(county_ranking(frames.ranking(), ZH)))
    assert "鼓楼区（南京市）" in text and "鼓楼区（徐州市）" in text and "沛县（" not in text


def test_a_group_shows_its_own_ranks_and_the_overall_ones_beside():
    frame = frames.ranking(6, 0, group_name="县级市")
    frame["group_rank"] = frame["rank"]
    frame["rank"] = frame["rank"] + 10
    drawn = county_ranking(frame, ZH)
    assert ranks(drawn) == ["1", "2", "并列3", "并列3", "5", "6"]
    assert any("总第11" in text for text in notes(drawn)) and title(drawn).startswith("县级市：")


def test_a_part_of_the_race_never_speaks_of_the_last_three():
    frame = frames.ranking(95, 0).iloc[30:36]
    frame.attrs = {**frames.ATTRS, "ranked": 95}
    drawn = county_ranking(frame, ZH)
    assert RED not in drawn["data"][0]["marker"]["color"]
    assert title(drawn) == "其中扬中市名次最前，第31；兴化市最后，第36"


def test_gains_are_drawn_from_zero_in_both_directions():
    drawn = county_ranking(frames.ranking(10, 0, by="improvement"), ZH)
    low, high = drawn["layout"]["xaxis"]["range"]
    reach = [*drawn["data"][0]["x"], *(x for x in drawn["data"][1]["x"] if x is not None)]
    assert low == min(reach) < 0 < max(reach) == high
    texts = [plain(text).strip() for text in drawn["data"][2]["text"]]
    assert texts[0] == "+6.50" and texts[-1] == "−3.40"
    assert title(drawn).startswith("海安市进步最大，+6.50分")


def test_an_interval_ends_where_the_scale_does():
    frame = frames.ranking(6, 0)
    frame["score_high"] = 104.0
    drawn = county_ranking(frame, ZH)
    assert max(x for x in drawn["data"][1]["x"] if x is not None) == 100.0 == drawn["data"][2]["x"][0]


def test_a_drawn_headline_of_two_lines_pushes_the_chart_down():
    name = "双江拉祜族佤族布朗族傣族自治县"
    one = rank_history(frames.history(), SLIDE)["layout"]
    frame = frames.history(scheme_name=name * 3)
    two = rank_history(frame, SLIDE)["layout"]
    assert two["margin"]["t"] > one["margin"]["t"] and two["height"] - two["margin"]["t"] == one["height"] - one["margin"]["t"]


def test_a_long_name_is_whole_and_its_lane_taller():
    frame = frames.ranking(6, 0)
    short = county_ranking(frame, ZH)["layout"]["height"]
    frame = frame.copy()
    frame.loc[1, "region"] = "双江拉祜族佤族布朗族傣族自治县"
    drawn = county_ranking(frame, ZH)
    assert any(text.startswith("双江拉祜族佤族布朗族傣族自治县") and "|" in text for text in notes(drawn))
    assert drawn["layout"]["height"] > short


# ------------------------------------------------------------------ history and race


def test_history_has_rank_one_on_top_and_names_at_the_end_that_do_not_touch():
    drawn = rank_history(frames.history(), ZH)
    low, high = drawn["layout"]["yaxis"]["range"]
    assert low > 95 and high < 1 and drawn["layout"]["yaxis"]["tickvals"][0] == 1
    ends = [a for a in drawn["layout"]["annotations"] if a.get("captureevents")]
    assert [plain(a["text"]) for a in ends] == ["1 海安市", "93 灌南县", "94 沛县", "95 睢宁县"]
    per = (drawn["layout"]["height"] - drawn["layout"]["margin"]["t"] - drawn["layout"]["margin"]["b"]) / (low - high)
    places = sorted(a["y"] for a in ends)
    assert all((b - a) * per >= 15 for a, b in pairwise(places))


def test_history_of_ninety_five_draws_grey_and_a_few():
    drawn = rank_history(frames.history(picked=["320010", "320050"]), ZH)
    assert [trace.get("name") for trace in drawn["data"]] == [None, "贾汪区", "海门区"]
    assert all(trace["line"]["shape"] == "linear" for trace in drawn["data"])
    assert len(json.dumps(drawn)) < 120_000


def test_history_names_its_periods_without_their_days():
    drawn = rank_history(frames.history(), ZH)
    # the year where it begins, and no more
    assert drawn["layout"]["xaxis"]["ticktext"] == ["第34周<br>2022年", "第37周", "第40周", "第43周"]
    assert rank_history(frames.history(), EN)["layout"]["xaxis"]["ticktext"][:2] == ["W34<br>2022", "W37"]
    assert len(rank_history(frames.history(), WALL)["layout"]["xaxis"]["ticktext"]) == 12
    assert "<br>（" not in drawn["data"][-1]["hovertext"][0] and "（8月1—7日）" in drawn["data"][-1]["hovertext"][0]


def test_history_hollows_what_is_not_locked_and_breaks_where_a_place_was_not_ranked():
    drawn = rank_history(frames.history(), ZH)
    line = next(trace for trace in drawn["data"] if trace.get("name") == "沛县")
    paper = theme.TOKENS["light"]["surface"]
    assert line["marker"]["color"][-1] == paper and paper not in line["marker"]["color"][:3]
    assert line["y"][3] is None and None not in line["y"][:3] + line["y"][4:]


def test_the_race_never_joins_a_name_to_anothers_score():
    frame = frames.race()
    drawn = rank_race(frame, ZH)
    for step, (period, rows) in zip(drawn["frames"], frame.groupby("period", sort=False), strict=True):
        assert step["name"] == period
        said = {row.region_code: (row.slot - 1, row.score, row.region) for row in rows.itertuples()}
        shown = 0
        for key, x, y, text in zip(
            drawn["data"][0]["customdata"], step["data"][0]["x"], step["data"][0]["y"], step["data"][0]["text"], strict=True
        ):
            slot, score, name = said[key.removeprefix("pick=")]
            assert x == score
            if y < 15:
                shown += 1
                assert y == slot and name in text and f"{score:.2f}" in text
            else:
                assert slot >= 15 and text == "" and y > drawn["layout"]["yaxis"]["range"][0]
        assert shown == 15


def test_the_race_shows_ties_and_keeps_its_order_and_colours():
    drawn = rank_race(frames.race(), ZH)
    newest = [text.split("  ") for text in drawn["data"][0]["text"] if text]
    assert sorted(rank for rank, *_ in newest)[-2:] == ["并列2", "并列2"]
    assert all(len(step["data"][0]["x"]) == len(drawn["data"][0]["x"]) for step in drawn["frames"])
    assert all(step["traces"] == [0] for step in drawn["frames"])
    few = rank_race(frames.race(20), ZH)
    both = dict(zip(few["data"][0]["customdata"], few["data"][0]["marker"]["color"], strict=True))
    for key, colour in zip(drawn["data"][0]["customdata"], drawn["data"][0]["marker"]["color"], strict=True):
        assert both.get(key, colour) == colour


def test_the_race_starts_on_its_button_alone_and_bars_arrive_before_they_leave():
    layout = rank_race(frames.race(), EN)["layout"]
    play, pause = layout["updatemenus"][0]["buttons"]
    assert (play["label"], pause["label"]) == ("▶ Play", "Pause")
    assert play["args"][1]["frame"] == {"duration": FRAME_MS, "redraw": False} and SLIDE_MS < FRAME_MS
    assert "autoplay" not in json.dumps(layout)
    assert [step["label"] for step in layout["sliders"][0]["steps"]][-1].startswith("2022年第43周") and layout["sliders"][0]["active"] == 11


def test_the_race_is_small():
    assert len(json.dumps(rank_race(frames.race(), ZH), ensure_ascii=False).encode()) < 120_000


# ------------------------------------------------------------------ intervals


def test_intervals_shade_what_cannot_be_told_apart_from_the_place_picked():
    drawn = rank_intervals(frames.intervals(20, picked=["320015"]), ZH)
    frame = frames.intervals(20)
    score, low, high = (frame[name].tolist() for name in ("score", "score_low", "score_high"))

    def faces(k: int) -> float:
        """The sides of two intervals that face each other, added in squares."""
        better, worse = (k, 15) if score[k] >= score[15] else (15, k)
        return ((score[better] - low[better]) ** 2 + (high[worse] - score[worse]) ** 2) ** 0.5

    alike = [k for k in range(20) if abs(score[k] - score[15]) <= faces(k)]
    assert [shape["y0"] + 0.5 for shape in drawn["layout"]["shapes"]] == alike and len(alike) > 1
    assert title(drawn) == f"大丰区（第16）与{len(alike) - 1}个地区难以区分"


def test_history_tells_years_months_quarters_and_rounds_apart():
    def ticks(codes, view=ZH):
        frame = frames.history(8, len(codes))
        given = dict(zip(dict.fromkeys(frame["period"]), codes, strict=True))
        frame["period_name"] = frame["period"].map(lambda code: "第2轮（9月5—16日）")
        frame["period"] = frame["period"].map(given)
        return rank_history(frame, view)["layout"]["xaxis"]["ticktext"]

    assert ticks(["2022-W51", "2022-W52", "2023-W01"]) == ["第51周<br>2022年", "第52周", "第1周<br>2023年"]
    assert ticks(["2022-12", "2023-01"]) == ["12月<br>2022年", "1月<br>2023年"]
    assert ticks(["2022-12", "2023-01"], EN) == ["Dec<br>2022", "Jan<br>2023"]
    assert ticks(["2022-Q3", "2022-Q4"]) == ["第3季度<br>2022年", "第4季度"]
    assert ticks(["R2"]) == ["第2轮"]


def test_intervals_of_many_draw_the_ends_and_as_many_rows_as_the_race_beside_is_high():
    drawn = rank_intervals(frames.intervals(), ZH)
    names = [plain(text) for text in drawn["layout"]["yaxis"]["ticktext"]]
    assert abs(drawn["layout"]["height"] - rank_race(frames.race(), ZH)["layout"]["height"]) < 60
    assert len(names) == 26 and names[0] == "1  海安市" and names[-1] == "95  沛县"
    assert "39/40\u20021–5" in notes(drawn)


def test_a_small_base_is_a_hollow_dot():
    drawn = rank_intervals(frames.intervals(8), ZH)
    paper = theme.TOKENS["light"]["surface"]
    assert [colour == paper for colour in drawn["data"][1]["marker"]["color"]] == [False] * 4 + [True] + [False] * 3


# ------------------------------------------------------------------ contributions, tried weights, contest


def test_contributions_of_one_place_earn_and_lose_their_weight_and_mark_the_next():
    drawn = rank_contributions(frames.contributions(picked=["320093"]), ZH)
    earned, lost, words = drawn["data"]
    for k, weight in enumerate((25, 15, 15, 10, 20, 5, 10)):
        assert earned["x"][k] + lost["x"][k] == pytest.approx(weight)
        assert lost["base"][k] == earned["x"][k]
    assert plain(words["text"][0]) == "\u00a09.50/25\u2002差9.75"
    assert drawn["layout"]["shapes"][0]["x0"] == pytest.approx(19.25)
    assert earned["customdata"][0] == "region=320093&rows=due" and earned["customdata"][4] == ""
    assert title(drawn) == "睢宁县（第94）距前一名（海安市）37.15分，差在按期率"


def test_contributions_say_what_has_no_value_and_draw_a_penalty_in_red():
    drawn = rank_contributions(frames.contributions(picked=["320094"]), ZH)
    earned, _, words = drawn["data"]
    assert plain(words["text"][6]) == "\u00a0—" and plain(words["text"][7]).startswith("\u00a0−2.00")
    assert earned["marker"]["color"][7] == RED and RED not in earned["marker"]["color"][:7]
    assert any("没有数值，权重由其他指标分担" in text for text in notes(drawn))


def test_two_places_stand_in_pairs_with_the_difference_written_out():
    drawn = rank_contributions(frames.contributions(), ZH)
    assert len(drawn["data"]) == 6 and drawn["layout"]["shapes"] == []
    assert title(drawn) == "海安市（第1）比沛县（第95）高51.95分，差距最大的是按期率"
    assert plain(drawn["data"][5]["text"][0]) == "\u00a08.00/25\u2002差11.25"
    # the key is written in the colours of the bars
    key = next(a["text"] for a in drawn["layout"]["annotations"] if "深色" in a["text"])
    for name, colour in zip(
        ("海安市", "沛县"), (drawn["data"][0]["marker"]["color"][0], drawn["data"][2 + 1]["marker"]["color"][0]), strict=True
    ):
        assert f'<span style="color:{colour}"><b>{name} ' in key


def test_slopes_are_drawn_for_those_that_move():
    drawn = rank_what_if(frames.what_if(12), ZH)
    left = [text for text in notes(drawn) if re.fullmatch(r"\D+ \d+", text)]
    assert sorted(left) == sorted(["溧阳市 7", "常熟市 4", "江阴市 5", "宜兴市 6"])
    assert title(drawn) == "试算后4个地区名次变化，升得最多的是溧阳市（第7→第4）"
    still = frames.what_if(5)
    assert title(rank_what_if(still, ZH)) == "试算后名次都不变"
    assert any(text.startswith("只画变化最大的16个") for text in notes(rank_what_if(frames.what_if(60), ZH)))


def test_a_contest_has_a_winner_and_nobody_in_red():
    drawn = contest_result(frames.contest(), ZH)
    assert ranks(drawn) == ["并列1", "并列1", "3", "4", "5", "6"]
    assert RED not in drawn["data"][0]["marker"]["color"]
    assert title(drawn) == "海安市、昆山市并列第1，92.50分"
    assert drawn["data"][1]["x"][3:5] == [86.5, 96.5]


def test_a_department_of_a_contest_is_no_place_to_pick():
    frame = frames.contest(2)
    frame["region_code"] = None
    drawn = contest_result(frame, ZH)
    assert drawn["data"][0]["customdata"] == ["", ""] and drawn["data"][0]["x"] == [92.5, 92.5]


# ------------------------------------------------------------------ labels and colours


@pytest.mark.parametrize(
    ("wanted", "apart", "expected"),
    [
        ([1.0, 5.0], 2.0, [1.0, 5.0]),
        ([4.0, 4.0, 4.0], 2.0, [2.0, 4.0, 6.0]),
        ([0.0, 0.0], 2.0, [0.0, 2.0]),
        ([9.5, 9.5], 2.0, [6.0, 8.0]),
        ([5.0, 1.0], 2.0, [5.0, 1.0]),
    ],
)
def test_labels_keep_apart_and_inside(wanted, apart, expected):
    assert labels.spread(wanted, apart, 0.0, 10.0) == pytest.approx(expected)


def test_colours_are_steady_told_apart_and_readable():
    codes = [f"32{k:04d}" for k in range(8)]
    for mode in ("light", "dark"):
        view = View(theme=mode)
        found = palette.distinct(codes, view)
        assert len(set(found.values())) == 8
        assert palette.colour("320000", view) == palette.distinct(["320000"], view)["320000"]
        assert all(theme.contrast(colour, theme.TOKENS[mode]["surface"]) >= 4.5 for colour in found.values())
