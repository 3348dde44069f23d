"""Where rows of a table say they are: columns, one cell, WKT or lists of corners, as geometry with the numbers of the file."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from data.places import angles
from data.places.model import REFUSED, WARNED, Fault
from data.places.read import Row, Source

POINTS = ("outfall", "source_area", "section", "station", "enterprise")
SHAPES = ("zone", "water_body", "track")
#: layers whose lists are of use without positions too
UNPLACED = ("source_area", "section", "station", "enterprise")
#: characters of coordinates that are kept beside a place
LONGEST_ORIGINAL = 20_000
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WKT = re.compile(r"\s*(?:SRID=\d+;)?\s*((?:MULTI)?(?:POINT|LINESTRING|POLYGON))\s*(?:ZM?|M)?\s*(\(.*\)|EMPTY)\s*", re.I | re.S)
_NAMES = {
    "POINT": "Point", "MULTIPOINT": "MultiPoint", "LINESTRING": "LineString", "MULTILINESTRING": "MultiLineString",
    "POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon",
}  # fmt: skip
_LABEL = re.compile(r"^\s*[^\d\s()+-]{0,4}\d{1,3}\s*(?:[:\u3001#)\uff1a\uff09]|\uff0e|\.(?!\d))\s*")
_BREAK = re.compile(r"[;\uff1b\n\r\u3002]+")
_BRACKETED = re.compile(r"[(\uff08]([^()\uff08\uff09]+)[)\uff09]")


@dataclass(slots=True)
class Place:
    """A row on its way into the store. ``geometry``: GeoJSON geometry in the declared system; ``original``: the coordinates as written;
    ``shape``: as drawn once it could be made; ``raw``: x and y of a point in the declared system, as they are to be kept."""

    row: int
    stands_at: str
    values: dict[str, str]
    extra: dict[str, str]
    geometry: dict[str, Any] | None = None
    original: str = ""
    crs: str = ""
    shape: Any = None
    raw: tuple[float, float] | None = None
    region_id: int | None = None
    parsed: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)

    def report(self, code: str, name: str | None = None, value: str = "", level: Any = REFUSED, **more: Any) -> Fault:
        """Note a fault; ``more``: repair, before, after, and the parameters of its words."""
        own = {k: more.pop(k) for k in ("repair", "before", "after") if k in more}
        shown = " ".join(value.split())
        fault = Fault(code, self.row, self.stands_at, name, shown if len(shown) <= 80 else shown[:79] + "\u2026", more, level=level, **own)
        self.faults.append(fault)
        return fault

    @property
    def refused(self) -> bool:
        return any(f.level == REFUSED for f in self.faults)

    @property
    def offered(self) -> list[str]:
        """Codes of the repairs somebody has to confirm."""
        return [f.repair for f in self.faults if f.repair]


def places_of(source: Source, layer: str) -> list[Place]:
    """The rows as places; of a list of corners one place for each shape."""
    if not source.tabular:
        return [Place(r.number, r.stands_at, r.values, r.extra, r.geometry, _written(r.geometry)) for r in source.rows]
    if layer == "quality":
        return [Place(r.number, r.stands_at, r.values, r.extra) for r in source.rows]
    drawn = {"wkt", "corners"} & source.fields.keys()
    if layer in SHAPES and not drawn:
        return _by_corners(source.rows, source.sheet, layer)
    return [_of_row(r, layer) for r in source.rows]


def _written(geometry: Any) -> str:
    """A feature's coordinates as text."""
    return _kept(_ENCODER.iterencode(geometry))


def _kept(parts: Iterable[str]) -> str:
    """Coordinates as they stand in the file, in one text; a long one is cut, for the file itself is kept too."""
    out, length = [], 0
    for part in parts:
        out.append(part)
        length += len(part)
        if length > LONGEST_ORIGINAL:
            return "".join(out)[: LONGEST_ORIGINAL - 1] + "\u2026"
    return "".join(out)


def _of_row(row: Row, layer: str) -> Place:
    place = Place(row.number, row.stands_at, row.values, row.extra)
    v = row.values
    if v.get("wkt"):
        place.original = _kept([v["wkt"]])
        place.geometry = wkt(v["wkt"])
        if place.geometry is None:
            place.report("wkt_unreadable", "wkt", v["wkt"])
    elif layer in SHAPES:
        listed = v.get("corners", "")
        place.original = _kept([listed])
        points = corners(listed)
        if not listed:
            place.report("position_missing")
        elif points is None:
            place.report("corners_unreadable", "corners", listed)
        else:
            place.geometry = _shape(points, layer)
    else:
        at = _point(place, layer)
        if at is not None:
            place.geometry = {"type": "Point", "coordinates": list(at)}
    return place


