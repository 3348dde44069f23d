"""The page of batches: its form, what is under way, what was made; and the zips, streamed from the disk.

A batch is made by a process of its own and not by Dash's background callbacks, whose handles say nothing of whom they belong to: here the
id is random, everything about a batch is read from its folder, and only a visitor of the same scope who may export gets at it.
"""

from pathlib import Path
from typing import Annotated, Any

from dash import Dash, Input, Output, State, no_update
from flask import Response, abort, current_app, request, send_file
from pydantic import BaseModel, Field

from callbacks import batch_list, batch_subjects
from callbacks.batch_define import Asked, define, levels_below, top_of, words
from callbacks.batch_run import bundle_name
from callbacks.cached import Answers
from callbacks.export_answers import held_back, host
from callbacks.export_desk import Desk, NotReleased, Withdrawn
from callbacks.guard import allowed, bind, current_scope, refuse
from callbacks.registry import CHARTS
from callbacks.site import options_for
from dashboard import ids
from dashboard.briefs.template import word
from dashboard.components.batch_form import BRIEF, LISTED
from dashboard.components.batch_form import CHARTS as OF_CHARTS
from dashboard.components.batch_list import said
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.options import region_choices
from dashboard.view import View
from data.batches import definition as defined
from data.batches.definition import BatchError
from data.batches.jobs import Batches
from data.filters import Filters
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Words = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=4000)] | None
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


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page and the address of zips."""
    server = app.server
    batches = Batches(Path(server.extensions["instance"]) / "batches")
    desk: Desk = server.extensions["desk"]
    _register_form(app, store, batches)
    batch_list.register(app, store, batches)

    def bundle(batch_id: str) -> Response:
        if not allowed("export"):
            abort(401)
        job = batch_list.mine(batches, batch_id)
        if job is None or not job.bundle.is_file():
            return refuse(404, "no_batch")
        try:
            desk.may_again((line.code, line.sha256) for line in job.lines() if line.there)
        except NotReleased as held:
            return held_back(desk, None, held.code, held, View.from_query(request.args, current_app.extensions["language"]).lang)
        except Withdrawn:
            return refuse(409, "batch_withdrawn")
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
        if not batch_list.start(store, batches, job):
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
