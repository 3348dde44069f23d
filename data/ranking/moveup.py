"""What it would take to move up: so many items closed out, and the rank that gives, others unchanged.

Nothing is estimated. Items are closed one after another in a stated order, the place's counts change as data/ranking/closing.py says,
and every place is scored and ranked again (a peer group's floor may move with the place).
"""

from dataclasses import dataclass, replace

import numpy as np

from data.measures import MEASURES
from data.ranking.closing import DUE_SOON, OPEN, OVERDUE, RECTIFIED, Closable, closable
from data.ranking.ranks import printed, rank
from data.ranking.scheme import EXCLUDE, GROUP_FLOOR, IMPROVEMENT, LEVEL
from data.ranking.score import Scale, score
from data.ranking.standing import Counted, Floats, Ints, Standing
from data.store import Store

# kinds of items tried, the plainest first
SETS = (OVERDUE, DUE_SOON, OPEN, RECTIFIED)
# where every further item means that all places are ranked anew, no more than this many are tried
_MOST_ANEW = 400


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
        counted, ranks = standing.counted, standing.ranks[by]
        self.figures = counted.numerator, counted.denominator, counted.value
        self.rank = int(ranks.rank[at])
        self.scale = Scale(standing.scheme, standing.places, counted.value)
        others = ranks.rank > 0
        others[at] = False
        self.others = np.sort(ranks.key[others])
        self.then = 0.0
        if by == IMPROVEMENT:
            self.then = float(standing.before[standing.places.code[at]][LEVEL][2] or 0.0)
        self.floors = self._floors()

    def _floors(self) -> Floats:
        """The worst value among the other places of its group (K; NaN without any or where the floor is a number)."""
        places, value, way = self.standing.places, self.standing.counted.value, self.scale.way
        peers = places.group == places.group[self.at]
        peers[self.at] = False
        held = np.where(np.isnan(value[peers]), np.inf, value[peers] * way)
        worst = held.min(axis=0, initial=np.inf) * way
        moving = np.array([indicator.floor == GROUP_FLOOR for indicator in self.standing.scheme.indicators], dtype=np.bool_)
        return np.where(moving & np.isfinite(worst), worst, np.nan)

    def steps(self, numerator: Floats, denominator: Floats, value: Floats) -> list[Step]:
        """Its rank (0: no longer ranked) for each of S rows of counts (S×K)."""
        key = self._key(value)
        right, left = (np.searchsorted(self.others, key, side=side) for side in ("right", "left"))
        place, tied = (len(self.others) - right + 1).tolist(), (right > left).tolist()
        out = []
        anew = 0
        for k, alone in enumerate(self._plain(value).tolist()):
            if alone:
                out.append(Step(k + 1, place[k], tied[k], float(key[k])))
                continue
            anew += 1
            if anew > _MOST_ANEW:
                break
            out.append(self._anew(k + 1, numerator[k], denominator[k], value[k]))
        return out

    def _plain(self, value: Floats) -> np.ndarray:
        """Rows that change nothing but the place's own positions: the same indicators have values, and no floor moves."""
        standing, way = self.standing, self.scale.way
        if standing.scheme.small_base_rule == EXCLUDE:
            return np.zeros(len(value), dtype=np.bool_)
        same = (np.isnan(value) == np.isnan(standing.counted.value[self.at])).all(axis=1)
        moving = np.array([indicator.floor == GROUP_FLOOR for indicator in standing.scheme.indicators], dtype=np.bool_)
        worst = np.fmin(value * way, self.floors * way) * way
        floor = self.scale.floor[self.at]
        still = (worst == floor) | np.isnan(worst) | ~moving
        return np.asarray(same & still.all(axis=1), dtype=np.bool_)

    def _key(self, value: Floats) -> Floats:
        """The printed figure for each row, where nothing but its positions changes."""
        standing, at = self.standing, self.at
        counted, weight = standing.counted, standing.scores.weight[at]
        position = self.scale.row(at).positions(value)
        points = np.where(np.isnan(position), 0.0, weight * position).sum(axis=1) + counted.bonus[at] - counted.penalty[at]
        return printed(points - self.then, standing.scheme.decimals, bounds=self.by == LEVEL)

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
