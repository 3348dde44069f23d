"""Filters applied to the store: which items, at which moment, counted into which rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from data import calendar
from data.filters import LEVELS, Filters
from data.positions.places import places_of
from data.regions.tree import RegionTree
from data.rollup import bits
from data.rollup.bits import Positions, Words
from data.rollup.index import CampaignIndex
from data.rollup.moment import Moment
from data.scope import ALL, region_of
from data.store import CampaignInfo, Store

_DIMENSIONS = ("kind", "round", "theme", "category", "source", "department", "water")
_KEPT_CUTS = 64
Counts = NDArray[np.int64]


@dataclass(slots=True)
class Part:
    """One campaign's share of a selection: words a to b of its index, thinned by ``where`` (None: all of them)."""

    info: CampaignInfo
    index: CampaignIndex
    a: int
    b: int
    where: Words | None
    day: int
    basic: bool
    moment: Moment
    others: dict[int, Moment] = field(default_factory=dict)

    def at(self, day: int) -> Moment:
        """The same words at the end of another day."""
        if day == self.day:
            return self.moment
        found = self.others.get(day)
        if found is None:
            found = self.others[day] = Moment(self.index, day, self.a, self.b, self.basic)
        return found

    def chosen(self, name: str, moment: Moment | None = None) -> Words:
        """The items of a set that the filters let through."""
        words = (moment or self.moment)[name]
        return words if self.where is None else words & self.where


class Selection:
    """What a view's filters pick out of the store, for one viewer's scope.

    ``as_of``: the filters' day, else the newest day the chosen ledgers speak of, else today.
    """

    def __init__(self, scope: str, store: Store, filters: Filters) -> None:
        self.scope, self.store, self.filters = scope, store, filters
        self.state = store.state()
        self.tree: RegionTree = self.state.tree
        campaigns = self.state.campaigns
        if filters.campaign:
            campaigns = [c for c in campaigns if c.code in filters.campaign]
        self.campaigns = campaigns
        day = filters.as_of or filters.known_at or self.state.ledger_day([c.campaign_id for c in campaigns])
        self.as_of: date = day or calendar.today()
        self.known_at = filters.known_at
        self.simulated = any(c.simulated for c in campaigns)
        self.region_id, self.empty = self._region(scope, filters.region)
        if self.region_id is None and not self.empty:
            self.region_id = self._common_region()
        self.level = filters.level or self._level()
        self.parts: list[Part] = []
        if not self.empty:
            number = calendar.day_number(self.as_of)
            for info in campaigns:
                part = self._part(info, number)
                if part is not None:
                    self.parts.append(part)

    # ------------------------------------------------------------------ which items

    def _region(self, scope: str, code: str | None) -> tuple[int | None, bool]:
        """The region to count in, and whether the viewer may see none of it; an unknown code counts for nothing."""
        wanted = self.tree.get(code)
        confined = region_of(scope)
        if confined == ALL:
            return (wanted.region_id if wanted else None), False
        own = self.tree.get(confined)
        if own is None:
            return None, True
        if wanted is None or own.region_id in self.tree.within(wanted.region_id):
            return own.region_id, False
        return wanted.region_id, wanted.region_id not in self.tree.within(own.region_id)

    def _level(self) -> str:
        """The level below the region."""
        level = self.tree.child_level(self.region_id)
        return level if level in LEVELS else "province"

    def _common_region(self) -> int | None:
        """The smallest place with others below it that holds every campaign chosen: their home, or what their items share."""
        homes = {c.region_id for c in self.campaigns}
        if None not in homes and len(homes) == 1:
            return homes.pop()
        indexes = [self.store.index(c.campaign_id, self.known_at, self.state) for c in self.campaigns]
        held = [r for index in indexes for r in (index.region_ids[:1] + index.region_ids[-1:])]
        if not held:
            return None
        # regions stand in depth-first order, so what holds the first and the last holds all between
        chains = [[a.region_id for a in self.tree.ancestors(r)] + [r] for r in held]
        shared = None
        for steps in zip(*chains, strict=False):
            if len(set(steps)) > 1 or not self.tree.children(steps[0]):
                break
            shared = steps[0]
        return shared

    def _part(self, info: CampaignInfo, day: int) -> Part | None:
        index = self.store.index(info.campaign_id, self.known_at, self.state)
        a, b, where = 0, index.words, None
        if self.region_id is not None and self.region_id != info.region_id:
            try:
                low, high = self.tree.span(self.region_id)
            except KeyError:
                where = _members(index, self.tree.within(self.region_id))
            else:
                first, last = np.searchsorted(index.region_positions, (low, high))
                a, b = int(index.starts[first]), int(index.starts[last])
        if a == b:
            return None
        if where is not None:
            where = where[a:b]
        for dimension in _DIMENSIONS:
            values: Sequence[str] = getattr(self.filters, dimension)
            if values:
                words = index.among(dimension, values, a, b)
                where = words if where is None else where & words
        if self.filters.area:
            inside = places_of(self.store, index, self.scope).inside(self.filters.area)[a:b]
            where = inside if where is None else where & inside
        return Part(info, index, a, b, where, day, self.filters.count_basic, Moment(index, day, a, b, self.filters.count_basic))

    # ------------------------------------------------------------------ counting

    def count(self, name: str, days_before: int = 0) -> int:
        """How many items of the selection are in a set, at the as-of day or some days earlier."""
        return sum(bits.count(part.chosen(name, part.at(part.day - days_before))) for part in self.parts)

    def totals(self, names: Sequence[str]) -> dict[str, int]:
        """``count`` of several sets."""
        return {name: self.count(name) for name in names}

    def rows(self) -> "Rows":
        """The regions the selection is counted into, at its level."""
        return Rows(self)

    def attributes(self, lang: str) -> dict[str, object]:
        """What every frame says of itself (docs/architecture.md)."""
        region = self.region_id
        kinds = {k for part in self.parts for k in part.index.values["kind"]}
        if self.filters.kind:
            kinds &= set(self.filters.kind)
        return {
            "as_of": self.as_of,
            "known_at": self.known_at,
            "simulated": self.simulated,
            "level": self.level,
            "region": None if region is None or region in self.tree.roots else self.tree.label(region, lang),
            "region_code": None if region is None else self.tree.by_id(region).code,
            "campaign": self.campaigns[0].name(lang) if len(self.campaigns) == 1 else None,
            "kind": kinds.pop() if len(kinds) == 1 else None,
            "bounds": False,
            "store_version": self.state.version,
        }

    def frame(self, columns: Mapping[str, object], lang: str, *, types: Any = None, **attributes: object) -> DataFrame:
        """A frame of these columns that says of itself what every frame says. ``types`` {column: type} of those that are not as their
        values are: a frame that has its attributes would copy them for every column that is turned later."""
        turned = {name: np.asarray(columns[name], kind) for name, kind in (types or {}).items()}
        out = DataFrame({**columns, **turned})
        out.attrs.update({**self.attributes(lang), **attributes})
        return out


