"""What the scheduling meetings ordered, and whether it happened."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np
from pandas import DataFrame, Series
from sqlalchemy import select

from data import calendar
from data.filters import Filters
from data.orders.model import OVERDUE, STANDINGS, Order, Standing, word
from data.orders.read import counts, newest_event, read_orders
from data.queries.labels import label
from data.queries.selection import Selection
from data.rollup import bits
from data.rollup.moment import Moment
from data.schema import item
from data.scope import ALL, region_of
from data.store import Store

COLUMNS = (
    "order_id", "meeting_on", "region_code", "region", "department", "department_name", "method", "method_name", "text", "due_on",
    "issued_on", "signed_on", "done_on", "standing", "days_overdue", "items", "items_rectified",
)  # fmt: skip
_TYPES = {"order_id": "int64", "items": "int64", "items_rectified": "int64", "days_overdue": "Int64"}
_AT_ONCE = 500
# what needs action first; of what is open the sooner due first
_ORDER = {name: k for k, name in enumerate(STANDINGS)}


def orders(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each order issued by the as-of day, COLUMNS: overdue first (longest first), then not yet signed, signed, done,
    withdrawn. The selection's region (and all below it), department and campaigns choose; an order that names no campaign is for all.

    As-of is the day asked for, else the newest day that the ledgers or the orders themselves speak of. ``due_on``: the deadline in force
    then; ``signed_on``, ``done_on``: None while it has not happened; ``standing``: overdue, issued, signed, done, withdrawn, where an
    open order is overdue with ``due_on`` <= as-of (M5); ``days_overdue``: Int64, 0 on the day it is due, null unless overdue; ``items``:
    how many items go with it, ``items_rectified``: of them rectified at the end of the as-of day.

    ``attrs``: ``meeting_on``: the last meeting, which is the newest one before the as-of day (the only one, if that is on the day);
    ``counts`` {standing: n} of its orders; ``now_on``, ``now``: the meeting on the as-of day and how many it has ordered so far (None, 0
    without); ``earlier_open``, ``earlier_overdue``: orders of meetings before the last that are still open, and of them overdue;
    ``meetings``: their days, newest first; ``standings`` {standing: n} of all rows.
    """
    selection = Selection(scope, store, filters)
    with store.reading() as conn:
        newest = newest_event(conn)
        day = filters.as_of or filters.known_at or max(selection.as_of, newest or selection.as_of)
        held = read_orders(conn, until=day, known_at=filters.known_at)
    chosen = [(order, now) for order in _selected(selection, held) if (now := order.at(day)) is not None]
    chosen.sort(key=lambda each: (_ORDER[each[1].standing], -(each[1].days_overdue or 0), each[1].due_on, each[0].order_id))
    rectified = _rectified(selection, [order for order, _ in chosen], day)
    rows = [_row(selection, order, now, rectified, lang) for order, now in chosen]
    columns = {name: Series([row[k] for row in rows], dtype=_TYPES.get(name, object)) for k, name in enumerate(COLUMNS)}
    simulated = selection.simulated or any(order.simulated for order, _ in chosen)
    return selection.frame(columns, lang, **_meetings([order for order, _ in chosen], day), as_of=day, simulated=simulated)


def _selected(selection: Selection, held: Sequence[Order]) -> list[Order]:
    """Those that the viewer may see and the filters ask for."""
    filters, tree = selection.filters, selection.tree
    if selection.empty:
        return []
    out = list(held)
    if region_of(selection.scope) != ALL or tree.get(filters.region) is not None:
        region_id = selection.region_id
        # a grouping holds its members, and may be given an order itself
        within = tree.within(region_id) | {region_id} if region_id is not None else set()
        out = [order for order in out if order.region_id in within]
    if filters.campaign:
        ids = {None, *(c.campaign_id for c in selection.campaigns)}
        out = [order for order in out if order.campaign_id in ids]
    if filters.department:
        out = [order for order in out if order.department in filters.department]
    return out


def _meetings(chosen: Sequence[Order], day: date) -> dict[str, object]:
    """Which meeting was the last, and how its orders and those of the others stand."""
    meetings = sorted({order.meeting_on for order in chosen}, reverse=True)
    before = [each for each in meetings if each < day]
    last = before[0] if before else meetings[0] if meetings else None
    earlier = [now for order in chosen if last is not None and order.meeting_on < last and (now := order.at(day)) and now.open]
    today = [order for order in chosen if order.meeting_on == day and day != last]
    return {
        "meeting_on": last,
        "counts": counts([order for order in chosen if order.meeting_on == last], day),
        "now_on": day if today else None,
        "now": len(today),
        "earlier_open": len(earlier),
        "earlier_overdue": sum(now.standing == OVERDUE for now in earlier),
        "meetings": meetings,
        "standings": counts(chosen, day),
    }


def _rectified(selection: Selection, chosen: Sequence[Order], day: date) -> set[int]:
    """Of the items that go with some orders those that are rectified at the end of a day."""
    wanted = sorted({item_id for order in chosen for item_id in order.item_ids})
    places: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    with selection.store.reading() as conn:
        for k in range(0, len(wanted), _AT_ONCE):
            query = select(item.c.campaign_id, item.c.region_id, item.c.item_id).where(item.c.item_id.in_(wanted[k : k + _AT_ONCE]))
            for campaign_id, region_id, item_id in conn.execute(query):
                places[campaign_id, region_id].append(item_id)
    out: set[int] = set()
    number = calendar.day_number(day)
    for (campaign_id, region_id), ids in places.items():
        # an item lies in the slice of its region: looking for it there spares sorting a million ids
        index = selection.store.index(campaign_id, selection.known_at, selection.state)
        if region_id not in index.region_ids:
            continue
        k = index.region_ids.index(region_id)
        a, b = int(index.starts[k]), int(index.starts[k + 1])
        done = bits.unpack(Moment(index, number, a, b, selection.filters.count_basic)["rectified"])
        found = index.item_id[a * 64 : b * 64]
        out.update(found[np.isin(found, ids) & done].tolist())
    return out


def _row(selection: Selection, order: Order, now: Standing, rectified: set[int], lang: str) -> tuple[object, ...]:
    tree = selection.tree
    known = order.region_id in tree
    office = label(selection.store, lang, "department", order.department)
    return (
        order.order_id, order.meeting_on, tree.by_id(order.region_id).code if known else None,
        tree.full_name(order.region_id, lang) if known else None, order.department, office, order.method,
        word("method", order.method, lang), order.text, now.due_on, now.issued_on, now.signed_on, now.done_on, now.standing,
        now.days_overdue, len(order.item_ids), sum(item_id in rectified for item_id in order.item_ids),
    )  # fmt: skip
