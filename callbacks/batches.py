"""The page of batches: its form, what is under way, what was made; and the zips, streamed from the disk.

A batch is made by a process of its own and not by Dash's background callbacks, whose handles say nothing of whom they belong to: here the
id is random, everything about a batch is read from its folder, and only a visitor of the same scope who may export gets at it.
"""

import subprocess
import sys
import threading
from os import environ
from pathlib import Path
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from flask import Response, abort, current_app, send_file
from pydantic import BaseModel, Field

from callbacks import batch_subjects
from callbacks.batch_define import Asked, day_of, define, levels_below, top_of, words
from callbacks.batch_run import bundle_name
from callbacks.bench import clicked
from callbacks.cached import Answers
from callbacks.exports import host
from callbacks.guard import allowed, bind, current_scope, refuse
from callbacks.import_files import address_of
from callbacks.registry import CHARTS
from callbacks.site import options_for
from dashboard import ids
from dashboard.briefs.template import word
from dashboard.components.batch_form import BRIEF, LISTED
from dashboard.components.batch_form import CHARTS as OF_CHARTS
from dashboard.components.batch_list import Shown, earlier, now_parts, said
from dashboard.formatting import count, day, moment
from dashboard.i18n import t
from dashboard.options import region_choices
from dashboard.view import View
from data import calendar
from data.batches import definition as defined
from data.batches.definition import BatchError, Place
from data.batches.jobs import DONE, FAILED, HELD, KEPT_DAYS, RUNNING, UNMADE, Batches, Job
from data.filters import Filters
from data.ledgers.jobs import moment as utc
from data.store import Store

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 30
Text = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Words = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=4000)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
_FORMS = ("pptx", "csv")


class Offered(BaseModel):
    """What the form's choices depend on."""

    filters: Text
    what: Word
    view: Text
    formats: Words
    where: Word


class Searched(BaseModel):
    """What is typed to find a region."""

    search: Word
    chosen: Words
    filters: Text
    view: Text


class Counted(BaseModel):
    """The form, as it stands."""

    what: Word
    charts: Words
    brief: Word
    formats: Words
    where: Word
    regions: Words
    lang: Word
    filters: Text
    view: Text


class Started(BaseModel):
    """The form, sent."""

    clicks: int | None
    what: Word
    charts: Words
    brief: Word
    formats: Words
    where: Word
    regions: Words
    lang: Word
    filters: Text
    view: Text


class Looked(BaseModel):
    """A look at the batches."""

    ticks: int | None
    changed: Text
    view: Text
    seen: Text


