"""What is around a place: items, sections, stations, source areas and zones within some kilometres, and which zones and region hold it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data import calendar, identity
from data.filters import Filters
from data.places.crs import to_drawn
from data.positions import ground
from data.positions.places import drawn_set, places_of
from data.positions.zones import EDGE_M, Zone, visible, zones_of
from data.queries.selection import Part, Selection
from data.regions.locate import region_at
from data.regions.tree import RegionTree
from data.rollup import bits
from data.schema import item, object_
from data.scope import ALL, exact, region_of
from data.store import Store

MOST = 200
FURTHEST_KM = 50.0
# places that are not what items are about and so stand on a map of their own
OBJECT_TYPES = ("section", "station", "source_area")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing near a place.

    ``what``: item, object, zone. ``id``: 16 hexadecimal digits. ``kind``: the item's kind, the object's type, the zone's grade.
    ``metres``: how far away it is; 0 inside a zone. ``edge_m`` (zones): metres to the edge, from either side. ``lon, lat``: None for
    zones. ``ledger_no`` (items), ``code`` (objects: the official one, zones), ``approval_no`` (zones).
    """

    what: str
    id: str
    kind: str
    name: str
    metres: float
    region_code: str | None
    region: str | None
    lon: float | None = None
    lat: float | None = None
    edge_m: float | None = None
    ledger_no: str | None = None
    code: str | None = None
    approval_no: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Around:
    """``things``: nearest first, at most MOST; ``count``: how many there are; ``counts``: by what they are (item, object, zone)."""

    things: list[Thing]
    count: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """One zone and how far a place is from its edge, in metres."""

    zone: Zone
    edge_m: float
    on_edge: bool


