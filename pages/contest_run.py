"""/contest/<id>/run: what the officer leads a contest from. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.i18n import t
from dashboard.site import address, asked_path, asked_view
from data.filters import Filters

dash.register_page(__name__, path_template="/contest/<contest_id>/run", title=lambda **_: t("contest.heading", asked_view().lang))

TICK_MS = 2000


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    # the path is read from the address: a query key of the same name must not name another contest
    contest_id = asked_path().rstrip("/").split("/")[2]
    body = [
        html.P(html.A(t("contest.back_to_list", view.lang), href=address("/contest", None, view))),
        html.H1(id=ids.CONTEST_NAME),
        html.Div(id=ids.CONTEST_SAID, role="status", **{"aria-live": "polite"}),
        html.Div(id=ids.CONTEST_BOARD),
        dcc.Store(id=ids.CONTEST_BOARD_OF, data=contest_id),
        dcc.Store(id=ids.CONTEST_CHANGED, data=0),
        dcc.Store(id=ids.CONTEST_BOARD_SEEN, data=""),
        dcc.Interval(id=ids.CONTEST_BOARD_TICK, interval=TICK_MS),
    ]
    return shell.page(
        html.Div(body, className="contest-page"),
        view=view,
        filters=None,
        path=f"/contest/{contest_id}/run",
        carried=Filters.from_query(query).without_rows(),
    )
