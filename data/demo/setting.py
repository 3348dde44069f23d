"""What stands before the first item: labels, departments, campaigns with rounds, teams and batches."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.calendar import day_of, end_of_day_utc
from data.demo.places import City
from data.demo.texts import texts
from data.demo.workdays import LAST, number
from data.schema import assignment, campaign, department, import_batch, round_, team, term


@dataclass(frozen=True, slots=True)
class Setting:
    """The ids of one campaign: of its batch, of its rounds by number, of teams by round number and city code."""

    campaign_id: int
    batch_id: int
    rounds: dict[int, int]
    teams: dict[tuple[int, str], int]


def put_terms(conn: Connection) -> dict[str, int]:
    """Labels and departments that are not there yet; returns department ids by code."""
    body = texts("terms")
    have = {tuple(row) for row in conn.execute(select(term.c.dimension, term.c.code))}
    rows = [
        {"dimension": dimension, "code": code, "name_zh": zh, "name_en": en, "sort_order": order}
        for dimension, entries in body["terms"].items()
        for order, (code, zh, en) in enumerate(entries, 1)
        if (dimension, code) not in have
    ]
    if rows:
        conn.execute(insert(term), rows)
    known = {row[0]: row[1] for row in conn.execute(select(department.c.code, department.c.department_id))}
    for entry in body["departments"]:
        if entry["code"] not in known:
            values = {"code": entry["code"], "name_zh": entry["zh"], "name_en": entry["en"], "line": entry["line"]}
            known[entry["code"]] = conn.execute(insert(department).values(**values)).inserted_primary_key[0]  # type: ignore[index]
    return {entry["code"]: known[entry["code"]] for entry in body["departments"]}


def put_campaign(conn: Connection, body: dict[str, Any], province_id: int, cities: list[City], seed: int, items: int) -> Setting:
    """One simulated campaign with its rounds, its batch and, when it has rounds on site, its teams."""
    campaign_id: int = conn.execute(
        insert(campaign).values(
            code=body["code"],
            type=body["type"],
            name_zh=body["zh"],
            name_en=body["en"],
            level="province",
            region_id=province_id,
            start_on=day_of(number(body["start"])),
            end_on=day_of(number(body["end"])),
            legal_basis=body["basis"],
            goal=body["goal"],
            plan_curve=body["plan_curve"],
            simulated=True,
        )
    ).inserted_primary_key[0]  # type: ignore[index]
    rounds: dict[int, int] = {}
    for entry in body["rounds"]:
        days = {"start_on": day_of(number(entry["start"])), "end_on": day_of(number(entry["end"]))}
        values = {"number": entry["number"], "name_zh": entry["zh"], "name_en": entry["en"], "mode": entry["mode"], **days}
        made = conn.execute(insert(round_).values(campaign_id=campaign_id, **values))
        rounds[entry["number"]] = made.inserted_primary_key[0]  # type: ignore[index]
    teams = _put_teams(conn, body, campaign_id, rounds, cities) if len(rounds) > 2 else {}
    known = texts("campaigns")
    # no file stands behind it: the batch is recognised by what it was made from
    mark = sha256(json.dumps([body["code"], seed, items]).encode()).hexdigest()
    batch_id: int = conn.execute(
        insert(import_batch).values(
            campaign_id=campaign_id,
            file_name=known["batch_file"].format(code=body["code"]),
            sha256=mark,
            fingerprint=mark,
            kind=body["kind"],
            as_known=day_of(LAST),
            full_export=True,
            imported_at=end_of_day_utc(day_of(LAST)),
            imported_by=known["imported_by"],
        )
    ).inserted_primary_key[0]  # type: ignore[index]
    return Setting(campaign_id, batch_id, rounds, teams)


def _put_teams(
    conn: Connection, body: dict[str, Any], campaign_id: int, rounds: dict[int, int], cities: list[City]
) -> dict[tuple[int, str], int]:
    """One team from each city, sent to another city in each round; keyed by round and the city it is sent to."""
    known = texts("campaigns")
    out: dict[tuple[int, str], int] = {}
    assignments = []
    for n, home in enumerate(cities):
        name = known["team_name"].format(n=known["numerals"][n])
        values = {"code": f"T{n + 1:02d}", "name_zh": name, "home_region_id": home.region_id}
        team_id: int = conn.execute(insert(team).values(campaign_id=campaign_id, **values)).inserted_primary_key[0]  # type: ignore[index]
        for entry, shift in zip(body["rounds"], known["team_shifts"], strict=True):
            target = cities[(n + shift) % len(cities)]
            days = number(entry["end"]) - number(entry["start"]) + 1
            out[entry["number"], target.code] = team_id
            assignments.append(
                {
                    "team_id": team_id,
                    "round_id": rounds[entry["number"]],
                    "region_id": target.region_id,
                    "person_days": float(days * known["team_people"]),
                }
            )
    conn.execute(insert(assignment), assignments)
    return out


def count_batch(conn: Connection, batch_id: int, items: int) -> None:
    """Write into the batch how many items it brought."""
    counts = {"rows_read": items, "rows_accepted": items, "items_new": items}
    conn.execute(update(import_batch).where(import_batch.c.batch_id == batch_id).values(**counts))