@dataclass(frozen=True, slots=True)
class Where:
    """``zones`` that hold the place, strictest first; ``nearest``: of all zones the one whose edge is nearest (None: there is no zone).

    ``region_code``, ``region`` (full name): the smallest region whose outline holds the place; ``coarse``: outlines are drawn roughly, so
    close to a border this is a guess, and the page says so. None outside of every outline.
    """

    zones: list[Held]
    nearest: Held | None
    region_code: str | None
    region: str | None
    coarse: bool


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of OBJECT_TYPES with a position, as columns; ``lon, lat`` as they are drawn."""

    object_id: NDArray[np.int64]
    kind: list[str]
    code: list[str | None]
    name: list[str]
    region_id: list[int | None]
    restricted: NDArray[np.bool_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def near(store: Store, scope: str, filters: Filters, lon: float, lat: float, km: float, lang: str = "zh-CN") -> Around:
    """What lies within ``km`` (at most FURTHEST_KM) of a place: the items that the filters let through, and objects and zones in force on
    the as-of day, nearest first.

    Distances are great-circle ones. A viewer who is not shown restricted positions gets nothing that has one; a confined one what lies in
    the own region.
    """
    metres = min(max(km, 0.0), FURTHEST_KM) * 1000.0
    selection = Selection(scope, store, filters)
    found = _items(store, scope, selection, lon, lat, metres)
    objects = objects_of(store)
    at, away = _objects(objects, selection.tree, scope, lon, lat, metres)
    zones = []
    for each in visible(zones_of(store).near(*ground.box(lon, lat, metres)), selection.tree, scope, selection.as_of):
        held = _held(each, lon, lat)
        distance = 0.0 if _inside(each, lon, lat) else held.edge_m
        if distance <= metres:
            zones.append((distance, held))
    counts = {"item": sum(len(d) for _, _, d in found), "object": len(at), "zone": len(zones)}
    # the nearest of all kinds together; of those at one distance, zones, then objects, then items
    order = [(d, 0, k, 0) for k, (d, _) in enumerate(zones)]
    order += [(d, 1, k, 0) for k, d in enumerate(away[:MOST].tolist())]
    # each is sorted already: more than MOST of one are never among the nearest MOST of all
    order += [(d, 2, k, n) for n, (_, _, distances) in enumerate(found) for k, d in enumerate(distances[:MOST].tolist())]
    order.sort()
    chosen = order[:MOST]
    rows = []
    for n, one in enumerate(found):
        wanted = [k for _, what, k, m in chosen if what == 2 and m == n]
        rows.append(_item_things(store, selection.tree, one, wanted, lang))
    things = []
    for d, what, k, n in chosen:
        if what == 0:
            things.append(_zone_thing(zones[k][1], d, selection.tree, lang))
        elif what == 1:
            things.append(_object_thing(objects, int(at[k]), d, selection.tree, lang))
        else:
            things.append(rows[n][k])
    return Around(things, sum(counts.values()), counts)


def where(store: Store, scope: str, lon: float, lat: float, lang: str = "zh-CN", day: date | None = None) -> Where:
    """The zones in force on ``day`` (today) that hold a place, the nearest edge of any, and the region whose outline holds it."""
    tree = store.tree()
    known = zones_of(store)
    shown = visible(known.zones, tree, scope, day or calendar.today())
    holding = [_held(each, lon, lat) for each in shown if _inside(each, lon, lat)]
    region_id = region_at(store, lon, lat)
    code, name = (None, None) if region_id is None else (tree.by_id(region_id).code, tree.full_name(region_id, lang))
    return Where(holding, _nearest(shown, lon, lat), code, name, region_id is not None)


# ---------------------------------------------------------------------- zones


def _inside(zone: Zone, lon: float, lat: float) -> bool:
    return bool(zone.holds(np.array([lon]), np.array([lat]))[0])


def _held(zone: Zone, lon: float, lat: float) -> Held:
    metres = float(zone.edge(np.array([lon]), np.array([lat]))[0])
    return Held(zone, metres, metres <= EDGE_M)


def _nearest(zones: list[Zone], lon: float, lat: float) -> Held | None:
    """The zone whose edge is nearest, looking into no zone whose box is further away than an edge already found."""
    if not zones:
        return None
    bounds = np.array([each.area.bounds for each in zones])
    east = np.maximum(0.0, np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2])) * np.cos(np.radians(lat)) * ground.DEGREE_M
    north = np.maximum(0.0, np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3])) * ground.DEGREE_M
    least = np.hypot(east, north)
    best: Held | None = None
    for k in np.argsort(least, kind="stable").tolist():
        if best is not None and least[k] > best.edge_m:
            break
        held = _held(zones[k], lon, lat)
        if best is None or held.edge_m < best.edge_m:
            best = held
    return best


def _zone_thing(held: Held, metres: float, tree: RegionTree, lang: str) -> Thing:
    zone = held.zone
    code, name = _region(tree, zone.region_id, lang)
    return Thing(
        "zone", identity.to_hex(zone.zone_id), zone.grade, zone.name, metres, code, name, edge_m=held.edge_m, code=zone.code,
        approval_no=zone.approval_no,
    )  # fmt: skip


# ---------------------------------------------------------------------- objects


def objects_of(store: Store) -> Objects:
    """Sections, stations and source areas that have a position; read once for each store version."""
    return store.remembered("near-objects", lambda: _read_objects(store))


def _read_objects(store: Store) -> Objects:
    c = object_.c
    columns = (c.object_id, c.object_type, c.official_code, c.name, c.region_id, c.sensitivity, c.lon, c.lat, c.crs_declared)
    query = select(*columns).where(c.object_type.in_(OBJECT_TYPES), c.lon.is_not(None), c.lat.is_not(None)).order_by(c.object_id)
    with store.reading() as conn:
        rows = conn.execute(query).all()
    x, y = (np.array([row[k] for row in rows], dtype=np.float64) for k in (6, 7))
    lon, lat = to_drawn(x, y, [row[8] for row in rows])
    there = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    kept = [rows[k] for k in there.tolist()]
    return Objects(
        np.array([row[0] for row in kept], dtype=np.int64),
        [row[1] for row in kept],
        [row[2] for row in kept],
        [row[3] for row in kept],
        [row[4] for row in kept],
        np.array([row[5] == "restricted" for row in kept], dtype=bool),
        lon[there],
        lat[there],
    )


def _objects(
    objects: Objects, tree: RegionTree, scope: str, lon: float, lat: float, metres: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which objects are that near, nearest first, and how far away each is."""
    away = ground.great_circle(lon, lat, objects.lon, objects.lat)
    shown = away <= metres
    if not exact(scope):
        shown &= ~objects.restricted
    confined = region_of(scope)
    if confined != ALL:
        own = tree.get(confined)
        within = tree.within(own.region_id) if own else set()
        shown &= np.array([r in within for r in objects.region_id], dtype=bool)
    at = np.flatnonzero(shown)
    at = at[np.argsort(away[at], kind="stable")]
    return at, away[at]


