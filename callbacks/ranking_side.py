"""The panel of the places looked at closely: their parts of the score, and what would move them up."""

import logging
from typing import Any

from dash import html
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import current_scope
from callbacks.registry import CHARTS, result, to_text
from dashboard import ids
from dashboard.components.ranking_side import ranking_side
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.ranking import moveup, race
from data.store import Store

log = logging.getLogger(__name__)

# what would move a place up is worked out for one place at a time
LEVEL = "level"


def side_answer(store: Store, answers: Answers, query: str | None, view: str | None) -> str:
    """The panel as Dash's JSON. A failure is said in the panel; the page goes on."""
    scope, shown = current_scope(), View.from_query(view)
    filters = Filters.from_query(query).for_race().but(weights=())

    def compute() -> str:
        df = result(store, CHARTS["county-ranking"], filters.but(pick=()), shown.lang, scope)
        parts = result(store, CHARTS["rank-contributions"], filters, shown.lang, scope) if filters.pick else df.iloc[:0]
        return _text(ranking_side(df, parts, ways_of(scope, store, filters), filters, shown))

    try:
        return answers.get(("race-side", filters.to_query(), shown.lang, scope, store.version()), compute)
    except HTTPException:
        raise
    except Exception:
        log.exception("side of the ranking failed for %r", filters.to_query())
        return _text([html.P(t("chart.failed", shown.lang), className="page-note")])


def ways_of(scope: str, store: Store, filters: Filters) -> dict[str, list[Any]]:
    """What would move the one picked place up, by its code."""
    if len(filters.pick) != 1:
        return {}
    (code,) = filters.pick
    standing = race.standing(scope, store, filters)
    if standing is None or code not in standing.places.code:
        return {}
    by = filters.by or LEVEL
    return {code: [*moveup.ways(standing, store, code, by), *moveup.needs(standing, code, by)]}


def _text(children: object) -> str:
    return to_text({"multi": True, "response": {ids.RACE_SIDE: {"children": children}}})
