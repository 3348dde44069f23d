"""Inspection rectification tasks and works: no steps one after another, but a status reported at each monthly dispatch."""

from data.demo.book import Book, Record
from data.demo.course import CITY, PROVINCE
from data.demo.dice import Dice, Lot
from data.demo.places import City
from data.demo.texts import texts
from data.demo.workdays import LAST, day_text, number, workday_after, workday_before

_LISTED = number("2022-02-25")
# the 25th of each month, or the workday before
_DISPATCHES = [workday_before(number(f"2022-{month:02d}-25")) for month in range(3, 12)]
_DEADLINES = Lot(
    {number("2022-06-30"): 2.0, number("2022-09-30"): 2.0, number("2022-12-31"): 5.0, number("2023-12-31"): 3.0, number("2025-12-31"): 1.0}
)
_WORKS_DEADLINES = Lot({number("2022-06-30"): 1.0, number("2022-10-31"): 3.0, number("2022-12-31"): 5.0, number("2023-06-30"): 2.0})
_SHARES = {4: (0.15, 0.25, 0.4, 0.2), 5: (0.1, 0.2, 0.4, 0.2, 0.1)}
_FINISHED = {"completed": 1.0, "basically_completed": 0.9}


def write_tasks(book: Book, cities: list[City], departments: dict[str, int], items: int) -> None:
    """``items`` tasks; two in three are the city's own, the others a county's."""
    body = texts("others")["tasks"]
    dice = book.dice
    for n in range(items):
        city = cities[n % len(cities)]
        place = city if dice.chance(0.67) else dice.one(city.counties)
        category, theme, lead, title, goal = body["items"][(n // len(cities) + dice.within(0, 2)) % len(body["items"])]
        record = book.open(
            f"RW-{n + 1:03d}",
            _LISTED,
            region_id=place.region_id,
            department_id=departments[lead],
            theme=theme,
            category=category,
            source="superior",
            severity="major",
            long_term=dice.chance(0.12),
            title=title.format(city=place.name),
            description=goal,
            measures=goal,
        )
        _listed(record, body["steps"], _DEADLINES, dice)
        if dice.chance(0.04) and n:
            day = _DISPATCHES[dice.within(0, 3)]
            record.stage(day, "merged", PROVINCE, dice.one(texts("reasons")["merged"]))
            record.link(book.records[dice.within(0, n - 1)], "merged_into")
            continue
        _report(record, place.effort, dice)


def write_projects(book: Book, cities: list[City], departments: dict[str, int], items: int) -> None:
    """``items`` works with their investment in 10,000 yuan (万元)."""
    body = texts("others")["projects"]
    dice = book.dice
    for n in range(items):
        county = dice.one(cities[n % len(cities)].counties)
        category, theme, lead, title, goal = dice.one(body["items"])
        at = (county.lon, county.lat)
        name = book.numbered(title)
        record = book.open(
            f"GC-{n + 1:03d}",
            _LISTED,
            region_id=county.region_id,
            department_id=departments[lead],
            theme=theme,
            category=category,
            source="superior",
            title=name,
            description=goal,
            measures=goal,
            investment=float(dice.within(3, 180) * 50),
            object_id=book.put_object(name, "project", county.region_id, at),
            object_name=name,
            lon=at[0],
            lat=at[1],
        )
        _listed(record, body["steps"], _WORKS_DEADLINES, dice)
        _report(record, county.effort, dice)


def _listed(record: Record, steps: list[str], deadlines: Lot[int], dice: Dice) -> None:
    """Onto the list, with a deadline (not for long-term tasks) and planned steps up to it."""
    record.stage(_LISTED, "not_started", PROVINCE)
    if record.fields.get("long_term"):
        ends = [number(f"{year}-12-31") for year in (2022, 2023, 2024, 2025)]
        record.milestones([(day_text(end)[:4], end, 0.25) for end in ends])
        return
    due = deadlines.draw(dice)
    record.set_due(due, PROVINCE)
    shares = _SHARES[len(steps)]
    planned, days = 0.0, []
    for share in shares:
        planned += share
        days.append(_LISTED + round((due - _LISTED) * planned))
    record.milestones(list(zip(steps, days, shares, strict=True)))


def _report(record: Record, effort: float, dice: Dice) -> None:
    """What is reported at each dispatch. Progress is a share of the whole that grows by fits and starts."""
    due = record.due if record.due is not None else number("2025-12-31")
    pace = max(0.55, 1.12 + 0.16 * effort + dice.normal(0.0, 0.2)) / (due - _LISTED)
    done = 0.0
    accepted = 0
    say = texts("reasons")
    previous = _LISTED
    for day in _DISPATCHES:
        done += pace * (day - previous) * (0.5 + dice.u())
        previous = day
        planned = (day - _LISTED) / (due - _LISTED)
        if done >= 1.0 or (accepted and record.stage_now == "completed"):
            record.stage(day, "completed", CITY, dice.one(say["dispatch"]))
            accepted += 1
            if accepted > 1 or dice.chance(0.3):
                if _accept(record, workday_after(day + dice.within(5, 25)), dice):
                    return
                done, accepted = 0.93, 0
        elif done >= 0.9:
            record.stage(day, "basically_completed", CITY, dice.one(say["dispatch"]))
        elif due <= day:
            record.stage(day, "overdue", CITY, dice.one(say["dispatch"]))
        elif done < 0.03:
            record.stage(day, "not_started", CITY, dice.one(say["dispatch"]))
        else:
            record.stage(day, "on_schedule" if done >= planned - 0.04 else "behind_schedule", CITY, dice.one(say["dispatch"]))


def _accept(record: Record, day: int, dice: Dice) -> bool:
    """Acceptance by the province; True when the task is off the list or the story is over."""
    if day > LAST:
        return True
    passed = not dice.chance(0.09)
    record.conclude(day, "closed" if passed else "returned", PROVINCE, passed=passed, level="province")
    return passed
