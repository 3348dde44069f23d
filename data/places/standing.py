"""Positions judged: whether a place lies where it can, and which exchange or sign would bring it there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.places.crs import to_drawn
from data.places.ground import Ground
from data.places.located import Place
from data.places.model import REPAIRABLE

#: farther from its region than this a place or its region is wrong, whoever confirms it
FAR_KM = 50.0
#: degrees that no place has
NOWHERE = 9999.0
Shapes = NDArray[np.object_]
Pair = tuple[float, float]


def _swapped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:, ::-1]


def _signed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(points)


def _western(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points * (-1.0, 1.0)


#: repairs in the order they are tried: the fault, the repair that mends it, what that does to the numbers of the file
_REPAIRS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("swapped", "swapped", _swapped),
    ("sign", "sign", _signed),
    ("sign_lost", "sign", _western),
)


def drawn(raw: Shapes, systems: list[str]) -> Shapes:
    """Shapes with the numbers of their declared systems as they are drawn; numbers that make no place lie at NOWHERE."""
    out = raw.copy()
    grouped: dict[str, list[int]] = {}
    for at, name in enumerate(systems):
        grouped.setdefault(name, []).append(at)
    for name, places in grouped.items():

        def turned(points: NDArray[np.float64], system: str = name) -> NDArray[np.float64]:
            x, y = to_drawn(points[:, 0], points[:, 1], system)
            # a ring with NaN in it is not closed, and so no ring
            return np.nan_to_num(np.column_stack([x, y]), nan=NOWHERE)

        out[places] = shapely.transform(raw[places], turned)
    return out


def settle(found: list[tuple[Place, Any]], ground: Ground, home: int | None) -> None:
    """Set ``shape`` and ``raw`` of each place; what does not lie where it can is noted, with the repair that would bring it there.

    ``home``: the region declared for all of them.
    """
    if not found:
        return
    places = [place for place, _ in found]
    raw = np.array([shape for _, shape in found], dtype=object)
    systems = [place.crs for place in places]
    wanted = [place.region_id if place.region_id is not None else home for place in places]
    asis = drawn(raw, systems)
    good = _good(asis, wanted, home, ground)
    for at in np.flatnonzero(good).tolist():
        _take(places[at], raw[at], asis[at])
    left = np.flatnonzero(~good)
    empty = np.array([shapely.bounds(raw[at]).tolist() == [0.0] * 4 for at in left.tolist()], dtype=bool)
    for at in left[empty].tolist():
        places[at].report("zero", value=places[at].original, before=_pair(asis[at]))
    left = left[~empty]
    for code, repair, change in _REPAIRS:
        if not len(left):
            return
        tried_raw = shapely.transform(raw[left], change)
        tried = drawn(tried_raw, [systems[at] for at in left.tolist()])
        fits = _good(tried, [wanted[at] for at in left.tolist()], home, ground)
        for k in np.flatnonzero(fits).tolist():
            place, at = places[int(left[k])], int(left[k])
            before, after = _pair(asis[at]) or _degrees(raw[at]), _pair(tried[k])
            lon, lat = after or ("", "")
            place.report(
                code, value=place.original, level=REPAIRABLE, repair=repair, before=before, after=after, lon=lon, lat=lat,
            )  # fmt: skip
            _take(place, tried_raw[k], tried[k])
        left = left[~fits]
    for at in left.tolist():
        _misplaced(places[at], raw[at], asis[at], wanted[at], home, ground)


def _good(shapes: Shapes, wanted: list[int | None], home: int | None, ground: Ground) -> NDArray[np.bool_]:
    out = ground.in_country(wanted, shapes)
    at = np.flatnonzero(out)
    if len(at):
        out[at] = ground.near([wanted[k] for k in at.tolist()], shapes[at])
        if home is not None:
            out[at] &= ground.near([home] * len(at), shapes[at])
    return out


def _misplaced(place: Place, raw: Any, asis: Any, wanted: int | None, home: int | None, ground: Ground) -> None:
    """No repair fits: outside of the region a person may still say that it is right so; outside of the country it cannot be."""
    here = _pair(asis)
    lon, lat = here or _degrees(raw) or ("", "")
    whole = np.array([asis], dtype=object)
    if here is None or not ground.in_country([wanted], whole)[0]:
        code = "outside_country" if here is not None else "impossible"
        place.report(code, value=place.original, before=here, lon=lon, lat=lat)
        place.shape = asis if here is not None else None
        return
    region_id = wanted if wanted is not None and not ground.near([wanted], whole)[0] else home
    assert region_id is not None
    named = {lang: ground.tree.label(region_id, lang) for lang in ("zh-CN", "en")}
    km = round(ground.off_by_km(region_id, asis), 1)
    told: dict[str, Any] = {"before": here, "lon": lon, "lat": lat, "region": named, "km": km}
    if km > FAR_KM:
        place.report("outside_region_far", "region", place.original, **told)
    else:
        place.report("outside_region", "region", place.original, REPAIRABLE, repair="as_it_stands", after=here, **told)
    _take(place, raw, asis)


def _take(place: Place, raw: Any, shape: Any) -> None:
    place.shape = shape
    if raw.geom_type == "Point":
        place.raw = (float(raw.x), float(raw.y))


def _pair(shape: Any) -> Pair | None:
    bounds = shapely.bounds(shape).tolist()
    if not all(np.isfinite(bounds)) or max(bounds) >= NOWHERE:
        return None
    return round((bounds[0] + bounds[2]) / 2, 6), round((bounds[1] + bounds[3]) / 2, 6)


def _degrees(raw: Any) -> Pair | None:
    """The numbers of the file where they at least look like degrees."""
    middle = _pair(raw)
    return middle if middle is not None and abs(middle[0]) <= 180 and abs(middle[1]) <= 180 else None
