"""What a phone that steers a wall asks and sends: its page, how the wall stands, a press, the regions it can go to."""

import json
from typing import Any

from dash import Dash
from flask import Response, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import Door, allowed, current_scope
from callbacks.registry import CHARTS, result
from callbacks.screen_list import expand
from callbacks.wrong_tokens import WrongTokens
from dashboard import frame
from dashboard.components import remote_phone
from dashboard.components.screen_list import playlist_name
from dashboard.formatting import missing
from dashboard.i18n import t
from dashboard.view import Style, View
from data.filters import LEVELS, Filters
from data.screens import playlists
from data.screens.playlists import Playlist, PlaylistError
from data.screens.walls import Wall, WallError, Walls, short, walls_of
from data.store import Store

YEAR = 31_536_000
# presses of one code within some seconds: nobody follows faster
PRESSES, SECONDS = 20, 10.0
FOUND = 24
_STATUS = {"command": 400, "wall_missing": 404, "busy": 503}


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Open the door of phones that steer and add its routes."""
    walls = walls_of(store)
    door: Door = app.server.extensions["door"]
    door.remotes = walls.by_remote
    presses = WrongTokens(PRESSES, SECONDS)

    def page(code: str) -> Response:
        _may()
        view = _view()
        wall, playlist = _standing(store, walls)
        name = playlist_name(playlist.code, playlist.name, view.lang) if playlist else wall.playlist
        heading = wall.name or t("remote.heading", view.lang)
        return current_app.response_class(remote_phone.remote_page(view, heading, name), mimetype="text/html")

    def state(code: str) -> Response:
        _may()
        view = _view()
        wall, playlist = _standing(store, walls)
        return _json(_state(store, answers, wall, playlist, view))

    def press(code: str) -> Response:
        _may()
        lang = _view().lang
        if presses.note(_steered()):
            return _json({"error": "fast", "message": t("remote.fast", lang)}, 429)
        try:
            body = request.get_json()
        except (HTTPException, RecursionError, ValueError):
            body = None
        given = body if isinstance(body, dict) else {}
        try:
            if given.get("do") == "region" and given.get("value") is not None and store.tree().get(str(given["value"])) is None:
                raise WallError("command")
            with short(store) as conn:
                number = walls.command(conn, _steered(), given.get("do"), given.get("value"))
        except WallError as problem:
            answer = _json({"error": problem.key, "message": problem.text(lang)}, _STATUS[problem.key])
            if problem.key == "busy":
                answer.headers["Retry-After"] = "2"
            return answer
        return _json({"no": number})

    def regions(code: str) -> Response:
        _may()
        view = _view()
        _, playlist = _standing(store, walls)
        return _json(_regions(store, answers, playlist, view, request.args.get("q", "")[:40]))

    def asset() -> Response:
        name = request.path.rpartition("/")[2]
        answer = current_app.response_class(remote_phone.file(name)[0], mimetype=remote_phone.FILES[name])
        answer.cache_control.max_age = YEAR
        return answer

    rule = app.server.add_url_rule
    rule("/remote/<code>", "remote", page)
    rule("/api/remote/<code>", "remote_press", press, methods=["POST"])
    rule("/api/remote/<code>/state", "remote_state", state)
    rule("/api/remote/<code>/regions", "remote_regions", regions)
    for name in remote_phone.FILES:
        rule(f"/phone/{name}", f"remote_{name}", asset)


def _may() -> None:
    """The guard lets nobody else to these routes."""
    if not allowed("remote"):
        abort(401)


def _steered() -> str:
    """The wall whose code the guard has looked at."""
    found: str = g.remote
    return found


def _view() -> View:
    return View.from_query(request.args, current_app.extensions.get("language", "zh-CN")).but(style=Style.SCREEN)


def _standing(store: Store, walls: Walls) -> tuple[Wall, Playlist | None]:
    with store.reading() as conn:
        wall = walls.find(conn, _steered())
        assert wall is not None
        try:
            return wall, playlists.find(conn, wall.playlist)
        except PlaylistError:
            return wall, None


def _state(store: Store, answers: Answers, wall: Wall, playlist: Playlist | None, view: View) -> dict[str, Any]:
    """How the wall stands, for the phone; ``entries`` only when the phone has others (``have``)."""
    scope, report = current_scope(), wall.report
    names, titles, stamp = [], [], ""
    if playlist is not None:
        stamp = f"{playlist.code}-{playlist.revision}-{store.version()}-{view.lang}"

        def written() -> str:
            shown = expand(store, playlist, playlist.query, view, scope)
            return json.dumps([[each.name for each in shown], [each.title for each in shown]], ensure_ascii=False)

        names, titles = json.loads(answers.get(("remote-list", stamp, scope), written))
    apart = isinstance(wall.scene, str) and wall.scene.startswith("go.")
    at = names.index(wall.scene) if wall.scene in names else None
    if at is None and not apart and isinstance(report.get("entry"), int) and 0 <= report["entry"] < len(names):
        # the wall's address has a selection of its own, which names its regions otherwise
        at = report["entry"]
    title = titles[at] if at is not None else ""
    if apart and wall.scene:
        place = store.tree().get(wall.scene.removeprefix("go."))
        title = t("wall.scene_of", view.lang, scene=t("wall.scene.dossier", view.lang), region=_named(store, place, view)) if place else ""
    told: dict[str, Any] = {
        "at": at,
        "title": title,
        "paused": report.get("paused") is True,
        "frozen": bool(report.get("frozen")),
        "theme": report.get("theme"),
        "stale": report.get("stale") if isinstance(report.get("stale"), int) else 0,
        "age": wall.age,
        "away": wall.away,
        "no": wall.command_no,
        "done": report.get("done") if isinstance(report.get("done"), int) else None,
        "stamp": stamp,
    }
    if request.args.get("have") != stamp:
        told["entries"] = titles
    return told


def _named(store: Store, place: Any, view: View) -> str:
    return store.tree().label(place.region_id, view.lang)


def _regions(store: Store, answers: Answers, playlist: Playlist | None, view: View, text: str) -> dict[str, Any]:
    """Regions of the playlist's selection that have items: {code, name}. Without a text those results are grouped into."""
    query, scope = playlist.query if playlist else "", current_scope()

    def written() -> str:
        """[[code, name, name with those above it, whether it stands without a search, its place in the order], …]"""
        tree, out, tops = store.tree(), {}, set()
        filters = Filters.from_query(query)
        for level in (None, *LEVELS[1:]):
            df = result(store, CHARTS["progress-by-region"], filters.but(level=level or filters.level), view.lang, scope)
            for code, name in frame.rows(df, "region_code", "region"):
                place = None if missing(code) else tree.get(str(code))
                if place is not None and code not in out:
                    out[code] = [code, name, tree.full_name(place.region_id, view.lang), level is None, place.position]
                    tops.add(next((up.region_id for up in tree.ancestors(place.region_id) if up.level == "province"), place.region_id))
        if len(tops) == 1:
            # all in one province, whose name says nothing then
            top = tree.label(tops.pop(), view.lang)
            for each in out.values():
                each[2] = each[2].removeprefix(top).removesuffix(f", {top}").strip() or each[2]
        return json.dumps(sorted(out.values(), key=lambda each: each[4]), ensure_ascii=False)

    held = json.loads(answers.get(("remote-regions", query, view.lang, scope, store.version()), written))
    wanted = text.strip().casefold()
    if wanted:
        hits = [each for each in held if wanted in each[2].casefold() or each[0].startswith(text.strip())]
        hits.sort(key=lambda each: (not each[1].casefold().startswith(wanted), wanted not in each[1].casefold()))
        # one name in two places: say which
        shown = [{"code": code, "name": full} for code, _, full, *_ in hits]
    else:
        shown = [{"code": code, "name": name} for code, name, _, first, _ in held if first]
    return {"regions": shown[:FOUND], "more": len(shown) > FOUND}


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return current_app.response_class(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
