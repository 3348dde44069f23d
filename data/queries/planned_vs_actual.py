"""Planned against actual: the curve behind the schedule deviation (M7)."""

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from data import calendar
from data.filters import Filters
from data.measures import NO_ITEMS, NOT_SCHEDULED
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.store import Store

_MARGIN_DAYS = 7


def planned_vs_actual(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a day: ``day`` (date), ``planned`` and ``actual`` (0–1), ``planned_count, actual_count, total``.

    The universe is fixed: effective items with a deadline, as of the as-of day; what they were on earlier days is read
    from their history, so the last actual value is the one M7 compares. ``planned`` of an item is its milestones' shares,
    or its deadline where it has none; after the as-of day only the plan goes on and ``actual`` is NaN.
    ``attrs``: ``deviation`` (actual − planned at the as-of day, or None), ``basis`` (plan, milestones or due), ``reasons``.
    """
    selection = Selection(scope, store, filters)
    last = calendar.day_number(selection.as_of)
    planned = _Steps()
    actual = _Steps()
    total = 0
    milestones = False
    for part in selection.parts:
        universe = part.chosen("scheduled")
        total += bits.count(universe)
        milestones |= _plan(part, universe, planned)
        _done(part, universe, actual)
    reasons = {} if total else {"deviation": NOT_SCHEDULED if selection.count("effective") else NO_ITEMS}
    if not total:
        names = ("day", "planned", "actual", "planned_count", "actual_count", "total")
        return selection.frame({name: [] for name in names}, lang, deviation=None, basis="due", reasons=reasons)
    curve = selection.campaigns[0].plan_curve if len(selection.campaigns) == 1 else None
    first = min(planned.first, actual.first, last)
    end = max(planned.last, last)
    days = np.arange(first - 1, end + 2)
    shares = planned.until(days)
    if curve:
        known = sorted((calendar.day_number(calendar.date.fromisoformat(str(day))), float(str(share))) for day, share in curve)
        at = np.searchsorted([k for k, _ in known], days, side="right")
        shares = np.array([0.0] + [share for _, share in known])[at] * total
    done = actual.until(days)
    done[days > last] = np.nan
    start = calendar.day_of(int(days[0]))
    columns: dict[str, object] = {
        "day": [start + timedelta(days=k) for k in range(len(days))],
        "planned": shares / total,
        "actual": done / total,
        "planned_count": shares,
        "actual_count": done,
        "total": np.full(len(days), total, dtype=np.int64),
    }
    now = int(np.searchsorted(days, last))
    return selection.frame(
        columns,
        lang,
        deviation=float((done[now] - shares[now]) / total),
        planned=float(shares[now] / total),
        actual=float(done[now] / total),
        planned_count=float(shares[now]),
        actual_count=int(done[now]),
        total={"total": total, "planned_count": float(shares[now]), "actual_count": int(done[now])},
        basis="plan" if curve else "milestones" if milestones else "due",
        reasons=reasons,
    )


class _Steps:
    """A sum of steps by day."""

    def __init__(self) -> None:
        self._by_day = np.zeros(1 << 16)
        self.first, self.last = 1 << 15, -(1 << 15)

    def add(self, days: NDArray[Any], weights: NDArray[Any] | None = None, sign: int = 1) -> None:
        if not len(days):
            return
        low, high = int(days.min()), int(days.max())
        self.first, self.last = min(self.first, low), max(self.last, high)
        steps = np.bincount(days.astype(np.int64) - low, weights=weights)
        self._by_day[low + 32768 : high + 32769] += sign * steps

    def until(self, days: NDArray[Any]) -> NDArray[Any]:
        """The sum of all steps up to each of some consecutive days."""
        return np.cumsum(self._by_day[int(days[0]) + 32768 : int(days[-1]) + 32769])


def _plan(part: Part, universe: bits.Words, planned: _Steps) -> bool:
    """Add the planned steps of the universe; whether any came from milestones."""
    deadlines = part.moment.due_days()
    owner, day, share = part.index.plan
    mask = bits.unpack(universe)
    if not len(owner):
        planned.add(deadlines[mask])
        return False
    low, high = np.searchsorted(owner, (part.a * 64, part.b * 64))
    local = owner[low:high] - part.a * 64
    with_plan = np.zeros(len(mask), dtype=bool)
    with_plan[local] = True
    chosen = mask[local]
    planned.add(day[low:high][chosen], weights=share[low:high][chosen].astype(float))
    planned.add(deadlines[mask & ~with_plan])
    return bool(chosen.any())


def _done(part: Part, universe: bits.Words, actual: _Steps) -> None:
    """Add the days on which items of the universe became rectified, and take off those on which they ceased to be."""
    runs = part.index.spells("basic" if part.basic else "flag:rectified")
    rows, begun = runs.begun(part.day, part.a, part.b)
    mask = bits.unpack(universe)
    chosen = begun & mask[runs.owner[rows] - part.a * 64]
    actual.add(runs.start[rows][chosen])
    ended = runs.end[rows][chosen]
    actual.add(ended[ended <= part.day], sign=-1)
