"""Reads one file of shapes in a process of its own: ``python -m data.places.child FORM [ENCODING] [LAYER] < file > answer``.

The answer is one JSON text a line: the first says what the file says of itself, each further one is a feature
(``at``: its name or number, ``p``: attributes as text, ``g``: geometry). A crafted file costs this process only.
"""

import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, TextIO
from xml.etree import ElementTree

from data.ledgers.child import limit
from data.ledgers.text_tables import TableError

MAX_FEATURES = 500_000
MAX_DEPTH = 200
_NUMBER = re.compile(r"EPSG\D*(\d{4,6})", re.IGNORECASE)
_CHARSET = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_BANNED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CODEPAGES = {"65001": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "54936": "gb18030"}
Feature = dict[str, Any]
Answer = tuple[dict[str, Any], Iterator[Feature]]


def decoded(data: bytes, said: str | None = None) -> str:
    """Text in the encoding said, by its mark, in UTF-8, else in GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in (said, "utf-8-sig", "gb18030"):
        if encoding:
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return data.decode("utf-8", "replace")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)[:2000]
    return str(value)


# ----------------------------------------------------------------------------- GeoJSON


def geojson(data: bytes, encoding: str | None) -> Answer:
    try:
        body = json.loads(decoded(data, encoding))
    except RecursionError:
        raise TableError("nested_deep") from None
    except ValueError as error:
        raise TableError("json_broken", detail=str(error)[:120]) from None
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise TableError("json_other")
    kind = body["type"]
    if kind == "FeatureCollection":
        features = body.get("features")
        if not isinstance(features, list):
            raise TableError("json_other")
    elif kind == "Feature":
        features = [body]
    elif "coordinates" in body or "geometries" in body:
        features = [{"type": "Feature", "properties": {}, "geometry": body}]
    else:
        raise TableError("json_other")
    crs = body.get("crs")
    name = None
    if isinstance(crs, dict) and isinstance(crs.get("properties"), dict):
        name = str(crs["properties"].get("name") or crs["properties"].get("code") or "")
        found = _NUMBER.search(name)
        name = "WGS84" if "CRS84" in name else f"EPSG:{found[1]}" if found else name
    return {"crs": name or None}, _features(features)


def _features(features: list[Any]) -> Iterator[Feature]:
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            yield {"at": str(number), "p": {}, "g": None}
            continue
        own = feature.get("properties")
        attributes = {str(k): _text(v) for k, v in own.items()} if isinstance(own, dict) else {}
        if feature.get("id") is not None:
            attributes.setdefault("id", _text(feature["id"]))
        shape = feature.get("geometry")
        yield {"at": str(number), "p": attributes, "g": shape if isinstance(shape, dict) else None}


# ----------------------------------------------------------------------------- KML


class _Placemarks:
    """Collects placemarks while the parser reads; no tree of the file is kept."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.out: list[Feature] = []
        self.mark: Feature | None = None
        self.shapes: list[dict[str, Any]] = []
        self.rings: list[Any] = []
        self.words: list[str] = []
        self.key = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit("}", 1)[-1]
        self.path.append(name)
        if len(self.path) > MAX_DEPTH:
            raise TableError("nested_deep")
        self.words = []
        if name == "Placemark":
            self.mark, self.shapes = {"at": "", "p": {}, "g": None}, []
        elif name in ("Data", "SimpleData"):
            self.key = attributes.get("name", "")
        elif name == "Polygon":
            self.rings = []

    def data(self, text: str) -> None:
        self.words.append(text)

    def end(self, tag: str) -> None:
        name = self.path.pop()
        said = "".join(self.words).strip()
        self.words = []
        mark = self.mark
        if mark is None:
            return
        above = self.path[-1] if self.path else ""
        if name in ("name", "description") and above == "Placemark":
            mark["p"][name] = said
        elif (name == "value" and above == "Data") or name == "SimpleData":
            mark["p"][self.key or name] = said
        elif name == "coordinates":
            self._coordinates(_tuples(said), above)
        elif name == "Polygon":
            self.shapes.append({"type": "Polygon", "coordinates": self.rings})
        elif name == "Placemark":
            mark["at"] = str(len(self.out) + 1)
            mark["g"] = _joined(self.shapes)
            self.out.append(mark)
            self.mark = None
            if len(self.out) > MAX_FEATURES:
                raise TableError("features_many", limit=MAX_FEATURES)

    def _coordinates(self, points: list[list[Any]], above: str) -> None:
        if above == "Point":
            self.shapes.append({"type": "Point", "coordinates": points[0] if points else []})
        elif above == "LineString":
            self.shapes.append({"type": "LineString", "coordinates": points})
        elif above == "LinearRing":
            side = self.path[-2] if len(self.path) > 1 else ""
            if side in ("outerBoundaryIs", "innerBoundaryIs"):
                self.rings.insert(0 if side == "outerBoundaryIs" else len(self.rings), points)
            else:
                self.shapes.append({"type": "LineString", "coordinates": points})

    def close(self) -> list[Feature]:
        return self.out


