"""Ledger import as the command line and the page use it: check, import, undo, history."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, insert, select, update

from data import calendar
from data.ledgers import fresh, load, profile, revise, takeback
from data.ledgers.prepare import ImportOptions, Prepared, prepare
from data.ledgers.problems import LedgerError, Problem
from data.ledgers.profile import Profile
from data.rollup.refresh import refresh
from data.schema import campaign, import_batch, import_original
from data.store import Store, bump

Progress = Callable[[str, float], None]
_FIRST_ROWS = 8
_KEPT_PROBLEMS = 1_000


@dataclass(slots=True)
class Preview:
    """What an import would do. ``sheets``: name, header_row (from 1), rows, skipped {reason: count}, columns
    [{header, field, sample}], first_rows. ``counts``: rows, accepted, warned, refused."""

    file_name: str
    form: str
    kind: str
    kind_given: bool
    as_known: date
    key_columns: tuple[str, ...]
    sheets: list[dict[str, Any]]
    left_out: list[str]
    counts: dict[str, int]
    problems: list[Problem]
    problem_counts: dict[str, int]
    unmapped: list[str]
    seconds: float


@dataclass(slots=True)
class ImportResult:
    """What an import did. ``already``: the same import had been done before, as ``batch_id``; nothing was written."""

    batch_id: int
    campaign: str
    preview: Preview
    items_new: int = 0
    items_changed: int = 0
    items_same: int = 0
    items_missing: list[str] = field(default_factory=list)
    already: datetime | None = None
    seconds: float = 0.0


def check(store: Store, source: Path | str | bytes, file_name: str, options: ImportOptions) -> Preview:
    """What importing the file would do; writes nothing. LedgerError when it cannot be taken at all."""
    return preview_of(prepare(store, source, file_name, options))


def run_import(
    store: Store, source: Path | str | bytes, file_name: str, options: ImportOptions, progress: Progress | None = None
) -> ImportResult:
    """Import a file in one transaction: all of it or nothing.

    LedgerError when nothing can be taken; its ``preview`` attribute then says why, row by row, where rows were read.
    """
    with _no_collection():
        return _run(store, source, file_name, options, progress)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of cells make the collector walk over them again and again, a tenth of the time of an import; they form no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _run(store: Store, source: Path | str | bytes, file_name: str, options: ImportOptions, progress: Progress | None) -> ImportResult:
    started = time.perf_counter()
    ready = prepare(store, source, file_name, options, progress)
    if not (~ready.table.refused).any():
        error = LedgerError("nothing_accepted")
        error.preview = preview_of(ready)
        raise error
    say = progress or (lambda step, share: None)
    with store.writing() as conn:
        before = _same_import(conn, ready.fingerprint)
        if before is not None:
            return ImportResult(before[0], options.campaign, preview_of(ready), already=before[1], seconds=time.perf_counter() - started)
        batch_id, done, shown = write(conn, ready, say)
        say("commit", 0.98)
    say("done", 1.0)
    return ImportResult(
        batch_id, options.campaign, shown, done.new, done.changed, done.same, done.missing, seconds=time.perf_counter() - started
    )  # fmt: skip


def write(conn: Connection, ready: Prepared, say: Progress) -> tuple[int, load.Loaded, Preview]:
    """Everything an import writes, in the caller's one transaction: batch, items, events, rollups, the store's version."""
    campaign_id = _campaign_id(conn, ready)
    batch_id = _open_batch(conn, ready, campaign_id)
    done = _load(load.Batch(conn, batch_id, campaign_id, ready.options.campaign, ready.loops, ready.as_known, say), ready)
    bump(conn, f"import {batch_id}: {ready.file_name}")
    if left := done.regions - done.folded:
        say("fold", 0.85)
        refresh(conn, campaign_id, left)
    shown = preview_of(ready)
    _close_batch(conn, batch_id, shown, done)
    return batch_id, done, shown


def _load(batch: load.Batch, ready: Prepared) -> load.Loaded:
    table, chain = ready.table, ready.chain
    ids = load.ids_of(batch.campaign_code, table)
    hashes = np.array(load.content_hashes(table, ready.signature), dtype=object)
    taken = ~table.refused
    known = load.known_items(batch.conn, batch.campaign_id, ids[taken].tolist())
    numbers = ids.tolist()
    exists = np.fromiter((i in known for i in numbers), dtype=bool, count=table.n) & taken if known else np.zeros(table.n, dtype=bool)
    found = load.offices(batch, table)
    columns = load.item_columns(batch, table, chain, ids, hashes, found)
    new = taken & ~exists
    at = np.flatnonzero(new)
    at = at[np.argsort(ids[at], kind="stable")]
    done = load.Loaded(new=len(at), regions=set(table.region_id[at].tolist()))
    batch.progress("items", 0.65)
    if len(at):
        taken_regions = fresh.occupied(batch.conn, batch.campaign_id, done.regions)
        load.insert_items(batch, columns, at)
        batch.progress("events", 0.72)
        written = load.insert_events(batch, table, chain, ids, new)
        shares = load.insert_shares(batch, table, ids, found, at)
        if not taken_regions and not exists.any():
            batch.progress("fold", 0.82)
            fresh.fold_new(batch, table, chain, ids, columns, at, written, shares)
            done.folded = set(done.regions)
    if exists.any():
        differs = exists & np.fromiter(
            (known.get(i) != h for i, h in zip(numbers, hashes.tolist(), strict=True)), dtype=bool, count=table.n
        )
        done.same = int(np.count_nonzero(exists & ~differs))
        revise.revise(batch, ready, columns, ids, np.flatnonzero(differs), found, done)
    load.link_merged(batch, table, chain, ids)
    if ready.options.full_export:
        done.missing = revise.missing(batch, ready, ids)
    return done


# ----------------------------------------------------------------------------- batches


def _same_import(conn: Connection, fingerprint: str) -> tuple[int, datetime] | None:
    c = import_batch.c
    row = conn.execute(select(c.batch_id, c.imported_at).where(c.fingerprint == fingerprint, c.undone_at.is_(None))).first()
    return (row[0], row[1]) if row else None


def _campaign_id(conn: Connection, ready: Prepared) -> int:
    found = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == ready.options.campaign)).scalar_one_or_none()
    if found is not None:
        return int(found)
    number = int(conn.execute(select(func.coalesce(func.max(campaign.c.campaign_id), 0))).scalar_one()) + 1
    name = (ready.options.new_campaign or ready.options.campaign).strip()[:200]
    region_id = ready.region_id if ready.options.region else None
    conn.execute(
        insert(campaign).values(campaign_id=number, code=ready.options.campaign, name_zh=name, region_id=region_id, simulated=False)
    )
    return number


def _open_batch(conn: Connection, ready: Prepared, campaign_id: int) -> int:
    kept = conn.execute(select(import_original.c.sha256).where(import_original.c.sha256 == ready.sha256)).first()
    if kept is None:
        conn.execute(
            insert(import_original).values(
                sha256=ready.sha256, file_name=ready.file_name, size=len(ready.data), content=ready.data, stored_at=calendar.now_utc()
            )
        )
    number = int(conn.execute(select(func.coalesce(func.max(import_batch.c.batch_id), 0))).scalar_one()) + 1
    conn.execute(
        insert(import_batch).values(
            batch_id=number,
            campaign_id=campaign_id,
            file_name=ready.file_name,
            sha256=ready.sha256,
            fingerprint=ready.fingerprint,
            profile=ready.profile.as_dict() if ready.profile.name else None,
            kind=ready.kind,
            as_known=ready.as_known,
            full_export=ready.options.full_export,
            imported_at=calendar.now_utc(),
            imported_by=(ready.options.imported_by or "")[:100] or None,
        )
    )
    return number


def _close_batch(conn: Connection, batch_id: int, shown: Preview, done: load.Loaded) -> None:
    report = {
        "sheets": [{k: v for k, v in sheet.items() if k != "first_rows"} for sheet in shown.sheets],
        "left_out": shown.left_out,
        "key_columns": list(shown.key_columns),
        "problem_counts": shown.problem_counts,
        "problems": [p.as_dict() | {"params": p.params} for p in shown.problems[:_KEPT_PROBLEMS]],
    }
    conn.execute(
        update(import_batch)
        .where(import_batch.c.batch_id == batch_id)
        .values(
            rows_read=shown.counts["rows"],
            rows_accepted=shown.counts["accepted"],
            rows_warned=shown.counts["warned"],
            rows_refused=shown.counts["refused"],
            items_new=done.new,
            items_changed=done.changed,
            items_same=done.same,
            items_missing=done.missing or None,
            report=report,
        )
    )


def preview_of(ready: Prepared) -> Preview:
    """What the page and the report show of a file that has been made ready."""
    table = ready.table
    sheets = []
    for sheet, layout in ready.sheets:
        first = [int(r) for r in layout.rows[:_FIRST_ROWS]]
        sheets.append(
            {
                "name": sheet.name or ready.file_name,
                "header_row": layout.header_from + 1,
                "rows": len(layout.rows),
                "skipped": {k: v for k, v in layout.skipped.items() if v},
                "columns": [{"header": c.header, "field": c.field, "sample": _sample(sheet, c.index, first)} for c in layout.columns],
                "first_rows": [[_cell(sheet, c.index, r) for c in layout.columns] for r in first],
            }
        )
    refused = int(np.count_nonzero(table.refused))
    warned = int(np.count_nonzero(table.warned & ~table.refused))
    return Preview(
        ready.file_name,
        ready.form,
        ready.kind,
        ready.kind_given,
        ready.as_known,
        ready.key_headers,
        sheets,
        ready.left_out,
        {"rows": table.n, "accepted": table.n - refused, "warned": warned, "refused": refused},
        table.problems.sorted(),
        dict(table.problems.counts),
        [c.header for _, layout in ready.sheets for c in layout.columns if c.field is None],
        ready.seconds,
    )


def _cell(sheet: Any, column: int, row: int) -> str:
    from data.ledgers.values import text

    return text(sheet.columns[column].at(row))[:200]


def _sample(sheet: Any, column: int, rows: list[int]) -> str:
    return next((t for r in rows if (t := _cell(sheet, column, r))), "")[:60]


def history(store: Store, limit: int = 50) -> list[dict[str, Any]]:
    """Newest imports first: the columns of ``import_batch`` without profile and report, and ``campaign`` (code)."""
    c = import_batch.c
    columns = [col for col in c if col.name not in ("profile", "report", "fingerprint")]
    query = (
        select(*columns, campaign.c.code.label("campaign"), campaign.c.name_zh.label("campaign_name"))
        .join(campaign, campaign.c.campaign_id == c.campaign_id)
        .order_by(c.batch_id.desc())
        .limit(limit)
    )
    with store.reading() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def original(store: Store, batch_id: int) -> tuple[str, bytes]:
    """File name and bytes of what a batch was read from; LedgerError when there is no such batch."""
    query = (
        select(import_batch.c.file_name, import_original.c.content)
        .join(import_original, import_original.c.sha256 == import_batch.c.sha256)
        .where(import_batch.c.batch_id == batch_id)
    )
    with store.reading() as conn:
        row = conn.execute(query).first()
    if row is None:
        raise LedgerError("batch_unknown", batch=batch_id)
    return row[0], bytes(row[1])


def undo(store: Store, batch_id: int) -> int:
    """Take one batch back; returns the number of items it touched. LedgerError when a later batch built on it."""
    with store.writing() as conn:
        campaign_id, regions, items = takeback.undo(conn, batch_id)
        bump(conn, f"undo import {batch_id}")
        refresh(conn, campaign_id, regions)
    return items


def save_profile(store: Store, kept: Profile) -> None:
    """Keep a profile for next week, under its name."""
    with store.writing() as conn:
        profile.save(conn, kept)


def profiles(store: Store) -> list[str]:
    """Names of the kept profiles."""
    with store.reading() as conn:
        return profile.names(conn)
