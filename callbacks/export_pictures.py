"""Charts as pictures. GET /api/export/picture gives a dressed figure that a browser draws; POST /api/export/taken writes into the book what
it is about to hand out; /export/<chart>.png, .svg and .pdf are drawn by the server, /print/<chart> is printed by a browser."""

from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from dash import Dash
from flask import Response, abort, current_app, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callbacks import chromium, screen_files
from callbacks.cached import Answers
from callbacks.export_answers import held_back, host, viewer
from callbacks.export_desk import HERE, Desk, NotReleased
from callbacks.export_tables import export_table
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import CHARTS, Chart, relevant, result, to_text
from callbacks.registry import Figure as Draw
from dashboard.exports import picture_print
from dashboard.exports.picture import LOOK, Figure, dressed, stands, tall_of
from dashboard.exports.picture_page import Page, Preset, page_of, presets
from dashboard.exports.picture_table import table_picture
from dashboard.exports.table import Table
from dashboard.i18n import t
from dashboard.view import Style, View
from data.exports import states
from data.exports.record import taking
from data.exports.states import State
from data.filters import Filters
from data.store import Store

FORMS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
SCALES = (1, 2, 4)
FIRST = "slide"
# a chart that needs more room than its sheet has is drawn so much smaller, in these steps
_TIGHT = (1.0, 0.9, 0.8)
# then it leaves out what it can, and if that is not enough it is drawn as small as it has to be
_LEAST = 0.35
# how high a chart is on a sheet that grows, in the sheet's px
_LOW, _HIGH = 230, 1150
# a picture of so many bytes is none of ours
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A dressed figure (``layout.width`` and ``height`` are the sheet's px) and the size in px that it is drawn in."""

    figure: Figure
    width: int
    height: int


class Taken(BaseModel):
    """What a browser is about to hand out."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(max_length=60)]
    format: Annotated[str, Field(pattern=r"^(?:png|svg|pdf)$")]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,190}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=1, le=_MOST_BYTES)]


# ---------------------------------------------------------------------------- drawing


def picture_of(store: Store, chart: Chart, filters: Filters, view: View, scope: str, table: Table, preset: Preset) -> Picture:
    """The chart on a sheet of ``preset``, with the words of its (stamped) ``table``."""
    grows = not preset.height
    if chart.figure is None:
        page = page_of(table, preset)
        figure = table_picture(table, page, grows)
        if grows:
            page = page_of(table, preset, tall=figure["layout"]["height"])
        return _picture(dressed(figure, page, stretch=1.0), preset)
    frame = result(store, chart, relevant(chart, filters), view.lang, scope)
    look = LOOK.but(lang=view.lang)
    page = page_of(table, preset)
    if grows:
        wide = round(page.room[2])
        natural: Figure = chart.figure(frame, look.but(style=Style.PAGE))
        tall = round(tall_of(natural))
        figure = chart.figure(frame, look.but(room=(wide, min(max(tall, _LOW), _HIGH)), trims=True))
        return _picture(dressed(figure, page_of(table, preset, tall=tall_of(figure)), stretch=1.0), preset)
    page, figure = _fitted(chart.figure, frame, table, preset, look)
    return _picture(dressed(figure, page), preset)


def _fitted(draw: Draw, frame: pd.DataFrame, table: Table, preset: Preset, look: View) -> tuple[Page, Figure]:
    """The largest sheet on which the chart has room, and the chart drawn for it."""
    for tight, trims in (*((each, False) for each in _TIGHT), (_TIGHT[-1], True)):
        page = page_of(table, preset, tight)
        figure: Figure = draw(frame, look.but(room=(round(page.room[2]), round(page.room[3])), trims=trims))
        if stands(figure, page):
            return page, figure
    while tight > _LEAST and not stands(figure, page):
        tight -= 0.05
        page = page_of(table, preset, tight)
    return page, figure


def _picture(figure: Figure, preset: Preset) -> Picture:
    high = preset.height or round(figure["layout"]["height"] * preset.zoom)
    return Picture(figure, preset.width, high)


def stem(table: Table, preset: Preset) -> str:
    """The file's name without its ending: chart, day, size, and ``demo`` when nothing in it is real."""
    base = table.stem.removesuffix("_demo")
    return f"{base}_{preset.name}" + ("_demo" if table.simulated else "")


def body_of(shown: Picture, form: str, scale: float = 1, alt: str = "", title: str = "") -> bytes:
    """A picture as a file, drawn by Chromium. Raises chromium.ChromiumError."""
    if form == "png":
        return chromium.png(shown.figure, shown.width, shown.height, scale)
    if form == "svg":
        return chromium.svg(shown.figure, shown.width, shown.height, alt)
    return chromium.pdf([{"figure": shown.figure, "alt": alt}], (shown.width, shown.height), title)


def picture_bytes(
    store: Store, chart: str, query: str, form: str, lang: str | None, desk: Desk, preset: str = FIRST, scale: float = 1, scope: str = "all"
) -> bytes:
    """One chart as a picture, for the command line; it stands in the book.

    Raises KeyError for an unknown chart, format or preset, NotReleased (the state is kept under its code), chromium.ChromiumError, OSError
    when the book takes nothing.
    """
    declared, size, _ = CHARTS[chart], presets()[preset], FORMS[form]
    view = View.from_query(query)
    view = view.but(lang=lang) if lang else view
    filters = Filters.from_query(query)
    table, state = desk.stamped(export_table(store, declared, filters, view, scope), scope, HERE)
    desk.may(state.code, state)
    body = body_of(picture_of(store, declared, filters, view, scope, table, size), form, scale, table.alt, table.title)
    desk.taken(state, state.code, form, f"{stem(table, size)}.{form}", body, "cli")
    return body


# ---------------------------------------------------------------------------- routes


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Add the addresses of pictures."""
    server = app.server
    desk: Desk = server.extensions["desk"]

    def menu() -> Response:
        """What the menu of every chart offers, in words."""
        if not allowed("export"):
            abort(401)
        return jsonify(_menu(_view().lang))

    def figure() -> Response:
        if not allowed("export"):
            abort(401)
        asked = _asked()
        if isinstance(asked, Response):
            return asked
        chart, preset, view, filters = asked
        scope, reached = current_scope(), host()

        key = (chart.id, relevant(chart, filters).to_query(), view.lang)
        table, state = desk.made(key, lambda: export_table(store, chart, filters, view, scope), scope, reached)

        def compute() -> str:
            desk.record.add(state)
            return _told(store, chart, filters, view, scope, table, preset)

        try:
            desk.may(state.code)
            # the mark is the only thing in it that a decision changes
            text = answers.get(("picture", *key, preset.name, reached, scope, store.version(), state.code, table.internal), compute)
        except NotReleased as held:
            return held_back(desk, state, state.code, held, view.lang)
        except OSError:
            return refuse(503, "no_book")
        return current_app.response_class(text, mimetype="application/json")

    def taken() -> Response:
        if not allowed("export"):
            abort(401)
        try:
            told = Taken.model_validate(request.get_json(silent=True))
        except ValidationError:
            return refuse(400, "body")
        code = states.asked(told.code)
        if code is None or desk.find(code, viewer()) is None:
            return refuse(404, "no_state")
        try:
            status = desk.may(code)
            desk.record.add(None, taking(code, told.format, told.name, told.sha256, told.bytes, "picture", status))
        except NotReleased as held:
            return held_back(desk, None, code, held, _view().lang)
        except OSError:
            return refuse(503, "no_book")
        return jsonify({"code": code})

    def file(name: str, form: str) -> Response:
        """A picture that the server has drawn."""
        scale = {str(each): each for each in SCALES}.get(request.args.get("scale", "1"))
        if scale is None:
            return refuse(400, "scale")
        made = _made(desk, store, name)
        if isinstance(made, Response):
            return made
        shown, table, preset, state = made
        try:
            body = body_of(shown, form, scale, table.alt, table.title)
        except chromium.ChromiumError as fault:
            answer = jsonify({"error": fault.reason, "message": t(f"picture.fault.{fault.reason}", table.lang)})
            answer.status_code = 503
            return answer
        return _out(desk, table, state, form, f"{stem(table, preset)}.{form}", body, FORMS[form])

    def printed(name: str) -> Response:
        """The picture alone on a page, and the browser's own print dialogue."""
        made = _made(desk, store, name)
        if isinstance(made, Response):
            return made
        shown, table, _, state = made
        page = picture_print.print_page(shown.figure, (shown.width, shown.height), table, screen_files.build())
        return _out(desk, table, state, "print", "", page.encode("utf-8", "replace"), "text/html; charset=utf-8")

    def script() -> Response:
        return current_app.response_class(picture_print.SCRIPT.read_bytes(), mimetype="text/javascript")

    server.add_url_rule("/api/export/menu", "picture_menu", menu)
    server.add_url_rule("/api/export/picture", "picture_figure", figure)
    server.add_url_rule("/api/export/taken", "picture_taken", taken, methods=["POST"])
    server.add_url_rule("/export/<name>.<any(png,svg,pdf):form>", "picture_file", file)
    server.add_url_rule("/print/picture_print.js", "picture_script", script)
    server.add_url_rule("/print/<name>", "picture_print", printed)


def _view() -> View:
    return View.from_query(request.args, current_app.extensions["language"])


def _asked(name: str | None = None) -> tuple[Chart, Preset, View, Filters] | Response:
    chart = CHARTS.get(request.args.get("chart", "") if name is None else name)
    if chart is None:
        return refuse(404, "no_chart")
    preset = presets().get(request.args.get("preset", FIRST))
    if preset is None:
        return refuse(400, "no_preset")
    return chart, preset, _view(), Filters.from_query(request.args.to_dict(flat=False))


def _made(desk: Desk, store: Store, name: str) -> tuple[Picture, Table, Preset, State] | Response:
    """The picture that an address names, once it may go out."""
    if not allowed("export"):
        abort(401)
    asked = _asked(name)
    if isinstance(asked, Response):
        return asked
    chart, preset, view, filters = asked
    scope = current_scope()
    table, state = desk.stamped(export_table(store, chart, filters, view, scope), scope, host())
    try:
        desk.may(state.code)
    except NotReleased as held:
        return held_back(desk, state, state.code, held, view.lang)
    return picture_of(store, chart, filters, view, scope, table, preset), table, preset, state


def _out(desk: Desk, table: Table, state: State, form: str, name: str, body: bytes, kind: str) -> Response:
    try:
        desk.taken(state, state.code, form, name, body, "picture")
    except NotReleased as held:
        return held_back(desk, state, state.code, held, table.lang)
    except OSError:
        return refuse(503, "no_book")
    answer = current_app.response_class(body, content_type=kind)
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Dubang-Code"] = state.code
    return answer


def _told(store: Store, chart: Chart, filters: Filters, view: View, scope: str, table: Table, preset: Preset) -> str:
    shown = picture_of(store, chart, filters, view, scope, table, preset)
    base = table.address.rpartition("/s/")[0]
    embed = f"{base}/embed/s/{table.code}?lang={table.lang}"
    title = table.title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    told: dict[str, Any] = {
        "figure": shown.figure,
        "width": shown.width,
        "height": shown.height,
        "name": stem(table, preset),
        "code": table.code,
        "title": table.title,
        "sentence": table.caption,
        "alt": table.alt,
        "query": table.query,
        "link": table.address,
        "embed": f'<iframe src="{embed}" title="{title}" width="100%" height="520" loading="lazy" style="border:0"></iframe>',
    }
    return to_text(told)


def _menu(lang: str) -> dict[str, object]:
    sizes = [{"name": each.name, "text": t(f"picture.preset.{each.name}", lang)} for each in presets().values()]
    words = {key: t(f"picture.menu.{key}", lang) for key in _WORDS}
    return {"presets": sizes, "scales": list(SCALES), "words": words, "pdf": chromium.find() is not None}


_WORDS = (
    "pictures", "size", "scale", "png", "svg", "pdf", "print", "copy_picture", "data", "copy", "copy_sentence", "copy_link", "copy_embed",
    "pptx", "xlsx", "docx", "csv", "json", "working", "saved", "copied", "copied_sentence", "copied_link", "copied_embed",
    "no_clipboard", "no_copy", "failed", "close", "opened",
)  # fmt: skip
