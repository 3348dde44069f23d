"""What a judge's phone asks and sends: its page, opening the link, the state of the contest, a ballot."""

import json

from dash import Dash
from flask import Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from callbacks.guard import JUDGE_TOKEN, Door, allowed, refuse
from dashboard.components import contest_phone
from dashboard.view import View
from data.contest import links
from data.contest.ballots import Ballot, BallotBox
from data.contest.links import Holder
from data.contest.model import ContestError
from data.contest.progress import phone
from data.contest.rosters import Rosters
from data.store import Store

DEVICE = "X-Judge-Device"
YEAR = 31_536_000
_STATUS = {"busy": 503, "no_contest": 404, "no_entry": 404, "no_judge": 404}
_WRONG = ("body", "range", "step", "number", "incomplete", "unknown_criterion")


def cookie(judge_id: int) -> str:
    """The cookie that names the phone, one for each judge: two judges' links may be tried on one machine."""
    return f"dubang-judge-{judge_id}"


def register(app: Dash, store: Store) -> None:
    """Open the judges' door and add its routes."""
    rosters = Rosters()
    box = BallotBox(store, rosters)
    door: Door = app.server.extensions["door"]
    door.judges = links.Holders(store.engine).holder

    def page(contest_id: int, token: str) -> Response:
        if not allowed("judge"):
            return refuse(404, "missing")
        view, judge = _view(), _judge()
        with store.reading() as conn:
            found = rosters.of(conn, contest_id).contest
        if judge.removed:
            html = contest_phone.refused_page(view, found.name(view.lang), ContestError("removed").text(view.lang))
        else:
            name = next(each.name for each in found.judges if each.judge_id == judge.judge_id)
            html = contest_phone.phone_page(view, contest_id, found.name(view.lang), name)
        return current_app.response_class(html, mimetype="text/html")

    def opened(contest_id: int) -> Response:
        body = _body()
        judge = _judge()
        device = next((each for each in _devices(judge) if links.is_bound_to(judge.device_sha256, [each])), None)
        device = device or (body or {}).get("device")
        try:
            if not isinstance(device, str):
                raise ContestError("body")
            if judge.removed:
                raise ContestError("removed")
            if not links.is_bound_to(judge.device_sha256, [device]):
                with store.writing() as conn:
                    links.bind(conn, judge, device)
        except ContestError as problem:
            return _sorry(problem)
        answer = jsonify({"ok": True})
        answer.set_cookie(
            cookie(judge.judge_id),
            device,
            max_age=YEAR,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
            path=f"/api/contest/{contest_id}/",
        )
        return answer

    def state(contest_id: int) -> Response:
        judge = _judge()
        if judge.removed:
            return _sorry(ContestError("removed"))
        if not links.is_bound_to(judge.device_sha256, _devices(judge)):
            return _sorry(ContestError("other_phone"))
        with store.reading() as conn:
            return _json(phone(conn, contest_id, judge.judge_id, _view().lang, rosters))

    def score(contest_id: int) -> Response:
        judge, body = _judge(), _body()
        try:
            fresh = box.cast(_ballot(judge, body))
        except ContestError as problem:
            return _sorry(problem)
        return _json({"ok": True, "fresh": fresh})

    def asset(name: str) -> Response:
        if name not in contest_phone.FILES:
            return refuse(404, "missing")
        answer = current_app.response_class(contest_phone.file(name)[0], mimetype=contest_phone.FILES[name])
        answer.cache_control.max_age = YEAR
        return answer

    rule = app.server.add_url_rule
    rule("/contest/<int(max=999999999):contest_id>/judge/<token>", "contest_phone", page)
    rule("/api/contest/<int(max=999999999):contest_id>/open", "contest_open", opened, methods=["POST"])
    rule("/api/contest/<int(max=999999999):contest_id>/state", "contest_state", state)
    rule("/api/contest/<int(max=999999999):contest_id>/score", "contest_score", score, methods=["POST"])
    rule("/phone/<name>", "contest_asset", asset)


def _view() -> View:
    return View.from_query(request.args, current_app.extensions.get("language", "zh-CN"))


def _judge() -> Holder:
    """Whom the guard let in; it lets nobody else to these routes."""
    found: Holder = g.judge
    return found


def _devices(judge: Holder) -> tuple[str, ...]:
    """What this request says the phone is: what its script keeps, and what its browser keeps."""
    given = (request.headers.get(DEVICE), request.cookies.get(cookie(judge.judge_id)))
    return tuple(each for each in given if links.is_device(each) and each is not None)


def _body() -> dict[str, object] | None:
    try:
        body = request.get_json()
    except (HTTPException, RecursionError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def _ballot(judge: Holder, body: dict[str, object] | None) -> Ballot:
    if body is None:
        raise ContestError("body")
    entry, key, points = body.get("entry"), body.get("key"), body.get("points")
    if isinstance(entry, bool) or not isinstance(entry, int) or not 0 < entry < 2**31 or not isinstance(key, str):
        raise ContestError("body")
    if not isinstance(points, dict) or not all(each.isascii() and each.isdigit() and len(each) < 10 for each in points):
        raise ContestError("body")
    given = {int(criterion): value for criterion, value in points.items()}
    return Ballot(judge.contest_id, judge.judge_id, judge.token_sha256, _devices(judge), entry, key, given)


def _json(body: dict[str, object], status: int = 200) -> Response:
    return current_app.response_class(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def _sorry(problem: ContestError) -> Response:
    status = _STATUS.get(problem.code, 400 if problem.code in _WRONG else 409)
    answer = _json({"error": problem.code, "message": problem.text(_view().lang)}, status)
    if status == 503:
        answer.headers["Retry-After"] = "1"
    return answer


__all__ = ["DEVICE", "JUDGE_TOKEN", "cookie", "register"]
