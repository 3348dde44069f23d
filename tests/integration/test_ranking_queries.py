"""The frames of rankings, on the campaign counted by hand: close-out rates of its months.

====  =========  =========  =========
2022  Xuanwu     Qinhuai    Changshu
====  =========  =========  =========
05    0/2 first
06    2/2 first
07    2/2 first
08    1/5 second 1/4 first  0/4 third
09    2/4 first  1/3 second 1/5 third
====  =========  =========  =========
"""

from datetime import date, datetime

import pytest
from sqlalchemy import insert, select, update

from dashboard.exports.table import cell
from data.filters import Filters
from data.queries.county_ranking import COLUMNS, county_ranking
from data.queries.indicator_table import indicator_table
from data.queries.rank_history import rank_history
from data.queries.rank_intervals import rank_intervals
from data.queries.rank_race import rank_race
from data.ranking import locks, race, schemes
from data.schema import region, score_event
from data.store import bump
from tests.campaign import AS_OF, CHANGSHU, CODE, QINHUAI, XUANWU

SINGLE = "scheme=single-closeout"
QUERIES = (county_ranking, rank_history, rank_race, rank_intervals, indicator_table)
# a score of two rates, ties at no decimals, a veto and two groups
MIXED = """
[scheme]
code = "mixed"
version = "1"
name = "两率排名"
name_en = "Two rates"
period = "month"
level = "county"
kinds = ["finding"]
lists = ["level", "improvement"]
decimals = 0
small_base = 3
missing_limit = 0.5
penalty_cap = 8
improvement_exempt = 60

[families.f]
name = "整改"
name_en = "Rectification"

[[indicator]]
id = "closeout"
name = "销号率"
name_en = "Close-out rate"
family = "f"
weight = 60
measure = "closeout_rate"
floor = 0.0
target = 1.0

[[indicator]]
id = "on_time"
name = "按期率"
name_en = "On-time rate"
family = "f"
weight = 40
measure = "on_time_rate"
floor = 0.0
target = 1.0

[[adjustment]]
id = "fraud"
name = "弄虚作假"
name_en = "Data fraud"
kind = "veto"

[[group]]
code = "district"
name = "市辖区"
name_en = "Districts"
ends_with = ["区"]

[[group]]
code = "city"
name = "县级市"
name_en = "Cities"
ends_with = ["市"]
"""


def ask(store, query, text=SINGLE, scope="all", lang="zh-CN"):
    return query(scope, store, Filters.from_query(text), lang=lang)


def plain(frame, *names, only=None):
    """Rows as an export writes them; ``only``: places."""
    keep = frame if only is None else frame[frame["region_code"].isin(only)]
    return [tuple(map(cell, row)) for row in keep[list(names)].itertuples(index=False)]


def ranked(frame, *names):
    return plain(frame[frame["rank"].notna()], *names)


@pytest.fixture
def mixed(small_store):
    with small_store.writing() as conn:
        schemes.load(conn, MIXED, "mixed.toml", "tests")
    return small_store


@pytest.fixture
def august(sqlite_small_store):
    """August is locked."""
    locks.lock(sqlite_small_store, "single-closeout", "2022-08", by="tests", now=datetime(2022, 9, 1, 1))
    return sqlite_small_store


# ----------------------------------------------------------------------------- the list of ranks


def test_the_list_has_ranks_scores_and_what_they_rest_on(small_store):
    frame = ask(small_store, county_ranking)
    assert tuple(frame.columns) == COLUMNS
    shown = ranked(
        frame, "rank", "tied", "region", "parent", "score", "numerator", "denominator", "base_indicator", "small_base", "missing"
    )
    assert shown == [
        (1, False, "玄武区", "南京市", 50.0, 2, 4, "销号率", True, 0.0),
        (2, False, "秦淮区", "南京市", 33.3, 1, 3, "销号率", True, 0.0),
        # a fifth is not below the small base of five
        (3, False, "常熟市", "苏州市", 20.0, 1, 5, "销号率", False, 0.0),
    ]
    assert ranked(frame, "last_day_n", "last_day_d", "extended_n", "extended_d", "returned_n", "returned_d") == [
        (0, 1, 0, 5, 1, 4),
        (0, 0, 1, 4, 0, 1),
        (0, 1, 0, 5, 0, 1),
    ]


