"""Finding a place on the map by its name, code or ledger number."""

from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, select

from data import identity
from data.filters import Filters
from data.layers.objects import objects, waters
from data.places.crs import to_drawn
from data.positions.places import region_points
from data.queries.selection import Selection
from data.schema import item, object_
from data.scope import ALL, exact, region_of
from data.store import Store

MOST = 12
_EACH = 6
_LEAST = 2
# how far in the map goes for what is found
_ZOOM = {"country": 4, "province": 7, "prefecture": 9, "county": 11, "township": 13}


def place_search(scope: str, store: Store, filters: Filters, text: str, lang: str = "zh-CN") -> list[dict[str, Any]]:
    """At most MOST of ``what`` (region, item, section, station, source_area, river), ``id, name, about, lon, lat, zoom``.

    Regions first, then waters and sections, then items whose ledger number, code or object's name begins with or holds the text. A
    restricted position is that of its county for who may not see it.
    """
    if len(text) < _LEAST:
        return []
    selection = Selection(scope, store, filters)
    tree = selection.tree
    confined = region_of(scope)
    own = tree.get(confined) if confined != ALL else None
    within = None if confined == ALL else tree.within(own.region_id) if own else set()
    points = store.remembered("region-points", lambda: region_points(store))
    wanted = text.casefold()
    out: list[dict[str, Any]] = []
    named = [tree.by_id(r) for r in tree.order]
    hits = [r for r in named if wanted in r.name_zh.casefold() or wanted in (r.name_en or "").casefold() or r.code.startswith(text)]
    hits.sort(key=lambda r: (not r.name_zh.casefold().startswith(wanted), len(r.name_zh), r.position))
    for place in hits:
        if place.region_id in points and (within is None or place.region_id in within):
            lon, lat = points[place.region_id]
            out.append(_found("region", place.code, tree.full_name(place.region_id, lang), "", lon, lat, _ZOOM.get(place.level, 9)))
            if len(out) == _EACH:
                break
    for row, shape in zip(waters(store).rows, waters(store).shapes, strict=True):
        name = row[3] if lang == "en" and row[3] else row[2]
        if wanted in (row[2] or "").casefold() or wanted in (row[3] or "").casefold() or row[1].casefold().startswith(wanted):
            at = shape.representative_point()
            out.append(_found("river", identity.to_hex(row[0]), name, row[1], at.x, at.y, 11))
            if len(out) >= _EACH + 3:
                break
    out += _objects(store, scope, within, wanted)
    with store.reading() as conn:
        out += _items(conn, scope, selection, within, text, points)
    return out[:MOST]


def _found(what: str, key: str, name: str, about: str, lon: float, lat: float, zoom: int) -> dict[str, Any]:
    return {"what": what, "id": key, "name": name, "about": about, "lon": round(lon, 5), "lat": round(lat, 5), "zoom": zoom}


def _objects(store: Store, scope: str, within: set[int] | None, wanted: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for types in (("section", "station"), ("source_area",)):
        held = objects(store, types)
        curve = held.curve(scope)
        for at, name in enumerate(held.name):
            if wanted not in name.casefold() and not (held.code[at] or "").casefold().startswith(wanted):
                continue
            if within is not None and held.region_id[at] not in within:
                continue
            if curve.x[at] < -180_000_000:
                continue
            key, kind = identity.to_hex(held.object_id[at]), held.object_type[at]
            out.append(_found(kind, key, name, held.code[at] or "", curve.x[at] / 1e6, curve.y[at] / 1e6, 13))
            if len(out) == _EACH:
                return out
    return out


def _items(
    conn: Connection, scope: str, selection: Selection, within: set[int] | None, text: str, points: dict[int, tuple[float, float]]
) -> list[dict[str, Any]]:
    c, o = item.c, object_.c
    campaigns = [info.campaign_id for info in selection.campaigns]
    columns = (
        c.item_id,
        c.ledger_no,
        c.object_name,
        c.region_id,
        c.lon,
        c.lat,
        c.crs_declared,
        o.lon,
        o.lat,
        o.crs_declared,
        o.sensitivity,
    )
    base = select(*columns).select_from(item.outerjoin(object_, o.object_id == c.object_id)).where(c.campaign_id.in_(campaigns))
    if within is not None:
        base = base.where(c.region_id.in_(within))
    conditions: list[ColumnElement[bool]] = [
        c.ledger_no.istartswith(text, autoescape=True),
        o.official_code.istartswith(text, autoescape=True),
        c.object_name.icontains(text, autoescape=True),
    ]
    rows: dict[int, Any] = {}
    for condition in conditions:
        for row in conn.execute(base.where(condition).order_by(c.ledger_no, c.item_id).limit(MOST)):
            rows.setdefault(row[0], row)
        if len(rows) >= _EACH:
            break
    out = []
    for row in rows.values():
        spot = _spot(row, scope, points)
        if spot is not None:
            out.append(_found("item", identity.to_hex(row[0]), row[2] or row[1] or "", row[1] or "", *spot, 15))
    return out


def _spot(row: Any, scope: str, points: dict[int, tuple[float, float]]) -> tuple[float, float] | None:
    """Where an item found is drawn for this viewer."""
    if row[10] == "restricted" and not exact(scope):
        return points.get(row[3])
    x, y, crs = (row[4], row[5], row[6]) if row[4] is not None and row[5] is not None else (row[7], row[8], row[9])
    if x is None or y is None:
        return None
    lon, lat = to_drawn(np.array([x], dtype=float), np.array([y], dtype=float), crs)
    return (float(lon[0]), float(lat[0])) if np.isfinite(lon[0]) else None
