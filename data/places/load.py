"""Judged places into the store, within the caller's one transaction: which row each one is, and what stands in it."""

from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Row, Select, bindparam, select, update

from data import calendar
from data.identity import item_id
from data.ledgers import dimensions
from data.ledgers.load import chunks
from data.ledgers.values import folded
from data.places import sensitivity, shapes
from data.places.crs import known, to_drawn
from data.places.located import Place
from data.places.prepare import Prepared
from data.places.rivers import Course, Waters
from data.places.rows import CLEARED, Values, Written, put, put_quality
from data.regions.tree import RegionTree
from data.schema import object_, water_body, zone


def object_key(object_type: str, code: str, region_code: str, name: str) -> int:
    """Id of a new object: by its code as ledgers make it, without one by region and name."""
    return item_id(f"object:{object_type}", code or f"{region_code}\x1f{name}")


def write(conn: Connection, tree: RegionTree, ready: Prepared, places: list[Place], batch_id: int, campaign_id: int | None) -> Written:
    """Put the places of a file; ids of places stand in ``place.parsed["id"]`` afterwards."""
    layer = ready.options.layer
    if layer == "zone":
        return _zones(conn, places, batch_id)
    if layer == "water_body":
        return _waters(conn, places, batch_id)
    if layer == "track":
        return _tracks(conn, ready, places, batch_id, campaign_id)
    if layer == "quality":
        return _quality(conn, places, batch_id)
    return _objects(conn, tree, ready, places, batch_id)


# ----------------------------------------------------------------------------- objects


def _objects(conn: Connection, tree: RegionTree, ready: Prepared, places: list[Place], batch_id: int) -> Written:
    layer, o = ready.options.layer, object_.c
    by_code: dict[str, int] = {}
    by_name: dict[tuple[str, int | None], list[tuple[int, str | None]]] = {}
    stands: dict[int, Row[Any]] = {}
    query: Select[Any] = select(
        o.object_id, o.official_code, o.name, o.region_id, o.water_body_id, o.river_km, o.lon, o.lat, o.crs_declared, o.sensitivity,
        o.place_batch_id,
    ).where(o.object_type == layer)  # fmt: skip
    for old in conn.execute(query.order_by(o.object_id)):
        if old.official_code:
            by_code.setdefault(folded(old.official_code), old.object_id)
        by_name.setdefault((folded(old.name), old.region_id), []).append((old.object_id, old.official_code))
        stands[old.object_id] = old
    given = []
    # an object that a row names by its code is no other row's by name
    taken = {by_code[code] for place in places if (code := folded(place.parsed["code"])) in by_code}
    for place in places:
        p = place.parsed
        named = by_name.get((folded(p["name"]), place.region_id), [])
        # a row with a code of its own is only an object without one, or the one that bears it
        free = [key for key, code in named if not (p["code"] and code)]
        found = by_code.get(folded(p["code"])) if p["code"] else None
        if found is None and len(free) == 1 and free[0] not in taken:
            found = free[0]
        region_code = tree.by_id(place.region_id).code if place.region_id is not None else ""
        key = found if found is not None else object_key(layer, p["code"], region_code, p["name"])
        taken.add(key)
        p["id"] = key
        given.append((place, key, _object_values(ready, place, batch_id, stands.get(key))))
    return put(conn, "object", batch_id, given, {"sensitivity": sensitivity.usual(layer), "simulated": False})


def _object_values(ready: Prepared, place: Place, batch_id: int, old: Row[Any] | None) -> Values:
    """The columns of an object. ``old``: what stands there already."""
    p, layer = place.parsed, ready.options.layer
    lon, lat = place.raw or (None, None)
    seen_by = p["sensitivity"]
    if seen_by is None and old is not None and lon is not None:
        seen_by = sensitivity.raised(layer, old.sensitivity, old.lon is not None, old.place_batch_id is not None)
    return {
        "object_type": layer, "official_code": p["code"] or None, "name": p["name"], "region_id": place.region_id,
        "lon": lon, "lat": lat, "crs_declared": known(place.crs) if lon is not None else None,
        "coord_source": ready.file_name[:60] if lon is not None else None, "sensitivity": seen_by, "owner": p["owner"],
        "grade_target": p["grade_target"], "detail": p["detail"], "place_batch_id": batch_id, **_along(ready, place, old),
    }  # fmt: skip


