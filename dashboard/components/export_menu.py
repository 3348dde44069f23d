"""The one menu by which a chart, a table or a map leaves: pictures, editable files, data, words. assets/export_menu.js opens it."""

from dash import html

from dashboard.i18n import t
from dashboard.links import export
from dashboard.view import View
from data.filters import Filters

FORMATS = ("pptx", "xlsx", "docx", "csv", "json")


def export_menu(chart: str, filters: Filters, view: View) -> html.Span:
    """The button, and unseen beside it the addresses of the files: whatever keeps the page's links in step with its filters keeps them
    (``data-export``), and the menu takes the selection from there."""
    lang = view.lang
    name = t(f"chart.{chart}", lang)
    return html.Span(
        className="export-menu",
        children=[
            html.Button(
                t("picture.button", lang),
                className="chart-link export-button",
                **{
                    "type": "button",
                    "data-chart": chart,
                    "data-lang": lang,
                    "data-failed": t("picture.menu.failed", lang),
                    "data-close": t("picture.menu.close", lang),
                    "aria-haspopup": "menu",
                    "aria-expanded": "false",
                    "aria-label": t("picture.button_of", lang, chart=name),
                },
            ),
            html.Span([_address(chart, form, filters, view) for form in FORMATS], className="export-links", hidden=True),
        ],
    )


def _address(chart: str, form: str, filters: Filters, view: View) -> html.A:
    return html.A(form.upper(), href=export(chart, form, filters, view), **{"data-export": f"{chart}.{form}"})
