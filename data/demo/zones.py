"""Protection zones of the simulated source areas: drawn by hand, as it were, along the river round an intake."""

import json
from collections.abc import Mapping
from math import hypot

import shapely

from data.demo.book import Book
from data.demo.dice import Dice
from data.demo.places import City, County
from data.demo.rivers import Course, Point, Ring, km_per_degree
from data.demo.texts import texts
from data.demo.waters import Intake, Spot, Waters
from data.demo.workdays import day_text, number, workday_after

# how far each grade reaches beyond the one inside it: up the river, down the river, to either side (km, least and most)
_REACH = {
    "grade1": ((0.8, 1.4), (0.1, 0.25), (0.1, 0.2)),
    "grade2": ((0.9, 1.7), (0.2, 0.35), (0.25, 0.5)),
    "quasi": ((1.0, 2.2), (0.3, 0.6), (0.3, 0.6)),
}
_WITHOUT_QUASI = 0.4
_FIRST, _LAST = number("2020-01-06"), number("2021-12-20")
# degrees
_OUT_OF_TOWN = 0.09
# corners of one bank stand about this far apart
_CORNER_KM = 0.35


def find_intakes(waters: Waters, cities: list[City], dice: Dice) -> None:
    """An intake with its zones for every county with a river."""
    for city in cities:
        for county in city.counties:
            spot = _intake(waters, county, dice)
            if spot is not None:
                waters.intakes[county.code] = Intake(spot, drawn(spot, dice))


def _intake(waters: Waters, county: County, dice: Dice) -> Spot | None:
    """Where water is taken: on a bank, out of town where the county reaches that far."""
    found = None
    for _ in range(12):
        spot = waters.spot(county, dice, 15, 45)
        if spot is None or county.lon is None or county.lat is None:
            return spot
        away = hypot(spot.lon - county.lon, spot.lat - county.lat)
        if found is None or away > found[0]:
            found = away, spot
        if away > _OUT_OF_TOWN:
            break
    return None if found is None else found[1]


def drawn(spot: Spot, dice: Dice) -> dict[str, Ring]:
    """Rings by grade, each inside the next: grade1, grade2 and mostly quasi. No two have the same shape."""
    assert spot.body.course is not None
    out: dict[str, Ring] = {}
    up = down = left = right = 0.0
    for grade, (more_up, more_down, more_wide) in _REACH.items():
        if grade == "quasi" and dice.chance(_WITHOUT_QUASI):
            break
        up += _between(more_up, dice)
        down += _between(more_down, dice)
        # the widest the grade inside may be lies within the narrowest this one may be
        left, right = left * 1.2 + _between(more_wide, dice), right * 1.2 + _between(more_wide, dice)
        ring = _ring(spot.body.course, spot.river_km, (up, down, left, right), dice)
        if out:
            ring = _around(ring, next(reversed(out.values())))
        out[grade] = ring
    return out


def _between(pair: tuple[float, float], dice: Dice) -> float:
    return pair[0] + (pair[1] - pair[0]) * dice.u()


def _ring(course: Course, km: float, reach: tuple[float, float, float, float], dice: Dice) -> Ring:
    up, down, left, right = reach
    count = max(5, round((up + down) / _CORNER_KM))
    along = [km - up + (up + down) * (n + 0.3 * (dice.u() - 0.5) * (0 < n < count)) / count for n in range(count + 1)]
    banks = []
    for wide in (left, -right):
        bank = []
        for n, at in enumerate(along):
            # narrower at both ends, uneven between
            ends = 0.62 if n in (0, count) else 1.0
            bank.append(_beside(course, at, wide * ends * (0.88 + 0.3 * dice.u())))
        banks.append(bank)
    corners = [*banks[0], *reversed(banks[1])]
    corners = [(round(lon, 6), round(lat, 6)) for lon, lat in corners]
    return _largest(shapely.Polygon(corners))


def _beside(course: Course, km: float, left_km: float) -> Point:
    """To the left of the river as it runs over a kilometre, so that a bend does not fold the bank; beyond its ends straight on."""
    low, high = max(km - 0.5, 0.0), min(km + 0.5, course.length)
    (lon_a, lat_a), (lon_b, lat_b) = course.at(min(low, course.length - 0.5)), course.at(max(high, 0.5))
    per_lon, per_lat = km_per_degree(lat_a)
    east, north = (lon_b - lon_a) * per_lon, (lat_b - lat_a) * per_lat
    length = hypot(east, north)
    lon, lat = course.at(min(max(km, 0.0), course.length))
    beyond = km - min(max(km, 0.0), course.length)
    east, north = east / length, north / length
    return lon + (east * beyond - north * left_km) / float(per_lon), lat + (north * beyond + east * left_km) / float(per_lat)


def _around(ring: Ring, inner: Ring) -> Ring:
    """The ring, with what of the inner one looks out of it."""
    outer = shapely.Polygon(ring)
    return (
        ring if outer.contains_properly(shapely.Polygon(inner)) else _largest(outer.union(shapely.Polygon(inner).buffer(2e-5, quad_segs=1)))
    )


def _largest(area: shapely.Geometry) -> Ring:
    """The outline of the largest piece, against the clock."""
    pieces = [p for p in shapely.get_parts(shapely.make_valid(area)).tolist() if p.geom_type == "Polygon"]
    piece = max(pieces, key=lambda p: p.area)
    return [(round(x, 6), round(y, 6)) for x, y in shapely.orient_polygons(piece).exterior.coords]


def put_zones(book: Book, area_id: int, name: str, county: County, rings: Mapping[str, Ring], dice: Dice) -> None:
    """The zones of one source area under one approval."""
    words = texts("waters")["zones"]
    day = workday_after(dice.within(_FIRST, _LAST))
    approved = day_text(day)
    # a document's number counts up within its year
    approval = words["approval"].format(year=approved[:4], n=dice.within(3, 96))
    for grade, ring in rings.items():
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        book.put_zone(
            f"SIM-BHQ-{county.code}-{grade}",
            object_id=area_id,
            name=words["name"][grade].format(area=name),
            grade=grade,
            region_id=county.region_id,
            approval_no=approval,
            approved_on=approved,
            valid_from=approved,
            geometry=json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":")),
            west=min(lons),
            south=min(lats),
            east=max(lons),
            north=max(lats),
        )


def within(ring: Ring, dice: Dice) -> Point:
    """A place inside a zone."""
    area = shapely.Polygon(ring)
    west, south, east, north = area.bounds
    while True:
        lon, lat = round(west + (east - west) * dice.u(), 6), round(south + (north - south) * dice.u(), 6)
        if shapely.contains_xy(area, lon, lat):
            return lon, lat
