"""The plain recount: what every item is on a day, read event by event from the tables.

Slow on purpose and on its own: nothing here uses folded spans or bitmaps, so that ``store verify`` and the tests can hold
the fast path against a second reading of the same definitions (see docs/architecture.md, "Sets"). It shares with it only the
closed loops' files, the calendar and what a declared position means.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, or_, select

from data import calendar
from data.loops.catalogue import Stage, load_loops
from data.places.crs import to_drawn
from data.schema import extension, import_batch, item, item_event, object_, water_body

SOON, URGENT, RELAPSE, LONG = timedelta(days=7), timedelta(days=3), timedelta(days=90), timedelta(days=30)
# days overdue, both ends included
AGES = {"0-7": (0, 7), "8-30": (8, 30), "31-90": (31, 90), "91-180": (91, 180), "181+": (181, 10**6)}


@dataclass(slots=True)
class History:
    """One item's events that stand, oldest first by when they happened.

    ``stages``: (moment, stage); ``deadlines``: (moment, day, or None where the deadline was lifted); ``verified``: (moment, passed) of
    the concluded verifications; ``extended``: the day the first extension was approved.
    """

    item_id: int
    region_id: int
    loop: str
    disposal: str | None
    category: str | None = None
    # whether it has a position, of its own or its object's, and whether its object's water body is known
    located: bool = False
    watered: bool = False
    stages: list[tuple[datetime, Stage]] = field(default_factory=list)
    deadlines: list[tuple[datetime, date | None]] = field(default_factory=list)
    verified: list[tuple[datetime, bool]] = field(default_factory=list)
    extended: date | None = None

    def days(self) -> list[date]:
        """Days on which anything about the item changes, a deadline's morning after included."""
        found = {moment.date() for moment, _ in (*self.stages, *self.deadlines, *self.verified)}
        found |= {day for _, due in self.deadlines if due for day in (due, due + timedelta(days=1))}
        return sorted(found | ({self.extended} if self.extended else set()))


@dataclass(frozen=True, slots=True)
class Truth:
    """What an item is at the end of a day: its stage, the deadline in force, and every set it is in."""

    item_id: int
    region_id: int
    stage: str | None
    stage_on: date | None
    due: date | None
    sets: frozenset[str]


@dataclass(slots=True)
class _Row:
    number: int
    kind: str
    moment: datetime
    stage: str | None
    due: date | None
    result: str | None
    voids: int | None


def histories(
    conn: Connection,
    campaign_id: int,
    region_ids: Iterable[int] | None = None,
    known_at: date | None = None,
    item_ids: Iterable[int] | None = None,
) -> Iterator[History]:
    """Every item of a campaign (in some regions; some items only), with what the store had been told by the end of ``known_at``
    (None: all of it). At most some thousands of regions or items in one call: they are named in the query."""
    c, e, x = item.c, item_event.c, extension.c
    here = [c.campaign_id == campaign_id]
    here += [] if region_ids is None else [c.region_id.in_(sorted(set(region_ids)))]
    here += [] if item_ids is None else [c.item_id.in_(sorted(set(item_ids)))]
    # the first moment of the next day in Asia/Shanghai: what came before it was known
    after = None if known_at is None else calendar.recorded_before(known_at)

    found: dict[int, History] = {}
    o = object_.c
    about = select(
        c.item_id,
        c.region_id,
        c.loop,
        c.disposal,
        c.category,
        c.lon,
        c.lat,
        c.crs_declared,
        o.lon,
        o.lat,
        o.crs_declared,
        water_body.c.code,
    )
    about = about.select_from(
        item.outerjoin(object_, c.object_id == o.object_id).outerjoin(water_body, o.water_body_id == water_body.c.water_body_id)
    )
    for item_id, region_id, loop, disposal, category, *where, water in conn.execute(about.where(*here)):
        found[item_id] = History(item_id, region_id, loop, disposal, category or None, _has_place(*where), bool(water))

    rows: dict[int, list[_Row]] = {}
    events = select(e.item_id, e.event_no, e.kind, e.effective_at, e.stage, e.due_on, e.result, e.voids)
    events = events.join_from(item_event, item, c.item_id == e.item_id).where(*here)
    if after is not None:
        events = events.where(e.recorded_at < after)
    for item_id, number, kind, moment, stage, due, result, voids in conn.execute(events).fetchall():
        rows.setdefault(item_id, []).append(_Row(number, kind, moment.replace(microsecond=0), stage, due, result, voids))

    extensions = select(x.item_id, x.approved_at).join_from(extension, item, c.item_id == x.item_id).where(*here)
    taken_back = select(import_batch.c.batch_id).where(import_batch.c.undone_at.is_not(None))
    extensions = extensions.where(or_(x.batch_id.is_(None), x.batch_id.not_in(taken_back)))
    if after is not None:
        extensions = extensions.where(x.recorded_at < after)
    for item_id, approved_at in conn.execute(extensions):
        known = found[item_id]
        if known.extended is None or approved_at.date() < known.extended:
            known.extended = approved_at.date()

    for item_id, history in found.items():
        _fill(history, rows.get(item_id, []))
        yield history


