"""The demo's arena contest: six counties of the demo, scored in both parts and revealed. Marked as simulated like everything else."""

import secrets
from datetime import date
from typing import Any

from sqlalchemy import Connection

from data.contest import ballots, contests, links
from data.contest.model import COUNTY, DEPARTMENT, LEADER, Contest, Entry
from data.contest.plan import Plan, PlannedCriterion, PlannedJudge
from data.demo.dice import Dice
from data.demo.places import City
from data.demo.texts import texts
from data.store import Store

STEP = 0.5


def write_contest(store: Store, cities: list[City], dice: Dice) -> int:
    """Make, score and reveal the contest; its id. Counties of several cities, the more diligent ones scored a little higher."""
    body = texts("contest")
    # one county of each of the first cities
    counties = [city.counties[0] for city in cities[: body["entries"]]]
    tree = store.tree()
    names = [tree.by_id(county.region_id).name_zh for county in counties]
    with store.writing() as conn:
        contest_id = contests.create(
            conn, _plan(body, {name: county.region_id for name, county in zip(names, counties, strict=True)}), tree, simulated=True
        )
        # nobody keeps these links: they die with the contest, and only the phones that they are bound to may score
        phones = {}
        for judge, token in links.issue(conn, contest_id):
            who = links.holder(conn, contest_id, token)
            assert who is not None
            phones[judge.judge_id] = (who.token_sha256, secrets.token_urlsafe(24))
            links.bind(conn, who, phones[judge.judge_id][1])
        contests.open_all(conn, contest_id)
        found = contests.load(conn, contest_id)
        _score(conn, found, phones, {county.region_id: county.effort for county in counties}, dice)
        contests.close_all(conn, contest_id)
        contests.reveal(conn, contest_id)
    return contest_id


def _plan(body: dict[str, Any], regions: dict[str, int]) -> Plan:
    def sheet(lines: list[tuple[str, str, float]]) -> list[PlannedCriterion]:
        return [PlannedCriterion(zh, float(most), float(most), STEP, en) for zh, en, most in lines]

    judges = [PlannedJudge(name, LEADER) for name in body["leaders"]]
    judges += [PlannedJudge(name, DEPARTMENT, name) for name in body["departments"]]
    judges += [PlannedJudge(name, COUNTY, name) for name in regions]
    return Plan(
        body["name"],
        date.fromisoformat(body["day"]),
        {COUNTY: sheet(body["criteria"]), DEPARTMENT: sheet(body["questions"])},
        {COUNTY: list(regions), DEPARTMENT: body["departments"]},
        judges,
        trim=body["trim"],
        name_en=body["name_en"],
        regions=regions,
    )


def _score(conn: Connection, found: Contest, phones: dict[int, tuple[str, str]], effort: dict[int, float], dice: Dice) -> None:
    waiting = []
    for entry in found.entries:
        for judge in found.panel(entry):
            token, device = phones[judge.judge_id]
            points = {each.criterion_id: _points(each.most, _level(entry, effort), dice) for each in found.sheet(entry.part)}
            key = f"demo-{judge.judge_id:04d}-{entry.entry_id:04d}"
            waiting.append(ballots.Waiting(ballots.Ballot(found.contest_id, judge.judge_id, token, (device,), entry.entry_id, key, points)))
    ballots.take(conn, waiting)


def _level(entry: Entry, effort: dict[int, float]) -> float:
    """The share of the points that an entry deserves."""
    return 0.85 + 0.03 * max(-2.0, min(2.0, effort.get(entry.region_id or 0, 0.0)))


def _points(most: float, level: float, dice: Dice) -> float:
    share = min(1.0, max(0.0, level + (dice.u() - 0.5) * 0.12))
    return round(most * share / STEP) * STEP
