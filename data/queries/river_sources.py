"""What discharges into the selected water bodies: outfalls by class, disposal, bank and owner, and how complete their records are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pandas import DataFrame
from sqlalchemy import func, select

from data.filters import Filters
from data.measures import NO_ITEMS, rate
from data.queries import rivers
from data.queries.labels import labels
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.schema import item, object_
from data.scope import exact
from data.store import Store
from data.waters.network import Body, network

COLUMNS = ("aspect", "value", "value_name", "outfalls", "of", "share")
KIND = "outfall"
#: what a record of an outfall should hold: where it is, where along the river, on which bank, who discharges, what is discharged
COMPLETE = ("position", "km", "bank", "owner", "monitored", "traced")
_AT_ONCE = 500
_NONE = ""


def river_sources(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS: ``aspect`` class, disposal, bank, owner and complete, in this order; ``of`` is the denominator (all outfalls of the
    selection on the selected water bodies that were neither dropped nor merged), ``share`` = outfalls / of.

    Values: class and disposal by number, without a value last; bank left, right, ""; owner known, ""; complete as in COMPLETE, each
    with the outfalls that have it. No row where there is no outfall. ``attrs``: ``total`` {outfalls, owners}, ``unlisted`` outfalls
    on the water that no item of the selection names, ``water``, ``reasons``.
    """
    selection = Selection(scope, store, filters.but(kind=(KIND,)))
    held = network(store)
    bodies = rivers.shown(selection, held, filters.water)
    codes = {body.code for body in bodies}
    found: list[dict[str, Any]] = []
    for part in selection.parts:
        found += _outfalls(selection, part, codes)
    names = labels(store, lang)
    rows: list[tuple[str, str, str | None, int]] = []
    for aspect, dimension in (("class", "category"), ("disposal", "disposal")):
        rows += _by_value(aspect, [each[dimension] for each in found], names.get(dimension, {}))
    if found:
        rows += [("bank", side, None, sum(each["bank"] == (side or None) for each in found)) for side in ("left", "right", _NONE)]
        rows += [("owner", known, None, sum(bool(each["owner"]) is bool(known) for each in found)) for known in ("known", _NONE)]
        rows += [("complete", what, None, sum(bool(each[what]) for each in found)) for what in COMPLETE]
    one = bodies[0].name(lang) if len(bodies) == 1 else None
    frame = selection.frame(
        {
            "aspect": [row[0] for row in rows],
            "value": [row[1] for row in rows],
            "value_name": [row[2] for row in rows],
            "outfalls": np.array([row[3] for row in rows], dtype=np.int64),
            "of": np.full(len(rows), len(found), dtype=np.int64),
            "share": np.array([rate(row[3], len(found)) for row in rows], dtype=np.float64),
        },
        lang,
        total={"outfalls": len(found), "owners": sum(bool(each["owner"]) for each in found)},
        unlisted=_unlisted(selection, bodies),
        water=one,
        reasons={} if found else {"share": NO_ITEMS},
    )
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame


def _by_value(aspect: str, values: Sequence[str | None], names: dict[str, str]) -> list[tuple[str, str, str | None, int]]:
    counted: dict[str, int] = {}
    for value in values:
        counted[value or _NONE] = counted.get(value or _NONE, 0) + 1
    ranked = sorted(counted.items(), key=lambda entry: (not entry[0], -entry[1], entry[0]))
    return [(aspect, value, names.get(value, value) if value else None, number) for value, number in ranked]


def _outfalls(selection: Selection, part: Part, codes: set[str]) -> list[dict[str, Any]]:
    """Each outfall of a part on the water bodies: its object, category, disposal, and what is known of it at the as-of day."""
    index = part.index
    where = index.among("water", [v for v in index.values["water"] if v in codes], part.a, part.b)
    positions = part.moment.positions(part.chosen("outfalls") & where)
    if not len(positions):
        return []
    ids = index.item_id[positions].tolist()
    held = _objects(selection, ids)
    flags = {name: bits.unpack(part.chosen(name))[positions - part.a * 64].tolist() for name in ("monitored", "traced")}
    values = {d: [index.values[d][k] if k >= 0 else None for k in index.codes(d)[positions].tolist()] for d in ("category", "disposal")}
    out = []
    for k, item_id in enumerate(ids):
        own = held.get(item_id, {"bank": None, "km": None, "owner": None, "position": False})
        out.append({**own, **{name: found[k] for name, found in (flags | values).items()}})
    return out


def _objects(selection: Selection, item_ids: list[int]) -> dict[int, dict[str, Any]]:
    o = object_.c
    query = select(item.c.item_id, item.c.lon, o.bank, o.river_km, o.owner, o.lon, o.sensitivity).join(
        object_, o.object_id == item.c.object_id
    )
    out: dict[int, dict[str, Any]] = {}
    with selection.store.reading() as conn:
        for k in range(0, len(item_ids), _AT_ONCE):
            for item_id, lon, bank, km, owner, x, sensitivity in conn.execute(query.where(item.c.item_id.in_(item_ids[k : k + _AT_ONCE]))):
                if sensitivity == "restricted" and not exact(selection.scope):
                    bank = km = lon = x = None
                out[item_id] = {
                    "bank": bank if bank in ("left", "right") else None,
                    "km": km is not None,
                    "owner": owner,
                    "position": lon is not None or x is not None,
                }
    return out


def _unlisted(selection: Selection, bodies: Sequence[Body]) -> int:
    """Outfalls that stand on the water, but in no list of the selection."""
    o = object_.c
    regions = rivers.within(selection)
    ids = sorted(body.water_body_id for body in bodies)
    named = select(item.c.object_id).where(
        item.c.object_id == o.object_id, item.c.campaign_id.in_([c.campaign_id for c in selection.campaigns])
    )
    query = select(o.region_id, func.count()).where(o.object_type == KIND, ~named.exists()).group_by(o.region_id)
    number = 0
    with selection.store.reading() as conn:
        for k in range(0, len(ids), _AT_ONCE):
            for region_id, count in conn.execute(query.where(o.water_body_id.in_(ids[k : k + _AT_ONCE]))):
                if regions is None or region_id in regions:
                    number += count
    return number
