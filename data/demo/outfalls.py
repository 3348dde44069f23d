"""River outfalls: surveyed, monitored, traced to an owner, sorted, rectified; the four days may come in any sensible order."""

from math import exp

import shapely

from data.demo.book import Book, Record
from data.demo.course import CITY, COUNTY, on_time_chance
from data.demo.dice import Dice, Lot
from data.demo.findings import near
from data.demo.places import City, County
from data.demo.texts import texts
from data.demo.waters import Spot, Waters
from data.demo.workdays import LAST, is_workday, number, workday_after

_FIRST, _SURVEY_END = number("2021-03-15"), number("2022-09-30")
_DEADLINES = Lot(
    {number("2022-06-30"): 1.5, number("2022-09-30"): 1.5, number("2022-11-30"): 1.0, number("2022-12-31"): 2.5, number("2023-12-31"): 3.0,
     number("2025-12-31"): 1.5}
)  # fmt: skip


def write_outfalls(book: Book, cities: list[City], departments: dict[str, int], items: int, waters: Waters) -> None:
    """``items`` suspected points, most of which turn out to be outfalls: on a bank, where the county has a river."""
    body = texts("others")["outfalls"]
    dice = book.dice
    counties = [county for city in cities for county in city.counties]
    where = Lot({n: county.size for n, county in enumerate(counties)})
    classes = Lot({n: entry[3] for n, entry in enumerate(body["classes"])})
    disposals = Lot(body["disposals"])
    # half of the rivers were walked in the first third of the time
    days = sorted((_FIRST + int((_SURVEY_END - _FIRST) * dice.u() ** 1.5), where.draw(dice)) for _ in range(items))
    serial: dict[str, int] = {}
    for seen, n in days:
        county = counties[n]
        category, lead, name, _ = body["classes"][classes.draw(dice)]
        name = book.numbered(name)
        at = near(county, dice, book.spots)
        spot = _bank(waters, county, book.spots)
        if spot is not None:
            at = spot.lon, spot.lat
        serial[county.code] = serial.get(county.code, 0) + 1
        record = book.open(
            f"PK-{county.code}-{serial[county.code]:04d}",
            workday_after(seen),
            region_id=county.region_id,
            department_id=departments[lead],
            theme="water",
            category=category,
            source="drone" if dice.chance(0.6) else "self-found",
            object_id=book.object_id(name),
            object_name=name,
            title=body["title"].format(object=name),
            description=body["description"],
            lon=at[0],
            lat=at[1],
        )
        _run(record, county, disposals.draw(dice), dice)
        more = spot.columns() if spot is not None else {}
        book.put_object(name, "outfall", county.region_id, at, owner=_owner(record, category, book), **more)


def _bank(waters: Waters, county: County, dice: Dice) -> Spot | None:
    """A place on a bank; most of those who discharge keep out of the county's protection zones."""
    spot = waters.spot(county, dice)
    intake = waters.intakes.get(county.code)
    if spot is None or intake is None:
        return spot
    widest = shapely.Polygon(list(intake.rings.values())[-1])
    for _ in range(3):
        if spot is None or not shapely.contains_xy(widest, spot.lon, spot.lat) or dice.chance(0.3):
            break
        spot = waters.spot(county, dice)
    return spot


def _owner(record: Record, category: str, book: Book) -> str | None:
    """Who discharges: known once traced; of one outfall in twelve it is not known even then."""
    owner = book.spots.one(texts("waters")["owners"][category])
    return None if book.spots.chance(1 / 12) or not record.reached("traced") else owner


def _run(record: Record, county: County, disposal: str, dice: Dice) -> None:
    say = texts("reasons")
    slow = exp(-0.3 * county.effort)
    record.stage(record.discovered, "suspected", CITY)
    if not record.stage(workday_after(record.discovered + dice.within(3, 40)), "surveyed", CITY):
        return
    if dice.chance(0.07):
        record.stage(record.day + dice.within(0, 5), "not_outfall", CITY, texts("others")["outfalls"]["not_outfall"])
        return
    if not record.stage(workday_after(record.day + dice.within(1, 12)), "confirmed", CITY):
        return
    start = record.day
    done = {name: workday_after(start + 10 + int(dice.wait(mean * slow))) for name, mean in (("monitored", 45.0), ("traced", 75.0))}
    for name, day in sorted(done.items(), key=lambda entry: entry[1]):
        if not record.stage(day, name, CITY):
            return
    if not record.stage(workday_after(record.day + dice.within(5, 30)), "classified", CITY):
        return
    if dice.chance(0.17):
        record.fields["disposal"] = "keep"
        record.stage(record.day, "kept", CITY)
        return
    record.fields["disposal"] = disposal
    due = _DEADLINES.draw(dice)
    while due <= record.day + 30:
        due = _DEADLINES.draw(dice)
    record.set_due(due, CITY)
    start = workday_after(record.day + dice.within(5, 25))
    if not record.stage(start, "rectifying", COUNTY):
        return
    if due <= LAST + 60 and dice.chance(0.06):
        asked = max(record.day + 1, due - 30)
        if asked < due and record.extend(asked, due + 92, "prefecture", dice.one(say["extension"])):
            due += 92
    in_time = dice.chance(on_time_chance(county.effort))
    span = max(10, due - start)
    day = start + int(span * dice.u() ** 0.85 * 0.95) + 1 if in_time else due + 1 + int(dice.wait(30.0))
    day = day if is_workday(day) else workday_after(day)
    if not record.stage(day, disposal, COUNTY):
        return
    if not record.stage(workday_after(record.day + dice.within(0, 10)), "completed", COUNTY):
        return
    for _ in range(3):
        day = workday_after(record.day + dice.within(5, 45))
        if not dice.chance(0.08):
            break
        if not record.conclude(day, "returned", CITY, passed=False):
            return
        if not record.stage(workday_after(record.day + dice.within(10, 30)), "completed", COUNTY):
            return
    if not record.conclude(day, "closed", CITY, passed=True):
        return
    if disposal == "standardised":
        record.stage(workday_after(record.day + dice.within(5, 60)), "supervised", CITY)
    elif dice.chance(0.7):
        record.stage(workday_after(record.day + dice.within(5, 60)), "abolished", CITY)
