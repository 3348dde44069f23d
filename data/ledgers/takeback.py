"""Undo of a batch: its events are voided, what items were before holds again, and the history stays."""

from typing import Any

from sqlalchemy import Connection, func, select, update

from data import calendar
from data.bulk import insert_rows
from data.ledgers.load import chunks
from data.ledgers.problems import LedgerError
from data.ledgers.standing import refresh_items
from data.schema import extension, import_batch, item, item_event, item_link, verification


def undo(conn: Connection, batch_id: int) -> tuple[int, set[int], int]:
    """Void everything a batch recorded; returns campaign, regions touched, number of items touched.

    The voids bear the batch's own ``recorded_at``: a mistaken import is gone at every "as known" day, while
    ``import_batch.undone_at`` tells when that was done. LedgerError when a later batch that still stands has
    recorded events of the same items.
    """
    b = import_batch.c
    row = conn.execute(select(b.campaign_id, b.undone_at, b.as_known).where(b.batch_id == batch_id)).first()
    if row is None:
        raise LedgerError("batch_unknown", batch=batch_id)
    if row.undone_at is not None:
        raise LedgerError("batch_undone", batch=batch_id)
    e = item_event.c
    touched = list(conn.execute(select(e.item_id).where(e.batch_id == batch_id).distinct()).scalars())
    _nothing_built_on(conn, batch_id, touched)
    recorded = calendar.end_of_day_utc(row.as_known).strftime("%Y-%m-%d %H:%M:%S.000000")
    regions: set[int] = set()
    for part in chunks(touched):
        last = dict(conn.execute(select(e.item_id, func.max(e.event_no)).where(e.item_id.in_(part)).group_by(e.item_id)).all())
        mine = conn.execute(
            select(e.item_id, e.event_no, e.kind, e.effective_at, e.payload)
            .where(e.item_id.in_(part), e.batch_id == batch_id)
            .order_by(e.item_id, e.event_no)
        ).all()
        voids: list[tuple[Any, ...]] = []
        undone: dict[int, dict[str, list[Any]]] = {}
        for event in mine:
            last[event.item_id] += 1
            voids.append(
                (
                    event.item_id,
                    last[event.item_id],
                    "void",
                    f"{event.effective_at:%Y-%m-%d %H:%M:%S.000000}",
                    recorded,
                    event.event_no,
                    batch_id,
                )
            )
            if event.kind == "attribute" and event.payload:
                fields = undone.setdefault(event.item_id, {})
                for name, change in event.payload.items():
                    fields.setdefault(name, change)
        insert_rows(conn, item_event, ("item_id", "event_no", "kind", "effective_at", "recorded_at", "voids", "batch_id"), voids)
        places = dict(conn.execute(select(item.c.item_id, item.c.region_id).where(item.c.item_id.in_(part))).all())
        regions.update(places.values())
        for key, fields in undone.items():
            back = {name: change[0] for name, change in fields.items() if name in item.c}
            if "region_id" in back:
                regions.add(back["region_id"])
            back = {name: _python(name, value) for name, value in back.items()}
            conn.execute(update(item).where(item.c.item_id == key).values(**back))
        # the next import looks at these items afresh
        conn.execute(update(item).where(item.c.item_id.in_(part)).values(content_hash=None))
        refresh_items(conn, part)
    for table in (extension, verification, item_link):
        conn.execute(table.delete().where(table.c.batch_id == batch_id))
    conn.execute(update(import_batch).where(b.batch_id == batch_id).values(undone_at=calendar.now_utc()))
    return row.campaign_id, regions, len(touched)


def _python(name: str, value: Any) -> Any:
    if name in ("discovered_on", "due_original", "due_current", "stage_on") and isinstance(value, str):
        from datetime import date

        return date.fromisoformat(value)
    return value


def _nothing_built_on(conn: Connection, batch_id: int, touched: list[int]) -> None:
    e, b = item_event.c, import_batch.c
    standing = select(b.batch_id).where(b.undone_at.is_(None), b.batch_id > batch_id)
    for part in chunks(touched):
        query = (
            select(e.batch_id, func.count(e.item_id.distinct()))
            .where(e.item_id.in_(part), e.batch_id.in_(standing))
            .group_by(e.batch_id)
            .order_by(e.batch_id.desc())
        )
        later = conn.execute(query).first()
        if later is not None:
            raise LedgerError("batch_built_on", batch=batch_id, later=later[0], items=later[1])
