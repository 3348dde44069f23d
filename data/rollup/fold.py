"""Events into spans: what an item was on every day, whatever order the events were recorded in.

The order that counts is when things happened: ``effective_at``, and for the same moment the stage's
place in its loop (a deadline: the later one). Events that a void event takes back are left out, and a
void that was itself taken back counts for nothing. An item with no stage left has no spans and is in
no set.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from data import calendar
from data.loops.catalogue import load_loops
from data.rollup.block import DIMENSIONS, NOWHERE, Block

Ints = NDArray[np.int64]

STAGE, DUE, VERIFICATION, VOID = 0, 1, 2, 3
EVENT_KINDS = {"stage": STAGE, "due": DUE, "verification": VERIFICATION, "void": VOID}
_DIGITS = re.compile(r"\d+")
_EPOCH_SECONDS = (calendar.EPOCH.toordinal() - 719163) * 86400


@cache
def stage_names() -> list[str]:
    """``loop/stage`` of every stage of every loop; a stage's code is its place here, later in its loop = larger."""
    return [f"{loop.id}/{stage}" for loop in load_loops().values() for stage in loop.stages]


@cache
def stage_codes() -> dict[str, int]:
    return {name: code for code, name in enumerate(stage_names())}


def ledger_order(number: str | None) -> int:
    """A number that puts ledger numbers in natural order: the last three groups of digits, six places each."""
    groups = _DIGITS.findall(number or "")[-3:]
    value = 0
    for group in groups:
        value = value * 1_000_000 + int(group[-6:])
    return value


@dataclass(slots=True)
class RawItems:
    """Items as columns of equal length, ``region_id`` ascending. ``codes`` hold texts or None."""

    item_id: Ints
    region_id: Ints
    ledger_order: Ints
    codes: Mapping[str, Sequence[str | None]]
    long_term: Sequence[bool]
    investment: Sequence[float | None]
    # degrees as they are drawn, NaN where the position is not known
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    hidden: NDArray[np.bool_]


@dataclass(slots=True)
class RawEvents:
    """Events as columns: ``item`` is the position in RawItems, ``kind`` one of EVENT_KINDS, ``seconds`` the
    moment as Unix seconds of the civil time, ``value`` the stage code, the due day number, or 1/0 for
    pass/fail (-1: pending), ``voids`` the event number taken back."""

    item: Ints
    number: Ints
    kind: Ints
    seconds: Ints
    value: Ints
    voids: Ints


@dataclass(slots=True)
class RawBeside:
    """What stands beside the events, as (item position, …) columns."""

    extended: tuple[Ints, Ints]
    plan: tuple[Ints, Ints, NDArray[np.float64]]
    share: tuple[Ints, Sequence[str], NDArray[np.float64]]


def standing(events: RawEvents) -> NDArray[np.bool_]:
    """Which events still stand once void events are taken into account."""
    keep = np.ones(len(events.item), dtype=bool)
    voids = np.flatnonzero(events.kind == VOID)
    if len(voids):
        where = {(int(i), int(n)): k for k, (i, n) in enumerate(zip(events.item, events.number, strict=True))} if len(voids) else {}
        # a void takes back an earlier event only, so the newest decides first
        for k in sorted(voids.tolist(), key=lambda k: -int(events.number[k])):
            if keep[k] and events.voids[k] < events.number[k]:
                target = where.get((int(events.item[k]), int(events.voids[k])))
                if target is not None:
                    keep[target] = False
    return keep & (events.kind != VOID)


def _ragged(owner: Ints, count: int) -> NDArray[np.int32]:
    """Offsets (count + 1) of rows whose owners ascend."""
    at = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(owner, minlength=count), out=at[1:])
    return at


