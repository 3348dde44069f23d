"""Rows to events: what a ledger row says happened, and when, as stages of its loop.

Days that the ledger states are used as they are. A stage stated without a day (a status word, a yes) is dated by
what surrounds it and marked as assumed, so that a later ledger with the real day can put it right.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.ledgers.problems import WARNING
from data.ledgers.statuses import stage_of_field
from data.ledgers.table import Days, Flags, Objects, Table, no_days, no_text, where_else_none
from data.loops.catalogue import Loop

#: columns that lead forward, as a rule in this order
FORWARD = ("fed_back_on", "monitored_on", "traced_on", "rectified_on", "verified_on", "closed_on")
BACKWARD = ("returned_on", "reopened_on", "withdrawn_on")
DAY_START, DAY_END = " 00:00:00.000000", " 23:59:59.000000"

Rows = NDArray[np.int64]


@dataclass(slots=True)
class Slot:
    """One kind of event for some rows: ``rows`` positions in the table, ``day`` ordinals, ``late``: at the end of
    the day. For ``stage`` events ``stage`` and ``label``; for ``due`` events ``due``; for verifications ``result``."""

    kind: str
    rows: Rows
    day: Days
    stage: Objects | None = None
    label: Objects | None = None
    due: Days | None = None
    result: Objects | None = None
    assumed: Flags | None = None
    late: Flags | None = None
    #: a stage said once more to hold its ground against an earlier one dated later
    again: bool = False


@dataclass(slots=True)
class Chain:
    """Events of all rows, and where each row stands at the end: stage, its label, since when (ordinal)."""

    slots: list[Slot] = field(default_factory=list)
    stage: Objects = field(default_factory=lambda: no_text(0))
    label: Objects = field(default_factory=lambda: no_text(0))
    since: Days = field(default_factory=lambda: no_days(0))
    due_original: Days = field(default_factory=lambda: no_days(0))
    due_current: Days = field(default_factory=lambda: no_days(0))
    #: rows with an extended deadline, and the day the extension counts from
    extended: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    extended_on: Days = field(default_factory=lambda: no_days(0))


class _Loop:
    """A loop's stages as lists by order, for look-ups by array."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.ids = list(loop.stages)
        self.order = {name: i for i, name in enumerate(self.ids)}
        self.status = np.array([s.status for s in loop.stages.values()], dtype=object)

    def flag(self, *names: str) -> Flags:
        return np.array([any(n in s.flags for n in names) for s in self.loop.stages.values()], dtype=bool)


def build(table: Table, loops: dict[str, Loop], found_assumed: Flags, as_known: int) -> Chain:
    """The events of every row that is not refused. ``loops``: the loop of each kind. May add warnings to the table."""
    chain = Chain([], no_text(table.n), no_text(table.n), no_days(table.n))
    kinds = table.kind
    for kind in sorted(set(kinds.tolist())):
        at = np.flatnonzero((kinds == kind) & ~table.refused)
        if len(at):
            _stages(table, _Loop(loops[kind]), at, found_assumed[at], as_known, chain)
    _deadlines(table, as_known, chain)
    return chain


