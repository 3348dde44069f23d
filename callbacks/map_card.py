"""The card of what was clicked on the map, and the list of red flags with people's decisions."""

import logging
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from callbacks.map_layers import part_of
from callbacks.registry import CHARTS, relevant, result
from dashboard import frame, ids
from dashboard.components.flag_list import MOST, flag_list
from dashboard.components.map_below import map_below
from dashboard.components.map_card import map_card, no_card
from dashboard.view import View
from data.filters import Filters
from data.places.flags import FlagError, decide
from data.queries.place_card import place_card
from data.queries.river_neighbours import river_neighbours
from data.store import Store

log = logging.getLogger(__name__)
FLAGS = "zone-flags"
# up and down the flow
NEIGHBOURS = 8

Query = Annotated[str, Field(max_length=8000)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Reasons = Annotated[list[Annotated[str, Field(max_length=1000)] | None], Field(max_length=500)]


class Picked(BaseModel):
    """What was clicked: ``what:id``."""

    picked: Annotated[str, Field(max_length=120)] | None
    filters: Query
    view: Query


class Drawn(BaseModel):
    """Whether the map has been drawn."""

    drawn: bool | None
    filters: Query
    view: Query


class Flagged(BaseModel):
    """What the list of flags follows."""

    seen: Query
    changed: Annotated[str, Field(max_length=100)] | None
    filters: Query
    view: Query


class Decided(BaseModel):
    """A decision: the buttons, and the reasons beside them."""

    clicks: Clicks
    reasons: Reasons
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind card, flags and decisions."""

    def card(picked: str | None, query: str | None, view: str | None) -> object:
        if not picked:
            return no_update
        shown = View.from_query(view)
        what, _, key = picked.partition(":")
        scope, filters = current_scope(), part_of(Filters.from_query(query))
        facts = place_card(scope, store, filters, what, key, shown.lang)
        if facts is None:
            return no_card(shown)
        return map_card(facts, filters, shown, along(store, scope, facts, shown), flags_of(store, scope, filters, facts, shown))

    bind(
        app,
        "map:card",
        card,
        Output(ids.MAP_CARD, "children"),
        [Input(ids.MAP_PICKED, "data")],
        [State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Picked,
        prevent_initial_call=True,
    )

    def below(drawn: bool | None, query: str | None, view: str | None) -> object:
        return map_below(Filters.from_query(query), View.from_query(view)) if drawn else no_update

    bind(
        app,
        "map:below",
        below,
        Output(ids.MAP_BELOW, "children"),
        [Input(ids.MAP_DRAWN, "data")],
        [State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Drawn,
        prevent_initial_call=True,
    )

    def flags(seen: str | None, changed: str | None, query: str | None, view: str | None) -> object:
        shown, filters = View.from_query(view), Filters.from_query(query)
        rows, total = flag_rows(store, current_scope(), filters, shown.lang)
        return flag_list(rows, total, filters, shown, allowed("flag"))

    bind(
        app,
        "map:flags",
        flags,
        Output(ids.MAP_FLAGS, "children"),
        # inputs of this page alone: one that stood on other pages too would ask there for what is not there
        [Input(ids.MAP_SEEN, "data"), Input(ids.MAP_FLAGS_CHANGED, "data")],
        [State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Flagged,
    )

    def decided(clicks: list[int | None], reasons: list[str | None], view: str | None) -> list[object]:
        asked = ctx.triggered_id
        if not isinstance(asked, dict) or not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update, no_update]
        lang = View.from_query(view).lang
        key = {name: asked.get(name) for name in ("item", "zone")}
        given = next((s.get("value") for s in ctx.states_list[0] if all(s["id"].get(n) == v for n, v in key.items())), None)
        try:
            number = decide(store, str(asked["item"]), str(asked["zone"]), str(asked["verdict"]), given, None, current_scope())
        except FlagError as problem:
            return [problem.text(lang), no_update]
        return ["", f"{asked['item']}:{asked['zone']}:{number}"]

    bind(
        app,
        "map:decide",
        decided,
        [Output(ids.MAP_FLAGS_SAID, "children"), Output(ids.MAP_FLAGS_CHANGED, "data")],
        [Input({"type": "flag-decide", "verdict": ALL, "item": ALL, "zone": ALL}, "n_clicks")],
        [State({"type": "flag-reason", "item": ALL, "zone": ALL}, "value"), State(ids.VIEW, "data")],
        permission="flag",
        model=Decided,
        prevent_initial_call=True,
    )


def along(store: Store, scope: str, facts: dict[str, Any], view: View) -> list[dict[str, Any]]:
    """The nearest neighbours of a place up and down the flow."""
    if not facts.get("object_id"):
        return []
    df = river_neighbours(scope, store, facts["object_id"], lang=view.lang)
    rows = [dict(zip(("name", "km"), row, strict=True)) for row in frame.rows(df, "name", "km")]
    rows.sort(key=lambda row: abs(row["km"]))
    return sorted(rows[:NEIGHBOURS], key=lambda row: row["km"])


def flags_of(store: Store, scope: str, filters: Filters, facts: dict[str, Any], view: View) -> list[dict[str, Any]]:
    """The red flags of one item."""
    if facts["what"] != "item":
        return []
    rows, _ = flag_rows(store, scope, filters.but(rows=None, area=()), view.lang, most=None)
    return [row for row in rows if row["item_id"] == facts["item"]["item_id"]]


def flag_rows(store: Store, scope: str, filters: Filters, lang: str, most: int | None = MOST) -> tuple[list[dict[str, Any]], int]:
    """Rows of the frame of red flags, and how many there are."""
    chart = CHARTS[FLAGS]
    df = result(store, chart, relevant(chart, filters), lang, scope)
    names = [str(name) for name in df.columns]
    shown = df if most is None else df.head(most)
    return [dict(zip(names, row, strict=True)) for row in frame.rows(shown, *names)], int(df.attrs["count"])
