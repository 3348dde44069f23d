"""Lines of water: smooth courses through given places, and where something on their banks lies.

Everything is reckoned in kilometres on the ground at the latitude where it is; what comes out is in degrees.
"""

from collections.abc import Sequence
from math import cos, hypot, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.demo.dice import Dice

Point = tuple[float, float]
Ring = list[Point]
_FEWEST, _MOST = 30, 120
# a vertex stands for about this much of a river
_STEP_KM = 2.2


def km_per_degree(lat: Any) -> tuple[Any, Any]:
    """Kilometres in a degree of longitude and in one of latitude, on the ellipsoid; of one latitude or of many."""
    phi = np.radians(lat)
    return 111.4129 * np.cos(phi) - 0.0935 * np.cos(3 * phi), 111.1330 - 0.5598 * np.cos(2 * phi)


class Course:
    """A line from source to mouth with its kilometres."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = list(points)
        self.lon = np.array([p[0] for p in points])
        self.lat = np.array([p[1] for p in points])
        per_lon, per_lat = km_per_degree((self.lat[:-1] + self.lat[1:]) / 2)
        self.east_km, self.north_km = np.diff(self.lon) * per_lon, np.diff(self.lat) * per_lat
        self.km: NDArray[np.float64] = np.concatenate(([0.0], np.cumsum(np.hypot(self.east_km, self.north_km))))

    @property
    def length(self) -> float:
        """Kilometres from source to mouth."""
        return float(self.km[-1])

    def _stretch(self, km: float) -> int:
        return min(max(int(np.searchsorted(self.km, km, side="right")) - 1, 0), len(self.points) - 2)

    def at(self, km: float) -> Point:
        """The place so many kilometres from the source."""
        k = self._stretch(km)
        share = (km - self.km[k]) / (self.km[k + 1] - self.km[k])
        return float(self.lon[k] + share * (self.lon[k + 1] - self.lon[k])), float(self.lat[k] + share * (self.lat[k + 1] - self.lat[k]))

    def beside(self, km: float, left_km: float) -> Point:
        """A place so many kilometres to the left of the line, looking downstream; negative: to the right."""
        k = self._stretch(km)
        lon, lat = self.at(km)
        east, north = float(self.east_km[k]), float(self.north_km[k])
        length = hypot(east, north)
        per_lon, per_lat = km_per_degree(lat)
        return lon - north / length * left_km / float(per_lon), lat + east / length * left_km / float(per_lat)

    def nearest(self, point: Point) -> float:
        """The kilometre of the place on the line that is nearest to a point."""
        per_lon, per_lat = km_per_degree(point[1])
        x, y = (self.lon - point[0]) * per_lon, (self.lat - point[1]) * per_lat
        dx, dy = np.diff(x), np.diff(y)
        share = np.clip(-(x[:-1] * dx + y[:-1] * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        away = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
        k = int(np.argmin(away))
        return float(self.km[k] + share[k] * (self.km[k + 1] - self.km[k]))


def winding(via: Sequence[Point], dice: Dice) -> Course:
    """A river through some places in their order: a smooth line with bends, straight only where it begins and ends."""
    rough = Course(_smooth(via))
    count = min(_MOST, max(_FEWEST, round(rough.length / _STEP_KM)))
    bends = [(rough.length / wave, dice.u() * 2 * pi, size) for wave, size in ((31.0, 1.3), (14.0, 0.75), (8.5, 0.4))]
    points = [(round(via[0][0], 5), round(via[0][1], 5))]
    for n in range(1, count - 1):
        share = n / (count - 1)
        # bends die out towards both ends, so that a river leaves its source and meets another as its course says
        room = min(1.0, 6 * share, 6 * (1 - share))
        aside = room * sum(size * sin(2 * pi * turns * share + phase) for turns, phase, size in bends)
        lon, lat = rough.beside(share * rough.length, aside)
        points.append((round(lon, 5), round(lat, 5)))
    points.append((round(via[-1][0], 5), round(via[-1][1], 5)))
    return Course(points)


def _smooth(via: Sequence[Point]) -> list[Point]:
    """Catmull-Rom through the places: sixteen steps from each to the next."""
    given = np.array([via[0], *via, via[-1]], dtype=np.float64)
    given[0] += given[1] - given[2]
    given[-1] += given[-2] - given[-3]
    out: list[Point] = []
    for k in range(1, len(given) - 2):
        a, b, c, d = given[k - 1 : k + 3]
        for step in range(16):
            t = step / 16
            place = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            out.append((float(place[0]), float(place[1])))
    out.append((float(given[-2][0]), float(given[-2][1])))
    return out


def shore(centre: Point, radius_km: Sequence[float], dice: Dice) -> Ring:
    """The outline of a lake, against the clock: bays and headlands round a middle."""
    per_lon, per_lat = km_per_degree(centre[1])
    waves = [(turns, dice.u() * 2 * pi, size) for turns, size in ((2, 0.1), (3, 0.12), (5, 0.07), (8, 0.04))]
    count = 72
    ring = []
    for n in range(count):
        angle = 2 * pi * n / count
        far = 1.0 + sum(size * sin(turns * angle + phase) for turns, phase, size in waves)
        lon = centre[0] + far * radius_km[0] * cos(angle) / per_lon
        ring.append((round(lon, 5), round(centre[1] + far * radius_km[1] * sin(angle) / per_lat, 5)))
    return [*ring, ring[0]]
