"""Outlines of places for drawing: those loaded into the store first, then those of the package; thinned as far as nobody sees it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import select

from data.regions.boundaries import area
from data.regions.tree import LEVELS, RANK
from data.schema import region_boundary
from data.store import Store

# the widest extent is drawn on about this many pixels: what is smaller than one of them is not seen
_PIXELS = 2600
_FINEST, _COARSEST = 0.0005, 0.05


def outlines(store: Store, region_ids: Sequence[int]) -> dict[int, Any]:
    """Areas in degrees by region id, for those that have one, as they are stored."""
    own: dict[int, str] = store.remembered("boundaries", lambda: _own(store))
    tree = store.tree()
    out: dict[int, Any] = {}
    for region_id in region_ids:
        if region_id in own:
            out[region_id] = shapely.from_geojson(own[region_id])
            continue
        try:
            out[region_id] = area(tree.by_id(region_id).code)
        except KeyError:
            continue
    return out


def thinned(areas: dict[int, Any]) -> dict[int, Any]:
    """The same areas with fewer corners; neighbours keep their common edges where the areas fit together."""
    if not areas:
        return {}
    shapes = np.array(list(areas.values()), dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = min(max(max(east - west, north - south) / _PIXELS, _FINEST), _COARSEST)
    try:
        fewer = shapely.coverage_simplify(shapes, tolerance)
    except shapely.errors.GEOSException:
        fewer = shapely.simplify(shapes, tolerance)
    fewer = shapely.transform(fewer, lambda points: np.round(points, 4 if tolerance < 0.01 else 3))
    return dict(zip(areas, fewer, strict=True))


def of_level(store: Store, code: str | None, level: str) -> list[int]:
    """Ids of the places of a level below a place (None: everywhere), in order; a place without places of the level stands for itself."""
    tree = store.tree()
    top = tree.get(code)
    if code and top is None:
        return []
    low, high = (0, len(tree.order)) if top is None else tree.span(top.region_id)
    group = tree.group_at(level)
    found = dict.fromkeys(group[r] for r in tree.order[low:high])
    return [r for r in found if tree.by_id(r).level == level or not tree.children(r)]


def levels() -> tuple[str, ...]:
    """The levels that are drawn."""
    return tuple(level for level in LEVELS if RANK[level] > 0)


def _own(store: Store) -> dict[int, str]:
    with store.reading() as conn:
        return {row[0]: row[1] for row in conn.execute(select(region_boundary.c.region_id, region_boundary.c.geojson))}
