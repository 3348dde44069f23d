"""Weeks, months, quarters and rounds: their days, codes and names, and which one a view asks for."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from data.filters import Filters
from data.ranking import periods
from data.ranking.scheme import MONTH, QUARTER, ROUND, WEEK, Indicator, Scheme, Words
from data.ranking.standing import Period

RATE = Indicator("a", Words("甲", "A"), "f", 100, "closeout_rate", None, 0.0, 1.0)
SCHEME = Scheme("s", "1", Words("方案", "Scheme"), WEEK, "county", (RATE,), {"f": Words("族", "Family")})


@pytest.fixture
def between(monkeypatch):
    """``between(kind, first, last, rounds=…, **filters) -> (offered, found)`` for a store whose items and ledgers span these days."""

    def ask(kind, first, last, rounds=(), **filters):
        monkeypatch.setattr(periods, "campaigns_of", lambda *_: [])
        monkeypatch.setattr(periods, "_days_of_items", lambda *_: (date.fromisoformat(first), date.fromisoformat(last)))
        monkeypatch.setattr(periods, "_read_rounds", lambda *_: list(rounds))
        store = SimpleNamespace(remembered=lambda key, make: make())
        asked = Filters.from_query(filters)
        scheme = replace(SCHEME, period=kind)
        return periods.periods(store, scheme, asked), periods.find(store, scheme, asked)

    return ask


def codes(found):
    return [each.code for each in found]


def test_weeks_run_from_monday_to_sunday_and_the_last_is_running(between):
    offered, found = between(WEEK, "2022-11-16", "2022-11-23")
    assert offered == [
        Period("2022-W46", WEEK, date(2022, 11, 14), date(2022, 11, 20), date(2022, 11, 20), False),
        Period("2022-W47", WEEK, date(2022, 11, 21), date(2022, 11, 27), date(2022, 11, 23), True),
    ]
    assert found == offered[-1]


@pytest.mark.parametrize(
    ("kind", "last", "code"), [(WEEK, "2022-11-27", "2022-W47"), (MONTH, "2022-11-30", "2022-11"), (QUARTER, "2022-12-31", "2022-Q4")]
)
def test_a_period_whose_last_day_the_ledgers_reach_is_not_running(between, kind, last, code):
    _, found = between(kind, "2022-08-01", last)
    assert (found.code, found.running, found.as_of) == (code, False, date.fromisoformat(last))


def test_a_week_belongs_to_the_year_of_its_thursday(between):
    offered, _ = between(WEEK, "2020-12-28", "2021-01-10")
    assert [(each.code, each.start.isoformat()) for each in offered] == [("2020-W53", "2020-12-28"), ("2021-W01", "2021-01-04")]


def test_months_and_quarters_end_on_their_last_day(between):
    months, _ = between(MONTH, "2023-12-31", "2024-03-01")
    assert [(each.code, each.end.isoformat()) for each in months] == [
        ("2023-12", "2023-12-31"),
        ("2024-01", "2024-01-31"),
        ("2024-02", "2024-02-29"),
        ("2024-03", "2024-03-31"),
    ]
    quarters, _ = between(QUARTER, "2023-12-31", "2024-04-01")
    assert [(each.code, each.start.isoformat(), each.end.isoformat()) for each in quarters] == [
        ("2023-Q4", "2023-10-01", "2023-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
    ]


ROUNDS = [(1, date(2022, 8, 15), date(2022, 9, 9)), (2, date(2022, 9, 19), None), (3, date(2022, 11, 1), None)]


def test_a_round_without_an_end_lasts_until_the_next(between):
    offered, found = between(ROUND, "2022-08-16", "2022-11-10", ROUNDS)
    assert [(each.code, each.start.isoformat(), each.end.isoformat(), each.running) for each in offered] == [
        ("R1", "2022-08-15", "2022-09-09", False),
        ("R2", "2022-09-19", "2022-10-31", False),
        ("R3", "2022-11-01", "2022-11-10", False),
    ]
    assert found.code == "R3"


def test_a_round_that_has_not_begun_is_not_offered(between):
    offered, found = between(ROUND, "2022-08-16", "2022-09-30", ROUNDS)
    assert codes(offered) == ["R1", "R2"]
    assert (found.as_of, found.running) == (date(2022, 9, 30), True)


def test_without_rounds_there_is_nothing_to_rank(between):
    assert between(ROUND, "2022-08-16", "2022-09-30") == ([], None)


def test_at_most_the_last_sixty_are_offered_but_older_ones_are_found(between):
    offered, found = between(WEEK, "2020-01-01", "2022-11-27", period="2020-W30")
    assert len(offered) == periods.OFFERED
    assert (codes(offered)[-1], found.code, found.as_of) == ("2022-W47", "2020-W30", date(2020, 7, 26))


def test_a_day_picks_the_period_that_holds_it_counted_as_of_that_day(between):
    _, found = between(WEEK, "2022-10-01", "2022-11-23", as_of="2022-11-09")
    assert (found.code, found.as_of, found.running) == ("2022-W45", date(2022, 11, 9), True)
    _, found = between(WEEK, "2022-10-01", "2022-11-23", as_of="2022-11-13")
    assert (found.code, found.as_of, found.running) == ("2022-W45", date(2022, 11, 13), False)


def test_a_later_day_than_the_ledgers_speak_of_is_theirs(between):
    _, found = between(WEEK, "2022-10-01", "2022-11-23", as_of="2023-05-01")
    assert (found.code, found.as_of) == ("2022-W47", date(2022, 11, 23))


@pytest.mark.parametrize(
    "asked", [{"period": "2022-W30"}, {"period": "2022-W48"}, {"period": "2022-11"}, {"period": "nonsense"}, {"as_of": "2022-09-01"}]
)
def test_what_there_is_not_is_not_found(between, asked):
    assert between(WEEK, "2022-10-01", "2022-11-23", **asked)[1] is None


def test_a_day_before_the_period_asked_for_finds_nothing(between):
    assert between(WEEK, "2022-10-01", "2022-11-23", period="2022-W46", as_of="2022-11-01")[1] is None


def test_with_known_at_the_periods_end_there(between):
    offered, found = between(WEEK, "2022-10-01", "2022-11-23", known_at="2022-11-10")
    assert codes(offered)[-1] == "2022-W45"
    assert (found.as_of, found.running) == (date(2022, 11, 10), True)


def named(code, kind, start, end, lang):
    return periods.period_name(Period(code, kind, date.fromisoformat(start), date.fromisoformat(end), date.fromisoformat(end), False), lang)


@pytest.mark.parametrize(
    ("code", "kind", "start", "end", "zh", "en"),
    [
        ("2022-W47", WEEK, "2022-11-21", "2022-11-27", "2022年第47周（11月21—27日）", "Week 47, 2022 (21–27 Nov)"),
        ("2022-W44", WEEK, "2022-10-31", "2022-11-06", "2022年第44周（10月31日—11月6日）", "Week 44, 2022 (31 Oct – 6 Nov)"),
        (
            "2020-W53",
            WEEK,
            "2020-12-28",
            "2021-01-03",
            "2020年第53周（2020年12月28日—2021年1月3日）",
            "Week 53, 2020 (28 Dec 2020 – 3 Jan 2021)",
        ),
        ("2022-11", MONTH, "2022-11-01", "2022-11-30", "2022年11月", "November 2022"),
        ("2022-Q4", QUARTER, "2022-10-01", "2022-12-31", "2022年第4季度", "Q4 2022"),
        ("R2", ROUND, "2022-09-19", "2022-10-21", "第2轮（9月19日—10月21日）", "Round 2 (19 Sep – 21 Oct)"),
        ("R1", ROUND, "2022-09-19", "2022-09-19", "第1轮（9月19日）", "Round 1 (19 Sep)"),
    ],
)
def test_periods_have_the_calendars_names(code, kind, start, end, zh, en):
    assert (named(code, kind, start, end, "zh-CN"), named(code, kind, start, end, "en")) == (zh, en)
