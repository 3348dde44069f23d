"""One item: its fields and everything that happened to it. ``callbacks/item.py`` fills it."""

import dash
from dash import dcc, html

from dashboard import ids, shell
from dashboard.i18n import t
from dashboard.site import asked_path, asked_view
from data.filters import Filters

dash.register_page(__name__, path_template="/item/<item_id>", title=lambda **_: t("item.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    # the path is read from the address: a query key of the same name must not name another item
    item_id = asked_path().rstrip("/").rpartition("/")[2]
    body = html.Div(
        [dcc.Store(id=ids.ITEM_ID, data=item_id), html.Div(html.P(t("item.loading", view.lang)), id=ids.ITEM, className="item")],
        className="plain-page",
    )
    return shell.page(body, view=view, filters=None, path=f"/item/{item_id}", carried=Filters.from_query(query))
