"""The shared store as pages, exports and importers use it."""

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select, text

from data import calendar, migrate
from data.engine import BUSY_MS, Glance
from data.regions.country import load_country
from data.regions.tree import RegionTree
from data.rollup.index import CampaignIndex
from data.rollup.refresh import index_known_at, read_blocks, read_renewed
from data.schema import campaign, import_batch, metadata, region, rollup, rollup_stale, store_version

_KEPT_KNOWN_AT = 8
_MANY = 50_000

_tokens = itertools.count()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CampaignInfo:
    """One campaign as filters and captions need it."""

    campaign_id: int
    code: str
    type: str
    name_zh: str
    name_en: str | None
    region_id: int | None
    start_on: date | None
    end_on: date | None
    plan_curve: list[list[object]] | None
    simulated: bool

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh


def bump(conn: Connection, why: str) -> int:
    """Note a change of what pages show, in the transaction that makes it; returns the new version."""
    version = int(conn.execute(select(func.coalesce(func.max(store_version.c.version), 0))).scalar_one()) + 1
    conn.execute(insert(store_version).values(version=version, changed_at=calendar.now_utc(), why=why[:200]))
    return version


def init(engine: Engine) -> "Store":
    """Make or upgrade the store and load the country's regions; safe to repeat."""
    migrate.upgrade(engine)
    store = Store(engine)
    with store.writing() as conn:
        before = conn.execute(select(func.count()).select_from(region)).scalar_one()
        load_country(conn)
        if conn.execute(select(func.count()).select_from(region)).scalar_one() != before:
            bump(conn, "regions")
    return store


@dataclass(frozen=True, slots=True)
class State:
    """The small things of one version of the store: regions, campaigns, the days ledgers speak of."""

    version: int
    tree: RegionTree
    campaigns: list[CampaignInfo]
    as_known: dict[int, date]

    def ledger_day(self, campaign_ids: list[int] | None = None) -> date | None:
        """The newest day that the ledgers of some campaigns (all: None) speak of."""
        days = [day for key, day in self.as_known.items() if campaign_ids is None or key in campaign_ids]
        return max(days) if days else None


