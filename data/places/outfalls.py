"""Outfalls of a layer as items of a campaign, handed to the ledger import as a table: they have events, a batch and a ledger day."""

import csv
import io
from collections import Counter

from sqlalchemy import Connection, select, update

from data import identity
from data.ledgers import pipeline
from data.ledgers.load import chunks
from data.ledgers.prepare import ImportOptions
from data.ledgers.prepare import prepare as prepare_ledger
from data.loops.catalogue import loop_of_kind
from data.places.fields import FIRST_STAGE
from data.places.load import object_key
from data.places.located import Place
from data.places.prepare import Prepared
from data.schema import campaign, import_batch, item
from data.store import Store

_COLUMNS = ("ledger_no", "object_code", "object_name", "region_code", "category", "status", "discovered_on")


def into_campaign(
    conn: Connection, store: Store, ready: Prepared, places: list[Place]
) -> tuple[int | None, int, list[tuple[int, int]], set[tuple[int, int]]]:
    """Make items of the outfalls that have none in the campaign; those known by their number only are linked to their object.

    Returns the ledger batch (None: nothing to make), how many items are new, the (item, object) pairs linked, and the (campaign, region)
    pairs touched.
    """
    options = ready.options
    assert options.campaign is not None
    campaign_id = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == options.campaign)).scalar_one_or_none()
    keys = dict(zip([id(p) for p in places], _numbers(places, store), strict=True))
    ids = {id(p): identity.item_id(options.campaign, keys[id(p)]) for p in places}
    held, linked, touched = _held(conn, campaign_id, {ids[id(p)]: p.parsed["id"] for p in places})
    wanted = [p for p in places if p.parsed["id"] not in held and ids[id(p)] not in held]
    if not wanted:
        return None, 0, linked, touched
    table = _table(store, ready, wanted, {id(p): keys[id(p)] for p in wanted})
    name = f"{ready.file_name.rpartition('.')[0] or ready.file_name}.csv"
    made = prepare_ledger(
        store, table, name,
        ImportOptions(
            options.campaign, options.new_campaign, "outfall", ready.as_known, key_columns=("ledger_no",), full_export=False,
            imported_by=options.imported_by, lang=options.lang,
        ),
    )  # fmt: skip
    batch_id, done, _ = pipeline.write(conn, made, lambda step, share: None)
    if campaign_id is None:
        campaign_id = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == options.campaign)).scalar_one()
    _link(conn, {ids[id(p)]: p.parsed["id"] for p in wanted})
    return batch_id, done.new + done.changed, linked, touched | {(campaign_id, region_id) for region_id in done.regions}


def _numbers(places: list[Place], store: Store) -> list[str]:
    """Ledger numbers: the outfall's code, else its name, told apart by region where two are called alike."""
    tree = store.tree()
    times = Counter(p.parsed["name"] for p in places if not p.parsed["code"])
    out = []
    for place in places:
        name = place.parsed["name"]
        if not place.parsed["code"] and times[name] > 1 and place.region_id is not None:
            name = f"{name} ({tree.by_id(place.region_id).code})"
        out.append((place.parsed["code"] or name)[:120])
    return out


def _held(
    conn: Connection, campaign_id: int | None, wanted: dict[int, int]
) -> tuple[set[int], list[tuple[int, int]], set[tuple[int, int]]]:
    """Ids of objects and items that the campaign has already; items that name no object yet are linked.

    Items of a ledger that was taken back count as not there. ``wanted``: item id -> object id.
    """
    held: set[int] = set()
    touched: set[tuple[int, int]] = set()
    if campaign_id is None:
        return held, [], touched
    i = item.c
    undone = select(import_batch.c.batch_id).where(import_batch.c.undone_at.is_not(None))
    gone = set(conn.execute(select(i.item_id).where(i.campaign_id == campaign_id, i.batch_id.in_(undone))).scalars())
    for part in chunks(sorted(set(wanted.values()))):
        rows = conn.execute(select(i.item_id, i.object_id).where(i.campaign_id == campaign_id, i.object_id.in_(part)))
        held.update(object_id for key, object_id in rows if key not in gone)
    free: dict[int, int] = {}
    for part in chunks(sorted(wanted)):
        for key, object_id, region_id in conn.execute(select(i.item_id, i.object_id, i.region_id).where(i.item_id.in_(part))).all():
            if key in gone:
                continue
            held.add(key)
            if object_id is None:
                free[key] = wanted[key]
                touched.add((campaign_id, region_id))
    _link(conn, free)
    return held, sorted(free.items()), touched


def _link(conn: Connection, pairs: dict[int, int]) -> None:
    for key, object_id in pairs.items():
        conn.execute(update(item).where(item.c.item_id == key, item.c.object_id.is_distinct_from(object_id)).values(object_id=object_id))


def unlink(conn: Connection, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Take back links of (item, object), where they still hold; returns the (campaign, region) pairs touched."""
    i = item.c
    out: set[tuple[int, int]] = set()
    for part in chunks(sorted(pairs)):
        object_of = dict(part)
        query = select(i.item_id, i.object_id, i.campaign_id, i.region_id).where(i.item_id.in_(list(object_of)))
        for key, object_id, campaign_id, region_id in conn.execute(query).all():
            # an item that was linked to something else since is no longer this import's
            if object_id == object_of[key]:
                conn.execute(update(item).where(i.item_id == key, i.object_id == object_id).values(object_id=None))
                out.add((campaign_id, region_id))
    return out


def _table(store: Store, ready: Prepared, places: list[Place], keys: dict[int, str]) -> bytes:
    """The outfalls as a ledger."""
    tree = store.tree()
    first = loop_of_kind("outfall").stages[FIRST_STAGE].zh
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(_COLUMNS)
    for place in places:
        p = place.parsed
        assert place.region_id is not None
        region_code = tree.by_id(place.region_id).code
        # the ledger finds the object by its code where that made the object's id
        own = p["code"] and p["id"] == object_key("outfall", p["code"], region_code, p["name"])
        day = min(p["discovered_on"] or ready.as_known, ready.as_known)
        category = place.values.get("category", "")
        row = (keys[id(place)], p["code"] if own else "", p["name"], region_code, category, p["status"] or first, day.isoformat())
        out.writerow(row)
    return text.getvalue().encode("utf-8-sig")
