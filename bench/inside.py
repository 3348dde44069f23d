"""Where the time of an answer goes: its parts timed apart in this process, and a profile of them."""

import cProfile
import io
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient

from app import create_app
from bench.charts import HEADLINE, ROWS, SEED, figures, spot
from bench.draws import Draws
from bench.serve import CALLBACK, NOTHING, bind_nothing, body
from callbacks import charts, guard, progress, registry
from callbacks.registry import CHARTS, Chart
from config import Settings
from dashboard.components.item_grid import BLOCK
from dashboard.view import View
from data.engine import make_engine
from data.queries import selection
from data.queries.headline import headline
from data.store import Store

PARTS = ("guard", "version", "selection", "query", "figure", "caption", "text", "rest", "whole")


class Inside:
    """The app on a store in this process, asked through Flask's test client."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = Store(make_engine(url))
        self.folder = tempfile.TemporaryDirectory(prefix="dubang-bench-")
        app = create_app(Settings(database_url=url, instance=self.folder.name), self.store)
        bind_nothing(app)
        self.client: FlaskClient = app.server.test_client()
        self.declared = {}
        for each in self.client.get("/_dash-dependencies", base_url="http://127.0.0.1:8050").get_json():
            first = each["output"].strip(".").split("...")[0]
            self.declared[first] = each
        self.draws = Draws.of(url, SEED + 1)
        self.view = View().to_query()

    def request(self, chart: str) -> bytes:
        """A question nobody has asked, as the browser posts it."""
        if chart == NOTHING:
            return body(self.declared[f"{NOTHING}.children"], [NOTHING], [])
        if chart == ROWS:
            filters = self.draws.rows()
            order = [{"colId": filters.sort, "sort": "desc" if filters.descending else "asc"}] if filters.sort else []
            asked = {"startRow": 0, "endRow": BLOCK, "filterModel": {}, "sortModel": order}
            return body(self.declared[spot(ROWS)], [asked], [filters.but(sort=None, descending=False).to_query(), self.view])
        return body(self.declared[spot(chart)], [self.draws.view().to_query(), self.view], [])

    def post(self, request: bytes) -> None:
        answer = self.client.post(CALLBACK, data=request, content_type="application/json", base_url="http://127.0.0.1:8050")
        assert answer.status_code == 200, answer.text[:500]


def parts(url: str, times: int, only: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    """Median processor milliseconds of each part of each chart's first answer, all calls of it taken together.

    ``guard``: checking the request; ``version``: asking the store whether it has changed; ``query`` holds ``selection``;
    ``rest``: Flask, Dash, the answer's cache; ``whole``: everything but HTTP.
    """
    inside = Inside(url)
    out = {}
    for chart in [NOTHING, *figures(), HEADLINE, ROWS]:
        if only and chart not in only:
            continue
        taken: dict[str, list[float]] = {part: [] for part in PARTS}
        spent: dict[str, float] = {}
        with _watched(chart, spent):
            inside.post(inside.request(chart))
            for _ in range(times):
                request = inside.request(chart)
                spent.clear()
                began = time.thread_time()
                inside.post(request)
                whole = time.thread_time() - began
                spent["rest"] = whole - sum(seconds for part, seconds in spent.items() if part != "selection")
                spent["whole"] = whole
                for part, seconds in spent.items():
                    taken[part].append(seconds)
        out[chart] = {part: statistics.median(each) * 1000 for part, each in taken.items() if each}
    return out


@contextmanager
def _watched(chart: str, spent: dict[str, float]) -> Iterator[None]:
    """Take the time of the functions that an answer is made by, for as long as this is open."""

    def timed(part: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            began = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                spent[part] = spent.get(part, 0.0) + time.thread_time() - began

        return call

    undo: list[Callable[[], None]] = []

    def put(owner: object, name: str, part: str) -> None:
        before = getattr(owner, name)
        # charts are frozen values: this is the bench's hand in them, taken back at the end
        change = object.__setattr__ if isinstance(owner, Chart) else setattr
        change(owner, name, timed(part, before))
        undo.append(lambda: change(owner, name, before))

    put(guard, "_check_callback", "guard")
    put(Store, "version", "version")
    put(selection.Selection, "__init__", "selection")
    put(registry, "to_text", "text")
    put(charts, "to_text", "text")
    put(progress, "to_text", "text")
    if chart in CHARTS and chart != ROWS:
        for name in ("query", "figure", "caption"):
            put(CHARTS[chart], name, name)
    elif chart == ROWS:
        put(progress, "item_list", "query")
        put(progress, "grid_rows", "figure")
        put(progress, "rows_title", "caption")
    elif chart == HEADLINE:
        put(progress, headline.__name__, "query")
        put(progress, "kpi_cards", "figure")
        put(progress, "breadcrumb", "caption")
    try:
        yield
    finally:
        for each in reversed(undo):
            each()


def profile(url: str, chart: str, times: int = 60, lines: int = 45) -> str:
    """cProfile of that many first answers, by own time and by cumulative time."""
    inside = Inside(url)
    inside.post(inside.request(chart))
    requests = [inside.request(chart) for _ in range(times)]
    profiler = cProfile.Profile()
    profiler.enable()
    for request in requests:
        inside.post(request)
    profiler.disable()
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out)
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(lines)
    return out.getvalue()
