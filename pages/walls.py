"""/walls: every wall as it is now. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.i18n import t
from dashboard.site import address, asked_view
from data.filters import Filters

dash.register_page(__name__, path="/walls", title=lambda **_: t("walls.heading", asked_view().lang))

TICK_MS = 10_000


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    lang = view.lang
    body = [
        html.P(html.A(t("walls.back", lang), href=address("/screens", None, view))),
        html.H1(t("walls.heading", lang)),
        html.P(t("walls.lead", lang), className="lead"),
        html.Div(id=ids.WALLS_SAID, role="status", **{"aria-live": "polite"}),
        # outside the list, so that renewing the list takes nothing from under somebody's hands
        html.Div(id=ids.WALLS_FORM),
        html.Div(id=ids.WALLS_LIST),
        dcc.Store(id=ids.WALLS_CHANGED, data=0),
        dcc.Store(id=ids.WALLS_ASKED),
        dcc.Interval(id=ids.WALLS_TICK, interval=TICK_MS),
    ]
    return shell.page(
        html.Div(body, className="screens-page walls-page"),
        view=view,
        filters=None,
        path="/walls",
        carried=Filters.from_query(query).without_rows(),
    )
