"""The contest commands: each does one step and gives the text that the command line prints. Raises ContestError."""

import tomllib
from pathlib import Path

from data.contest import contests, links
from data.contest.model import ContestError
from data.contest.plan import read_plan
from data.contest.progress import turns
from data.store import Store


def create(store: Store, file: str) -> str:
    """Make a contest from a TOML file: name, day, trim, step, peers, and counties, leaders, departments, criteria, questions as lists."""
    try:
        told = tomllib.loads(Path(file).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ContestError("file", problem=str(problem)) from None
    texts = {name: _lines(told.get(name)) for name in ("counties", "leaders", "departments", "criteria", "questions")}
    step = told.get("step", 1)
    plan = read_plan(
        name=str(told.get("name", "")),
        held_on=str(told.get("day", "")),
        **texts,
        trim=told.get("trim", 0),
        step=step if step in (1, 0.5, 0.1) else 1,
        peers=told.get("peers") is True,
    )
    with store.writing() as conn:
        contest_id = contests.create(conn, plan, store.tree())
    return f"{contest_id}\t{plan.name}"


def _lines(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def listing(store: Store) -> str:
    """One line for each contest: id, day, state, name."""
    with store.reading() as conn:
        rows = contests.listing(conn)
    return "\n".join(f"{row['contest_id']}\t{row['held_on']}\t{row['state']}\t{row['name_zh']}" for row in rows)


def make_links(store: Store, contest_id: int, base: str, judges: tuple[int, ...]) -> str:
    """New links, one on a line: judge's id, role, name, link. They cannot be shown again."""
    with store.writing() as conn:
        made = links.issue(conn, contest_id, judges or None)
    return "\n".join(f"{j.judge_id}\t{j.role}\t{j.name}\t{base.rstrip('/')}/contest/{contest_id}/judge/{token}" for j, token in made)


def advance(store: Store, contest_id: int, do: str, entry: int | None = None) -> str:
    """``next``, ``open`` (one entry), ``all``, ``shut`` (one entry), ``close`` or ``reveal``; how things stand then."""
    with store.writing() as conn:
        if entry is not None:
            {"open": contests.open_entry, "shut": contests.close_entry}[do](conn, contest_id, entry)
        else:
            steps = {"next": contests.open_next, "all": contests.open_all, "close": contests.close_all, "reveal": contests.reveal}
            steps[do](conn, contest_id)
        found, counted = turns(conn, contest_id)
    lines = [f"{turn.entry.entry_id}\t{turn.entry.state}\t{turn.scored}/{turn.expected}\t{turn.entry.name_zh}" for turn in counted]
    return "\n".join([f"{found.name_zh}: {found.state}", *lines])