class Rows:
    """Regions as rows: each part's words are cut where one row's regions end and the next one's begin."""

    def __init__(self, selection: Selection) -> None:
        tree = selection.tree
        group = tree.group_at(selection.level)
        self._cuts: list[tuple[Part, NDArray[np.int64], NDArray[np.int64]]] = []
        found = [(part, *_cut(part, group, selection.level)) for part in selection.parts]
        self.region_ids: list[int] = []
        if len(found) == 1 and len(set(found[0][1])) == len(found[0][1]):
            # the index is in the order of the tree
            part, ids, starts = found[0]
            self.region_ids = ids
            self._cuts.append((part, np.arange(len(ids)), starts))
            return
        self.region_ids = sorted({r for _, ids, _ in found for r in ids}, key=lambda r: tree.by_id(r).position)
        place = {r: k for k, r in enumerate(self.region_ids)}
        for part, ids, starts in found:
            self._cuts.append((part, np.array([place[r] for r in ids], dtype=np.int64), starts))

    def __len__(self) -> int:
        return len(self.region_ids)

    def count(self, name: str, also: "dict[int, Words] | None" = None) -> Counts:
        """How many items of a set each row has; ``also`` thins part k by a further set."""
        out = np.zeros(len(self.region_ids), dtype=np.int64)
        for k, (part, rows, starts) in enumerate(self._cuts):
            words = part.chosen(name)
            if also is not None:
                words = words & also[k]
            # a region may stand in two cuts of one part only when tree order was broken by a grouping; add, not assign
            np.add.at(out, rows, bits.counts(words, starts))
        return out

    def sums(self, words: Sequence[Words | None]) -> Counts:
        """How many items each row has of sets that are at hand, one of each part in the order of ``parts``; None: nothing of that part."""
        out = np.zeros(len(self.region_ids), dtype=np.int64)
        for (_, rows, starts), held in zip(self._cuts, words, strict=True):
            if held is not None:
                np.add.at(out, rows, bits.counts(held, starts))
        return out

    def sums_of(self, k: int, owners: Positions, chosen: NDArray[np.bool_]) -> Counts:
        """How many of some entries that are ``chosen`` each row has. ``owners``: the position in part k's index that each entry
        belongs to, ascending; an item may have several."""
        part, rows, starts = self._cuts[k]
        so_far = np.concatenate(([0], np.cumsum(chosen)))
        bounds = (np.append(starts, part.b - part.a) + part.a) * 64
        sums = np.diff(so_far[np.searchsorted(owners, bounds)])
        out = np.zeros(len(self.region_ids), dtype=np.int64)
        np.add.at(out, rows, sums)
        return out

    def places(self, k: int, positions: Positions) -> NDArray[np.int64]:
        """The row of each of some positions in part k's index."""
        part, rows, starts = self._cuts[k]
        return rows[np.searchsorted((starts + part.a) * 64, positions, side="right") - 1]

    def having(self, dimension: str, value: str | None) -> dict[int, Words]:
        """For each part the items with one value of a dimension, as ``also`` takes it."""
        return {k: part.index.having(dimension, value)[part.a : part.b] for k, (part, _, _) in enumerate(self._cuts)}

    @property
    def parts(self) -> list[Part]:
        return [part for part, _, _ in self._cuts]


def _cut(part: Part, group: Mapping[int, int], level: str) -> tuple[list[int], NDArray[np.int64]]:
    """The rows that a part's words fall into and the word each begins with; kept with the index, which is as old as its tree."""
    index, key = part.index, (level, part.a, part.b)
    held = index.cuts.get(key)
    if held is None:
        first, last = np.searchsorted(index.starts, (part.a, part.b))
        ids = [group.get(r, r) for r in index.region_ids[first:last]]
        # a row's regions stand together, because the order is depth first
        at = [k for k in range(len(ids)) if k == 0 or ids[k] != ids[k - 1]]
        held = [ids[k] for k in at], (index.starts[first:last][at] - part.a).astype(np.int64)
        if len(index.cuts) >= _KEPT_CUTS:
            index.cuts.clear()
        index.cuts[key] = held
    return held


def _members(index: CampaignIndex, region_ids: set[int]) -> Words:
    """Items that lie in any of some regions, for groupings whose members stand apart."""
    words = np.zeros(index.words, dtype=np.uint64)
    for k, region_id in enumerate(index.region_ids):
        if region_id in region_ids:
            words[index.starts[k] : index.starts[k + 1]] = ~np.uint64(0)
    return words
