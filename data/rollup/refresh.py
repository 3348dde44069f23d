"""Between the store's tables and the rollup: read items and events, fold, write; and read blocks back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Table, and_, cast, delete, extract, func, insert, or_, select

from data import calendar
from data.places.crs import to_drawn
from data.regions.tree import RegionTree
from data.rollup.block import Block, unpack
from data.rollup.fold import EVENT_KINDS, VOID, RawBeside, RawEvents, RawItems, fold, ledger_order, split, stage_codes
from data.rollup.index import CampaignIndex
from data.schema import (
    department,
    extension,
    import_batch,
    item,
    item_department,
    item_event,
    item_link,
    milestone,
    object_,
    rollup,
    rollup_stale,
    round_,
    store_version,
    water_body,
)

_RESULTS = {"pass": 1, "fail": 0}


def refresh(conn: Connection, campaign_id: int, region_ids: Iterable[int]) -> None:
    """Fold the events of one campaign in some regions again and replace their rollup rows.

    Belongs to the transaction that appended the events; ``store_version`` is to be bumped by the same
    transaction, before or after.
    """
    wanted = sorted(set(region_ids))
    for part in range(0, len(wanted), 400):
        chosen = wanted[part : part + 400]
        items = read_items(conn, campaign_id, chosen)
        replace_rollups(conn, campaign_id, chosen, items, *read_events(conn, campaign_id, chosen, items, None))


def replace_rollups(
    conn: Connection, campaign_id: int, region_ids: list[int], items: RawItems, events: RawEvents, beside: RawBeside
) -> None:
    """Fold what is given, which is all there is in these regions, and replace their rollup rows by it."""
    version = int(conn.execute(select(func.coalesce(func.max(store_version.c.version), 0))).scalar_one()) + 1
    block = fold(items, events, beside)
    for part in range(0, len(region_ids), 400):
        chosen = region_ids[part : part + 400]
        conn.execute(delete(rollup).where(rollup.c.campaign_id == campaign_id, rollup.c.region_id.in_(chosen)))
        conn.execute(delete(rollup_stale).where(rollup_stale.c.campaign_id == campaign_id, rollup_stale.c.region_id.in_(chosen)))
    rows = [
        {"campaign_id": campaign_id, "region_id": key, "version": version, "items": piece.size, "payload": piece.pack()}
        for key, piece in split(block, items.region_id)
    ]
    # a region that lost its last item keeps an empty row, so that readers of newer rows drop what they had
    empty = set(region_ids) - set(items.region_id.tolist())
    rows += [{"campaign_id": campaign_id, "region_id": key, "version": version, "items": 0, "payload": b""} for key in sorted(empty)]
    if rows:
        conn.execute(insert(rollup), rows)


def undone_batches() -> Select[Any]:
    """Imports that were taken back: what stands beside the events goes with them."""
    return select(import_batch.c.batch_id).where(import_batch.c.undone_at.is_not(None))


def refresh_stale(conn: Connection) -> int:
    """Rebuild what other writers marked in ``rollup_stale``; returns the number of rollups rebuilt."""
    marked: dict[int, list[int]] = {}
    for campaign_id, region_id in conn.execute(select(rollup_stale.c.campaign_id, rollup_stale.c.region_id)):
        marked.setdefault(campaign_id, []).append(region_id)
    for campaign_id, region_ids in marked.items():
        refresh(conn, campaign_id, region_ids)
    return sum(len(ids) for ids in marked.values())


def read_items(conn: Connection, campaign_id: int, region_ids: list[int] | None) -> RawItems:
    """Items of a campaign, in the order of region and ledger number: the order item lists have by default."""
    c, o = item.c, object_.c
    query = (
        select(
            c.item_id, c.region_id, c.ledger_no, c.long_term, c.investment,
            c.kind, round_.c.number, c.theme, c.category, c.source, department.c.code, c.disposal,
            c.lon, c.lat, c.crs_declared, o.lon, o.lat, o.crs_declared, o.sensitivity, water_body.c.code,
        )
        .select_from(
            item.outerjoin(round_, c.round_id == round_.c.round_id)
            .outerjoin(department, c.department_id == department.c.department_id)
            .outerjoin(object_, c.object_id == o.object_id)
            .outerjoin(water_body, o.water_body_id == water_body.c.water_body_id)
        )
        .where(c.campaign_id == campaign_id)
    )  # fmt: skip
    if region_ids is not None:
        query = query.where(c.region_id.in_(region_ids))
    rows = sorted(conn.execute(query).fetchall(), key=lambda row: (row[1], ledger_order(row[2]), row[0]))
    ids, regions, numbers, long_term, investment, kind, rounds, theme, category, source, departments, disposal, *where = (
        zip(*rows, strict=True) if rows else ((),) * 20
    )
    *spots, sensitivity, water = where
    lon, lat = positions(*spots)
    codes = {
        "kind": kind,
        "round": tuple(None if r is None else str(r) for r in rounds),
        "theme": theme,
        "category": category,
        "source": source,
        "department": departments,
        "disposal": disposal,
        "water": water,
    }
    return RawItems(
        np.array(ids, dtype=np.int64),
        np.array(regions, dtype=np.int64),
        np.fromiter(map(ledger_order, numbers), dtype=np.int64, count=len(numbers)),
        codes,
        long_term,
        investment,
        lon,
        lat,
        np.array([s == "restricted" for s in sensitivity], dtype=bool),
    )


def positions(*columns: Sequence[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where items are as drawn: their own position, else that of their object. ``columns``: x, y, declared system of each in turn."""
    own_x, own_y, own_crs, x, y, crs = columns
    own = [a is not None and b is not None for a, b in zip(own_x, own_y, strict=True)]
    pairs = [((a, c), (b, d), (e, f)) for a, b, e, c, d, f in zip(own_x, own_y, own_crs, x, y, crs, strict=True)]
    chosen = [(px[not at], py[not at], ps[not at]) for at, (px, py, ps) in zip(own, pairs, strict=True)]
    xs = np.array([row[0] if row[0] is not None else np.nan for row in chosen], dtype=np.float64)
    ys = np.array([row[1] if row[1] is not None else np.nan for row in chosen], dtype=np.float64)
    return to_drawn(xs, ys, [row[2] for row in chosen])


