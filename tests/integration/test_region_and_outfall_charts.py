"""The maps' charts by hand: regions of the hand-counted campaign, and six outfalls in two counties."""

from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import insert, update

from callbacks.registry import CHARTS, render
from dashboard.components.data_table import data_table
from dashboard.view import Style, View
from data.filters import Filters
from data.identity import item_id
from data.queries.item_list import item_list
from data.queries.outfall_questions import outfall_questions
from data.queries.outfall_stages import outfall_stages
from data.queries.region_map import region_map
from data.queries.region_tiles import region_tiles
from data.rollup.refresh import refresh
from data.schema import campaign, item, item_event, object_, round_, water_body
from data.store import bump
from tests import campaign as small

CODE = "out-2022"
XUANWU, CHANGSHU = small.XUANWU, small.CHANGSHU
# number: county, kind, category, position, on the river, stages. On 2022-09-30 P5 is no outfall, P6 is merged, F1 is none at all;
# P3 was found after the first round had ended on 06-30, P4 is kept as it is
OUTFALLS = {
    "P1": (XUANWU, "outfall", "industrial", (118.8, 32.05), True, [
        ("suspected", "03-01"), ("surveyed", "03-05"), ("monitored", "04-01"), ("traced", "05-01"), ("rectifying", "05-10"),
        ("standardised", "06-01")]),
    "P2": (XUANWU, "outfall", None, (118.81, 32.06), False, [("surveyed", "03-05"), ("monitored", "04-01")]),
    "P3": (XUANWU, "outfall", "rural", None, False, [("suspected", "07-15")]),
    "P4": (CHANGSHU, "outfall", "rural", (120.7, 31.6), False, [("traced", "05-02"), ("kept", "06-15")]),
    "P5": (CHANGSHU, "outfall", "rural", (120.7, 31.6), False, [("surveyed", "04-01"), ("not_outfall", "04-10")]),
    "P6": (CHANGSHU, "outfall", "rural", (120.7, 31.6), True, [("surveyed", "08-01"), ("monitored", "08-20"), ("merged", "09-01")]),
    "F1": (XUANWU, "finding", "rural", (118.8, 32.05), False, [("discovered", "03-01")]),
}  # fmt: skip


def load(store, with_round=True):
    regions = {code: store.tree().get(code).region_id for code in (XUANWU, CHANGSHU)}
    with store.writing() as conn:
        row = {"code": CODE, "name_zh": "排污口", "start_on": date(2022, 3, 1), "simulated": True}
        campaign_id = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]
        if with_round:
            row = {"campaign_id": campaign_id, "number": 1, "name_zh": "第1轮", "start_on": date(2022, 3, 1), "end_on": date(2022, 6, 30)}
            conn.execute(insert(round_).values(row))
        conn.execute(insert(water_body).values(water_body_id=7, code="W7", name_zh="甲河", kind="river", simulated=True))
        for number, (county, kind, category, at, river, stages) in OUTFALLS.items():
            key = item_id(CODE, number)
            lon, lat = at or (None, None)
            if river:
                row = {"object_id": key, "object_type": "outfall", "name": number, "region_id": regions[county], "water_body_id": 7}
                conn.execute(insert(object_).values(row))
            conn.execute(insert(item).values(
                item_id=key, campaign_id=campaign_id, kind=kind, loop="sm4-outfall" if kind == "outfall" else "sm1-finding", ledger_key=number,
                ledger_no=number, region_id=regions[county], category=category, lon=lon, lat=lat, object_id=key if river else None,
                discovered_on=date.fromisoformat(f"2022-{stages[0][1]}"), stage=stages[-1][0], stage_on=date.fromisoformat(f"2022-{stages[-1][1]}"),
            ))  # fmt: skip
            for n, (stage, day) in enumerate(stages, 1):
                moment = datetime.fromisoformat(f"2022-{day}T10:00:00")
                row = {"item_id": key, "event_no": n, "kind": "stage", "stage": stage, "effective_at": moment, "recorded_at": moment}
                conn.execute(insert(item_event).values(row))
        refresh(conn, campaign_id, regions.values())
        bump(conn, "outfalls")
    return store


ASKED = Filters(campaign=(CODE,), region="320000", as_of=date(2022, 9, 30))


def table(frame, *columns):
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


@pytest.fixture
def outfalls(store):
    return load(store)