def test_those_that_are_not_ranked_come_last_with_the_reason_and_no_rank(small_store):
    frame = ask(small_store, county_ranking)
    assert len(frame) == 95
    out = plain(frame.iloc[3:], "rank", "score", "score_low", "group_rank", "change", "band_low", "numerator", "reason", "reason_text")
    assert set(out) == {(None, None, None, None, None, None, 0, "no_items", "没有纳入统计的事项")}
    codes = frame["region_code"].tolist()[3:]
    assert codes == sorted(codes)


def test_every_frame_says_what_it_is(small_store):
    attrs = ask(small_store, county_ranking, f"{SINGLE}&pick={XUANWU}").attrs
    said = {
        "scheme": "single-closeout", "scheme_name": "销号率单项排名", "scheme_version": "1", "period": "2022-09", "period_name": "2022年9月",
        "by": "level", "running": False, "locked": False, "edition": 0, "editions": 0, "before_period_name": None, "ranked": 3, "unranked": 92,
        "group_name": None, "picked": [XUANWU], "decimals": 1, "unit": "percent", "saturated": 0, "separators": [], "dormant": [],
        "simulated": False, "as_of": AS_OF, "known_at": None, "region": "江苏省",
    }  # fmt: skip
    assert {name: attrs[name] for name in said} == said
    assert any("销号率" in sentence for sentence in attrs["scheme_words"])
    english = ask(small_store, county_ranking, f"{SINGLE}&period=2022-08", lang="en")
    assert (english.attrs["scheme_name"], english.attrs["period_name"], english.attrs["region"]) == (
        "Close-out rate alone",
        "August 2022",
        "Jiangsu",
    )
    assert ranked(english, "region", "base_indicator")[0] == ("Qinhuai District", "Close-out rate")


def test_a_day_inside_a_period_is_counted_as_of_that_day(small_store):
    frame = ask(small_store, county_ranking, f"{SINGLE}&as_of=2022-09-15")
    # C2 is closed on the 16th, A3 on the 29th
    assert ranked(frame, "region_code", "numerator", "denominator") == [(QINHUAI, 1, 3), (XUANWU, 1, 4), (CHANGSHU, 0, 5)]
    assert (frame.attrs["period"], frame.attrs["running"], frame.attrs["as_of"]) == ("2022-09", True, date(2022, 9, 15))


def test_what_was_known_then_is_another_list(small_store):
    then = ask(small_store, county_ranking, f"{SINGLE}&known_at=2022-09-10")
    assert (then.attrs["known_at"], then.attrs["as_of"]) == (date(2022, 9, 10), date(2022, 9, 10))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)
@pytest.mark.parametrize("text", ["scheme=nothing", f"{SINGLE}&period=2022-W01", f"{SINGLE}&edition=7", f"{SINGLE}&as_of=2022-01-01"])
def test_what_there_is_not_has_columns_and_no_rows(sqlite_small_store, query, text):
    frame, full = ask(sqlite_small_store, query, text), ask(sqlite_small_store, query)
    assert len(frame) == 0
    if "nothing" not in text:
        assert list(frame.columns) == list(full.columns)
        assert frame.attrs["scheme_name"] == "销号率单项排名"
    assert set(frame.attrs) == set(full.attrs)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)
def test_an_empty_store_has_columns_and_no_rows(sqlite_store, query):
    frame = ask(sqlite_store, query, "")
    assert (len(frame), frame.attrs["scheme"], frame.attrs["period"]) == (0, "county-default", None)


# ----------------------------------------------------------------------------- rows are restricted, ranks are not


