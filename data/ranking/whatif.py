"""Other weights: the ranking as it would be, and which places would keep their rank under any weights near the scheme's.

Neither touches the official ranking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from data.ranking.ranks import rank
from data.ranking.scheme import LEVEL, Scheme
from data.ranking.score import official_weights, score, spread_weights
from data.ranking.standing import Flags, Floats, Ints, Standing

# corners of the box of weights are all looked at up to this many indicators; above, as many corners are drawn by lot
MOST_INDICATORS = 10
# how many corners are scored at a time: first few, which settle most places
_FEW, _MANY = 32, 248
# scores this many steps of the last printed decimal apart are printed apart, also just below 100 and just above 0
_STEPS_APART = 1.5


def parsed(weights: Iterable[str]) -> dict[str, float]:
    """``Filters.weights`` (``indicator:points``) as a mapping; the last of several counts."""
    out = {}
    for each in weights:
        name, _, points = each.partition(":")
        try:
            out[name] = float(points)
        except ValueError:
            continue
    return out


def tried(scheme: Scheme, weights: Mapping[str, float]) -> Floats:
    """The weights used (K), adding up to 100: those given laid over the scheme's. Ids that the scheme does not have are left out, as are
    weights below 0 or not finite; the scheme's own when nothing is left to weigh."""
    official = official_weights(scheme)
    out = official.copy()
    for k, indicator in enumerate(scheme.indicators):
        given = weights.get(indicator.id)
        if given is not None and 0 <= given < np.inf:
            out[k] = given
    total = out.sum()
    return official if total <= 0 else out * (100.0 / total)


def reweighed(standing: Standing, weights: Mapping[str, float]) -> Standing:
    """The standing under other weights (``tried``): the same places with the same counts, scored again. Only the level list is ranked:
    a gain over a score under the scheme's weights would say nothing; without bands. It is never an official one: edition 0, no hash."""
    scheme = standing.scheme
    scores = score(scheme, standing.places, standing.counted, tried(scheme, weights))
    ranks = {LEVEL: rank(scheme, standing.places, standing.counted, scores, LEVEL, bands=False)}
    return replace(standing, scores=scores, ranks=ranks, edition=0, locked_at=None, locked_by=None, sha256="")


def exact(standing: Standing) -> bool:
    """Whether ``robust`` looks at every corner of the box of weights, or at corners drawn by lot."""
    return len(_varied(standing)) <= MOST_INDICATORS


def robust(standing: Standing, share: float = 0.2) -> Flags:
    """Places (N) that keep their level rank under any weights within ±``share`` of the scheme's; False where not ranked.

    A place keeps its rank when no pair with it changes order or becomes printed alike. The lead of one place over another, times the
    sum of weights, is linear in the weights, so it is smallest in a corner of the box; that is exact. Where weights are redistributed
    (a missing value), leads bend a little between corners; they too are judged by the corners. Places that share a rank keep it only
    when they are alike in every position. With more than MOST_INDICATORS indicators as many corners are drawn by lot
    (always the same ones; see ``exact``).
    """
    ranks = standing.ranks[LEVEL]
    out = np.zeros(len(ranks.rank), dtype=np.bool_)
    who = np.flatnonzero(ranks.rank > 0)
    if not len(who):
        return out
    who = who[np.lexsort((who, ranks.rank[who]))]
    place = ranks.rank[who]
    # a run of equal ranks: where it begins, and one past its end
    begin = np.searchsorted(place, place, side="left")
    end = np.searchsorted(place, place, side="right")
    keeps = _alike(standing, who, begin)
    apart = _STEPS_APART / 10.0**standing.scheme.decimals
    corners = _corners(standing, share)
    box = _Box(standing, who)
    sizes = [_FEW, *[_MANY] * (len(corners) // _MANY + 1)]
    for first, size in zip(np.cumsum([0, *sizes]).tolist(), sizes, strict=False):
        # only what still may keep its rank is looked at again; in most fields that is soon little or nothing
        left = np.flatnonzero(keeps)
        if first >= len(corners) or not len(left):
            break
        points = box.scores(corners[first : first + size])
        least = np.minimum.accumulate(points, axis=1)
        most = np.maximum.accumulate(points[:, ::-1], axis=1)[:, ::-1]
        above, below = left[begin[left] > 0], left[end[left] < len(who)]
        keeps[above] &= (least[:, begin[above] - 1] - points[:, above] >= apart).all(axis=0)
        keeps[below] &= (points[:, below] - most[:, end[below]] >= apart).all(axis=0)
    out[who] = keeps
    return out


def _varied(standing: Standing) -> list[int]:
    """Indicators whose weight makes a difference: those with some, in a family that has a value somewhere."""
    indicators = standing.scheme.indicators
    families = {i.family for i, asleep in zip(indicators, standing.scores.dormant.tolist(), strict=True) if not asleep}
    return [k for k, indicator in enumerate(indicators) if indicator.weight > 0 and indicator.family in families]


def _corners(standing: Standing, share: float) -> Floats:
    """Weights (V×K) in the corners of the box."""
    varied, official = _varied(standing), official_weights(standing.scheme)
    if len(varied) <= MOST_INDICATORS:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(varied)))).reshape(-1, len(varied))
    else:
        signs = np.random.default_rng(0).choice((-1.0, 1.0), size=(2**MOST_INDICATORS, len(varied)))
    out = np.repeat(official[None, :], len(signs), axis=0)
    out[:, varied] *= 1 + share * signs
    # in any order but that of counting, in which neighbours are nearly the same
    return np.random.default_rng(0).permutation(out, axis=0)


class _Box:
    """Scores of some places under many weights."""

    def __init__(self, standing: Standing, who: Ints) -> None:
        self.scheme, self.size = standing.scheme, len(who)
        position = standing.scores.position[who]
        present = ~np.isnan(position)
        points = np.where(present, position, 0.0)
        self.extra = (standing.counted.bonus - standing.counted.penalty)[who]
        # places with the same indicators missing are weighed alike
        patterns, which = np.unique(present, axis=0, return_inverse=True)
        mine = [np.flatnonzero(which.reshape(-1) == k) for k in range(len(patterns))]
        self.parts = [(pattern, at, points[at].T.copy()) for pattern, at in zip(patterns, mine, strict=True)]

    def scores(self, corners: Floats) -> Floats:
        """V×n under V weights."""
        out = np.empty((len(corners), self.size))
        for pattern, at, points in self.parts:
            out[:, at] = spread_weights(self.scheme, pattern[None, :], corners) @ points
        return out + self.extra


def _alike(standing: Standing, who: Ints, begin: Ints) -> Flags:
    """Whether each place (in the order of ranks) is alike in everything with all that share its rank."""
    counted = standing.counted
    rows = np.column_stack([standing.scores.position[who], (counted.bonus - counted.penalty)[who]])
    same = ((rows == rows[begin]) | (np.isnan(rows) & np.isnan(rows[begin]))).all(axis=1)
    broken = np.zeros(len(who), dtype=np.bool_)
    broken[begin[~same]] = True
    return np.asarray(~broken[begin], dtype=np.bool_)


__all__ = ["MOST_INDICATORS", "exact", "parsed", "reweighed", "robust", "tried"]
