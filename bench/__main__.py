"""``python -m bench``: how fast the pages are and how much memory they take, against what is asked of them.

Builds its own stores in a temporary folder (``--keep DIR``: in a folder that is used again next time), prints the table and writes
docs/benchmarks.md. A part alone (``--only``, ``--on``, ``--items``, ``--draws``) prints, and writes only with ``--write``.
"""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import batches, charts, export_browser, exports, imports, inside, map_browser, maps, rankings, report, wall_soak, walls
from bench.stores import POSTGRES, SQLITE, Workshop

ITEMS = (10_000, 1_000_000)
DRAWS = 200


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the stores in this folder and use them again next time")
    parser.add_argument("--items", type=int, nargs="+", default=list(ITEMS), help="sizes of the stores (default: %(default)s)")
    parser.add_argument("--on", nargs="+", choices=(SQLITE, POSTGRES), default=[SQLITE, POSTGRES], help="databases (default: both)")
    parser.add_argument("--draws", type=int, default=DRAWS, help="views of each chart (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=imports.REPEATS, help="imports of the workbook (default: %(default)s)")
    parser.add_argument("--only", choices=("charts", "rankings", "maps", "walls", "imports", "exports"), help="one part of the bench")
    parser.add_argument(
        "--minutes", type=float, default=wall_soak.MINUTES, help="how long a wall's browser runs; 0: not (default: %(default)s)"
    )
    parser.add_argument("--chart", nargs="+", default=[], help="only these charts")
    parser.add_argument("--parts", action="store_true", help="where the time of an answer goes, by part, at the largest size")
    parser.add_argument("--profile", metavar="CHART", help="profile one chart (or headline) at the largest size")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md although only a part was run")
    return parser.parse_args()


def main() -> None:
    asked = _arguments()
    # told to stop, it stops what it has started
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dubang-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        # PostgreSQL runs as another account and has to get to its folder
        folder.chmod(0o755)
        workshop = stack.enter_context(Workshop(folder.resolve()))
        if asked.profile or asked.parts:
            _look_inside(asked, workshop)
            return
        found = report.Found(_command(asked), asked.draws)
        began = os.getloadavg()[0]
        if asked.only in (None, "charts"):
            for backend in asked.on:
                for items in asked.items:
                    _note(f"store of {items:,} items on {backend}")
                    found.stores[backend, items] = made = workshop.store(backend, items)
                    _note(f"charts of {items:,} items on {backend}")
                    found.runs[backend, items] = charts.measure(made.url, asked.draws, asked.chart)
        if asked.only in (None, "rankings"):
            for backend in asked.on:
                items = max(asked.items)
                _note(f"rankings of {items:,} items on {backend}")
                made = workshop.store(backend, items)
                rankings.prepare(made.url)
                found.races[backend, items] = rankings.measure(made.url, min(asked.draws, 60))
        if asked.only in (None, "maps"):
            for items in maps.SIZES:
                _note(f"map of {items:,} outfalls")
                found.maps.append(maps.measure(folder.resolve(), items, max(2, asked.draws // 12)))
            _note("the map in a browser")
            found.drawing = map_browser.measure(folder.resolve(), maps.SIZES[0])
        if asked.only in (None, "walls"):
            for backend in asked.on:
                _note(f"{walls.WALLS} walls on {backend}")
                found.walls.append(walls.measure(workshop, backend))
            if asked.minutes:
                _note(f"a wall's browser for {asked.minutes:g} minutes")
                found.soak = wall_soak.measure(workshop, asked.minutes)
        if asked.only in (None, "imports"):
            for backend in asked.on:
                _note(f"import on {backend}")
                found.imports.append(imports.measure(workshop, backend, repeats=asked.repeats))
        if asked.only in (None, "exports"):
            for backend in asked.on:
                _note(f"exported files on {backend}")
                found.exports.append(exports.measure(workshop, backend))
                _note(f"{max(asked.items):,} rows on {backend}")
                found.exports[-1].rows = exports.rows(workshop.store(backend, max(asked.items)).url)
            _note("a batch of 95 counties")
            found.batch = batches.batch(workshop)
            _note("pictures in a browser")
            found.pictures = export_browser.measure(workshop)
        found.load = (began, os.getloadavg()[0])
        found.server = workshop.cluster.version() if workshop.cluster else ""
        print(report.text(found))
        whole = not asked.only and not asked.chart and len(asked.on) == 2 and set(ITEMS) <= set(asked.items) and asked.draws >= 150
        if whole or asked.write:
            _note(f"written: {report.write(found)}")
        if found.soak is not None and not found.soak.met():
            sys.exit("the wall does not hold out")


def _command(asked: argparse.Namespace) -> str:
    """What was run, without the folder of this machine."""
    words = ["python -m bench"]
    for name, value, usual in (("on", asked.on, [SQLITE, POSTGRES]), ("items", asked.items, list(ITEMS)), ("chart", asked.chart, [])):
        if value != usual:
            words.append(f"--{name} {' '.join(map(str, value))}")
    if asked.draws != DRAWS:
        words.append(f"--draws {asked.draws}")
    if asked.minutes != wall_soak.MINUTES:
        words.append(f"--minutes {asked.minutes:g}")
    if asked.only:
        words.append(f"--only {asked.only}")
    if asked.write:
        words.append("--write")
    return " ".join(words)


def _look_inside(asked: argparse.Namespace, workshop: Workshop) -> None:
    made = workshop.store(asked.on[0], max(asked.items))
    if asked.profile:
        print(inside.profile(made.url, asked.profile))
        return
    for chart, spent in inside.parts(made.url, min(asked.draws, 80), tuple(asked.chart)).items():
        print(f"{chart:26}" + "  ".join(f"{part} {milliseconds:7.2f}" for part, milliseconds in spent.items()))


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
