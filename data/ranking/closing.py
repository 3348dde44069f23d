"""What changes in every set when items are closed out at the end of a day: the one table behind "what would it take".

The items are a place's own, read from the index, so the answer is exact: each is known with its deadline, its verifications and
the indicators that count it.
"""

from dataclasses import dataclass

import numpy as np

from data.filters import Filters
from data.measures import MEASURES
from data.queries.selection import Part, Selection
from data.ranking.scheme import Indicator
from data.ranking.standing import Flags, Floats, Ints, Standing
from data.rollup import bits
from data.scope import ALL
from data.store import Store

# campaigns and kinds, () for all
Group = tuple[tuple[str, ...], tuple[str, ...]]
OVERDUE, DUE_SOON, OPEN, RECTIFIED = "overdue", "due_soon", "open", "rectified"

# An item that is closed out today joins these sets if it is in the set named (None: in any case) and stays in those it is in. Being late
# stays late: on time is only what falls due this very day. Whether it passed its first verification, relapsed, was extended, monitored
# or traced does not change; a close-out of today has not matured.
JOINS: dict[str, str | None] = {
    "closed": None,
    "rectified": None,
    "on_schedule": None,
    "due_rectified": "due",
    "scheduled_rectified": "scheduled",
    "verified_rectified": "verified",
    "on_time": "due_today",
    "on_time_original": "first_due_today",
}
# … leaves these
LEAVES = ("open", "suspended", "behind", "stage_closed", "overdue", "long_overdue", "due_soon", "due_urgent", "stock")
# … and is or is not in these as before
STAYS = (
    "discovered", "withdrawn", "merged", "kept", "effective", "due", "not_due", "no_due", "scheduled", "due_original", "extended",
    "verified", "verified_first", "passed_first", "matured", "relapsed", "surveyed", "outfalls", "monitored", "traced",
    "unsurveyed", "unmonitored", "untraced", "located", "unlocated", "identified", "unidentified", "watered", "unwatered",
)  # fmt: skip
_TODAY = ("due_today", "first_due_today")


@dataclass
class Closable:
    """A place's effective items that are not closed, M of them in the order of the index.

    ``held``: set -> M flags, for every set named here; ``due``: the deadline as a day number (calendar.NEVER without one); ``counts``:
    M×K, whether an indicator counts the item at all.
    """

    item_id: Ints
    due: Ints
    held: dict[str, Flags]
    counts: Flags

    def changes(self, name: str) -> Ints:
        """What closing each item does to the size of a set: M of −1, 0, 1."""
        before = self.held[name].astype(np.int64)
        if name in STAYS:
            return np.zeros_like(before)
        if name in LEAVES:
            return -before
        needed = JOINS[name]
        after = np.ones(len(before), dtype=np.bool_) if needed is None else self.held[name] | self.held[needed]
        return after.astype(np.int64) - before

    def chosen(self, name: str) -> Ints:
        """The items of a kind in the order in which they would be closed: the oldest deadline first, those without one last."""
        mask = self.held[name] & ~self.held["suspended"] if name == OPEN else self.held[name]
        at = np.flatnonzero(mask & self.counts.any(axis=1))
        return at[np.lexsort((at, self.due[at]))]


def closable(standing: Standing, store: Store, at: int) -> Closable | None:
    """The items that the place at a position could close on the standing's day.

    None when the store no longer counts what the standing says (the ledger has moved on since it was locked): then nothing can be promised.
    """
    scheme, places = standing.scheme, standing.places
    over = Filters.from_query(standing.selection).campaign
    groups = [_group(standing, indicator, over) for indicator in scheme.indicators]
    named = [campaigns for (campaigns, _), each in zip(groups, scheme.indicators, strict=True) if each.measure]
    wanted = tuple(sorted({code for codes in named for code in codes})) if all(named) else ()
    asked = Filters(campaign=wanted, region=places.code[at], level=scheme.level, as_of=standing.period.as_of, known_at=standing.known_at)
    selection = Selection(ALL, store, asked)
    if selection.region_id != int(places.region_id[at]):
        return None
    names = list(dict.fromkeys([*JOINS, *LEAVES, *STAYS]))
    found = [_of(part, standing, groups, names) for part in selection.parts]
    totals = sum((total for _, total in found), np.zeros((len(groups), 2)))
    if not _agrees(standing, at, totals):
        return None
    pieces = [piece for piece, _ in found]
    return Closable(
        item_id=np.concatenate([np.zeros(0, dtype=np.int64), *(piece.item_id for piece in pieces)]),
        due=np.concatenate([np.zeros(0, dtype=np.int64), *(piece.due for piece in pieces)]),
        held={name: np.concatenate([np.zeros(0, dtype=np.bool_), *(piece.held[name] for piece in pieces)]) for name in (*names, *_TODAY)},
        counts=np.concatenate([np.zeros((0, len(groups)), dtype=np.bool_), *(piece.counts for piece in pieces)]),
    )


def _group(standing: Standing, indicator: Indicator, over: tuple[str, ...]) -> Group:
    """Which items an indicator counts, by campaigns and kinds (as data/ranking/count.py has it)."""
    scheme = standing.scheme
    return indicator.campaigns or over or scheme.campaigns, indicator.kinds or scheme.kinds


def _of(part: Part, standing: Standing, groups: list[Group], names: list[str]) -> tuple[Closable, Floats]:
    """The items of one campaign that could be closed, and what each indicator counts there: K×2 numerators and denominators."""
    moment, day = part.moment, part.moment.day
    mine = moment["effective"] & ~moment["closed"]
    at = bits.positions(mine if part.where is None else mine & part.where)
    held = {name: bits.unpack(moment[name])[at] for name in names}
    held["due_today"] = held["due"] & (moment.due_days()[at] == day)
    held["first_due_today"] = held["due_original"] & (moment.first_due_days()[at] == day)
    counts = np.zeros((len(at), len(groups)), dtype=np.bool_)
    totals = np.zeros((len(groups), 2))
    for k, (indicator, (campaigns, kinds)) in enumerate(zip(standing.scheme.indicators, groups, strict=True)):
        if indicator.measure is None or (campaigns and part.info.code not in campaigns):
            continue
        words = ~bits.none(part.b - part.a) if part.where is None else part.where
        if kinds:
            known = sorted(set(kinds).intersection(part.index.values["kind"]))
            words = words & part.index.among("kind", known, part.a, part.b) if known else bits.none(part.b - part.a)
        counts[:, k] = bits.unpack(words)[at]
        measure = MEASURES[indicator.measure]
        taken_off = bits.count(words & moment[measure.minus]) if measure.minus else 0
        whole = bits.count(words & moment[measure.denominator]) if measure.denominator else 0
        totals[k] = bits.count(words & moment[measure.numerator]) - taken_off, whole
    return Closable(part.index.item_id[at + part.a * 64], moment.due_days()[at].astype(np.int64), held, counts), totals


def _agrees(standing: Standing, at: int, totals: Floats) -> bool:
    """Whether the store counts for a place what its standing says."""
    of_items = np.array([indicator.measure is not None for indicator in standing.scheme.indicators], dtype=np.bool_)
    said = np.column_stack([standing.counted.numerator[at], standing.counted.denominator[at]])
    return bool((np.nan_to_num(said) == totals)[of_items].all())


__all__ = ["DUE_SOON", "JOINS", "LEAVES", "OPEN", "OVERDUE", "RECTIFIED", "STAYS", "Closable", "closable"]
