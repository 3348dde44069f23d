"""The page of walls: each as it is now, its name, and the code with which a phone steers it."""

import base64
from typing import Annotated, Any

from dash import Dash, Input, Output, State, no_update
from flask import current_app, request
from pydantic import BaseModel, Field

from callbacks import contest_links
from callbacks.guard import bind, is_loopback
from dashboard import ids
from dashboard.components.screen_list import playlist_name, said
from dashboard.components.wall_list import remote_code, rename_form, wall_list
from dashboard.i18n import has, t
from dashboard.view import View
from data import calendar
from data.screens import playlists
from data.screens.playlists import PlaylistError
from data.screens.walls import Wall, WallError, Walls, short, walls_of
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None


class Tick(BaseModel):
    """What the list is made from."""

    ticks: int | None
    changed: int | None
    view: Text


class Asked(BaseModel):
    """The button that was pressed, with what stands in the field beside it; ``n`` tells two presses of one button apart."""

    do: Annotated[str, Field(max_length=20)]
    on: Annotated[str, Field(max_length=60)]
    n: int
    text: Annotated[str, Field(max_length=500)] = ""


class Step(BaseModel):
    """A click on a wall."""

    asked: Asked | None
    changed: int | None
    view: Text


def register(app: Dash, store: Store) -> None:
    """Bind the page of walls."""
    heard = walls_of(store)

    def listed(ticks: int | None, changed: int | None, view: str | None) -> object:
        look = View.from_query(view)
        version = store.version()
        with store.reading() as conn:
            named = {each.code: playlist_name(each.code, each.name, look.lang) for each in playlists.playlists(conn)}
            found = heard.walls(conn, calendar.now_utc())
        return wall_list([_row(store, each, named, version, look.lang) for each in found], look)

    bind(
        app,
        "walls:list",
        listed,
        Output(ids.WALLS_LIST, "children"),
        [Input(ids.WALLS_TICK, "n_intervals"), Input(ids.WALLS_CHANGED, "data")],
        [State(ids.VIEW, "data")],
        permission="screen",
        model=Tick,
    )

    def act(asked: dict[str, Any] | None, changed: int | None, view: str | None) -> list[object]:
        if asked is None:
            return [no_update] * 3
        look = View.from_query(view)
        try:
            return _act(store, heard, asked, (changed or 0) + 1, look)
        except PlaylistError as problem:
            return [said(problem.text(look.lang), bad=True), no_update, (changed or 0) + 1]

    bind(
        app,
        "walls:step",
        act,
        [Output(ids.WALLS_SAID, "children"), Output(ids.WALLS_FORM, "children"), Output(ids.WALLS_CHANGED, "data")],
        [Input(ids.WALLS_ASKED, "data")],
        [State(ids.WALLS_CHANGED, "data"), State(ids.VIEW, "data")],
        permission="screen",
        model=Step,
        prevent_initial_call=True,
    )


def _row(store: Store, wall: Wall, named: dict[str, str], version: int, lang: str) -> dict[str, Any]:
    report = wall.report
    check = report.get("check")
    words = [str(each)[:80] for each in check.get("words", [])] if isinstance(check, dict) else None
    failed, stale, errors = report.get("failed"), report.get("stale"), report.get("errors")
    return {
        "wall_id": wall.wall_id,
        "name": wall.name,
        "playlist": named.get(wall.playlist),
        "code": wall.playlist,
        "scene": scene_words(store, wall.scene, lang),
        "age": wall.age,
        "away": wall.away,
        "version": wall.version,
        "behind": max(0, version - wall.version) if wall.version is not None else 0,
        "frozen": bool(report.get("frozen")),
        "paused": report.get("paused") is True,
        "stale": stale if isinstance(stale, int) else 0,
        "size": (wall.size or "").replace("x", "×"),
        "failed": [scene_words(store, str(each)[:60], lang) for each in failed] if isinstance(failed, list) else [],
        "errors": errors if isinstance(errors, int) else 0,
        "check": words,
        "steered": wall.steered,
    }


def scene_words(store: Store, scene: str | None, lang: str) -> str:
    """A scene as a wall names it (``3.dossier.320100``, ``go.320100``), in words."""
    if not scene:
        return ""
    name, _, rest = scene.partition(" ")
    parts = name.split(".")
    which = "dossier" if parts[0] == "go" else parts[1] if len(parts) > 1 else parts[0]
    words = t(f"wall.scene.{which}", lang) if has(f"wall.scene.{which}", lang) else name
    place = store.tree().get(parts[-1]) if len(parts) > 1 and parts[-1] != which else None
    if place is not None:
        words = t("wall.scene_of", lang, scene=words, region=store.tree().label(place.region_id, lang))
    return f"{words} {rest}".strip()


def _act(store: Store, heard: Walls, asked: dict[str, Any], changed: int, look: View) -> list[object]:
    """[what is said, what stands in the form, changed]. Raises PlaylistError."""
    lang, do, wall_id = look.lang, asked["do"], asked["on"]
    with store.reading() as conn:
        wall = heard.find(conn, wall_id)
    if wall is None:
        raise WallError("wall_missing")
    name = wall.name or t("walls.unnamed", lang)
    if do == "cancel":
        return ["", [], no_update]
    if do == "rename":
        return ["", rename_form(wall_id, wall.name or "", look), no_update]
    if do == "remote":
        code = heard.remote_code(wall_id)
        base = (current_app.extensions.get("judge_url") or request.host_url).rstrip("/")
        url = f"{base}/remote/{code}"
        reachable = not is_loopback(base.split("://")[-1].rsplit(":", 1)[0])
        picture = "data:image/svg+xml;base64," + base64.b64encode(contest_links.code(url).encode()).decode()
        return ["", remote_code(name, code, url, picture, base, reachable, look), changed]
    with short(store) as conn:
        if do == "drop":
            heard.drop_remote(conn, wall_id)
            return [said(t("walls.dropped", lang, name=name)), [], changed]
        if do != "name":
            raise WallError("command")
        heard.rename(conn, wall_id, asked.get("text", ""))
    with store.reading() as conn:
        renamed = heard.find(conn, wall_id)
    return [said(t("walls.named", lang, name=(renamed and renamed.name) or t("walls.unnamed", lang))), [], changed]
