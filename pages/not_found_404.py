"""The page for an address that names nothing."""

import dash
from dash import html

from dashboard import shell
from dashboard.i18n import t
from dashboard.site import address, asked_view
from data.filters import Filters

dash.register_page(__name__, path="/404", title=lambda **_: t("missing.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query).without_rows()
    onward = address("/progress", filters, view)
    body = html.Div(
        [
            html.H1(t("missing.title", view.lang)),
            html.P(t("missing.text", view.lang), className="lead"),
            html.P(html.A(t("home.to_progress", view.lang), href=onward, className="action", **{"data-nav": "plain"})),
            html.P(html.A(t("missing.home", view.lang), href=address("/", filters, view), **{"data-nav": "plain"})),
        ],
        className="plain-page",
    )
    return shell.page(body, view=view, filters=None, path="/404", carried=filters)
