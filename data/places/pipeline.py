"""Places as the command line and the page bring them in: check, import, undo, history. Each import is one transaction."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data import calendar
from data.places import load, outfalls, takeback
from data.places.model import PlaceError, PlaceOptions, Preview, Result
from data.places.prepare import Prepared, Progress, prepare, preview_of
from data.places.rows import Written
from data.rollup.refresh import refresh
from data.schema import campaign, import_original, place_batch
from data.store import Store, bump

_KEPT_FAULTS = 1_000


def check(store: Store, path: Path | str | bytes, name: str, options: PlaceOptions, progress: Progress | None = None) -> Preview:
    """What importing the file would do; writes nothing. PlaceError when it cannot be taken at all."""
    ready = prepare(store, path, name, options, progress)
    with store.reading() as conn:
        before = _same(conn, ready, frozenset(p.row for p in ready.places))
        before = before if before is not None else _same(conn, ready, frozenset())
    return preview_of(ready, before)


def run_import(
    store: Store,
    path: Path | str | bytes,
    name: str,
    options: PlaceOptions,
    confirmed: Iterable[int] = frozenset(),
    progress: Progress | None = None,
) -> Result:
    """Import a file in one transaction: all of it or nothing.

    ``confirmed``: numbers of the rows whose offered repair a person has confirmed. PlaceError when nothing can be taken; its
    ``preview`` attribute then says why, row by row.
    """
    say: Progress = progress or (lambda step, share: None)
    done = frozenset(confirmed)
    ready = prepare(store, path, name, options, say)
    shown = preview_of(ready)
    taken = [p for p in ready.places if not p.refused and (not p.offered or p.row in done)]
    for place in taken:
        place.repairs = list(dict.fromkeys(place.offered))
    refused = len(ready.places) - len(taken)
    if not taken:
        error = PlaceError("nothing_waiting" if shown.waiting else "nothing_taken", waiting=shown.waiting)
        error.preview = shown
        raise error
    repaired = sum(1 for p in taken if p.repairs)
    say("load", 0.75)
    with store.writing() as conn:
        before = _same(conn, ready, done)
        if before is not None:
            return Result(before, repaired=repaired, refused=refused, preview=shown, already=True)
        batch_id = _open(conn, ready, done)
        campaign_id = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == options.campaign)).scalar_one_or_none()
        written = load.write(conn, store.tree(), ready, taken, batch_id, campaign_id)
        made = outfalls.into_campaign(conn, store, ready, taken) if _to_items(options) else None
        ledger, items, linked, touched = made or (None, 0, [], set())
        say("fold", 0.85)
        touched |= _hanging(conn, options, written)
        fold(conn, touched)
        _close(conn, batch_id, shown, written, repaired, refused, {"ledger_batch": ledger, "linked": linked})
        bump(conn, f"places {batch_id}: {ready.file_name}")
        say("commit", 0.98)
    say("done", 1.0)
    return Result(batch_id, written.new, written.changed, written.same, repaired, refused, shown, items=items)


def undo(store: Store, batch_id: int) -> int:
    """Take one batch back; returns how many places it touched. PlaceError when something later was built on it."""
    with store.writing() as conn:
        places, touched = takeback.undo(conn, batch_id)
        fold(conn, touched)
        bump(conn, f"undo places {batch_id}")
    return places


def history(store: Store, limit: int = 50) -> list[dict[str, Any]]:
    """Newest imports first: the columns of ``place_batch`` without the report."""
    b = place_batch.c
    query = select(*(c for c in b if c.name != "report")).order_by(b.batch_id.desc()).limit(limit)
    with store.reading() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def fold(conn: Connection, touched: Iterable[tuple[int, int]]) -> None:
    """Fold the rollups of some (campaign, region) pairs again."""
    regions: dict[int, set[int]] = {}
    for campaign_id, region_id in touched:
        regions.setdefault(campaign_id, set()).add(region_id)
    for campaign_id, region_ids in regions.items():
        refresh(conn, campaign_id, region_ids)


def _to_items(options: PlaceOptions) -> bool:
    return options.layer == "outfall" and bool(options.campaign)


def _hanging(conn: Connection, options: PlaceOptions, written: Written) -> set[tuple[int, int]]:
    """Where the items stand that hang on the objects written."""
    if options.layer in ("zone", "track", "quality"):
        return set()
    return takeback.hanging(conn, written.touched)


def _same(conn: Connection, ready: Prepared, confirmed: frozenset[int]) -> int | None:
    b = place_batch.c
    query = select(b.batch_id).where(b.fingerprint == ready.fingerprint(confirmed), b.undone_at.is_(None)).order_by(b.batch_id.desc())
    return conn.execute(query).scalars().first()


def _open(conn: Connection, ready: Prepared, confirmed: frozenset[int]) -> int:
    o = import_original.c
    if conn.execute(select(o.sha256).where(o.sha256 == ready.sha256)).first() is None:
        conn.execute(
            insert(import_original).values(
                sha256=ready.sha256, file_name=ready.file_name, size=len(ready.data), content=ready.data, stored_at=calendar.now_utc()
            )
        )
    number = int(conn.execute(select(func.coalesce(func.max(place_batch.c.batch_id), 0))).scalar_one()) + 1
    conn.execute(
        insert(place_batch).values(
            batch_id=number,
            file_name=ready.file_name,
            sha256=ready.sha256,
            fingerprint=ready.fingerprint(confirmed),
            layer=ready.options.layer,
            crs_declared=ready.crs,
            options=ready.options.to_dict(),
            imported_at=calendar.now_utc(),
            imported_by=(ready.options.imported_by or "")[:100] or None,
        )
    )
    return number


def _close(conn: Connection, batch_id: int, shown: Preview, done: Written, repaired: int, refused: int, more: dict[str, Any]) -> None:
    report = {
        "counts": shown.counts,
        "repairable": shown.repairable,
        "faults": [f.to_dict() for f in shown.faults[:_KEPT_FAULTS]],
        "notes": [f.to_dict() for f in shown.notes],
        **more,
    }
    conn.execute(
        update(place_batch)
        .where(place_batch.c.batch_id == batch_id)
        .values(
            rows_read=shown.rows, places_new=done.new, places_changed=done.changed, places_same=done.same, repaired=repaired,
            refused=refused, report=report,
        )
    )  # fmt: skip