def _tuples(said: str) -> list[list[Any]]:
    out: list[list[Any]] = []
    for group in said.split():
        try:
            numbers = [float(part) for part in group.split(",") if part]
        except ValueError:
            numbers = []
        # heights of nought are what programs write when there is none
        out.append(numbers[:2] if len(numbers) > 2 and numbers[2] == 0 else numbers)
    return out


def _joined(shapes: list[dict[str, Any]]) -> dict[str, Any] | None:
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {s["type"] for s in shapes}
    if len(kinds) == 1:
        return {"type": f"Multi{kinds.pop()}", "coordinates": [s["coordinates"] for s in shapes]}
    return {"type": "GeometryCollection", "geometries": shapes}


def kml(data: bytes, encoding: str | None) -> Answer:
    charset = _CHARSET.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    text = decoded(data, encoding or (charset[1].decode("ascii", "replace") if charset else None))
    if _BANNED.search(text):
        raise TableError("archive_entities")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    # declarations of kinds and entities were refused above, so nothing can swell
    parser = ElementTree.XMLParser(target=_Placemarks())  # noqa: S314
    try:
        parser.feed(text.encode("utf-8", "replace"))
        found: Any = parser.close()
    except ElementTree.ParseError as error:
        raise TableError("kml_broken", detail=str(error)[:120]) from None
    return {"crs": None}, iter(found)


def kmz(data: bytes, encoding: str | None, layer: str | None) -> Answer:
    archive = zipfile.ZipFile(BytesIO(data))
    names = [n for n in archive.namelist() if n.lower().endswith(".kml")]
    chosen = next((n for n in names if n == layer), None) or next((n for n in names if n.lower() == "doc.kml"), names[0])
    return kml(archive.read(chosen), encoding)


# ----------------------------------------------------------------------------- shapefiles


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name as it was typed: old archives hold it in UTF-8 or GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return decoded(member.filename.encode("cp437"))
    except UnicodeEncodeError:
        return member.filename


def shapefile_zip(data: bytes, encoding: str | None, layer: str | None) -> Answer:
    archive = zipfile.ZipFile(BytesIO(data))
    layers: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        stem, _, suffix = member_name(member).rpartition(".")
        if not stem.rsplit("/", 1)[-1].startswith("._"):
            layers.setdefault(stem, {})[suffix.lower()] = member
    shapes = {stem.rsplit("/", 1)[-1]: parts for stem, parts in layers.items() if "shp" in parts}
    chosen = layer or (next(iter(shapes)) if len(shapes) == 1 else None)
    if chosen is None:
        raise TableError("layer_needed", known=", ".join(shapes))
    if chosen not in shapes:
        raise TableError("layer_missing", layer=chosen, known=", ".join(shapes))
    held = {suffix: archive.read(member) for suffix, member in shapes[chosen].items() if suffix in ("shp", "dbf", "shx", "prj", "cpg")}
    if "dbf" not in held:
        raise TableError("dbf_missing", layer=chosen)
    crs = _system(held["prj"]) if "prj" in held else None
    return {"crs": crs, "layer": chosen}, _shapes(held, encoding)


