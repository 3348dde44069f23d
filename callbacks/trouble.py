"""When something goes wrong: one calm line for the reader, one record for the operator, nothing that leaks."""

import logging

from dash import ctx, html, set_props
from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from callbacks.guard import refuse
from dashboard import ids
from dashboard.i18n import t
from dashboard.site import address, asked_view
from dashboard.view import View
from data.ranking.lock_words import LockError

log = logging.getLogger(__name__)

_REASONS = {400: "body", 401: "closed", 403: "callback", 404: "missing", 405: "method", 413: "large", 414: "large", 415: "body"}


def on_error(problem: Exception) -> list[object] | None:
    """A callback raised: its outputs stay as they were, and a line says that something did not work.

    A page that cannot be laid out is a line of its own, with a way back.
    """
    if isinstance(problem, HTTPException):
        raise problem
    log.error("callback %s failed", _asked(), exc_info=problem)
    values = {**(ctx.inputs or {}), **(ctx.states or {})}
    view = View.from_query(values.get(f"{ids.VIEW}.data"))
    if f"{ids.URL}.pathname" in values:
        return _instead_of_page(asked_view())
    set_props(ids.TOAST, {"children": t("shell.failed", view.lang)})
    return None


def _instead_of_page(view: View) -> list[object]:
    words = [html.H1(t("shell.brand", view.lang)), html.P(t("guard.failed", view.lang), className="lead")]
    back = html.P(html.A(t("missing.home", view.lang), href=address("/", None, view)))
    return [html.Main([*words, back], className="plain-page"), {"title": t("shell.brand", view.lang)}]


def _asked() -> str:
    try:
        return str(ctx.triggered_id)
    except Exception:
        return "?"


def install(server: Flask) -> None:
    """Answer every error of ``server`` shortly, without a traceback."""

    def expected(problem: HTTPException) -> Response:
        return refuse(problem.code or 500, _REASONS.get(problem.code or 500, "failed"))

    def no_such_file(_: Exception) -> Response:
        return refuse(404, "missing")

    def unreadable(problem: LockError) -> Response:
        # a locked period that was altered or damaged: said in its own words, and logged where it was opened
        view = View.from_query(request.args, server.extensions.get("language", "zh-CN"))
        answer = jsonify({"error": problem.code, "message": problem.text(view.lang)})
        answer.status_code = 500
        return answer

    def unexpected(problem: Exception) -> Response:
        log.error("request failed", exc_info=problem)
        return refuse(500, "failed")

    server.register_error_handler(HTTPException, expected)
    server.register_error_handler(DependencyException, no_such_file)
    server.register_error_handler(FileNotFoundError, no_such_file)
    server.register_error_handler(LockError, unreadable)
    server.register_error_handler(Exception, unexpected)
