"""What a code leads to: /s/<code>, the chart in other pages (/embed/…), and a person's decision about what may be shown to whom."""

import contextlib
import json
from typing import Annotated

from dash import Dash
from flask import Response, abort, current_app, redirect, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callbacks import screen_files
from callbacks.briefs import charts_of
from callbacks.cached import Answers
from callbacks.export_answers import held_back, host, viewer
from callbacks.export_desk import Desk, NotReleased
from callbacks.export_tables import export_table
from callbacks.guard import Door, allowed, current_scope, refuse
from callbacks.registry import CHARTS
from dashboard import state_page
from dashboard.formatting import moment
from dashboard.i18n import t
from dashboard.links import page_of
from dashboard.site import address
from dashboard.view import LANGUAGES, THEMES, View
from data import calendar
from data.exports import release, states
from data.exports.states import DamagedState, State
from data.filters import Filters
from data.store import Store

# how long a person's decision waits for whoever writes
_PATIENCE_MS = 1500
_KINDS = {"state.js": "text/javascript", "state.css": "text/css"}


class Decided(BaseModel):
    """What a person decided about a state."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(max_length=60)]
    status: Annotated[str, Field(max_length=20)]
    by: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Add the addresses of codes. Released ones are open from any machine."""
    server = app.server
    desk: Desk = server.extensions["desk"]
    door: Door = server.extensions["door"]
    door.released = lambda typed: (code := states.asked(typed)) is not None and desk.record.status(code) == release.PUBLIC

    def asking() -> Response:
        typed = request.args.get("code", "")
        code = states.asked(typed)
        if code is not None:
            return redirect(f"/s/{code}{_lang()}", code=302)  # type: ignore[return-value]
        if not allowed("view"):
            abort(401)
        view = _view()
        words = t("guard.no_state", view.lang) if typed else ""
        return _html(state_page.ask_page(view, words, typed, screen_files.build()))

    def page(typed: str) -> Response:
        return _kept(desk, typed, lambda code, state: _state(desk, store, code, state))

    def embedded(typed: str) -> Response:
        def show(code: str, state: State) -> Response:
            if state.kind != "chart":
                return refuse(404, "no_state")
            table, _ = desk.reopened(code, host(), viewer())
            if table is None:
                return refuse(404, "state_not_kept")
            return _html(state_page.embed_page(table, _view(table.lang, embedded=True), build=screen_files.build()))

        return _kept(desk, typed, show)

    def embedded_live(chart: str) -> Response:
        """A chart as it is now, for a page on this machine; it passes the desk as any file does."""
        if not allowed("export"):
            abort(401)
        if chart not in CHARTS:
            return refuse(404, "no_chart")
        view, scope = _view(embedded=True), current_scope()
        filters = Filters.from_query(request.args.to_dict(flat=False))
        table, state = desk.stamped(export_table(store, CHARTS[chart], filters, view, scope), scope, host())
        try:
            desk.may(table.code)
        except NotReleased as held:
            return held_back(desk, state, table.code, held, view.lang)
        try:
            desk.record.add(state)
        except OSError:
            return refuse(503, "no_book")
        return _html(state_page.embed_page(table, view, build=screen_files.build()))

    def decide() -> Response:
        if not allowed("release"):
            abort(401)
        try:
            told = Decided.model_validate(request.get_json(silent=True))
        except ValidationError:
            return refuse(400, "body")
        code = states.asked(told.code)
        if code is None or desk.find(code, current_scope()) is None:
            return refuse(404, "release_missing")
        # one that waits beside the store is written first
        with contextlib.suppress(OSError):
            desk.record.absorb()
        try:
            release.decide_soon(store, code, told.status, told.by, told.note, _PATIENCE_MS)
        except release.StoreBusy:
            return refuse(503, "release_busy")
        except release.ReleaseError as fault:
            if fault.reason == "missing":
                # it waits still
                return refuse(503, "release_busy")
            return refuse(400, f"release_{fault.reason}")
        return current_app.response_class("{}", mimetype="application/json")

    def file(name: str) -> Response:
        if name not in state_page.FILES:
            abort(404)
        answer = current_app.response_class((state_page.FOLDER / name).read_bytes(), mimetype=_KINDS[name])
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    for rule, name, function, methods in (
        ("/s/", "state_ask", asking, ["GET"]),
        ("/s/<typed>", "state_page", page, ["GET"]),
        ("/embed/s/<typed>", "state_embed", embedded, ["GET"]),
        ("/embed/<chart>", "chart_embed", embedded_live, ["GET"]),
        ("/api/export/release", "state_release", decide, ["POST"]),
        ("/state/<name>", "state_file", file, ["GET"]),
    ):
        server.add_url_rule(rule, name, function, methods=methods)


