"""Warnings about regions: what is overdue or about to be, who is behind, where findings or relapses heap up.

Every number is the count of a set of the selection, so that the rows behind it are as many.
"""

from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from data import calendar
from data.calendar import NEVER
from data.queries.selection import Counts, Part, Rows, Selection
from data.rollup.bits import Positions
from data.scope import ALL, region_of
from data.warnings.found import Found
from data.warnings.rules import OF_REGIONS, Rule, due_set

_WEEK = 7


def found_in_regions(selection: Selection, chosen: tuple[Rule, ...]) -> list[Found]:
    """What the rules find in the regions that the selection is counted into."""
    rows = selection.rows()
    if not len(rows):
        return []
    makers = {"overdue": _overdue, "due": _due, "schedule": _schedule, "rise": _rise, "relapse": _relapse}
    return [found for rule in chosen if rule.kind in OF_REGIONS for found in makers[rule.kind](selection, rows, rule)]


def _found(
    selection: Selection, rows: Rows, k: int, rule: Rule, reached: int | Fraction, rows_of: str, kind: str = "", **more: object
) -> Found:
    tree, region_id = selection.tree, _counted(selection, rows.region_ids[k])
    band = rule.band(Fraction(reached))
    assert band is not None
    code = tree.by_id(region_id).code
    # a place above the level stands for what was assigned to itself; no address leads to those rows alone
    own = tree.group_label(region_id, selection.level) != tree.label(region_id)
    subject = "/".join(part for part in (code, "own" if own else "", kind) if part)
    piece = "" if own else f"region={code}{'&kind=' + kind if kind else ''}&rows={rows_of}"
    return Found(rule, band, subject, region_id, float(reached), piece, **more)  # type: ignore[arg-type]


def _counted(selection: Selection, region_id: int) -> int:
    """The place whose items a row counts: of a row that reaches beyond the region that was chosen, that region."""
    # a region that nobody chose, the smallest that holds everything, narrows nothing
    chosen = selection.filters.region is not None or region_of(selection.scope) != ALL
    here = selection.region_id if chosen else None
    if here is not None and any(above.region_id == region_id for above in selection.tree.ancestors(here)):
        return here
    return region_id


# ----------------------------------------------------------------------------- deadlines


def _overdue(selection: Selection, rows: Rows, rule: Rule) -> list[Found]:
    counts, due = rows.count("overdue"), rows.count("due")
    hit = _reached(rule, counts)
    if not hit:
        return []
    beside = _Deadlines(selection, rows, "overdue", 0)
    today = calendar.day_number(selection.as_of)
    return [
        _found(
            selection, rows, k, rule, int(counts[k]), "overdue", number=int(counts[k]), numerator=int(counts[k]), denominator=int(due[k]),
            since=beside.since(k), facts={"longest": today - int(beside.first_due[k]), "lead": beside.lead(k)},
        )
        for k in hit
    ]  # fmt: skip


def _due(selection: Selection, rows: Rows, rule: Rule) -> list[Found]:
    name = due_set(rule.days)
    counts, opened = rows.count(name), rows.count("open")
    hit = _reached(rule, counts)
    if rule.unless_days:
        told = rows.count(due_set(rule.unless_days))
        hit = [k for k in hit if not told[k]]
    if not hit:
        return []
    also = rows.count(due_set(rule.also_days)) if rule.also_days else counts
    beside = _Deadlines(selection, rows, name, rule.days)
    return [
        _found(
            selection, rows, k, rule, int(counts[k]), name, number=int(counts[k]), numerator=int(counts[k]), denominator=int(opened[k]),
            since=beside.since(k), facts={"also": int(also[k]), "first": calendar.day_of(int(beside.first_due[k])), "lead": beside.lead(k)},
        )
        for k in hit
    ]  # fmt: skip


class _Deadlines:
    """Of the items of a set, by row: the first deadline, the day the first of them came in (``days`` before its deadline, when it was
    open by then), and how many each department has."""

    def __init__(self, selection: Selection, rows: Rows, name: str, days: int) -> None:
        self.first_due = np.full(len(rows), NEVER, dtype=np.int64)
        self._since = np.full(len(rows), NEVER, dtype=np.int64)
        self._departments: dict[str, Counts] = {}
        single = len(selection.filters.department) == 1
        for k, part in enumerate(rows.parts):
            at = part.moment.positions(part.chosen(name))
            here = at - part.a * 64
            row, due = rows.places(k, at), part.moment.due_days()[here].astype(np.int64)
            np.minimum.at(self.first_due, row, due)
            np.minimum.at(self._since, row, np.maximum(due - days, part.moment.open_days()[here]))
            if not single:
                self._count_departments(part, at, row, len(rows))

    def _count_departments(self, part: Part, at: Positions, row: NDArray[np.int64], size: int) -> None:
        codes, names = part.index.codes("department")[at], part.index.values["department"]
        known = codes >= 0
        counts = (
            np.bincount(row[known] * len(names) + codes[known], minlength=size * len(names)).reshape(size, len(names)) if names else None
        )
        for code, name in enumerate(names):
            assert counts is not None
            self._departments[name] = self._departments.get(name, 0) + counts[:, code]

    def since(self, k: int) -> date | None:
        return calendar.day_of(int(self._since[k])) if self._since[k] < NEVER else None

    def lead(self, k: int) -> tuple[str, int] | None:
        """The department with more of them than any other, and how many; None where none has."""
        held = sorted(((int(counts[k]), name) for name, counts in self._departments.items()), reverse=True)
        if not held or not held[0][0] or (len(held) > 1 and held[1][0] == held[0][0]):
            return None
        return held[0][1], held[0][0]


