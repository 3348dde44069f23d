"""What every address of files answers with: the way back to this server, and the refusal of a state that may not go out yet."""

from flask import Response, jsonify, request

from callbacks.export_desk import Desk, NotReleased
from dashboard.i18n import t
from data.exports import states


def host() -> str:
    """The address by which the reader reached this server."""
    return request.host_url.rstrip("/")


def held_back(desk: Desk, state: states.State | None, code: str, held: NotReleased, lang: str) -> Response:
    """The state waits under its code until somebody approves it."""
    if state is not None:
        desk.record.add(state)
    words = t("export.held_back", lang, code=code, least=t(f"release.{held.least}", lang), status=t(f"release.{held.status}", lang))
    answer = jsonify({"error": "not_released", "code": code, "message": words})
    answer.status_code = 403
    return answer
