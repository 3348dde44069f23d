"""The choices that go with a file of places: what is in it, its coordinate system, where it must lie, and a campaign for outfalls."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.components.form_fields import Fields
from dashboard.components.import_upload import drop_button
from dashboard.i18n import t

#: choice of the coordinate system -> what the check is told; "file": what the file declares, "epsg": the number beside it
SYSTEMS: dict[str, str | None] = {
    "file": None,
    "cgcs2000": "EPSG:4490",
    "wgs84": "EPSG:4326",
    "gcj02": "GCJ-02",
    "bd09": "BD-09",
    "epsg": None,
    "unknown": None,
}
HOW = ("how_1", "how_2", "how_3", "how_4", "how_5")
#: the choice of the campaign list that opens the fields of a new one
NEW = "+"
ENCODINGS = ("utf-8", "gb18030")
SENSITIVITIES = ("public", "internal", "restricted")
FOLDED = ("sheet", "encoding", "sensitivity")


def bench(
    upload: dict[str, Any], values: dict[str, Any], campaigns: list[dict[str, str]], layers: Sequence[str], lang: str
) -> html.Section:
    """The card of one file. ``upload``: id, name, size (words). ``values``: the choices so far, by name. ``layers``: what it may hold."""
    fields = Fields("places", "places", values, lang)
    return html.Section(
        className="import-card",
        children=[
            html.Header(
                className="import-file",
                children=[
                    html.H2(upload["name"], className="import-file-name"),
                    html.Span(upload["size"], className="quiet"),
                    drop_button(upload["id"], upload["name"], lang, "places"),
                ],
            ),
            html.Div(
                className="import-form places-what",
                children=[
                    fields.dropdown("layer", [{"value": each, "label": t(f"places.layer.{each}", lang)} for each in layers], False),
                    html.Div(
                        [_only(f"layer={each}", values, html.P(t(f"places.form.needs.{each}", lang))) for each in layers],
                        className="places-needs",
                        **{"aria-live": "polite"},
                    ),
                ],
            ),
            _systems(fields),
            html.Div(
                className="import-form",
                children=[fields.text("region"), _only("layer=outfall", values, fields.day("as_known"))],
            ),
            _only("layer=outfall", values, _campaign(fields, campaigns)),
            html.Details(
                className="import-more",
                open=any(values.get(name) for name in FOLDED),
                children=[html.Summary(t("places.form.more", lang)), html.Div(_more(fields), className="import-form")],
            ),
            html.Div(
                className="import-actions",
                children=[
                    check_button(lang, "form", "check"),
                    html.Span(t("places.form.check_about", lang), className="quiet"),
                ],
            ),
            html.Div(id=ids.PLACES_SAID, role="alert"),
        ],
        **{"aria-label": t("places.form.title", lang)},
    )


def check_button(lang: str, at: str, words: str) -> html.Button:
    """Starts a check. ``words``: check or check_again."""
    style = "import-primary" if at == "form" else "import-secondary"
    return html.Button(t(f"places.form.{words}", lang), id={"type": "places-check", "at": at}, className=style, n_clicks=0, type="button")


def how_to_find_out(lang: str) -> html.Div:
    """Why a file without a known coordinate system stays out, and how to learn which it is."""
    return html.Div(
        className="import-note import-note-warning places-how",
        children=[
            html.P(t("places.form.how", lang)),
            html.Ol([html.Li(t(f"places.form.{each}", lang)) for each in HOW]),
        ],
    )


def _only(when: str, values: dict[str, Any], children: object) -> html.Div:
    """Shown while a choice has a value, ``name=value``; assets/places.js keeps it so."""
    name, _, value = when.partition("=")
    return html.Div(children, id={"type": "places-only", "when": when}, hidden=values.get(name) != value)


def _systems(fields: Fields) -> html.Div:
    lang, values = fields.lang, fields.values
    options = [
        {
            "value": each,
            "label": html.Span(
                [
                    html.Span(fields.say(f"crs_{each}"), className="places-system"),
                    html.Span(fields.say(f"crs_{each}_about"), className="quiet"),
                ],
                className="places-system-label",
            ),
        }
        for each in SYSTEMS
    ]
    control = dcc.RadioItems(id=fields.option_id("crs"), options=options, value=values.get("crs"), className="places-systems")
    return html.Div(
        role="radiogroup",
        className="import-field",
        children=[
            html.Span(fields.say("crs"), className="filter-label"),
            html.Span(fields.say("crs_about"), className="import-hint places-hint-first"),
            control,
            _only("crs=epsg", values, html.Div(fields.text("epsg", number=True), className="places-epsg")),
            _only("crs=unknown", values, how_to_find_out(lang)),
        ],
        **{"aria-label": fields.say("crs")},
    )


def _campaign(fields: Fields, campaigns: list[dict[str, str]]) -> html.Div:
    choices = [{"value": "", "label": fields.say("campaign_none")}, *campaigns, {"value": NEW, "label": fields.say("campaign_new")}]
    return html.Div(
        className="import-form",
        children=[
            fields.dropdown("campaign", choices, False),
            html.Div(
                [fields.text("new_name"), fields.text("new_code")],
                id={"type": "places-only", "when": f"campaign={NEW}"},
                className="import-fresh",
                hidden=fields.values.get("campaign") != NEW,
            ),
        ],
    )


def _more(fields: Fields) -> list[object]:
    encodings = [{"value": "", "label": fields.say("encoding_auto")}, *({"value": each, "label": each.upper()} for each in ENCODINGS)]
    levels = [
        {"value": "", "label": fields.say("sensitivity_layer")},
        *({"value": each, "label": fields.say(f"sensitivity_{each}")} for each in SENSITIVITIES),
    ]
    return [fields.text("sheet"), fields.dropdown("encoding", encodings, False), fields.dropdown("sensitivity", levels, False)]
