"""Places by the water bodies they name: how far off, on which bank, and whether another coordinate system would bring them nearer."""

from collections import Counter

import numpy as np
import shapely

from data.places.crs import BD09, DRAWN, GCJ02, known, to_drawn, to_gcj
from data.places.located import POINTS, Place
from data.places.model import REPAIRABLE, WARNED, Fault, PlaceOptions
from data.places.rivers import Course, Water, Waters

FAR_M = 500.0
#: nearer to its line than this nothing is said about another system
NEAR_M = 100.0
#: another system is named when it comes so many times nearer
NEARER = 3.0
#: a mouth so near to the river it flows into belongs there
MOUTH_M = 2_000.0
BANK_M = 5.0


def look(places: list[Place], options: PlaceOptions, waters: Waters, notes: list[Fault]) -> None:
    """Find the water bodies that places name and note what does not fit; nothing is refused for it."""
    if options.layer in POINTS and not waters.all:
        # one remark instead of one a row
        if rows := sum(1 for p in places if p.values.get("water_body")):
            notes.append(Fault("waters_none", 0, "", "water_body", "", {"rows": rows}, level=WARNED))
    elif options.layer in POINTS:
        systems: Counter[str] = Counter()
        beside = 0
        for place in places:
            said = place.values.get("water_body")
            if said:
                beside += _beside(place, said, waters, systems)
        for system, rows in systems.most_common(1):
            if rows >= 5 and rows * 2 > beside:
                notes.append(Fault("system_doubtful", 0, "", "crs", "", {"system": system, "rows": rows, "of": beside}, level=WARNED))
    elif options.layer == "water_body":
        for place in places:
            _flows(place, places, waters)


def _beside(place: Place, said: str, waters: Waters, systems: Counter[str]) -> bool:
    point = place.shape
    lon, lat = (point.x, point.y) if point is not None and not point.is_empty else (None, None)
    found = waters.find(said, lon, lat)
    if len(found) != 1:
        place.report("water_several" if found else "water_unknown", "water_body", said, WARNED)
        return False
    water = found[0]
    place.parsed["water_body_id"] = water.water_body_id
    if water.course is None or lon is None or lat is None or place.refused:
        return False
    spot = water.course.spot(lon, lat)
    place.parsed["river_km"] = None if spot.km is None else round(spot.km, 3)
    _judge(place, water, water.course, lon, lat, systems)
    bank = place.parsed.get("bank")
    if bank and spot.bank and bank != spot.bank and BANK_M < spot.metres <= FAR_M:
        said = place.values.get("bank", "")
        place.report("bank_wrong", "bank", said, WARNED, water=water.name, found=f"bank:{spot.bank}", metres=round(spot.metres))
    return True


def _judge(place: Place, water: Water, course: Course, lon: float, lat: float, systems: Counter[str]) -> None:
    here = course.spot(lon, lat).metres
    if here <= NEAR_M:
        return
    if place.raw is not None and known(place.crs) in (DRAWN, GCJ02, BD09):
        x, y = np.array([place.raw[0]]), np.array([place.raw[1]])
        for system in (DRAWN, GCJ02, BD09):
            if system == known(place.crs):
                continue
            there = to_drawn(x, y, system)
            metres = course.spot(float(there[0][0]), float(there[1][0])).metres
            if metres <= NEAR_M and metres * NEARER < here:
                shown = "CGCS2000" if system == DRAWN else system
                systems[shown] += 1
                place.report(
                    "system_other", "crs", place.crs, WARNED, water=water.name, metres=round(here), nearer=round(metres), system=shown,
                    before=(round(lon, 6), round(lat, 6)), after=(round(float(there[0][0]), 6), round(float(there[1][0]), 6)),
                )  # fmt: skip
                return
        # shifted twice: degrees that were already turned and are declared as turned once more
        if known(place.crs) == DRAWN:
            shifted = to_gcj(x, y)
            metres = course.spot(float(shifted[0][0]), float(shifted[1][0])).metres
            if metres <= NEAR_M and metres * NEARER < here:
                place.report("shifted_back", "crs", place.crs, WARNED, water=water.name, metres=round(here), nearer=round(metres))
                return
    if here > FAR_M:
        place.report("water_far", "water_body", place.values.get("water_body", ""), WARNED, water=water.name, metres=round(here))


def _flows(place: Place, places: list[Place], waters: Waters) -> None:
    """The river another one flows into, where it does, and whether its line runs from source to mouth."""
    p = place.parsed
    shape = place.shape
    if shape is not None and not p.get("kind"):
        p["kind"] = "lake" if shape.geom_type in ("Polygon", "MultiPolygon") else "river"
    said = p.get("flows_into")
    p["flows_into_id"] = None
    if not said or place.refused:
        return
    mine = next((o for o in places if o is not place and said in (o.parsed.get("code"), o.parsed.get("name")) and not o.refused), None)
    found = waters.find(said)
    if mine is None and len(found) != 1:
        place.report("water_several" if found else "water_unknown", "flows_into", said, WARNED)
        return
    if mine is not None:
        p["flows_into_code"] = mine.parsed["code"]
        course = Course(mine.shape) if mine.shape is not None and not mine.shape.is_empty else None
    else:
        p["flows_into_id"] = found[0].water_body_id
        course = found[0].course
    if course is None or shape is None or shape.geom_type != "LineString":
        return
    first, last = Course(shape).ends
    at_first, at_last = course.spot(*first), course.spot(*last)
    if at_first.metres < MOUTH_M < at_last.metres and at_first.metres * 4 < at_last.metres:
        place.report("reversed", "flows_into", said, REPAIRABLE, repair="reversed", metres=round(at_first.metres), before=first, after=last)
        place.shape = shapely.reverse(shape)
        at_last = at_first
    if p.get("flows_into_km") is None and at_last.km is not None and at_last.metres < MOUTH_M:
        p["flows_into_km"] = round(at_last.km, 3)
