"""What it would take to move up: so many items closed out, and the rank that gives, others unchanged.

Nothing is estimated. Items are closed one after another in a stated order, the place's counts change as data/ranking/closing.py says,
and every place is scored and ranked again (a peer group's floor may move with the place).
"""

from dataclasses import dataclass, replace

import numpy as np

from data.measures import MEASURES
from data.ranking.closing import DUE_SOON, OPEN, OVERDUE, RECTIFIED, Closable, closable
from data.ranking.ranks import figures, rank, scores_before
from data.ranking.scheme import EXCLUDE, GROUP_FLOOR, IMPROVEMENT, LEVEL
from data.ranking.score import Scale, official_weights, score, spread_weights
from data.ranking.standing import Counted, Floats, Ints, Standing
from data.store import Store

# kinds of items tried, the plainest first
SETS = (OVERDUE, DUE_SOON, OPEN, RECTIFIED)
# where every further item means that all places are scored anew, no more than this many are tried
_MOST_ANEW = 200


@dataclass(frozen=True, slots=True)
class Step:
    """After ``items`` close-outs: the rank, whether shared, and the printed figure of the list (score, or gain)."""

    items: int
    rank: int
    tied: bool
    score: float


@dataclass(frozen=True, slots=True)
class Way:
    """Closing ``items`` items of a ``set`` lifts a place from ``rank_from`` to ``rank_to``; fewer do not lift it.

    ``score_to`` is the printed figure of the list then. ``of``: how many there are; ``steps``: the fewest items for this and for each
    further rank; ``item_ids``: which ones, in the order closed (the oldest deadline first, those without one last).
    """

    items: int
    set: str
    rank_from: int
    rank_to: int
    score_to: float
    tied: bool
    of: int
    steps: tuple[Step, ...]
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """The value that an indicator of a series would have to have, all else unchanged, for a better rank."""

    indicator: str
    value_from: float
    value_to: float
    rank_from: int
    rank_to: int
    score_to: float


def ways(standing: Standing, store: Store, code: str, by: str = LEVEL) -> list[Way]:
    """What would move a place up in a list, one way a kind of items, fewest items first; items are closed at the end of the standing's day.

    ``set``: ``overdue``, ``due_soon``, ``open`` (not rectified and not suspended, whatever the deadline), ``rectified`` (rectified but
    not closed). A way that closes the same items as one before it is left out. Empty for the first, for places not ranked, where
    nothing helps, and where the store no longer counts what the standing says.
    """
    at = _ranked(standing, code, by)
    held = None if at is None else closable(standing, store, at)
    if at is None or held is None:
        return []
    trial = Trial(standing, at, by)
    out: list[Way] = []
    seen: set[frozenset[int]] = set()
    for name in SETS:
        order = held.chosen(name)
        steps = _steps(trial, *_counts(standing, at, held, order)) if len(order) else []
        if not steps:
            continue
        ids = tuple(held.item_id[order[: steps[0].items]].tolist())
        if frozenset(ids) not in seen:
            seen.add(frozenset(ids))
            first = steps[0]
            out.append(Way(first.items, name, trial.rank, first.rank, first.score, first.tied, len(order), tuple(steps), ids))
    return sorted(out, key=lambda way: (way.items, way.rank_to))


def needs(standing: Standing, code: str, by: str = LEVEL) -> list[Need]:
    """For each series of the scheme the nearest value that gives a place a better rank, at the series' printed precision; series that
    cannot, alone, are left out."""
    at = _ranked(standing, code, by)
    if at is None:
        return []
    trial = Trial(standing, at, by)
    out = []
    for k, indicator in enumerate(standing.scheme.indicators):
        now = float(standing.counted.value[at, k])
        if indicator.series is None or np.isnan(now):
            continue
        found = _nearest(trial, k, now, standing.units.get(indicator.id, ("", 2)))
        if found is not None:
            value, step = found
            out.append(Need(indicator.id, now, value, trial.rank, step.rank, step.score))
    return out


