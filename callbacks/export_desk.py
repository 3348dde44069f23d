"""The desk that every exported file passes: it gets its code, the marks it has to bear, and a line in the book of what went out."""

import getpass
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from callbacks.registry import to_text
from dashboard.exports import kept
from dashboard.exports.table import Table
from dashboard.i18n import t
from data import calendar, scope
from data.exports import release, states
from data.exports.record import Record, taking
from data.exports.states import State
from data.store import Store

# between a kept table and its picture; JSON escapes control signs
_PART = "\x1e"
# tables that a process keeps, and the most rows of one
_KEPT, _KEPT_ROWS = 24, 2000
# lines of one code among which a file is looked for
_LINES = 2000
# where codes lead when nobody has said how readers reach this server
HERE = "http://127.0.0.1:8050"


# a file that was made before: the code of its state, and its sha256
File = tuple[str, str]


class NotReleased(Exception):
    """The state of ``code`` may not go out from here; ``status`` is what it has, ``least`` what is asked for."""

    def __init__(self, code: str, status: str, least: str) -> None:
        super().__init__(f"{code}: {status} < {least}")
        self.code, self.status, self.least = code, status, least


class Withdrawn(Exception):
    """A file that was made of ``code`` before lacks the mark that it would bear now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def system_user() -> str:
    """Who runs this process, for the book; a number where the system knows no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else ""


