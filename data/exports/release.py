"""What may go out: a state is internal until a person approves it or makes it public; nothing does so by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from data import calendar
from data.exports import states
from data.ranking.lock_words import one_line
from data.schema import export_release as table
from data.store import Store

# each allows what those before it allow
INTERNAL, APPROVED, PUBLIC = STATUSES = ("internal", "approved", "public")
# codes that are asked for at one go
_MANY = 500


class ReleaseError(Exception):
    """``reason``: missing (no such state), status (no such status), same (nothing would change)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreBusy(Exception):
    """An import holds the store, or it is away: nothing was written."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``decided_at`` in UTC."""

    number: int
    status: str
    note: str | None
    decided_at: datetime
    decided_by: str | None


def reaches(status: str, least: str) -> bool:
    """Whether a status allows what asks for at least ``least``."""
    return STATUSES.index(status) >= STATUSES.index(least)


def status_of(conn: Connection, code: str) -> str:
    """How a state stands now."""
    newest = select(table.c.status).where(table.c.code == code).order_by(table.c.number.desc()).limit(1)
    return conn.execute(newest).scalar_one_or_none() or INTERNAL


def decided(conn: Connection, codes: Iterable[str]) -> dict[str, str]:
    """How those of many states stand now about which anybody has ever decided."""
    c, held = table.c, sorted(set(codes))
    out: dict[str, str] = {}
    for k in range(0, len(held), _MANY):
        # the newest comes last
        for code, status in conn.execute(select(c.code, c.status).where(c.code.in_(held[k : k + _MANY])).order_by(c.number)):
            out[code] = status
    return out


def decisions(conn: Connection, code: str) -> list[Decision]:
    """Every decision about a state, the newest first."""
    c = table.c
    rows = conn.execute(select(c.number, c.status, c.note, c.decided_at, c.decided_by).where(c.code == code).order_by(c.number.desc()))
    return [Decision(*row) for row in rows]


def decide(conn: Connection, code: str, status: str, by: str | None, note: str = "") -> Decision:
    """A person says what may be done with a state, in the caller's transaction. Raises ReleaseError."""
    if status not in STATUSES:
        raise ReleaseError("status")
    if states.find(conn, code) is None:
        raise ReleaseError("missing")
    if status_of(conn, code) == status:
        raise ReleaseError("same")
    number = int(conn.execute(select(func.coalesce(func.max(table.c.number), 0)).where(table.c.code == code)).scalar_one()) + 1
    made = Decision(number, status, one_line(note)[:500] or None, calendar.now_utc(), one_line(by)[:100] or None)
    conn.execute(
        insert(table).values(
            code=code, number=number, status=status, note=made.note, decided_at=made.decided_at, decided_by=made.decided_by
        )
    )
    return made


def decide_soon(store: Store, code: str, status: str, by: str | None, note: str, wait_ms: int) -> Decision:
    """``decide`` in a transaction of its own that waits for others for ``wait_ms`` at the most. Raises ReleaseError, StoreBusy."""
    try:
        with store.writing_aside(wait_ms) as conn:
            return decide(conn, code, status, by, note)
    except SQLAlchemyError as problem:
        raise StoreBusy from problem
