"""/contest: the arena contests there are, and a new one. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.contest_board import contest_form
from dashboard.i18n import t
from dashboard.site import asked_view
from data.filters import Filters

dash.register_page(__name__, path="/contest", title=lambda **_: t("contest.heading", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    lang = view.lang
    body = [
        html.H1(t("contest.heading", lang)),
        html.P(t("contest.lead", lang), className="lead"),
        html.Div(id=ids.CONTEST_LIST_SAID, role="status", **{"aria-live": "polite"}),
        html.Div(id=ids.CONTEST_LIST),
        contest_form(view),
        dcc.Store(id=ids.CONTEST_MADE, data=0),
    ]
    return shell.page(
        html.Div(body, className="contest-page"), view=view, filters=None, path="/contest", carried=Filters.from_query(query).without_rows()
    )
