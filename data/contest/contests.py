"""Contests in the store: made, read, opened entry by entry, closed, revealed. Each change leaves a row in ``contest_change``.

Functions that change something take a connection of ``store.writing()`` and raise ContestError without having changed anything.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data import calendar
from data.contest.model import (
    CLOSED,
    COUNTY,
    DRAFT,
    OPEN,
    REVEALED,
    WAITING,
    Contest,
    ContestError,
    Criterion,
    Entry,
    Judge,
)
from data.contest.plan import Plan
from data.regions.match import RegionMatcher
from data.regions.tree import RegionTree
from data.schema import contest, contest_ballot, contest_change, contest_criterion, contest_entry, contest_judge, contest_score
from data.store import bump


def note(conn: Connection, contest_id: int, what: str, judge_id: int | None = None, **detail: object) -> None:
    """Append a row to the record of changes."""
    row = {"contest_id": contest_id, "at": calendar.now_utc(), "judge_id": judge_id, "what": what, "detail": detail or None}
    conn.execute(insert(contest_change).values(row))


def create(conn: Connection, plan: Plan, tree: RegionTree, *, simulated: bool = False) -> int:
    """Write a planned contest as a draft; its id. Names of counties are looked up in the region tree where they are known."""
    matcher = RegionMatcher.load(conn, tree)
    head = {"name_zh": plan.name, "name_en": plan.name_en, "held_on": plan.held_on, "trim": plan.trim, "decimals": plan.decimals}
    head |= {"peers": plan.peers, "state": DRAFT, "created_at": calendar.now_utc(), "simulated": simulated}
    contest_id = conn.execute(insert(contest).values(head).returning(contest.c.contest_id)).scalar_one()
    for part, criteria in plan.criteria.items():
        for n, each in enumerate(criteria, 1):
            values = {"contest_id": contest_id, "part": part, "position": n, "code": f"{part[0]}{n}", "name_zh": each.name}
            values |= {"name_en": each.name_en, "most": each.most, "step": each.step, "weight": each.weight}
            conn.execute(insert(contest_criterion).values(values))
    own: dict[tuple[str, str], int] = {}
    for part, names in plan.entries.items():
        for n, name in enumerate(names, 1):
            region_id = plan.regions.get(name)
            if region_id is None and part == COUNTY:
                region_id = matcher.match(text=name).region_id
            english = tree.label(region_id, "en") if region_id is not None else None
            values = {"contest_id": contest_id, "part": part, "position": n, "name_zh": name, "name_en": english, "region_id": region_id}
            values |= {"state": WAITING}
            own[part, name] = conn.execute(insert(contest_entry).values(values).returning(contest_entry.c.entry_id)).scalar_one()
    rows = [
        {"contest_id": contest_id, "name": each.name, "role": each.role, "own_entry_id": own.get((each.role, each.home or ""))}
        for each in plan.judges
    ]
    conn.execute(insert(contest_judge), rows)
    note(conn, contest_id, "created", entries=len(own), judges=len(rows))
    return contest_id


def listing(conn: Connection) -> list[dict[str, Any]]:
    """Every contest, newest first: contest_id, name_zh, name_en, held_on, state, simulated, entries, judges."""
    c = contest.c
    entries = select(contest_entry.c.contest_id, func.count().label("n")).group_by(contest_entry.c.contest_id).subquery()
    judges = (
        select(contest_judge.c.contest_id, func.count().label("n"))
        .where(contest_judge.c.removed_at.is_(None))
        .group_by(contest_judge.c.contest_id)
        .subquery()
    )
    found = conn.execute(
        select(
            c.contest_id, c.name_zh, c.name_en, c.held_on, c.state, c.simulated, entries.c.n.label("entries"), judges.c.n.label("judges")
        )
        .outerjoin(entries, entries.c.contest_id == c.contest_id)
        .outerjoin(judges, judges.c.contest_id == c.contest_id)
        .order_by(c.held_on.desc(), c.contest_id.desc())
    )
    return [{**row, "entries": row["entries"] or 0, "judges": row["judges"] or 0} for row in found.mappings()]


def load(conn: Connection, contest_id: int) -> Contest:
    """One contest. Raises ContestError ``no_contest``."""
    c = contest.c
    head = conn.execute(
        select(c.contest_id, c.name_zh, c.name_en, c.held_on, c.state, c.trim, c.decimals, c.peers, c.simulated).where(
            c.contest_id == contest_id
        )
    ).mappings()
    row = head.first()
    if row is None:
        raise ContestError("no_contest")
    k = contest_criterion.c
    criteria = conn.execute(
        select(k.criterion_id, k.part, k.code, k.name_zh, k.name_en, k.most, k.step, k.weight)
        .where(k.contest_id == contest_id)
        .order_by(k.part, k.position)
    ).mappings()
    e = contest_entry.c
    entries = conn.execute(
        select(e.entry_id, e.part, e.position, e.region_id, e.name_zh, e.name_en, e.state)
        .where(e.contest_id == contest_id)
        .order_by(e.part, e.position)
    ).mappings()
    j = contest_judge.c
    judges = conn.execute(
        select(j.judge_id, j.name, j.role, j.own_entry_id, j.token_sha256, j.device_sha256, j.removed_at)
        .where(j.contest_id == contest_id)
        .order_by(j.judge_id)
    )
    held = [Entry(**each) for each in entries]
    return Contest(
        **row,
        criteria=tuple(Criterion(**each) for each in criteria),
        entries=tuple(held),
        judges=tuple(
            Judge(r.judge_id, contest_id, r.name, r.role, r.own_entry_id, bool(r.token_sha256), bool(r.device_sha256), bool(r.removed_at))
            for r in judges
        ),
        by_entry={each.entry_id: each for each in held},
    )


# ------------------------------------------------------------------ the officer's steps


def _running(conn: Connection, contest_id: int) -> Contest:
    found = load(conn, contest_id)
    if found.state == REVEALED:
        raise ContestError("revealed_already")
    return found


def _set_entries(conn: Connection, contest_id: int, entries: Sequence[Entry], state: str) -> None:
    if not entries:
        return
    stamp = {"opened_at": calendar.now_utc()} if state == OPEN else {"closed_at": calendar.now_utc()}
    conn.execute(
        update(contest_entry).where(contest_entry.c.entry_id.in_([each.entry_id for each in entries])).values(state=state, **stamp)
    )
    note(conn, contest_id, "opened" if state == OPEN else "closed", entries=[each.entry_id for each in entries])


def _set_state(conn: Connection, contest_id: int, state: str, **more: object) -> None:
    conn.execute(update(contest).where(contest.c.contest_id == contest_id).values(state=state, **more))


def open_next(conn: Connection, contest_id: int) -> Entry:
    """Close whoever is being scored and open the next in turn: counties first, then departments. ContestError ``none_left``."""
    found = _running(conn, contest_id)
    waiting = [each for each in found.entries if each.state == WAITING]
    if not waiting:
        raise ContestError("none_left")
    _set_entries(conn, contest_id, [each for each in found.entries if each.state == OPEN], CLOSED)
    _set_entries(conn, contest_id, waiting[:1], OPEN)
    _set_state(conn, contest_id, OPEN)
    return waiting[0]


def open_entry(conn: Connection, contest_id: int, entry_id: int) -> None:
    """Open one entry, a closed one again too."""
    entry = _running(conn, contest_id).entry(entry_id)
    if entry.state != OPEN:
        _set_entries(conn, contest_id, [entry], OPEN)
    _set_state(conn, contest_id, OPEN)


def open_all(conn: Connection, contest_id: int) -> None:
    """Open every entry that waits: judges score in any order."""
    found = _running(conn, contest_id)
    waiting = [each for each in found.entries if each.state == WAITING]
    if not waiting:
        raise ContestError("none_left")
    _set_entries(conn, contest_id, waiting, OPEN)
    _set_state(conn, contest_id, OPEN)


def close_entry(conn: Connection, contest_id: int, entry_id: int) -> None:
    """Close one entry; scores that arrive later are refused."""
    entry = _running(conn, contest_id).entry(entry_id)
    if entry.state != CLOSED:
        _set_entries(conn, contest_id, [entry], CLOSED)


def close_all(conn: Connection, contest_id: int) -> None:
    """End scoring; an entry that never had its turn is closed without a score."""
    found = _running(conn, contest_id)
    _set_entries(conn, contest_id, [each for each in found.entries if each.state != CLOSED], CLOSED)
    _set_state(conn, contest_id, CLOSED)


def reveal(conn: Connection, contest_id: int) -> None:
    """Publish the result; from here on nothing changes. ContestError unless scoring is closed and something was scored."""
    found = _running(conn, contest_id)
    if found.state != CLOSED or any(each.state != CLOSED for each in found.entries):
        raise ContestError("still_open")
    if not conn.execute(select(contest_score.c.ballot_id).where(contest_score.c.contest_id == contest_id).limit(1)).first():
        raise ContestError("nothing_scored")
    _set_state(conn, contest_id, REVEALED, revealed_at=calendar.now_utc())
    note(conn, contest_id, "revealed")
    # charts show it from now on
    bump(conn, "contest")


def remove_judge(conn: Connection, contest_id: int, judge_id: int) -> None:
    """Take a judge off the panel: the link is dead from now on; what was scored before counts."""
    _judge(_running(conn, contest_id), judge_id)
    conn.execute(update(contest_judge).where(contest_judge.c.judge_id == judge_id).values(removed_at=calendar.now_utc()))
    note(conn, contest_id, "removed", judge=judge_id)


def give_back(conn: Connection, contest_id: int, judge_id: int, entry_id: int) -> None:
    """Return a judge's ballot for one entry, to be scored anew while the entry is open; what it said stays in the record."""
    found = _running(conn, contest_id)
    _judge(found, judge_id)
    entry = found.entry(entry_id)
    b, s = contest_ballot.c, contest_score.c
    ballot = conn.execute(
        select(b.ballot_id, b.key).where(
            b.contest_id == contest_id, b.judge_id == judge_id, b.entry_id == entry_id, b.returned_at.is_(None)
        )
    ).first()
    if ballot is None:
        raise ContestError("nothing_to_give_back", name=entry.words())
    mine = s.ballot_id == ballot.ballot_id
    points = {str(row.criterion_id): row.points for row in conn.execute(select(s.criterion_id, s.points).where(mine))}
    conn.execute(contest_score.delete().where(mine))
    conn.execute(update(contest_ballot).where(b.ballot_id == ballot.ballot_id).values(returned_at=calendar.now_utc()))
    note(conn, contest_id, "given_back", judge=judge_id, entry=entry_id, points=points)


def _judge(found: Contest, judge_id: int) -> Judge:
    for each in found.judges:
        if each.judge_id == judge_id:
            return each
    raise ContestError("no_judge")


def newest_revealed(conn: Connection, until: date | None = None) -> int | None:
    """The id of the newest revealed contest, held on or before a day; None without one."""
    c = contest.c
    asked = select(c.contest_id).where(c.state == REVEALED)
    if until is not None:
        asked = asked.where(c.held_on <= until)
    return conn.execute(asked.order_by(c.held_on.desc(), c.contest_id.desc()).limit(1)).scalar()
