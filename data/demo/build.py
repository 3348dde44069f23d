"""The demo store: simulated campaigns on Jiangsu's real cities and counties, the same every time they are built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from data.demo import cases, findings, outfalls, races, scattered, source_areas, tasks
from data.demo.book import Book
from data.demo.contest import write_contest
from data.demo.dice import Dice
from data.demo.meetings import write_meetings
from data.demo.places import PROVINCE, City, read_cities
from data.demo.sections import put_sections
from data.demo.setting import Setting, count_batch, put_campaign, put_terms
from data.demo.texts import texts
from data.demo.waters import Waters, put_waters
from data.demo.zones import find_intakes
from data.rollup.refresh import refresh
from data.schema import campaign
from data.store import Store, bump

# items of the smaller campaigns beside 20,000 findings; fewer findings, fewer of these
FULL = 20_000
SIZES = {"tasks": 120, "projects": 60, "cases": 800, "outfalls": 1500, "source_areas": 150, "scattered": 300}
_LEAST = 13


class DemoPresentError(ValueError):
    """The store has the demo campaigns already."""


def present(conn: Connection) -> bool:
    """Whether a demo campaign is in the store."""
    codes = [body["code"] for body in texts("campaigns")["campaigns"].values()]
    return conn.execute(select(campaign.c.campaign_id).where(campaign.c.code.in_(codes))).first() is not None


def build(store: Store, *, items: int = FULL, seed: int = 2022) -> None:
    """Write the demo campaigns (``campaign.simulated``) in one transaction: all of them or nothing. Then lock the weeks of
    their race, hold their contest and their meetings.

    ``items`` findings in the main campaign ``js-2022``, the other campaigns in proportion. The same ``items`` and
    ``seed`` give the same rows in every store. Raises DemoPresentError when the store has them already.
    """
    with _collector_paused(), store.writing() as conn:
        if present(conn):
            raise DemoPresentError("the demo campaigns are in the store already")
        departments = put_terms(conn)
        province_id, cities = read_cities(conn, Dice(seed, 0), findings.categories())
        water_dice = Dice(seed, 0, 1)
        waters = put_waters(conn, cities, province_id, water_dice)
        put_sections(conn, waters, cities, water_dice)
        find_intakes(waters, cities, water_dice)
        for n, (name, body) in enumerate(texts("campaigns")["campaigns"].items(), 1):
            size = items if name == "findings" else max(_LEAST, SIZES[name] * items // FULL)
            setting = put_campaign(conn, body, province_id, cities, seed, size)
            labels = texts("others")["tasks"]["labels"] if body["loop"] == "sm5-task" else None
            book = Book(body, setting.campaign_id, setting.batch_id, Dice(seed, n), Dice(seed, n, 1), labels)
            _fill(name, body, book, setting, cities, departments, size, waters)
            count_batch(conn, setting.batch_id, len(book.records))
            touched = book.write(conn)
            refresh(conn, setting.campaign_id, touched)
        # a stream of its own, apart from those of the campaigns
        races.write_recorded(conn, cities, Dice(seed, len(texts("campaigns")["campaigns"]) + 1))
        bump(conn, "demo")
    races.lock_weeks(store, cities)
    write_contest(store, cities, Dice(seed, len(texts("campaigns")["campaigns"]) + 2))
    write_meetings(store, PROVINCE, Dice(seed, len(texts("campaigns")["campaigns"]) + 3))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A million rows at once and hardly a cycle among them: the collector would only walk over them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fill(
    name: str,
    body: dict[str, Any],
    book: Book,
    setting: Setting,
    cities: list[City],
    departments: dict[str, int],
    items: int,
    waters: Waters,
) -> None:
    match name:
        case "findings":
            findings.write_findings(book, setting, body, cities, departments, items, waters)
        case "tasks":
            tasks.write_tasks(book, cities, departments, items)
        case "projects":
            tasks.write_projects(book, cities, departments, items)
        case "cases":
            cases.write_cases(book, cities, departments, items)
        case "outfalls":
            outfalls.write_outfalls(book, cities, departments, items, waters)
        case "source_areas":
            source_areas.write_source_areas(book, setting, cities, departments, items, waters)
        case "scattered":
            scattered.write_scattered(book, cities, departments, items)
