"""Where places ought to lie: outlines of regions with a margin, and the regions that hold points."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.regions.outlines import outlines
from data.store import Store

#: outlines are drawn roughly; so many degrees beyond one nobody is told to be wrong
MARGIN = 0.05
#: beyond the outlines of a whole country: coasts and islands
COAST = 2.0
Flags = NDArray[np.bool_]
Box = tuple[float, float, float, float]
_EARTH: Box = (-180.0, -90.0, 180.0, 90.0)


class Ground:
    """Outlines of one store's regions, as far as they are asked for."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.tree = store.tree()
        self._areas: dict[int, Any] = {}
        self._levels: dict[tuple[int, ...], tuple[list[int], shapely.STRtree]] = {}
        self.boxes = {root: self._country(root) for root in self.tree.roots}

    def area(self, region_id: int) -> Any:
        """The outline of a region, or of the smallest place around it that has one; None when there is none."""
        if region_id not in self._areas:
            found = outlines(self.store, [region_id]).get(region_id)
            if found is not None:
                shapely.prepare(found)
            else:
                parent = self.tree.by_id(region_id).parent_id
                found = self.area(parent) if parent is not None else None
            self._areas[region_id] = found
        return self._areas[region_id]

    def _country(self, root: int) -> Box | None:
        """West, south, east, north of what has an outline in one country, with a margin; None without outlines."""
        tops = [root, *(child.region_id for child in self.tree.children(root))]
        held = list(outlines(self.store, tops).values())
        if not held:
            return None
        west, south, east, north = shapely.total_bounds(np.array(held, dtype=object)).tolist()
        return west - COAST, south - COAST, east + COAST, north + COAST

    def _boxes_of(self, region_id: int | None) -> list[Box]:
        """The boxes a place may lie in: that of its region's country, or of every country."""
        roots: list[int] = list(self.boxes)
        if region_id is not None:
            above = self.tree.ancestors(region_id)
            roots = [above[0].region_id if above else region_id]
        return [self.boxes.get(root) or _EARTH for root in roots] or [_EARTH]

    def in_country(self, region_ids: list[int | None], shapes: NDArray[np.object_]) -> Flags:
        """Which shapes lie as a whole in the box of their region's country (None: of any).

        A country without outlines holds all degrees that there are.
        """
        out = np.zeros(len(shapes), dtype=bool)
        bounds = shapely.bounds(shapes)
        grouped: dict[int | None, list[int]] = {}
        for at, region_id in enumerate(region_ids):
            grouped.setdefault(region_id, []).append(at)
        for region_id, places in grouped.items():
            b = bounds[places]
            for west, south, east, north in self._boxes_of(region_id):
                out[places] |= (b[:, 0] >= west) & (b[:, 1] >= south) & (b[:, 2] <= east) & (b[:, 3] <= north)
        return out

    def near(self, region_ids: list[int | None], shapes: NDArray[np.object_]) -> Flags:
        """Which shapes touch their region or its margin; those of regions without an outline (or None) all do."""
        out = np.ones(len(shapes), dtype=bool)
        grouped: dict[int, list[int]] = {}
        for at, region_id in enumerate(region_ids):
            if region_id is not None:
                grouped.setdefault(region_id, []).append(at)
        for region_id, places in grouped.items():
            area = self.area(region_id)
            if area is not None:
                out[places] = shapely.dwithin(area, shapes[places], MARGIN)
        return out

    def off_by_km(self, region_id: int, shape: Any) -> float:
        """About how many km a shape lies outside of a region."""
        area = self.area(region_id)
        return float(area.distance(shape)) * 100 if area is not None else 0.0

    def region_ids(self, lon: NDArray[np.float64], lat: NDArray[np.float64], top: int | None = None) -> list[int | None]:
        """The smallest region whose outline holds each point, inside ``top`` if given; None outside of every one."""
        out: list[int | None] = [None] * len(lon)
        points = shapely.points(lon, lat)
        start = [top] if top is not None else list(self.tree.roots)
        self._descend(tuple(start), np.flatnonzero(np.isfinite(lon) & np.isfinite(lat)), points, out)
        return out

    def _descend(self, level: tuple[int, ...], at: NDArray[np.int64], points: NDArray[np.object_], out: list[int | None]) -> None:
        if not level or not len(at):
            return
        ids, tree = self._level(level)
        hits, areas = tree.query(points[at], predicate="intersects")
        found: dict[int, list[int]] = {}
        seen: set[int] = set()
        for hit, area in zip(hits.tolist(), areas.tolist(), strict=True):
            if hit not in seen:
                seen.add(hit)
                found.setdefault(ids[area], []).append(int(at[hit]))
        for region_id, places in found.items():
            for place in places:
                out[place] = region_id
            below = tuple(r.region_id for r in self.tree.children(region_id))
            self._descend(below, np.array(places, dtype=np.int64), points, out)
        # a region without an outline hides none of those below it
        rest = np.array([int(at[i]) for i in range(len(at)) if i not in seen], dtype=np.int64)
        drawn = set(ids)
        self._descend(tuple(r.region_id for each in level if each not in drawn for r in self.tree.children(each)), rest, points, out)

    def _level(self, level: tuple[int, ...]) -> tuple[list[int], shapely.STRtree]:
        if level not in self._levels:
            held = outlines(self.store, level)
            self._levels[level] = (list(held), shapely.STRtree(list(held.values())))
        return self._levels[level]
