"""Every item of one campaign as arrays in region order: any filter, any region, any day, no SQL.

Built from the rollup's blocks. What is asked of it is a ``Moment`` (data/rollup/moment.py): the sets
of DOMAIN measures at the end of one day, counted over a slice of words.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.calendar import NEVER
from data.loops.catalogue import STATUSES, load_loops
from data.regions.tree import RegionTree
from data.rollup.bits import Days, Durations, Positions, Spells, Words, pack
from data.rollup.block import DIMENSIONS, NOWHERE, Block
from data.rollup.fold import stage_names


class CampaignIndex:
    """Items at padded positions: ``size`` positions, ``words`` words, region k in words starts[k]…starts[k+1].

    ``tree`` gives the order of regions; ``blocks`` are kept so that a newer version reads only what changed. ``renewed``: day by id of
    the items that were entered anew as the relapse of another one.
    """

    def __init__(self, blocks: dict[int, Block], tree: RegionTree, version: int, renewed: dict[int, int] | None = None) -> None:
        self.blocks, self.tree, self.version = blocks, tree, version
        self._renewed = renewed or {}
        held = sorted((r for r in blocks if blocks[r].size and r in tree), key=lambda r: tree.by_id(r).position)
        parts = [blocks[r] for r in held]
        self.region_ids: list[int] = held
        self.region_positions = np.array([tree.by_id(r).position for r in held], dtype=np.int64)
        sizes = np.array([b.size for b in parts], dtype=np.int64)
        words = (sizes + 63) // 64
        self.starts = np.concatenate(([0], np.cumsum(words))).astype(np.int64)
        self.words = int(self.starts[-1])
        self.size = self.words * 64
        self.items = int(sizes.sum())
        # the padded position of every real item
        self.place: Positions = (
            np.concatenate([np.arange(n, dtype=np.int64) + s * 64 for n, s in zip(sizes.tolist(), self.starts[:-1].tolist(), strict=True)])
            if parts
            else np.zeros(0, dtype=np.int64)
        )
        self._parts = parts
        self.item_id = self._spread("item_id", 0, np.int64)
        self.values: dict[str, list[str]] = {}
        self._codes: dict[str, NDArray[np.int16]] = {}
        for dimension in DIMENSIONS:
            self._codes[dimension] = self._unified(dimension)
        self._sets: dict[tuple[str, str], Words] = {}
        self._spells: dict[str, Spells] = {}
        self._ended: dict[str, tuple[Positions, Days]] = {}
        self._durations: dict[str, Durations] = {}
        # which rows results are counted into, by level and words: data/queries/selection.py
        self.cuts: dict[tuple[str, int, int], tuple[list[int], NDArray[np.int64]]] = {}
        self._load_spans()
        self._load_dues()

    # ------------------------------------------------------------------ loading

    def _joined(self, name: str, dtype: type) -> NDArray[Any]:
        return np.concatenate([p.arrays[name] for p in self._parts]).astype(dtype) if self._parts else np.zeros(0, dtype=dtype)

    def _spread(self, name: str, fill: int, dtype: type) -> NDArray[Any]:
        out: NDArray[Any] = np.full(self.size, fill, dtype=dtype)
        out[self.place] = self._joined(name, dtype)
        return out

    def _unified(self, dimension: str, array: str | None = None) -> NDArray[np.int16]:
        """Codes of one dimension over all blocks, renumbered to one list of values."""
        found: dict[str, int] = {}
        pieces = []
        for part in self._parts:
            words = part.words[dimension]
            # the last entry stands for code -1
            table = np.array([found.setdefault(w, len(found)) for w in words] + [-1], dtype=np.int16)
            pieces.append(table[part.arrays[array or dimension]])
        self.values[dimension] = list(found)
        flat = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
        if array is not None:
            return flat
        out = np.full(self.size, -1, dtype=np.int16)
        out[self.place] = flat
        return out

    def _owners(self, name: str) -> Positions:
        """The position each row of a ragged array belongs to."""
        lengths = np.concatenate([np.diff(p.arrays[name]) for p in self._parts]) if self._parts else np.zeros(0, dtype=np.int64)
        return np.repeat(self.place, lengths)

    def _load_spans(self) -> None:
        self.span_owner = self._owners("span_at")
        self.span_day: Days = self._joined("span_day", np.int16)
        names = {name: code for code, name in enumerate(stage_names())}
        pieces = []
        for part in self._parts:
            # the last entry stands for code -1: a stage that another writer used and no loop has
            table = np.array([names.get(w, -1) for w in part.words["stage"]] + [-1], dtype=np.int16)
            pieces.append(table[part.arrays["span_stage"]])
        self.span_stage: NDArray[np.int16] = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
        n = len(self.span_owner)
        follows = np.zeros(n, dtype=bool)
        follows[:-1] = self.span_owner[1:] == self.span_owner[:-1]
        self.span_follows = follows
        self.span_end: Days = np.full(n, NEVER, dtype=np.int16)
        self.span_end[:-1][follows[:-1]] = self.span_day[1:][follows[:-1]]
        first = np.ones(n, dtype=bool)
        first[1:] = ~follows[:-1]
        self.first_day: Days = np.full(self.size, NEVER, dtype=np.int16)
        self.first_day[self.span_owner[first]] = self.span_day[first]

    def _load_dues(self) -> None:
        owner, start, due = self._owners("due_at"), self._joined("due_from", np.int16), self._joined("due_day", np.int16)
        first = np.ones(len(owner), dtype=bool)
        first[1:] = owner[1:] != owner[:-1]
        # nearly every first deadline holds from discovery on; only the others have to be asked for their day
        ready = first & (start <= self.first_day[owner])
        self.due_base: Days = np.full(self.size, NEVER, dtype=np.int16)
        self.due_base[owner[ready]] = due[ready]
        self.due_late = (owner[first & ~ready], start[first & ~ready], due[first & ~ready])
        # every other deadline, in order, so that the last one begun wins when they are laid over the base
        self.due_moves = (owner[~ready], start[~ready], due[~ready])
        finite = due[due < NEVER]
        days = (self.span_day, finite) if len(finite) else (self.span_day,)
        self.day_low = min((int(d.min()) for d in days if len(d)), default=0)
        self.day_high = max((int(d.max()) for d in days if len(d)), default=0)

    def due_at(self, positions: Positions, day: int) -> Days:
        """The deadline in force at the end of a day for some positions; NEVER where there is none."""
        owner, start, due = self.due_moves
        out = self.due_base[positions]
        at, end = np.searchsorted(owner, positions), np.searchsorted(owner, positions, side="right")
        while True:
            live = at < end
            live[live] = start[at[live]] <= day
            if not live.any():
                return out
            out[live] = due[at[live]]
            # the next move of those that have begun; the others are through
            at = np.where(live, at + 1, end)

    # ------------------------------------------------------------------ sets that do not depend on the day

    def codes(self, dimension: str) -> NDArray[np.int16]:
        """The value code of each position, -1 for none."""
        return self._codes[dimension]

    def having(self, dimension: str, value: str | None) -> Words:
        """Items with one value of a dimension (None: without any)."""
        key = (dimension, value or "")
        found = self._sets.get(key)
        if found is None:
            codes = self._codes[dimension]
            if value is None:
                mask = codes == -1
                mask[np.setdiff1d(np.arange(self.size), self.place)] = False
            else:
                values = self.values[dimension]
                mask = codes == values.index(value) if value in values else np.zeros(self.size, dtype=bool)
            found = self._sets[key] = pack(mask)
        return found

    def among(self, dimension: str, values: Iterable[str], a: int, b: int) -> Words:
        """Items with any of some values, of the words a to b."""
        out: Words | None = None
        for value in values:
            words = self.having(dimension, value)[a:b]
            out = words if out is None else out | words
        return np.zeros(b - a, dtype=np.uint64) if out is None else out

    # ------------------------------------------------------------------ spells

    def spells(self, key: str) -> Spells:
        """Spells of ``flag:<flag>``, ``basic`` (rectified, or basically completed), ``status:<status>``, ``stage:<stage>``
        or ``in:<loop>/<stage>``."""
        found = self._spells.get(key)
        if found is None:
            found = self._spells[key] = self._runs(_stages_in(key))
        return found

    def ended(self, key: str) -> tuple[Positions, Days]:
        """Position and end of those spells that have one, in the order of positions and, of one item, of time."""
        found = self._ended.get(key)
        if found is None:
            spells = self.spells(key)
            over = spells.end < NEVER
            found = self._ended[key] = spells.owner[over], spells.end[over]
        return found

    def _runs(self, chosen: NDArray[np.bool_]) -> Spells:
        """Unbroken runs of spans whose stage is chosen."""
        if not len(self.span_owner):
            return Spells(np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.int16), self.size)
        inside = chosen[self.span_stage]
        joined = self._continued(inside)
        goes_on = np.zeros(len(inside), dtype=bool)
        goes_on[:-1] = inside[1:] & self.span_follows[:-1]
        start, last = inside & ~joined, inside & ~goes_on
        return Spells(self.span_owner[start], self.span_day[start], self.span_end[last], self.size)

    def _continued(self, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spans whose item was inside already in the span before."""
        joined = np.zeros(len(inside), dtype=bool)
        joined[1:] = inside[:-1] & self.span_follows[:-1]
        return joined

    def _entries(self, chosen: NDArray[np.bool_]) -> Positions:
        """Spans with which an item enters one of the chosen stages."""
        inside = chosen[self.span_stage]
        return np.flatnonzero(inside & ~self._continued(inside))

    def relapses(self, window: int) -> tuple[Spells, Spells]:
        """Close-outs at least ``window`` days old, and those after which the item relapsed within it (M9); both start when they mature."""
        keys = (f"matured:{window}", f"relapsed:{window}")
        if keys[0] not in self._spells:
            closed, reopened = (self._entries(_stages_in(f"flag:{flag}")) for flag in ("closed", "reopened"))
            start = self.span_day[closed].astype(np.int32)
            matures = np.minimum(start + window, NEVER - 1).astype(np.int16)
            never = np.full(len(matures), NEVER, dtype=np.int16)
            # the next relapse of the same item, whatever stages lie between; spans stand in the order of time
            following = np.searchsorted(reopened, closed)
            again = np.append(reopened, -1)[following]
            undone = (again >= 0) & (self.span_owner[again] == self.span_owner[closed]) & (self.span_day[again] - start <= window)
            owner = self.span_owner[closed]
            self._spells[keys[0]] = Spells(owner, matures, never, self.size)
            self._spells[keys[1]] = Spells(owner[undone], matures[undone], never[undone], self.size)
        return self._spells[keys[0]], self._spells[keys[1]]

    @cached_property
    def verified(self) -> tuple[Spells, Spells, Spells, Spells]:
        """Concluded verifications and passed ones; the first ones of each item and those of them passed."""
        owner, day = self._owners("verif_at"), self._joined("verif_day", np.int16)
        passed = self._joined("verif_pass", np.uint8).astype(bool)
        first = np.ones(len(owner), dtype=bool)
        first[1:] = owner[1:] != owner[:-1]
        never = np.full(len(owner), NEVER, dtype=np.int16)

        def chosen(mask: NDArray[np.bool_]) -> Spells:
            return Spells(owner[mask], day[mask], never[mask], self.size)

        return chosen(np.ones(len(owner), dtype=bool)), chosen(passed), chosen(first), chosen(first & passed)

    @cached_property
    def renewed(self) -> tuple[Positions, Days]:
        """Items that were entered anew as the relapse of another one, by position, and the day they were."""
        ids = np.array(list(self._renewed), dtype=np.int64)
        at = np.flatnonzero(np.isin(self.item_id, ids)) if len(ids) else ids
        return at, np.array([self._renewed[key] for key in self.item_id[at].tolist()], dtype=np.int16)

    @cached_property
    def span_bounds(self) -> tuple[Positions, Positions]:
        """For each position the first of its spans and one past the last."""
        begin = np.searchsorted(self.span_owner, np.arange(self.size + 1))
        return begin[:-1], begin[1:]

    @cached_property
    def spans(self) -> Spells:
        """Every span of every item, whatever its stage."""
        return Spells(self.span_owner, self.span_day, self.span_end, self.size)

    @cached_property
    def ledger_sequence(self) -> NDArray[np.int32]:
        """Positions in the order of ledger numbers."""
        return np.argsort(self.ledger_order, kind="stable").astype(np.int32)

    @cached_property
    def where(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Longitude and latitude of each position in millionths of a degree; NOWHERE where it is not known."""
        return self._spread("x", NOWHERE, np.int32), self._spread("y", NOWHERE, np.int32)

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        """Items whose position is for those who may see it."""
        return self._spread("hidden", 0, np.bool_)

    @cached_property
    def extended_day(self) -> Days:
        return self._spread("extended_day", NEVER, np.int16)

    @cached_property
    def investment(self) -> NDArray[np.float32]:
        return self._spread("investment", 0, np.float32)

    @cached_property
    def ledger_order(self) -> NDArray[np.int64]:
        return self._spread("ledger_order", 0, np.int64)

    @cached_property
    def plan(self) -> tuple[Positions, Days, NDArray[np.float64]]:
        """Milestones: position, planned day, planned share."""
        return self._owners("plan_at"), self._joined("plan_day", np.int16), self._joined("plan_share", np.float64)

    @cached_property
    def shares(self) -> tuple[Positions, NDArray[np.int16], NDArray[np.float64]]:
        """Shared responsibility: position, code into values["share_department"], weight."""
        codes = self._unified("share_department", "share_department")
        return self._owners("share_at"), codes, self._joined("share_weight", np.float64)

    # ------------------------------------------------------------------ the way through a loop

    @cached_property
    def loops(self) -> list[str]:
        """Loops that items of this campaign go through."""
        names = stage_names()
        return sorted({names[code].split("/")[0] for code in np.unique(self.span_stage).tolist()})

    def reached(self, stage: str) -> Days:
        """The first day each item entered a stage (``loop/stage``), NEVER where it has not."""
        key = f"reached:{stage}"
        found = self._codes.get(key)
        if found is None:
            rows = self.span_stage == stage_names().index(stage)
            out = np.full(self.size, NEVER, dtype=np.int16)
            # spans ascend in time, so writing them backwards leaves the first
            out[self.span_owner[rows][::-1]] = self.span_day[rows][::-1]
            found = self._codes[key] = out
        return found

    def durations(self, stage: str, before: tuple[str, ...]) -> Durations:
        """Days from the nearest earlier stage an item has been through (``before``, nearest first) to ``stage``."""
        found = self._durations.get(stage)
        if found is None:
            came = np.full(self.size, NEVER, dtype=np.int16)
            for earlier in before:
                days = self.reached(earlier)
                came = np.where((came == NEVER) & (days < NEVER), days, came)
            arrived = self.reached(stage)
            known = (arrived < NEVER) & (came < NEVER) & (came <= arrived)
            found = self._durations[stage] = Durations(np.where(known, arrived - came, -1).astype(np.int16))
        return found

    def warm(self) -> None:
        """Build beforehand what the first views would build: worth a thread of its own when there are many items."""
        # a moment is made of an index
        from data.rollup.moment import RELAPSE_DAYS

        for flag in ("rectified", "closed", "withdrawn", "merged", "kept", "suspended", "on_schedule", "behind"):
            self.spells(f"flag:{flag}")
        self.spells("basic")
        for dimension in DIMENSIONS:
            for value in self.values[dimension][:200]:
                self.having(dimension, value)
        for status in STATUSES:
            self.spells(f"status:{status}")
        for name in stage_names():
            if name.split("/")[0] in self.loops:
                self.spells(f"in:{name}")
        for loop in self.loops:
            stages = load_loops()[loop].funnel
            for k, stage in enumerate(stages):
                self.reached(f"{loop}/{stage.id}")
                if k:
                    self.durations(f"{loop}/{stage.id}", tuple(f"{loop}/{s.id}" for s in reversed(stages[:k])))
        self.relapses(RELAPSE_DAYS)
        self.spells("flag:reopened")
        _ = self.spans, self.verified, self.extended_day, self.span_bounds, self.ledger_sequence, self.renewed


def _stages_in(key: str) -> NDArray[np.bool_]:
    kind, _, name = key.partition(":")
    out = []
    for full in stage_names():
        loop, _, stage_id = full.partition("/")
        stage = load_loops()[loop].stages[stage_id]
        if kind == "flag":
            out.append(name in stage.flags)
        elif kind == "basic":
            out.append(bool(stage.flags & {"rectified", "basic"}))
        elif kind == "status":
            out.append(stage.status == name)
        elif kind == "in":
            out.append(full == name)
        else:
            out.append(stage_id == name)
    # a stage of a loop that is no longer shipped has code -1 and is in no set
    return np.array([*out, False], dtype=bool)