def _along(ready: Prepared, place: Place, old: Row[Any] | None) -> Values:
    """Water body, km from its source and bank; what stands there is cleared where it is not so any more."""
    p = place.parsed
    water_body_id, km, bank = p.get("water_body_id"), p.get("river_km"), p["bank"]
    elsewhere = other = False
    at = (place.shape.x, place.shape.y) if place.raw is not None else None
    if old is not None:
        elsewhere = place.raw is not None and (*place.raw, known(place.crs)) != (old.lon, old.lat, known(old.crs_declared))
        other = water_body_id is not None and water_body_id != old.water_body_id
        water_body_id = water_body_id if water_body_id is not None else old.water_body_id
        if other and at is None and old.lon is not None:
            x, y = to_drawn(np.array([old.lon]), np.array([old.lat]), old.crs_declared)
            at = (float(x[0]), float(y[0])) if np.isfinite(x[0]) else None
    water = ready.waters.by_id.get(water_body_id) if water_body_id is not None else None
    if km is None and at is not None and water is not None and water.course is not None:
        found = water.course.spot(*at).km
        km = None if found is None else round(found, 3)
    if old is not None and (elsewhere or other):
        left = other and old.water_body_id is not None
        if bank is None and (left or (km is None and old.river_km is not None)):
            bank = CLEARED
        km = CLEARED if km is None else km
    return {"water_body_id": water_body_id, "river_km": km, "bank": bank}


# ----------------------------------------------------------------------------- zones, water bodies, tracks, quality


def _box(shape: Any) -> Values:
    west, south, east, north = (round(v, 7) for v in shapely.bounds(shape).tolist())
    return {"geometry": shapes.geojson(shape), "west": west, "south": south, "east": east, "north": north}


def _zones(conn: Connection, places: list[Place], batch_id: int) -> Written:
    z = zone.c
    have = {(folded(code), grade): key for key, code, grade in conn.execute(select(z.zone_id, z.code, z.grade).order_by(z.zone_id.desc()))}
    given = []
    for place in places:
        p = place.parsed
        found = have.get((folded(p["code"]), p["grade"]))
        p["id"] = key = found if found is not None else item_id("zone", f"{p['code']}:{p['grade']}")
        values = {
            "object_id": p["object_id"], "code": p["code"], "name": p["name"], "grade": p["grade"], "region_id": place.region_id,
            "approval_no": p["approval_no"], "approved_on": p["approved_on"], "sensitivity": p["sensitivity"],
            "valid_from": p["valid_from"], "valid_to": p["valid_to"], "batch_id": batch_id,
        }  # fmt: skip
        given.append((place, key, values | _box(place.shape)))
    return put(conn, "zone", batch_id, given, {"sensitivity": sensitivity.usual("zone"), "simulated": False})


def _waters(conn: Connection, places: list[Place], batch_id: int) -> Written:
    w = water_body.c
    by_code: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    for key, code, name in conn.execute(select(w.water_body_id, w.code, w.name_zh)):
        by_code[folded(code)] = key
        by_name.setdefault(folded(name), []).append(key)
    taken = {by_code[code] for place in places if (code := folded(place.parsed["code"])) in by_code}
    known_before: set[int] = set()
    for place in places:
        p = place.parsed
        found = by_code.get(folded(p["code"]))
        named = by_name.get(folded(p["name"]), [])
        if found is None and not place.values.get("code") and len(named) == 1 and named[0] not in taken:
            found = named[0]
            taken.add(found)
        p["id"] = found if found is not None else item_id("water_body", p["code"])
        if found is not None:
            known_before.add(found)
    ids = {p.parsed["code"]: p.parsed["id"] for p in places}
    given = []
    for place in places:
        p = place.parsed
        lake = place.shape.geom_type in ("Polygon", "MultiPolygon")
        length = p["length_km"] if p["length_km"] is not None else None if lake else round(shapes.length_km(place.shape), 3)
        values = {
            # a river keeps the code it has, however a later file spells it: rollups and saved addresses name it so
            "code": None if p["id"] in known_before else p["code"],
            "name_zh": p["name"], "name_en": p["name_en"], "kind": p["kind"], "region_id": place.region_id, "basin": p["basin"],
            "flows_into_id": p.get("flows_into_id") or ids.get(p.get("flows_into_code")), "flows_into_km": p["flows_into_km"],
            "length_km": length, "target_grade": p["target_grade"], "batch_id": batch_id,
        }  # fmt: skip
        given.append((place, p["id"], values | _box(place.shape)))
    done = put(conn, "water_body", batch_id, given, {"simulated": False})
    linked = _named_before(conn, places, batch_id)
    measure(conn, done.touched)
    done.touched = linked
    return done


