"""The classes of sections, month by month, as known at a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from data.calendar import recorded_before
from data.schema import section_quality
from data.store import Store
from data.waters import grades

_AT_ONCE = 500
# moments whose classes are kept for the map, which asks anew at every step
_KEPT = 8
# a class older than this says nothing of now
RECENT = 12


@dataclass(frozen=True, slots=True)
class Month:
    """``grade`` None: assessed, but without a class. ``exceeding``: codes of the indicators over the target."""

    month: date
    grade: str | None
    exceeding: tuple[str, ...]
    standard: str


def months(
    store: Store, section_ids: Iterable[int] | None, as_of: date, known_at: date | None, since: date | None = None
) -> dict[int, list[Month]]:
    """Months that were over at the end of ``as_of``, ascending, for each section (None: of all) that has any; from ``since`` on if that
    is given."""
    q = section_quality.c
    query = select(q.object_id, q.month, q.grade, q.exceeding, q.standard_version).where(q.month <= grades.last_month(as_of))
    if since is not None:
        query = query.where(q.month >= since)
    if known_at is not None:
        query = query.where(q.recorded_at < recorded_before(known_at))
    query = query.order_by(q.object_id, q.month)
    wanted = sorted(set(section_ids)) if section_ids is not None else []
    queries = [query.where(q.object_id.in_(wanted[k : k + _AT_ONCE])) for k in range(0, len(wanted), _AT_ONCE)]
    out: dict[int, list[Month]] = {}
    with store.reading() as conn:
        for each in queries if section_ids is not None else [query]:
            for object_id, month, grade, exceeding, standard in conn.execute(each).fetchall():
                over = tuple(part.strip() for part in (exceeding or "").split(",") if part.strip())
                out.setdefault(object_id, []).append(Month(month, grade if grade in grades.GRADES else None, over, standard))
    return out


def newest(store: Store, section_ids: Iterable[int] | None, as_of: date, known_at: date | None) -> dict[int, Month]:
    """The newest month of each section (None: of all) that has one within the last RECENT months."""
    since = grades.months_before(grades.last_month(as_of), RECENT - 1)
    return {key: found[-1] for key, found in months(store, section_ids, as_of, known_at, since).items()}


def newest_of_all(store: Store, as_of: date, known_at: date | None) -> dict[int, Month]:
    """``newest`` of every section there is; kept until the store changes."""
    held: dict[tuple[date, date | None], dict[int, Month]] = store.remembered("newest-classes", dict)
    key = grades.last_month(as_of), known_at
    found = held.get(key)
    if found is None:
        found = newest(store, None, as_of, known_at)
        if len(held) >= _KEPT:
            held.clear()
        held[key] = found
    return found