def _beside_items(query: Select[Any], campaign_id: int, region_ids: list[int] | None, table: Table) -> Select[Any]:
    query = query.select_from(table.join(item, item.c.item_id == table.c.item_id)).where(item.c.campaign_id == campaign_id)
    return query if region_ids is None else query.where(item.c.region_id.in_(region_ids))


def read_events(
    conn: Connection, campaign_id: int, region_ids: list[int] | None, items: RawItems, known_at: date | None
) -> tuple[RawEvents, RawBeside]:
    """Events of those items, and what stands beside them; recorded by the end of ``known_at`` if that is given."""
    # what was recorded within the last second of the day was known too
    limit = calendar.recorded_before(known_at) if known_at is not None else None
    order = np.argsort(items.item_id)
    ids = items.item_id[order]

    def place(found: Iterable[int]) -> NDArray[np.int64]:
        wanted = np.fromiter(found, dtype=np.int64)
        return order[np.searchsorted(ids, wanted)] if len(wanted) else wanted

    e = item_event.c
    epoch: ColumnElement[Any] = extract("epoch", e.effective_at)
    if conn.dialect.name == "postgresql":
        # its cast rounds: the last half second of a day would be the next day's
        epoch = func.floor(epoch)
    query = _beside_items(
        select(
            e.item_id, e.event_no, e.kind, cast(epoch, BigInteger),
            e.stage, e.due_on, e.result, e.voids, item.c.loop,
        ),
        campaign_id, region_ids, item_event,
    ).where(e.kind.in_(tuple(EVENT_KINDS)))  # fmt: skip
    if limit is not None:
        query = query.where(e.recorded_at < limit)
    rows = conn.execute(query).fetchall()
    if rows:
        owner, number, kind, seconds, stage, due, result, voids, loop = zip(*rows, strict=True)
        codes = stage_codes()
        values = np.fromiter(
            (
                codes.get(f"{p}/{s}", -1)
                if k == "stage"
                else (calendar.NEVER if d is None else calendar.day_number(d))
                if k == "due"
                else _RESULTS.get(r, -1)
                for k, s, d, r, p in zip(kind, stage, due, result, loop, strict=True)
            ),
            dtype=np.int64,
            count=len(rows),
        )
        events = RawEvents(
            place(owner),
            np.array(number, dtype=np.int64),
            np.fromiter((EVENT_KINDS[k] for k in kind), dtype=np.int64, count=len(rows)),
            np.array(seconds, dtype=np.int64),
            values,
            np.fromiter((-1 if v is None else v for v in voids), dtype=np.int64, count=len(rows)),
        )
    else:
        none = np.zeros(0, dtype=np.int64)
        events = RawEvents(none, none, none, none, none, none)

    query = _beside_items(select(extension.c.item_id, func.min(extension.c.approved_at)), campaign_id, region_ids, extension)
    query = query.where(or_(extension.c.batch_id.is_(None), extension.c.batch_id.not_in(undone_batches())))
    if limit is not None:
        query = query.where(extension.c.recorded_at < limit)
    extended = conn.execute(query.group_by(extension.c.item_id)).fetchall()
    plans = conn.execute(
        _beside_items(select(milestone.c.item_id, milestone.c.planned_on, milestone.c.planned_share), campaign_id, region_ids, milestone)
    ).fetchall()
    shares = conn.execute(
        _beside_items(
            select(item_department.c.item_id, department.c.code, item_department.c.weight), campaign_id, region_ids, item_department
        ).join(department, department.c.department_id == item_department.c.department_id)
    ).fetchall()
    beside = RawBeside(
        (place(r[0] for r in extended), np.array([calendar.day_number(r[1].date()) for r in extended], dtype=np.int64)),
        (
            place(r[0] for r in plans),
            np.array([calendar.day_number(r[1]) for r in plans], dtype=np.int64),
            np.array([r[2] for r in plans], dtype=np.float64),
        ),
        (place(r[0] for r in shares), [r[1] for r in shares], np.array([r[2] for r in shares], dtype=np.float64)),
    )
    return events, beside


