"""Invented items with their histories as whole arrays: a nationwide campaign of any size in seconds.

Counties differ in size and effort; items are found in three rounds, mostly on working days, given a deadline, extended, rectified
early or late, returned, verified, closed out, reopened, merged, withdrawn, suspended. About five events an item.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

DAYS = 500
CATEGORIES, DEPARTMENTS, SOURCES, THEMES, ROUNDS = 12, 8, 4, 5, 3
SEED = 20240101

# what may happen to an item, in the order it happens on one day
(
    DISCOVERED, FIRST_DUE, RECTIFYING, EXTENDED, REPORTED, FAILED, RETURNED, REPORTED_AGAIN, PASSED, CLOSED, VOIDED, REOPENED,
    MERGED, WITHDRAWN, SUSPENDED,
) = range(15)  # fmt: skip
HAPPENINGS = 15
STAGES = {
    DISCOVERED: "discovered",
    RECTIFYING: "rectifying",
    REPORTED: "rectified_reported",
    RETURNED: "returned",
    REPORTED_AGAIN: "rectified_reported",
    CLOSED: "closed",
    REOPENED: "reopened",
    MERGED: "merged",
    WITHDRAWN: "withdrawn",
    SUSPENDED: "suspended",
}
_NOT_YET = np.iinfo(np.int16).max


@dataclass(slots=True)
class Histories:
    """Columns over n items and rows over their events; days count from the campaign's first day.

    Items: ``county`` (0 … counties − 1), ``number`` within the county (from 1), the codes of the dimensions, ``due`` and
    ``due_extended`` (−1: none), ``stage`` (the happening that decides it) and its day. Events, by item and then in the order they
    happened: ``owner``, ``event_no`` (from 1), ``what`` (a happening), ``day``, ``known`` (day the store learned of it), ``voids``.
    """

    county: Ints
    number: Ints
    category: Ints
    department: Ints
    source: Ints
    theme: Ints
    round: Ints
    due: Ints
    due_extended: Ints
    stage: Ints
    stage_day: Ints
    owner: Ints
    event_no: Ints
    what: Ints
    day: Ints
    known: Ints
    voids: Ints

    @property
    def items(self) -> int:
        return len(self.county)


def invent(items: int, counties: int, seed: int = SEED) -> Histories:
    """The same numbers give the same histories."""
    rng = np.random.default_rng(seed)
    weight = rng.lognormal(0.0, 0.7, counties)
    # every county has something, as far as the items go
    county = np.concatenate([np.arange(min(items, counties)), rng.choice(counties, max(0, items - counties), p=weight / weight.sum())])
    county = np.sort(county)
    first = np.searchsorted(county, np.arange(counties))
    number = np.arange(items) - first[county] + 1
    effort = rng.normal(0.0, 0.6, counties)[county]

    round_ = rng.choice(ROUNDS, items, p=(0.4, 0.35, 0.25))
    found = round_ * 150 + np.minimum(rng.gamma(2.0, 35.0, items), 199).astype(np.int64)
    found -= np.where((found % 7 >= 5) & (rng.random(items) < 0.7), found % 7 - 4, 0)
    found = np.clip(found, 0, DAYS - 1)

    at = np.full((items, HAPPENINGS), _NOT_YET, dtype=np.int64)
    at[:, DISCOVERED] = found
    due = np.where(rng.random(items) < 0.97, found + rng.choice((15, 30, 60, 90, 180), items, p=(0.15, 0.35, 0.25, 0.15, 0.1)), -1)
    at[due >= 0, FIRST_DUE] = found[due >= 0]

    fate = rng.random(items)
    gone = fate < 0.08
    away = found + rng.integers(1, 40, items)
    for what, low, high in ((MERGED, 0.0, 0.035), (WITHDRAWN, 0.035, 0.065), (SUSPENDED, 0.065, 0.08)):
        mine = (fate >= low) & (fate < high)
        at[mine, what] = away[mine]

    def some(share: float, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return among & (rng.random(items) < share)

    begins = found + rng.geometric(0.2, items)
    mask = some(0.9, ~gone)
    at[mask, RECTIFYING] = begins[mask]
    reported = begins + np.exp(rng.normal(3.3, 0.8, items) - 0.5 * effort).astype(np.int64)
    done = some(0.93, ~gone)
    at[done, REPORTED] = reported[done]
    asks = due - rng.integers(1, 6, items)
    mask = some(0.45, ~gone & (due >= 0) & (~done | (reported > due)) & (asks > found))
    due_extended = np.where(mask, due + rng.choice((30, 60), items), -1)
    at[mask, EXTENDED] = asks[mask]

    checked = reported + rng.integers(1, 20, items)
    bad = some(0.08, done)
    for what in (FAILED, RETURNED):
        at[bad, what] = checked[bad]
    again = np.where(bad, checked + rng.integers(4, 40, items), reported)
    mask = some(0.9, bad)
    at[mask, REPORTED_AGAIN] = again[mask]
    standing = done & (~bad | mask)
    passed = again + rng.integers(1, 20, items)
    closes = some(0.9, standing)
    mask = some(0.75, closes)
    at[mask, PASSED] = passed[mask]
    at[closes, CLOSED] = passed[closes]
    mistaken = some(0.004, closes)
    at[mistaken, VOIDED] = passed[mistaken] + 2
    mask = some(0.02, closes & ~mistaken)
    at[mask, REOPENED] = passed[mask] + rng.integers(10, 150, int(mask.sum()))

    # nothing is written after the last day; on one day things happen in the order of their numbers
    at[at >= DAYS] = _NOT_YET
    at[at[:, CLOSED] == _NOT_YET, VOIDED] = _NOT_YET
    order = np.argsort(at * HAPPENINGS + np.arange(HAPPENINGS), axis=1)
    day = np.take_along_axis(at, order, axis=1)
    happened = day < _NOT_YET
    owner, place = np.nonzero(happened)
    what, day = order[owner, place], day[owner, place]
    late = np.where(rng.random(len(owner)) < 0.1, rng.integers(1, 21, len(owner)), 0)
    known = np.minimum(day + late, DAYS - 1)
    # the store learns of an item's events one after another
    known = np.maximum.accumulate(owner * 1024 + known) - owner * 1024

    closed_no = np.zeros(items, dtype=np.int64)
    closed_no[owner[what == CLOSED]] = place[what == CLOSED] + 1
    stands = np.isin(what, tuple(STAGES)) & ~((what == CLOSED) & (at[owner, VOIDED] < _NOT_YET))
    stage, stage_day = np.zeros(items, dtype=np.int64), np.zeros(items, dtype=np.int64)
    # rows ascend in time, so the last one written stays
    stage[owner[stands]], stage_day[owner[stands]] = what[stands], day[stands]
    return Histories(
        county, number, _skewed(rng, CATEGORIES, items), _skewed(rng, DEPARTMENTS, items), _skewed(rng, SOURCES, items),
        _skewed(rng, THEMES, items), round_ + 1, due, np.where(at[:, EXTENDED] < _NOT_YET, due_extended, -1), stage, stage_day,
        owner, place + 1, what, day, known, np.where(what == VOIDED, closed_no[owner], -1),
    )  # fmt: skip


def _skewed(rng: np.random.Generator, values: int, items: int) -> Ints:
    """Codes 0 … values − 1, the early ones more often."""
    weight = 1 / np.arange(1, values + 1) ** 0.7
    return rng.choice(values, items, p=weight / weight.sum())
