"""Charts as spreadsheets and slides know them: categories and series of plain numbers, straight from the frame's cells.

What is drawn on the page by a figure of our own is here a chart that its reader can edit; a chart without an entry is a table there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import frame, waters
from dashboard.captions.overdue_ageing import bucket_name
from dashboard.captions.status_structure import status_name
from dashboard.exports.table import cell
from dashboard.formatting import day, missing
from dashboard.i18n import has, t
from dashboard.view import View

BAR, LINE = "bar", "line"
RATE, SCORE, COUNT = "rate", "score", "count"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name for readers, the column it comes from, and a value (or None) for each category."""

    name: str
    column: str
    values: Sequence[float | int | None]


@dataclass(frozen=True, slots=True)
class Native:
    """``kind`` bar or line, ``unit`` rate (0–1), score or count; categories in the order of the frame."""

    kind: str
    unit: str
    head: str
    categories: Sequence[str]
    series: Sequence[Series]

    def part(self, start: int, end: int) -> "Native":
        """The same chart of some of its categories."""
        some = [Series(each.name, each.column, each.values[start:end]) for each in self.series]
        return Native(self.kind, self.unit, self.head, self.categories[start:end], some)


@dataclass(frozen=True, slots=True)
class _Plan:
    """``category`` and ``values`` are columns; with ``by`` each value of that column is a series of its own."""

    category: str
    values: tuple[str, ...]
    unit: str
    kind: str = BAR
    by: str | None = None
    named: Callable[[object, View], str] | None = None


def _bucket(code: object, view: View) -> str:
    low, _, high = str(code).partition("-")
    return bucket_name(int(low.rstrip("+")), int(high) if high else None, view)


def _day(value: object, view: View) -> str:
    return day(value, view.lang, year=True)  # type: ignore[arg-type]


PLANS: dict[str, _Plan] = {
    "progress-by-region": _Plan("region", ("completion_rate",), RATE),
    "status-structure": _Plan("status", ("count",), COUNT, named=lambda code, view: status_name(str(code), view)),
    "planned-vs-actual": _Plan("day", ("planned", "actual"), RATE, LINE, named=_day),
    "loop-funnel": _Plan("stage_name", ("reached",), COUNT),
    "overdue-ageing": _Plan("bucket", ("count",), COUNT, named=_bucket),
    "county-ranking": _Plan("region", ("score",), SCORE),
    "contest-result": _Plan("region", ("score",), SCORE),
    "outfall-stages": _Plan("region", ("rolling_rate",), RATE, by="stage"),
    "outfall-questions": _Plan("region", ("known_rate",), RATE, by="question"),
    "section-standing": _Plan("grade", ("count",), COUNT, named=lambda code, view: waters.grade(code, view.lang)),
}


def native(chart: str, df: pd.DataFrame, view: View) -> Native | None:
    """The chart as an editable one; None where it is a table, or has nothing to draw."""
    plan = PLANS.get(chart)
    if plan is None or df.empty or not {plan.category, *plan.values} <= set(map(str, df.columns)):
        return None
    keys = frame.columns(df, plan.category)[0]
    names = [_name(key, plan, view) for key in keys]
    head = _label(plan.category, df, view)
    if plan.by is None:
        series = [Series(_label(column, df, view), column, _numbers(df, column)) for column in plan.values]
        return Native(plan.kind, plan.unit, head, names, series)
    (value,) = plan.values
    groups = frame.columns(df, plan.by)[0]
    order, places = list(dict.fromkeys(groups)), list(dict.fromkeys(names))
    held = dict(zip(zip(names, groups, strict=True), _numbers(df, value), strict=True))
    series = [Series(_word(group, view), value, [held.get((place, group)) for place in places]) for group in order]
    return Native(plan.kind, plan.unit, head, places, series)


# columns of a table in a document: what a page is wide enough for
_COLUMNS = 8
_MACHINE = ("has_children", "level", "rows", "lacking_rows", "picked", "drawn")


def readers(columns: Sequence[str], labels: Sequence[str]) -> list[int]:
    """The columns that a document shows, by position: those with a name for readers, without codes and flags, as many as a page is wide."""
    kept = [
        k
        for k, (column, label) in enumerate(zip(columns, labels, strict=True))
        if label != column and column not in _MACHINE and not column.endswith(("_code", "_id"))
    ]
    # where a code has a name beside it, the name is enough
    return [k for k in kept if f"{columns[k]}_name" not in columns][:_COLUMNS]


def _name(key: object, plan: _Plan, view: View) -> str:
    if missing(key):
        return "—"
    return plan.named(key, view) if plan.named else str(key)


def _numbers(df: pd.DataFrame, column: str) -> list[float | int | None]:
    return [cell(value) for value in frame.columns(df, column)[0]]  # type: ignore[misc]


def _label(column: str, df: pd.DataFrame, view: View) -> str:
    named = (df.attrs.get("labels") or {}).get(column)
    return named or (t(f"column.{column}", view.lang) if has(f"column.{column}", view.lang) else column)


def _word(code: object, view: View) -> str:
    key = f"figure.outfalls.{code}.short"
    return t(key, view.lang) if has(key, view.lang) else str(code)