def _ranked(standing: Standing, code: str, by: str) -> int | None:
    """The position of a place that could move up."""
    ranks = standing.ranks.get(by)
    if ranks is None or code not in standing.places.code:
        return None
    at = standing.places.code.index(code)
    return at if ranks.rank[at] > 1 else None


def _counts(standing: Standing, at: int, held: Closable, order: Ints) -> tuple[Floats, Floats, Floats]:
    """Numerators, denominators and values of the place (S×K) after closing the first 1, 2, … S items of an order."""
    counted = standing.counted
    numerator, denominator, value = (
        np.repeat(part[at : at + 1], len(order), axis=0) for part in (counted.numerator, counted.denominator, counted.value)
    )
    for k, indicator in enumerate(standing.scheme.indicators):
        if indicator.measure is None:
            continue
        measure, mine = MEASURES[indicator.measure], held.counts[order, k]
        change = held.changes(measure.numerator)[order] - (held.changes(measure.minus)[order] if measure.minus else 0)
        numerator[:, k] += np.cumsum(change * mine)
        if measure.denominator is None:
            value[:, k] = numerator[:, k]
            continue
        denominator[:, k] += np.cumsum(held.changes(measure.denominator)[order] * mine)
        value[:, k] = numerator[:, k] / np.where(denominator[:, k] > 0, denominator[:, k], np.nan)
    return numerator, denominator, value


def _steps(trial: "Trial", numerator: Floats, denominator: Floats, value: Floats) -> list[Step]:
    """The fewest items for each better rank."""
    out: list[Step] = []
    best = trial.rank
    for step in trial.steps(numerator, denominator, value):
        if 0 < step.rank < best:
            best = step.rank
            out.append(step)
    return out


def _nearest(trial: "Trial", k: int, now: float, unit: tuple[str, int]) -> tuple[float, Step] | None:
    """The value nearest to now, at the printed precision, that gives a better rank; found by halving, since a better value never makes
    a score worse."""
    indicator = trial.standing.scheme.indicators[k]
    grain = 10.0 ** -(unit[1] + (2 if unit[0] == "rate" else 0))
    way = float(trial.scale.way[k])
    floor = float(trial.scale.floor[trial.at, k])
    full = floor + (indicator.target - floor) * indicator.cap
    most = int(np.ceil(abs(full - now) / grain)) if (full - now) * way > 0 else 0

    def tried(steps: int) -> tuple[float, Step]:
        value = float(np.round(round(now / grain) * grain + way * steps * grain, 12))
        rows = [np.repeat(part[trial.at : trial.at + 1], 1, axis=0) for part in trial.figures]
        rows[2][0, k] = value
        return value, next(iter(trial.steps(*rows)))

    if not most or not 0 < tried(most)[1].rank < trial.rank:
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if 0 < tried(middle)[1].rank < trial.rank else (middle, high)
    return tried(high)


