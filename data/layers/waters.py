"""The layers of waters: rivers and lakes, sections with their class, source areas with their zones, teams' tracks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select

from data.filters import Filters
from data.layers import answer
from data.layers.items import coloured
from data.layers.objects import Objects, hexed, line_text, objects, waters
from data.positions import grid
from data.positions.clusters import OUT, Box, Codes, Shown, cell_level
from data.positions.kinds import STATUS, STATUSES
from data.positions.zones import visible, zones_of
from data.queries.selection import Selection
from data.schema import campaign, item, team, track
from data.scope import ALL, exact, region_of
from data.store import Store
from data.waters import grades, quality
from data.waters.network import network

SECTIONS = (*grades.GRADES, "none")
# what is worst among a source area's problems
AREAS = ("clear", "closed", "open", "overdue")
# zones are drawn from this zoom on; further out only the source areas themselves are seen
ZONES_FROM = 9
MOST_ZONES, MOST_WATERS, MOST_TRACKS = 600, 400, 400


def degrees_of(box: Box, zoom: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a box of cells."""
    level = cell_level(zoom)
    lon, lat = grid.degrees([box[0], box[2] + 1], [box[1], box[3] + 1], level)
    return float(lon[0]), float(lat[1]), float(lon[1]), float(lat[0])


def section_layer(scope: str, store: Store, filters: Filters, zoom: int, box: Box, lang: str = "zh-CN") -> dict[str, Any]:
    """Sections and stations by the class of their newest month, as the pages of rivers tell it: points [lon, lat, kind, id, name, target,
    month, meets its target]."""
    selection = Selection(scope, store, filters)
    held = objects(store, ("section", "station"))
    newest = quality.newest_of_all(store, selection.as_of, selection.known_at)
    aims = network(store)
    keep = _of_waters(store, scope, held, held.chosen(selection.tree, scope, filters.region), filters)
    codes: Codes = np.full(len(held.object_id), OUT, dtype=np.uint8)
    for at in np.flatnonzero(keep).tolist():
        now = newest.get(held.object_id[at])
        codes[at] = SECTIONS.index(now.grade if now and now.grade else "none")

    def names(seen: Shown) -> list[tuple[object, ...]]:
        out: list[tuple[object, ...]] = []
        for at in seen.members.tolist():
            now = newest.get(held.object_id[at])
            target = aims.target(held.object_id[at], held.grade_target[at])
            day, met = (now.month.isoformat(), grades.met(now.grade, target)) if now else (None, None)
            out.append((hexed(held.object_id[at]), held.name[at], target, day, met))
        return out

    return _points(store, scope, held, codes, SECTIONS, zoom, box, names, selection)


def source_area_layer(scope: str, store: Store, filters: Filters, zoom: int, box: Box, lang: str = "zh-CN") -> dict[str, Any]:
    """Source areas by the worst of their problems: points [lon, lat, kind, id, name, problems, open, generalised]; and ``zones``
    (features of grade, name, approval number and id) where the map is near enough, ``zones_cut`` when there are more."""
    held = objects(store, ("source_area",))
    # its own kind, whatever kind of items the page is about
    problems = coloured(scope, store, filters.but(kind=()), ("source_problem",), STATUS)
    selection = problems.selection
    numbers = _problems(store, problems)
    keep = _of_waters(store, scope, held, held.chosen(selection.tree, scope, filters.region), filters)
    codes: Codes = np.full(len(held.object_id), OUT, dtype=np.uint8)
    for at in np.flatnonzero(keep).tolist():
        codes[at] = _worst(numbers.get(held.object_id[at]))
    general = held.restricted if not exact(scope) else np.zeros(len(held.object_id), dtype=bool)

    def names(seen: Shown) -> list[tuple[object, ...]]:
        out: list[tuple[object, ...]] = []
        for at in seen.members.tolist():
            counted = numbers.get(held.object_id[at])
            total = int(counted.sum()) if counted is not None else 0
            still = _open(counted) if counted is not None else 0
            out.append((hexed(held.object_id[at]), held.name[at], total, still, bool(general[at])))
        return out

    out = _points(store, scope, held, codes, AREAS, zoom, box, names, selection)
    out["zones"], out["zones_cut"] = _zones(scope, store, selection, zoom, box)
    return out


def _of_waters(store: Store, scope: str, held: Objects, keep: NDArray[np.bool_], filters: Filters) -> NDArray[np.bool_]:
    """Those of some objects that lie on the waters chosen, and in the area drawn."""
    if filters.area:
        inside = np.zeros(len(keep), dtype=bool)
        inside[held.curve(scope).among(shapely.make_valid(shapely.Polygon(filters.area)))] = True
        keep = keep & inside
    if not filters.water:
        return keep
    by_code = network(store).by_code
    wanted = {by_code[code] for code in filters.water if code in by_code}
    return keep & np.array([w in wanted for w in held.water_body_id], dtype=bool)


def _points(
    store: Store,
    scope: str,
    held: Objects,
    codes: Codes,
    values: Sequence[str],
    zoom: int,
    box: Box,
    names: answer.Names,
    selection: Selection,
) -> dict[str, Any]:
    curve = held.curve(scope)
    counted = answer.counts(codes, len(values))
    placed = int((codes[curve.order] != OUT).sum())
    out = answer.points([(curve, codes)], values, zoom, box, names, counted, int(counted.sum()) - placed)
    out["as_of"] = selection.as_of.isoformat()
    out["simulated"] = held.simulated
    return out


