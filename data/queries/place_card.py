"""What the card of a place on the map says: an item, a section, a source area, a zone, a water body, a region."""

from typing import Any

from sqlalchemy import select

from data import identity
from data.filters import Filters
from data.layers.objects import waters
from data.positions.zones import Zone, visible, zones_of
from data.queries.headline import headline
from data.queries.item_detail import item_detail
from data.queries.selection import Selection
from data.schema import object_, water_body
from data.scope import ALL, exact, region_of
from data.store import Store
from data.waters import grades, quality
from data.waters.network import network

WHATS = ("item", "section", "source-area", "zone", "river", "region")
MONTHS = 24


def place_card(scope: str, store: Store, filters: Filters, what: str, key: str, lang: str = "zh-CN") -> dict[str, Any] | None:
    """Facts of one place: ``what``, ``name`` and what belongs to its kind. None when there is none, or none that this viewer may see.

    ``key``: 16 hexadecimal digits, of a region its code.
    """
    if what == "region":
        return _region(scope, store, filters, key, lang)
    number = identity.from_hex(key)
    if number is None or what not in WHATS:
        return None
    makers = {"item": _item, "section": _section, "source-area": _source_area, "zone": _zone, "river": _river}
    return makers[what](scope, store, filters, number, lang)


def _item(scope: str, store: Store, filters: Filters, number: int, lang: str) -> dict[str, Any] | None:
    detail = item_detail(scope, store, number, lang)
    if detail is None:
        return None
    about = _object(scope, store, detail.get("object_id"), lang)
    name = detail.get("object_name") or detail.get("title") or detail.get("ledger_no") or detail["item_id"]
    return {"what": "item", "name": name, "item": detail, "object": about, "object_id": detail.get("object_id")}


def _object(scope: str, store: Store, object_id: int | None, lang: str) -> dict[str, Any]:
    """Owner, official code and water body of an object, and where on it, unless that would tell a restricted position."""
    if object_id is None:
        return {}
    o, w = object_.c, water_body.c
    columns = (o.sensitivity, o.official_code, o.owner, o.river_km, o.bank, o.simulated, w.water_body_id, w.name_zh, w.name_en)
    query = select(*columns).select_from(object_.outerjoin(water_body, o.water_body_id == w.water_body_id))
    with store.reading() as conn:
        row = conn.execute(query.where(o.object_id == object_id)).first()
    if row is None:
        return {}
    told = exact(scope) or row.sensitivity != "restricted"
    return {
        "official_code": row.official_code,
        "owner": row.owner,
        "river_km": row.river_km if told else None,
        "bank": row.bank if told else None,
        "simulated": bool(row.simulated),
        "water": (row.name_en if lang == "en" and row.name_en else row.name_zh),
        "water_id": None if row.water_body_id is None else identity.to_hex(row.water_body_id),
    }


def _own(scope: str, store: Store, region_id: int | None) -> bool:
    """Whether a place of a region may be seen."""
    confined = region_of(scope)
    if confined == ALL or region_id is None:
        return True
    place = store.tree().get(confined)
    return place is not None and region_id in store.tree().within(place.region_id)


def _section(scope: str, store: Store, filters: Filters, number: int, lang: str) -> dict[str, Any] | None:
    o = object_.c
    with store.reading() as conn:
        row = conn.execute(select(o.name, o.object_type, o.region_id, o.grade_target, o.simulated).where(o.object_id == number)).first()
    if row is None or row.object_type not in ("section", "station") or not _own(scope, store, row.region_id):
        return None
    selection = Selection(scope, store, filters)
    target = network(store).target(number, row.grade_target)
    since = grades.months_before(grades.last_month(selection.as_of), MONTHS - 1)
    history = quality.months(store, (number,), selection.as_of, selection.known_at, since).get(number, [])
    now = quality.newest(store, (number,), selection.as_of, selection.known_at).get(number)
    judged = [told for each in history if (told := grades.met(each.grade, target)) is not None]
    return {
        "what": "section", "name": row.name, "kind": row.object_type, "region": _region_name(store, row.region_id, lang),
        "target": target, "grade": now.grade if now else None, "month": now.month if now else None,
        "meets": grades.met(now.grade, target) if now else None,
        "history": [(each.month, each.grade) for each in history], "met": sum(judged), "judged": len(judged),
        "exceeding": (",".join(now.exceeding) or None) if now else None, "standard": now.standard if now else None,
        "object": _object(scope, store, number, lang), "object_id": number, "simulated": bool(row.simulated),
    }  # fmt: skip


def _source_area(scope: str, store: Store, filters: Filters, number: int, lang: str) -> dict[str, Any] | None:
    o = object_.c
    with store.reading() as conn:
        query = select(o.name, o.object_type, o.region_id, o.official_code, o.simulated).where(o.object_id == number)
        row = conn.execute(query).first()
    if row is None or row.object_type != "source_area" or not _own(scope, store, row.region_id):
        return None
    selection = Selection(scope, store, filters)
    zones = [z for z in visible(zones_of(store).zones, selection.tree, scope, selection.as_of) if z.object_id == number]
    return {
        "what": "source-area", "name": row.name, "region": _region_name(store, row.region_id, lang), "code": row.official_code,
        "zones": [_zone_facts(z) for z in zones], "simulated": bool(row.simulated),
    }  # fmt: skip


def _zone(scope: str, store: Store, filters: Filters, number: int, lang: str) -> dict[str, Any] | None:
    selection = Selection(scope, store, filters)
    found = zones_of(store).find(number)
    if found is None or not visible([found], selection.tree, scope, selection.as_of):
        return None
    area = None if found.object_id is None else identity.to_hex(found.object_id)
    return {
        "what": "zone",
        "region": _region_name(store, found.region_id, lang),
        "area": area,
        "simulated": found.simulated,
        **_zone_facts(found),
    }


def _zone_facts(zone: Zone) -> dict[str, Any]:
    return {
        "name": zone.name,
        "grade": zone.grade,
        "approval": zone.approval_no,
        "approved_on": zone.approved_on,
        "zone_id": identity.to_hex(zone.zone_id),
    }


def _river(scope: str, store: Store, filters: Filters, number: int, lang: str) -> dict[str, Any] | None:
    row = next((r for r in waters(store).rows if r.water_body_id == number), None)
    if row is None:
        return None
    name = row.name_en if lang == "en" and row.name_en else row.name_zh
    found = headline(scope, store, filters.but(water=(row.code,), area=()), lang)
    counts = {m: (n, d) for m, n, d in zip(found["measure"], found["numerator"], found["denominator"], strict=True)}
    return {
        "what": "river", "name": name, "kind": row.kind, "target": row.target_grade, "id": identity.to_hex(number), "code": row.code,
        "effective": counts["effective"][0], "overdue": counts["overdue"][0], "simulated": bool(row.simulated),
    }  # fmt: skip


def _region(scope: str, store: Store, filters: Filters, code: str, lang: str) -> dict[str, Any] | None:
    tree = store.tree()
    place = tree.get(code)
    if place is None or not _own(scope, store, place.region_id):
        return None
    found = headline(scope, store, filters.but(region=code, level=None), lang)
    rows = list(zip(found["measure"], found["numerator"], found["denominator"], found["reason"], strict=True))
    return {
        "what": "region",
        "name": tree.full_name(place.region_id, lang),
        "code": code,
        "measures": rows,
        "simulated": found.attrs["simulated"],
    }


def _region_name(store: Store, region_id: int | None, lang: str) -> str | None:
    tree = store.tree()
    return tree.full_name(region_id, lang) if region_id is not None and region_id in tree else None
