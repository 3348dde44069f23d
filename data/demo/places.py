"""Jiangsu's cities and counties with the temper the simulation gives each: how much there is to find, how well it is dealt with."""

from dataclasses import dataclass
from functools import cache
from math import exp

import shapely
from sqlalchemy import Connection, select

from data.demo.dice import Dice
from data.regions.boundaries import area
from data.regions.country import load_country
from data.schema import region, region_edge

PROVINCE = "320000"
_LAGGARDS = 6
_SPOTLESS = 3


@dataclass(frozen=True, slots=True)
class County:
    """A county and its temper. ``effort`` is about 0 with a spread of 0.8 (higher: more often in time, sooner)."""

    region_id: int
    code: str
    name: str
    city: str
    lon: float | None
    lat: float | None
    size: float
    effort: float
    # leaves nothing open
    spotless: bool


@dataclass(frozen=True, slots=True)
class City:
    region_id: int
    code: str
    name: str
    lon: float | None
    lat: float | None
    # how much more or less of each category is found here than elsewhere, by category code
    taste: dict[str, float]
    effort: float
    counties: tuple[County, ...]


@cache
def land(code: str) -> shapely.Geometry | None:
    """A county's outline, made ready for many questions; None where it is not known."""
    try:
        found = area(code)
    except KeyError:
        return None
    shapely.prepare(found)
    return found


def read_cities(conn: Connection, dice: Dice, categories: list[str]) -> tuple[int, list[City]]:
    """The province's region id and its cities in the order of their codes; loads the country when it is not there."""
    if conn.execute(select(region.c.region_id).where(region.c.gb2260_code == PROVINCE)).first() is None:
        load_country(conn)
    columns = (region.c.region_id, region.c.gb2260_code, region.c.short_zh, region.c.lon, region.c.lat)
    province = conn.execute(select(region.c.region_id).where(region.c.gb2260_code == PROVINCE)).scalar_one()

    def below(parent: int, level: str) -> list[tuple[int, str, str, float | None, float | None]]:
        found = conn.execute(
            select(*columns)
            .join(region_edge, region_edge.c.child_id == region.c.region_id)
            .where(region_edge.c.parent_id == parent, region_edge.c.hierarchy == "statutory")
            .where(region.c.level == level, region.c.kind == "admin", region.c.gb2260_code.is_not(None))
            .order_by(region.c.gb2260_code)
        )
        return [tuple(row) for row in found]

    cities = [(row, below(row[0], "county")) for row in below(province, "prefecture")]
    count = sum(len(counties) for _, counties in cities)
    sizes = [exp(dice.normal(0.0, 0.5)) for _ in range(count)]
    # laggards are of middling size, so that they show in the totals; spotless ones are small
    by_size = sorted(range(count), key=lambda i: sizes[i])
    middle = by_size[count // 3 : count - 8]
    laggards = {middle[int(dice.u() * len(middle))] for _ in range(_LAGGARDS)}
    spotless = set(by_size[2 : 2 + 2 * _SPOTLESS : 2])
    out: list[City] = []
    n = 0
    for row, counties in cities:
        base = dice.normal(0.0, 0.45)
        taste = {code: exp(dice.normal(0.0, 0.4)) for code in categories}
        members = []
        for key, code, name, lon, lat in counties:
            effort = -2.6 - 0.6 * dice.u() if n in laggards else 2.5 if n in spotless else base + dice.normal(0.0, 0.6)
            members.append(County(key, code, name, row[2], lon, lat, sizes[n], effort, n in spotless))
            n += 1
        out.append(City(*row, taste, base, tuple(members)))
    return int(province), out
