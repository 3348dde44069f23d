"""The page of playlists: the list with what can be done, the editor's opening and saving, and the regions it searches."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from flask import Response, current_app, request
from pydantic import BaseModel, Field

from callbacks import remote, walls
from callbacks.cached import Answers
from callbacks.guard import Door, allowed, bind, is_loopback, refuse
from callbacks.screen_freeze import FreezeError, freeze
from dashboard import ids
from dashboard.components.screen_list import key_made, left_out, playlist_name, said, screen_list
from dashboard.formatting import day, moment
from dashboard.i18n import t
from dashboard.view import View
from data import calendar, scope
from data.filters import Filters
from data.screens import playlists, snapshots
from data.screens.playlists import Entry, Keys, Playlist, PlaylistError
from data.screens.scenes import SCENES, Scene
from data.screens.snapshots import Snapshot
from data.screens.walls import walls_of
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
FOUND = 12
_SIZE = re.compile(r"(\d+(?:\.\d+)?)fr")


class Listed(BaseModel):
    """What the list is made from."""

    changed: int | None
    view: Text


class Asked(BaseModel):
    """The button that was pressed; ``n`` tells two presses of one button apart."""

    do: Annotated[str, Field(max_length=20)]
    on: Annotated[str, Field(max_length=60)]
    n: int
    text: Annotated[str, Field(max_length=200)] = ""


class Step(BaseModel):
    """A click on a playlist."""

    asked: Asked | None
    changed: int | None
    view: Text


class Save(BaseModel):
    """What stands in the editor."""

    clicks: int | None
    draft: Annotated[str, Field(max_length=100_000)] | None
    changed: int | None
    view: Text


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the pages of playlists and of walls, and open the doors of walls and phones on other machines."""
    door: Door = app.server.extensions["door"]
    door.wall_keys = Keys(store.engine).opens
    remote.register(app, store, answers)
    walls.register(app, store)
    _register_list(app, store)
    _register_editor(app, store)
    app.server.add_url_rule("/api/screens/regions", "screens_regions", lambda: _regions(store))


def _register_list(app: Dash, store: Store) -> None:
    heard = walls_of(store)

    def listed(changed: int | None, view: str | None) -> object:
        look = View.from_query(view)
        now = calendar.now_utc()
        with store.reading() as conn:
            found = playlists.playlists(conn)
            on = [wall.playlist for wall in heard.walls(conn, now) if not wall.away]
            kept = snapshots.snapshots(conn)
        return screen_list([_row(each, on.count(each.code), kept, look.lang) for each in found], look)

    bind(
        app,
        "screens:list",
        listed,
        Output(ids.SCREENS_LIST, "children"),
        [Input(ids.SCREENS_CHANGED, "data")],
        [State(ids.VIEW, "data")],
        permission="screen",
        model=Listed,
    )

    def act(asked: dict[str, Any] | None, changed: int | None, view: str | None) -> list[object]:
        if asked is None:
            return [no_update] * 4
        look = View.from_query(view)
        try:
            if asked["do"] == "freeze":
                return _freeze(store, asked["on"], str(asked.get("text") or ""), (changed or 0) + 1, look)
            return _act(store, asked["do"], asked["on"], (changed or 0) + 1, look)
        except PlaylistError as problem:
            return [said(problem.text(look.lang), bad=True), (changed or 0) + 1, no_update, no_update]

    bind(
        app,
        "screens:step",
        act,
        [
            Output(ids.SCREENS_SAID, "children"),
            Output(ids.SCREENS_CHANGED, "data"),
            Output(ids.SCREENS_OPENED, "data"),
            Output(ids.SCREENS_EDIT_SAID, "children"),
        ],
        [Input(ids.SCREENS_ASKED, "data")],
        [State(ids.SCREENS_CHANGED, "data"), State(ids.VIEW, "data")],
        permission="screen",
        model=Step,
        prevent_initial_call=True,
    )