def test_stages_over_all_known_and_over_the_fixed_baseline(outfalls):
    frame = outfall_stages("all", outfalls, ASKED)
    assert table(frame, "region", "stage", "numerator", "denominator", "fixed_numerator", "fixed_denominator", "lacking") == [
        ("南京市", "surveyed", 2, 3, 2, 2, 1),
        ("南京市", "monitored", 2, 3, 2, 2, 1),
        ("南京市", "traced", 1, 3, 1, 2, 2),
        ("南京市", "completed", 1, 3, 1, 2, 2),
        # traced without a word of a survey: who was traced had been found
        ("苏州市", "surveyed", 1, 1, 1, 1, 0),
        ("苏州市", "monitored", 0, 1, 0, 1, 1),
        ("苏州市", "traced", 1, 1, 1, 1, 0),
        # the only one is kept as it is: there is nothing to rectify
        ("苏州市", "completed", 0, 0, 0, 0, 0),
    ]
    total = frame.attrs["total"]
    assert [(total[s]["numerator"], total[s]["denominator"]) for s in total] == [(3, 4), (2, 4), (2, 4), (1, 3)]
    assert [(total[s]["fixed_numerator"], total[s]["fixed_denominator"]) for s in total] == [(3, 3), (2, 3), (2, 3), (1, 2)]
    assert frame["reason"].tolist()[-1] == "no_items" and np.isnan(frame["rolling_rate"].iloc[-1])
    # before the round ended the baseline is what was known by then
    early = outfall_stages("all", outfalls, ASKED.but(as_of=date(2022, 4, 15))).attrs["total"]
    assert (early["surveyed"]["denominator"], early["surveyed"]["fixed_denominator"]) == (2, 2)


def test_without_a_round_there_is_no_fixed_baseline_and_it_is_said(store):
    load(store, with_round=False)
    frame = outfall_stages("all", store, ASKED)
    assert frame["fixed_rate"].isna().all() and set(frame["fixed_reason"]) == {"no_round"}
    drawn = render(CHARTS["outfall-stages"], frame, ASKED, View("zh-CN"))
    assert "没有轮次，无固定基数" in drawn.caption
    assert not any(trace.get("mode") == "lines" for trace in drawn.figure["data"])


