"""Departments, rounds, teams and terms that a ledger names: found in the store, or added to it."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from data.ledgers.validate import term_code
from data.ledgers.values import folded, plain, round_number
from data.schema import department, round_, team, term


@cache
def _lines() -> dict[str, list[str]]:
    return json.loads((Path(__file__).parent / "departments.json").read_text(encoding="utf-8"))


def line_of(name: str) -> str | None:
    """The line of command (water, housing …) that a department's name speaks of; the longest word wins."""
    low = folded(name)
    hits = [(len(word), line) for line, spelled in _lines().items() for word in spelled if folded(word) in low]
    return max(hits)[1] if hits else None


def departments(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Ids of departments by printed name."""
    wanted = {n: folded(n) for n in names}
    if not wanted:
        return {}
    c = department.c
    known: dict[str, int] = {}
    codes: set[str] = set()
    for number, code, name in conn.execute(select(c.department_id, c.code, c.name_zh)):
        known.setdefault(folded(name), number)
        codes.add(code)
    following = int(conn.execute(select(func.coalesce(func.max(c.department_id), 0))).scalar_one()) + 1
    new = []
    for name, low in wanted.items():
        if low in known:
            continue
        known[low] = following
        new.append({"department_id": following, "code": _free(term_code(name, 56), codes), "name_zh": name[:100], "line": line_of(name)})
        following += 1
    if new:
        conn.execute(insert(department), new)
    return {name: known[low] for name, low in wanted.items()}


def _free(code: str, taken: set[str]) -> str:
    made, n = code, 1
    while made in taken:
        n += 1
        made = f"{code}-{n}"
    taken.add(made)
    return made


def rounds(conn: Connection, campaign_id: int, names: Iterable[str]) -> dict[str, int]:
    """Ids of a campaign's rounds by what the ledger calls them; numbers in any script are one round."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    c = round_.c
    by_number: dict[int, int] = {}
    by_name: dict[str, int] = {}
    for number_id, number, name in conn.execute(select(c.round_id, c.number, c.name_zh).where(c.campaign_id == campaign_id)):
        by_number[number] = number_id
        by_name[folded(name)] = number_id
    following = int(conn.execute(select(func.coalesce(func.max(c.round_id), 0))).scalar_one()) + 1
    out: dict[str, int] = {}
    for name in sorted(wanted, key=lambda n: (round_number(n) is None, n)):
        number = round_number(name)
        found = by_name.get(folded(name)) or (by_number.get(number) if number else None)
        if found is None:
            if number is None or number in by_number:
                number = max(by_number, default=0) + 1
            found = following
            conn.execute(insert(round_).values(round_id=found, campaign_id=campaign_id, number=number, name_zh=plain(name)[:100]))
            by_number[number] = by_name[folded(name)] = found
            following += 1
        out[name] = found
    return out


def teams(conn: Connection, campaign_id: int, names: Iterable[str]) -> dict[str, int]:
    """Ids of a campaign's teams by printed name."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    c = team.c
    known: dict[str, int] = {}
    codes: set[str] = set()
    for number, code, name in conn.execute(select(c.team_id, c.code, c.name_zh).where(c.campaign_id == campaign_id)):
        known[folded(name)] = number
        known.setdefault(folded(code), number)
        codes.add(code)
    following = int(conn.execute(select(func.coalesce(func.max(c.team_id), 0))).scalar_one()) + 1
    out: dict[str, int] = {}
    for name in wanted:
        low = folded(name)
        if low not in known:
            code = _free(term_code(name, 56), codes)
            conn.execute(insert(team).values(team_id=following, campaign_id=campaign_id, code=code, name_zh=plain(name)[:100]))
            known[low] = following
            following += 1
        out[name] = known[low]
    return out


def terms(conn: Connection, dimension: str, names: Iterable[str]) -> dict[str, str]:
    """Codes of terms (theme, category, source, disposal) by printed name or by code."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    c = term.c
    known: dict[str, str] = {}
    codes: set[str] = set()
    for code, zh, en in conn.execute(select(c.code, c.name_zh, c.name_en).where(c.dimension == dimension)):
        for spelled in (code, zh, en):
            if spelled:
                known.setdefault(folded(spelled), code)
        codes.add(code)
    limit = 40 if dimension == "disposal" else 80
    sort_order = len(codes)
    new = []
    for name in wanted:
        low = folded(name)
        if low in known:
            continue
        code = _free(term_code(name, limit - 4), codes)
        known[low] = code
        sort_order += 1
        new.append({"dimension": dimension, "code": code, "name_zh": plain(name)[:100], "sort_order": sort_order})
    if new:
        conn.execute(insert(term), new)
    return {name: known[folded(name)] for name in wanted}
