"""Harmonised rows into the store, within the caller's one transaction: new items here, known ones in revise.py."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data import calendar
from data.bulk import insert_rows
from data.identity import item_id, item_ids
from data.ledgers import dimensions
from data.ledgers.chain import DAY_END, DAY_START, Chain, Slot
from data.ledgers.problems import WARNING
from data.ledgers.table import Objects, Table, iso, where_else_none
from data.ledgers.values import plain, split_list
from data.loops.catalogue import Loop
from data.places import sensitivity
from data.schema import extension, item, item_department, item_event, item_link, object_, verification

#: marks an event whose day the ledger does not state
ASSUMED = '{"assumed": true}'
_OBJECT_TYPES = {"outfall": "outfall", "source_problem": "source_area", "project": "project"}
Ids = NDArray[np.int64]
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Batch:
    """What one import works on."""

    conn: Connection
    batch_id: int
    campaign_id: int
    campaign_code: str
    loops: dict[str, Loop]
    as_known: date
    progress: Progress

    @property
    def recorded_at(self) -> datetime:
        return calendar.end_of_day_utc(self.as_known)

    @property
    def recorded_text(self) -> str:
        return self.recorded_at.strftime("%Y-%m-%d %H:%M:%S.000000")


@dataclass(slots=True)
class Loaded:
    """What an import did: item counts, regions touched, ledger numbers that a full export no longer lists."""

    new: int = 0
    changed: int = 0
    same: int = 0
    regions: set[int] = field(default_factory=set)
    #: of these regions, those whose rollups are up to date already
    folded: set[int] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)


def chunks(values: list[Any], size: int = 500) -> Iterator[list[Any]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]


def known_items(conn: Connection, campaign_id: int, ids: list[int]) -> dict[int, str | None]:
    """Content hashes of those items that the store has."""
    c = item.c
    out: dict[int, str | None] = {}
    if len(ids) > 20_000:
        wanted = set(ids)
        for key, digest in conn.execute(select(c.item_id, c.content_hash).where(c.campaign_id == campaign_id)):
            if key in wanted:
                out[key] = digest
        return out
    for part in chunks(ids):
        out.update((row[0], row[1]) for row in conn.execute(select(c.item_id, c.content_hash).where(c.item_id.in_(part))))
    return out


def content_hashes(table: Table, signature: str) -> list[str]:
    """A digest of each row and of how it was read."""
    start = blake2b(signature.encode(), digest_size=16)
    out = []
    stages, regions = table.stage.tolist(), table.region_id.tolist()
    for raw, stage, place in zip(table.raw.tolist(), stages, regions, strict=True):
        digest = start.copy()
        digest.update(f"{raw}\x1f{stage}\x1f{place}".encode("utf-8", "replace"))
        out.append(digest.hexdigest())
    return out


def texts_of_days(ordinals: Any, late: Any = None) -> Objects:
    """Ordinals as moments in text: the day's beginning, or its end where ``late``."""
    distinct, inverse = np.unique(ordinals, return_inverse=True)
    pool = np.array([iso(d) + DAY_START if d > 0 else None for d in distinct.tolist()], dtype=object)
    out = pool[inverse]
    if late is not None and late.any():
        pool = np.array([iso(d) + DAY_END if d > 0 else None for d in distinct.tolist()], dtype=object)
        out = np.where(late, pool[inverse], out)
    return out


def _days_or_none(ordinals: Any) -> Objects:
    distinct, inverse = np.unique(ordinals, return_inverse=True)
    pool = np.array([iso(d) if d > 0 else None for d in distinct.tolist()], dtype=object)
    return pool[inverse]


def mapped(values: Objects, meaning: dict[Any, Any]) -> Objects:
    """Each value by a dictionary; None stays None."""
    return np.array([None if v is None else meaning.get(v) for v in values.tolist()], dtype=object)


@dataclass(slots=True)
class Offices:
    """Departments by printed cell: those that lead, those that assist, as ids."""

    lead: dict[str, list[int]]
    assist: dict[str, list[int]]


