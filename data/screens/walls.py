"""The walls there are: what each last said of itself, and the commands it is to carry out.

Walls speak every few seconds and must be answered while an import holds the store for minutes, so what they say is kept in memory and
written by a thread of its own, a few seconds later, in one short transaction that gives way to everybody. Several web processes share
the table: the newest word of a wall holds, whoever was told.
"""

import hmac
import logging
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from data import calendar
from data.engine import Glance
from data.ranking.lock_words import one_line
from data.schema import wall as table
from data.screens.playlists import digest
from data.screens.wall import FRESH, Said, Standing, Wall, WallError, commands_in, fits, is_wall, moment, said_by, wall_from
from data.store import Store

log = logging.getLogger(__name__)

# without the signs that are taken for one another
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_SIGNS = 8
CODE_HOURS = 12
FORGET = timedelta(days=30)
KEPT_COMMANDS = 20
MOST_WALLS = 2000
LONGEST_NAME = 60
WRITE_EVERY = 3.0
# how long a phone's press waits for somebody who writes
PRESS_MS = 2000
_HARDLY_MS = 50
_IDLE = 60.0
# after the store was away, beats do not ask it again for so long: each question could wait for its whole time limit
_REST = 5.0


@dataclass(slots=True)
class _Memory:
    """What this process was told; ``new`` is not in the table yet."""

    new: dict[str, Said] = field(default_factory=dict)
    last: OrderedDict[str, Said] = field(default_factory=OrderedDict)


@contextmanager
def short(store: Store, wait: bool = True) -> Iterator[Connection]:
    """A transaction that writes only rows of walls, and waits ``PRESS_MS`` for others that write, or hardly at all.

    Raises WallError ``busy`` when the store is busy or away; then nothing was written.
    """
    try:
        with store.writing_aside(PRESS_MS if wait else _HARDLY_MS) as conn:
            yield conn
    except SQLAlchemyError as problem:
        raise WallError("busy") from problem


