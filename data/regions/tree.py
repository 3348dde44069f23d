"""The tree of places, in memory: who lies in whom, in which order, and in which row a place is counted.

Only statutory edges form the tree, and only they decide ``order``. Groupings that cut across it (macro-regions,
key regions, basins, joint areas) are known by id and code, have ``within``, and stand outside ``order``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from data.schema import region, region_edge

LEVELS = ("country", "province", "prefecture", "county", "township")
RANK = {level: rank for rank, level in enumerate(LEVELS)}
#: kinds that cut across the statutory tree
GROUPING_KINDS = frozenset({"macro_region", "key_region", "basin", "joint_area"})


@dataclass(frozen=True, slots=True)
class Region:
    """One place. ``code`` is its GB/T 2260 (or local) code, ``r<region_id>`` when it has none; ``position`` its
    rank in depth-first statutory order (a grouping's lies after the last of them)."""

    region_id: int
    code: str
    name_zh: str
    short_zh: str
    name_en: str | None
    level: str
    kind: str
    parent_id: int | None
    position: int


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


class RegionTree:
    """All places of a store; immutable once made."""

    __slots__ = ("_by_code", "_by_id", "_children", "_ends", "_groupings", "_groups", "_members", "order", "roots")

    def __init__(self, regions: Iterable[Region], members: Mapping[int, Sequence[int]] | None = None) -> None:
        """``regions`` in the order siblings shall have; those with position -1 are placed here. ``members`` of groupings by id.

        Raises ValueError when parents form a circle or a parent is missing.
        """
        given = {r.region_id: r for r in regions}
        groupings = [r for r in given.values() if r.kind in GROUPING_KINDS and r.parent_id is None]
        outside = {r.region_id for r in groupings}
        # a nested grouping would need no place of its own in anyone's slice, so members are places of the tree only
        self._members = {k: tuple(i for i in v if i not in outside) for k, v in (members or {}).items() if k in outside}
        children: dict[int | None, list[int]] = {}
        for r in given.values():
            if r.region_id in outside:
                continue
            if r.parent_id is not None and r.parent_id not in given:
                raise ValueError(f"region {r.region_id} ({r.name_zh}): its parent {r.parent_id} does not exist")
            children.setdefault(r.parent_id, []).append(r.region_id)
        order: list[int] = []
        stack = list(reversed(children.get(None, [])))
        while stack:
            region_id = stack.pop()
            order.append(region_id)
            below = children.get(region_id)
            if below:
                stack.extend(reversed(below))
        if len(order) + len(outside) != len(given):
            lost = sorted(given.keys() - set(order) - outside)
            raise ValueError(f"regions {lost[:10]} lie in a circle of parents")
        self.order: list[int] = order
        self.roots: list[int] = children.get(None, [])
        self._by_id: dict[int, Region] = {}
        for position, region_id in enumerate([*order, *(r.region_id for r in groupings)]):
            r = given[region_id]
            if r.position == -1:
                # made for this tree and nobody else's yet: placing it is part of making it
                object.__setattr__(r, "position", position)
            elif r.position != position:
                r = replace(r, position=position)
            self._by_id[region_id] = r
        self._groupings = [self._by_id[r.region_id] for r in groupings]
        self._children = {k: [self._by_id[i] for i in v] for k, v in children.items() if k is not None}
        ends = list(range(1, len(order) + 1))
        for position in range(len(order) - 1, -1, -1):
            parent = self._by_id[order[position]].parent_id
            if parent is not None:
                at = self._by_id[parent].position
                ends[at] = max(ends[at], ends[position])
        self._ends = ends
        # a code that was given again later belongs to the place that comes first, the one in force
        self._by_code: dict[str, Region] = {}
        for r in self._by_id.values():
            self._by_code.setdefault(r.code, r)
        self._groups: dict[str, dict[int, int]] = {}

    @classmethod
    def load(cls, conn: Connection) -> "RegionTree":
        """Read ``region`` and ``region_edge``; of dated statutory edges of one place the newest counts."""
        edges = conn.execute(
            select(
                region_edge.c.hierarchy,
                region_edge.c.parent_id,
                region_edge.c.child_id,
                region_edge.c.valid_from,
                region_edge.c.valid_to,
            )
        ).all()
        parents: dict[int, int] = {}
        newest: dict[int, tuple[str, str]] = {}
        members: dict[int, list[int]] = {}
        for hierarchy, parent_id, child_id, valid_from, valid_to in edges:
            if hierarchy != "statutory":
                if valid_to is None:
                    members.setdefault(parent_id, []).append(child_id)
                continue
            if valid_from is None and valid_to is None and child_id not in parents:
                parents[child_id] = parent_id
                continue
            rank = (str(valid_to or "9999"), str(valid_from or ""))
            if child_id not in parents or rank > newest.get(child_id, ("9999", "")):
                parents[child_id] = parent_id
                newest[child_id] = rank
        c = region.c
        rows = conn.execute(
            select(c.region_id, c.gb2260_code, c.name_zh, c.short_zh, c.name_en, c.level, c.kind, c.sort_order, c.valid_to)
        ).all()
        rows_sorted = sorted(rows, key=lambda row: (row[8] is not None, row[7], row[1] or "~", row[0]))
        return cls(
            (
                Region(i, code or f"r{i}", name_zh, short_zh, name_en, level, kind, parents.get(i), -1)
                for i, code, name_zh, short_zh, name_en, level, kind, _, _ in rows_sorted
            ),
            members,
        )

    def __len__(self) -> int:
        return len(self.order)

    def same_as(self, other: "RegionTree") -> bool:
        """Whether both hold the same places in the same order; what was built on one then stands on the other."""
        return self.order == other.order and self._by_id == other._by_id and self._members == other._members

    def __contains__(self, region_id: object) -> bool:
        return region_id in self._by_id

    @property
    def groupings(self) -> list[Region]:
        """Macro-regions and other groupings that stand outside the statutory tree."""
        return list(self._groupings)

    def by_id(self, region_id: int) -> Region:
        """The place of an id; KeyError when there is none."""
        return self._by_id[region_id]

    def get(self, code: str | None) -> Region | None:
        """The place of a code or of ``r<region_id>``, or None."""
        if not code:
            return None
        found = self._by_code.get(code)
        if found is None and code[0] == "r" and code[1:].isascii() and code[1:].isdigit():
            found = self._by_id.get(int(code[1:10]))
        return found

    def children(self, region_id: int) -> list[Region]:
        """The places directly below, in order; for a grouping its members."""
        if region_id in self._members:
            return sorted((self._by_id[i] for i in self._members[region_id]), key=lambda r: r.position)
        return list(self._children.get(region_id, ()))

    def ancestors(self, region_id: int) -> list[Region]:
        """The places above, root first, without the place itself."""
        out: list[Region] = []
        parent = self._by_id[region_id].parent_id
        while parent is not None:
            above = self._by_id[parent]
            out.append(above)
            parent = above.parent_id
        out.reverse()
        return out

    def span(self, region_id: int) -> tuple[int, int]:
        """``order[start:stop]`` is the place and all below it; KeyError for a grouping, whose members lie apart."""
        position = self._by_id[region_id].position
        if position >= len(self.order):
            raise KeyError(region_id)
        return position, self._ends[position]

    def within(self, region_id: int) -> set[int]:
        """Ids of the place and all below it; for a grouping, of its members and all below them (without itself)."""
        if self._by_id[region_id].position >= len(self.order):
            out: set[int] = set()
            for member in self._members.get(region_id, ()):
                start, stop = self.span(member)
                out.update(self.order[start:stop])
            return out
        start, stop = self.span(region_id)
        return set(self.order[start:stop])

    def label(self, region_id: int, lang: str = "zh-CN") -> str:
        """The name as printed in a language; the Chinese one where no English one is known."""
        r = self._by_id[region_id]
        return (r.name_en or r.name_zh) if lang == "en" else r.name_zh

    def full_name(self, region_id: int, lang: str = "zh-CN") -> str:
        """Province, prefecture and county as printed together; English ones from small to large, with commas."""
        r = self._by_id[region_id]
        chain = [a.region_id for a in self.ancestors(region_id) if a.level != "country"] + [r.region_id]
        names = [self.label(i, lang) for i in chain]
        if lang == "en":
            return ", ".join(reversed(names))
        # names in other scripts need something between them
        return "".join(names) if all(n and ord(n[0]) > 0x2E7F for n in names) else " ".join(names)

    def child_level(self, region_id: int | None = None) -> str:
        """The highest level found directly below (county for a municipality, which has no prefectures).

        Without children: the next level down, and township below township. None means the whole of the store.
        """
        if region_id is None:
            tops = [self._by_id[i] for i in self.roots]
            below = [r for top in tops for r in (self.children(top.region_id) if top.level == "country" else [top])]
            rank = RANK["province"]
        else:
            below = self.children(region_id)
            rank = min(RANK.get(self._by_id[region_id].level, 0) + 1, len(LEVELS) - 1)
        if below:
            rank = min(RANK.get(r.level, len(LEVELS) - 1) for r in below)
        return LEVELS[rank]

    def group_at(self, level: str) -> Mapping[int, int]:
        """For each place of ``order`` the place whose row counts it when results are grouped at ``level``.

        That is its highest ancestor-or-self at or below the level, so a county without a prefecture is a row of
        its own among prefectures; a place above the level is a row of its own too. Totals therefore add up at
        every level. KeyError for a level that does not exist.
        """
        found = self._groups.get(level)
        if found is None:
            wanted = RANK[level]
            found = {}
            for region_id in self.order:
                r = self._by_id[region_id]
                above = found[r.parent_id] if r.parent_id is not None else None
                if above is not None and RANK.get(self._by_id[above].level, len(LEVELS)) >= wanted:
                    found[region_id] = above
                else:
                    found[region_id] = region_id
            self._groups[level] = found
        return found

    def group_label(self, region_id: int, level: str, lang: str = "zh-CN") -> str:
        """The name of a row of results grouped at ``level``: a place above the level that has places below it
        is named as counting only what was assigned to itself."""
        r = self._by_id[region_id]
        name = self.label(region_id, lang)
        if RANK.get(r.level, len(LEVELS)) >= RANK[level] or region_id not in self._children:
            return name
        words = _words()["own_row"]
        forms = words.get(lang, words["zh-CN"])
        return forms.get(r.level, forms["*"]).format(name=name)


_cache: "WeakKeyDictionary[Engine, tuple[int, RegionTree]]" = WeakKeyDictionary()
_lock = Lock()


def load_cached(conn: Connection, version: int) -> RegionTree:
    """The tree of the store behind ``conn`` as of a store version; read again only when the version differs."""
    with _lock:
        held = _cache.get(conn.engine)
    if held and held[0] == version:
        return held[1]
    tree = RegionTree.load(conn)
    with _lock:
        _cache[conn.engine] = (version, tree)
    return tree