def _register_editor(app: Dash, store: Store) -> None:
    app.clientside_callback(
        ClientsideFunction("screens", "open"),
        Output(ids.SCREENS_SHOWN, "data"),
        Input(ids.SCREENS_OPENED, "data"),
        State(ids.SCREENS_WORDS, "data"),
    )

    def save(clicks: int | None, draft: str | None, changed: int | None, view: str | None) -> list[object]:
        look = View.from_query(view)
        lang = look.lang
        if not clicks:
            return [no_update] * 3
        try:
            told = json.loads(draft or "")
            given = _draft(told)
        except PlaylistError as problem:
            return [said(problem.text(lang), bad=True), no_update, no_update]
        except (ValueError, KeyError, TypeError, RecursionError):
            return [said(t("screens.unreadable", lang), bad=True), no_update, no_update]
        try:
            playlists.check_regions(given, store.tree())
            was = told.get("was")
            with store.writing() as conn:
                kept = playlists.save(conn, given, None, was=was if isinstance(was, str) and was != given.code else None)
        except PlaylistError as problem:
            return [said(problem.text(lang), bad=True), no_update, no_update]
        first = kept.revision == 1
        words = (
            t("screens.saved_first", lang, name=kept.name, address=_wall_address(kept.code))
            if first
            else t("screens.saved", lang, name=kept.name, n=kept.revision)
        )
        return [said(words), (changed or 0) + 1, _opened(store, kept, lang, saved=told.get("stamp"))]

    bind(
        app,
        "screens:save",
        save,
        [
            Output(ids.SCREENS_EDIT_SAID, "children", allow_duplicate=True),
            Output(ids.SCREENS_CHANGED, "data", allow_duplicate=True),
            Output(ids.SCREENS_OPENED, "data", allow_duplicate=True),
        ],
        [Input(ids.SCREENS_SAVE, "n_clicks")],
        [State(ids.SCREENS_DRAFT, "data"), State(ids.SCREENS_CHANGED, "data"), State(ids.VIEW, "data")],
        permission="screen",
        model=Save,
        prevent_initial_call=True,
    )


# ----------------------------------------------------------------------------- the list


def _row(found: Playlist, walls_now: int, kept: Sequence[Snapshot], lang: str) -> dict[str, Any]:
    return {
        "frozen": [
            {
                "code": each.code,
                "name": each.name,
                "at": moment(calendar.local_moment(each.frozen_at), lang),
                "as_of": day(each.as_of, lang, year=True),
                "version": each.store_version,
                "hash": each.sha256[:8],
            }
            for each in kept
            if each.playlist == found.code
        ],
        "code": found.code,
        "name": playlist_name(found.code, found.name, lang),
        "entries": len(found.entries),
        "seconds": sum(each.dwell * (each.cycle.most if each.cycle else 1) for each in found.entries),
        "cycles": any(each.cycle and each.cycle.by != "list" for each in found.entries),
        "keyed": found.keyed,
        "simulated": found.simulated,
        "standard": found.code == playlists.STANDARD,
        "walls": walls_now,
        "faults": [fault.text(lang) for fault in found.faults],
        "address": _wall_address(found.code),
    }


def _wall_address(code: str) -> str:
    return f"{request.host_url.rstrip('/')}/screen/{code}"


def _act(store: Store, do: str, code: str, changed: int, look: View) -> list[object]:
    """[what is said, changed, what the editor shows, what is said there]. Raises PlaylistError."""
    lang = look.lang
    if do == "new":
        fresh = Playlist("", t("screens.new_name", lang), 0, "", lang, "dark", (Entry("overview", dwell=30),))
        with store.reading() as conn:
            fresh = _with_free_code(fresh, "screen", playlists.playlists(conn))
        return ["", no_update, _opened(store, fresh, lang), said(t("screens.opened_new", lang))]
    if do in ("edit", "duplicate"):
        with store.reading() as conn:
            held = playlists.playlists(conn)
        found = next((each for each in held if each.code == code), None)
        if found is None:
            raise PlaylistError("missing", code=code[:60])
        if do == "duplicate":
            name = t("screens.copied_name", lang, name=playlist_name(found.code, found.name, lang))
            speaks = lang if found.code == playlists.STANDARD else found.lang
            copy = Playlist("", name, 0, found.query, speaks, found.theme, found.entries)
            return ["", no_update, _opened(store, _with_free_code(copy, code, held), lang), said(t("screens.opened_new", lang))]
        words = said(t("screens.opened", lang, name=found.name))
        shown: html.P | html.Div = left_out(found.name, [f.text(lang) for f in found.faults], look) if found.faults else words
        return ["", no_update, _opened(store, found, lang), shown]
    with store.writing() as conn:
        name = next((each.name for each in playlists.playlists(conn) if each.code == code), code[:60])
        if do == "remove":
            playlists.remove(conn, code)
            return [said(t("screens.removed", lang, name=name)), changed, no_update, no_update]
        if do == "drop":
            playlists.drop_key(conn, code)
            return [said(t("screens.removed_key", lang, name=name)), changed, no_update, no_update]
        if do != "key":
            raise PlaylistError("missing", code=code[:60])
        key = playlists.make_key(conn, code)
    base = (current_app.extensions.get("judge_url") or request.host_url).rstrip("/")
    reachable = not is_loopback(base.split("://")[-1].rsplit(":", 1)[0])
    return [key_made(name, f"{base}/screen/{code}/{key}", base, reachable, look), changed, no_update, no_update]


