"""Eight outfalls, one intake and its zones in two counties, small enough to place by hand.

Campaign ``map-2022``, all outfalls, loop sm4-outfall, as of 2022-09-30. Xuanwu (320102) is in Nanjing, Changshu (320581) in Suzhou.

====  ========  ====================  ==========  =================================================
no.   county    longitude, latitude   due         stands at
====  ========  ====================  ==========  =================================================
P1    Xuanwu    118.8000, 32.0500     09-10       rectifying: overdue
P2    Xuanwu    118.8000, 32.0500     10-30       closed; on the very spot of P1
P3    Xuanwu    118.8010, 32.0510     10-30       rectifying, in progress; inside the zone of grade 1
P4    Xuanwu    118.8500, 32.0800     10-05       rectifying, due in 5 days
P5    Xuanwu    none                  10-30       suspected, no position
P6    Changshu  120.7500, 31.6500     –           kept
P7    Changshu  120.7600, 31.6500     –           not an outfall: withdrawn
P8    Changshu  GCJ-02                10-30       monitored; its object is written in GCJ-02 and is drawn at 120.7700, 31.6600
====  ========  ====================  ==========  =================================================

``W1``, a problem of the source area, hangs on the intake: restricted, at 118.7991234, 32.0498765.
The zone of grade 1 is the square 118.7990–118.8020, 32.0490–32.0520, its approval "苏环批〔2020〕1号".
"""

import json
from datetime import date, datetime

import numpy as np
from sqlalchemy import insert, select

from data.identity import item_id
from data.places.crs import to_gcj
from data.rollup.refresh import refresh
from data.schema import campaign, import_batch, item, item_event, object_, region, zone
from data.store import Store, bump

CODE = "map-2022"
AS_OF = date(2022, 9, 30)
XUANWU, CHANGSHU = "320102", "320581"
INTAKE = (118.7991234, 32.0498765)
OUTFALLS = {
    "P1": (XUANWU, (118.8000, 32.0500), "09-10", ("suspected", "surveyed", "rectifying"), "outfall-industrial"),
    "P2": (XUANWU, (118.8000, 32.0500), "10-30", ("suspected", "surveyed", "monitored", "traced", "rectifying", "completed", "closed"), "outfall-plant"),
    "P3": (XUANWU, (118.8010, 32.0510), "10-30", ("suspected", "surveyed", "monitored", "rectifying"), "outfall-industrial"),
    "P4": (XUANWU, (118.8500, 32.0800), "10-05", ("suspected", "surveyed", "rectifying"), "outfall-other"),
    "P5": (XUANWU, None, "10-30", ("suspected",), "outfall-other"),
    "P6": (CHANGSHU, (120.7500, 31.6500), None, ("suspected", "surveyed", "kept"), "outfall-other"),
    "P7": (CHANGSHU, (120.7600, 31.6500), None, ("suspected", "not_outfall"), "outfall-other"),
    "P8": (CHANGSHU, (120.7700, 31.6600), "10-30", ("suspected", "surveyed", "monitored"), "outfall-farming"),
}  # fmt: skip
#: what the map shows of each: P5 has no position, P7 was withdrawn
STATUS = {"P1": "overdue", "P2": "closed", "P3": "in_progress", "P4": "due_soon", "P5": "in_progress", "P6": "aside", "P8": "in_progress"}
ZONE = [[118.799, 32.049], [118.802, 32.049], [118.802, 32.052], [118.799, 32.052], [118.799, 32.049]]
AREA, ZONE_ID = item_id("object", "source_area:SY1"), item_id("zone", "SY1-1")


def key(number: str) -> int:
    """The id of an item."""
    return item_id(CODE, number)


def load(store: Store) -> None:
    """Write all of it in one transaction."""
    with store.writing() as conn:
        codes = (XUANWU, CHANGSHU)
        regions = {
            row[0]: row[1] for row in conn.execute(select(region.c.gb2260_code, region.c.region_id).where(region.c.gb2260_code.in_(codes)))
        }
        row = {"code": CODE, "name_zh": "地图小样", "name_en": "A small map", "type": "outfall", "simulated": True}
        campaign_id = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]
        batch = {"campaign_id": campaign_id, "file_name": "map.xlsx", "sha256": "1" * 64, "fingerprint": CODE, "as_known": AS_OF}
        conn.execute(insert(import_batch).values(batch | {"imported_at": datetime(2022, 9, 30, 12)}))
        for number, (place, at, due, stages, category) in OUTFALLS.items():
            own = at if number != "P8" else None
            object_id = None
            if number == "P8":
                object_id = item_id("object", "outfall:P8")
                x, y = to_gcj(np.array([at[0]]), np.array([at[1]]))
                _object(conn, object_id, "outfall", "P8", regions[place], (float(x[0]), float(y[0])), "internal", "GCJ-02")
            _item(conn, campaign_id, number, "outfall", "sm4-outfall", regions[place], own, due, stages, category, object_id)
        _object(conn, AREA, "source_area", "某水源地", regions[XUANWU], INTAKE, "restricted", "EPSG:4490")
        _item(
            conn,
            campaign_id,
            "W1",
            "source_problem",
            "sm8-source-area",
            regions[XUANWU],
            None,
            "10-30",
            ("listed", "rectifying"),
            None,
            AREA,
        )
        conn.execute(
            insert(zone).values(
                zone_id=ZONE_ID, object_id=AREA, code="SY1-1", name="某水源地一级保护区", grade="grade1", region_id=regions[XUANWU],
                approval_no="苏环批〔2020〕1号", geometry=json.dumps({"type": "Polygon", "coordinates": [ZONE]}), west=118.799, south=32.049,
                east=118.802, north=32.052, simulated=True,
            )
        )  # fmt: skip
        refresh(conn, campaign_id, regions.values())
        bump(conn, "map")


def _object(conn, object_id, kind, name, region_id, at, sensitivity, crs) -> None:
    values = {"object_id": object_id, "object_type": kind, "name": name, "region_id": region_id, "sensitivity": sensitivity}
    conn.execute(insert(object_).values(values | {"lon": at[0], "lat": at[1], "crs_declared": crs, "simulated": True}))


def _item(conn, campaign_id, number, kind, loop, region_id, at, due, stages, category, object_id=None) -> None:
    days = [date(2022, 8, 1 + k) for k in range(len(stages))]
    due_on = None if due is None else date.fromisoformat(f"2022-{due}")
    conn.execute(
        insert(item).values(
            item_id=key(number), campaign_id=campaign_id, kind=kind, loop=loop, ledger_key=number, ledger_no=number, region_id=region_id,
            category=category, object_id=object_id, object_name=f"某排口-{number}", discovered_on=days[0], due_original=due_on,
            due_current=due_on, stage=stages[-1], stage_on=days[-1], lon=at and at[0], lat=at and at[1],
            crs_declared="EPSG:4490" if at else None,
        )
    )  # fmt: skip
    events = [{"kind": "stage", "stage": stage, "due_on": None, "day": day} for stage, day in zip(stages, days, strict=True)]
    if due_on:
        events.append({"kind": "due", "stage": None, "due_on": due_on, "day": days[0]})
    for n, event in enumerate(events, 1):
        moment = datetime.combine(event.pop("day"), datetime.min.time()).replace(hour=9)
        conn.execute(insert(item_event).values(item_id=key(number), event_no=n, effective_at=moment, recorded_at=moment, **event))
