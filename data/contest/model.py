"""What a contest is (values), and what can be wrong with a request (words in messages.json)."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from data.ranking.scheme import Words

DRAFT, OPEN, CLOSED, REVEALED, WAITING = "draft", "open", "closed", "revealed", "waiting"
STATES = (DRAFT, OPEN, CLOSED, REVEALED)
# kinds of entries: counties present in the first part, departments' questions are judged in return in the second
COUNTY, DEPARTMENT, LEADER = "county", "department", "leader"
PARTS = (COUNTY, DEPARTMENT)
ROLES = (LEADER, DEPARTMENT, COUNTY)


@cache
def _words() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))


class ContestError(Exception):
    """Nothing was changed. ``code`` names the message of messages.json, ``params`` fill it in."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "zh-CN") -> str:
        """The reason, and what can be done, in one or two sentences."""
        words = _words()[self.code]
        params = {key: value(lang) if isinstance(value, Words) else value for key, value in self.params.items()}
        return words.get(lang, words["zh-CN"]).format(**params)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the score sheet: points from 0 to ``most`` in steps of ``step``."""

    criterion_id: int
    part: str
    code: str
    name_zh: str
    name_en: str | None
    most: float
    step: float
    weight: float

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh


@dataclass(frozen=True, slots=True)
class Entry:
    """A county that presents, or a department whose questions are judged; ``state`` waiting, open, closed."""

    entry_id: int
    part: str
    position: int
    region_id: int | None
    name_zh: str
    name_en: str | None
    state: str

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh

    def words(self) -> Words:
        """The name for messages, which are put in words later."""
        return Words(self.name_zh, self.name_en or "")


@dataclass(frozen=True, slots=True)
class Judge:
    """Who scores. ``own_entry_id``: the entry that is the judge's own."""

    judge_id: int
    contest_id: int
    name: str
    role: str
    own_entry_id: int | None
    linked: bool
    bound: bool
    removed: bool


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest with its sheet, its entries in turn and all its judges, removed ones too."""

    contest_id: int
    name_zh: str
    name_en: str | None
    held_on: date
    state: str
    trim: int
    decimals: int
    peers: bool
    simulated: bool
    criteria: tuple[Criterion, ...] = ()
    entries: tuple[Entry, ...] = ()
    judges: tuple[Judge, ...] = ()
    by_entry: dict[int, Entry] = field(default_factory=dict)

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh

    def sheet(self, part: str) -> list[Criterion]:
        """The criteria that entries of a part are scored on."""
        return [each for each in self.criteria if each.part == part]

    def entry(self, entry_id: int) -> Entry:
        """Raises ContestError ``no_entry``."""
        if entry_id not in self.by_entry:
            raise ContestError("no_entry")
        return self.by_entry[entry_id]

    def why_not(self, judge: Judge, entry: Entry) -> str | None:
        """The message code that keeps a judge from an entry by who they are, or None."""
        return why_not(judge.role, judge.own_entry_id, entry.entry_id, entry.part, self.peers)

    def panel(self, entry: Entry) -> list[Judge]:
        """The judges who score an entry; removed ones are left out."""
        return [judge for judge in self.judges if not judge.removed and self.why_not(judge, entry) is None]


def why_not(role: str, own_entry_id: int | None, entry_id: int, part: str, peers: bool) -> str | None:
    """Leaders and departments score counties (counties too, where ``peers``), counties score departments, nobody the own entry."""
    if own_entry_id == entry_id:
        return "own_entry"
    if part == COUNTY and role == COUNTY and not peers:
        return "not_yours"
    if part == DEPARTMENT and role != COUNTY:
        return "not_yours"
    return None
