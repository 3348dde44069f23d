"""Score events: bonus, penalty and veto, as documents record them.

A table (CSV, XLSX) has a row for each heading of each happening: ``region``, ``adjustment`` (an id or name of a scheme's adjustments),
``date``, and if need be ``points`` (empty: as the scheme says), ``reason``, ``document_no`` and ``key``. Rows with one key in one place
are one happening and count once. Rows are only ever added; one that was wrong is taken back by a further row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from data import calendar
from data.ranking.faults import nearest, phrase
from data.ranking.intake import Cells, Row, Sheet, TableError, read_table, say, words
from data.ranking.scheme import VETO, Adjustment
from data.ranking.schemes import known
from data.regions.match import RegionMatcher
from data.regions.table_read import Given
from data.schema import region, score_event
from data.store import Store, bump

# how the key of an event begins that was given none
AUTO = "auto-"
KEY_LIMIT, DOCUMENT_LIMIT, REASON_LIMIT = 80, 100, 1000


@dataclass(frozen=True)
class Event:
    """One heading of one happening. ``points`` None: what the scheme says; ``key`` joins headings of one happening."""

    region_id: int
    adjustment: str
    happened_on: date
    points: float | None = None
    reason: str | None = None
    document_no: str | None = None
    key: str = ""

    def full_key(self) -> str:
        """The key, or one of its own for an event without."""
        parts = (self.region_id, self.adjustment, self.happened_on, self.reason or "", self.document_no or "")
        return self.key or AUTO + sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


@dataclass
class Report:
    """What an import did: events added, and those the store had already."""

    file: str
    added: int = 0
    same: int = 0

    def text(self, lang: str = "zh-CN") -> str:
        """The report in one line."""
        return say("events_done", lang, file=self.file, added=self.added, same=self.same)


def import_events(
    store: Store, source: Given, file: str, *, region: str | None = None, simulated: bool = False, now: datetime | None = None
) -> Report:
    """Bring a table's events in, in one transaction. ``region`` is the code of the place that names are looked for in; ``now`` when
    the store learned of them (UTC, default: now). Raises TableError with every fault, and then nothing was written."""
    sheet = read_table(source, file, words()["event_columns"])
    adjustments = {a.id: a for scheme in known(store) for a in scheme.adjustments}
    tree = store.tree()
    home = tree.get(region)
    if region is not None and home is None:
        sheet.add("unknown_region", value=region, near="")
    sheet.need("region", "region_code")
    sheet.need("adjustment")
    sheet.need("date")
    sheet.stop()
    with store.writing() as conn:
        cells = Cells(sheet, RegionMatcher.load(conn, tree), home.region_id if home else None)
        events = _events(conn, sheet, cells, adjustments)
        sheet.stop()
        added = put_events(conn, events, recorded_at=now, simulated=simulated)
        if added:
            bump(conn, f"score events {file}")
    return Report(file, added, len(events) - added)


def _events(conn: Connection, sheet: Sheet, cells: Cells, adjustments: Mapping[str, Adjustment]) -> list[Event]:
    names = {name: a.id for a in adjustments.values() for name in (a.name.zh, a.name.en) if name}
    e = score_event.c
    days = {(r, key): day for r, key, day in conn.execute(select(e.region_id, e.event_key, e.happened_on).where(*_in_force()))}
    seen: dict[Event, int] = {}
    for row in sheet.rows:
        region_id, day = cells.region(row), cells.day(row, "date")
        adjustment = _adjustment(sheet, row, adjustments, names)
        points = _points(sheet, cells, row, adjustment)
        reason, document = cells.text(row, "reason", REASON_LIMIT), cells.text(row, "document_no", DOCUMENT_LIMIT)
        key = cells.text(row, "key", KEY_LIMIT)
        if region_id is None or day is None or adjustment is None:
            continue
        event = Event(region_id, adjustment.id, day, points, reason or None, document or None, key)
        if key and days.setdefault((region_id, key), day) != day:
            sheet.add("key_apart", row, "key", value=key, day=days[region_id, key])
        first = seen.setdefault(event, row.number)
        if first != row.number:
            sheet.add("event_twice", row, first=first)
    return list(seen)


def _adjustment(sheet: Sheet, row: Row, adjustments: Mapping[str, Adjustment], names: Mapping[str, str]) -> Adjustment | None:
    text = row.get("adjustment")
    found = adjustments.get(text) or adjustments.get(names.get(text, ""))
    if found is None:
        listed = ", ".join(f"{a.name.zh} ({a.id})" for a in adjustments.values())
        if text:
            near = nearest(text, [*adjustments, *names])
            offered = phrase("near", names=", ".join(near)) if near else ""
            sheet.add("unknown_adjustment", row, "adjustment", value=text, near=offered, known=listed)
        else:
            sheet.add("no_adjustment", row, "adjustment", known=listed)
    return found


def _points(sheet: Sheet, cells: Cells, row: Row, adjustment: Adjustment | None) -> float | None:
    points = cells.number(row, "points")
    if points is None or adjustment is None:
        return None
    if adjustment.kind == VETO:
        if points != 0:
            sheet.add("event_veto_points", row, "points", value=row.get("points"))
        return None
    if not 0 < points <= 100:
        sheet.add("event_points", row, "points", value=row.get("points"))
        return None
    return points


def _in_force() -> tuple[Any, Any]:
    """Conditions: events that are not a taking back, and were not taken back."""
    e = score_event.c
    return e.voids.is_(None), e.event_id.not_in(select(e.voids).where(e.voids.is_not(None)))


def put_events(conn: Connection, events: list[Event], *, recorded_at: datetime | None = None, simulated: bool = False) -> int:
    """Add events; returns how many were not in the store already. Within the caller's transaction."""
    e = score_event.c
    columns = (e.region_id, e.adjustment, e.happened_on, e.points, e.reason, e.document_no, e.event_key)
    held = {tuple(row) for row in conn.execute(select(*columns).where(*_in_force()))}
    rows = []
    for event in events:
        values = (event.region_id, event.adjustment, event.happened_on, event.points, event.reason, event.document_no, event.full_key())
        if values not in held:
            rows.append(dict(zip((c.name for c in columns), values, strict=True)))
    if rows:
        recorded_at = recorded_at or calendar.now_utc()
        conn.execute(insert(score_event), [row | {"recorded_at": recorded_at, "simulated": simulated} for row in rows])
    return len(rows)


