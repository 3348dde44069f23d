"""Random campaigns: items with events in any order, on several clocks, taken back, moved, merged, reopened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from data.identity import item_id
from data.loops.catalogue import load_loops
from data.schema import campaign, extension, item, item_event, object_, water_body

START = date(2022, 3, 1)
DAYS = 230
# two counties of one city, a county of another, that city and its province themselves, a district of a municipality without
# prefectures and a city that its province administers
CODES = ("320102", "320104", "320581", "320500", "320000", "500101", "429004")
LOOPS = {"sm1-finding": "finding", "sm5-task": "task", "sm4-outfall": "outfall", "sm6-scattered": "scattered_polluter", "sm7-case": "case"}
# what happens often, so that completions, relapses and returns meet in one history
OFTEN = (
    "discovered", "rectifying", "rectified_reported", "closed", "reopened", "returned", "completed", "basically_completed", "on_schedule",
    "done", "exited", "stage_closed", "withdrawn", "merged", "suspended",
)  # fmt: skip
LATE = (0, 0, 0, 1, 5, 40)
CLOCKS = (time(0, 0), time(9, 30), time(9, 30), time(23, 59, 59, 900_000))


@dataclass(frozen=True)
class Event:
    """One event; ``day`` counts from START, ``late`` is how many days after it was recorded, ``number`` is given by its place."""

    kind: str
    day: int
    clock: int
    late: int
    stage: str | None = None
    due: int | None = None
    result: str | None = None
    voids: int | None = None

    def happened(self) -> datetime:
        return datetime.combine(START + timedelta(days=self.day), CLOCKS[self.clock])

    def recorded_on(self) -> date:
        return START + timedelta(days=self.day + self.late)

    def recorded(self) -> datetime:
        # half past eleven at night in Shanghai, half a second before the end of the day, or in its first second
        clock = (timedelta(hours=15, minutes=30), timedelta(hours=15, minutes=59, seconds=59.5), timedelta(hours=-8))[self.clock % 3]
        return datetime.combine(self.recorded_on(), time(0)) + clock


@dataclass(frozen=True)
class Item:
    """One item: where it is, its loop, and its events in the order they were recorded; extensions as (day approved, days late)."""

    place: int
    loop: str
    events: tuple[Event, ...]
    extensions: tuple[tuple[int, int], ...] = ()
    disposal: str | None = None
    category: str | None = None
    # its own position, and the declared system; the water body of its object ("": an object that lies on none)
    at: tuple[float, float, str | None] | None = None
    water: str | None = None


def item_of(seed: int, voids: bool = True) -> Item:
    """An item out of a number: much faster than drawing each value, and an example still shrinks to few items."""
    dice = Random(seed)
    loop = dice.choice(tuple(LOOPS))
    kinds = ("stage",) * 6 + ("due",) * 2 + ("verification",) + ("void",) * voids
    events = tuple(_event(dice, dice.choice(kinds), loop) for _ in range(dice.randrange(10)))
    extensions = tuple((dice.randint(0, DAYS), dice.choice(LATE)) for _ in range(dice.choice((0, 0, 1, 2))))
    disposal, category = dice.choice((None, "shut", "relocated")), dice.choice((None, "water", "dust"))
    at = dice.choice((None, None, (118.8, 32.1, None), (118.8, 32.1, "GCJ-02"), (118.8, 32.1, "nobody's"), (118.8, 132.1, None)))
    return Item(dice.randrange(len(CODES)), loop, events, extensions, disposal, category, at, dice.choice((None, None, "", "W1", "W2")))


def _event(dice: Random, kind: str, loop: str) -> Event:
    # half of the days come from few, so that several things happen on one
    day = dice.choice((dice.randint(0, DAYS), dice.choice((20, 40, 60, 100))))
    when = (day, dice.randrange(len(CLOCKS)), dice.choice(LATE))
    if kind == "stage":
        stages = tuple(load_loops()[loop].stages)
        often = tuple(stage for stage in OFTEN if stage in stages)
        return Event(kind, *when, stage=dice.choice(dice.choice((often, stages))))
    if kind == "due":
        return Event(kind, *when, due=dice.choice((None, *(dice.randint(0, DAYS) for _ in range(6)))))
    if kind == "verification":
        return Event(kind, *when, result=dice.choice(("pass", "fail", "pending")))
    return Event(kind, *when, voids=dice.randint(1, 8))


def items(voids: bool = True) -> st.SearchStrategy[Item]:
    return st.integers(0, 2**40).map(lambda seed: item_of(seed, voids))


def campaigns(voids: bool = True, least: int = 1, most: int = 10) -> st.SearchStrategy[list[Item]]:
    return st.lists(items(voids), min_size=least, max_size=most)


days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n)) | st.just(START + timedelta(days=DAYS + 120))


# ---------------------------------------------------------------------- into the store


def key(code: str, k: int) -> int:
    """The id of the k-th item of a campaign."""
    return item_id(code, str(k))


def write_campaign(conn: Connection, code: str) -> int:
    """An empty campaign; its id."""
    row = {
        "code": code,
        "type": "inspection",
        "name_zh": code,
        "start_on": START,
        "end_on": START + timedelta(days=DAYS),
        "simulated": False,
    }
    conn.execute(insert(campaign).values(row))
    return conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == code)).scalar_one()


def write_items(conn: Connection, code: str, campaign_id: int, regions: Sequence[int], given: Sequence[Item]) -> None:
    """Items with their events and extensions; what ``item`` repeats of its events is not looked at by any count."""
    for k, one in enumerate(given):
        row = {"item_id": key(code, k), "campaign_id": campaign_id, "kind": LOOPS[one.loop], "loop": one.loop, "ledger_key": str(k)}
        row |= {"ledger_no": f"{k:03d}", "region_id": regions[one.place], "disposal": one.disposal, "category": one.category}
        if one.at is not None:
            row |= dict(zip(("lon", "lat", "crs_declared"), one.at, strict=True))
        if one.water is not None:
            row["object_id"] = key(code, k)
            water_id = _water(conn, one.water) if one.water else None
            # an object on a water body has a position as well
            place = (118.9, 32.2) if one.water == "W1" else (None, None)
            about = {"object_type": "outfall", "name": str(k), "water_body_id": water_id, "lon": place[0], "lat": place[1]}
            conn.execute(insert(object_).values({"object_id": key(code, k)} | about))
        stage = next((e.stage for e in reversed(one.events) if e.stage), "discovered")
        conn.execute(insert(item).values(row | {"discovered_on": START, "stage": stage, "stage_on": START}))
        write_events(conn, key(code, k), one.events)
        for number, (day, late) in enumerate(one.extensions, 1):
            approved = START + timedelta(days=day)
            row = {"item_id": key(code, k), "number": number, "new_due": approved, "approved_at": datetime.combine(approved, time(12))}
            conn.execute(insert(extension).values(row | {"recorded_at": datetime.combine(approved + timedelta(days=late), time(12))}))


def _water(conn: Connection, code: str) -> int:
    """The id of a water body, made when it is first asked for."""
    number = int(code[1:])
    if conn.execute(select(water_body.c.water_body_id).where(water_body.c.water_body_id == number)).first() is None:
        conn.execute(insert(water_body).values(water_body_id=number, code=code, name_zh=code, kind="river"))
    return number


def write_events(conn: Connection, owner: int, events: Sequence[Event], first: int = 1) -> None:
    """Events of one item, numbered from ``first`` on."""
    for number, event in enumerate(events, first):
        write_event(conn, owner, number, event)


def write_event(conn: Connection, owner: int, number: int, event: Event) -> None:
    row = {"item_id": owner, "event_no": number, "kind": event.kind, "stage": event.stage, "result": event.result}
    row |= {"due_on": None if event.due is None else START + timedelta(days=event.due), "voids": event.voids}
    conn.execute(insert(item_event).values(row | {"effective_at": event.happened(), "recorded_at": event.recorded()}))
