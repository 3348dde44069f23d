"""Outlines of the regions of one level as plain numbers, ready to be drawn: rings, a place for the name, points to be pointed at."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from data.regions.boundaries import nine_dash_line
from data.regions.outlines import of_level, outlines, thinned
from data.store import Store

Line = tuple[list[float], list[float]]
# places spread over a region, about
_POINTS = 7
# an area that reaches as far south as this holds the islands of the South China Sea
_SOUTH = 17.0
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """One region. ``rings``: longitudes and latitudes of closed lines, outer ones clockwise and holes the other way; ``at``: where its
    name stands, ``radius``: degrees of latitude from there to the nearest edge; ``points``: places spread over it, the first is ``at``."""

    rings: list[Line]
    at: tuple[float, float]
    radius: float
    points: list[tuple[float, float]]


class Shapes:
    """Shapes by region code, and what is drawn with them. Never changed, so a copy is itself: frames copy their attributes often.

    ``box``: west, south, east, north of everything drawn; ``squeeze``: the length of a degree of longitude in degrees of latitude, in the
    middle of it; ``dashes``: the lines of the South China Sea, where the picture reaches that far, and ``islets``: islands far out that
    are too small to be seen as areas; ``neighbours``: pairs of codes whose regions touch.
    """

    __slots__ = ("box", "by_code", "dashes", "islets", "neighbours", "squeeze")

    def __init__(
        self,
        by_code: Mapping[str, Shape],
        box: tuple[float, ...],
        squeeze: float,
        dashes: list[Line],
        islets: list[tuple[float, float]],
        neighbours: frozenset[tuple[str, str]],
    ) -> None:
        self.by_code, self.box, self.squeeze, self.dashes, self.islets, self.neighbours = by_code, box, squeeze, dashes, islets, neighbours

    def __deepcopy__(self, memo: object) -> "Shapes":
        return self

    def __copy__(self) -> "Shapes":
        return self

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __len__(self) -> int:
        return len(self.by_code)


_lock = threading.Lock()
_kept: OrderedDict[tuple[int, int, str | None, str], Shapes] = OrderedDict()
_MOST_KEPT = 24


def shapes_of(store: Store, code: str | None, level: str) -> Shapes:
    """The shapes of a level below a place (None: the country): of a grouping, below its members. The last few are kept."""
    key = (store.token, store.version(), code, level)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _made(store, code, level)
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def members(store: Store, code: str | None, level: str) -> list[int]:
    """Ids of the regions of a level below a place, in order; of a grouping, below its members. A place without any stands for itself."""
    tree = store.tree()
    top = tree.get(code)
    if top is None:
        return [] if code else of_level(store, None, level)
    try:
        tree.span(top.region_id)
    except KeyError:
        found = [r for member in tree.children(top.region_id) for r in of_level(store, member.code, level)]
        return list(dict.fromkeys(found))
    return of_level(store, top.code, level)


def _made(store: Store, code: str | None, level: str) -> Shapes:
    areas = thinned(outlines(store, members(store, code, level)))
    areas = {region_id: area for region_id, area in areas.items() if area is not None and not area.is_empty}
    if not areas:
        return Shapes({}, (0.0, 0.0, 1.0, 1.0), 1.0, [], [], frozenset())
    tree = store.tree()
    held = np.array(list(areas.values()), dtype=object)
    west, south, east, north = shapely.total_bounds(held).tolist()
    dashes: list[Line] = []
    if south < _SOUTH:
        lines = nine_dash_line()
        dashes = [_line(shapely.get_coordinates(shapely.simplify(each, 0.02))) for each in lines.geoms]
        low, bottom, high, top = lines.bounds
        west, south, east, north = min(west, low), min(south, bottom), max(east, high), max(north, top)
    islets = _islets(held, max(east - west, north - south)) if dashes else []
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    codes = [tree.by_id(region_id).code for region_id in areas]
    shapes = {name: _shape(area, squeeze) for name, area in zip(codes, held, strict=True)}
    first, second = shapely.STRtree(held).query(held, predicate="dwithin", distance=max(east - west, north - south) / 1000)
    touching = frozenset((codes[a], codes[b]) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a < b)
    return Shapes(shapes, (west, south, east, north), squeeze, dashes, islets, touching)


def _islets(areas: Any, side: float) -> list[tuple[float, float]]:
    """Middles of parts that are too small to be seen and lie far from all that is, in a picture of so many degrees a side."""
    parts = shapely.get_parts(areas)
    bounds = shapely.bounds(parts)
    small = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) < side / 250
    if small.all() or not small.any():
        return []
    _, away = shapely.STRtree(parts[~small]).query_nearest(parts[small], return_distance=True, all_matches=False)
    far = shapely.get_coordinates(shapely.centroid(parts[small][away > side / 60]))
    kept: list[tuple[float, float]] = []
    for x, y in sorted(far.tolist(), key=lambda at: (-at[1], at[0])):
        # one dot for those that would touch
        if all(abs(x - a) + abs(y - b) > side / 120 for a, b in kept):
            kept.append((round(x, _DECIMALS), round(y, _DECIMALS)))
    return kept


def _shape(area: Any, squeeze: float) -> Shape:
    turned = shapely.orient_polygons(area, exterior_cw=True)
    rings = [_line(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shapely.get_parts(turned)).tolist()]
    parts = shapely.get_parts(area)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    # in degrees of latitude both ways, so that a circle is one
    flat = shapely.transform(largest, lambda points: points * (squeeze, 1.0))
    circle = shapely.get_coordinates(shapely.maximum_inscribed_circle(flat, tolerance=float(np.sqrt(flat.area)) / 50))
    at = (round(float(circle[0, 0] / squeeze), _DECIMALS), round(float(circle[0, 1]), _DECIMALS))
    radius = float(np.hypot(*(circle[1] - circle[0])))
    return Shape(rings, at, radius, [at, *_spread(area, squeeze)])


def _spread(area: Any, squeeze: float) -> list[tuple[float, float]]:
    """A few places on a grid over an area, and one in each part that the grid misses."""
    west, south, east, north = area.bounds
    step = float(np.sqrt(area.area * squeeze / _POINTS))
    x, y = np.meshgrid(np.arange(west + step / 2, east, step / squeeze), np.arange(south + step / 2, north, step))
    inside = shapely.contains_xy(area, x.ravel(), y.ravel())
    found = [(float(a), float(b)) for a, b in zip(x.ravel()[inside], y.ravel()[inside], strict=True)]
    return [(round(a, _DECIMALS), round(b, _DECIMALS)) for a, b in found]


def _line(points: Any) -> Line:
    rounded = np.round(points, 4)
    return rounded[:, 0].tolist(), rounded[:, 1].tolist()
