"""Files of places as offices send them, made in memory: tables, GeoJSON, KML, shapefiles in archives."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from random import Random
from typing import Any

import shapefile

HEAD = ("排污口编码", "排污口名称", "经度", "纬度")
#: where the made outfalls lie: Nanjing
WEST, SOUTH = 118.70, 32.00


def table(rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def outfalls(rows: int = 270, swapped: int = 94, corrupt: int = 1) -> list[list[object]]:
    """Outfalls in a square of 0.1 degrees, some with longitude and latitude exchanged, the last ones without a position that can be read."""
    dice = Random(7)
    out: list[list[object]] = [list(HEAD)]
    wrong = set(dice.sample(range(rows - corrupt), swapped))
    for n in range(rows):
        lon, lat = round(WEST + dice.random() / 10, 6), round(SOUTH + dice.random() / 10, 6)
        pair: tuple[object, object] = (lat, lon) if n in wrong else (lon, lat)
        if n >= rows - corrupt:
            pair = ("118.7#2", "")
        out.append([f"PK-{n + 1:03d}", f"{n + 1} 号排污口", *pair])
    return out


def geojson(features: Sequence[tuple[dict[str, Any], dict[str, Any] | None]], crs: str | None = "urn:ogc:def:crs:EPSG::4490") -> bytes:
    """(attributes, geometry) as a FeatureCollection."""
    body: dict[str, Any] = {"type": "FeatureCollection"}
    if crs:
        body["crs"] = {"type": "name", "properties": {"name": crs}}
    body["features"] = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps(body, ensure_ascii=False).encode()


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


def polygon(*rings: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p) for p in ring] for ring in rings]}


def point(*numbers: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(numbers)}


def shapefile_zip(
    rows: Sequence[tuple[dict[str, str], tuple[float, float]]], encoding: str, name: str = "排污口", **members: bytes
) -> bytes:
    """Points as .shp and .dbf in an archive; ``members``: prj, cpg … as they are. The archive's names are in GBK, as old programs write them."""
    shp, dbf, shx = io.BytesIO(), io.BytesIO(), io.BytesIO()
    writer = shapefile.Writer(shp=shp, dbf=dbf, shx=shx, shapeType=shapefile.POINT, encoding=encoding)
    for field in rows[0][0]:
        writer.field(field, "C", size=80)
    for attributes, at in rows:
        writer.point(*at)
        writer.record(**attributes)
    writer.close()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for suffix, body in (("shp", shp.getvalue()), ("dbf", dbf.getvalue()), ("shx", shx.getvalue()), *members.items()):
            archive.writestr(name.encode("gbk").decode("cp437") + f".{suffix}", body)
    return out.getvalue()


def kml(placemarks: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemarks}</Document></kml>'.encode()


#: the river the made outfalls belong to, from west to east through the square
RIVER = line((118.70, 32.05), (118.75, 32.05), (118.80, 32.05))
