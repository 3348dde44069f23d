"""Every set and measure of the campaign counted by hand in tests/campaign.py, on both databases."""

from fractions import Fraction

import pytest
from sqlalchemy import select

from data import calendar
from data.measures import MEASURES
from data.rollup import bits
from data.rollup.moment import Moment
from data.schema import item
from tests import campaign


def moment(store, code=campaign.CODE, day=campaign.AS_OF, known_at=None, basic=False):
    (found,) = [c for c in store.campaigns() if c.code == code]
    index = store.index(found.campaign_id, known_at)
    return Moment(index, calendar.day_number(day), 0, index.words, basic)


def numbers(store, at, name):
    ids = at.index.item_id[at.positions(at[name])].tolist()
    with store.reading() as conn:
        return " ".join(sorted(conn.execute(select(item.c.ledger_no).where(item.c.item_id.in_(ids))).scalars()))


@pytest.mark.parametrize(
    ("day", "known_at", "sets"),
    [
        (campaign.AS_OF, None, campaign.SETS),
        (campaign.AS_OF.replace(day=23), None, campaign.SETS_WEEK_BEFORE),
        (campaign.AS_OF, campaign.AS_OF, campaign.SETS_AS_KNOWN),
    ],
    ids=["as-of", "week-before", "as-known"],
)
def test_sets_hold_the_items_counted_by_hand(small_store, day, known_at, sets):
    at = moment(small_store, day=day, known_at=known_at)
    assert {name: numbers(small_store, at, name) for name in sets} == sets


FINDING_RATES = {
    "completion_rate": (6, 12),
    "closeout_rate": (4, 12),
    "due_completion_rate": (6, 9),
    "on_time_rate": (4, 9),
    "on_time_original_rate": (4, 10),
    "overdue_rate": (2, 9),
    "extension_rate": (1, 12),
    "relapse_rate": (1, 2),
    "first_pass_rate": (4, 5),
    "verification_coverage": (4, 6),
    "withdrawal_rate": (1, 14),
}


def rate(at, measure):
    return bits.count(at[MEASURES[measure].numerator]), bits.count(at[MEASURES[measure].denominator])


def test_measures_have_the_numerators_and_denominators_counted_by_hand(small_store):
    at = moment(small_store)
    assert {name: rate(at, name) for name in FINDING_RATES} == FINDING_RATES


def test_ages_of_overdue_items(small_store):
    at = moment(small_store)
    assert at.overdue_days(at["overdue"]).tolist() == [102, 25]


def test_schedule_deviation_from_deadlines(small_store):
    at = moment(small_store)
    scheduled = bits.count(at["scheduled"])
    planned, actual = bits.count(at["due"]), bits.count(at["rectified"] & at["scheduled"])
    assert Fraction(actual - planned, scheduled) == Fraction(-3, 11)


def test_tasks_on_schedule_and_basically_completed(small_store):
    at = moment(small_store, campaign.TASK_CODE)
    assert (rate(at, "on_schedule_rate"), rate(at, "completion_rate")) == ((3, 4), (1, 4))
    assert rate(moment(small_store, campaign.TASK_CODE, basic=True), "completion_rate") == (2, 4)


def test_the_store_speaks_of_its_newest_ledger_day(small_store):
    assert small_store.ledger_day() == campaign.AS_OF
