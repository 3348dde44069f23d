"""How far a figure may be chance: Wilson intervals, the interval of a score, and bands of ranks. Pure arithmetic.

The ledger is a full count, not a sample, so nothing here changes a score or a rank: it is a second reading, for 1 of 1 against
480 of 500. Every function is deterministic and treats places alike whatever their order.
"""

import numpy as np

from data.ranking.scheme import Scheme
from data.ranking.standing import Counted, Flags, Floats, Ints

# the normal quantile of a two-sided 95 %
Z95 = 1.959963984540054
# differences smaller than this are float noise, not points
_NOISE_PLACES = 9
_CHUNK = 64
_SLACK = 1e-9


def wilson(numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    """The Wilson 95 % interval of n / d, element by element: (low, high) in 0…1.

    Exactly 0 below at n = 0 and exactly 1 above at n = d. NaN where d is 0 or the pair is no share (NaN, n < 0, n > d).
    """
    n, d = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    usable = (d > 0) & (n >= 0) & (n <= d)
    whole = np.where(usable, d, 1.0)
    share = np.where(usable, n, 0.0) / whole
    square = Z95 * Z95 / whole
    centre = (share + square / 2) / (1 + square)
    half = np.sqrt(square * (share * (1 - share) + square / 4)) / (1 + square)
    low = np.where(n == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(n == d, 1.0, np.minimum(centre + half, 1.0))
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def interval(score: Floats, contribution: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """A score's 95 % interval (N, N) out of the points (N×K) that each indicator has, and would have at the ends of its own interval.

    Each side is the root of the sum of squares of what the indicators may lose or gain there, which assumes that indicators err
    independently of each other (they share items, so it is a reading aid, not a test). An indicator without an interval (NaN: a
    series) adds nothing. Floors stay where the values put them.
    """
    # where less is better the upper end of the value is the lower end of the points
    below = np.maximum(contribution - np.fmin(low, high), 0.0)
    above = np.maximum(np.fmax(low, high) - contribution, 0.0)
    return score - np.sqrt(np.nansum(below * below, axis=1)), score + np.sqrt(np.nansum(above * above, axis=1))


def bands(score: Floats, low: Floats, high: Floats, rank: Ints) -> tuple[Ints, Ints]:
    """The ranks that a place cannot be told apart from: (first, last), 0 where ``rank`` is 0 (not ranked).

    Two places can be told apart when the better score leads by more than √((its score − its low)² + (the other's high − its score)²), the
    interval of a difference out of two intervals (Newcombe; for intervals alike on both sides 1.96 × √(spread₁² + spread₂²)):
    first = 1 + places certainly better, last = ranked − places certainly worse. Both are widened to hold the official rank.
    """
    first, last = np.zeros(len(rank), dtype=np.int64), np.zeros(len(rank), dtype=np.int64)
    who = np.flatnonzero(rank > 0)
    better, worse = _apart(score[who], low[who], high[who])
    first[who] = np.minimum(1 + better, rank[who])
    last[who] = np.maximum(len(who) - worse, rank[who])
    return first, last


def told_apart(score: Floats, low: Floats, high: Floats, rank: Ints) -> Ints:
    """For each ranked place how many ranked places can be told apart from it; 0 where not ranked."""
    out = np.zeros(len(rank), dtype=np.int64)
    who = np.flatnonzero(rank > 0)
    better, worse = _apart(score[who], low[who], high[who])
    out[who] = better + worse
    return out


def _apart(score: Floats, low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """For each place how many are certainly better and certainly worse.

    In descending order whoever is no further down than a place's own side cannot be told apart from it, and whoever is further down
    than that side and the widest other one together always can; only pairs between these two bounds are compared.
    """
    count = len(score)
    order = np.argsort(-score, kind="stable")
    value = np.round(score[order], _NOISE_PLACES)
    down, up = (np.nan_to_num(side[order]) ** 2 for side in (score - low, high - score))
    # float noise must not move a pair beyond its bound
    near, far = np.sqrt(down) * (1 - _SLACK) - _SLACK, np.sqrt(down + up.max(initial=0.0)) * (1 + _SLACK) + _SLACK
    first = np.maximum(np.searchsorted(-value, near - value, side="left"), np.arange(1, count + 1))
    last = np.maximum(np.searchsorted(-value, far - value, side="right"), first)
    better, worse = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for a in range(0, count, _CHUNK):
        b = min(a + _CHUNK, count)
        low_end, high_end = int(first[a:b].min()), int(last[a:b].max())
        ahead = np.subtract(value[a:b, None], value[None, low_end:high_end])
        np.maximum(ahead, 0.0, out=ahead)
        np.multiply(ahead, ahead, out=ahead)
        apart = ahead > np.add(down[a:b, None], up[None, low_end:high_end])
        worse[a:b] = count - high_end + np.count_nonzero(apart, axis=1)
        better[low_end:high_end] += np.add.reduce(apart.view(np.uint8), axis=0, dtype=np.uint8)
        better[high_end:] += b - a
    back_better, back_worse = np.empty_like(better), np.empty_like(worse)
    back_better[order], back_worse[order] = better, worse
    return back_better, back_worse


def small_base(scheme: Scheme, counted: Counted, dormant: Flags) -> Flags:
    """Places (N) with a count of items too small to be read as a rate: some awake indicator's denominator is above 0 and below its
    small base (its own, else the scheme's). Series are not counts of items."""
    limits = np.array(
        [0 if i.measure is None else scheme.small_base if i.small_base is None else i.small_base for i in scheme.indicators],
        dtype=np.float64,
    )
    with np.errstate(invalid="ignore"):
        small = (counted.denominator > 0) & (counted.denominator < limits[None, :]) & ~dormant[None, :]
    return np.asarray(small.any(axis=1), dtype=np.bool_)


__all__ = ["Z95", "bands", "interval", "small_base", "told_apart", "wilson"]
