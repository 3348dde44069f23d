"""The peer groups of a scheme file: who is compared with whom. Every place is in one group at most."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from data.ranking.faults import NOTE, phrase
from data.ranking.scheme import PeerGroup, Words
from data.ranking.values import CODE, Faults, Table
from data.regions.country import read_json
from data.regions.tree import RegionTree

MAX_GROUPS = 100
_PLACE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;,\\]{1,80}")


@cache
def shipped_groups() -> dict[str, tuple[tuple[str, PeerGroup], ...]]:
    """Groupings of data/regions/peer_groups.json by name: (level, group) each."""
    return {
        entry["scheme"]: tuple(
            (
                g["level"],
                PeerGroup(g["code"], Words(g["name_zh"], g["name_en"]), tuple(g.get("members", ())), tuple(g.get("ends_with", ()))),
            )
            for g in entry["groups"]
        )
        for entry in read_json("peer_groups.json")["schemes"]
    }


def read_groups(
    head: Table, given: Sequence[Mapping[str, Any]], faults: Faults, level: str, region: str | None, tree: RegionTree | None
) -> tuple[PeerGroup, ...]:
    """Groups written out, or those of a shipped grouping that ``groups`` names; with ``tree`` their places are looked up."""
    if head.has("groups"):
        if given:
            head.fault("groups_both", "groups")
        said = head.choice("groups", shipped_groups(), "")
        return tuple(group for at, group in shipped_groups().get(said, ()) if at == level)
    if len(given) > MAX_GROUPS:
        faults.add("too_many", "group", count=len(given), limit=MAX_GROUPS)
        return ()
    groups = [_group(Table(faults, entry, "group", n)) for n, entry in enumerate(given, 1)]
    _tree_of_groups(groups, faults)
    _members(groups, faults)
    if tree is not None and groups:
        _places(groups, faults, level, region, tree)
    return tuple(groups)


def _group(table: Table) -> PeerGroup:
    made = PeerGroup(
        table.id("code", CODE), table.words(), table.texts("members", 80), table.texts("ends_with", 20), table.text("within") or None
    )
    table.close()
    return made


def _tree_of_groups(groups: list[PeerGroup], faults: Faults) -> None:
    first: dict[str, int] = {}
    for n, group in enumerate(groups, 1):
        if group.code and group.code in first:
            faults.add("id_twice", "group", n, "code", group.code, value=group.code)
        first.setdefault(group.code, n)
    parent = {g.code: g.within for g in groups if g.code}
    holding = {g.within for g in groups}
    told: set[str] = set()
    for n, group in enumerate(groups, 1):
        if group.within is not None and group.within not in parent:
            faults.add("unknown_group", "group", n, "within", group.code, value=group.within, known=", ".join(parent))
        if not group.members and not group.ends_with and group.code not in holding:
            faults.add("empty_group", "group", n, "", group.code, value=group.code)
        path, at = [group.code], group.within
        while at is not None and at in parent and at not in path:
            path.append(at)
            at = parent[at]
        # the ring itself is told once, not again for each group that hangs on it
        if at == group.code and group.code and group.code not in told:
            told.update(path)
            faults.add("group_cycle", "group", n, "within", group.code, cycle=" → ".join([*path, group.code]))


def _members(groups: list[PeerGroup], faults: Faults) -> None:
    held: dict[str, str] = {}
    ends: dict[str, str] = {}
    for n, group in enumerate(groups, 1):
        for code in group.members:
            if not _PLACE.fullmatch(code):
                faults.add("unknown_place", "group", n, "members", group.code, value=code, near="")
            elif held.setdefault(code, group.code) != group.code:
                faults.add("in_two_groups", "group", n, "members", group.code, value=code, one=held[code], other=group.code)
        for end in group.ends_with:
            if ends.setdefault(end, group.code) != group.code:
                faults.add("ending_twice", "group", n, "ends_with", group.code, value=end, one=ends[end], other=group.code)


def _places(groups: list[PeerGroup], faults: Faults, level: str, region: str | None, tree: RegionTree) -> None:
    """What only the regions of a store can tell: unknown codes, other levels, places that fall into two groups, endings without places."""
    from data.ranking.scheme_file import places_like

    home = tree.get(region)
    inside = tree.within(home.region_id) if home is not None else None
    field = [place for place in map(tree.by_id, tree.order) if place.level == level and (inside is None or place.region_id in inside)]
    names = {place.code: Words(tree.full_name(place.region_id), tree.full_name(place.region_id, "en")) for place in field}
    by_code = {code: group.code for group in groups for code in group.members}
    for n, group in enumerate(groups, 1):
        for code in group.members:
            place = tree.get(code)
            if place is None and _PLACE.fullmatch(code):
                faults.add("unknown_place", "group", n, "members", group.code, value=code, near=places_like(code, tree))
            elif place is not None and place.code not in names:
                name = Words(tree.full_name(place.region_id), tree.full_name(place.region_id, "en"))
                faults.add("other_level", "group", n, "members", group.code, severity=NOTE, value=code, place=name)
    matched: dict[str, str] = dict(by_code)
    reached: set[str] = set()
    clashes: dict[tuple[str, str], list[str]] = {}
    for place in field:
        for group in groups:
            if group.ends_with and place.name_zh.endswith(group.ends_with):
                reached.add(group.code)
                other = matched.setdefault(place.code, group.code)
                if other != group.code:
                    clashes.setdefault((other, group.code), []).append(place.code)
    numbers = {group.code: n for n, group in enumerate(groups, 1)}
    for (one, other), codes in clashes.items():
        shown = (", ".join(f"{names[code](lang)} {code}" for code in codes[:3]) for lang in ("zh-CN", "en"))
        more = phrase("more", count=len(codes)) if len(codes) > 3 else Words("", "")
        faults.add("place_twice", "group", numbers[other], "ends_with", other, value=Words(*shown), more=more, one=one, other=other)
    for n, group in enumerate(groups, 1):
        if group.ends_with and group.code not in reached:
            faults.add("ending_unused", "group", n, "ends_with", group.code, severity=NOTE, value=", ".join(group.ends_with))
