"""What judges hand in. Scores of many phones are written in one transaction, and each is acknowledged only after it is committed."""

import logging
import math
import re
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import SQLAlchemyError

from data import calendar
from data.contest.links import is_bound_to
from data.contest.model import CLOSED, REVEALED, WAITING, ContestError, Entry, why_not
from data.contest.rosters import SCORED, Line, Roster, Rosters
from data.schema import contest_ballot, contest_change, contest_score
from data.store import Store

log = logging.getLogger(__name__)

MOST_TOGETHER = 256
_KEY = re.compile(r"[!-~]{8,64}")

# statements are made once: making one takes longer than running it
_b, _s = contest_ballot.c, contest_score.c
_CAST = select(_b.judge_id, _b.entry_id, _b.key, _b.returned_at).where(
    _b.contest_id == bindparam("contest"), _b.judge_id.in_(bindparam("judges", expanding=True))
)
_POINTS = select(_s.judge_id, _s.entry_id, _s.criterion_id, _s.points).where(
    _s.contest_id == bindparam("contest"), _s.judge_id.in_(bindparam("judges", expanding=True))
)
_BALLOT = insert(contest_ballot).returning(_b.ballot_id, sort_by_parameter_order=True)
_SCORE = insert(contest_score)
_CHANGE = insert(contest_change)


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
    woken: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    error: ContestError | None = None
    fresh: bool = False


class BallotBox:
    """Takes ballots from any number of threads of one process; the store is written by one thread at a time.

    Whoever finds nobody writing writes everything that waits, in one transaction, tells the others, and leaves the next to one of them.
    """

    def __init__(self, store: Store, rosters: Rosters | None = None) -> None:
        self._store = store
        self._rosters = rosters or Rosters()
        self._queue: deque[Waiting] = deque()
        self._lock = threading.Lock()
        self._writing = False

    def cast(self, ballot: Ballot) -> bool:
        """Hand a ballot in; returns once it is committed: True if it is new, False if the same was there before.

        Raises ContestError when it is refused (nothing is changed) or could not be written (``busy``: hand it in again).
        """
        mine = Waiting(ballot)
        with self._lock:
            self._queue.append(mine)
            leads = not self._writing
            self._writing = True
        if not leads:
            mine.woken.wait()
        if not mine.done:
            try:
                self._write()
            finally:
                self._hand_over()
        if mine.error is not None:
            raise mine.error
        return mine.fresh

    def _hand_over(self) -> None:
        """The one that has waited longest writes next; it was not in what has just been written, so it still waits."""
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._writing = following is not None
        if following is not None:
            following.woken.set()

    def _write(self) -> None:
        """Write what waits; everybody in it has an answer afterwards, whatever happens."""
        together: list[Waiting] = []
        try:
            with self._store.writing() as conn:
                # now that it is our turn, with all that came while others wrote
                self._collect(together)
                take(conn, together, self._rosters)
        except BaseException as problem:
            if not together:
                self._collect(together)
            if isinstance(problem, SQLAlchemyError):
                log.warning("ballots could not be written: %s", type(problem).__name__)
            else:
                log.exception("ballots could not be written")
            for each in together:
                each.error = ContestError("busy")
            if not isinstance(problem, Exception):
                raise
        finally:
            for each in together:
                each.done = True
                each.woken.set()

    def _collect(self, together: list[Waiting]) -> None:
        with self._lock:
            while self._queue and len(together) < MOST_TOGETHER:
                together.append(self._queue.popleft())


def take(conn: Connection, together: Sequence[Waiting], rosters: Rosters | None = None) -> None:
    """Judge every ballot against the store as it is inside this transaction and write those that hold.

    ``rosters`` are given by whoever has changed nothing in this transaction before.
    """
    rosters = rosters or Rosters()
    by_contest: dict[int, list[Waiting]] = {}
    for each in together:
        by_contest.setdefault(each.ballot.contest_id, []).append(each)
    for contest_id, waiting in by_contest.items():
        try:
            roster = rosters.of(conn, contest_id)
        except ContestError as problem:
            for each in waiting:
                each.error = problem
        else:
            _take(conn, waiting, roster)


