"""A region's timeline: what was ordered and decided there, newest first, between the days its ledger came in."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dash import html

from dashboard.formatting import count, day, missing
from dashboard.i18n import t
from dashboard.view import View

# more are read in the exported sheet
MOST = 40


def timeline_list(rows: Sequence[Mapping[str, Any]], caption: str, view: View) -> list[object]:
    """``rows`` of the frame of ``region-timeline``; ``region`` is empty where it is the selected one."""
    lang = view.lang
    out: list[object] = [html.P(caption, className="chart-caption order-caption")]
    days = [
        html.Li(
            [html.Span(day(when, lang, year=True), className="timeline-day"), html.Ul([_entry(row) for row in group])],
            className="timeline-group",
        )
        for when, group in groupby(rows[:MOST], key=lambda row: row["day"])
    ]
    if days:
        out.append(html.Ol(days, className="timeline-list"))
    if len(rows) > MOST:
        out.append(html.P(t("orders.more", lang, n=count(MOST, lang), all=count(len(rows), lang)), className="table-note"))
    return out


def _entry(row: Mapping[str, Any]) -> html.Li:
    text: object = row["text"]
    if row["kind"] == "order" and not missing(row["number"]):
        text = html.A(row["text"], href=f"#order-{int(row['number'])}", className="timeline-link")
    named = [" ", html.Span(row["region"], className="quiet")] if row["region"] else []
    return html.Li([text, *named], className=f"timeline-entry timeline-{row['kind']}")
