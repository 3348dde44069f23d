"""A river small enough to count by hand: a main stem with two tributaries, four sections, six months, seven things on the banks.

The day it speaks of is ``AS_OF`` = 2022-09-30. The Qing (code MAIN, 100 km, target III) runs to the east; the Bei (NORTH, 20 km) joins it at
km 30, the Nan (SOUTH, 10 km, target IV) at km 70. M1 lies in Xuanwu, everything else in Changshu.

=======  ==================  ======  ==================  ==========================
section  where               target  08 09 of 2021       06 07 08 09 of 2022
=======  ==================  ======  ==================  ==========================
M1       MAIN km 10          III     II   II             II  III II  II
M2       MAIN km 50          III     IV   IV             III IV  III IV (TP)
M3       MAIN km 90          II      II   III            II  II  III II
N1       NORTH km 15         III     III  no class       III III V   III
=======  ==================  ======  ==================  ==========================

* September 2022: at the target M1 M3 N1 of 4 (MAIN 2/3); at III or better the same three
* last twelve months, assessed with a class: M1 4/4, M2 2/4, M3 3/4, N1 3/4 = 12/16
* August and September against the year before: 2 + 1 + 1 + 1 = 5/8 now, 2 + 0 + 1 + 1 = 4/7 then

Outfalls of campaign ``xh-river`` (loop sm4-outfall):

====  ===========  =====  ==========  ======================================================================
no.   where        bank   owner       how it stands
====  ===========  =====  ==========  ======================================================================
O1    MAIN km 20   left   a works     industrial, put in order, closed 08-01: closed
O2    MAIN km 40   right  a works     industrial, to be cancelled by 08-31: 30 days overdue
O3    MAIN km 60   left   nobody yet  farming, monitored, not traced: open, no deadline
O4    NORTH km 5   right  a works     farming, traced, kept: needs no rectification
O5    MAIN km 80   right  –           was no outfall: left the count
O6    MAIN km 95   left   –           a place without an item
====  ===========  =====  ==========  ======================================================================

R1 of campaign ``xh-source`` is a problem of the source area at MAIN km 55, whose position is restricted: open, due 12-31.

On MAIN that makes effective O1 O2 O3 R1: overdue 1, open 3, closed 1; outfalls O1 O2 O3: owners 2, monitored 3, traced 2.
"""

import json
from datetime import date, datetime

from sqlalchemy import Connection, insert

from data.identity import item_id, to_hex
from data.rollup.refresh import refresh
from data.schema import campaign, import_batch, item, item_event, object_, section_quality, term, water_body
from data.store import Store, bump

