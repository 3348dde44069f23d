"""What happens to an order after it was issued: signed, done, returned, extended, withdrawn. Each is one more event; none is changed."""

from datetime import date, datetime

from sqlalchemy import Connection, insert

from data import calendar
from data.orders.issue import not_future, read_day
from data.orders.model import (
    DONE,
    EXTENDED,
    LONGEST,
    RETURNED,
    SIGNED,
    STEPS,
    WITH_REASON,
    WITHDRAWN,
    Named,
    Order,
    OrderError,
)
from data.orders.read import find
from data.regions.tree import RegionTree
from data.schema import dispatch_order_event
from data.scope import ALL
from data.store import bump


def follow(
    conn: Connection,
    tree: RegionTree,
    order_id: int,
    what: str,
    on: date | str | None,
    *,
    due_on: date | str | None = None,
    note: str | None = None,
    by: str | None = None,
    scope: str = ALL,
    today: date | None = None,
    recorded_at: datetime | None = None,
) -> int:
    """Append an event to an order in the caller's transaction and bump the store; gives the event's number.

    ``what``: signed 签收, done 办结 (signing may be skipped), returned 退回 (the last step is taken back: what was done is open again, what
    was signed unsigned), extended 延期 (``due_on`` is the new, later deadline), withdrawn 撤销. The last three need a ``note``. ``on`` is
    the day it happened: not before the order's last event, not in the future. OrderError when that cannot be, and then nothing was
    written.
    """
    if what not in STEPS:
        raise OrderError("what_unknown", what=what)
    found = find(conn, tree, order_id, scope)
    day = read_day(on, "day")
    not_future(day, today)
    last = found.events[-1]
    if day < last.effective_on:
        raise OrderError("before_last", order=order_id, what=Named("what", (last.what,)), last=last.effective_on.isoformat())
    _refuse(found, what, day)
    said = (note or "").strip()
    if what in WITH_REASON and not said:
        raise OrderError("reason_needed", what=Named("what", (what,)))
    if len(said) > LONGEST:
        raise OrderError("note_long", most=LONGEST, n=len(said))
    new_due = _new_due(found, day, due_on) if what == EXTENDED else None
    row = {"order_id": order_id, "number": last.number + 1, "what": what, "effective_on": day, "due_on": new_due, "note": said or None}
    row |= {"recorded_at": recorded_at or calendar.now_utc(), "recorded_by": (by or "")[:100] or None}
    conn.execute(insert(dispatch_order_event).values(row))
    bump(conn, f"order {order_id} {what}")
    return last.number + 1


def _refuse(found: Order, what: str, day: date) -> None:
    """OrderError when an order that stands so cannot take this step."""
    now = found.at(day)
    assert now is not None
    if now.standing == WITHDRAWN:
        raise OrderError("withdrawn_already", order=found.order_id)
    if now.standing == DONE and what != RETURNED:
        raise OrderError("done_already", order=found.order_id)
    if what == SIGNED and now.signed_on is not None:
        raise OrderError("signed_already", order=found.order_id)
    if what == RETURNED and now.signed_on is None and now.done_on is None:
        raise OrderError("nothing_to_return", order=found.order_id)


def _new_due(found: Order, day: date, due_on: date | str | None) -> date:
    new, now = read_day(due_on, "due_day"), found.at(day)
    assert now is not None
    if new <= now.due_on:
        raise OrderError("due_not_later", due=now.due_on.isoformat())
    if new < day:
        raise OrderError("due_passed", due=new.isoformat(), day=day.isoformat())
    return new
