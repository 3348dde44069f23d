"""The app as people run it, for walls: a line in a file for every scene that is computed and for every question of a wall.

``python -m bench.wall_serve --serve`` serves; ``python -m bench.wall_serve import URL N`` imports ledger number N with the real import
and prints one line of JSON.
"""

import csv
import io
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dash import Dash
from flask import Response, request

from app import create_app, serve
from bench.contest import Served
from bench.serve import bind_nothing
from bench.stores import MAKERS, SQLITE, Workshop, mark, settle
from bench.write import WORDS
from callbacks import screen
from callbacks.screen_list import Shown
from config import Settings
from dashboard.view import View
from data.demo.build import build
from data.engine import make_engine
from data.ledgers.pipeline import run_import
from data.ledgers.prepare import ImportOptions
from data.store import Store, init

NOTES = "DUBANG_BENCH_NOTES"
CAMPAIGN, DAY = "js-2022", date(2022, 11, 30)
# rows of an import, all of them overdue on that day
IMPORTED = 60
_TEMPLATE, _RUN = "walls_demo", "walls_run"


def demo(workshop: Workshop, backend: str) -> str:
    """The address of a fresh copy of the demo store, which is built anew only when something it is made by has changed."""
    made_by, note = mark((*MAKERS, "data/demo")), workshop.folder / f"{backend}-{_TEMPLATE}.txt"
    if not note.exists() or note.read_text(encoding="ascii") != made_by:
        workshop.drop(backend, _TEMPLATE)
        store = init(make_engine(workshop.address(backend, _TEMPLATE)))
        build(store)
        settle(store)
        store.engine.dispose()
        note.write_text(made_by, encoding="ascii")
    if backend == SQLITE:
        workshop.drop(backend, _RUN)
        shutil.copyfile(workshop.folder / f"{_TEMPLATE}.db", workshop.folder / f"{_RUN}.db")
    else:
        workshop.server().copy(_TEMPLATE, _RUN)
    return workshop.address(backend, _RUN)


# ----------------------------------------------------------------------------- the server and what it notes


@dataclass(frozen=True, slots=True)
class Notes:
    """``computed`` {(process, version, what): times}: ``what`` is a scene with its language, theme, shape and scope. ``asked`` {(kind,
    status): questions}."""

    computed: Counter[tuple[int, int, str]]
    asked: Counter[tuple[str, int]]

    def processes(self) -> int:
        return len({process for process, _, _ in self.computed})


def read_notes(path: Path) -> Notes:
    """What a server has noted so far."""
    computed: Counter[tuple[int, int, str]] = Counter()
    asked: Counter[tuple[str, int]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        kind, *rest = line.split(" ")
        if kind == "computed":
            computed[int(rest[0]), int(rest[1]), rest[2]] += 1
        else:
            asked[rest[0], int(rest[1])] += 1
    return Notes(computed, asked)


def kind_of(path: str) -> str | None:
    """Which of a wall's questions an address is; None for any other."""
    parts = path.strip("/").split("/")
    if parts[:2] != ["api", "screen"] or len(parts) < 3:
        return None
    return parts[3] if len(parts) > 3 else "list"


def noted(app: Dash, path: Path) -> Dash:
    """Have the app note, in each of its processes, what it computes for walls and what walls ask."""
    # one short write is never mixed with another's
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    compute = screen.scene_text

    def scene_text(store: Store, shown: Shown, view: View, shape: str, scope: str) -> str:
        what = f"{shown.name}|{view.to_query()}|{shape}|{scope}".replace(" ", "")
        os.write(file, f"computed {os.getpid()} {store.version()} {what}\n".encode())
        return compute(store, shown, view, shape, scope)

    def finish(response: Response) -> Response:
        kind = kind_of(request.path)
        if kind:
            os.write(file, f"asked {kind} {response.status_code}\n".encode())
        return response

    screen.scene_text = scene_text
    app.server.after_request(finish)
    return app


def serve_noting() -> None:
    """What ``manage.py run`` does, with the notes and with the callback that does nothing."""

    def make(settings: Settings) -> Dash:
        made = create_app(settings)
        bind_nothing(made)
        return noted(made, Path(os.environ[NOTES]))

    serve(Settings.from_env(), make)


def serving(url: str, folder: str, processors: set[int] | None = None) -> tuple[Served, Callable[[], Notes]]:
    """A running server, and what reads its notes."""
    path = Path(folder) / "notes"
    os.environ[NOTES] = str(path)
    return Served(url, folder, "bench.wall_serve", processors), lambda: read_notes(path)


# ----------------------------------------------------------------------------- an import


def ledger(number: int) -> bytes:
    """Ledger ``number``: IMPORTED findings that no other has, all of them overdue."""
    out = io.StringIO()
    rows = csv.writer(out)
    serial, key, province, city, county, found, due, status, category, *_ = WORDS["headers"]
    rows.writerow([serial, key, province, city, county, found, due, status, category])
    rows.writerows(
        [k + 1, f"bench-{number}-{k:03d}", *WORDS["place"], "2022-11-20", "2022-11-28", WORDS["statuses"][1], WORDS["category"]]
        for k in range(IMPORTED)
    )
    return out.getvalue().encode("utf-8-sig")


def importing(url: str, number: int) -> list[str]:
    """The words of the process that imports ledger ``number``."""
    return [sys.executable, "-m", "bench.wall_serve", "import", url, str(number)]


def _import(url: str, number: int) -> dict[str, object]:
    store = Store(make_engine(url))
    options = ImportOptions(campaign=CAMPAIGN, kind="finding", as_known=DAY, full_export=False)
    result = run_import(store, ledger(number), f"bench-{number}.csv", options)
    # the same clock in every process
    done = time.monotonic()
    return {"at": done, "version": store.version(), "items": result.items_new}


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve_noting()
    else:
        print(json.dumps(_import(sys.argv[2], int(sys.argv[3]))))
