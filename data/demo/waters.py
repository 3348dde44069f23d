"""Simulated water bodies: rivers through Jiangsu's counties with invented names, and the lakes they run into."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, insert, select

from data.demo.dice import Dice
from data.demo.places import City, County, land
from data.demo.rivers import Course, Point, Ring, shore, winding
from data.demo.texts import texts
from data.identity import item_id
from data.schema import term, water_body

# a county knows the rivers in it at places this far apart
_APART_KM = 0.4
_FEWEST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Body:
    """A water body as it is written: ``course`` of a river or canal, ``ring`` of a lake or reservoir."""

    water_body_id: int
    entry: dict[str, Any]
    course: Course | None
    ring: Ring | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a bank: ``bank`` left or right, looking downstream."""

    lon: float
    lat: float
    body: Body
    river_km: float
    bank: str

    def columns(self) -> dict[str, Any]:
        """What an object on this spot has in its row."""
        return {"water_body_id": self.body.water_body_id, "river_km": round(self.river_km, 3), "bank": self.bank}


@dataclass(frozen=True, slots=True)
class Intake:
    """Where a county takes its water, and the zones that protect it: rings by grade, each inside the next."""

    spot: Spot
    rings: dict[str, Ring]


@dataclass(slots=True)
class Waters:
    """All water bodies, by code; where they run through each county (by code): body and kilometre; through which counties each of them
    (by code) runs: kilometre and county, from source to mouth; and the intake of each county (by code)."""

    bodies: dict[str, Body]
    places: dict[str, list[tuple[Body, float]]] = field(default_factory=dict)
    counties: dict[str, list[tuple[float, County]]] = field(default_factory=dict)
    intakes: dict[str, Intake] = field(default_factory=dict)

    def spot(self, county: County, dice: Dice, near_m: int = 5, far_m: int = 60) -> Spot | None:
        """A place on a bank in the county, so many metres from the middle of the water; None where no river runs."""
        places = self.places.get(county.code)
        if not places:
            return None
        home = land(county.code)
        for _ in range(20):
            body, km = dice.one(places)
            assert body.course is not None
            km = min(max(km + (dice.u() - 0.5) * _APART_KM, 0.0), body.course.length)
            left = dice.chance(0.5)
            metres = near_m + dice.u() * (far_m - near_m)
            lon, lat = body.course.beside(km, metres / 1000 if left else -metres / 1000)
            spot = Spot(round(lon, 6), round(lat, 6), body, km, "left" if left else "right")
            if shapely.intersects_xy(home, spot.lon, spot.lat):
                return spot
        return None


def put_waters(conn: Connection, cities: list[City], province_id: int, dice: Dice) -> Waters:
    """Write the water bodies and the names of their basins; the same ``dice`` give the same lines."""
    known = texts("waters")
    waters = Waters(_bodies(known["bodies"], _points(cities), dice))
    _put_basins(conn, known["basins"])
    conn.execute(insert(water_body), [_row(waters, body, province_id, dice) for body in waters.bodies.values()])
    _find_places(waters, cities)
    return waters


def _points(cities: list[City]) -> dict[str, Point]:
    return {county.code: (county.lon, county.lat) for city in cities for county in city.counties if county.lon is not None and county.lat}


def _bodies(entries: list[dict[str, Any]], points: Mapping[str, Point], dice: Dice) -> dict[str, Body]:
    """Main stems stand before what runs into them; lakes are drawn first, so that rivers end on their shore."""
    rings = {entry["code"]: shore(entry["centre"], entry["radius_km"], dice) for entry in entries if "centre" in entry}
    out: dict[str, Body] = {}
    for entry in entries:
        code, into = entry["code"], entry.get("into")
        course = None
        if code not in rings:
            via: list[Point] = [points[place] if isinstance(place, str) else (place[0], place[1]) for place in entry["via"]]
            if into in rings:
                via[-1] = min(rings[into], key=lambda corner: (corner[0] - via[-1][0]) ** 2 + (corner[1] - via[-1][1]) ** 2)
            elif into is not None:
                main = out[into].course
                assert main is not None
                via[-1] = main.at(main.nearest(via[-1]))
            course = winding(via, dice)
        out[code] = Body(item_id("water_body", code), entry, course, rings.get(code))
    return out


