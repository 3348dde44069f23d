"""Classes of regions by one measure: edges at round numbers, how many regions are in each, and how each is painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

import pandas as pd

from dashboard import frame, theme
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View

FEWEST, MOST = 5, 7
RATE, COUNT = "rate", "count"
# of so many regions on, one class that holds nearly all of them asks for other edges
_MANY, _CROWDED = 8, 0.6
_RATE_STEPS = (1, 2, 5, 10, 20)
_GEOMETRIC = ((1, 2, 5), (1, 5), (1,))


@dataclass(frozen=True, slots=True)
class Edges:
    """Round numbers (percent of a rate, else counts), ascending. A class goes from one up to just below the next, the last of a rate up to
    100 %; ``low`` and ``high``: the outermost class holds what lies beyond its edge as well."""

    at: tuple[int, ...]
    low: bool = False
    high: bool = False

    def place(self, value: Fraction) -> int:
        """The class of a value."""
        inner = self.at[1:-1]
        return sum(value >= edge for edge in inner)

    def sizes(self, values: Sequence[Fraction]) -> list[int]:
        """How many of some values each class holds."""
        out = [0] * (len(self.at) - 1)
        for value in values:
            out[self.place(value)] += 1
        return out


def edges(values: Sequence[Fraction], unit: str) -> Edges:
    """Five to seven classes with round edges for some values: percent of a rate, else counts.

    As fine as seven classes allow. Where nearly all of many values fall into one class, the few that lie far off are put into an open
    class, or counts into classes that widen; whichever tells the most apart.
    """
    top = 100 if unit == RATE else None
    if not values:
        return _even(Fraction(0), Fraction(top or 1), top)
    ordered = sorted(values)
    best = _even(ordered[0], ordered[-1], top)
    if len(ordered) < _MANY or max(best.sizes(ordered)) <= _CROWDED * len(ordered):
        return best
    aside = max(1, len(ordered) // 10)
    inner = _even(ordered[aside], ordered[-1 - aside], top)
    others = [Edges(inner.at, ordered[0] < inner.at[0], ordered[-1] >= inner.at[-1] and inner.at[-1] != top)]
    if top is None:
        others.append(_widening(ordered[0], ordered[-1]))
    return min([best, *others], key=lambda each: max(each.sizes(ordered)))


def _even(least: Fraction, most: Fraction, top: int | None) -> Edges:
    """Classes of one width: the smallest round one that needs at most MOST of them."""
    steps = _RATE_STEPS if top else _counts()
    low, high, step = 0, 0, 1
    for step in steps:
        low, high = floor(least / step), floor(most / step) + 1
        if top and high * step > top:
            # 100 % belongs to the class that ends there
            high = top // step
            low = min(low, high - 1)
        if high - low <= MOST:
            break
    up = True
    while high - low < FEWEST:
        can_rise, can_fall = top is None or (high + 1) * step <= top, low > 0
        if can_rise and (up or not can_fall):
            high += 1
        elif can_fall:
            low -= 1
        else:
            break
        up = not up
    return Edges(tuple(k * step for k in range(low, high + 1)))


def _counts() -> list[int]:
    return [digit * 10**zeros for zeros in range(12) for digit in (1, 2, 5)]


def _widening(least: Fraction, most: Fraction) -> Edges:
    """Classes that widen: 0, 1, 2, 5, 10 …, or fewer of them where that makes too many."""
    at: tuple[int, ...] = ()
    for digits in _GEOMETRIC:
        ladder = [0, *(digit * 10**zeros for zeros in range(12) for digit in digits)]
        first = max(k for k, edge in enumerate(ladder) if edge <= least)
        last = next(k for k, edge in enumerate(ladder) if edge > most)
        at = tuple(ladder[first : max(last, first + FEWEST) + 1])
        if len(at) - 1 <= MOST:
            return Edges(at)
    return Edges((*at[:MOST], at[-1]))


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a frame of regions. ``of_rows``: each row's class, None without a value; ``labels``: each class in words;
    ``counts``: regions in each; ``colours``: by theme, of each class; ``empty``: rows without a value, ``unreported`` of them because
    nothing was ever found there. ``reverse``: dark is low, because what lags is what should be seen."""

    edges: Edges
    unit: str
    of_rows: list[int | None]
    labels: list[str]
    counts: list[int]
    colours: dict[str, list[str]]
    empty: int
    unreported: int
    reverse: bool


def classes_of(df: pd.DataFrame, view: View) -> Classes:
    """The classes of the frame of ``region-map`` or ``region-tiles``."""
    return frame.once(df, ("classes", view.lang), lambda: _made(df, view))


def _made(df: pd.DataFrame, view: View) -> Classes:
    attrs = df.attrs
    unit = str(attrs["unit"])
    numerators, denominators, values, reasons = frame.columns(df, "numerator", "denominator", "value", "reason")
    exact = [None if missing(value) else _exact(unit, n, d) for n, d, value in zip(numerators, denominators, values, strict=True)]
    known = [value for value in exact if value is not None]
    found = edges(known, unit)
    of_rows = [None if value is None else found.place(value) for value in exact]
    n = len(found.at) - 1
    reverse = unit == RATE and bool(attrs["higher_is_better"])
    colours = {}
    for name in ("light", "dark"):
        ladder = theme.sequential(view.but(theme=name), n)
        colours[name] = ladder[::-1] if reverse else ladder
    return Classes(
        found, unit, of_rows, _labels(found, unit, view), found.sizes(known), colours, len(exact) - len(known),
        sum(reason == "unreported" for reason in reasons), reverse,
    )  # fmt: skip


def _exact(unit: str, numerator: float, denominator: float) -> Fraction:
    return Fraction(int(numerator)) if unit == COUNT else Fraction(100 * int(numerator), int(denominator))


def _labels(found: Edges, unit: str, view: View) -> list[str]:
    """``80–85%``, ``10–19``, ``below 70%``, ``100 and more``."""
    out = []
    pieces = list(pairwise(found.at))
    for k, (low, high) in enumerate(pieces):
        if k == 0 and found.low:
            out.append(t(f"figure.regions.class.below_{unit}", view.lang, high=edge_text(high, unit, view, bare=True)))
        elif k == len(pieces) - 1 and found.high:
            out.append(t(f"figure.regions.class.from_{unit}", view.lang, low=edge_text(low, unit, view, bare=True)))
        elif unit == RATE:
            out.append(f"{low}–{high}%")
        else:
            out.append(count(low, view.lang) if high == low + 1 else f"{count(low, view.lang)}–{count(high - 1, view.lang)}")
    return out


def edge_text(edge: int, unit: str, view: View, bare: bool = False) -> str:
    """An edge as the ruler has it: ``85%``, ``1,200``; ``bare``: without the percent sign."""
    if unit == RATE:
        return str(edge) if bare else f"{edge}%"
    return count(edge, view.lang)
