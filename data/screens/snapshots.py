"""Frozen states: what a playlist's scenes show, kept as they were, so that no number moves in the room.

The answers themselves are kept, not a recipe for them: a correction, an undo or another program changes nothing of what was frozen.
"""

import hashlib
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from data import calendar
from data.schema import snapshot, snapshot_answer

# without signs that are taken for one another
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``known_at`` and ``frozen_at`` in UTC; ``sha256`` over every answer in the order of their names."""

    snapshot_id: int
    code: str
    playlist: str
    name: str
    as_of: date
    known_at: datetime
    store_version: int
    sha256: str
    frozen_at: datetime
    frozen_by: str | None
    status: str
    simulated: bool


class DamagedSnapshot(Exception):
    """An answer is missing or is not what was frozen."""


def digest(answers: Mapping[str, str]) -> str:
    """The hash that a frozen state is known by."""
    out = hashlib.sha256()
    for name in sorted(answers):
        out.update(f"{name}\x1f{answers[name]}\x1e".encode())
    return out.hexdigest()


def freeze(
    conn: Connection, playlist: str, name: str, answers: Mapping[str, str], *, as_of: date, version: int, by: str | None, simulated: bool
) -> Snapshot:
    """Keep some answers (name: JSON text) as one state, in the caller's transaction."""
    now = calendar.now_utc()
    values = {
        "code": "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)),
        "playlist": playlist,
        "name": name[:100],
        "as_of": as_of,
        "known_at": now,
        "store_version": version,
        "sha256": digest(answers),
        "frozen_at": now,
        "frozen_by": by,
        "status": "internal",
        "simulated": simulated,
    }
    key = conn.execute(insert(snapshot).values(values).returning(snapshot.c.snapshot_id)).scalar_one()
    rows = [{"snapshot_id": key, "name": each, "body": zlib.compress(text.encode("utf-8"))} for each, text in sorted(answers.items())]
    conn.execute(insert(snapshot_answer), rows)
    return Snapshot(snapshot_id=int(key), **values)  # type: ignore[arg-type]


def _query() -> object:
    return select(*(snapshot.c[name] for name in Snapshot.__dataclass_fields__))


def find(conn: Connection, code: str, playlist: str) -> Snapshot:
    """A playlist's frozen state. Raises LookupError."""
    row = conn.execute(_query().where(snapshot.c.code == code, snapshot.c.playlist == playlist)).one_or_none()  # type: ignore[attr-defined]
    if row is None:
        raise LookupError(code)
    return Snapshot(*row)


def newest(conn: Connection, playlist: str) -> Snapshot | None:
    """The one frozen last; None: there is none."""
    query = _query().where(snapshot.c.playlist == playlist).order_by(snapshot.c.snapshot_id.desc()).limit(1)  # type: ignore[attr-defined]
    row = conn.execute(query).one_or_none()
    return Snapshot(*row) if row else None


def snapshots(conn: Connection, playlist: str | None = None) -> list[Snapshot]:
    """Every frozen state, the newest first; of one playlist if it is named."""
    query = _query().order_by(snapshot.c.snapshot_id.desc())  # type: ignore[attr-defined]
    if playlist is not None:
        query = query.where(snapshot.c.playlist == playlist)
    return [Snapshot(*row) for row in conn.execute(query)]


def answer(conn: Connection, frozen: Snapshot, name: str) -> str:
    """One answer as it was. Raises LookupError when the state holds none of that name."""
    a = snapshot_answer.c
    body = conn.execute(select(a.body).where(a.snapshot_id == frozen.snapshot_id, a.name == name)).scalar_one_or_none()
    if body is None:
        raise LookupError(name)
    return zlib.decompress(body).decode("utf-8")


def verify(conn: Connection, frozen: Snapshot) -> int:
    """How many answers a state holds, when they are what was frozen. Raises DamagedSnapshot."""
    a = snapshot_answer.c
    found = conn.execute(select(a.name, a.body).where(a.snapshot_id == frozen.snapshot_id)).all()
    try:
        held = {name: zlib.decompress(body).decode("utf-8") for name, body in found}
    except (zlib.error, UnicodeDecodeError) as problem:
        raise DamagedSnapshot(f"{frozen.code}: {problem}") from None
    if digest(held) != frozen.sha256:
        raise DamagedSnapshot(f"{frozen.code}: the answers are not those that were frozen")
    return len(held)
