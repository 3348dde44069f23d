"""Layers of things that are not items: sections and stations, source areas, rivers, zones, tracks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select

from data import identity
from data.places.crs import to_drawn
from data.positions.places import Curve, region_points
from data.regions.tree import RegionTree
from data.rollup.block import NOWHERE
from data.schema import object_, water_body
from data.scope import ALL, exact, region_of
from data.store import Store


@dataclass(slots=True)
class Objects:
    """Objects of some types, by number. ``exact`` and ``general``: where they are for those who see restricted positions, and others."""

    object_id: list[int]
    object_type: list[str]
    code: list[str | None]
    name: list[str]
    region_id: list[int | None]
    restricted: NDArray[np.bool_]
    grade_target: list[str | None]
    water_body_id: list[int | None]
    simulated: bool
    exact: Curve
    general: Curve

    def curve(self, scope: str) -> Curve:
        """Where they are for a viewer."""
        return self.exact if exact(scope) else self.general

    def chosen(self, tree: RegionTree, scope: str, code: str | None) -> NDArray[np.bool_]:
        """Those that lie in the viewer's region and in the region chosen."""
        keep = np.ones(len(self.object_id), dtype=bool)
        confined, place = region_of(scope), tree.get(code)
        if confined != ALL:
            own = tree.get(confined)
            keep &= self._within(tree, own.region_id) if own else False
        # a code that names no place chooses nothing
        return keep if place is None else keep & self._within(tree, place.region_id)

    def _within(self, tree: RegionTree, region_id: int) -> NDArray[np.bool_]:
        within = tree.within(region_id)
        return np.array([r in within for r in self.region_id], dtype=bool)


def objects(store: Store, types: Sequence[str]) -> Objects:
    """The objects of some types; read once for each version of the store."""
    return store.remembered("objects:" + ",".join(types), lambda: _read(store, types))


def _read(store: Store, types: Sequence[str]) -> Objects:
    c = object_.c
    query = select(
        c.object_id, c.object_type, c.official_code, c.name, c.region_id, c.sensitivity, c.grade_target, c.water_body_id, c.simulated,
        c.lon, c.lat, c.crs_declared,
    ).where(c.object_type.in_(types))  # fmt: skip
    with store.reading() as conn:
        rows = conn.execute(query.order_by(c.object_id)).all()
    number = len(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 12
    given_x, given_y = (np.array([np.nan if v is None else v for v in columns[k]], dtype=np.float64) for k in (9, 10))
    lon, lat = to_drawn(given_x, given_y, list(columns[11]))
    x, y = (_millionths(axis) for axis in (lon, lat))
    restricted = np.array([s == "restricted" for s in columns[5]], dtype=bool)
    gx, gy = x.copy(), y.copy()
    points = store.remembered("region-points", lambda: region_points(store))
    for at in np.flatnonzero(restricted).tolist():
        point = points.get(columns[4][at])
        gx[at], gy[at] = (NOWHERE, NOWHERE) if point is None else (round(point[0] * 1e6), round(point[1] * 1e6))
    seen = Curve(x, y)
    return Objects(
        list(columns[0]), list(columns[1]), list(columns[2]), list(columns[3]), list(columns[4]), restricted, list(columns[6]),
        list(columns[7]), any(columns[8]) if number else False, seen, Curve(gx, gy) if restricted.any() else seen,
    )  # fmt: skip


def _millionths(axis: NDArray[np.float64]) -> NDArray[np.int32]:
    there = np.isfinite(axis)
    return np.where(there, np.rint(np.where(there, axis, 0.0) * 1e6), NOWHERE).astype(np.int32)


@dataclass(slots=True)
class Waters:
    """Water bodies with a geometry, and a tree of their boxes."""

    rows: list[Any]
    shapes: NDArray[Any]
    boxes: shapely.STRtree

    def near(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Numbers of those whose boxes meet a box of degrees."""
        return np.sort(self.boxes.query(shapely.box(west, south, east, north))).tolist()


def waters(store: Store) -> Waters:
    """Every water body that is drawn; read once for each version of the store."""
    return store.remembered("waters-drawn", lambda: _waters(store))


def _waters(store: Store) -> Waters:
    c = water_body.c
    query = select(c.water_body_id, c.code, c.name_zh, c.name_en, c.kind, c.target_grade, c.flows_into_id, c.simulated, c.geometry)
    with store.reading() as conn:
        rows = conn.execute(query.where(c.geometry.is_not(None)).order_by(c.water_body_id)).all()
    shapes = shapely.from_geojson([row[-1] for row in rows], on_invalid="ignore")
    good = [k for k, shape in enumerate(shapes) if shape is not None and not shape.is_empty]
    kept = np.array([shapes[k] for k in good], dtype=object)
    return Waters([rows[k] for k in good], kept, shapely.STRtree(kept))


def line_text(shape: Any, zoom: int) -> Any:
    """A geometry as a mapping of GeoJSON, thinned to what is seen at a zoom."""
    # a quarter of a pixel
    tolerance = 360.0 / (256 << min(max(zoom, 0), 19)) / 4
    thin = shapely.simplify(shape, tolerance)
    thin = shape if thin.is_empty else thin
    return json.loads(shapely.to_geojson(shapely.transform(thin, lambda points: np.round(points, 5))))


def hexed(value: int | None) -> str | None:
    """An id as addresses have it."""
    return None if value is None else identity.to_hex(value)
