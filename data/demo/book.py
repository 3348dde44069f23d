"""A campaign's ledger while it is being written: items with their events, and what stands beside them.

A ``Record`` is written forwards in time. Nothing after the last data day is written: a method that is asked for a later
day writes nothing and returns False, and the story of the item ends there.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table

from data import schema
from data.bulk import insert_rows
from data.demo.dice import Dice
from data.demo.texts import texts
from data.demo.workdays import DAY, LAST, UTC_OFFSET, day_text, moment_text
from data.identity import item_id

_ITEM = (
    "item_id", "campaign_id", "kind", "loop", "ledger_key", "ledger_no", "region_id", "round_id", "team_id", "department_id", "theme",
    "category", "source", "disposal", "severity", "is_violation", "enforced", "long_term", "object_id", "object_name", "title",
    "description", "criterion", "measures", "investment", "discovered_on", "due_original", "due_current", "stage", "stage_label",
    "stage_on", "lon", "lat", "crs_declared", "batch_id",
)  # fmt: skip
_EVENT = (
    "item_id", "event_no", "kind", "stage", "stage_label", "due_on", "result", "effective_at", "recorded_at", "voids", "actor_role",
    "reason", "evidence", "payload", "batch_id",
)  # fmt: skip
_EXTENSION = ("item_id", "number", "old_due", "new_due", "approved_at", "approver_level", "reason", "recorded_at", "batch_id")
_VERIFICATION = (
    "item_id", "number", "method", "verifier_level", "sampling", "result", "concluded_at", "reason", "recorded_at", "batch_id",
)  # fmt: skip
_LINK = ("item_id", "target_id", "type", "effective_at", "recorded_at", "batch_id")
_MILESTONE = ("item_id", "number", "name", "planned_on", "planned_share")
_SHARE = ("item_id", "department_id", "role", "weight")
_OBJECT = (
    "object_id", "object_type", "name", "region_id", "lon", "lat", "crs_declared", "coord_source", "sensitivity", "water_body_id",
    "river_km", "bank", "owner", "simulated",
)  # fmt: skip
_ZONE = (
    "zone_id", "code", "object_id", "name", "grade", "region_id", "approval_no", "approved_on", "valid_from", "geometry", "west", "south",
    "east", "north", "sensitivity", "simulated",
)  # fmt: skip
_TRACK = (
    "track_id", "team_id", "campaign_id", "region_id", "went_on", "name", "geometry", "west", "south", "east", "north", "simulated",
)  # fmt: skip
_CHECK = (
    "check_id",
    "campaign_id",
    "region_id",
    "object_id",
    "team_id",
    "round_id",
    "checked_on",
    "method",
    "result",
    "findings",
    "recorded_at",
)
_TABLES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (schema.object_, _OBJECT),
    (schema.zone, _ZONE),
    (schema.track, _TRACK),
    (schema.check_, _CHECK),
    (schema.item, _ITEM),
    (schema.item_department, _SHARE),
    (schema.item_event, _EVENT),
    (schema.extension, _EXTENSION),
    (schema.verification, _VERIFICATION),
    (schema.item_link, _LINK),
    (schema.milestone, _MILESTONE),
)
_LAST_MINUTE = (LAST + 1) * DAY - 1
CRS = "EPSG:4490"
_ROLES: dict[str, str] = texts("reasons")["roles"]


class Book:
    """Rows of one campaign, table by table, until ``write`` hands them to the store.

    ``dice`` decide what happens, ``spots`` where it is: a position drawn again changes no story.
    """

    def __init__(
        self,
        campaign: Mapping[str, Any],
        campaign_id: int,
        batch_id: int,
        dice: Dice,
        spots: Dice,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.code: str = campaign["code"]
        self.kind: str = campaign["kind"]
        self.loop: str = campaign["loop"]
        self.campaign_id = campaign_id
        self.batch_id = batch_id
        self.dice = dice
        self.spots = spots
        self.labels = labels or {}
        self.records: list[Record] = []
        self.rows: dict[Table, list[tuple[object, ...]]] = {table: [] for table, _ in _TABLES}
        self._objects: dict[str, int] = {}

    def open(self, ledger_no: str, discovered: int, **fields: object) -> "Record":
        """A new item; ``fields`` are columns of ``item`` that do not change."""
        record = Record(self, ledger_no, discovered, fields)
        self.records.append(record)
        return record

    def numbered(self, name: str) -> str:
        """An invented name made distinct, e.g. 某电镀厂-0137."""
        self._objects[name] = number = self._objects.get(name, 0) + 1
        return f"{name}-{number:04d}"

    def object_id(self, name: str) -> int:
        """The id that the object of a numbered name has, or will have."""
        return item_id(self.code, f"object:{name}")

    def put_object(
        self,
        name: str,
        object_type: str,
        region_id: int,
        at: tuple[float | None, float | None],
        sensitivity: str = "internal",
        **more: object,
    ) -> int:
        """A new object; ``more`` are its water body, river kilometre, bank and owner."""
        key = self.object_id(name)
        own = {
            "object_id": key,
            "object_type": object_type,
            "name": name,
            "region_id": region_id,
            "lon": at[0],
            "lat": at[1],
            "crs_declared": CRS if at[0] is not None else None,
            "coord_source": "simulated",
            "sensitivity": sensitivity,
            "simulated": True,
        }
        own |= more
        self.rows[schema.object_].append(tuple(own.get(column) for column in _OBJECT))
        return key

    def put_zone(self, code: str, **fields: object) -> None:
        """A protection zone; ``fields`` are columns of ``zone``."""
        own = {"zone_id": item_id("zone", code), "code": code, "sensitivity": "internal", "simulated": True} | fields
        self.rows[schema.zone].append(tuple(own[column] for column in _ZONE))

    def put_track(self, code: str, **fields: object) -> None:
        """Where a team went on a day; ``fields`` are columns of ``track``."""
        own = {"track_id": item_id("track", code), "campaign_id": self.campaign_id, "simulated": True} | fields
        self.rows[schema.track].append(tuple(own[column] for column in _TRACK))

    def put_check(
        self, number: int, day: int, *, region_id: int, object_id: int, team_id: int, round_id: int, method: str, result: str, findings: int
    ) -> None:
        """The ``number``-th visit; the store learns of it the same evening."""
        recorded = moment_text(day * DAY + self.dice.within(19 * 60, 23 * 60) - UTC_OFFSET)
        key = item_id(self.code, f"check:{number}")
        self.rows[schema.check_].append(
            (key, self.campaign_id, region_id, object_id, team_id, round_id, day_text(day), method, result, findings, recorded)
        )

    def write(self, conn: Connection) -> set[int]:
        """Insert everything in the caller's transaction and forget it; returns the regions touched."""
        touched = {record.region_id for record in self.records}
        for record in self.records:
            self.rows[schema.item].append(record.row())
        self.records.clear()
        for table, columns in _TABLES:
            # keys are hashes: in their order the database fills its pages one after another
            insert_rows(conn, table, columns, sorted(self.rows.pop(table), key=itemgetter(0)))
        return touched


