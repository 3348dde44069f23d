"""What a reader is told of a ranking: finished sentences with the numbers in them, and tables and sheets that print the same."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from dashboard.captions import race
from dashboard.captions.contest_result import contest_result
from dashboard.captions.county_ranking import county_ranking
from dashboard.captions.indicator_table import indicator_table
from dashboard.captions.rank_changes import rank_changes
from dashboard.captions.rank_contributions import rank_contributions
from dashboard.captions.rank_history import rank_history
from dashboard.captions.rank_intervals import rank_intervals
from dashboard.captions.rank_race import rank_race
from dashboard.captions.rank_what_if import rank_what_if
from dashboard.components.data_table import data_table
from dashboard.components.ranking_tables import TABLES
from dashboard.exports.kinds import kinds
from dashboard.exports.table import Table, cell
from dashboard.exports.workbook import workbook_bytes
from dashboard.i18n import has
from dashboard.view import View
from data.filters import Filters
from tests.unit import ranking_frames as frames

ZH, EN = View(), View("en")
SAID = [
    (county_ranking, frames.ranking),
    (rank_history, frames.history),
    (rank_race, frames.race),
    (rank_intervals, frames.intervals),
    (rank_contributions, frames.contributions),
    (rank_what_if, frames.what_if),
    (rank_changes, frames.changes),
    (contest_result, frames.contest),
    (indicator_table, frames.table),
]
EVERY = pytest.mark.parametrize(("caption", "frame"), SAID, ids=[c.__name__ for c, _ in SAID])


def say(caption, frame, view=ZH):
    return caption(frame, Filters(), view)


@EVERY
@pytest.mark.parametrize("view", [ZH, EN], ids=["zh", "en"])
def test_a_caption_is_a_finished_sentence(caption, frame, view):
    text = say(caption, frame(), view)
    assert text.endswith("。" if view is ZH else ".") and not re.search(r"nan|<NA>|None|；；|; ;|\{|\}", text)
    assert ("2022年10月30日" if view is ZH else "30 Oct 2022") in text


@EVERY
@pytest.mark.parametrize("view", [ZH, EN], ids=["zh", "en"])
def test_a_caption_of_nothing_says_why(caption, frame, view):
    empty = frames.with_attrs(frame().head(0), edition_old=None, edition_new=None, reason=None, count=0)
    text = say(caption, empty, view)
    assert text.endswith("。" if view is ZH else ".") and len(text) > 15


@EVERY
def test_simulated_data_says_so(caption, frame):
    marked = frame()
    marked.attrs["simulated"] = True
    assert say(caption, marked).endswith("演示数据 · 非真实。")
    assert "演示" not in say(caption, frame())


def test_the_leaderboard_says_who_where_and_how_sure():
    text = say(county_ranking, frames.ranking())
    assert text.startswith(
        "2022年第43周，截至2022年10月30日，江苏省按“监督帮扶赛马”（1.0版）：参与排名95个，不参与3个（没有纳入统计的事项2个、缺项权重过多1个）；"
    )
    for clause in (
        "海安市第1，98.40分",
        "列后3位的是灌南县（第93，53.67分）、睢宁县（第94，53.04分）、沛县（第95，52.40分）",
        "有1处并列：得分相同的名次并列，其后名次顺延",
        "9个地区数量不足（※），比较须谨慎",
        "正式名次以得分为准；另按区间看，半数地区的名次在9个位次以内难以区分",
        "结果已锁定（第1版，2022年11月1日）",
    ):
        assert clause in text, clause


def test_an_indicator_without_data_is_named():
    text = say(county_ranking, frames.ranking(dormant=["环境改善", "信访办结率"]))
    assert "“环境改善”、“信访办结率”没有数据，所有地区都不计" in text


@pytest.mark.parametrize(
    ("attrs", "zh", "en"),
    [
        ({"locked": False, "running": True}, "本期尚未结束，名次还会变", "the period is still running"),
        ({"locked": False, "running": False}, "结果尚未锁定", "the result is not locked"),
        ({"edition": 2, "editions": 3}, "结果已锁定（第2版，共3版，2022年11月1日）", "result locked (edition 2 of 3, 1 Nov 2022)"),
    ],
)
def test_where_a_result_stands(attrs, zh, en):
    frame = frames.ranking(**attrs)
    assert zh in say(county_ranking, frame) and en in say(county_ranking, frame, EN)


def test_a_saturated_list_names_nobody():
    found = [{"measure": "a", "name": "首次复核通过率", "distinct": 9}]
    text = say(county_ranking, frames.ranking(20, points=[100.0] * 12 + [90.0] * 8, saturated=12, separators=found))
    assert "12个地区同为最高分，名次已无意义，仍能区分各地的是首次复核通过率" in text and "列后" not in text


def test_moves_are_told_against_the_period_before():
    frame = frames.ranking(20, 0)
    assert "与2022年第42周相比，东台市上升4位，升幅最大，启东市、睢宁县下降4位，降幅最大" in say(county_ranking, frame)
    frame = frame.assign(change=0)
    assert "与2022年第42周相比名次没有变化" in say(county_ranking, frame)


@pytest.mark.parametrize(
    ("score", "decimals", "expected"),
    [
        (99.996, 2, "99.99"),
        (100, 2, "100.00"),
        (0.004, 2, "0.01"),
        (0, 2, "0.00"),
        (2.675, 2, "2.68"),
        (2.665, 2, "2.66"),
        (102.5, 0, "102"),
        (103.5, 0, "104"),
        (-1.5, 1, "−1.5"),
        (None, 2, "—"),
        (float("nan"), 2, "—"),
    ],
)
def test_a_score_is_rounded_half_to_even_once_and_never_up_to_a_hundred(score, decimals, expected):
    assert race.printed(score, decimals) == expected


def test_a_difference_of_scores_has_a_sign_and_no_bounds():
    assert [race.printed(each, 2, signed=True) for each in (0.004, 1.5, -1.5, 0)] == ["0.00", "+1.50", "−1.50", "0.00"]


def test_ranks_in_words():
    assert [race.place(3, tied, ZH) for tied in (False, True)] == ["第3", "并列第3"]
    assert [race.short(3, tied, EN) for tied in (False, True)] == ["3", "=3"]
    assert race.place(None, False, ZH) == race.short(None, True, EN) == "—"


def test_a_ranking_of_a_rate_prints_percentages():
    assert "海安市第1，98.4%" in say(county_ranking, frames.ranking(20, 0, unit="percent", decimals=1))


def test_an_interval_caption_says_how_far_a_place_can_be_told_apart_and_that_the_rank_stands():
    text = say(rank_intervals, frames.intervals(20, picked=["320015"]))
    assert re.search(r"大丰区（第16，64\.57分，区间[\d.]+–[\d.]+）与\d+个地区难以区分，名次区间第12至第20", text)
    assert "台账是全数而非抽样，正式名次不因区间改变" in text


def test_contributions_add_up_to_the_score_they_name():
    text = say(rank_contributions, frames.contributions(picked=["320093"]))
    parts = [float(each) for each in re.findall(r"([\d.]+)/[\d.]+（", text)]
    assert len(parts) == 7 and f"得分{sum(parts):.2f}分" in text
    assert "距前一名（海安市）37.15分，主要差在按期率（+9.75）、PM2.5改善（+7.60）、序时进度（+5.85）" in text


def test_a_correction_names_its_editions_reason_and_who_moved():
    text = say(rank_changes, frames.changes())
    assert "第2版更正第1版：2个地区名次或得分变化；通州区由第12升至第9、崇川区由第9降至第10；更正3处数据；更正原因：更正迟报3条" in text


def test_a_place_with_several_rows_is_not_taken_for_several_places():
    frame = frames.contributions(picked=["320094"])
    frame["parent"] = "徐州市"
    assert "沛县第95" in say(rank_contributions, frame) and "（徐州市）" not in say(rank_contributions, frame)


def test_nothing_is_said_of_a_bonus_that_nobody_shown_has():
    frame = frames.contributions(picked=["320093", "320094"])
    assert "媒体曝光−2.00" in say(rank_contributions, frame)
    # a frame is never changed by those who read it: another one
    frame = frame.copy()
    frame.loc[frame["part"] == "penalty", "contribution"] = 0.0
    assert "媒体曝光" not in say(rank_contributions, frame)


def test_tried_weights_leave_the_official_ranks():
    text = say(rank_what_if, frames.what_if(12))
    assert "试算权重下4个地区名次变化：1个上升、3个下降" in text
    assert "权重在±20%内任意调整，4个地区（共12个）名次都不变；正式名次不受影响" in text


def test_a_contest_names_its_places_and_what_the_mean_leaves_out():
    text = say(contest_result, frames.contest(3))
    assert text.startswith(
        "2022年第三季度擂台赛（2022年10月30日）：3个地区参赛；海安市（并列第1，92.50分）、昆山市（并列第1，92.50分）、张家港市（第3，90.00分）；"
    )
    assert "去掉最高、最低评分共2个后取均值" in text


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_column_has_a_heading(lang):
    held = {str(column) for _, frame in SAID for column in frame().columns}
    own = set(frames.contest().attrs["labels"]) | set(frames.table().attrs["labels"])
    assert [column for column in sorted(held - own) if not has(f"column.{column}", lang)] == []


# ------------------------------------------------------------------ tables and sheets


def texts_of(node):
    """The cells of a Dash table, row by row."""
    found = []
    for part in node.children:
        if type(part).__name__ in ("Thead", "Tbody"):
            rows = part.children if isinstance(part.children, list) else [part.children]
            for row in rows:
                found.append([getattr(each.children, "children", each.children) for each in row.children])
    return found


FRAMES = {
    "county-ranking": frames.ranking,
    "rank-history": frames.history,
    "rank-race": frames.race,
    "rank-intervals": frames.intervals,
    "rank-contributions": frames.contributions,
    "rank-what-if": frames.what_if,
    "rank-changes": frames.changes,
    "contest-result": frames.contest,
    "indicator-table": frames.table,
}


@pytest.mark.parametrize("chart", TABLES)
@pytest.mark.parametrize("view", [ZH, EN], ids=["zh", "en"])
def test_a_table_prints_every_row_and_no_missing_value(chart, view):
    rows = texts_of(data_table(chart, FRAMES[chart](), Filters(), view)[0])
    assert len(rows) > 2 and {len(row) for row in rows} == {len(rows[0])}
    assert not [each for row in rows for each in row if each in ("nan", "<NA>", "None", "NaT")]
    assert data_table(chart, FRAMES[chart]().head(0), Filters(), view)[0].children


def test_the_leaderboard_as_a_table():
    rows = texts_of(data_table("county-ranking", frames.ranking(8, 1), Filters(), ZH)[0])
    assert rows[0][:6] == ["名次", "地区", "得分", "名次变化（正为上升）", "n/d", "名次区间"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "并列3", "并列3", "5", "6", "7", "8", "—"]
    assert rows[1][1:6] == ["海安市", "98.40", "0", "39/40", "1–5"] and rows[2][3] == "+3"
    assert rows[-1][1:5] == ["甲县", "—", "—", "—"]


def test_ranks_over_periods_as_a_table_have_a_column_a_period():
    rows = texts_of(data_table("rank-history", frames.history(5, 4), Filters(), ZH)[0])
    assert rows[0][0] == "地区" and [name[:9] for name in rows[0][1:]] == ["2022年第32周", "2022年第33周", "2022年第34周", "2022年第35周"]
    gone = next(row for row in rows if row[0] == "沛县")
    assert gone[4] == "—" and re.fullmatch(r"\d（\d\d\.\d\d）", gone[1])


def test_indicators_as_a_table_show_value_numbers_and_points():
    rows = texts_of(data_table("indicator-table", frames.table(), Filters(), ZH)[0])
    assert rows[0][3:5] == ["按期率", "PM2.5改善"]
    assert rows[1][3:5] == ["97.5%（39/40） 24.38", "−4.2% 20.00"] and rows[2][3] == "—"


def test_a_sheet_has_rates_as_percentages_and_scores_with_the_schemes_decimals():
    frame = frames.table()
    held = kinds(frame)
    assert (held["on_time_value"], held["on_time_points"], held["pm25_value"], held["rank"], held["change"]) == (
        "rate",
        "score",
        "figure:1:%",
        "rank",
        "change",
    )
    columns = [str(name) for name in frame.columns]
    rows = [[cell(value) for value in row] for row in zip(*(frame[name].tolist() for name in columns), strict=True)]
    given = Table(
        chart="indicator-table", title="t", caption="c", as_of=None, known_at=None, filters={}, columns=columns, labels=columns, rows=rows,
        simulated=False, kinds=held, decimals=2,
    )  # fmt: skip
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes(given))).get_sheet_by_name("indicator-table").to_python()
    assert sheet[1][columns.index("on_time_value")] == pytest.approx(0.975)
    assert sheet[2][columns.index("on_time_value")] == "" and sheet[1][columns.index("rank")] == 1


@pytest.mark.parametrize("view", [ZH, EN], ids=["zh", "en"])
def test_beside_a_head_a_caption_leaves_out_what_the_head_says_and_nothing_else(view):
    frame = frames.race()
    whole = say(rank_race, frame, view)
    short = race.beside(whole, frame, view)
    opening = whole[: len(whole) - len(short)]
    assert whole.lower() == (opening + short).lower() and frame.attrs["scheme_name"] in opening and frame.attrs["period_name"] in opening
    assert short.startswith({"zh-CN": "共12期", "en": "12 periods"}[view.lang])
    # a caption that begins otherwise stays whole
    assert race.beside("没有这一期。", frame, view) == "没有这一期。"
