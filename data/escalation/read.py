"""What people decided about regions, as the store holds it."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from data import calendar
from data.escalation.model import REVOKED, Decision
from data.filters import Filters
from data.schema import escalation


def read_decisions(conn: Connection, *, until: date | None = None, known_at: date | None = None) -> list[Decision]:
    """Decisions up to a day (None: all), oldest first; those revoked by then say so, and revocations are no decisions of their own.

    ``known_at``: only what was recorded by the end of that day.
    """
    c = escalation.c
    query = select(escalation).order_by(c.effective_on, c.escalation_id)
    if until is not None:
        query = query.where(c.effective_on <= until)
    if known_at is not None:
        query = query.where(c.decided_at < calendar.recorded_before(known_at))
    rows: list[dict[str, Any]] = [dict(row) for row in conn.execute(query).mappings()]
    revoked = {row["evidence"]["revokes"]: row for row in rows if row["verdict"] == REVOKED}
    out = []
    for row in rows:
        if row["verdict"] != REVOKED:
            gone = revoked.get(row["escalation_id"])
            after = {"revoked_on": gone["effective_on"], "revoked_why": gone["reason"]} if gone else {}
            out.append(Decision(**row, **after))
    return out


def decisions_until(conn: Connection, filters: Filters, as_of: date) -> date:
    """Up to which day decisions are read: the day asked for, else the as-of day or that of the newest decision, whichever is later. A
    ledger that is some days old does not hide what was decided since."""
    if filters.as_of or filters.known_at:
        return as_of
    newest = conn.execute(select(func.max(escalation.c.effective_on))).scalar()
    return max(as_of, newest or as_of)
