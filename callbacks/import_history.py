"""The list of imports and their undo."""

from datetime import UTC, datetime
from typing import Any

from dash import ALL, Dash, Input, Output, State

from callbacks.bench import Listed, Undo
from callbacks.guard import bind, current_scope
from callbacks.import_bench import LEDGER_BENCH
from dashboard import ids
from dashboard.components.import_history import history
from dashboard.formatting import moment
from dashboard.site import address
from dashboard.view import View
from data import calendar
from data.filters import Filters
from data.ledgers import pipeline
from data.store import Store

SHOWN = 50


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

    def undo(*_: object) -> list[object]:
        return LEDGER_BENCH.undone(store)

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
