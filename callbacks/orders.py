"""Glue of the orders page: the list and its steps, the form of a new order, the region's timeline."""

import logging
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks import order_form
from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from callbacks.order_form import said
from callbacks.registry import CHARTS, relevant, render, result
from dashboard import frame, ids
from dashboard.components.order_list import order_head, order_list, shown_options
from dashboard.components.timeline_list import timeline_list
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.identity import to_hex
from data.orders.follow import follow
from data.orders.model import OrderError
from data.orders.read import item_numbers, read_orders
from data.queries.order_options import order_options
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Clicks = Annotated[list[int | None], Field(max_length=2000)]
Texts = Annotated[list[Annotated[str, Field(max_length=20_000)] | None], Field(max_length=20)]


class Listed(BaseModel):
    """What the list is made from."""

    filters: Query
    shown: Word
    asking: Word
    changed: Word
    view: Query


class Asked(BaseModel):
    """A click that opens or closes a form."""

    ask: Clicks


class Stepped(BaseModel):
    """A step that is sent."""

    do: Clicks
    fields: Texts
    filters: Query
    view: Query


class Timed(BaseModel):
    """What the timeline is made from."""

    filters: Query
    orders: Word
    decisions: Word
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page."""
    _register_list(app, store)
    order_form.register(app, store)

    def timed(query: str | None, _: str | None, __: str | None, view: str | None) -> object:
        return timeline(store, Filters.from_query(query), View.from_query(view))

    bind(
        app,
        "orders:timeline",
        timed,
        Output(ids.TIMELINE, "children"),
        [
            Input(ids.FILTERS, "data"),
            Input(ids.ORDERS_CHANGED, "data"),
            Input(ids.ESCALATION_CHANGED, "data"),
            Input(ids.VIEW, "data"),
        ],
        permission="view",
        model=Timed,
    )


def clicked() -> str | None:
    """The name on the button that was clicked; None for buttons that have just been drawn, which report themselves without a click."""
    found = ctx.triggered_id
    if not isinstance(found, dict) or not ctx.triggered or not ctx.triggered[0]["value"]:
        return None
    name = found.get("name")
    return name if isinstance(name, str) else None


def typed(states: object) -> dict[str, str]:
    """What stands in the fields of the open form, by their names."""
    out: dict[str, str] = {}
    for each in states if isinstance(states, list) else []:
        name, value = each.get("id", {}).get("name"), each.get("value")
        if isinstance(name, str) and isinstance(value, str):
            out[name] = value
    return out


# ----------------------------------------------------------------------------- the list and its steps


def _register_list(app: Dash, store: Store) -> None:
    def listed(query: str | None, shown: str | None, asking: str | None, _: str | None, view: str | None) -> list[object]:
        look = View.from_query(view)
        try:
            return body(store, Filters.from_query(query), shown, asking, look)
        except HTTPException:
            raise
        except Exception:
            log.exception("orders failed for %r", query)
            return [html.P(t("chart.failed", look.lang)), no_update, []]

    bind(
        app,
        "orders:list",
        listed,
        [Output(ids.ORDERS_HEAD, "children"), Output(ids.ORDERS_SHOWN, "options"), Output(ids.ORDERS_LIST, "children")],
        [
            Input(ids.FILTERS, "data"),
            Input(ids.ORDERS_SHOWN, "value"),
            Input(ids.ORDERS_ASKING, "data"),
            Input(ids.ORDERS_CHANGED, "data"),
            Input(ids.VIEW, "data"),
        ],
        permission="view",
        model=Listed,
    )

    def ask(_: list[int | None]) -> list[object]:
        name = clicked()
        return [no_update, no_update] if name is None else [name, []]

    bind(
        app,
        "orders:ask",
        ask,
        [Output(ids.ORDERS_ASKING, "data"), Output(ids.ORDERS_SAID, "children")],
        [Input({"type": "order-ask", "name": ALL}, "n_clicks")],
        permission="view",
        model=Asked,
        prevent_initial_call=True,
    )

    def stepped(_: list[int | None], __: list[str | None], query: str | None, view: str | None) -> list[object]:
        name = clicked()
        if name is None:
            return [no_update, no_update, no_update]
        look, fields = View.from_query(view), typed(ctx.states_list[0])
        try:
            words, mark = _step(store, name, fields, look)
        except OrderError as problem:
            return [no_update, no_update, said(problem.text(look.lang), bad=True)]
        except HTTPException:
            raise
        except Exception:
            log.exception("order step %s failed", name)
            return [no_update, no_update, said(t("orders.said.failed", look.lang), bad=True)]
        return [None, mark, said(words)]

    bind(
        app,
        "orders:step",
        stepped,
        [
            Output(ids.ORDERS_ASKING, "data", allow_duplicate=True),
            Output(ids.ORDERS_CHANGED, "data", allow_duplicate=True),
            Output(ids.ORDERS_SAID, "children", allow_duplicate=True),
        ],
        [Input({"type": "order-step", "name": ALL}, "n_clicks")],
        [State({"type": "order-step-field", "name": ALL}, "value"), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="order",
        model=Stepped,
        prevent_initial_call=True,
    )


def _step(store: Store, name: str, fields: dict[str, str], view: View) -> tuple[str, str]:
    """Take the step named on a button, ``<step>:<order>``; gives what is said, and a mark of the change."""
    what, _, number = name.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise OrderError("order_unknown", order=number[:20])
    scope, by = current_scope(), t("periods.here", view.lang)
    with store.writing() as conn:
        event = follow(
            conn, store.tree(), int(number), what, fields.get("day"), due_on=fields.get("due"), note=fields.get("note"), by=by, scope=scope
        )
    return t("orders.said.step", view.lang, n=int(number), what=t(f"orders.what.{what}", view.lang)), f"{number}.{event}"


def body(store: Store, filters: Filters, shown: str | None, asking: str | None, view: View) -> list[object]:
    """Head, choices of standings, and list of the selection's orders."""
    scope, chart = current_scope(), CHARTS["orders"]
    asked = relevant(chart, filters)
    df = result(store, chart, asked, view.lang, scope)
    rows = records(df, store, view.lang)
    options = order_options(scope, store, filters, view.lang)
    may = allowed("order") and not options["past"]
    caption = render(chart, df, asked, view).caption
    head = order_head(df.attrs, caption, view)
    if options["past"] and rows:
        head.append(html.P(t("orders.past", view.lang, day=day(df.attrs["as_of"], view.lang, year=True)), className="page-note"))
    listed = order_list(rows, details(store, rows, filters), asking, options["day"], may, shown, view)
    return [head, shown_options(df.attrs["standings"], view.lang), listed]


