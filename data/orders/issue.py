"""An order is issued: checked as an officer writes it down, then written with its first event."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from data import calendar
from data.orders.model import ISSUED, LONGEST, METHODS, MOST_ITEMS, Named, OrderError
from data.ranking.scheme import Words
from data.regions.tree import Region, RegionTree
from data.schema import campaign, department, dispatch_order, dispatch_order_event, dispatch_order_item, item
from data.scope import ALL, region_of
from data.store import bump

_BETWEEN = re.compile(r"[\s,，、;；]+")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_AT_ONCE = 500
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as it is written down. ``region``, ``department``, ``campaign`` are codes; ``ledger_numbers`` a text with anything
    between them; ``item_ids`` items picked otherwise. ``meeting_on`` and ``due_on``: days, or texts such as ``2022-10-14``."""

    meeting_on: date | str | None
    region: str | None
    method: str
    text: str
    due_on: date | str | None
    department: str | None = None
    campaign: str | None = None
    ledger_numbers: str = ""
    item_ids: Sequence[int] = ()


def read_day(value: date | str | None, fault: str) -> date:
    """A day out of ``2022-10-14`` (also with / or .). OrderError ``fault`` for anything else."""
    if isinstance(value, date):
        return value
    found = _DAY.fullmatch((value or "").strip())
    if found is None:
        raise OrderError(fault)
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        raise OrderError(fault) from None
    # as far as the links of pages reach
    if not 2000 <= day.year <= 2099:
        raise OrderError(fault)
    return day


def not_future(day: date, today: date | None = None) -> None:
    """OrderError ``future`` for a day after today (in Asia/Shanghai)."""
    if day > (today or calendar.today()):
        raise OrderError("future", day=day.isoformat())


def issue(
    conn: Connection,
    tree: RegionTree,
    draft: Draft,
    *,
    by: str | None = None,
    scope: str = ALL,
    today: date | None = None,
    simulated: bool = False,
    recorded_at: datetime | None = None,
) -> int:
    """Write an order and its first event in the caller's transaction and bump the store; gives its number.

    ``scope``: what the officer may see; the region must lie inside. ``simulated`` marks an order of simulated data, and so does a
    simulated campaign; ``recorded_at`` (UTC without an offset) is now unless it is given. OrderError when anything is missing, unknown or
    contradicts itself, and then nothing was written.
    """
    meeting_on, due_on = read_day(draft.meeting_on, "meeting_day"), read_day(draft.due_on, "due_day")
    not_future(meeting_on, today)
    if due_on < meeting_on:
        raise OrderError("due_before", due=due_on.isoformat(), meeting=meeting_on.isoformat())
    text = draft.text.strip()
    if not text:
        raise OrderError("text_needed")
    if len(text) > LONGEST:
        raise OrderError("text_long", most=LONGEST, n=len(text))
    if draft.method not in METHODS:
        raise OrderError("method_unknown", known=Named("method", METHODS))
    place = _region(tree, draft.region, scope)
    if draft.department and not conn.execute(select(department.c.code).where(department.c.code == draft.department)).first():
        raise OrderError("department_unknown", department=draft.department)
    campaign_id = None
    if draft.campaign:
        row = conn.execute(select(campaign.c.campaign_id, campaign.c.simulated).where(campaign.c.code == draft.campaign)).first()
        if row is None:
            raise OrderError("campaign_unknown", campaign=draft.campaign)
        campaign_id, simulated = row.campaign_id, simulated or row.simulated
    items = _items(conn, tree, place, draft, campaign_id)
    head = {"meeting_on": meeting_on, "campaign_id": campaign_id, "region_id": place.region_id, "department": draft.department or None}
    head |= {"method": draft.method, "text": text, "due_on": due_on, "simulated": simulated}
    order_id: int = conn.execute(insert(dispatch_order).values(head).returning(dispatch_order.c.order_id)).scalar_one()
    first = {"order_id": order_id, "number": 1, "what": ISSUED, "effective_on": meeting_on}
    first |= {"recorded_at": recorded_at or calendar.now_utc(), "recorded_by": (by or "")[:100] or None}
    conn.execute(insert(dispatch_order_event).values(first))
    if items:
        conn.execute(insert(dispatch_order_item), [{"order_id": order_id, "item_id": item_id} for item_id in items])
    bump(conn, f"order {order_id} issued")
    return order_id