def _days(seconds: Ints) -> NDArray[np.int16]:
    return np.clip((seconds - _EPOCH_SECONDS) // 86400, -32768, calendar.NEVER - 1).astype(np.int16)


def _coded(values: Sequence[str | None]) -> tuple[NDArray[np.int16], list[str]]:
    words: dict[str, int] = {}
    codes = np.fromiter(
        (-1 if v is None or v == "" else words.setdefault(v, len(words)) for v in values), dtype=np.int16, count=len(values)
    )
    return codes, list(words)


def fold(items: RawItems, events: RawEvents, beside: RawBeside) -> Block:
    """One block over all the items given (they may lie in many regions: see ``split``)."""
    n = len(items.item_id)
    arrays: dict[str, NDArray[np.generic]] = {"item_id": items.item_id, "ledger_order": items.ledger_order}
    words: dict[str, list[str]] = {"stage": stage_names()}
    for dimension in DIMENSIONS:
        arrays[dimension], words[dimension] = _coded(items.codes[dimension])
    arrays["long_term"] = np.asarray(items.long_term, dtype=np.uint8)
    arrays["investment"] = np.array([np.nan if v is None else v for v in items.investment], dtype=np.float32)

    for name, degrees in (("x", items.lon), ("y", items.lat)):
        there = np.isfinite(degrees)
        arrays[name] = np.where(there, np.rint(np.where(there, degrees, 0.0) * 1e6), NOWHERE).astype(np.int32)
    arrays["hidden"] = items.hidden.astype(np.uint8)

    keep = standing(events)
    item, kind, seconds, value = events.item[keep], events.kind[keep], events.seconds[keep], events.value[keep]
    order = np.lexsort((value, seconds, item))
    item, kind, seconds, value = item[order], kind[order], seconds[order], value[order]

    at = np.flatnonzero(kind == STAGE)
    owner, day, stage = item[at], _days(seconds[at]), value[at]
    # a stage asserted again without another in between goes on
    new = np.ones(len(at), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (stage[1:] != stage[:-1])
    arrays["span_at"] = _ragged(owner[new], n)
    arrays["span_day"], arrays["span_stage"] = day[new], stage[new].astype(np.int16)

    at = np.flatnonzero(kind == DUE)
    arrays["due_at"] = _ragged(item[at], n)
    arrays["due_from"], arrays["due_day"] = _days(seconds[at]), np.clip(value[at], -32768, calendar.NEVER).astype(np.int16)

    at = np.flatnonzero((kind == VERIFICATION) & (value >= 0))
    arrays["verif_at"] = _ragged(item[at], n)
    arrays["verif_day"], arrays["verif_pass"] = _days(seconds[at]), value[at].astype(np.uint8)

    first = np.full(n, calendar.NEVER, dtype=np.int64)
    np.minimum.at(first, beside.extended[0], beside.extended[1])
    arrays["extended_day"] = first.astype(np.int16)

    owner, planned, share = beside.plan
    order = np.lexsort((planned, owner))
    arrays["plan_at"] = _ragged(owner[order], n)
    arrays["plan_day"], arrays["plan_share"] = planned[order].astype(np.int16), share[order]

    owner, departments, weight = beside.share
    order = np.argsort(owner, kind="stable")
    codes, words["share_department"] = _coded(departments)
    arrays["share_at"] = _ragged(owner[order], n)
    arrays["share_department"], arrays["share_weight"] = codes[order], weight[order]
    return Block(arrays, words)


_RAGGED = {
    "span_at": ("span_day", "span_stage"),
    "due_at": ("due_from", "due_day"),
    "verif_at": ("verif_day", "verif_pass"),
    "plan_at": ("plan_day", "plan_share"),
    "share_at": ("share_department", "share_weight"),
}


def split(block: Block, region_id: Ints) -> Iterable[tuple[int, Block]]:
    """The block cut into one for each region; ``region_id`` belongs to its items and ascends."""
    if not block.size:
        return
    starts = np.concatenate(([0], np.flatnonzero(np.diff(region_id)) + 1, [block.size]))
    inner = {name for names in _RAGGED.values() for name in names} | set(_RAGGED)
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        arrays: dict[str, NDArray[np.generic]] = {name: array[a:b] for name, array in block.arrays.items() if name not in inner}
        for offsets, names in _RAGGED.items():
            at = block.arrays[offsets]
            low, high = int(at[a]), int(at[b])
            arrays[offsets] = at[a : b + 1] - low
            for name in names:
                arrays[name] = block.arrays[name][low:high]
        yield int(region_id[a]), Block(arrays, block.words)