def records(df: Any, store: Store, lang: str, itself: bool = True) -> list[dict[str, Any]]:
    """The rows of a frame, each ``region`` without the name of the selected one, which stands above everything. The selected one's own
    name is left out unless ``itself``."""
    names = [str(name) for name in df.columns]
    rows = [dict(zip(names, row, strict=True)) for row in frame.rows(df, *names)]
    place = store.tree().get(df.attrs.get("region_code"))
    if place is None:
        return rows
    whole, own = store.tree().full_name(place.region_id, lang), store.tree().label(place.region_id, lang)
    for row in rows:
        if row["region"] == whole:
            row["region"] = own if itself else ""
        elif row["region"]:
            row["region"] = row["region"].removeprefix(whole).removesuffix(whole).strip(" ,")
    return rows


def details(store: Store, rows: list[dict[str, Any]], filters: Filters) -> dict[int, dict[str, Any]]:
    """By order its items (id, ledger number) and what happened to it by the day that is looked at."""
    with store.reading() as conn:
        held = read_orders(conn, order_ids=[row["order_id"] for row in rows], known_at=filters.known_at)
        numbers = item_numbers(conn, [item_id for order in held for item_id in order.item_ids])
    until = filters.as_of or filters.known_at
    return {
        order.order_id: {
            "items": [(to_hex(each), numbers.get(each, to_hex(each))) for each in order.item_ids],
            "events": [
                (e.what, e.effective_on, e.due_on, e.note, e.recorded_by) for e in order.events if until is None or e.effective_on <= until
            ],
        }
        for order in held
    }


# ----------------------------------------------------------------------------- the timeline


def timeline(store: Store, filters: Filters, view: View) -> list[object]:
    """What happened in the selected region."""
    scope, chart = current_scope(), CHARTS["region-timeline"]
    asked = relevant(chart, filters)
    df = result(store, chart, asked, view.lang, scope)
    rows = records(df, store, view.lang, itself=False)
    return timeline_list(rows, render(chart, df, asked, view).caption, view)
