"""Playlists in the store. A row of ``playlist`` each; ``standard`` is a file and always there.

Functions that change something take a connection of ``store.writing()`` and raise PlaylistError without having changed anything.
"""

import hmac
import json
import re
import secrets
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Text, cast, insert, select, update

from data import calendar
from data.engine import Glance
from data.ranking.lock_words import one_line
from data.schema import playlist as table
from data.screens.playlist import (
    LANGUAGES,
    THEMES,
    Cycle,
    Entry,
    Playlist,
    PlaylistError,
    check_regions,
    definition_of,
    laid_over,
    read,
    read_what_can_be,
    shown,
)

STANDARD = "standard"
KEY_BYTES = 24
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_FOLDER = Path(__file__).resolve().parent


@cache
def standard() -> Playlist:
    """The playlist that is always there."""
    held = json.loads((_FOLDER / "standard.json").read_text(encoding="utf-8"))
    return read(held, code=STANDARD, name=held["name"], revision=1)


def _columns() -> tuple[Any, ...]:
    c = table.c
    # as text: what is no JSON any more must not keep the other rows from being read
    return c.code, c.name, c.revision, cast(c.definition, Text).label("definition"), c.simulated, c.key_sha256


def _from_row(row: Row[Any]) -> Playlist:
    try:
        told = json.loads(row.definition)
    except ValueError:
        told = None
    found = read_what_can_be(told, row.code, row.name, row.revision, bool(row.simulated))
    if not found.entries:
        # said with what is wrong, for there is nothing left to show
        raise PlaylistError("damaged_why", code=row.code, why=found.faults[0])
    return replace(found, keyed=row.key_sha256 is not None)


def find(conn: Connection, code: str) -> Playlist | None:
    """The playlist of a code, None without one. Raises PlaylistError for a row of which nothing can be shown."""
    if code == STANDARD:
        return standard()
    row = conn.execute(select(*_columns()).where(table.c.code == code, table.c.removed_at.is_(None))).first()
    return _from_row(row) if row is not None else None


def playlists(conn: Connection) -> list[Playlist]:
    """Every playlist, the standard one first, then by name; of a row that cannot be read, its name and the fault."""
    out = []
    for row in conn.execute(select(*_columns()).where(table.c.removed_at.is_(None)).order_by(table.c.name, table.c.code)):
        try:
            out.append(_from_row(row))
        except PlaylistError as fault:
            keyed = row.key_sha256 is not None
            out.append(
                Playlist(row.code, row.name, row.revision, "", LANGUAGES[0], THEMES[0], (), bool(row.simulated), keyed, faults=(fault,))
            )
    return [standard(), *out]


def save(conn: Connection, playlist: Playlist, by: str | None, was: str | None = None) -> Playlist:
    """Keep a playlist; gives it with the next revision. ``was``: the code it had until now, when that changes.

    ``playlist.revision`` says which state was edited (0: a new one); when the store holds another by now, nothing is overwritten:
    PlaylistError ``changed_meanwhile``. Also ``code_taken``, ``code_standard``, ``missing`` and whatever ``read`` finds.
    """
    kept = read(definition_of(playlist), code=playlist.code, name=playlist.name, revision=playlist.revision, simulated=playlist.simulated)
    if STANDARD in (kept.code, was):
        raise PlaylistError("code_standard")
    c, now = table.c, calendar.now_utc()
    before = was or kept.code
    held = conn.execute(select(c.playlist_id, c.revision, c.removed_at, c.changed_by, c.key_sha256).where(c.code == before)).first()
    alive = held is not None and held.removed_at is None
    if kept.revision == 0 and alive and was is None:
        raise PlaylistError("code_taken", code=kept.code)
    if kept.revision and not alive:
        raise PlaylistError("missing", code=before)
    if kept.revision and held is not None and held.revision != kept.revision:
        if held.changed_by:
            raise PlaylistError("changed_meanwhile", name=kept.name, by=held.changed_by)
        raise PlaylistError("changed_by_other", name=kept.name)
    if kept.code != before:
        other = conn.execute(select(c.playlist_id, c.removed_at).where(c.code == kept.code)).first()
        if other is not None and other.removed_at is None:
            raise PlaylistError("code_taken", code=kept.code)
        if other is not None:
            # a removed one makes room: its walls have been told already
            conn.execute(table.delete().where(c.playlist_id == other.playlist_id))
    values: dict[str, Any] = {"code": kept.code, "name": kept.name, "definition": definition_of(kept), "simulated": kept.simulated}
    values |= {"changed_at": now, "changed_by": one_line(by)[:100] or None, "removed_at": None}
    revision = held.revision + 1 if held is not None else 1
    if held is None:
        conn.execute(insert(table).values(**values, revision=revision, created_at=now))
    else:
        conn.execute(update(table).where(c.playlist_id == held.playlist_id).values(**values, revision=revision))
    return replace(kept, revision=revision, keyed=held is not None and alive and held.key_sha256 is not None)


def remove(conn: Connection, code: str) -> None:
    """Take a playlist away; its key is dead from now on. PlaylistError ``missing``, ``code_standard``."""
    _change(conn, code, removed_at=calendar.now_utc(), key_sha256=None)


def make_key(conn: Connection, code: str) -> str:
    """A new key for walls on other machines, shown this once; the store keeps its sha256. An earlier key is dead from now on."""
    key = secrets.token_urlsafe(KEY_BYTES)
    _change(conn, code, key_sha256=digest(key))
    return key


def drop_key(conn: Connection, code: str) -> None:
    """No wall on another machine may show the playlist any more."""
    _change(conn, code, key_sha256=None)


def _change(conn: Connection, code: str, **values: object) -> None:
    if code == STANDARD:
        raise PlaylistError("standard_fixed")
    changed = conn.execute(update(table).where(table.c.code == code, table.c.removed_at.is_(None)).values(**values))
    if not changed.rowcount:
        raise PlaylistError("missing", code=shown(code))


# ----------------------------------------------------------------------------- keys and revisions, asked at every request


def digest(text: str) -> str:
    """sha256 in hex: keys and codes are kept in this form only."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def by_key(conn: Connection, key: str) -> str | None:
    """The code of the playlist that a key opens; None for any other text."""
    if not _KEY.fullmatch(key):
        return None
    return conn.execute(select(table.c.code).where(table.c.key_sha256 == digest(key), table.c.removed_at.is_(None))).scalar()


class Keys:
    """What keys open and how far playlists have come, always as the store is now and without a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._code = Glance(engine, "SELECT code, key_sha256 FROM playlist WHERE key_sha256 = ? AND removed_at IS NULL")
        self._revision = Glance(engine, "SELECT revision FROM playlist WHERE code = ? AND removed_at IS NULL")

    def opens(self, code: str, key: str) -> bool:
        """Whether the key is that of this playlist."""
        if not _KEY.fullmatch(key):
            return False
        row = self._code.row(digest(key))
        return row is not None and row[0] == code and hmac.compare_digest(str(row[1]), digest(key))

    def revision(self, code: str) -> int:
        """The playlist's revision; 0 when there is none of that code."""
        if code == STANDARD:
            return standard().revision
        row = self._revision.row(code)
        return int(row[0]) if row else 0


__all__ = [
    "LANGUAGES",
    "STANDARD",
    "THEMES",
    "Cycle",
    "Entry",
    "Keys",
    "Playlist",
    "PlaylistError",
    "by_key",
    "check_regions",
    "definition_of",
    "digest",
    "drop_key",
    "find",
    "laid_over",
    "make_key",
    "playlists",
    "read",
    "remove",
    "save",
    "standard",
]
