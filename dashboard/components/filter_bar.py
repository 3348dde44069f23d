"""The filter bar: one control for each thing a reader can choose, and a sentence that says what is chosen."""

from dash import dcc, html

from dashboard import ids
from dashboard.i18n import t
from dashboard.options import as_of, day_limits, kept, region_choices, sentence
from dashboard.site import Options, address
from dashboard.view import View
from data.filters import LEVELS, Filters

# controls of a list of values: field of Filters -> DOM id
MANY = {
    "campaign": ids.FILTER_CAMPAIGN,
    "round": ids.FILTER_ROUND,
    "theme": ids.FILTER_THEME,
    "department": ids.FILTER_DEPARTMENT,
    "category": ids.FILTER_CATEGORY,
    "source": ids.FILTER_SOURCE,
    "water": ids.FILTER_WATER,
}


# those under "more"; the fold is open when one of them is set
FOLDED = ("theme", "category", "department", "source", "water", "known_at", "count_basic")


def filter_bar(filters: Filters, options: Options, view: View, path: str = "/progress") -> html.Section:
    """The bar with every control set to ``filters``. Choices are there from the start: a control that
    is mounted without its choices would drop its value, and the filters with it."""
    lang = view.lang
    return html.Section(
        id=ids.FILTER_BAR,
        className="filter-bar",
        children=[
            html.Div(
                className="filter-said",
                children=[
                    html.P(sentence(filters, options, view), id=ids.FILTER_SENTENCE, className="filter-sentence", role="status"),
                    html.A(
                        t("filters.reset", lang),
                        id=ids.FILTER_RESET,
                        href=reset_address(filters, view, path),
                        className="filter-reset",
                        **{"data-nav": "plain", "data-here": ""},
                    ),
                ],
            ),
            html.Div(
                className="filter-controls",
                children=[
                    _many("campaign", filters, options, lang),
                    _region(filters, options, lang),
                    _level(filters, lang),
                    _many("round", filters, options, lang),
                    _as_of(filters, options, lang),
                ],
            ),
            html.Details(
                className="filter-more",
                open=any(getattr(filters, name) for name in FOLDED),
                children=[
                    html.Summary(t("filters.more", lang)),
                    html.Div(
                        className="filter-controls",
                        children=[
                            _many("theme", filters, options, lang),
                            _many("category", filters, options, lang),
                            _many("department", filters, options, lang),
                            _many("source", filters, options, lang),
                            _many("water", filters, options, lang),
                            _known_at(filters, options, lang),
                            _basic(filters, lang),
                        ],
                    ),
                ],
            ),
        ],
        **{"aria-label": t("filters.title", lang)},
    )


def reset_address(filters: Filters, view: View, path: str = "/progress") -> str:
    """Everything but the campaign taken back."""
    return address(path, Filters(campaign=filters.campaign), view)


def dropdown_words(lang: str) -> dict[str, str]:
    """The words inside a dropdown."""
    names = ("select_all", "deselect_all", "selected_count", "search", "clear_search", "clear_selection", "no_options_found")
    return {name: t(f"filters.dropdown.{name}", lang) for name in names}


def _field(name: str, control: object, lang: str) -> html.Div:
    words = t(f"filters.{name}", lang)
    label = html.Span(words, className="filter-label", **{"aria-hidden": "true"})
    return html.Div(className=f"filter-field filter-{name}", children=[label, control], role="group", **{"aria-label": words})


def _many(name: str, filters: Filters, options: Options, lang: str) -> html.Div:
    value = list(getattr(filters, name))
    control = dcc.Dropdown(
        id=MANY[name],
        options=kept(options, name, value),
        value=value,
        multi=True,
        placeholder=t("filters.all", lang),
        labels=dropdown_words(lang),
    )
    return _field(name, control, lang)


def _region(filters: Filters, options: Options, lang: str) -> html.Div:
    control = dcc.Dropdown(
        id=ids.FILTER_REGION,
        options=region_choices(options, filters.region),
        value=filters.region,
        placeholder=t("filters.all_regions", lang),
        labels=dropdown_words(lang),
    )
    return _field("region", control, lang)


def _level(filters: Filters, lang: str) -> html.Div:
    control = dcc.Dropdown(
        id=ids.FILTER_LEVEL,
        options=[{"value": level, "label": t(f"level.{level}", lang)} for level in LEVELS],
        value=filters.level,
        searchable=False,
        placeholder=t("filters.level_below", lang),
        labels=dropdown_words(lang),
    )
    return _field("level", control, lang)


def _as_of(filters: Filters, options: Options, lang: str) -> html.Div:
    low, high = day_limits(options)
    control = dcc.DatePickerSingle(
        id=ids.FILTER_AS_OF,
        date=as_of(options, filters),
        min_date_allowed=low,
        max_date_allowed=high,
        display_format="YYYY-MM-DD",
        first_day_of_week=1 if lang == "zh-CN" else 0,
        placeholder=t("filters.day", lang),
    )
    return _field("as_of", control, lang)


def _known_at(filters: Filters, options: Options, lang: str) -> html.Div:
    control = dcc.DatePickerSingle(
        id=ids.FILTER_KNOWN_AT,
        date=filters.known_at.isoformat() if filters.known_at else None,
        clearable=True,
        display_format="YYYY-MM-DD",
        first_day_of_week=1 if lang == "zh-CN" else 0,
        placeholder=t("filters.now", lang),
    )
    return _field("known_at", control, lang)


def _basic(filters: Filters, lang: str) -> html.Div:
    control = dcc.Checklist(
        id=ids.FILTER_BASIC,
        options=[{"value": "1", "label": t("filters.basic", lang)}],
        value=["1"] if filters.count_basic else [],
    )
    return html.Div(className="filter-field filter-basic", children=control)


__all__ = ["MANY", "dropdown_words", "filter_bar"]
