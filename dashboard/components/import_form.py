"""The choices that go with a ledger: what is needed stands open, the rest under "more"."""

from typing import Any

from dash import html

from dashboard import ids
from dashboard.components.form_fields import Fields
from dashboard.components.import_upload import drop_button
from dashboard.i18n import t
from data.filters import KINDS

#: the choice of the campaign list that opens the fields of a new one
NEW = "+"
#: choices under "more"; the fold is open when one of them is set
FOLDED = ("year", "date_order", "sheet", "header_row", "region", "round", "profile")
ORDERS = ("ymd", "dmy", "mdy")


def bench(upload: dict[str, Any], values: dict[str, Any], campaigns: list[dict[str, str]], profiles: list[str], lang: str) -> html.Section:
    """The card of one file. ``upload``: id, name, size (words). ``values``: the choices so far, by name."""
    fields = Fields("import", "imports", values, lang)
    return html.Section(
        className="import-card",
        children=[
            html.Header(
                className="import-file",
                children=[
                    html.H2(upload["name"], className="import-file-name"),
                    html.Span(upload["size"], className="quiet"),
                    drop_button(upload["id"], upload["name"], lang),
                ],
            ),
            html.Div(
                className="import-form",
                children=[
                    fields.dropdown(
                        "campaign", [*campaigns, {"value": NEW, "label": t("imports.form.campaign_new", lang)}], clearable=False
                    ),
                    html.Div(
                        id=ids.IMPORT_FRESH,
                        className="import-fresh",
                        hidden=values.get("campaign") != NEW,
                        children=[fields.text("new_name"), fields.text("new_code")],
                    ),
                    fields.day("as_known"),
                    fields.dropdown("kind", [{"value": "", "label": t("imports.form.kind_auto", lang)}, *_kinds(lang)], clearable=False),
                    fields.radio("full", ("full", "part")),
                ],
            ),
            html.Details(
                className="import-more",
                open=any(values.get(name) not in (None, "", "auto") for name in FOLDED),
                children=[
                    html.Summary(t("imports.form.more", lang)),
                    html.Div(
                        className="import-form",
                        children=[
                            fields.dropdown("profile", _profiles(profiles, lang), clearable=False),
                            fields.text("region"),
                            fields.text("year", number=True),
                            fields.dropdown("date_order", _orders(lang), clearable=False),
                            fields.text("sheet"),
                            fields.text("header_row", number=True),
                            fields.text("round"),
                        ],
                    ),
                ],
            ),
            html.Div(
                className="import-actions",
                children=[
                    html.Button(
                        t("imports.form.check", lang),
                        id={"type": "import-check", "at": "form"},
                        className="import-primary",
                        n_clicks=0,
                        type="button",
                    ),
                    html.Span(t("imports.form.check_about", lang), className="quiet"),
                ],
            ),
            html.Div(id=ids.IMPORT_SAID, role="alert"),
        ],
        **{"aria-label": t("imports.form.title", lang)},
    )


def _kinds(lang: str) -> list[dict[str, str]]:
    return [{"value": kind, "label": t(f"kind.{kind}", lang)} for kind in KINDS]


def _profiles(names: list[str], lang: str) -> list[dict[str, str]]:
    fixed = [
        {"value": "auto", "label": t("imports.form.profile_auto", lang)},
        {"value": "none", "label": t("imports.form.profile_none", lang)},
    ]
    return [*fixed, *({"value": f"={name}", "label": name} for name in names)]


def _orders(lang: str) -> list[dict[str, str]]:
    return [{"value": each, "label": t(f"imports.form.order.{each}", lang)} for each in ("auto", *ORDERS)]
