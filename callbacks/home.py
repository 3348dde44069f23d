"""The start page: every campaign with its figures, to choose from."""

from typing import Annotated

from dash import Dash, Input, Output
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.registry import to_text
from dashboard import ids
from dashboard.components.campaign_cards import campaign_cards
from dashboard.view import View
from data.filters import Filters
from data.queries.campaign_list import campaign_list
from data.store import Store


class Asked(BaseModel):
    """What the start page sends."""

    view: Annotated[str, Field(max_length=8000)] | None


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the start page."""

    def show(view: str | None) -> str:
        scope, shown = current_scope(), View.from_query(view)

        def compute() -> str:
            cards = campaign_cards(campaign_list(scope, store, Filters(), lang=shown.lang), shown)
            return to_text({"multi": True, "response": {ids.CAMPAIGNS: {"children": cards}}})

        return answers.get(("campaigns", shown.lang, scope, store.version()), compute)

    bind(
        app,
        "home:campaigns",
        show,
        Output(ids.CAMPAIGNS, "children"),
        [Input(ids.VIEW, "data")],
        permission="view",
        model=Asked,
        answer=show,
    )
