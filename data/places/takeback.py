"""Undo of an import of places: what it changed is as it was, what it brought is gone, unless something later was built on it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from data import calendar
from data.ledgers import takeback as ledgers
from data.ledgers.load import chunks
from data.places import load, outfalls
from data.places.model import PlaceError
from data.places.rows import TABLES, put_back, put_back_quality
from data.schema import import_batch, item, object_, place_batch, place_origin, section_quality, zone, zone_flag

_BARE = {
    "lon": None, "lat": None, "crs_declared": None, "coord_source": None, "water_body_id": None, "river_km": None, "bank": None,
    "place_batch_id": None,
}  # fmt: skip


def undo(conn: Connection, batch_id: int) -> tuple[int, set[tuple[int, int]]]:
    """Take a batch back; returns how many places it touched and the (campaign, region) pairs whose rollups are to be folded again."""
    b = place_batch.c
    row = conn.execute(select(b.undone_at, b.report).where(b.batch_id == batch_id)).first()
    if row is None:
        raise PlaceError("place_batch_unknown", batch=batch_id)
    if row.undone_at is not None:
        raise PlaceError("place_batch_undone", batch=batch_id)
    o = place_origin.c
    origins = conn.execute(select(o.place_kind, o.place_id, o.previous).where(o.batch_id == batch_id)).all()
    _nothing_later(conn, batch_id)
    brought = {kind: [r.place_id for r in origins if r.place_kind == kind and r.previous is None] for kind in TABLES}
    _unused(conn, batch_id, brought)
    touched: set[tuple[int, int]] = set()
    report: dict[str, Any] = row.report or {}
    if report.get("ledger_batch") is not None and _standing(conn, report["ledger_batch"]):
        campaign_id, regions, _ = ledgers.undo(conn, report["ledger_batch"])
        touched |= {(campaign_id, region_id) for region_id in regions}
    touched |= outfalls.unlink(conn, [(pair[0], pair[1]) for pair in report.get("linked") or []])
    objects = [r.place_id for r in origins if r.place_kind == "object"]
    touched |= hanging(conn, objects)
    kept = _hung_on(conn, brought["object"])
    for origin in origins:
        if origin.place_kind == "quality":
            put_back_quality(conn, origin.previous)
        elif origin.place_kind == "object" and origin.place_id in kept:
            # items or months hang on it: the object stays, without what the file said of its place
            conn.execute(update(object_).where(object_.c.object_id == origin.place_id).values(_BARE))
        else:
            put_back(conn, origin.place_kind, origin.place_id, origin.previous)
    # lines may have changed since the objects that are back were measured
    load.measure(conn, [r.place_id for r in origins if r.place_kind == "water_body"], objects)
    conn.execute(update(place_batch).where(b.batch_id == batch_id).values(undone_at=calendar.now_utc()))
    # the origins go: what they kept is in its place again
    conn.execute(delete(place_origin).where(o.batch_id == batch_id))
    return len(origins), touched


def _standing(conn: Connection, ledger_batch: int) -> bool:
    b = import_batch.c
    return conn.execute(select(b.batch_id).where(b.batch_id == ledger_batch, b.undone_at.is_(None))).first() is not None


def _nothing_later(conn: Connection, batch_id: int) -> None:
    """PlaceError when a later batch changed the same places."""
    mine, later = place_origin.alias(), place_origin.alias()
    query = (
        select(later.c.batch_id, func.count())
        .select_from(mine.join(later, (mine.c.place_kind == later.c.place_kind) & (mine.c.place_id == later.c.place_id)))
        .where(mine.c.batch_id == batch_id, later.c.batch_id > batch_id)
        .group_by(later.c.batch_id)
        .order_by(later.c.batch_id.desc())
    )
    row = conn.execute(query).first()
    if row is not None:
        raise PlaceError("place_batch_built_on", batch=batch_id, later=row[0], places=row[1])


def _unused(conn: Connection, batch_id: int, brought: dict[str, list[int]]) -> None:
    """PlaceError when objects of other imports belong to a water body of this one, or a person has decided about one of its zones."""
    mine = select(place_origin.c.place_id).where(place_origin.c.place_kind == "object", place_origin.c.batch_id == batch_id)
    for part in chunks(brought["water_body"]):
        used = conn.execute(
            select(func.count()).where(object_.c.water_body_id.in_(part), object_.c.object_id.not_in(mine)).select_from(object_)
        ).scalar_one()
        if used:
            raise PlaceError("water_in_use", batch=batch_id, objects=used)
    for part in chunks(brought["zone"]):
        decided = conn.execute(select(func.count()).select_from(zone_flag).where(zone_flag.c.zone_id.in_(part))).scalar_one()
        if decided:
            raise PlaceError("zone_in_use", batch=batch_id, decisions=decided)


def hanging(conn: Connection, object_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(campaign, region) of every item of some objects."""
    i = item.c
    return {
        (row[0], row[1])
        for part in chunks(sorted(set(object_ids)))
        for row in conn.execute(select(i.campaign_id, i.region_id).where(i.object_id.in_(part)).distinct())
    }


def _hung_on(conn: Connection, object_ids: list[int]) -> set[int]:
    """Objects on which items, months of quality or zones hang."""
    out: set[int] = set()
    for part in chunks(object_ids):
        for column in (item.c.object_id, section_quality.c.object_id, zone.c.object_id):
            out.update(conn.execute(select(column).where(column.in_(part)).distinct()).scalars())
    return out
