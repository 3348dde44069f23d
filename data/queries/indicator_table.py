"""Every indicator of every place: what was counted, its value and interval, the points it brings."""

from typing import Any

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.measures import MEASURES
from data.queries.ranking_frame import attributes, framed, reason_texts, seen, texts, whole, word
from data.ranking import race
from data.store import Store

_FIRST = ("rank", "tied", "region_code", "region", "parent", "group_name", "score", "change", "reason_text")
_LAST = ("bonus", "penalty")
_PARTS = {"n": "numerator", "d": "denominator", "value": "value", "low": "low", "high": "high", "points": "points"}


def indicator_table(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a place in the order of ``county_ranking``; then for each indicator of the scheme ``<id>_n``, ``_d`` (Int64 for counts of
    items, float for series), ``_value``, ``_low``, ``_high`` (rates 0–1, series in their unit), ``_points``; ``bonus``, ``penalty``.

    A value that is missing has no points, not 0. ``attrs["labels"]`` has the heading of each such column and, under the bare id, the
    indicator's name; ``attrs["formats"]`` {id: (unit, decimals)} of series, ``attrs["balances"]`` the indicators that are
    balances of two sets: percentage points, not percentages. Rows are restricted as in ``county_ranking``.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    scheme = view.scheme if view else race.scheme_of(store, filters)
    indicators = scheme.indicators if scheme else ()
    labels: dict[str, str] = {}
    for each in indicators:
        labels[each.id] = each.name(lang)
        labels |= {f"{each.id}_{part}": word(said, lang, name=each.name(lang)) for part, said in _PARTS.items()}
    balances = [each.id for each in indicators if each.measure and MEASURES[each.measure].minus is not None]
    attrs |= {"labels": labels, "formats": view.standing.units if view else {}, "balances": balances}
    if view is None:
        between = [f"{each.id}_{part}" for each in indicators for part in _PARTS]
        return framed({name: [] for name in (*_FIRST, *between, *_LAST)}, attrs)
    standing, ranks, order = view.standing, view.ranks, view.order
    places, counted = standing.places, standing.counted
    rank_before, _ = view.before()
    moved = view.ranked & (rank_before > 0)
    english = lang == "en"
    group_names = places.group_en if english else places.group_zh
    columns: dict[str, Any] = {
        "rank": whole(ranks.rank[order], view.ranked[order]),
        "tied": ranks.tied[order],
        "region_code": texts(places.code, order),
        "region": texts(view.names, order),
        "parent": texts(places.parent_en if english else places.parent_zh, order),
        "group_name": texts([None if k < 0 else group_names[k] for k in places.group.tolist()], order),
        "score": view.score[order],
        "change": whole((rank_before - ranks.rank)[order], moved[order]),
        "reason_text": texts(reason_texts(view), order),
    }
    for k, each in enumerate(indicators):
        for part, values in (("n", counted.numerator), ("d", counted.denominator)):
            here = values[order, k]
            columns[f"{each.id}_{part}"] = whole(here, ~np.isnan(here)) if each.measure else here
        for part, values in (("value", counted.value), ("low", counted.low), ("high", counted.high)):
            columns[f"{each.id}_{part}"] = values[order, k]
        columns[f"{each.id}_points"] = np.where(np.isnan(counted.value), np.nan, standing.scores.contribution)[order, k]
    columns |= {"bonus": counted.bonus[order], "penalty": counted.penalty[order]}
    return framed(columns, attrs)