# ----------------------------------------------------------------------------- schedule


def _schedule(selection: Selection, rows: Rows, rule: Rule) -> list[Found]:
    scheduled, done, due = (rows.count(name) for name in ("scheduled", "scheduled_rectified", "due"))
    out = []
    for k in np.flatnonzero(scheduled >= rule.least).tolist():
        behind, of = int(due[k] - done[k]), int(scheduled[k])
        share = Fraction(behind, of)
        if rule.band(share) is None:
            continue
        found = _found(
            selection, rows, k, rule, share, "scheduled", number=behind, numerator=behind, denominator=of,
            facts={"due": int(due[k]), "done": int(done[k]), "share": share},
        )  # fmt: skip
        out.append(found)
    return out


# ----------------------------------------------------------------------------- heaps


def _rise(selection: Selection, rows: Rows, rule: Rule) -> list[Found]:
    """By kind of item: petitions that heap up are not to drown in the end of an inspection round."""
    steps = _steps(rows, rule)
    since = calendar.day_of(calendar.day_number(selection.as_of) - rule.days + 1)
    out = []
    for kind in sorted(steps):
        now, weeks = steps[kind][:, 0], steps[kind][:, 1:]
        for k in np.flatnonzero((now >= rule.least) & ((weeks > 0).sum(axis=1) >= rule.weeks_with)).tolist():
            fresh, before = int(now[k]), int(weeks[k].sum())
            # what as many days as the last ones had, on the mean of the weeks before
            mean = Fraction(before * rule.days, rule.weeks * _WEEK)
            times = Fraction(fresh) / mean
            if rule.band(times) is None:
                continue
            found = _found(
                selection, rows, k, rule, times, f"found_in:{rule.days}", kind, number=fresh, numerator=fresh, since=since,
                facts={"kind": kind, "mean": mean, "times": times},
            )  # fmt: skip
            out.append(found)
    return out


def _steps(rows: Rows, rule: Rule) -> dict[str, Counts]:
    """By kind of item, row × step: how many were found in the last days, then in each week before, newest first."""
    out: dict[str, Counts] = {}
    size, steps = len(rows), rule.weeks + 1
    for k, part in enumerate(rows.parts):
        at = part.moment.positions(part.chosen(f"found_in:{rule.days + _WEEK * rule.weeks}"))
        if not len(at):
            continue
        age = part.day - part.index.first_day[at].astype(np.int64)
        step = np.where(age < rule.days, 0, 1 + (age - rule.days) // _WEEK)
        names, codes = part.index.values["kind"], part.index.codes("kind")[at]
        place = (codes * size + rows.places(k, at)) * steps + step
        known = codes >= 0
        counts = np.bincount(place[known], minlength=len(names) * size * steps).reshape(len(names), size, steps)
        for code, name in enumerate(names):
            out[name] = out.get(name, 0) + counts[code]
    return out


def _relapse(selection: Selection, rows: Rows, rule: Rule) -> list[Found]:
    name = f"relapsed_in:{rule.days}"
    counts = rows.count(name)
    hit = _reached(rule, counts)
    if not hit:
        return []
    days: list[list[int]] = [[] for _ in range(len(rows))]
    anew = np.zeros(len(rows), dtype=np.int64)
    for k, part in enumerate(rows.parts):
        at = part.moment.positions(part.chosen(name))
        owner, began = part.moment.relapses_in(rule.days)
        # the first relapse of each item within those days
        first = np.full(len(at), NEVER, dtype=np.int64)
        place = np.searchsorted(at, owner)
        inside = place < len(at)
        inside[inside] = at[place[inside]] == owner[inside]
        np.minimum.at(first, place[inside], began[inside])
        row = rows.places(k, at)
        for each, day in zip(row.tolist(), first.tolist(), strict=True):
            days[each].append(day)
        np.add.at(anew, row, np.isin(at, part.index.renewed[0]))
    out = []
    for k in hit:
        number = int(counts[k])
        band = rule.band(Fraction(number))
        assert band is not None
        # the day on which there were enough of them
        reached = sorted(days[k])[int(-(-band.at_least // 1)) - 1]
        found = _found(
            selection, rows, k, rule, number, name, number=number, numerator=number, since=calendar.day_of(reached),
            facts={"anew": int(anew[k])},
        )  # fmt: skip
        out.append(found)
    return out


def _reached(rule: Rule, counts: Counts) -> list[int]:
    """Rows whose count reaches the mildest band."""
    return [int(k) for k in np.flatnonzero(counts > 0) if Fraction(int(counts[k])) >= rule.mildest.at_least]
