"""Coordinate systems: what a file declares, and the degrees that are drawn (CGCS2000, EPSG:4490).

WGS84 differs from CGCS2000 by less than anybody can see and is drawn as it is. GCJ-02 is shifted by some hundred metres and BD-09 by
more: a point in either, drawn as it stands, lies on the other bank. Projected systems go through pyproj. The numbers a file had are
kept with the system it declared; only what is drawn is turned.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]

DRAWN = "EPSG:4490"
GCJ02, BD09 = "GCJ-02", "BD-09"
# names as files have them, folded to lower case without blanks, hyphens and underscores
_SAME = {
    "cgcs2000",
    "epsg4490",
    "4490",
    "wgs84",
    "wgs1984",
    "epsg4326",
    "4326",
    "gcswgs1984",
    "gcschinageodeticcoordinatesystem2000",
    "crs84",
}
_SHIFTED = {"gcj02": GCJ02, "gcj2": GCJ02, "bd09": BD09, "bd09ll": BD09, "bd9": BD09}

# the ellipsoid and the polynomials of the GCJ-02 shift
_A, _E2 = 6378245.0, 0.00669342162296594323
_BD = np.pi * 3000.0 / 180.0


def known(crs: str | None) -> str | None:
    """The declared system by its usual name: DRAWN, GCJ02, BD09 or ``EPSG:<number>`` of a projected one; None for one nobody knows."""
    if crs is None or not crs.strip():
        return DRAWN
    folded = "".join(c for c in crs.strip().lower() if c.isalnum())
    if folded in _SAME:
        return DRAWN
    if folded in _SHIFTED:
        return _SHIFTED[folded]
    number = folded.removeprefix("epsg")
    if number.isdigit() and len(number) <= 6 and _transformer(int(number)) is not None:
        return f"EPSG:{int(number)}"
    return None


def to_drawn(x: Degrees, y: Degrees, crs: Sequence[str | None] | str | None) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes as they are drawn. ``crs``: the declared system, of all or of each; NaN where it is not known or the
    numbers make no place."""
    if crs is None or isinstance(crs, str):
        return _turned(x, y, crs)
    lon, lat = np.full(len(x), np.nan), np.full(len(y), np.nan)
    found: dict[str | None, list[int]] = {}
    for at, name in enumerate(crs):
        found.setdefault(name, []).append(at)
    for name, places in found.items():
        at_ = np.array(places, dtype=np.int64)
        lon[at_], lat[at_] = _turned(x[at_], y[at_], name)
    return lon, lat


def _turned(x: Degrees, y: Degrees, crs: str | None) -> tuple[Degrees, Degrees]:
    system = known(crs)
    if system is None:
        return np.full(len(x), np.nan), np.full(len(y), np.nan)
    if system == BD09:
        x, y = _bd_to_gcj(x, y)
    if system in (BD09, GCJ02):
        x, y = _gcj_to_drawn(x, y)
    elif system != DRAWN:
        x, y = _transformer(int(system.removeprefix("EPSG:"))).transform(x, y)
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    good = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    return np.where(good, x, np.nan), np.where(good, y, np.nan)


def to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees as drawn to GCJ-02; outside the country nothing is shifted."""
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (common + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north = north + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (common + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    rad = np.radians(lat)
    magic = 1.0 - _E2 * np.sin(rad) ** 2
    north = np.degrees(north / (_A * (1.0 - _E2) / (magic * np.sqrt(magic))))
    east = np.degrees(east / (_A / np.sqrt(magic) * np.cos(rad)))
    return lon + np.where(inside, east, 0.0), lat + np.where(inside, north, 0.0)


def _gcj_to_drawn(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """The shift has no inverse in closed form; a few rounds find it to less than a millimetre."""
    lon, lat = x.copy(), y.copy()
    for _ in range(6):
        east, north = to_gcj(lon, lat)
        lon, lat = lon + (x - east), lat + (y - north)
    return lon, lat


def _bd_to_gcj(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    px, py = x - 0.0065, y - 0.006
    z = np.hypot(px, py) - 0.00002 * np.sin(py * _BD)
    theta = np.arctan2(py, px) - 0.000003 * np.cos(px * _BD)
    return z * np.cos(theta), z * np.sin(theta)


@cache
def _transformer(number: int) -> Any:
    """From a projected system of the country's kind to degrees; None where pyproj knows no such system or it is not one of the earth's."""
    import pyproj
    from pyproj.exceptions import ProjError

    try:
        system = pyproj.CRS.from_epsg(number)
        if not (system.is_projected or system.is_geographic):
            return None
        return pyproj.Transformer.from_crs(system, DRAWN, always_xy=True)
    except ProjError:
        return None
