"""The pages of rivers: how the one in the address stands, and the list of all of them."""

from typing import Annotated

from dash import ClientsideFunction, Dash, Input, Output, State
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.registry import CHARTS, relevant, result, to_text
from dashboard import frame, ids
from dashboard.components import river_page
from dashboard.view import View
from data.filters import Filters
from data.queries.river_detail import river_detail
from data.queries.river_list import river_list
from data.store import Store

Query = Annotated[str, Field(max_length=8000)] | None


class Asked(BaseModel):
    """What a river's head receives."""

    filters: Query
    view: Query
    river_id: Annotated[str, Field(max_length=200)] | None


class Shown(BaseModel):
    """What the list of rivers receives."""

    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind both pages."""

    def now(query: str | None, view: str | None, river_id: str | None) -> str:
        return now_answer(store, answers, query, view, river_id)

    bind(
        app,
        "river:now",
        now,
        [Output(ids.RIVER_NOW, "children"), Output(ids.RIVER_OTHER, "children")],
        [Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
        [State(ids.RIVER_ID, "data")],
        permission="view",
        model=Asked,
        answer=now,
    )

    def listed(query: str | None, view: str | None) -> str:
        return list_answer(store, answers, query, view)

    bind(
        app,
        "river:list",
        listed,
        [Output(ids.RIVER_LIST, "children")],
        [Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Shown,
        answer=listed,
    )
    # with an output of this page: without one it would be called, and miss its code, on every page that has filters
    app.clientside_callback(
        ClientsideFunction("river", "hold"), Output(ids.RIVER_HELD, "data"), Input(ids.FILTERS, "data"), State(ids.RIVER_CODE, "data")
    )
    app.clientside_callback(
        ClientsideFunction("river", "find"),
        Output(ids.RIVER_FOUND, "children"),
        Input(ids.RIVER_SEARCH, "value"),
        Input(ids.RIVER_LIST, "children"),
    )


def now_answer(store: Store, answers: Answers, query: str | None, view: str | None, river_id: str | None) -> str:
    """The cells of a river's status and what is said where the filters have left it, as Dash's JSON."""
    scope, filters, shown = current_scope(), Filters.from_query(query).without_rows(), View.from_query(view)

    def compute() -> str:
        river = river_detail(scope, store, river_id or "", shown.lang)
        if river is None:
            return _multi({ids.RIVER_NOW: [], ids.RIVER_OTHER: []})
        own = filters.but(water=(river["code"],))
        sections, problems = (
            result(store, CHARTS[chart], relevant(CHARTS[chart], own), shown.lang, scope) for chart in ("river-sections", "river-problems")
        )
        cells = river_page.now(sections.attrs["total"], sections.attrs["month"], river["target_grade"], problems.attrs["total"], shown)
        return _multi({ids.RIVER_NOW: cells, ids.RIVER_OTHER: river_page.other(river, filters, shown)})

    return answers.get(("river-now", river_id or "", filters.to_query(), shown.lang, scope, store.version()), compute)


def list_answer(store: Store, answers: Answers, query: str | None, view: str | None) -> str:
    """The list of rivers as Dash's JSON."""
    scope, filters, shown = current_scope(), Filters.from_query(query).without_rows(), View.from_query(view)

    def compute() -> str:
        df = river_list(scope, store, filters, lang=shown.lang)
        names = [str(name) for name in df.columns]
        rows = [dict(zip(names, row, strict=True)) for row in frame.rows(df, *names)]
        return _multi({ids.RIVER_LIST: river_page.rivers(rows, df.attrs["total"], filters, shown)})

    return answers.get(("river-list", filters.to_query(), shown.lang, scope, store.version()), compute)


def _multi(children: dict[str, object]) -> str:
    return to_text({"multi": True, "response": {name: {"children": value} for name, value in children.items()}})
