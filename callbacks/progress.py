"""Glue of the progress page: the headline figures, the way up, tables of charts, and the rows behind a number."""

import logging
from typing import Annotated, Any

from dash import ClientsideFunction, Dash, Input, Output, State, html
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from callbacks.registry import CHARTS, Chart, relevant, result, source, to_text
from dashboard import frame, ids
from dashboard.captions.item_list import set_name
from dashboard.components.breadcrumb import breadcrumb
from dashboard.components.data_table import data_table
from dashboard.components.item_grid import BLOCK, grid_rows
from dashboard.components.kpi_cards import kpi_cards
from dashboard.formatting import count, day
from dashboard.i18n import t
from dashboard.links import PATH, within
from dashboard.site import address
from dashboard.view import View
from data.filters import SORTS, Filters
from data.loops.catalogue import load_loops
from data.queries.headline import headline
from data.queries.item_list import item_list
from data.scope import region_of
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None


class Shown(BaseModel):
    """What the headline receives."""

    filters: Query
    view: Query


class Wanted(BaseModel):
    """What a table receives: ``filters|view``, or "" for none."""

    wanted: Annotated[str, Field(max_length=9000)] | None


class Block(BaseModel):
    """What the grid asks for."""

    startRow: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    sortModel: Annotated[list[dict[str, Any]], Field(max_length=4)] = []


class Asked(BaseModel):
    """The grid's request and the page's state."""

    request: Block | None
    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page."""
    _register_headline(app, store, answers)
    _register_rows(app, store)
    for chart in CHARTS.values():
        if chart.figure is not None:
            _register_table(app, store, answers, chart)
            app.clientside_callback(
                ClientsideFunction("rankings" if chart.race else "progress", "follow"),
                Input(ids.graph(chart.id), "clickData"),
                Input(ids.graph(chart.id), "clickAnnotationData"),
                State(source(chart), "data"),
                prevent_initial_call=True,
            )
    # with an output of the grid's own: it is called where there is a grid, and when one comes
    app.clientside_callback(
        ClientsideFunction("progress", "selected"),
        Output(ids.ITEM_GRID_SEEN, "data"),
        Input(ids.FILTERS, "data"),
        State(ids.ITEM_GRID, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("progress", "settled"),
        Input(ids.ITEM_GRID_QUERY, "data"),
        State(ids.FILTERS, "data"),
        State(ids.ITEM_GRID, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(ClientsideFunction("progress", "open"), Input(ids.ITEM_GRID, "cellClicked"), prevent_initial_call=True)


# ----------------------------------------------------------------------------- headline


def _register_headline(app: Dash, store: Store, answers: Answers) -> None:
    def show(query: str | None, view: str | None) -> str:
        return headline_answer(store, answers, query, view)

    bind(
        app,
        "progress:headline",
        show,
        [Output(ids.KPI_CARDS, "children"), Output(ids.BREADCRUMB, "children"), Output(ids.EMPTY, "children")],
        [Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Shown,
        answer=show,
    )


def headline_answer(store: Store, answers: Answers, query: str | None, view: str | None) -> str:
    """The KPI cards, the breadcrumb, and what is wrong with an empty selection, as Dash's JSON."""
    scope = current_scope()
    filters, shown = Filters.from_query(query).without_rows(), View.from_query(view)

    def compute() -> str:
        df = headline(scope, store, filters, lang=shown.lang)
        return _multi(
            {
                ids.KPI_CARDS: kpi_cards(df, filters, shown),
                ids.BREADCRUMB: breadcrumb(trail(store, scope, df.attrs.get("region_code"), shown.lang), filters, shown),
                ids.EMPTY: nothing(df, store, scope, filters, shown),
            }
        )

    key = ("headline", filters.to_query(), shown.lang, scope, store.version())
    return answers.get(key, compute)


def _multi(children: dict[str, object]) -> str:
    return to_text({"multi": True, "response": {name: {"children": value} for name, value in children.items()}})


def trail(store: Store, scope: str, code: str | None, lang: str) -> list[tuple[str, str]]:
    """(code, name) of the places from the country down to ``code``; nothing above the viewer's scope."""
    tree = store.tree()
    here = tree.get(code) if code else None
    if here is None:
        return [("", t("caption.everywhere", lang).capitalize())]
    places = [*tree.ancestors(here.region_id), here]
    codes = [place.code for place in places]
    confined = region_of(scope)
    first = codes.index(confined) if confined in codes else 0
    return [(place.code, tree.label(place.region_id, lang)) for place in places[first:]]


def nothing(df: Any, store: Store, scope: str, filters: Filters, view: View) -> object:
    """A line for a selection without items, or "" when there are some."""
    effective = frame.rows(df, "measure", "numerator")[0][1]
    if effective:
        return ""
    lang = view.lang
    found = item_list(scope, store, filters.but(size=25), lang=lang).attrs["count"]
    if found:
        return html.P(t("progress.no_effective", lang, n=count(found, lang)), className="page-note")
    return html.P(
        [
            t("progress.nothing", lang, day=day(df.attrs.get("as_of"), lang, year=True)),
            html.A(t("progress.nothing_reset", lang), href=address(PATH, None, view), **{"data-nav": "plain"}),
            t("progress.nothing_stop", lang),
        ],
        className="page-note",
    )


