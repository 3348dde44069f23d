"""Rollups of regions that a campaign had no items in before: folded from what has just been written, without reading it back.

The same as ``data.rollup.refresh.refresh`` would make of the store; a test holds the two together.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data import calendar
from data.ledgers.chain import Chain, Slot
from data.ledgers.load import Batch, Ids, chunks
from data.ledgers.table import Table
from data.rollup.fold import EVENT_KINDS, RawBeside, RawEvents, RawItems, ledger_order, stage_codes
from data.rollup.refresh import positions, replace_rollups
from data.schema import department, item, object_, round_, water_body

_UNIX = 719163  # ordinal of 1970-01-01
_EPOCH = calendar.EPOCH.toordinal()
_RESULTS = {"pass": 1, "fail": 0}


def occupied(conn: Connection, campaign_id: int, region_ids: set[int]) -> set[int]:
    """Those of the regions in which the campaign has items."""
    c = item.c
    return set(conn.execute(select(c.region_id).where(c.campaign_id == campaign_id).distinct()).scalars()) & region_ids


def fold_new(
    batch: Batch,
    table: Table,
    chain: Chain,
    ids: Ids,
    columns: dict[str, Any],
    at: NDArray[np.int64],
    written: list[tuple[Slot, NDArray[np.bool_], NDArray[np.int64]]],
    shares: list[tuple[int, int, str, float]],
) -> None:
    """Fold the new items ``at``, the events written for them and their shares into rollup rows of their regions."""
    numbers = np.fromiter(map(ledger_order, columns["ledger_no"][at].tolist()), dtype=np.int64, count=len(at))
    regions = table.region_id[at]
    order = np.lexsort((ids[at], numbers, regions))
    at, numbers, regions = at[order], numbers[order], regions[order]
    position = np.full(table.n, -1, dtype=np.int64)
    position[at] = np.arange(len(at))
    offices = {row[0]: row[1] for row in batch.conn.execute(select(department.c.department_id, department.c.code))}
    rounds = {row[0]: str(row[1]) for row in batch.conn.execute(select(round_.c.round_id, round_.c.number))}
    codes: dict[str, Any] = {name: columns[name][at].tolist() for name in ("kind", "theme", "category", "source", "disposal")}
    codes["round"] = [rounds.get(v) for v in columns["round_id"][at].tolist()]
    codes["department"] = [offices.get(v) for v in columns["department_id"][at].tolist()]
    lon, lat, hidden, codes["water"] = _where(batch.conn, columns, at)
    long_term, investment = columns["long_term"][at].tolist(), columns["investment"][at].tolist()
    items = RawItems(ids[at], regions, numbers, codes, long_term, investment, lon, lat, hidden)
    events = _events(table, columns, position, written)
    extended = position[chain.extended]
    held = extended >= 0
    none = np.zeros(0, dtype=np.int64)
    by_id = dict(zip(ids[at].tolist(), range(len(at)), strict=True)) if shares else {}
    beside = RawBeside(
        (extended[held], chain.extended_on[held].astype(np.int64) - _EPOCH),
        (none, none, np.zeros(0, dtype=np.float64)),
        (
            np.fromiter((by_id[row[0]] for row in shares), dtype=np.int64, count=len(shares)),
            [offices[row[1]] for row in shares],
            np.fromiter((row[3] for row in shares), dtype=np.float64, count=len(shares)),
        ),
    )
    replace_rollups(batch.conn, batch.campaign_id, np.unique(regions).tolist(), items, events, beside)


def _where(
    conn: Connection, columns: dict[str, Any], at: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], list[str | None]]:
    """Where the items ``at`` are drawn, whether that is for few eyes, and the code of the water body their object belongs to."""
    keys = columns["object_id"][at].tolist()
    o = object_.c
    query = select(o.object_id, o.lon, o.lat, o.crs_declared, o.sensitivity, water_body.c.code).outerjoin(
        water_body, o.water_body_id == water_body.c.water_body_id
    )
    some = chunks(sorted(set(keys) - {None}))
    held = {row[0]: tuple(row[1:]) for part in some for row in conn.execute(query.where(o.object_id.in_(part)))}
    none = (None,) * 5
    x, y, crs, sensitivity, water = (list(part) for part in zip(*(held.get(key, none) for key in keys), strict=True))
    own = (columns[name][at].tolist() for name in ("lon", "lat", "crs_declared"))
    lon, lat = positions(*own, x, y, crs)
    return lon, lat, np.array([s == "restricted" for s in sensitivity], dtype=bool), water


def _events(
    table: Table, columns: dict[str, Any], position: NDArray[np.int64], written: list[tuple[Slot, NDArray[np.bool_], NDArray[np.int64]]]
) -> RawEvents:
    stages = stage_codes()
    loops = columns["loop"]
    parts: list[list[NDArray[np.int64]]] = [[] for _ in range(5)]
    for slot, mine, number in written:
        rows = slot.rows[mine]
        seconds = (slot.day[mine].astype(np.int64) - _UNIX) * 86400
        if slot.late is not None:
            seconds = seconds + np.where(slot.late[mine], 86399, 0)
        if slot.kind == "stage" and slot.stage is not None:
            named = zip(loops[rows].tolist(), slot.stage[mine].tolist(), strict=True)
            value = np.fromiter((stages[f"{loop}/{stage}"] for loop, stage in named), dtype=np.int64, count=len(rows))
        elif slot.kind == "due" and slot.due is not None:
            value = slot.due[mine].astype(np.int64) - _EPOCH
        else:
            results = slot.result[mine].tolist() if slot.result is not None else []
            value = np.fromiter((_RESULTS.get(r, -1) for r in results), dtype=np.int64, count=len(rows))
        kind = np.full(len(rows), EVENT_KINDS[slot.kind], dtype=np.int64)
        for held, part in zip(parts, (position[rows], number, kind, seconds, value), strict=True):
            held.append(part)
    owner, number, kind, seconds, value = (np.concatenate(held) for held in parts)
    return RawEvents(owner, number, kind, seconds, value, np.full(len(owner), -1, dtype=np.int64))
