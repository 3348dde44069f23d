"""Problems in drinking-water source areas: listed in one round, every one of them checked again in a second."""

from data.demo import zones
from data.demo.book import Book, Record
from data.demo.course import COUNTY, PROVINCE, on_time_chance
from data.demo.dice import Dice, Lot
from data.demo.places import City, County
from data.demo.rivers import Ring
from data.demo.setting import Setting
from data.demo.texts import texts
from data.demo.waters import Intake, Waters
from data.demo.workdays import number, workday_after, workday_before

_FIRST, _LISTED = number("2022-03-01"), number("2022-04-29")
_SECOND_ROUND = number("2022-08-01")
_DEADLINES = Lot({number("2022-08-31"): 2.0, number("2022-10-31"): 4.0, number("2022-12-31"): 4.0})


def write_source_areas(book: Book, setting: Setting, cities: list[City], departments: dict[str, int], items: int, waters: Waters) -> None:
    """``items`` problems in source areas. An intake's position is restricted; six in ten of the problems have a place of their own in
    its zones."""
    body = texts("others")["source_areas"]
    dice = book.dice
    counties = [county for city in cities for county in city.counties]
    where = Lot({n: county.size for n, county in enumerate(counties)})
    areas: dict[int, tuple[int, str, dict[str, Ring]]] = {}
    listed = sorted((workday_before(dice.within(_FIRST, _LISTED)), where.draw(dice)) for _ in range(items))
    for serial, (day, n) in enumerate(listed, 1):
        county = counties[n]
        if county.region_id not in areas:
            name = book.numbered(body["object"])
            areas[county.region_id] = _area(book, name, county, waters.intakes.get(county.code))
        area_id, name, rings = areas[county.region_id]
        category, lead, title, text = dice.one(body["items"])
        record = book.open(
            f"SY-{serial:03d}",
            max(_FIRST, day),
            region_id=county.region_id,
            round_id=setting.rounds[1],
            department_id=departments[lead],
            theme="water",
            category=category,
            source="superior" if dice.chance(0.6) else "self-found",
            severity="major" if dice.chance(0.4) else "general",
            object_id=area_id,
            object_name=name,
            title=title,
            description=text,
            **_place(book, body["inside"][category], rings),
        )
        _run(record, county, dice)


def _area(book: Book, name: str, county: County, intake: Intake | None) -> tuple[int, str, dict[str, Ring]]:
    """The source area's id and name, and its zones by grade; without a river in the county it has neither position nor zones."""
    if intake is None:
        return book.put_object(name, "source_area", county.region_id, (None, None), "restricted"), name, {}
    spot = intake.spot
    area_id = book.put_object(name, "source_area", county.region_id, (spot.lon, spot.lat), "restricted", **spot.columns())
    zones.put_zones(book, area_id, name, county, intake.rings, book.spots)
    return area_id, name, intake.rings


def _place(book: Book, grade: str, rings: dict[str, Ring]) -> dict[str, object]:
    """Where a problem is, inside a zone of the grade it was found in."""
    if not book.spots.chance(0.6) or grade not in rings:
        return {}
    lon, lat = zones.within(rings[grade], book.spots)
    return {"lon": lon, "lat": lat}


def _run(record: Record, county: County, dice: Dice) -> None:
    record.stage(record.discovered, "listed", PROVINCE)
    due = _DEADLINES.draw(dice)
    record.set_due(due, PROVINCE)
    if not record.stage(workday_after(record.day + dice.within(10, 30)), "planned", COUNTY):
        return
    start = workday_after(record.day + dice.within(5, 25))
    if not record.stage(start, "rectifying", COUNTY):
        return
    in_time = dice.chance(on_time_chance(county.effort))
    day = start + int((due - start) * (0.35 + 0.65 * dice.u())) if in_time else due + 1 + int(dice.wait(35.0))
    if not record.stage(workday_after(day) if not in_time else max(start, workday_before(day)), "reported", COUNTY):
        return
    for _ in range(3):
        if not record.stage(workday_after(max(_SECOND_ROUND, record.day) + dice.within(3, 25)), "second_round_check", PROVINCE):
            return
        day = record.day
        if not dice.chance(0.1):
            record.conclude(day, "closed", PROVINCE, passed=True, level="province")
            return
        record.conclude(day, "returned", PROVINCE, passed=False, level="province")
        if not record.stage(workday_after(record.day + dice.within(8, 25)), "reported", COUNTY):
            return
