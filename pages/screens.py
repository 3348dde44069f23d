"""/screens: the playlists of the wall, and the editor of one. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.screen_list import step
from dashboard.i18n import t, texts
from dashboard.site import address, asked_view
from data.filters import Filters

dash.register_page(__name__, path="/screens", title=lambda **_: t("screens.heading", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    lang = view.lang
    words = {key.removeprefix("screens.js."): text for key, text in texts(lang).items() if key.startswith("screens.js.")}
    words |= {key.rpartition(".")[2]: text for key, text in texts(lang).items() if key.startswith("screens.clock")}
    body = [
        html.H1(t("screens.heading", lang)),
        html.P([t("screens.lead", lang), " ", html.A(t("screens.to_walls", lang), href=address("/walls", None, view))], className="lead"),
        html.Div(id=ids.SCREENS_SAID, role="status", **{"aria-live": "polite"}),
        html.Section(id=ids.SCREENS_LIST, **{"aria-label": t("screens.list", lang)}),
        step("new", "", t("screens.new", lang), "switch screens-new"),
        html.Section(
            [
                html.H2(t("screens.editing", lang)),
                html.Div(id=ids.SCREENS_EDITOR),
                html.Div(
                    [
                        html.Button(t("screens.save", lang), id=ids.SCREENS_SAVE, n_clicks=0, type="button", className="action"),
                        html.Div(id="screens-more"),
                    ],
                    className="screens-end",
                ),
                html.Div(id=ids.SCREENS_EDIT_SAID, role="status", **{"aria-live": "polite"}),
                html.Div(id="screens-spoken", role="status", className="screens-spoken", **{"aria-live": "polite"}),
            ],
            id="screens-edit",
            hidden=True,
        ),
        dcc.Store(id=ids.SCREENS_WORDS, data=words),
        dcc.Store(id=ids.SCREENS_OPENED),
        dcc.Store(id=ids.SCREENS_DRAFT),
        dcc.Store(id=ids.SCREENS_ASKED),
        dcc.Store(id=ids.SCREENS_CHANGED, data=0),
        dcc.Store(id=ids.SCREENS_SHOWN),
    ]
    return shell.page(
        html.Div(body, className="screens-page"), view=view, filters=None, path="/screens", carried=Filters.from_query(query).without_rows()
    )