def _point(place: Place, layer: str) -> tuple[float, float] | None:
    """The two numbers of a row, longitude or x first; notes what is wrong with them."""
    v = place.values
    if v.get("lon") or v.get("lat"):
        names, cells = ("lon", "lat"), (v.get("lon", ""), v.get("lat", ""))
        found = [angles.angle(c) if c else None for c in cells]
    elif v.get("lon_d") or v.get("lat_d"):
        names = ("lon_d", "lat_d")
        parts = [[v.get(f"{axis}_{part}", "") for part in "dms"] for axis in ("lon", "lat")]
        cells = (" ".join(parts[0]).strip(), " ".join(parts[1]).strip())
        found = [angles.of_columns(*three) for three in parts]
    elif v.get("x") or v.get("y"):
        names, cells = ("x", "y"), (v.get("x", ""), v.get("y", ""))
        found = [angles.angle(c) if c else None for c in cells]
    elif v.get("position"):
        place.original = _kept([v["position"]])
        both = angles.pair(v["position"])
        if both is None:
            place.report("position_unreadable", "position", v["position"])
            return None
        names, cells, found = ("position", "position"), (v["position"], v["position"]), list(both)
    elif layer in UNPLACED:
        place.report("position_none", level=WARNED)
        return None
    else:
        place.report("position_missing")
        return None
    place.original = place.original or _kept([f"{cells[0]}, {cells[1]}"])
    for name, cell, angle in zip(names, cells, found, strict=True):
        if angle is None:
            place.report("coordinate_missing" if not cell else "coordinate_unreadable", name, cell)
        elif angle.problem:
            place.report(f"{angle.problem}_over", name, cell)
    a, b = found
    if place.faults or a is None or b is None:
        return None
    # the words beside the numbers know better than the header
    return (b.value, a.value) if a.axis == angles.LAT and b.axis == angles.LON else (a.value, b.value)


def _by_corners(rows: list[Row], sheet: str, layer: str) -> list[Place]:
    """Rows that are corners, one shape for each code or name; a running number that begins again begins another ring."""
    out: list[Place] = []
    by_key: dict[tuple[str, ...], tuple[Place, list[list[tuple[float, float]]], list[float], list[str]]] = {}
    held: dict[str, str] = {}
    for row in rows:
        values = dict(row.values)
        own = {name: values[name] for name in ("code", "name", "grade") if values.get(name)}
        if any(held.get(name, text) != text for name, text in own.items()) or not held:
            held = dict(values)
        # cells left empty below the first row of a shape mean the same as there
        for name, text in held.items():
            if name not in _COORDINATES:
                values.setdefault(name, text)
        key = tuple(values.get(name, "") for name in ("code", "name", "grade"))
        if key not in by_key:
            place = Place(len(by_key) + 1, row.stands_at, values, row.extra)
            if not any(key[:2]) and sheet:
                place.values["name"] = sheet
            by_key[key] = (place, [[]], [], [])
            out.append(place)
        place, rings, numbers, written = by_key[key]
        corner = Place(place.row, row.stands_at, row.values, {})
        at = _point(corner, layer)
        if corner.original:
            written += ["; ", corner.original] if written else [corner.original]
        for fault in corner.faults:
            place.faults.append(fault)
        number = values.get("corner_no", "") if row.values.get("corner_no") else ""
        digits = re.findall(r"\d+", number)
        if digits:
            if numbers and float(digits[-1]) <= numbers[-1] and len(rings[-1]) > 2:
                rings.append([])
            numbers.append(float(digits[-1]))
        if at is not None:
            rings[-1].append(at)
    for place, rings, _, written in by_key.values():
        place.original = _kept(written)
        if layer == "zone" or (layer == "water_body" and _closes(rings[0])):
            shapes = [_shape(ring, "zone") for ring in rings]
            place.geometry = shapes[0] if len(shapes) == 1 else {"type": "MultiPolygon", "coordinates": [s["coordinates"] for s in shapes]}
        else:
            lines = [_shape(ring, layer) for ring in rings]
            place.geometry = lines[0] if len(lines) == 1 else {"type": "MultiLineString", "coordinates": [s["coordinates"] for s in lines]}
    return out


_COORDINATES = frozenset(
    {"lon", "lat", "x", "y", "position", "lon_d", "lon_m", "lon_s", "lat_d", "lat_m", "lat_s", "corner_no"}
)  # fmt: skip


def _closes(points: list[tuple[float, float]]) -> bool:
    return len(points) > 3 and points[0] == points[-1]


def _shape(points: list[tuple[float, float]], layer: str) -> dict[str, Any]:
    """A ring for a zone (corners are listed once: it is closed here), a line for everything else."""
    listed = [list(p) for p in points]
    if layer != "zone":
        return {"type": "LineString", "coordinates": listed}
    if listed and listed[0] != listed[-1]:
        listed.append(listed[0])
    return {"type": "Polygon", "coordinates": [listed]}


def corners(text: str) -> list[tuple[float, float]] | None:
    """The corners one cell lists, in their order; None when one of them cannot be read."""
    bracketed = _BRACKETED.findall(text)
    parts = bracketed if len(bracketed) > 2 else [p for p in _BREAK.split(text) if p.strip()]
    if len(parts) == 1 and parts[0].count(",") > 2:
        # as KML writes them: blanks between pairs, commas inside
        parts = parts[0].split()
    out = []
    for part in parts:
        both = angles.pair(_LABEL.sub("", part))
        if both is None or both[0].problem or both[1].problem:
            return None
        out.append((both[0].value, both[1].value))
    return out or None


def wkt(text: str) -> dict[str, Any] | None:
    """GeoJSON geometry of well-known text, rings as they are, closed or not; None when it is none."""
    m = _WKT.fullmatch(text)
    if m is None:
        return None
    kind = m[1].upper()
    if m[2].upper() == "EMPTY":
        return {"type": _NAMES[kind], "coordinates": []}
    try:
        # brackets become those of JSON, and blanks between numbers commas
        inner = re.sub(r"([^(),]+)", lambda g: "[" + ",".join(_NUMBER.findall(g[1])) + "]" if _NUMBER.search(g[1]) else "", m[2])
        body = json.loads(inner.replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        return None
    if kind == "POINT":
        body = body[0] if body else []
    elif kind == "MULTIPOINT" and body and isinstance(body[0][0], list):
        body = [point[0] for point in body]
    return {"type": _NAMES[kind], "coordinates": body}
