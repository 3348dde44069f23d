"""Each rank with its interval: what may be chance, and what can be told apart."""

from pandas import DataFrame

from data.filters import Filters
from data.queries.ranking_frame import attributes, framed, seen, texts, whole
from data.ranking.noise import small_base, told_apart
from data.store import Store

COLUMNS = (
    "rank", "tied", "region_code", "region", "parent", "score", "score_low", "score_high", "band_low", "band_high", "small_base",
    "numerator", "denominator", "told_apart",
)  # fmt: skip


def rank_intervals(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a ranked place, by rank, then region order: COLUMNS (docs/ranking.md).

    ``score_low`` … ``score_high``: the 95 % interval of the printed score; ``band_low`` … ``band_high``: the ranks it cannot be told apart
    from; ``told_apart``: how many of all ranked places can be told apart from it. Rows are restricted as in ``county_ranking``.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    view.order = view.order[view.ranked[view.order]]
    standing, ranks, order = view.standing, view.ranks, view.order
    known = view.ranked[order]
    low, high = view.interval()
    numerator, denominator = view.base_counts()
    columns = {
        "rank": whole(ranks.rank[order], known),
        "tied": ranks.tied[order],
        "region_code": texts(standing.places.code, order),
        "region": texts(view.names, order),
        "parent": texts(view.parents, order),
        "score": view.score[order],
        "score_low": low[order],
        "score_high": high[order],
        "band_low": whole(ranks.band_low[order], known),
        "band_high": whole(ranks.band_high[order], known),
        "small_base": small_base(view.scheme, standing.counted, standing.scores.dormant)[order],
        "numerator": numerator,
        "denominator": denominator,
        "told_apart": told_apart(*view.spread(), ranks.rank)[order],
    }
    return framed(columns, attrs)
