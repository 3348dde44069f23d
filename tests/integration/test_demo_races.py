"""The demo's horse race: series, events, twelve locked weeks, one corrected, two appeals; all of it marked as simulated."""

from datetime import date

import pytest
from sqlalchemy import func, select

from data.demo.places import read_cities
from data.demo.races import cast
from data.demo.texts import texts
from data.filters import Filters
from data.ranking import appeals, locks, race
from data.ranking.events import list_events
from data.ranking.series import list_series
from data.schema import indicator_series, indicator_value

SCHEME = "county-default"
WEEKS = [f"2022-W{n}" for n in range(36, 48)]


def standing(store, period, edition=None):
    return race.standing("all", store, Filters(period=period, edition=edition))


def at(found, code):
    return found.places.code.index(code)


def test_series_are_simulated_weekly_and_of_every_county(demo_store):
    found = {row["code"]: row for row in list_series(demo_store)}
    assert sorted(found) == ["pm25_change", "section_compliance"]
    assert all(row["simulated"] for row in found.values())
    assert (found["pm25_change"]["unit"], found["section_compliance"]["unit"]) == ("%", "rate")
    assert (found["pm25_change"]["places"], found["section_compliance"]["places"]) == (95, 92)
    assert (found["pm25_change"]["first"], found["pm25_change"]["last"]) == (date(2022, 8, 7), date(2022, 11, 27))
    v = indicator_value.c
    with demo_store.reading() as conn:
        rows = conn.execute(select(v.value, v.numerator, v.denominator).where(v.denominator.is_not(None))).all()
        days = conn.execute(select(func.count(v.as_of.distinct()))).scalar_one()
    assert days == 17
    assert rows and all(0 <= row.value <= 1 and row.value == row.numerator / row.denominator for row in rows)


def test_a_county_resembles_itself_from_week_to_week(demo_store):
    v = indicator_value.c
    query = (
        select(v.region_id, v.as_of, v.value).join(indicator_series).where(indicator_series.c.code == "pm25_change").order_by(v.value_id)
    )
    with demo_store.reading() as conn:
        by_place: dict[int, dict[date, float]] = {}
        for region_id, day, value in conn.execute(query):
            by_place.setdefault(region_id, {})[day] = value
    weeks = [[weeks[day] for day in sorted(weeks)] for weeks in by_place.values()]
    steps = [abs(a - b) for week in weeks for a, b in zip(week, week[1:], strict=False)]
    apart = [abs(a - b) for one, two in zip(weeks, weeks[1:], strict=False) for a, b in zip(one, two, strict=True)]
    assert sum(steps) / len(steps) < 0.6 * sum(apart) / len(apart)


def test_twelve_weeks_are_locked_in_the_order_of_time_and_one_was_corrected(demo_store):
    found = locks.editions(demo_store, SCHEME)
    assert [(e.period, e.edition) for e in found] == [(week, n) for week in WEEKS for n in ((1, 2) if week == "2022-W41" else (1,))]
    moments = [e.locked_at for e in found]
    assert moments == sorted(moments)
    assert [check.fault for check in locks.verify(demo_store)] == [""] * 13
    for week in WEEKS:
        # the figures of a week come in, and then it is locked
        assert standing(demo_store, week).edition == (2 if week == "2022-W41" else 1)
        assert standing(demo_store, week).simulated


def test_the_running_week_is_counted_now_and_compared_with_the_last_locked_one(demo_store):
    now = race.standing("all", demo_store, Filters())
    assert (now.scheme.code, now.period.code, now.period.running, now.edition) == (SCHEME, "2022-W48", True, 0)
    assert now.before_period == "2022-W47"
    assert len(now.places) == 95
    assert not now.scores.dormant.any()


