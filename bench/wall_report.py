"""The walls' part of the table."""

import statistics
import textwrap
from collections.abc import Sequence

from bench.charts import quantile
from bench.wall_soak import GROWS, HEAP, Soak
from bench.walls import BYTES, JITTER, P95, TICK, Pace, WallRun

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_MB = 1e6


def wall_text(runs: Sequence[WallRun], soak: Soak | None) -> str:
    """Markdown."""
    parts = ["## The wall\n"]
    if runs:
        parts.append(_walls(runs))
        parts += [_import(run) for run in runs]
    if soak is not None:
        parts.append(_soak(soak))
    return "\n".join(parts)


def _words(*sentences: str) -> str:
    return "\n".join(textwrap.wrap(" ".join(sentences), 138)) + "\n"


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


def _walls(runs: Sequence[WallRun]) -> str:
    first = runs[0]
    about = _words(
        f"{first.walls} walls of the demo store's standard playlist ({first.scenes} scenes) on a server that runs as `manage.py run`",
        f"starts it ({first.processes} processes), held to one processor; the walls are driven from the others. Each beats every",
        f"{TICK:g} s (± {JITTER * 100:.0f} %) and fetches its scenes in turn, saying what it has; the store is unchanged. `unit`: the",
        "median of a callback that does nothing, one right after another while no wall asks; `among`: the same, asked among the walls at",
        "the clock's pace. `time`: × 1 is the clock's, × 10 lets 30 seconds pass in 3, ten times as many questions. `bytes`: the largest",
        "answer with its head. `no-op`: the callback that does nothing among the walls. `work`: how much of its processor the server used.",
    )
    limits = f"p50 | p95 (< {P95:g}) | bytes (< {BYTES:,})"
    lines = [
        f"| store | unit | among | time | beats | {limits} | scenes | {limits} | no-op p95 | work | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [_row(run, pace) for run in runs for pace in sorted(run.paces, key=lambda each: each.speed)]
    return "\n".join([about, *lines]) + "\n"


def _row(run: WallRun, pace: Pace) -> str:
    cells = [_NAMES[run.backend], f"{run.unit * 1000:.2f} ms", f"{run.among * 1000:.2f} ms", f"× {pace.speed:g}"]
    for kind in ("beat", "scene"):
        seconds = pace.seconds[kind]
        cells += [f"{len(seconds):,}", f"{run.units(seconds):.1f}", f"{run.units(seconds, 0.95):.1f}", f"{max(pace.bytes[kind]):,}"]
    # what is asked for is asked of the clock's pace
    verdict = _verdict(run.met(pace)) if pace.speed == 1 else "–"
    if pace.failed:
        verdict += f"; {sum(pace.failed.values())} refused"
    cells += [f"{run.units(pace.seconds['nothing'], 0.95):.1f}", f"{pace.busy * 100:.0f} %", verdict]
    return f"| {' | '.join(cells)} |"


def _import(run: WallRun) -> str:
    shown = run.shown
    if not shown.after:
        return f"{_NAMES[run.backend]}: the import was on no wall: missed.\n"
    before, after = shown.overdue
    first, middle, last = min(shown.after), quantile(shown.after, 0.5), max(shown.after)
    times = "once" if shown.most == 1 else f"{shown.most} times at most"
    return _words(
        f"{_NAMES[run.backend]}, an import while {run.walls} walls play at the clock's pace (overdue: {before:,}, then {after:,}):",
        f"on the first wall after {first:.1f} s, on half of them after {middle:.1f} s, on the last after {last:.1f} s, after",
        f"{max(shown.beats)} beat{'s' if max(shown.beats) != 1 else ''} of a wall at most; on {shown.missing} walls never,",
        f"on {shown.wrong} otherwise than the store has it. {shown.distinct} scenes, each computed {times}",
        f"by each of {run.processes} processes ({sum(shown.computed.values())} in all for {run.walls} walls);",
        f"{shown.busy} answers put off: {_verdict(shown.met())}.",
    )


def _soak(soak: Soak) -> str:
    about = _words(
        f"One wall in headless Chromium without a graphics card, 1920 × 1080, `?speed={soak.speed:g}`: {soak.hours:g} hours of its",
        f"time in {soak.minutes:g} minutes, an import every hour ({len(soak.imports)}; on the wall after {_middle(soak.imports):.1f} s in",
        f"the middle, {max(soak.imports, default=0):.1f} s at most). {len(soak.samples)} samples, each after a collection of garbage and",
        "with the same scene alone on the wall; lines of least squares once the first hour is over.",
    )
    heap = soak.trend("heap")
    lines = [
        "| | mean | each hour of the wall | each hour of the clock | |",
        "| --- | ---: | ---: | ---: | --- |",
        f"| JS heap | {heap.mean / _MB:.1f} MB | {heap.slope / _MB:+.3f} MB ± {heap.error / _MB:.3f} (≤ {HEAP / _MB:g}) "
        f"| {soak.trend('heap', real=True).slope / _MB:+.1f} MB | {_verdict(heap.slope <= HEAP)} |",
    ]
    for what in ("nodes", "listeners"):
        line, clock = soak.trend(what), soak.trend(what, real=True).slope
        lines.append(
            f"| {what} | {line.mean:,.0f} | {line.slope:+.1f} ± {line.error:.1f} | {clock:+,.0f} | {_verdict(not line.grows(GROWS))} |"
        )
    line, clock = soak.trend("process"), soak.trend("process", real=True).slope
    lines.append(
        f"| the page's process | {line.mean / _MB:.0f} MB | {line.slope / _MB:+.2f} MB ± {line.error / _MB:.2f} | {clock / _MB:+.1f} MB | |"
    )
    sent, arrived = soak.sent, soak.arrived
    counted = _words(
        f"{sent.get('beat', 0):,} beats and {sent.get('scene', 0):,} questions for scenes sent, {arrived.get('beat', 0):,} and",
        f"{arrived.get('scene', 0):,} answered, {soak.failed} failed; {soak.gaps} beats missing in their time (a refresh is",
        f"{TICK / soak.speed:g} s, the longest wait of a free browser was {soak.longest:.2f} s); {soak.shown:,} scenes shown,",
        f"{soak.skipped} out of their order; {soak.late} imports late; {soak.reloads} reloads, {soak.errors} errors.",
        f"Dropped: {soak.dropped}: {_verdict(soak.met())}.",
    )
    return "\n".join([about, *lines, "", counted])


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
