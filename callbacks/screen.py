"""The wall: its page, its scenes as JSON, and the beat by which it says that it lives and learns what is new.

The page stands outside Dash's renderer (dashboard/wall/): it has to run for weeks, keep its last good picture while the server is away,
and be open to a wall on another machine that may see one playlist and nothing else. What it shows are the registered charts.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Annotated, Any

from dash import Dash
from flask import Response, abort, current_app, g, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from callbacks import contest_links, screen_files
from callbacks.cached import Answers, Busy
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import CHARTS, result, to_text
from callbacks.screen_list import Shown, entry_named, list_name, list_of, scene_name
from callbacks.screen_scene import Partial, answer_of, scene_text
from dashboard import wall_blocks, wall_page
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import LANGUAGES, THEMES, Style, View
from data import calendar
from data.filters import Filters
from data.screens import playlists, snapshots
from data.screens.playlists import Playlist, PlaylistError
from data.screens.scenes import SCENES
from data.screens.walls import WallError, Walls, walls_of
from data.store import Store

log = logging.getLogger(__name__)

# a scene that somebody else is computing is waited for so long; then the wall keeps what it has and asks again
PATIENCE = 5.0
BEAT_BYTES = 8 * 1024
ROWS = 100
TICK, STEERED_TICK = 30_000, 1_000
Said = Annotated[str, Field(max_length=120)]


class Check(BaseModel):
    """What a wall found when it looked at itself."""

    model_config = ConfigDict(extra="forbid")
    ok: bool
    words: list[Said] = Field(default_factory=list, max_length=20)


class Beat(BaseModel):
    """What a wall says of itself."""

    model_config = ConfigDict(extra="forbid")
    wall: str = Field(pattern=r"^[A-Za-z0-9-]{8,40}$")
    scene: str | None = Field(None, max_length=120)
    version: int | None = None
    build: str | None = Field(None, max_length=40)
    size: str | None = Field(None, max_length=40)
    entry: int | None = Field(None, ge=0)
    region: str | None = Field(None, max_length=20)
    theme: str | None = Field(None, max_length=10)
    frozen: str | None = Field(None, max_length=20)
    paused: bool = False
    stale: int = Field(0, ge=0)
    failed: list[Said] = Field(default_factory=list, max_length=20)
    check: Check | None = None
    errors: int = Field(0, ge=0)
    heap: int | None = None
    nodes: int | None = None
    # the number of the last command that was carried out
    done: int | None = Field(None, ge=0)


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Add the wall's page and its addresses."""
    server = app.server
    walls, keys = walls_of(store), playlists.Keys(store.engine)

    def page(code: str, key: str = "") -> Response:
        _may()
        shown = _view()
        try:
            found = _playlist(store, code)
        except (LookupError, PlaylistError):
            return refuse(404, "missing")
        except Exception as problem:
            log.warning("wall %s: %s: %s", request.path, type(problem).__name__, str(problem)[:300])
            busy = refuse(503, "busy")
            # a screen that is switched on while the store is away asks again by itself
            busy.headers["Refresh"] = "15"
            return busy
        view = shown.but(
            lang=shown.lang if "lang" in request.args or not found.lang else found.lang,
            theme=_one("look", THEMES) or found.theme or shown.theme,
        )
        words = wall_page.page(
            view,
            found.code,
            found.name,
            key,
            request.query_string.decode("utf-8", "replace"),
            full=allowed("view"),
            build=screen_files.build(),
        )
        return current_app.response_class(words, mimetype="text/html")

    def first() -> Response:
        return page(playlists.STANDARD)

    def the_list(code: str) -> Response:
        return _told(store, code, lambda found: _list(store, answers, found))

    def the_scene(code: str, entry: str) -> Response:
        return _told(store, code, lambda found: _scene(store, answers, found, entry))

    def the_rows(code: str) -> Response:
        return _told(store, code, lambda found: _rows(store, found))

    def beat(code: str) -> Response:
        request.max_content_length = BEAT_BYTES
        try:
            told = Beat.model_validate(request.get_json(silent=True))
        except ValidationError:
            return refuse(400, "body")
        return _answered(lambda: _beat(store, walls, keys, code, told))

    def remote(code: str) -> Response:
        request.max_content_length = BEAT_BYTES
        body = request.get_json(silent=True)
        name = body.get("wall") if isinstance(body, dict) else None
        if not isinstance(name, str) or not 8 <= len(name) <= 40:
            return refuse(400, "body")
        return _answered(lambda: _remote(walls, code, name))

    for rule, name, function, methods in (
        ("/screen", "screen", first, ["GET"]),
        ("/screen/<code>", "screen_page", page, ["GET"]),
        ("/screen/<code>/<key>", "screen_key", page, ["GET"]),
        ("/api/screen/<code>", "screen_list", the_list, ["GET"]),
        ("/api/screen/<code>/scene/<entry>", "screen_scene", the_scene, ["GET"]),
        ("/api/screen/<code>/rows", "screen_rows", the_rows, ["GET"]),
        ("/api/screen/<code>/beat", "screen_beat", beat, ["POST"]),
        ("/api/screen/<code>/remote", "screen_remote", remote, ["POST"]),
    ):
        server.add_url_rule(rule, name, function, methods=methods)
    screen_files.register(server)


