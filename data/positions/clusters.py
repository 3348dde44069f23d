"""What a map shows of many places at one zoom: clusters with what is in each, and single places; together they are all there is.

Cells have a side of 64 px at the zoom asked for. A box is named by whole cells, so that what is counted in it and what a reader sees
in it are the same, and so that readers who look at the same part of the map ask the same question.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.positions import grid
from data.positions.places import Cells, Curve, joined, starts

Box = tuple[int, int, int, int]
Codes = NDArray[np.uint8]

# levels below the zoom's own tiles of 256 px: cells of 64 px
CELLS = 2
MOST_ZOOM = 19
# so many places in a box are shown one by one; those on one spot (about two metres) stay together
ONE_BY_ONE = 300
# items that are not shown
OUT = 255


@dataclass(slots=True)
class Shown:
    """Clusters and single places in a box; ``total`` is all that lies in it.

    Clusters: ``lon``, ``lat`` the middle of what is in them, ``counts`` (rows clusters, columns kinds). Single places: where they are,
    their kind, which of the sources they come from and their number in it.
    """

    total: int
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    counts: NDArray[np.int64]
    single_lon: NDArray[np.float64]
    single_lat: NDArray[np.float64]
    single_code: Codes
    source: NDArray[np.int8]
    members: NDArray[np.int32]


def cell_level(zoom: int) -> int:
    """The grid level whose cells are 64 px wide at a zoom."""
    return min(max(zoom, 0), MOST_ZOOM) + CELLS


def box_of(west: float, south: float, east: float, north: float, zoom: int) -> Box:
    """The box of whole cells that covers a viewport: first and last column, first and last row."""
    level = cell_level(zoom)
    (columns, rows) = grid.steps([west, east], [north, south])
    shift = grid.DEPTH - level
    return tuple(int(v) >> shift for v in (columns[0], rows[0], columns[1], rows[1]))  # type: ignore[return-value]


@dataclass(slots=True)
class _Counted:
    """The cells of one source: places along the curve, counts of each kind, sums of longitudes and latitudes of what is shown, and the
    number of the first point shown."""

    heads: grid.Keys
    counts: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    source: NDArray[np.int8]
    first: NDArray[np.int32]
    code: Codes


def shown(sources: Sequence[tuple[Curve, Codes]], kinds: int, zoom: int, box: Box) -> Shown:
    """What is shown of places in a box of cells (columns x0 to x1, rows y0 to y1, both ends included) at a zoom.

    ``sources``: points and, for each by number, the kind it is coloured as, below ``kinds``, or OUT.
    """
    level = cell_level(zoom)
    found = [(curve, codes, curve.cells(level, box)) for curve, codes in sources]
    counted = [_count(number, *each, kinds) for number, each in enumerate(found)]
    total = sum(int(each.counts.sum()) for each in counted)
    if 0 < total <= ONE_BY_ONE:
        # as near as one can look: what lies on one spot stays together
        counted = [_spots(number, *each, kinds) for number, each in enumerate(found)]
    cells = _merged(counted, kinds)
    number = cells.counts.sum(axis=1)
    many, single = number > 1, np.flatnonzero(number == 1)
    lon, lat = (axis[many] / number[many] / 1e6 for axis in (cells.x, cells.y))
    return Shown(
        total, lon, lat, cells.counts[many], cells.x[single] / 1e6, cells.y[single] / 1e6, cells.code[single], cells.source[single],
        cells.first[single],
    )  # fmt: skip


def _count(number: int, curve: Curve, codes: Codes, cells: Cells, kinds: int) -> _Counted:
    """What one source has in each of some cells."""
    runs = cells.slices()
    at = joined([curve.order[run] for run in runs], np.int32)
    code = codes[at]
    start = np.cumsum(cells.end - cells.begin) - (cells.end - cells.begin)
    x, y = (joined([axis[run] for run in runs], np.int32) for axis in curve.along)
    return _sums(number, cells.heads, at, code, start, x, y, kinds)


def _spots(number: int, curve: Curve, codes: Codes, cells: Cells, kinds: int) -> _Counted:
    """The same for the finest cells: of few points, in cells of any size."""
    at = joined([curve.order[run] for run in cells.slices()], np.int32)
    key = joined([curve.keys[run] for run in cells.slices()], np.uint64)
    keep = codes[at] != OUT
    at, key = at[keep], key[keep]
    start = starts(key)
    return _sums(number, key[start], at, codes[at], start, curve.x[at], curve.y[at], kinds)


def _sums(
    number: int, heads: grid.Keys, at: NDArray[np.int32], code: Codes, start: NDArray[np.int64], x: NDArray[np.int32], y: NDArray[np.int32],
    kinds: int,
) -> _Counted:  # fmt: skip
    counts = np.zeros((len(heads), kinds), dtype=np.int64)
    if not len(heads):
        return _blank(0, kinds)
    for kind in range(kinds):
        mask = code == kind
        if mask.any():
            counts[:, kind] = np.add.reduceat(mask.view(np.uint8), start, dtype=np.int32)
    keep = code != OUT
    whole = bool(keep.all())
    if not whole:
        x, y = (np.where(keep, axis, np.int32(0)) for axis in (x, y))
    # the first point shown of each cell that shows any
    there = None if whole else np.flatnonzero(keep)
    first = start if there is None else np.append(there, 0)[np.searchsorted(there, start)]
    sum_x, sum_y = (np.add.reduceat(axis, start, dtype=np.int64) for axis in (x, y))
    return _Counted(heads, counts, sum_x, sum_y, np.full(len(heads), number, dtype=np.int8), at[first], code[first])


def _merged(counted: Sequence[_Counted], kinds: int) -> _Counted:
    """The cells of all sources, each once."""
    if len(counted) == 1:
        return counted[0]
    parts = [each for each in counted if each.counts.any()] or [_blank(0, kinds)]
    heads, place = np.unique(np.concatenate([each.heads for each in parts]), return_inverse=True)
    out = _blank(len(heads), kinds)
    out.heads = heads
    begin = 0
    for each in parts:
        at = place[begin : begin + len(each.heads)]
        begin += len(each.heads)
        out.counts[at] += each.counts
        out.x[at] += each.x
        out.y[at] += each.y
        # a cell of one place in all is of the source that has it
        some = each.counts.any(axis=1)
        out.source[at[some]], out.first[at[some]], out.code[at[some]] = each.source[some], each.first[some], each.code[some]
    return out


def _blank(n: int, kinds: int) -> _Counted:
    whole = np.zeros(n, dtype=np.int64)
    return _Counted(
        whole.astype(np.uint64), np.zeros((n, kinds), dtype=np.int64), whole, whole.copy(), whole.astype(np.int8), whole.astype(np.int32),
        whole.astype(np.uint8),
    )  # fmt: skip