def _has_place(lon: float | None, lat: float | None, crs: str | None, x: float | None, y: float | None, system: str | None) -> bool:
    """Whether an item is somewhere: its own position counts, else its object's, if its system is known and the numbers make a place."""
    if lon is None or lat is None:
        lon, lat, crs = x, y, system
    if lon is None or lat is None:
        return False
    drawn = to_drawn(np.array([lon]), np.array([lat]), crs)
    return bool(np.isfinite(drawn[0][0]) and np.isfinite(drawn[1][0]))


def _fill(history: History, rows: list[_Row]) -> None:
    """Sort the events that stand into the history."""
    by_number = {row.number: row for row in rows}
    takers: dict[int, list[int]] = {}
    for row in rows:
        if row.kind == "void" and row.voids is not None:
            takers.setdefault(row.voids, []).append(row.number)

    def stands(number: int) -> bool:
        # taken back by a later void event that itself stands
        return not any(taker > number and stands(taker) for taker in takers.get(number, ()))

    stages = load_loops()[history.loop].stages
    for number, row in by_number.items():
        if not stands(number):
            continue
        if row.kind == "stage" and row.stage in stages:
            history.stages.append((row.moment, stages[row.stage]))
        elif row.kind == "due":
            history.deadlines.append((row.moment, row.due))
        elif row.kind == "verification" and row.result in ("pass", "fail"):
            history.verified.append((row.moment, row.result == "pass"))
    # of two things at one moment: the later stage of the loop, the later deadline (none at all is the latest), the pass
    history.stages.sort(key=lambda entry: (entry[0], entry[1].order))
    history.deadlines.sort(key=lambda entry: (entry[0], entry[1] or date.max))
    history.verified.sort()


def truth(history: History, day: date, basic: bool = False) -> Truth:
    """What the item is at the end of ``day``; ``basic``: 基本完成 counts as rectified."""

    def counts(stage: Stage) -> bool:
        return "rectified" in stage.flags or (basic and "basic" in stage.flags)

    current: Stage | None = None
    since: date | None = None
    completed: date | None = None  # when the completion that still holds came about
    closed_on: list[date] = []
    back_on: list[tuple[int, date]] = []  # (close-outs so far, day of a relapse)
    entered: set[str] = set()
    flags_ever: set[str] = set()
    for moment, stage in history.stages:
        on = moment.date()
        if on > day:
            break
        if counts(stage):
            completed = completed if current is not None and counts(current) else on
        else:
            completed = None
        if "closed" in stage.flags and (current is None or "closed" not in current.flags):
            closed_on.append(on)
        if "reopened" in stage.flags and (current is None or "reopened" not in current.flags):
            back_on.append((len(closed_on), on))
        if current is None or current.id != stage.id:
            since = on
        current = stage
        entered.add(stage.id)
        flags_ever |= stage.flags

    begun = [due for moment, due in history.deadlines if moment.date() <= day]
    due = begun[-1] if begun else None
    if current is None:
        return Truth(history.item_id, history.region_id, None, None, due, frozenset())

    sets = {"discovered", f"status:{current.status}", f"stage:{current.id}"}
    sets |= {name for name in ("withdrawn", "merged", "kept", "stock") if name in current.flags}
    if not current.flags & {"withdrawn", "merged"}:
        sets |= _outfall(history, flags_ever)
    _relapse(sets, closed_on, back_on, day)
    if not current.flags & {"withdrawn", "merged", "kept"}:
        _effective(sets, history, current, completed, due, begun[0] if begun else None, day)
        sets |= {f"reached:{stage}" for stage in entered}
    return Truth(history.item_id, history.region_id, current.id, since, due, frozenset(sets))