def _put_basins(conn: Connection, basins: Mapping[str, list[str]]) -> None:
    """The basins' names as terms: a water body holds the Chinese one."""
    have = set(conn.execute(select(term.c.code).where(term.c.dimension == "basin")).scalars())
    rows = [
        {"dimension": "basin", "code": zh, "name_zh": zh, "name_en": en, "sort_order": n}
        for n, (zh, en) in enumerate(basins.values(), 1)
        if zh not in have
    ]
    if rows:
        conn.execute(insert(term), rows)


def _row(waters: Waters, body: Body, province_id: int, dice: Dice) -> dict[str, object]:
    entry, course = body.entry, body.course
    into = waters.bodies.get(entry.get("into", ""))
    flows_km = None
    if into is not None and into.course is not None:
        flows_km = entry["into_km"] if course is None else round(into.course.nearest(course.points[-1]), 3)
    corners = course.points if course is not None else body.ring
    assert corners is not None
    shape = {"type": "LineString", "coordinates": corners} if course is not None else {"type": "Polygon", "coordinates": [corners]}
    lons, lats = [c[0] for c in corners], [c[1] for c in corners]
    return {
        "water_body_id": body.water_body_id,
        "code": entry["code"],
        "name_zh": entry["zh"],
        "name_en": entry["en"],
        "kind": entry["kind"],
        "region_id": province_id,
        "basin": texts("waters")["basins"][entry["basin"]][0],
        "flows_into_id": into.water_body_id if into is not None else None,
        "flows_into_km": flows_km,
        "length_km": round(course.length, 1) if course is not None else None,
        "target_grade": entry["target"],
        "detail": _detail(entry, course, dice),
        "geometry": json.dumps(shape, separators=(",", ":")),
        "west": min(lons),
        "south": min(lats),
        "east": max(lons),
        "north": max(lats),
        "simulated": True,
    }


def _detail(entry: dict[str, Any], course: Course | None, dice: Dice) -> dict[str, object]:
    """One river, one policy, in Chinese and, under ``en``, in English."""
    known = texts("waters")
    chosen = [int(dice.u() * len(pair)) for pair in known["detail"]["zh"]["measures"]]
    said = {}
    for at, (lang, name) in enumerate((("zh", entry["zh"]), ("en", entry["en"]))):
        words = known["detail"][lang]
        told = {
            "name": name,
            "kind": known["kinds"][lang][entry["kind"]],
            "basin": known["basins"][entry["basin"]][at],
            "length": None if course is None else round(course.length),
            "year": 2025,
            "grade": entry["target"],
        }
        said[lang] = {
            "basics": words["basics_area" if course is None else "basics"].format(**told),
            "plan": words["plan"].format(**told),
            "measures": [pair[n] for pair, n in zip(words["measures"], chosen, strict=True)],
            "offices": words["offices"],
        }
    return {**said["zh"], "en": said["en"]}


def _find_places(waters: Waters, cities: list[City]) -> None:
    """Which kilometres of which rivers lie in each county that has an outline."""
    along = [
        (body, km, body.course.at(km))
        for body in waters.bodies.values()
        if body.course is not None
        for km in np.arange(_APART_KM / 2, body.course.length, _APART_KM).tolist()
    ]
    lon, lat = (np.array([place[2][axis] for place in along]) for axis in (0, 1))
    for city in cities:
        for county in city.counties:
            home = land(county.code)
            if home is None:
                continue
            west, south, east, north = home.bounds
            near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            inside = near[shapely.intersects_xy(home, lon[near], lat[near])]
            if len(inside) >= _FEWEST_PLACES:
                waters.places[county.code] = [along[k][:2] for k in inside.tolist()]
            for k in inside.tolist():
                waters.counties.setdefault(along[k][0].entry["code"], []).append((along[k][1], county))
    for found in waters.counties.values():
        found.sort(key=lambda place: place[0])
