"""What a job process does: check a file, take it in, take a batch back, mark a workbook's faults. See jobs.py."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from data.engine import make_engine
from data.ledgers import load, pipeline, revise
from data.ledgers.header import find_layout
from data.ledgers.jobs import DONE, IMPORT, INTERRUPTED, UNDO, Job, Progress, moment
from data.ledgers.prepare import ImportOptions, Prepared, prepare
from data.ledgers.problems import LedgerError, Problem
from data.ledgers.profile import Profile
from data.ledgers.profile import load as load_profile
from data.ledgers.profile import names as profile_names
from data.ledgers.read import Book, Sheet, read_book
from data.ledgers.statuses import StatusReader
from data.ledgers.table import Table, iso
from data.ledgers.uploads import read_json, write_json
from data.ledgers.values import folded, plain, text
from data.schema import import_batch
from data.store import Store

#: rows of a file that the preview shows, as they are understood
SHOWN_ROWS = 8
SHOWN_MISSING = 200
SHOWN_STATUSES = 60
#: rows of a sheet without a header that are shown, so that somebody can point at it
HEAD_ROWS = 15
HEAD_CELLS = 12
#: fields that several columns may share, for they are only kept
SHARED = ("note", "serial", "address", "evidence", "reason")
#: mistakes that a choice on the page can mend, if only the columns are shown
_MENDABLE = ("no_header", "no_region", "key_unknown", "profile_column", "no_rows")


def check(job: Job, address: str) -> dict[str, Any]:
    """Say what an import would do, in ``preview.json``; nothing is written to the store."""
    task, store = job.task, Store(make_engine(address))
    file, name = job.folder / "original", task["name"]
    progress = Progress(job)
    given = task["options"]
    options = options_of(store, given)
    try:
        ready, used = _prepared(store, file, name, options, given, progress)
    except LedgerError as error:
        if error.code not in _MENDABLE:
            raise
        shown = _shown_head(store, file, given, error)
    else:
        shown = _shown(store, ready, used)
    write_json(job.folder / "preview.json", shown | {"options": given, "job": job.number})
    return {"counts": shown["counts"]}


def take_in(job: Job, address: str) -> dict[str, Any]:
    """Import the file in one transaction."""
    store = Store(make_engine(address))
    options = options_of(store, job.task["options"])
    result = pipeline.run_import(store, job.folder / "original", job.task["name"], options, Progress(job))
    return {
        "batch": result.batch_id,
        "campaign": result.campaign,
        "new": result.items_new,
        "changed": result.items_changed,
        "same": result.items_same,
        "missing": result.items_missing[:SHOWN_MISSING],
        "missing_count": len(result.items_missing),
        "counts": result.preview.counts,
        "already": result.already.isoformat() if result.already else None,
    }


def take_back(job: Job, address: str) -> dict[str, Any]:
    """Undo a batch in one transaction."""
    store = Store(make_engine(address))
    Progress(job)("undo")
    return {"batch": job.task["batch"], "items": pipeline.undo(store, int(job.task["batch"]))}


def mark(job: Job, address: str) -> dict[str, Any]:
    """The workbook with its faults marked, as ``marked.xlsx``."""
    from data.ledgers.report import marked_workbook

    upload = Path(job.task["upload"])
    problems = [Problem(**each) for each in (read_json(upload / "preview.json") or {}).get("problems", [])]
    (job.folder / "marked.xlsx").write_bytes(marked_workbook((upload / "original").read_bytes(), problems, job.task["lang"]))
    return {}


def outcome(store: Store, job: Job, sha256: str = "") -> Job:
    """A job in the state that the store bears witness to: one that died after its transaction was committed is done."""
    if job.state != INTERRUPTED:
        return job
    b = import_batch.c
    with store.reading() as conn:
        if job.task.get("kind") == UNDO:
            row = conn.execute(select(b.undone_at).where(b.batch_id == job.task["batch"])).first()
            if row is not None and row[0] is not None and row[0] >= moment(job.asked_at):
                return replace(job, state=DONE, result={"batch": job.task["batch"], "items": None})
        elif job.task.get("kind") == IMPORT:
            where = (b.sha256 == sha256, b.undone_at.is_(None), b.imported_at >= moment(job.asked_at))
            batch = conn.execute(select(import_batch).where(*where)).mappings().first()
            if batch is not None:
                missing = batch["items_missing"] or []
                counts = {
                    "rows": batch["rows_read"],
                    "accepted": batch["rows_accepted"],
                    "warned": batch["rows_warned"],
                    "refused": batch["rows_refused"],
                }
                result = {
                    "batch": batch["batch_id"], "campaign": job.task["options"]["campaign"], "new": batch["items_new"],
                    "changed": batch["items_changed"], "same": batch["items_same"], "missing": missing[:SHOWN_MISSING],
                    "missing_count": len(missing), "counts": counts, "already": None,
                }  # fmt: skip
                return replace(job, state=DONE, result=result)
    return job


# ----------------------------------------------------------------------------- options


def options_of(store: Store, given: dict[str, Any]) -> ImportOptions:
    """What the page asked for as the pipeline takes it; LedgerError when it does not fit."""
    return ImportOptions(
        campaign=given["campaign"],
        new_campaign=given.get("new_name"),
        kind=given.get("kind"),
        as_known=_day(given.get("as_known")),
        profile=profile_of(store, given),
        key_columns=tuple(given.get("keys") or ()),
        year=given.get("year"),
        sheet=given.get("sheet"),
        full_export=bool(given.get("full", True)),
        region=given.get("region"),
        round=given.get("round"),
        lang=given.get("lang", "zh-CN"),
    )


def profile_of(store: Store, given: dict[str, Any]) -> Profile:
    """The chosen profile with the choices made on the page laid over it; one without a name when they differ from it."""
    name = given.get("profile")
    base = Profile("")
    if name:
        with store.reading() as conn:
            base = load_profile(conn, name)
    over: dict[str, Any] = {}
    if given.get("columns"):
        over["columns"] = dict(given["columns"])
    if given.get("statuses"):
        over["statuses"] = {**base.statuses, **given["statuses"]}
    for key in ("header_row", "date_order"):
        if given.get(key):
            over[key] = given[key]
    over = {key: value for key, value in over.items() if getattr(base, key) != value}
    if not over:
        return base
    body = {**base.as_dict(), **over, "name": "page"}
    return replace(Profile.from_dict(body), name="")


def _day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise LedgerError("day_unreadable", value=value) from None


# ----------------------------------------------------------------------------- reading, with the profile that fits


def _prepared(
    store: Store, file: Path, name: str, options: ImportOptions, given: dict[str, Any], progress: Progress
) -> tuple[Prepared, str | None]:
    """The file made ready, and the saved profile that was found to fit it (only when none was asked for)."""
    if given.get("profile") is not None or given.get("columns"):
        return prepare(store, file, name, options, progress), given.get("profile") or None
    try:
        ready = prepare(store, file, name, options, progress)
        headers = {folded(c.header) for _, layout in ready.sheets for c in layout.columns}
        fitting = next((p for p in _saved(store) if _fits(p, headers)), None)
    except LedgerError as error:
        if error.code not in _MENDABLE:
            raise
        book = read_book(file)
        fitting = next((p for p in _saved(store) if any(_layout(sheet, p) for sheet in book.sheets if sheet.n_rows)), None)
        if fitting is None:
            raise
    if fitting is None:
        return ready, None
    given["profile"] = fitting.name
    return prepare(store, file, name, options_of(store, given), progress), fitting.name


def _saved(store: Store) -> Iterator[Profile]:
    with store.reading() as conn:
        for name in profile_names(conn):
            with contextlib.suppress(LedgerError):
                yield load_profile(conn, name)


def _fits(profile: Profile, headers: set[str]) -> bool:
    """Every header that the profile names is there."""
    wanted = [[given] if isinstance(given, str) else given for given in profile.columns.values()]
    named = [options for options in wanted if any(options)]
    return bool(named) and all(any(folded(header) in headers for header in options) for options in named)


def _layout(sheet: Sheet, profile: Profile) -> bool:
    try:
        layout = find_layout(sheet, profile)
    except LedgerError:
        return False
    return layout is not None and not layout.missing and _fits(profile, {folded(c.header) for c in layout.columns})


# ----------------------------------------------------------------------------- what the page shows


def _shown(store: Store, ready: Prepared, used: str | None) -> dict[str, Any]:
    preview = pipeline.preview_of(ready)
    counts = dict(preview.counts)
    forecast, missing, already = _forecast(store, ready)
    columns: dict[str, dict[str, Any]] = {}
    for sheet in preview.sheets:
        for column in sheet["columns"]:
            columns.setdefault(column["header"], {**column})
    loop = ready.loops[ready.kind]
    return {
        "form": preview.form,
        "kind": preview.kind,
        "kind_given": preview.kind_given,
        "as_known": preview.as_known.isoformat(),
        "keys": list(preview.key_columns),
        "left_out": preview.left_out,
        "sheets": [{key: sheet[key] for key in ("name", "header_row", "rows", "skipped")} for sheet in preview.sheets],
        "columns": list(columns.values()),
        "statuses": _statuses(ready),
        "stages": [{"id": s.id, "zh": s.zh, "en": s.en} for s in loop.stages.values()],
        "rows": _rows(store, ready),
        "counts": counts | forecast,
        "missing": missing,
        "problems": [
            {name: getattr(p, name) for name in ("sheet", "row", "column", "value", "code", "severity", "params")} for p in preview.problems
        ],
        "problem_counts": preview.problem_counts,
        "already": already,
        "profile": used,
        "error": None,
        "head": [],
    }


def _forecast(store: Store, ready: Prepared) -> tuple[dict[str, int], list[str], dict[str, Any] | None]:
    """New, changed and unchanged rows; items a full export no longer lists; the import that has been done already."""
    table = ready.table
    ids = load.ids_of(ready.options.campaign, table)
    taken = ~table.refused
    out = {"new": int(np.count_nonzero(taken)), "changed": 0, "same": 0, "missing": 0}
    if ready.campaign is None:
        return out, [], None
    campaign_id = ready.campaign.campaign_id
    hashes = load.content_hashes(table, ready.signature)
    # the connection is closed without a commit, whatever the questions below leave in it
    with store.reading() as conn:
        known = load.known_items(conn, campaign_id, ids[taken].tolist())
        for at in np.flatnonzero(taken).tolist():
            if (found := int(ids[at])) in known:
                out["same" if known[found] == hashes[at] else "changed"] += 1
        out["new"] -= out["same"] + out["changed"]
        missing: list[str] = []
        if ready.options.full_export:
            batch = load.Batch(conn, -1, campaign_id, ready.options.campaign, ready.loops, ready.as_known, lambda step, share: None)
            missing = revise.missing(batch, ready, ids)
        out["missing"] = len(missing)
        b = import_batch.c
        before = conn.execute(
            select(b.batch_id, b.imported_at, b.fingerprint)
            .where(b.sha256 == ready.sha256, b.campaign_id == campaign_id, b.undone_at.is_(None))
            .order_by(b.batch_id.desc())
        ).all()
    same = next((row for row in before if row.fingerprint == ready.fingerprint), None)
    row = same or next(iter(before), None)
    already = {"batch": row.batch_id, "when": row.imported_at.isoformat(), "exactly": same is not None} if row else None
    return out, missing[:SHOWN_MISSING], already


def _statuses(ready: Prepared) -> list[dict[str, Any]]:
    """The words of the status column, how often each stands, and the stage it was taken for."""
    reader = StatusReader(ready.loops[ready.kind], ready.profile.statuses)
    counted: dict[str, int] = {}
    for sheet, layout in ready.sheets:
        column = layout.column("status")
        if column is None:
            continue
        held = sheet.columns[column.index]
        times = np.bincount(held.codes[layout.rows], minlength=len(held.values))
        for value, n in zip(held.values, times.tolist(), strict=True):
            if n and (word := plain(value)):
                counted[word] = counted.get(word, 0) + n
    out = []
    for word, n in sorted(counted.items(), key=lambda each: -each[1])[:SHOWN_STATUSES]:
        read = reader.read(word)
        out.append({"word": word[:100], "count": n, "stage": read.stage if read else None})
    return out


def _rows(store: Store, ready: Prepared) -> list[dict[str, Any]]:
    """The first rows as they are understood; codes and ids are named by the page."""
    table: Table = ready.table
    tree = store.tree()
    names = ("ledger_no", "object_name", "title", "description", "category", "department")
    days = ("discovered_on", "due_on", "rectified_on", "closed_on")
    out = []
    for at in range(min(SHOWN_ROWS, table.n)):
        row: dict[str, Any] = {name: (str(v)[:80] if (v := table.field_text(name)[at]) is not None else "") for name in names}
        row |= {name: iso(int(day)) if (day := table.field_days(name)[at]) else "" for name in days}
        region_id = int(table.region_id[at])
        place = region_id in tree
        row["region"] = {lang: tree.full_name(region_id, lang) if place else "" for lang in ("zh-CN", "en")}
        stage = ready.loops[table.kind[at]].stages.get(str(ready.chain.stage[at] or ""))
        row["stage"] = {"zh-CN": stage.zh, "en": stage.en} if stage else {"zh-CN": "", "en": ""}
        row["row"], row["refused"] = int(table.row_no[at]), bool(table.refused[at])
        out.append(row)
    return out


def _shown_head(store: Store, file: Path, given: dict[str, Any], error: LedgerError) -> dict[str, Any]:
    """What can be shown of a file that cannot be taken yet: its columns if a header is known, else its first rows."""
    book: Book = read_book(file)
    profile = None
    with contextlib.suppress(LedgerError):
        profile = profile_of(store, given)
    sheets: list[dict[str, Any]] = []
    columns: dict[str, dict[str, Any]] = {}
    for sheet in book.sheets:
        if not sheet.n_rows or (given.get("sheet") and sheet.name != given["sheet"]):
            continue
        layout = None
        for tried in (profile, None):
            with contextlib.suppress(LedgerError):
                layout = layout or find_layout(sheet, tried)
        if layout is None:
            continue
        sheets.append({"name": sheet.name, "header_row": layout.header_from + 1, "rows": len(layout.rows), "skipped": {}})
        for c in layout.columns:
            first = next((s for r in layout.rows[:SHOWN_ROWS] if (s := text(sheet.columns[c.index].at(int(r))))), "")
            columns.setdefault(c.header, {"header": c.header, "field": c.field, "sample": first[:60]})
    first_sheet = next((s for s in book.sheets if s.n_rows), None)
    head = []
    if first_sheet is not None and not columns:
        cells = range(min(HEAD_CELLS, len(first_sheet.columns)))
        head = [[text(first_sheet.columns[c].at(r))[:40] for c in cells] for r in range(min(HEAD_ROWS, first_sheet.n_rows))]
    return {
        "form": book.form, "kind": given.get("kind") or "finding", "kind_given": bool(given.get("kind")), "as_known": given.get("as_known"),
        "keys": [], "left_out": [], "sheets": sheets, "columns": list(columns.values()), "statuses": [], "stages": [], "rows": [],
        "counts": {}, "missing": [], "problems": [], "problem_counts": {}, "already": None, "profile": given.get("profile") or None,
        "error": {"code": error.code, "params": error.params}, "head": head,
    }  # fmt: skip
