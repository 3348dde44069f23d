"""The charts of a river as tables: classes by their names, months by theirs, kilometres with one decimal."""

from collections.abc import Mapping

import pandas as pd
from dash import html

from dashboard import frame, waters
from dashboard.captions.river_problems import category_name
from dashboard.captions.river_sources import value_name
from dashboard.formatting import DASH, count, day, missing, percent
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View

Row = Mapping[str, object]
# more rows than this are read in the exported sheet
MOST = 400
# columns of each table; the first one names the row
TABLES: dict[str, tuple[str, ...]] = {
    "river-system": (
        "name", "kind", "km", "length_km", "target_grade", "grade", "met", "sections", "sections_met", "outfalls", "open", "overdue",
    ),
    "river-sections": ("name", "region", "km", "target_grade", "month", "grade", "met", "exceeding", "months_met", "months", "met_rate"),
    "river-problems": ("ledger_no", "category_name", "water_name", "km", "bank", "object_name", "stage_name", "state", "due_current"),
    "river-quality": ("name", "month", "target_grade", "grade", "met", "exceeding", "standard"),
    "river-sources": ("value_name", "aspect", "outfalls", "of", "share"),
}  # fmt: skip
_GRADES = frozenset({"grade", "target_grade"})
_FLAGS = frozenset({"met", "good", "current"})
_KILOMETRES = frozenset({"km", "length_km"})
_COUNTS = frozenset({"sections", "sections_met", "outfalls", "open", "overdue", "months", "months_met", "of"})
_RATES = frozenset({"share", "met_rate"})


def river_table(chart: str, df: pd.DataFrame, view: View) -> list[object]:
    """The frame as an HTML table, and a line about what is left out. Raises KeyError for a chart that has no table here."""
    lang, shown = view.lang, TABLES[chart]
    names = [str(name) for name in df.columns]
    rows = [dict(zip(names, row, strict=True)) for row in frame.rows(df.head(MOST), *names)]
    if not rows:
        return [html.P(t("figure.none", lang), className="table-note")]
    head = html.Thead(html.Tr([html.Th(t(f"column.{name}", lang), scope="col") for name in shown]))
    body = html.Tbody(
        [
            html.Tr([html.Th(_first(shown[0], row, view), scope="row"), *(html.Td(text(name, row, view)) for name in shown[1:])])
            for row in rows
        ]
    )
    caption = html.Caption(t(f"chart.{chart}", lang), className="visually-hidden")
    out: list[object] = [html.Table([caption, head, body], className="figures-table")]
    if len(df) > MOST:
        out.append(html.P(t("progress.table_cut", lang, n=count(MOST, lang), all=count(len(df), lang)), className="table-note"))
    return out


def _first(name: str, row: Row, view: View) -> object:
    """What names the row; an item and a water body lead to their own page."""
    said = text(name, row, view)
    if "item_id" in row:
        return html.A(said, href=address(f"/item/{row['item_id']}", None, view), **{"data-nav": "carry"})
    if row.get("what") == "water" and row["role"] != "chosen":
        return html.A(said, href=address(f"/river/{row['id']}", None, view), **{"data-nav": "plain"})
    return said


def text(name: str, row: Row, view: View) -> str:
    """A cell in words."""
    value, lang = row[name], view.lang
    if name == "value_name":
        return value_name(str(row["aspect"]), str(row["value"]), None if missing(value) else value, view)
    if name == "category_name":
        return category_name(None if missing(value) else value, view)
    if name == "month":
        return waters.month(value, lang)
    if missing(value):
        return DASH
    if name in _GRADES:
        return waters.grade(value, lang)
    if name in _FLAGS:
        return t("item.yes" if value else "item.no", lang)
    if name in _KILOMETRES:
        return f"{float(value):.1f}"  # type: ignore[arg-type]
    if name in _COUNTS:
        return count(int(value), lang)  # type: ignore[call-overload]
    if name in _RATES:
        return percent(value, 1, lang)  # type: ignore[arg-type]
    return _word(name, value, lang)


def _word(name: str, value: object, lang: str) -> str:
    if name == "kind":
        return t(f"river.kind.{value}", lang) if str(value) in _KINDS else t("river.site.section", lang)
    if name == "bank":
        return t(f"river.sources.value.bank.{value}", lang)
    if name == "state":
        return t(f"river.state.{value}", lang)
    if name == "aspect":
        return t(f"river.sources.aspect.{value}", lang)
    if name == "exceeding":
        return waters.indicators(value, lang)
    if name == "due_current":
        return day(value, lang, year=True)  # type: ignore[arg-type]
    return str(value)


_KINDS = ("river", "canal", "lake", "reservoir", "coast")
