"""Where the items of one campaign are, in the order of the grid's curve, as one viewer may see it."""

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select

from data.filters import Filters
from data.measures import is_set
from data.positions import grid
from data.rollup.bits import Words, pack
from data.rollup.block import NOWHERE
from data.rollup.index import CampaignIndex
from data.schema import region
from data.scope import exact
from data.store import Store

Corners = Sequence[tuple[float, float]]
# cells of these levels are kept: there are few, and each holds many points
_KEPT_LEVEL = 11
# runs of the curve a box is looked up by; more would cost more than they save
_RUNS = 48
_lock = threading.Lock()
_kept: "weakref.WeakKeyDictionary[CampaignIndex, dict[bool, Places]]" = weakref.WeakKeyDictionary()


@dataclass(slots=True)
class Cells:
    """Cells that hold points: places along the curve of their level, and from where to where the points of each stand on the curve."""

    heads: grid.Keys
    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    def slices(self) -> list[slice]:
        """The points of all cells as runs of the curve."""
        if not len(self.begin):
            return []
        cut = np.flatnonzero(self.begin[1:] != self.end[:-1]) + 1
        first, last = np.concatenate([[0], cut]), np.concatenate([cut - 1, [len(self.begin) - 1]])
        return [slice(a, b) for a, b in zip(self.begin[first].tolist(), self.end[last].tolist(), strict=True)]


