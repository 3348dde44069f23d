"""The points of places taken apart, on the campaign counted by hand: what a reader sees of September 2022.

========  ============  ===========  ================  =====  =====
September completed /50  closed /30   schedule /20      bonus  score
========  ============  ===========  ================  =====  =====
Xuanwu    2/4 25         2/4 15       −1/4 15                  55
Changshu  3/5 30         1/5 6        −1/4 15           2      53
Qinhuai   1/3 16.67      1/3 10       −1/3 13.33               40
========  ============  ===========  ================  =====  =====
"""

from datetime import date, datetime

import pytest
from sqlalchemy import insert

from dashboard.captions.rank_contributions import rank_contributions as caption
from dashboard.figures.rank_contributions import rank_contributions as figure
from dashboard.view import View
from data.filters import Filters
from data.queries.item_list import item_list
from data.queries.rank_contributions import COLUMNS, rank_contributions
from data.ranking import explain, race, schemes
from data.schema import score_event
from data.store import bump
from tests.campaign import CHANGSHU, QINHUAI, XUANWU

SCHEME = """
[scheme]
code = "three"
version = "1"
name = "三率"
name_en = "Three rates"
period = "month"
level = "county"
kinds = ["finding"]
lists = ["level", "improvement"]
missing_limit = 0.5
bonus_cap = 3

[families.f]
name = "整改"
name_en = "Rectification"

[[indicator]]
id = "completed"
name = "整改完成率"
name_en = "Completion"
family = "f"
weight = 50
measure = "completion_rate"
floor = 0.0
target = 1.0

[[indicator]]
id = "closed"
name = "销号率"
name_en = "Close-out"
family = "f"
weight = 30
measure = "closeout_rate"
floor = 0.0
target = 1.0

[[indicator]]
id = "schedule"
name = "序时进度偏差"
name_en = "Schedule"
family = "f"
weight = 20
measure = "schedule_deviation_due"
floor = -1.0
target = 0.0

[[adjustment]]
id = "named"
name = "通报表扬"
name_en = "Commended"
kind = "bonus"
points = 2
"""
THREE = Filters(scheme="three")


@pytest.fixture
def three(small_store):
    """Changshu was commended."""
    with small_store.writing() as conn:
        schemes.load(conn, SCHEME, "three.toml", "tests")
        place = small_store.tree().get(CHANGSHU)
        row = {"event_key": "k", "region_id": place.region_id, "adjustment": "named", "happened_on": date(2022, 9, 12)}
        row |= {"reason": "省厅通报", "recorded_at": datetime(2022, 9, 12, 2)}
        conn.execute(insert(score_event).values(row))
        bump(conn, "commended")
    return small_store


def asked(store, scope="all", lang="zh-CN", **more):
    return rank_contributions(scope, store, THREE.but(**more), lang)


def plain(frame, *names):
    rows = frame.astype(object).where(frame.notna(), None)[list(names)].itertuples(index=False, name=None)
    return [tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row) for row in rows]


def test_every_part_with_what_it_brings_and_loses(three):
    frame = asked(three, pick=(CHANGSHU,))
    assert tuple(frame.columns) == COLUMNS
    assert plain(frame, "region", "rank", "part", "part_name", "weight", "weight_used", "numerator", "denominator", "value_text") == [
        ("常熟市", 2, "completed", "整改完成率", 50, 50, 3, 5, "60.0%"),
        ("常熟市", 2, "closed", "销号率", 30, 30, 1, 5, "20.0%"),
        ("常熟市", 2, "schedule", "序时进度偏差", 20, 20, -1, 4, "−25.0个百分点"),
        ("常熟市", 2, "bonus", "加分", 0, 0, None, None, "通报表扬"),
    ]
    assert plain(frame, "contribution", "lost", "position") == [(30, 20, 0.6), (6, 24, 0.2), (15, 5, 0.75), (2, 0, None)]
    assert frame["contribution"].sum() == pytest.approx(53, abs=1e-9)


