"""Why a place stands where it stands: its score taken apart, what it lacks to the next rank, and two places beside each other.

Everything is read off a standing, locked or counted now; nothing is worked out a second way.
"""

from dataclasses import dataclass

import numpy as np

from data.ranking.scheme import LEVEL, Indicator
from data.ranking.standing import Floats, Ints, Standing

BONUS, PENALTY, ROUNDING = "bonus", "penalty", "rounding"
# less than this is float noise
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score. ``part`` is an indicator's id, ``bonus`` or ``penalty``; the contributions of all parts add up to the score.

    ``weight`` is the scheme's, ``weight_used`` what it weighs for this place after indicators without a value were left out; ``lost`` =
    weight_used − contribution (negative above a target that may be passed; 0 for bonus and penalty). Numbers are None where there
    is none; ``reason`` says why a value is.
    """

    part: str
    indicator: Indicator | None
    weight: float
    weight_used: float
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    reason: str
    position: float | None
    contribution: float
    lost: float


@dataclass(frozen=True, slots=True)
class Gap:
    """How far it is to the next better rank. ``codes``: all places that share it, in region order; ``rank`` theirs; ``printed`` the
    distance of the printed scores, ``points`` of the scores before rounding; ``parts``: part -> points that the first of ``codes`` is
    ahead there, which add up to ``points``."""

    rank: int
    codes: list[str]
    printed: float
    points: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """One part of two places; ``ahead`` = a's contribution − b's."""

    a: Part
    b: Part

    @property
    def ahead(self) -> float:
        return self.a.contribution - self.b.contribution


def contributions(standing: Standing, code: str) -> list[Part]:
    """The parts of a place's level score: indicators in the scheme's order, then bonus and penalty (≤ 0). Empty for a place that takes no
    part, or whose score cannot be told."""
    at = _at(standing, code)
    if at is None or np.isnan(standing.scores.score[at]):
        return []
    return parts_of(standing, at)


def parts_of(standing: Standing, at: int) -> list[Part]:
    """``contributions`` of the place at a position; without a score all contributions are 0."""
    counted, scores = standing.counted, standing.scores
    out = []
    for k, indicator in enumerate(standing.scheme.indicators):
        used, given = float(scores.weight[at, k]), float(scores.contribution[at, k])
        out.append(
            Part(
                part=indicator.id,
                indicator=indicator,
                weight=indicator.weight,
                weight_used=used,
                numerator=_known(counted.numerator[at, k]),
                denominator=_known(counted.denominator[at, k]),
                value=_known(counted.value[at, k]),
                low=_known(counted.low[at, k]),
                high=_known(counted.high[at, k]),
                reason=counted.reason[at][k],
                position=_known(scores.position[at, k]),
                contribution=given,
                lost=used - given,
            )
        )
    for name, points in ((BONUS, float(counted.bonus[at])), (PENALTY, -float(counted.penalty[at]))):
        # adding 0 makes one zero of two
        out.append(Part(name, None, 0.0, 0.0, None, None, None, None, None, "", None, points + 0.0, 0.0))
    return out


def rounding(standing: Standing) -> Floats:
    """What printing adds to the level score of every place or takes off it: with the parts it makes the published score; 0 for those not
    ranked, and where nothing but float noise was rounded away."""
    key, score = standing.ranks[LEVEL].key, standing.scores.score
    off = key - score
    return np.asarray(np.where(np.isnan(off) | (np.abs(off) < _NOISE), 0.0, off), dtype=np.float64)


def next_better(standing: Standing, at: int) -> list[int]:
    """Positions of the places with the printed level score just above, in region order; none for the first and for those not ranked."""
    ranks = standing.ranks[LEVEL]
    if ranks.rank[at] <= 1:
        return []
    above = ranks.key[(ranks.rank > 0) & (ranks.key > ranks.key[at])]
    return np.flatnonzero((ranks.rank > 0) & (ranks.key == above.min())).tolist()


def nexts(standing: Standing) -> Ints:
    """For every place the position of the first of ``next_better``; -1 where there is none."""
    ranks = standing.ranks[LEVEL]
    out = np.full(len(standing.places), -1, dtype=np.int64)
    who = np.flatnonzero(ranks.rank > 0)
    keys, first, which = np.unique(ranks.key[who], return_index=True, return_inverse=True)
    out[who] = np.append(who[first], -1)[1:][which] if len(keys) else -1
    return out


def gap(standing: Standing, code: str) -> Gap | None:
    """The distance of a place to the next better rank by level; None for the first, and for a place that is not ranked."""
    at = _at(standing, code)
    ahead = [] if at is None else next_better(standing, at)
    if at is None or not ahead:
        return None
    ranks, score = standing.ranks[LEVEL], standing.scores.score
    first = ahead[0]
    parts = {a.part: a.contribution - b.contribution for a, b in zip(parts_of(standing, first), parts_of(standing, at), strict=True)}
    return Gap(
        rank=int(ranks.rank[first]),
        codes=[standing.places.code[k] for k in ahead],
        printed=round(float(ranks.key[first] - ranks.key[at]), 9),
        points=float(score[first] - score[at]),
        parts=parts,
    )


def compare(standing: Standing, a: str, b: str) -> list[Pair]:
    """Two places part by part, in the scheme's order; what a is ahead adds up to the difference of their scores. Empty when one of them
    has no score."""
    return [Pair(*both) for both in zip(contributions(standing, a), contributions(standing, b), strict=False)]


def _at(standing: Standing, code: str) -> int | None:
    return standing.places.code.index(code) if code in standing.places.code else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


__all__ = [
    "BONUS",
    "PENALTY",
    "ROUNDING",
    "Gap",
    "Pair",
    "Part",
    "compare",
    "contributions",
    "gap",
    "next_better",
    "nexts",
    "parts_of",
    "rounding",
]