class Store:
    """One database and what this process has read of it.

    Threads may share a Store. What is kept in memory is renewed by ``store_version``: a reader that
    comes after a committed change sees it, and one that started before keeps what it had.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # names this Store in keys of what is kept elsewhere; an address can come round again, this cannot
        self.token = next(_tokens)
        self._lock = threading.RLock()
        self._glance = Glance(engine, "SELECT max(version) FROM store_version")
        self._state: State | None = None
        self._indexes: dict[int, tuple[int, CampaignIndex]] = {}
        self._known_at: dict[tuple[int, date, int], CampaignIndex] = {}
        self._changed: dict[int, datetime] = {}
        self._remembered: dict[str, tuple[int, Any]] = {}

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with self.engine.connect() as conn:
            yield conn

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection on which every question is answered from the state that the first one saw."""
        with self.engine.connect() as conn:
            yield conn.execution_options(isolation_level="REPEATABLE READ") if conn.dialect.name == "postgresql" else conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: all of it or nothing. Writers queue (BEGIN IMMEDIATE, or an advisory lock)."""
        with self.engine.connect().execution_options(dubang_write=BUSY_MS) as conn, conn.begin():
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_xact_lock(7340177)"))
            yield conn

    @contextmanager
    def writing_aside(self, wait_ms: int) -> Iterator[Connection]:
        """A transaction of a few rows that no import touches, outside the queue of ``writing``: on PostgreSQL an import is no hindrance.

        Waits ``wait_ms`` for others that write; SQLAlchemyError when they are not done by then, or the store is away: nothing was written.
        """
        with self.engine.connect().execution_options(dubang_write=wait_ms) as conn, conn.begin():
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": f"{wait_ms}ms"})
            yield conn

    def version(self) -> int:
        """The number of the newest committed change; 0 for a new store."""
        return self._glance.number()

    def changed_at(self, version: int) -> datetime | None:
        """The moment (UTC) of a change by its number; None for a number that is none."""
        if version not in self._changed:
            with self.reading() as conn:
                found = conn.execute(select(store_version.c.changed_at).where(store_version.c.version == version)).scalar_one_or_none()
            if found is None:
                return None
            self._changed = {**dict(list(self._changed.items())[-200:]), version: found}
        return self._changed[version]

    # ------------------------------------------------------------------ what is kept in memory

    def state(self) -> State:
        """Regions and campaigns as of the newest change."""
        version = self.version()
        held = self._state
        if held is None or held.version != version:
            with self._lock:
                held = self._state
                if held is None or held.version < version:
                    held = self._state = self._read_state(version)
        return held

    def _read_state(self, version: int) -> State:
        with self.reading() as conn:
            tree = RegionTree.load(conn)
            before = self._state
            if before is not None and before.tree.same_as(tree):
                tree = before.tree
            c = campaign.c
            columns = (c.campaign_id, c.code, c.type, c.name_zh, c.name_en, c.region_id, c.start_on, c.end_on, c.plan_curve, c.simulated)
            campaigns = [CampaignInfo(**row) for row in conn.execute(select(*columns).order_by(c.campaign_id)).mappings()]
            days = conn.execute(
                select(import_batch.c.campaign_id, func.max(import_batch.c.as_known))
                .where(import_batch.c.undone_at.is_(None))
                .group_by(import_batch.c.campaign_id)
            )
            return State(version, tree, campaigns, {row[0]: row[1] for row in days})

    def tree(self) -> RegionTree:
        """The region tree."""
        return self.state().tree

    def campaigns(self) -> list[CampaignInfo]:
        """Every campaign, oldest first."""
        return self.state().campaigns

    def ledger_day(self, campaign_ids: list[int] | None = None) -> date | None:
        """The newest day that the ledgers of some campaigns (all: None) speak of."""
        return self.state().ledger_day(campaign_ids)

    def index(self, campaign_id: int, known_at: date | None = None, state: State | None = None) -> CampaignIndex:
        """The campaign's items, ready to be counted at any day; of ``state`` if that is at hand.

        With ``known_at`` only what the store had been told by the end of that day; such an index is
        folded from the events on demand, and a few are kept.
        """
        state = state or self.state()
        version, tree = state.version, state.tree
        if known_at is not None:
            key = (campaign_id, known_at, version)
            with self._lock:
                found = self._known_at.get(key)
                if found is None:
                    with self.reading() as conn:
                        found = index_known_at(conn, campaign_id, known_at, tree)
                    while len(self._known_at) >= _KEPT_KNOWN_AT:
                        self._known_at.pop(next(iter(self._known_at)))
                    self._known_at[key] = found
            return found
        held = self._indexes.get(campaign_id)
        if held is not None and held[0] >= version:
            return held[1]
        with self._lock:
            held = self._indexes.get(campaign_id)
            if held is None or held[0] < version:
                with self.reading() as conn:
                    newest = conn.execute(select(func.max(rollup.c.version)).where(rollup.c.campaign_id == campaign_id)).scalar() or 0
                    if held is not None and held[1].version == newest and held[1].tree is tree:
                        index = held[1]
                    else:
                        kept = held[1].blocks if held is not None else {}
                        since = held[1].version if held is not None else 0
                        blocks = read_blocks(conn, campaign_id, since, kept)
                        index = CampaignIndex(blocks, tree, int(newest), read_renewed(conn, campaign_id))
                        if index.items > _MANY:
                            threading.Thread(target=index.warm, name="warm", daemon=True).start()
                held = (version, index)
                self._indexes[campaign_id] = held
        return held[1]

    def remembered(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` returned since the store last changed; for small things that many views need."""
        version = self.version()
        held = self._remembered.get(key)
        if held is None or held[0] != version:
            held = (version, make())
            self._remembered[key] = held
        return held[1]

    def writable(self) -> bool:
        """Whether the database takes writes: not a standby, not a file that may only be read. Says nothing of who writes just now."""
        if self.engine.dialect.name == "sqlite":
            path = Path(str(self.engine.url.database))
            return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        with self.reading() as conn:
            return str(conn.execute(text("SHOW transaction_read_only")).scalar_one()) == "off"

    def stale(self) -> int:
        """How many campaign × region rollups other writers have marked and nobody has rebuilt yet."""
        with self.reading() as conn:
            return int(conn.execute(select(func.count()).select_from(rollup_stale)).scalar_one())

    def tables(self) -> list[str]:
        """Names of the store's tables."""
        return sorted(metadata.tables)