def _region(tree: RegionTree, code: str | None, scope: str) -> Region:
    if not code:
        raise OrderError("region_needed")
    place = tree.get(code)
    confined = region_of(scope)
    own = None if confined == ALL else tree.get(confined)
    hidden = confined != ALL and (own is None or place is None or place.region_id not in tree.within(own.region_id))
    if place is None or hidden:
        raise OrderError("region_unknown", region=code)
    return place


# ----------------------------------------------------------------------------- the items that go with it


def _items(conn: Connection, tree: RegionTree, place: Region, draft: Draft, campaign_id: int | None) -> list[int]:
    """Ids of the items that are picked or named, each once; they lie in the order's region."""
    numbers = list(dict.fromkeys(each for each in _BETWEEN.split(draft.ledger_numbers) if each))
    wanted = list(dict.fromkeys(draft.item_ids))
    if len(numbers) + len(wanted) > MOST_ITEMS:
        raise OrderError("items_many", most=MOST_ITEMS, n=len(numbers) + len(wanted))
    found = _by_number(conn, tree, place, numbers, campaign_id)
    rows = [*found.values(), *_by_id(conn, wanted)]
    within = tree.within(place.region_id)
    elsewhere = [number for _, region_id, number in rows if region_id not in within]
    if elsewhere:
        name = Words(tree.full_name(place.region_id), tree.full_name(place.region_id, "en"))
        raise OrderError("items_elsewhere", region=name, numbers=_listed(elsewhere))
    return list(dict.fromkeys(item_id for item_id, _, _ in rows))


def _by_number(
    conn: Connection, tree: RegionTree, place: Region, numbers: list[str], campaign_id: int | None
) -> dict[str, tuple[int, int, str]]:
    """(item id, region id, number) of each ledger number. A number that several ledgers gave out means the item in the order's region."""
    c = item.c
    held: dict[str, list[tuple[int, int, str]]] = {}
    for k in range(0, len(numbers), _AT_ONCE):
        query = select(c.item_id, c.region_id, c.ledger_no).where(c.ledger_no.in_(numbers[k : k + _AT_ONCE]))
        if campaign_id is not None:
            query = query.where(c.campaign_id == campaign_id)
        for row in conn.execute(query):
            held.setdefault(row.ledger_no, []).append((row.item_id, row.region_id, row.ledger_no))
    unknown = [number for number in numbers if number not in held]
    if unknown:
        raise OrderError("items_unknown", numbers=_listed(unknown))
    within = tree.within(place.region_id)
    out: dict[str, tuple[int, int, str]] = {}
    several = []
    for number, rows in held.items():
        inside = [row for row in rows if row[1] in within] or rows
        if len(inside) > 1:
            several.append(number)
        out[number] = inside[0]
    if several:
        raise OrderError("items_several", numbers=_listed(several))
    return out


def _by_id(conn: Connection, wanted: list[int]) -> Iterable[tuple[int, int, str]]:
    c = item.c
    out: dict[int, tuple[int, int, str]] = {}
    for k in range(0, len(wanted), _AT_ONCE):
        query = select(c.item_id, c.region_id, c.ledger_no).where(c.item_id.in_(wanted[k : k + _AT_ONCE]))
        out.update((row.item_id, (row.item_id, row.region_id, row.ledger_no or f"{row.item_id:016x}")) for row in conn.execute(query))
    unknown = [f"{each:016x}" for each in wanted if each not in out]
    if unknown:
        raise OrderError("items_unknown", numbers=_listed(unknown))
    return [out[each] for each in wanted]


def _listed(numbers: Sequence[str]) -> str:
    """The first few of them."""
    shown = ", ".join(numbers[:_NAMED])
    return shown if len(numbers) <= _NAMED else f"{shown} … ({len(numbers)})"
