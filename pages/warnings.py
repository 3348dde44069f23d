"""/warnings: what is overdue or about to be, who falls behind, where it heaps up, which water is at its limit. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.chart_card import data_links
from dashboard.components.filter_bar import filter_bar
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from data.filters import Filters

PATH = "/warnings"

dash.register_page(__name__, path=PATH, title=lambda **_: t("warnings.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    lang = view.lang
    if not site().facts(filters).campaigns:
        return shell.page(_empty_store(lang, address("/import", None, view)), view=view, filters=None, path=PATH, carried=filters)
    head = html.Header(
        className="warnings-head",
        children=[
            html.H1(t("warnings.heading", lang)),
            html.P("", id=ids.WARNINGS_CAPTION, className="warnings-caption", role="status"),
            html.Div(
                className="warnings-tools",
                children=[
                    dcc.Checklist(
                        id=ids.WARNINGS_SHOW,
                        options=[{"value": "read", "label": t("warnings.show_read", lang)}],
                        value=["read"],
                        className="warnings-show",
                    ),
                    html.Span(data_links("warnings", filters, view), className="chart-data"),
                ],
            ),
        ],
    )
    body = [
        filter_bar(filters, site().options(filters, lang), view, PATH),
        head,
        html.P("", id=ids.WARNINGS_SAID, className="warnings-said", role="status", **{"aria-live": "polite"}),
        html.Div(id=ids.WARNINGS),
        dcc.Store(id=ids.WARNINGS_CHANGED),
    ]
    return shell.page(html.Div(body, className="progress-page warnings-page"), view=view, filters=filters, path=PATH)


def _empty_store(lang: str, to_import: str) -> html.Div:
    """What to do next when nothing has been imported."""
    link = html.A(t("progress.empty.to_import", lang), href=to_import, className="action", **{"data-nav": "plain"})
    return html.Div([html.H1(t("warnings.heading", lang)), html.P(t("warnings.store_empty", lang)), html.P(link)], className="plain-page")