class Record:
    """One item: its fields and where its story has got to."""

    __slots__ = (
        "_due_first", "_event_no", "_extensions", "_known", "_late", "_now", "_stages", "_verifications", "book", "discovered", "due",
        "fields", "item_id", "ledger_no", "region_id",
    )  # fmt: skip

    def __init__(self, book: Book, ledger_no: str, discovered: int, fields: dict[str, object]) -> None:
        self.book = book
        self.ledger_no = ledger_no
        self.item_id = item_id(book.code, ledger_no)
        self.discovered = discovered
        self.fields = fields
        self.region_id: int = fields["region_id"]  # type: ignore[assignment]
        self.due: int | None = None
        self._due_first: int | None = None
        self._now = discovered * DAY + book.dice.within(8 * 60 + 30, 16 * 60)
        self._known = 0
        self._late = 0
        self._event_no = 0
        # (event number, stage, day): what is left standing decides the item's stage
        self._stages: list[tuple[int, str, int]] = []
        self._extensions = 0
        self._verifications = 0

    # ------------------------------------------------------------------ what is so

    def reached(self, stage: str) -> bool:
        """Whether the item has entered a stage, and the entry stands."""
        return any(name == stage for _, name, _ in self._stages)

    @property
    def day(self) -> int:
        """The day of the newest event."""
        return self._now // DAY

    @property
    def stage_now(self) -> str:
        return self._stages[-1][1]

    @property
    def last_event(self) -> int:
        return self._event_no

    def row(self) -> tuple[object, ...]:
        """The ``item`` row, its repeated columns taken from the events."""
        _, stage, day = self._stages[-1]
        own: dict[str, object] = {
            "item_id": self.item_id,
            "campaign_id": self.book.campaign_id,
            "kind": self.book.kind,
            "loop": self.book.loop,
            "ledger_key": self.ledger_no,
            "ledger_no": self.ledger_no,
            "long_term": False,
            "discovered_on": day_text(self.discovered),
            "due_original": None if self._due_first is None else day_text(self._due_first),
            "due_current": None if self.due is None else day_text(self.due),
            "stage": stage,
            "stage_label": self.book.labels.get(stage),
            "stage_on": day_text(day),
            "crs_declared": CRS if self.fields.get("lon") is not None else None,
            "batch_id": self.book.batch_id,
        }
        own |= self.fields
        return tuple(own.get(name) for name in _ITEM)

    # ------------------------------------------------------------------ what happens

    def late(self, days: int) -> None:
        """The next event reaches the store only ``days`` days after it happened, and what follows not before it."""
        self._late = days

    def _tick(self, day: int) -> bool:
        """Move on to a moment of office hours on ``day``; False when that is after the last data day."""
        if day > LAST:
            return False
        dice = self.book.dice
        if day * DAY > self._now:
            self._now = day * DAY + dice.within(8 * 60 + 30, 17 * 60 + 30)
        elif self._event_no:
            self._now = min(self._now + dice.within(6, 25), _LAST_MINUTE)
        return True

    def _append(
        self, kind: str, *, stage: str | None = None, due: int | None = None, result: str | None = None, voids: int | None = None,
        role: str | None = None, reason: str | None = None, evidence: str | None = None, payload: object = None,
    ) -> str:  # fmt: skip
        """One event at the present moment; returns its ``recorded_at`` text."""
        heard = self._now + 4 if not self._late else (self.day + self._late) * DAY + self.book.dice.within(9 * 60, 18 * 60)
        self._late = 0
        self._known = min(max(heard, self._known + 1), _LAST_MINUTE)
        self._event_no += 1
        recorded = moment_text(self._known - UTC_OFFSET)
        label = self.book.labels.get(stage) if stage else None
        until = None if due is None else day_text(due)
        # as a ledger has it: the words of the office, not a code
        actor = _ROLES[role] if role else None
        self.book.rows[schema.item_event].append(
            (
                self.item_id, self._event_no, kind, stage, label, until, result, moment_text(self._now), recorded, voids, actor,
                reason, evidence, payload, self.book.batch_id,
            )
        )  # fmt: skip
        return recorded

    def stage(self, day: int, stage: str, role: str, reason: str | None = None, evidence: str | None = None) -> bool:
        """The item enters a stage."""
        if not self._tick(day):
            return False
        self._append("stage", stage=stage, role=role, reason=reason, evidence=evidence)
        self._stages.append((self._event_no, stage, self.day))
        return True

    def set_due(self, due: int, role: str) -> None:
        """The first deadline, set at the present moment."""
        self.due = self._due_first = due
        self._append("due", due=due, role=role)

    def extend(self, day: int, due: int, level: str, reason: str) -> bool:
        """An approved extension to ``due``."""
        assert self.due is not None
        if not self._tick(day):
            return False
        recorded = self._append("due", due=due, role=f"{level}_bureau", reason=reason)
        self._extensions += 1
        self.book.rows[schema.extension].append(
            (
                self.item_id, self._extensions, day_text(self.due), day_text(due), moment_text(self._now), level, reason, recorded,
                self.book.batch_id,
            )
        )  # fmt: skip
        self.due = due
        return True

    def verify(self, day: int, result: str, method: str, level: str, sampling: str, reason: str | None = None) -> bool:
        """A verification: ``pass`` or ``fail``, or ``pending`` while it is not concluded."""
        if not self._tick(day):
            return False
        recorded = self._append("verification", result=result, role=f"{level}_bureau", reason=reason)
        self._verifications += 1
        concluded = None if result == "pending" else moment_text(self._now)
        self.book.rows[schema.verification].append(
            (self.item_id, self._verifications, method, level, sampling, result, concluded, reason, recorded, self.book.batch_id)
        )
        return True

    def conclude(
        self, day: int, stage: str, role: str, *, passed: bool, method: str = "on_site", level: str = "prefecture", sampling: str = "full"
    ) -> bool:
        """A concluded verification and, in the next minutes, the stage it leads to."""
        say, dice = texts("reasons"), self.book.dice
        if not self.verify(day, "pass" if passed else "fail", method, level, sampling, dice.one(say["passed" if passed else "failed"])):
            return False
        return self.stage(self.day, stage, role, None if passed else dice.one(say["returned"]))

    def note(self, day: int, role: str, reason: str) -> bool:
        """A remark in the log that changes nothing."""
        if not self._tick(day):
            return False
        self._append("note", role=role, reason=reason)
        return True

    def change(self, day: int, role: str, field: str, new: object, reason: str) -> bool:
        """A field of the item is corrected."""
        if not self._tick(day):
            return False
        self._append("attribute", role=role, reason=reason, payload={field: [self.fields.get(field), new]})
        self.fields[field] = new
        return True

    def take_back(self, day: int, event_no: int, role: str, reason: str) -> bool:
        """Void an earlier stage event: it never was."""
        if not self._tick(day):
            return False
        self._append("void", voids=event_no, role=role, reason=reason)
        self._stages = [entry for entry in self._stages if entry[0] != event_no]
        return True

    def link(self, target: "Record", kind: str) -> None:
        """Tie this item to another at the present moment."""
        self.book.rows[schema.item_link].append(
            (self.item_id, target.item_id, kind, moment_text(self._now), moment_text(self._known - UTC_OFFSET), self.book.batch_id)
        )

    def share(self, weights: list[tuple[int, float]]) -> None:
        """Several departments answer for the item; the first leads."""
        for n, (department_id, weight) in enumerate(weights):
            self.book.rows[schema.item_department].append((self.item_id, department_id, "lead" if n == 0 else "assist", weight))

    def milestones(self, steps: list[tuple[str, int, float]]) -> None:
        """Planned steps: name, day, share of the whole that the step adds."""
        for n, (name, day, share) in enumerate(steps, 1):
            self.book.rows[schema.milestone].append((self.item_id, n, name, day_text(day), share))
