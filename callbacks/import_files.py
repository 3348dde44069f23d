"""Files in and out of the import page: the upload, a batch's original, the workbook with its faults marked."""

import secrets
import time
from urllib.parse import urlencode

from dash import Dash
from flask import Response, current_app, jsonify, request, send_file, session

from callbacks.guard import allowed, refuse
from dashboard.i18n import t
from dashboard.view import View
from data.ledgers import jobs, pipeline
from data.ledgers.problems import LedgerError
from data.ledgers.uploads import Upload, Uploads, read_json
from data.store import Store

MARK_SECONDS = 100
#: the pages that take files in
LEDGERS, PLACES = "import", "places"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def uploads() -> Uploads:
    """The running app's folder of uploads."""
    found: Uploads = current_app.extensions["uploads"]
    return found


def visitor(room: str = LEDGERS) -> str:
    """Who hands files in, and on which page: a random mark in the signed session cookie, so that neither page shows the other's files."""
    mark = session.get("visitor")
    if not isinstance(mark, str):
        mark = session["visitor"] = secrets.token_urlsafe(24)
    return mark if room == LEDGERS else f"{mark}/{room}"


def mine(upload_id: object, room: str = LEDGERS) -> Upload | None:
    """The visitor's own upload of that id."""
    return uploads().get(upload_id, visitor(room))


def address_of(store: Store) -> str:
    """The store's address, for a job's standard input only."""
    return store.engine.url.render_as_string(hide_password=False)


def task(kind: str, **given: object) -> dict[str, object]:
    """A job's task; jobs of one app take turns."""
    return {"kind": kind, "turn": str(uploads().folder / ".turn"), **given}


def register(app: Dash, store: Store) -> None:
    """Add the routes."""

    def receive() -> Response:
        if not allowed("import"):
            return refuse(401, "closed")
        lang = View.from_query(request.args, current_app.extensions["language"]).lang
        kept = uploads()
        # the limit of this route is the file's, not that of base64 in JSON
        request.max_content_length = kept.limit
        if (request.content_length or 0) > kept.limit:
            return _sorry(413, LedgerError("file_too_large", limit=kept.limit // 1024 // 1024).text(lang))
        try:
            room = PLACES if request.args.get("room") == PLACES else LEDGERS
            upload = kept.receive(request.stream, request.args.get("name", ""), visitor(room))
        except LedgerError as error:
            return _sorry(400, words(error, lang))
        return jsonify({"id": upload.id, "name": upload.name})

    def original(batch: int) -> Response:
        if not allowed("import"):
            return refuse(401, "closed")
        try:
            name, content = pipeline.original(store, batch)
        except LedgerError:
            return refuse(404, "missing")
        return _attachment(content, name, "application/octet-stream")

    def marked(upload_id: str) -> Response:
        if not allowed("import"):
            return refuse(401, "closed")
        upload = mine(upload_id)
        if upload is None or read_json(upload.folder / "preview.json") is None:
            return refuse(404, "missing")
        view = View.from_query(request.args, current_app.extensions["language"])
        job = _marked(store, upload, view.lang)
        if job.state != jobs.DONE:
            error = job.error or {"code": "job_failed", "params": {}}
            return current_app.response_class(words(LedgerError(error["code"], **error["params"]), view.lang), 409, mimetype="text/plain")
        stem = upload.name.rpartition(".")[0] or upload.name
        return _attachment((job.folder / "marked.xlsx").read_bytes(), t("imports.marked_name", view.lang, name=stem), _WORKBOOK)

    app.server.add_url_rule("/import/upload", "import_upload", receive, methods=["POST"])
    app.server.add_url_rule("/import/original/<int(max=2147483647):batch>", "import_original", original)
    app.server.add_url_rule("/import/marked/<upload_id>", "import_marked", marked)


def marked_address(upload: Upload, checked: int, lang: str) -> str:
    """Where the workbook with its faults marked is fetched; another check makes another one."""
    return f"/import/marked/{upload.id}?{urlencode({'lang': lang, 'check': checked})}"


def words(error: LedgerError, lang: str) -> str:
    """An error's sentence: the ledger room's own, or the page's for what happens to uploads and jobs."""
    key = f"imports.error.{error.code}"
    try:
        return error.text(lang)
    except KeyError:
        return t(key, lang, **{name: str(value) for name, value in error.params.items()})


def _marked(store: Store, upload: Upload, lang: str) -> jobs.Job:
    checked = (read_json(upload.folder / "preview.json") or {}).get("job", 0)
    folder = upload.folder / f"marked-{int(checked)}-{lang}"
    folder.mkdir(mode=0o700, exist_ok=True)
    job = jobs.latest(folder)
    if job is None or job.state in (jobs.FAILED, jobs.INTERRUPTED):
        job = jobs.start(folder, address_of(store), task(jobs.MARK, upload=str(upload.folder), lang=lang))
    until = time.monotonic() + MARK_SECONDS
    while job.live and time.monotonic() < until:
        time.sleep(0.2)
        job = jobs.latest(folder) or job
    return job


def _sorry(status: int, message: str) -> Response:
    answer = jsonify({"error": "upload", "message": message})
    answer.status_code = status
    return answer


def _attachment(content: bytes, name: str, mimetype: str) -> Response:
    from io import BytesIO

    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)
