"""A nationwide campaign written into a new store in bulk."""

import json
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select

from bench.histories import (
    CATEGORIES,
    CLOSED,
    DAYS,
    DEPARTMENTS,
    EXTENDED,
    FAILED,
    FIRST_DUE,
    HAPPENINGS,
    MERGED,
    PASSED,
    SOURCES,
    STAGES,
    THEMES,
    VOIDED,
    Histories,
    invent,
)
from data import calendar
from data.bulk import insert_rows
from data.demo.setting import put_terms
from data.identity import item_ids
from data.regions.country import COUNTRY
from data.schema import campaign, extension, import_batch, item, item_department, item_event, item_link, region, round_, term, verification

WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
START = calendar.date(2024, 1, 1)
LAST = calendar.day_of(calendar.day_number(START) + DAYS - 1)
_CHUNK = 50_000
_SHARED_EVERY = 40
_ITEM = (
    "item_id", "campaign_id", "kind", "loop", "ledger_key", "ledger_no", "region_id", "round_id", "department_id", "theme", "category",
    "source", "long_term", "object_name", "title", "description", "measures", "discovered_on", "due_original", "due_current", "stage",
    "stage_on", "batch_id",
)  # fmt: skip
_EVENT = ("item_id", "event_no", "kind", "stage", "due_on", "result", "effective_at", "recorded_at", "voids", "actor_role", "batch_id")
_KIND = {FIRST_DUE: "due", EXTENDED: "due", FAILED: "verification", PASSED: "verification", VOIDED: "void"}
_RESULT = {FAILED: "fail", PASSED: "pass"}


def counties(conn: Connection) -> list[tuple[int, str]]:
    """(region id, code) of the country's counties, by code."""
    c = region.c
    chosen = select(c.region_id, c.gb2260_code).where(c.level == "county", c.kind == "admin", c.gb2260_code.is_not(None))
    return [(row[0], row[1]) for row in conn.execute(chosen.order_by(c.gb2260_code))]


def write(conn: Connection, items: int) -> tuple[int, list[int]]:
    """The campaign with that many items, without its rollup: (campaign id, regions touched)."""
    places = counties(conn)
    histories = invent(items, len(places))
    setting = _Setting(conn, items)
    writer = _Writer(setting, histories, places)
    writer.write(conn)
    return setting.campaign_id, sorted({places[k][0] for k in np.unique(histories.county).tolist()})


class _Setting:
    """Campaign, rounds, batch, and the codes that items carry."""

    def __init__(self, conn: Connection, items: int) -> None:
        known = put_terms(conn)
        self.departments = list(known.values())[:DEPARTMENTS]
        self.codes: dict[str, list[str]] = {}
        for dimension, size in (("category", CATEGORIES), ("source", SOURCES), ("theme", THEMES)):
            chosen = select(term.c.code).where(term.c.dimension == dimension).order_by(term.c.sort_order).limit(size)
            self.codes[dimension] = list(conn.execute(chosen).scalars())
        body = WORDS["campaign"]
        country = conn.execute(select(region.c.region_id).where(region.c.gb2260_code == COUNTRY)).scalar_one()
        values = {"code": body["code"], "name_zh": body["zh"], "name_en": body["en"], "level": "country", "region_id": country}
        made = conn.execute(insert(campaign).values(**values, start_on=START, end_on=LAST, simulated=True))
        self.campaign_id: int = made.inserted_primary_key[0]  # type: ignore[index]
        self.rounds: list[int] = []
        for n, name in enumerate(WORDS["rounds"], 1):
            made = conn.execute(insert(round_).values(campaign_id=self.campaign_id, number=n, name_zh=name))
            self.rounds.append(made.inserted_primary_key[0])  # type: ignore[index]
        made = conn.execute(
            insert(import_batch).values(
                campaign_id=self.campaign_id, file_name="bench", sha256="0" * 64, fingerprint=f"bench-{items}", kind="finding",
                as_known=LAST, imported_at=calendar.end_of_day_utc(LAST), imported_by=WORDS["imported_by"],
                rows_read=items, rows_accepted=items, items_new=items,
            )
        )  # fmt: skip
        self.batch_id: int = made.inserted_primary_key[0]  # type: ignore[index]


