"""Places as rows of the store: put beside what stands there already, with what stood there kept for taking it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Date, DateTime, Table, bindparam, delete, insert, select, update

from data.ledgers.load import chunks
from data.places.located import Place
from data.places.model import PlaceError
from data.schema import object_, place_origin, section_quality, track, water_body, zone

#: kind of place -> table and the column that identifies it
TABLES: dict[str, tuple[Table, str]] = {
    "object": (object_, "object_id"),
    "zone": (zone, "zone_id"),
    "water_body": (water_body, "water_body_id"),
    "track": (track, "track_id"),
}
#: a value that takes away what stands there
CLEARED: Final = object()
#: columns that say who wrote a row last; a row that differs in nothing else is the same
_MARKS = frozenset({"batch_id", "place_batch_id", "coord_source", "simulated", "recorded_at", "source"})
Values = dict[str, Any]


@dataclass(slots=True)
class Written:
    """What was put: counts of places, and the ids of those that are new or changed."""

    new: int = 0
    changed: int = 0
    same: int = 0
    touched: list[int] = field(default_factory=list)


def rows_of(conn: Connection, kind: str, ids: Iterable[int]) -> dict[int, Values]:
    """Whole rows by id."""
    table, key = TABLES[kind]
    out: dict[int, Values] = {}
    for part in chunks(sorted(set(ids))):
        for row in conn.execute(select(table).where(table.c[key].in_(part))).mappings():
            out[row[key]] = dict(row)
    return out


def plain(row: Mapping[str, Any] | None) -> Values | None:
    """A row as JSON holds it."""
    return None if row is None else {k: v.isoformat() if isinstance(v, (date, datetime)) else v for k, v in row.items()}


def restored(table: Table, row: Mapping[str, Any]) -> Values:
    """What ``plain`` made, as the table takes it."""
    out: Values = {}
    for name, value in row.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, DateTime):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(kind, Date):
            value = date.fromisoformat(value)
        out[name] = value
    return out


def put(conn: Connection, kind: str, batch_id: int, given: Sequence[tuple[Place, int, Values]], defaults: Values | None = None) -> Written:
    """Insert or change places. ``given``: place, id, values; a value of None leaves what stands there, CLEARED takes it away.

    ``defaults``: values of new rows where none is given. What stood there before goes into ``place_origin``. PlaceError when two of the
    given are one place.
    """
    table, key = TABLES[kind]
    _apart(given)
    before = rows_of(conn, kind, (i for _, i, _ in given))
    names = [c.name for c in table.c if c.name != key]
    done = Written()
    fresh: list[Values] = []
    altered: list[Values] = []
    origins: list[Values] = []
    for place, place_id, values in given:
        old = before.get(place_id)
        if old is None:
            row = dict.fromkeys(names) | (defaults or {}) | {k: v for k, v in values.items() if v is not None and v is not CLEARED}
            fresh.append(row | {key: place_id})
            done.new += 1
        else:
            now: Values = {k: None if v is CLEARED else v for k, v in values.items() if v is not None}
            if isinstance(old.get("detail"), dict) and isinstance(now.get("detail"), dict):
                now["detail"] = {**old["detail"], **now["detail"]}
            if all(old[k] == v for k, v in now.items() if k not in _MARKS):
                done.same += 1
                continue
            altered.append({f"new_{name}": {**old, **now}[name] for name in names} | {"which": place_id})
            done.changed += 1
        done.touched.append(place_id)
        origins.append(origin_of(kind, place_id, batch_id, place, plain(old)))
    for some in chunks(fresh):
        conn.execute(insert(table), some)
    if altered:
        query = update(table).where(table.c[key] == bindparam("which")).values({name: bindparam(f"new_{name}") for name in names})
        for some in chunks(altered):
            conn.execute(query, some)
    for some in chunks(origins):
        conn.execute(insert(place_origin), some)
    return done


def _apart(given: Sequence[tuple[Place, int, Values]]) -> None:
    """PlaceError when two rows of a file, one by its code and one by its name, come down to the same place of the store."""
    seen: dict[int, Place] = {}
    for place, place_id, _ in given:
        first = seen.setdefault(place_id, place)
        if first is not place:
            name = place.parsed.get("name") or place.parsed.get("code") or ""
            raise PlaceError("places_meet", first=first.stands_at, second=place.stands_at, name=name)


def origin_of(kind: str, place_id: int, batch_id: int, place: Place, previous: Values | None) -> Values:
    """A row of ``place_origin``."""
    return {
        "place_kind": kind, "place_id": place_id, "batch_id": batch_id, "stands_at": place.stands_at[:120], "original": place.original,
        "crs_declared": place.crs[:40], "repairs": place.repairs or None, "previous": previous,
    }  # fmt: skip


def put_back(conn: Connection, kind: str, place_id: int, previous: Mapping[str, Any] | None) -> None:
    """What stood there before; nothing where there was nothing."""
    table, key = TABLES[kind]
    conn.execute(delete(table).where(table.c[key] == place_id))
    if previous is not None:
        conn.execute(insert(table).values(restored(table, previous)))


def put_quality(conn: Connection, batch_id: int, given: Sequence[tuple[Place, int, Values]]) -> Written:
    """Months of sections; ``given``: place, id of the origin, values. The origin's ``previous`` holds the key and what was there."""
    done = Written()
    q = section_quality.c
    objects = sorted({v["object_id"] for _, _, v in given})
    before = {
        (row["object_id"], row["month"]): dict(row)
        for part in chunks(objects)
        for row in conn.execute(select(section_quality).where(q.object_id.in_(part))).mappings()
    }
    for place, origin_id, values in given:
        key = (values["object_id"], values["month"])
        old = before.get(key)
        if old is not None and all(old[k] == v for k, v in values.items() if k not in _MARKS):
            done.same += 1
            continue
        where = (q.object_id == key[0], q.month == key[1])
        if old is None:
            conn.execute(insert(section_quality).values(values))
            done.new += 1
        else:
            conn.execute(update(section_quality).where(*where).values(values))
            done.changed += 1
        done.touched.append(origin_id)
        kept = {"object_id": key[0], "month": key[1].isoformat(), "was": plain(old)}
        conn.execute(insert(place_origin).values(origin_of("quality", origin_id, batch_id, place, kept)))
    return done


def put_back_quality(conn: Connection, kept: Mapping[str, Any]) -> None:
    """A month of a section as it was."""
    q = section_quality.c
    conn.execute(delete(section_quality).where(q.object_id == kept["object_id"], q.month == date.fromisoformat(kept["month"])))
    if kept["was"] is not None:
        conn.execute(insert(section_quality).values(restored(section_quality, kept["was"])))