@pytest.mark.parametrize(
    "how", [{"text": f"{SINGLE}&region=320500"}, {"scope": "320500"}, {"text": f"{SINGLE}&region=320000", "scope": "320581"}]
)
def test_a_region_or_a_scope_restricts_rows_and_never_a_rank(sqlite_small_store, how):
    for query in (county_ranking, rank_intervals, indicator_table):
        frame = ask(sqlite_small_store, query, **how)
        assert ranked(frame, "rank", "region_code") == [(3, CHANGSHU)]
        assert frame.attrs["ranked"] == 3
    history = ask(sqlite_small_store, rank_history, **how)
    assert [row for row in plain(history, "period", "region_code", "rank") if row[2]] == [
        ("2022-08", CHANGSHU, 3),
        ("2022-09", CHANGSHU, 3),
    ]
    assert plain(ask(sqlite_small_store, rank_race, **how), "rank", "slot") == [(3, 1), (3, 1)]


def test_a_viewer_of_nowhere_sees_nothing(sqlite_small_store):
    assert [len(ask(sqlite_small_store, query, scope="999999")) for query in QUERIES] == [0] * 5


def test_items_that_a_view_leaves_out_stay_in_the_ranking(sqlite_small_store):
    whole = ranked(ask(sqlite_small_store, county_ranking), "rank", "region_code", "score")
    assert (
        ranked(
            ask(sqlite_small_store, county_ranking, f"{SINGLE}&category=dust&department=ecology&level=prefecture"),
            "rank",
            "region_code",
            "score",
        )
        == whole
    )


def test_a_peer_group_shows_its_own_ranks_beside_the_official_ones(mixed):
    frame = ask(mixed, county_ranking, "scheme=mixed&group=city")
    assert ranked(frame, "rank", "region_code", "group_rank", "group_name") == [(3, CHANGSHU, 1, "县级市")]
    assert (frame.attrs["group_name"], set(frame["group"])) == ("县级市", {"city"})
    assert len(ask(mixed, county_ranking, "scheme=mixed&group=unknown")) == 95


# ----------------------------------------------------------------------------- scores, ties, vetoes


def test_scores_are_points_of_several_indicators(mixed):
    # Xuanwu 60·2/4 + 40·1/3, Qinhuai 60·1/3 + 40·1/2, Changshu 60·1/5 + 40·2/4
    frame = ask(mixed, county_ranking, "scheme=mixed")
    assert ranked(frame, "rank", "region_code", "score") == [(1, XUANWU, 43.0), (2, QINHUAI, 40.0), (3, CHANGSHU, 32.0)]


def test_the_table_has_what_was_counted_and_the_points(mixed):
    frame = ask(mixed, indicator_table, "scheme=mixed", lang="en")
    names = [f"{k}_{part}" for k in ("closeout", "on_time") for part in ("n", "d", "value", "points")]
    (row,) = plain(frame, *names, only=[XUANWU])
    assert row == (2, 4, 0.5, 30.0, 1, 3, pytest.approx(1 / 3), pytest.approx(40 / 3))
    (empty,) = plain(frame, *names, only=["320105"])
    assert empty == (0, 0, None, None, 0, 0, None, None)
    assert frame.attrs["labels"]["closeout"] == "Close-out rate"
    assert frame.attrs["labels"]["on_time_points"] == "On-time rate, points"
    assert set(frame.attrs["labels"]) >= {name for name in frame.columns if name.startswith(("closeout", "on_time"))}


def test_a_veto_takes_a_place_out_with_its_reason(mixed):
    with mixed.writing() as conn:
        place = mixed.tree().get(XUANWU).region_id
        row = {
            "event_key": "k",
            "region_id": place,
            "adjustment": "fraud",
            "happened_on": date(2022, 9, 9),
            "recorded_at": datetime(2022, 9, 9),
        }
        conn.execute(insert(score_event).values(row))
        bump(conn, "fraud")
    frame = ask(mixed, county_ranking, "scheme=mixed")
    assert ranked(frame, "rank", "region_code") == [(1, QINHUAI), (2, CHANGSHU)]
    assert plain(frame, "rank", "score", "reason", "reason_text", only=[XUANWU]) == [(None, None, "veto", "一票否决：弄虚作假")]
    assert plain(ask(mixed, county_ranking, "scheme=mixed&period=2022-08"), "reason", only=[XUANWU]) == [(None,)]


