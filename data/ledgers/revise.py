"""A newer ledger about known items: what it says differently becomes further events; nothing is rewritten or deleted."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, func, select, update

from data.bulk import insert_rows
from data.ledgers.chain import Slot
from data.ledgers.load import ASSUMED, Batch, Loaded, Offices, chunks, insert_events, insert_shares, slot_rows
from data.ledgers.problems import WARNING
from data.ledgers.standing import Event, dues_in_order, read_events, refresh_items, stages_in_order, standing
from data.ledgers.statuses import stage_of_field
from data.schema import extension, import_batch, item, item_department, item_event, verification

if TYPE_CHECKING:
    from data.ledgers.prepare import Prepared

_NOON = "%Y-%m-%d %H:%M:%S.000000"
_END = time(23, 59, 59)
#: columns of item that a ledger states, and the field whose column must be in the file for an empty cell to count
_ATTRIBUTES = {
    "region_id": None, "ledger_no": "ledger_no", "round_id": "round", "team_id": "team", "department_id": "department", "theme": "theme",
    "category": "category", "source": "source", "disposal": "disposal", "severity": "severity", "is_violation": "violation",
    "enforced": "enforced", "long_term": "long_term", "object_id": "object_code", "object_name": "object_name", "title": "title",
    "description": "description", "criterion": "criterion", "measures": "measures", "investment": "investment", "lon": "lon",
    "lat": "lat", "crs_declared": "crs",
}  # fmt: skip
_MISSING_LISTED = 5_000


@dataclass(slots=True)
class _Out:
    """What is to be written for the items of one portion."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    extensions: list[tuple[Any, ...]] = field(default_factory=list)
    verifications: list[tuple[Any, ...]] = field(default_factory=list)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)


def revise(batch: Batch, ready: "Prepared", columns: dict[str, Any], ids: Any, at: Any, found: Offices, done: Loaded) -> None:
    """Compare the rows ``at`` with what the store knows of their items and append what is new."""
    if not len(at):
        return
    newer = _newest_before(batch, ready.kind)
    older = newer is not None and newer > batch.as_known
    if older:
        ready.table.problems.add(
            ready.table.sheets[0],
            None,
            "",
            "",
            "older_ledger",
            WARNING,
            day=batch.as_known.isoformat(),
            newer=newer.isoformat() if newer else "",
        )
    events_of = slot_rows(ready.chain.slots, ready.table.n)
    for part in chunks(at.tolist()):
        keys = [int(ids[i]) for i in part]
        held = read_events(batch.conn, keys)
        rows = {r["item_id"]: dict(r) for r in batch.conn.execute(select(item).where(item.c.item_id.in_(keys))).mappings()}
        numbers = _numbers(batch.conn, keys)
        out = _Out()
        fresh: list[int] = []
        changed: list[int] = []
        for i, key in zip(part, keys, strict=True):
            still = standing(held[key])
            row = rows[key]
            done.regions.add(row["region_id"])
            if not any(e.kind == "stage" for e in still):
                fresh.append(i)
                done.new += 1
                done.regions.add(int(columns["region_id"][i]))
                continue
            item_ = _Item(batch, ready, columns, i, row, held[key], still, numbers.get(key, (0, 0)), out)
            if item_.apply(events_of[i], older):
                done.changed += 1
                changed.append(i)
                done.regions.add(int(columns["region_id"][i]) if not older else row["region_id"])
            else:
                done.same += 1
        _write(batch, out)
        _again(batch, ready, columns, ids, fresh, held, found)
        if "department" in ready.table.text and changed and not older:
            batch.conn.execute(delete(item_department).where(item_department.c.item_id.in_([int(ids[i]) for i in changed])))
            insert_shares(batch, ready.table, ids, found, np.array(changed))
        refresh_items(batch.conn, keys)


def _newest_before(batch: Batch, kind: str) -> date | None:
    b = import_batch.c
    query = select(func.max(b.as_known)).where(
        b.campaign_id == batch.campaign_id, b.kind == kind, b.undone_at.is_(None), b.batch_id != batch.batch_id
    )
    return batch.conn.execute(query).scalar_one_or_none()


def _numbers(conn: Connection, keys: list[int]) -> dict[int, tuple[int, int]]:
    """Highest numbers of extensions and verifications."""
    out: dict[int, tuple[int, int]] = {}
    for place, table in enumerate((extension, verification)):
        for key, number in conn.execute(
            select(table.c.item_id, func.max(table.c.number)).where(table.c.item_id.in_(keys)).group_by(table.c.item_id)
        ):
            both = list(out.get(key, (0, 0)))
            both[place] = number
            out[key] = (both[0], both[1])
    return out