CODE, SOURCE_CODE = "xh-river", "xh-source"
AS_OF = date(2022, 9, 30)
XUANWU, CHANGSHU = "320102", "320581"
MONTHS = [date(2021, 8, 1), date(2021, 9, 1), *(date(2022, month, 1) for month in (6, 7, 8, 9))]
# (name, English name, kind, into, km, length, target, corners)
BODIES = {
    "MAIN": ("清河", "Qing River", "river", None, None, 100.0, "III", [(119.0, 32.0), (119.53, 32.0), (120.06, 32.0)]),
    "NORTH": ("北河", "Bei River", "river", "MAIN", 30.0, 20.0, "III", [(119.3, 32.18), (119.318, 32.0)]),
    "SOUTH": ("南河", "Nan River", "river", "MAIN", 70.0, 10.0, "IV", [(119.75, 31.91), (119.742, 32.0)]),
}
# (water, km, target, county, classes)
SECTIONS = {
    "M1": ("MAIN", 10.0, "III", XUANWU, ("II", "II", "II", "III", "II", "II")),
    "M2": ("MAIN", 50.0, "III", CHANGSHU, ("IV", "IV", "III", "IV", "III", "IV")),
    "M3": ("MAIN", 90.0, "II", CHANGSHU, ("II", "III", "II", "II", "III", "II")),
    "N1": ("NORTH", 15.0, "III", CHANGSHU, ("III", None, "III", "III", "V", "III")),
}
# (water, km, bank, owner, category, disposal, due, stages)
OUTFALLS = {
    "O1": ("MAIN", 20.0, "left", "某厂", "outfall-industrial", "standardised", "08-31", [
        ("confirmed", "05-02"), ("monitored", "05-20"), ("traced", "06-01"), ("classified", "06-10"), ("rectifying", "06-15"),
        ("standardised", "07-20"), ("completed", "07-25"), ("closed", "08-01")]),
    "O2": ("MAIN", 40.0, "right", "某厂", "outfall-industrial", "cancelled", "08-31", [
        ("confirmed", "05-02"), ("monitored", "05-20"), ("traced", "06-01"), ("classified", "06-10"), ("rectifying", "06-15")]),
    "O3": ("MAIN", 60.0, "left", None, "outfall-farming", None, None, [("confirmed", "05-03"), ("monitored", "05-21")]),
    "O4": ("NORTH", 5.0, "right", "某厂", "outfall-farming", "keep", None, [
        ("confirmed", "05-03"), ("monitored", "05-21"), ("traced", "06-02"), ("classified", "06-11"), ("kept", "06-11")]),
    "O5": ("MAIN", 80.0, "right", None, "outfall-farming", None, None, [("suspected", "05-02"), ("surveyed", "05-04"), ("not_outfall", "05-06")]),
}  # fmt: skip
LABELS = {
    "category": {
        "outfall-industrial": ("工业排污口", "Industrial outfall"),
        "outfall-farming": ("农业排口", "Agricultural outfall"),
        "source-farming": ("农业面源", "Agricultural run-off"),
    },
    "disposal": {"standardised": ("规范整治", "Standardised"), "cancelled": ("依法取缔", "Cancelled"), "keep": ("保留", "Kept")},
    "basin": {"清河水系": ("清河水系", "Qing basin")},
}


def water_id(code: str) -> int:
    return item_id("water_body", code)


def object_id(name: str) -> int:
    return item_id("object", name)


def river(code: str) -> str:
    """The id of a water body as addresses write it."""
    return to_hex(water_id(code))


