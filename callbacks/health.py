"""Readiness: can this process answer from its store, and keep what it is given? Says no more than that, to anybody."""

import logging
import shutil
import time
from pathlib import Path

from dash import Dash
from flask import Response, jsonify

from callbacks.cached import Answers
from data import migrate
from data.ledgers.uploads import Uploads
from data.store import Store

log = logging.getLogger(__name__)

# with less than this on the disk, imports begin to fail
LEAST_BYTES = 200 * 1024 * 1024
# how long a schema that was right is taken to be right
_SECONDS = 60.0
_right: dict[int, float] = {}


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve /readyz; /healthz (the process is alive) is Dash's own."""

    uploads: Uploads = app.server.extensions["uploads"]

    def ready() -> Response:
        try:
            store.version()
            if not _current(store):
                raise RuntimeError("schema")
        except Exception as problem:
            log.warning("not ready: the store does not answer (%s)", type(problem).__name__)
            answer = jsonify({"status": "unavailable"})
            answer.status_code = 503
            return answer
        return jsonify({"status": "ok" if _whole(store, answers, uploads.folder) else "degraded"})

    app.server.add_url_rule("/readyz", "readyz", ready)


def _current(store: Store) -> bool:
    """Whether the store has the schema this program was written for."""
    now = time.monotonic()
    if now - _right.get(store.token, -_SECONDS) >= _SECONDS:
        if migrate.revision(store.engine) != migrate.newest():
            return False
        _right[store.token] = now
    return True


def _whole(store: Store, answers: Answers, folder: Path) -> bool:
    """Whether everything beyond reading works: writing, room on the disk, the shared cache."""
    return store.writable() and shutil.disk_usage(folder.parent).free >= LEAST_BYTES and answers.shared_ok is not False