def _named_before(conn: Connection, places: list[Place], batch_id: int) -> list[int]:
    """Objects that named one of these water bodies before the store had it belong to it now; returns their ids."""
    o = object_.c
    known_as = {folded(word): place for place in places for word in (place.parsed["code"], place.parsed["name"])}
    given = []
    query = select(o.object_id, o.detail).where(o.water_body_id.is_(None), o.detail.is_not(None)).order_by(o.object_id)
    for key, detail in conn.execute(query).all():
        said = detail.get("water_body") if isinstance(detail, dict) else None
        place = known_as.get(folded(said)) if isinstance(said, str) else None
        if place is not None:
            given.append((place, key, {"water_body_id": place.parsed["id"], "place_batch_id": batch_id}))
    return put(conn, "object", batch_id, given).touched


def measure(conn: Connection, water_body_ids: list[int], object_ids: list[int] | None = None) -> None:
    """Say anew of the objects of some water bodies, and of some others, how many km from the source they lie."""
    o = object_.c
    waters = Waters(conn)
    changes = []
    of_waters = [o.water_body_id.in_(part) for part in chunks(sorted(set(water_body_ids)))]
    query = select(o.object_id, o.water_body_id, o.lon, o.lat, o.crs_declared, o.river_km).where(o.lon.is_not(None), o.lat.is_not(None))
    for mine in of_waters + [o.object_id.in_(part) for part in chunks(sorted(set(object_ids or [])))]:
        for key, water_id, x, y, crs, before in conn.execute(query.where(mine)).all():
            water = waters.by_id.get(water_id)
            course: Course | None = water.course if water else None
            lon, lat = to_drawn(np.array([x]), np.array([y]), crs)
            km = course.spot(float(lon[0]), float(lat[0])).km if course is not None and np.isfinite(lon[0]) else None
            km = None if km is None else round(km, 3)
            if km != before:
                changes.append({"which": key, "km": km})
    if changes:
        conn.execute(update(object_).where(o.object_id == bindparam("which")).values(river_km=bindparam("km")), changes)


def _tracks(conn: Connection, ready: Prepared, places: list[Place], batch_id: int, campaign_id: int | None) -> Written:
    names = {p.parsed["team"] for p in places} - {None}
    teams = dimensions.teams(conn, campaign_id, names) if campaign_id is not None else {}
    given = []
    for place in places:
        p = place.parsed
        said = (ready.options.campaign or "", p["code"], p["name"], p["team"] or "", p["went_on"].isoformat())
        p["id"] = item_id("track", "\x1f".join(said))
        values = {
            "team_id": teams.get(p["team"]), "campaign_id": campaign_id, "region_id": place.region_id, "went_on": p["went_on"],
            "name": p["name"][:200], "batch_id": batch_id,
        }  # fmt: skip
        given.append((place, p["id"], values | _box(place.shape)))
    return put(conn, "track", batch_id, given, {"simulated": False})


def _quality(conn: Connection, places: list[Place], batch_id: int) -> Written:
    given = []
    now = calendar.now_utc()
    for place in places:
        p = place.parsed
        p["id"] = item_id("quality", f"{p['object_id']}:{p['month']}")
        values = {
            "object_id": p["object_id"], "month": date.fromisoformat(p["month"]), "grade": p["grade"], "indicators": p["indicators"],
            "exceeding": p["exceeding"], "standard_version": p["standard_version"], "source": p["source"], "recorded_at": now,
        }  # fmt: skip
        given.append((place, p["id"], values))
    return put_quality(conn, batch_id, given)
