"""/places: places come in from a file: upload, options, check, repairs to confirm, import, history. Layout only."""

import dash
from dash import dcc, html
from flask import current_app

from dashboard import ids, shell
from dashboard.components.import_upload import Zone, upload_zone
from dashboard.i18n import t
from dashboard.site import address, asked_view
from data.filters import Filters

dash.register_page(__name__, path="/places", title=lambda **_: t("places.title", asked_view().lang))

TICK_MS = 600
ZONE = Zone("places", ids.PLACES_ARRIVED, "places", ".geojson,.json,.zip,.kml,.kmz,.csv,.xlsx,.xls")


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    lang = view.lang
    carried = Filters.from_query(query).without_rows()
    body = [
        html.H1(t("places.heading", lang)),
        html.P(
            [
                t("places.lead", lang),
                " ",
                html.A(t("places.to_import", lang), href=address("/import", carried, view), **{"data-nav": "plain"}),
            ],
            className="import-lead",
        ),
        upload_zone(lang, current_app.extensions["uploads"].limit, ZONE),
        html.Div(id=ids.PLACES_QUEUE),
        html.Div(id=ids.PLACES_BENCH),
        html.Div(id=ids.PLACES_STATUS, role="status", **{"aria-live": "polite"}),
        html.Div(id=ids.PLACES_PREVIEW),
        html.Section(
            className="import-card import-past",
            children=[
                html.H2(t("places.history.title", lang)),
                html.Div(id=ids.PLACES_UNDO_SAID, role="status", **{"aria-live": "polite"}),
                html.Div(id=ids.PLACES_HISTORY),
            ],
        ),
        dcc.Store(id=ids.PLACES_ARRIVED),
        dcc.Store(id=ids.PLACES_UPLOAD),
        dcc.Store(id=ids.PLACES_SEEN, data=""),
        dcc.Store(id=ids.PLACES_CHANGED, data=""),
        dcc.Store(id=ids.PLACES_UNDO),
        dcc.Store(id=ids.PLACES_ASKING),
        dcc.Interval(id=ids.PLACES_TICK, interval=TICK_MS, disabled=True),
    ]
    return shell.page(html.Div(body, className="import-page places-page"), view=view, filters=None, path="/places", carried=carried)
