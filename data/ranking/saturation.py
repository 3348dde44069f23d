"""Where so many share the best score that the order means nothing, and which measures still tell places apart."""

from collections.abc import Callable

import numpy as np

from data.measures import MEASURES, Measure
from data.ranking.standing import Floats, Ranks

#: places that share the best printed score: at least so many, and at least half of the ranked
LEAST = 3
#: what else may tell places apart: on time, verification, relapse, days overdue
CANDIDATES = ("on_time_rate", "first_pass_rate", "relapse_rate", "overdue_rate", "long_overdue_rate")


def saturated(ranks: Ranks) -> int:
    """How many ranked places share the best printed score where the order means nothing; else 0."""
    best = int((ranks.rank == 1).sum())
    ranked = int((ranks.rank > 0).sum())
    return best if best >= LEAST and best * 2 >= ranked else 0


def separators(ranks: Ranks, further: Callable[[Measure], Floats]) -> list[tuple[str, int]]:
    """Measures with more than one value among the places that share the best score: (measure, different values), most first."""
    best = ranks.rank == 1
    out = []
    for name in CANDIDATES:
        values = further(MEASURES[name])[best]
        distinct = len(np.unique(values[~np.isnan(values)]))
        if distinct > 1:
            out.append((name, distinct))
    return sorted(out, key=lambda found: (-found[1], CANDIDATES.index(found[0])))


__all__ = ["CANDIDATES", "LEAST", "saturated", "separators"]
