"""Scores into ranks: printed first, then ranked (1, 1, 3), overall and inside peer groups. Pure and vectorised."""

from collections.abc import Mapping

import numpy as np

from data.ranking import noise
from data.ranking.scheme import IMPROVEMENT, LEVEL, Scheme
from data.ranking.standing import ALREADY_MEETS, NO_BEFORE, Counted, Flags, Floats, Ints, Places, Ranks, Scores

# places of decimals beyond which a figure is float noise
_CLEAN = 9
Before = Mapping[str, Mapping[str, tuple[int, bool, float | None]]]


def printed(score: Floats, decimals: int, bounds: bool = True) -> Floats:
    """Scores as they are printed: cleaned of float noise, then rounded half to even once at ``decimals``; NaN stays.

    With ``bounds`` (a level) it is never 100 unless it is, and never 0 unless it is; a difference of scores has no such bounds.
    """
    unit = 10.0**decimals
    value = np.asarray(score, dtype=np.float64)
    clean = np.round(value * unit, max(_CLEAN - decimals, 0))
    # adding 0 makes one zero of two
    out = np.rint(clean) / unit + 0.0
    if bounds:
        noise_size = 10.0**-_CLEAN
        out = np.where((out == 100) & (value < 100 - noise_size), 100 - 1 / unit, out)
        out = np.where((out == 0) & (np.abs(value) > noise_size), np.sign(value) / unit, out)
    return out


def figures(score: Floats, decimals: int, by: str, then: Floats | float = 0.0) -> Floats:
    """What a list is ordered by: printed scores; for ``improvement`` the difference of two printed scores, now and ``then``, so that
    whoever holds both lists finds the gain that is published."""
    if by == LEVEL:
        return printed(score, decimals)
    return printed(printed(score, decimals) - then, decimals, bounds=False)


def competition(key: Floats, who: Flags) -> tuple[Ints, Flags]:
    """Competition ranks by ``key``, largest first, among the places in ``who``: (rank, tied); 0 and False for all others."""
    rank, tied = np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=np.bool_)
    chosen = key[who]
    ordered = np.sort(chosen)
    above = np.searchsorted(ordered, chosen, side="right")
    rank[who] = len(ordered) - above + 1
    tied[who] = above - np.searchsorted(ordered, chosen, side="left") > 1
    return rank, tied


def rank(
    scheme: Scheme, places: Places, counted: Counted, scores: Scores, by: str, before: Before | None = None, bands: bool = True
) -> Ranks:
    """One list of ranks. ``before`` is the locked period before (place code -> {list: (rank, tied, score)}), which ``improvement``
    is measured against; ``key`` is the printed score, or the printed gain, NaN where not ranked.

    The gain's interval takes the spread of the score now for the score before as well: counts of the period before are not kept here.
    ``bands`` False leaves them 0: for histories, which are of ranks alone.
    """
    if by == IMPROVEMENT:
        then = scores_before(places, before or {}, scheme.decimals)
        value, reason = printed(scores.score, scheme.decimals) - then, _improvement_reasons(scheme, scores, then)
        widen = np.sqrt(2.0)
        low, high = value - (scores.score - scores.low) * widen, value + (scores.high - scores.score) * widen
    else:
        then = np.zeros(len(places))
        value, reason, low, high = scores.score, list(scores.reason), scores.low, scores.high
    who = np.array([not text for text in reason], dtype=np.bool_) & ~np.isnan(value)
    key = np.where(who, figures(scores.score, scheme.decimals, by, then), np.nan)
    place, tied = competition(key, who)
    group_rank, group_tied = np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=np.bool_)
    for group in np.unique(places.group[places.group >= 0]):
        inside = who & (places.group == group)
        found = competition(key, inside)
        group_rank, group_tied = group_rank + found[0], group_tied | found[1]
    band_low, band_high = noise.bands(value, low, high, place) if bands else (np.zeros_like(place), np.zeros_like(place))
    return Ranks(key, place, tied, group_rank, group_tied, band_low, band_high, reason)


def scores_before(places: Places, before: Before, decimals: int) -> Floats:
    """The score that was printed for each place in the period before; NaN where it was not ranked then."""
    out = np.full(len(places), np.nan)
    for k, code in enumerate(places.code):
        held = before.get(code, {}).get(LEVEL)
        if held is not None and held[0] > 0 and held[2] is not None:
            out[k] = held[2]
    return printed(out, decimals)


def _improvement_reasons(scheme: Scheme, scores: Scores, then: Floats) -> list[str]:
    out = list(scores.reason)
    exempt = scheme.improvement_exempt
    for k, text in enumerate(out):
        if text:
            continue
        if np.isnan(then[k]):
            out[k] = NO_BEFORE
        elif exempt is not None and then[k] >= exempt:
            out[k] = ALREADY_MEETS
    return out


__all__ = ["competition", "figures", "printed", "rank", "scores_before"]
