"""The database engine: SQLite with WAL and immediate writes, or PostgreSQL with time limits."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

BUSY_MS = 10_000
GLANCES = 4
_FIRST_REST, _LONGEST_REST = 0.0005, 0.01
MAPPED_BYTES = 8 << 30
STATEMENT_MS = 60_000


class StoreError(Exception):
    """The store cannot be used; the text says why and what to do."""


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://…``; StoreError for anything else.

    Write transactions on SQLite begin with BEGIN IMMEDIATE (``data.store.Store.writing``), so that two
    writers queue instead of losing updates; readers never wait for them under WAL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=12,
            pool_timeout=2,
            connect_args={"connect_timeout": 3, "options": "-c timezone=UTC"},
        )
    raise StoreError(f"DUBANG_DATABASE_URL: {parsed.get_backend_name()} is not supported; use sqlite or postgresql")


def _sqlite(url: str, database: str | None) -> Engine:
    if not database or database == ":memory:":
        raise StoreError("DUBANG_DATABASE_URL: SQLite needs a file, e.g. sqlite:///instance/dubang.db")
    Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # the driver begins no transaction of its own: BEGIN and BEGIN IMMEDIATE are ours
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000, "isolation_level": None, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _on_connect(dbapi_connection, _record) -> None:  # type: ignore[no-untyped-def]
        cursor = dbapi_connection.cursor()
        mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode.lower() != "wal":
            raise StoreError(f"SQLite cannot use WAL here (got {mode}): keep the file on a local disk")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        # a page of rows lies scattered over the file: read it where the system already has it
        cursor.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(conn: Connection) -> None:
        wait_ms = conn.get_execution_options().get("dubang_write")
        if wait_ms is not None:
            _begin_writing(conn, wait_ms)
        else:
            conn.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(conn: Connection, wait_ms: int) -> None:
    """BEGIN IMMEDIATE, tried again in short rests while another process writes, for ``wait_ms`` at the most.

    SQLite's own waiting sleeps up to 100 ms at a time, far longer than most writers write, and wakes to find the next one there.
    """
    driver: Any = conn.connection.driver_connection
    give_up, rest = time.monotonic() + wait_ms / 1000, _FIRST_REST
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < give_up:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as problem:
                # an extended code keeps the plain one in its last byte
                if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            time.sleep(rest)
            rest = min(rest * 1.1, _LONGEST_REST)
        # once more, for the error as everybody else raises it
        conn.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")


class Glance:
    """One row out of the store, asked before every answer: on connections kept beside the pool, without a transaction.

    There are as many of them as threads ever asked at the same moment, ``GLANCES`` at most; others wait their turn. One that has died (the
    database restarted) is replaced once; then the error passes through.
    """

    def __init__(self, engine: Engine, statement: str) -> None:
        """``statement``: SQL that both databases read, with ``?`` for each value."""
        self._engine = engine
        self._statement = statement if engine.dialect.name == "sqlite" else statement.replace("?", "%s")
        self._idle: list[tuple[Any, Any]] = []
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(GLANCES)
        self._round = 0
        # connections kept here are outside the pool, so whoever disposes of the engine disposes of them too
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def number(self) -> int:
        """The first value of the statement's only row; 0 for NULL."""
        row = self.row()
        return int(row[0] or 0) if row else 0

    def row(self, *values: object) -> tuple[Any, ...] | None:
        """The statement's first row as the driver gives it (days and moments of SQLite are texts); None without one."""
        with self._turns:
            try:
                return self._ask(values)
            except self._engine.dialect.loaded_dbapi.Error:
                self.close()
                return self._ask(values)

    def close(self) -> None:
        """Let go of every connection; one that is asking at this moment goes when it has its answer."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._round += 1
        for driver, _ in idle:
            driver.close()

    def _ask(self, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        with self._lock:
            began = self._round
            held = self._idle.pop() if self._idle else None
        driver, cursor = held or self._open()
        kept = False
        try:
            cursor.execute(self._statement, values)
            found: tuple[Any, ...] | None = cursor.fetchone()
            with self._lock:
                if began == self._round:
                    self._idle.append((driver, cursor))
                    kept = True
            return found
        finally:
            if not kept:
                driver.close()

    def _open(self) -> tuple[Any, Any]:
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            driver.autocommit = True
        return driver, driver.cursor()
