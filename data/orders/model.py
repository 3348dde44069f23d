"""What an order of a scheduling meeting (调度交办) is, how it stands at the end of a day, and what can be wrong with one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from data.ranking.scheme import Words

#: 六步法: how the order is followed up
METHODS = ("unannounced", "visit", "assign", "meeting", "interview", "accountability")
ISSUED, SIGNED, DONE, RETURNED, EXTENDED, WITHDRAWN = "issued", "signed", "done", "returned", "extended", "withdrawn"
#: what can happen to an order after it was issued
STEPS = (SIGNED, DONE, RETURNED, EXTENDED, WITHDRAWN)
#: these must say why
WITH_REASON = frozenset({RETURNED, EXTENDED, WITHDRAWN})
OVERDUE = "overdue"
#: how an order may stand, as lists show it: what needs action first
STANDINGS = (OVERDUE, ISSUED, SIGNED, DONE, WITHDRAWN)
LONGEST = 2000
MOST_ITEMS = 1000


@cache
def _texts(name: str) -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def word(kind: str, code: str, lang: str = "zh-CN") -> str:
    """The name of a code; ``kind``: method or what. The code itself where there is none."""
    words = _texts("words.json").get(f"{kind}.{code}")
    return code if words is None else words.get(lang, words["zh-CN"])


@dataclass(frozen=True, slots=True)
class Named:
    """A code that a message prints by its name."""

    kind: str
    codes: tuple[str, ...]

    def text(self, lang: str) -> str:
        return ("、" if lang == "zh-CN" else ", ").join(word(self.kind, code, lang) for code in self.codes)


def _printed(value: object, lang: str) -> object:
    if isinstance(value, Named):
        return value.text(lang)
    return value(lang) if isinstance(value, Words) else value


class OrderError(Exception):
    """Nothing was written. ``code`` names the message of messages.json, ``params`` fill it in."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong, and what can be done, in one sentence."""
        words = _texts("messages.json")[self.code]
        params = {key: _printed(value, lang) for key, value in self.params.items()}
        return words.get(lang, words["zh-CN"]).format(**params)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One thing that happened to an order. ``due_on``: the new deadline of an extension; ``recorded_at`` in UTC without an offset."""

    number: int
    what: str
    effective_on: date
    due_on: date | None = None
    note: str | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands at the end of a day. ``standing``: one of STANDINGS; ``due_on``: the deadline in force; ``days_overdue``: 0 on
    the day it is due, None unless overdue."""

    standing: str
    due_on: date
    issued_on: date
    signed_on: date | None
    done_on: date | None
    withdrawn_on: date | None
    days_overdue: int | None

    @property
    def open(self) -> bool:
        return self.standing in (OVERDUE, ISSUED, SIGNED)


def standing(events: Sequence[OrderEvent], due_on: date, day: date) -> Standing | None:
    """How an order with these events stands at the end of ``day``; None when it had not been issued by then.

    ``due_on`` is the deadline it was issued with. As with items (M5), an order that is open is overdue from the day it is due on: its
    deadline is the end of that day, and so is the look at it. Returning takes back the last step: what was done is open again, what was
    signed is unsigned again.
    """
    issued: date | None = None
    signed: date | None = None
    done: date | None = None
    withdrawn: date | None = None
    for event in sorted(events, key=lambda each: each.number):
        if event.effective_on > day:
            continue
        match event.what:
            case "issued":
                issued = event.effective_on
            case "signed":
                signed = event.effective_on
            case "done":
                done = event.effective_on
            case "returned" if done is not None:
                done = None
            case "returned":
                signed = None
            case "extended":
                due_on = event.due_on or due_on
            case "withdrawn":
                withdrawn = event.effective_on
    if issued is None:
        return None
    late = None
    if withdrawn is not None:
        name = WITHDRAWN
    elif done is not None:
        name = DONE
    elif due_on <= day:
        name, late = OVERDUE, (day - due_on).days
    else:
        name = SIGNED if signed is not None else ISSUED
    return Standing(name, due_on, issued, signed, done, withdrawn, late)


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it was issued, with everything that happened to it since (in order)."""

    order_id: int
    meeting_on: date
    campaign_id: int | None
    region_id: int
    department: str | None
    method: str
    text: str
    due_on: date
    simulated: bool
    events: tuple[OrderEvent, ...] = ()
    item_ids: tuple[int, ...] = ()

    def at(self, day: date) -> Standing | None:
        """How it stands at the end of a day; None before it was issued."""
        return standing(self.events, self.due_on, day)