def _kept(desk: Desk, typed: str, show):  # type: ignore[no-untyped-def]
    code = states.asked(typed)
    if not allowed("view") and not allowed("shown"):
        abort(401)
    state = desk.find(code, viewer()) if code else None
    if code is None or state is None:
        return refuse(404, "no_state")
    try:
        return show(code, state)
    except DamagedState:
        return refuse(500, "damaged_state")


def _state(desk: Desk, store: Store, code: str, state: State) -> Response:
    if state.kind == "brief":
        told = json.loads(state.text or "{}")
        view = _view(state.lang)
        mark = t("export.simulated", view.lang) if state.simulated else ""
        charts = charts_of(told, lambda each: _open(desk, each))
        return _html(
            state_page.brief_page(
                state.title,
                charts,
                view,
                code=code,
                heads=[told[each] for each in ("issuer", "number") if told.get(each)],
                simulated=mark,
                status=desk.record.status(code),
                decisions=_decisions(store, code, view.lang) if allowed("view") else [],
                may_release=allowed("release"),
                build=screen_files.build(),
            )
        )
    table, _ = desk.reopened(code, host(), viewer())
    whole = allowed("view")
    if table is None:
        # too many rows to be kept: the selection, with its days, makes them again
        now = _now(state.subject, state.query, state.lang)
        return redirect(now) if whole else refuse(404, "state_not_kept")  # type: ignore[return-value]
    view = _view(table.lang)
    lang = view.lang
    taken: list[tuple[str, ...]] = []
    decisions: list[tuple[str, ...]] = []
    if whole:
        for each in desk.record.lines(code):
            when = moment(calendar.local_moment(each.taken_at), lang)
            way = " · ".join(filter(None, (t(f"state.via.{each.via}", lang), each.taken_by)))
            taken.append((when, each.format.upper(), t("state.bytes", lang, n=f"{each.bytes:,}"), way, each.sha256))
        decisions = _decisions(store, code, lang)
    return _html(
        state_page.state_page(
            table,
            view,
            code=code,
            status=desk.record.status(code),
            now=_now(table.chart, table.query, lang) if whole else None,
            taken=taken,
            decisions=decisions,
            may_release=allowed("release"),
            build=screen_files.build(),
        )
    )


def _open(desk: Desk, code: str) -> bool:
    """Whether this reader may open a code."""
    return desk.find(code, viewer()) is not None and (allowed("view") or desk.record.status(code) == release.PUBLIC)


def _decisions(store: Store, code: str, lang: str) -> list[tuple[str, ...]]:
    """When, status, by whom and why of each decision, the newest first."""
    with store.reading() as conn:
        found = release.decisions(conn, code)
    return [
        (moment(calendar.local_moment(each.decided_at), lang), t(f"release.{each.status}", lang), each.decided_by or "—", each.note or "")
        for each in found
    ]


def _now(chart: str, query: str, lang: str) -> str:
    """The page that shows the chart, with the selection of a state."""
    return address(page_of(chart, CHARTS[chart].race if chart in CHARTS else False), Filters.from_query(query), View(lang), LANGUAGES[0])


def _view(lang: str = LANGUAGES[0], embedded: bool = False) -> View:
    """Language and theme of a page: the reader's own theme; in somebody else's page the one that is asked for, else light."""
    asked = View.from_query(request.args, lang)
    look = request.args.get("look", "")
    if look in THEMES:
        return View(asked.lang, theme=look)
    return View(asked.lang, theme=THEMES[0] if embedded else View.from_query({"theme": request.cookies.get("dubang-theme")}).theme)


def _lang() -> str:
    return f"?lang={request.args['lang']}" if request.args.get("lang") in LANGUAGES else ""


def _html(text: str) -> Response:
    return current_app.response_class(text, mimetype="text/html")
