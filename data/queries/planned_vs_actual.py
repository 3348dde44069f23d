"""Planned against actual: the curve behind the schedule deviation (M7)."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from data import calendar
from data.calendar import NEVER
from data.filters import Filters
from data.measures import NO_ITEMS, NOT_SCHEDULED
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.store import Store


def planned_vs_actual(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a day: ``day`` (date), ``planned`` and ``actual`` (0–1), ``planned_count, actual_count, total``.

    The universe is fixed: effective items with a deadline, as of the as-of day; what they were on earlier days is read
    from their history, so the last actual value is the one M7 compares. ``planned`` of an item is its milestones' shares,
    or its deadline where it has none; after the as-of day only the plan goes on and ``actual`` is NaN.
    ``attrs``: ``deviation`` (actual − planned at the as-of day, or None), ``basis`` (plan, milestones or due), ``reasons``.
    """
    selection = Selection(scope, store, filters)
    last = calendar.day_number(selection.as_of)
    low = min((part.index.day_low for part in selection.parts), default=last)
    high = max((part.index.day_high for part in selection.parts), default=last)
    planned = _Steps(min(low, last), max(high, last))
    actual = _Steps(min(low, last), last)
    total = 0
    milestones = False
    for part in selection.parts:
        universe = part.chosen("scheduled")
        size = bits.count(universe)
        total += size
        chosen = _Chosen(part, universe, size)
        milestones |= _plan(chosen, planned)
        _done(chosen, actual)
    reasons = {} if total else {"deviation": NOT_SCHEDULED if selection.count("effective") else NO_ITEMS}
    if not total:
        names = ("day", "planned", "actual", "planned_count", "actual_count", "total")
        return selection.frame({name: [] for name in names}, lang, deviation=None, basis="due", reasons=reasons)
    curve = selection.campaigns[0].plan_curve if len(selection.campaigns) == 1 else None
    days = np.arange(min(planned.first, actual.first, last) - 1, max(planned.last, last) + 2)
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
    """A sum of steps by day, of the days low to high."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self._by_day = np.zeros(high - low + 2)

    def add(self, days: NDArray[np.int16], weights: NDArray[np.float64] | None = None, sign: int = 1) -> None:
        """Add a step on each day; later days than ``high`` are left out."""
        if len(days):
            # whatever lies beyond falls into one bucket more, which nobody reads
            place = np.minimum(days, np.int16(self.high + 1)) - np.int16(self.low)
            self._by_day += sign * np.bincount(place, weights=weights, minlength=len(self._by_day))

    @property
    def first(self) -> int:
        """The first day with a step; ``high`` when there is none."""
        held = np.flatnonzero(self._by_day[:-1])
        return self.low + int(held[0]) if len(held) else self.high

    @property
    def last(self) -> int:
        """The last day with a step; ``low`` when there is none."""
        held = np.flatnonzero(self._by_day[:-1])
        return self.low + int(held[-1]) if len(held) else self.low

    def until(self, days: NDArray[np.int64]) -> NDArray[np.float64]:
        """The sum of all steps up to each day."""
        sums = np.concatenate(([0.0], np.cumsum(self._by_day[:-1])))
        return sums[np.clip(days - self.low + 1, 0, len(sums) - 1)]


class _Chosen:
    """Items of one part: by position while they are few, else as a mask laid over whole arrays."""

    def __init__(self, part: Part, words: bits.Words, size: int) -> None:
        self.part = part
        self.low, self.high = part.a * 64, part.b * 64
        self.mask = bits.unpack(words)
        self.positions = np.flatnonzero(self.mask) if size * 4 < len(self.mask) else None
        # NEVER, all ones but the sign, where an item is not chosen: or-ing it makes a day NEVER
        self._beyond = (~self.mask).astype(np.int16) * np.int16(NEVER) if self.positions is None else np.zeros(0, dtype=np.int16)

    def of(self, days: NDArray[np.int16]) -> NDArray[np.int16]:
        """The days of the chosen items, from an array over the part's positions; NEVER stands for the others."""
        return days[self.positions] if self.positions is not None else days | self._beyond


def _plan(chosen: _Chosen, planned: _Steps) -> bool:
    """Add the planned steps; whether any came from milestones."""
    part = chosen.part
    deadlines = part.moment.due_days()
    owner, day, share = part.index.plan
    if not len(owner):
        planned.add(chosen.of(deadlines))
        return False
    first, last = np.searchsorted(owner, (chosen.low, chosen.high))
    local = owner[first:last] - chosen.low
    with_plan = np.zeros(len(chosen.mask), dtype=bool)
    with_plan[local] = True
    held = chosen.mask[local]
    planned.add(day[first:last][held], weights=share[first:last][held])
    planned.add(deadlines[chosen.mask & ~with_plan])
    return bool(held.any())


def _done(chosen: _Chosen, actual: _Steps) -> None:
    """Add the days on which items became rectified, and take off those on which they ceased to be."""
    part = chosen.part
    for layer in part.index.spells("basic" if part.basic else "flag:rectified").layers:
        if layer.where is None:
            starts, ends = (chosen.of(days[chosen.low : chosen.high]) for days in (layer.start, layer.end))
        else:
            first, last = np.searchsorted(layer.where, (chosen.low, chosen.high))
            held = chosen.mask[layer.where[first:last] - chosen.low]
            starts, ends = layer.start[first:last][held], layer.end[first:last][held]
        actual.add(starts)
        actual.add(ends, sign=-1)
