"""Dash's own page router, under the guard like everything else."""

from typing import Annotated

from dash import Dash
from pydantic import BaseModel, Field

from callbacks.cached import Answers
from callbacks.guard import Bound, matrix
from dashboard import ids
from data.store import Store


class Address(BaseModel):
    """What the router is sent."""

    pathname: Annotated[str, Field(max_length=2000)]
    search: Annotated[str, Field(max_length=8000)] | None


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Adopt the router's callback, which Dash has made already."""
    (key,) = [key for key in app.callback_map if key.startswith("..") and "_pages_content.children" in key]
    app.server.extensions["door"].bound[key] = Bound(
        "pages:router",
        matrix()["pages:router"],
        Address,
        [(ids.URL, "pathname"), (ids.URL, "search")],
        [],
        [("_pages_content", "children"), ("_pages_store", "data")],
    )
