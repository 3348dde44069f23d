"""A contest as an officer writes it down: names pasted line by line, read into a Plan or refused in words."""

import re
from dataclasses import dataclass, field
from datetime import date

from data.contest.model import COUNTY, DEPARTMENT, LEADER, ContestError

NAME = 100
MOST_ENTRIES = 200
MOST_JUDGES = 1000
MOST_CRITERIA = 20
_BETWEEN = re.compile(r"[,，\t;；|]")


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """One criterion; ``weight`` is its most points unless said otherwise."""

    name: str
    most: float
    weight: float
    step: float = 1.0
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedJudge:
    """One judge; ``home`` is the county or department the judge speaks for."""

    name: str
    role: str
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``criteria`` and ``entries`` by part (county, department)."""

    name: str
    held_on: date
    criteria: dict[str, list[PlannedCriterion]]
    entries: dict[str, list[str]]
    judges: list[PlannedJudge]
    trim: int = 0
    decimals: int = 2
    peers: bool = False
    name_en: str | None = None
    # regions of entries by name, where the writer knows them; others are looked up
    regions: dict[str, int] = field(default_factory=dict)


def read_plan(
    *,
    name: str,
    held_on: str,
    counties: str,
    leaders: str = "",
    departments: str = "",
    criteria: str,
    questions: str = "",
    trim: object = 0,
    peers: bool = False,
    step: float = 1.0,
) -> Plan:
    """Texts of the form: one name (or ``name, most points, weight``) on each line. Raises ContestError.

    ``departments``: each gives one judge; ``questions``: criteria of the second part, in which every county scores every
    department (empty: there is no second part, and counties have links only where ``peers``).
    """
    title = " ".join(name.split())
    if not title or len(title) > NAME:
        raise ContestError("name")
    try:
        day = date.fromisoformat(held_on.strip()[:10])
    except ValueError:
        raise ContestError("day") from None
    if isinstance(trim, bool) or not isinstance(trim, int) or not 0 <= trim <= 10:
        raise ContestError("trim")
    towns = _names(counties, MOST_ENTRIES)
    if len(towns) < 2:
        raise ContestError("entries")
    chiefs, offices = _names(leaders, MOST_JUDGES), _names(departments, MOST_ENTRIES)
    first, second = _criteria(criteria, step), _criteria(questions, step)
    if not first:
        raise ContestError("criteria")
    judges = [PlannedJudge(each, LEADER) for each in chiefs] + [PlannedJudge(each, DEPARTMENT, each) for each in offices]
    in_return = bool(second and offices)
    if not judges and not peers:
        raise ContestError("judges")
    if in_return or peers:
        judges += [PlannedJudge(each, COUNTY, each) for each in towns]
    if len(judges) > MOST_JUDGES:
        raise ContestError("too_many", most=MOST_JUDGES, n=len(judges))
    sheets = {COUNTY: first} | ({DEPARTMENT: second} if in_return else {})
    entries = {COUNTY: towns} | ({DEPARTMENT: offices} if in_return else {})
    return Plan(title, day, sheets, entries, judges, trim=trim, peers=peers)


def _names(text: str, most: int) -> list[str]:
    out: list[str] = []
    for line in text.splitlines():
        name = " ".join(line.split())
        if not name:
            continue
        if len(name) > NAME:
            raise ContestError("too_long", name=name[:20])
        if name in out:
            raise ContestError("twice", name=name)
        out.append(name)
    if len(out) > most:
        raise ContestError("too_many", most=most, n=len(out))
    return out


def _criteria(text: str, step: float) -> list[PlannedCriterion]:
    out: list[PlannedCriterion] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = [each.strip() for each in _BETWEEN.split(line)]
        try:
            most = float(parts[1])
            weight = float(parts[2]) if len(parts) > 2 and parts[2] else most
        except (IndexError, ValueError):
            raise ContestError("criterion_line", line=line.strip()[:60]) from None
        whole = (most / step).is_integer() if 1 <= most <= 100 else False
        if not parts[0] or len(parts[0]) > NAME or len(parts) > 3 or not whole or not 0 < weight <= 1000:
            raise ContestError("criterion_line", line=line.strip()[:60])
        if parts[0] in [each.name for each in out]:
            raise ContestError("twice", name=parts[0])
        out.append(PlannedCriterion(parts[0], most, weight, step))
    if len(out) > MOST_CRITERIA:
        raise ContestError("too_many", most=MOST_CRITERIA, n=len(out))
    return out
