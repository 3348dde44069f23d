"""Briefs as files: slides, a document, a workbook, pages of print; from a page, and from the command line.

GET /export/brief/<template>.<pptx|docx|xlsx|pdf>?<the page's query>; of a choice of one's own /export/brief/charts.…?chart=…&chart=…
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from dash import ClientsideFunction, Dash, Input, Output
from flask import Response, abort, current_app, jsonify, request

from callbacks import chromium
from callbacks.briefs import Asked, assemble, template_of
from callbacks.cached import Answers
from callbacks.export_answers import held_back, host
from callbacks.export_desk import HERE, Desk, NotReleased
from callbacks.export_pictures import picture_of
from callbacks.exports import FORMATS
from callbacks.guard import allowed, current_scope, plain_page, refuse
from callbacks.registry import CHARTS
from dashboard import ids
from dashboard.briefs import pages
from dashboard.briefs.brief import Brief
from dashboard.briefs.document import brief_document
from dashboard.briefs.slides import brief_deck
from dashboard.briefs.template import BriefError, Template
from dashboard.exports.picture_page import presets
from dashboard.exports.workbook import book_bytes
from dashboard.view import View
from data.filters import Filters
from data.store import Store

SIZE = "slide"
_MOST_CHARTS = 40


def brief_bytes(
    store: Store,
    template: str,
    query: str,
    form: str,
    lang: str = "zh-CN",
    scope: str = "all",
    desk: Desk | None = None,
    via: str = "cli",
    *,
    own: Path | None = None,
    charts: Sequence[str] = (),
    issuer: str = "",
    number: str = "",
    title: str = "",
    masters: Mapping[str, Path] | None = None,
) -> bytes:
    """A brief as the bytes of a file; with a ``desk`` it stands in the book. ``masters``: a deployer's files by ending, in place of those
    that the template names.

    Raises BriefError, NotReleased, chromium.ChromiumError (pdf), KeyError for an unknown format.
    """
    asked = Asked(template, query, lang, issuer, number, title, tuple(charts))
    return made(store, asked, form, scope, desk or Desk(store, Path()), via, own, masters, keep=desk is not None)[0]


def made(
    store: Store,
    asked: Asked,
    form: str,
    scope: str,
    desk: Desk,
    via: str,
    own: Path | None = None,
    masters: Mapping[str, Path] | None = None,
    address: str = HERE,
    keep: bool = True,
) -> tuple[bytes, Brief]:
    """The same, and the brief that it is; ``address``: how readers reach this server, ``keep``: it stands in the book."""
    write = WRITERS[form]
    template = template_of(asked, own)
    brief, held = assemble(store, asked, scope, desk, host=address, own=own, printed=form == "pdf")
    body = write(store, brief, scope, _master(template, form, masters or {}))
    if keep:
        # kept before it is asked whether they may go out: a person can release only what there is
        for state in held:
            desk.record.add(state)
        own_state = held[-1]
        desk.taken(own_state, own_state.code, form, f"{brief.stem}.{form}", body, via)
    return body, brief


def _master(template: Template, form: str, masters: Mapping[str, Path]) -> tuple[bytes, str] | None:
    """A deployer's own file for a format, and its name. Raises BriefError for one that cannot be read."""
    path = masters.get(form) or (template.folder / template.masters[form] if form in template.masters else None)
    if path is None:
        return None
    try:
        return path.read_bytes(), path.name
    except OSError as problem:
        raise BriefError("master", name=path.name, why=problem.strerror or type(problem).__name__) from None


def _pptx(store: Store, brief: Brief, scope: str, master: tuple[bytes, str] | None) -> bytes:
    return brief_deck(brief, *(master or (None, "")))


def _docx(store: Store, brief: Brief, scope: str, master: tuple[bytes, str] | None) -> bytes:
    return brief_document(brief, *(master or (None, "")))


