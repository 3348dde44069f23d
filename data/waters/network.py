"""Water bodies, how they flow into each other, and the sections and stations on them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sqlalchemy import select

from data.places.crs import to_drawn
from data.schema import object_, water_body
from data.store import Store

Line = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Body:
    """A water body. ``lines``: its course from source to mouth, or the outline of a lake (``area``)."""

    water_body_id: int
    code: str
    name_zh: str
    name_en: str | None
    kind: str
    region_id: int | None
    basin: str | None
    into_id: int | None
    into_km: float | None
    length_km: float | None
    target: str | None
    detail: dict[str, Any]
    lines: list[Line]
    area: bool
    simulated: bool

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh


@dataclass(frozen=True, slots=True)
class Site:
    """A section or a station, or whatever else stands on a water body; ``lon`` and ``lat`` as drawn, None where they are not known.
    Where a ``restricted`` one is, is not for every viewer: ``data.queries.rivers.here``."""

    object_id: int
    kind: str
    code: str | None
    name_zh: str
    name_en: str | None
    region_id: int | None
    water_body_id: int
    km: float | None
    bank: str | None
    lon: float | None
    lat: float | None
    target: str | None
    simulated: bool
    restricted: bool

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh

    def anywhere(self) -> "Site":
        """The same, without a word of where on the water it is."""
        return replace(self, km=None, bank=None, lon=None, lat=None)


@dataclass(slots=True)
class Network:
    """All water bodies by id; their sections and stations from source to mouth, and by id; the regions that have something on them."""

    bodies: dict[int, Body]
    sites: dict[int, list[Site]]
    regions: dict[int, set[int]]
    by_code: dict[str, int] = field(default_factory=dict)
    feeders: dict[int, list[int]] = field(default_factory=dict)
    by_id: dict[int, Site] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {site.object_id: site for found in self.sites.values() for site in found}
        for body in self.bodies.values():
            self.by_code[body.code] = body.water_body_id
            if body.into_id in self.bodies and body.into_id is not None:
                self.feeders.setdefault(body.into_id, []).append(body.water_body_id)
        for found in self.feeders.values():
            found.sort(key=lambda k: (self.bodies[k].into_km is None, self.bodies[k].into_km or 0.0, self.bodies[k].code))

    def upstream(self, body_id: int) -> list[int]:
        """What flows into a water body, directly or through others; nearest first."""
        out: list[int] = []
        waiting = list(self.feeders.get(body_id, []))
        while waiting:
            at = waiting.pop(0)
            if at not in out and at != body_id:
                out.append(at)
                waiting += self.feeders.get(at, [])
        return out

    def downstream(self, body_id: int) -> list[int]:
        """The water bodies that its water runs through, nearest first."""
        out: list[int] = []
        at = self.bodies[body_id].into_id
        # a file may say that two rivers flow into each other
        while at is not None and at in self.bodies and at not in out and at != body_id:
            out.append(at)
            at = self.bodies[at].into_id
        return out

    def target(self, object_id: int, own: str | None) -> str | None:
        """The class that a section or station is held to: its water body's where it has none of its ``own``."""
        site = self.by_id.get(object_id)
        return own if site is None else site.target

    def sections(self, body_id: int) -> list[Site]:
        """Assessed sections from source to mouth."""
        return [site for site in self.sites.get(body_id, []) if site.kind == "section"]


def network(store: Store) -> Network:
    """The water bodies of the store, kept until it changes."""
    return store.remembered("waters", lambda: _read(store))


def _read(store: Store) -> Network:
    b, o = water_body.c, object_.c
    with store.reading() as conn:
        bodies = {row.water_body_id: _body(row._mapping) for row in conn.execute(select(water_body).order_by(b.code))}
        rows = conn.execute(
            select(
                o.object_id, o.object_type, o.official_code, o.name, o.region_id, o.water_body_id, o.river_km, o.bank, o.lon, o.lat,
                o.crs_declared, o.grade_target, o.detail, o.simulated, o.sensitivity,
            ).where(o.object_type.in_(("section", "station")), o.water_body_id.is_not(None))
        ).all()  # fmt: skip
        held = conn.execute(select(o.water_body_id, o.region_id).where(o.water_body_id.is_not(None)).distinct()).all()
    regions: dict[int, set[int]] = {}
    for body_id, region_id in held:
        regions.setdefault(body_id, set()).add(region_id)
    sites: dict[int, list[Site]] = {}
    lon, lat = to_drawn(
        np.array([np.nan if r.lon is None else r.lon for r in rows], dtype=np.float64),
        np.array([np.nan if r.lat is None else r.lat for r in rows], dtype=np.float64),
        [r.crs_declared for r in rows],
    )
    for row, x, y in zip(rows, lon.tolist(), lat.tolist(), strict=True):
        name_en = _object(row.detail).get("name_en")
        body = bodies.get(row.water_body_id)
        sites.setdefault(row.water_body_id, []).append(
            Site(
                row.object_id,
                row.object_type,
                row.official_code,
                row.name,
                name_en if isinstance(name_en, str) else None,
                row.region_id,
                row.water_body_id,
                row.river_km,
                row.bank,
                x if x == x else None,
                y if y == y else None,
                row.grade_target or (body.target if body else None),
                bool(row.simulated),
                row.sensitivity == "restricted",
            )
        )
    for found in sites.values():
        # sections of a lake have no kilometre; a code says more of their order than a name
        found.sort(key=lambda s: (s.km is None, s.km or 0.0, s.code or "", s.object_id))
    return Network(bodies, sites, regions)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _body(row: Any) -> Body:
    lines, area = lines_of(row["geometry"])
    return Body(
        row["water_body_id"],
        row["code"],
        row["name_zh"],
        row["name_en"],
        row["kind"],
        row["region_id"],
        row["basin"],
        row["flows_into_id"],
        row["flows_into_km"],
        row["length_km"],
        row["target_grade"],
        _object(row["detail"]),
        lines,
        area,
        bool(row["simulated"]),
    )


def lines_of(geometry: str | None) -> tuple[list[Line], bool]:
    """The lines of a GeoJSON geometry, and whether they go round an area; nothing for one that is not there or not to be drawn."""
    if not geometry:
        return [], False
    shape = json.loads(geometry)
    kind, corners = shape.get("type"), shape.get("coordinates", [])
    if kind == "LineString":
        return [_line(corners)], False
    if kind == "MultiLineString":
        return [_line(part) for part in corners], False
    if kind == "Polygon":
        return [_line(ring) for ring in corners], True
    if kind == "MultiPolygon":
        return [_line(ring) for part in corners for ring in part], True
    return [], False


def _line(corners: Iterable[Any]) -> Line:
    return [(float(corner[0]), float(corner[1])) for corner in corners]
