"""Boundaries from a GeoJSON file: joined on whichever property holds the codes, turned the way charts want them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

_LIMIT = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Boundary:
    """One place's area: GeoJSON geometry text in degrees (outer rings clockwise), and a point that lies in it."""

    geojson: str
    lon: float
    lat: float
    origin: str


def geometry(area: Any) -> dict[str, Any]:
    """GeoJSON geometry of a shapely area: outer rings clockwise as Plotly needs them, 4 decimals (about 10 m)."""
    return _rounded(mapping(shapely.orient_polygons(area, exterior_cw=True)))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value


def read_boundaries(path: Path, codes: set[str]) -> tuple[dict[str, Boundary], list[str]]:
    """Areas by code, for the codes given, and the codes whose shape is unusable.

    Raises ValueError when the file is not a FeatureCollection, OSError when it cannot be opened.
    """
    if path.stat().st_size > _LIMIT:
        raise ValueError(f"{path.name}: > {_LIMIT // 2**20} MB")
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise ValueError(f"{path.name}: nesting") from error
    features = body.get("features") if isinstance(body, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise ValueError(f"{path.name}: FeatureCollection")
    key = _key(features, codes)
    out: dict[str, list[Any]] = {}
    faulty: dict[str, None] = {}
    for feature in features:
        code = _code(feature, key)
        if code not in codes:
            continue
        try:
            area = shape(feature["geometry"])
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
            faulty[code] = None
            continue
        low_x, low_y, high_x, high_y = area.bounds if not area.is_empty else (999.0,) * 4
        if area.geom_type not in {"Polygon", "MultiPolygon"} or not (
            -180.001 <= low_x <= high_x <= 180.001 and -90.001 <= low_y <= high_y <= 90.001
        ):
            faulty[code] = None
            continue
        out.setdefault(code, []).append(area)
    found: dict[str, Boundary] = {}
    for code, areas in out.items():
        area = shapely.union_all([shapely.make_valid(a) for a in areas]) if len(areas) > 1 else areas[0]
        point = area.representative_point()
        found[code] = Boundary(json.dumps(geometry(area), separators=(",", ":")), round(point.x, 6), round(point.y, 6), path.name[:200])
    return found, list(faulty)


def _code(feature: dict[str, Any], key: str | None) -> str:
    value = feature.get("id") if key is None else (feature.get("properties") or {}).get(key)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _key(features: list[dict[str, Any]], codes: set[str]) -> str | None:
    """The property that holds the most of the codes; None for the features' own ids."""
    names = dict.fromkeys(name for f in features if isinstance(f.get("properties"), dict) for name in f["properties"])
    return max((None, *names), key=lambda name: len({_code(f, name) for f in features} & codes))
