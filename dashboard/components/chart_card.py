"""The card that holds a chart: the finding as its heading, the picture, the sentence, and the ways to the numbers behind it."""

from dash import dcc, html

from dashboard import ids, theme
from dashboard.components.export_menu import export_menu
from dashboard.i18n import t
from dashboard.links import within
from dashboard.view import View
from data.filters import Filters


def chart_card(chart: str, rows: str | None, filters: Filters, view: View, class_name: str = "") -> html.Section:
    """A card without data: callbacks fill it. ``rows``: the set that the card's rows link shows; None: it has no such link.

    Links that depend on the selection carry what they add in ``data-piece`` or ``data-export``; assets/progress.js
    keeps their addresses in step with the filters.
    """
    lang = view.lang
    return html.Section(
        id=ids.panel(chart),
        className=f"card chart-card {class_name}".strip(),
        children=[
            html.Header(
                className="chart-head",
                children=[
                    html.H2(t(f"chart.{chart}", lang), id=ids.title(chart), className="chart-title"),
                    html.P("", id=ids.subtitle(chart), className="chart-subtitle"),
                ],
            ),
            html.Div(
                theme.graph(ids.graph(chart), view, className="chart-graph"),
                id=ids.picture(chart),
                className="chart-picture",
                role="img",
                **{"aria-labelledby": ids.caption(chart)},
            ),
            html.Div(id=ids.table(chart), className="chart-table", hidden=True),
            html.P("", id=ids.caption(chart), className="chart-caption"),
            html.Footer(
                className="chart-foot",
                children=[
                    *([_rows_link(rows, filters, view)] if rows else []),
                    html.Button(
                        t("progress.table", lang),
                        id=ids.table_button(chart),
                        className="chart-link",
                        n_clicks=0,
                        **{"type": "button", "aria-expanded": "false", "aria-controls": ids.table(chart)},
                    ),
                    html.Span(data_links(chart, filters, view), id=ids.links(chart), className="chart-data"),
                ],
            ),
            dcc.Store(id=ids.table_wanted(chart), data=""),
        ],
        **{"aria-labelledby": ids.title(chart)},
    )


def _rows_link(rows: str, filters: Filters, view: View) -> html.A:
    return html.A(
        t("progress.rows", view.lang),
        href=within(filters, f"rows={rows}", view),
        className="chart-link",
        **{"data-nav": "plain", "data-go": "rows", "data-piece": f"rows={rows}"},
    )


def data_links(chart: str, filters: Filters, view: View) -> list[object]:
    """The menu by which a chart leaves, where it stands in a page's own card."""
    return [export_menu(chart, filters, view)]
