"""Orders as the store holds them, and which meeting was the last."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select

from data import calendar
from data.orders.model import STANDINGS, Order, OrderError, OrderEvent
from data.regions.tree import RegionTree
from data.schema import dispatch_order, dispatch_order_event, dispatch_order_item, item
from data.scope import ALL, region_of

_AT_ONCE = 500


def last_meeting(conn: Connection, before: date) -> date | None:
    """The day of the newest meeting before a day that ordered anything; None without one."""
    c = dispatch_order.c
    return conn.execute(select(func.max(c.meeting_on)).where(c.meeting_on < before)).scalar()


def newest_event(conn: Connection) -> date | None:
    """The newest day on which anything happened to any order; None without orders."""
    return conn.execute(select(func.max(dispatch_order_event.c.effective_on))).scalar()


def read_orders(
    conn: Connection, *, until: date | None = None, known_at: date | None = None, order_ids: Iterable[int] | None = None
) -> list[Order]:
    """Orders of meetings up to a day (None: all), newest meeting first, within one by number; with ``order_ids`` only those.

    ``known_at``: only events recorded by the end of that day; an order of which nothing was known then is left out.
    """
    c, e, i = dispatch_order.c, dispatch_order_event.c, dispatch_order_item.c
    heads = select(c.order_id, c.meeting_on, c.campaign_id, c.region_id, c.department, c.method, c.text, c.due_on, c.simulated)
    events = select(e.order_id, e.number, e.what, e.effective_on, e.due_on, e.note, e.recorded_at, e.recorded_by)
    items = select(i.order_id, i.item_id)
    if until is not None:
        heads = heads.where(c.meeting_on <= until)
    if order_ids is not None:
        chosen = sorted(set(order_ids))
        heads, events, items = (
            heads.where(c.order_id.in_(chosen)),
            events.where(e.order_id.in_(chosen)),
            items.where(i.order_id.in_(chosen)),
        )
    if known_at is not None:
        events = events.where(e.recorded_at < calendar.recorded_before(known_at))
    happened: dict[int, list[OrderEvent]] = {}
    for row in conn.execute(events.order_by(e.order_id, e.number)):
        happened.setdefault(row[0], []).append(OrderEvent(*row[1:]))
    held: dict[int, list[int]] = {}
    for order_id, item_id in conn.execute(items.order_by(i.order_id, i.item_id)):
        held.setdefault(order_id, []).append(item_id)
    return [
        Order(*row, tuple(happened[row.order_id]), tuple(held.get(row.order_id, ())))
        for row in conn.execute(heads.order_by(c.meeting_on.desc(), c.order_id))
        if row.order_id in happened
    ]


def find(conn: Connection, tree: RegionTree, order_id: int, scope: str = ALL) -> Order:
    """One order that a viewer may see. OrderError ``order_unknown``."""
    found = read_orders(conn, order_ids=[order_id])
    confined = region_of(scope)
    if found and confined != ALL:
        own = tree.get(confined)
        found = found if own is not None and found[0].region_id in tree.within(own.region_id) else []
    if not found:
        raise OrderError("order_unknown", order=order_id)
    return found[0]


def counts(orders: Iterable[Order], day: date) -> dict[str, int]:
    """{standing: how many} at the end of a day, every standing of STANDINGS; an order counts once, one not yet issued not at all."""
    stood = Counter(now.standing for order in orders if (now := order.at(day)) is not None)
    return {name: stood[name] for name in STANDINGS}


def item_numbers(conn: Connection, item_ids: Iterable[int]) -> dict[int, str]:
    """The ledger number of each of some items; those without one are left out."""
    wanted = sorted(set(item_ids))
    out: dict[int, str] = {}
    for k in range(0, len(wanted), _AT_ONCE):
        query = select(item.c.item_id, item.c.ledger_no).where(item.c.item_id.in_(wanted[k : k + _AT_ONCE]), item.c.ledger_no.is_not(None))
        out.update((row.item_id, row.ledger_no) for row in conn.execute(query))
    return out
