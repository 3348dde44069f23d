"""The rows of ``period_lock``: the editions of a period, and the standing that each of them holds. Rows are added and read, no more.

What is hashed and packed is one canonical JSON text: ``lock`` (who, when, why, from which state of the store, the hash of the edition
before) and ``results`` (data/ranking/freeze.py).
"""

import hashlib
import json
import logging
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from data import calendar
from data.filters import Filters
from data.ranking.freeze import canonical, freeze, thaw
from data.ranking.lock_words import LockError
from data.ranking.periods import period_name
from data.ranking.standing import Period, Standing
from data.schema import period_lock, store_version
from data.store import Store, bump

log = logging.getLogger(__name__)

# a packed standing of all counties is a tenth of this
MOST_BYTES = 256 * 1024 * 1024
# what the hashed text says of the lock beside the results; the row's columns must say the same
RECORD = ("edition", "locked_at", "locked_by", "period", "reason", "scheme_code", "scheme_version", "selection", "store_version")
_COLUMNS = [column for column in period_lock.c if column.name not in ("payload", "ranks")]

# {list: {place code: [rank, tied, score]}}; rank 0: not ranked
KeptRanks = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a locked period, without what it holds. ``locked_at`` is UTC without an offset."""

    lock_id: int
    scheme_code: str
    scheme_version: str
    selection: str
    period: str
    starts_on: date
    ends_on: date
    edition: int
    as_of: date
    locked_at: datetime
    locked_by: str | None
    reason: str | None
    store_version: int
    sha256: str

    @property
    def when(self) -> str:
        """The moment of the lock in Asia/Shanghai: ``2022-10-10 09:00``."""
        return civil(self.locked_at)


def civil(when: datetime) -> str:
    """A moment of the store (UTC) on the clock of Asia/Shanghai, to the minute."""
    return when.replace(tzinfo=UTC).astimezone(calendar.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def selection_of(filters: Filters) -> str:
    """What a race is over beside its scheme, as locks are told apart: the canonical query of the campaigns, "" without any."""
    return Filters(campaign=filters.campaign).to_query()


def editions(store: Store, scheme_code: str, selection: str = "", period: str | None = None) -> list[Edition]:
    """The editions of one period (None: of every locked period, oldest first), first to newest; empty when it is not locked."""

    def read() -> list[Edition]:
        with store.reading() as conn:
            return editions_in(conn, scheme_code, selection)

    found = store.remembered(f"locks:{scheme_code}:{selection}", read)
    return [each for each in found if period is None or each.period == period]


def editions_in(conn: Connection, scheme_code: str, selection: str, period: str | None = None) -> list[Edition]:
    """As ``editions``, read in somebody's transaction."""
    c = period_lock.c
    query = select(*_COLUMNS).where(c.scheme_code == scheme_code, c.selection == selection)
    if period is not None:
        query = query.where(c.period == period)
    return [Edition(**row) for row in conn.execute(query.order_by(c.ends_on, c.period, c.edition)).mappings()]


def newest(store: Store, scheme_code: str, selection: str = "") -> list[Edition]:
    """The newest edition of each locked period, oldest period first."""
    return list({each.period: each for each in editions(store, scheme_code, selection)}.values())


def before(store: Store, scheme_code: str, selection: str, starts_on: date) -> Edition | None:
    """The newest edition of the last locked period that ended before a day; None when there is none."""
    earlier = [each for each in newest(store, scheme_code, selection) if each.ends_on < starts_on]
    return max(earlier, key=lambda each: each.ends_on, default=None)


def ranks_of(store: Store, lock_ids: list[int]) -> dict[int, KeptRanks]:
    """What each lock keeps for histories, by lock_id: ``{list: {place code: [rank, tied, score]}}``; rank 0: not ranked."""
    query = select(period_lock.c.lock_id, period_lock.c.ranks).where(period_lock.c.lock_id.in_(lock_ids))
    with store.reading() as conn:
        return {row.lock_id: row.ranks for row in conn.execute(query)}


def frozen(store: Store, lock_id: int) -> Standing:
    """The standing that a lock holds, checked against its hash.

    Raises LockError ``damaged`` when row and hash do not agree (and logs it), LookupError when there is no such lock.
    """
    with store.reading() as conn:
        row = conn.execute(select(period_lock).where(period_lock.c.lock_id == lock_id)).mappings().first()
        if row is None:
            raise LookupError(f"no lock {lock_id}")
        c = period_lock.c
        same_period = (c.scheme_code == row["scheme_code"], c.selection == row["selection"], c.period == row["period"])
        count = len(conn.execute(select(c.lock_id).where(*same_period)).all())
    standing, fault = opened(dict(row))
    if standing is None:
        log.error("lock %s (%s %s, edition %s) is damaged: %s", lock_id, row["scheme_code"], row["period"], row["edition"], fault)
        raise LockError("damaged", period=row["period"], edition=row["edition"])
    standing.edition, standing.editions = row["edition"], count
    standing.locked_at, standing.locked_by = civil(row["locked_at"]), row["locked_by"]
    standing.store_version, standing.sha256 = row["store_version"], row["sha256"]
    return standing