def _freeze(store: Store, code: str, name: str, changed: int, look: View) -> list[object]:
    """Keep what a playlist shows now; what is said of it."""
    lang = look.lang
    with store.reading() as conn:
        found = playlists.find(conn, code)
    if found is None:
        raise PlaylistError("missing", code=code[:60])
    called = name.strip() or playlist_name(found.code, found.name, lang)
    try:
        # walls on other machines open it too: never exact places of what is restricted
        kept = freeze(store, found, called, None, scope.made(scope.ALL, False))
    except FreezeError as problem:
        return [said(t(problem.key, lang, **problem.values), bad=True), changed, no_update, no_update]
    words = t("screens.frozen", lang, name=kept.name, as_of=day(kept.as_of, lang, year=True), n=kept.store_version, hash=kept.sha256[:8])
    return [said(words), changed, no_update, no_update]


def _with_free_code(draft: Playlist, stem: str, held: Sequence[Playlist]) -> Playlist:
    taken = {each.code for each in held}
    code = next(code for n in range(2, 10_000) if (code := f"{stem[:34]}-{n}") not in taken)
    return Playlist(code, draft.name, 0, draft.query, draft.lang, draft.theme, draft.entries)


# ----------------------------------------------------------------------------- the editor


def _opened(store: Store, found: Playlist, lang: str, saved: object = None) -> dict[str, Any]:
    """What the editor needs: the playlist, the scenes there are, campaigns, names of the regions in it. ``saved``: the draft's own mark."""
    tree = store.tree()
    codes = {code for entry in found.entries if entry.cycle for code in entry.cycle.regions}
    codes |= {Filters.from_query(query).region or "" for query in (found.query, *(entry.query for entry in found.entries))}
    named = {code: tree.full_name(place.region_id, lang) for code in codes if (place := tree.get(code)) is not None}
    return {
        "playlist": {
            "code": found.code,
            "name": found.name,
            "revision": found.revision,
            "was": found.code if found.revision else None,
            **playlists.definition_of(found),
        },
        "scenes": [_picture(scene, lang) for scene in SCENES.values()],
        "campaigns": [{"code": each.code, "name": each.name(lang)} for each in store.campaigns()],
        "regions": named,
        "saved": saved if isinstance(saved, (int, str)) else None,
        "lang": lang,
    }


def _picture(scene: Scene, lang: str) -> dict[str, Any]:
    """A scene for the editor: its name and its panels as boxes in shares of a whole (left, top, width, height)."""
    columns, rows = (_shares(text) for text in (scene.wall.columns, scene.wall.rows))
    cells = [row.split() for row in scene.wall.areas]
    boxes = []
    for panel in scene.panels:
        places = [(r, c) for r, row in enumerate(cells) for c, name in enumerate(row) if name == panel.id]
        top, left = min(r for r, _ in places), min(c for _, c in places)
        bottom, right = max(r for r, _ in places), max(c for _, c in places)
        x, y = sum(columns[:left]), sum(rows[:top])
        size = [round(each, 4) for each in (x, y, sum(columns[left : right + 1]), sum(rows[top : bottom + 1]))]
        boxes.append({"at": size, "name": t(f"chart.{panel.chart}", lang), "lead": panel.id == scene.lead})
    return {"id": scene.id, "name": t(f"wall.scene.{scene.id}", lang), "region": scene.region, "boxes": boxes}


def _shares(text: str) -> list[float]:
    sizes = [float(each) for each in _SIZE.findall(text)]
    whole = sum(sizes)
    return [each / whole for each in sizes]


def _draft(told: Any) -> Playlist:
    """The playlist that stands in the editor. Raises PlaylistError, or ValueError, KeyError, TypeError for what no editor sends."""
    revision = told["revision"]
    if not isinstance(told["code"], str) or not isinstance(told["name"], str) or not isinstance(revision, int) or revision < 0:
        raise ValueError(revision)
    return playlists.read(told, code=told["code"].strip(), name=told["name"], revision=revision)


def _regions(store: Store) -> Response:
    """Regions by name or code, for the editor's fields: [{code, name}]."""
    if not allowed("screen"):
        return refuse(401, "closed")
    view = View.from_query(request.args, current_app.extensions.get("language", "zh-CN"))
    wanted = request.args.get("q", "").strip()[:40].casefold()
    tree = store.tree()
    hits = []
    if wanted:
        places = [*(tree.by_id(region_id) for region_id in tree.order), *tree.groupings]
        hits = [r for r in places if wanted in r.name_zh.casefold() or wanted in (r.name_en or "").casefold() or r.code.startswith(wanted)]
        hits.sort(key=lambda r: (not r.name_zh.casefold().startswith(wanted), len(r.name_zh), r.position))
    out = [{"code": each.code, "name": tree.full_name(each.region_id, view.lang)} for each in hits[:FOUND]]
    return current_app.response_class(json.dumps({"regions": out}, ensure_ascii=False), mimetype="application/json")
