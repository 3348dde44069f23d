"""Controls, the filters store and the address: three faces of one canonical query string.

One callback reads both the store and the controls, because each may change the other: a reader's choice
becomes the store's query, and a query that comes from elsewhere (a chart, Back) sets the controls.
"""

from typing import Annotated

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.site import options_for
from dashboard import ids
from dashboard.components.filter_bar import MANY, reset_address
from dashboard.options import as_of, day_limits, kept, region_choices, sentence
from dashboard.site import Options
from dashboard.view import View
from data.filters import Filters
from data.store import Store

Query = Annotated[str, Field(max_length=8000)] | None
Code = Annotated[str, Field(max_length=200)] | None
Codes = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)] | Annotated[str, Field(max_length=200)] | None


class Controls(BaseModel):
    """What the filter bar sends."""

    filters: Query
    campaign: Codes
    round: Codes
    theme: Codes
    department: Codes
    category: Codes
    source: Codes
    water: Codes
    region: Code
    level: Code
    as_of: Code
    known_at: Code
    basic: Codes
    view: Query


class Search(BaseModel):
    """What the region control sends while a reader types."""

    search: Code
    filters: Query
    view: Query


# choices that follow the campaign
_FOLLOWING = ("round", "theme", "department", "category", "source", "water")


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the filter bar, the region search and the address bar."""

    def sync(query: str | None, *values: object) -> list[object]:
        *controls, view = values
        options = lambda filters: options_for(store, current_scope(), filters, View.from_query(view).lang)  # noqa: E731
        if ctx.triggered_id in (ids.FILTERS, None):
            return from_store(query, options(Filters.from_query(query)), View.from_query(view))
        chosen = from_controls(query, dict(zip(_CONTROLS, controls, strict=True)), options)
        return _answer(chosen, query, options(chosen), View.from_query(view), with_values=ctx.triggered_id == ids.FILTER_CAMPAIGN)

    bind(
        app,
        "filters:sync",
        sync,
        [
            Output(ids.FILTERS, "data"),
            *[Output(each, "value") for each in MANY.values()],
            Output(ids.FILTER_REGION, "value"),
            Output(ids.FILTER_LEVEL, "value"),
            Output(ids.FILTER_AS_OF, "date"),
            Output(ids.FILTER_KNOWN_AT, "date"),
            Output(ids.FILTER_BASIC, "value"),
            *[Output(MANY[each], "options") for each in _FOLLOWING],
            Output(ids.FILTER_REGION, "options"),
            Output(ids.FILTER_AS_OF, "min_date_allowed"),
            Output(ids.FILTER_AS_OF, "max_date_allowed"),
            Output(ids.FILTER_SENTENCE, "children"),
            Output(ids.FILTER_RESET, "href"),
        ],
        [
            Input(ids.FILTERS, "data"),
            *[Input(each, "value") for each in MANY.values()],
            Input(ids.FILTER_REGION, "value"),
            Input(ids.FILTER_LEVEL, "value"),
            Input(ids.FILTER_AS_OF, "date"),
            Input(ids.FILTER_KNOWN_AT, "date"),
            Input(ids.FILTER_BASIC, "value"),
        ],
        [State(ids.VIEW, "data")],
        permission="view",
        model=Controls,
        prevent_initial_call=True,
    )

    def search(text: str | None, query: str | None, view: str | None) -> object:
        if not text:
            return no_update
        filters = Filters.from_query(query)
        return region_choices(options_for(store, current_scope(), filters, View.from_query(view).lang), filters.region, text)

    bind(
        app,
        "filters:region-search",
        search,
        Output(ids.FILTER_REGION, "options", allow_duplicate=True),
        [Input(ids.FILTER_REGION, "search_value")],
        [State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Search,
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("dubang", "address"), Output(ids.ADDRESS, "data"), Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")
    )


_CONTROLS = (*MANY, "region", "level", "as_of", "known_at", "basic")


def from_controls(query: str | None, values: dict[str, object], options: object) -> Filters:
    """The filters a reader has chosen; what the controls do not hold (kind, rows, sort) stays as it was."""
    before = Filters.from_query(query)
    read = Filters.from_query({**values, "basic": _first(values["basic"])})
    chosen = before.but(
        **{name: getattr(read, name) for name in (*MANY, "region", "level", "as_of", "known_at", "count_basic")},
        page=1,
    )
    offered = options(chosen)  # type: ignore[operator]
    if chosen.campaign != before.campaign:
        # what the newly chosen campaigns do not have would empty every chart
        chosen = chosen.but(**{name: _offered(offered, name, getattr(chosen, name)) for name in _FOLLOWING})
        chosen = chosen.but(as_of=before.as_of if _within(offered, before) else None)
    if chosen.as_of and chosen.as_of.isoformat() == as_of(offered, chosen.but(as_of=None)):
        chosen = chosen.but(as_of=None)
    return chosen


def _first(value: object) -> object:
    return (value[0] if value else "0") if isinstance(value, list) else value or "0"


def _offered(options: Options, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    known = {each["value"] for each in kept(options, name, ())}
    return tuple(value for value in values if value in known)


def _within(options: Options, filters: Filters) -> bool:
    low, high = day_limits(options)
    day = filters.as_of.isoformat() if filters.as_of else ""
    return bool(day) and (not low or low <= day) and (not high or day <= high)


def from_store(query: str | None, options: Options, view: View) -> list[object]:
    """Every control set to a query that came from elsewhere."""
    return _answer(Filters.from_query(query), query, options, view, with_values=True)


def _answer(filters: Filters, query: str | None, options: Options, view: View, *, with_values: bool) -> list[object]:
    canonical = filters.to_query()
    data = no_update if canonical == (query or "") else canonical
    low, high = day_limits(options)
    values: list[object]
    if with_values:
        values = [
            *[list(getattr(filters, name)) for name in MANY],
            filters.region,
            filters.level,
            as_of(options, filters),
            filters.known_at.isoformat() if filters.known_at else None,
            ["1"] if filters.count_basic else [],
            *[kept(options, name, getattr(filters, name)) for name in _FOLLOWING],
            region_choices(options, filters.region),
            low,
            high,
        ]
    else:
        values = [no_update] * (len(_CONTROLS) + len(_FOLLOWING) + 3)
    return [data, *values, sentence(filters, options, view), reset_address(filters, view)]
