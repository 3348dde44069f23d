"""Every set and measure of the campaign counted by hand in tests/campaign.py, on both databases."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select

from data import calendar
from data.filters import Filters
from data.identity import item_id
from data.measures import MEASURES
from data.queries.headline import headline
from data.queries.item_detail import item_detail
from data.queries.item_list import item_list
from data.queries.measure_table import measure_table
from data.queries.overdue_ageing import overdue_ageing
from data.queries.planned_vs_actual import planned_vs_actual
from data.queries.progress_by_region import progress_by_region
from data.queries.region_by_category import region_by_category
from data.queries.status_structure import status_structure
from data.queries.territory_by_department import territory_by_department
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
    "long_overdue_rate": (1, 9),
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


def test_long_overdue_begins_on_the_thirty_first_day(small_store):
    # B3 was due on 09-05
    for day, held in ((date(2022, 10, 5), False), (date(2022, 10, 6), True)):
        assert ("B3" in numbers(small_store, moment(small_store, day=day), "long_overdue")) is held


def test_schedule_deviation_from_deadlines(small_store):
    at = moment(small_store)
    measure = MEASURES["schedule_deviation_due"]
    assert measure.sets == ("scheduled_rectified", "due", "scheduled")
    actual, planned, scheduled = (bits.count(at[name]) for name in measure.sets)
    assert Fraction(actual - planned, scheduled) == Fraction(-3, 11)
    row = ask(small_store, measure_table).set_index("measure").loc["schedule_deviation_due"]
    assert (row["numerator"], row["denominator"], row["value"]) == (-3, 11, -3 / 11)


def test_tasks_on_schedule_and_basically_completed(small_store):
    at = moment(small_store, campaign.TASK_CODE)
    assert (rate(at, "on_schedule_rate"), rate(at, "completion_rate")) == ((3, 4), (1, 4))
    assert rate(moment(small_store, campaign.TASK_CODE, basic=True), "completion_rate") == (2, 4)


def test_the_store_speaks_of_its_newest_ledger_day(small_store):
    assert small_store.ledger_day() == campaign.AS_OF


# ----------------------------------------------------------------------------- the same through the queries of the page

QUERY = f"campaign={campaign.CODE}&as_of={campaign.AS_OF}"


def ask(store, query, more="", scope="all", lang="zh-CN"):
    return query(scope, store, Filters.from_query(QUERY + more), lang=lang)


def test_progress_by_prefecture_is_the_ratio_of_sums(small_store):
    frame = ask(small_store, progress_by_region, "&level=prefecture")
    shown = frame[["region", "effective", "rectified", "closed", "due", "overdue"]].values.tolist()
    assert shown == [["苏州市", 5, 3, 1, 4, 0], ["南京市", 7, 3, 3, 5, 2]]
    assert frame["completion_rate"].tolist() == [3 / 5, 3 / 7]
    assert frame["on_time_rate"].tolist() == [2 / 4, 2 / 5]
    assert frame.attrs["total"]["completion_rate"] == 6 / 12


def test_progress_by_county_puts_the_best_first(small_store):
    frame = ask(small_store, progress_by_region, "&level=county")
    shown = frame[["region_code", "effective", "rectified", "closed"]].values.tolist()
    assert shown == [[campaign.CHANGSHU, 5, 3, 1], [campaign.XUANWU, 4, 2, 2], [campaign.QINHUAI, 3, 1, 1]]


def test_a_viewer_confined_to_one_city_sees_no_other(small_store):
    frame = ask(small_store, progress_by_region, "&level=county", scope="320100")
    assert sorted(frame["region_code"]) == [campaign.XUANWU, campaign.QINHUAI]
    assert frame.attrs["total"]["effective"] == 7


def test_headline_and_the_week_before(small_store):
    frame = ask(small_store, headline).set_index("measure")
    shown = {name: (row.numerator, row.denominator, row.numerator_before, row.denominator_before) for name, row in frame.iterrows()}
    assert shown["completion_rate"] == (6, 12, 4, 12)
    assert shown["closeout_rate"] == (4, 12, 3, 12)
    assert shown["due_completion_rate"] == (6, 9, 4, 8)
    assert shown["on_time_rate"] == (4, 9, 3, 8)
    assert shown["first_pass_rate"] == (4, 5, 4, 5)
    assert (shown["overdue"][0], shown["overdue"][2]) == (2, 3)
    assert (shown["due_soon"][0], shown["due_soon"][2]) == (1, 1)


def test_status_structure_keeps_merged_and_withdrawn_as_slices(small_store):
    frame = ask(small_store, status_structure)
    assert dict(zip(frame["status"], frame["count"], strict=True)) == {
        "closed": 4,
        "rectified": 2,
        "in_progress": 5,
        "suspended": 1,
        "merged": 1,
        "withdrawn": 1,
    }
    assert frame["share"].sum() == pytest.approx(1)


def test_planned_against_actual_from_deadlines(small_store):
    frame = ask(small_store, planned_vs_actual)
    assert frame.attrs["basis"] == "due"
    assert frame.attrs["deviation"] == pytest.approx(-3 / 11)
    row = frame[frame["day"] == campaign.AS_OF].iloc[0]
    assert (row["planned_count"], row["actual_count"], row["total"]) == (9, 6, 11)


def test_overdue_ageing(small_store):
    frame = ask(small_store, overdue_ageing)
    assert dict(zip(frame["bucket"], frame["count"], strict=True)) == {"0-7": 0, "8-30": 1, "31-90": 0, "91-180": 1, "181+": 0}


def test_departments_lead_every_item_once(small_store):
    frame = ask(small_store, territory_by_department)
    sums = frame.groupby("department")[["effective", "rectified", "overdue"]].sum()
    assert sums.loc["ecology"].tolist() == [7, 4, 1]
    assert sums.loc["housing"].tolist() == [5, 2, 1]


def test_region_by_category(small_store):
    frame = ask(small_store, region_by_category, "&level=prefecture")
    shown = {(row.region, row.category_name): (row.effective, row.rectified, row.overdue) for row in frame.itertuples()}
    assert {key: counts for key, counts in shown.items() if counts[0]} == {
        ("南京市", "污水直排"): (4, 2, 1),
        ("南京市", "扬尘"): (3, 1, 1),
        ("苏州市", "污水直排"): (2, 2, 0),
        ("苏州市", "固体废物"): (3, 1, 0),
    }


def test_the_rows_behind_a_number_are_its_items(small_store):
    overdue = ask(small_store, item_list, "&rows=overdue&sort=days_overdue&dir=desc")
    assert overdue[["ledger_no", "days_overdue"]].values.tolist() == [["A2", 102], ["B3", 25]]
    assert overdue.attrs["count"] == 2
    everything = ask(small_store, item_list, "&region=320102&sort=ledger_no")
    assert everything["ledger_no"].tolist() == ["A1", "A2", "A3", "A4", "A5"]


def test_as_known_at_shows_what_the_store_knew(small_store):
    then = ask(small_store, progress_by_region, f"&level=county&region=320500&known_at={campaign.AS_OF}")
    assert then[["rectified", "overdue"]].values.tolist() == [[2, 1]]


def test_an_items_history_has_both_clocks(small_store):
    found = item_detail("all", small_store, item_id(campaign.CODE, "C4"))
    last = found["events"][-1]
    assert (last["stage"], str(last["effective_at"])[:10], str(last["recorded_at"])[:10]) == (
        "rectified_reported",
        "2022-09-27",
        "2022-10-03",
    )
    assert item_detail("320100", small_store, item_id(campaign.CODE, "C4")) is None
