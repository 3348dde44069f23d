"""Glue of the proposals on the orders page: what the rules propose, and what a person decides. Nobody else does."""

import logging
from typing import Annotated

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from callbacks.cached import Answers
from callbacks.guard import allowed, bind, current_scope
from callbacks.order_form import said
from callbacks.orders import clicked, records, typed
from callbacks.registry import CHARTS, relevant, render, result
from dashboard import ids
from dashboard.components.escalation_list import CONFIRM, DISMISS, OWN, REVOKE, escalation_body
from dashboard.i18n import t
from dashboard.view import View
from data.escalation.decisions import Paper, confirm, dismiss, record, revoke
from data.escalation.model import EscalationError
from data.filters import Filters
from data.orders.issue import read_day
from data.orders.model import OrderError
from data.queries.escalation_decisions import escalation_decisions
from data.queries.order_options import order_options
from data.store import Store

log = logging.getLogger(__name__)

Query = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Clicks = Annotated[list[int | None], Field(max_length=2000)]
Texts = Annotated[list[Annotated[str, Field(max_length=20_000)] | None], Field(max_length=20)]


class Shown(BaseModel):
    """What the proposals are made from."""

    filters: Query
    asking: Word
    changed: Word
    view: Query


class Asked(BaseModel):
    """A click that opens or closes a form."""

    ask: Clicks


class Decided(BaseModel):
    """A decision that is sent."""

    do: Clicks
    fields: Texts
    filters: Query
    view: Query


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the section."""

    def show(query: str | None, asking: str | None, _: str | None, view: str | None) -> object:
        look = View.from_query(view)
        try:
            return body(store, Filters.from_query(query), asking, look)
        except HTTPException:
            raise
        except Exception:
            log.exception("escalation failed for %r", query)
            return html.P(t("chart.failed", look.lang))

    bind(
        app,
        "escalation:show",
        show,
        Output(ids.ESCALATION_LIST, "children"),
        [
            Input(ids.FILTERS, "data"),
            Input(ids.ESCALATION_ASKING, "data"),
            Input(ids.ESCALATION_CHANGED, "data"),
            Input(ids.VIEW, "data"),
        ],
        permission="view",
        model=Shown,
    )

    def ask(_: list[int | None]) -> list[object]:
        name = clicked()
        return [no_update, no_update] if name is None else [name, []]

    bind(
        app,
        "escalation:ask",
        ask,
        [Output(ids.ESCALATION_ASKING, "data"), Output(ids.ESCALATION_SAID, "children")],
        [Input({"type": "escalation-ask", "name": ALL}, "n_clicks")],
        permission="view",
        model=Asked,
        prevent_initial_call=True,
    )

    def decided(_: list[int | None], __: list[str | None], query: str | None, view: str | None) -> list[object]:
        name = clicked()
        if name is None:
            return [no_update, no_update, no_update]
        look, filters = View.from_query(view), Filters.from_query(query)
        try:
            words, mark = _decide(store, name, typed(ctx.states_list[0]), filters, look)
        except (EscalationError, OrderError) as problem:
            return [no_update, no_update, said(problem.text(look.lang), bad=True)]
        except HTTPException:
            raise
        except Exception:
            log.exception("deciding %s failed", name)
            return [no_update, no_update, said(t("orders.said.failed", look.lang), bad=True)]
        return [None, mark, said(words)]

    bind(
        app,
        "escalation:decide",
        decided,
        [
            Output(ids.ESCALATION_ASKING, "data", allow_duplicate=True),
            Output(ids.ESCALATION_CHANGED, "data"),
            Output(ids.ESCALATION_SAID, "children", allow_duplicate=True),
        ],
        [Input({"type": "escalation-do", "name": ALL}, "n_clicks")],
        [State({"type": "escalation-field", "name": ALL}, "value"), State(ids.FILTERS, "data"), State(ids.VIEW, "data")],
        permission="escalate",
        model=Decided,
        prevent_initial_call=True,
    )


def body(store: Store, filters: Filters, asking: str | None, view: View) -> list[object]:
    """Caption, proposals, and decisions of the selection."""
    scope, chart = current_scope(), CHARTS["escalation-candidates"]
    asked = relevant(chart, filters)
    df = result(store, chart, asked, view.lang, scope)
    options = order_options(scope, store, filters, view.lang)
    may = allowed("escalate") and not options["past"]
    decided = records(escalation_decisions(scope, store, asked, view.lang), store, view.lang)
    caption = render(chart, df, asked, view).caption
    return escalation_body(records(df, store, view.lang), df.attrs["findings"], decided, caption, options, asking, may, asked, view)


def _decide(store: Store, name: str, fields: dict[str, str], filters: Filters, view: View) -> tuple[str, str]:
    """Do what is named on a button; gives what is said, and a mark of the change."""
    scope, lang = current_scope(), view.lang
    by, what, rest = t("periods.here", lang), *name.partition(":")[::2]
    on = read_day(fields.get("day"), "day")
    if what == OWN:
        number = record(store, scope, filters, fields.get("region", ""), fields.get("rung", ""), _paper(fields), by=by)
    elif what == REVOKE:
        if not (rest.isascii() and rest.isdigit() and len(rest) < 10):
            raise EscalationError("decision_unknown", decision=rest[:20])
        number = revoke(store, scope, int(rest), fields.get("reason", ""), on, by=by)
    else:
        rule, _, region = rest.partition(":")
        if what == CONFIRM:
            number = confirm(store, scope, filters, region, rule, _paper(fields), by=by)
        elif what == DISMISS:
            number = dismiss(store, scope, filters, region, rule, fields.get("reason", ""), on, by=by)
        else:
            raise EscalationError("decision_unknown", decision=what[:20])
    return t(f"escalation.said.{what}", lang), str(number)


def _paper(fields: dict[str, str]) -> Paper:
    public = {"yes": True, "no": False}.get(fields.get("public", ""))
    return Paper(read_day(fields.get("day"), "day"), fields.get("office", ""), fields.get("document", ""), public, fields.get("reason", ""))
