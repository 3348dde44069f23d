"""The page of places: which file is on the bench, its check, and the import of what a person has confirmed.

What takes time is a job in a process of its own, as on the import page (``callbacks/imports.py``); ``places_look`` shows what they leave.
"""

from typing import Annotated, Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks import places_history, places_look
from callbacks.bench import clicked
from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.import_files import PLACES, address_of, mine, task
from callbacks.import_options import named
from callbacks.places_options import PLACE_BENCH, read_columns, read_form
from callbacks.places_words import offered
from dashboard import ids
from dashboard.components import import_progress as ended
from dashboard.i18n import t
from dashboard.view import View
from data.ledgers import jobs
from data.ledgers.uploads import Upload, read_json, write_json
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Id = Annotated[str, Field(max_length=100)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Chosen = Annotated[list[Annotated[str, Field(max_length=500)] | None], Field(max_length=500)]
Rows = Annotated[list[Annotated[int, Field(ge=1, le=10_000_000, strict=True)]], Field(max_length=10_000)]


class Opened(BaseModel):
    """What puts a file on the bench."""

    arrived: Id
    pick: Clicks
    drop: Clicks
    next: Clicks
    upload: Id
    view: Text


class Form(BaseModel):
    """The form, and the columns of the preview."""

    clicks: Clicks
    upload: Id
    options: Chosen
    days: Chosen
    columns: Chosen
    view: Text


class Confirmed(Form):
    """The same, with the rows whose repair is ticked."""

    confirmed: Rows | None


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page."""
    _register_bench(app, store)
    _register_form(app, store)
    places_look.register(app, store)
    places_history.register(app, store)
    _register_scripts(app)


# ----------------------------------------------------------------------------- the bench


def _register_bench(app: Dash, store: Store) -> None:
    def opened(
        arrived: str | None, pick: list[int], drop: list[int], following: list[int], current: str | None, view: str | None
    ) -> list[object]:
        current_scope()
        return PLACE_BENCH.opened(store, arrived, current, View.from_query(view).lang)

    bind(
        app,
        "places:open",
        opened,
        [
            Output(ids.PLACES_UPLOAD, "data"),
            Output(ids.PLACES_QUEUE, "children"),
            Output(ids.PLACES_BENCH, "children"),
            Output(ids.PLACES_TICK, "disabled"),
            Output(ids.PLACES_SEEN, "data"),
        ],
        [
            Input(ids.PLACES_ARRIVED, "data"),
            Input({"type": "places-pick", "upload": ALL}, "n_clicks"),
            Input({"type": "places-drop", "upload": ALL}, "n_clicks"),
            Input({"type": "places-next", "at": ALL}, "n_clicks"),
        ],
        [State(ids.PLACES_UPLOAD, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Opened,
    )


# ----------------------------------------------------------------------------- check, import


def _register_form(app: Dash, store: Store) -> None:
    states = [
        State(ids.PLACES_UPLOAD, "data"),
        State({"type": "places-option", "name": ALL}, "value"),
        State({"type": "places-day", "name": ALL}, "date"),
        State({"type": "places-column", "field": ALL}, "value"),
        State(ids.VIEW, "data"),
    ]

    def check(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[3]).lang  # type: ignore[arg-type]
        upload = mine(upload_id, PLACES)
        if not clicked() or upload is None:
            return [no_update, no_update]
        form, options, wrong = _read(store, upload, lang)
        if wrong:
            return [ended.said(wrong), no_update]
        write_json(upload.folder / "form.json", form)
        jobs.start(upload.folder, address_of(store), task(jobs.PLACES_CHECK, name=upload.name, options=options))
        return [[], False]

    bind(
        app,
        "places:check",
        check,
        [Output(ids.PLACES_SAID, "children"), Output(ids.PLACES_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "places-check", "at": ALL}, "n_clicks")],
        states,
        permission="import",
        model=Form,
        prevent_initial_call=True,
    )

    def commit(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[3]).lang  # type: ignore[arg-type]
        upload = mine(upload_id, PLACES)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if not clicked() or upload is None or shown is None:
            return [no_update, no_update]
        form, _, wrong = _read(store, upload, lang)
        chosen, _ = read_columns(shown, _columns(), lang)
        if wrong or chosen or form != read_json(upload.folder / "form.json"):
            return [ended.said([t("places.form.unchecked", lang)]), no_update]
        # what was not offered cannot be confirmed
        confirmed = sorted(set(values[4] or ()) & offered(shown))  # type: ignore[call-overload]
        given = task(jobs.PLACES_IMPORT, name=upload.name, options=shown["options"], confirmed=confirmed)
        jobs.start(upload.folder, address_of(store), given)
        return [[], False]

    bind(
        app,
        "places:commit",
        commit,
        [Output(ids.PLACES_COMMIT_SAID, "children"), Output(ids.PLACES_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "places-commit", "at": ALL}, "n_clicks")],
        [*states, State(ids.PLACES_CONFIRMED, "data")],
        permission="import",
        model=Confirmed,
        prevent_initial_call=True,
    )


def _columns() -> dict[Any, Any]:
    return {each["id"]["field"]: each.get("value") for each in ctx.states_list[3]}


def _read(store: Store, upload: Upload, lang: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The form as it stands, the options it means, and what does not fit."""
    values, days = named(ctx.states_list[1]), named(ctx.states_list[2])
    options, wrong = read_form(store, values, days, lang)
    shown = read_json(upload.folder / "preview.json")
    if shown is None or shown["layer"] != options["layer"]:
        return {**values, **days}, options, wrong
    chosen, more = read_columns(shown, _columns(), lang)
    # what was chosen by hand before stays chosen
    before = (shown.get("options") or {}).get("columns") or {}
    return {**values, **days}, {**options, "columns": {**before, **chosen}}, [*wrong, *more]


# ----------------------------------------------------------------------------- what needs no server


def _register_scripts(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("places", "only"),
        Output({"type": "places-only", "when": ALL}, "hidden"),
        Input({"type": "places-option", "name": ALL}, "value"),
    )
    app.clientside_callback(
        ClientsideFunction("places", "tally"),
        Output(ids.PLACES_CONFIRMED, "data"),
        Output({"type": "places-commit", "at": ALL}, "children"),
        Output({"type": "places-commit", "at": ALL}, "disabled"),
        Output(ids.PLACES_OUT, "children"),
        Output({"type": "places-kind", "repair": ALL}, "children"),
        Input(ids.PLACES_GRID, "selectedRows"),
        State(ids.PLACES_TALLY, "data"),
        State(ids.PLACES_GRID, "rowData"),
    )
    app.clientside_callback(
        ClientsideFunction("places", "whole"),
        Output(ids.PLACES_GRID, "selectedRows"),
        Input({"type": "places-all", "repair": ALL}, "n_clicks"),
        Input({"type": "places-none", "repair": ALL}, "n_clicks"),
        State(ids.PLACES_GRID, "rowData"),
        State(ids.PLACES_CONFIRMED, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("places", "level"),
        Output(ids.PLACES_GRID, "filterModel"),
        Input({"type": "places-level", "at": ALL}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("places", "map"),
        Output(ids.PLACES_MAP_SAID, "children"),
        Input(ids.PLACES_DRAWN, "data"),
        Input(ids.PLACES_CONFIRMED, "data"),
    )
