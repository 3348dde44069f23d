"""The table: printed, and written to docs/benchmarks.md."""

import os
import platform
import sqlite3
import statistics
import textwrap
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.batches import BatchRun
from bench.charts import HEADLINE, ROWS, Run, quantile
from bench.draws import MIX
from bench.export_browser import Pictures, picture_text
from bench.exports import ExportRun, export_text
from bench.histories import DAYS
from bench.imports import ROWS as LEDGER_ROWS
from bench.imports import Imports
from bench.map_browser import Drawing
from bench.map_report import map_text
from bench.maps import Maps
from bench.rankings import INTERVALS, Races
from bench.stores import ROOT, Made
from bench.wall_report import wall_text
from bench.wall_soak import Soak
from bench.walls import WallRun

DOCUMENT = ROOT / "docs" / "benchmarks.md"
MEDIAN, P95, WARM, ROWS_MEDIAN, GROWTH = 10.0, 25.0, 2.5, 15.0, 2.0
IMPORT_RATIO, IMPORT_MEMORY = 3.0, 1 << 30
RACE_COLD, RACE_WARM, RACE_INTERVALS = 40.0, 2.5, 100.0
PACKAGES = ("dash", "plotly", "pandas", "numpy", "SQLAlchemy", "Flask", "gunicorn", "psycopg", "python-calamine")


@dataclass(slots=True)
class Found:
    """Everything measured; keys are (backend, items)."""

    command: str
    draws: int
    stores: dict[tuple[str, int], Made] = field(default_factory=dict)
    runs: dict[tuple[str, int], Run] = field(default_factory=dict)
    races: dict[tuple[str, int], Races] = field(default_factory=dict)
    maps: list[Maps] = field(default_factory=list)
    drawing: Drawing | None = None
    walls: list[WallRun] = field(default_factory=list)
    soak: Soak | None = None
    exports: list[ExportRun] = field(default_factory=list)
    batch: BatchRun | None = None
    pictures: Pictures | None = None
    imports: list[Imports] = field(default_factory=list)
    server: str = ""
    load: tuple[float, float] = (0.0, 0.0)


def text(found: Found) -> str:
    """The whole document, as Markdown."""
    parts = [_head(found)]
    parts += [_charts(found, backend) for backend in dict.fromkeys(backend for backend, _ in found.runs)]
    if found.races:
        parts.append(_races(found))
    if found.maps:
        parts.append(map_text(found.maps, found.drawing))
    if found.walls or found.soak:
        parts.append(wall_text(found.walls, found.soak))
    if found.exports:
        parts.append(export_text(found.exports))
        if found.batch is not None:
            parts.append(_batch(found.batch))
        if found.pictures is not None:
            parts.append(picture_text(found.pictures))
    if found.stores:
        parts.append(_stores(found))
    if found.imports:
        parts.append(_imports(found))
    if found.runs:
        parts.append(_slowest(found))
    return "\n".join(parts)


def write(found: Found) -> Path:
    """Write docs/benchmarks.md; its path."""
    DOCUMENT.write_text(text(found), encoding="utf-8")
    return DOCUMENT


# ----------------------------------------------------------------------------- parts


def _head(found: Found) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    databases = f"SQLite {sqlite3.sqlite_version}" + (f", PostgreSQL {found.server}" if found.server else "")
    return f"""# Benchmarks

Written by `{found.command}` on {date.today().isoformat()}; do not edit.

- Machine: {machine()}. Load average when the run began {found.load[0]:.1f}, when it ended {found.load[1]:.1f}.
- Versions: Python {platform.python_version()}, {versions}; {databases}.
- Repeat it with `make bench`; `python -m bench --help` lists its parts.

The **unit** is the median time of a Dash callback that does nothing, on the same gunicorn worker (one process, one thread), through the
same guard, over the same open connection, asked after every reading. **Cold**: a view nobody has asked for, drawn from this mix:
{_wrapped(MIX)}.
{found.draws} views of each chart. **Warm**: the same question again. **Work** counts processor time of the worker in place
of time on the clock, both for the chart and for its unit: it shows what the answer costs when other programs share the machine, and is
not what the targets speak of. `item-list` is the grid's own request: a block of 100 rows under a random set, order and direction, first
the one at the top, then one anywhere in the set; its growth compares whole blocks, because most sets of a
small store have none. The campaign covers the country's counties, {DAYS} days, about 5 events an item.
**met** and **missed** are of time on the clock.
"""


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 138))


