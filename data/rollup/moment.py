"""The sets of DOMAIN's measures at the end of one day, over a slice of the index."""

import numpy as np
from numpy.typing import NDArray

from data.calendar import NEVER
from data.loops.catalogue import STATUSES
from data.rollup import bits
from data.rollup.bits import Days, Positions, Words
from data.rollup.block import NOWHERE
from data.rollup.fold import stage_names
from data.rollup.index import CampaignIndex

# days overdue: (bucket, from, to); the day a deadline falls on ends with 0 days overdue
AGEING = (("0-7", 0, 7), ("8-30", 8, 30), ("31-90", 31, 90), ("91-180", 91, 180), ("181+", 181, 32767))
SOON_DAYS = 7
URGENT_DAYS = 3
RELAPSE_DAYS = 90
# long overdue: by more days than this
LONG_OVERDUE_DAYS = 30


class Moment:
    """Sets by name, at the end of ``day``, of the words a to b of an index; each is worked out once.

    discovered U · withdrawn W · merged G · kept · effective E = U − W − G − kept · rectified R · closed X ·
    open O = E − R · due D · not_due N · no_due Z · due_rectified R∩D · on_time, on_time_original (M4) ·
    overdue = O∩D without suspended · long_overdue, by more than LONG_OVERDUE_DAYS · suspended · due_soon, due_urgent (M6) ·
    overdue_done = late but done · scheduled = due + not_due · scheduled_rectified = R\\Z (M7) ·
    extended · on_schedule (M8) · verified, verified_first, passed_first (M10, M18) · matured, relapsed (M9) ·
    outfalls, and of them surveyed, monitored, traced, located (has a position), identified (monitored, and of a known class), watered
    (its water body is known), each with its opposite (unsurveyed …) ·
    status:<s> · stage:<s> · reached:<s> · ageing:<bucket> · disposal:<d> ·
    due_in:<days> (M6 with days of one's own) · found_in:<days>, discovered in the last days · relapsed_in:<days>, reopened in the last
    days or entered anew as the relapse of another item.
    """

    def __init__(self, index: CampaignIndex, day: int, a: int, b: int, basic: bool = False) -> None:
        self.index, self.day, self.a, self.b, self.basic = index, day, a, b, basic
        self._sets: dict[str, Words] = {}
        self._deadline: Days | None = None
        self._opened: Days | None = None

    def __getitem__(self, name: str) -> Words:
        found = self._sets.get(name)
        if found is None:
            head, _, tail = name.partition(":")
            if head not in (_WITH_VALUE if tail else SETS):
                raise KeyError(name)
            maker = getattr(self, f"_{head}")
            found = self._sets[name] = maker(tail) if tail else maker()
        return found

    # ------------------------------------------------------------------ plumbing

    def _begun(self, days: Days) -> Words:
        return bits.pack(days[self.a * 64 : self.b * 64] <= self.day)

    def _at(self, key: str) -> Words:
        return self.index.spells(key).at(self.day, self.a, self.b)

    def due_days(self) -> Days:
        """The deadline in force at the end of the day, by position of the slice; NEVER where there is none."""
        if self._deadline is None:
            self._deadline = self._laid_over(self.index.due_moves)
        return self._deadline

    def stage_days(self) -> Days:
        """The day the stage that holds at the end of the day began, by position of the slice; meaningless where there is none."""
        low, high = self.a * 64, self.b * 64
        # days since, in 16 bits without sign: what has not begun yet wraps round to more than anything that has
        age = np.full(high - low, 65535, dtype=np.uint16)
        for layer in self.index.spans.layers:
            if layer.where is None:
                np.minimum(age, (np.int16(self.day) - layer.start[low:high]).view(np.uint16), out=age)
            else:
                first, last = np.searchsorted(layer.where, (low, high))
                at = layer.where[first:last] - low
                age[at] = np.minimum(age[at], (np.int16(self.day) - layer.start[first:last]).view(np.uint16))
        return np.int16(self.day) - age.view(np.int16)

    def open_days(self) -> Days:
        """The day since which an item is open, by position of the slice: its discovery, or the last day it ceased to be rectified;
        meaningless for what is not open."""
        if self._opened is None:
            low, high = self.a * 64, self.b * 64
            owner, end = self.index.ended("basic" if self.basic else "flag:rectified")
            first, last = np.searchsorted(owner, (low, high))
            hit = end[first:last] <= self.day
            out = self.index.first_day[low:high].copy()
            # of one item the last one is written last
            out[owner[first:last][hit] - low] = end[first:last][hit]
            self._opened = out
        return self._opened

    def positions(self, words: Words) -> Positions:
        """Positions in the index of the bits set."""
        return bits.positions(words) + self.a * 64

    # ------------------------------------------------------------------ the universe

    def _discovered(self) -> Words:
        return self._begun(self.index.first_day)

    def _withdrawn(self) -> Words:
        return self._at("flag:withdrawn")

    def _merged(self) -> Words:
        return self._at("flag:merged")

    def _kept(self) -> Words:
        return self._at("flag:kept")

    def _effective(self) -> Words:
        return self["discovered"] & ~(self["withdrawn"] | self["merged"] | self["kept"])

    # ------------------------------------------------------------------ how far they have come

    def _rectified(self) -> Words:
        return self._at("basic" if self.basic else "flag:rectified") & self["effective"]

    def _closed(self) -> Words:
        return self._at("flag:closed") & self["effective"]

    def _open(self) -> Words:
        return self["effective"] & ~self["rectified"]

    def _suspended(self) -> Words:
        return self._at("flag:suspended") & self["effective"]

    def _on_schedule(self) -> Words:
        done = self._at("flag:rectified") | self._at("flag:basic")
        return (self._at("flag:on_schedule") | done) & self["effective"]

    def _behind(self) -> Words:
        return self._at("flag:behind") & self["effective"]

    def _stage_closed(self) -> Words:
        return self._at("stage:stage_closed") & self["effective"]

    # ------------------------------------------------------------------ deadlines

    def _due(self) -> Words:
        return self["effective"] & bits.pack(self.due_days() <= self.day)

    def _within(self, days: int) -> Words:
        due = self.due_days()
        return bits.pack((due > self.day) & (due <= min(self.day + days, NEVER - 1)))

    def _not_due(self) -> Words:
        due = self.due_days()
        return self["effective"] & bits.pack((due > self.day) & (due < NEVER))

    def _no_due(self) -> Words:
        return self["effective"] & bits.pack(self.due_days() == NEVER)

    def _scheduled(self) -> Words:
        return self["effective"] & bits.pack(self.due_days() < NEVER)

    def _scheduled_rectified(self) -> Words:
        return self["scheduled"] & self["rectified"]

    def _due_rectified(self) -> Words:
        return self["due"] & self["rectified"]

    def _on_time(self) -> Words:
        return self["due"] & self._completed_by(self.due_days())

    def first_due_days(self) -> Days:
        """The first deadline that held by the end of the day, by position of the slice."""
        return self._laid_over(self.index.due_late)

    def _laid_over(self, moves: tuple[Positions, Days, Days]) -> Days:
        """The deadlines that hold from discovery on, with those moves that have begun laid over them."""
        low, high = self.a * 64, self.b * 64
        owner, start, due = moves
        first, last = np.searchsorted(owner, (low, high))
        base = self.index.due_base[low:high]
        if first == last:
            return base
        out = base.copy()
        hit = start[first:last] <= self.day
        out[owner[first:last][hit] - low] = due[first:last][hit]
        return out

    def _completed_by(self, due: Days) -> Words:
        """Items whose completion, never undone since, came by a deadline (M4)."""
        return self.index.spells("basic" if self.basic else "flag:rectified").at(self.day, self.a, self.b, due)

    def _due_original(self) -> Words:
        return self["effective"] & bits.pack(self.first_due_days() <= self.day)

    def _on_time_original(self) -> Words:
        return self["due_original"] & self._completed_by(self.first_due_days())

    def _overdue(self) -> Words:
        return self["open"] & self["due"] & ~self["suspended"]

    def _long_overdue(self) -> Words:
        return self["overdue"] & bits.pack(self.due_days() < self.day - LONG_OVERDUE_DAYS)

    def _overdue_done(self) -> Words:
        return self["due_rectified"] & ~self["on_time"]

    def _due_soon(self) -> Words:
        return self["open"] & ~self["suspended"] & self._within(SOON_DAYS)

    def _due_urgent(self) -> Words:
        return self["open"] & ~self["suspended"] & self._within(URGENT_DAYS)

    def _due_in(self, days: str) -> Words:
        return self["open"] & ~self["suspended"] & self._within(_days(days))

    def _found_in(self, days: str) -> Words:
        first = self.index.first_day[self.a * 64 : self.b * 64]
        return self["discovered"] & bits.pack(first > self.day - _days(days))

    def _ageing(self, bucket: str) -> Words:
        for name, low, high in AGEING:
            if name == bucket:
                due = self.due_days()
                return self["overdue"] & bits.pack((due <= self.day - low) & (due >= self.day - high))
        raise KeyError(bucket)

    def overdue_days(self, words: Words) -> NDArray[np.int64]:
        """Days overdue of each of some items."""
        return self.day - self.due_days()[bits.positions(words)].astype(np.int64)

    def _extended(self) -> Words:
        return self["effective"] & self._begun(self.index.extended_day)

    # ------------------------------------------------------------------ verification, relapse, outfalls

    def _verified(self) -> Words:
        return self.index.verified[2].at(self.day, self.a, self.b) & self["effective"]

    def _verified_first(self) -> Words:
        return self["verified"]

    def _passed_first(self) -> Words:
        return self.index.verified[3].at(self.day, self.a, self.b) & self["effective"]

    def _verified_rectified(self) -> Words:
        return self["verified"] & self["rectified"]

    def _matured(self) -> Words:
        return self.index.relapses(RELAPSE_DAYS)[0].at(self.day, self.a, self.b)

    def _relapsed(self) -> Words:
        return self.index.relapses(RELAPSE_DAYS)[1].at(self.day, self.a, self.b)

    def relapses_in(self, days: int) -> tuple[Positions, Days]:
        """Relapses of the last days: position in the index, and day; an item that relapsed twice stands there twice."""
        spells = self.index.spells("flag:reopened")
        rows, _ = spells.begun(self.day, self.a, self.b)
        again, entered = self.index.renewed
        low, high = np.searchsorted(again, (self.a * 64, self.b * 64))
        owner = np.concatenate((spells.owner[rows], again[low:high]))
        began = np.concatenate((spells.start[rows], entered[low:high]))
        hit = (began <= self.day) & (began > self.day - days)
        return owner[hit], began[hit]

    def _relapsed_in(self, days: str) -> Words:
        mask = np.zeros((self.b - self.a) * 64, dtype=bool)
        mask[self.relapses_in(_days(days))[0] - self.a * 64] = True
        return bits.pack(mask) & self["effective"]

    def _flag_reached(self, flag: str) -> Words:
        """Items that have ever been in a stage with this flag."""
        spells = self.index.spells(f"flag:{flag}")
        rows, begun = spells.begun(self.day, self.a, self.b)
        mask = np.zeros((self.b - self.a) * 64, dtype=bool)
        mask[spells.owner[rows][begun] - self.a * 64] = True
        return bits.pack(mask)

    def _outfalls(self) -> Words:
        return self["discovered"] & ~self["withdrawn"] & ~self["merged"]

    def _surveyed(self) -> Words:
        # who was monitored or traced had been found
        return (self._flag_reached("surveyed") | self["monitored"] | self["traced"]) & self["outfalls"]

    def _unsurveyed(self) -> Words:
        return self["outfalls"] & ~self["surveyed"]

    def _monitored(self) -> Words:
        return self._flag_reached("monitored") & self["outfalls"]

    def _unmonitored(self) -> Words:
        return self["outfalls"] & ~self["monitored"]

    def _traced(self) -> Words:
        return self._flag_reached("traced") & self["outfalls"]

    def _untraced(self) -> Words:
        return self["outfalls"] & ~self["traced"]

    def _located(self) -> Words:
        low, high = self.a * 64, self.b * 64
        x, y = self.index.where
        return bits.pack((x[low:high] != NOWHERE) & (y[low:high] != NOWHERE)) & self["outfalls"]

    def _unlocated(self) -> Words:
        return self["outfalls"] & ~self["located"]

    def _identified(self) -> Words:
        return self["monitored"] & ~self.index.having("category", None)[self.a : self.b]

    def _unidentified(self) -> Words:
        return self["outfalls"] & ~self["identified"]

    def _watered(self) -> Words:
        return self["outfalls"] & ~self.index.having("water", None)[self.a : self.b]

    def _unwatered(self) -> Words:
        return self["outfalls"] & ~self["watered"]

    def _stock(self) -> Words:
        return self._at("flag:stock")

    def _disposal(self, value: str) -> Words:
        return self.index.having("disposal", value)[self.a : self.b] & self["rectified"]

    # ------------------------------------------------------------------ named by what they hold

    def _status(self, status: str) -> Words:
        if status not in STATUSES:
            raise KeyError(status)
        return self._at(f"status:{status}")

    def _stage(self, stage: str) -> Words:
        return self._at(f"stage:{stage}")

    def _reached(self, stage: str) -> Words:
        names = [name for name in stage_names() if name.split("/")[1] == stage and name.split("/")[0] in self.index.loops]
        out = bits.none(self.b - self.a)
        for name in names:
            out |= self._begun(self.index.reached(name))
        return out & self["effective"]


