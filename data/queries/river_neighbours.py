"""What lies above and below a place on a river, along the way the water runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas import DataFrame
from sqlalchemy import select

from data import identity
from data.filters import Filters
from data.loops.catalogue import load_loops
from data.queries import rivers
from data.queries.selection import Selection
from data.schema import item, object_
from data.scope import exact
from data.store import Store
from data.waters import grades, quality
from data.waters.network import Network, Site, network

COLUMNS = ("id", "name", "kind", "water", "km", "direction", "grade", "target_grade", "month", "met", "status", "status_name")
# of each sort, so many upstream and so many downstream
MOST = 4
_OUTFALL = "outfall"


@dataclass(frozen=True, slots=True)
class _Reach:
    """A stretch of a water body that water from the place runs through, or runs to it from: what lies at ``km``, between ``low`` and
    ``high``, is ``base + km`` away."""

    body_id: int
    low: float
    high: float
    base: float


def river_neighbours(scope: str, store: Store, item_id_or_object_id: str | int, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS, from the farthest upstream to the farthest downstream: the nearest MOST sections and stations, tributaries and outfalls
    each way.

    The place is an item (its object's place is taken), an object, each by its 16 hexadecimal digits or its number. ``km`` along the
    flow, negative upstream; downstream it goes on into what the river flows into, upstream into what flows into it; ``direction`` is
    ``upstream`` or ``downstream``. Sections carry the class of their newest month, outfalls the status and stage of their newest
    item; ``kind`` tributary is a river that joins, ``into`` what the river flows into. ``attrs``: ``water`` and ``water_id`` of the
    place, ``at_km``, ``reason`` (``no_place``: unknown, out of scope or without a place on a river). Nothing is said of a restricted
    object to a viewer who is not shown its position.
    """
    selection = Selection(scope, store, Filters())
    held = network(store)
    place = _place(selection, item_id_or_object_id)
    rows: list[tuple[Any, ...]] = []
    said: dict[str, Any] = {"water": None, "water_id": None, "at_km": None, "reason": "no_place"}
    if place is not None and place["water_body_id"] in held.bodies:
        body = held.bodies[place["water_body_id"]]
        said = {"water": body.name(lang), "water_id": identity.to_hex(body.water_body_id), "at_km": place["river_km"], "reason": None}
        reaches = _reaches(held, body.water_body_id, place["river_km"])
        rows = _sites(selection, held, reaches, place["object_id"], lang)
        rows += _joins(held, reaches, {body.water_body_id, *held.downstream(body.water_body_id)}, lang)
        rows += _outfalls(selection, held, reaches, place["object_id"], lang)
    rows.sort(key=lambda row: (row[4], row[2], row[0]))
    frame = selection.frame({name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}, lang, types={"km": np.float64}, **said)
    waters = {reach.body_id for reach in _reaches(held, place["water_body_id"], place["river_km"])} if rows and place else set()
    frame.attrs["simulated"] = bool(waters) and any(held.bodies[k].simulated for k in waters)
    return frame


def _place(selection: Selection, asked: str | int) -> dict[str, Any] | None:
    number = identity.from_hex(asked) if isinstance(asked, str) else asked
    if number is None:
        return None
    o = object_.c
    columns = (o.object_id, o.water_body_id, o.river_km, o.region_id, o.sensitivity)
    with selection.store.reading() as conn:
        row = conn.execute(select(*columns).where(o.object_id == number)).mappings().first()
        if row is None:
            joined = item.join(object_, o.object_id == item.c.object_id)
            row = conn.execute(select(*columns).select_from(joined).where(item.c.item_id == number)).mappings().first()
    if row is None or row["water_body_id"] is None or row["river_km"] is None:
        return None
    regions = rivers.within(selection)
    if regions is not None and row["region_id"] not in regions:
        return None
    return dict(row) if exact(selection.scope) or row["sensitivity"] != "restricted" else None


def _reaches(held: Network, body_id: int, km: float) -> list[_Reach]:
    """From the place upstream to every source, and downstream to the last mouth."""
    out = [_Reach(body_id, 0.0, km, -km)]
    waiting = out[:]
    seen = {body_id}
    while waiting:
        at = waiting.pop(0)
        for feeder in held.feeders.get(at.body_id, []):
            body = held.bodies[feeder]
            if body.into_km is None or body.into_km > at.high or feeder in seen or body.length_km is None:
                continue
            seen.add(feeder)
            # at the feeder's mouth the way left is that from the confluence down
            reach = _Reach(feeder, 0.0, body.length_km, at.base + body.into_km - body.length_km)
            out.append(reach)
            waiting.append(reach)
    body = held.bodies[body_id]
    out.append(_Reach(body_id, km, float("inf"), -km))
    gone = {body_id}
    base = (body.length_km or km) - km
    while body.into_id in held.bodies and body.into_id is not None and body.into_id not in gone and body.into_km is not None:
        start = body.into_km
        body = held.bodies[body.into_id]
        gone.add(body.water_body_id)
        out.append(_Reach(body.water_body_id, start, float("inf"), base - start))
        base += (body.length_km or start) - start
    return out


