"""Readiness: can this process answer from its store? Says no more than that, to anybody."""

import logging

from dash import Dash
from flask import Response, jsonify

from callbacks.cached import Answers
from data.store import Store

log = logging.getLogger(__name__)


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve /readyz; /healthz (the process is alive) is Dash's own."""

    def ready() -> Response:
        try:
            store.version()
        except Exception as problem:
            log.warning("not ready: the store does not answer (%s)", type(problem).__name__)
            answer = jsonify({"status": "unavailable"})
            answer.status_code = 503
            return answer
        return jsonify({"status": "degraded" if answers.shared_ok is False else "ok"})

    app.server.add_url_rule("/readyz", "readyz", ready)
