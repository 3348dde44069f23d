"""Parts of the ranking page that are made when a reader opens them or comes near: further charts, the sliders, the table."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.guard import bind, current_scope
from callbacks.registry import CHARTS, result, to_text
from dashboard import ids
from dashboard.components import indicator_grid, what_if
from dashboard.components.chart_card import chart_card
from dashboard.components.indicator_grid import BLOCK
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.queries.ranking_options import ranking_options
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None

# parts that hold one chart each
CHART_PARTS = ("rank-history", "rank-race", "rank-intervals")
TRY, TABLE = "try", "table"


class Opened(BaseModel):
    """What a part that holds a chart is sent."""

    opened: Annotated[str, Field(max_length=20)] | None
    race: Query
    view: Query


class Wanted(BaseModel):
    """What a part that follows the scheme is sent: the selection it is for, the whole selection, and the view."""

    wanted: Query
    race: Query
    view: Query


class Block(BaseModel):
    """What the grid asks for."""

    startRow: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    sortModel: Annotated[list[dict[str, Any]], Field(max_length=4)] = []
    filterModel: Annotated[dict[str, dict[str, Any]], Field(max_length=60)] = {}


class Asked(BaseModel):
    """The grid's request and the selection its columns are for."""

    request: Block | None
    wanted: Query
    view: Query


def register(app: Dash, store: Store) -> None:
    """Bind the parts, the grid's rows and the sliders."""
    for name in CHART_PARTS:
        bind(
            app,
            f"rankings:part-{name}",
            _card(name),
            Output(ids.race_part(name), "children"),
            [Input(ids.race_open(name), "data")],
            [State(ids.RACE, "data"), State(ids.VIEW, "data")],
            permission="view",
            model=Opened,
            prevent_initial_call=True,
        )
    for name, store_id, fill in ((TRY, ids.RACE_TRY_WANTED, _try), (TABLE, ids.RACE_GRID_WANTED, _table)):
        app.clientside_callback(
            ClientsideFunction("rankings", "wanted"),
            Output(store_id, "data"),
            Input(ids.race_open(name), "data"),
            Input(ids.RACE, "data"),
            State(store_id, "data"),
            prevent_initial_call=True,
        )
        bind(
            app,
            f"rankings:part-{name}",
            fill(store),
            Output(ids.race_part(name), "children"),
            [Input(store_id, "data")],
            [State(ids.RACE, "data"), State(ids.VIEW, "data")],
            permission="view",
            model=Wanted,
            prevent_initial_call=True,
        )
    _register_rows(app, store)
    app.clientside_callback(
        ClientsideFunction("rankings", "weigh"),
        Input(ids.weight(ALL), "value"),
        State(ids.weight(ALL), "id"),
        State(ids.RACE_TRY_WEIGHTS, "data"),
        State(ids.RACE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("rankings", "weights"),
        Output(ids.weight(ALL), "value"),
        Input(ids.RACE, "data"),
        State(ids.weight(ALL), "id"),
        State(ids.weight(ALL), "value"),
        State(ids.RACE_TRY_WEIGHTS, "data"),
        prevent_initial_call=True,
    )


def _card(name: str) -> Callable[..., object]:
    def fill(opened: str | None, query: str | None, view: str | None) -> object:
        current_scope()
        return chart_card(name, None, Filters.from_query(query), View.from_query(view)) if opened else []

    return fill


def _try(store: Store) -> Callable[..., object]:
    def fill(wanted: str | None, query: str | None, view: str | None) -> object:
        shown, filters = View.from_query(view), Filters.from_query(query)
        offered = ranking_options(current_scope(), store, filters, shown.lang)
        return what_if.what_if(offered["indicators"], filters, shown) if wanted is not None else []

    return fill


def _table(store: Store) -> Callable[..., object]:
    def fill(wanted: str | None, query: str | None, view: str | None) -> object:
        if wanted is None:
            return []
        shown = View.from_query(view)
        df = result(store, CHARTS[indicator_grid.CHART], Filters.from_query(wanted), shown.lang, current_scope())
        return indicator_grid.indicator_grid(df, shown)

    return fill


# ----------------------------------------------------------------------------- rows


def _register_rows(app: Dash, store: Store) -> None:
    def show(request: dict[str, Any] | None, wanted: str | None, view: str | None) -> str:
        return rows_answer(store, request, wanted, view)

    bind(
        app,
        "rankings:rows",
        show,
        Output(ids.RACE_GRID, "getRowsResponse"),
        [Input(ids.RACE_GRID, "getRowsRequest")],
        [State(ids.RACE_GRID_WANTED, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Asked,
        answer=show,
        prevent_initial_call=True,
    )


def rows_answer(store: Store, request: dict[str, Any] | None, wanted: str | None, view: str | None) -> str:
    """One block of rows as Dash's JSON; a failure leaves the grid without rows."""
    scope, shown = current_scope(), View.from_query(view)
    asked = Block.model_validate(request or {})
    try:
        df = result(store, CHARTS[indicator_grid.CHART], Filters.from_query(wanted), shown.lang, scope)
        rows, number = indicator_grid.block(df, asked.startRow, BLOCK, asked.sortModel, asked.filterModel, shown)
    except HTTPException:
        raise
    except Exception:
        log.exception("indicator table failed for %r: %s", wanted, t("progress.grid.loadingError", "en"))
        rows, number = [], 0
    return to_text({"multi": True, "response": {ids.RACE_GRID: {"getRowsResponse": {"rowData": rows, "rowCount": number}}}})
