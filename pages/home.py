"""The start page: what there is, and the way to the progress page; on an empty store, what to do next."""

import dash
from dash import html

from dashboard import shell
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from data.filters import Filters

dash.register_page(__name__, path="/", title=lambda **_: t("home.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query).without_rows()
    facts = site().facts(filters)
    lang = view.lang
    if facts.campaigns:
        when = day(facts.as_of, lang, year=True)
        body = [
            html.P(t("home.have", lang, n=facts.campaigns, day=when), className="lead"),
            html.P(
                html.A(t("home.to_progress", lang), href=address("/progress", filters, view), className="action", **{"data-nav": "plain"}),
            ),
            html.P(html.A(t("home.to_import", lang), href=address("/import", None, view), **{"data-nav": "plain"})),
        ]
    else:
        body = [
            html.P(t("home.empty", lang), className="lead"),
            html.Ol(
                [
                    html.Li(
                        [
                            t("home.empty_import", lang),
                            " ",
                            html.A(t("home.to_import", lang), href=address("/import", None, view), **{"data-nav": "plain"}),
                            html.Pre(html.Code(t("home.command_import", lang))),
                        ]
                    ),
                    html.Li([t("home.empty_demo", lang), html.Pre(html.Code("python manage.py store demo"))]),
                ]
            ),
        ]
    return shell.page(
        html.Div([html.H1(t("home.heading", lang)), *body], className="plain-page"), view=view, filters=None, path="/", carried=filters
    )