class _Item:
    """One known item against its new row."""

    def __init__(self, batch: Batch, ready: "Prepared", columns: dict[str, Any], i: int, row: dict[str, Any], held: list[Event],
                 still: list[Event], numbers: tuple[int, int], out: _Out) -> None:  # fmt: skip
        self.batch, self.ready, self.columns, self.i, self.row = batch, ready, columns, i, row
        self.key = row["item_id"]
        self.still = still
        self.number = max((e.number for e in held), default=0)
        self.numbers = numbers
        self.out = out
        self.acts = 0

    # ------------------------------------------------------------------ writing

    def _event(self, kind: str, at: datetime, **given: Any) -> None:
        self.number += 1
        self.acts += 1
        assumed = given.pop("assumed", False)
        payload = given.get("payload") or (ASSUMED if assumed else None)
        due = given.get("due_on")
        self.out.events.append(
            (self.key, self.number, kind, given.get("stage"), given.get("label"), due.isoformat() if due else None, given.get("result"),
             at.strftime(_NOON), self.batch.recorded_text, given.get("voids"), given.get("reason"), given.get("evidence"),
             payload, self.batch.batch_id)
        )  # fmt: skip
        if kind != "attribute":
            self.still.append(Event(self.number, kind, given.get("stage"), given.get("label"), due, given.get("result"),
                                    at, given.get("voids"),
                                    assumed, self.batch.batch_id))  # fmt: skip

    def _void(self, event: Event) -> None:
        self._event("void", event.at, voids=event.number)
        self.still = [e for e in self.still if e.number != event.number and e.kind != "void"]

    # ------------------------------------------------------------------ comparing

    def apply(self, wanted: list[tuple[Slot, int]], older: bool) -> bool:
        """Append what the row says anew; whether there was anything."""
        for slot, p in wanted:
            if slot.kind == "stage" and not slot.again:
                self._stage(slot, p, older)
        if not older:
            self._cleared(wanted)
            self._end_in(wanted)
            self._due(wanted)
            self._attributes()
        for slot, p in wanted:
            if slot.kind == "verification":
                self._verification(slot, p)
        update_: dict[str, Any] = self.out.updates.setdefault(self.key, {})
        if not older:
            update_["content_hash"] = self.columns["content_hash"][self.i]
        return self.acts > 0

    def _stage(self, slot: Slot, p: int, older: bool) -> None:
        assert slot.stage is not None
        stage = slot.stage[p]
        if slot.late is not None and slot.late[p] and bool(slot.assumed is not None and slot.assumed[p]):
            return
        day = date.fromordinal(int(slot.day[p]))
        assumed = bool(slot.assumed is not None and slot.assumed[p])
        same = [e for e in self.still if e.kind == "stage" and e.stage == stage]
        if any(e.at.date() == day for e in same) or (assumed and same):
            return
        if older and same:
            return
        correction = [e for e in same if not self._came_again(e, day)]
        if not assumed:
            for e in correction[-1:]:
                self._void(e)
        late = slot.late is not None and bool(slot.late[p])
        label = slot.label[p] if slot.label is not None else None
        self._event("stage", datetime.combine(day, _END if late else time()), stage=stage, label=label, assumed=assumed)

    def _came_again(self, event: Event, day: date) -> bool:
        """Whether another stage lies between an event and a later day of the same stage: then it happened twice."""
        if event.assumed or day <= event.at.date():
            return False
        return any(e.kind == "stage" and e.stage != event.stage and event.at < e.at and e.at.date() <= day for e in self.still)

    def _cleared(self, wanted: list[tuple[Slot, int]]) -> None:
        """A day that an earlier ledger gave and this one leaves empty is taken back, unless a status explains it."""
        table = self.ready.table
        if table.stage[self.i] is not None:
            return
        loop = self.ready.loops[table.kind[self.i]]
        said = {slot.stage[p] for slot, p in wanted if slot.stage is not None}
        for name in ("rectified_on", "closed_on", "returned_on", "reopened_on", "withdrawn_on", "monitored_on", "traced_on"):
            stage = stage_of_field(loop, name)
            if name in table.headers and stage not in said:
                for e in [e for e in self.still if e.kind == "stage" and e.stage == stage and not e.assumed]:
                    self._void(e)

    def _end_in(self, wanted: list[tuple[Slot, int]]) -> None:
        """The item must end in the stage that the row says it is in."""
        final, since = self.ready.chain.stage[self.i], date.fromordinal(int(self.ready.chain.since[self.i]))
        order = stages_in_order(self.still, self.row["loop"])
        if order and order[-1].stage == final:
            return
        explicit = any(
            slot.stage is not None and slot.stage[p] == final and not (slot.assumed is not None and slot.assumed[p]) for slot, p in wanted
        )
        if explicit:
            # what was only assumed for a later day was assumed wrongly
            limit = datetime.combine(since, _END)
            for e in [e for e in order if e.assumed and e.at > limit and e.stage != final]:
                self._void(e)
            order = stages_in_order(self.still, self.row["loop"])
            if order and order[-1].stage == final:
                return
        table = self.ready.table
        stated = int(table.field_days("status_on")[self.i])
        at = datetime.combine(date.fromordinal(stated) if stated else self.batch.as_known, _END)
        if order and order[-1].at > at:
            at = datetime.combine(self.batch.as_known, _END)
        self._event("stage", at, stage=final, label=self.ready.chain.label[self.i], assumed=not stated, reason=table.reason[self.i],
                    evidence=table.evidence[self.i])  # fmt: skip

    def _due(self, wanted: list[tuple[Slot, int]]) -> None:
        table, chain = self.ready.table, self.ready.chain
        if "due_on" not in table.days and "extended_due" not in table.days:
            return
        ordinal = int(chain.due_current[self.i])
        new = date.fromordinal(ordinal) if ordinal else None
        dues = dues_in_order(self.still)
        old = dues[-1].due_on if dues else None
        if new == old:
            return
        if old is None:
            for slot, p in wanted:
                if slot.kind == "due" and slot.due is not None:
                    at = datetime.combine(date.fromordinal(int(slot.day[p])), time())
                    self._event("due", max([at, *(e.at for e in dues)]), due_on=date.fromordinal(int(slot.due[p])))
            return
        stated = int(table.field_days("extended_on")[self.i])
        began = min(old, self.batch.as_known) if new is None or new > old else self.batch.as_known
        if stated:
            began = date.fromordinal(stated)
        at = max([datetime.combine(began, time()), *(e.at for e in dues)])
        self._event("due", at, due_on=new, reason=table.reason[self.i])
        if new is not None and new > old:
            self.numbers = (self.numbers[0] + 1, self.numbers[1])
            self.out.extensions.append(
                (self.key, self.numbers[0], old.isoformat(), new.isoformat(), at.strftime(_NOON), table.reason[self.i],
                 self.batch.recorded_text, self.batch.batch_id)
            )  # fmt: skip

    def _verification(self, slot: Slot, p: int) -> None:
        assert slot.result is not None
        result, at = slot.result[p], datetime.combine(date.fromordinal(int(slot.day[p])), time())
        assumed = bool(slot.assumed is not None and slot.assumed[p])
        same = [e for e in self.still if e.kind == "verification" and e.result == result]
        if any(e.at.date() == at.date() for e in same) or (assumed and same):
            return
        self._event("verification", at, result=result, assumed=assumed)
        self.numbers = (self.numbers[0], self.numbers[1] + 1)
        self.out.verifications.append(
            (self.key, self.numbers[1], result, at.strftime(_NOON), self.batch.recorded_text, self.batch.batch_id)
        )

    def _attributes(self) -> None:
        table = self.ready.table
        changes: dict[str, list[Any]] = {}
        for name, field_ in _ATTRIBUTES.items():
            new = _plain(self.columns[name][self.i])
            old = self.row[name]
            if field_ is not None and field_ not in table.headers and (new is None or name == "long_term"):
                continue
            if new != old and not (isinstance(new, float) and isinstance(old, float) and abs(new - old) < 1e-9):
                changes[name] = [old, new]
        extra = json.loads(self.columns["extra"][self.i]) if self.columns["extra"][self.i] else None
        if extra is not None:
            extra = {**(self.row["extra"] or {}), **extra}
            if extra != (self.row["extra"] or {}):
                changes["extra"] = [self.row["extra"], extra]
        if changes:
            self._event("attribute", datetime.combine(self.batch.as_known, time()), payload=json.dumps(changes, ensure_ascii=False))
            self.out.updates.setdefault(self.key, {}).update({name: change[1] for name, change in changes.items()})


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _write(batch: Batch, out: _Out) -> None:
    insert_rows(
        batch.conn, item_event,
        ("item_id", "event_no", "kind", "stage", "stage_label", "due_on", "result", "effective_at", "recorded_at", "voids", "reason",
         "evidence", "payload", "batch_id"),
        out.events,
    )  # fmt: skip
    insert_rows(
        batch.conn,
        extension,
        ("item_id", "number", "old_due", "new_due", "approved_at", "reason", "recorded_at", "batch_id"),
        out.extensions,
    )
    insert_rows(batch.conn, verification, ("item_id", "number", "result", "concluded_at", "recorded_at", "batch_id"), out.verifications)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, values in out.updates.items():
        if values:
            groups.setdefault(tuple(sorted(values)), []).append({f"_{k}": v for k, v in values.items()} | {"_key": key})
    for names, rows in groups.items():
        statement = (
            update(item).where(item.c.item_id == bindparam("_key")).values({n: bindparam(f"_{n}", type_=item.c[n].type) for n in names})
        )
        batch.conn.execute(statement, rows)


