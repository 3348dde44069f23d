"""Scattered polluters: on the ledger, shut, put in order or moved, watched for three months, off the ledger again."""

from math import exp

from data.demo.book import Book, Record
from data.demo.course import CITY, COUNTY, on_time_chance
from data.demo.dice import Dice, Lot
from data.demo.findings import near
from data.demo.places import City, County
from data.demo.texts import texts
from data.demo.workdays import LAST, number, workday_after

_FIRST = number("2021-11-01")
_TERM = Lot({30: 0.3, 60: 0.4, 90: 0.3})
# a quarter of normal supervision before an enterprise may leave the ledger
_WATCHED = 92


def write_scattered(book: Book, cities: list[City], departments: dict[str, int], items: int) -> None:
    """``items`` entries of the ledger; some are enterprises that had left it and came back."""
    body = texts("others")["scattered"]
    dice = book.dice
    counties = [county for city in cities for county in city.counties]
    where = Lot({n: county.size for n, county in enumerate(counties)})
    disposals = Lot(body["disposals"])
    # the ledger fills in winter and spring; a few are found to the end
    found = sorted((workday_after(_FIRST + int((LAST - 10 - _FIRST) * dice.u() ** 2.0)), where.draw(dice)) for _ in range(items))
    exited: list[tuple[Record, County]] = []
    for serial, (day, n) in enumerate(found, 1):
        county = counties[n]
        left = [(record, home) for record, home in exited if record.day + 10 < day]
        again = None
        if left and dice.chance(0.12):
            again, county = dice.one(left)
            exited.remove((again, county))
        category, lead, name, text = dice.one(body["items"])
        if again is not None:
            own = {key: again.fields[key] for key in ("category", "department_id", "object_id", "object_name", "description", "lon", "lat")}
        else:
            name = book.numbered(name)
            at = near(county, dice, book.spots)
            own = {
                "category": category,
                "department_id": departments[lead],
                "object_id": book.put_object(name, "enterprise", county.region_id, at),
                "object_name": name,
                "description": text,
                "lon": at[0],
                "lat": at[1],
            }
        record = book.open(
            f"SL-{serial:03d}",
            min(day, LAST - 1),
            region_id=county.region_id,
            theme="air" if own["category"] != "scattered-textile" else "water",
            source="self-found" if dice.chance(0.7) else "petition",
            disposal=disposals.draw(dice),
            title=body["title"].format(object=own["object_name"]),
            **own,
        )
        _run(record, county, again, dice)
        if record.stage_now == "exited":
            exited.append((record, county))


def _run(record: Record, county: County, again: Record | None, dice: Dice) -> None:
    record.stage(record.discovered, "discovered", COUNTY)
    if again is not None:
        record.link(again, "relapse_of")
    if not record.stage(workday_after(record.day + dice.within(1, 6)), "verified", CITY):
        return
    if not record.stage(workday_after(record.day + dice.within(0, 4)), "ledgered", CITY):
        return
    record.set_due(record.day + _TERM.draw(dice), CITY)
    assert record.due is not None
    start = workday_after(record.day + dice.within(1, 8))
    if not record.stage(start, "in_progress", COUNTY):
        return
    for attempt in range(3):
        in_time = attempt > 0 or dice.chance(on_time_chance(county.effort))
        room = max(5, record.due - record.day)
        wait = int(room * (0.3 + 0.65 * dice.u())) if in_time else room + 1 + int(dice.wait(20.0 * exp(-0.3 * county.effort)))
        if not record.stage(workday_after(record.day + wait), "done", COUNTY):
            return
        finished = record.day
        if not record.stage(workday_after(finished + dice.within(1, 5)), "observing", CITY):
            return
        if attempt == 2 or not dice.chance(0.06):
            break
        reason = dice.one(texts("reasons")["reopened"])
        if not (
            record.stage(workday_after(record.day + dice.within(15, 80)), "rebound", CITY, reason)
            and record.stage(workday_after(record.day + dice.within(1, 5)), "in_progress", COUNTY)
        ):
            return
    if not record.stage(workday_after(finished + _WATCHED + dice.within(0, 20)), "exit_reported", COUNTY):
        return
    for stage, longest in (("exit_verified", 12), ("publicised", 8), ("exited", 10)):
        if not record.stage(workday_after(record.day + dice.within(1, longest)), stage, CITY):
            return
