"""Water bodies as lines: how far a point lies from one, how many km from the source, on which bank."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data.ledgers.values import folded
from data.schema import water_body

_EARTH = pyproj.Geod(ellps="GRS80")
#: metres of a degree of latitude, near enough for distances of some km
_DEGREE = 111_195.0
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a point lies by a water body: metres from it, km from its source (None: a lake), ``left`` or ``right`` looking downstream."""

    metres: float
    km: float | None
    bank: str | None


class Course:
    """The line of a river from source to mouth, or the shore of a lake."""

    def __init__(self, shape: Any) -> None:
        self.lake = shape.geom_type in ("Polygon", "MultiPolygon")
        self.shape = shape
        parts = shapely.get_parts(shape.boundary if self.lake else shape).tolist()
        starts: list[Numbers] = []
        steps: list[Numbers] = []
        lengths: list[Numbers] = []
        for part in parts:
            points = np.asarray(part.coords)[:, :2]
            starts.append(points[:-1])
            steps.append(np.diff(points, axis=0))
            lengths.append(np.asarray(_EARTH.line_lengths(points[:, 0], points[:, 1])) / 1000)
        self.start: Numbers = np.concatenate(starts)
        self.step: Numbers = np.concatenate(steps)
        self.length: Numbers = np.concatenate(lengths)
        self.before: Numbers = np.cumsum(self.length) - self.length
        self.km = float(self.length.sum())

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Source and mouth."""
        last = self.start[-1] + self.step[-1]
        return (float(self.start[0, 0]), float(self.start[0, 1])), (float(last[0]), float(last[1]))

    def spot(self, lon: float, lat: float) -> Spot:
        """Where a point of degrees lies by it."""
        scale = np.array([math.cos(math.radians(lat)) * _DEGREE, _DEGREE])
        a = (self.start - (lon, lat)) * scale
        d = self.step * scale
        square = np.einsum("ij,ij->i", d, d)
        t = np.clip(-np.einsum("ij,ij->i", a, d) / np.where(square > 0, square, 1), 0, 1)
        away = a + d * t[:, None]
        distance = np.hypot(away[:, 0], away[:, 1])
        at = int(distance.argmin())
        if self.lake:
            inside = bool(self.shape.contains(shapely.Point(lon, lat)))
            return Spot(0.0 if inside else float(distance[at]), None, None)
        # seen from the line the point lies at -away; to the left of the way the water runs when the turn is counter-clockwise
        turn = float(d[at, 0] * -away[at, 1] - d[at, 1] * -away[at, 0])
        bank = None if turn == 0 else "left" if turn > 0 else "right"
        return Spot(float(distance[at]), float(self.before[at] + t[at] * self.length[at]), bank)


@dataclass(slots=True)
class Water:
    """One water body of the store."""

    water_body_id: int
    code: str
    name: str
    geometry: str | None
    course_made: Course | None = None

    @property
    def course(self) -> Course | None:
        if self.course_made is None and self.geometry:
            self.course_made = Course(shapely.from_geojson(self.geometry))
        return self.course_made


class Waters:
    """The store's water bodies by code and name."""

    def __init__(self, conn: Connection) -> None:
        c = water_body.c
        self.all = [Water(*row) for row in conn.execute(select(c.water_body_id, c.code, c.name_zh, c.geometry).order_by(c.water_body_id))]
        self.by_id = {w.water_body_id: w for w in self.all}
        self._by_code = {folded(w.code): w for w in self.all}
        self._by_name: dict[str, list[Water]] = {}
        for w in self.all:
            self._by_name.setdefault(folded(w.name), []).append(w)

    def find(self, said: str, lon: float | None = None, lat: float | None = None) -> list[Water]:
        """Those that a code or name means: one, several of one name (the nearest first where a point is given), or none."""
        found = self._by_code.get(folded(said))
        if found is not None:
            return [found]
        named = self._by_name.get(folded(said), [])
        if len(named) > 1 and lon is not None and lat is not None and all(w.course for w in named):
            return [min(named, key=lambda w: w.course.spot(lon, lat).metres if w.course else math.inf)]
        return named
