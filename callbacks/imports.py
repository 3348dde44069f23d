"""The import page: which file is on the bench, its check, its import, and how far they are.

Everything that takes time is a job in a process of its own (``data/ledgers/jobs.py``); one callback looks at the jobs
while there are any and shows what they left. What is shown follows from files and store alone, so a reload, a lost
connection or a restart of the server changes nothing.
"""

from datetime import datetime
from typing import Annotated, Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks import import_files, import_history
from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.import_files import address_of, marked_address, mine, task, uploads, visitor, words
from callbacks.import_history import civil
from callbacks.import_options import first_values, named, profile_body, profiles, read_choices, read_form
from callbacks.site import facts_for
from dashboard import ids, shell
from dashboard.components import import_progress as ended
from dashboard.components.import_form import NEW, bench
from dashboard.components.import_preview import preview
from dashboard.components.import_problems import grid_rows
from dashboard.components.import_upload import queue, size
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters
from data.ledgers import jobs, pipeline, tasks
from data.ledgers.header import known_fields
from data.ledgers.problems import LedgerError, Problem
from data.ledgers.profile import Profile
from data.ledgers.uploads import Upload, read_json, write_json
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Id = Annotated[str, Field(max_length=100)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Word = Annotated[str, Field(max_length=500)]
Chosen = Annotated[list[Word | Annotated[list[Word], Field(max_length=500)] | None], Field(max_length=500)]
#: so many faults are listed on the page; all of them are in the marked workbook
LISTED = 2_000
_KINDS = (jobs.CHECK, jobs.IMPORT)


class Opened(BaseModel):
    """What puts a file on the bench."""

    arrived: Id
    pick: Clicks
    drop: Clicks
    next: Clicks
    upload: Id
    view: Text


class Form(BaseModel):
    """The form and the tables of the preview."""

    clicks: Clicks
    upload: Id
    options: Chosen
    days: Chosen
    columns: Chosen
    statuses: Chosen
    view: Text


class Kept(Form):
    """The same, with the name of a profile."""

    name: Chosen


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


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page and its routes."""
    import_files.register(app, store)
    import_history.register(app, store)
    _register_bench(app, store)
    _register_form(app, store)
    _register_look(app, store)
    app.clientside_callback(
        ClientsideFunction("imports", "fresh"), Output(ids.IMPORT_FRESH, "hidden"), Input({"type": "import-option", "name": "campaign"}, "value")
    )


# ----------------------------------------------------------------------------- the bench


def _register_bench(app: Dash, store: Store) -> None:
    def opened(arrived: str | None, pick: list[int], drop: list[int], following: list[int], current: str | None, view: str | None) -> list[object]:
        current_scope()
        shown = View.from_query(view)
        clicked = ctx.triggered_id
        real = bool(ctx.triggered and ctx.triggered[0]["value"])
        wanted = current
        if clicked == ids.IMPORT_ARRIVED and real:
            open_now = mine(current)
            wanted = current if open_now and _state(store, open_now) != "done" else arrived
        elif isinstance(clicked, dict) and real:
            if clicked["type"] == "import-pick":
                wanted = clicked.get("upload")
            else:
                gone = mine(current if clicked["type"] == "import-next" else clicked.get("upload"))
                if gone is not None and not _busy(gone):
                    uploads().drop(gone)
        elif clicked is not None:
            return [no_update] * 5
        waiting = uploads().of(visitor())
        chosen = next((each for each in waiting if each.id == wanted), None) or _first(store, waiting)
        line = queue(
            [{"id": each.id, "name": each.name, "state": _state(store, each)} for each in waiting], chosen.id if chosen else None, shown.lang
        )
        if chosen is None:
            return [None, line, [], False, "-"]
        if chosen.id == current and clicked == ids.IMPORT_ARRIVED:
            return [no_update, line, no_update, no_update, no_update]
        return [chosen.id, line, bench_of(store, chosen, shown.lang), False, "-"]

    bind(
        app,
        "imports:open",
        opened,
        [
            Output(ids.IMPORT_UPLOAD, "data"),
            Output(ids.IMPORT_QUEUE, "children"),
            Output(ids.IMPORT_BENCH, "children"),
            Output(ids.IMPORT_TICK, "disabled"),
            Output(ids.IMPORT_SEEN, "data"),
        ],
        [
            Input(ids.IMPORT_ARRIVED, "data"),
            Input({"type": "import-pick", "upload": ALL}, "n_clicks"),
            Input({"type": "import-drop", "upload": ALL}, "n_clicks"),
            Input({"type": "import-next", "at": ALL}, "n_clicks"),
        ],
        [State(ids.IMPORT_UPLOAD, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Opened,
    )


def bench_of(store: Store, upload: Upload, lang: str) -> object:
    """The card of one upload with its form; what was chosen for it before is there again. Nothing to choose once it is in."""
    if _state(store, upload) == "done":
        return []
    values = {**first_values(store), **(read_json(upload.folder / "form.json") or {})}
    campaigns = [{"value": c.code, "label": _campaign_name(store, c.code, lang)} for c in store.campaigns() if not c.simulated]
    if values.get("campaign") not in (None, NEW, *(each["value"] for each in campaigns)):
        values["campaign"] = None
    return bench({"id": upload.id, "name": upload.name, "size": size(upload.size, lang)}, values, campaigns, profiles(store), lang)


def _campaign_name(store: Store, code: str, lang: str) -> str:
    found = next((c for c in store.campaigns() if c.code == code), None)
    if found is None:
        return code
    return (found.name_en if lang == "en" and found.name_en else found.name_zh) or code


def _job(store: Store, upload: Upload) -> jobs.Job | None:
    job = jobs.latest(upload.folder, _KINDS)
    return tasks.outcome(store, job, upload.sha256) if job is not None else None


def _state(store: Store, upload: Upload) -> str:
    job = _job(store, upload)
    if job is None:
        return "waiting"
    if job.live:
        return "working"
    if job.task["kind"] == jobs.IMPORT and job.state == jobs.DONE:
        return "done"
    return "checked" if job.state == jobs.DONE else "stopped"


def _busy(upload: Upload) -> bool:
    job = jobs.latest(upload.folder)
    return job is not None and job.live


def _first(store: Store, waiting: list[Upload]) -> Upload | None:
    """The first that is not done; else the newest, so that its result is still seen after a reload."""
    return next((each for each in waiting if _state(store, each) != "done"), waiting[-1] if waiting else None)


# ----------------------------------------------------------------------------- check, import, save


def _register_form(app: Dash, store: Store) -> None:
    states = [
        State(ids.IMPORT_UPLOAD, "data"),
        State({"type": "import-option", "name": ALL}, "value"),
        State({"type": "import-day", "name": ALL}, "date"),
        State({"type": "import-column", "index": ALL}, "value"),
        State({"type": "import-status", "index": ALL}, "value"),
        State(ids.VIEW, "data"),
    ]

    def check(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        if not _clicked() or upload is None:
            return [no_update, no_update]
        form, options, wrong = _read(store, upload, lang)
        if wrong:
            return [ended.said(wrong), no_update]
        write_json(upload.folder / "form.json", form)
        jobs.start(upload.folder, address_of(store), task(jobs.CHECK, name=upload.name, options=options))
        return [[], False]

    bind(
        app,
        "imports:check",
        check,
        [Output(ids.IMPORT_SAID, "children"), Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "import-check", "at": ALL}, "n_clicks")],
        states,
        permission="import",
        model=Form,
        prevent_initial_call=True,
    )

    def commit(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if not _clicked() or upload is None or shown is None:
            return [no_update, no_update]
        form, _, wrong = _read(store, upload, lang)
        touched, more = read_choices(shown, *_tables(), known_fields(), lang)
        if wrong or more or touched or form != read_json(upload.folder / "form.json"):
            return [ended.said([*wrong, *more] or [t("imports.form.unchecked", lang)]), no_update]
        jobs.start(upload.folder, address_of(store), task(jobs.IMPORT, name=upload.name, options=shown["options"]))
        return [[], False]

    bind(
        app,
        "imports:commit",
        commit,
        [Output(ids.IMPORT_SAID, "children", allow_duplicate=True), Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "import-commit", "at": ALL}, "n_clicks")],
        states,
        permission="import",
        model=Form,
        prevent_initial_call=True,
    )

    def keep(clicks: list[int | None], upload_id: str | None, *values: object) -> object:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if not _clicked() or shown is None:
            return no_update
        given = values[5][0] if isinstance(values[5], list) and values[5] else None
        name = " ".join(given.split())[:60] if isinstance(given, str) else ""
        if not name:
            return t("imports.profile.unnamed", lang)
        touched, wrong = read_choices(shown, *_tables(), known_fields(), lang)
        if touched or wrong:
            return t("imports.form.unchecked", lang)
        try:
            pipeline.save_profile(store, Profile.from_dict(profile_body(shown, shown["options"], name), name))
        except LedgerError as error:
            return words(error, lang)
        return t("imports.profile.saved", lang, name=name)

    bind(
        app,
        "imports:keep",
        keep,
        Output(ids.IMPORT_SAVED, "children"),
        [Input({"type": "import-keep", "at": ALL}, "n_clicks")],
        [*states, State({"type": "import-profile", "at": ALL}, "value")],
        permission="import",
        model=Kept,
        prevent_initial_call=True,
    )


def _clicked() -> bool:
    """A button that has just been drawn reports itself without a click."""
    return bool(ctx.triggered and ctx.triggered[0]["value"])


def _tables() -> tuple[dict[Any, Any], dict[Any, Any], object]:
    states = ctx.states_list
    return named(states[3]), named(states[4]), named(states[1]).get("keys")


def _read(store: Store, upload: Upload, lang: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The form as it stands, the options it means, and what does not fit."""
    values, days = named(ctx.states_list[1]), named(ctx.states_list[2])
    values.pop("keys", None)
    options, wrong = read_form(store, values, days, lang)
    shown = read_json(upload.folder / "preview.json")
    chosen, more = read_choices(shown, *_tables(), known_fields(), lang)
    before = (shown or {}).get("options", {})
    for name in ("columns", "statuses", "keys"):
        if name == "statuses":
            chosen[name] = {**(before.get(name) or {}), **(chosen.get(name) or {})}
        elif name not in chosen and before.get(name):
            chosen[name] = before[name]
    if any(chosen.get(name) for name in ("columns", "statuses")) and options["profile"] is None:
        # what was chosen by hand was chosen on top of the profile that was found
        options["profile"] = before.get("profile") or ""
    return {**values, **days}, {**options, **chosen}, [*wrong, *more]


# ----------------------------------------------------------------------------- looking at the jobs


def _register_look(app: Dash, store: Store) -> None:
    def look(ticks: int | None, upload_id: str | None, seen: str | None, undo_id: str | None, view: str | None) -> list[object]:
        current_scope()
        shown = View.from_query(view)
        upload = mine(upload_id)
        job = _job(store, upload) if upload else None
        undo = _undo_job(store, undo_id)
        stamp = f"{upload_id}|{job.stamp if job else ''}|{undo.stamp if undo else ''}"
        live = [each for each in (job, undo) if each is not None and each.live]
        status = [ended.progress(each.task["kind"], each.state, each.step, each.share, shown.lang) for each in live]
        if stamp == seen:
            return [status if live else no_update, no_update, not live, no_update, no_update, no_update, no_update, no_update]
        done = upload is not None and _state(store, upload) == "done"
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
    return [ended.success(result, _campaign_name(store, result["campaign"], view.lang), link, others, view.lang)]


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
    campaign = shown["options"].get("new_name") or _campaign_name(store, shown["options"]["campaign"], lang)
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
