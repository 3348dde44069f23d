"""Counts into points: positions between floor and target, weights where values are missing, scores. Pure and vectorised.

The rules stand in docs/ranking.md. Everything runs over N places × K indicators at once: 3,000 × 10 takes about a millisecond,
so that other weights and "what would it take" are answered by scoring again, not by formulas of their own.
"""

from copy import copy

import numpy as np

from data.measures import MEASURES
from data.ranking import noise
from data.ranking.scheme import EXCLUDE, GROUP_FLOOR, Indicator, Scheme
from data.ranking.standing import MISSING, NO_ITEMS, SMALL_BASE, VETOED, Counted, Flags, Floats, Places, Scores

# shares of weight are compared after this, so that 30 % missing of 30 % allowed is not decided by float noise
_NOISE = 1e-9


def score(scheme: Scheme, places: Places, counted: Counted, weights: Floats | None = None) -> Scores:
    """Score every place. ``weights`` (K, any scale, ≥ 0) are tried instead of the scheme's; who takes part stays as the scheme's
    weights decide, so that a what-if compares the same places. A place without any usable weight has a score of NaN."""
    official = official_weights(scheme)
    present = ~np.isnan(counted.value)
    dormant: Flags = np.asarray(~present.any(axis=0) & (len(places) > 0), dtype=np.bool_)
    scale = Scale(scheme, places, counted.value)
    position = scale.positions(counted.value)
    weight = spread_weights(scheme, present, official if weights is None else weights)
    contribution = np.where(present, weight * position, 0.0)
    total = np.where(weight.any(axis=1), contribution.sum(axis=1) + counted.bonus - counted.penalty, np.nan)
    ends = scale.positions(counted.low) * weight, scale.positions(counted.high) * weight
    low, high = noise.interval(total, contribution, *ends)
    awake = np.where(dormant, 0.0, official)
    whole = awake.sum()
    missing = ~present @ awake / whole if whole > 0 else np.ones(len(places))
    reason = _reasons(scheme, counted, total, missing, present, dormant)
    return Scores(position, weight, contribution, total, low, high, dormant, missing, reason)


def official_weights(scheme: Scheme) -> Floats:
    """The scheme's weights (K)."""
    return np.array([indicator.weight for indicator in scheme.indicators], dtype=np.float64)


class Scale:
    """From floor to target for each place and indicator (N×K), as the values of one period set it.

    A floor is the scheme's number, or the worst value inside the place's peer group; places without a group are a group of their own.
    Worst is the lowest value; for a measure where less is better, the highest.
    """

    def __init__(self, scheme: Scheme, places: Places, value: Floats) -> None:
        self.way = np.array([_way(indicator) for indicator in scheme.indicators], dtype=np.float64)
        self.cap = np.array([indicator.cap for indicator in scheme.indicators], dtype=np.float64)
        self.target = np.array([indicator.target for indicator in scheme.indicators], dtype=np.float64)
        self.floor = np.empty(value.shape)
        moving = [k for k, indicator in enumerate(scheme.indicators) if indicator.floor == GROUP_FLOOR]
        for k, indicator in enumerate(scheme.indicators):
            if indicator.floor != GROUP_FLOOR:
                self.floor[:, k] = float(indicator.floor)
        if moving:
            self.floor[:, moving] = _worst(places, value[:, moving] * self.way[moving]) * self.way[moving]
        self._lay()

    def _lay(self) -> None:
        ahead = (self.target - self.floor) * self.way
        # a group whose worst value is at the target or beyond: all have reached it, and there is no way from floor to target
        self.reached = ahead <= 0
        self.span = np.where(self.reached, self.way, self.target - self.floor)

    def on(self, floor: Floats) -> "Scale":
        """The same scale from other floors (any number of rows × K)."""
        out = copy(self)
        out.floor = floor
        out._lay()
        return out

    def positions(self, value: Floats) -> Floats:
        """Where values (N×K) stand: 0…cap; NaN stays."""
        out = np.clip((value - self.floor) / self.span, 0.0, self.cap)
        if self.reached.any():
            beyond = (value - self.target) * self.way
            flat = np.where(beyond > 0, self.cap, np.where(beyond == 0, np.minimum(self.cap, 1.0), beyond * 0.0))
            out = np.where(self.reached, np.where(np.isnan(value), np.nan, np.maximum(flat, 0.0)), out)
        return out


def _worst(places: Places, better: Floats) -> Floats:
    """The lowest of each column inside each place's group, for each place; NaN where the group has no value."""
    group = places.group + 1
    lowest = np.full((int(group.max(initial=0)) + 1, better.shape[1]), np.inf)
    np.minimum.at(lowest, group, np.where(np.isnan(better), np.inf, better))
    return np.where(np.isinf(lowest), np.nan, lowest)[group]


def _way(indicator: Indicator) -> int:
    """1 where more is better, -1 where less is."""
    if indicator.floor != GROUP_FLOOR:
        return 1 if indicator.target > float(indicator.floor) else -1
    measure = MEASURES.get(indicator.measure or "")
    higher = indicator.higher_is_better if measure is None else measure.higher_is_better
    return 1 if higher else -1


def spread_weights(scheme: Scheme, present: Flags, weights: Floats) -> Floats:
    """What each indicator weighs for each place (N×K), adding up to 100 (0 where nothing is left). ``weights``: K, or N×K.

    The weight of an indicator without a value goes to the others of its family in proportion to theirs; a family without any
    leaves its weight out, and the rest is scaled to 100.
    """
    names = [indicator.family for indicator in scheme.indicators]
    families = sorted(set(names))
    member = np.array([[name == family for name in names] for family in families], dtype=np.float64).reshape(len(families), len(names))
    held = np.where(present, weights, 0.0)
    share = held @ member.T
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(share > 0, (weights @ member.T) / share, 0.0)
        out = held * (factor @ member)
        total = out.sum(axis=1, keepdims=True)
        return np.where(total > 0, out * (100.0 / total), 0.0)


def _reasons(scheme: Scheme, counted: Counted, total: Floats, missing: Floats, present: Flags, dormant: Flags) -> list[str]:
    """Why a place is not ranked by level, "" where it is; the gravest that applies."""
    lacking = (missing > scheme.missing_limit + _NOISE) | np.isnan(total)
    out = np.full(len(total), "", dtype=object)
    if scheme.small_base_rule == EXCLUDE:
        out[noise.small_base(scheme, counted, dormant)] = SMALL_BASE
    out[lacking] = MISSING
    out[counted.veto] = VETOED
    # without items, but ranked by what series say, where the scheme's limit lets that pass
    out[~counted.has_items & (lacking | ~present.any(axis=1))] = NO_ITEMS
    reasons: list[str] = out.tolist()
    return reasons


__all__ = ["Scale", "official_weights", "score", "spread_weights"]