def offices(batch: Batch, table: Table) -> Offices:
    """The departments that the rows name; added to the store where they are new."""
    taken = ~table.refused
    leads = {v: split_list(v) for v in set(table.field_text("department")[taken].tolist()) - {None}}
    assists = {v: split_list(v) for v in set(table.assist[taken].tolist()) - {None}}
    known = dimensions.departments(batch.conn, dict.fromkeys(p[:100] for parts in (*leads.values(), *assists.values()) for p in parts))
    return Offices(
        {v: list(dict.fromkeys(known[p[:100]] for p in parts)) for v, parts in leads.items()},
        {v: list(dict.fromkeys(known[p[:100]] for p in parts)) for v, parts in assists.items()},
    )


def insert_shares(batch: Batch, table: Table, ids: Ids, found: Offices, at: NDArray[np.int64]) -> list[tuple[int, int, str, float]]:
    """Who shares the items ``at``: leading departments carry equal weights, assisting ones none. Returns the rows written."""
    leads, assists = table.field_text("department").tolist(), table.assist.tolist()
    memo: dict[tuple[str | None, str | None], list[tuple[int, str, float]]] = {}
    rows: list[tuple[int, int, str, float]] = []
    numbers = ids.tolist()
    for i in at.tolist():
        pair = (leads[i], assists[i])
        shares = memo.get(pair)
        if shares is None:
            lead = found.lead.get(pair[0] or "", [])
            helping = [d for d in found.assist.get(pair[1] or "", []) if d not in lead]
            shares = []
            if lead and (len(lead) > 1 or helping):
                shares = [(d, "lead", 1 / len(lead)) for d in lead] + [(d, "assist", 0.0) for d in helping]
            memo[pair] = shares
        key = numbers[i]
        rows += [(key, *share) for share in shares]
    insert_rows(batch.conn, item_department, ("item_id", "department_id", "role", "weight"), rows)
    return rows


def item_columns(batch: Batch, table: Table, chain: Chain, ids: Ids, hashes: Objects, found: Offices) -> dict[str, Any]:
    """Every column of ``item`` for every row of the table, as arrays of plain values."""
    conn, n = batch.conn, table.n

    def distinct(values: Objects) -> set[Any]:
        return set(values[~table.refused].tolist()) - {None}

    first = {v: ids_[0] if ids_ else None for v, ids_ in found.lead.items()}
    rounds, teams = table.field_text("round"), table.field_text("team")
    objects = _objects(batch, table)
    loop_of = {kind: loop.id for kind, loop in batch.loops.items()}
    out: dict[str, Any] = {
        "item_id": ids,
        "campaign_id": np.full(n, batch.campaign_id),
        "kind": table.kind,
        "loop": mapped(table.kind, loop_of),
        "ledger_key": table.key,
        "ledger_no": table.field_text("ledger_no"),
        "region_id": table.region_id,
        "round_id": mapped(rounds, dimensions.rounds(conn, batch.campaign_id, distinct(rounds))),
        "team_id": mapped(teams, dimensions.teams(conn, batch.campaign_id, distinct(teams))),
        "department_id": mapped(table.field_text("department"), first),
        "disposal": mapped(table.disposal, dimensions.terms(conn, "disposal", distinct(table.disposal))),
        "severity": table.field_text("severity"),
        "is_violation": table.violation,
        "enforced": table.enforced,
        "long_term": table.long_term,
        "object_id": objects,
        "object_name": table.field_text("object_name"),
        "title": table.field_text("title"),
        "description": table.field_text("description"),
        "criterion": table.field_text("criterion"),
        "measures": table.field_text("measures"),
        "investment": table.investment,
        "discovered_on": _days_or_none(table.days["discovered_on"]),
        "due_original": _days_or_none(chain.due_original),
        "due_current": _days_or_none(chain.due_current),
        "stage": chain.stage,
        "stage_label": chain.label,
        "stage_on": _days_or_none(chain.since),
        "lon": table.lon,
        "lat": table.lat,
        "crs_declared": table.field_text("crs"),
        "extra": table.extra,
        "content_hash": hashes,
        "batch_id": np.full(n, batch.batch_id),
    }
    for name in ("theme", "category", "source"):
        values = table.field_text(name)
        out[name] = mapped(values, dimensions.terms(conn, name, distinct(values)))
    return out