# ----------------------------------------------------------------------------- who asks, and for what


def _may() -> None:
    """A visitor who may view, or a wall with the key of this playlist (the door has looked at it)."""
    if not (allowed("view") or allowed("wall")):
        abort(401)


def _one(name: str, allowed_: tuple[str, ...]) -> str | None:
    value = request.args.get(name, "")
    return value if value in allowed_ else None


def _view() -> View:
    lang = _one("lang", LANGUAGES) or current_app.extensions.get("language", LANGUAGES[0])
    theme = _one("look", THEMES) or View.from_query({"theme": request.cookies.get("dubang-theme")}).theme
    return View(lang, Style.SCREEN, theme)


def _shape() -> str:
    """Whether the screen is of ordinary shape or very wide."""
    return "wide" if request.args.get("shape") == "wide" else "wall"


def _playlist(store: Store, code: str) -> Playlist:
    if code == playlists.STANDARD:
        return playlists.standard()
    with store.reading() as conn:
        found = playlists.find(conn, code)
    if found is None:
        raise LookupError(code)
    return found


def _told(store: Store, code: str, answer: Callable[[Playlist], str]) -> Response:
    """``_answered`` for what needs the playlist itself."""
    return _answered(lambda: answer(_playlist(store, code)))


def _answered(answer: Callable[[], str]) -> Response:
    """JSON text for a wall. Whatever goes wrong is JSON as well: the wall keeps its picture."""
    _may()
    g.view = _view()
    try:
        return current_app.response_class(answer(), mimetype="application/json")
    except HTTPException:
        raise
    except (LookupError, PlaylistError, WallError):
        return refuse(404, "missing")
    except Busy:
        busy = refuse(503, "busy")
        busy.headers["Retry-After"] = "5"
        return busy
    except Exception as problem:
        log.warning("wall %s: %s: %s", request.path, type(problem).__name__, str(problem)[:300])
        return refuse(503, "busy")


def _frozen(store: Store, found: Playlist) -> snapshots.Snapshot | None:
    """The frozen state that is asked for: by its code, or the newest of this playlist."""
    asked = request.args.get("frozen", "")
    if not asked:
        return None
    with store.reading() as conn:
        return snapshots.newest(conn, found.code) if asked == "newest" else snapshots.find(conn, asked, found.code)


def laid(*queries: str) -> str:
    """Queries laid over one another: what a later one says holds."""
    return reduce(playlists.laid_over, queries)


def selection(found: Playlist) -> str:
    """The playlist's own selection under the one in the wall's address."""
    asked = request.query_string.decode("utf-8", "replace").split("&")
    # which panels a wall has is no part of it, and is different in every question
    return laid(found.query, "&".join(part for part in asked if not part.startswith("have=")))


# ----------------------------------------------------------------------------- the list


def _list(store: Store, answers: Answers, found: Playlist) -> str:
    view: View = g.view
    frozen = _frozen(store, found)
    if frozen is not None:
        with store.reading() as conn:
            body = snapshots.answer(conn, frozen, list_name(view))
        told: dict[str, Any] = json.loads(body)
        told["frozen"] = _frozen_words(frozen, view)
    else:
        scope, query = current_scope(), selection(found)
        # what stands in the row itself: one that was damaged keeps its revision
        row = to_text([playlists.definition_of(found), found.damaged])
        key = ("screen-list", found.code, found.revision, row, query, view.to_query(), scope, store.version())
        told = json.loads(answers.get(key, lambda: to_text(list_of(store, found, query, view, scope)), patience=PATIENCE))
        told["frozen"] = None
    told["build"] = screen_files.build()
    told["now"] = stamp(calendar.now_utc())
    return to_text(told)


# ----------------------------------------------------------------------------- a scene


