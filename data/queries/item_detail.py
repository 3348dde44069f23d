"""One item with its whole history, on both clocks."""

from typing import Any

from sqlalchemy import select

from data import identity
from data.loops.catalogue import load_loops
from data.queries.labels import label
from data.schema import campaign, department, extension, import_batch, item, item_event, item_link, object_, round_, team, verification
from data.scope import ALL, exact, region_of
from data.store import Store

_PLACE = ("lon", "lat", "crs_declared")


def item_detail(scope: str, store: Store, item_id: str | int, lang: str = "zh-CN") -> dict[str, Any] | None:
    """Fields of ``item`` with names beside codes, and ``events`` (oldest first; each with ``standing``: not taken back),
    ``extensions``, ``verifications``, ``links`` ({type, item_id, ledger_no, direction}). None when it does not exist or lies
    outside the viewer's scope. ``item_id``: the 16 hexadecimal digits, or the number."""
    number = identity.from_hex(item_id) if isinstance(item_id, str) else item_id
    if number is None:
        return None
    tree = store.tree()
    with store.reading() as conn:
        columns = [
            *item.c,
            campaign.c.code.label("campaign"),
            campaign.c.name_zh.label("campaign_zh"),
            campaign.c.name_en.label("campaign_en"),
            campaign.c.simulated,
            department.c.code.label("department"),
            round_.c.number.label("round"),
            round_.c.name_zh.label("round_zh"),
            team.c.name_zh.label("team_name"),
            import_batch.c.file_name.label("batch_file"),
            object_.c.sensitivity,
        ]
        joined = (
            item.join(campaign, campaign.c.campaign_id == item.c.campaign_id)
            .outerjoin(department, department.c.department_id == item.c.department_id)
            .outerjoin(round_, round_.c.round_id == item.c.round_id)
            .outerjoin(team, team.c.team_id == item.c.team_id)
            .outerjoin(import_batch, import_batch.c.batch_id == item.c.batch_id)
            .outerjoin(object_, object_.c.object_id == item.c.object_id)
        )
        row = conn.execute(select(*columns).select_from(joined).where(item.c.item_id == number)).mappings().first()
        if row is None or not _visible(scope, store, row["region_id"]):
            return None
        out: dict[str, Any] = dict(row)
        events = [dict(e) for e in conn.execute(select(item_event).where(item_event.c.item_id == number)).mappings()]
        if out.pop("sensitivity") == "restricted" and not exact(scope):
            _without_place(out, events)
        out["extensions"] = [
            dict(e) for e in conn.execute(select(extension).where(extension.c.item_id == number).order_by(extension.c.number)).mappings()
        ]
        out["verifications"] = [
            dict(e)
            for e in conn.execute(select(verification).where(verification.c.item_id == number).order_by(verification.c.number)).mappings()
        ]
        links = []
        for mine, other, direction in (("item_id", "target_id", "to"), ("target_id", "item_id", "from")):
            query = select(item_link.c.type, item_link.c[other], item.c.ledger_no, item.c.region_id).select_from(
                item_link.outerjoin(item, item.c.item_id == item_link.c[other])
            )
            for kind, target, ledger_no, region_id in conn.execute(query.where(item_link.c[mine] == number)):
                if region_id is None or _visible(scope, store, region_id):
                    links.append({"type": kind, "item_id": identity.to_hex(target), "ledger_no": ledger_no, "direction": direction})
        out["links"] = links
    loop = load_loops().get(out["loop"])
    taken_back = _taken_back(events)
    for event in events:
        stage = loop.stages.get(event["stage"]) if loop and event["stage"] else None
        event["stage_name"] = stage.name(lang) if stage else event["stage"]
        event["status"] = stage.status if stage else None
        event["standing"] = event["event_no"] not in taken_back
    events.sort(key=lambda e: (e["effective_at"], e["event_no"]))
    stage = loop.stages.get(out["stage"]) if loop else None
    out["events"] = events
    out["item_id"] = identity.to_hex(number)
    out["stage_name"] = stage.name(lang) if stage else out["stage"]
    out["status"] = stage.status if stage else None
    out["loop_name"] = loop.name(lang) if loop else out["loop"]
    out["campaign_name"] = out["campaign_en"] if lang == "en" and out["campaign_en"] else out["campaign_zh"]
    out["region_code"] = tree.by_id(out["region_id"]).code
    out["region"] = tree.full_name(out["region_id"], lang)
    for dimension in ("theme", "category", "source", "disposal", "department"):
        out[f"{dimension}_name"] = label(store, lang, dimension, out[dimension])
    return out


def _without_place(out: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """Take from an item what says where it is, its columns that nobody mapped included: nobody knows what stands in them."""
    out.update(dict.fromkeys((*_PLACE, "extra")))
    for event in events:
        if isinstance(event["payload"], dict):
            event["payload"] = {name: change for name, change in event["payload"].items() if name not in _PLACE}


def _visible(scope: str, store: Store, region_id: int) -> bool:
    confined = region_of(scope)
    if confined == ALL:
        return True
    own = store.tree().get(confined)
    return own is not None and region_id in store.tree().within(own.region_id)


def _taken_back(events: list[dict[str, Any]]) -> set[int]:
    """Numbers of events that a standing void event names; a void is decided before what it takes back."""
    gone: set[int] = set()
    for event in sorted((e for e in events if e["kind"] == "void"), key=lambda e: -e["event_no"]):
        if event["event_no"] not in gone and event["voids"] is not None:
            gone.add(event["voids"])
    return gone
