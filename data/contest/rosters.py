"""Contests as their officer left them: sheets, entries and judges, kept in memory until one of these changes. Scores change none."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, bindparam, case, func, select

from data.contest.contests import load
from data.contest.model import Contest, Criterion, Judge
from data.ranking.scheme import Words
from data.schema import contest_change, contest_judge

KEPT = 8
SCORED = "scored"

_change = contest_change.c
_NEWER = select(func.max(_change.change_id), func.max(case((_change.what == SCORED, 0), else_=1))).where(
    _change.contest_id == bindparam("contest"), _change.change_id > bindparam("seen")
)
_HASHES = select(contest_judge.c.judge_id, contest_judge.c.token_sha256, contest_judge.c.device_sha256).where(
    contest_judge.c.contest_id == bindparam("contest")
)


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion of a score sheet, as points are checked against it."""

    criterion: Criterion
    step: Fraction
    words: Words


@dataclass(frozen=True, slots=True)
class Roster:
    """A contest, its sheets by part, its judges by id with what recognises their links and phones; ``seen``: the change it was read at."""

    contest: Contest
    sheets: dict[str, Sequence[Line]]
    judges: dict[int, tuple[Judge, str | None, str | None]]
    seen: int


class Rosters:
    """The contests that this process was last asked about. Threads may share it."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, Roster] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, conn: Connection, contest_id: int) -> Roster:
        """One contest as ``conn`` sees it; do not change it. Raises ContestError ``no_contest``.

        Only for connections that have changed nothing themselves: what they see is kept for others.
        """
        held = self._held.get(contest_id)
        newest, stepped = conn.execute(_NEWER, {"contest": contest_id, "seen": held.seen if held else 0}).one()
        if held is None or stepped:
            held = _read(conn, contest_id, newest or 0)
        elif newest is not None:
            held = Roster(held.contest, held.sheets, held.judges, newest)
        else:
            return held
        with self._lock:
            self._held[contest_id] = held
            self._held.move_to_end(contest_id)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return held


def _read(conn: Connection, contest_id: int, seen: int) -> Roster:
    found = load(conn, contest_id)
    hashes = {row.judge_id: (row.token_sha256, row.device_sha256) for row in conn.execute(_HASHES, {"contest": contest_id})}
    sheets: dict[str, list[Line]] = {}
    for each in found.criteria:
        sheets.setdefault(each.part, []).append(Line(each, Fraction(str(each.step)), Words(each.name_zh, each.name_en or "")))
    judges = {each.judge_id: (each, *hashes.get(each.judge_id, (None, None))) for each in found.judges}
    return Roster(found, dict(sheets), judges, seen)
