"""One callback for each chart: filters and view in, figure and words out, as finished text from the cache."""

import logging
from typing import Annotated

from dash import Dash, Input, Output
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.registry import CHARTS, Chart, relevant, render, result, source, to_text
from dashboard import ids
from dashboard.captions import race
from dashboard.figures.canvas import empty
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.ranking.lock_words import LockError
from data.store import Store

log = logging.getLogger(__name__)
# the chart of the ranking page whose caption is whole
FIRST = "county-ranking"

Query = Annotated[str, Field(max_length=8000)] | None


class Shown(BaseModel):
    """What every chart callback receives."""

    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind every chart that has a figure."""
    for chart in CHARTS.values():
        if chart.figure is not None:
            _register_one(app, store, answers, chart)


def _register_one(app: Dash, store: Store, answers: Answers, chart: Chart) -> None:
    def draw(query: str | None, view: str | None) -> str:
        return answer(store, answers, chart, query, view)

    bind(
        app,
        f"chart:{chart.id}",
        draw,
        [
            Output(ids.graph(chart.id), "figure"),
            Output(ids.graph(chart.id), "style"),
            Output(ids.title(chart.id), "children"),
            Output(ids.subtitle(chart.id), "children"),
            Output(ids.caption(chart.id), "children"),
        ],
        [Input(source(chart), "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Shown,
        answer=draw,
    )


def answer(store: Store, answers: Answers, chart: Chart, query: str | None, view: str | None) -> str:
    """The finished answer of a chart's callback as Dash's JSON. A chart that fails says so in its own card."""
    scope = current_scope()
    filters = relevant(chart, Filters.from_query(query))
    shown = View.from_query(view)

    def compute() -> str:
        frame = result(store, chart, filters, shown.lang, scope)
        drawn = render(chart, frame, filters, shown)
        # the page's head and its first chart say whole what the others need not repeat; files do
        caption = race.beside(drawn.caption, frame, shown) if chart.race and chart.id != FIRST else drawn.caption
        return _text(chart, drawn.figure or {}, drawn.title, drawn.subtitle, caption)

    try:
        key = ("chart", chart.id, filters.to_query(), shown.to_query(), scope, store.version())
        return answers.get(key, compute)
    except HTTPException:
        raise
    except LockError as problem:
        # a locked period that was altered or damaged is not drawn; it was logged where it was opened
        words = problem.text(shown.lang)
        return _text(chart, empty(shown, words), t(f"chart.{chart.id}", shown.lang), "", words)
    except Exception:
        log.exception("chart %s failed for %r", chart.id, filters.to_query())
        words = t("chart.failed", shown.lang)
        return _text(chart, empty(shown, words), t(f"chart.{chart.id}", shown.lang), "", words)


def _text(chart: Chart, figure: dict[str, object], title: str, subtitle: str, caption: str) -> str:
    height = figure.get("layout", {}).get("height")  # type: ignore[attr-defined]
    return to_text(
        {
            "multi": True,
            "response": {
                ids.graph(chart.id): {"figure": figure, "style": {"height": f"{height}px"} if height else {}},
                ids.title(chart.id): {"children": title},
                ids.subtitle(chart.id): {"children": subtitle},
                ids.caption(chart.id): {"children": caption},
            },
        }
    )
