"""Geometry out of a file as shapely has it: of the right kind, whole, closed, valid; and the repairs that can be offered."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyproj
import shapely

from data.places.located import POINTS, Place
from data.places.model import REPAIRABLE, WARNED

#: kinds of geometry that a layer has
FAMILIES = {
    **dict.fromkeys(POINTS, ("Point",)),
    "zone": ("Polygon", "MultiPolygon"),
    "water_body": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "track": ("LineString", "MultiLineString"),
}
_DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
#: corners at one distance from the middle: fewer than that may be a real polygon
CIRCLE_CORNERS = 12
CIRCLE_SPREAD = 0.01
#: corners of an outline that is only looked at
OUTLINE_CORNERS = 200
_EARTH = pyproj.Geod(ellps="GRS80")


class _BrokenError(Exception):
    """The numbers of a geometry make none; its text is the code of the fault."""


def made(place: Place, layer: str) -> Any:
    """The geometry of a place with the numbers of the file, rings closed; None when there can be none. Faults are noted in the place."""
    body = _single(place.geometry)
    kind = body.get("type") if body else None
    if not body or not kind:
        place.report("geometry_missing")
        return None
    if kind not in FAMILIES[layer]:
        wanted = [f"geometry:{k}" for k in FAMILIES[layer]]
        place.report("geometry_kind", value=str(kind), kind=f"geometry:{kind}", wanted=wanted, layer=f"layer:{layer}")
        return None
    found = _Ring()
    try:
        shape = _built(kind, body.get("coordinates"), found)
    except _BrokenError as broken:
        place.report(str(broken), value=str(body.get("coordinates"))[:80])
        return None
    if found.heights:
        place.report("dropped_z", level=WARNED)
    if found.unclosed:
        place.report("unclosed", level=REPAIRABLE, repair="closed", rings=found.unclosed)
    return shape


class _Ring:
    """What was seen while a geometry was built."""

    def __init__(self) -> None:
        self.heights = False
        self.unclosed = 0


def _single(body: dict[str, Any] | None) -> dict[str, Any] | None:
    """A collection of one geometry, or a multi-point of one point, as that one."""
    while body and body.get("type") == "GeometryCollection":
        inside = body.get("geometries")
        if not isinstance(inside, list) or len(inside) != 1 or not isinstance(inside[0], dict):
            break
        body = inside[0]
    points = body.get("coordinates") if body else None
    if body and body.get("type") == "MultiPoint" and isinstance(points, (list, tuple)) and len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return body


def _built(kind: str, coordinates: Any, found: _Ring) -> Any:
    if not isinstance(coordinates, (list, tuple)) or not len(coordinates):
        raise _BrokenError("geometry_empty")
    if kind == "Point":
        return shapely.Point(_numbers([coordinates], found)[0])
    if kind == "LineString":
        return _line(coordinates, found)
    if kind == "MultiLineString":
        return shapely.MultiLineString([_line(part, found) for part in coordinates])
    if kind == "Polygon":
        return _polygon(coordinates, found)
    return shapely.MultiPolygon([_polygon(part, found) for part in coordinates])


def _numbers(points: Any, found: _Ring) -> Any:
    if not isinstance(points, (list, tuple)):
        raise _BrokenError("coordinates_broken")
    if not points:
        raise _BrokenError("geometry_empty")
    try:
        # some corners with a height and some without are filled up first
        wide = max(map(len, points))
        whole = np.array([p if len(p) == wide else [*p, *[0.0] * (wide - len(p))] for p in points], dtype=np.float64)
    except (TypeError, ValueError):
        raise _BrokenError("coordinates_broken") from None
    if whole.ndim != 2 or wide < 2 or min(map(len, points)) < 2 or not np.isfinite(whole[:, :2]).all():
        raise _BrokenError("coordinates_broken")
    found.heights = found.heights or bool(wide > 2 and (whole[:, 2] != 0).any())
    return whole[:, :2]


def _line(points: Any, found: _Ring) -> Any:
    numbers = _numbers(points, found)
    if len(np.unique(numbers, axis=0)) < 2:
        raise _BrokenError("points_few_line")
    return shapely.LineString(numbers)


def _polygon(rings: Any, found: _Ring) -> Any:
    if not isinstance(rings, (list, tuple)) or not rings:
        raise _BrokenError("geometry_empty")
    closed = []
    for ring in rings:
        numbers = _numbers(ring, found)
        if len(np.unique(numbers, axis=0)) < 3:
            raise _BrokenError("points_few_ring")
        if (numbers[0] != numbers[-1]).any():
            found.unclosed += 1
            numbers = np.concatenate([numbers, numbers[:1]])
        closed.append(numbers)
    return shapely.Polygon(closed[0], closed[1:])


# ----------------------------------------------------------------------------- as drawn


def sound(place: Place) -> None:
    """Look at the drawn polygon of a place: what crosses itself is offered as made valid, and a circle is remarked on."""
    shape = place.shape
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return
    if _circle(shape):
        place.report("circle", level=WARNED, corners=int(shapely.get_num_coordinates(shape)) - 1)
    if shape.is_valid:
        return
    why = shapely.is_valid_reason(shape)
    code = "hole_outside" if why.startswith("Hole lies outside") else "self_crossing" if "elf-intersection" in why else "shape_invalid"
    valid = _polygonal(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if code == "hole_outside" and (without := _without_strays(shape)).is_valid:
        valid = without
    at = why.partition("[")[2].rstrip("]").split()
    where = (float(at[0]), float(at[1])) if len(at) >= 2 else None
    before, after = area_km2(shape), area_km2(valid) if valid is not None else 0.0
    if valid is None or not after:
        place.report("shape_nothing", code_said=why[:60])
        return
    place.report(
        code, level=REPAIRABLE, repair="valid", before=where, after=where, area_before=_rounded(before), area_after=_rounded(after),
        lon=round(where[0], 6) if where else "", lat=round(where[1], 6) if where else "",
    )  # fmt: skip
    place.shape = valid


def _rounded(area: float) -> float:
    return float(f"{area:.4g}")


def _without_strays(shape: Any) -> Any:
    """The shape without holes that lie outside of their polygon: they cut nothing out."""
    parts = []
    for part in shapely.get_parts(shape).tolist():
        shell = shapely.Polygon(part.exterior)
        inside = [hole for hole in part.interiors if shell.is_valid and shapely.Polygon(hole).intersects(shell)]
        parts.append(shapely.Polygon(part.exterior, inside))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _polygonal(shape: Any) -> Any:
    parts = [p for p in shapely.get_parts(shape).tolist() if p.geom_type in ("Polygon", "MultiPolygon")]
    flat = [q for p in parts for q in shapely.get_parts(p).tolist()]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def _rings(shape: Any) -> Iterator[tuple[Any, int]]:
    for part in shapely.get_parts(shape).tolist():
        yield part.exterior, 1
        for hole in part.interiors:
            yield hole, -1


def area_km2(shape: Any) -> float:
    """Area on the ellipsoid as the rings are drawn; of a shape that crosses itself what counting along the ring gives."""
    total = 0.0
    for ring, sign in _rings(shape):
        x, y = np.asarray(ring.coords).T
        total += sign * abs(_EARTH.polygon_area_perimeter(x, y)[0])
    return abs(total) / 1e6


def length_km(shape: Any) -> float:
    """Length on the ellipsoid."""
    return sum(float(_EARTH.line_length(*np.asarray(part.coords).T)) for part in shapely.get_parts(shape).tolist()) / 1000


def _circle(shape: Any) -> bool:
    if shape.geom_type != "Polygon":
        return False
    corners = np.asarray(shape.exterior.coords)[:-1]
    if len(corners) < CIRCLE_CORNERS:
        return False
    middle = corners.mean(axis=0)
    away = (corners - middle) * (np.cos(np.radians(middle[1])), 1.0)
    radius = np.hypot(*away.T)
    return bool(radius.mean() > 0 and radius.std() / radius.mean() < CIRCLE_SPREAD)


def geojson(shape: Any) -> str:
    """GeoJSON geometry text, 7 decimals (about a centimetre)."""
    return str(shapely.to_geojson(shapely.transform(shape, lambda points: np.round(points, 7))))


def outline(shape: Any) -> dict[str, Any]:
    """A line or polygon for looking at, as a GeoJSON geometry: about OUTLINE_CORNERS corners; many small parts keep their own."""
    west, south, east, north = shapely.bounds(shape).tolist()
    step, thin = max(east - west, north - south) / 4_000, shape
    while shapely.get_num_coordinates(thin) > OUTLINE_CORNERS and step < east - west + north - south:
        # what crosses itself has no topology to keep
        less = shapely.simplify(shape, step, preserve_topology=bool(shape.is_valid))
        if less.is_empty:
            break
        thin, step = less, step * 2
    found: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(thin, lambda points: np.round(points, 6))))
    return found
