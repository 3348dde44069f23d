"""Campaigns to choose from: one card each, with how far it has come and what is late."""

from collections.abc import Sequence

import pandas as pd
from dash import html

from dashboard import frame
from dashboard.formatting import count, day, missing, of, percent
from dashboard.i18n import has, t
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

_COLUMNS = (
    "campaign",
    "campaign_name",
    "kinds",
    "start_on",
    "end_on",
    "as_of",
    "simulated",
    "effective",
    "numerator",
    "denominator",
    "overdue",
)


def campaign_cards(df: pd.DataFrame, view: View) -> html.Ul:
    """``df`` as ``data.queries.campaign_list`` gives it; each card leads to the campaign's progress."""
    rows = frame.rows(df, *_COLUMNS)
    # where everything is simulated the mark in the header says it once
    mixed = len({bool(row[6]) for row in rows}) > 1
    return html.Ul([_card(row, mixed, view) for row in rows], className="campaign-cards")


def _card(row: Sequence, mixed: bool, view: View) -> html.Li:
    code, name, kinds, start, end, as_of, simulated, effective, done, base, overdue = row
    lang = view.lang
    chosen = Filters(campaign=(code,))
    about = [*_kinds(kinds, lang), *_period(start, end, lang)]
    late = html.A(count(overdue, lang), href=address("/progress", chosen.but(rows="overdue"), view), **{"data-nav": "plain"})
    figures = [
        ("effective", count(effective, lang), "", ""),
        ("completion_rate", percent(done, base, lang), of(done, base, lang) if base else t("measure.reason.no_items", lang), ""),
        ("overdue", late if overdue else count(overdue, lang), "", " campaign-late" if overdue else ""),
    ]
    return html.Li(
        className="campaign-card",
        children=[
            html.H2(html.A(name, href=address("/progress", chosen, view), className="campaign-link", **{"data-nav": "plain"})),
            html.P(t("filters.separator", lang).join(about), className="campaign-about"),
            html.Dl(
                [
                    html.Div(
                        [
                            html.Dt(t(f"measure.{measure}.name", lang)),
                            html.Dd([html.Span(value, className="campaign-value"), html.Span(parts, className="campaign-parts")]),
                        ],
                        className="campaign-figure" + loud,
                    )
                    for measure, value, parts, loud in figures
                ],
                className="campaign-figures",
            ),
            html.P(
                [
                    html.Span(t("shell.as_of", lang, day=day(as_of, lang, year=True))),
                    *([html.Span(t("shell.simulated", lang), className="shell-mark mark-simulated")] if simulated and mixed else []),
                ],
                className="campaign-day",
            ),
        ],
    )


def _kinds(kinds: Sequence[str], lang: str) -> list[str]:
    names = [t(f"kind.{kind}", lang) if has(f"kind.{kind}", lang) else kind for kind in kinds]
    return [t("format.join", lang).join(names)] if names else []


def _period(start: object, end: object, lang: str) -> list[str]:
    known = {"start": start, "end": end}
    said = {name: day(value, lang, year=True) for name, value in known.items() if not missing(value)}  # type: ignore[arg-type]
    if not said:
        return []
    key = "both" if len(said) == 2 else next(iter(said))
    return [t(f"home.period.{key}", lang, **said)]
