"""Theme and language: how the reader wants it, without asking the server. The shell's marks follow the filters."""

from typing import Annotated

from dash import ClientsideFunction, Dash, Input, Output, State
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import bind
from callbacks.site import facts_for
from dashboard import ids, shell
from dashboard.view import View
from data.filters import Filters
from data.store import Store

Query = Annotated[str, Field(max_length=8000)] | None


class Marks(BaseModel):
    """What the shell's marks depend on."""

    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the theme switch and the shell's marks."""
    app.clientside_callback(
        ClientsideFunction("dubang", "switch_theme"),
        Output(ids.VIEW, "data"),
        Input(ids.THEME_SWITCH, "n_clicks"),
        State(ids.VIEW, "data"),
        prevent_initial_call=True,
    )

    def marks(query: str | None, view: str | None) -> object:
        return shell.status(facts_for(store, Filters.from_query(query)), View.from_query(view))

    bind(
        app,
        "shell:status",
        marks,
        Output(ids.STATUS, "children"),
        [Input(ids.FILTERS, "data")],
        [State(ids.VIEW, "data")],
        permission="view",
        model=Marks,
        prevent_initial_call=True,
    )
