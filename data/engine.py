"""The database engine: SQLite with WAL and immediate writes, or PostgreSQL with time limits."""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

BUSY_MS = 10_000
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
            max_overflow=6,
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
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("dubang_write") else "BEGIN")

    return engine


class Glance:
    """One number out of the store, asked before every answer: a connection kept for each thread, no transaction.

    A connection that has died (the database restarted) is replaced once; then the error passes through.
    """

    def __init__(self, engine: Engine, statement: str) -> None:
        self._engine, self._statement = engine, statement
        self._mine = threading.local()
        self._held: list[tuple[Any, threading.Lock]] = []
        # connections kept here are outside the pool, so whoever disposes of the engine disposes of them too
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def number(self) -> int:
        """The statement's only value; 0 for NULL."""
        try:
            return self._ask()
        except self._engine.dialect.loaded_dbapi.Error:
            self._mine.held = None
            return self._ask()

    def close(self) -> None:
        """Let go of every thread's connection, once the thread has its answer: closing one at work brings the process down."""
        self._mine = threading.local()
        while self._held:
            driver, busy = self._held.pop()
            with busy:
                driver.close()

    def _ask(self) -> int:
        mine = self._mine
        held: tuple[Any, threading.Lock] | None = getattr(mine, "held", None)
        if held is None:
            pooled = self._engine.raw_connection()
            driver: Any = pooled.driver_connection
            pooled.detach()
            if self._engine.dialect.name == "postgresql":
                driver.autocommit = True
            busy = threading.Lock()
            self._held.append((driver, busy))
            held = mine.held = (driver.cursor(), busy)
        cursor, busy = held
        with busy:
            cursor.execute(self._statement)
            return int(cursor.fetchone()[0] or 0)