def _take(conn: Connection, waiting: Sequence[Waiting], roster: Roster) -> None:
    contest_id = roster.contest.contest_id
    asked = {"contest": contest_id, "judges": sorted({each.ballot.judge_id for each in waiting})}
    cast: dict[tuple[int, int], str] = {}
    returned: set[tuple[int, str]] = set()
    # a key names one ballot: used for another entry it would bring down everybody's in the same transaction
    used: set[tuple[int, str]] = set()
    for judge_id, entry_id, key, returned_at in conn.execute(_CAST, asked):
        if returned_at is not None:
            returned.add((judge_id, key))
        else:
            cast[judge_id, entry_id] = key
            used.add((judge_id, key))
    known: dict[tuple[int, int], dict[int, float]] = {}
    if any((each.ballot.judge_id, each.ballot.entry_id) in cast for each in waiting):
        for judge_id, entry_id, criterion_id, value in conn.execute(_POINTS, asked):
            known.setdefault((judge_id, entry_id), {})[criterion_id] = value
    now = calendar.now_utc()
    ballots: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    accepted: list[dict[int, float]] = []
    for each in waiting:
        ballot = each.ballot
        place, named = (ballot.judge_id, ballot.entry_id), (ballot.judge_id, ballot.key)
        try:
            entry = _entry(ballot, roster)
            points = _points(ballot, roster.sheets.get(entry.part, ()))
            if named in returned:
                raise ContestError("given_back", name=entry.words())
            if place in cast:
                if known.get(place) != points:
                    raise ContestError("scored_already", name=entry.words())
                continue
            if entry.state == WAITING:
                raise ContestError("not_open", name=entry.words())
            if entry.state == CLOSED or roster.contest.state in (CLOSED, REVEALED):
                raise ContestError("closed", name=entry.words())
            if named in used:
                raise ContestError("body")
        except ContestError as problem:
            each.error = problem
            continue
        ids = {"contest_id": contest_id, "judge_id": ballot.judge_id, "entry_id": ballot.entry_id}
        ballots.append({**ids, "key": ballot.key, "received_at": now})
        detail = {"entry": ballot.entry_id, "points": {str(criterion): value for criterion, value in points.items()}}
        changes.append({"contest_id": contest_id, "at": now, "judge_id": ballot.judge_id, "what": SCORED, "detail": detail})
        accepted.append(points)
        cast[place], known[place] = ballot.key, points
        used.add(named)
        each.fresh = True
    if not ballots:
        return
    # all ballots in one statement, all points in another
    numbers = conn.execute(_BALLOT, ballots).scalars().all()
    scores = [
        {
            "contest_id": contest_id, "judge_id": ballot["judge_id"], "entry_id": ballot["entry_id"], "criterion_id": criterion,
            "ballot_id": number, "points": value,
        }
        for number, ballot, points in zip(numbers, ballots, accepted, strict=True)
        for criterion, value in points.items()
    ]  # fmt: skip
    conn.execute(_SCORE, scores)
    conn.execute(_CHANGE, changes)


def _entry(ballot: Ballot, roster: Roster) -> Entry:
    """The entry that a ballot is for, when its judge may score it at all; raises ContestError."""
    judge, token, device = roster.judges.get(ballot.judge_id, (None, None, None))
    if judge is None or token != ballot.token_sha256:
        raise ContestError("no_judge")
    if judge.removed:
        raise ContestError("removed")
    if not is_bound_to(device, ballot.devices):
        raise ContestError("other_phone")
    entry = roster.contest.entry(ballot.entry_id)
    why = why_not(judge.role, judge.own_entry_id, entry.entry_id, entry.part, roster.contest.peers)
    if why:
        raise ContestError(why, name=entry.words())
    return entry


def _points(ballot: Ballot, sheet: Sequence[Line]) -> dict[int, float]:
    """The points of a full score sheet; raises ContestError for the first that cannot be one."""
    # a text that the database cannot keep would bring down everybody's ballots in the same transaction
    if not isinstance(ballot.key, str) or not _KEY.fullmatch(ballot.key) or not isinstance(ballot.points, Mapping):
        raise ContestError("body")
    if not set(ballot.points) <= {line.criterion.criterion_id for line in sheet}:
        raise ContestError("unknown_criterion")
    out: dict[int, float] = {}
    for line in sheet:
        each = line.criterion
        given = ballot.points.get(each.criterion_id)
        if given is None:
            raise ContestError("incomplete", name=line.words)
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise ContestError("number", name=line.words)
        if isinstance(given, float) and not math.isfinite(given):
            raise ContestError("number", name=line.words)
        if not 0 <= given <= each.most:
            raise ContestError("range", name=line.words, most=plain(each.most))
        if not _goes_in_steps(float(given), line.step):
            raise ContestError("step", name=line.words, step=plain(each.step))
        # no minus nought
        out[each.criterion_id] = float(given) + 0.0
    return out


@lru_cache(4096)
def _goes_in_steps(given: float, step: Fraction) -> bool:
    """Whether points as they are written are a multiple of the step: 0.3 goes in steps of 0.1, whatever its bits say."""
    return Fraction(str(given)) % step == 0


def plain(value: float) -> str:
    """10, 0.5: a number as people write it."""
    return str(int(value)) if float(value).is_integer() else str(value)