def test_the_four_questions(outfalls):
    frame = outfall_questions("all", outfalls, ASKED)
    total = {q: (v["numerator"], v["denominator"]) for q, v in frame.attrs["total"].items()}
    assert total == {"where": (3, 4), "who": (2, 4), "what": (1, 4), "whither": (1, 4)}
    assert table(frame[frame["region"] == "南京市"], "question", "numerator", "denominator", "lacking") == [
        ("where", 2, 3, 1), ("who", 1, 3, 2), ("what", 1, 3, 2), ("whither", 1, 3, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("query", [outfall_stages, outfall_questions])
def test_every_number_leads_to_its_rows(outfalls, query):
    frame = query("all", outfalls, ASKED)
    for row in frame.itertuples():
        asked = ASKED.but(region=row.region_code, kind=("outfall",))
        assert item_list("all", outfalls, asked.but(rows=row.rows)).attrs["count"] == row.numerator
        assert item_list("all", outfalls, asked.but(rows=row.lacking_rows)).attrs["count"] == row.lacking
    assert [r.ledger_no for r in item_list("all", outfalls, ASKED.but(rows="unlocated")).itertuples()] == ["P3"]


def test_other_kinds_have_no_outfalls(outfalls):
    assert len(outfall_stages("all", outfalls, ASKED.but(kind=("finding",)))) == 0
    assert len(outfall_questions("all", outfalls, ASKED.but(kind=("finding", "outfall")))) == 8


def test_the_pictures_of_outfalls_say_their_numbers(outfalls):
    frame = outfall_stages("all", outfalls, ASKED)
    drawn = render(CHARTS["outfall-stages"], frame, ASKED, View("zh-CN", Style.IMAGE))
    assert drawn.title == "整治完成率最低，33.3%"
    assert drawn.caption.startswith(
        "截至2022年9月30日，江苏省“排污口”共4个排污口；排查率75.0%（3/4）、监测率50.0%（2/4）、溯源率50.0%（2/4）、整治完成率33.3%（1/3）"
    )
    assert (
        "以首轮结束时已知的为固定基数，排查率100.0%（3/3）、监测率66.7%（2/3）、溯源率66.7%（2/3）、整治完成率50.0%（1/2）" in drawn.caption
    )
    numbers = next(trace for trace in drawn.figure["data"] if trace.get("mode") == "text")
    assert numbers["text"][0].startswith("<b>75.0%</b>") and "3/4" in numbers["text"][0]
    ticks = next(trace for trace in drawn.figure["data"] if trace.get("mode") == "lines")
    # the total's fixed shares, each in its own column
    assert [round(x, 3) for x in ticks["x"][::3][:4]] == [1.0, 1.867, 3.067, 4.1]
    whole = next(trace for trace in drawn.figure["data"] if trace["type"] == "bar")
    assert whole["customdata"][0] == "kind=outfall&rows=unsurveyed"


# ---------------------------------------------------------------------- regions

HERE = Filters(campaign=(small.CODE,), region="320000", as_of=small.AS_OF)


def test_regions_of_the_hand_counted_campaign(small_store):
    frame = region_map("all", small_store, HERE)
    # thirteen cities, two of which have findings
    assert len(frame) == 13 == frame.attrs["drawn"]
    told = {row.short: (row.numerator, row.denominator, row.value) for row in frame.itertuples() if row.reason is None}
    assert told == {"南京": (3, 7, 3 / 7), "苏州": (3, 5, 3 / 5)}
    assert set(frame["reason"].dropna()) == {"unreported"}
    assert frame.attrs["total"] == {"numerator": 6, "denominator": 12, "value": 0.5}
    counts = region_map("all", small_store, HERE.but(measure="overdue", level="county"))
    assert len(counts) == 95 and counts["denominator"].isna().all()
    assert {r.region: r.value for r in counts.itertuples() if r.reason is None} == {"玄武区": 1.0, "秦淮区": 1.0, "常熟市": 0.0}
    # two districts called Gulou are told apart
    assert {"南京市鼓楼区", "徐州市鼓楼区"} <= set(counts["region"])
    nothing_due = region_map("all", small_store, HERE.but(measure="on_time_rate", as_of=date(2022, 6, 1)))
    assert nothing_due.set_index("short").loc["南京", "reason"] == "none_due"
    for measure in ("no-such-measure", "schedule_deviation_due"):
        assert region_map("all", small_store, HERE.but(measure=measure)).attrs["measure"] == "completion_rate"


def test_a_confined_viewer_gets_the_own_regions(small_store):
    frame = region_map("320100", small_store, HERE)
    assert set(frame["level"]) == {"county"} and len(frame) == 11
    assert frame["region_code"].str.startswith("3201").all()
    assert len(region_map("110000", small_store, HERE)) == 0


def test_squares_of_the_cities(small_store):
    frame = region_tiles("all", small_store, HERE)
    at = {row.short: (row.col, row.row) for row in frame.itertuples()}
    assert len(set(at.values())) == 13
    # Xuzhou in the north-west, Lianyungang in the north, Nantong east of Nanjing, Suzhou in the south
    assert at["徐州"][1] <= 1 and at["徐州"][0] == 0 and at["连云港"][1] <= 1
    assert at["南通"][0] > at["南京"][0] and at["苏州"][1] > at["盐城"][1]
    assert abs(at["无锡"][0] - at["苏州"][0]) <= 1 and abs(at["无锡"][1] - at["苏州"][1]) <= 1
    assert "shapes" not in frame.attrs and frame.attrs["total"]["value"] == 0.5


def test_the_whole_country_is_drawn_with_its_islands(small_store):
    frame = region_map("all", small_store, Filters(campaign=(small.CODE,), region="100000", level="province", as_of=small.AS_OF))
    shapes = frame.attrs["shapes"]
    assert len(frame) == len(shapes) == 34 and {"710000", "810000", "820000", "460000"} <= set(frame["region_code"])
    assert len(shapes.dashes) == 9
    west, south, east, north = shapes.box
    assert west < 74 and south < 4 and east > 135 and north > 53
    # Diaoyu Dao, and islands far south
    assert any(123 < x < 124 and 25 < y < 26.5 for x, y in shapes.islets) and any(y < 6 for _, y in shapes.islets)
    drawn = render(CHARTS["region-map"], frame, Filters(), View("en")).figure
    low, high = drawn["layout"]["yaxis"]["range"]
    assert low < 3.5 and high > 53.5
    assert any("South China Sea Islands" in trace.get("text", ()) for trace in drawn["data"])
    # what is drawn over the sea covers none of it: lines, dots and names only
    assert next(trace for trace in drawn["data"] if trace.get("fill") == "none")["x"].count(None) == 8


def test_frames_share_their_outlines(small_store):
    frame = region_map("all", small_store, HERE)
    # pandas copies attributes at every look at a column
    assert frame["value"].attrs["shapes"] is frame.attrs["shapes"]


def test_an_own_outline_goes_before_the_package(small_store):
    from data.schema import region_boundary

    region_id = small_store.tree().get("320100").region_id
    square = '{"type":"Polygon","coordinates":[[[118.5,31.5],[119.0,31.5],[119.0,32.5],[118.5,32.5],[118.5,31.5]]]}'
    with small_store.writing() as conn:
        conn.execute(insert(region_boundary).values(region_id=region_id, geojson=square, origin="test"))
        bump(conn, "boundary")
    shape = region_map("all", small_store, HERE).attrs["shapes"].by_code["320100"]
    assert len(shape.rings) == 1 and set(shape.rings[0][0]) == {118.5, 119.0}
    assert shape.at == (118.75, pytest.approx(32.0, abs=0.3))


def test_positions_that_make_no_place_are_not_known(outfalls):
    key = item_id(CODE, "P1")
    with outfalls.writing() as conn:
        conn.execute(update(item).where(item.c.item_id == key).values(crs_declared="nobody's"))
        refresh(conn, conn.execute(item.select().where(item.c.item_id == key)).first().campaign_id, [outfalls.tree().get(XUANWU).region_id])
        bump(conn, "crs")
    assert outfall_questions("all", outfalls, ASKED).attrs["total"]["where"]["numerator"] == 2


# ---------------------------------------------------------------------- tables


def words_of(node):
    """The text of a component tree, cell by cell."""
    if node is None or isinstance(node, (str, int, float)):
        return [] if node is None else [str(node)]
    if isinstance(node, (list, tuple)):
        return [text for each in node for text in words_of(each)]
    return words_of(getattr(node, "children", None))


def links_of(node):
    if isinstance(node, (list, tuple)):
        return [link for each in node for link in links_of(each)]
    own = [node.href] if hasattr(node, "href") else []
    return own + (
        links_of(node.children) if hasattr(node, "children") and not isinstance(node.children, str) and node.children is not None else []
    )


def test_the_tables_hold_what_the_pictures_draw(outfalls):
    zh = View("zh-CN")
    stages = data_table("outfall-stages", outfall_stages("all", outfalls, ASKED), ASKED, zh)
    assert words_of(stages)[:9] == [
        "排污口查测溯治", "地区", "环节", "比例（滚动基数）", "比例（固定基数）", "尚缺", "南京市", "查 排查率", "66.7%（2/3）",
    ]  # fmt: skip
    assert any("kind=outfall" in link and "rows=unsurveyed" in link and "region=320100" in link for link in links_of(stages))
    # the last row: nothing to rectify
    assert words_of(stages)[-5:] == ["苏州市", "治 整治完成率", "— 无需整治", "—", "0"]
    questions = data_table("outfall-questions", outfall_questions("all", outfalls, ASKED, "en"), ASKED, View("en"))
    said = words_of(questions)
    # who knows least comes first: nothing is known of where the one outfall of Suzhou flows
    assert said[5:9] == ["Suzhou", "Where", "100.0% (1/1)", "0"]
    assert said[said.index("Nanjing") :][:4] == ["Nanjing", "Where", "66.7% (2/3)", "1"]


def test_the_table_of_regions_says_why_there_is_no_value(small_store):
    for chart, query in (("region-map", region_map), ("region-tiles", region_tiles)):
        said = words_of(data_table(chart, query("all", small_store, HERE), HERE, View("zh-CN")))
        assert said[1:5] == ["地区", "整改完成率", "分子", "分母"]
        at = said.index("南京市")
        assert said[at : at + 4] == ["南京市", "42.9%（3/7）", "3", "7"]
        assert said[said.index("无锡市") + 1] == "— 未报"
    counted = words_of(data_table("region-map", region_map("all", small_store, HERE.but(measure="overdue")), HERE, View("zh-CN")))
    assert "分母" not in counted and counted[counted.index("南京市") + 1] == "2"
