"""The list of ranks of one period: who stands where, by how much, and how far that can be relied on."""

from typing import Any

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.queries.ranking_frame import Seen, attributes, framed, reason_texts, seen, signal_codes, texts, whole
from data.ranking.noise import small_base
from data.ranking.standing import SIGNALS
from data.store import Store

COLUMNS = (
    "rank", "tied", "region_code", "region", "parent", "group", "group_name", "group_rank", "group_tied", "score", "score_low",
    "score_high", "score_before", "rank_before", "change", "small_base", "base_indicator", "numerator", "denominator", "band_low",
    "band_high", "missing", "bonus", "penalty", "reason", "reason_text",
    *(f"{name}_{part}" for name in SIGNALS for part in "nd"), "signals", "robust",
)  # fmt: skip


def county_ranking(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a place, by rank, then region order; those that are not ranked last. Columns: COLUMNS (docs/ranking.md).

    Ranks, bands, ``change`` and counts are Int64, null where there is none; ``score`` is as printed (the gain in the improvement list), NaN
    where not ranked; ``missing`` 0–1. ``numerator`` and ``denominator`` are those of the heaviest awake indicator that is a share of
    items. ``robust`` is null here: ``rank-what-if`` works it out. ``scope``, ``filters.region`` and ``filters.group`` restrict rows
    only. No rows when there is no such standing.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    return framed(_columns(view), attrs)


def _columns(view: Seen) -> dict[str, Any]:
    standing, order = view.standing, view.order
    places, counted, ranks = standing.places, standing.counted, view.ranks
    ranked = view.ranked[order]
    low, high = view.interval()
    rank_before, score_before = view.before()
    moved = view.ranked & (rank_before > 0)
    grouped = ranks.group_rank > 0
    english = view.lang == "en"
    group_names = places.group_en if english else places.group_zh
    base = view.base()
    numerator, denominator = view.base_counts()
    columns: dict[str, Any] = {
        "rank": whole(ranks.rank[order], ranked),
        "tied": ranks.tied[order],
        "region_code": texts(places.code, order),
        "region": texts(view.names, order),
        "parent": texts(view.parents, order),
        "group": texts([None if k < 0 else places.group_codes[k] for k in places.group.tolist()], order),
        "group_name": texts([None if k < 0 else group_names[k] for k in places.group.tolist()], order),
        "group_rank": whole(ranks.group_rank[order], grouped[order]),
        "group_tied": ranks.group_tied[order],
        "score": view.score[order],
        "score_low": low[order],
        "score_high": high[order],
        "score_before": score_before[order],
        "rank_before": whole(rank_before[order], (rank_before > 0)[order]),
        "change": whole((rank_before - ranks.rank)[order], moved[order]),
        "small_base": small_base(view.scheme, counted, standing.scores.dormant)[order],
        "base_indicator": texts([None if base is None else view.scheme.indicators[base].name(view.lang)] * len(places), order),
        "numerator": numerator,
        "denominator": denominator,
        "band_low": whole(ranks.band_low[order], ranked),
        "band_high": whole(ranks.band_high[order], ranked),
        "missing": standing.scores.missing[order],
        "bonus": counted.bonus[order],
        "penalty": counted.penalty[order],
        "reason": texts([reason or None for reason in ranks.reason], order),
        "reason_text": texts(reason_texts(view), order),
    }
    everyone = np.ones(len(order), dtype=np.bool_)
    for name in SIGNALS:
        pair = counted.signals[name][order]
        columns[f"{name}_n"], columns[f"{name}_d"] = whole(pair[:, 0], everyone), whole(pair[:, 1], everyone)
    columns["signals"] = texts(signal_codes(view), order)
    columns["robust"] = texts([None] * len(places), order)
    return columns
