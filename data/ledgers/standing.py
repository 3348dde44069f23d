"""Where items stand by their events: the columns of ``item`` that repeat what ``item_event`` says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from data.loops.catalogue import load_loops
from data.schema import item, item_event


@dataclass(slots=True)
class Event:
    """One event of an item as read back."""

    number: int
    kind: str
    stage: str | None
    label: str | None
    due_on: date | None
    result: str | None
    at: datetime
    voids: int | None
    assumed: bool
    batch_id: int | None


def read_events(conn: Connection, ids: list[int]) -> dict[int, list[Event]]:
    """All events of some items (at most a thousand), by number."""
    e = item_event.c
    query = (
        select(e.item_id, e.event_no, e.kind, e.stage, e.stage_label, e.due_on, e.result, e.effective_at, e.voids, e.payload, e.batch_id)
        .where(e.item_id.in_(ids))
        .order_by(e.item_id, e.event_no)
    )
    out: dict[int, list[Event]] = {key: [] for key in ids}
    for row in conn.execute(query):
        assumed = row[2] != "attribute" and bool(row[9]) and bool(row[9].get("assumed"))
        out[row[0]].append(Event(*row[1:9], assumed, row[10]))
    return out


def standing(events: Iterable[Event]) -> list[Event]:
    """Events that no standing void takes back, without the voids."""
    held = {e.number: e for e in events}
    gone: set[int] = set()
    for number in sorted(held, reverse=True):
        e = held[number]
        if e.kind == "void" and number not in gone and e.voids is not None:
            gone.add(e.voids)
    return [e for n, e in sorted(held.items()) if n not in gone and e.kind != "void"]


def stages_in_order(events: Iterable[Event], loop_id: str) -> list[Event]:
    """Standing stage events by when they happened, those of one moment by their place in the loop."""
    stages = load_loops()[loop_id].stages
    return sorted((e for e in events if e.kind == "stage" and e.stage in stages), key=lambda e: (e.at, stages[e.stage or ""].order))


def dues_in_order(events: Iterable[Event]) -> list[Event]:
    """Standing deadlines by when they began to hold, the later deadline last."""
    return sorted((e for e in events if e.kind == "due"), key=lambda e: (e.at, e.due_on or date.max))


def refresh_items(conn: Connection, ids: list[int]) -> None:
    """Rewrite stage, deadline and discovery columns of some items from their events; items without a standing stage stay."""
    events = read_events(conn, ids)
    loops = dict(conn.execute(select(item.c.item_id, item.c.loop).where(item.c.item_id.in_(ids))).all())
    rows: list[dict[str, Any]] = []
    for key, held in events.items():
        still = standing(held)
        stages = stages_in_order(still, loops[key]) if key in loops else []
        if not stages:
            continue
        dues = dues_in_order(still)
        last = stages[-1]
        since = last.at
        for e in reversed(stages):
            if e.stage != last.stage:
                break
            since = e.at
        rows.append(
            {
                "key": key,
                "stage": last.stage,
                "stage_label": last.label,
                "stage_on": since.date(),
                "discovered_on": stages[0].at.date(),
                "due_original": dues[0].due_on if dues else None,
                "due_current": dues[-1].due_on if dues else None,
            }
        )
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
        # the table itself, so that the driver's executemany is used
        conn.execute(update(item).where(item.c.item_id == bindparam("key")).values(**columns), rows)
