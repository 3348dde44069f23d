"""The form of a new order: what it offers, how many items would go with the order, and issuing it."""

import logging
from typing import Annotated

from dash import Dash, Input, Output, State, html, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.guard import bind, current_scope
from dashboard import frame, ids
from dashboard.captions.item_list import set_name
from dashboard.components.order_form import FIELDS, region_hint, takes
from dashboard.formatting import count, day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.identity import from_hex
from data.measures import is_set
from data.orders.issue import Draft, issue, read_day
from data.orders.model import MOST_ITEMS, OrderError
from data.orders.read import read_orders
from data.queries.item_list import item_list
from data.queries.order_options import order_options
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Long = Annotated[str, Field(max_length=60_000)] | None


class Offered(BaseModel):
    """What the choices of the form follow."""

    filters: Query
    view: Query


class Taking(BaseModel):
    """What decides which items go with an order."""

    region: Word
    take: Word
    filters: Query
    view: Query


class Issued(BaseModel):
    """The form of a new order."""

    clicks: int | None
    region: Word
    department: Word
    campaign: Word
    method: Word
    text: Long
    meeting: Word
    due: Word
    take: Word
    numbers: Long
    filters: Query
    view: Query


def register(app: Dash, store: Store) -> None:
    """Bind the form."""

    def offered(query: str | None, view: str | None) -> list[object]:
        look, filters = View.from_query(view), Filters.from_query(query)
        options = order_options(current_scope(), store, filters, look.lang)
        return [options["regions"], region_hint(options["cut"], look.lang), options["campaigns"], takes(filters, look)]

    bind(
        app,
        "orders:choices",
        offered,
        [
            Output(ids.order_field("region"), "options"),
            Output(ids.order_field("region-hint"), "children"),
            Output(ids.order_field("campaign"), "options"),
            Output(ids.order_field("take"), "options"),
        ],
        [Input(ids.FILTERS, "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Offered,
    )

    def taking(region: str | None, take: str | None, query: str | None, view: str | None) -> str:
        look = View.from_query(view)
        if not take:
            return ""
        try:
            found = len(taken(store, current_scope(), Filters.from_query(query), region, take))
        except OrderError as problem:
            return problem.text(look.lang)
        return t("orders.form.taking", look.lang, n=count(found, look.lang), set=set_name(take, look))

    bind(
        app,
        "orders:taking",
        taking,
        Output(ids.ORDERS_TAKING, "children"),
        [Input(ids.order_field("region"), "value"), Input(ids.order_field("take"), "value"), Input(ids.FILTERS, "data")],
        [State(ids.VIEW, "data")],
        permission="view",
        model=Taking,
    )

    def issued(clicks: int | None, *given: str | None) -> list[object]:
        values, (query, view) = dict(zip(FIELDS, given, strict=False)), given[len(FIELDS) :]
        look, filters = View.from_query(view), Filters.from_query(query)
        nothing = [no_update, no_update, no_update, no_update]
        if not clicks:
            return [no_update, *nothing]
        try:
            number, words = _issue(store, values, filters, look)
        except OrderError as problem:
            return [said(problem.text(look.lang), bad=True), *nothing]
        except HTTPException:
            raise
        except Exception:
            log.exception("issuing an order failed")
            return [said(t("orders.said.failed", look.lang), bad=True), *nothing]
        # what belongs to this order alone is emptied; place, method and days often stay for the next
        return [said(words), f"{number}.1", "", "", None]

    bind(
        app,
        "orders:issue",
        issued,
        [
            Output(ids.ORDERS_ISSUE_SAID, "children"),
            Output(ids.ORDERS_CHANGED, "data"),
            Output(ids.order_field("text"), "value"),
            Output(ids.order_field("numbers"), "value"),
            Output(ids.order_field("take"), "value"),
        ],
        [Input(ids.ORDERS_ISSUE, "n_clicks")],
        [*(State(ids.order_field(name), "value") for name in FIELDS), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="order",
        model=Issued,
        prevent_initial_call=True,
    )


def _issue(store: Store, values: dict[str, str | None], filters: Filters, view: View) -> tuple[int, str]:
    scope, lang, tree = current_scope(), view.lang, store.tree()
    due = read_day(values["due"], "due_day")
    picked = taken(store, scope, filters, values["region"], values["take"]) if values["take"] else []
    draft = Draft(
        values["meeting"],
        values["region"],
        values["method"] or "",
        values["text"] or "",
        due,
        values["department"],
        values["campaign"],
        values["numbers"] or "",
        picked,
    )
    campaigns = store.campaigns()
    simulated = not values["campaign"] and bool(campaigns) and all(each.simulated for each in campaigns)
    with store.writing() as conn:
        number = issue(conn, tree, draft, by=t("periods.here", lang), scope=scope, simulated=simulated)
        (made,) = read_orders(conn, order_ids=[number])
    place = tree.full_name(made.region_id, lang)
    return number, t("orders.said.issued", lang, number=number, region=place, due=day(due, lang), n=len(made.item_ids))


def taken(store: Store, scope: str, filters: Filters, region: str | None, take: str) -> list[int]:
    """Ids of the items of a set in the order's region, as far as the selection goes. OrderError ``items_many``."""
    tree = store.tree()
    place, selected = tree.get(region), tree.get(filters.region)
    if place is not None and (selected is None or place.region_id in tree.within(selected.region_id)):
        filters = filters.but(region=place.code, level=None)
    if not is_set(take):
        return []
    asked = filters.but(rows=take, page=1, size=25)
    found = int(item_list(scope, store, asked).attrs["count"])
    if found > MOST_ITEMS:
        raise OrderError("items_many", most=MOST_ITEMS, n=found)
    rows = frame.columns(item_list(scope, store, asked, whole=True), "item_id")[0]
    return [number for number in map(from_hex, rows) if number is not None]


def said(text: str, bad: bool = False) -> html.P:
    """What came of a click."""
    return html.P(text, className="lock-note lock-note-bad" if bad else "lock-note", role="alert" if bad else "status")
