"""Where the teams of the main campaign go, day by day, and how much each visit finds."""

from dataclasses import dataclass
from math import exp, pi, sin
from typing import Any

from data.demo.dice import Dice, Lot
from data.demo.places import City, County
from data.demo.workdays import LAST, is_workday, number

_WEEKEND = 0.3
_REST = 0.06
# shares of visits that end without a conclusion: doors shut, production stopped; laboratory results awaited
_NOT_VERIFIABLE = 0.045
_PENDING = 0.012


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; ``result`` as in ``check``; ``findings`` is 0 unless it was concluded."""

    day: int
    round: int
    city: City
    county: County
    category: str
    source: str
    result: str
    findings: int


def _round_days(entry: dict[str, Any]) -> Lot[int]:
    """Days of a round: slow start, dips at weekends, hardly anybody out in the National Day week, thinning out at the end."""
    first, last = number(entry["start"]), number(entry["end"])
    weights = {}
    for day in range(first, last + 1):
        at = (day - first) / (last - first)
        rhythm = 0.35 + sin(pi * (0.12 + 0.8 * at))
        if entry["number"] == 3:
            rhythm *= exp(-2.2 * at)
        holiday = not is_workday(day) and number("2022-10-01") <= day <= number("2022-10-07")
        weights[day] = rhythm * (_REST if holiday else 1.0 if is_workday(day) else _WEEKEND)
    return Lot(weights)


def plan_visits(cities: list[City], campaign: dict[str, Any], body: dict[str, Any], items: int, dice: Dice) -> list[Visit]:
    """Visits in the order of days with ``items`` findings in all."""
    places = [(city, county) for city in cities for county in city.counties]
    where = Lot({n: county.size for n, (_, county) in enumerate(places)})
    rounds = Lot({entry["number"]: entry["share"] for entry in campaign["rounds"]})
    days = {entry["number"]: _round_days(entry) for entry in campaign["rounds"]}
    what = {city.code: Lot({c["code"]: c["weight"] * city.taste[c["code"]] for c in body["categories"]}) for city in cities}
    how_many = Lot(dict(enumerate(body["visit_findings"], 1)))
    sources = Lot(body["sources"])
    # how often a visit there finds something: the harder places are looked at, the nearer to one visit in two
    hit_rate = [min(0.85, max(0.4, dice.normal(0.62, 0.09))) for _ in places]
    out: list[tuple[int, int, Visit]] = []

    def visit(findings: int, result: str) -> int:
        n = where.draw(dice)
        city, county = places[n]
        number_ = rounds.draw(dice)
        day = days[number_].draw(dice)
        if result == "pending" and day < LAST - 30:
            result = "not_verifiable"
        out.append((day, n, Visit(day, number_, city, county, what[city.code].draw(dice), sources.draw(dice), result, findings)))
        return n

    found = 0
    while found < items:
        findings = min(how_many.draw(dice), items - found)
        found += findings
        n = visit(findings, "concluded")
        if dice.chance((1 - hit_rate[n]) / hit_rate[n]):
            city, county = places[n]
            last = out[-1][2]
            day = days[last.round].draw(dice)
            empty = Visit(day, last.round, city, county, what[city.code].draw(dice), sources.draw(dice), "concluded", 0)
            out.append((day, n, empty))
        if dice.chance(_NOT_VERIFIABLE):
            visit(0, "not_verifiable")
        if dice.chance(_PENDING):
            visit(0, "pending")
    out.sort(key=lambda entry: entry[:2])
    return [entry[2] for entry in out]
