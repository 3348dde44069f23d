"""How far the jobs of the page of places are, and what they left: looked at while there are any."""

from typing import Annotated, Any

from dash import Dash, Input, Output, State, no_update
from pydantic import BaseModel, Field

from callbacks.guard import bind, current_scope
from callbacks.import_bench import campaign_name
from callbacks.import_files import PLACES, mine, uploads, visitor, words
from callbacks.places_options import PLACE_BENCH
from callbacks.places_words import drawn, fault_rows, offered
from callbacks.site import facts_for
from dashboard import ids, shell
from dashboard.components import import_progress as ended
from dashboard.components.places_done import success, taken_back, undone
from dashboard.components.places_preview import preview
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters
from data.ledgers import jobs
from data.ledgers.uploads import Upload, read_json
from data.places import pipeline, tasks
from data.places.headers import fields_of
from data.places.model import Fault, PlaceError
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Id = Annotated[str, Field(max_length=100)] | None
_WORDS = "places"


class Ticked(BaseModel):
    """A look at the jobs."""

    ticks: int | None
    upload: Id
    seen: Text
    undo: Id
    view: Text


def register(app: Dash, store: Store) -> None:
    """Bind the look."""

    def look(ticks: int | None, upload_id: str | None, seen: str | None, undo_id: str | None, view: str | None) -> list[object]:
        current_scope()
        shown = View.from_query(view)
        upload = mine(upload_id, PLACES)
        job = PLACE_BENCH.job_of(store, upload) if upload else None
        undo = _undo_job(store, undo_id)
        stamp = f"{upload_id}|{job.stamp if job else ''}|{undo.stamp if undo else ''}"
        live = [each for each in (job, undo) if each is not None and each.live]
        status = [ended.progress(_kind(each), each.state, each.step, each.share, shown.lang, _WORDS) for each in live]
        if stamp == seen:
            return [status if live else no_update, no_update, not live, no_update, no_update, no_update, no_update, no_update]
        done = upload is not None and PLACE_BENCH.state_of(store, upload) == "done"
        changed = not live and any(each is not None and each.task["kind"] != jobs.PLACES_CHECK for each in (job, undo))
        return [
            [*status, *_ending(store, upload, job, shown)],
            [] if done or (job is not None and job.live) else _shown(store, upload, job, shown),
            not live,
            stamp,
            [] if undo is None or undo.live else _undone(undo, shown.lang),
            stamp if changed else no_update,
            shell.status(facts_for(store, Filters()), shown) if changed else no_update,
            [] if done else no_update,
        ]

    bind(
        app,
        "places:look",
        look,
        [
            Output(ids.PLACES_STATUS, "children"),
            Output(ids.PLACES_PREVIEW, "children"),
            Output(ids.PLACES_TICK, "disabled", allow_duplicate=True),
            Output(ids.PLACES_SEEN, "data", allow_duplicate=True),
            Output(ids.PLACES_UNDO_SAID, "children"),
            Output(ids.PLACES_CHANGED, "data"),
            Output(ids.STATUS, "children", allow_duplicate=True),
            Output(ids.PLACES_BENCH, "children", allow_duplicate=True),
        ],
        [Input(ids.PLACES_TICK, "n_intervals")],
        [State(ids.PLACES_UPLOAD, "data"), State(ids.PLACES_SEEN, "data"), State(ids.PLACES_UNDO, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Ticked,
        prevent_initial_call=True,
    )


def _kind(job: jobs.Job) -> str:
    """The job's word: check, import or undo."""
    return str(job.task["kind"]).removeprefix("places-")


def _said(job: jobs.Job, lang: str) -> str:
    error = job.error or {"code": "job_failed", "params": {}}
    return words(PlaceError(error["code"], **error["params"]), lang)


def _undo_job(store: Store, undo_id: str | None) -> jobs.Job | None:
    folder = uploads().folder_of(undo_id)
    job = jobs.latest(folder, (jobs.PLACES_UNDO,)) if folder else None
    return tasks.outcome(store, job) if job is not None else None


def _ending(store: Store, upload: Upload | None, job: jobs.Job | None, view: View) -> list[object]:
    """How the newest job ended, where that has to be said beside its preview."""
    if upload is None or job is None or job.live:
        return []
    if job.state == jobs.INTERRUPTED:
        return [ended.interrupted(_kind(job), view.lang, _WORDS)]
    if job.state == jobs.FAILED:
        return [ended.failure(_kind(job), _said(job, view.lang), view.lang, _WORDS)]
    if job.task["kind"] != jobs.PLACES_IMPORT:
        return []
    others = len(uploads().of(visitor(PLACES))) - 1
    if any(each["batch_id"] == job.result["batch"] and each["undone_at"] for each in pipeline.history(store)):
        return [taken_back(job.result["batch"], others, view.lang)]
    options = job.task["options"]
    campaign = options.get("campaign") or ""
    result = {**job.result, "layer": options["layer"], "campaign": campaign_name(store, campaign, view.lang) if campaign else ""}
    to_map = "" if options["layer"] == "quality" else address("/map", Filters(campaign=(campaign,) if campaign else ()), view)
    to_progress = address("/progress", Filters(campaign=(campaign,)), view) if campaign else ""
    return [success(result, to_map, to_progress, others, view.lang)]


def _undone(undo: jobs.Job, lang: str) -> list[object]:
    if undo.state == jobs.DONE:
        return [undone(undo.result["batch"], undo.result["places"], lang)]
    if undo.state == jobs.INTERRUPTED:
        return [ended.interrupted("undo", lang, _WORDS)]
    return [ended.failure("undo", _said(undo, lang), lang, _WORDS)]


def _shown(store: Store, upload: Upload | None, job: jobs.Job | None, view: View) -> list[object]:
    found: dict[str, Any] | None = read_json(upload.folder / "preview.json") if upload else None
    if found is None:
        return []
    options = found.get("options") or {}
    campaign = options.get("new_campaign") or (campaign_name(store, options["campaign"], view.lang) if options.get("campaign") else "")
    # ticks of an import that did not come to its end are a person's work
    again = job is not None and job.task["kind"] == jobs.PLACES_IMPORT and job.state != jobs.DONE
    confirmed = sorted(set(job.task.get("confirmed") or ()) & offered(found)) if again and job is not None else []
    notes = [f"{fault.text(view.lang)} {fault.remedy(view.lang)}".strip() for fault in map(Fault.from_dict, found["notes"])]
    shown = {**found, "campaign": campaign, "all_fields": fields_of(found["layer"])}
    return preview(shown, fault_rows(found, view.lang), notes, drawn(store, found, view.lang), confirmed, view.lang)