SETS = (
    "discovered", "withdrawn", "merged", "kept", "effective", "rectified", "closed", "open", "suspended", "on_schedule", "behind",
    "stage_closed", "due", "not_due", "no_due", "scheduled", "scheduled_rectified", "due_rectified", "on_time", "due_original",
    "on_time_original", "overdue", "long_overdue", "overdue_done", "due_soon", "due_urgent", "extended", "verified", "verified_first",
    "passed_first", "verified_rectified", "matured", "relapsed", "surveyed", "outfalls", "monitored", "traced", "stock",
    "unsurveyed", "unmonitored", "untraced", "located", "unlocated", "identified", "unidentified", "watered", "unwatered",
)  # fmt: skip
_IN_DAYS = ("due_in", "found_in", "relapsed_in")
_WITH_VALUE = ("status", "stage", "reached", "ageing", "disposal", *_IN_DAYS)
MOST_DAYS = 366
_EVERY_DAYS = frozenset(str(days) for days in range(1, MOST_DAYS + 1))


def _days(text: str) -> int:
    """The days of a set that is named by them; KeyError for what is no number from 1 to MOST_DAYS."""
    if text not in _EVERY_DAYS:
        raise KeyError(text)
    return int(text)


def is_set(name: str) -> bool:
    """Whether ``rows=<name>`` names a set of items."""
    head, _, tail = name.partition(":")
    if not tail:
        return head in SETS
    if head in _IN_DAYS:
        return tail in _EVERY_DAYS
    known = {
        "status": STATUSES,
        "ageing": tuple(bucket for bucket, _, _ in AGEING),
        "stage": {full.split("/")[1] for full in stage_names()},
        "reached": {full.split("/")[1] for full in stage_names()},
    }
    return head == "disposal" or tail in known.get(head, ())
