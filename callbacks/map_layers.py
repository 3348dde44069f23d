"""Every layer of the map, once: its data, its geometry, what it can be coloured by, and whose card a click opens.

To add a layer: one query in data/layers, its words in dashboard/locales/*/map.json, one line here. Maps fetch parts of layers at
``GET /api/map/layer/<id>?<the page's query>&z=…&box=…&by=…``: a box of whole cells at a zoom, so that readers of the same part of the
map share one answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output
from flask import Response, current_app, request

from callbacks.cached import Answers
from callbacks.guard import allowed, current_scope, refuse
from callbacks.registry import to_text
from dashboard import ids
from dashboard.i18n import has, t
from dashboard.view import View
from data.filters import Filters
from data.layers.items import item_layer
from data.layers.waters import river_layer, section_layer, source_area_layer, track_layer
from data.positions.clusters import MOST_ZOOM, Box, cell_level
from data.positions.kinds import BY, CATEGORY, DISPOSAL, STAGE, STATUS
from data.queries.labels import labels
from data.store import Store

PART = "application/vnd.dubang.map+json"
# cells of a box each way: a wall of 7,680 × 4,320 px and half as much again around it
MOST_CELLS = 200
_BOX = re.compile(r"(\d{1,8})\.(\d{1,8})\.(\d{1,8})\.(\d{1,8})", re.ASCII)
Query = Callable[[str, Store, Filters, str, int, Box, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """``query(scope, store, filters, by, zoom, box, lang)``; ``geometry``: points, lines or regions; ``by``: what it can be coloured by,
    the first one at first; ``card``: whose card a click opens; ``shown``: on the map from the start."""

    id: str
    query: Query | None
    geometry: str
    by: tuple[str, ...]
    card: str
    shown: bool = False


def _items(*kinds: str) -> Query:
    def query(scope: str, store: Store, filters: Filters, by: str, zoom: int, box: Box, lang: str) -> dict[str, Any]:
        return item_layer(scope, store, filters, kinds, by, zoom, box)

    return query


def _waters(function: Callable[..., dict[str, Any]]) -> Query:
    def query(scope: str, store: Store, filters: Filters, by: str, zoom: int, box: Box, lang: str) -> dict[str, Any]:
        return function(scope, store, filters, zoom, box, lang)

    return query


# from the bottom of the map to its top
LAYERS: dict[str, Layer] = {
    layer.id: layer
    for layer in (
        # its rows come from the chart of the same regions: callbacks/map_answers.py
        Layer("regions", None, "regions", ("measure",), "region", shown=True),
        Layer("rivers", _waters(river_layer), "lines", ("water",), "river", shown=True),
        Layer("source-areas", _waters(source_area_layer), "points", ("problems",), "source-area"),
        Layer("tracks", _waters(track_layer), "lines", ("team",), "track"),
        Layer("sections", _waters(section_layer), "points", ("grade",), "section"),
        Layer("scattered", _items("scattered_polluter"), "points", (STATUS, CATEGORY, DISPOSAL), "item"),
        Layer("cases", _items("case"), "points", (STATUS, CATEGORY), "item"),
        Layer("findings", _items("finding", "lead", "warning", "task", "project"), "points", (STATUS, CATEGORY), "item"),
        Layer("problems", _items("source_problem"), "points", (STATUS, CATEGORY), "item"),
        Layer("outfalls", _items("outfall"), "points", (STATUS, STAGE, CATEGORY, DISPOSAL), "item", shown=True),
    )
}


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve parts of layers, and let the map follow the page's selection."""

    def part(name: str) -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        layer = LAYERS.get(name)
        if layer is None or layer.query is None:
            return refuse(404, "missing")
        asked = read_part(request.args)
        if asked is None:
            return refuse(400, "values")
        zoom, box = asked
        by = request.args.get("by", "")
        by = by if by in layer.by else layer.by[0]
        filters = map_filters(request.args.to_dict(flat=False))
        lang = View.from_query(request.args, current_app.extensions["language"]).lang
        scope = current_scope()
        key = ("map", layer.id, filters.to_query(), by, zoom, *box, lang, scope, store.version())
        text = answers.get(key, lambda: layer_text(store, scope, layer, filters, by, zoom, box, lang))
        return current_app.response_class(text, mimetype=PART)

    app.server.add_url_rule("/api/map/layer/<name>", "map_layer", part)
    # with an output, so that it is called when the page has been laid out
    app.clientside_callback(
        ClientsideFunction("maps", "follow"), Output(ids.MAP_SEEN, "data"), Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")
    )


def map_filters(query: Mapping[str, object]) -> Filters:
    """What a layer depends on of the page's query."""
    return part_of(Filters.from_query(query))


def part_of(read: Filters) -> Filters:
    """A selection without what belongs to lists, rankings and the map of regions."""
    return read.without_rows().but(rows=read.rows, measure=None, level=None).without_race()


def read_part(query: Mapping[str, str]) -> tuple[int, Box] | None:
    """Zoom and box of a question; None for what is no part of the world or too large to be looked at."""
    zoom, found = query.get("z", ""), _BOX.fullmatch(query.get("box", ""))
    if not re.fullmatch(r"\d{1,2}", zoom, re.ASCII) or int(zoom) > MOST_ZOOM or found is None:
        return None
    x0, y0, x1, y1 = (int(v) for v in found.groups())
    side = 1 << cell_level(int(zoom))
    if not (x0 <= x1 < side and y0 <= y1 < side) or x1 - x0 >= MOST_CELLS or y1 - y0 >= MOST_CELLS:
        return None
    return int(zoom), (x0, y0, x1, y1)


def layer_text(store: Store, scope: str, layer: Layer, filters: Filters, by: str, zoom: int, box: Box, lang: str) -> str:
    """A layer's part as JSON, with the words of its kinds."""
    assert layer.query is not None
    found = layer.query(scope, store, filters, by, zoom, box, lang)
    if "kinds" in found:
        found["labels"] = [kind_label(store, layer, by, kind, lang) for kind in found["kinds"]]
    return to_text({"layer": layer.id, "by": by, **found})


def kind_label(store: Store, layer: Layer, by: str, kind: str, lang: str) -> str:
    """What a kind of a layer is called."""
    group = by if by in BY else layer.id
    key = f"map.kind.{group}.{kind}"
    if has(key, lang):
        return t(key, lang)
    return labels(store, lang).get(by, {}).get(kind, kind)
