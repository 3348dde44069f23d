"""The spellings of places, and how a spelling is found: exactly, relative to a parent, or as a run of names."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from data.regions.tree import RANK, RegionTree

# how well a spelling names a place: its printed name, a set short form or alias, a name without its suffix
FULL, SHORT, STEM = 0, 1, 2


def normal(text: str) -> str:
    """The form in which spellings are compared: full-width forms folded, no case, only letters and digits."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).casefold() if ch.isalnum())


class NameIndex:
    """All spellings of the places of one tree."""

    def __init__(self, tree: RegionTree, aliases: Iterable[tuple[str, int]], words: Mapping[str, Any]) -> None:
        self.tree = tree
        self._suffixes: tuple[str, ...] = tuple(words["suffixes"])
        self._filler = tuple(w for w in words["filler"] if len(w) > 1 and not w.isascii())
        self._by_name: dict[str, dict[int, int]] = {}
        self._relative: dict[str, list[int]] = {}
        for region_id in tree.order:
            r = tree.by_id(region_id)
            self._put(r.name_zh, region_id, FULL)
            if r.name_en:
                self._put(r.name_en, region_id, FULL)
                for end in words["suffixes_en"]:
                    self._put(normal(r.name_en).removesuffix(end), region_id, SHORT)
            self._put(r.short_zh, region_id, SHORT)
            for end in (*words["joined_suffixes"], r.name_zh[-1]):
                if r.name_zh.endswith(end) and not r.short_zh.endswith(end):
                    self._put(r.short_zh + end, region_id, SHORT)
            stem = self._stem(r.name_zh)
            if stem:
                self._put(stem, region_id, STEM)
            if r.kind == "functional_zone" and r.parent_id is not None:
                self._put_relative(region_id, [r.name_zh, r.short_zh])
        extra: dict[int, list[str]] = {}
        for alias, region_id in aliases:
            if region_id in tree and tree.by_id(region_id).position < len(tree):
                self._put(alias, region_id, SHORT)
                extra.setdefault(region_id, []).append(alias)
        for region_id, spellings in extra.items():
            if tree.by_id(region_id).kind == "functional_zone":
                self._put_relative(region_id, spellings)
        lengths: dict[str, set[int]] = {}
        for key in self._by_name:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def _put(self, name: str, region_id: int, tier: int) -> None:
        key = normal(name)
        if key:
            held = self._by_name.setdefault(key, {})
            held[region_id] = min(tier, held.get(region_id, tier))

    def _put_relative(self, region_id: int, spellings: list[str]) -> None:
        """What is left of a zone's name without its parent's: only meant where the parent is named beside it."""
        parent_id = self.tree.by_id(region_id).parent_id
        if parent_id is None:
            return
        parent = self.tree.by_id(parent_id)
        for name in spellings:
            for start in (parent.name_zh, parent.short_zh):
                rest = normal(name).removeprefix(normal(start))
                if rest and rest != normal(name) and len(rest) > 2:
                    held = self._relative.setdefault(rest, [])
                    if region_id not in held:
                        held.append(region_id)

    def _stem(self, name: str) -> str | None:
        for suffix in self._suffixes:
            if name.endswith(suffix) and len(name) - len(suffix) >= 2:
                return name.removesuffix(suffix)
        return None

    def inside(self, region_id: int, scope: list[int] | None) -> bool:
        """Whether a place lies in one of ``scope`` (or is one of them); True without a scope."""
        if scope is None:
            return True
        tree = self.tree
        position = tree.by_id(region_id).position
        for outer in scope:
            if tree.by_id(outer).position >= len(tree):
                if region_id in tree.within(outer):
                    return True
                continue
            start, stop = tree.span(outer)
            if start <= position < stop:
                return True
        return False

    def exact(self, key: str, scope: list[int] | None) -> dict[int, int]:
        """Places inside ``scope`` that bear the normalised spelling, with how well it names them."""
        held = self._by_name.get(key)
        if not held:
            return {}
        return held if scope is None else {i: tier for i, tier in held.items() if self.inside(i, scope)}

    def best(self, found: Mapping[int, int], level: str | None) -> list[int]:
        """The places of the level the column speaks of, if any; of these those the spelling names best."""
        ids = [i for i in found if level is None or self.tree.by_id(i).level == level] or list(found)
        tier = min(found[i] for i in ids)
        return sorted((i for i in ids if found[i] == tier), key=lambda i: self.tree.by_id(i).position)

    def relative(self, key: str, scope: list[int] | None) -> list[int]:
        """Zones of the places in ``scope`` whose names go on with this spelling (the zone of a city, named without the city)."""
        if scope is None:
            return []
        return [i for i in self._relative.get(key, ()) if self.tree.by_id(i).parent_id in scope]

    def glued(self, key: str, scope: list[int] | None) -> tuple[list[int], str]:
        """Places that a run of names from large to small ends in, and what of the text stays unread.

        What follows the full name of a county-level place is an address and counts as read. Several places in a row
        that do not lie in one another are all returned.
        """
        best: list[int] = []
        rest = key
        seen: set[tuple[str, tuple[int, ...]]] = set()
        todo: list[tuple[str, list[int] | None, list[int]]] = [(key, scope, [])]
        while todo:
            text, inside, reached = todo.pop()
            if (text, tuple(reached)) in seen:
                continue
            seen.add((text, tuple(reached)))
            for filler in self._filler:
                if reached and text.startswith(filler):
                    text = text.removeprefix(filler)
            if reached and (len(text) < len(rest) or not best):
                best, rest = reached, text
            elif reached and len(text) == len(rest):
                best = [*best, *(i for i in reached if i not in best)]
            if not text:
                continue
            for length in self._lengths.get(text[0], ()):
                if length > len(text):
                    continue
                found = self.exact(text[:length], inside)
                after = text[length:]
                full = {i: t for i, t in found.items() if t == FULL}
                if full:
                    ids = self.best(full, None)
                    address = [i for i in ids if RANK[self.tree.by_id(i).level] >= RANK["county"]]
                    # words of an alphabet may begin with a whole name (York, Yorkshire); Chinese names end in their suffix
                    if after and address and not text[length - 1].isascii():
                        todo.append(self._after_county(after, address))
                    todo.append((after, ids, ids))
                elif found:
                    ids = self.best(found, None)
                    todo.append((after, ids, ids))
            if reached:
                zones = self.relative(text, reached)
                if zones:
                    best, rest = zones, ""
        return best, rest

    def _after_county(self, after: str, ids: list[int]) -> tuple[str, list[int] | None, list[int]]:
        """The county alone, or, when another place outside it follows with its full name, both."""
        for length in self._lengths.get(after[0], ()):
            named = self._by_name.get(after[:length], {}) if length <= len(after) else {}
            others = [i for i, tier in named.items() if tier == FULL and RANK[self.tree.by_id(i).level] <= RANK["county"]]
            if others and not any(self.inside(i, ids) for i in others):
                return "", ids, [*ids, *others]
        return "", ids, ids

    def resembling(self, key: str, scope: list[int] | None) -> list[int]:
        """Places whose names differ from the spelling by their suffix only: for the message, never for the match."""
        stem = self._stem(key) or key
        found = self.exact(stem, scope) or self.exact(stem, None)
        return sorted(found, key=lambda i: self.tree.by_id(i).position)[:20]
