"""Glue between queries and figures. ``register_all`` is the whole list of what an app does."""

from dash import Dash

from callbacks import (
    batches,
    brief_files,
    charts,
    contest,
    escalation,
    export_pictures,
    export_states,
    exports,
    filters,
    geo,
    health,
    home,
    imports,
    item,
    language,
    map_answers,
    map_card,
    map_layers,
    orders,
    periods,
    places,
    progress,
    rankings,
    river,
    router,
    screen,
    screens,
    warnings,
)
from callbacks.cached import Answers
from data.store import Store

# in this order; each has register(app, store, answers)
ROOMS = (
    router, language, filters, charts, progress, rankings, periods, item, home, imports, places, contest, exports,
    export_pictures, export_states, brief_files, batches, geo,
    map_layers, map_answers, map_card, river, orders, escalation, screen, screens, warnings, health,
)  # fmt: skip


def register_all(app: Dash, store: Store, answers: Answers) -> None:
    """Bind every callback and route of the app."""
    for room in ROOMS:
        room.register(app, store, answers)