def _outfall(history: History, flags_ever: set[str]) -> set[str]:
    """How far an outfall has come, and what is known of it."""
    known = {
        "surveyed": bool(flags_ever & {"surveyed", "monitored", "traced"}),
        "monitored": "monitored" in flags_ever,
        "traced": "traced" in flags_ever,
        "located": history.located,
        "identified": "monitored" in flags_ever and history.category is not None,
        "watered": history.watered,
    }
    return {"outfalls"} | {name if yes else f"un{name}" for name, yes in known.items()}


def _relapse(sets: set[str], closed_on: list[date], back_on: list[tuple[int, date]], day: date) -> None:
    for number, closed in enumerate(closed_on, 1):
        if closed + RELAPSE > day:
            continue
        sets.add("matured")
        if any(after >= number and back <= closed + RELAPSE for after, back in back_on):
            sets.add("relapsed")


def _effective(
    sets: set[str], history: History, current: Stage, completed: date | None, due: date | None, original: date | None, day: date
) -> None:
    """The sets that only items of the effective universe are in."""
    rectified, suspended = completed is not None, "suspended" in current.flags
    sets.add("effective")
    sets.add("rectified" if rectified else "open")
    sets |= {name for name in ("closed", "suspended", "behind") if name in current.flags}
    if current.flags & {"on_schedule", "rectified", "basic"}:
        sets.add("on_schedule")
    if current.id == "stage_closed":
        sets.add("stage_closed")
    if rectified and history.disposal:
        sets.add(f"disposal:{history.disposal}")
    if history.extended is not None and history.extended <= day:
        sets.add("extended")
    concluded = [passed for moment, passed in history.verified if moment.date() <= day]
    if concluded:
        sets |= {"verified", "verified_first"}
        sets |= ({"passed_first"} if concluded[0] else set()) | ({"verified_rectified"} if rectified else set())

    sets.add("no_due" if due is None else "scheduled")
    if original is not None and original <= day:
        sets.add("due_original")
        if completed is not None and completed <= original:
            sets.add("on_time_original")
    if due is None:
        return
    if rectified:
        sets.add("scheduled_rectified")
    if due > day:
        sets.add("not_due")
        if not rectified and not suspended:
            sets |= ({"due_soon"} if due <= day + SOON else set()) | ({"due_urgent"} if due <= day + URGENT else set())
        return
    sets.add("due")
    if completed is not None:
        sets |= {"due_rectified", "on_time" if completed <= due else "overdue_done"}
    elif not suspended:
        late = (day - due).days
        sets |= {"long_overdue"} if due + LONG < day else set()
        sets |= {"overdue"} | {f"ageing:{name}" for name, (low, high) in AGES.items() if low <= late <= high}


def recount(
    conn: Connection,
    campaign_id: int,
    day: date,
    basic: bool = False,
    region_ids: Iterable[int] | None = None,
    known_at: date | None = None,
) -> Mapping[int, Truth]:
    """The truth of every item of a campaign at the end of a day, by item id."""
    return {history.item_id: truth(history, day, basic) for history in histories(conn, campaign_id, region_ids, known_at)}