def read_blocks(conn: Connection, campaign_id: int, since: int, kept: dict[int, Block]) -> dict[int, Block]:
    """Blocks by region: those in ``kept``, with every row newer than version ``since`` replaced."""
    blocks = dict(kept)
    query = select(rollup.c.region_id, rollup.c.payload).where(and_(rollup.c.campaign_id == campaign_id, rollup.c.version > since))
    for region_id, payload in conn.execute(query):
        if payload:
            blocks[region_id] = unpack(payload)
        else:
            blocks.pop(region_id, None)
    return blocks


def index_known_at(conn: Connection, campaign_id: int, known_at: date, tree: RegionTree) -> CampaignIndex:
    """An index over what the store had been told by the end of a day, folded from the events."""
    items = read_items(conn, campaign_id, None)
    block = fold(items, *read_events(conn, campaign_id, None, items, known_at))
    return CampaignIndex(dict(split(block, items.region_id)), tree, 0, read_renewed(conn, campaign_id, known_at))


def read_renewed(conn: Connection, campaign_id: int, known_at: date | None = None) -> dict[int, int]:
    """Items that were entered anew as the relapse of another one (``relapse_of``): the first day they were, by id."""
    link = item_link.c
    query = _beside_items(select(link.item_id, func.min(link.effective_at)), campaign_id, None, item_link)
    query = query.where(link.type == "relapse_of", or_(link.batch_id.is_(None), link.batch_id.not_in(undone_batches())))
    if known_at is not None:
        query = query.where(link.recorded_at < calendar.recorded_before(known_at))
    return {item_id: calendar.day_number(moment.date()) for item_id, moment in conn.execute(query.group_by(link.item_id))}


def mark_stale(conn: Connection, campaign_id: int, region_ids: Iterable[int]) -> None:
    """What another writer does after its inserts: name the rollups it has made untrue."""
    for region_id in set(region_ids):
        known = or_(rollup_stale.c.campaign_id == campaign_id) & (rollup_stale.c.region_id == region_id)
        if conn.execute(select(rollup_stale.c.region_id).where(known)).first() is None:
            conn.execute(insert(rollup_stale).values(campaign_id=campaign_id, region_id=region_id))


__all__ = ["VOID", "index_known_at", "mark_stale", "read_blocks", "read_events", "read_items", "read_renewed", "refresh", "refresh_stale"]
