"""Protection zones as their approvals draw them, and which items of a selection lie inside them.

A point on the edge is inside. Positions are held to a millionth of a degree, so a point counts as on the edge when it stands no
further beside it than that rounding can have moved it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import and_, select

from data.positions.ground import edge_metres
from data.positions.places import places_of
from data.queries.selection import Part, Selection
from data.regions.tree import RegionTree
from data.rollup import bits
from data.rollup.bits import Positions
from data.rollup.block import NOWHERE
from data.schema import object_, zone
from data.scope import ALL, exact, region_of
from data.store import Store

GRADES = ("grade1", "grade2", "quasi")
# degrees: what rounding each axis to a millionth can move a point by
ROUNDING = 7.1e-7
# a point within so many metres of the edge is said to be on it
EDGE_M = 1.0
_AREAS = ("Polygon", "MultiPolygon")
# distances that are remembered
_MEASURED = 200_000


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone. ``area`` in EPSG:4490 degrees; ``valid_from`` (where none is given: the day of its approval) and ``valid_to`` are the
    first and the last day it is in force, None: open."""

    zone_id: int
    object_id: int | None
    code: str
    name: str
    grade: str
    region_id: int | None
    approval_no: str
    approved_on: date | None
    sensitivity: str
    # it is drawn round an intake whose position is restricted
    betrays: bool
    valid_from: date | None
    valid_to: date | None
    simulated: bool
    area: shapely.Geometry

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def shown_to(self, scope: str) -> bool:
        """Whether a viewer may see it; a restricted one, and one whose middle is a restricted intake, is for those who see exact places."""
        return exact(scope) or not (self.betrays or self.sensitivity == "restricted")

    def holds(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which places are inside it or on its edge."""
        shapely.prepare(self.area)
        return shapely.dwithin(self.area, shapely.points(lons, lats), ROUNDING)

    def edge(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres from places to its nearest edge."""
        return edge_metres(self.area, lons, lats)


@dataclass(frozen=True, slots=True)
class Zones:
    """Every zone of a store version, strictest grade first, and a tree of their boxes in that order."""

    zones: tuple[Zone, ...]
    boxes: shapely.STRtree
    # metres to the edge by zone and place: neither moves while the store is as it is, whatever day is asked for
    measured: dict[tuple[int, float, float], float] = field(default_factory=dict, compare=False, repr=False)

    def near(self, west: float, south: float, east: float, north: float) -> list[Zone]:
        """Zones whose boxes meet a box of degrees, strictest first."""
        return [self.zones[k] for k in np.sort(self.boxes.query(shapely.box(west, south, east, north))).tolist()]

    def edge(self, k: int, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
        """``Zone.edge`` of the zone at a place in ``zones``, measured once."""
        keys = [(k, x, y) for x, y in zip(lons.tolist(), lats.tolist(), strict=True)]
        new = [n for n, key in enumerate(keys) if key not in self.measured]
        if new:
            fresh = dict(zip((keys[n] for n in new), self.zones[k].edge(lons[new], lats[new]).tolist(), strict=True))
            if len(self.measured) + len(fresh) <= _MEASURED:
                self.measured.update(fresh)
        else:
            fresh = {}
        return np.array([fresh[key] if key in fresh else self.measured[key] for key in keys], dtype=np.float64)

    def find(self, zone_id: int) -> Zone | None:
        """The zone of an id."""
        return next((each for each in self.zones if each.zone_id == zone_id), None)


@dataclass(frozen=True, slots=True)
class Inside:
    """Items of one part of a selection inside one zone. ``positions`` in the part's index, ascending; beside each its longitude and
    latitude, the metres to the zone's nearest edge, and whether it stands on it."""

    part: Part
    zone: Zone
    positions: Positions
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    inside_m: NDArray[np.float64]
    on_edge: NDArray[np.bool_]


def zones_of(store: Store) -> Zones:
    """The zones of the store, parsed once for each of its versions; one whose geometry is no area is left out."""
    return store.remembered("zones", lambda: _read(store))


def _read(store: Store) -> Zones:
    c = zone.c
    columns = (
        c.zone_id, c.object_id, c.code, c.name, c.grade, c.region_id, c.approval_no, c.approved_on, c.sensitivity,
        c.valid_from, c.valid_to, c.simulated, c.geometry,
    )  # fmt: skip
    hidden = and_(object_.c.sensitivity == "restricted", c.grade == GRADES[0]).label("betrays")
    query = select(*columns, hidden).select_from(zone.outerjoin(object_, object_.c.object_id == c.object_id))
    with store.reading() as conn:
        rows = conn.execute(query.order_by(c.zone_id)).all()
    areas = shapely.make_valid(shapely.from_geojson([row.geometry for row in rows], on_invalid="ignore"))
    found = []
    for row, area in zip(rows, areas, strict=True):
        if area is None or area.is_empty or area.geom_type not in _AREAS:
            continue
        fields = row._asdict()
        del fields["geometry"]
        fields["betrays"] = bool(row.betrays)
        fields["valid_from"] = row.valid_from or row.approved_on
        found.append(Zone(**fields, area=area))
    found.sort(key=lambda each: (grade_rank(each.grade), each.zone_id))
    # wide enough for points that rounding has moved off an edge
    bounds = shapely.bounds(np.array([each.area for each in found], dtype=object)).reshape(-1, 4)
    return Zones(tuple(found), shapely.STRtree(shapely.box(*(bounds + np.array([-1, -1, 1, 1]) * ROUNDING).T)))


def grade_rank(grade: str) -> int:
    """0 for the strictest grade; a grade nobody knows comes last."""
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def visible(zones: Sequence[Zone], tree: RegionTree, scope: str, day: date) -> list[Zone]:
    """Those of some zones that are in force on a day and that a viewer is shown: of the viewer's own region, where confined to one."""
    confined = region_of(scope)
    own = None if confined == ALL else tree.get(confined)
    within = None if confined == ALL else tree.within(own.region_id) if own else set()
    return [
        each
        for each in zones
        if each.in_force(day) and each.shown_to(scope) and (within is None or each.region_id is None or each.region_id in within)
    ]


def inside(store: Store, scope: str, selection: Selection, name: str = "outfalls") -> list[Inside]:
    """For each part of a selection and each zone in force on its as-of day that holds any: the items of a set inside the zone.

    ``name``: the set, by default everything discovered that is neither withdrawn nor merged. An item may lie in several zones. A viewer
    who is not shown restricted positions gets no item that has one, and no restricted zone; a confined one gets the items of the own
    region, whoever's zone they lie in.
    """
    known = zones_of(store)
    holds = {k for k, each in enumerate(known.zones) if each.in_force(selection.as_of) and each.shown_to(scope)}
    out: list[Inside] = []
    for part in selection.parts if holds else []:
        places = places_of(store, part.index, scope)
        mask = bits.unpack(part.chosen(name)).copy()
        low = part.a * 64
        if not exact(scope):
            mask &= ~part.index.hidden[low : low + len(mask)]
        x, y = places.x[low : low + len(mask)], places.y[low : low + len(mask)]
        at = np.flatnonzero(mask & (x != NOWHERE) & (y != NOWHERE))
        lons, lats = x[at] / 1e6, y[at] / 1e6
        # places in the boxes of zones, zone by zone; of these the ones inside
        of_place, of_zone = known.boxes.query(shapely.points(lons, lats))
        order = np.lexsort((of_place, of_zone))
        of_place, of_zone = of_place[order], of_zone[order]
        for k in np.unique(of_zone).tolist():
            if k not in holds:
                continue
            first, last = np.searchsorted(of_zone, (k, k + 1))
            near = of_place[first:last]
            near = near[known.zones[k].holds(lons[near], lats[near])]
            if len(near):
                lon, lat = lons[near], lats[near]
                metres = known.edge(k, lon, lat)
                out.append(Inside(part, known.zones[k], at[near] + low, lon, lat, metres, metres <= EDGE_M))
    return out
