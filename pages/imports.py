"""/import: a ledger comes in: upload, options, check, import, history. Layout only."""

import dash
from dash import dcc, html
from flask import current_app

from dashboard import ids, shell
from dashboard.components.import_upload import upload_zone
from dashboard.i18n import t
from dashboard.site import address, asked_view
from data.filters import Filters

dash.register_page(__name__, path="/import", title=lambda **_: t("imports.title", asked_view().lang))

TICK_MS = 600


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    lang = view.lang
    carried = Filters.from_query(query).without_rows()
    body = [
        html.H1(t("imports.heading", lang)),
        html.P(
            [
                t("imports.lead", lang),
                " ",
                html.A(t("places.from_import", lang), href=address("/places", carried, view), **{"data-nav": "plain"}),
            ],
            className="import-lead",
        ),
        upload_zone(lang, current_app.extensions["uploads"].limit),
        html.Div(id=ids.IMPORT_QUEUE),
        html.Div(id=ids.IMPORT_BENCH),
        html.Div(id=ids.IMPORT_STATUS, role="status", **{"aria-live": "polite"}),
        html.Div(id=ids.IMPORT_PREVIEW),
        html.Section(
            className="import-card import-past",
            children=[
                html.H2(t("imports.history.title", lang)),
                html.Div(id=ids.IMPORT_UNDO_SAID, role="status", **{"aria-live": "polite"}),
                html.Div(id=ids.IMPORT_HISTORY),
            ],
        ),
        dcc.Store(id=ids.IMPORT_ARRIVED),
        dcc.Store(id=ids.IMPORT_UPLOAD),
        dcc.Store(id=ids.IMPORT_SEEN, data=""),
        dcc.Store(id=ids.IMPORT_CHANGED, data=""),
        dcc.Store(id=ids.IMPORT_UNDO),
        dcc.Store(id=ids.IMPORT_ASKING),
        dcc.Interval(id=ids.IMPORT_TICK, interval=TICK_MS, disabled=True),
    ]
    return shell.page(html.Div(body, className="import-page"), view=view, filters=None, path="/import", carried=carried)
