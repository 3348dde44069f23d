"""/orders: what the meetings ordered, what the rules propose for those who lag, and what happened to a region. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.chart_card import data_links
from dashboard.components.filter_bar import filter_bar
from dashboard.components.order_form import order_form
from dashboard.components.order_list import ALL, shown_options
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

PATH = "/orders"
dash.register_page(__name__, path=PATH, title=lambda **_: t("orders.title.page", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    lang = view.lang
    if not site().facts(filters).campaigns:
        return shell.page(_empty(view), view=view, filters=None, path=PATH, carried=filters)
    options = site().orders(filters, lang)
    body = [
        html.H1(t("orders.heading", lang), className="visually-hidden"),
        filter_bar(filters, site().options(filters, lang), view, PATH),
        html.Div(id=ids.ORDERS_ISSUE_SAID, role="status", className="lock-said"),
        *([order_form(filters, options, view, opened=bool(filters.rows))] if options["may"] and not options["past"] else []),
        _section(
            "orders",
            [
                html.Div(id=ids.ORDERS_HEAD),
                html.Div(
                    [
                        dcc.RadioItems(
                            id=ids.ORDERS_SHOWN, options=shown_options(_NONE, lang), value=ALL, className="import-radio order-shown"
                        ),
                        html.Button(t("orders.print", lang), className="switch", type="button", **{"data-print": ""}),
                        html.Span(data_links("orders", filters, view), id=ids.links("orders"), className="chart-data"),
                    ],
                    className="order-bar",
                ),
                html.Div(id=ids.ORDERS_SAID, role="status", className="lock-said"),
                html.Div(id=ids.ORDERS_LIST),
            ],
        ),
        _section(
            "escalation",
            [
                html.H2(t("escalation.heading", lang), className="chart-title"),
                html.P(t("escalation.about.section", lang), className="chart-subtitle"),
                html.Div(id=ids.ESCALATION_SAID, role="status", className="lock-said"),
                html.Div(id=ids.ESCALATION_LIST),
                html.Span(data_links("escalation-candidates", filters, view), className="chart-data"),
            ],
        ),
        _section(
            "timeline",
            [
                html.H2(t("chart.region-timeline", lang), className="chart-title"),
                html.Div(id=ids.TIMELINE),
                html.Span(data_links("region-timeline", filters, view), className="chart-data"),
            ],
        ),
        *(dcc.Store(id=each) for each in (ids.ORDERS_ASKING, ids.ORDERS_CHANGED, ids.ESCALATION_ASKING, ids.ESCALATION_CHANGED)),
    ]
    return shell.page(html.Div(body, className="progress-page orders-page"), view=view, filters=filters, path=PATH)


_NONE = dict.fromkeys(("overdue", "issued", "signed", "done", "withdrawn"), 0)


def _section(name: str, children: list[object]) -> html.Section:
    return html.Section(children, id=f"{name}-section", className="card orders-card")


def _empty(view: View) -> html.Div:
    """What to do next when nothing has been imported."""
    lang = view.lang
    to_import = html.A(
        t("progress.empty.to_import", lang), href=address("/import", None, view), className="action", **{"data-nav": "plain"}
    )
    return html.Div([html.H1(t("progress.empty.title", lang)), html.P(to_import)], className="plain-page")