class Trial:
    """One place of a standing with other counts, ranked among the rest."""

    def __init__(self, standing: Standing, at: int, by: str) -> None:
        self.standing, self.at, self.by = standing, at, by
        scheme, places, counted, ranks = standing.scheme, standing.places, standing.counted, standing.ranks[by]
        self.figures = counted.numerator, counted.denominator, counted.value
        self.rank = int(ranks.rank[at])
        self.scale = Scale(scheme, places, counted.value)
        self.moving = np.array([indicator.floor == GROUP_FLOOR for indicator in scheme.indicators], dtype=np.bool_)
        self.then = scores_before(places, standing.before, scheme.decimals) if by == IMPROVEMENT else np.zeros(len(places))
        ranked = ranks.rank > 0
        ranked[at] = False
        peers = places.group == places.group[at]
        peers[at] = False
        held = np.where(np.isnan(counted.value[peers]), np.inf, counted.value[peers] * self.scale.way)
        worst = held.min(axis=0, initial=np.inf) * self.scale.way
        # the worst value among the others of its group; NaN without any
        self.floors = np.where(np.isfinite(worst), worst, np.nan)
        # only a peer's points follow the floor of the group
        self.peers, self.apart = np.flatnonzero(ranked & peers), ranks.key[ranked & ~peers]
        self.others = np.sort(ranks.key[ranked])

    def steps(self, numerator: Floats, denominator: Floats, value: Floats) -> list[Step]:
        """Its rank (0: no longer ranked) for each of S rows of counts (S×K)."""
        scheme, counted, at, way = self.standing.scheme, self.standing.counted, self.at, self.scale.way
        present = ~np.isnan(value)
        floor = np.where(self.moving, np.fmin(value * way, self.floors * way) * way, self.scale.floor[at])
        position = np.where(present, self.scale.on(floor).positions(value), 0.0)
        weight = spread_weights(scheme, present, official_weights(scheme))
        points = (weight * position).sum(axis=1) + counted.bonus[at] - counted.penalty[at]
        key = figures(points, scheme.decimals, self.by, self.then[at])
        # who takes part may change with small bases, and for everybody where an indicator gets its first value
        lost = ~np.isnan(counted.value[at]) & ~present
        woken = self.standing.scores.dormant & present
        whole = (lost | woken).any(axis=1) | (scheme.small_base_rule == EXCLUDE)
        out, anew = [], 0
        before: tuple[bytes, Floats] | None = None
        for k, all_of_them in enumerate(whole.tolist()):
            if all_of_them:
                anew += 1
                if anew > _MOST_ANEW:
                    break
                out.append(self._anew(k + 1, numerator[k], denominator[k], value[k]))
                continue
            said = floor[k].tobytes()
            if before is None or before[0] != said:
                before = said, self._others(floor[k])
            keys = before[1]
            right, left = np.searchsorted(keys, key[k], side="right"), np.searchsorted(keys, key[k], side="left")
            out.append(Step(k + 1, len(keys) - int(right) + 1, bool(right > left), float(key[k])))
        return out

    def _others(self, floor: Floats) -> Floats:
        """The printed figures of all other ranked places, ascending, when the group's floors (K) are these."""
        standing, mine = self.standing, self.scale.floor[self.at]
        moved = np.flatnonzero(self.moving & (floor != mine) & ~(np.isnan(floor) & np.isnan(mine)))
        if not len(moved) or not len(self.peers):
            return self.others
        now = self.scale.on(floor[None, :]).positions(standing.counted.value[self.peers])
        change = standing.scores.weight[self.peers] * (now - standing.scores.position[self.peers])
        points = standing.scores.score[self.peers] + np.nan_to_num(change[:, moved]).sum(axis=1)
        return np.sort(np.concatenate([self.apart, figures(points, standing.scheme.decimals, self.by, self.then[self.peers])]))

    def _anew(self, items: int, numerator: Floats, denominator: Floats, value: Floats) -> Step:
        """Every place scored and ranked again."""
        standing, at = self.standing, self.at
        counted = _with_row(standing.counted, at, numerator, denominator, value)
        scores = score(standing.scheme, standing.places, counted)
        ranks = rank(standing.scheme, standing.places, counted, scores, self.by, standing.before, bands=False)
        return Step(items, int(ranks.rank[at]), bool(ranks.tied[at]), float(ranks.key[at]))


def _with_row(counted: Counted, at: int, numerator: Floats, denominator: Floats, value: Floats) -> Counted:
    parts = [part.copy() for part in (counted.numerator, counted.denominator, counted.value)]
    for part, row in zip(parts, (numerator, denominator, value), strict=True):
        part[at] = row
    return replace(counted, numerator=parts[0], denominator=parts[1], value=parts[2])


__all__ = ["SETS", "Need", "Step", "Trial", "Way", "needs", "ways"]
