"""Which warnings a person has read. Append-only: the newest mark of a warning holds, and no earlier one is changed."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from data import calendar
from data.schema import warning_mark
from data.store import Store, bump
from data.warnings.rules import LEVELS, graver

ACKNOWLEDGED, REOPENED = "acknowledged", "reopened"
LONGEST_KEY = 200
LONGEST_NOTE = 1000
_LONGEST_NAME = 100


@cache
def _messages() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))


class MarkError(ValueError):
    """Nothing was written. ``key`` names the message of messages.json, ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def text(self, lang: str = "zh-CN") -> str:
        """The reason, and what can be done."""
        words = _messages()[self.key]
        return words.get(lang, words["zh-CN"]).format(**self.values)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest mark of a warning. ``level``: how grave it was then; ``at``: UTC."""

    number: int
    what: str
    level: str
    note: str | None
    at: datetime
    by: str | None

    @property
    def day(self) -> date:
        return calendar.local_day(self.at)

    def holds(self, level: str, since: date | None) -> bool:
        """Whether a warning is still the one that was acknowledged: no graver now, and not begun after that day."""
        return self.what == ACKNOWLEDGED and not graver(level, self.level) and (since is None or since <= self.day)


def marks(store: Store, known_at: date | None = None) -> dict[str, Mark]:
    """The newest mark by key of warning: those made by the end of ``known_at`` if that is given. Kept until the store changes."""
    if known_at is None:
        return store.remembered("warning-marks", lambda: _read(store, None))
    return _read(store, known_at)


def _read(store: Store, known_at: date | None) -> dict[str, Mark]:
    m = warning_mark.c
    query = select(m.warning_key, m.number, m.what, m.level, m.note, m.marked_at, m.marked_by).order_by(m.warning_key, m.number)
    if known_at is not None:
        query = query.where(m.marked_at < calendar.recorded_before(known_at))
    with store.reading() as conn:
        return {row[0]: Mark(*row[1:]) for row in conn.execute(query)}


def acknowledge(store: Store, key: str, level: str, since: date | None = None, note: str | None = None, by: str | None = None) -> int:
    """Note that a person has read a warning that stands at ``level``; the number of the mark, from 1.

    ``since``: the day the warning began. The store's version goes up, so that every wall shows it. MarkError when the level or the key
    cannot be, the note is longer than LONGEST_NOTE, or the warning is acknowledged as it stands.
    """
    if level not in LEVELS:
        raise MarkError("level_unknown", level=level)
    said = _note(note)
    with store.writing() as conn:
        last = _newest(conn, key)
        if last is not None and last.holds(level, since):
            raise MarkError("already", day=last.day.isoformat())
        return _append(conn, key, last, ACKNOWLEDGED, level, said, by)


def reopen(store: Store, key: str, note: str | None = None, by: str | None = None) -> int:
    """Take the acknowledgement of a warning back; the number of the mark. MarkError when there is none."""
    said = _note(note)
    with store.writing() as conn:
        last = _newest(conn, key)
        if last is None or last.what != ACKNOWLEDGED:
            raise MarkError("not_acknowledged")
        return _append(conn, key, last, REOPENED, last.level, said, by)


def _note(note: str | None) -> str | None:
    said = (note or "").strip()
    if len(said) > LONGEST_NOTE:
        raise MarkError("note_long", n=len(said), most=LONGEST_NOTE)
    return said or None


def _newest(conn: Connection, key: str) -> Mark | None:
    if not 0 < len(key) <= LONGEST_KEY:
        raise MarkError("key_unusable")
    m = warning_mark.c
    number = select(func.max(m.number)).where(m.warning_key == key).scalar_subquery()
    query = select(m.number, m.what, m.level, m.note, m.marked_at, m.marked_by).where(m.warning_key == key, m.number == number)
    row = conn.execute(query).first()
    return None if row is None else Mark(*row)


def _append(conn: Connection, key: str, last: Mark | None, what: str, level: str, note: str | None, by: str | None) -> int:
    number = (last.number if last else 0) + 1
    row = {"warning_key": key, "number": number, "what": what, "level": level, "note": note}
    conn.execute(insert(warning_mark).values(row | {"marked_at": calendar.now_utc(), "marked_by": (by or "")[:_LONGEST_NAME] or None}))
    bump(conn, f"warning {what}")
    return number
