"""Who takes part: the places of a level inside a region, their names, and the peer group of each.

Made once for a tree, level, region and grouping; what is returned is shared and must not be changed.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import select

from data.ranking.scheme import PeerGroup
from data.ranking.standing import Ints, Places
from data.regions.tree import RANK, RegionTree
from data.schema import region
from data.store import Store

EN = "en"


@dataclass(frozen=True)
class Field:
    """Places that may take part, in the order of the tree. ``home``: for each place of a store the place that counts it, by position
    in ``ids`` (places between the level and the country, which hold others of the level, are counted nowhere)."""

    ids: list[int]
    home: dict[int, int]


def counted_by(tree: RegionTree, level: str) -> dict[int, int]:
    """For each place the one that takes part for it: itself or the one above that stands at ``level``. A place above the level without
    any of the level below it (Dongguan among counties) takes part itself; one below it without any above (a county that answers to its
    province, among prefectures) too. Places above, which are divided, are missing."""
    wanted = RANK[level]
    divided: set[int] = set()
    for region_id in reversed(tree.order):
        place = tree.by_id(region_id)
        if place.parent_id is not None and (region_id in divided or RANK.get(place.level, wanted + 1) <= wanted):
            divided.add(place.parent_id)
    out: dict[int, int] = {}
    for region_id in tree.order:
        place = tree.by_id(region_id)
        above = out.get(place.parent_id) if place.parent_id is not None else None
        if above is not None:
            out[region_id] = above
        elif RANK.get(place.level, wanted) >= wanted or (region_id not in divided and place.level != "country"):
            out[region_id] = region_id
    return out


@lru_cache(maxsize=16)
def field_of(tree: RegionTree, level: str, region_id: int | None) -> Field:
    """The field of a level inside a place (None: everywhere); a grouping's members stand apart, and take part all the same."""
    inside = None if region_id is None else tree.within(region_id)
    counted = counted_by(tree, level)
    ids: list[int] = []
    at: dict[int, int] = {}
    home: dict[int, int] = {}
    for place in tree.order:
        by = counted.get(place)
        if by is None or (inside is not None and by not in inside):
            continue
        if by not in at:
            at[by] = len(ids)
            ids.append(by)
        home[place] = at[by]
    return Field(ids, home)


def retired(store: Store) -> frozenset[int]:
    """Places that are no longer there (DOMAIN: codes are retired, not reused); they take part only where something is counted."""

    def read() -> frozenset[int]:
        with store.reading() as conn:
            return frozenset(conn.execute(select(region.c.region_id).where(region.c.valid_to.is_not(None))).scalars())

    return store.remembered("retired regions", read)


@lru_cache(maxsize=32)
def places_of(tree: RegionTree, level: str, ids: tuple[int, ...], groups: tuple[PeerGroup, ...]) -> Places:
    """The places with their names, the names of those above them, and their peer group."""
    held = [tree.by_id(region_id) for region_id in ids]
    codes = [group.code for group in groups]
    return Places(
        region_id=np.array(ids, dtype=np.int64),
        code=[place.code for place in held],
        name_zh=[tree.label(region_id) for region_id in ids],
        name_en=[tree.label(region_id, EN) for region_id in ids],
        parent_zh=["" if place.parent_id is None else tree.label(place.parent_id) for place in held],
        parent_en=["" if place.parent_id is None else tree.label(place.parent_id, EN) for place in held],
        group=_groups(tree, ids, groups),
        group_codes=codes,
        group_zh=[group.name.zh for group in groups],
        group_en=[group.name(EN) for group in groups],
    )


def _groups(tree: RegionTree, ids: tuple[int, ...], groups: tuple[PeerGroup, ...]) -> Ints:
    """The group of each place by position, -1 for none: by code, else by the end of its name; a group before the one it lies within."""
    out = np.full(len(ids), -1, dtype=np.int64)
    above = {group.code: group.within for group in groups}

    def depth(group: PeerGroup) -> int:
        steps, at = 0, group.within
        while at is not None and steps <= len(groups):
            steps, at = steps + 1, above.get(at)
        return steps

    order = sorted(range(len(groups)), key=lambda k: (-depth(groups[k]), k))
    named = {code: k for k in reversed(order) for code in groups[k].members}
    for n, region_id in enumerate(ids):
        place = tree.by_id(region_id)
        found = named.get(place.code)
        if found is None:
            found = next((k for k in order if groups[k].ends_with and place.name_zh.endswith(groups[k].ends_with)), -1)
        out[n] = found
    return out


def inside_group(groups: tuple[PeerGroup, ...], code: str) -> set[str]:
    """Codes of a group and of all that lie within it."""
    found = {code}
    while True:
        more = {group.code for group in groups if group.within in found} - found
        if not more:
            return found
        found |= more


__all__ = ["Field", "field_of", "inside_group", "places_of", "retired"]