def _along(reaches: Iterable[_Reach], body_id: int, km: float | None) -> tuple[float, str] | None:
    """How far away along the flow a place on a water body is, and which way."""
    if km is None:
        return None
    for reach in reaches:
        if reach.body_id == body_id and reach.low <= km <= reach.high:
            away = round(reach.base + km, 3)
            return away, "upstream" if away < 0 or (away == 0 and reach.high == km) else "downstream"
    return None


def _nearest(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    out = []
    for direction in ("upstream", "downstream"):
        mine = sorted((row for row in found if row[5] == direction), key=lambda row: (abs(row[4]), row[0]))
        out += mine[:MOST]
    return out


def _sites(selection: Selection, held: Network, reaches: list[_Reach], own: int, lang: str) -> list[tuple[Any, ...]]:
    regions = rivers.within(selection)
    found: list[tuple[float, str, Site]] = []
    for body_id in dict.fromkeys(reach.body_id for reach in reaches):
        for site in rivers.here(held.sites.get(body_id, []), regions, selection.scope):
            away = _along(reaches, body_id, site.km)
            if away is not None and site.object_id != own:
                found.append((*away, site))
    now = quality.newest(selection.store, [s.object_id for *_, s in found if s.kind == "section"], selection.as_of, selection.known_at)
    rows = []
    for km, direction, site in found:
        month = now.get(site.object_id)
        grade = month.grade if month else None
        water = held.bodies[site.water_body_id].name(lang)
        rows.append(
            (
                identity.to_hex(site.object_id),
                site.name(lang),
                site.kind,
                water,
                km,
                direction,
                grade,
                site.target,
                month.month if month else None,
                grades.met(grade, site.target),
                None,
                None,
            )
        )
    return _nearest(rows)


def _joins(held: Network, reaches: list[_Reach], own: set[int], lang: str) -> list[tuple[Any, ...]]:
    """Rivers that join, and the river that this one (or one that it has become) flows into."""
    rows = []
    for body_id in dict.fromkeys(reach.body_id for reach in reaches):
        for feeder in held.feeders.get(body_id, []):
            body = held.bodies[feeder]
            away = _along(reaches, body_id, body.into_km)
            if away is not None and not (body.area and body.into_km == 0):
                main = held.bodies[body_id]
                kind, met = ("into", main) if feeder in own else ("tributary", body)
                key = identity.to_hex(met.water_body_id)
                rows.append((key, met.name(lang), kind, main.name(lang), *away, None, met.target, *(None,) * 4))
    return _nearest(rows)


def _outfalls(selection: Selection, held: Network, reaches: list[_Reach], own: int, lang: str) -> list[tuple[Any, ...]]:
    o = object_.c
    regions = rivers.within(selection)
    bodies = sorted({reach.body_id for reach in reaches})
    query = select(o.object_id, o.name, o.water_body_id, o.river_km, o.region_id).where(
        o.object_type == _OUTFALL, o.water_body_id.in_(bodies), o.river_km.is_not(None)
    )
    if not exact(selection.scope):
        query = query.where(o.sensitivity != "restricted")
    rows = []
    with selection.store.reading() as conn:
        for object_id, name, body_id, km, region_id in conn.execute(query):
            away = _along(reaches, body_id, km)
            if away is not None and object_id != own and (regions is None or region_id in regions):
                water = held.bodies[body_id].name(lang)
                rows.append((object_id, name, _OUTFALL, water, *away, None, None, None, None))
        chosen = _nearest(rows)
        c = item.c
        stages: dict[int, tuple[str, str]] = {}
        found = conn.execute(
            select(c.object_id, c.loop, c.stage).where(c.object_id.in_([row[0] for row in chosen])).order_by(c.discovered_on, c.item_id)
        )
        for object_id, loop, stage in found:
            stages[object_id] = (loop, stage)
    return [(identity.to_hex(row[0]), *row[1:], *_standing(stages.get(row[0]), lang)) for row in chosen]


def _standing(found: tuple[str, str] | None, lang: str) -> tuple[str | None, str | None]:
    loop = load_loops().get(found[0]) if found else None
    stage = loop.stages.get(found[1]) if loop and found else None
    return (stage.status, stage.name(lang)) if stage else (None, None)
