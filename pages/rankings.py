"""/rankings: how places compare in one period of one scheme, why, what it would take, and how sure that is. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.chart_card import chart_card, data_links
from dashboard.components.period_lock import period_panel
from dashboard.components.ranking_bar import ranking_bar
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

dash.register_page(__name__, path="/rankings", title=lambda **_: t("rankings.title", asked_view().lang))

# parts that are filled when a reader comes near, and those behind a fold
NEAR = (("rank-history", "part-wide"), ("rank-race", "part-half"), ("rank-intervals", "part-half"))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query).for_race()
    if not site().facts(filters).campaigns:
        return shell.page(_empty_store(view), view=view, filters=None, path="/rankings", carried=filters)
    lang = view.lang
    body = [
        html.Section(id=ids.RACE_HEAD, className="race-head", children=html.H1(t("rankings.title", lang)), **{"aria-live": "polite"}),
        ranking_bar(filters, site().race(filters, lang), site().options(Filters(campaign=filters.campaign), lang), view),
        html.Div(id=ids.RACE_NOTES, className="race-notes"),
        html.Div(
            [
                chart_card("county-ranking", None, filters, view, class_name="race-board"),
                html.Div(
                    [
                        html.Section(
                            id=ids.RACE_SIDE,
                            className="card race-side",
                            **{"aria-live": "polite", "aria-label": t("rankings.side.title", lang)},
                        ),
                        chart_card("rank-contributions", None, filters, view),
                    ],
                    className="race-close",
                ),
            ],
            className="race-grid",
        ),
        html.Div([_near(*each, lang) for each in NEAR], className="race-further"),
        _fold("try", t("rankings.part.try", lang), html.Div(id=ids.race_part("try"), className="race-part-body")),
        _fold(
            "table",
            t("rankings.part.table", lang),
            html.Div(
                [
                    html.Div(id=ids.race_part("table"), className="race-part-body"),
                    html.P(data_links("indicator-table", filters, view), className="chart-foot chart-data"),
                ]
            ),
        ),
        html.Div(
            [
                html.Section(
                    [html.H2(t("rankings.part.excluded", lang), className="chart-title"), html.Div(id=ids.RACE_EXCLUDED)],
                    className="card",
                ),
                html.Section(
                    [html.H2(t("rankings.part.rules", lang), className="chart-title"), html.Div(id=ids.RACE_RULES)],
                    className="card race-rules",
                ),
            ],
            className="race-grid",
        ),
        period_panel(view),
        *(dcc.Store(id=ids.race_open(name)) for name in (*(each for each, _ in NEAR), "try", "table")),
        dcc.Store(id=ids.RACE_TRY_WANTED),
        dcc.Store(id=ids.RACE_GRID_WANTED),
    ]
    return shell.page(html.Div(body, className="progress-page race-page"), view=view, filters=filters, path="/rankings", race=True)


def _near(chart: str, width: str, lang: str) -> html.Div:
    """A place for a chart, with its name, until it is filled."""
    return html.Div(
        html.Section(html.H2(t(f"chart.{chart}", lang), className="chart-title"), className="card race-waiting"),
        id=ids.race_part(chart),
        className=f"race-part {width}",
        **{"data-part": chart},
    )


def _fold(name: str, title: str, body: html.Div) -> html.Details:
    return html.Details(
        [html.Summary(html.H2(title, className="chart-title")), body], id=f"race-{name}", className="card race-fold", **{"data-part": name}
    )


def _empty_store(view: View) -> html.Div:
    """What to do next when nothing has been imported."""
    lang = view.lang
    return html.Div(
        className="plain-page",
        children=[
            html.H1(t("rankings.empty.title", lang)),
            html.P(t("rankings.empty.about", lang)),
            html.P(
                html.A(
                    t("progress.empty.to_import", lang), href=address("/import", None, view), className="action", **{"data-nav": "plain"}
                )
            ),
            html.H2(t("progress.empty.demo", lang)),
            html.Pre(html.Code(t("progress.empty.command_demo", lang))),
        ],
    )
