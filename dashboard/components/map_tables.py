"""The charts of the map as tables: regions by one measure, and outfalls by stage and by question."""

from collections.abc import Callable, Mapping

import pandas as pd
from dash import html

from dashboard import frame
from dashboard.captions import wording
from dashboard.captions.regions import name as measure_name
from dashboard.formatting import DASH, count, missing
from dashboard.i18n import t
from dashboard.links import within
from dashboard.view import View
from data.filters import Filters

Row = Mapping[str, object]
# a cell: its text, and the piece of query string that it leads to ("": none)
Cell = tuple[str, str]
# more rows than this are read in the exported sheet
MOST = 400
TABLES = ("region-map", "region-tiles", "outfall-stages", "outfall-questions")


def map_table(chart: str, df: pd.DataFrame, filters: Filters, view: View) -> list[object]:
    """The frame as an HTML table with links, and a line about what is left out."""
    lang = view.lang
    heads, cells = _regions(df, view) if "short" in df else _outfalls(df, view)
    names = [str(column) for column in df.columns]
    rows = [dict(zip(names, row, strict=True)) for row in frame.rows(df.head(MOST), *names)]
    if not rows:
        return [html.P(t("figure.none", lang), className="table-note")]
    lines = []
    for row in rows:
        (said, piece), *others = cells(row)
        # the name of a row leads to its region
        lines.append(
            html.Tr([html.Th(_linked(said, piece, filters, view), scope="row"), *(html.Td(_linked(*c, filters, view)) for c in others)])
        )
    caption = html.Caption(t(f"chart.{chart}", lang), className="visually-hidden")
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    out: list[object] = [html.Table([caption, head, html.Tbody(lines)], className="figures-table")]
    if len(df) > MOST:
        out.append(html.P(t("progress.table_cut", lang, n=count(MOST, lang), all=count(len(df), lang)), className="table-note"))
    return out


def _linked(text: str, piece: str, filters: Filters, view: View) -> object:
    if not piece or text in ("0", DASH):
        return text
    return html.A(text, href=within(filters, piece, view), **{"data-nav": "plain", "data-go": "rows" if "rows=" in piece else "region"})


def _regions(df: pd.DataFrame, view: View) -> tuple[list[str], Callable[[Row], list[Cell]]]:
    lang = view.lang
    numerator, denominator = df.attrs["sets"]

    def cells(row: Row) -> list[Cell]:
        n, d = row["numerator"], row["denominator"]
        region = f"region={row['region_code']}"
        if missing(row["value"]):
            said = t("figure.null_why", lang, reason=t(f"measure.reason.{row['reason']}", lang))
        elif denominator is None:
            said = count(int(n), lang)  # type: ignore[call-overload]
        else:
            said = wording.rate(n, d, view)
        parts: list[Cell] = [(str(row["region"]), region), (said, "")]
        counts = [(n, numerator)] if denominator is None else [(n, numerator), (d, denominator)]
        return parts + [(count(int(number), lang), f"{region}&rows={rows}") for number, rows in counts]  # type: ignore[call-overload]

    heads = [t("column.region", lang), measure_name(df, view), t("column.numerator", lang)]
    return heads + ([] if denominator is None else [t("column.denominator", lang)]), cells


def _outfalls(df: pd.DataFrame, view: View) -> tuple[list[str], Callable[[Row], list[Cell]]]:
    lang = view.lang
    column = "stage" if "stage" in df else "question"
    fixed = column == "stage" and not df.attrs.get("fixed_reason")

    def cells(row: Row) -> list[Cell]:
        region = f"region={row['region_code']}"
        done, lacking = (f"{region}&kind=outfall&rows={row[name]}" for name in ("rows", "lacking_rows"))
        n, d = row["numerator"], row["denominator"]
        rate = wording.rate(n, d, view) if d else t("figure.null_why", lang, reason=t("figure.outfalls.none_to_do", lang))
        parts: list[Cell] = [(str(row["region"]), region), (t(f"figure.outfalls.{row[column]}.head", lang), ""), (rate, done if n else "")]
        if fixed:
            n, d = row["fixed_numerator"], row["fixed_denominator"]
            parts.append((DASH if missing(d) or not d else wording.rate(int(n), int(d), view), ""))  # type: ignore[call-overload]
        return [*parts, (count(int(row["lacking"]), lang), lacking)]  # type: ignore[call-overload]

    heads = [
        t("column.region", lang),
        t(f"figure.outfalls.of_{column}", lang),
        t("column.rolling_rate" if column == "stage" else "column.known_rate", lang),
    ]
    return [*heads, *([t("column.fixed_rate", lang)] if fixed else []), t("column.lacking", lang)], cells
