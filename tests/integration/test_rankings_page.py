"""The ranking page without a browser: what its parts say of hand-made frames, and what its callbacks answer on real stores."""

import json

import pytest

from app import create_app
from callbacks import rankings
from callbacks.guard import OWNER
from callbacks.ranking_parts import rows_answer
from config import Settings
from dashboard.components import indicator_grid, ranking_head, ranking_side, what_if
from dashboard.components.ranking_bar import CONTROLS, control_options, control_value, said
from dashboard.view import View
from data.filters import Filters
from data.queries.ranking_options import ranking_options
from tests import campaign
from tests.unit import ranking_frames as frames

ZH, EN = View(), View("en")
OFFERED = {
    "schemes": [{"value": "county-default", "label": "甲"}, {"value": "single-closeout", "label": "销号率单项"}],
    "periods": [{"value": "2022-W43", "label": "2022年第43周", "running": False, "editions": 1}],
    "period": "2022-W43",
    "editions": [{"value": "1", "locked_at": "2022-11-01 09:00", "sha256": "ab"}],
    "unknown": [],
}


def text(children: object) -> str:
    """What a reader sees of some components."""
    if children is None:
        return ""
    if isinstance(children, (list, tuple)):
        return "".join(map(text, children))
    return text(children.children) if hasattr(children, "children") else "" if hasattr(children, "to_plotly_json") else str(children)


def links(children: object) -> dict[str, str]:
    """{words: address} of every link."""
    out: dict[str, str] = {}
    if isinstance(children, (list, tuple)):
        for each in children:
            out |= links(each)
    elif hasattr(children, "to_plotly_json"):
        if getattr(children, "href", None):
            out[text(children)] = children.href
        out |= links(getattr(children, "children", None))
    return out


# ----------------------------------------------------------------------------- how it stands


def test_the_head_says_period_edition_hash_and_how_many_are_ranked() -> None:
    df = frames.ranking(95, 3, edition=2, editions=3, sha256="0123456789abcdef", store_version=17, simulated=True)
    said_ = text(ranking_head.standing_head(df, Filters(), OFFERED, ZH))
    for words in (
        "赛马 · 2022年第43周",
        "已锁定 · 第2版，共3版",
        "参与排名95个，不参与3个",
        "变化与2022年第42周相比",
        "01234567",
        "演示数据",
    ):
        assert words in said_
    assert "89abcdef" not in said_
    fixed = links(ranking_head.standing_head(df, Filters(), OFFERED, ZH))["本版的固定链接"]
    assert fixed == "/rankings?edition=2&period=2022-W43&scheme=default"
    running = text(ranking_head.standing_head(frames.ranking(9, 0, locked=False, running=True), Filters(), OFFERED, ZH))
    assert "进行中" in running and "已锁定" not in running


def test_a_saturated_order_is_said_to_mean_nothing_and_offers_what_still_separates() -> None:
    separators = [
        {"measure": "closeout_rate", "name": "销号率", "distinct": 40},
        {"measure": "on_time_rate", "name": "按期率", "distinct": 12},
    ]
    df = frames.ranking(95, 0, saturated=62, separators=separators)
    note = ranking_head.notes(df, Filters(), OFFERED, ZH)
    assert "62个地区同为最高分，名次已无意义" in text(note)
    assert links(note)["销号率（40种取值）"] == "/rankings?scheme=single-closeout"
    assert links(note)["按期率（12种取值）"] == "#race-table"
    assert ranking_head.notes(frames.ranking(95, 0), Filters(), OFFERED, ZH) == []


def test_a_link_to_what_there_is_not_is_said_with_a_way_out() -> None:
    df = frames.ranking(0, 0, scheme=None, period_name=None)
    unknown = ranking_head.notes(df, Filters(scheme="nope"), {**OFFERED, "unknown": ["scheme"]}, ZH)
    assert "没有代码为“nope”的指标体系" in text(unknown)
    assert links(unknown) == {"甲": "/rankings?scheme=county-default", "销号率单项": "/rankings?scheme=single-closeout"}
    edition = ranking_head.notes(df, Filters(edition="7"), {**OFFERED, "unknown": ["edition"]}, EN)
    assert "no edition 7" in text(edition) and list(links(edition).values()) == ["/rankings?lang=en"]


