"""The book of what went out. A file leaves only when its line is written.

A ledger's import may hold SQLite's only writer for minutes, and a reporter has ten: then the line waits in a file beside the store, on the
disk before the answer goes out, and is written into the store with the next one.
"""

import base64
import contextlib
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from data import calendar
from data.exports import release, states
from data.exports.states import State
from data.ranking.lock_words import one_line
from data.schema import export_log as table
from data.store import Store

log = logging.getLogger(__name__)

WAYS = ("web", "picture", "cli", "batch", "schedule")
# how long an answer waits for whoever writes
PATIENCE_MS = 300
_SEEN = 4096
# a waiting line that another process took and never wrote is taken again
_ORPHAN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Taking:
    """A file that went out: ``sha256`` and ``bytes`` of it, ``status`` its state had, ``taken_at`` in UTC."""

    ticket: str
    code: str
    format: str
    name: str
    sha256: str
    bytes: int
    via: str
    status: str
    taken_by: str | None
    taken_at: datetime


def taking(code: str, form: str, name: str, sha256: str, size: int, via: str, status: str, by: str | None = None) -> Taking:
    """A line for now."""
    who = one_line(by)[:100] or None
    return Taking(secrets.token_hex(16), code, form[:10], name[:200], sha256, size, via, status, who, calendar.now_utc())


class Record:
    """The book of one store. ``folder``: where lines wait; made when the first one has to."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._seen: dict[str, None] = {}
        self._lock = threading.Lock()

    def knows(self, code: str) -> bool:
        """Whether this process has seen the state in the store."""
        return code in self._seen

    def add(self, state: State | None, *lines: Taking) -> None:
        """Write a state (None: it is there) and lines. OSError when neither store nor disk takes them: then nothing may go out."""
        known = state is None or state.code in self._seen
        try:
            with self._store.writing_aside(PATIENCE_MS) as conn:
                if not known and state is not None:
                    states.keep(conn, state)
                _insert(conn, lines)
        except SQLAlchemyError as problem:
            log.info("exports wait for the store: %s", type(problem).__name__)
            self._wait(None if known else state, lines)
            return
        if state is not None:
            with self._lock:
                self._seen[state.code] = None
                while len(self._seen) > _SEEN:
                    self._seen.pop(next(iter(self._seen)))
        self.absorb()

    def find(self, code: str) -> State | None:
        """The state of a code, also one that waits."""
        with self._store.reading() as conn:
            found = states.find(conn, code)
        if found is None:
            found = next((state for state, _ in self._waiting() if state is not None and state.code == code), None)
        return found

    def status(self, code: str) -> str:
        """How a state stands now."""
        with self._store.reading() as conn:
            return release.status_of(conn, code)

    def lines(self, code: str | None = None, most: int = 200) -> list[Taking]:
        """Who took what, the newest first; of one code if it is given."""
        query = select(*(table.c[name] for name in Taking.__dataclass_fields__)).order_by(table.c.taken_at.desc(), table.c.export_id.desc())
        if code is not None:
            query = query.where(table.c.code == code)
        with self._store.reading() as conn:
            held = [Taking(*row) for row in conn.execute(query.limit(most))]
        tickets = {each.ticket for each in held}
        waiting = [each for _, some in self._waiting() for each in some if each.ticket not in tickets and code in (None, each.code)]
        return sorted([*waiting, *held], key=lambda each: each.taken_at, reverse=True)[:most]

    def absorb(self) -> int:
        """Write what waits into the store; gives how many files that were."""
        done = 0
        for path in self._files():
            mine = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            try:
                path.rename(mine)
                # its time is that of the taking: it may have waited for longer than an orphan does
                os.utime(mine)
            except OSError:
                # another process has it
                continue
            held = self._held(mine)
            if held is None:
                continue
            state, lines = held
            try:
                with self._store.writing_aside(PATIENCE_MS) as conn:
                    if state is not None:
                        states.keep(conn, state)
                    _insert(conn, lines)
            except SQLAlchemyError:
                with contextlib.suppress(FileNotFoundError):
                    mine.rename(path.with_suffix(".json"))
                return done
            mine.unlink(missing_ok=True)
            done += 1
        return done

    # ------------------------------------------------------------------ lines that wait

    def _wait(self, state: State | None, lines: tuple[Taking, ...]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = {"state": None if state is None else _plain(asdict(state)), "lines": [_plain(asdict(each)) for each in lines]}
        path = self._folder / f"{time.time_ns()}-{secrets.token_hex(4)}.json"
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)

    def _files(self) -> list[Path]:
        try:
            found = sorted(self._folder.iterdir())
        except OSError:
            return []
        return [path for path in found if path.suffix == ".json" or (path.suffix not in (".part", ".bad") and _orphan(path))]

    def _waiting(self) -> Iterator[tuple[State | None, list[Taking]]]:
        for path in self._files():
            if (held := self._held(path)) is not None:
                yield held

    def _held(self, path: Path) -> tuple[State | None, list[Taking]] | None:
        """What a waiting file says. One that cannot be read (a disk that was full, a hand) is set aside, and never in anybody's way; None
        for it and for one that another process has written meanwhile."""
        try:
            return _read(path)
        except OSError:
            return None
        except (ValueError, KeyError, TypeError) as problem:
            log.error("a line of the book cannot be read, it is kept as %s.bad: %s", path.name, problem)
            with contextlib.suppress(OSError):
                path.rename(path.with_name(f"{path.name}.bad"))
            return None


def _orphan(path: Path) -> bool:
    """Whether a process took the file and never wrote it."""
    try:
        return time.time() - path.stat().st_mtime > _ORPHAN_SECONDS
    except OSError:
        return False


def _insert(conn: Connection, lines: tuple[Taking, ...] | list[Taking]) -> None:
    make = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    if lines:
        conn.execute(make(table).on_conflict_do_nothing(index_elements=["ticket"]), [asdict(each) for each in lines])


def _plain(values: dict[str, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode("ascii")
        elif isinstance(value, date):
            value = value.isoformat()
        out[name] = value
    return out


def _read(path: Path) -> tuple[State | None, list[Taking]]:
    told = json.loads(path.read_text("utf-8"))
    lines = [Taking(**{**each, "taken_at": datetime.fromisoformat(each["taken_at"])}) for each in told["lines"]]
    held = told["state"]
    if held is None:
        return None, lines
    as_of = date.fromisoformat(held["as_of"]) if held["as_of"] else None
    body = base64.b64decode(held["body"]) if held["body"] is not None else None
    moments = {name: datetime.fromisoformat(held[name]) for name in ("known_at", "made_at")}
    return replace(State(**{**held, **moments, "as_of": None, "body": None}), as_of=as_of, body=body), lines
