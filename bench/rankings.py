"""How long the ranking page takes: the country's counties by ten indicators over twelve weeks, in units of a callback that does nothing."""

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.charts import quantile
from bench.serve import NOTHING, Worker
from bench.write import LAST
from dashboard import ids
from dashboard.i18n import t
from dashboard.view import View
from data.engine import make_engine
from data.filters import Filters
from data.ranking import locks, schemes
from data.schema import period_lock
from data.store import Store

SCHEME = Path(__file__).parent / "scheme.toml"
CODE = "bench"
LOCKED, DRAWN = 40, 28
SEED = 11
INTERVALS = "rank-intervals"
# what a reader's browser asks for when the page opens and is read to the race and the ranks over periods
PAGE = ("head", "county-ranking", "side", "rank-contributions", "rank-history", "rank-race")
_SPOTS = {"head": f"{ids.RACE_HEAD}.children", "side": f"{ids.RACE_SIDE}.children"}


@dataclass(slots=True)
class Races:
    """Seconds. ``page``: all of PAGE one after another, for views that nobody has asked for; ``parts``: each of them, ``warm``: again;
    ``locked``: the same page for locked periods nobody has asked for; ``intervals``: the intervals of all places, first thing asked."""

    nothing: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    locked: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)
    again: list[float] = field(default_factory=list)
    intervals: list[float] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    places: int = 0

    @property
    def unit(self) -> float:
        return statistics.median(self.nothing)

    def units(self, seconds: Sequence[float], share: float = 0.5) -> float:
        """A quantile in units."""
        return quantile(seconds, share) / self.unit


def prepare(url: str) -> float:
    """Load the scheme and lock LOCKED weeks, unless that is done; seconds spent on one lock (0 when it was done)."""
    engine = make_engine(url)
    store = Store(engine)
    with store.reading() as conn:
        done = conn.execute(select(func.count()).select_from(period_lock)).scalar_one()
    spent = 0.0
    if not done:
        with store.writing() as conn:
            schemes.load(conn, SCHEME.read_bytes(), SCHEME.name)
        began = time.perf_counter()
        for weeks in range(LOCKED, 0, -1):
            locks.lock(store, CODE, _week(LAST - timedelta(days=7 * weeks)), by=CODE)
        spent = (time.perf_counter() - began) / LOCKED
    engine.dispose()
    return spent


def measure(url: str, draws: int) -> Races:
    """Time the page over that many days that nobody has asked for. RuntimeError when an answer is not a 200 or a chart failed."""
    races = Races()
    dice = random.Random(SEED)
    days = [LAST - timedelta(days=k) for k in range(7 * DRAWN)]
    dice.shuffle(days)
    weeks = sorted({_week(day) for day in days if day < LAST - timedelta(days=7)})
    dice.shuffle(weeks)
    with Worker(url) as worker:
        idle = worker.prepare(f"{NOTHING}.children", [NOTHING])
        for _ in range(50):
            worker.ask(idle)
        # the worker reads the campaign into memory, and what of it a ranking needs
        for name in (*PAGE, INTERVALS):
            _ask(worker, name, Filters(scheme=CODE))
        for day in days[: min(draws, len(days) // 2)]:
            view = Filters(scheme=CODE, as_of=day)
            races.page.append(_page(worker, races, view, idle, races.parts))
            races.again.append(_page(worker, races, view, idle, races.warm))
        for week in weeks[: draws // 2]:
            races.locked.append(_page(worker, races, Filters(scheme=CODE, period=week), idle, {}))
        for day in days[len(days) // 2 :][:draws]:
            races.intervals.append(_ask(worker, INTERVALS, Filters(scheme=CODE, as_of=day))[0])
            races.nothing.append(worker.ask(idle)[0])
    return races


def _page(worker: Worker, races: Races, view: Filters, idle: bytes, into: dict[str, list[float]]) -> float:
    total = 0.0
    for name in PAGE:
        seconds, answer = _ask(worker, name, view)
        races.nothing.append(worker.ask(idle)[0])
        into.setdefault(name, []).append(seconds)
        races.sizes[name] = len(answer)
        total += seconds
    return total


def _ask(worker: Worker, name: str, view: Filters) -> tuple[float, bytes]:
    spot = _SPOTS.get(name) or f"{ids.graph(name)}.figure"
    found = worker.ask(worker.prepare(spot, [view.to_query(), View().to_query()]))
    if t("chart.failed", "zh-CN") in found[1].decode():
        raise RuntimeError(f"{name} failed for {view.to_query()}")
    return found


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