def test_who_is_not_ranked_is_listed_by_reason_and_has_no_rank() -> None:
    listed = text(ranking_head.excluded(frames.ranking(95, 3), ZH))
    assert "缺项权重过多（1个）" in listed and "乙县" in listed
    assert "没有纳入统计的事项（2个）甲县、丙县" in listed
    many = ranking_head.excluded(frames.ranking(20, 60), ZH)
    assert "看这40个地区" in text(many)
    assert text(ranking_head.excluded(frames.ranking(20, 0), ZH)) == "所有地区都参与排名。"


# ----------------------------------------------------------------------------- the places looked at


def test_without_a_pick_the_last_three_are_offered() -> None:
    shown = ranking_side.ranking_side(frames.ranking(), frames.contributions(), {}, Filters(), ZH)
    offers = links(shown)
    assert offers["沛县"] == "/rankings?pick=320094" and "海安市" not in offers
    assert offers["对比最后两名"] == "/rankings?pick=320093,320094"


class Way:
    items, set, rank_from, rank_to, score_to, steps = 7, "overdue", 95, 92, 54.6, ()


def test_a_picked_place_says_rank_gap_band_signals_and_what_moves_it_up() -> None:
    filters = Filters(pick=("320094",))
    shown = ranking_side.ranking_side(frames.ranking(), frames.contributions(), {"320094": [Way()]}, filters, ZH)
    words = text(shown)
    assert "沛县" in words and "第95" in words and "52.40分" in words
    assert "分不出高下（第91至第95名）" in words
    assert links(shown)["看它的问题与进度"].startswith("/progress?as_of=2022-10-30&region=320094")
    assert "销号7件超期问题，名次由95升至92（54.60分），其他地区不变。" in words


def test_a_place_that_takes_no_part_is_said_to() -> None:
    shown = ranking_side.ranking_side(frames.ranking(), frames.contributions(), {}, Filters(pick=("999999",)), ZH)
    assert "所选的999999不在这次比较之中" in text(shown)
    out = ranking_side.ranking_side(frames.ranking(), frames.contributions(), {}, Filters(pick=("329001",)), ZH)
    assert "不参与排名" in text(out)


def test_two_places_stand_side_by_side_best_first() -> None:
    filters = Filters(pick=("320000", "320094"))
    shown = ranking_side.ranking_side(frames.ranking(), frames.contributions(), {}, filters, ZH)
    words = text(shown)
    assert "海安市、沛县对比" in words and "海安市比沛县高46.00分" in words
    drops = [href for name, href in links(shown).items() if name == "×"]
    assert drops == ["/rankings?pick=320000"]


# ----------------------------------------------------------------------------- weights and the table


def test_sliders_hold_the_weights_of_the_address() -> None:
    official = {"on_time": 60.0, "closeout": 40.0}
    assert what_if.tried(Filters(weights=("on_time:20", "unknown:5")), official) == {"on_time": 20.0, "closeout": 40.0}
    assert what_if.tried(Filters(), official) == official


def grid_frame():
    df = frames.ranking(30, 2)
    df["on_time_n"], df["on_time_d"] = df["numerator"], df["denominator"]
    df["on_time_value"] = df["numerator"] / df["denominator"]
    df["on_time_points"] = df["score"] / 4
    df.attrs["labels"] = {"on_time": "按期率"}
    return df


def test_the_grid_has_two_columns_for_each_indicator_and_pins_rank_and_name() -> None:
    found = indicator_grid.columns(grid_frame(), ZH)
    assert [each["field"] for each in found if each.get("pinned")] == ["rank", "region"]
    (group,) = [each for each in found if "children" in each]
    assert group["headerName"] == "按期率"
    assert [each["field"] for each in group["children"]] == ["on_time_value", "on_time_points"]


def test_blocks_of_the_grid_are_sorted_filtered_and_never_rank_a_null() -> None:
    df = grid_frame()
    rows, number = indicator_grid.block(df, 0, 10, [], {}, ZH)
    assert number == 32 and [row["rank"] for row in rows[:5]] == ["1", "2", "并列3", "并列3", "5"]
    worst, _ = indicator_grid.block(df, 0, 10, [{"colId": "score", "sort": "asc"}], {}, ZH)
    assert worst[0]["rank"] == "30"
    tail, _ = indicator_grid.block(df, 30, 10, [{"colId": "score", "sort": "asc"}], {}, ZH)
    assert [row["rank"] for row in tail] == ["—", "—"] and tail[0]["reason_text"]
    some, number = indicator_grid.block(df, 0, 10, [], {"region": {"type": "contains", "filter": "海安"}}, ZH)
    assert (
        number == 1
        and some[0]["region"] == "海安市"
        and some[0]["on_time_value"].endswith(f"{int(df['numerator'][0])}/{int(df['denominator'][0])}")
    )
    above, number = indicator_grid.block(df, 0, 50, [], {"score": {"type": "greaterThan", "filter": 90}}, ZH)
    assert number == sum(score > 90 for score in df["score"] if score == score) == len(above)
    assert indicator_grid.block(df, 0, 10, [], {"score": {"type": "greaterThan", "filter": "x"}}, ZH) == ([], 0)