def _system(prj: bytes) -> str | None:
    """The EPSG number of what a .prj file says; its own name where it has none."""
    import pyproj
    from pyproj.exceptions import CRSError

    said = decoded(prj)
    try:
        system = pyproj.CRS.from_wkt(said)
    except CRSError:
        return said.strip()[:60] or None
    number = system.to_epsg(min_confidence=25)
    return f"EPSG:{number}" if number else system.name[:60]


def _encodings(cpg: bytes | None, said: str | None) -> list[str]:
    words = [said or "", (cpg or b"").decode("ascii", "ignore").strip().lower()]
    out = [_CODEPAGES.get(w.removeprefix("cp").removeprefix("ansi ").strip(), w) for w in words if w]
    return [*out, "utf-8", "gb18030"]


def _shapes(held: dict[str, bytes], encoding: str | None) -> Iterator[Feature]:
    import shapefile  # type: ignore[import-untyped]

    def opened(charset: str, errors: str) -> Any:
        files = {suffix: BytesIO(held[suffix]) for suffix in ("shp", "dbf") if suffix in held}
        return shapefile.Reader(**files, encoding=charset, encodingErrors=errors)

    try:
        reader = opened("gb18030", "replace")
        for charset in _encodings(held.get("cpg"), encoding):
            try:
                tried = opened(charset, "strict")
                for _ in tried.iterRecords():
                    pass
            except (UnicodeDecodeError, LookupError, shapefile.ShapefileException):
                continue
            reader = opened(charset, "strict")
            break
        names = [f[0] for f in reader.fields if f[0] != "DeletionFlag"]
        for number, each in enumerate(reader.iterShapeRecords(), 1):
            attributes = {name: _text(value).strip("\x00 ") for name, value in zip(names, each.record, strict=False)}
            shape = each.shape
            yield {"at": str(number), "p": attributes, "g": None if shape.shapeType == 0 else _plain_shape(shape)}
    except (shapefile.ShapefileException, struct.error, ValueError, IndexError, KeyError, TypeError, EOFError) as error:
        raise TableError("shapefile_broken", detail=str(error)[:120]) from None


def _plain_shape(shape: Any) -> dict[str, Any]:
    found = shape.__geo_interface__
    return {"type": found["type"], "coordinates": found["coordinates"]}


# ----------------------------------------------------------------------------- the process


def read(form: str, data: bytes, encoding: str | None, layer: str | None) -> Answer:
    if form == "geojson":
        return geojson(data, encoding)
    if form == "kml":
        return kml(data, encoding)
    if form == "kmz":
        return kmz(data, encoding, layer)
    return shapefile_zip(data, encoding, layer)


def answer(out: TextIO, found: Answer) -> None:
    head, features = found
    out.write(json.dumps(head, ensure_ascii=False) + "\n")
    for count, feature in enumerate(features, 1):
        if count > MAX_FEATURES:
            raise TableError("features_many", limit=MAX_FEATURES)
        out.write(json.dumps(feature, ensure_ascii=False) + "\n")
    out.write("{}\n")


def main() -> None:
    limit()
    form, encoding, layer = [*sys.argv[1:], "", ""][:3]
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    try:
        answer(out, read(form, sys.stdin.buffer.read(), encoding or None, layer or None))
        out.flush()
        return
    except TableError as error:
        refusal: dict[str, Any] = {"error": error.code, "params": error.params}
    except RecursionError:
        refusal = {"error": "nested_deep", "params": {}}
    except MemoryError:
        refusal = {"error": "reader_memory", "params": {}}
    except (zipfile.BadZipFile, OSError):
        refusal = {"error": "file_damaged", "params": {}}
    out.flush()
    out.seek(0)
    out.truncate()
    out.write(json.dumps(refusal) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
