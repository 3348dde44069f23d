"""The import page: which file is on the bench, its check, its import, and how far they are.

Everything that takes time is a job in a process of its own (``data/ledgers/jobs.py``); one callback looks at the jobs
while there are any and shows what they left. What is shown follows from files and store alone, so a reload, a lost
connection or a restart of the server changes nothing.
"""

from typing import Annotated, Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field

from callbacks import import_files, import_history, import_look
from callbacks.bench import clicked
from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from callbacks.import_bench import LEDGER_BENCH
from callbacks.import_files import address_of, mine, task, words
from callbacks.import_options import named, profile_body, read_choices, read_form
from dashboard import ids
from dashboard.components import import_progress as ended
from dashboard.i18n import t
from dashboard.view import View
from data.ledgers import jobs, pipeline, tasks
from data.ledgers.header import known_fields
from data.ledgers.problems import LedgerError
from data.ledgers.profile import Profile
from data.ledgers.uploads import Upload, read_json, write_json
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Id = Annotated[str, Field(max_length=100)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Word = Annotated[str, Field(max_length=500)]
Chosen = Annotated[list[Word | Annotated[list[Word], Field(max_length=500)] | None], Field(max_length=500)]


class Opened(BaseModel):
    """What puts a file on the bench."""

    arrived: Id
    pick: Clicks
    drop: Clicks
    next: Clicks
    upload: Id
    view: Text


class Form(BaseModel):
    """The form and the tables of the preview."""

    clicks: Clicks
    upload: Id
    options: Chosen
    days: Chosen
    columns: Chosen
    statuses: Chosen
    view: Text


class Kept(Form):
    """The same, with the name of a profile."""

    name: Chosen


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page and its routes."""
    import_files.register(app, store)
    import_history.register(app, store)
    _register_bench(app, store)
    _register_form(app, store)
    import_look.register(app, store)
    app.clientside_callback(
        ClientsideFunction("imports", "fresh"),
        Output(ids.IMPORT_FRESH, "hidden"),
        Input({"type": "import-option", "name": "campaign"}, "value"),
    )


# ----------------------------------------------------------------------------- the bench


def _register_bench(app: Dash, store: Store) -> None:
    def opened(
        arrived: str | None, pick: list[int], drop: list[int], following: list[int], current: str | None, view: str | None
    ) -> list[object]:
        current_scope()
        return LEDGER_BENCH.opened(store, arrived, current, View.from_query(view).lang)

    bind(
        app,
        "imports:open",
        opened,
        [
            Output(ids.IMPORT_UPLOAD, "data"),
            Output(ids.IMPORT_QUEUE, "children"),
            Output(ids.IMPORT_BENCH, "children"),
            Output(ids.IMPORT_TICK, "disabled"),
            Output(ids.IMPORT_SEEN, "data"),
        ],
        [
            Input(ids.IMPORT_ARRIVED, "data"),
            Input({"type": "import-pick", "upload": ALL}, "n_clicks"),
            Input({"type": "import-drop", "upload": ALL}, "n_clicks"),
            Input({"type": "import-next", "at": ALL}, "n_clicks"),
        ],
        [State(ids.IMPORT_UPLOAD, "data"), State(ids.VIEW, "data")],
        permission="import",
        model=Opened,
    )


# ----------------------------------------------------------------------------- check, import, save


def _register_form(app: Dash, store: Store) -> None:
    states = [
        State(ids.IMPORT_UPLOAD, "data"),
        State({"type": "import-option", "name": ALL}, "value"),
        State({"type": "import-day", "name": ALL}, "date"),
        State({"type": "import-column", "index": ALL}, "value"),
        State({"type": "import-status", "index": ALL}, "value"),
        State(ids.VIEW, "data"),
    ]

    def check(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        if not clicked() or upload is None:
            return [no_update, no_update]
        form, options, wrong = _read(store, upload, lang)
        if wrong:
            return [ended.said(wrong), no_update]
        write_json(upload.folder / "form.json", form)
        jobs.start(upload.folder, address_of(store), task(jobs.CHECK, name=upload.name, options=options))
        return [[], False]

    bind(
        app,
        "imports:check",
        check,
        [Output(ids.IMPORT_SAID, "children"), Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "import-check", "at": ALL}, "n_clicks")],
        states,
        permission="import",
        model=Form,
        prevent_initial_call=True,
    )

    def commit(clicks: list[int | None], upload_id: str | None, *values: object) -> list[object]:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if not clicked() or upload is None or shown is None:
            return [no_update, no_update]
        form, _, wrong = _read(store, upload, lang)
        touched, more = read_choices(shown, *_tables(), known_fields(), lang)
        if wrong or more or touched or form != read_json(upload.folder / "form.json"):
            return [ended.said([*wrong, *more] or [t("imports.form.unchecked", lang)]), no_update]
        jobs.start(upload.folder, address_of(store), task(jobs.IMPORT, name=upload.name, options=shown["options"]))
        return [[], False]

    bind(
        app,
        "imports:commit",
        commit,
        [Output(ids.IMPORT_SAID, "children", allow_duplicate=True), Output(ids.IMPORT_TICK, "disabled", allow_duplicate=True)],
        [Input({"type": "import-commit", "at": ALL}, "n_clicks")],
        states,
        permission="import",
        model=Form,
        prevent_initial_call=True,
    )

    def keep(clicks: list[int | None], upload_id: str | None, *values: object) -> object:
        lang = View.from_query(values[4]).lang  # type: ignore[arg-type]
        upload = mine(upload_id)
        shown = read_json(upload.folder / "preview.json") if upload else None
        if not clicked() or shown is None:
            return no_update
        given = values[5][0] if isinstance(values[5], list) and values[5] else None
        name = " ".join(given.split())[:60] if isinstance(given, str) else ""
        if not name:
            return t("imports.profile.unnamed", lang)
        touched, wrong = read_choices(shown, *_tables(), known_fields(), lang)
        if touched or wrong:
            return t("imports.form.unchecked", lang)
        try:
            statuses = tasks.profile_of(store, shown["options"]).statuses
            pipeline.save_profile(store, Profile.from_dict(profile_body(shown, shown["options"], statuses, name), name))
        except LedgerError as error:
            return words(error, lang)
        return t("imports.profile.saved", lang, name=name)

    bind(
        app,
        "imports:keep",
        keep,
        Output(ids.IMPORT_SAVED, "children"),
        [Input({"type": "import-keep", "at": ALL}, "n_clicks")],
        [*states, State({"type": "import-profile", "at": ALL}, "value")],
        permission="import",
        model=Kept,
        prevent_initial_call=True,
    )


def _tables() -> tuple[dict[Any, Any], dict[Any, Any], object]:
    states = ctx.states_list
    return named(states[3]), named(states[4]), named(states[1]).get("keys")


def _read(store: Store, upload: Upload, lang: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The form as it stands, the options it means, and what does not fit."""
    values, days = named(ctx.states_list[1]), named(ctx.states_list[2])
    values.pop("keys", None)
    options, wrong = read_form(store, values, days, lang)
    shown = read_json(upload.folder / "preview.json")
    chosen, more = read_choices(shown, *_tables(), known_fields(), lang)
    before = (shown or {}).get("options", {})
    for name in ("columns", "statuses", "keys"):
        if name == "statuses":
            chosen[name] = {**(before.get(name) or {}), **(chosen.get(name) or {})}
        elif name not in chosen and before.get(name):
            chosen[name] = before[name]
    if any(chosen.get(name) for name in ("columns", "statuses")) and options["profile"] is None:
        # what was chosen by hand was chosen on top of the profile that was found
        options["profile"] = before.get("profile") or ""
    return {**values, **days}, {**options, **chosen}, [*wrong, *more]
