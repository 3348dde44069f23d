"""The main campaign: visits, the findings they make, and who answers for them."""

from collections import defaultdict
from typing import Any

import shapely

from data.demo import tracks
from data.demo.book import Book, Record
from data.demo.course import Temper, run
from data.demo.dice import Dice, Lot
from data.demo.places import City, County, land
from data.demo.setting import Setting
from data.demo.texts import texts
from data.demo.visits import Visit, plan_visits
from data.demo.waters import Waters

# shared responsibility: the lead's weight first; each sums to one
_SPLITS = ((0.6, 0.4), (0.7, 0.3), (0.5, 0.5), (0.5, 0.3, 0.2))
_THROWS = 60
# what is found on a river's bank, and how often
_ON_THE_BANK = {"shoreline": 1.0, "industrial-water": 0.3, "domestic-sewage": 0.3}
_ENFORCED = {"minor": 0.08, "general": 0.34, "major": 0.66, "grave": 0.92}


def near(county: County, dice: Dice, spots: Dice) -> tuple[float | None, float | None]:
    """A point within a few kilometres of the county's centre, inside its outline where that is known.

    ``dice`` are thrown once; where that lies outside, ``spots`` are thrown until it does not.
    """
    if county.lon is None or county.lat is None:
        return None, None
    home = land(county.code)
    throw = dice
    for _ in range(_THROWS):
        lon, lat = round(county.lon + throw.normal(0.0, 0.025), 5), round(county.lat + throw.normal(0.0, 0.02), 5)
        if home is None or shapely.contains_xy(home, lon, lat):
            return lon, lat
        throw = spots
    return round(county.lon, 5), round(county.lat, 5)


def categories() -> list[str]:
    """Codes of the categories findings have."""
    return [entry["code"] for entry in texts("findings")["categories"]]


