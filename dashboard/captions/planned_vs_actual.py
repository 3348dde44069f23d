"""Words of the planned-against-actual curve: the gap to the schedule in percentage points."""

from dataclasses import dataclass

import pandas as pd

from dashboard import frame
from dashboard.captions import official, wording
from dashboard.formatting import missing, number, percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the curve stands on its last actual day. ``word`` is ``behind``, ``ahead`` or ``even``; ``size`` in points, as the printed
    shares differ. What was planned is no whole number where milestones have shares, or the plan was published as one."""

    day: object
    planned: float
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
    planned, actual, total = number(planned) or 0, int(actual), int(total)
    found = official.gap((actual, total), (planned, total))
    if found is None:
        return None
    return Gap(day, planned, actual, total, {1: "ahead", -1: "behind", 0: "even"}[found.way], official.size(found, view.lang))


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
    said = wording.pieces(found.total if found else 0, df, view)
    return wording.subtitle(df, view, t(f"figure.curve.subtitle.{basis(df)}", view.lang, n=said))


def planned_vs_actual(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，实际完成78.3%（783/1000），计划应完成81.5%（815/1000），落后序时进度3.2个百分点；…。``"""
    found = gap(df, view)
    if found is None:
        return wording.sentence(df, filters, view, [t("caption.curve.none", view.lang)])
    actual, planned = wording.rate(found.actual, found.total, view), wording.rate(found.planned, found.total, view)
    said = official.against((found.actual, found.total), (found.planned, found.total), official.SCHEDULE, view)
    key = "caption.curve.even" if found.word == "even" else "caption.curve.gap"
    parts = [
        t(key, view.lang, actual=actual, planned=planned, gap=said),
        t(f"caption.curve.basis.{basis(df)}", view.lang),
    ]
    return wording.sentence(df, filters, view, parts)


def share(part: float, total: int, view: View) -> str:
    """A point of the curve as text."""
    return percent(part, total, view.lang)
