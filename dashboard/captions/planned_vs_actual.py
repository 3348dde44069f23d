"""Words of the planned-against-actual curve: the gap to the schedule in percentage points."""

from dataclasses import dataclass

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count, missing, percent, points
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters

# smaller than this prints as 0.0 points
_EVEN = 0.0005


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the curve stands on its last actual day. ``word`` is ``behind``, ``ahead`` or ``even``; ``size`` in points."""

    day: object
    planned: int
    actual: int
    total: int
    word: str
    size: str


def gap(df: pd.DataFrame, view: View) -> Gap | None:
    """The newest day with an actual value, or None when there is no schedule."""
    rows = frame.rows(df, c.DAY, "planned_count", "actual_count", "total")
    known = [row for row in rows if not missing(row[2]) and not missing(row[1]) and row[3]]
    if not known:
        return None
    day, planned, actual, total = known[-1]
    deviation = df.attrs.get("deviation")
    size = (actual - planned) / total if missing(deviation) else float(deviation)  # type: ignore[arg-type]
    word = "even" if abs(size) < _EVEN else "behind" if size < 0 else "ahead"
    return Gap(day, int(planned), int(actual), int(total), word, points(abs(size), view.lang, signed=False))


def basis(df: pd.DataFrame) -> str:
    """What the planned line follows: ``milestones``, ``plan`` or ``due``."""
    found = df.attrs.get("basis")
    return found if found in ("milestones", "plan", "due") else "due"


def title(df: pd.DataFrame, view: View) -> str:
    """Ahead of or behind schedule, and by how much."""
    found = gap(df, view)
    if found is None:
        return t("figure.curve.title.none", view.lang)
    return t(f"figure.curve.title.{found.word}", view.lang, gap=found.size)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, basis of the plan, denominator and as-of day."""
    found = gap(df, view)
    number = count(found.total if found else 0, view.lang)
    return wording.subtitle(df, view, t(f"figure.curve.subtitle.{basis(df)}", view.lang, n=number))


def planned_vs_actual(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，实际完成78.3%（783/1000），计划应完成81.5%（815/1000），落后序时进度3.2个百分点；…。``"""
    found = gap(df, view)
    if found is None:
        return wording.sentence(df, filters, view, [t("caption.curve.none", view.lang)])
    actual, planned = wording.rate(found.actual, found.total, view), wording.rate(found.planned, found.total, view)
    parts = [
        t(f"caption.curve.gap_{found.word}", view.lang, actual=actual, planned=planned, gap=found.size),
        t(f"caption.curve.basis.{basis(df)}", view.lang),
    ]
    return wording.sentence(df, filters, view, parts)


def share(number: int, total: int, view: View) -> str:
    """A point of the curve as text."""
    return percent(number, total, view.lang)
