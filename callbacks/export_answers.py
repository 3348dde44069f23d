"""What every address of files answers with: the way back to this server, and the refusal of a state that may not go out yet."""

from flask import Response, jsonify, request

from callbacks.export_desk import Desk, NotReleased
from callbacks.guard import allowed, current_scope, refuse
from dashboard.i18n import t
from data import scope
from data.exports import states


def host() -> str:
    """The address by which the reader reached this server."""
    return request.host_url.rstrip("/")


def viewer() -> str:
    """The data scope of a visitor who asks for a code. Those who may only see what is public are shown no restricted positions."""
    return current_scope() if allowed("view") else scope.made(scope.ALL, False)


def held_back(desk: Desk, state: states.State | None, code: str, held: NotReleased, lang: str) -> Response:
    """The state waits under its code until somebody approves it; 503 when it cannot be kept there."""
    if state is not None:
        try:
            desk.record.add(state)
        except OSError:
            return refuse(503, "no_book")
    words = t("export.held_back", lang, code=code, least=t(f"release.{held.least}", lang), status=t(f"release.{held.status}", lang))
    answer = jsonify({"error": "not_released", "code": code, "message": words})
    answer.status_code = 403
    return answer
