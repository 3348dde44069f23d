"""GET /export/ and /export/<chart>.<format>?<the page's query>; /export/s/<code>.<format> gives a kept state again.

``export_bytes`` is the same without a server. Every file passes the desk: nothing goes out that is not in the book.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path

from dash import Dash
from flask import Response, abort, current_app, jsonify, request

from callbacks.cached import Answers
from callbacks.export_answers import held_back, host, viewer
from callbacks.export_desk import HERE, Desk, NotReleased
from callbacks.export_rows import rows_answer
from callbacks.export_tables import export_table
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import CHARTS, relevant
from dashboard.exports.csv_text import csv_bytes
from dashboard.exports.deck import deck_bytes
from dashboard.exports.json_text import json_bytes
from dashboard.exports.letter import letter_bytes
from dashboard.exports.table import Table
from dashboard.exports.workbook import workbook_bytes
from dashboard.i18n import t
from dashboard.view import View
from data.exports import states
from data.exports.states import DamagedState
from data.filters import Filters
from data.store import Store

_OFFICE = "application/vnd.openxmlformats-officedocument"
# ending -> content type, writer
FORMATS: dict[str, tuple[str, Callable[[Table], bytes]]] = {
    "json": ("application/json; charset=utf-8", json_bytes),
    "csv": ("text/csv; charset=utf-8", csv_bytes),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", workbook_bytes),
    "pptx": (f"{_OFFICE}.presentationml.presentation", deck_bytes),
    "docx": (f"{_OFFICE}.wordprocessingml.document", letter_bytes),
}
PLACE = "/export/"


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve the list of charts and their data."""
    server = app.server
    desk = Desk(store, Path(server.extensions["instance"]) / "exports", server.extensions["public_url"], server.extensions["export_least"])
    server.extensions["desk"] = desk
    server.extensions["charts"] = tuple(CHARTS)

    def listing() -> Response:
        if not allowed("export"):
            abort(401)
        view = View.from_query(request.args, current_app.extensions["language"])
        query = Filters.from_query(request.args.to_dict(flat=False)).to_query()
        if request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json") == "text/html":
            return current_app.response_class(listing_page(view, query), mimetype="text/html")
        charts = [{"id": chart, "title": t(f"chart.{chart}", view.lang), "urls": _urls(chart, query, view)} for chart in CHARTS]
        return jsonify({"charts": charts})

    def data(name: str) -> Response:
        if not allowed("export"):
            abort(401)
        chart, _, form = name.rpartition(".")
        if chart not in CHARTS or form not in FORMATS:
            return refuse(404, "no_chart")
        view = View.from_query(request.args, current_app.extensions["language"])
        filters, scope = Filters.from_query(request.args.to_dict(flat=False)), current_scope()
        if form == "csv" and CHARTS[chart].rows:
            answer = rows_answer(desk, store, CHARTS[chart], filters, view, scope, host())
            if answer is not None:
                return answer
        key = (chart, relevant(CHARTS[chart], filters).to_query(), view.lang)
        table, state = desk.made(key, lambda: export_table(store, CHARTS[chart], filters, view, scope), scope, host())
        return written(desk, table, form, state)

    def again(name: str) -> Response:
        """A state as it was kept. Whoever may export gets it, and anybody what a person has made public."""
        typed, _, form = name.rpartition(".")
        code = states.asked(typed)
        if code is None or form not in FORMATS:
            return refuse(404, "no_state")
        if not allowed("export") and not allowed("shown"):
            abort(401)
        try:
            table, state = desk.reopened(code, host(), viewer())
        except LookupError:
            return refuse(404, "no_state")
        except DamagedState:
            return refuse(500, "damaged_state")
        if table is None:
            return refuse(404, "state_not_kept")
        return written(desk, table, form, None, state.code)

    server.add_url_rule(PLACE, "export_list", listing)
    server.add_url_rule(f"{PLACE}<path:name>", "export_data", data)
    server.add_url_rule(f"{PLACE}s/<name>", "export_again", again)


def written(desk: Desk, table: Table, form: str, state: "states.State | None", code: str = "") -> Response:
    """A table as a file, once it stands in the book."""
    mimetype, write = FORMATS[form]
    body = write(table)
    name = f"{table.stem}.{form}"
    try:
        desk.taken(state, code or table.code, form, name, body, "web")
    except NotReleased as held:
        return held_back(desk, state, table.code, held, table.lang)
    except OSError:
        return refuse(503, "no_book")
    answer = current_app.response_class(body, content_type=mimetype)
    kind = "inline" if form == "json" else "attachment"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    answer.headers["X-Dubang-Code"] = table.code
    return answer


def export_bytes(
    store: Store, chart: str, query: str, form: str, lang: str | None = None, scope: str = "all", desk: Desk | None = None, via: str = "cli"
) -> bytes:
    """One chart's data as the bytes of a file; with a ``desk`` it is stamped and stands in the book.

    Raises KeyError for an unknown chart or format, NotReleased (the state is kept under its code), OSError when the book takes nothing; no
    query ever raises.
    """
    declared, (_, write) = CHARTS[chart], FORMATS[form]
    view = View.from_query(query)
    if lang:
        view = view.but(lang=lang)
    table = export_table(store, declared, Filters.from_query(query), view, scope)
    if desk is None:
        return write(table)
    table, state = desk.stamped(table, scope, HERE)
    desk.may(table.code, state)
    body = write(table)
    desk.taken(state, table.code, form, f"{table.stem}.{form}", body, via)
    return body


def _urls(chart: str, query: str, view: View) -> dict[str, str]:
    parts = "&".join(part for part in (query, f"lang={view.lang}") if part)
    return {form: f"{PLACE}{chart}.{form}?{parts}" for form in FORMATS}


def listing_page(view: View, query: str) -> str:
    """The list of charts for people."""
    lang = view.lang
    batches = "/batches?" + "&".join(part for part in (query, f"lang={lang}") if part)
    lines = []
    for chart in CHARTS:
        links = " ".join(f'<a href="{escape(url)}">{form.upper()}</a>' for form, url in _urls(chart, query, view).items())
        lines.append(f"<tr><td>{escape(t(f'chart.{chart}', lang))}</td><td><code>{chart}</code></td><td>{links}</td></tr>")
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(t("export.title", lang))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/assets/tokens.css"><link rel="stylesheet" href="/assets/shell.css"></head>'
        f'<body class="plain-page"><h1>{escape(t("export.title", lang))}</h1><p>{escape(t("export.about", lang))}</p>'
        f'<table>{"".join(lines)}</table><p><a href="{escape(batches)}">{escape(t("nav.batches", lang))}</a> '
        f'<a href="/">{escape(t("missing.home", lang))}</a></p></body></html>'
    )
