"""/briefs: documents that are laid out to be sent as they are, from templates or from a choice of charts. Layout only."""

from pathlib import Path

import dash
from dash import dcc, html
from flask import current_app

from dashboard import ids, shell
from dashboard.briefs.template import Template, templates, word
from dashboard.components.filter_bar import filter_bar
from dashboard.i18n import t
from dashboard.links import export
from dashboard.site import address, asked_view, site
from dashboard.view import View
from data.filters import Filters

PATH = "/briefs"
FORMS = ("docx", "pptx", "pdf", "xlsx")

dash.register_page(__name__, path=PATH, title=lambda **_: t("brief.page.title", asked_view().lang))


def layout(**query: object) -> html.Div:
    view = asked_view(query)
    filters = Filters.from_query(query)
    lang = view.lang
    charts: tuple[str, ...] = current_app.extensions["charts"]
    own = Path(current_app.extensions["instance"]) / "briefs"
    body = [
        html.Header([html.H1(t("brief.page.heading", lang)), html.P(t("brief.page.lead", lang), className="page-lead")]),
        filter_bar(filters, site().options(filters, lang), view, PATH),
        html.Div([_card(each, filters, view) for each in templates(charts, own).values()], className="brief-cards"),
        _chosen(charts, filters, view),
        html.P(
            [
                html.A(t("brief.page.many", lang), href=address("/batches", filters.without_rows(), view), **{"data-nav": "carry"}),
                html.A(t("state.ask", lang), href="/s/", **{"data-nav": "plain"}),
            ],
            className="brief-beside",
        ),
    ]
    # what assets/briefs.js says
    words = {f"data-{each}": t(f"picture.menu.{each}", lang) for each in ("working", "saved", "failed")}
    words |= {"data-none": t("brief.page.none", lang), "data-chosen": t("brief.page.chosen", lang)}
    return shell.page(html.Div(body, className="progress-page briefs-page", **words), view=view, filters=filters, path=PATH)


def _card(template: Template, filters: Filters, view: View) -> html.Section:
    lang = view.lang
    name = word(template.name, lang)
    heading = f"brief-{template.id}"
    return html.Section(
        className="card brief-card",
        children=[
            html.H2(name, id=heading),
            html.P(word(template.about, lang)),
            html.Ol([html.Li(word(each.heading, lang)) for each in template.sections]),
            html.P(
                [
                    html.A(
                        form.upper(),
                        href=export(f"brief/{template.id}", form, filters, view),
                        download="",
                        className="chart-link brief-file",
                        **{
                            "data-export": f"brief/{template.id}.{form}",
                            "aria-label": t("progress.data_as", lang, chart=name, form=form.upper()),
                        },
                    )
                    for form in FORMS
                ],
                className="brief-files",
            ),
            _said(),
        ],
        **{"aria-labelledby": heading},
    )


def _chosen(charts: tuple[str, ...], filters: Filters, view: View) -> html.Section:
    """The charts that are ticked, in one file; assets/briefs.js keeps the links in step."""
    lang = view.lang
    # the numbers that a page begins with come first
    ordered = sorted(charts, key=lambda chart: chart != "headline")
    options = [{"value": chart, "label": t(f"chart.{chart}", lang)} for chart in ordered]
    links = [html.A(form.upper(), id=ids.brief_link(form), className="chart-link brief-file brief-off", download="") for form in FORMS]
    return html.Section(
        className="card brief-own",
        children=[
            html.H2(t("brief.page.own", lang), id="brief-own"),
            html.P(t("brief.page.own_lead", lang)),
            dcc.Checklist(id=ids.BRIEF_CHARTS, options=options, value=[], className="brief-boxes"),
            html.P(t("brief.page.none", lang), id=ids.BRIEF_CHOSEN, role="status"),
            html.P(links, className="brief-files"),
            _said(),
        ],
        **{"aria-labelledby": "brief-own"},
    )


def _said() -> html.P:
    """What becomes of a file that was asked for."""
    return html.P(className="brief-said", role="status", **{"aria-live": "polite"})