class Stepped(BaseModel):
    """A click on cancel, go on or remove."""

    clicks: Clicks
    cancel: int | None
    current: Word
    view: Text


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page and the address of zips."""
    server = app.server
    batches = Batches(Path(server.extensions["instance"]) / "batches")
    _register_form(app, store, batches)
    _register_list(app, store, batches)

    def bundle(batch_id: str) -> Response:
        if not allowed("export"):
            abort(401)
        job = _mine(batches, batch_id)
        if job is None or not job.bundle.is_file():
            return refuse(404, "no_batch")
        answer = send_file(
            job.bundle,
            mimetype="application/zip",
            as_attachment=True,
            download_name=bundle_name(job),
            conditional=True,
            etag=False,
            max_age=0,
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    server.add_url_rule("/batches/<batch_id>.zip", "batch_bundle", bundle)


def _mine(batches: Batches, batch_id: object) -> Job | None:
    """The batch of that id, for a visitor of the scope in which it was asked for."""
    job = batches.get(batch_id)
    return job if job is not None and job.definition.scope == current_scope() else None


# ----------------------------------------------------------------------------- the form


def _register_form(app: Dash, store: Store, batches: Batches) -> None:
    own = batch_subjects.own_folder(batches.folder.parent)

    def offered(query: str | None, what: str | None, view: str | None, formats: list[str] | None, where: str | None) -> list[object]:
        look, scope = View.from_query(view), current_scope()
        lang, filters = look.lang, Filters.from_query(query)
        templates = batch_subjects.templates(own)
        brief = what == BRIEF and bool(templates)
        charts = [{"value": each, "label": batch_subjects.name_of(each, lang)} for each in CHARTS]
        named = [{"value": each, "label": word(found.name, lang)} for each, found in templates.items()]
        forms = batch_subjects.formats(defined.BRIEF if brief else "")
        kept = [each for each in formats or [] if each in forms] or [each for each in _FORMS if each in forms][:1] or list(forms[:1])
        tree = store.tree()
        top = top_of(store, filters, scope)
        place = tree.get(top)
        region = tree.full_name(place.region_id, lang) if place else t("batches.form.everywhere", lang)
        levels = levels_below(tree, top, scope)
        places = [
            {"value": level, "label": t("batches.form.level", lang, region=region, level=t(f"level.{level}", lang), n=count(n, lang))}
            for level, n in levels
        ]
        places.append({"value": LISTED, "label": t("batches.form.listed", lang)})
        values = [each["value"] for each in places]
        return [
            not templates,
            brief,
            charts,
            not brief,
            named,
            [{"value": each, "label": each.upper()} for each in forms],
            kept,
            places,
            where if where in values else values[0],
        ]

    bind(
        app,
        "batches:form",
        offered,
        [
            Output(ids.batch_field("what-box"), "hidden"),
            Output(ids.batch_field("charts-box"), "hidden"),
            Output(ids.batch_field("charts"), "options"),
            Output(ids.batch_field("brief-box"), "hidden"),
            Output(ids.batch_field("brief"), "options"),
            Output(ids.batch_field("formats"), "options"),
            Output(ids.batch_field("formats"), "value"),
            Output(ids.batch_field("where"), "options"),
            Output(ids.batch_field("where"), "value"),
        ],
        [Input(ids.FILTERS, "data"), Input(ids.batch_field("what"), "value"), Input(ids.VIEW, "data")],
        [State(ids.batch_field("formats"), "value"), State(ids.batch_field("where"), "value")],
        permission="export",
        model=Offered,
    )

    def regions(search: str | None, chosen: list[str] | None, query: str | None, view: str | None) -> object:
        lang, scope = View.from_query(view).lang, current_scope()
        filters, tree = Filters.from_query(query), store.tree()
        found = region_choices(options_for(store, scope, filters, lang), None, search or "")
        held = [place for place in map(tree.get, chosen or []) if place is not None]
        first = [{"value": each.code, "label": tree.full_name(each.region_id, lang)} for each in held]
        known = {each["value"] for each in first}
        return first + [each for each in found if each["value"] not in known]

    bind(
        app,
        "batches:regions",
        regions,
        Output(ids.batch_field("regions"), "options"),
        [Input(ids.batch_field("regions"), "search_value")],
        [State(ids.batch_field("regions"), "value"), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="export",
        model=Searched,
    )

    fields = [ids.batch_field(each) for each in ("what", "charts", "brief", "formats", "where", "regions", "lang")]

    def counted(*values: Any) -> list[object]:
        *form, query, view = values
        lang = View.from_query(view).lang
        listed = form[4] == LISTED
        try:
            wanted = define(store, _asked(form, query), current_scope(), own, host())
        except BatchError as problem:
            quiet = problem.code in ("no_subject", "no_format", "no_regions")
            return [t("batches.count_none", lang) if quiet else words(problem, lang), "batch-count", not listed]
        parts = {"places": len(wanted.places), "subjects": len(wanted.subjects), "formats": len(wanted.formats), "n": wanted.total}
        said_ = t("batches.count", lang, **{name: count(value, lang) for name, value in parts.items()})
        return [said_, "batch-count batch-ready", not listed]

    bind(
        app,
        "batches:count",
        counted,
        [Output(ids.BATCH_COUNT, "children"), Output(ids.BATCH_COUNT, "className"), Output(ids.batch_field("regions-box"), "hidden")],
        [*(Input(each, "value") for each in fields), Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
        permission="export",
        model=Counted,
    )

    def started(clicks: int | None, *values: Any) -> list[object]:
        *form, query, view = values
        lang = View.from_query(view).lang
        if not clicks:
            return [no_update, no_update]
        try:
            wanted = define(store, _asked(form, query), current_scope(), own, host())
        except BatchError as problem:
            return [said(words(problem, lang), bad=True), no_update]
        held = batches.like(wanted)
        if held is not None and held.live:
            return [said(t("batches.page.already", lang)), f"{held.id}:{clicks}"]
        job = batches.make(wanted)
        if not start(store, batches, job):
            return [said(t("batches.error.unstarted", lang), bad=True), f"{job.id}:{clicks}"]
        return [said(t("batches.page.started", lang)), f"{job.id}:{clicks}"]

    bind(
        app,
        "batches:start",
        started,
        [Output(ids.BATCH_SAID, "children"), Output(ids.BATCH_CHANGED, "data")],
        [Input(ids.BATCH_START, "n_clicks")],
        [*(State(each, "value") for each in fields), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="export",
        model=Started,
        prevent_initial_call=True,
    )


def _asked(form: list[Any], query: str | None) -> Asked:
    what, charts, brief, formats, where, regions, lang = form
    subjects = [f"{defined.BRIEF}{brief}"] if what == BRIEF and brief else list(charts or []) if what == OF_CHARTS else []
    listed = where == LISTED
    return Asked(
        subjects,
        list(formats or []),
        query or "",
        "" if listed else where or "",
        "",
        list(regions or []) if listed else (),
        lang or "zh-CN",
    )


def start(store: Store, batches: Batches, job: Job) -> bool:
    """Have a process of its own make the batch; False when there can be none."""
    extensions = current_app.extensions
    told = {
        "DUBANG_DATABASE_URL": address_of(store),
        "DUBANG_INSTANCE": str(batches.folder.parent),
        "DUBANG_PUBLIC_URL": extensions["public_url"],
        "DUBANG_EXPORT_LEAST": extensions["export_least"],
    }
    try:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "batch", "run", job.id],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            env={**environ, **told},
            start_new_session=True,
        )
    except OSError as problem:
        there = job.progress
        job.save(type(there)(FAILED, there.done, there.total, error={"code": "unstarted", "params": {"why": problem.strerror or ""}}))
        return False
    # somebody has to collect the exit status, whatever becomes of the request
    threading.Thread(target=process.wait, daemon=True, name=f"batch-{job.id[:8]}").start()
    return True


# ----------------------------------------------------------------------------- the list


def _register_list(app: Dash, store: Store, batches: Batches) -> None:
    own = batch_subjects.own_folder(batches.folder.parent)

    def look(ticks: int | None, changed: str | None, view: str | None, seen: str | None) -> list[object]:
        shown, scope = View.from_query(view), current_scope()
        jobs = [job for job in batches.all() if job.definition.scope == scope]
        live = sorted((job for job in jobs if job.live), key=lambda each: (each.progress.state != RUNNING, each.asked_at))
        current = live[0] if live else None
        rest = [job for job in jobs if job is not current][:SHOWN]
        stamp = shown.lang + "|" + " ".join(f"{job.id[:8]}{job.progress.state}{job.progress.ended:.0f}" for job in rest)
        now = now_parts(_shown(store, current, shown.lang, own) if current else None, shown)
        # what is shown already stays as it is: somebody may be about to press a button in it
        listed = no_update if stamp == seen else earlier([_shown(store, job, shown.lang, own) for job in rest], KEPT_DAYS, shown)
        return [*now, current.id if current else None, listed, not live, stamp]

    bind(
        app,
        "batches:look",
        look,
        [
            Output(ids.BATCH_NOW, "hidden"),
            Output(ids.batch_now("title"), "children"),
            Output(ids.batch_now("about"), "children"),
            Output(ids.batch_now("bar"), "children"),
            Output(ids.batch_now("far"), "children"),
            Output(ids.batch_now("cancel"), "disabled"),
            Output(ids.batch_now("cancel"), "children"),
            Output(ids.BATCH_CURRENT, "data"),
            Output(ids.BATCH_LIST, "children"),
            Output(ids.BATCH_TICK, "disabled"),
            Output(ids.BATCH_SEEN, "data"),
        ],
        [Input(ids.BATCH_TICK, "n_intervals"), Input(ids.BATCH_CHANGED, "data"), Input(ids.VIEW, "data")],
        [State(ids.BATCH_SEEN, "data")],
        permission="export",
        model=Looked,
    )

    def stepped(clicks: list[int | None], cancel: int | None, current: str | None, view: str | None) -> list[object]:
        lang, by = View.from_query(view).lang, ctx.triggered_id
        if not clicked():
            return [no_update, no_update]
        name = str(by.get("name") or "") if isinstance(by, dict) else f"cancel:{current or ''}"
        do, _, batch_id = name.partition(":")
        job = _mine(batches, batch_id)
        if job is None:
            return [said(t("batches.error.no_zip", lang), bad=True), f"{batch_id[:30]}:gone"]
        mark = f"{job.id}:{do}:{calendar.now_utc().isoformat()}"
        if do == "cancel":
            if job.live:
                job.cancel()
            return [said(t("batches.page.cancelled_said", lang)), mark]
        if job.live:
            return [said(t("batches.page.already", lang)), mark]
        if do == "remove":
            batches.remove(job)
            return [said(t("batches.page.removed", lang)), mark]
        if not start(store, batches, batches.again(job)):
            return [said(t("batches.error.unstarted", lang), bad=True), mark]
        return [said(t("batches.page.resumed", lang)), mark]

    bind(
        app,
        "batches:step",
        stepped,
        [Output(ids.BATCH_SAID, "children", allow_duplicate=True), Output(ids.BATCH_CHANGED, "data", allow_duplicate=True)],
        [Input({"type": "batch-step", "name": ALL}, "n_clicks"), Input(ids.batch_now("cancel"), "n_clicks")],
        [State(ids.BATCH_CURRENT, "data"), State(ids.VIEW, "data")],
        permission="export",
        model=Stepped,
        prevent_initial_call=True,
    )


def _shown(store: Store, job: Job, lang: str, own: Path) -> Shown:
    wanted, there = job.definition, job.progress
    on = day_of(wanted)
    forms = t("format.join", lang).join(each.upper() for each in wanted.formats)
    asked = t("batches.page.asked", lang, moment=moment(calendar.local_moment(utc(job.asked_at)), lang))
    now = ""
    if 0 <= there.unit < len(wanted.units) and there.done < there.total:
        place, subject = wanted.units[there.unit]
        now = t("batches.page.making", lang, place=_label(store, place, lang), subject=batch_subjects.name_of(subject, lang, own))
    remarks = [
        t(f"batches.page.part_{state}", lang, n=count(there.counts[state], lang))
        for state in ("empty", HELD, UNMADE)
        if there.state == DONE and there.counts.get(state)
    ]
    if there.moved:
        remarks.append(t("batches.page.moved", lang))
    error = words(BatchError(there.error["code"], **there.error["params"]), lang) if there.error else ""
    size = job.bundle.stat().st_size if there.state == DONE and job.bundle.is_file() else 0
    return Shown(
        id=job.id,
        name=t("format.join", lang).join(batch_subjects.name_of(each, lang, own) for each in wanted.subjects),
        about=t("batches.page.about", lang, places=len(wanted.places), forms=forms, day=day(on, lang, year=True), n=wanted.version),
        asked=asked,
        state=there.state,
        done=there.done,
        total=there.total,
        now=now,
        left=job.seconds_left,
        said=remarks,
        error=error,
        size=_size(size, lang) if size else "",
        resumable=job.resumable,
        again=there.state == DONE,
        stopping=job.live and job.cancelled,
    )


def _label(store: Store, place: Place, lang: str) -> str:
    found = store.tree().get(place.code)
    return store.tree().label(found.region_id, lang) if found is not None else place.short


def _size(size: int, lang: str) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{count(-(-size // 1000), lang)} KB"