def _objects(batch: Batch, table: Table) -> Objects:
    """Objects by their official code: added where the store has none of that code."""
    codes = table.field_text("object_code")
    out = np.full(table.n, None, dtype=object)
    if not any(c is not None for c in codes.tolist()):
        return out
    names = table.field_text("object_name")
    first: dict[int, int] = {}
    for at in np.flatnonzero((codes != None) & ~table.refused).tolist():  # noqa: E711
        kind = _OBJECT_TYPES.get(table.kind[at], "enterprise")
        key = item_id(f"object:{kind}", codes[at])
        out[at] = key
        first.setdefault(key, at)
    have: set[int] = set()
    for part in chunks(list(first)):
        have.update(batch.conn.execute(select(object_.c.object_id).where(object_.c.object_id.in_(part))).scalars())
    columns = (
        "object_id",
        "object_type",
        "official_code",
        "name",
        "region_id",
        "lon",
        "lat",
        "crs_declared",
        "coord_source",
        "sensitivity",
    )
    crs = table.field_text("crs")
    kinds = {key: _OBJECT_TYPES.get(table.kind[at], "enterprise") for key, at in first.items() if key not in have}
    rows = (
        (
            key, kind, codes[at], names[at] or codes[at], int(table.region_id[at]),
            table.lon[at], table.lat[at], crs[at], "ledger" if table.lon[at] is not None else None, sensitivity.usual(kind),
        )
        for key, kind in kinds.items()
        for at in (first[key],)
    )  # fmt: skip
    insert_rows(batch.conn, object_, columns, rows)
    return out


def insert_items(batch: Batch, columns: dict[str, Any], at: NDArray[np.int64]) -> None:
    """Insert the rows ``at`` (in the order of their ids) as new items; columns without any value are left out."""
    names: list[str] = []
    lists: list[list[Any]] = []
    for name, values in columns.items():
        chosen = values[at].tolist()
        if name in _REQUIRED or chosen.count(None) < len(chosen):
            names.append(name)
            lists.append(chosen)
    insert_rows(batch.conn, item, names, zip(*lists, strict=True), json_as_text=True)


_REQUIRED = frozenset(
    {"item_id", "campaign_id", "kind", "loop", "ledger_key", "region_id", "long_term", "discovered_on", "stage", "stage_on"}
)


def insert_events(
    batch: Batch, table: Table, chain: Chain, ids: Ids, new: NDArray[np.bool_], start: Any = None
) -> list[tuple[Slot, NDArray[np.bool_], NDArray[np.int64]]]:
    """Events, extensions and verifications of the rows where ``new``; ``start``: highest event number an item has already.

    Returns what was written, as (slot, which of its rows, their event numbers).
    """
    written: list[tuple[Slot, NDArray[np.bool_], NDArray[np.int64]]] = []
    counter = np.zeros(table.n, dtype=np.int64) if start is None else start.copy()
    parts: dict[str, list[Any]] = {name: [] for name in ("item_id", "event_no", "kind", "stage", "stage_label", "due_on", "result",
                                                          "effective_at", "payload", "reason", "evidence")}  # fmt: skip
    has_reason, has_evidence = (any(v is not None for v in a.tolist()) for a in (table.reason, table.evidence))
    for slot in chain.slots:
        mine = new[slot.rows]
        if not mine.any():
            continue
        rows = slot.rows[mine]
        counter[rows] += 1
        written.append((slot, mine, counter[rows]))
        m = len(rows)
        none = np.full(m, None, dtype=object)
        parts["item_id"].append(ids[rows])
        parts["event_no"].append(counter[rows])
        kind = none.copy()
        kind[:] = slot.kind
        parts["kind"].append(kind)
        stage = none if slot.stage is None else slot.stage[mine]
        parts["stage"].append(stage)
        parts["stage_label"].append(none if slot.label is None else slot.label[mine])
        parts["due_on"].append(none if slot.due is None else _days_or_none(slot.due[mine]))
        parts["result"].append(none if slot.result is None else slot.result[mine])
        parts["effective_at"].append(texts_of_days(slot.day[mine], None if slot.late is None else slot.late[mine]))
        parts["payload"].append(none if slot.assumed is None else where_else_none(slot.assumed[mine], ASSUMED))
        final = (stage == chain.stage[rows]) if slot.kind == "stage" and not slot.again else np.zeros(m, dtype=bool)
        parts["reason"].append(where_else_none(final, table.reason[rows]) if has_reason else none)
        parts["evidence"].append(where_else_none(final, table.evidence[rows]) if has_evidence else none)
    if not written:
        return written
    whole = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    order = np.lexsort((whole["event_no"], whole["item_id"]))
    names: list[str] = []
    lists: list[list[Any]] = []
    for name, values in whole.items():
        chosen = values[order].tolist()
        if name in ("item_id", "event_no", "kind", "effective_at") or chosen.count(None) < len(chosen):
            names.append(name)
            lists.append(chosen)
    many = len(lists[0])
    names += ["recorded_at", "batch_id"]
    lists += [[batch.recorded_text] * many, [batch.batch_id] * many]
    insert_rows(batch.conn, item_event, names, zip(*lists, strict=True), json_as_text=True)
    _beside(batch, table, chain, ids, new)
    return written


