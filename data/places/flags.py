"""What people decide about items that lie inside protection zones: confirmed, dismissed, or opened again. Nothing is overwritten."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, func, insert, select

from data import calendar, identity
from data.places.crs import to_drawn
from data.positions.zones import Zone, zones_of
from data.schema import item, object_, zone_flag
from data.scope import ALL, exact, region_of
from data.store import Store, bump

CONFIRMED, DISMISSED, REOPENED = "confirmed", "dismissed", "reopened"
VERDICTS = (CONFIRMED, DISMISSED, REOPENED)
# what stands while nobody has decided, or after it was opened again
PROPOSED = "proposed"
LONGEST_REASON = 1000


@cache
def _words() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "flag_messages.json").read_text(encoding="utf-8"))


class FlagError(Exception):
    """Nothing was written. ``code`` names the message of flag_messages.json, ``params`` fill it in."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "zh-CN") -> str:
        """The reason, and what can be done."""
        words = _words()[self.code]
        return words.get(lang, words["zh-CN"]).format(**self.params)

    def __str__(self) -> str:
        return self.text("en")


def decide(
    store: Store, item_id: str | int, zone_id: str | int, verdict: str, reason: str | None = None, by: str | None = None, scope: str = ALL
) -> int:
    """Add a verdict on an item inside a zone and return its number, from 1.

    ``item_id`` and ``zone_id``: the 16 hexadecimal digits, or the numbers. ``verdict``: confirmed, dismissed (needs a reason) or reopened
    (what was decided is open again). ``scope``: what the person who decides may see. The store's version goes up, so that every list
    shows it. FlagError when there is no such item or zone for this viewer, the item does not lie in the zone, the verdict is unknown, is
    the one that stands already, takes back nothing, or lacks its reason.
    """
    if verdict not in VERDICTS:
        raise FlagError("verdict_unknown", verdict=verdict)
    said = " ".join((reason or "").split())
    if verdict == DISMISSED and not said:
        raise FlagError("reason_needed")
    if len(said) > LONGEST_REASON:
        raise FlagError("reason_long", limit=LONGEST_REASON)
    item_number, zone_number = _number(item_id), _number(zone_id)
    zone = None if zone_number is None else zones_of(store).find(zone_number)
    if zone is None or not zone.shown_to(scope):
        raise FlagError("zone_unknown")
    f = zone_flag.c
    with store.writing() as conn:
        if item_number is None or not _lies(store, conn, item_number, zone, scope):
            raise FlagError("not_inside", zone=zone.name)
        here = (f.item_id == item_number, f.zone_id == zone.zone_id)
        number = int(conn.execute(select(func.coalesce(func.max(f.number), 0)).where(*here)).scalar_one())
        last = conn.execute(select(f.verdict).where(*here, f.number == number)).scalar() if number else REOPENED
        if last == verdict:
            raise FlagError("nothing_to_reopen" if verdict == REOPENED else f"already_{verdict}")
        row = {"item_id": item_number, "zone_id": zone.zone_id, "number": number + 1, "verdict": verdict, "reason": said or None}
        conn.execute(insert(zone_flag).values(row | {"decided_at": calendar.now_utc(), "decided_by": (by or "")[:100] or None}))
        bump(conn, f"zone flag {verdict}")
    return number + 1


def _number(value: str | int) -> int | None:
    return identity.from_hex(value) if isinstance(value, str) else value


def _lies(store: Store, conn: Connection, item_id: int, zone: Zone, scope: str) -> bool:
    """Whether the item is one that this viewer may see, and its position (its own, else its object's) is in the zone."""
    c, o = item.c, object_.c
    columns = (c.region_id, c.lon, c.lat, c.crs_declared, o.lon, o.lat, o.crs_declared, o.sensitivity)
    query = select(*columns).select_from(item.outerjoin(object_, c.object_id == o.object_id)).where(c.item_id == item_id)
    row = conn.execute(query).first()
    if row is None or (row[7] == "restricted" and not exact(scope)) or not _in_region(store, row[0], scope):
        return False
    x, y, crs = row[1:4] if row[1] is not None and row[2] is not None else row[4:7]
    if x is None or y is None:
        return False
    lon, lat = to_drawn(np.array([x], dtype=np.float64), np.array([y], dtype=np.float64), crs)
    # held to a millionth of a degree, as lists and maps have it
    return bool(np.isfinite(lon[0]) and zone.holds(np.round(lon, 6), np.round(lat, 6))[0])


def _in_region(store: Store, region_id: int, scope: str) -> bool:
    confined = region_of(scope)
    if confined == ALL:
        return True
    own = store.tree().get(confined)
    return own is not None and region_id in store.tree().within(own.region_id)