def _again(
    batch: Batch, ready: "Prepared", columns: dict[str, Any], ids: Any, fresh: list[int], held: dict[int, list[Event]], found: Offices
) -> None:
    """Items whose every event was taken back begin anew, with their history kept."""
    if not fresh:
        return
    n = ready.table.n
    new, start = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    new[fresh] = True
    for i in fresh:
        start[i] = max((e.number for e in held[int(ids[i])]), default=0)
    insert_events(batch, ready.table, ready.chain, ids, new, start)
    names = [n for n in columns if n not in ("item_id", "campaign_id", "ledger_key")]
    rows = []
    for i in fresh:
        row = {f"_{name}": _typed(name, _plain(columns[name][i])) for name in names}
        rows.append(row | {"_key": int(ids[i])})
    statement = update(item).where(item.c.item_id == bindparam("_key")).values({n: bindparam(f"_{n}", type_=item.c[n].type) for n in names})
    batch.conn.execute(statement, rows)
    batch.conn.execute(delete(item_department).where(item_department.c.item_id.in_([int(ids[i]) for i in fresh])))
    insert_shares(batch, ready.table, ids, found, np.array(fresh))


def _typed(name: str, value: Any) -> Any:
    if name in ("discovered_on", "due_original", "due_current", "stage_on") and isinstance(value, str):
        return date.fromisoformat(value)
    if name == "extra" and isinstance(value, str):
        return json.loads(value)
    return value