# ----------------------------------------------------------------------------- on stores


@pytest.fixture
def small_app(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store)


@pytest.fixture
def visitor(small_app):
    """A request of the person at this machine."""
    with small_app.server.test_request_context("/rankings", base_url="http://127.0.0.1"):
        from flask import g

        g.permissions = OWNER
        yield small_app


def test_the_bar_offers_the_schemes_and_periods_of_the_store(sqlite_small_store) -> None:
    offered = ranking_options("all", sqlite_small_store, Filters())
    assert "county-default" in [each["value"] for each in offered["schemes"]]
    assert offered["unknown"] == [] and offered["period"] == offered["periods"][0]["value"]
    assert ranking_options("all", sqlite_small_store, Filters(scheme="nope"))["unknown"] == ["scheme"]
    assert ranking_options("all", sqlite_small_store, Filters(period="1999-W01"))["unknown"] == ["period"]
    assert ranking_options("all", sqlite_small_store, Filters(edition="3"))["unknown"] == ["edition"]
    assert ranking_options("all", sqlite_small_store, Filters(group="nope"))["unknown"] == ["group"]


def test_an_empty_store_has_schemes_and_no_periods(sqlite_store) -> None:
    offered = ranking_options("all", sqlite_store, Filters())
    assert offered["schemes"] and offered["periods"] == [] and offered["period"] is None


def test_every_control_holds_a_value_that_it_offers(sqlite_small_store) -> None:
    filters = Filters(campaign=(campaign.CODE,), pick=("320102",))
    offered = ranking_options("all", sqlite_small_store, filters)
    options = {
        "campaigns": [{"value": campaign.CODE, "label": "江苏"}],
        "regions": [{"value": "320102", "label": "玄武区", "level": "county"}],
    }
    for name in CONTROLS:
        value = control_value(name, filters, offered)
        held = value if isinstance(value, list) else [value] if value else []
        assert set(held) <= {each["value"] for each in control_options(name, filters, offered, options, "zh-CN")}, name
    assert "只计江苏" in said(filters, offered, options, ZH)


def test_another_scheme_takes_back_what_no_longer_fits(visitor, sqlite_small_store) -> None:
    before = Filters(scheme="county-default", period="2022-W39", edition="1", group="x", pick=("320102",), weights=("on_time:20",))
    values = dict.fromkeys(CONTROLS) | {"scheme": "single-closeout"}
    after = rankings.chosen(sqlite_small_store, before, values, CONTROLS["scheme"])
    assert after == Filters(scheme="single-closeout", pick=("320102",))
    period = rankings.chosen(sqlite_small_store, before, dict.fromkeys(CONTROLS) | {"period": "2022-W38"}, CONTROLS["period"])
    assert (period.period, period.edition, period.group) == ("2022-W38", None, "x")
    # a control that shows what is shown anyway leaves the address as it is
    newest = ranking_options("all", sqlite_small_store, Filters())["period"]
    assert rankings.chosen(sqlite_small_store, Filters(), dict.fromkeys(CONTROLS) | {"period": newest}, CONTROLS["period"]) == Filters()


def test_head_and_rows_answer_on_a_small_store(visitor, sqlite_small_store) -> None:
    class Direct:
        def get(self, key, compute):
            return compute()

    for query in ("", f"campaign={campaign.CODE}", "scheme=nope", "period=1999-W01", "edition=9", "as_of=2022-09-15"):
        for lang in ("zh-CN", "en"):
            answer = json.loads(rankings.head_answer(sqlite_small_store, Direct(), query, f"lang={lang}"))
            assert set(answer["response"]) == {"race-head", "race-notes", "race-excluded", "race-rules"}
            assert answer["response"]["race-head"]["children"]
    rows = json.loads(rows_answer(sqlite_small_store, {"startRow": 0}, "", ""))["response"]["race-grid"]["getRowsResponse"]
    assert rows["rowCount"] == len(rows["rowData"]) > 0