def joined(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    """Arrays one after another; the only one as it is."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


def starts(cell: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each run of one value begins."""
    new = np.ones(len(cell), dtype=bool)
    np.not_equal(cell[1:], cell[:-1], out=new[1:])
    return np.flatnonzero(new)


class Curve:
    """Points by number. ``x``, ``y``: millionths of a degree, NOWHERE where not known; ``order``: numbers of those known along the curve,
    ``keys``: their places on it at the grid's full depth."""

    def __init__(self, x: NDArray[np.int32], y: NDArray[np.int32]) -> None:
        self.x, self.y = x, y
        there = np.flatnonzero((x != NOWHERE) & (y != NOWHERE))
        column, row = grid.steps(x[there] / 1e6, y[there] / 1e6)
        key = grid.keys(column, row)
        along = np.argsort(key, kind="stable")
        self.order: NDArray[np.int32] = there[along].astype(np.int32)
        self.keys: grid.Keys = key[along]
        self._levels: dict[int, tuple[grid.Keys, NDArray[np.int64], grid.Steps, grid.Steps]] = {}

    def runs(self, level: int, box: tuple[int, int, int, int]) -> list[slice]:
        """Slices of ``order`` that hold every place in a box of cells of ``level`` (columns x0 to x1, rows y0 to y1, both ends included),
        and some beside it."""
        x0, y0, x1, y1 = box
        shift = 0
        while ((x1 >> shift) - (x0 >> shift) + 1) * ((y1 >> shift) - (y0 >> shift) + 1) > _RUNS:
            shift += 1
        at = level - shift
        column, row = np.meshgrid(np.arange(x0 >> shift, (x1 >> shift) + 1), np.arange(y0 >> shift, (y1 >> shift) + 1))
        cells = np.sort(grid.keys(column.ravel(), row.ravel()))
        width = np.uint64(2 * (grid.DEPTH - at))
        first = np.searchsorted(self.keys, cells << width)
        last = np.searchsorted(self.keys, (cells + np.uint64(1)) << width)
        out: list[slice] = []
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            if a == b:
                continue
            if out and out[-1].stop == a:
                out[-1] = slice(out[-1].start, b)
            else:
                out.append(slice(a, b))
        return out

    def cells(self, level: int, box: tuple[int, int, int, int]) -> "Cells":
        """The cells of a level inside a box that hold points, along the curve."""
        if level <= _KEPT_LEVEL:
            heads, bounds, column, row = self._level(level)
            begin, end = bounds[:-1], bounds[1:]
        else:
            runs = self.runs(level, box)
            cell = joined([self.keys[run] >> np.uint64(2 * (grid.DEPTH - level)) for run in runs], np.uint64)
            at = joined([np.arange(run.start, run.stop) for run in runs], np.int64)
            start = starts(cell)
            heads, begin = cell[start], at[start]
            end = begin + np.diff(np.append(start, len(cell)))
            column, row = grid.columns_of(heads), grid.rows_of(heads)
        x0, y0, x1, y1 = box
        inside = np.flatnonzero((column >= x0) & (column <= x1) & (row >= y0) & (row <= y1))
        return Cells(heads[inside], begin[inside], end[inside])

    def _level(self, level: int) -> tuple[grid.Keys, NDArray[np.int64], grid.Steps, grid.Steps]:
        """All cells of a coarse level: places along the curve, where each begins, columns and rows; the same for every question."""
        found = self._levels.get(level)
        if found is None:
            cell = self.keys >> np.uint64(2 * (grid.DEPTH - level))
            start = starts(cell)
            heads = cell[start]
            found = (heads, np.append(start, len(cell)), grid.columns_of(heads), grid.rows_of(heads))
            self._levels[level] = found
        return found

    @cached_property
    def along(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Longitudes and latitudes in the order of the curve."""
        return self.x[self.order], self.y[self.order]

    def within(self, west: float, south: float, east: float, north: float) -> NDArray[np.int32]:
        """Numbers of the points inside a box of degrees, edges included."""
        (column, row) = grid.steps([west, east], [north, south])
        found = [self.order[run] for run in self.runs(grid.DEPTH, (int(column[0]), int(row[0]), int(column[1]), int(row[1])))]
        at = np.concatenate(found) if found else self.order[:0]
        lon, lat = self.x[at], self.y[at]
        low_x, low_y, high_x, high_y = (round(v * 1e6) for v in (west, south, east, north))
        return at[(lon >= low_x) & (lon <= high_x) & (lat >= low_y) & (lat <= high_y)]

    def among(self, area: shapely.Geometry) -> NDArray[np.int32]:
        """Numbers of the points inside an area or on its edge."""
        if area.is_empty:
            return self.order[:0]
        at = self.within(*area.bounds)
        shapely.prepare(area)
        return at[shapely.intersects_xy(area, self.x[at] / 1e6, self.y[at] / 1e6)]


class Places(Curve):
    """The items of an index as points, numbered by their position in it. ``placed``: those whose position is known, as a set."""

    def __init__(self, index: CampaignIndex, exact_places: bool, points: Mapping[int, tuple[float, float]]) -> None:
        """``points``: where regions are drawn, for items whose own position this viewer is not shown."""
        x, y = index.where
        if not exact_places and index.hidden.any():
            x, y = x.copy(), y.copy()
            for k, region_id in enumerate(index.region_ids):
                low, high = int(index.starts[k]) * 64, int(index.starts[k + 1]) * 64
                held = np.flatnonzero(index.hidden[low:high]) + low
                point = points.get(region_id)
                x[held] = NOWHERE if point is None else round(point[0] * 1e6)
                y[held] = NOWHERE if point is None else round(point[1] * 1e6)
        super().__init__(x, y)
        self.size = index.size
        self.placed: Words = pack((x != NOWHERE) & (y != NOWHERE))

    def inside(self, corners: Corners) -> Words:
        """The items inside an area that was drawn, as a set over the whole index; a line that crosses itself encloses all it goes round."""
        area = shapely.make_valid(shapely.Polygon(corners))
        mask = np.zeros(self.size, dtype=bool)
        mask[self.among(area)] = True
        return pack(mask)


# what is in the list: found, and neither withdrawn nor merged; items that need no rectification stay on the map
LISTED = "outfalls"


def drawn_set(filters: Filters) -> str:
    """The set of items that a map draws under some filters: the rows asked for, else everything in the list."""
    return filters.rows if filters.rows and is_set(filters.rows) else LISTED


def places_of(store: Store, index: CampaignIndex, scope: str) -> Places:
    """The places of an index for a viewer; made once for each index and kept as long as it is."""
    shown = exact(scope) or not index.hidden.any()
    with _lock:
        held = _kept.setdefault(index, {})
        found = held.get(shown)
        if found is None:
            found = held[shown] = Places(index, shown, store.remembered("region-points", lambda: region_points(store)))
    return found


def region_points(store: Store) -> dict[int, tuple[float, float]]:
    """Where each region is drawn when it is a point: (longitude, latitude) by region id."""
    c = region.c
    with store.reading() as conn:
        rows = conn.execute(select(c.region_id, c.lon, c.lat).where(c.lon.is_not(None), c.lat.is_not(None)))
        return {row[0]: (row[1], row[2]) for row in rows}