def missing(batch: Batch, ready: "Prepared", ids: Any) -> list[str]:
    """Ledger numbers of items of the same kind that this full export no longer lists; nothing happens to them."""
    c, b = item.c, import_batch.c
    query = (
        select(c.item_id, func.coalesce(c.ledger_no, c.ledger_key))
        .join(import_batch, b.batch_id == c.batch_id)
        .where(c.campaign_id == batch.campaign_id, c.kind.in_(sorted(ready.loops)), b.undone_at.is_(None), b.batch_id != batch.batch_id)
        .order_by(c.ledger_no, c.item_id)
    )
    rounds = columns_or_none(ready, "round")
    listed = set(ids.tolist())
    found = [(key, number) for key, number in batch.conn.execute(query) if key not in listed]
    if not found or (
        _newest_before(batch, ready.kind) is not None and (_newest_before(batch, ready.kind) or batch.as_known) > batch.as_known
    ):
        return []
    if ready.options.round or len(rounds) == 1:
        found = _same_round(batch.conn, found, rounds or {ready.options.round}, batch.campaign_id)
    return [str(number) for _, number in found[:_MISSING_LISTED]]


def columns_or_none(ready: "Prepared", name: str) -> set[str]:
    return set(ready.table.field_text(name).tolist()) - {None}


def _same_round(conn: Connection, found: list[tuple[int, str]], names: set[Any], campaign_id: int) -> list[tuple[int, str]]:
    """Of a ledger of one round only items of that round can be missing."""
    from data.ledgers.dimensions import rounds

    wanted = set(rounds(conn, campaign_id, {n for n in names if n}).values())
    keys = [key for key, _ in found]
    inside: set[int] = set()
    for part in chunks(keys):
        inside.update(conn.execute(select(item.c.item_id).where(item.c.item_id.in_(part), item.c.round_id.in_(wanted))).scalars())
    return [(key, number) for key, number in found if key in inside]
