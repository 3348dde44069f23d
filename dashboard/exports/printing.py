"""Rows as a document prints them: which columns a reader wants, and a value as it is read."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from dashboard import waters
from dashboard.captions.overdue_ageing import bucket_name
from dashboard.captions.race import printed as score
from dashboard.captions.status_structure import status_name
from dashboard.exports.kinds import FIGURE
from dashboard.exports.table import Cell, Table
from dashboard.formatting import DASH, MINUS, count, percent, points
from dashboard.i18n import has, t
from dashboard.view import View

_NUMBER = re.compile(r"[-+\u2212≥>]?[\d,.]+%?\*?(\s+\d+/\d+|/\d+)?")
# columns of a table in a document: what a page is wide enough for
WIDE = 9
_MACHINE = ("has_children", "level", "rows", "lacking_rows", "picked", "drawn", "key", "loop")
# what a reader of each chart's table asks for, in this order; a chart without an entry shows the first columns that have a name
_SHOWN: dict[str, tuple[str, ...]] = {
    "progress-by-region": ("region", "effective", "rectified", "completion_rate", "closed", "closeout_rate", "overdue", "due_soon"),
    "status-structure": ("status", "count", "share"),
    "loop-funnel": ("stage_name", "reached", "share", "median_days", "p90_days"),
    "overdue-ageing": ("bucket", "count", "share"),
    "item-list": (
        "ledger_no", "region", "category_name", "title", "object_name", "department_name", "stage_name", "due_current", "days_overdue",
    ),
    "county-ranking": ("rank", "region", "parent", "group_name", "score", "rank_before", "numerator", "denominator", "reason_text"),
    "rank-intervals": ("rank", "region", "parent", "score", "score_low", "score_high", "band_low", "band_high"),
    "rank-what-if": ("rank", "rank_tried", "change_tried", "region", "parent", "score", "score_tried"),
    "rank-changes": ("region", "rank_old", "rank_new", "score_old", "score_new", "indicator_name", "value_old", "value_new", "why"),
    "zone-flags": ("grade", "zone", "object_name", "kind", "region", "inside_m", "verdict", "status"),
    "warnings": ("level", "kind_name", "region", "text", "since", "acknowledged"),
    "orders": ("meeting_on", "region", "department_name", "text", "due_on", "standing", "days_overdue", "items", "items_rectified"),
    "escalation-candidates": ("region", "rung_name", "rule_name", "evidence", "last_rung_name", "last_on"),
    "region-timeline": ("day", "kind_name", "what_name", "region", "text"),
    "river-system": ("name", "km", "length_km", "target_grade", "grade", "sections", "sections_met", "outfalls", "overdue"),
    "river-sections": ("name", "water_name", "region", "km", "target_grade", "grade", "met", "met_rate", "exceeding"),
    "river-problems": ("category_name", "object_name", "title", "region", "km", "bank", "state", "due_current", "days_overdue"),
    "river-sources": ("aspect", "value_name", "outfalls", "of", "share"),
    "section-standing": ("grade", "count", "share", "missed"),
}  # fmt: skip
# differences of two rates: percentage points, not percent
_DIFFERENCES = ("schedule_value", "schedule_low", "schedule_high")
# indicators of a ranking, each by its value
_INDICATORS = ("rank", "region", "score")


def readers(columns: Sequence[str], labels: Sequence[str], chart: str = "") -> list[int]:
    """The columns that a document shows, by position: those that a reader of the chart asks for, else those with a name for readers,
    without codes and flags, as many as a page is wide."""
    at = {column: k for k, column in enumerate(columns)}
    if chart == "indicator-table":
        return [at[name] for name in (*_INDICATORS, *(each for each in columns if each.endswith("_value"))) if name in at]
    if chart in _SHOWN:
        return [at[name] for name in _SHOWN[chart] if name in at]
    kept = [
        k
        for k, (column, named) in enumerate(zip(columns, labels, strict=True))
        if named != column and column not in _MACHINE and not column.endswith(("_code", "_id"))
    ]
    # where a code has a name beside it, the name is enough
    return [k for k in kept if f"{columns[k]}_name" not in columns][:WIDE]


def printed(value: Cell, column: str, table: Table) -> str:
    """A value as a reader sees it, in the table's language."""
    if value is None or value == "":
        return DASH
    lang, kind = table.lang, table.kinds.get(column, "")
    if isinstance(value, bool):
        return t("office.yes", lang) if value else DASH
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, str):
        return _word(value, column, table)
    if column in _DIFFERENCES:
        return points(value, lang)
    if kind == "rate":
        return percent(value, 1, lang) if value >= 0 else MINUS + percent(-value, 1, lang)
    if kind == "score":
        return score(value, table.decimals)
    if kind == "change":
        return count(value, lang, signed=True)
    if kind.startswith(FIGURE):
        _, decimals, unit = kind.split(":", 2)
        return score(value, int(decimals), signed=True).lstrip("+") + (unit if unit in ("", "%") else f" {unit}")
    return count(value, lang)


def _word(value: str, column: str, table: Table) -> str:
    """A code in words; text of a ledger as it stands."""
    lang, view = table.lang, View(table.lang)
    if column == "grade" and table.chart == "zone-flags":
        return t(f"map.grade.{value}", lang)
    if column in _GRADES:
        return waters.grade(value, lang)
    if column == "status":
        return status_name(value, view)
    if column == "bucket":
        low, _, high = value.partition("-")
        return bucket_name(int(low.rstrip("+")), int(high) if high else None, view)
    if column == "exceeding":
        return waters.indicators(value, lang)
    key = _WORDS[column](value, table) if column in _WORDS else ""
    return t(key, lang) if key and has(key, lang) else value


_GRADES = ("grade", "target_grade")
_WORDS: dict[str, Callable[[str, Table], str]] = {
    "kind": lambda value, table: f"kind.{value}",
    "level": lambda value, table: f"warnings.level.{value}" if table.chart == "warnings" else f"level.{value}",
    "verdict": lambda value, table: f"map.verdict.{value}",
    "standing": lambda value, table: f"wall.standing.{value}",
    "bank": lambda value, table: f"river.sources.value.bank.{value}",
    "state": lambda value, table: f"river.state.{value}",
    "aspect": lambda value, table: f"river.sources.aspect.{value}",
    "reason": lambda value, table: f"measure.reason.{value}",
}


def cells(table: Table, most: int) -> tuple[list[str], list[list[str]], list[bool], int]:
    """The table of a document: heads, at most so many rows, which columns are numbers, and how many rows are not among them."""
    held = table.native
    if held is not None and held.grid:
        heads, rows = list(map(str, held.grid[0])), [list(map(str, row)) for row in held.grid[1:]]
        numeric = [_numeric([row[k] for row in rows]) for k in range(len(heads))]
        return heads, rows[:most], numeric, held.left + max(0, len(rows) - most)
    shown = list(table.shown)
    heads = [table.labels[k] for k in shown]
    numeric = [_amounts([row[k] for row in table.rows[:200]]) for k in shown]
    rows = [[printed(row[k], table.columns[k], table) for k in shown] for row in table.rows[:most]]
    return heads, rows, numeric, len(table.rows) - len(rows)


def _amounts(values: list[Cell]) -> bool:
    """Whether a column holds numbers, or nothing at all."""
    said = [value for value in values if value is not None]
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in said)


def _numeric(texts: list[str]) -> bool:
    """Whether a column of printed texts holds numbers: figures with their signs, percentages, n/d."""
    said = [text for text in texts if text and text != DASH]
    return bool(said) and all(map(_NUMBER.fullmatch, said))
