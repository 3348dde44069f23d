"""Outlines for maps, and the map library's own files: fetched once by address and kept by the browser.

An outline's address carries the store's version as ``v``; with it the answer may be kept for good.
"""

import importlib.util
from pathlib import Path

import shapely
from dash import Dash
from flask import Response, current_app, send_from_directory

from callbacks.cached import Answers
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import to_text
from data.filters import LEVELS
from data.regions.boundaries import nine_dash_line
from data.regions.outlines import outlines, thinned
from data.regions.shapes import members
from data.store import Store

EVERYWHERE = "all"
OUTLINES = "application/geo+json"
_LEAFLET = "js_lib_leaflet"


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve outlines and Leaflet."""

    def level(code: str, level: str) -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        if level not in LEVELS or (code != EVERYWHERE and store.tree().get(code) is None):
            return refuse(404, "missing")
        scope = current_scope()
        text = answers.get(
            ("geo", code, level, scope, store.version()), lambda: outlines_text(store, None if code == EVERYWHERE else code, level)
        )
        return current_app.response_class(text, mimetype=OUTLINES)

    folder = leaflet_folder()

    def leaflet(name: str) -> Response:
        if name not in ("leaflet.js", "leaflet.css"):
            return refuse(404, "missing")
        return send_from_directory(folder, name, max_age=None)

    app.server.add_url_rule("/geo/<code>/<level>.json", "geo_level", level)
    app.server.add_url_rule("/vendor/<name>", "vendor_leaflet", leaflet)


def leaflet_folder() -> Path:
    """Where the package that carries Leaflet keeps its files."""
    found = importlib.util.find_spec(_LEAFLET)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "static" / _LEAFLET


def outlines_text(store: Store, code: str | None, level: str) -> str:
    """A FeatureCollection of the places of a level below a place (None: everywhere): code as id, names, and a point to write them at."""
    tree = store.tree()
    areas = thinned(outlines(store, members(store, code, level)))
    features = []
    for region_id, area in areas.items():
        place = tree.by_id(region_id)
        point = area.representative_point()
        about = to_text({"zh": place.short_zh, "name": place.name_zh, "en": place.name_en or place.name_zh,
                         "at": [round(point.x, 4), round(point.y, 4)], "more": bool(tree.children(region_id))})  # fmt: skip
        features.append(f'{{"type":"Feature","id":{to_text(place.code)},"properties":{about},"geometry":{shapely.to_geojson(area)}}}')
    if code is None or tree.get(code).level == "country":  # type: ignore[union-attr]
        # a map of the country shows these whatever is counted on it
        features.append(
            f'{{"type":"Feature","id":"dashes","properties":{{"line":true}},"geometry":{shapely.to_geojson(nine_dash_line())}}}'
        )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


__all__ = ["leaflet_folder", "outlines_text", "register"]
