"""The ranking under other weights beside the official one, and which places keep their rank under any weights near the scheme's."""

from typing import Any

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.queries.ranking_frame import attributes, framed, seen, texts, whole
from data.ranking import whatif
from data.ranking.scheme import LEVEL
from data.store import Store

COLUMNS = ("region_code", "region", "parent", "rank", "rank_tried", "tied_tried", "score", "score_tried", "change_tried", "robust")


def rank_what_if(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a place, by the rank under ``filters.weights``, then region order; those that are not ranked last. Columns: COLUMNS.

    ``filters.weights`` (``indicator:points``) are laid over the scheme's and scaled to 100; without any, the official ranking beside
    itself. Always the level list. Ranks and ``change_tried`` (rank − rank_tried; positive: would move up) are Int64, null where not
    ranked; scores as printed; ``robust``: keeps its rank under any weights within ±20 % of the scheme's, null where not ranked.
    Attributes beside the common ones: ``weights`` ({indicator id: weight used}), ``kept`` (robust places of the whole field),
    ``kept_exact`` (False: with so many indicators ``kept`` rests on corners drawn by lot).
    """
    level = filters.but(by=LEVEL)
    view = seen(scope, store, level, lang)
    attrs = attributes(store, level, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, {**attrs, "weights": {}, "kept": 0, "kept_exact": True})
    standing, scheme = view.standing, view.scheme
    given = whatif.parsed(filters.weights)
    official, then = standing.ranks[LEVEL], whatif.reweighed(standing, given).ranks[LEVEL]
    keeps = whatif.robust(standing)
    last = np.where(then.rank > 0, then.rank, np.iinfo(np.int64).max)
    order = view.order[np.lexsort((view.order, last[view.order]))]
    ranked, tried = (official.rank > 0)[order], (then.rank > 0)[order]
    columns: dict[str, Any] = {
        "region_code": texts(standing.places.code, order),
        "region": texts(view.names, order),
        "parent": texts(view.parents, order),
        "rank": whole(official.rank[order], ranked),
        "rank_tried": whole(then.rank[order], tried),
        "tied_tried": then.tied[order],
        "score": official.key[order],
        "score_tried": then.key[order],
        "change_tried": whole((official.rank - then.rank)[order], ranked & tried),
        "robust": texts([bool(kept) if place else None for kept, place in zip(keeps, official.rank, strict=True)], order),
    }
    weights = dict(zip((i.id for i in scheme.indicators), whatif.tried(scheme, given).tolist(), strict=True))
    more = {"weights": weights, "kept": int(keeps.sum()), "kept_exact": whatif.exact(standing)}
    return framed(columns, {**attrs, **more})
