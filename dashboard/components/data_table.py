"""A chart as a table: every number it draws, each with the way to its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from dash import html

from dashboard import frame
from dashboard.captions.crossed import LEAST
from dashboard.captions.overdue_ageing import bucket_name
from dashboard.components import map_tables, ranking_tables, river_tables
from dashboard.formatting import count, day, days, missing, of, percent
from dashboard.i18n import t
from dashboard.links import within
from dashboard.view import View
from data import columns as c
from data.filters import Filters

# more rows than this are read in the exported sheet
MOST = 400

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names the heading; ``text(row, view)`` fills a cell, ``piece(row)`` is what its link adds, "" for none."""

    key: str
    text: Callable[[Row, View], str]
    piece: Callable[[Row], str] | None = None
    head: bool = False


def _number(key: str) -> Callable[[Row, View], str]:
    return lambda row, view: count(row[key], view.lang)  # type: ignore[arg-type]


def _rate(numerator: str, denominator: str) -> Callable[[Row, View], str]:
    """``75.0% (24/32)``"""

    def text(row: Row, view: View) -> str:
        n, d = row[numerator], row[denominator]
        if missing(d) or not d:
            return percent(n, d, view.lang)  # type: ignore[arg-type]
        return t("caption.rate", view.lang, rate=percent(n, d, view.lang), of=of(n, d, view.lang))  # type: ignore[arg-type]

    return text


def _share(key: str) -> Callable[[Row, View], str]:
    return lambda row, view: percent(row[key], 1, view.lang)  # type: ignore[arg-type]


def _word(key: str) -> Callable[[Row, View], str]:
    return lambda row, view: str(row[key])


def _in_region(rows: str) -> Callable[[Row], str]:
    return lambda row: f"region={row[c.REGION_CODE]}&rows={rows}"


def _crossed(dimension: str) -> tuple[Column, ...]:
    def piece(rows: str) -> Callable[[Row], str]:
        return lambda row: f"region={row[c.REGION_CODE]}&{dimension}={row[dimension]}&rows={rows}" if row[dimension] else ""

    def name(row: Row, view: View) -> str:
        return str(row[f"{dimension}_name"] or t(f"figure.cells.no_{dimension}", view.lang))

    def rate(row: Row, view: View) -> str:
        text = _rate(c.RECTIFIED, c.EFFECTIVE)(row, view)
        few = row[c.EFFECTIVE] < LEAST  # type: ignore[operator]
        return text + t("progress.few", view.lang, least=LEAST) if few else text

    return (
        Column("region", _word(c.REGION), lambda row: f"region={row[c.REGION_CODE]}", head=True),
        Column(dimension, name),
        *(Column(key, _number(key), piece(key)) for key in (c.EFFECTIVE, c.RECTIFIED, c.OVERDUE)),
        Column(c.COMPLETION_RATE, rate),
    )


TABLES: dict[str, tuple[Column, ...]] = {
    "progress-by-region": (
        Column("region", _word(c.REGION), lambda row: f"region={row[c.REGION_CODE]}", head=True),
        *(
            Column(key, _number(key), _in_region(key))
            for key in (c.DISCOVERED, c.EFFECTIVE, c.RECTIFIED, c.CLOSED, c.OPEN, c.DUE, c.OVERDUE, c.DUE_SOON)
        ),
        Column(c.COMPLETION_RATE, _rate(c.RECTIFIED, c.EFFECTIVE)),
        Column(c.CLOSEOUT_RATE, _rate(c.CLOSED, c.EFFECTIVE)),
        Column(c.DUE_COMPLETION_RATE, _rate(c.DUE_RECTIFIED, c.DUE)),
        Column(c.ON_TIME_RATE, _rate(c.ON_TIME, c.DUE)),
    ),
    "status-structure": (
        Column("status", lambda row, view: t(f"measure.status.{row[c.STATUS]}", view.lang), head=True),
        Column("count", _number(c.COUNT), lambda row: f"rows=status:{row[c.STATUS]}"),
        Column("share", _share(c.SHARE)),
    ),
    "planned-vs-actual": (
        Column("day", lambda row, view: day(row[c.DAY], view.lang, year=True), head=True),  # type: ignore[arg-type]
        Column("planned", _rate("planned_count", "total")),
        Column("actual", _rate("actual_count", "total")),
    ),
    "loop-funnel": (
        Column("stage", _word("stage_name"), head=True),
        Column("reached", _number("reached"), lambda row: f"rows=reached:{row[c.STAGE]}"),
        Column("share", _share(c.SHARE)),
        Column("median_days", lambda row, view: days(row[c.MEDIAN_DAYS], view.lang)),  # type: ignore[arg-type]
        Column("p90_days", lambda row, view: days(row[c.P90_DAYS], view.lang)),  # type: ignore[arg-type]
        Column("timed", _number("timed")),
    ),
    "region-by-category": _crossed(c.CATEGORY),
    "territory-by-department": _crossed(c.DEPARTMENT),
    "overdue-ageing": (
        Column("bucket", lambda row, view: bucket_name(row["from_days"], row["to_days"], view), head=True),
        Column("count", _number(c.COUNT), lambda row: f"rows=ageing:{row[c.BUCKET]}"),
        Column("share", _share(c.SHARE)),
    ),
}


def data_table(chart: str, df: pd.DataFrame, filters: Filters, view: View) -> list[object]:
    """The frame as an HTML table with links, and a line about what is left out."""
    if chart in ranking_tables.TABLES:
        return ranking_tables.ranking_table(chart, df, filters, view)
    if chart in river_tables.TABLES:
        return river_tables.river_table(chart, df, view)
    if chart in map_tables.TABLES:
        return map_tables.map_table(chart, df, filters, view)
    shown = TABLES[chart]
    names = [str(name) for name in df.columns]
    rows = [dict(zip(names, row, strict=True)) for row in frame.rows(df.head(MOST), *names)]
    caption = t(f"chart.{chart}", view.lang)
    head = html.Thead(html.Tr([html.Th(t(f"progress.column.{each.key}", view.lang), scope="col") for each in shown]))
    body = html.Tbody([html.Tr(_cells(shown, row, filters, view)) for row in rows])
    out: list[object] = [html.Table([html.Caption(caption, className="visually-hidden"), head, body], className="figures-table")]
    if len(df) > MOST:
        out.append(
            html.P(t("progress.table_cut", view.lang, n=count(MOST, view.lang), all=count(len(df), view.lang)), className="table-note")
        )
    if not rows:
        out = [html.P(t("figure.none", view.lang), className="table-note")]
    return out


def _cells(shown: Sequence[Column], row: Row, filters: Filters, view: View) -> list[object]:
    out: list[object] = []
    for each in shown:
        text = each.text(row, view)
        piece = each.piece(row) if each.piece else ""
        inside: object = text
        if piece and text not in ("0", "—"):
            inside = html.A(
                text, href=within(filters, piece, view), **{"data-nav": "plain", "data-go": "rows" if "rows=" in piece else "region"}
            )
        out.append(html.Th(inside, scope="row") if each.head else html.Td(inside))
    return out