def _xlsx(store: Store, brief: Brief, scope: str, master: tuple[bytes, str] | None) -> bytes:
    return book_bytes([part.data for part in brief.exhibits], stamp=brief.stamp)


def _pdf(store: Store, brief: Brief, scope: str, master: tuple[bytes, str] | None) -> bytes:
    if chromium.find() is None:
        raise BriefError("no_chromium")
    preset = presets()[SIZE]
    sheets: list[dict[str, object]] = [{"html": pages.cover(brief)}, *({"html": each} for each in pages.contents(brief))]
    for chapter in brief.chapters:
        sheets += [{"html": each} for each in pages.chapter(brief, chapter)]
        for part in chapter.parts:
            if isinstance(part, str):
                continue
            data, (figure, table) = part.data, part.named
            if figure:
                titled = replace(data, title=pages.headed(figure, data.title))
                shown = picture_of(store, CHARTS[data.chart], Filters.from_query(data.query), View(brief.lang), scope, titled, preset)
                sheets.append({"figure": shown.figure, "alt": data.alt})
            if table:
                sheets += [{"html": each} for each in pages.table(data, pages.headed(table, data.title))]
    sheets += [{"html": each} for each in pages.notes(brief)]
    return chromium.pdf(sheets, (preset.width, preset.height), brief.title)


WRITERS: dict[str, Callable[[Store, Brief, str, tuple[bytes, str] | None], bytes]] = {
    "pptx": _pptx,
    "docx": _docx,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
_KINDS = {**{form: FORMATS[form][0] for form in ("pptx", "docx", "xlsx")}, "pdf": "application/pdf"}


# ----------------------------------------------------------------------------- over HTTP


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Add the addresses of briefs."""
    server = app.server
    desk: Desk = server.extensions["desk"]
    own = Path(server.extensions["instance"]) / "briefs"

    def brief(name: str) -> Response:
        if not allowed("export"):
            abort(401)
        template, _, form = name.rpartition(".")
        if form not in WRITERS:
            return refuse(404, "no_chart")
        view = View.from_query(request.args, current_app.extensions["language"])
        filters = Filters.from_query(request.args.to_dict(flat=False))
        said = {key: request.args.get(key, "")[:200] for key in ("issuer", "number", "title")}
        chosen = request.args.getlist("chart")[:_MOST_CHARTS]
        asked = Asked(template, filters.to_query(), view.lang, **said, charts=tuple(chosen) if template == "charts" else ())
        try:
            body, held = made(store, asked, form, current_scope(), desk, "web", own, address=host())
        except BriefError as fault:
            return _wrong(404 if fault.reason == "unknown" else 400, fault.reason, fault.text(view.lang))
        except chromium.ChromiumError as fault:
            return _wrong(503, fault.reason, fault.text(view.lang))
        except NotReleased as fault:
            return held_back(desk, None, fault.code, fault, view.lang)
        except OSError:
            return refuse(503, "no_book")
        answer = current_app.response_class(body, content_type=_KINDS[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="{held.stem}.{form}"'
        answer.headers["X-Dubang-Code"] = held.code
        return answer

    server.add_url_rule("/export/brief/<name>", "brief_file", brief)
    links = [ids.brief_link(form) for form in ("docx", "pptx", "pdf", "xlsx")]
    app.clientside_callback(
        ClientsideFunction("briefs", "links"),
        [*(Output(each, "href") for each in links), *(Output(each, "className") for each in links), Output(ids.BRIEF_CHOSEN, "children")],
        [Input(ids.BRIEF_CHARTS, "value"), Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
    )


def _wrong(status: int, reason: str, words: str) -> Response:
    """JSON for scripts, a plain page for somebody who pressed a link."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json") == "text/html":
        view = View.from_query(request.args, current_app.extensions["language"])
        return current_app.response_class(plain_page(status, escape(words), view), status=status, mimetype="text/html")
    answer = jsonify({"error": reason, "message": words})
    answer.status_code = status
    return answer
