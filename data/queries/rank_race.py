"""The race over the last periods: who stood on which place when."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.queries.rank_history import MANY, past, thinned
from data.queries.ranking_frame import attributes, framed, seen, texts
from data.queries.ranking_frame import whole as integers
from data.store import Store

# ranks that a race shows
FIRST = 15
COLUMNS = ("period", "period_name", "ends_on", "region_code", "region", "parent", "rank", "tied", "slot", "score")


def rank_race(scope: str, store: Store, filters: Filters, lang: str = "zh-CN", *, whole: bool = True) -> DataFrame:
    """One row a ranked place and period, oldest period first, then by slot: COLUMNS (docs/ranking.md).

    ``slot`` counts 1…n over the rows of a period, ties in region order, so that no two stand on one; ``rank`` is the official one.
    Periods and rows are those of ``rank_history``; without ``whole`` only places that are picked or among the first FIRST in some period.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    periods = past(scope, store, filters, lang, view)
    if not whole and len(periods[-1].codes) > MANY:
        # a tie at the top is told whole; slots count on within the rows that are left
        ahead = [np.flatnonzero((each.rank > 0) & (each.rank <= FIRST)).tolist() for each in periods]
        leaders = {each.codes[k] for each, found in zip(periods, ahead, strict=True) for k in found}
        periods = thinned(periods, leaders | set(filters.pick))
    orders = []
    for each in periods:
        order = np.argsort(each.rank, kind="stable")
        orders.append(order[each.rank[order] > 0])
    sizes = [len(order) for order in orders]
    at = np.repeat(np.arange(len(periods)), sizes)
    starts = np.concatenate(([0], np.cumsum([len(each.codes) for each in periods])))[:-1]
    rows = np.concatenate([order + start for order, start in zip(orders, starts, strict=True)]).astype(np.int64)
    rank = np.concatenate([each.rank for each in periods])[rows]
    columns = {
        "period": texts([each.code for each in periods], at),
        "period_name": texts([each.name for each in periods], at),
        "ends_on": texts([each.ends_on for each in periods], at),
        "region_code": texts([code for each in periods for code in each.codes], rows),
        "region": texts([name for each in periods for name in each.names], rows),
        "parent": texts([name for each in periods for name in each.parents], rows),
        "rank": integers(rank, rank > 0),
        "tied": np.concatenate([each.tied for each in periods])[rows],
        "slot": np.concatenate([np.arange(1, size + 1) for size in sizes]).astype(np.int64),
        "score": np.concatenate([each.score for each in periods])[rows],
    }
    return framed(columns, attrs)
