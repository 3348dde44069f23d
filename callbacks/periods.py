"""Glue of the lock panel on the ranking page: what it shows, and locking, correcting, appealing and answering."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from dashboard import ids
from dashboard.components.period_lock import (
    APPEAL,
    CORRECT,
    DECIDE,
    LOCK,
    AppealShown,
    EditionShown,
    LockFacts,
    period_body,
)
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.queries.rank_changes import rank_changes
from data.ranking import appeals, locks, periods, race
from data.ranking.editions import civil, editions, selection_of
from data.ranking.lock_words import LockError
from data.ranking.standing import Period, Standing
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]
Fields = Annotated[list[Annotated[str, Field(max_length=20_000)] | None], Field(max_length=20)]


class Shown(BaseModel):
    """What the panel is made from."""

    race: Query
    asking: Word
    changed: Word
    view: Query


class Asked(BaseModel):
    """A click that opens or closes a form."""

    ask: Clicks


class Done(BaseModel):
    """A form that is sent."""

    do: Clicks
    fields: Fields
    race: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the panel."""

    def show(query: str | None, asking: str | None, changed: str | None, view: str | None) -> object:
        shown, filters = View.from_query(view), Filters.from_query(query).for_race()
        try:
            return period_body(lock_facts(store, filters, shown.lang), asking, filters, shown)
        except HTTPException:
            raise
        except Exception:
            log.exception("lock panel failed for %r", filters.to_query())
            return html.P(t("chart.failed", shown.lang))

    bind(
        app,
        "periods:show",
        show,
        Output(ids.RACE_LOCK, "children"),
        [Input(ids.RACE, "data"), Input(ids.LOCK_ASKING, "data"), Input(ids.LOCK_CHANGED, "data"), Input(ids.VIEW, "data")],
        permission="view",
        model=Shown,
    )

    def ask(_: list[int | None]) -> list[object]:
        clicked = _clicked()
        return [no_update, no_update] if clicked is None else [clicked, []]

    bind(
        app,
        "periods:ask",
        ask,
        [Output(ids.LOCK_ASKING, "data"), Output(ids.LOCK_SAID, "children")],
        [Input({"type": "lock-ask", "name": ALL}, "n_clicks")],
        permission="view",
        model=Asked,
        prevent_initial_call=True,
    )
    # one callback for each right, so that the door can tell them apart
    _bind_form(app, "periods:lock", "lock", {LOCK: _lock(store), CORRECT: _correct(store)})
    _bind_form(app, "periods:appeal", "appeal", {APPEAL: _appeal(store), DECIDE: _decide(store)})


Act = Callable[[Filters, str, dict[str, str], View], str]


def _bind_form(app: Dash, name: str, permission: str, acts: dict[str, Act]) -> None:
    def send(_: list[int | None], fields: list[str | None], query: str | None, view: str | None) -> list[object]:
        nothing = [no_update, no_update, no_update, no_update]
        clicked = _clicked()
        if clicked is None:
            return nothing
        act = acts.get(clicked.partition(":")[0])
        if act is None:
            return nothing
        shown, filters = View.from_query(view), Filters.from_query(query).for_race()
        current_scope()
        try:
            said = act(filters, clicked.partition(":")[2], _typed(ctx.states_list[0]), shown)
        except LockError as problem:
            return [no_update, no_update, no_update, _said(problem.text(shown.lang), bad=True)]
        except HTTPException:
            raise
        except Exception:
            log.exception("%s failed for %r", clicked, filters.to_query())
            return [no_update, no_update, no_update, _said(t("periods.said.failed", shown.lang), bad=True)]
        # the newest edition, also where an older one or a live count was looked at; appeals stay where they were made
        seen = filters if permission == "appeal" else filters.but(edition=None, as_of=None, known_at=None)
        return [seen.to_query(), said, None, _said(said)]

    bind(
        app,
        name,
        send,
        [
            Output(ids.RACE, "data", allow_duplicate=True),
            Output(ids.LOCK_CHANGED, "data", allow_duplicate=True),
            Output(ids.LOCK_ASKING, "data", allow_duplicate=True),
            Output(ids.LOCK_SAID, "children", allow_duplicate=True),
        ],
        [Input({"type": "lock-do" if permission == "lock" else "appeal-do", "name": ALL}, "n_clicks")],
        [State({"type": "lock-field", "name": ALL}, "value"), State(ids.RACE, "data"), State(ids.VIEW, "data")],
        permission=permission,
        model=Done,
        prevent_initial_call=True,
    )


def _clicked() -> str | None:
    """The name on the button that was clicked; None for buttons that have just been drawn, which report themselves without a click."""
    found = ctx.triggered_id
    if not found or not ctx.triggered or not ctx.triggered[0]["value"] or not isinstance(found, dict):
        return None
    name = found.get("name")
    return name if isinstance(name, str) else None


def _typed(states: object) -> dict[str, str]:
    """What stands in the fields of the open form, by their names."""
    out: dict[str, str] = {}
    for each in states if isinstance(states, list) else []:
        name, value = each.get("id", {}).get("name"), each.get("value")
        if isinstance(name, str) and isinstance(value, str):
            out[name] = value
    return out


