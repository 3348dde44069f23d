"""Where the items of one campaign are, in the order of the grid's curve, as one viewer may see it."""

import threading
import weakref
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select

from data.positions import grid
from data.rollup.bits import Words, pack
from data.rollup.block import NOWHERE
from data.rollup.index import CampaignIndex
from data.schema import region
from data.scope import exact
from data.store import Store

Corners = Sequence[tuple[float, float]]
# runs of the curve a box is looked up by; more would cost more than they save
_RUNS = 48
_lock = threading.Lock()
_kept: "weakref.WeakKeyDictionary[CampaignIndex, dict[bool, Places]]" = weakref.WeakKeyDictionary()


class Places:
    """Positions of an index. ``order``: positions in the index along the curve, ``keys``: their places on it at the grid's full depth."""

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
        self.x, self.y = x, y
        there = np.flatnonzero((x != NOWHERE) & (y != NOWHERE))
        column, row = grid.steps(x[there] / 1e6, y[there] / 1e6)
        key = grid.keys(column, row)
        along = np.argsort(key, kind="stable")
        self.order: NDArray[np.int32] = there[along].astype(np.int32)
        self.keys: grid.Keys = key[along]
        self.size = index.size

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

    def within(self, west: float, south: float, east: float, north: float) -> NDArray[np.int32]:
        """Positions in the index of places inside a box of degrees, edges included."""
        (column, row) = grid.steps([west, east], [north, south])
        found = [self.order[run] for run in self.runs(grid.DEPTH, (int(column[0]), int(row[0]), int(column[1]), int(row[1])))]
        at = np.concatenate(found) if found else self.order[:0]
        lon, lat = self.x[at], self.y[at]
        low_x, low_y, high_x, high_y = (round(v * 1e6) for v in (west, south, east, north))
        return at[(lon >= low_x) & (lon <= high_x) & (lat >= low_y) & (lat <= high_y)]

    def among(self, area: shapely.Geometry) -> NDArray[np.int32]:
        """Positions in the index of places inside an area or on its edge."""
        if area.is_empty:
            return self.order[:0]
        at = self.within(*area.bounds)
        shapely.prepare(area)
        return at[shapely.intersects_xy(area, self.x[at] / 1e6, self.y[at] / 1e6)]

    def inside(self, corners: Corners) -> Words:
        """The items inside an area that was drawn, as a set over the whole index; a line that crosses itself encloses all it goes round."""
        area = shapely.make_valid(shapely.Polygon(corners))
        mask = np.zeros(self.size, dtype=bool)
        mask[self.among(area)] = True
        return pack(mask)


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