class Walls:
    """The walls of one store, as one process hears them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._memory = _Memory()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._over = False
        self._asked_again = 0.0
        self._forgot = 0.0
        self._commands = Glance(store.engine, "SELECT command_no, CAST(command AS TEXT), remote_until FROM wall WHERE wall_id = ?")
        self._remotes = Glance(store.engine, "SELECT wall_id, remote_until, remote_sha256 FROM wall WHERE remote_sha256 = ?")

    # ------------------------------------------------------------------ what walls say

    def beat(self, wall_id: str, playlist: str, told: Mapping[str, Any], address: str = "") -> Standing:
        """A wall says how it is; gives what it is to do. Never waits for a writer.

        ``told``: ``scene``, ``version``, ``build``, ``size``, and for the report (``LONGEST_REPORT`` letters of JSON at most) ``entry``
        (index in the playlist), ``region``, ``paused``, ``frozen``, ``theme``, ``failed`` (scene ids), ``stale`` (seconds), ``check``
        (``{"ok": bool, "words": [...]}``) and whatever else. ``done``: the number of the last command that was carried out. With it the
        answer holds the oldest newer command, so that each is carried out once and in order; without it the newest. A page that has just
        been loaded takes the first answer's ``command_no`` as done. Raises WallError ``wall_id`` for an id that cannot be one.
        """
        if not is_wall(wall_id):
            raise WallError("wall_id")
        said = said_by(wall_id, playlist, told, address)
        row = self._standing(wall_id)
        number, commands, steered = row
        with self._lock:
            memory = self._memory
            before = memory.last.pop(wall_id, None)
            memory.last[wall_id] = memory.new[wall_id] = said
            while len(memory.last) > MOST_WALLS:
                oldest, _ = memory.last.popitem(last=False)
                memory.new.pop(oldest, None)
            if not self._over and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="walls", daemon=True)
                self._thread.start()
        if steered and (before is None or before.scene != said.scene or before.report != said.report):
            # somebody holds a phone and waits to see it
            self._wake.set()
        done = told.get("done")
        now = calendar.now_utc()
        due = [each for each in commands if now - moment(each.get("at")) <= FRESH]
        if isinstance(done, int) and not isinstance(done, bool):
            due = [each for each in due if each["no"] > done]
            command = due[0] if due else None
        else:
            command = due[-1] if due else None
        shown = {name: command[name] for name in ("no", "do", "value")} if command else None
        return Standing(number, shown, steered)

    def _standing(self, wall_id: str) -> tuple[int, list[dict[str, Any]], bool]:
        """(number of the newest command, commands kept, whether a phone may steer); nothing while the store is away."""
        now = time.monotonic()
        if now < self._asked_again:
            return 0, [], False
        try:
            row = self._commands.row(wall_id)
        except (SQLAlchemyError, self._store.engine.dialect.loaded_dbapi.Error):
            self._asked_again = now + _REST
            return 0, [], False
        if row is None:
            return 0, [], False
        return int(row[0]), commands_in(row[1]), moment(row[2]) > calendar.now_utc()

    # ------------------------------------------------------------------ writing it down

    def close(self) -> None:
        """End the thread that writes; what it has not written is lost."""
        self._over = True
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join(5)

    def _run(self) -> None:
        quiet = 0.0
        while quiet < _IDLE:
            self._wake.wait(WRITE_EVERY)
            self._wake.clear()
            if self._over:
                return
            try:
                quiet = 0.0 if self.write() else quiet + WRITE_EVERY
            except WallError as problem:
                # busy or away: what is new waits for the next turn
                log.info("walls are written later: %s", type(problem.__cause__).__name__)
            except Exception:
                log.exception("walls could not be written")
            time.sleep(0.2)

    def write(self) -> int:
        """Write what is new now; gives how many walls. Raises WallError ``busy`` when the store is busy or away; nothing is lost."""
        with self._lock:
            new = dict(self._memory.new)
        if not new:
            return 0
        with short(self._store, wait=False) as conn:
            self._put(conn, list(new.values()))
            if time.monotonic() - self._forgot > 3600 or not self._forgot:
                conn.execute(delete(table).where(table.c.seen_at < calendar.now_utc() - FORGET))
                self._forgot = time.monotonic()
        with self._lock:
            for wall_id, said in new.items():
                if self._memory.new.get(wall_id) is said:
                    del self._memory.new[wall_id]
        return len(new)

    def _put(self, conn: Connection, said: list[Said]) -> None:
        ids = [each.wall_id for each in said]
        known = set(conn.scalars(select(table.c.wall_id).where(table.c.wall_id.in_(ids))))
        room = MOST_WALLS - int(conn.execute(select(func.count()).select_from(table)).scalar_one())
        rows = []
        # in one order everywhere: two processes must not wait for each other
        for each in sorted(said, key=lambda one: one.wall_id):
            if each.wall_id not in known:
                room -= 1
                if room < 0:
                    continue
            rows.append({**each.row(), "first_seen_at": each.seen_at})
        if not rows:
            return
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        asked = dialect.insert(table)
        fresh = {name: asked.excluded[name] for name in Said.__slots__ if name != "wall_id"}
        conn.execute(
            asked.on_conflict_do_update(index_elements=[table.c.wall_id], set_=fresh, where=asked.excluded.seen_at >= table.c.seen_at), rows
        )

    # ------------------------------------------------------------------ looking

    def walls(self, conn: Connection, now: datetime | None = None) -> list[Wall]:
        """Every wall, those that are there first, by name; what this process was just told is in it."""
        now = now or calendar.now_utc()
        with self._lock:
            memory = dict(self._memory.last)
        out = []
        for row in conn.execute(select(table)).mappings():
            out.append(wall_from(dict(row), memory.pop(row["wall_id"], None), now))
        # not in the table yet
        out += [wall_from({}, said, now) for said in memory.values() if now - said.seen_at <= FORGET]
        return sorted(out, key=lambda each: (each.away, each.name or "~", each.playlist, each.wall_id))

    def find(self, conn: Connection, wall_id: str, now: datetime | None = None) -> Wall | None:
        """One wall; None for one nobody has heard of."""
        with self._lock:
            said = self._memory.last.get(wall_id)
        row = conn.execute(select(table).where(table.c.wall_id == wall_id)).mappings().first()
        if row is None and said is None:
            return None
        return wall_from(dict(row or {}), said, now or calendar.now_utc())

    def rename(self, conn: Connection, wall_id: str, name: str | None) -> None:
        """Give a wall a name; an empty one takes it away. WallError ``wall_missing``, ``wall_name``."""
        kept = one_line(name)
        if len(kept) > LONGEST_NAME:
            raise WallError("wall_name", n=len(kept), most=LONGEST_NAME)
        self._there(conn, wall_id)
        conn.execute(update(table).where(table.c.wall_id == wall_id).values(name=kept or None))

    def _there(self, conn: Connection, wall_id: str, playlist: str | None = None) -> None:
        """See that the wall has a row, and shows the playlist (None: any). WallError ``wall_missing``."""
        with self._lock:
            said = self._memory.last.get(wall_id)
        row = conn.execute(select(table.c.playlist, table.c.seen_at).where(table.c.wall_id == wall_id)).first()
        shows = said.playlist if said is not None and (row is None or said.seen_at >= row.seen_at) else row.playlist if row else None
        if shows is None or playlist not in (None, shows):
            raise WallError("wall_missing")
        if row is not None:
            return
        assert said is not None
        conn.execute(insert(table).values({**said.row(), "first_seen_at": said.seen_at}))

    # ------------------------------------------------------------------ a phone

    def remote_code(self, wall_id: str, playlist: str | None = None) -> str:
        """A new code with which a phone steers the wall for ``CODE_HOURS``, shown this once; an earlier one is dead from now on.

        ``playlist``: what the wall that asks shows; a wall of another playlist is none of its business. Raises WallError ``wall_id``,
        ``wall_missing``, ``busy``.
        """
        if not is_wall(wall_id):
            raise WallError("wall_id")
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
        until = calendar.now_utc() + timedelta(hours=CODE_HOURS)
        with short(self._store) as conn:
            self._there(conn, wall_id, playlist)
            conn.execute(update(table).where(table.c.wall_id == wall_id).values(remote_sha256=digest(code), remote_until=until))
        return code

    def drop_remote(self, conn: Connection, wall_id: str) -> None:
        """No phone may steer the wall any more."""
        conn.execute(update(table).where(table.c.wall_id == wall_id).values(remote_sha256=None, remote_until=None))

    def by_remote(self, code: str) -> str | None:
        """Which wall a code steers; None for one that is wrong or too old. Small letters, blanks and hyphens are forgiven."""
        kept = re.sub(r"[\s-]", "", code).upper()
        if len(kept) != CODE_SIGNS or any(sign not in ALPHABET for sign in kept):
            return None
        row = self._remotes.row(digest(kept))
        if row is None or not hmac.compare_digest(str(row[2]), digest(kept)) or moment(row[1]) <= calendar.now_utc():
            return None
        return str(row[0])

    def command(self, conn: Connection, wall_id: str, what: object, value: object = None) -> int:
        """Note a command; gives its number. ``what`` is one of ``COMMANDS``; ``go`` takes the index of an entry, ``region`` a region's code
        (None: back to all), ``theme`` light or dark. Raises WallError ``command``, ``wall_missing``."""
        if not isinstance(what, str) or not fits(what, value):
            raise WallError("command")
        c, now = table.c, calendar.now_utc()
        # taken first, so that two phones get two numbers
        asked = update(table).where(c.wall_id == wall_id).values(command_no=c.command_no + 1).returning(c.command_no, c.command)
        row = conn.execute(asked).first()
        if row is None:
            raise WallError("wall_missing")
        kept = [each for each in commands_in(row.command) if now - moment(each.get("at")) <= FRESH]
        kept.append({"no": row.command_no, "do": what, "value": value, "at": now.isoformat()})
        conn.execute(update(table).where(c.wall_id == wall_id).values(command={"list": kept[-KEPT_COMMANDS:]}))
        return int(row.command_no)


_KNOWN: "WeakKeyDictionary[Store, Walls]" = WeakKeyDictionary()
_making = threading.Lock()


def walls_of(store: Store) -> Walls:
    """The walls of a store: the same for all who ask in this process."""
    with _making:
        found = _KNOWN.get(store)
        if found is None:
            found = _KNOWN[store] = Walls(store)
        return found


__all__ = ["ALPHABET", "Standing", "Wall", "WallError", "Walls", "short", "walls_of"]