def test_ranks_move_but_not_wildly(demo_store):
    one, two = standing(demo_store, "2022-W45"), standing(demo_store, "2022-W46")
    before = dict(zip(one.places.code, one.ranks["level"].rank.tolist(), strict=True))
    moves = [
        abs(before[code] - rank)
        for code, rank in zip(two.places.code, two.ranks["level"].rank.tolist(), strict=True)
        if rank and before[code]
    ]
    assert 0 < sum(moves) / len(moves) < 15
    assert any(moves)


@pytest.fixture(scope="module")
def players(demo_store):
    from data.demo import findings
    from data.demo.dice import Dice

    with demo_store.reading() as conn:
        return cast(read_cities(conn, Dice(2022, 0), findings.categories())[1])


def test_a_veto_takes_a_county_out_of_one_week(demo_store, players):
    found = standing(demo_store, "2022-W39")
    place = at(found, players.worst[0].code)
    ranks = found.ranks["level"]
    assert (ranks.rank[place], ranks.reason[place], found.counted.veto[place]) == (0, "veto", True)
    assert (ranks.rank > 0).sum() == 94
    after = standing(demo_store, "2022-W40")
    assert after.ranks["level"].rank[at(after, players.worst[0].code)] > 0


def test_one_event_under_two_headings_counts_once(demo_store, players):
    found = standing(demo_store, "2022-W40")
    place = at(found, players.worst[1].code)
    rows = [row for row in list_events(demo_store) if row["region_id"] == players.worst[1].region_id]
    assert sorted(row["adjustment"] for row in rows) == ["media_exposure", "named_by_inspection"]
    assert len({row["event_key"] for row in rows}) == 1
    assert found.counted.penalty[place] == 3
    assert [event[0] for event in found.counted.events[place]] == ["named_by_inspection"]


def test_every_event_is_simulated_and_of_an_adjustment_of_the_scheme(demo_store):
    rows = list_events(demo_store)
    assert len(rows) == 8
    assert all(row["simulated"] and row["back"] is None for row in rows)
    known = {a.id for a in standing(demo_store, "2022-W47").scheme.adjustments}
    assert {row["adjustment"] for row in rows} <= known


def test_the_correction_moves_the_county_whose_sign_was_wrong(demo_store, players):
    code = players.misreported.code
    old, new = standing(demo_store, "2022-W41", "1"), standing(demo_store, "2022-W41", "2")
    k = [i.id for i in old.scheme.indicators].index("pm25_change")
    assert (old.counted.value[at(old, code), k], new.counted.value[at(new, code), k]) == (9.6, -9.6)
    assert new.ranks["level"].rank[at(new, code)] < old.ranks["level"].rank[at(old, code)]
    edition = locks.editions(demo_store, SCHEME, period="2022-W41")[-1]
    assert edition.reason == f"{players.misreported.name}PM2.5同比变化上报时正负号录反（9.6%，应为\u22129.6%），经复核更正。"
    changes = locks.diff(old, new)
    assert code in {change.code for change in changes}


def test_one_appeal_was_upheld_and_one_is_open(demo_store, players):
    found = appeals.listed(demo_store, SCHEME)
    assert [(a.period, a.edition, a.code, a.indicator, a.outcome) for a in found] == [
        ("2022-W41", 1, players.misreported.code, "pm25_change", "upheld"),
        ("2022-W47", 1, players.middle.code, "on_time", "open"),
    ]
    assert found[0].decided_at > found[0].made_at
    assert found[0].answer


def test_every_text_of_the_races_says_that_it_is_simulated():
    body = texts("races")
    assert all(event["reason"].startswith("模拟") and "模拟" in event["document"] for event in body["events"])
    assert "模拟" in body["origin"]
    assert all("演示" in series["zh"] and "demo" in series["en"] for series in body["series"].values())


def test_a_demo_of_a_few_items_is_built_as_well(sqlite_store):
    from data.demo.build import build

    build(sqlite_store, items=40)
    assert len(list_series(sqlite_store)) == 2
    newest = race.standing("all", sqlite_store, Filters())
    assert (newest.period.code, len(newest.places)) == ("2022-W48", 95)
