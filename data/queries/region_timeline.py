"""What happened to a region: orders and their steps, rungs taken, proposals set aside, and how its ledger stood on the days it came in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pandas import DataFrame, Series
from sqlalchemy import select

from data.calendar import day_number
from data.escalation.model import CONFIRMED, REVOKED, Decision
from data.escalation.model import word as of_escalation
from data.escalation.read import decisions_until, read_decisions
from data.filters import Filters
from data.orders.model import EXTENDED, ISSUED, Order
from data.orders.model import word as of_order
from data.orders.read import newest_event, read_orders
from data.queries.selection import Selection
from data.schema import import_batch
from data.store import Store

COLUMNS = ("day", "kind", "kind_name", "what", "what_name", "region_code", "region", "text", "number")
ORDER, ESCALATION, LEDGER = "order", "escalation", "ledger"
#: of a day what was decided stands above what the ledger said
KINDS = (ESCALATION, ORDER, LEDGER)
MOST_ROWS = 500
LEDGER_DAYS = 12


@dataclass(frozen=True, slots=True)
class _Entry:
    day: date
    kind: str
    what: str
    what_name: str
    region_id: int
    text: str
    number: int | None = None
    order: int = 0


def region_timeline(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each thing that happened to the selected region or a place in it by the as-of day, COLUMNS, newest first.

    ``kind``: escalation (``what``: confirmed, dismissed, revoked), order (issued, signed, done, returned, extended, withdrawn) or ledger
    (the last days that ledgers of the selection speak of, with what is to be rectified, rectified and overdue then; none where nothing
    is); ``text`` says it whole; ``number``: of the order or decision, null for a ledger. As-of is the day asked for, else the newest day
    that ledgers, orders or decisions speak of. Campaigns choose as in ``orders``. ``attrs``: ``counts`` {kind: n}, ``taken``: the newest
    rung confirmed and not revoked, as (day, name, region), None without one; ``cut`` (rows left out beyond MOST_ROWS).
    """
    selection = Selection(scope, store, filters)
    region_id = selection.region_id
    if selection.empty:
        return _frame(selection, [], selection.as_of, lang)
    tree = selection.tree
    within = set(tree.order) if region_id is None else tree.within(region_id) | {region_id}
    with store.reading() as conn:
        day = decisions_until(conn, filters, selection.as_of)
        if not filters.as_of and not filters.known_at:
            day = max(day, newest_event(conn) or day)
        campaigns: set[int | None] = {None, *(c.campaign_id for c in selection.campaigns)}
        orders = [
            each
            for each in read_orders(conn, until=day, known_at=filters.known_at)
            if each.region_id in within and each.campaign_id in campaigns
        ]
        decided = [
            each
            for each in read_decisions(conn, until=day, known_at=filters.known_at)
            if each.region_id in within and each.campaign_id in campaigns
        ]
        c = import_batch.c
        ids = [each.campaign_id for each in selection.campaigns]
        asked = select(c.as_known).where(c.campaign_id.in_(ids), c.undone_at.is_(None), c.as_known <= selection.as_of).distinct()
        days = list(conn.execute(asked.order_by(c.as_known.desc()).limit(LEDGER_DAYS)).scalars())
    entries = [*_orders(orders, day, lang), *_decisions(decided, lang)]
    if region_id is not None:
        entries += _ledgers(selection, region_id, days, lang)
    entries.sort(key=lambda e: (-e.day.toordinal(), KINDS.index(e.kind), -(e.number or 0), -e.order))
    taken = [each for each in decided if each.verdict == CONFIRMED and each.revoked_on is None]
    newest = max(taken, key=lambda each: (each.effective_on, each.escalation_id), default=None)
    said = None
    if newest is not None:
        said = (newest.effective_on, of_escalation("rung", newest.rung, lang), tree.label(newest.region_id, lang))
    simulated = any(order.simulated for order in orders) or any(each.simulated for each in decided)
    return _frame(selection, entries, day, lang, taken=said, simulated=simulated)


def _frame(
    selection: Selection, entries: list[_Entry], day: date, lang: str, taken: tuple[date, str, str] | None = None, simulated: bool = False
) -> DataFrame:
    tree, shown = selection.tree, entries[:MOST_ROWS]
    rows = [
        (
            e.day, e.kind, of_escalation("kind", e.kind, lang), e.what, e.what_name, tree.by_id(e.region_id).code,
            tree.full_name(e.region_id, lang), e.text, e.number,
        )
        for e in shown
    ]  # fmt: skip
    types = {"number": "Int64"}
    columns = {name: Series([row[k] for row in rows], dtype=types.get(name, object)) for k, name in enumerate(COLUMNS)}
    counts = {kind: sum(e.kind == kind for e in entries) for kind in KINDS}
    return selection.frame(
        columns, lang, as_of=day, counts=counts, taken=taken, cut=len(entries) - len(shown), simulated=simulated or selection.simulated
    )


def _orders(orders: Iterable[Order], day: date, lang: str) -> list[_Entry]:
    out = []
    for order in orders:
        for event in order.events:
            if event.effective_on > day:
                continue
            values = {"number": order.order_id, "method": of_order("method", order.method, lang), "text": order.text}
            values |= {"note": event.note or "", "due": event.due_on.isoformat() if event.due_on else ""}
            name = of_order("what", event.what, lang)
            form = "order_plain" if not event.note else "order_step"
            form = "order" if event.what == ISSUED else "order_due" if event.what == EXTENDED else form
            text = of_escalation("timeline", form, lang).format(what=name, **values)
            out.append(_Entry(event.effective_on, ORDER, event.what, name, order.region_id, text, order.order_id, event.number))
    return out


def _decisions(decided: Iterable[Decision], lang: str) -> list[_Entry]:
    out = []
    for each in decided:
        publicity = of_escalation("timeline", "public" if each.public else "internal", lang)
        values = {"rung": of_escalation("rung", each.rung, lang), "document": each.document_no or "", "public": publicity}
        values |= {"office": each.office or "", "reason": each.reason or ""}

        told = [(each.effective_on, each.verdict, values)]
        if each.revoked_on is not None:
            told.append((each.revoked_on, REVOKED, values | {"reason": each.revoked_why or ""}))
        for order, (day, what, said) in enumerate(told):
            text = of_escalation("timeline", what, lang).format(**said)
            name = of_escalation("what", what, lang)
            out.append(_Entry(day, ESCALATION, what, name, each.region_id, text, each.escalation_id, order))
    return out


def _ledgers(selection: Selection, region_id: int, days: Iterable[date], lang: str) -> list[_Entry]:
    out = []
    today = day_number(selection.as_of)
    for day in days:
        back = today - day_number(day)
        counts = {name: selection.count(name, back) for name in ("effective", "rectified", "overdue")}
        if counts["effective"]:
            text = of_escalation("timeline", "ledger", lang).format(**counts)
            out.append(_Entry(day, LEDGER, LEDGER, of_escalation("what", LEDGER, lang), region_id, text))
    return out
