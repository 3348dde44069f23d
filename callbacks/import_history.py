"""The list of imports and their undo."""

from datetime import UTC, datetime
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks.guard import bind, current_scope
from callbacks.import_files import address_of, task, uploads
from dashboard import ids
from dashboard.components.import_history import history
from dashboard.formatting import moment
from dashboard.site import address
from dashboard.view import View
from data import calendar
from data.filters import Filters
from data.ledgers import jobs, pipeline
from data.store import Store

SHOWN = 50
Text = Annotated[str, Field(max_length=8000)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]


class Listed(BaseModel):
    """What the list is made from."""

    changed: Text
    asking: int | None
    view: Text


class Undo(BaseModel):
    """A click on undo, yes or no."""

    ask: Clicks
    yes: Clicks
    no: Clicks


def register(app: Dash, store: Store) -> None:
    """Bind the list and the undo."""

    def listed(changed: str | None, asking: int | None, view: str | None) -> object:
        shown = View.from_query(view)
        current_scope()
        return history([_shown(each, shown) for each in pipeline.history(store, SHOWN)], asking, shown.lang)

    bind(
        app,
        "imports:history",
        listed,
        Output(ids.IMPORT_HISTORY, "children"),
        [Input(ids.IMPORT_CHANGED, "data"), Input(ids.IMPORT_ASKING, "data")],
        [State(ids.VIEW, "data")],
        permission="import",
        model=Listed,
    )

    def undo(ask: list[int | None], yes: list[int | None], no: list[int | None]) -> list[object]:
        clicked = ctx.triggered_id
        # a button that has just been drawn reports itself without a click
        if not clicked or not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update, no_update, no_update, no_update]
        batch = clicked.get("batch") if isinstance(clicked.get("batch"), int) else None
        if clicked["type"] == "import-ask":
            return [batch, no_update, no_update, []]
        if clicked["type"] == "import-no" or batch is None:
            return [None, no_update, no_update, no_update]
        folder = uploads().room()
        jobs.start(folder, address_of(store), task(jobs.UNDO, batch=batch))
        return [None, folder.name, False, []]

    bind(
        app,
        "imports:undo",
        undo,
        [
            Output(ids.IMPORT_ASKING, "data"),
            Output(ids.IMPORT_UNDO, "data"),
            Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True),
            Output(ids.IMPORT_UNDO_SAID, "children", allow_duplicate=True),
        ],
        [
            Input({"type": "import-ask", "batch": ALL}, "n_clicks"),
            Input({"type": "import-yes", "batch": ALL}, "n_clicks"),
            Input({"type": "import-no", "batch": ALL}, "n_clicks"),
        ],
        permission="import",
        model=Undo,
        prevent_initial_call=True,
    )


def _shown(row: dict[str, Any], view: View) -> dict[str, Any]:
    campaign = row["campaign"]
    return {
        "batch": row["batch_id"],
        "when": civil(row["imported_at"], view.lang),
        "file": row["file_name"],
        "campaign": row["campaign_name"] or campaign,
        "link": address("/progress", Filters(campaign=(campaign,)), view),
        "as_known": row["as_known"],
        "accepted": row["rows_accepted"],
        "refused": row["rows_refused"],
        "new": row["items_new"],
        "changed": row["items_changed"],
        "same": row["items_same"],
        "missing": len(row["items_missing"] or []),
        "by": row["imported_by"],
        "undone": civil(row["undone_at"], view.lang) if row["undone_at"] else None,
        "original": f"/import/original/{row['batch_id']}",
    }


def civil(when: datetime, lang: str) -> str:
    """A moment of the store (UTC) as the clock on the wall has it."""
    return moment(when.replace(tzinfo=UTC).astimezone(calendar.SHANGHAI).replace(tzinfo=None), lang)
