"""How far scoring has come: for the wall (numbers only), for the officer (who is still missing), for one judge's phone."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from data.contest.model import Contest, Entry
from data.contest.rosters import Rosters
from data.schema import contest_ballot, contest_change, contest_score

_s, _b = contest_score.c, contest_ballot.c
_MINE = select(_s.entry_id, _s.criterion_id, _s.points).where(_s.contest_id == bindparam("contest"), _s.judge_id == bindparam("judge"))
_RETURNED = select(_b.key).where(_b.contest_id == bindparam("contest"), _b.judge_id == bindparam("judge"), _b.returned_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry and how many of those who score it have done so."""

    entry: Entry
    scored: int
    expected: int


def turns(conn: Connection, contest_id: int, rosters: Rosters | None = None) -> tuple[Contest, list[Turn]]:
    """The contest and its entries in turn, with counts; never who gave what. Raises ContestError ``no_contest``."""
    found = (rosters or Rosters()).of(conn, contest_id).contest
    b = contest_ballot.c
    live = select(b.entry_id, func.count()).where(b.contest_id == contest_id, b.returned_at.is_(None)).group_by(b.entry_id)
    counted: dict[int, int] = {entry_id: n for entry_id, n in conn.execute(live)}  # noqa: C416 - rows are no pairs to the types
    # a judge who was removed after scoring counts on both sides
    gone = _removed_scored(conn, found)
    return found, [Turn(each, counted.get(each.entry_id, 0), len(found.panel(each)) + gone.get(each.entry_id, 0)) for each in found.entries]


def _removed_scored(conn: Connection, found: Contest) -> dict[int, int]:
    removed = [each.judge_id for each in found.judges if each.removed]
    if not removed:
        return {}
    b = contest_ballot.c
    scored = (
        select(b.entry_id, func.count())
        .where(b.contest_id == found.contest_id, b.judge_id.in_(removed), b.returned_at.is_(None))
        .group_by(b.entry_id)
    )
    return {entry_id: n for entry_id, n in conn.execute(scored)}  # noqa: C416


def handed_in(conn: Connection, contest_id: int) -> dict[int, set[int]]:
    """{judge_id: entries scored}: who has handed in, not what."""
    b = contest_ballot.c
    out: dict[int, set[int]] = {}
    for judge_id, entry_id in conn.execute(select(b.judge_id, b.entry_id).where(b.contest_id == contest_id, b.returned_at.is_(None))):
        out.setdefault(judge_id, set()).add(entry_id)
    return out


def stamp(conn: Connection, contest_id: int) -> int:
    """Grows with every change of a contest, scores included; 0 for none. The store's own version stays as it is."""
    return int(conn.execute(select(func.max(contest_change.c.change_id)).where(contest_change.c.contest_id == contest_id)).scalar() or 0)


def phone(conn: Connection, contest_id: int, judge_id: int, lang: str = "zh-CN", rosters: Rosters | None = None) -> dict[str, object]:
    """What a judge's phone shows, as JSON values: contest, judge, criteria by part, entries with the judge's own points, returned keys."""
    roster = (rosters or Rosters()).of(conn, contest_id)
    found, judge = roster.contest, roster.judges[judge_id][0]
    mine: dict[int, dict[str, float]] = {}
    asked = {"contest": contest_id, "judge": judge_id}
    for entry_id, criterion_id, points in conn.execute(_MINE, asked):
        mine.setdefault(entry_id, {})[str(criterion_id)] = points
    returned = conn.execute(_RETURNED, asked).scalars().all()
    entries = []
    for entry in found.entries:
        why = found.why_not(judge, entry)
        if why == "not_yours":
            continue
        entries.append(
            {
                "id": entry.entry_id,
                "name": entry.name(lang),
                "part": entry.part,
                "state": entry.state,
                "own": why == "own_entry",
                "points": mine.get(entry.entry_id),
            }
        )
    criteria = [
        {"id": each.criterion_id, "part": each.part, "name": each.name(lang), "most": each.most, "step": each.step}
        for each in found.criteria
    ]
    return {
        "name": found.name(lang),
        "state": found.state,
        "judge": judge.name,
        "role": judge.role,
        "entries": entries,
        "criteria": criteria,
        "returned": list(returned),
    }
