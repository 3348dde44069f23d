"""What a layer says of a part of the map: plain values, ready to become JSON."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.positions.clusters import Box, Codes, Shown, shown
from data.positions.places import Curve

# five decimals are about a metre: closer than any symbol on the map
_DECIMALS = 5
Names = Callable[[Shown], Sequence[Sequence[object]]]


def points(
    sources: Sequence[tuple[Curve, Codes]],
    values: Sequence[str],
    zoom: int,
    box: Box,
    names: Names,
    counted: NDArray[np.int64],
    unplaced: int,
) -> dict[str, Any]:
    """``clusters`` [lon, lat, [count of each kind]], ``points`` [lon, lat, kind, *names], ``box`` how many lie in the box, ``kinds``,
    ``counts`` of each kind over the whole layer, ``total`` their sum, ``unplaced`` those of it that have no position."""
    seen = shown(sources, len(values), zoom, box)
    lon, lat = (np.round(axis, _DECIMALS).tolist() for axis in (seen.lon, seen.lat))
    clusters = list(zip(lon, lat, seen.counts.tolist(), strict=True))
    lon, lat = (np.round(axis, _DECIMALS).tolist() for axis in (seen.single_lon, seen.single_lat))
    single = [(x, y, kind, *name) for x, y, kind, name in zip(lon, lat, seen.single_code.tolist(), names(seen), strict=True)]
    return {
        "kinds": list(values),
        "counts": counted.tolist(),
        "total": int(counted.sum()),
        "unplaced": unplaced,
        "box": seen.total,
        "clusters": clusters,
        "points": single,
    }


def counts(codes: Codes, kinds: int) -> NDArray[np.int64]:
    """How many of each kind there are."""
    # a comparison for each kind is quicker than one pass that looks codes up
    return np.array([np.count_nonzero(codes == kind) for kind in range(kinds)], dtype=np.int64)
