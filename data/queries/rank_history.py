"""Ranks over the last periods: place × period, and which of them is picked out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.queries.ranking_frame import Seen, attributes, framed, seen, texts, whole, within
from data.ranking import race
from data.ranking.periods import period_name
from data.ranking.ranks import printed
from data.ranking.standing import Flags, Floats, Ints
from data.store import Store

COLUMNS = ("period", "period_name", "ends_on", "region_code", "region", "rank", "tied", "score", "locked", "edition", "picked")


@dataclass
class Past:
    """One period for the places that are looked at, in region order. ``rank`` 0: not ranked; ``score``: printed level score."""

    code: str
    name: str
    ends_on: date
    edition: int
    codes: list[str]
    names: list[str]
    rank: Ints
    tied: Flags
    score: Floats


def past(scope: str, store: Store, filters: Filters, lang: str, view: Seen) -> list[Past]:
    """The last periods up to the one that is looked at, oldest first. A place that no longer takes part is there for as long as it did."""
    places = view.standing.places
    shown = {places.code[k]: k for k in sorted(view.order.tolist())}
    names = {code: view.names[k] for code, k in shown.items()}
    others = set(places.code)
    held = within(view.tree, scope, filters.region)
    out = []
    for period, edition, ranks in race.history(scope, store, filters):
        codes = [code for code in shown if code in ranks]
        if not filters.group:
            for code in ranks.keys() - others:
                region = view.tree.get(code)
                if held is None or (region is not None and region.region_id in held):
                    names[code] = code if region is None else view.tree.label(region.region_id, lang)
                    codes.append(code)
        found = [ranks[code] for code in codes]
        score = np.array([np.nan if each[2] is None else each[2] for each in found], dtype=np.float64)
        rank = np.array([each[0] for each in found], dtype=np.int64)
        out.append(
            Past(
                period.code,
                period_name(period, lang),
                period.end,
                edition,
                codes,
                [names[code] for code in codes],
                rank,
                np.array([bool(each[1]) for each in found], dtype=np.bool_),
                np.where(rank > 0, printed(score, view.scheme.decimals), np.nan),
            )
        )
    return out


def rank_history(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a place and period, oldest period first, region order inside: COLUMNS (docs/ranking.md).

    ``ends_on`` is the period's last day; ``rank`` Int64, null where not ranked; ``score`` the printed level score, in either list;
    ``locked`` and ``edition`` (0: counted now) say where the rank comes from. The last period is the one that is looked at. Rows are
    restricted as in ``county_ranking``.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    periods = past(scope, store, filters, lang, view)
    sizes = [len(each.codes) for each in periods]
    at = np.repeat(np.arange(len(periods)), sizes)
    codes = [code for each in periods for code in each.codes]
    rank = np.concatenate([each.rank for each in periods])
    picked = set(filters.pick)
    editions = np.array([each.edition for each in periods], dtype=np.int64)[at]
    columns = {
        "period": texts([each.code for each in periods], at),
        "period_name": texts([each.name for each in periods], at),
        "ends_on": texts([each.ends_on for each in periods], at),
        "region_code": texts(codes, np.arange(len(codes))),
        "region": texts([name for each in periods for name in each.names], np.arange(len(codes))),
        "rank": whole(rank, rank > 0),
        "tied": np.concatenate([each.tied for each in periods]),
        "score": np.concatenate([each.score for each in periods]),
        "locked": editions > 0,
        "edition": editions,
        "picked": np.array([code in picked for code in codes], dtype=np.bool_),
    }
    return framed(columns, attrs)


__all__ = ["COLUMNS", "Past", "past", "rank_history"]
