"""How long exported files take, in units of a callback that does nothing on the same worker, and how a million rows leave.

Files are asked for over HTTP as a reader's click asks, each of a day of its own: drawn, coded, written into the book and sent.
"""

import http.client
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bench.charts import quantile
from bench.serve import NOTHING, Worker
from bench.stores import Workshop
from bench.wall_serve import CAMPAIGN, DAY, demo
from callbacks.exports import FORMATS
from callbacks.registry import CHARTS

# units that a file may take
TARGETS = {"csv": 15.0, "json": 15.0, "xlsx": 50.0, "pptx": 120.0, "docx": 120.0}
OFTEN = 12
# by how many bytes the worker may grow while rows leave, however many those are
GROWS = 64 * 1024 * 1024
SEED = 6
_PART = 64 * 1024


@dataclass(slots=True)
class Rows:
    """All rows of a large store as CSV: their number, bytes, seconds, and by how many bytes the worker grew meanwhile."""

    count: int
    bytes: int
    seconds: float
    grown: int

    def met(self) -> bool:
        return self.grown <= GROWS


@dataclass(slots=True)
class ExportRun:
    """Everything measured on one database. ``files``: seconds of each chart in each format; ``nothing``: of the callback that does
    nothing, asked after each."""

    backend: str
    files: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    nothing: list[float] = field(default_factory=list)
    rows: Rows | None = None

    @property
    def unit(self) -> float:
        return statistics.median(self.nothing)

    def of(self, form: str) -> list[tuple[float, str]]:
        """(median units, chart) of a format, the slowest last."""
        return sorted((statistics.median(times) / self.unit, chart) for (chart, each), times in self.files.items() if each == form)

    def p95(self, form: str) -> float:
        """Of all files of a format, in units."""
        return quantile([each for (_, name), times in self.files.items() if name == form for each in times], 0.95) / self.unit


# what a page with the chart asks for besides: a river's page is about one, a list of rows about those of a number
BESIDE = {chart: "water=SIM-BING" for chart in CHARTS if chart.startswith("river-")} | {"item-list": "rows=overdue&region=320300"}


def query(chart: str, back: int) -> str:
    """A selection of a day of its own, so that no answer is there already."""
    said = f"campaign={CAMPAIGN}&as_of={(DAY - timedelta(days=back)).isoformat()}"
    return f"{said}&{BESIDE[chart]}" if chart in BESIDE else said


def measure(workshop: Workshop, backend: str, often: int = OFTEN) -> ExportRun:
    """Time every chart in every format on the demo store. Raises RuntimeError when an answer is not a 200."""
    run = ExportRun(backend)
    with Worker(demo(workshop, backend)) as worker:
        idle = worker.prepare(f"{NOTHING}.children", [NOTHING])
        for chart in CHARTS:
            # what a worker reads and lays out once
            for form in FORMATS:
                worker.get(f"/export/{chart}.{form}?campaign={CAMPAIGN}")
        for back in random.Random(SEED).sample(range(120), often):
            for chart in CHARTS:
                for form in FORMATS:
                    seconds, _, _ = worker.get(f"/export/{chart}.{form}?{query(chart, back)}")
                    run.files.setdefault((chart, form), []).append(seconds)
                    nothing, _ = worker.ask(idle)
                    run.nothing.append(nothing)
    return run


def rows(url: str) -> Rows:
    """All rows of a store as CSV, read as they come."""
    with Worker(url) as worker:
        # the campaign is read into memory once, whoever asks
        worker.get("/export/item-list.json?size=25&rows=overdue")
        _drain(worker, "/export/item-list.csv?rows=effective&region=320000")
        before = worker.memory()["most"]
        began = time.perf_counter()
        size, lines = _drain(worker, "/export/item-list.csv")
        seconds = time.perf_counter() - began
        return Rows(lines - 1, size, seconds, worker.memory()["most"] - before)


def _drain(worker: Worker, path: str) -> tuple[int, int]:
    """(bytes, lines) of an answer that is never whole in memory."""
    line = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=600)
    line.request("GET", path)
    answer = line.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {path}: {worker.said()}")
    size = lines = 0
    while part := answer.read(_PART):
        size += len(part)
        lines += part.count(b"\r\n")
    line.close()
    return size, lines


def export_text(runs: Sequence[ExportRun]) -> str:
    """Markdown."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    out = [
        "## Exported files\n",
        f"Every chart of the demo store in every format, {OFTEN} days each, over HTTP: drawn, coded, written into the book of exports",
        "and sent; of rivers one river, of items those of one number. Units of a callback that does nothing, asked after each file.",
        "`median`: of all charts; `slowest`: the chart whose own median is the highest, which the targets speak of.\n",
        "| store | unit | format | median | p95 | slowest | chart | target | |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- | ---: | --- |",
    ]
    for run in runs:
        for form, most in TARGETS.items():
            found = run.of(form)
            worst, chart = found[-1]
            middle = statistics.median(units for units, _ in found)
            verdict = "met" if worst <= most else "missed"
            out.append(
                f"| {names[run.backend]} | {run.unit * 1000:.2f} ms | {form} | {middle:.1f} | {run.p95(form):.1f} | {worst:.1f} | {chart} "
                f"| {most:g} | {verdict} |"
            )
    for run in runs:
        if run.rows:
            r = run.rows
            speed = f"in {r.seconds:.1f} s, {r.count / r.seconds:,.0f} rows a second"
            grown = f"the worker's peak grew by {r.grown / 1e6:.0f} MB (≤ {GROWS / 1e6:.0f}): {'met' if r.met() else 'missed'}"
            out.append(f"\n{names[run.backend]}: {r.count:,} rows as CSV ({r.bytes / 1e6:.0f} MB) {speed}; {grown}.")
    return "\n".join(out) + "\n"
