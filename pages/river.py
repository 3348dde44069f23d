"""One river, one policy: a water body with its target, its problems, its plan and five pictures. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components import river_page
from dashboard.components.chart_card import chart_card
from dashboard.components.filter_bar import filter_bar
from dashboard.components.item_grid import item_grid
from dashboard.i18n import t
from dashboard.site import asked_path, asked_view, site
from data.filters import Filters


def _title(river_id: str | None = None, **_: object) -> str:
    lang = asked_view().lang
    river = site().river(river_id or "", lang)
    return t("river.title.one", lang, name=river["name"]) if river else t("river.title.page", lang)


dash.register_page(__name__, path_template="/river/<river_id>", title=_title)

# (chart, the set that its rows link shows)
LEFT: tuple[tuple[str, str | None], ...] = (("river-system", "effective"), ("river-quality", None))
RIGHT: tuple[tuple[str, str | None], ...] = (("river-sections", None), ("river-sources", None))
WIDE: tuple[tuple[str, str | None], ...] = (("river-problems", "open"),)


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    # the path is read from the address: a query key of the same name must not name another river
    river_id = asked_path().rstrip("/").rpartition("/")[2]
    path = f"{river_page.INDEX}/{river_id}"
    asked = Filters.from_query(query)
    river = site().river(river_id, view.lang)
    if not river:
        return shell.page(river_page.no_river(asked, view), view=view, filters=None, path=path, carried=asked)
    filters = asked.but(water=(str(river["code"]),))
    body = [
        river_page.way(river, filters, view),
        filter_bar(filters, site().options(filters, view.lang), view, path),
        river_page.head(river, filters, view),
        html.Div(id=ids.EMPTY, role="status"),
        html.Ul(id=ids.KPI_CARDS, className="kpi-row", **{"aria-label": t("progress.kpis", view.lang)}),
        html.Nav(id=ids.BREADCRUMB, hidden=True),
        html.Div(
            [
                html.Div([chart_card(*each, filters, view) for each in LEFT], className="chart-column column-left"),
                html.Div([chart_card(*each, filters, view) for each in RIGHT], className="chart-column column-right"),
                *(chart_card(*each, filters, view, class_name="wide-card") for each in WIDE),
            ],
            className="chart-grid",
        ),
        item_grid(filters, view),
        dcc.Store(id=ids.RIVER_ID, data=river_id),
        dcc.Store(id=ids.RIVER_CODE, data=river["code"]),
        dcc.Store(id=ids.RIVER_HELD),
    ]
    return shell.page(html.Div(body, className="progress-page river-page"), view=view, filters=filters, path=path)
