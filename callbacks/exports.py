"""GET /export/ and /export/<chart>.<json|csv|xlsx|pptx|docx>?<the page's query>; ``export_bytes`` is the same without a server."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import pandas as pd
from dash import Dash
from flask import Response, abort, current_app, jsonify, request

from callbacks.cached import Answers
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import CHARTS, Chart, relevant, render, result
from callbacks.site import options_for
from dashboard.exports.csv_text import csv_bytes
from dashboard.exports.deck import deck_bytes
from dashboard.exports.json_text import json_bytes
from dashboard.exports.kinds import kinds
from dashboard.exports.letter import letter_bytes
from dashboard.exports.natives import native, readers
from dashboard.exports.table import Table, cell
from dashboard.exports.workbook import workbook_bytes
from dashboard.formatting import day
from dashboard.i18n import has, t
from dashboard.options import sentence
from dashboard.view import View
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
        chart, _, fmt = name.rpartition(".")
        if chart not in CHARTS or fmt not in FORMATS:
            return refuse(404, "no_chart")
        view = View.from_query(request.args, current_app.extensions["language"])
        table = export_table(store, CHARTS[chart], Filters.from_query(request.args.to_dict(flat=False)), view, current_scope())
        mimetype, write = FORMATS[fmt]
        answer = current_app.response_class(write(table), content_type=mimetype)
        kind = "inline" if fmt == "json" else "attachment"
        answer.headers["Content-Disposition"] = f'{kind}; filename="{table.stem}.{fmt}"'
        return answer

    app.server.add_url_rule(PLACE, "export_list", listing)
    app.server.add_url_rule(f"{PLACE}<path:name>", "export_data", data)


def export_bytes(store: Store, chart: str, query: str, fmt: str, lang: str | None = None, scope: str = "all") -> bytes:
    """One chart's data as the bytes of a file. Raises KeyError for an unknown chart or format; no query ever raises."""
    declared, (_, write) = CHARTS[chart], FORMATS[fmt]
    view = View.from_query(query)
    if lang:
        view = view.but(lang=lang)
    return write(export_table(store, declared, Filters.from_query(query), view, scope))


def export_table(store: Store, chart: Chart, filters: Filters, view: View, scope: str) -> Table:
    """One chart's data and words, ready for any format. Tables of rows are whole, as far as the query's limit goes."""
    lang = view.lang
    filters = relevant(chart, filters)
    every = chart.rows or chart.brief
    frame = chart.query(scope, store, filters, lang=lang, whole=True) if every else result(store, chart, filters, lang, scope)
    drawn = render(chart, frame, filters, view.but(theme="light"))
    attrs = frame.attrs
    cut = int(attrs.get("cut") or 0)
    caption = drawn.caption + (t("export.cut", lang, n=len(frame), cut=cut) if cut else "")
    simulated = bool(attrs.get("simulated"))
    mark = t("export.simulated", lang)
    when, known = attrs.get("as_of"), attrs.get("known_at")
    columns = [str(column) for column in frame.columns]
    named = attrs.get("labels") or {}
    labels = [named.get(column) or (t(f"column.{column}", lang) if has(f"column.{column}", lang) else column) for column in columns]
    notes = [
        (t("export.note.title", lang), drawn.title),
        (t("export.note.caption", lang), caption),
        (t("export.note.as_of", lang), day(when, lang, year=True)),
        *_basis(store, scope, filters, attrs, view),
        *[(column, label) for column, label in zip(columns, labels, strict=True)],
    ]
    if known:
        notes.insert(3, (t("export.note.known_at", lang), day(known, lang, year=True)))
    return Table(
        chart=chart.id,
        title=drawn.title,
        caption=caption,
        as_of=when,
        known_at=known,
        filters=filters.as_dict(),
        columns=columns,
        labels=labels,
        rows=_rows(frame),
        simulated=simulated,
        mark=mark,
        notes=notes,
        notes_name=t("export.sheet", lang),
        kinds=kinds(frame),
        decimals=int(attrs.get("decimals") or 0) if attrs.get("decimals") is not None else 2,
        native=native(chart.id, frame, view),
        under=drawn.subtitle or t(f"chart.{chart.id}", lang),
        source=_source(store, attrs, when, view),
        shown=readers(columns, labels),
        more=t("export.more_rows", lang, n="{n}"),
    )


def _source(store: Store, attrs: Mapping[Any, Any], when: Any, view: View) -> str:
    """``来源：督帮台账库（版本88） · 数据截至2022年11月30日``."""
    lang = view.lang
    said = t("export.source", lang, n=attrs.get("store_version") or store.version())
    return t("export.source_line", lang, source=said, day=day(when, lang, year=True))


def _basis(store: Store, scope: str, filters: Filters, attrs: Mapping[Any, Any], view: View) -> list[tuple[str, str]]:
    """What the figures rest on: the selection; of a ranking its scheme in words, and of a locked one the store it was made from and its
    hash, by which anybody can check the file against the record."""
    lang = view.lang
    words = attrs.get("scheme_words") or ()
    if words:
        out = [(t("export.note.scheme", lang), "\n".join(map(str, words)))]
    else:
        out = [(t("export.note.filters", lang), sentence(filters, options_for(store, scope, filters, lang), view))]
    version = attrs.get("store_version") or store.version()
    out.append((t("export.note.query", lang), filters.to_query()))
    out.append((t("export.note.source", lang), t("export.source", lang, n=version)))
    if attrs.get("locked") and attrs.get("sha256"):
        out.append((t("export.note.sha256", lang), str(attrs["sha256"])))
    return out


def _rows(frame: pd.DataFrame) -> list[list]:  # type: ignore[type-arg]
    columns = [[cell(value) for value in frame[column].tolist()] for column in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _urls(chart: str, query: str, view: View) -> dict[str, str]:
    parts = "&".join(part for part in (query, f"lang={view.lang}") if part)
    return {fmt: f"{PLACE}{chart}.{fmt}?{parts}" for fmt in FORMATS}


def listing_page(view: View, query: str) -> str:
    """The list of charts for people."""
    lang = view.lang
    lines = []
    for chart in CHARTS:
        links = " ".join(f'<a href="{escape(url)}">{fmt.upper()}</a>' for fmt, url in _urls(chart, query, view).items())
        lines.append(f"<tr><td>{escape(t(f'chart.{chart}', lang))}</td><td><code>{chart}</code></td><td>{links}</td></tr>")
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(t("export.title", lang))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/assets/tokens.css"><link rel="stylesheet" href="/assets/shell.css"></head>'
        f'<body class="plain-page"><h1>{escape(t("export.title", lang))}</h1><p>{escape(t("export.about", lang))}</p>'
        f'<table>{"".join(lines)}</table><p><a href="/">{escape(t("missing.home", lang))}</a></p></body></html>'
    )
