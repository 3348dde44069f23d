"""/contest/<id>: the wall everybody in the hall looks at. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.i18n import t
from dashboard.site import asked_path, asked_view
from data.filters import Filters

dash.register_page(__name__, path_template="/contest/<contest_id>", title=lambda **_: t("contest.heading", asked_view().lang))

TICK_MS = 1500


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    contest_id = asked_path().rstrip("/").rpartition("/")[2]
    body = [
        html.Div(id=ids.CONTEST_WALL),
        dcc.Store(id=ids.CONTEST_WALL_OF, data=contest_id),
        dcc.Store(id=ids.CONTEST_WALL_SEEN, data=""),
        dcc.Interval(id=ids.CONTEST_WALL_TICK, interval=TICK_MS),
    ]
    return shell.page(
        html.Div(body, className="wall-page"), view=view, filters=None, path=f"/contest/{contest_id}", carried=Filters.from_query(query)
    )