def _day(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


def load(store: Store) -> None:
    """Write the river and its campaigns into a store that has the country's regions, as one change."""
    regions = {code: store.tree().get(code).region_id for code in (XUANWU, CHANGSHU)}  # type: ignore[union-attr]
    with store.writing() as conn:
        for dimension, labels in LABELS.items():
            rows = [{"dimension": dimension, "code": code, "name_zh": zh, "name_en": en} for code, (zh, en) in labels.items()]
            conn.execute(insert(term), rows)
        _waters(conn, regions)
        _sections(conn, regions)
        _outfalls(conn, regions)
        bump(conn, "small river")


def _waters(conn: Connection, regions: dict[str, int]) -> None:
    for code, (zh, en, kind, into, km, length, target, corners) in BODIES.items():
        lons, lats = [c[0] for c in corners], [c[1] for c in corners]
        detail = {"basics": f"{zh}全长{length:.0f}公里。", "plan": "三年达标。", "measures": ["封堵直排口"], "offices": ["某市水利局"]}
        conn.execute(
            insert(water_body).values(
                water_body_id=water_id(code), code=code, name_zh=zh, name_en=en, kind=kind, region_id=regions[CHANGSHU], basin="清河水系",
                flows_into_id=water_id(into) if into else None, flows_into_km=km, length_km=length, target_grade=target, detail=detail,
                geometry=json.dumps({"type": "LineString", "coordinates": corners}), west=min(lons), south=min(lats), east=max(lons),
                north=max(lats), simulated=False,
            )
        )  # fmt: skip


def _sections(conn: Connection, regions: dict[str, int]) -> None:
    for name, (water, km, target, county, classes) in SECTIONS.items():
        conn.execute(
            insert(object_).values(
                object_id=object_id(name), object_type="section", official_code=name, name=f"{name}断面", region_id=regions[county],
                lon=119.0 + km * 0.0106 if water == "MAIN" else 119.31, lat=32.0 if water == "MAIN" else 32.05, sensitivity="public",
                water_body_id=water_id(water), river_km=km, grade_target=target,
            )
        )  # fmt: skip
        for month, grade in zip(MONTHS, classes, strict=True):
            over = "TP" if (name, month) == ("M2", MONTHS[-1]) else None
            row = {"object_id": object_id(name), "month": month, "grade": grade, "exceeding": over, "standard_version": "GB 3838-2002"}
            told = datetime(month.year, month.month, 28, 12)
            conn.execute(insert(section_quality).values(row | {"recorded_at": told}))


def _outfalls(conn: Connection, regions: dict[str, int]) -> None:
    def place(name: str, kind: str, water: str, km: float, **more: object) -> None:
        own = {"object_id": object_id(name), "object_type": kind, "name": f"某{name}", "region_id": regions[CHANGSHU], "river_km": km}
        own |= {"water_body_id": water_id(water), "lon": 119.0 + km * 0.0106, "lat": 32.0005, "sensitivity": "internal"}
        conn.execute(insert(object_).values(own | more))

    for name, (water, km, bank, owner, *_) in OUTFALLS.items():
        place(name, "outfall", water, km, bank=bank, owner=owner)
    place("O6", "outfall", "MAIN", 95.0, bank="left")
    place("R", "source_area", "MAIN", 55.0, bank="left", sensitivity="restricted")
    held = {name: (entry[4], entry[5], entry[6], entry[7]) for name, entry in OUTFALLS.items()}
    _campaign(conn, CODE, "清河排污口整治", "outfall", "sm4-outfall", {name: (name, *entry) for name, entry in held.items()}, regions)
    source = {"R1": ("R", "source-farming", None, "12-31", [("listed", "05-05"), ("planned", "05-20"), ("rectifying", "06-01")])}
    _campaign(conn, SOURCE_CODE, "清河水源地整治", "source_problem", "sm8-source-area", source, regions)


def _campaign(
    conn: Connection,
    code: str,
    zh: str,
    kind: str,
    loop: str,
    items: dict[str, tuple[str, str, str | None, str | None, list[tuple[str, str]]]],
    regions: dict[str, int],
) -> None:
    row = {"code": code, "name_zh": zh, "start_on": _day("05-01"), "end_on": _day("12-31"), "simulated": False}
    campaign_id = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]  # type: ignore[index]
    batch = {"campaign_id": campaign_id, "file_name": "river.xlsx", "sha256": "1" * 64, "fingerprint": code, "as_known": AS_OF}
    conn.execute(insert(import_batch).values(batch | {"imported_at": datetime(2022, 9, 30, 12), "rows_read": len(items)}))
    for number, (on, category, disposal, due, stages) in items.items():
        key = item_id(code, number)
        conn.execute(
            insert(item).values(
                item_id=key, campaign_id=campaign_id, kind=kind, loop=loop, ledger_key=number, ledger_no=number,
                region_id=regions[CHANGSHU], theme="water", category=category, disposal=disposal, source="on_site", long_term=False,
                object_id=object_id(on), object_name=f"某{on}", title=f"{number}整治", discovered_on=_day(stages[0][1]),
                due_original=due and _day(due), due_current=due and _day(due), stage=stages[-1][0], stage_on=_day(stages[-1][1]),
            )
        )  # fmt: skip
        events: list[dict[str, object]] = []
        for n, (stage, day) in enumerate(stages):
            when = {"effective_at": datetime.fromisoformat(f"2022-{day}T10:00:00").replace(minute=n)}
            told = {"recorded_at": datetime.fromisoformat(f"2022-{day}T12:00:00")}
            events.append({"item_id": key, "event_no": n + 1, "kind": "stage", "stage": stage, "due_on": None} | when | told)
        if due:
            last = events[-1]
            events.append(last | {"event_no": len(events) + 1, "kind": "due", "stage": None, "due_on": _day(due)})
        conn.execute(insert(item_event), events)
    refresh(conn, campaign_id, regions.values())
