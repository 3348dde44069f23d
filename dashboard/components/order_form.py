"""The form of a new order: where it goes, what is ordered, by when, and which items go with it."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.captions.item_list import set_name
from dashboard.components.filter_bar import dropdown_words
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# quick picks of the deadline, in days after the meeting
QUICK = (3, 7, 15)
# sets of items that an order is often about
TAKEN = ("overdue", "long_overdue", "due_soon")
LONGEST = 2000
# fields in the order in which the form is sent
FIELDS = ("region", "department", "campaign", "method", "text", "meeting", "due", "take", "numbers")


def order_form(filters: Filters, options: Mapping[str, Any], view: View, opened: bool) -> html.Details:
    """``options`` as ``data.queries.order_options`` gives them; ``opened``: the link carries rows to be ordered about."""
    lang = view.lang
    campaign = filters.campaign[0] if len(filters.campaign) == 1 else None
    department = filters.department[0] if len(filters.department) == 1 else None
    fields = [
        html.Div(
            [
                _field("region", _dropdown("region", options["regions"], filters.region, lang, "orders.form.choose"), lang),
                html.P(region_hint(options["cut"], lang), id=ids.order_field("region-hint"), className="import-hint"),
            ]
        ),
        _field("department", _dropdown("department", options["departments"], department, lang, "orders.form.none"), lang),
        _field("campaign", _dropdown("campaign", options["campaigns"], campaign, lang, "orders.form.all"), lang),
        _field(
            "method",
            dcc.RadioItems(id=ids.order_field("method"), options=options["methods"], value="assign", className="import-radio"),
            lang,
            wide=True,
        ),
        _field(
            "text",
            dcc.Textarea(id=ids.order_field("text"), value="", rows=4, maxLength=LONGEST, className="import-input"),
            lang,
            wide=True,
            label=True,
        ),
        _field("meeting", _day("meeting", options["day"]), lang, label=True),
        html.Div([_field("due", _day("due", ""), lang, label=True), _quick(lang)], className="order-due"),
        html.Div(
            [
                _field("take", _dropdown("take", takes(filters, view), filters.rows, lang, "orders.form.no_items"), lang),
                html.P("", id=ids.ORDERS_TAKING, className="import-hint", role="status"),
            ],
        ),
        _field(
            "numbers",
            dcc.Textarea(
                id=ids.order_field("numbers"), value="", rows=2, placeholder=t("orders.form.numbers_hint", lang), className="import-input"
            ),
            lang,
            wide=True,
            label=True,
        ),
        html.Div(
            html.Button(t("orders.form.issue", lang), id=ids.ORDERS_ISSUE, n_clicks=0, className="import-primary", type="button"),
            className="order-wide",
        ),
    ]
    return html.Details(
        [html.Summary(t("orders.new", lang)), html.Div(fields, className="order-form")],
        className="card order-new",
        open=opened,
        id="new-order",
    )


def takes(filters: Filters, view: View) -> list[dict[str, str]]:
    """The sets whose items may go with an order: the one in the link first."""
    names = list(dict.fromkeys([*([filters.rows] if filters.rows else []), *TAKEN]))
    return [{"value": name, "label": t("orders.form.taken_set", view.lang, set=set_name(name, view))} for name in names]


def region_hint(cut: bool, lang: str) -> str:
    """Why counties are not offered."""
    return t("orders.form.region_cut", lang) if cut else ""


def _dropdown(name: str, options: list[dict[str, str]], value: str | None, lang: str, empty: str) -> dcc.Dropdown:
    return dcc.Dropdown(
        id=ids.order_field(name), options=options, value=value, placeholder=t(empty, lang), labels=dropdown_words(lang), clearable=True
    )


def _day(name: str, value: str) -> dcc.Input:
    return dcc.Input(
        id=ids.order_field(name),
        type="text",
        value=value,
        maxLength=10,
        placeholder="2022-10-14",
        className="import-input",
        inputMode="numeric",
    )


def _quick(lang: str) -> html.Div:
    """Buttons that set the deadline some days after the meeting; assets/orders.js does it."""
    buttons = [
        html.Button(t("orders.form.days", lang, n=n), className="import-quiet-button", type="button", **{"data-days": str(n)})
        for n in QUICK
    ]
    return html.Div(buttons, className="order-quick", role="group", **{"aria-label": t("orders.form.quick", lang)})


def _field(name: str, control: object, lang: str, wide: bool = False, label: bool = False) -> object:
    words = t(f"orders.form.{name}", lang)
    children = [html.Span(words, className="filter-label"), control]
    style = "order-field order-wide" if wide else "order-field"
    if label:
        return html.Label(children, className=style)
    return html.Div(children, className=style, role="group", **{"aria-label": words})
