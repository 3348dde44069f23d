"""``store verify`` finds what was damaged on purpose, names it, and puts it right when asked."""

from datetime import date, datetime

import pytest
from sqlalchemy import delete, func, insert, select, update

from data import calendar
from data.identity import item_id
from data.rollup.recount import recount
from data.rollup.refresh import mark_stale
from data.rollup.verify import verify
from data.schema import item, item_event, rollup
from tests import campaign


def key(store) -> int:
    return next(c.campaign_id for c in store.campaigns() if c.code == campaign.CODE)


def region(store, code) -> int:
    return store.tree().get(code).region_id


def event(number: str, **values):
    row = {
        "item_id": item_id(campaign.CODE, number),
        "event_no": 90,
        "effective_at": datetime(2022, 9, 30, 9),
        "recorded_at": datetime(2022, 9, 30, 9),
    }
    return insert(item_event).values(row | values)


@pytest.mark.parametrize(
    ("day", "known_at", "sets"),
    [
        (campaign.AS_OF, None, campaign.SETS),
        (date(2022, 9, 23), None, campaign.SETS_WEEK_BEFORE),
        (campaign.AS_OF, campaign.AS_OF, campaign.SETS_AS_KNOWN),
    ],
    ids=["as-of", "week-before", "as-known"],
)
def test_the_plain_recount_finds_what_was_counted_by_hand(small_store, day, known_at, sets):
    with small_store.reading() as conn:
        numbers = {k: n for k, n in conn.execute(select(item.c.item_id, item.c.ledger_no))}  # noqa: C416
        truths = recount(conn, key(small_store), day, known_at=known_at)
    found = {name: " ".join(sorted(numbers[t.item_id] for t in truths.values() if name in t.sets)) for name in sets}
    assert found == sets


def test_a_sound_store_agrees(small_store):
    report = verify(small_store)
    assert (report.campaigns, report.items, report.plainly, report.differences) == (2, 19, 19, [])
    assert report.text().endswith("They agree.")


def test_an_event_appended_behind_the_rollups_back_is_named_with_region_set_day_and_both_counts(small_store):
    with small_store.writing() as conn:
        conn.execute(event("A4", kind="stage", stage="closed"))
    report = verify(small_store)
    counts = {(d.region, d.name, d.day, d.held, d.true) for d in report.differences if d.what == "count"}
    assert ("江苏省南京市玄武区", "closed", campaign.AS_OF, 2, 3) in counts
    assert ("江苏省南京市玄武区", "rectified", campaign.AS_OF, 2, 3) in counts
    assert {d.region for d in report.differences} == {"江苏省南京市玄武区"}
    assert "xh-2022, 江苏省南京市玄武区: closed on 2022-09-30: rollup 2, recount 3" in report.text()
    # the table's own column says so too
    assert ("A4 stage", "rectifying", "closed") in {(d.name, d.held, d.true) for d in report.differences if d.what == "item"}


def test_repair_rebuilds_and_then_all_agrees(small_store):
    with small_store.writing() as conn:
        conn.execute(event("A4", kind="stage", stage="closed"))
        conn.execute(event("B2", kind="due", due_on=date(2022, 12, 1)))
        conn.execute(
            update(rollup).where(rollup.c.region_id == region(small_store, campaign.CHANGSHU)).values(payload=b"no rollup", version=1)
        )
    before = small_store.version()
    damaged = verify(small_store, repair=True)
    assert {d.what for d in damaged.differences} == {"count", "item", "unreadable"}
    assert damaged.repaired >= 3
    assert small_store.version() == before + 1
    assert verify(small_store).differences == []
    with small_store.reading() as conn:
        row = conn.execute(select(item.c.stage, item.c.stage_on).where(item.c.item_id == item_id(campaign.CODE, "A4"))).one()
        due = conn.execute(select(item.c.due_current).where(item.c.item_id == item_id(campaign.CODE, "B2"))).scalar_one()
    assert (tuple(row), due) == (("closed", date(2022, 9, 30)), date(2022, 12, 1))
    # readers see the repaired counts
    index = small_store.index(key(small_store))
    from data.rollup.moment import Moment

    moment = Moment(index, calendar.day_number(campaign.AS_OF), 0, index.words)
    assert len(moment.positions(moment["closed"])) == len(campaign.SETS["closed"].split()) + 1


def test_rows_that_are_gone_and_marks_nobody_rebuilt_are_reported(small_store):
    xuanwu, qinhuai = region(small_store, campaign.XUANWU), region(small_store, campaign.QINHUAI)
    with small_store.writing() as conn:
        conn.execute(delete(rollup).where(rollup.c.region_id == xuanwu, rollup.c.campaign_id == key(small_store)))
        mark_stale(conn, key(small_store), [qinhuai])
    report = verify(small_store)
    assert [(d.what, d.region, d.held, d.true) for d in report.differences] == [
        ("stale", "江苏省南京市秦淮区", None, None),
        ("missing", "江苏省南京市玄武区", 0, 5),
    ]
    verify(small_store, repair=True)
    assert verify(small_store).differences == []
    assert small_store.stale() == 0


def test_what_no_count_shows_is_found_in_the_arrays(small_store):
    with small_store.writing() as conn:
        conn.execute(update(item).where(item.c.item_id == item_id(campaign.CODE, "C1")).values(category="dust"))
    (found,) = verify(small_store).differences
    assert (found.what, found.region, found.name) == ("content", "江苏省苏州市常熟市", "category")


def test_the_demo_store_agrees(demo_store):
    report = verify(demo_store)
    assert report.differences == []
    with demo_store.reading() as conn:
        assert report.items == conn.execute(select(func.count()).select_from(item)).scalar_one() > 20_000