def _scene(store: Store, answers: Answers, found: Playlist, entry: str) -> str:
    view: View = g.view
    shape, have = _shape(), set(request.args.get("have", "").split(","))
    frozen = _frozen(store, found)
    if frozen is not None:
        key: tuple[object, ...] = ("frozen", frozen.code, frozen.sha256, entry, view.to_query(), shape)
        state = frozen

        def compute() -> str:
            with store.reading() as conn:
                name = _there(json.loads(snapshots.answer(conn, state, list_name(view)))["entries"], entry)
                return snapshots.answer(conn, state, scene_name(name, view, shape))

        return answer_of(answers.get(key, compute, patience=PATIENCE), entry, have, _frozen_words(frozen, view))
    scope, query = current_scope(), selection(found)
    shown = _entry(store, found, entry, query, view)
    key = ("scene", shown.scene.id, shown.title, shown.query, view.to_query(), shape, scope, store.version())
    try:
        text = answers.get(key, lambda: scene_text(store, shown, view, shape, scope), patience=PATIENCE)
    except Partial as partly:
        text = partly.text
    return answer_of(text, entry, have, None)


def _there(entries: list[dict[str, Any]], entry: str) -> str:
    """An entry of a frozen list; for a region called for from a phone, the one that is about it."""
    if not entry.startswith("go."):
        return entry
    end = f".dossier.{entry.removeprefix('go.')}"
    found = next((str(each["name"]) for each in entries if each["name"].endswith(end)), None)
    if found is None:
        raise LookupError(entry)
    return found


def _entry(store: Store, found: Playlist, entry: str, query: str, view: View) -> Shown:
    """The entry of a playlist, or a region's dossier called for from a phone (``go.<region>``)."""
    if entry.startswith("go."):
        region = entry.removeprefix("go.")
        if store.tree().get(region) is None:
            raise LookupError(entry)
        scene = SCENES["dossier"]
        below = Filters.from_query(query).but(level=None, region=region).to_query()
        return Shown(entry, scene, below, region, t(f"wall.scene.{scene.id}", view.lang), 60, "fade")
    shown = entry_named(store, found, entry, query, view)
    if shown is None:
        raise LookupError(entry)
    return shown


def _frozen_words(frozen: snapshots.Snapshot, view: View) -> dict[str, object]:
    return {
        "code": frozen.code,
        "name": frozen.name,
        "at": stamp(frozen.frozen_at),
        "as_of": day(frozen.as_of, view.lang, year=True),
        "version": frozen.store_version,
        "hash": frozen.sha256[:8],
    }


def stamp(moment: datetime) -> str:
    """A moment in UTC as the clock in Asia/Shanghai says it: ``2026-11-28 14:05``."""
    return calendar.local_moment(moment).strftime("%Y-%m-%d %H:%M")


# ----------------------------------------------------------------------------- rows behind a number


def _rows(store: Store, found: Playlist) -> str:
    """The rows behind a number, as a table for the wall; ``query`` holds the piece that was touched."""
    view: View = g.view
    scope = current_scope()
    query = laid(selection(found), request.args.get("at", ""))
    filters = Filters.from_query(query).but(size=ROWS, page=1, sort="days_overdue", descending=True)
    if not filters.rows:
        filters = filters.but(rows="open")
    chart = CHARTS["item-list"]
    frame = result(store, chart, filters, view.lang, scope)
    block, title = wall_blocks.BLOCKS[chart.id]
    told = {**block(frame, filters, view), "title": title(frame, filters, view), "query": filters.but(size=50).to_query()}
    return to_text(told)


# ----------------------------------------------------------------------------- the beat


def _beat(store: Store, walls: Walls, keys: playlists.Keys, code: str, told: Beat) -> str:
    """What a wall is told every half minute: the store's version, whether its list or its program changed, and a phone's command."""
    revision = keys.revision(code)
    if not revision and code != playlists.STANDARD:
        raise LookupError(code)
    standing = walls.beat(told.wall, code, told.model_dump(exclude={"wall"}), request.remote_addr or "")
    return to_text(
        {
            "now": stamp(calendar.now_utc()),
            "version": store.version(),
            "revision": revision,
            "build": screen_files.build(),
            "no": standing.command_no,
            "command": standing.command,
            "tick": STEERED_TICK if standing.steered else TICK,
        }
    )


def _remote(walls: Walls, playlist: str, name: str) -> str:
    """A code for a phone, and the address it opens as a picture."""
    code = walls.remote_code(name, playlist)
    base = (current_app.extensions.get("judge_url") or request.host_url).rstrip("/")
    address = f"{base}/remote/{code}"
    return to_text({"code": code, "address": address, "picture": contest_links.code(address)})
