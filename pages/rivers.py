"""The water bodies of the selection by basin, each with its target, its class and what is open along it. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.filter_bar import filter_bar
from dashboard.components.river_page import INDEX
from dashboard.i18n import t
from dashboard.site import asked_view, site
from data.filters import Filters

dash.register_page(__name__, path=INDEX, title=lambda **_: t("river.title.page", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    lang = view.lang
    body = [
        html.H1(t("river.index.heading", lang)),
        filter_bar(filters, site().options(filters, lang), view, INDEX),
        html.Div(
            [
                html.Label(t("river.index.search", lang), htmlFor=ids.RIVER_SEARCH),
                dcc.Input(
                    id=ids.RIVER_SEARCH, type="search", placeholder=t("river.index.search_hint", lang), className="river-search", value=""
                ),
                html.Span(
                    "", id=ids.RIVER_FOUND, role="status", className="quiet", **{"data-words": t("river.index.found", lang, n="{n}")}
                ),
            ],
            className="river-find",
        ),
        html.Div(id=ids.RIVER_LIST),
    ]
    return shell.page(html.Div(body, className="progress-page rivers-page"), view=view, filters=filters, path=INDEX)