def test_the_gap_is_to_the_place_just_above_and_adds_up(three):
    frame = asked(three)
    of = {code: frame[frame["region_code"] == code] for code in (XUANWU, CHANGSHU, QINHUAI)}
    assert list(dict.fromkeys(frame["region_code"]))[:3] == [XUANWU, CHANGSHU, QINHUAI]
    assert of[XUANWU]["next_code"].isna().all() and of[XUANWU]["gap"].isna().all()
    assert plain(of[CHANGSHU], "next_name", "next_contribution", "gap") == [
        ("玄武区", 25, -5), ("玄武区", 15, 9), ("玄武区", 15, 0), ("玄武区", 0, -2),
    ]  # fmt: skip
    assert of[CHANGSHU]["gap"].sum() == pytest.approx(2, abs=1e-9)
    # the commendation of the place above counts into the gap though Qinhuai has none; Xuanwu needs no such line
    assert plain(of[QINHUAI], "part", "contribution", "gap")[-1] == ("bonus", 0, 2)
    assert of[QINHUAI]["gap"].sum() == pytest.approx(13, abs=1e-9)
    assert of[XUANWU]["part"].tolist() == ["completed", "closed", "schedule"]


def test_places_that_are_not_ranked_stand_last_without_points(three):
    frame = asked(three)
    others = frame[frame["rank"].isna()]
    assert len(frame) == 4 + 4 + 3 + 92 * 3 and frame["rank"].tolist()[:11] == [1] * 3 + [2] * 4 + [3] * 4
    assert others["contribution"].eq(0).all() and others["lost"].eq(0).all()
    assert others["value_text"].isna().all() and set(others["reason"]) == {"no_items"} and others["rows_query"].isna().all()


def test_a_figure_leads_to_the_rows_that_cost_points_or_else_earn_them(three):
    frame = asked(three, pick=(XUANWU,))
    found = []
    for part, query in zip(frame["part"], frame["rows_query"], strict=True):
        wanted = Filters.from_query(query)
        assert (wanted.to_query(), wanted.region, wanted.as_of, wanted.kind) == (query, XUANWU, date(2022, 9, 30), ("finding",))
        found.append((part, wanted.rows, sorted(item_list("all", three, wanted)["ledger_no"])))
    assert found == [
        ("completed", "open", ["A2", "A4"]),
        ("closed", "closed", ["A1", "A3"]),
        ("schedule", "scheduled_rectified", ["A1", "A3"]),
    ]


def test_a_viewer_confined_to_a_county_sees_its_parts_and_nobody_elses(three):
    frame = asked(three, scope=CHANGSHU)
    assert set(frame["region_code"]) == {CHANGSHU} and set(frame["rank"]) == {2}
    assert frame["next_code"].isna().all() and frame["next_name"].isna().all() and frame["gap"].isna().all()
    # a region that is only looked at hides nobody
    assert asked(three, region=CHANGSHU)["next_code"].tolist() == [XUANWU] * 4


def test_the_list_by_improvement_has_the_same_parts_by_level(three):
    frame = asked(three, by="improvement", pick=(QINHUAI,))
    assert frame.attrs["by"] == "level" and set(frame["rank"]) == {3}


def test_parts_are_those_of_the_standing(three):
    frame, now = asked(three), race.standing("all", three, THREE)
    for code in (XUANWU, CHANGSHU, QINHUAI):
        parts = {part.part: part.contribution for part in explain.contributions(now, code)}
        mine = frame[frame["region_code"] == code]
        assert dict(zip(mine["part"], mine["contribution"], strict=True)).items() <= parts.items()
        assert sum(parts.values()) == pytest.approx(now.scores.score[now.places.code.index(code)], abs=1e-9)


def test_in_english(three):
    frame = asked(three, lang="en", pick=(CHANGSHU,))
    assert frame["part_name"].tolist() == ["Completion", "Close-out", "Schedule", "Bonus"]
    assert frame["value_text"].tolist() == ["60.0%", "20.0%", "−25.0 pp", "Commended"]
    assert "Changshu" in caption(frame, THREE, View("en")) and figure(frame, View("en"))["data"]


def test_nothing_to_take_apart_keeps_the_columns(sqlite_store):
    frame = rank_contributions("all", sqlite_store, Filters())
    assert tuple(frame.columns) == COLUMNS and not len(frame)
    assert caption(frame, Filters(), View()) and figure(frame, View())
