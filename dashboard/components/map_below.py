"""What stands under the map: charts, red flags, the rows. It comes when the map has been drawn, so that the map need not wait for it."""

from dash import dcc, html

from dashboard import ids
from dashboard.components.chart_card import chart_card, data_links
from dashboard.components.item_grid import item_grid
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# (chart, the set that its rows link shows)
CHARTS = (("outfall-stages", "outfalls"), ("outfall-questions", "outfalls"))


def map_below(filters: Filters, view: View) -> list[object]:
    """Cards without data: callbacks fill them."""
    return [
        html.Div(
            [
                html.Div([chart_card(*each, filters, view) for each in CHARTS], className="chart-column column-left"),
                html.Div([_flags(filters, view), chart_card("region-tiles", None, filters, view)], className="chart-column column-right"),
            ],
            className="chart-grid",
        ),
        item_grid(filters, view),
    ]


def _flags(filters: Filters, view: View) -> html.Section:
    """Items inside protection zones, for a person to look at."""
    lang = view.lang
    return html.Section(
        className="card flags-card",
        children=[
            html.Header(
                [
                    html.H2(t("chart.zone-flags", lang), className="chart-title", id="map-flags-title"),
                    html.P(t("map.flags.about", lang), className="chart-subtitle"),
                ],
                className="chart-head",
            ),
            html.P("", id=ids.MAP_FLAGS_SAID, role="alert", className="flag-said"),
            html.Div(id=ids.MAP_FLAGS),
            html.Footer(
                html.Span(data_links("zone-flags", filters, view), className="chart-data"),
                className="chart-foot",
            ),
            dcc.Store(id=ids.MAP_FLAGS_CHANGED),
        ],
        **{"aria-labelledby": "map-flags-title"},
    )
