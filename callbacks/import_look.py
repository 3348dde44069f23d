"""How far the import page's jobs are, and what they left: looked at while there are any."""

from datetime import datetime
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, no_update
from pydantic import BaseModel, Field

from callbacks.guard import bind, current_scope
from callbacks.import_bench import LEDGER_BENCH, campaign_name
from callbacks.import_files import marked_address, mine, uploads, visitor, words
from callbacks.import_history import civil
from callbacks.site import facts_for
from dashboard import ids, shell
from dashboard.components import import_progress as ended
from dashboard.components.import_preview import preview
from dashboard.components.import_problems import grid_rows
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters
from data.ledgers import jobs, tasks
from data.ledgers.header import known_fields
from data.ledgers.problems import LedgerError, Problem
from data.ledgers.uploads import Upload, read_json
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Id = Annotated[str, Field(max_length=100)] | None
Chosen = Annotated[list[Annotated[str, Field(max_length=500)] | None], Field(max_length=10)]
#: so many faults are listed on the page; all of them are in the marked workbook
LISTED = 2_000


class Ticked(BaseModel):
    """A look at the jobs."""

    ticks: int | None
    upload: Id
    seen: Text
    undo: Id
    view: Text


class Severity(BaseModel):
    """Which faults to list."""

    severity: Chosen
    upload: Id
    view: Text


def register(app: Dash, store: Store) -> None:
    """Bind the look and the filter of the faults."""

    def look(ticks: int | None, upload_id: str | None, seen: str | None, undo_id: str | None, view: str | None) -> list[object]:
        current_scope()
        shown = View.from_query(view)
        upload = mine(upload_id)
        job = LEDGER_BENCH.job_of(store, upload) if upload else None
        undo = _undo_job(store, undo_id)
        stamp = f"{upload_id}|{job.stamp if job else ''}|{undo.stamp if undo else ''}"
        live = [each for each in (job, undo) if each is not None and each.live]
        status = [ended.progress(each.task["kind"], each.state, each.step, each.share, shown.lang) for each in live]
        if stamp == seen:
            return [status if live else no_update, no_update, not live, no_update, no_update, no_update, no_update, no_update]
        done = upload is not None and LEDGER_BENCH.state_of(store, upload) == "done"
        changed = not live and any(each is not None and each.task["kind"] != jobs.CHECK for each in (job, undo))
        return [
            [*status, *_ending(store, upload, job, shown)],
            [] if done or (job is not None and job.live) else _shown(store, upload, shown),
            not live,
            stamp,
            [] if undo is None or undo.live else _undone(undo, shown.lang),
            stamp if changed else no_update,
            shell.status(facts_for(store, Filters()), shown) if changed else no_update,
            [] if done else no_update,
        ]

    bind(
        app,
        "imports:look",
        look,
        [
            Output(ids.IMPORT_STATUS, "children"),
            Output(ids.IMPORT_PREVIEW, "children"),
            Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True),
            Output(ids.IMPORT_SEEN, "data", allow_duplicate=True),
            Output(ids.IMPORT_UNDO_SAID, "children"),
            Output(ids.IMPORT_CHANGED, "data"),
            Output(ids.STATUS, "children", allow_duplicate=True),
            Output(ids.IMPORT_BENCH, "children", allow_duplicate=True),
        ],
        [Input(ids.IMPORT_TICK, "n_intervals")],
        [State(ids.IMPORT_UPLOAD, "data"), State(ids.IMPORT_SEEN, "data"), State(ids.IMPORT_UNDO, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Ticked,
        prevent_initial_call=True,
    )

    def severity(chosen: list[str | None], upload_id: str | None, view: str | None) -> object:
        upload = mine(upload_id)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if shown is None:
            return no_update
        lang = View.from_query(view).lang
        return grid_rows(_faults(shown, lang), lang, (chosen or ["all"])[0] or "all")

    bind(
        app,
        "imports:severity",
        severity,
        Output(ids.IMPORT_GRID, "rowData"),
        [Input({"type": "import-severity", "at": ALL}, "value")],
        [State(ids.IMPORT_UPLOAD, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Severity,
        prevent_initial_call=True,
    )


def _undo_job(store: Store, undo_id: str | None) -> jobs.Job | None:
    folder = uploads().folder_of(undo_id)
    job = jobs.latest(folder, (jobs.UNDO,)) if folder else None
    return tasks.outcome(store, job) if job is not None else None


def _ending(store: Store, upload: Upload | None, job: jobs.Job | None, view: View) -> list[object]:
    """How the newest job ended, where that has to be said beside its preview."""
    if upload is None or job is None or job.live:
        return []
    kind = job.task["kind"]
    if job.state == jobs.INTERRUPTED:
        return [ended.interrupted(kind, view.lang)]
    if job.state == jobs.FAILED and job.error:
        return [ended.failure(kind, words(LedgerError(job.error["code"], **job.error["params"]), view.lang), view.lang)]
    if kind != jobs.IMPORT:
        return []
    result = dict(job.result)
    if result.get("already"):
        result["already_text"] = civil(datetime.fromisoformat(result["already"]), view.lang)
    link = address("/progress", Filters(campaign=(result["campaign"],)), view)
    others = len(uploads().of(visitor())) - 1
    return [ended.success(result, campaign_name(store, result["campaign"], view.lang), link, others, view.lang)]


def _undone(undo: jobs.Job, lang: str) -> list[object]:
    if undo.state == jobs.DONE:
        return [ended.undone(undo.result["batch"], undo.result["items"], lang)]
    if undo.state == jobs.INTERRUPTED:
        return [ended.interrupted(jobs.UNDO, lang)]
    error = undo.error or {"code": "job_failed", "params": {}}
    return [ended.failure(jobs.UNDO, words(LedgerError(error["code"], **error["params"]), lang), lang)]


def _shown(store: Store, upload: Upload | None, view: View) -> list[object]:
    shown = read_json(upload.folder / "preview.json") if upload else None
    if upload is None or shown is None:
        return []
    lang = view.lang
    if shown["error"]:
        shown["error"]["text"] = words(LedgerError(shown["error"]["code"], **shown["error"]["params"]), lang)
    if shown["already"]:
        shown["already"]["when_text"] = civil(datetime.fromisoformat(shown["already"]["when"]), lang)
    campaign = shown["options"].get("new_name") or campaign_name(store, shown["options"]["campaign"], lang)
    marked = marked_address(upload, shown["job"], lang)
    return preview(shown, _faults(shown, lang), known_fields(), lang, campaign, marked)


def _faults(shown: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    # what refuses a row comes first
    listed = sorted(shown["problems"], key=lambda each: each["severity"] != "error")[:LISTED]
    out = []
    for each in listed:
        problem = Problem(**each)
        said = problem.as_dict(lang)
        out.append({name: said[name] for name in ("severity", "sheet", "row", "column", "value", "reason", "remedy")})
    return out