def _beside(batch: Batch, table: Table, chain: Chain, ids: Ids, new: NDArray[np.bool_]) -> None:
    mine = new[chain.extended] if len(chain.extended) else np.zeros(0, dtype=bool)
    if mine.any():
        rows = chain.extended[mine]
        insert_rows(
            batch.conn, extension,
            ("item_id", "number", "old_due", "new_due", "approved_at", "reason", "recorded_at", "batch_id"),
            zip(ids[rows].tolist(), [1] * len(rows), _days_or_none(chain.due_original[rows]).tolist(),
                _days_or_none(chain.due_current[rows]).tolist(),
                texts_of_days(chain.extended_on[mine]).tolist(), table.reason[rows].tolist(),
                [batch.recorded_text] * len(rows), [batch.batch_id] * len(rows), strict=True),
        )  # fmt: skip
    for slot in chain.slots:
        if slot.kind != "verification" or slot.result is None:
            continue
        mine = new[slot.rows]
        rows = slot.rows[mine]
        insert_rows(
            batch.conn, verification, ("item_id", "number", "result", "concluded_at", "recorded_at", "batch_id"),
            zip(ids[rows].tolist(), [1] * len(rows), slot.result[mine].tolist(), texts_of_days(slot.day[mine]).tolist(),
                [batch.recorded_text] * len(rows), [batch.batch_id] * len(rows), strict=True),
        )  # fmt: skip


def slot_rows(slots: Iterable[Slot], n: int) -> list[list[tuple[Slot, int]]]:
    """For each row of the table its events, as (slot, position in it)."""
    out: list[list[tuple[Slot, int]]] = [[] for _ in range(n)]
    for slot in slots:
        for position, row in enumerate(slot.rows.tolist()):
            out[row].append((slot, position))
    return out


def ids_of(batch_campaign: str, table: Table) -> Ids:
    """Item ids of all rows; refused rows may have none that means anything."""
    return np.array(item_ids(batch_campaign, (k or "" for k in table.key.tolist())), dtype=np.int64)


def link_merged(batch: Batch, table: Table, chain: Chain, ids: Ids) -> None:
    """Link merged items to the item they went into, where that is known; warn where it is not."""
    some = [at for at in np.flatnonzero((chain.stage == "merged") & (table.merged_into != None)).tolist() if not table.refused[at]]  # noqa: E711
    if not some:
        return
    c = item.c
    by_number: dict[str, int] = {}
    wanted = {plain(table.merged_into[at])[:120] for at in some}
    for part in chunks(sorted(wanted)):
        query = select(c.ledger_no, c.item_id).where(c.campaign_id == batch.campaign_id, c.ledger_no.in_(part))
        by_number.update((number, key) for number, key in batch.conn.execute(query))
    have = {
        (row[0], row[1])
        for part in chunks([int(ids[at]) for at in some])
        for row in batch.conn.execute(
            select(item_link.c.item_id, item_link.c.target_id).where(item_link.c.item_id.in_(part), item_link.c.type == "merged_into")
        )
    }
    rows = []
    for at in some:
        target = by_number.get(plain(table.merged_into[at])[:120])
        if target is None or target == int(ids[at]):
            table.report(at, "merged_into", table.merged_into[at], "merged_target_missing", WARNING)
        elif (int(ids[at]), target) not in have:
            rows.append((int(ids[at]), target, "merged_into", iso(chain.since[at]) + DAY_START, batch.recorded_text, batch.batch_id))
    insert_rows(batch.conn, item_link, ("item_id", "target_id", "type", "effective_at", "recorded_at", "batch_id"), rows)
