"""Sections and automatic stations on the simulated waters, and the class of each section from month to month."""

from bisect import bisect_left
from datetime import date
from math import cos, pi
from operator import itemgetter
from typing import Any

import shapely
from sqlalchemy import Connection

from data.bulk import insert_rows
from data.calendar import day_number
from data.demo.book import CRS
from data.demo.dice import Dice
from data.demo.places import City, County, land
from data.demo.texts import texts
from data.demo.waters import Body, Waters
from data.demo.workdays import DAY, LAST, UTC_OFFSET, moment_text, workday_after
from data.identity import item_id
from data.schema import object_, section_quality
from data.waters.grades import GRADES

_OBJECT = (
    "object_id", "object_type", "official_code", "name", "region_id", "lon", "lat", "crs_declared", "coord_source", "sensitivity",
    "water_body_id", "river_km", "grade_target", "detail", "simulated",
)  # fmt: skip
_QUALITY = ("object_id", "month", "grade", "indicators", "exceeding", "standard_version", "source", "recorded_at")
# sections whose water is worse than it should be
_TROUBLED = 0.13
# a month without a class: the river was dry, or nobody came
_NO_CLASS = 0.008


def put_sections(conn: Connection, waters: Waters, cities: list[City], dice: Dice) -> None:
    """Write sections, stations and 24 months of section quality."""
    counties = [county for city in cities for county in city.counties]
    objects: list[tuple[Any, ...]] = []
    months: list[tuple[Any, ...]] = []
    for body in waters.bodies.values():
        for kind in ("section", "station"):
            sites = _sites(waters, body, counties, body.entry[f"{kind}s"], dice)
            for n, (lon, lat, km, county) in enumerate(sites, 1):
                row, key = _object(body, kind, n, (lon, lat, km), county)
                objects.append(row)
                if kind == "section":
                    months += _months(body, key, n / len(sites), dice)
    insert_rows(conn, object_, _OBJECT, sorted(objects, key=itemgetter(0)))
    insert_rows(conn, section_quality, _QUALITY, sorted(months, key=itemgetter(0, 1)))


def _sites(waters: Waters, body: Body, counties: list[County], count: int, dice: Dice) -> list[tuple[float, float, float | None, County]]:
    """Places from source to mouth, each with its county; anywhere on a lake."""
    out: list[tuple[float, float, float | None, County]] = []
    if body.course is not None:
        along = waters.counties[body.entry["code"]]
        for n in range(count):
            km, county = along[int((n + 0.25 + 0.5 * dice.u()) / count * len(along))]
            lon, lat = body.course.at(km)
            out.append((round(lon, 6), round(lat, 6), round(km, 3), county))
        return out
    lake = shapely.Polygon(body.ring)
    west, south, east, north = lake.bounds
    while len(out) < count:
        lon, lat = round(west + (east - west) * dice.u(), 6), round(south + (north - south) * dice.u(), 6)
        if shapely.contains_xy(lake, lon, lat):
            near = min(counties, key=lambda c: (_away(c, lon, lat), c.code))
            out.append((lon, lat, None, near))
    return out


def _away(county: County, lon: float, lat: float) -> float:
    home = land(county.code)
    return 360.0 if home is None else float(home.distance(shapely.Point(lon, lat)))


def _object(body: Body, kind: str, n: int, at: tuple[float, float, float | None], county: County) -> tuple[tuple[Any, ...], int]:
    words = texts("waters")["sites"][kind]
    code = words["code"].format(water=body.entry["code"], n=n)
    key = item_id("object", f"{kind}:{code}")
    name = words["zh"].format(water=body.entry["zh"], n=n)
    detail = {"name_en": words["en"].format(water=body.entry["en"], n=n)}
    target = body.entry["target"]
    row = (
        key, kind, code, name, county.region_id, at[0], at[1], CRS, "simulated", "public", body.water_body_id, at[2], target, detail, True,
    )  # fmt: skip
    return row, key


def _months(body: Body, key: int, share: float, dice: Dice) -> list[tuple[Any, ...]]:
    """Worse in summer and further down, a little better every year; one section in six was not in the set before 2021."""
    known = texts("waters")["quality"]
    limits: dict[str, list[float]] = known["limits" if body.course is not None else "limits_lake"]
    target = GRADES.index(body.entry["target"]) + 1
    level = target - 0.95 + dice.normal(0.0, 0.3) + 0.25 * share + (1.0 if dice.chance(_TROUBLED) else 0.0)
    lean = {name: dice.normal(-0.25, 0.3) for name in limits}
    later = dice.chance(1 / 6)
    first = date.fromisoformat(known["first"])
    out: list[tuple[Any, ...]] = []
    for n in range(known["months"]):
        month = date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        if later and month.year < 2021:
            continue
        found: dict[str, float] = {}
        wave = cos(2 * pi * (month.month - 7) / 12)
        for name, steps in limits.items():
            season = -0.35 * wave if name == "NH3N" else 0.4 * wave
            found[name] = _value(steps, level + lean[name] + season - 0.35 * n / known["months"] + dice.normal(0.0, 0.28))
        grade = GRADES[max(_grade(limits[name], value) for name, value in found.items())]
        over = ",".join(name for name, value in found.items() if _grade(limits[name], value) >= target) or None
        row = (grade, found, over) if not dice.chance(_NO_CLASS) else (None, None, None)
        told = workday_after(day_number(date(month.year + month.month // 12, month.month % 12 + 1, 1)) + 7)
        recorded = moment_text(min(told, LAST) * DAY + dice.within(9 * 60, 17 * 60) - UTC_OFFSET)
        out.append((key, month.isoformat(), *row, known["standard"], known["source"], recorded))
    return out


def _value(limits: list[float], level: float) -> float:
    """A concentration at a level: 1.0 stands at the limit of class I, 5.0 at that of class V."""
    steps = [0.4 * limits[0], *limits, 1.6 * limits[-1]]
    level = min(max(level, 0.0), 6.0)
    at = min(int(level), 5)
    value = steps[at] + (level - at) * (steps[at + 1] - steps[at])
    return round(value, 1 if limits[0] >= 1 else 3)


def _grade(limits: list[float], value: float) -> int:
    """The class of one indicator, as a position in GRADES."""
    return bisect_left(limits, value)