# ----------------------------------------------------------------------------- tables


def _register_table(app: Dash, store: Store, answers: Answers, chart: Chart) -> None:
    app.clientside_callback(
        ClientsideFunction("progress", "table"),
        Output(ids.table_wanted(chart.id), "data"),
        Output(ids.picture(chart.id), "hidden"),
        Output(ids.table(chart.id), "hidden"),
        Output(ids.table_button(chart.id), "aria-expanded"),
        Input(ids.table_button(chart.id), "n_clicks"),
        Input(source(chart), "data"),
        Input(ids.VIEW, "data"),
        prevent_initial_call=True,
    )

    def show(wanted: str | None) -> str:
        return table_answer(store, answers, chart, wanted)

    bind(
        app,
        f"table:{chart.id}",
        show,
        Output(ids.table(chart.id), "children"),
        [Input(ids.table_wanted(chart.id), "data")],
        permission="view",
        model=Wanted,
        answer=show,
        prevent_initial_call=True,
    )


def table_answer(store: Store, answers: Answers, chart: Chart, wanted: str | None) -> str:
    """The chart's table as Dash's JSON; nothing while the picture is shown."""
    if not wanted:
        return _multi({ids.table(chart.id): []})
    scope = current_scope()
    query, _, view = wanted.partition("|")
    filters, shown = relevant(chart, Filters.from_query(query)), View.from_query(view)

    def compute() -> str:
        df = result(store, chart, filters, shown.lang, scope)
        return _multi({ids.table(chart.id): data_table(chart.id, df, filters, shown)})

    return answers.get(("table", chart.id, filters.to_query(), shown.lang, scope, store.version()), compute)


# ----------------------------------------------------------------------------- rows


def _register_rows(app: Dash, store: Store) -> None:
    def show(request: dict[str, Any] | None, query: str | None, view: str | None) -> str:
        return rows_answer(store, request, query, view)

    bind(
        app,
        "progress:rows",
        show,
        [Output(ids.ITEM_GRID, "getRowsResponse"), Output(ids.ITEM_GRID_TITLE, "children"), Output(ids.ITEM_GRID_QUERY, "data")],
        [Input(ids.ITEM_GRID, "getRowsRequest")],
        [State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Asked,
        answer=show,
        prevent_initial_call=True,
    )


def rows_answer(store: Store, request: dict[str, Any] | None, query: str | None, view: str | None) -> str:
    """One block of rows and the title of the set as Dash's JSON. A failure leaves the grid without rows, and says so."""
    scope, shown = current_scope(), View.from_query(view)
    asked = Block.model_validate(request or {})
    selected = Filters.from_query(query)
    filters = block_filters(selected, asked)
    try:
        df = item_list(scope, store, filters, lang=shown.lang)
    except HTTPException:
        raise
    except Exception:
        log.exception("rows failed for %r", filters.to_query())
        return _rows_text([], 0, t("progress.grid.loadingError", shown.lang), query)
    names = df.columns.tolist()
    records = [dict(zip(names, row, strict=True)) for row in frame.rows(df, *names)]
    return _rows_text(grid_rows(records, shown.lang), df.attrs["count"], rows_title(df, selected, shown), query)


def _rows_text(rows: list[dict[str, object]], number: int, title: object, query: str | None) -> str:
    response = {
        ids.ITEM_GRID: {"getRowsResponse": {"rowData": rows, "rowCount": number}},
        ids.ITEM_GRID_TITLE: {"children": title},
        ids.ITEM_GRID_QUERY: {"data": query or ""},
    }
    return to_text({"multi": True, "response": response})


def block_filters(filters: Filters, asked: Block) -> Filters:
    """The filters of one block: its page, and the order that the grid's heading says (or the address, before any was chosen)."""
    filters = filters.but(page=asked.startRow // BLOCK + 1, size=BLOCK)
    for each in asked.sortModel:
        if each.get("colId") in SORTS:
            return filters.but(sort=each["colId"], descending=each.get("sort") == "desc")
    return filters.but(sort=None, descending=False)


def rows_title(df: Any, filters: Filters, view: View) -> list[object]:
    """``超期问题 37 条``, the way back to all of them, and the way to an order about these."""
    stages = {stage.id: stage.name(view.lang) for loop in load_loops().values() for stage in loop.stages.values()}
    shown = df.attrs.get("set") or "discovered"
    name = set_name(shown, view, stages)
    out: list[object] = [t("progress.rows_title", view.lang, set=name, n=count(df.attrs["count"], view.lang))]
    if filters.rows:
        out.append(html.A(t("progress.rows_all", view.lang), href=within(filters, "", view), className="rows-all", **{"data-nav": "plain"}))
        if allowed("order"):
            href = address("/orders", filters, view)
            out.append(html.A(t("orders.from_rows", view.lang), href=href, className="rows-order", **{"data-nav": "plain"}))
    return out