def _said(text: str, bad: bool = False) -> html.P:
    return html.P(text, className="lock-note lock-note-bad" if bad else "lock-note", role="alert" if bad else "status")


# ----------------------------------------------------------------------------- what is done


def _here(store: Store, filters: Filters, lang: str) -> tuple[str, Period]:
    """Scheme and period that a form speaks of."""
    scheme = race.scheme_of(store, filters)
    if scheme is None:
        raise LockError("scheme_unknown", scheme=filters.scheme)
    period = _period(store, filters)
    if period is None:
        raise LockError("period_unknown", scheme=scheme.name, period=filters.period or "")
    return scheme.code, period


def _lock(store: Store) -> Act:
    def act(filters: Filters, _: str, fields: dict[str, str], view: View) -> str:
        scheme, period = _here(store, filters, view.lang)
        who = t("periods.here", view.lang)
        locks.lock(store, scheme, period.code, selection=selection_of(filters), by=who, reason=fields.get("reason"))
        return t("periods.said.locked", view.lang, period=periods.period_name(period, view.lang))

    return act


def _correct(store: Store) -> Act:
    def act(filters: Filters, _: str, fields: dict[str, str], view: View) -> str:
        scheme, period = _here(store, filters, view.lang)
        who = t("periods.here", view.lang)
        made = locks.correct(store, scheme, period.code, selection=selection_of(filters), by=who, reason=fields.get("reason"))
        return t("periods.said.corrected", view.lang, period=periods.period_name(period, view.lang), n=made)

    return act


def _appeal(store: Store) -> Act:
    def act(filters: Filters, _: str, fields: dict[str, str], view: View) -> str:
        scheme, period = _here(store, filters, view.lang)
        asked = int(filters.edition) if filters.edition and filters.edition.isdigit() else None
        number = appeals.add(
            store,
            scheme,
            period.code,
            asked,
            fields.get("place", ""),
            fields.get("text", ""),
            by=t("periods.here", view.lang),
            selection=selection_of(filters),
            indicator=fields.get("indicator") or None,
        )
        return t("periods.said.appealed", view.lang, n=number)

    return act


def _decide(store: Store) -> Act:
    def act(filters: Filters, number: str, fields: dict[str, str], view: View) -> str:
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise LockError("appeal_unknown", appeal=number)
        appeals.decide(store, int(number), fields.get("outcome", ""), fields.get("answer", ""), by=t("periods.here", view.lang))
        return t("periods.said.decided", view.lang, n=int(number))

    return act


# ----------------------------------------------------------------------------- what is shown


def _period(store: Store, filters: Filters) -> Period | None:
    """The period a view is about, locked or not."""
    scheme = race.scheme_of(store, filters)
    if scheme is None:
        return None
    found = periods.find(store, scheme, filters)
    if found is None:
        # locked, and not of the calendar any more
        held = editions(store, scheme.code, selection_of(filters), filters.period)
        found = race.period_of(held[-1], scheme.period) if held else None
    return found


def lock_facts(store: Store, filters: Filters, lang: str) -> LockFacts:
    """Everything the panel shows of the selection's period, in the visitor's scope and with the visitor's rights."""
    scope = current_scope()
    scheme, period = race.scheme_of(store, filters), _period(store, filters)
    if scheme is None or period is None:
        return LockFacts()
    selection = selection_of(filters)
    held = editions(store, scheme.code, selection, period.code)
    standing, fault = _standing(scope, store, filters, lang)
    edition = standing.edition if standing else _edition_asked(filters, [each.edition for each in held]) if fault else 0
    df = rank_changes(scope, store, filters.but(period=period.code), lang=lang)
    said: dict[str, Any] = {"changed": df.to_dict("records"), "change": dict(df.attrs)} if edition else {}
    return LockFacts(
        period=period.code,
        period_name=periods.period_name(period, lang),
        running=period.running,
        ends_on=period.end,
        edition=edition,
        editions=[EditionShown(e.edition, e.when, e.locked_by, e.reason, e.sha256, e.scheme_version, e.store_version) for e in held],
        appeals=[_appeal_shown(each, lang) for each in appeals.listed(store, scheme.code, selection, period.code)],
        indicators=[(i.id, i.name(lang)) for i in standing.scheme.indicators] if standing else [],
        can_lock=allowed("lock"),
        can_appeal=allowed("appeal"),
        fault=fault,
        **said,
    )


def _standing(scope: str, store: Store, filters: Filters, lang: str) -> tuple[Standing | None, str]:
    try:
        return race.standing(scope, store, filters), ""
    except LockError as problem:
        return None, problem.text(lang)


def _edition_asked(filters: Filters, held: list[int]) -> int:
    if filters.edition and filters.edition.isdigit():
        return int(filters.edition)
    return held[-1] if held else 0


def _appeal_shown(each: appeals.Appeal, lang: str) -> AppealShown:
    return AppealShown(
        number=each.appeal_id,
        edition=each.edition,
        place=each.place(lang),
        against=each.indicator_name(lang) if each.indicator_name else each.indicator,
        text=each.text,
        by=each.made_by,
        when=civil(each.made_at),
        outcome=each.outcome,
        answer=each.answer,
        answered_by=each.decided_by,
        answered_when=civil(each.decided_at) if each.decided_at else None,
    )