def _stages(table: Table, loop: _Loop, at: Rows, found_assumed: Flags, as_known: int, chain: Chain) -> None:
    n = len(at)
    found = table.days["discovered_on"][at]
    wanted = table.stage[at].copy()
    if "kept" in loop.order:
        wanted[(wanted == None) & (table.disposal[at] == "keep")] = "kept"  # noqa: E711
    s_order = np.fromiter((loop.order.get(s, -1) if s is not None else -1 for s in wanted.tolist()), dtype=np.int32, count=n)
    rectified, basic, closed = loop.flag("rectified"), loop.flag("basic"), loop.flag("closed")
    setback = loop.flag("returned", "reopened", "suspended", "withdrawn", "merged")

    day: dict[str, Days] = {}
    order: dict[str, Days] = {}
    assumed: dict[str, Flags] = {}
    for name in (*FORWARD, *BACKWARD):
        stage = stage_of_field(loop.loop, name)
        days = table.days.get(name)
        if stage is None or days is None:
            continue
        day[name] = days[at].copy()
        order[name] = np.full(n, loop.order[stage], dtype=np.int32)
        assumed[name] = np.zeros(n, dtype=bool)
        said = table.said.get(name)
        if said is not None:
            yes = (said[at] == 1) & (day[name] == 0)
            day[name][yes] = as_known
            assumed[name] |= yes
    _failed(table, loop, at, day, order, assumed, as_known)
    has = {name: days > 0 for name, days in day.items()}
    none = np.zeros(n, dtype=bool)

    # the status may say more exactly what a date column means
    known = s_order >= 0
    if "rectified_on" in day:
        generic = order["rectified_on"]
        finer = known & has["rectified_on"] & (rectified | basic)[s_order] & ~closed[s_order] & (s_order < generic)
        order["rectified_on"] = np.where(finer, s_order, generic)
    if "closed_on" in day:
        finer = known & has["closed_on"] & basic[s_order] & ~has.get("rectified_on", none)
        order["closed_on"] = np.where(finer, s_order, order["closed_on"])
    verdicts = table.verdict[at]
    if any(v is not None for v in verdicts.tolist()):
        v_order = np.fromiter((loop.order.get(v, -1) if v else -1 for v in verdicts.tolist()), dtype=np.int32, count=n)
        if (v_order >= 0).any():
            day["verdict"] = np.where(v_order >= 0, as_known, 0).astype(np.int32)
            order["verdict"] = np.maximum(v_order, 0)
            assumed["verdict"] = v_order >= 0

    # a status that denies what a date says: the status holds, and the date is not taken for an event
    for name in ("rectified_on", "closed_on"):
        if name not in day:
            continue
        was_done = (rectified | basic)[order[name]]
        denied = known & (day[name] > 0) & was_done & ~(rectified | basic | setback)[s_order]
        returned = day.get("returned_on", none) > 0
        denied &= ~(returned | (day.get("reopened_on", none) > 0))
        for i in np.flatnonzero(denied).tolist():
            table.report(int(at[i]), "status", table.label[at[i]], "status_contradicts", WARNING)
        day[name][denied] = 0

    _cap_assumed(day, order, assumed, found, table, at, s_order, known)

    slots: list[Slot] = [Slot("stage", at, found, stage=_constant(n, _entry(loop)), assumed=found_assumed)]
    entry = loop.order[_entry(loop)]
    best = np.maximum(found.astype(np.int64), 0) * 1000 + entry
    for name, days in day.items():
        some = np.flatnonzero(days > 0)
        if not len(some):
            continue
        stages = np.array(loop.ids, dtype=object)[order[name][some]]
        # the source's word belongs to the event that it describes
        label = where_else_none(order[name][some] == s_order[some], table.label[at[some]])
        slots.append(Slot("stage", at[some], days[some], stage=stages, label=label, assumed=assumed[name][some]))
        np.maximum(best, np.where(days > 0, days.astype(np.int64) * 1000 + order[name], 0), out=best)
    slots += _held_ground(day, order, loop, at, best)
    current, since = (best % 1000).astype(np.int32), (best // 1000).astype(np.int32)

    # the status word itself, unless the dates already say as much
    same = (s_order == current) | ((loop.status[s_order] == loop.status[current]) & (s_order < current))
    same |= rectified[s_order] & rectified[current] & (s_order < current)
    say = known & ~same
    if say.any():
        some = np.flatnonzero(say)
        stated = table.field_days("status_on")[at[some]]
        stated = np.where(stated >= since[some], stated, 0)
        when = np.where(stated > 0, stated, as_known).astype(np.int32)
        slots.append(
            Slot(
                "stage",
                at[some],
                when,
                stage=wanted[some],
                label=table.label[at[some]],
                assumed=stated == 0,
                late=np.ones(len(some), dtype=bool),
            )
        )
        current[some], since[some] = s_order[some], when
    chain.stage[at] = np.array(loop.ids, dtype=object)[current]
    chain.label[at] = where_else_none(known, table.label[at])
    chain.since[at] = since
    chain.slots += slots
    _verifications(table, at, as_known, chain, day)


def _entry(loop: _Loop) -> str:
    return stage_of_field(loop.loop, "discovered_on") or loop.ids[0]


def _constant(n: int, value: str) -> Objects:
    out = no_text(n)
    out[:] = value
    return out


def _failed(
    table: Table, loop: _Loop, at: Rows, day: dict[str, Days], order: dict[str, Any], assumed: dict[str, Flags], as_known: int
) -> None:
    """A verification that failed sends the item back, on the day it was verified."""
    stage = stage_of_field(loop.loop, "returned_on")
    failed = table.verification[at] == "fail"
    if stage is None or not failed.any():
        return
    if "returned_on" not in day:
        day["returned_on"] = np.zeros(len(at), dtype=np.int32)
        order["returned_on"] = np.full(len(at), loop.order[stage], dtype=np.int32)
        assumed["returned_on"] = np.zeros(len(at), dtype=bool)
    missing = failed & (day["returned_on"] == 0)
    verified = table.field_days("verified_on")[at]
    # rectified once more after that day: it was sent back and came again
    day["returned_on"] = np.where(missing, np.where(verified > 0, verified, as_known), day["returned_on"]).astype(np.int32)
    assumed["returned_on"] |= missing & (verified == 0)
    if "verified_on" in day:
        day["verified_on"][failed & (day["verified_on"] == day["returned_on"])] = 0


def _cap_assumed(
    day: dict[str, Days], order: dict[str, Any], assumed: dict[str, Flags], found: Days, table: Table, at: Rows, s_order: Any, known: Flags
) -> None:
    """A stage without a day of its own came no later than the stages after it."""
    for name in list(day):
        if not assumed[name].any() or name in BACKWARD:
            continue
        limit = day[name].copy()
        for other in FORWARD:
            if other in day and other != name:
                later = (day[other] > 0) & ~assumed[other] & (order[other] > order[name])
                np.minimum(limit, np.where(later, day[other], limit), out=limit)
        stated = table.field_days("status_on")[at]
        later = known & (s_order > order[name]) & (stated > 0)
        np.minimum(limit, np.where(later, stated, limit), out=limit)
        day[name] = np.where(assumed[name], np.maximum(limit, found), day[name]).astype(np.int32)


def _held_ground(day: dict[str, Days], order: dict[str, Any], loop: _Loop, at: Rows, best: Any) -> list[Slot]:
    """Milestones may be dated after the stage that follows them (sampling after completion, or a slip of the pen):
    the further stage is said once more on that day, so that nothing is undone by it."""
    slots: list[Slot] = []
    for name in FORWARD:
        if name not in day:
            continue
        furthest = np.full(len(at), -1, dtype=np.int64)
        for other in (*FORWARD, "verdict"):
            if other in day and other != name:
                before = (day[other] > 0) & (day[other] < day[name]) & (order[other] > order[name])
                np.maximum(furthest, np.where(before, order[other], -1), out=furthest)
        for other in BACKWARD:
            if other in day:
                furthest[(day[other] > 0) & (day[other] <= day[name])] = -1
        some = np.flatnonzero((furthest >= 0) & (day[name] > 0))
        if len(some):
            stages = np.array(loop.ids, dtype=object)[furthest[some]]
            slots.append(Slot("stage", at[some], day[name][some], stage=stages, assumed=np.ones(len(some), dtype=bool), again=True))
            best[some] = np.maximum(best[some], day[name][some].astype(np.int64) * 1000 + furthest[some])
    return slots


def _verifications(table: Table, at: Rows, as_known: int, chain: Chain, day: dict[str, Days]) -> None:
    results = table.verification[at]
    some = np.flatnonzero(results != None)  # noqa: E711
    if not len(some):
        return
    when = table.field_days("verified_on")[at[some]].copy()
    closed = day["closed_on"][some] if "closed_on" in day else np.zeros(len(some), dtype=np.int32)
    dated = when > 0
    when = np.where(dated, when, np.where(closed > 0, closed, as_known)).astype(np.int32)
    chain.slots.append(Slot("verification", at[some], when, result=results[some], assumed=~dated))


def _deadlines(table: Table, as_known: int, chain: Chain) -> None:
    due, extended = table.field_days("due_on"), table.field_days("extended_due")
    found = table.days["discovered_on"]
    taken = ~table.refused
    first = np.where(due > 0, due, extended)
    chain.due_original = np.where(taken, first, 0).astype(np.int32)
    moved = taken & (due > 0) & (extended > 0) & (extended != due)
    chain.due_current = np.where(moved, extended, chain.due_original).astype(np.int32)
    some = np.flatnonzero(chain.due_original > 0)
    if len(some):
        chain.slots.append(Slot("due", some, found[some], due=chain.due_original[some]))
    some = np.flatnonzero(moved)
    if len(some):
        stated = table.field_days("extended_on")[some]
        # granted before the first deadline had passed, unless the ledger says when
        when = np.where(stated > 0, stated, np.maximum(found[some], np.minimum(due[some], as_known))).astype(np.int32)
        chain.extended, chain.extended_on = some, when
        chain.slots.append(Slot("due", some, when, due=extended[some]))