def _problems(store: Store, problems: Any) -> dict[int, NDArray[np.int64]]:
    """For each source area how many of its problems stand in each status."""
    owners: dict[int, int] = store.remembered("problem-objects", lambda: _owners(store))
    out: dict[int, NDArray[np.int64]] = {}
    for part, codes in zip(problems.parts, problems.codes, strict=True):
        for at in np.flatnonzero(codes != OUT).tolist():
            owner = owners.get(int(part.index.item_id[at]))
            if owner is not None:
                out.setdefault(owner, np.zeros(len(STATUSES), dtype=np.int64))[codes[at]] += 1
    return out


def _owners(store: Store) -> dict[int, int]:
    query = select(item.c.item_id, item.c.object_id).where(item.c.kind == "source_problem", item.c.object_id.is_not(None))
    with store.reading() as conn:
        return {row[0]: row[1] for row in conn.execute(query)}


def _open(counted: NDArray[np.int64]) -> int:
    return int(sum(counted[STATUSES.index(s)] for s in ("in_progress", "due_soon", "overdue", "returned")))


def _worst(counted: NDArray[np.int64] | None) -> int:
    if counted is None or not counted.sum():
        return AREAS.index("clear")
    if counted[STATUSES.index("overdue")]:
        return AREAS.index("overdue")
    return AREAS.index("open" if _open(counted) else "closed")


def _zones(scope: str, store: Store, selection: Selection, zoom: int, box: Box) -> tuple[list[dict[str, Any]], bool]:
    """Zones of a box that the viewer is shown, and whether there are more than are drawn."""
    if zoom < ZONES_FROM:
        return [], False
    found = visible(zones_of(store).near(*degrees_of(box, zoom)), selection.tree, scope, selection.as_of)
    kept = found[:MOST_ZONES]
    # quasi first, so that the stricter zones lie above it
    features = [
        {
            "id": hexed(each.zone_id),
            "name": each.name,
            "grade": each.grade,
            "approval": each.approval_no,
            "area": hexed(each.object_id),
            "shape": line_text(each.area, zoom),
        }
        for each in reversed(kept)
    ]
    return features, len(found) > len(kept)


def river_layer(scope: str, store: Store, filters: Filters, zoom: int, box: Box, lang: str = "zh-CN") -> dict[str, Any]:
    """Water bodies of a box as lines and areas: ``lines`` (id, name, kind, target, shape), ``cut`` when there are more, ``total``."""
    held = waters(store)
    chosen = [k for k in held.near(*degrees_of(box, zoom)) if not filters.water or held.rows[k][1] in filters.water]
    # the longest are seen from furthest away
    lengths = shapely.length(held.shapes[chosen]) if chosen else np.zeros(0)
    kept = [chosen[k] for k in np.argsort(-lengths, kind="stable")[:MOST_WATERS].tolist()]
    lines = []
    for k in kept:
        water_body_id, code, name_zh, name_en, kind, target, _, simulated, _ = held.rows[k]
        name = name_en if lang == "en" and name_en else name_zh
        shape = line_text(held.shapes[k], zoom)
        lines.append({"id": hexed(water_body_id), "code": code, "name": name, "kind": kind, "target": target, "shape": shape})
    simulated = any(held.rows[k][7] for k in kept)
    total = sum(row[1] in filters.water for row in held.rows) if filters.water else len(held.rows)
    return {"lines": lines, "cut": len(chosen) > len(kept), "total": total, "box": len(chosen), "simulated": simulated}


def track_layer(scope: str, store: Store, filters: Filters, zoom: int, box: Box, lang: str = "zh-CN") -> dict[str, Any]:
    """Where teams went up to the as-of day, in a box: ``lines`` (id, name, day, team, shape), newest first."""
    selection = Selection(scope, store, filters)
    west, south, east, north = degrees_of(box, zoom)
    c = track.c
    query = select(c.track_id, c.name, c.went_on, team.c.name_zh, c.region_id, c.simulated, c.geometry, c.campaign_id).select_from(
        track.outerjoin(team, team.c.team_id == c.team_id)
    )
    query = query.where(c.went_on <= selection.as_of)
    if filters.campaign:
        query = query.where(c.campaign_id.in_(select(campaign.c.campaign_id).where(campaign.c.code.in_(filters.campaign))))
    if region_of(scope) != ALL:
        query = query.where(c.region_id.in_(_within(selection, region_of(scope))))
    if selection.tree.get(filters.region) is not None:
        query = query.where(c.region_id.in_(_within(selection, str(filters.region))))
    here = query.where(c.west <= east, c.east >= west, c.south <= north, c.north >= south)
    with store.reading() as conn:
        total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = conn.execute(here.order_by(c.went_on.desc(), c.track_id).limit(MOST_TRACKS + 1)).all()
    lines = [
        {"id": hexed(r[0]), "name": r[1], "day": r[2].isoformat(), "team": r[3], "shape": line_text(shapely.from_geojson(r[6]), zoom)}
        for r in rows[:MOST_TRACKS]
    ]
    return {"lines": lines, "cut": len(rows) > MOST_TRACKS, "total": total, "box": len(lines), "simulated": any(r[5] for r in rows)}


def _within(selection: Selection, code: str) -> set[int]:
    place = selection.tree.get(code)
    return selection.tree.within(place.region_id) if place else set()


__all__ = ["degrees_of", "river_layer", "section_layer", "source_area_layer", "track_layer"]
