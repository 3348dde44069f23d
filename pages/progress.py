"""/progress: how far rectification has come, who is behind, and the rows behind every number. Layout only."""

import dash
from dash import html

from dashboard import ids, shell
from dashboard.components.chart_card import chart_card, data_links
from dashboard.components.filter_bar import filter_bar
from dashboard.components.item_grid import item_grid
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

dash.register_page(__name__, path="/progress", title=lambda **_: t("progress.title", asked_view().lang))

# columns of the page: (chart, the set that its rows link shows)
LEFT = (("progress-by-region", "effective"), ("loop-funnel", "effective"))
RIGHT = (("status-structure", "discovered"), ("overdue-ageing", "overdue"), ("planned-vs-actual", "scheduled"))
WIDE = (("region-by-category", "effective"), ("territory-by-department", "effective"))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    if not site().facts(filters).campaigns:
        return shell.page(_empty_store(view), view=view, filters=None, path="/progress", carried=filters)
    lang = view.lang
    body = [
        html.H1(t("progress.heading", lang), className="visually-hidden"),
        filter_bar(filters, site().options(filters, lang), view),
        html.Nav(id=ids.BREADCRUMB, className="breadcrumb-line", **{"aria-label": t("progress.breadcrumb", lang)}),
        html.Div(id=ids.EMPTY, role="status"),
        html.Ul(id=ids.KPI_CARDS, className="kpi-row", **{"aria-label": t("progress.kpis", lang)}),
        html.P(data_links("headline", filters, view), className="kpi-export"),
        html.Div(
            [
                html.Div([chart_card(*each, filters, view) for each in LEFT], className="chart-column column-left"),
                html.Div([chart_card(*each, filters, view) for each in RIGHT], className="chart-column column-right"),
                *(chart_card(*each, filters, view, class_name="wide-card") for each in WIDE),
            ],
            className="chart-grid",
        ),
        item_grid(filters, view),
    ]
    return shell.page(html.Div(body, className="progress-page"), view=view, filters=filters, path="/progress")


def _empty_store(view: View) -> html.Div:
    """What to do next when nothing has been imported."""
    lang = view.lang
    return html.Div(
        className="plain-page",
        children=[
            html.H1(t("progress.empty.title", lang)),
            html.H2(t("progress.empty.import", lang)),
            html.P(
                html.A(
                    t("progress.empty.to_import", lang), href=address("/import", None, view), className="action", **{"data-nav": "plain"}
                )
            ),
            html.Pre(html.Code(t("progress.empty.command_import", lang))),
            html.H2(t("progress.empty.demo", lang)),
            html.Pre(html.Code(t("progress.empty.command_demo", lang))),
        ],
    )
