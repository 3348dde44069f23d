"""Petition cases: received, passed to the county, looked into, dealt with, answered in public."""

from data.demo.book import Book, Record
from data.demo.course import CITY, COUNTY, PROVINCE, on_time_chance
from data.demo.dice import Dice, Lot
from data.demo.findings import near
from data.demo.places import City, County
from data.demo.texts import texts
from data.demo.workdays import is_workday, number, workday_after, workday_before

_FIRST, _LAST = number("2022-04-11"), number("2022-11-25")
# one county complains all at once in the last days: of so many cases one
_OUTCRY = number("2022-11-24"), 6
_ONE_IN = 50
_VERDICTS = Lot({"confirmed": 0.52, "partly": 0.27, "unfounded": 0.21})
_TERM = Lot({15: 0.45, 30: 0.40, 60: 0.15})


def write_cases(book: Book, cities: list[City], departments: dict[str, int], items: int) -> None:
    """``items`` cases in the order they were received."""
    body = texts("others")["cases"]
    dice = book.dice
    counties = [county for city in cities for county in city.counties]
    where = Lot({n: county.size for n, county in enumerate(counties)})
    # the inspectors' letter box is open in the first month of the drive: half as many again come in then
    days = Lot(
        {
            day: (1.0 if is_workday(day) else 0.35) * (2.2 if number("2022-08-15") <= day <= number("2022-09-15") else 1.0)
            for day in range(_FIRST, _LAST + 1)
        }
    )
    received = _with_outcry([(days.draw(dice), where.draw(dice)) for _ in range(items)], counties)
    serial: dict[int, int] = {}
    earlier: dict[int, list[Record]] = {}
    for day, n in received:
        county = counties[n]
        category, theme, lead, title, text = dice.one(body["items"])
        month = _month(day)
        serial[month] = serial.get(month, 0) + 1
        before = earlier.setdefault(county.region_id, [])
        again = dice.one(before) if before and dice.chance(0.07) else None
        if again is not None:
            category, theme, title, text = (str(again.fields[key]) for key in ("category", "theme", "title", "description"))
        at = near(county, dice, book.spots)
        record = book.open(
            f"XF2022{month:02d}-{serial[month]:03d}",
            day,
            region_id=county.region_id,
            department_id=again.fields["department_id"] if again is not None else departments[lead],
            theme=theme,
            category=category,
            source="petition",
            severity="minor" if dice.chance(0.5) else "general",
            title=title,
            description=text,
            lon=at[0],
            lat=at[1],
        )
        _run(record, county, again, dice)
        before.append(record)


def _with_outcry(received: list[tuple[int, int]], counties: list[County]) -> list[tuple[int, int]]:
    """The cases in order, some of them moved to the last days of the largest county."""
    largest = max(range(len(counties)), key=lambda n: (counties[n].size, counties[n].code))
    first, length = _OUTCRY
    moved = {n * _ONE_IN: (first + n % length, largest) for n in range(len(received) // _ONE_IN)}
    return sorted(moved.get(n, each) for n, each in enumerate(received))


def _month(day: int) -> int:
    return next(month for month in range(12, 0, -1) if day >= number(f"2022-{month:02d}-01"))


def _run(record: Record, county: County, again: Record | None, dice: Dice) -> None:
    say = texts("reasons")
    record.stage(record.discovered, "received", PROVINCE)
    if again is not None:
        record.link(again, "follow_up_of")
    if not record.stage(workday_after(record.discovered + dice.within(0, 2)), "assigned", PROVINCE):
        return
    due = record.day + _TERM.draw(dice)
    record.set_due(due, PROVINCE)
    start = record.day
    if dice.chance(0.02):
        record.stage(workday_after(start + dice.within(1, 3)), "transferred", PROVINCE, dice.one(say["transferred"]))
        return
    if not record.stage(workday_after(start + dice.within(1, 5)), "investigated", COUNTY):
        return
    verdict = _VERDICTS.draw(dice)
    if not record.stage(record.day, verdict, COUNTY):
        return
    in_time = dice.chance(on_time_chance(county.effort))
    day = workday_before(due - int((due - record.day) * dice.u() * 0.8)) if in_time else workday_after(due + 1 + int(dice.wait(12.0)))
    if verdict == "unfounded":
        day = min(day, workday_after(record.day + dice.within(1, 4)))
    elif not record.stage(max(record.day, day - dice.within(1, 4)), "handled", COUNTY):
        return
    if verdict != "unfounded" and dice.chance(0.11):
        if not record.stage(day, "stage_closed", COUNTY):
            return
        day = workday_after(record.day + dice.within(15, 60))
    if dice.chance(0.05):
        if not record.stage(day, "returned", CITY, dice.one(say["returned"])):
            return
        day = workday_after(record.day + dice.within(3, 12))
        if not record.stage(day, "handled", COUNTY):
            return
    if not record.stage(day, "closed", CITY):
        return
    if dice.chance(0.8) and not record.stage(workday_after(record.day + dice.within(1, 6)), "published", CITY, dice.one(say["disclosed"])):
        return
    if dice.chance(0.03):
        if record.stage(workday_after(record.day + dice.within(10, 40)), "reopened", CITY, dice.one(say["reopened"])):
            day = workday_after(record.day + dice.within(5, 20))
            _ = record.stage(day, "handled", COUNTY) and record.stage(workday_after(record.day + 2), "closed", CITY)
    elif dice.chance(0.55):
        record.stage(workday_after(record.day + dice.within(5, 25)), "revisited", CITY, dice.one(say["satisfied"]))