class _Writer:
    """Rows of every table, in the order of item ids, so that the database fills its pages one after another."""

    def __init__(self, setting: _Setting, h: Histories, places: list[tuple[int, str]]) -> None:
        self.setting, self.h, self.places = setting, h, places
        codes = [code for _, code in places]
        self.numbers = [f"{codes[c]}-{n:05d}" for c, n in zip(h.county.tolist(), h.number.tolist(), strict=True)]
        self.ids = np.array(item_ids(WORDS["campaign"]["code"], self.numbers), dtype=np.int64)
        self.order = np.argsort(self.ids)
        base = calendar.day_number(START)
        # deadlines reach beyond the last day
        self.days = np.array([calendar.day_of(base + k).isoformat() for k in range(DAYS + 400)], dtype=object)
        hours = range(HAPPENINGS)
        self.moments = _moments(base, [8 * 60 + 40 * k for k in hours])
        self.learned = _moments(base, [8 * 60 + 40 * k + 6 - 480 for k in hours])
        self.begins = np.searchsorted(h.owner, np.arange(h.items + 1))

    def write(self, conn: Connection) -> None:
        for at in range(0, self.h.items, _CHUNK):
            chosen = self.order[at : at + _CHUNK]
            insert_rows(conn, item, _ITEM, self._items(chosen))
            low, high = self.begins[chosen], self.begins[chosen + 1]
            lengths = high - low
            # the rows of the chosen items, item after item
            rows = np.repeat(low - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) + np.arange(lengths.sum())
            insert_rows(conn, item_event, _EVENT, self._events(rows))
            self._beside(conn, chosen, rows)

    def _days(self, numbers: np.ndarray) -> list[str | None]:  # type: ignore[type-arg]
        return [None if n < 0 else text for n, text in zip(numbers.tolist(), self.days[numbers].tolist(), strict=True)]

    def _items(self, chosen: np.ndarray) -> Iterator[tuple[object, ...]]:  # type: ignore[type-arg]
        h, setting = self.h, self.setting
        count = len(chosen)
        objects, faults = WORDS["objects"], WORDS["faults"]
        named = [objects[k % len(objects)] for k in self.h.number[chosen].tolist()]
        faulty = [faults[k % len(faults)] for k in (h.number[chosen] // 3).tolist()]
        regions = [self.places[k][0] for k in h.county[chosen].tolist()]
        numbers = [self.numbers[k] for k in chosen.tolist()]
        first = h.owner.searchsorted(chosen)
        due = h.due[chosen]
        current = np.where(h.due_extended[chosen] >= 0, h.due_extended[chosen], due)
        return zip(
            self.ids[chosen].tolist(),
            repeat(setting.campaign_id, count),
            repeat("finding", count),
            repeat("sm1-finding", count),
            numbers,
            numbers,
            regions,
            (setting.rounds[k - 1] for k in h.round[chosen].tolist()),
            (setting.departments[k] for k in h.department[chosen].tolist()),
            (setting.codes["theme"][k] for k in h.theme[chosen].tolist()),
            (setting.codes["category"][k] for k in h.category[chosen].tolist()),
            (setting.codes["source"][k] for k in h.source[chosen].tolist()),
            repeat(False, count),
            (f"{name}-{number[-5:]}" for name, number in zip(named, numbers, strict=True)),
            faulty,
            (WORDS["description"].format(object=name, fault=fault) for name, fault in zip(named, faulty, strict=True)),
            repeat(WORDS["measures"], count),
            self._days(h.day[first]),
            self._days(due),
            self._days(current),
            (STAGES[k] for k in h.stage[chosen].tolist()),
            self._days(h.stage_day[chosen]),
            repeat(setting.batch_id, count),
            strict=True,
        )

    def _events(self, rows: np.ndarray) -> Iterator[tuple[object, ...]]:  # type: ignore[type-arg]
        h = self.h
        what, owner = h.what[rows], h.owner[rows]
        dates = np.where(what == FIRST_DUE, h.due[owner], np.where(what == EXTENDED, h.due_extended[owner], -1))
        known = list(what.tolist())
        count = len(rows)
        return zip(
            self.ids[owner].tolist(),
            h.event_no[rows].tolist(),
            (_KIND.get(k, "stage") for k in known),
            (STAGES.get(k) for k in known),
            self._days(dates),
            (_RESULT.get(k) for k in known),
            self.moments[h.day[rows] * HAPPENINGS + what].tolist(),
            self.learned[h.known[rows] * HAPPENINGS + what].tolist(),
            (None if n < 0 else n for n in h.voids[rows].tolist()),
            ("county" if k < CLOSED else "prefecture" for k in known),
            repeat(self.setting.batch_id, count),
            strict=True,
        )

    def _beside(self, conn: Connection, chosen: np.ndarray, rows: np.ndarray) -> None:  # type: ignore[type-arg]
        """Extensions, verifications, merges and shared responsibility of the chosen items."""
        h, batch = self.h, self.setting.batch_id

        def picked(*happenings: int) -> tuple[np.ndarray, list[int], list[str], list[str]]:  # type: ignore[type-arg]
            at = rows[np.isin(h.what[rows], happenings)]
            what = h.what[at]
            moments = self.moments[h.day[at] * HAPPENINGS + what].tolist()
            return at, self.ids[h.owner[at]].tolist(), moments, self.learned[h.known[at] * HAPPENINGS + what].tolist()

        at, ids, moments, learned = picked(EXTENDED)
        owner = h.owner[at]
        old, new = self._days(h.due[owner]), self._days(h.due_extended[owner])
        names = ("item_id", "number", "old_due", "new_due", "approved_at", "approver_level", "recorded_at", "batch_id")
        insert_rows(conn, extension, names, zip(ids, repeat(1), old, new, moments, repeat("county"), learned, repeat(batch), strict=False))

        at, ids, moments, learned = picked(FAILED, PASSED)
        # a second verification follows a failed one
        second = np.concatenate(([False], h.owner[at][1:] == h.owner[at][:-1])) if len(at) else np.zeros(0, dtype=bool)
        results = [_RESULT[k] for k in h.what[at].tolist()]
        names = ("item_id", "number", "method", "verifier_level", "sampling", "result", "concluded_at", "recorded_at", "batch_id")
        fixed = (repeat("on_site"), repeat("prefecture"), repeat("full"))
        insert_rows(
            conn, verification, names, zip(ids, (second + 1).tolist(), *fixed, results, moments, learned, repeat(batch), strict=False)
        )

        at, ids, moments, learned = picked(MERGED)
        owner = h.owner[at]
        # merged into the county's first item, or for that one into the next
        first = np.searchsorted(h.county, h.county[owner])
        target = self.ids[np.where(first == owner, np.minimum(owner + 1, h.items - 1), first)].tolist()
        names = ("item_id", "target_id", "type", "effective_at", "recorded_at", "batch_id")
        insert_rows(conn, item_link, names, zip(ids, target, repeat("merged_into"), moments, learned, repeat(batch), strict=False))

        shares = []
        for k in chosen[chosen % _SHARED_EVERY == 0].tolist():
            lead = int(h.department[k])
            key = int(self.ids[k])
            assisting = self.setting.departments[(lead + 1) % DEPARTMENTS]
            shares += [(key, self.setting.departments[lead], "lead", 0.6), (key, assisting, "assist", 0.4)]
        insert_rows(conn, item_department, ("item_id", "department_id", "role", "weight"), shares)


def _moments(base: int, minutes: list[int]) -> np.ndarray:  # type: ignore[type-arg]
    """Moments by day × happening as text; minutes before midnight belong to the day before."""
    out = np.empty(DAYS * len(minutes), dtype=object)
    for k in range(DAYS):
        for j, minute in enumerate(minutes):
            day = calendar.day_of(base + k + minute // 1440).isoformat()
            out[k * len(minutes) + j] = f"{day} {minute % 1440 // 60:02d}:{minute % 60:02d}:00.000000"
    return out
