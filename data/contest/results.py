"""The result of a contest: points to scores, mean or trimmed mean, ranks at the printed precision. Pure but for ``read``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from sqlalchemy import Connection, select

from data.contest.model import PARTS, Contest, Criterion, Entry
from data.ranking.ranks import competition, printed
from data.schema import contest_score

Sheets = dict[int, dict[int, dict[int, float]]]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry's result. ``rank`` None: nobody scored it. ``score`` 0–100 as printed, ``judges`` ballots, ``trimmed`` how many of them
    were dropped, ``lowest``/``highest`` single ballots, ``means`` the mean points by criterion id, over the ballots that count."""

    entry: Entry
    rank: int | None
    tied: bool
    score: float | None
    judges: int
    trimmed: int
    lowest: float | None
    highest: float | None
    means: dict[int, float]


def read(conn: Connection, contest_id: int) -> Sheets:
    """All points: {entry_id: {judge_id: {criterion_id: points}}}."""
    s = contest_score.c
    out: Sheets = {}
    rows = select(s.entry_id, s.judge_id, s.criterion_id, s.points).where(s.contest_id == contest_id)
    for entry_id, judge_id, criterion_id, points in conn.execute(rows):
        out.setdefault(entry_id, {}).setdefault(judge_id, {})[criterion_id] = points
    return out


def total(points: Mapping[int, float], sheet: Sequence[Criterion]) -> Fraction:
    """One ballot out of 100: each criterion's share of its most points, weighed."""
    weight = sum((_exact(each.weight) for each in sheet), Fraction())
    got = sum((_exact(each.weight) * _exact(points[each.criterion_id]) / _exact(each.most) for each in sheet), Fraction())
    return 100 * got / weight


def trimmed(totals: Sequence[Fraction], trim: int) -> tuple[list[int], int]:
    """Positions of the ballots that count, and how many were dropped: ``trim`` at each end when more than that are left, else none."""
    order = sorted(range(len(totals)), key=lambda k: (totals[k], k))
    if trim and len(totals) > 2 * trim:
        return sorted(order[trim:-trim]), 2 * trim
    return list(range(len(totals))), 0


def results(found: Contest, sheets: Sheets) -> list[Line]:
    """The lines of every part: counties by rank, then departments by rank; those without a score last in their part."""
    out: list[Line] = []
    for part in PARTS:
        sheet = found.sheet(part)
        lines = [_line(entry, sheets.get(entry.entry_id, {}), sheet, found) for entry in found.entries if entry.part == part]
        scored = np.array([line.score is not None for line in lines], dtype=bool)
        key = np.array([np.nan if line.score is None else line.score for line in lines], dtype=np.float64)
        ranks, ties = competition(key, scored)
        placed = [
            Line(
                line.entry, int(rank) if has else None, bool(tied) and bool(has), line.score, line.judges, line.trimmed, line.lowest,
                line.highest, line.means,
            )
            for line, rank, tied, has in zip(lines, ranks, ties, scored, strict=True)
        ]  # fmt: skip
        out += sorted(placed, key=lambda line: (line.rank is None, line.rank or 0, line.entry.position))
    return out


def _line(entry: Entry, ballots: Mapping[int, Mapping[int, float]], sheet: Sequence[Criterion], found: Contest) -> Line:
    given = [ballots[judge_id] for judge_id in sorted(ballots)]
    if not given:
        return Line(entry, None, False, None, 0, 0, None, None, {})
    totals = [total(each, sheet) for each in given]
    kept, dropped = trimmed(totals, found.trim)
    mean = sum((totals[k] for k in kept), Fraction()) / len(kept)
    means = {each.criterion_id: float(sum((_exact(given[k][each.criterion_id]) for k in kept), Fraction()) / len(kept)) for each in sheet}
    # rounded from the exact mean: half to even once, at the decimals that are printed
    score, lowest, highest = (_printed(value, found.decimals) for value in (mean, min(totals), max(totals)))
    return Line(entry, None, False, score, len(given), dropped, lowest, highest, means)


def _printed(value: Fraction, decimals: int) -> float:
    return float(printed(np.array([float(value)]), decimals)[0])


def _exact(value: float) -> Fraction:
    return Fraction(str(value))