def take_back(store: Store, event_id: int, reason: str, now: datetime | None = None) -> None:
    """Take an event back: a further row that names it. Raises TableError when there is none in force, or no reason."""
    sheet = Sheet("")
    if not reason.strip():
        sheet.add("no_reason")
        sheet.stop()
    e = score_event.c
    with store.writing() as conn:
        columns = (e.event_key, e.region_id, e.adjustment, e.happened_on, e.points, e.document_no, e.simulated)
        held = conn.execute(select(*columns).where(e.event_id == event_id, *_in_force())).mappings().first()
        if held is None:
            sheet.add("no_event", value=event_id)
            raise TableError(sheet.faults)
        values = dict(held) | {"reason": reason.strip()[:REASON_LIMIT], "recorded_at": now or calendar.now_utc(), "voids": event_id}
        conn.execute(insert(score_event).values(values))
        bump(conn, f"score event {event_id} taken back")


def list_events(store: Store) -> list[dict[str, Any]]:
    """Every event, newest first, with the code of its place and whether it was taken back (``back``: the reason, else None)."""
    e = score_event.c
    columns = (e.event_id, e.happened_on, e.region_id, e.adjustment, e.points, e.reason, e.document_no, e.event_key, e.simulated)
    with store.reading() as conn:
        back = {row[0]: row[1] or "" for row in conn.execute(select(e.voids, e.reason).where(e.voids.is_not(None)))}
        query = select(*columns, region.c.gb2260_code).join(region, region.c.region_id == e.region_id)
        rows = conn.execute(query.where(e.voids.is_(None)).order_by(e.happened_on.desc(), e.event_id.desc()))
        return [dict(row) | {"back": back.get(row["event_id"])} for row in rows.mappings()]


__all__ = ["Event", "Report", "TableError", "import_events", "list_events", "put_events", "take_back"]