def machine() -> str:
    """Processors, their model, memory."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
        memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) / 1024**2
    except OSError:
        return f"{os.cpu_count()} processors, {platform.machine()}"
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB of memory, {platform.system()} {platform.release()}"


def _charts(found: Found, backend: str) -> str:
    sizes = sorted(items for name, items in found.runs if name == backend)
    largest, smallest = sizes[-1], sizes[0]
    run = found.runs[backend, largest]
    small = found.runs[backend, smallest] if largest != smallest else None
    lines = [
        f"## Charts on {_NAMES[backend]}, {largest:,} items\n",
        f"Unit {run.unit * 1000:.2f} ms.\n",
        f"| chart | cold median (≤ {MEDIAN:g}) | cold p95 (≤ {P95:g}) | warm (≤ {WARM:g}) | growth from {smallest:,} (≤ {GROWTH:g}) "
        "| work median | work p95 | kB | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for name, timing in run.charts.items():
        if not timing.cold:
            lines.append(f"| `{name}` | failed for every view |||||||")
            continue
        median, p95 = run.units(timing.cold), run.units(timing.cold, 0.95)
        warm = run.units(timing.warm) if timing.warm else None
        growth = _growth(run, small, name) if small else None
        asked = {"median": median <= (ROWS_MEDIAN if name == ROWS else MEDIAN), "growth": growth is None or growth <= GROWTH}
        if name != ROWS:
            asked |= {"p95": p95 <= P95, "warm": warm is None or warm <= WARM}
        lost = [target for target, reached in asked.items() if not reached]
        verdict = f"missed: {', '.join(lost)}" if lost else "met"
        if timing.failed:
            verdict = f"missed; {len(timing.failed)} views failed"
        if name == HEADLINE:
            verdict += " (no chart: the cards above them)"
        title = f"`{name}`" if name != HEADLINE else name
        mark = f" (≤ {ROWS_MEDIAN:g})" if name == ROWS else ""
        again, grown = _number(warm), _number(growth)
        work, late = run.work(timing.work), run.work(timing.work, 0.95)
        size = statistics.median(timing.sizes) / 1000
        numbers = f"{median:.1f}{mark} | {p95:.1f} | {again} | {grown} | {work:.1f} | {late:.1f} | {size:.0f}"
        lines.append(f"| {title} | {numbers} | {verdict} |")
    return "\n".join(lines) + "\n"


def _growth(run: Run, small: Run, name: str) -> float | None:
    """How many times the units of the small store; of lists only answers with equally many rows are compared."""
    now, before = ((each.charts[name].full if name == ROWS else each.charts[name].cold) for each in (run, small))
    return run.units(now) / small.units(before) if now and before else None


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _stores(found: Found) -> str:
    lines = [
        "## Stores\n",
        "`written` is the bench's own bulk load, `folded` the rollup of every region from its events in one transaction (an import "
        "folds only the regions it touches). `first answer` is a new worker's first chart: it reads the rollup into memory once. "
        "`worker` is the resident memory of the worker at the end of its run.\n",
        "| store | items | written | folded | on disk | first answer | worker |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for key, made in found.stores.items():
        run = found.runs.get(key)
        rest = f"{run.first:.1f} s | {run.memory['now'] / 2**20:,.0f} MiB" if run else "– | –"
        took = " | ".join(f"{made.seconds[step]:.0f} s" for step in ("write", "fold"))
        lines.append(f"| {_NAMES[made.backend]} | {made.items:,} | {took} | {made.bytes / 2**20:,.0f} MiB | {rest} |")
    return "\n".join(lines) + "\n"


def _races(found: Found) -> str:
    lines = [
        "## The ranking page\n",
        "2,891 counties × 10 indicators × 12 weeks. `page` is everything the browser asks for until the ranks over periods and\n"
        "the race are there, one after another: head, leaderboard, side panel, contributions, history, race; each time for a\n"
        "day that nobody has asked for, so that the period is counted, scored and ranked anew (the weeks before it are locked).\n"
        "`locked page`: the same for a locked week that this worker has not read yet. `warm` is the slowest of its answers when\n"
        "it is asked again, `warm page` all of them. `intervals`: the intervals and bands of all counties, first thing asked of\n"
        "a day.\n",
        f"| store | items | unit | page median (≤ {RACE_COLD:g}) | p95 | locked page | warm (≤ {RACE_WARM:g}) | warm page "
        f"| intervals (≤ {RACE_INTERVALS:g}) | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for (backend, items), races in found.races.items():
        page, late, locked = races.units(races.page), races.units(races.page, 0.95), races.units(races.locked)
        warm = max(races.units(seconds) for seconds in races.warm.values())
        intervals = races.units(races.intervals)
        met = page <= RACE_COLD and warm <= RACE_WARM and intervals <= RACE_INTERVALS
        lines.append(
            f"| {_NAMES[backend]} | {items:,} | {races.unit * 1000:.2f} ms | {page:.1f} | {late:.1f} | {locked:.1f} | {warm:.1f} "
            f"| {races.units(races.again):.1f} | {intervals:.1f} | {'met' if met else 'missed'} |"
        )
    for (backend, items), races in found.races.items():
        spent = ", ".join(f"{name} {races.units(seconds):.1f} ({races.sizes[name] / 1000:.0f} kB)" for name, seconds in races.parts.items())
        lines.append(f"\n{_NAMES[backend]}, {items:,} items, median units of each answer of a cold page: {spent}; {INTERVALS} alone above.")
    return "\n".join(lines) + "\n"


def _batch(run: BatchRun) -> str:
    verdict = "met" if run.met() else "missed"
    return (
        f"{run.files} presentations, four charts for each of 95 counties, by `manage.py batch make`, zipped and indexed:\n"
        f"{run.seconds:.1f} s, {(run.peak or 0) / 1e6:.0f} MB at most (of 30 s and 500 MB): {verdict}.\n"
    )


def _imports(found: Found) -> str:
    lines = [
        f"## Import of a workbook of {LEDGER_ROWS:,} rows × 15 columns\n",
        "`alone` is python-calamine reading the sheet and one bulk insert of its rows as text; both into a new store, in turn, median of "
        f"{len(found.imports[0].alone)}. Memory is the sum of what the importing process and its reading child took at most.\n",
        f"| store | alone (of it reading) | import | ratio (≤ {IMPORT_RATIO:g}) | ratio of processor time | memory (< 1 GiB) | rows | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for each in found.imports:
        met = each.ratio <= IMPORT_RATIO and each.memory < IMPORT_MEMORY
        alone, read, whole = (statistics.median(seconds) for seconds in (each.alone, each.read, each.whole))
        lines.append(
            f"| {_NAMES[each.backend]} | {alone:.2f} s ({read:.2f}) | {whole:.2f} s | {each.ratio:.1f} | {each.ratio_work:.1f} "
            f"| {each.memory / 2**20:,.0f} MiB | {each.accepted:,} | {'met' if met else 'missed'} |"
        )
    for each in found.imports:
        spent = ", ".join(f"{step} {seconds:.1f}" for step, seconds in each.steps.items())
        lines.append(f"\n{_NAMES[each.backend]}, seconds by step of the last one: {spent}.")
    return "\n".join(lines) + "\n"


def _slowest(found: Found) -> str:
    lines = ["## Slowest views\n"]
    for (backend, items), run in found.runs.items():
        if items != max(n for name, n in found.runs if name == backend):
            continue
        lines.append(f"{_NAMES[backend]}, {items:,} items:\n")
        for name, timing in run.charts.items():
            seconds, query = timing.slowest
            p99 = quantile(timing.cold, 0.99) / run.unit
            lines.append(f"- {name}: {seconds / run.unit:.1f} units ({seconds * 1000:.0f} ms; p99 {p99:.1f} units): `{query}`")
            lines += [f"- {name} failed: `{query}`" for query in timing.failed[:3]]
        lines.append("")
    return "\n".join(lines)
