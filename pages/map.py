"""/map: where it is, whose it is, how far it has come. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.filter_bar import filter_bar
from dashboard.components.map_stage import map_stage
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

PATH = "/map"
dash.register_page(__name__, path=PATH, title=lambda **_: t("map.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    lang = view.lang
    if not site().facts(filters).campaigns:
        return shell.page(_empty(view), view=view, filters=None, path=PATH, carried=filters)
    body = [
        html.H1(t("map.heading", lang), className="visually-hidden"),
        filter_bar(filters, site().options(filters, lang), view, PATH),
        map_stage(filters, site().map(filters, lang), view),
        html.Div(id=ids.EMPTY, role="status"),
        html.Ul(id=ids.KPI_CARDS, className="kpi-row", **{"aria-label": t("progress.kpis", lang)}),
        html.Nav(id=ids.BREADCRUMB, hidden=True),
        html.Div(id=ids.MAP_BELOW, className="map-below"),
        dcc.Store(id=ids.MAP_DRAWN),
    ]
    return shell.page(html.Div(body, className="progress-page map-page"), view=view, filters=filters, path=PATH)


def _empty(view: View) -> html.Div:
    """What to do next when nothing has been imported."""
    lang = view.lang
    return html.Div(
        className="plain-page",
        children=[
            html.H1(t("progress.empty.title", lang)),
            *(
                html.P(html.A(t(key, lang), href=address(path, None, view), className="action", **{"data-nav": "plain"}))
                for key, path in (("progress.empty.to_import", "/import"), ("map.to_places", "/places"))
            ),
        ],
    )
