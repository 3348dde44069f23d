"""The start page: campaigns to choose from (``callbacks/home.py`` fills them in); on an empty store, what to do next."""

import dash
from dash import html

from dashboard import ids, shell
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

dash.register_page(__name__, path="/", title=lambda **_: t("home.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query).without_rows()
    facts = site().facts(filters)
    lang = view.lang
    if facts.campaigns:
        body = [
            html.P(t("home.have", lang, n=facts.campaigns), className="lead"),
            *([html.P(_link("home.back", "/progress", filters, view, "action"))] if filters != Filters() else []),
            html.Div(html.P(t("home.loading", lang), className="quiet"), id=ids.CAMPAIGNS),
            html.P(
                [
                    _link("home.to_import", "/import", None, view),
                    *([_link("home.to_all", "/progress", None, view)] if facts.campaigns > 1 else []),
                ],
                className="home-more",
            ),
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
                            _link("home.to_import", "/import", None, view),
                            html.Pre(html.Code(t("home.command_import", lang))),
                        ]
                    ),
                    html.Li([t("home.empty_demo", lang), html.Pre(html.Code("python manage.py store demo"))]),
                ]
            ),
        ]
    return shell.page(
        html.Div([html.H1(t("home.heading", lang)), *body], className="plain-page home-page"),
        view=view,
        filters=None,
        path="/",
        carried=filters,
    )


def _link(key: str, path: str, filters: Filters | None, view: View, class_name: str = "") -> html.A:
    return html.A(t(key, view.lang), href=address(path, filters, view), className=class_name, **{"data-nav": "plain"})
