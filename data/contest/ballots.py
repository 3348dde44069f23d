"""What judges hand in. Scores of many phones are written in one transaction, and each is acknowledged only after it is committed."""

import logging
import math
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from data import calendar
from data.contest.links import is_bound_to
from data.contest.model import CLOSED, REVEALED, WAITING, ContestError, why_not
from data.ranking.scheme import Words
from data.schema import contest, contest_ballot, contest_change, contest_criterion, contest_entry, contest_judge, contest_score
from data.store import Store

log = logging.getLogger(__name__)

MOST_TOGETHER = 256
_REST_SECONDS = 0.002
_KEY = 64


@dataclass(slots=True)
class Ballot:
    """One judge's points for one entry: {criterion_id: points}. ``key`` is made by the phone, ``devices`` are what names the phone."""

    contest_id: int
    judge_id: int
    token_sha256: str
    devices: tuple[str, ...]
    entry_id: int
    key: str
    points: Mapping[int, object]


@dataclass(slots=True)
class Waiting:
    """A ballot on its way into the store, and what became of it."""

    ballot: Ballot
    done: threading.Event = field(default_factory=threading.Event)
    error: ContestError | None = None
    fresh: bool = False


class BallotBox:
    """Takes ballots from any number of threads of one process; the store is written by one thread at a time.

    Whoever finds nobody writing writes everything that waits, in one transaction, and tells the others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: deque[Waiting] = deque()
        self._writing = threading.Lock()

    def cast(self, ballot: Ballot) -> bool:
        """Hand a ballot in; returns once it is committed: True if it is new, False if the same was there before.

        Raises ContestError when it is refused (nothing is changed) or could not be written (``busy``: hand it in again).
        """
        mine = Waiting(ballot)
        self._queue.append(mine)
        while not mine.done.is_set():
            if self._writing.acquire(blocking=False):
                try:
                    self._write()
                finally:
                    self._writing.release()
            else:
                mine.done.wait(_REST_SECONDS)
        if mine.error is not None:
            raise mine.error
        return mine.fresh

    def _write(self) -> None:
        """Write what waits; everybody in it has an answer afterwards, whatever happens."""
        together: list[Waiting] = []
        while self._queue and len(together) < MOST_TOGETHER:
            together.append(self._queue.popleft())
        if not together:
            return
        try:
            with self._store.writing() as conn:
                take(conn, together)
        except Exception as problem:
            if not isinstance(problem, SQLAlchemyError):
                log.exception("ballots could not be written")
            else:
                log.warning("ballots could not be written: %s", type(problem).__name__)
            for each in together:
                each.error = ContestError("busy")
        for each in together:
            each.done.set()


def take(conn: Connection, together: Sequence[Waiting]) -> None:
    """Judge every ballot against the store as it is inside this transaction and write those that hold."""
    ballots = [each.ballot for each in together]
    judges = _rows(conn, contest_judge, contest_judge.c.judge_id, {b.judge_id for b in ballots})
    entries = _rows(conn, contest_entry, contest_entry.c.entry_id, {b.entry_id for b in ballots})
    contests = _rows(conn, contest, contest.c.contest_id, {b.contest_id for b in ballots})
    sheets: dict[tuple[int, str], list] = {}
    criteria = contest_criterion.c
    for row in conn.execute(select(contest_criterion).where(criteria.contest_id.in_(contests)).order_by(criteria.position)):
        sheets.setdefault((row.contest_id, row.part), []).append(row)
    b = contest_ballot.c
    cast: dict[tuple[int, int], str] = {}
    returned: set[tuple[int, str]] = set()
    # a key names one ballot: used for another entry it would bring down everybody's in the same transaction
    used: dict[tuple[int, str], int] = {}
    for row in conn.execute(select(b.judge_id, b.entry_id, b.key, b.returned_at, b.ballot_id).where(b.judge_id.in_(judges))):
        if row.returned_at is not None:
            returned.add((row.judge_id, row.key))
        else:
            cast[row.judge_id, row.entry_id] = row.key
            used[row.judge_id, row.key] = row.entry_id
    s = contest_score.c
    known: dict[tuple[int, int], dict[int, float]] = {}
    for row in conn.execute(
        select(s.judge_id, s.entry_id, s.criterion_id, s.points).where(s.judge_id.in_(judges), s.entry_id.in_(entries))
    ):
        known.setdefault((row.judge_id, row.entry_id), {})[row.criterion_id] = row.points
    now = calendar.now_utc()
    accepted: list[tuple[dict[str, int], dict[str, object], dict[int, float]]] = []
    changes: list[dict[str, object]] = []
    for each in together:
        ballot = each.ballot
        try:
            found, judge, entry = contests.get(ballot.contest_id), judges.get(ballot.judge_id), entries.get(ballot.entry_id)
            _may(ballot, found, judge, entry)
            assert found is not None and judge is not None and entry is not None
            points = _points(ballot, sheets.get((ballot.contest_id, entry.part), []))
            place = (ballot.judge_id, ballot.entry_id)
            if (ballot.judge_id, ballot.key) in returned:
                raise ContestError("given_back", name=_named(entry))
            if place in cast:
                if known.get(place) != points:
                    raise ContestError("scored_already", name=_named(entry))
                continue
            if (ballot.judge_id, ballot.key) in used:
                raise ContestError("body")
            if entry.state == WAITING:
                raise ContestError("not_open", name=_named(entry))
            if entry.state == CLOSED or found.state in (CLOSED, REVEALED):
                raise ContestError("closed", name=_named(entry))
        except ContestError as problem:
            each.error = problem
            continue
        ids = {"contest_id": ballot.contest_id, "judge_id": ballot.judge_id, "entry_id": ballot.entry_id}
        accepted.append((ids, {**ids, "key": ballot.key, "received_at": now}, points))
        detail = {"entry": ballot.entry_id, "points": {str(criterion): value for criterion, value in points.items()}}
        change = {"contest_id": ballot.contest_id, "at": now, "judge_id": ballot.judge_id, "what": "scored", "detail": detail}
        changes.append(change)
        cast[place], known[place] = ballot.key, points
        used[ballot.judge_id, ballot.key] = ballot.entry_id
        each.fresh = True
    if not accepted:
        return
    # all ballots in one statement, all points in another
    made = insert(contest_ballot).returning(contest_ballot.c.ballot_id, sort_by_parameter_order=True)
    numbers = conn.execute(made, [row for _, row, _ in accepted]).scalars().all()
    scores = [
        {**ids, "criterion_id": criterion, "points": value, "ballot_id": number}
        for number, (ids, _, points) in zip(numbers, accepted, strict=True)
        for criterion, value in points.items()
    ]
    conn.execute(insert(contest_score), scores)
    conn.execute(insert(contest_change), changes)


def _rows(conn: Connection, table, key, wanted: Iterable[int]) -> dict:  # type: ignore[no-untyped-def]
    found = conn.execute(select(table).where(key.in_(sorted(wanted))))
    return {getattr(row, key.name): row for row in found}


def _may(ballot: Ballot, found, judge, entry) -> None:  # type: ignore[no-untyped-def]
    """Who may score what, whatever the points are; raises ContestError."""
    if found is None:
        raise ContestError("no_contest")
    if judge is None or judge.contest_id != ballot.contest_id or judge.token_sha256 != ballot.token_sha256:
        raise ContestError("no_judge")
    if judge.removed_at is not None:
        raise ContestError("removed")
    if not is_bound_to(judge.device_sha256, ballot.devices):
        raise ContestError("other_phone")
    if entry is None or entry.contest_id != ballot.contest_id:
        raise ContestError("no_entry")
    why = why_not(judge.role, judge.own_entry_id, entry.entry_id, entry.part, found.peers)
    if why:
        raise ContestError(why, name=_named(entry))


def _points(ballot: Ballot, sheet: Sequence) -> dict[int, float]:
    """The points of a full score sheet; raises ContestError for the first that cannot be one."""
    if not isinstance(ballot.key, str) or not 8 <= len(ballot.key) <= _KEY or not isinstance(ballot.points, Mapping):
        raise ContestError("body")
    if not set(ballot.points) <= {each.criterion_id for each in sheet}:
        raise ContestError("unknown_criterion")
    out: dict[int, float] = {}
    for each in sheet:
        given = ballot.points.get(each.criterion_id)
        if given is None:
            raise ContestError("incomplete", name=_named(each))
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise ContestError("number", name=_named(each))
        if isinstance(given, float) and not math.isfinite(given):
            raise ContestError("number", name=_named(each))
        if not 0 <= given <= each.most:
            raise ContestError("range", name=_named(each), most=plain(each.most))
        if Fraction(str(given)) % Fraction(str(each.step)):
            raise ContestError("step", name=_named(each), step=plain(each.step))
        out[each.criterion_id] = float(given)
    return out


def _named(row) -> Words:  # type: ignore[no-untyped-def]
    return Words(row.name_zh, row.name_en or "")


def plain(value: float) -> str:
    """10, 0.5: a number as people write it."""
    return str(int(value)) if float(value).is_integer() else str(value)
