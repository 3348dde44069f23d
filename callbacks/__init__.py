"""Glue between queries and figures. ``register_all`` is the whole list of what an app does."""

from dash import Dash

from callbacks import charts, contest, exports, filters, health, home, imports, item, language, periods, progress, rankings, router
from callbacks.cached import Answers
from data.store import Store

# in this order; each has register(app, store, answers)
ROOMS = (router, language, filters, charts, progress, rankings, periods, item, home, imports, contest, exports, health)


def register_all(app: Dash, store: Store, answers: Answers) -> None:
    """Bind every callback and route of the app."""
    for room in ROOMS:
        room.register(app, store, answers)
