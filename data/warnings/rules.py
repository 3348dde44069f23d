"""The rules that warnings follow, read from rules.json: what is watched, from which number on, and how grave that is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from data.rollup.moment import MOST_DAYS, SOON_DAYS, URGENT_DAYS

# gravest first
LEVELS = ("red", "yellow", "blue")
# kind -> the numbers its rules need besides their bands, whole and from 1
KINDS: dict[str, tuple[str, ...]] = {
    "overdue": (),
    "due": ("days",),
    "schedule": ("least",),
    "rise": ("days", "weeks", "weeks_with", "least"),
    "relapse": ("days",),
    "exceed": (),
    "jump": ("least_at_target",),
    "near": (),
}
# those that speak of regions; the others speak of sections
OF_REGIONS = ("overdue", "due", "schedule", "rise", "relapse")
# what of these may stand in a rule without being needed
_OPTIONAL = {"due": ("unless_days", "also_days")}
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Band:
    """From ``at_least`` on (reached is enough) a warning has this level."""

    level: str
    at_least: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """``bands`` gravest first. What their numbers count: items (overdue, due, relapse), the share behind the schedule (schedule), how many
    times the mean week (rise), classes of water (exceed, jump), the share of the limit (near).

    ``days``: due within them, or the last ones; ``unless_days``: silent where something is due within these, which a graver rule tells,
    and ``also_days``: how many are due within these is told too; ``least``: fewer items with a deadline, or newly found ones, make no
    warning; ``weeks`` before the last days, of which ``weeks_with`` must have had any; ``least_at_target``: of water that still meets its
    target only a fall by so many classes is told.
    """

    id: str
    kind: str
    names: Mapping[str, str]
    bands: tuple[Band, ...]
    days: int = 0
    unless_days: int = 0
    also_days: int = 0
    least: int = 0
    weeks: int = 0
    weeks_with: int = 0
    least_at_target: int = 0

    def name(self, lang: str) -> str:
        return self.names.get(lang) or self.names["zh-CN"]

    def band(self, number: Fraction) -> Band | None:
        """The gravest band that a number reaches."""
        return next((band for band in self.bands if number >= band.at_least), None)

    @property
    def mildest(self) -> Band:
        return self.bands[-1]


@dataclass(frozen=True, slots=True)
class Rules:
    """``fresh_months``: a section's newest class is spoken of while it is of one of so many months before the day."""

    rules: tuple[Rule, ...]
    fresh_months: int


class RulesError(ValueError):
    """The rules cannot be used; the message names the rule and what is wrong with it."""


def graver(level: str, other: str) -> bool:
    """Whether a level is graver than another."""
    return LEVELS.index(level) < LEVELS.index(other)


def due_set(days: int) -> str:
    """The set of what is due within so many days."""
    return {URGENT_DAYS: "due_urgent", SOON_DAYS: "due_soon"}.get(days, f"due_in:{days}")


@cache
def rules() -> Rules:
    """The rules of rules.json. Raises RulesError."""
    return read((Path(__file__).parent / "rules.json").read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """Rules out of JSON text; numbers are taken as they are written. Raises RulesError."""
    try:
        given = json.loads(text, parse_float=Fraction)
    except ValueError as problem:
        raise RulesError(f"not JSON: {problem}") from None
    if not isinstance(given, dict) or not isinstance(given.get("rules"), list) or not _whole(given.get("fresh_months"), 12):
        raise RulesError('expected {"fresh_months": 1 to 12, "rules": [...]}')
    found = [_rule(n, entry) for n, entry in enumerate(given["rules"], 1)]
    ids = [rule.id for rule in found]
    for twice in (key for key in ids if ids.count(key) > 1):
        raise RulesError(f"two rules are called {twice!r}")
    return Rules(tuple(found), given["fresh_months"])


def _rule(n: int, entry: Any) -> Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not 0 < len(entry["id"]) <= _LONGEST_ID:
        raise RulesError(f"rule {n} has no id of 1 to {_LONGEST_ID} characters")
    name, kind = entry["id"], entry.get("kind")
    if any(sign in name for sign in ":?&= "):
        raise RulesError(f"{name}: an id holds none of : ? & = and no space")
    if kind not in KINDS:
        raise RulesError(f"{name}: kind {kind!r} is none of {', '.join(KINDS)}")
    names = entry.get("names")
    if not isinstance(names, dict) or not all(isinstance(names.get(lang), str) and names[lang] for lang in ("zh-CN", "en")):
        raise RulesError(f"{name}: names need zh-CN and en")
    known = KINDS[kind] + _OPTIONAL.get(kind, ())
    strange = set(entry) - {"id", "kind", "names", "bands", *known}
    if strange:
        raise RulesError(f"{name}: {kind} knows nothing of {', '.join(sorted(strange))}")
    for field in known:
        needed = field in KINDS[kind]
        if (needed or field in entry) and not _whole(entry.get(field), MOST_DAYS):
            raise RulesError(f"{name}: {field} is a whole number from 1 to {MOST_DAYS}")
    if kind == "rise" and entry["weeks_with"] > entry["weeks"]:
        raise RulesError(f"{name}: weeks_with is more than weeks")
    if kind == "rise" and entry["days"] + 7 * entry["weeks"] > MOST_DAYS:
        raise RulesError(f"{name}: days and weeks look back more than {MOST_DAYS} days")
    if kind == "due" and not entry.get("unless_days", 0) < entry["days"] < entry.get("also_days", MOST_DAYS + 1):
        raise RulesError(f"{name}: unless_days is less than days, and also_days more")
    return Rule(name, kind, names, _bands(name, entry.get("bands")), **{field: entry[field] for field in known if field in entry})


def _bands(name: str, given: Any) -> tuple[Band, ...]:
    out: list[Band] = []
    for band in given if isinstance(given, list) else ():
        number = band.get("at_least") if isinstance(band, dict) else None
        if band is None or not isinstance(number, (int, Fraction)) or isinstance(number, bool) or number <= 0:
            raise RulesError(f'{name}: a band is {{"level": ..., "at_least": a number above 0}}')
        if band.get("level") not in LEVELS:
            raise RulesError(f"{name}: level {band.get('level')!r} is none of {', '.join(LEVELS)}")
        if out and not (graver(out[-1].level, band["level"]) and number < out[-1].at_least):
            raise RulesError(f"{name}: bands go from the gravest to the mildest, and from the greatest number to the smallest")
        out.append(Band(band["level"], Fraction(number)))
    if not out:
        raise RulesError(f"{name} has no bands")
    return tuple(out)


def _whole(number: Any, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= most
