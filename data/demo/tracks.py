"""Where teams of the main campaign went: from the county's seat to what they visited that day, and back."""

import json
from math import ceil, hypot

from data.demo.book import Book
from data.demo.dice import Dice
from data.demo.places import County
from data.demo.rivers import Point, km_per_degree
from data.demo.texts import texts
from data.demo.visits import Visit
from data.demo.workdays import day_text, is_workday

_TRACKS = 60
_MOST_STOPS = 7
# a road bends at least once in so many kilometres
_BEND_KM = 0.9
Days = dict[tuple[int, str], tuple[Visit, list[Point]]]


def note(days: Days, visit: Visit, at: tuple[float | None, float | None]) -> None:
    """Remember a visit to an object that has a position."""
    if at[0] is None or at[1] is None or not is_workday(visit.day):
        return
    stops = days.setdefault((visit.day, visit.county.code), (visit, []))[1]
    if (at[0], at[1]) not in stops:
        stops.append((at[0], at[1]))


def put_tracks(book: Book, days: Days, teams: dict[tuple[int, str], int]) -> None:
    """About sixty tracks, spread over the days of the campaign; days with one stop only are left out."""
    known = texts("campaigns")
    names = {team: known["team_name"].format(n=known["numerals"][n]) for n, team in enumerate(sorted(set(teams.values())))}
    busy = [days[key] for key in sorted(days) if len(days[key][1]) > 1]
    count = min(_TRACKS, len(busy))
    for n in range(count):
        visit, stops = busy[(2 * n + 1) * len(busy) // (2 * count)]
        team = teams[visit.round, visit.city.code]
        line = _line(visit.county, stops[:_MOST_STOPS], book.spots)
        lons, lats = [p[0] for p in line], [p[1] for p in line]
        book.put_track(
            f"SIM-GJ-{n + 1:03d}",
            team_id=team,
            region_id=visit.county.region_id,
            went_on=day_text(visit.day),
            name=texts("waters")["track"].format(team=names[team], day=day_text(visit.day)),
            geometry=json.dumps({"type": "LineString", "coordinates": line}, separators=(",", ":")),
            west=min(lons),
            south=min(lats),
            east=max(lons),
            north=max(lats),
        )


def _line(county: County, stops: list[Point], dice: Dice) -> list[Point]:
    """The nearest stop first, then the one nearest to it, and home again; the way between two is not straight."""
    assert county.lon is not None and county.lat is not None
    home = (round(county.lon, 5), round(county.lat, 5))
    left, here, order = list(stops), home, [home]
    while left:
        here = min(left, key=lambda stop: (_km(here, stop), stop))
        left.remove(here)
        order.append(here)
    order.append(home)
    out = [home]
    for a, b in zip(order[:-1], order[1:], strict=True):
        count = ceil(_km(a, b) / _BEND_KM)
        per_lon, per_lat = km_per_degree(a[1])
        for k in range(1, count):
            lon = a[0] + (b[0] - a[0]) * k / count + dice.normal(0.0, 0.12) / float(per_lon)
            out.append((round(lon, 5), round(a[1] + (b[1] - a[1]) * k / count + dice.normal(0.0, 0.12) / float(per_lat), 5)))
        out.append((round(b[0], 5), round(b[1], 5)))
    return out


def _km(a: Point, b: Point) -> float:
    per_lon, per_lat = km_per_degree(a[1])
    return hypot((a[0] - b[0]) * float(per_lon), (a[1] - b[1]) * float(per_lat))
