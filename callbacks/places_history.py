"""The imports of places so far and their undo."""

from typing import Any

from dash import ALL, Dash, Input, Output, State

from callbacks.bench import Listed, Undo
from callbacks.guard import bind, current_scope
from callbacks.import_history import civil
from callbacks.places_options import PLACE_BENCH
from dashboard import ids
from dashboard.components.places_done import history
from dashboard.view import View
from data.places import pipeline
from data.store import Store

SHOWN = 50


def register(app: Dash, store: Store) -> None:
    """Bind the list and the undo."""

    def listed(changed: str | None, asking: int | None, view: str | None) -> object:
        shown = View.from_query(view)
        current_scope()
        return history([_shown(each, shown.lang) for each in pipeline.history(store, SHOWN)], asking, shown.lang)

    bind(
        app,
        "places:history",
        listed,
        Output(ids.PLACES_HISTORY, "children"),
        [Input(ids.PLACES_CHANGED, "data"), Input(ids.PLACES_ASKING, "data")],
        [State(ids.VIEW, "data")],
        permission="import",
        model=Listed,
    )

    def undo(*_: object) -> list[object]:
        return PLACE_BENCH.undone(store)

    bind(
        app,
        "places:undo",
        undo,
        [
            Output(ids.PLACES_ASKING, "data"),
            Output(ids.PLACES_UNDO, "data"),
            Output(ids.PLACES_TICK, "disabled", allow_duplicate=True),
            Output(ids.PLACES_UNDO_SAID, "children", allow_duplicate=True),
        ],
        [
            Input({"type": "places-ask", "batch": ALL, "at": ALL}, "n_clicks"),
            Input({"type": "places-yes", "batch": ALL}, "n_clicks"),
            Input({"type": "places-no", "batch": ALL}, "n_clicks"),
        ],
        permission="import",
        model=Undo,
        prevent_initial_call=True,
    )


def _shown(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "batch": row["batch_id"],
        "when": civil(row["imported_at"], lang),
        "file": row["file_name"],
        "layer": row["layer"],
        "new": row["places_new"],
        "changed": row["places_changed"],
        "same": row["places_same"],
        "repaired": row["repaired"],
        "refused": row["refused"],
        "by": row["imported_by"],
        "undone": civil(row["undone_at"], lang) if row["undone_at"] else None,
    }
