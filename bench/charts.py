"""How long the charts of the progress page take, in units of a callback that does nothing on the same worker."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.draws import Draws
from bench.serve import NOTHING, Worker
from callbacks.registry import CHARTS
from dashboard import ids
from dashboard.components.item_grid import BLOCK
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

SEED = 7
HEADLINE, ROWS = "headline", "item-list"
_FAILED = (t("chart.failed", "zh-CN"), t("progress.grid.loadingError", "zh-CN"))


@dataclass(slots=True)
class Timing:
    """Seconds of one chart: first looks, processor seconds of the worker for them, second looks; bytes of its answers; its slowest
    view; views it could not draw."""

    cold: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    failed: list[str] = field(default_factory=list)
    # of lists: seconds of those answers that hold a whole block of rows
    full: list[float] = field(default_factory=list)

    def note(self, seconds: float, work: float, answer: bytes, query: str) -> None:
        text = answer.decode()
        if any(words in text for words in _FAILED):
            self.failed.append(query)
            return
        self.cold.append(seconds)
        self.work.append(work)
        self.sizes.append(len(answer))
        self.slowest = max(self.slowest, (seconds, query))


@dataclass(slots=True)
class Run:
    """One worker on one store. ``nothing``: seconds of the callback that does nothing, ``idle``: processor seconds of the worker for it;
    ``first``: seconds of the first chart of a new worker."""

    nothing: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    charts: dict[str, Timing] = field(default_factory=dict)
    first: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)

    @property
    def unit(self) -> float:
        return statistics.median(self.nothing)

    def units(self, seconds: Sequence[float], share: float = 0.5) -> float:
        """A quantile in units."""
        return quantile(seconds, share) / self.unit

    def work(self, seconds: Sequence[float], share: float = 0.5) -> float:
        """A quantile of processor seconds in processor units: what other programs on the machine do does not move it much."""
        return quantile(seconds, share) / statistics.median(self.idle)


def quantile(values: Sequence[float], share: float) -> float:
    """By nearest rank; the median of an even number is the mean of the two in the middle."""
    if share == 0.5:
        return statistics.median(values)
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def figures() -> list[str]:
    """Ids of the charts that a callback draws."""
    return [chart.id for chart in CHARTS.values() if chart.figure is not None]


def spot(chart: str) -> str:
    """A property that the chart's callback fills."""
    if chart == HEADLINE:
        return f"{ids.KPI_CARDS}.children"
    return f"{ids.ITEM_GRID}.getRowsResponse" if chart == ROWS else f"{ids.graph(chart)}.figure"


def measure(url: str, draws: int, only: Sequence[str] = ()) -> Run:
    """Time every chart over that many random views. Raises RuntimeError when an answer is not a 200."""
    drawn = Draws.of(url, SEED)
    run = Run()
    names = [name for name in [*figures(), HEADLINE, ROWS] if not only or name in only]
    run.charts = {name: Timing() for name in names}
    view = View().to_query()
    with Worker(url) as worker:
        idle = worker.prepare(f"{NOTHING}.children", [NOTHING])
        for _ in range(50):
            worker.ask(idle)
        # the worker reads the campaign into memory once
        began = time.perf_counter()
        for name in names:
            _ask(worker, name, drawn, view)
            if name == names[0]:
                run.first = time.perf_counter() - began
        for _ in range(draws):
            for name in names:
                if name == ROWS:
                    _time_rows(worker, run, idle, drawn.rows(), view, drawn)
                    continue
                query = drawn.view().to_query()
                request = worker.prepare(spot(name), [query, view])
                timing = run.charts[name]
                answer = _timed(worker, run, request, idle, timing, query)
                again, same = worker.ask(request)
                if same != answer:
                    raise RuntimeError(f"{name} answered the same question in two ways: {query}")
                timing.warm.append(again)
        run.memory = worker.memory()
    return run


def _timed(worker: Worker, run: Run, request: bytes, idle: bytes, timing: Timing, query: str) -> bytes:
    """One request, and the callback that does nothing after it."""
    before = worker.worked()
    seconds, answer = worker.ask(request)
    between = worker.worked()
    nothing, _ = worker.ask(idle)
    timing.note(seconds, between - before, answer, query)
    run.nothing.append(nothing)
    run.idle.append(worker.worked() - between)
    return answer


def _ask(worker: Worker, name: str, drawn: Draws, view: str) -> None:
    if name == ROWS:
        worker.ask(rows_request(worker, drawn.rows(), 0, view))
    else:
        worker.ask(worker.prepare(spot(name), [drawn.view().to_query(), view]))


def rows_request(worker: Worker, filters: Filters, start: int, view: str) -> bytes:
    """A block as AG Grid asks for it."""
    order = [{"colId": filters.sort, "sort": "desc" if filters.descending else "asc"}] if filters.sort else []
    asked = {"startRow": start, "endRow": start + BLOCK, "filterModel": {}, "sortModel": order}
    return worker.prepare(spot(ROWS), [asked], [filters.but(sort=None, descending=False).to_query(), view])


def _time_rows(worker: Worker, run: Run, idle: bytes, filters: Filters, view: str, drawn: Draws) -> None:
    """The first block, and one anywhere in the set: each time rows that nobody has asked for."""
    start = 0
    for _ in range(2):
        request = rows_request(worker, filters, start, view)
        answer = _timed(worker, run, request, idle, run.charts[ROWS], f"{filters.to_query()} from {start}")
        found = json.loads(answer)["response"][ids.ITEM_GRID]["getRowsResponse"]
        if len(found["rowData"]) == BLOCK:
            run.charts[ROWS].full.append(run.charts[ROWS].cold[-1])
        number = found["rowCount"]
        start = drawn.dice.randrange(max(1, number)) // BLOCK * BLOCK
        if not start:
            return
