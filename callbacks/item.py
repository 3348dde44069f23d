"""The page of one item: its fields, and its history with both clocks."""

from typing import Annotated

from dash import Dash, Input, Output, html
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from dashboard import ids
from dashboard.components.item_page import item_page, no_item
from dashboard.view import View
from data.queries.item_detail import item_detail
from data.store import Store


class Asked(BaseModel):
    """What the item page sends."""

    item_id: Annotated[str, Field(max_length=200)] | None
    view: Annotated[str, Field(max_length=8000)] | None


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the item page."""

    def show(item_id: str | None, view: str | None) -> html.Div:
        shown = View.from_query(view)
        found = item_detail(current_scope(), store, item_id or "", lang=shown.lang)
        return item_page(found, shown) if found else no_item(shown)

    bind(
        app,
        "item:show",
        show,
        Output(ids.ITEM, "children"),
        [Input(ids.ITEM_ID, "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Asked,
    )
