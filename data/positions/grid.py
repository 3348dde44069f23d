"""The square grid that clusters are counted in: Web Mercator, cut in half DEPTH times each way, and numbered along a curve.

A cell of level L is named by its column and row; the keys of all points in it are one run of numbers (Morton order), so that points
sorted by key are grouped by cell at every level at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 24
_SIDE = 1 << DEPTH
_LIMIT = 85.05112877980659
Keys = NDArray[np.uint64]
Steps = NDArray[np.int64]
_MASKS = ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555))


def steps(lon: Any, lat: Any) -> tuple[Steps, Steps]:
    """Column and row of degrees at level DEPTH, from the north-west corner of the world."""
    x = (np.asarray(lon, dtype=np.float64) + 180.0) / 360.0
    clipped = np.radians(np.clip(np.asarray(lat, dtype=np.float64), -_LIMIT, _LIMIT))
    y = (1.0 - np.arcsinh(np.tan(clipped)) / np.pi) / 2.0
    return (np.clip(axis * _SIDE, 0, _SIDE - 1).astype(np.int64) for axis in (x, y))  # type: ignore[return-value]


def degrees(column: Any, row: Any, level: int = DEPTH) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of a place on the grid of ``level``, fractions of a cell included."""
    side = float(1 << level)
    lon = np.asarray(column, dtype=np.float64) / side * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * np.asarray(row, dtype=np.float64) / side))))
    return lon, lat


def keys(columns: Steps, rows: Steps) -> Keys:
    """Place along the curve of cells of one level."""
    return _spread(columns) | (_spread(rows) << np.uint64(1))


def _spread(values: Steps) -> Keys:
    out = values.astype(np.uint64)
    for shift, mask in _MASKS:
        out = (out | (out << np.uint64(shift))) & np.uint64(mask)
    return out


def columns_of(key: Keys) -> Steps:
    """The columns of cells, from their places along the curve."""
    return _gathered(key)


def rows_of(key: Keys) -> Steps:
    """The rows of cells, from their places along the curve."""
    return _gathered(key >> np.uint64(1))


def _gathered(key: Keys) -> Steps:
    out = key & np.uint64(_MASKS[-1][1])
    for (shift, _), (_, mask) in zip(_MASKS[::-1], (*_MASKS[:-1][::-1], (32, 0x00000000FFFFFFFF)), strict=True):
        out = (out | (out >> np.uint64(shift))) & np.uint64(mask)
    return out.astype(np.int64)