# ----------------------------------------------------------------------------- against a locked period


def test_change_is_told_against_the_last_locked_period(august):
    frame = ask(august, county_ranking)
    shown = ranked(frame, "region_code", "rank", "rank_before", "change", "score_before")
    assert shown == [(XUANWU, 1, 2, 1, 20.0), (QINHUAI, 2, 1, -1, 25.0), (CHANGSHU, 3, 3, 0, 0.0)]
    assert frame.attrs["before_period_name"] == "2022年8月"


def test_a_locked_period_is_read_and_the_newest_edition_is_shown(august):
    frame = ask(august, county_ranking, f"{SINGLE}&period=2022-08")
    assert ranked(frame, "rank", "region_code", "score") == [(1, QINHUAI, 25.0), (2, XUANWU, 20.0), (3, CHANGSHU, 0.0)]
    attrs = frame.attrs
    assert (attrs["locked"], attrs["edition"], attrs["locked_by"], attrs["locked_at"]) == (True, 1, "tests", "2022-09-01 09:00")
    assert len(attrs["sha256"]) == 64
    live = ask(august, county_ranking, f"{SINGLE}&period=2022-08&edition=live").attrs
    assert (live["locked"], live["edition"], live["editions"]) == (False, 0, 1)
    assert not ask(august, county_ranking, f"{SINGLE}&as_of=2022-08-31").attrs["locked"]
    # the race over other campaigns is another one
    assert not ask(august, county_ranking, f"{SINGLE}&period=2022-08&campaign={CODE}").attrs["locked"]


def test_the_history_says_which_ranks_are_locked(august):
    frame = ask(august, rank_history, f"{SINGLE}&pick={QINHUAI}")
    shown = plain(frame, "period", "rank", "tied", "score", "locked", "edition", "picked", only=[QINHUAI])
    assert shown == [
        ("2022-05", None, False, None, False, 0, True),
        ("2022-06", None, False, None, False, 0, True),
        ("2022-07", None, False, None, False, 0, True),
        ("2022-08", 1, False, 25.0, True, 1, True),
        ("2022-09", 2, False, 33.3, False, 0, True),
    ]
    assert plain(frame, "period_name", "ends_on", "rank", only=[XUANWU])[1:3] == [
        ("2022年6月", date(2022, 6, 30), 1),
        ("2022年7月", date(2022, 7, 31), 1),
    ]
    earlier = ask(august, rank_history, f"{SINGLE}&period=2022-08")
    assert sorted(set(earlier["period"])) == ["2022-05", "2022-06", "2022-07", "2022-08"]


def test_the_race_has_a_lane_for_each_ranked_place(august):
    frame = ask(august, rank_race)
    assert set(frame["parent"]) <= {"南京市", "苏州市"} and len(set(frame["parent"])) == 2
    assert plain(frame, "period", "slot", "region_code", "rank", "score") == [
        ("2022-05", 1, XUANWU, 1, 0.0),
        ("2022-06", 1, XUANWU, 1, 100.0),
        ("2022-07", 1, XUANWU, 1, 100.0),
        ("2022-08", 1, QINHUAI, 1, 25.0),
        ("2022-08", 2, XUANWU, 2, 20.0),
        ("2022-08", 3, CHANGSHU, 3, 0.0),
        ("2022-09", 1, XUANWU, 1, 50.0),
        ("2022-09", 2, QINHUAI, 2, 33.3),
        ("2022-09", 3, CHANGSHU, 3, 20.0),
    ]


def test_ranks_of_a_history_are_those_of_the_standing(sqlite_small_store):
    asked = Filters.from_query(SINGLE)
    past = {period.code: ranks for period, _, ranks in race.history("all", sqlite_small_store, asked)}
    assert list(past) == ["2022-05", "2022-06", "2022-07", "2022-08", "2022-09"]
    for code, ranks in past.items():
        standing = race.standing("all", sqlite_small_store, asked.but(period=code))
        assert ranks == race.ranked(standing, "level").by_code()


