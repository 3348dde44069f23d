"""Distances on the ground, in metres, on a sphere of the earth's mean radius."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

RADIUS_M = 6371008.8
DEGREE_M = float(np.pi) * RADIUS_M / 180.0
# numbers worked on at once: points times the pieces of an edge
_AT_ONCE = 1_000_000
Metres = NDArray[np.float64]


def great_circle(lon: float, lat: float, lons: Any, lats: Any) -> Metres:
    """Metres from one place to each of others, along the great circle; degrees in."""
    a, b = np.radians(lat), np.radians(np.asarray(lats, dtype=np.float64))
    across = np.radians(np.asarray(lons, dtype=np.float64) - lon)
    half = np.sin((b - a) / 2.0) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2.0) ** 2
    return 2.0 * RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def box(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east and north of a box that holds everything within so many metres of a place."""
    high = metres / DEGREE_M
    wide = high / max(float(np.cos(np.radians(min(89.0, abs(lat) + high)))), 0.01)
    return max(-180.0, lon - wide), max(-90.0, lat - high), min(180.0, lon + wide), min(90.0, lat + high)


def edge_metres(area: shapely.Geometry, lons: Any, lats: Any) -> Metres:
    """Metres from places to the nearest edge of an area, from either side of it: holes have edges too.

    Each place is measured in the plane that touches the earth there, so it holds for the tens of kilometres a zone may extend.
    """
    x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    from_, to = _pieces(area)
    out = np.full(len(x), np.inf)
    if not len(from_):
        return out
    step = max(1, _AT_ONCE // len(from_))
    for k in range(0, len(x), step):
        out[k : k + step] = _nearest(from_, to, x[k : k + step], y[k : k + step])
    return out


def _pieces(area: shapely.Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The straight pieces of every ring: where they begin and where they end."""
    rings = shapely.get_rings(shapely.get_parts(area))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _nearest(from_: NDArray[np.float64], to: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> Metres:
    wide = (DEGREE_M * np.cos(np.radians(y)))[:, None]
    ax, ay = (from_[None, :, 0] - x[:, None]) * wide, (from_[None, :, 1] - y[:, None]) * DEGREE_M
    dx, dy = (to - from_)[None, :, 0] * wide, (to - from_)[None, :, 1] * DEGREE_M
    length = dx * dx + dy * dy
    # how far along a piece its nearest point lies; a piece without length is its own nearest point
    along = np.clip(-(ax * dx + ay * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return np.sqrt(((ax + along * dx) ** 2 + (ay + along * dy) ** 2).min(axis=1))
