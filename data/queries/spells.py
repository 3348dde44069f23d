"""Measures over spells rather than sets: times, flows, verifications, weights (M9b, M10, M11, M16, M17, M20, M26)."""

from datetime import date

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from sqlalchemy import func, select

from data import calendar
from data.calendar import NEVER
from data.filters import Filters
from data.loops.catalogue import load_loops
from data.queries.labels import labels
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.rollup.bits import Words
from data.schema import round_
from data.store import Store

FLOW_DAYS = 30


def verifications(selection: Selection) -> tuple[int, int]:
    """Passed and concluded verifications of effective items by the as-of day, every one counted (M10)."""
    passed = concluded = 0
    for part in selection.parts:
        mask = bits.unpack(part.chosen("effective"))
        every, good, _, _ = part.index.verified
        for spells, is_pass in ((every, False), (good, True)):
            rows, begun = spells.begun(part.day, part.a, part.b)
            n = int((begun & mask[spells.owner[rows] - part.a * 64]).sum())
            passed, concluded = (passed + n, concluded) if is_pass else (passed, concluded + n)
    return passed, concluded


def rectification_days(selection: Selection) -> dict[str, float | None]:
    """M11: days from the start of the clock to completion, time spent completed before a relapse taken off; same day = 0.

    ``n, mean, median, p90`` over items now rectified; ``untimed``: rectified ones whose clock never started; ``survival_median``:
    Kaplan–Meier median over all effective items with a clock, open ones censored (None when fewer than half have come through).
    """
    done, spans, finished, untimed = [], [], [], 0
    for part in selection.parts:
        start = _clock(part)
        rectified = bits.unpack(part.chosen("rectified"))
        effective = bits.unpack(part.chosen("effective"))
        known = start <= part.day
        untimed += int((rectified & ~known).sum())
        spent, since = _rectified_before(part)
        end = np.where(rectified, since, part.day)
        days = np.maximum(end - start.astype(np.int64) - spent, 0)
        done.append(days[rectified & known])
        spans.append(days[effective & known])
        finished.append(rectified[effective & known])
    values = np.sort(np.concatenate(done)) if done else np.zeros(0)
    n = len(values)
    return {
        "n": n,
        "mean": float(values.mean()) if n else None,
        "median": float(np.median(values)) if n else None,
        "p90": float(values[max(0, -(-9 * n // 10) - 1)]) if n else None,
        "survival_median": _survival_median(np.concatenate(spans), np.concatenate(finished)) if spans else None,
        "untimed": untimed,
    }


def _clock(part: Part) -> NDArray[np.int16]:
    """The day the clock of each position started: the first day in its loop's clock stage."""
    low, high = part.a * 64, part.b * 64
    start = np.full(high - low, NEVER, dtype=np.int16)
    for loop in part.index.loops:
        start = np.minimum(start, part.index.reached(f"{loop}/{load_loops()[loop].clock_starts}")[low:high])
    return start


def _rectified_before(part: Part) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each position: days spent rectified in spells that have ended, and the day the newest spell began."""
    runs = part.index.spells("basic" if part.basic else "flag:rectified")
    rows, begun = runs.begun(part.day, part.a, part.b)
    owner = runs.owner[rows][begun] - part.a * 64
    start, end = runs.start[rows][begun].astype(np.int64), runs.end[rows][begun].astype(np.int64)
    size = (part.b - part.a) * 64
    ended = end <= part.day
    spent = np.bincount(owner[ended], weights=(end - start)[ended], minlength=size).astype(np.int64)
    since = np.zeros(size, dtype=np.int64)
    since[owner] = start
    return spent, since


def _survival_median(days: NDArray[np.int64], finished: NDArray[np.bool_]) -> float | None:
    """The first day by which half would be through, counting open items as under way until today."""
    if not len(days):
        return None
    ends = np.bincount(days[finished], minlength=int(days.max()) + 1)
    leaves = np.bincount(days, minlength=int(days.max()) + 1)
    at_risk = len(days) - np.concatenate(([0], np.cumsum(leaves)[:-1]))
    left = np.cumprod(1 - ends / np.maximum(at_risk, 1))
    through = np.flatnonzero(left <= 0.5)
    return float(through[0]) if len(through) else None


def flows(selection: Selection, days: int = FLOW_DAYS) -> dict[str, int]:
    """M20 over the last ``days`` days: ``stock`` now, ``stock_entries, stock_exits, stock_rebounds``, and
    ``stock_net_exit`` = exits − entries − rebounds."""
    out = {"stock": selection.count("stock"), "stock_entries": 0, "stock_exits": 0, "stock_rebounds": 0}
    for part in selection.parts:
        since = part.day - days
        where = None if part.where is None else bits.unpack(part.where)
        stock, exited, back = (part.index.spells(f"flag:{flag}") for flag in ("stock", "exited", "reopened"))
        rebounds = _starts(part, back, since, where)
        first = np.ones(len(stock.owner), dtype=bool)
        first[1:] = stock.owner[1:] != stock.owner[:-1]
        out["stock_entries"] += len(_starts(part, stock, since, where, first))
        out["stock_exits"] += len(_starts(part, exited, since, where))
        out["stock_rebounds"] += len(rebounds)
    out["stock_net_exit"] = out["stock_exits"] - out["stock_entries"] - out["stock_rebounds"]
    return out


def _starts(
    part: Part, spells: bits.Spells, since: int, where: NDArray[np.bool_] | None, only: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    rows, begun = spells.begun(part.day, part.a, part.b)
    hit = begun & (spells.start[rows] > since)
    if only is not None:
        hit &= only[rows]
    owner = spells.owner[rows][hit]
    return owner if where is None else owner[where[owner - part.a * 64]]


def first_round_ends(store: Store) -> dict[int, date | None]:
    """The day the first round of each campaign ended, by campaign id; a campaign without rounds is not there."""
    query = select(round_.c.campaign_id, func.min(round_.c.end_on)).group_by(round_.c.campaign_id)
    with store.reading() as conn:
        return {row[0]: row[1] for row in conn.execute(query)}


def baseline(part: Part, ends: dict[int, date | None]) -> Words | None:
    """A part's items that had been discovered when its campaign's first round ended, among the words of the part; None without one."""
    day = ends.get(part.info.campaign_id)
    return None if day is None else part.at(min(part.day, calendar.day_number(day)))["discovered"]


def fixed_baseline(selection: Selection, ends: dict[int, date | None], name: str) -> int:
    """Items of a set that had been discovered when their campaign's first round ended (its start, where there are no rounds)."""
    total = 0
    for part in selection.parts:
        known = baseline(part, ends)
        if known is None:
            day = part.info.start_on
            known = part.at(part.day if day is None else min(part.day, calendar.day_number(day)))["discovered"]
        total += bits.count(part.chosen(name) & known)
    return total


def investment(selection: Selection) -> tuple[float, float]:
    """Investment of completed and of all effective items (M17, by investment)."""
    done = planned = 0.0
    for part in selection.parts:
        money = np.nan_to_num(part.index.investment[part.a * 64 : part.b * 64])
        done += float(money[bits.unpack(part.chosen("rectified"))].sum(dtype=float))
        planned += float(money[bits.unpack(part.chosen("effective"))].sum(dtype=float))
    return done, planned


def shared_responsibility(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """M26, weighted mode: ``department, department_name, effective, rectified, completion_rate`` with shared items spread by their weights.

    An item without shares counts 1 for its lead department ("" where it has none). Sums equal the territory's totals.
    """
    selection = Selection(scope, store, filters)
    sums: dict[str, list[float]] = {}
    for part in selection.parts:
        owner, code, weight = part.index.shares
        low, high = np.searchsorted(owner, (part.a * 64, part.b * 64))
        at = owner[low:high] - part.a * 64
        shared = np.zeros((part.b - part.a) * 64, dtype=bool)
        shared[at] = True
        lead = part.index.codes("department")[part.a * 64 : part.b * 64]
        for k, name in enumerate(("effective", "rectified")):
            mask = bits.unpack(part.chosen(name))
            alone = np.bincount(lead[mask & ~shared] + 1, minlength=1)
            for value, n in enumerate(alone.tolist()):
                key = part.index.values["department"][value - 1] if value else ""
                sums.setdefault(key, [0.0, 0.0])[k] += n
            spread = np.bincount(code[low:high][mask[at]], weights=weight[low:high][mask[at]])
            for value, total in enumerate(spread.tolist()):
                sums.setdefault(part.index.values["share_department"][value], [0.0, 0.0])[k] += total
    held = sorted((d for d in sums if sums[d][0] > 0), key=lambda d: (d == "", -sums[d][0]))
    names = labels(store, lang)["department"]
    columns: dict[str, object] = {
        "department": held,
        "department_name": [names.get(d, d) for d in held],
        "effective": [sums[d][0] for d in held],
        "rectified": [sums[d][1] for d in held],
        "completion_rate": [sums[d][1] / sums[d][0] for d in held],
    }
    return selection.frame(columns, lang)