class _Campaign:
    """What the loop over visits needs at hand."""

    def __init__(self, book: Book, setting: Setting, departments: dict[str, int], dice: Dice, waters: Waters) -> None:
        body = texts("findings")
        self.book, self.setting, self.departments, self.dice, self.waters = book, setting, departments, dice, waters
        self.category: dict[str, dict[str, Any]] = {entry["code"]: entry for entry in body["categories"]}
        self.department = {code: Lot(entry["departments"]) for code, entry in self.category.items()}
        self.term = {code: Lot({int(days): w for days, w in entry["terms"].items()}) for code, entry in self.category.items()}
        self.severity = Lot(body["severity"])
        self.ease = {entry["code"]: entry["ease"] for entry in texts("terms")["departments"]}
        self.texts: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        self.serial: defaultdict[tuple[int, int], int] = defaultdict(int)
        # findings by county and category, and objects by county, as they come to be known
        self.known: defaultdict[tuple[int, str], list[Record]] = defaultdict(list)
        self.objects: defaultdict[tuple[int, str], list[tuple[int, str, float | None, float | None]]] = defaultdict(list)

    def place(self, visit: Visit) -> tuple[int, str, float | None, float | None]:
        """The object visited: id, name, lon, lat; one in eight is one visited before."""
        dice, county = self.dice, visit.county
        seen = self.objects[county.region_id, visit.category]
        if seen and dice.chance(0.12):
            return dice.one(seen)
        name, object_type = dice.one(self.category[visit.category]["objects"])
        name = self.book.numbered(name)
        at = near(county, dice, self.book.spots)
        spot = self.waters.spot(county, self.book.spots, 30, 200) if self.book.spots.chance(_ON_THE_BANK.get(visit.category, 0.0)) else None
        if spot is not None:
            at = spot.lon, spot.lat
        more = spot.columns() if spot is not None else {}
        made = (self.book.put_object(name, object_type, county.region_id, at, **more), name, *at)
        seen.append(made)
        return made

    def finding(self, visit: Visit, where: tuple[int, str, float | None, float | None], category: str) -> None:
        dice, county, body = self.dice, visit.county, self.category[category]
        lead = self.department[category].draw(dice)
        key = (visit.round, county.region_id)
        self.serial[key] += 1
        severity = self.severity.draw(dice)
        violation = dice.chance(body["violation"])
        earlier = self.known[county.region_id, category]
        before = self._relapsed(visit.day, earlier)
        if before is not None:
            where = (before.fields["object_id"], before.fields["object_name"], before.fields["lon"], before.fields["lat"])  # type: ignore[assignment]
        title, text, measure = dice.one(self._fitting(category, where[1].rpartition("-")[0]))
        record = self.book.open(
            f"JS{visit.round}-{county.code}-{self.serial[key]:04d}",
            visit.day,
            region_id=county.region_id,
            round_id=self.setting.rounds[visit.round],
            team_id=self.setting.teams[visit.round, visit.city.code],
            department_id=self.departments[lead],
            theme=body["theme"],
            category=category,
            source=visit.source,
            severity=severity,
            is_violation=violation,
            enforced=violation and dice.chance(_ENFORCED[severity]),
            long_term=not county.spotless and dice.chance(0.022),
            object_id=where[0],
            object_name=where[1],
            title=title,
            description=text.format(n=dice.within(2, 9)),
            criterion=body["criterion"],
            measures=measure,
            lon=where[2],
            lat=where[3],
        )
        if dice.chance(0.05):
            self._share(record, lead)
        effort = county.effort + self.ease[lead] + body["ease"] + 0.3 * (visit.round - 2)
        run(record, Temper(effort, county.spotless, body["same_day"], self.term[category].draw(dice)), earlier, before, dice)
        earlier.append(record)

    def _fitting(self, category: str, kind: str) -> list[tuple[str, str, str]]:
        """Title, text and measure of what may be found at an object of this kind."""
        key = (category, kind)
        if key not in self.texts:
            entries = self.category[category]["texts"]
            self.texts[key] = [(entry[0], entry[1], entry[2]) for entry in entries if len(entry) == 3 or kind in entry[3]]
        return self.texts[key]

    def _relapsed(self, day: int, earlier: list[Record]) -> Record | None:
        """Now and then what was closed is found again, as a finding of its own."""
        if not earlier or not self.dice.chance(0.006):
            return None
        before = self.dice.one(earlier)
        return before if before.stage_now == "closed" and before.day < day else None

    def _share(self, record: Record, lead: str) -> None:
        split = self.dice.one(_SPLITS)
        others = [code for code in self.departments if code != lead]
        chosen = [lead]
        for _ in split[1:]:
            chosen.append(others.pop(self.dice.within(0, len(others) - 1)))
        record.share([(self.departments[code], weight) for code, weight in zip(chosen, split, strict=True)])


def write_findings(
    book: Book,
    setting: Setting,
    campaign: dict[str, Any],
    cities: list[City],
    departments: dict[str, int],
    items: int,
    waters: Waters,
) -> None:
    """Fill the book with ``items`` findings and the checks that made them, found something else, or found nothing; and some of the
    ways the teams took."""
    dice = book.dice
    work = _Campaign(book, setting, departments, dice, waters)
    days: tracks.Days = {}
    for n, visit in enumerate(plan_visits(cities, campaign, texts("findings"), items, dice), 1):
        where = work.place(visit)
        tracks.note(days, visit, where[2:])
        book.put_check(
            n,
            visit.day,
            region_id=visit.county.region_id,
            object_id=where[0],
            team_id=setting.teams[visit.round, visit.city.code],
            round_id=setting.rounds[visit.round],
            method="drone" if visit.source == "drone" else "on_site",
            result=visit.result,
            findings=visit.findings,
        )
        category = visit.category
        for _ in range(visit.findings):
            work.finding(visit, where, category)
            if dice.chance(0.3):
                category = dice.one(work.category[visit.category]["with"])
    tracks.put_tracks(book, days, setting.teams)
