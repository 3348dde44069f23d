"""The bench's own stores: made in a folder, or found there from the last time."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select

from bench.cluster import Cluster
from bench.write import write
from data.engine import make_engine
from data.rollup.refresh import refresh
from data.schema import campaign, item, rollup
from data.store import Store, bump, init

ROOT = Path(__file__).resolve().parent.parent
# what a kept store was made by; another text here means it is made anew
MAKERS = (
    "bench/histories.py",
    "bench/write.py",
    "bench/words.json",
    "data/schema.py",
    "data/tables",
    "data/migrations/versions",
    "data/identity.py",
)
_FOLDERS = ("data/rollup/block.py", "data/rollup/fold.py", "data/rollup/refresh.py", "data/loops")
SQLITE, POSTGRES = "sqlite", "postgresql"


@dataclass(slots=True)
class Made:
    """One store: its address, how many items, seconds spent writing it and folding its rollup, bytes on disk."""

    backend: str
    items: int
    url: str
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: int = 0


class Workshop:
    """Makes stores in ``folder`` and keeps PostgreSQL running while it is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.cluster: Cluster | None = None

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *_: object) -> None:
        if self.cluster is not None:
            self.cluster.stop()

    def address(self, backend: str, name: str) -> str:
        """The address of a database of that name, which may not be there yet."""
        if backend == SQLITE:
            return f"sqlite:///{self.folder / name}.db"
        return self.server().url(name)

    def server(self) -> Cluster:
        """PostgreSQL, started when it is first needed."""
        if self.cluster is None:
            self.cluster = Cluster.start(self.folder / "postgresql")
        return self.cluster

    def drop(self, backend: str, name: str) -> None:
        if backend == SQLITE:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"{name}.db{end}").unlink(missing_ok=True)
        else:
            self.server().drop(name)

    def store(self, backend: str, items: int) -> Made:
        """The store with that many items on ``sqlite`` or ``postgresql``; a kept one when nothing it depends on has changed."""
        name = f"items_{items}"
        made = Made(backend, items, self.address(backend, name))
        note = self.folder / f"{backend}-{name}.json"
        known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
        marks = {"rows": mark(MAKERS), "rollup": mark(_FOLDERS)}
        if known.get("rows") == marks["rows"]:
            made.seconds = known["seconds"]
        else:
            note.unlink(missing_ok=True)
            self.drop(backend, name)
            made.url = self.address(backend, name)
            made.seconds = {"write": _rows(made)}
            known = {}
        if known.get("rollup") != marks["rollup"]:
            made.seconds["fold"] = _rollup(made)
        made.bytes = self._size(backend, name)
        note.write_text(json.dumps({**marks, "seconds": made.seconds}), encoding="utf-8")
        return made

    def _size(self, backend: str, name: str) -> int:
        if backend == SQLITE:
            return sum(p.stat().st_size for p in self.folder.glob(f"{name}.db*"))
        return self.server().size(name)


def mark(names: tuple[str, ...]) -> str:
    """A digest of some files, and of the files in some folders."""
    digest = hashlib.sha256()
    for name in names:
        path = ROOT / name
        for each in sorted(path.glob("*.*")) if path.is_dir() else [path]:
            digest.update(each.name.encode())
            digest.update(each.read_bytes())
    return digest.hexdigest()


def _rows(made: Made) -> float:
    """Write the campaign; seconds without the making of the empty store."""
    engine = make_engine(made.url)
    store = init(engine)
    began = time.perf_counter()
    with store.writing() as conn:
        write(conn, made.items)
    seconds = time.perf_counter() - began
    settle(store)
    engine.dispose()
    return seconds


def _rollup(made: Made) -> float:
    """Fold every region anew; seconds."""
    engine = make_engine(made.url)
    store = Store(engine)
    began = time.perf_counter()
    with store.writing() as conn:
        campaign_id = conn.execute(select(campaign.c.campaign_id)).scalar_one()
        regions = list(conn.execute(select(item.c.region_id).where(item.c.campaign_id == campaign_id).distinct()).scalars())
        conn.execute(delete(rollup))
        refresh(conn, campaign_id, regions)
        bump(conn, "bench")
    seconds = time.perf_counter() - began
    settle(store)
    engine.dispose()
    return seconds


def settle(store: Store) -> None:
    """What a database does by itself after a large load, done now, so that it does not happen between two readings."""
    raw = store.engine.raw_connection()
    try:
        if store.engine.dialect.name == "postgresql":
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            raw.cursor().execute("VACUUM ANALYZE")
            raw.driver_connection.autocommit = False  # type: ignore[union-attr]
        else:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