class Desk:
    """One store's desk. ``folder``: where lines of the book wait for a busy store; ``url``: how readers reach this server (empty: as they
    did); ``least``: the status without which nothing goes out."""

    # who takes what goes out without a page
    by: str | None = None

    def __init__(self, store: Store, folder: Path, url: str = "", least: str = release.INTERNAL) -> None:
        if least not in release.STATUSES:
            raise ValueError(f"DUBANG_EXPORT_LEAST={least!r}: one of {', '.join(release.STATUSES)}")
        self.store, self.record = store, Record(store, folder)
        self._url, self._least = url.rstrip("/"), least
        self._made: dict[tuple[object, ...], tuple[Table, State]] = {}
        self._lock = threading.Lock()

    def stamped(self, table: Table, scope: str, host: str = HERE) -> tuple[Table, State]:
        """The table with its code, address and marks, and its state (not yet in the book)."""
        whole = len(table.rows) <= states.MOST_ROWS
        text = kept.to_text(table, rows=whole)
        # numbers and words make the code; how they are drawn may change with the program
        code = states.code_of(states.digest(text))
        body = "" if self.record.knows(code) else f"{text}{_PART}{to_text(table.figure)}"
        now = calendar.now_utc()
        state = State(
            code=code,
            kind="chart",
            subject=table.chart,
            query=table.query,
            lang=table.lang,
            title=table.title,
            as_of=table.as_of,
            known_at=self.store.changed_at(table.version) or now,
            store_version=table.version,
            scope=scope,
            sha256=states.digest(body),
            rows=len(table.rows),
            simulated=table.simulated,
            made_at=now,
            body=states.packed(body) if whole else None,
        )
        return self.said(table, state.code, host, self.record.status(state.code)), state

    def made(self, key: tuple[object, ...], make: Callable[[], Table], scope: str, host: str = HERE) -> tuple[Table, State]:
        """``stamped`` of what ``make`` gives, kept for a while: a reader takes a chart in one format after another. ``key`` names chart,
        selection and language."""
        key = (*key, scope, self.store.version())
        with self._lock:
            held = self._made.get(key)
        if held is not None:
            table, state = held
            return self.said(table, state.code, host, self.record.status(state.code)), state
        table, state = self.stamped(make(), scope, host)
        if len(table.rows) <= _KEPT_ROWS:
            with self._lock:
                self._made[key] = table, state
                while len(self._made) > _KEPT:
                    self._made.pop(next(iter(self._made)))
        return table, state

    def said(self, table: Table, code: str, host: str = HERE, status: str = release.INTERNAL) -> Table:
        """The table with what a code says of it."""
        lang = table.lang
        return replace(
            table,
            code=code,
            address=self.address(code, host),
            reopens=t("export.reopens", lang, code=code),
            internal=t("export.internal", lang) if status == release.INTERNAL else "",
        )

    def address(self, code: str, host: str = HERE) -> str:
        """Where a code leads."""
        return f"{self._url or host.rstrip('/')}/s/{code}"

    def find(self, code: str, viewer: str) -> State | None:
        """The state of a code, for a visitor of the data scope ``viewer``; None without one. One whose maker was shown more is none either,
        unless a person has made it public."""
        state = self.record.find(code)
        if state is None or _covers(viewer, state.scope) or self.record.status(code) == release.PUBLIC:
            return state
        return None

    def reopened(self, code: str, host: str = HERE, viewer: str = scope.ALL) -> tuple[Table | None, State]:
        """The table as it was (None: it had too many rows to be kept). Raises LookupError, DamagedState."""
        state = self.find(code, viewer)
        if state is None or state.kind != "chart":
            raise LookupError(code)
        text = state.text
        if text is None:
            return None, state
        held, _, figure = text.partition(_PART)
        table = replace(kept.from_text(held), figure=json.loads(figure))
        return self.said(table, code, host, self.record.status(code)), state

    def may(self, code: str, state: State | None = None) -> str:
        """The status of a state that may go out. Raises NotReleased; then ``state`` is kept, so that a person can release it (OSError when
        nothing can be written)."""
        status = self.record.status(code)
        if not release.reaches(status, self._least):
            if state is not None:
                self.record.add(state)
            raise NotReleased(code, status, self._least)
        return status

    def taken(self, state: State | None, code: str, form: str, name: str, body: bytes, via: str, by: str | None = None) -> None:
        """Write a file into the book before it goes out. Raises NotReleased; OSError when nothing can be written."""
        status = self.may(code, state)
        self.record.add(state, taking(code, form, name, hashlib.sha256(body).hexdigest(), len(body), via, status, by or self.by))

    # ------------------------------------------------------------------ files that were made before

    def fitting(self, files: Iterable[File]) -> set[File]:
        """Which of the files that were made before are what would go out now: released as far as it has to be, with the same mark."""
        held = set(files)
        decided, fit = self._decided(held), set()
        for code, sha256 in held:
            status = decided.get(code, release.INTERNAL)
            # what nobody has ever decided about bears its mark
            was = self._was(code, sha256) if code in decided else release.INTERNAL
            if release.reaches(status, self._least) and was is not None and (was == release.INTERNAL) == (status == release.INTERNAL):
                fit.add((code, sha256))
        return fit

    def may_again(self, files: Iterable[File]) -> dict[str, str]:
        """Ask for files that were made before as for new ones; gives the status of each code. One that bears a mark too many may go out.
        Raises NotReleased, Withdrawn."""
        held = list(files)
        decided, out = self._decided(held), {}
        for code, sha256 in held:
            out[code] = status = decided.get(code, release.INTERNAL)
            if not release.reaches(status, self._least):
                raise NotReleased(code, status, self._least)
            if code in decided and status == release.INTERNAL and self._was(code, sha256) != release.INTERNAL:
                raise Withdrawn(code)
        return out

    def _decided(self, files: Iterable[File]) -> dict[str, str]:
        with self.store.reading() as conn:
            return release.decided(conn, {code for code, _ in files})

    def _was(self, code: str, sha256: str) -> str | None:
        """The status that a state had when a file of it was made; None for a file that the book does not know."""
        return next((each.status for each in self.record.lines(code, _LINES) if each.sha256 == sha256), None)


def _covers(viewer: str, made: str) -> bool:
    """Whether a visitor is shown everything that whoever made a state was shown."""
    region = scope.region_of(viewer)
    return region in (scope.ALL, scope.region_of(made)) and (scope.exact(viewer) or not scope.exact(made))