def opened(row: dict[str, Any]) -> tuple[Standing | None, str]:
    """A row's standing, or None and what is wrong with the row."""
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(row["payload"], MOST_BYTES)
        if not packed.eof:
            return None, "the packed text is incomplete"
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            return None, "sha256 differs"
        record, results = split(data.decode("utf-8"))
        wrong = [name for name in RECORD if record[name] != _plain(row[name])]
        if wrong:
            return None, f"the row says otherwise: {', '.join(wrong)}"
        standing = thaw(results)
    except (zlib.error, ValueError, KeyError, TypeError) as problem:
        return None, f"{type(problem).__name__}: {problem}"
    period = standing.period
    if (period.code, period.start, period.end, period.as_of) != (row["period"], row["starts_on"], row["ends_on"], row["as_of"]):
        return None, "the row says otherwise: period"
    if kept_ranks(standing) != row["ranks"]:
        return None, "the row says otherwise: ranks"
    return standing, ""


def joined(record: dict[str, Any], results: str) -> str:
    """The text that is hashed and packed: what is said of the lock, then the results. Canonical JSON, as ``results`` are."""
    return f'{{"lock":{canonical(record)},"results":{results}}}'


def split(text: str) -> tuple[dict[str, Any], str]:
    """The two parts of a text made by ``joined``. Raises ValueError."""
    head = '{"lock":'
    if not text.startswith(head):
        raise ValueError("no record of the lock")
    record, end = json.JSONDecoder().raw_decode(text, len(head))
    between = ',"results":'
    if not text.startswith(between, end) or not text.endswith("}"):
        raise ValueError("no results")
    return record, text[end + len(between) : -1]


def record_of(row: dict[str, Any], previous: str | None, results: str) -> dict[str, Any]:
    """What the hashed text says of the lock: columns of the row, the hash of the edition before, and of the results alone."""
    said = {name: _plain(row[name]) for name in RECORD}
    return {**said, "previous": previous, "results_sha256": sha256_of(results)}


def results_hash(conn: Connection, lock_id: int) -> str:
    """The hash of a lock's results alone, as its record has it."""
    payload = conn.execute(select(period_lock.c.payload).where(period_lock.c.lock_id == lock_id)).scalar_one()
    return str(_record(payload)["results_sha256"])


def sha256_of(text: str) -> str:
    """The hash of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _record(payload: bytes) -> dict[str, Any]:
    return split(zlib.decompress(payload).decode("utf-8"))[0]


def append(
    conn: Connection,
    standing: Standing,
    selection: str,
    edition: int,
    previous: str | None,
    *,
    by: str,
    reason: str | None = None,
    now: datetime | None = None,
) -> int:
    """Write a standing as an edition, in the caller's transaction, and note the change; gives the edition's number.

    ``previous``: the hash of the edition before, None for the first. Whether it may be written is for data/ranking/locks.py to say.
    Raises LockError when the edition is there already.
    """
    period, code = standing.period, standing.scheme.code
    row: dict[str, Any] = {
        "scheme_code": code,
        "scheme_version": standing.scheme.version,
        "selection": selection,
        "period": period.code,
        "starts_on": period.start,
        "ends_on": period.end,
        "edition": edition,
        "as_of": period.as_of,
        "locked_at": (now or calendar.now_utc()).replace(microsecond=0),
        "locked_by": by,
        "reason": reason,
        # the state it was counted from, before this lock made another
        "store_version": int(conn.execute(select(func.coalesce(func.max(store_version.c.version), 0))).scalar_one()),
        "ranks": kept_ranks(standing),
    }
    results = freeze(standing)
    text = joined(record_of(row, previous, results), results)
    row |= {"sha256": sha256_of(text), "payload": zlib.compress(text.encode("utf-8"))}
    try:
        conn.execute(insert(period_lock).values(**row))
    except IntegrityError:
        # a writer that does not queue with ours
        raise LockError("changed_meanwhile", period=lambda lang: period_name(period, lang)) from None
    bump(conn, f"lock {code} {period.code} edition {edition}")
    return edition


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def kept_ranks(standing: Standing) -> KeptRanks:
    """What a lock keeps for histories. The score is the level score in either list, None where there is none."""
    scores = [None if score != score else score for score in standing.scores.score.tolist()]
    return {
        name: {
            code: [rank, tied, score]
            for code, rank, tied, score in zip(standing.places.code, ranks.rank.tolist(), ranks.tied.tolist(), scores, strict=True)
        }
        for name, ranks in standing.ranks.items()
    }


@dataclass(frozen=True, slots=True)
class Checked:
    """One lock as ``verify`` found it; ``fault`` is "" for a sound one."""

    edition: Edition
    fault: str


def verify(store: Store) -> list[Checked]:
    """Every lock of the store, oldest first, each opened and compared with its hash, its row and the edition before it."""
    out = []
    with store.reading() as conn:
        keys = [row[0] for row in conn.execute(select(period_lock.c.lock_id).order_by(period_lock.c.lock_id))]
        hashes: dict[tuple[str, str, str, int], str] = {}
        for key in keys:
            row = dict(conn.execute(select(period_lock).where(period_lock.c.lock_id == key)).mappings().one())
            edition = Edition(**{name: each for name, each in row.items() if name not in ("payload", "ranks")})
            _, fault = opened(row)
            of = (edition.scheme_code, edition.selection, edition.period)
            if not fault and _previous(row) != hashes.get((*of, edition.edition - 1)):
                fault = "the edition before it is not the one it followed"
            hashes[(*of, edition.edition)] = edition.sha256
            out.append(Checked(edition, fault))
    return out


def _previous(row: dict[str, Any]) -> str | None:
    found = _record(row["payload"]).get("previous")
    return None if found is None else str(found)


def name_of(edition: Edition, kind: str, lang: str) -> str:
    """The period's name for readers."""
    return period_name(Period(edition.period, kind, edition.starts_on, edition.ends_on, edition.as_of, False), lang)
