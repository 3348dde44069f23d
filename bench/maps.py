"""How long parts of the map take at any zoom, in units of a callback that does nothing, and how much goes over the line."""

import json
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from bench.charts import quantile
from bench.outfalls import store_of
from bench.serve import NOTHING, Worker
from bench.write import LAST, START
from data.engine import make_engine
from data.positions.clusters import MOST_ZOOM, box_of
from data.positions.places import region_points
from data.store import Store

SIZES = (300_000, 3_000_000)
COLD, WARM, GROWTH, LINE, DRILL = 30.0, 5.0, 2.0, 60_000, 10.0
# a laptop's map and a wall's, with what is fetched around them
SCREENS = ((1366, 768), (1920, 1080), (3840, 2160))
AROUND = 1.5
SEED = 13
PROVINCE = "320000"
_CLASSES = ("outfall-industrial", "outfall-plant", "outfall-farming", "outfall-other")


@dataclass(slots=True)
class Maps:
    """Seconds: ``nothing``, ``cold`` by zoom (views nobody has asked for), ``warm`` (again), ``same`` (another part of the map under a
    selection that is at hand), ``drill``. Bytes on the line: ``sizes`` by zoom, ``outlines``."""

    items: int
    nothing: list[float] = field(default_factory=list)
    cold: dict[int, list[float]] = field(default_factory=dict)
    warm: list[float] = field(default_factory=list)
    same: list[float] = field(default_factory=list)
    drill: list[float] = field(default_factory=list)
    sizes: dict[int, list[int]] = field(default_factory=dict)
    outlines: int = 0
    first: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)

    @property
    def unit(self) -> float:
        return statistics.median(self.nothing)

    def units(self, seconds: Sequence[float], share: float = 0.5) -> float:
        """A quantile in units."""
        return quantile(seconds, share) / self.unit

    @property
    def every(self) -> list[float]:
        """All cold answers."""
        return [each for seconds in self.cold.values() for each in seconds]


def measure(folder: Path, items: int, draws: int) -> Maps:
    """Time ``draws`` viewports at each zoom. RuntimeError when an answer is not a 200, or does not add up."""
    url = store_of(folder, items)
    maps = Maps(items)
    dice = random.Random(SEED)
    engine = make_engine(url)
    spots = sorted(region_points(Store(engine)).values())
    engine.dispose()
    with Worker(url) as worker:
        idle = worker.prepare(f"{NOTHING}.children", [NOTHING])
        for _ in range(50):
            worker.ask(idle)
        # the worker reads the rollup into memory once
        maps.first = worker.get(_path(dice, spots, 4, date(2024, 6, 1), {}))[0]
        for zoom in range(3, MOST_ZOOM):
            for _ in range(draws):
                path = _path(dice, spots, zoom, _day(dice), _filters(dice))
                seconds, size, body = worker.get(path)
                _check(body)
                maps.cold.setdefault(zoom, []).append(seconds)
                maps.sizes.setdefault(zoom, []).append(size)
                maps.warm.append(worker.get(path)[0])
                maps.nothing.append(worker.ask(idle)[0])
        day = _day(dice)
        worker.get(_path(dice, spots, 5, day, {}))
        for _ in range(draws * 4):
            maps.same.append(worker.get(_path(dice, spots, dice.randrange(5, 16), day, {}))[0])
        for _ in range(draws * 2):
            asked = {"region": PROVINCE, "level": "county", "as_of": _day(dice).isoformat(), **_filters(dice)}
            maps.drill.append(worker.get(f"/api/map/regions?{urlencode(asked)}")[0])
            maps.nothing.append(worker.ask(idle)[0])
        maps.outlines = worker.get(f"/geo/{PROVINCE}/county.json?v=1")[1]
        maps.memory = worker.memory()
    return maps


def _day(dice: random.Random) -> date:
    return START + timedelta(days=dice.randrange((LAST - START).days))


def _filters(dice: random.Random) -> dict[str, str]:
    """Sometimes a class, sometimes only what is open; mostly all."""
    out = {}
    if dice.random() < 0.3:
        out["category"] = dice.choice(_CLASSES)
    if dice.random() < 0.2:
        out["rows"] = "open"
    return out


def _path(dice: random.Random, spots: Sequence[tuple[float, float]], zoom: int, day: date, filters: dict[str, str]) -> str:
    lon, lat = dice.choice(spots)
    width, height = dice.choice(SCREENS)
    across = 360 / 2**zoom * width / 256 * AROUND / 2
    up = across * height / width * 0.8
    box = box_of(max(-180, lon - across), max(-85, lat - up), min(179.9, lon + across), min(85, lat + up), zoom)
    by = dice.choice(("status", "status", "stage", "category"))
    asked = {**filters, "as_of": day.isoformat(), "z": zoom, "box": ".".join(map(str, box)), "by": by}
    return f"/api/map/layer/outfalls?{urlencode(asked)}"


def _check(body: bytes) -> None:
    found = json.loads(body)
    drawn = sum(sum(c[2]) for c in found["clusters"]) + len(found["points"])
    if drawn != found["box"]:
        raise RuntimeError(f"{drawn} drawn of {found['box']} in the box")