def _object_thing(objects: Objects, k: int, metres: float, tree: RegionTree, lang: str) -> Thing:
    code, name = _region(tree, objects.region_id[k], lang)
    return Thing(
        "object", identity.to_hex(int(objects.object_id[k])), objects.kind[k], objects.name[k], metres, code, name,
        float(objects.lon[k]), float(objects.lat[k]), code=objects.code[k],
    )  # fmt: skip


# ---------------------------------------------------------------------- items

# a part, positions in its index nearest first, how far away each is
_Found = tuple[Part, NDArray[np.int64], NDArray[np.float64]]


def _items(store: Store, scope: str, selection: Selection, lon: float, lat: float, metres: float) -> list[_Found]:
    out: list[_Found] = []
    # the same as the map draws
    name = drawn_set(selection.filters)
    for part in selection.parts:
        index = part.index
        places = places_of(store, index, scope)
        mask = np.zeros(index.size, dtype=bool)
        mask[part.a * 64 : part.b * 64] = bits.unpack(part.chosen(name))
        if not exact(scope):
            mask &= ~index.hidden
        at = places.within(*ground.box(lon, lat, metres))
        at = np.sort(at[mask[at]])
        away = ground.great_circle(lon, lat, places.x[at] / 1e6, places.y[at] / 1e6)
        order = np.argsort(away, kind="stable")
        order = order[away[order] <= metres]
        out.append((part, at[order].astype(np.int64), away[order]))
    return out


def _item_things(store: Store, tree: RegionTree, found: _Found, wanted: list[int], lang: str) -> dict[int, Thing]:
    """The items at some places of what was found, by that place."""
    part, at, away = found
    if not wanted:
        return {}
    ids = part.index.item_id[at[wanted]].tolist()
    x, y = part.index.where
    c = item.c
    texts: dict[int, Any] = {}
    query = select(c.item_id, c.ledger_no, c.kind, c.region_id, c.object_name, c.title)
    with store.reading() as conn:
        for k in range(0, len(ids), _AT_ONCE):
            texts.update((row.item_id, row) for row in conn.execute(query.where(c.item_id.in_(ids[k : k + _AT_ONCE]))))
    out = {}
    for k, item_id in zip(wanted, ids, strict=True):
        row = texts.get(item_id)
        code, name = _region(tree, row.region_id if row else None, lang)
        called = (row.object_name or row.title or row.ledger_no or "") if row else ""
        out[k] = Thing(
            "item", identity.to_hex(item_id), row.kind if row else "", called, float(away[k]), code, name,
            float(x[at[k]] / 1e6), float(y[at[k]] / 1e6), ledger_no=row.ledger_no if row else None,
        )  # fmt: skip
    return out


def _region(tree: RegionTree, region_id: int | None, lang: str) -> tuple[str | None, str | None]:
    if region_id is None or region_id not in tree:
        return None, None
    return tree.by_id(region_id).code, tree.full_name(region_id, lang)
