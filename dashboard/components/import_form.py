"""The choices that go with a ledger: what is needed stands open, the rest under "more"."""

from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.components.filter_bar import dropdown_words
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
                    _dropdown(
                        "campaign",
                        values,
                        [*campaigns, {"value": NEW, "label": t("imports.form.campaign_new", lang)}],
                        lang,
                        clearable=False,
                    ),
                    html.Div(
                        id=ids.IMPORT_FRESH,
                        className="import-fresh",
                        hidden=values.get("campaign") != NEW,
                        children=[_text("new_name", values, lang), _text("new_code", values, lang)],
                    ),
                    _day("as_known", values, lang),
                    _dropdown(
                        "kind", values, [{"value": "", "label": t("imports.form.kind_auto", lang)}, *_kinds(lang)], lang, clearable=False
                    ),
                    _radio("full", values, ("full", "part"), lang),
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
                            _dropdown("profile", values, _profiles(profiles, lang), lang, clearable=False),
                            _text("region", values, lang),
                            _text("year", values, lang, number=True),
                            _dropdown("date_order", values, _orders(lang), lang, clearable=False),
                            _text("sheet", values, lang),
                            _text("header_row", values, lang, number=True),
                            _text("round", values, lang),
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


def option_id(name: str) -> dict[str, str]:
    """The DOM id of one choice."""
    return {"type": "import-option", "name": name}


def _field(name: str, control: object, lang: str, whole: type = html.Div) -> object:
    return whole(
        className=f"import-field import-field-{name.replace('_', '-')}",
        children=[
            html.Span(t(f"imports.form.{name}", lang), className="filter-label"),
            control,
            html.Span(t(f"imports.form.{name}_about", lang), className="import-hint"),
        ],
    )


def _dropdown(name: str, values: dict[str, Any], options: list[dict[str, str]], lang: str, clearable: bool = True) -> object:
    control = dcc.Dropdown(
        id=option_id(name),
        options=options,
        value=values.get(name),
        clearable=clearable,
        searchable=len(options) > 8,
        placeholder=t("imports.form.choose", lang),
        labels=dropdown_words(lang),
    )
    return _field(name, control, lang)


def _text(name: str, values: dict[str, Any], lang: str, number: bool = False) -> object:
    control = dcc.Input(
        id=option_id(name),
        type="text",
        value=str(values.get(name) or ""),
        maxLength=200,
        className="import-input",
        inputMode="numeric" if number else "text",
        autoComplete="off",
        debounce=False,
        placeholder=t(f"imports.form.{name}_placeholder", lang),
    )
    # a label around an input names it
    return _field(name, control, lang, html.Label)


def _day(name: str, values: dict[str, Any], lang: str) -> object:
    control = dcc.DatePickerSingle(
        id={"type": "import-day", "name": name},
        date=values.get(name),
        max_date_allowed=values.get("today"),
        display_format="YYYY-MM-DD",
        first_day_of_week=1 if lang == "zh-CN" else 0,
        placeholder=t("filters.day", lang),
    )
    return _field(name, control, lang)


def _radio(name: str, values: dict[str, Any], choices: tuple[str, ...], lang: str) -> object:
    control = dcc.RadioItems(
        id=option_id(name),
        options=[{"value": each, "label": t(f"imports.form.{name}_{each}", lang)} for each in choices],
        value=values.get(name) or choices[0],
        className="import-radio",
    )
    return _field(name, control, lang)
