"""Glue of the ranking page: its bar and address, how the ranking stands, the places looked at closely, and parts filled when opened."""

import logging
from collections.abc import Callable
from typing import Annotated

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks import ranking_parts
from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.ranking_side import side_answer
from callbacks.registry import CHARTS, result, to_text
from callbacks.site import options_for
from dashboard import ids
from dashboard.components import ranking_head
from dashboard.components.ranking_bar import CONTROLS, SEARCHED, control_options, control_value, said
from dashboard.i18n import t
from dashboard.links import race
from dashboard.view import View
from data.filters import Filters
from data.queries.ranking_options import ranking_options
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None
Code = Annotated[str, Field(max_length=200)] | None
Codes = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)] | Annotated[str, Field(max_length=200)] | None

RANKING = "county-ranking"
# what the choice of another scheme, period … takes back
TAKES_BACK = {
    "scheme": ("period", "edition", "group", "by", "weights", "as_of"),
    "period": ("edition", "as_of"),
    "campaign": ("edition",),
}


class Shown(BaseModel):
    """What the head and the side receive."""

    race: Query
    view: Query


class Controls(BaseModel):
    """What the bar sends."""

    race: Query
    scheme: Code
    period: Code
    edition: Code
    by: Code
    group: Code
    campaign: Codes
    region: Code
    pick: Codes
    view: Query


class Search(BaseModel):
    """What a searched control sends while a reader types."""

    search: Code
    race: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page."""
    _register_bar(app, store)
    _register_standing(app, store, answers)
    ranking_parts.register(app, store)
    app.clientside_callback(
        ClientsideFunction("dubang", "address"), Output(ids.RACE_ADDRESS, "data"), Input(ids.RACE, "data"), Input(ids.VIEW, "data")
    )
    app.clientside_callback(ClientsideFunction("rankings", "selected"), Input(ids.RACE, "data"))


# ----------------------------------------------------------------------------- bar


def _register_bar(app: Dash, store: Store) -> None:
    def sync(query: str | None, *values: object) -> list[object]:
        *controls, shown = values
        view = View.from_query(shown if isinstance(shown, str) else None)
        filters = Filters.from_query(query).for_race()
        if ctx.triggered_id not in (ids.RACE, None):
            filters = chosen(store, filters, dict(zip(CONTROLS, controls, strict=True)), str(ctx.triggered_id))
        return bar_answer(store, filters, query, view)

    bind(
        app,
        "rankings:sync",
        sync,
        [
            Output(ids.RACE, "data"),
            *[Output(each, "value") for each in CONTROLS.values()],
            *[Output(each, "options") for each in CONTROLS.values()],
            Output(ids.RACE_SAID, "children"),
            Output(ids.RACE_RESET, "href"),
        ],
        [Input(ids.RACE, "data"), *[Input(each, "value") for each in CONTROLS.values()]],
        [State(ids.VIEW, "data")],
        permission="view",
        model=Controls,
        prevent_initial_call=True,
    )
    for name in SEARCHED:
        bind(
            app,
            f"rankings:search-{name}",
            _search(store, name),
            Output(CONTROLS[name], "options", allow_duplicate=True),
            [Input(CONTROLS[name], "search_value")],
            [State(ids.RACE, "data"), State(ids.VIEW, "data")],
            permission="view",
            model=Search,
            prevent_initial_call=True,
        )


def chosen(store: Store, before: Filters, values: dict[str, object], control: str) -> Filters:
    """The selection after a reader has moved one control; what no longer fits the choice is taken back with it."""
    name = next((field for field, each in CONTROLS.items() if each == control), None)
    if name is None:
        return before
    value = getattr(Filters.from_query({name: values[name]}), name)
    offered = ranking_options(current_scope(), store, before, "en")
    if getattr(before, name) in (None, ()) and values[name] == control_value(name, before, offered):
        # what is shown without a choice was shown again
        return before
    after = before.but(**{name: value})
    if getattr(after, name) == getattr(before, name):
        return before
    return after.but(**{field: () if field == "weights" else None for field in TAKES_BACK.get(name, ())})


def bar_answer(store: Store, filters: Filters, query: str | None, view: View) -> list[object]:
    """Every output of the bar for a selection."""
    scope, lang = current_scope(), view.lang
    offered = ranking_options(scope, store, filters, lang)
    options = options_for(store, scope, Filters(campaign=filters.campaign), lang)
    canonical = filters.to_query()
    return [
        no_update if canonical == (query or "") else canonical,
        *[control_value(name, filters, offered) for name in CONTROLS],
        *[control_options(name, filters, offered, options, lang) for name in CONTROLS],
        said(filters, offered, options, view),
        race(Filters(), view),
    ]


def _search(store: Store, name: str) -> Callable[..., object]:
    def search(text: str | None, query: str | None, view: str | None) -> object:
        if not text:
            return no_update
        scope, filters, lang = current_scope(), Filters.from_query(query), View.from_query(view).lang
        options = options_for(store, scope, Filters(campaign=filters.campaign), lang)
        return control_options(name, filters, ranking_options(scope, store, filters, lang), options, lang, text)

    return search


# ----------------------------------------------------------------------------- how it stands


def _register_standing(app: Dash, store: Store, answers: Answers) -> None:
    def head(query: str | None, view: str | None) -> str:
        return head_answer(store, answers, query, view)

    def side(query: str | None, view: str | None) -> str:
        return side_answer(store, answers, query, view)

    inputs = [Input(ids.RACE, "data"), Input(ids.VIEW, "data")]
    parts = (ids.RACE_HEAD, ids.RACE_NOTES, ids.RACE_EXCLUDED, ids.RACE_RULES)
    bind(
        app,
        "rankings:head",
        head,
        [Output(each, "children") for each in parts],
        inputs,
        permission="view",
        model=Shown,
        answer=head,
    )
    bind(app, "rankings:side", side, Output(ids.RACE_SIDE, "children"), inputs, permission="view", model=Shown, answer=side)


def head_answer(store: Store, answers: Answers, query: str | None, view: str | None) -> str:
    """How the ranking stands, what to know first, who is left out, and the scheme in words, as Dash's JSON."""
    scope, shown = current_scope(), View.from_query(view)
    filters = Filters.from_query(query).for_race().but(weights=(), pick=())

    def compute() -> str:
        df = result(store, CHARTS[RANKING], filters, shown.lang, scope)
        offered = ranking_options(scope, store, filters, shown.lang)
        return to_text(
            {
                "multi": True,
                "response": {
                    ids.RACE_HEAD: {"children": ranking_head.standing_head(df, filters, offered, shown)},
                    ids.RACE_NOTES: {"children": ranking_head.notes(df, filters, offered, shown)},
                    ids.RACE_EXCLUDED: {"children": ranking_head.excluded(df, shown)},
                    ids.RACE_RULES: {"children": ranking_head.rules(df, shown)},
                },
            }
        )

    try:
        return answers.get(("race-head", filters.to_query(), shown.lang, scope, store.version()), compute)
    except HTTPException:
        raise
    except Exception:
        log.exception("head of the ranking failed for %r", filters.to_query())
        words = [{"namespace": "dash_html_components", "type": "P", "props": {"children": t("chart.failed", shown.lang)}}]
        out: dict[str, object] = {each: {"children": []} for each in (ids.RACE_HEAD, ids.RACE_EXCLUDED, ids.RACE_RULES)}
        return to_text({"multi": True, "response": {**out, ids.RACE_NOTES: {"children": words}}})