def test_an_edition_asked_by_number_keeps_its_history(august):
    old = f"{SINGLE}&period=2022-08&edition=1"
    before = {query: ask(august, query, old) for query in QUERIES}
    with august.writing() as conn:
        (source,) = [each.source for each in schemes.known(august) if each.code == "single-closeout"]
        schemes.load(conn, source.replace('version = "1"', 'version = "2"').replace("target = 1.0", "target = 0.5"), "two.toml", "tests")
    locks.correct(august, "single-closeout", "2022-08", by="tests", reason="rules", new_rules=True)
    assert ask(august, county_ranking, f"{SINGLE}&period=2022-08").attrs["edition"] == 2
    for query, frame in before.items():
        again = ask(august, query, old)
        assert frame.equals(again), query.__name__
        assert frame.attrs == again.attrs, query.__name__


# ----------------------------------------------------------------------------- improvement, intervals, memory


def test_the_improvement_list_ranks_the_gain_since_the_last_locked_period(mixed):
    before = ask(mixed, county_ranking, "scheme=mixed&by=improvement")
    assert before.attrs["by"] == "improvement"
    assert set(plain(before, "reason_text", only=[XUANWU, QINHUAI])) == {("上期没有名次，无从比较",)}
    locks.lock(mixed, "mixed", "2022-08", by="tests")
    frame = ask(mixed, county_ranking, "scheme=mixed&by=improvement")
    # in August Xuanwu 60·1/5 + 40·1/2, Qinhuai 60·1/4 + 40·1/1, Changshu 0 of 4 and nothing due
    now = {XUANWU: 60 * 2 / 4 + 40 / 3, QINHUAI: 40.0, CHANGSHU: 32.0}
    then = {XUANWU: 32.0, QINHUAI: 55.0, CHANGSHU: 0.0}
    gains = {code: round(now[code] - then[code]) for code in now}
    assert ranked(frame, "rank", "region_code", "score", "score_before") == [
        (1, CHANGSHU, gains[CHANGSHU], 0.0),
        (2, XUANWU, gains[XUANWU], 32.0),
        (3, QINHUAI, gains[QINHUAI], 55.0),
    ]
    assert ask(mixed, county_ranking, "scheme=single-closeout&by=improvement").attrs["by"] == "level"


def test_intervals_hold_the_score_and_bands_the_rank(small_store):
    frame = ask(small_store, rank_intervals)
    assert plain(frame, "rank", "region_code", "score", "band_low", "band_high", "told_apart") == [
        (1, XUANWU, 50.0, 1, 3, 0),
        (2, QINHUAI, 33.3, 1, 3, 0),
        (3, CHANGSHU, 20.0, 1, 3, 0),
    ]
    assert frame["parent"].tolist() == ["南京市", "南京市", "苏州市"]
    # Wilson for 2 of 4
    assert plain(frame, "score_low", "score_high")[0] == (15.0, 85.0)


def test_a_standing_is_kept_until_the_store_changes(sqlite_small_store):
    asked = Filters.from_query(SINGLE)
    first = race.standing("all", sqlite_small_store, asked)
    assert race.standing("320500", sqlite_small_store, asked.but(region="320500", pick=(XUANWU,))) is first
    with sqlite_small_store.writing() as conn:
        conn.execute(select(1))
        bump(conn, "something")
    second = race.standing("all", sqlite_small_store, asked)
    assert second is not first
    assert second.store_version > first.store_version


def test_a_place_that_took_part_then_and_no_longer_does_stays_in_its_history(august):
    with august.writing() as conn:
        conn.execute(update(region).where(region.c.gb2260_code == "320105").values(valid_to=date(2022, 9, 15)))
        bump(conn, "retired")
    frame = ask(august, rank_history)
    assert plain(frame, "period", "region", "parent", "rank", only=["320105"]) == [("2022-08", "建邺区", "南京市", None)]
    assert plain(frame, "rank", only=[QINHUAI])[3:] == [(1,), (2,)]
    assert not plain(ask(august, rank_history, f"{SINGLE}&region=320500"), "rank", only=["320105"])
