"""/batches: the same charts or one brief for many regions: what to make, what is being made, what was made. Layout only."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.components.batch_form import batch_form
from dashboard.components.batch_list import now_card
from dashboard.components.filter_bar import filter_bar
from dashboard.i18n import t
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

PATH = "/batches"
TICK_MS = 700
dash.register_page(__name__, path=PATH, title=lambda **_: t("batches.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query).without_rows()
    lang = view.lang
    if not site().facts(filters).campaigns:
        return shell.page(_empty(view), view=view, filters=None, path=PATH, carried=filters)
    body = [
        html.Header(
            [
                html.H1(t("batches.heading", lang)),
                html.P([t("batches.lead", lang), " ", t("batches.lead_day", lang)], className="page-lead"),
            ]
        ),
        filter_bar(filters, site().options(filters, lang), view, PATH),
        batch_form(view),
        html.Div(id=ids.BATCH_SAID, role="status", className="lock-said", **{"aria-live": "polite"}),
        now_card(view),
        html.Section([html.H2(t("batches.page.list", lang)), html.Div(id=ids.BATCH_LIST)], className="card batch-card batch-made"),
        dcc.Store(id=ids.BATCH_SEEN),
        dcc.Store(id=ids.BATCH_CURRENT),
        dcc.Store(id=ids.BATCH_CHANGED),
        dcc.Interval(id=ids.BATCH_TICK, interval=TICK_MS, disabled=True),
    ]
    return shell.page(html.Div(body, className="progress-page batches-page"), view=view, filters=filters, path=PATH)


def _empty(view: View) -> html.Div:
    to_import = html.A(
        t("progress.empty.to_import", view.lang), href=address("/import", None, view), className="action", **{"data-nav": "plain"}
    )
    return html.Div(
        [html.H1(t("batches.heading", view.lang)), html.P(t("batches.empty", view.lang)), html.P(to_import)], className="plain-page"
    )
