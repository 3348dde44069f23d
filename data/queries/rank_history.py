"""Ranks over the last periods: place × period, and which of them is picked out."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.queries.ranking_frame import Seen, attributes, framed, seen, texts, within
from data.queries.ranking_frame import whole as integers
from data.ranking import race
from data.ranking.periods import period_name
from data.ranking.ranks import printed
from data.ranking.standing import Flags, Floats, Ints
from data.store import Store

COLUMNS = ("period", "period_name", "ends_on", "region_code", "region", "parent", "rank", "tied", "score", "locked", "edition", "picked")


# more places than this are too many lines for a picture
MANY = 300
# lines that stand for the rest of them
_SAMPLE = 120
_ENDS = 3


@dataclass
class Past:
    """One period for the places that are looked at, in region order. ``rank`` 0: not ranked; ``score``: printed level score."""

    code: str
    name: str
    ends_on: date
    edition: int
    codes: list[str]
    names: list[str]
    parents: list[str]
    rank: Ints
    tied: Flags
    score: Floats


def past(scope: str, store: Store, filters: Filters, lang: str, view: Seen) -> list[Past]:
    """The last periods up to the one that is looked at, oldest first. A place that no longer takes part is there for as long as it did."""
    places = view.standing.places
    shown = np.sort(view.order)
    same = [places.code[k] for k in shown.tolist()], [view.names[k] for k in shown.tolist()], [view.parents[k] for k in shown.tolist()]
    out = []
    for period, edition, ranks in race.past(scope, store, filters):
        if ranks.codes == places.code:
            at, (codes, names, parents) = shown, same
        else:
            at, codes, names, parents = _other_field(scope, filters, view, shown, ranks.codes)
        rank = ranks.rank[at]
        score = np.where(rank > 0, printed(ranks.score[at], view.scheme.decimals), np.nan)
        out.append(Past(period.code, period_name(period, lang), period.end, edition, codes, names, parents, rank, ranks.tied[at], score))
    return out


def _other_field(scope: str, filters: Filters, view: Seen, shown: Ints, codes: list[str]) -> tuple[Ints, list[str], list[str], list[str]]:
    """(positions, codes, names, parents) of the places to look at in a period in which others took part than now; those that only took part
    then stand last, and in no peer group."""
    places, tree = view.standing.places, view.tree
    position = {code: k for k, code in enumerate(codes)}
    found = [
        (position[places.code[k]], places.code[k], view.names[k], view.parents[k]) for k in shown.tolist() if places.code[k] in position
    ]
    now = set(places.code)
    gone = [] if filters.group else [code for code in codes if code not in now]
    held = within(tree, scope, filters.region)
    for code in gone:
        region = tree.get(code)
        if held is None or (region is not None and region.region_id in held):
            name = code if region is None else tree.label(region.region_id, view.lang)
            parent = "" if region is None or region.parent_id is None else tree.label(region.parent_id, view.lang)
            found.append((position[code], code, name, parent))
    at = np.array([row[0] for row in found], dtype=np.int64)
    return at, [row[1] for row in found], [row[2] for row in found], [row[3] for row in found]


def thinned(periods: list[Past], keep: set[str]) -> list[Past]:
    """The same periods for some places only."""
    masks: dict[int, Flags] = {}
    out = []
    for each in periods:
        # periods with the same places share their list of codes
        mask = masks.get(id(each.codes))
        if mask is None:
            mask = masks[id(each.codes)] = np.fromiter((code in keep for code in each.codes), dtype=np.bool_, count=len(each.codes))
        at = np.flatnonzero(mask)
        codes, names, parents = ([part[k] for k in at.tolist()] for part in (each.codes, each.names, each.parents))
        out.append(replace(each, codes=codes, names=names, parents=parents, rank=each.rank[at], tied=each.tied[at], score=each.score[at]))
    return out


def _drawn(periods: list[Past], picked: set[str]) -> set[str]:
    """The places that are drawn of too many: those picked, the first and the last, who came up and who went down most, and an even
    sample of all others."""
    newest, oldest = periods[-1], periods[0]
    order = np.argsort(newest.rank, kind="stable")
    order = order[newest.rank[order] > 0]
    kept = {*order[:_ENDS].tolist(), *order[-_ENDS:].tolist(), *order[np.linspace(0, len(order) - 1, _SAMPLE).astype(int)].tolist()}
    out = picked | {newest.codes[k] for k in kept}
    first = oldest.rank if oldest.codes == newest.codes else _ranks_of(oldest, newest.codes)
    both = np.flatnonzero((first > 0) & (newest.rank > 0))
    if len(both):
        up = (first - newest.rank)[both]
        out |= {newest.codes[both[np.flatnonzero(up == up.max())[-1]]], newest.codes[both[np.argmin(up)]]}
    return out


def _ranks_of(period: Past, codes: list[str]) -> Ints:
    held = dict(zip(period.codes, period.rank.tolist(), strict=True))
    return np.array([held.get(code, 0) for code in codes], dtype=np.int64)


def rank_history(scope: str, store: Store, filters: Filters, lang: str = "zh-CN", *, whole: bool = True) -> DataFrame:
    """One row a place and period, oldest period first, region order inside: COLUMNS (docs/ranking.md).

    ``ends_on`` is the period's last day; ``rank`` Int64, null where not ranked; ``score`` the printed level score, in either list;
    ``locked`` and ``edition`` (0: counted now) say where the rank comes from. The last period is the one that is looked at. Rows are
    restricted as in ``county_ranking``. Without ``whole`` more than MANY places are thinned to those that a picture shows; attrs
    ``drawn`` says how many these are.
    """
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    periods = past(scope, store, filters, lang, view)
    picked = set(filters.pick)
    if not whole and len(periods[-1].codes) > MANY and (periods[-1].rank > 0).any():
        periods = thinned(periods, _drawn(periods, picked))
        attrs["drawn"] = len(periods[-1].codes)
    sizes = [len(each.codes) for each in periods]
    at = np.repeat(np.arange(len(periods)), sizes)
    codes = [code for each in periods for code in each.codes]
    rank = np.concatenate([each.rank for each in periods])
    editions = np.array([each.edition for each in periods], dtype=np.int64)[at]
    columns = {
        "period": texts([each.code for each in periods], at),
        "period_name": texts([each.name for each in periods], at),
        "ends_on": texts([each.ends_on for each in periods], at),
        "region_code": texts(codes, np.arange(len(codes))),
        "region": texts([name for each in periods for name in each.names], np.arange(len(codes))),
        "parent": texts([name for each in periods for name in each.parents], np.arange(len(codes))),
        "rank": integers(rank, rank > 0),
        "tied": np.concatenate([each.tied for each in periods]),
        "score": np.concatenate([each.score for each in periods]),
        "locked": editions > 0,
        "edition": editions,
        "picked": np.array([code in picked for code in codes], dtype=np.bool_),
    }
    return framed(columns, attrs)


__all__ = ["COLUMNS", "MANY", "Past", "past", "rank_history", "thinned"]
