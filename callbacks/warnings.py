"""Glue of the warnings page: what it lists, and what a person says of a warning."""

import logging
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from callbacks.registry import CHARTS, relevant, render, result, to_text
from dashboard import frame, ids
from dashboard.components.warning_list import warning_body
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.store import Store
from data.warnings.marks import LONGEST_KEY, MarkError, acknowledge, reopen

log = logging.getLogger(__name__)
CHART = "warnings"
SHOW_READ = "read"

Query = Annotated[str, Field(max_length=8000)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Notes = Annotated[list[Annotated[str, Field(max_length=4000)] | None], Field(max_length=500)]


class Shown(BaseModel):
    """What the list receives."""

    filters: Query
    view: Query
    show: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=4)] | None
    changed: Annotated[str, Field(max_length=300)] | None


class Marked(BaseModel):
    """A click on a button, and the notes beside them."""

    clicks: Clicks
    notes: Notes
    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the page."""

    def show(query: str | None, view: str | None, shown: list[str] | None, changed: str | None) -> str:
        return list_answer(store, answers, query, view, SHOW_READ in (shown or []))

    bind(
        app,
        "warnings:show",
        show,
        [Output(ids.WARNINGS, "children"), Output(ids.WARNINGS_CAPTION, "children")],
        [Input(ids.FILTERS, "data"), Input(ids.VIEW, "data"), Input(ids.WARNINGS_SHOW, "value"), Input(ids.WARNINGS_CHANGED, "data")],
        permission="view",
        model=Shown,
        answer=show,
    )

    def mark(_: list[int | None], notes: list[str | None], query: str | None, view: str | None) -> list[object]:
        asked = ctx.triggered_id
        if not isinstance(asked, dict) or not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update, no_update]
        lang, key = View.from_query(view).lang, str(asked.get("key", ""))
        note = next((each.get("value") for each in ctx.states_list[0] if each["id"].get("key") == key), None)
        scope = current_scope()
        try:
            return mark_warning(store, scope, Filters.from_query(query), str(asked.get("do", "")), key, note, lang)
        except MarkError as problem:
            return [problem.text(lang), no_update]
        except HTTPException:
            raise
        except Exception:
            log.exception("warning %r could not be marked", key)
            return [t("warnings.mark_failed", lang), no_update]

    bind(
        app,
        "warnings:mark",
        mark,
        [Output(ids.WARNINGS_SAID, "children"), Output(ids.WARNINGS_CHANGED, "data")],
        [Input({"type": "warning-mark", "do": ALL, "key": ALL}, "n_clicks")],
        [State({"type": "warning-note", "key": ALL}, "value"), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="warn",
        model=Marked,
        prevent_initial_call=True,
    )


def list_answer(store: Store, answers: Answers, query: str | None, view: str | None, show_read: bool) -> str:
    """Tiles, lists and the sentence under the heading as Dash's JSON."""
    scope, shown, may_mark = current_scope(), View.from_query(view), allowed("warn")
    chart = CHARTS[CHART]
    filters = relevant(chart, Filters.from_query(query))

    def compute() -> str:
        df = result(store, chart, filters, shown.lang, scope)
        rows = [dict(zip(map(str, df.columns), row, strict=True)) for row in frame.rows(df, *map(str, df.columns))]
        body = warning_body(rows, df.attrs["counts"], df.attrs["watched"], filters, shown, may_mark=may_mark, show_read=show_read)
        return _answer(body, render(chart, df, filters, shown).caption)

    key = (CHART, filters.to_query(), shown.lang, show_read, may_mark, scope, store.version())
    try:
        return answers.get(key, compute)
    except HTTPException:
        raise
    except Exception:
        log.exception("warnings failed for %r", filters.to_query())
        return _answer(t("warnings.failed", shown.lang), "")


def _answer(body: object, caption: str) -> str:
    response = {ids.WARNINGS: {"children": body}, ids.WARNINGS_CAPTION: {"children": caption}}
    return to_text({"multi": True, "response": response})


def mark_warning(store: Store, scope: str, filters: Filters, do: str, key: str, note: str | None, lang: str) -> list[object]:
    """Acknowledge or reopen a warning that this viewer is shown now: [what is said, what has changed]. MarkError when it is not there."""
    chart = CHARTS[CHART]
    df = result(store, chart, relevant(chart, filters), lang, scope)
    names = ("key", "level", "since", "subject", "kind_name")
    rows: dict[str, tuple[Any, ...]] = {row[0]: row[1:] for row in frame.rows(df, *names)}
    if not 0 < len(key) <= LONGEST_KEY or key not in rows or do not in ("acknowledge", "reopen"):
        raise MarkError("gone")
    level, since, subject, kind = rows[key]
    by = t("warnings.here", lang)
    # what the person saw decides how grave it was, not what a script sent
    number = acknowledge(store, key, level, since, note, by) if do == "acknowledge" else reopen(store, key, note, by)
    said = t("warnings.done" if do == "acknowledge" else "warnings.cancelled", lang, subject=subject, kind=kind)
    return [said, f"{key}#{number}"]
