"""The form of a new batch: what to make, in which formats, for which regions. Its choices come from callbacks/batches.py."""

from dash import dcc, html

from dashboard import ids
from dashboard.components.filter_bar import dropdown_words
from dashboard.i18n import t
from dashboard.view import LANGUAGES, View

# what a batch is made of; and regions that are named one by one
CHARTS, BRIEF, LISTED = "charts", "brief", "list"
# fields in the order in which the form is sent
FIELDS = ("what", "charts", "brief", "formats", "where", "regions", "lang")


def batch_form(view: View) -> html.Section:
    """The form; without briefs the choice between charts and a brief is not shown."""
    lang = view.lang
    what = dcc.RadioItems(
        id=ids.batch_field("what"),
        options=[{"value": each, "label": t(f"batches.form.what_{each}", lang)} for each in (CHARTS, BRIEF)],
        value=CHARTS,
        className="import-radio",
    )
    fields = [
        _field("what", what, lang, box=ids.batch_field("what-box")),
        _field("charts", _dropdown("charts", lang, multi=True), lang, box=ids.batch_field("charts-box")),
        _field("brief", _dropdown("brief", lang), lang, box=ids.batch_field("brief-box")),
        _field("formats", dcc.Checklist(id=ids.batch_field("formats"), options=[], value=[], className="import-radio"), lang),
        _field("where", _dropdown("where", lang), lang),
        _field("regions", _dropdown("regions", lang, multi=True), lang, box=ids.batch_field("regions-box")),
        _field(
            "lang",
            dcc.RadioItems(
                id=ids.batch_field("lang"),
                options=[{"value": each, "label": t(f"batches.form.lang_{each}", lang)} for each in LANGUAGES],
                value=lang,
                className="import-radio",
            ),
            lang,
        ),
    ]
    end = [
        html.Button(t("batches.form.start", lang), id=ids.BATCH_START, n_clicks=0, type="button", className="import-primary"),
        html.Span(t("batches.count_none", lang), id=ids.BATCH_COUNT, role="status", className="batch-count"),
    ]
    return html.Section(
        [
            html.Div(fields, className="batch-form"),
            html.P(t("batches.form.start_about", lang), className="import-hint"),
            html.Div(end, className="import-actions"),
        ],
        className="card batch-card batch-new",
        **{"aria-label": t("batches.heading", lang)},
    )


def _dropdown(name: str, lang: str, multi: bool = False) -> dcc.Dropdown:
    return dcc.Dropdown(
        id=ids.batch_field(name),
        options=[],
        value=[] if multi else None,
        multi=multi,
        clearable=multi,
        searchable=multi,
        placeholder=t(f"batches.form.{name}_none", lang),
        labels=dropdown_words(lang),
    )


def _field(name: str, control: object, lang: str, box: str = "") -> html.Div:
    words = t(f"batches.form.{name}", lang)
    children = [html.Span(words, className="filter-label", **{"aria-hidden": "true"}), control]
    given = {"id": box} if box else {}
    return html.Div(children, className=f"batch-field batch-field-{name}", role="group", **{"aria-label": words, **given})
