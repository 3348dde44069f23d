"""Stores of hundreds of thousands and of millions of outfalls, for the map: the rollup alone, which is all that maps are drawn from."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select

from bench.write import LAST, START, WORDS
from data import calendar
from data.bulk import insert_rows
from data.demo.setting import put_terms
from data.engine import make_engine
from data.positions.places import region_points
from data.regions.country import COUNTRY
from data.rollup.block import ARRAYS, DIMENSIONS, Block
from data.rollup.fold import split, stage_codes, stage_names
from data.schema import campaign, import_batch, region, rollup
from data.store import Store, bump, init

CODE = "bench-outfalls"
SEED = 20240102
# the way of an outfall, with how many of a hundred get so far
_WAY = (("suspected", 100), ("surveyed", 97), ("monitored", 85), ("traced", 78), ("rectifying", 62), ("completed", 48), ("closed", 40))
_CLASSES = ("outfall-industrial", "outfall-plant", "outfall-farming", "outfall-other")
_DISPOSALS = ("cancelled", "consolidated", "standardised")
_ROWS_AT_ONCE = 200


def store_of(folder: Path, items: int) -> str:
    """The address of a SQLite store with that many outfalls in the country's counties; made once for each folder."""
    path = folder / f"outfalls_{items}.db"
    address = f"sqlite:///{path}"
    if path.exists():
        return address
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{part}")
    _write(init(engine), items)
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    engine.dispose()
    part.rename(path)
    return address


def _write(store: Store, items: int) -> None:
    points = region_points(store)
    with store.writing() as conn:
        put_terms(conn)
        country = conn.execute(select(region.c.region_id).where(region.c.gb2260_code == COUNTRY)).scalar_one()
        values = {
            "code": CODE,
            "name_zh": WORDS["campaign"]["zh"],
            "name_en": WORDS["campaign"]["en"],
            "level": "country",
            "region_id": country,
        }
        made = conn.execute(insert(campaign).values(**values, type="outfall", start_on=START, end_on=LAST, simulated=True))
        campaign_id: int = made.inserted_primary_key[0]  # type: ignore[index]
        conn.execute(
            insert(import_batch).values(
                campaign_id=campaign_id, file_name="bench", sha256="0" * 64, fingerprint=f"{CODE}-{items}", kind="outfall",
                as_known=LAST, imported_at=calendar.end_of_day_utc(LAST), imported_by=WORDS["imported_by"],
            )
        )  # fmt: skip
        chosen = select(region.c.region_id).where(region.c.level == "county", region.c.kind == "admin").order_by(region.c.region_id)
        counties = [r for r in conn.execute(chosen).scalars() if r in points]
        version = store.version() + 1
        owner, block = _block(items, counties, points)
        rows = []
        for region_id, piece in split(block, owner):
            rows.append((campaign_id, region_id, version, piece.size, piece.pack()))
            if len(rows) == _ROWS_AT_ONCE:
                insert_rows(conn, rollup, ("campaign_id", "region_id", "version", "items", "payload"), rows)
                rows = []
        insert_rows(conn, rollup, ("campaign_id", "region_id", "version", "items", "payload"), rows)
        bump(conn, "bench")


def _block(n: int, counties: list[int], points: dict[int, tuple[float, float]]) -> tuple[NDArray[np.int64], Block]:
    """All outfalls as one block in the order of counties, with the county of each."""
    rng = np.random.default_rng(SEED)
    weight = rng.lognormal(0.0, 0.7, len(counties))
    at = np.sort(rng.choice(len(counties), n, p=weight / weight.sum()))
    where = np.array([points[c] for c in counties])
    # along invented rivers: dense in one direction, thin across
    angle = rng.uniform(0, np.pi, len(counties))[at]
    long, wide = rng.normal(0, 0.12, n), rng.normal(0, 0.012, n)
    lon = where[at, 0] + long * np.cos(angle) - wide * np.sin(angle)
    lat = where[at, 1] + long * np.sin(angle) + wide * np.cos(angle)
    low, high = calendar.day_number(START), calendar.day_number(LAST)
    first = low + (rng.uniform(0, 1, n) ** 1.5 * (high - low - 30)).astype(np.int64)
    stages = 1 + sum((rng.uniform(0, 100, n) < share).astype(np.int64) for _, share in _WAY[1:])
    starts = np.concatenate([[0], np.cumsum(stages)])
    step = np.arange(starts[-1]) - np.repeat(starts[:-1], stages)
    waits = rng.geometric(1 / 35, starts[-1])
    waits[step == 0] = 0
    through = np.cumsum(waits)
    days = np.repeat(first, stages) + through - np.repeat(through[starts[:-1]], stages)
    codes = stage_codes()
    way = np.array([codes[f"sm4-outfall/{stage}"] for stage, _ in _WAY], dtype=np.int16)
    arrays: dict[str, NDArray[np.generic]] = {name: np.zeros(0, dtype=dtype) for name, dtype in ARRAYS.items()}
    words: dict[str, list[str]] = {"stage": stage_names(), "share_department": [], **{d: [] for d in DIMENSIONS}}
    for name, values in (("kind", ("outfall",)), ("category", _CLASSES), ("disposal", _DISPOSALS)):
        words[name] = list(values)
        arrays[name] = rng.integers(0, len(values), n).astype(np.int16)
    for name in ("round", "theme", "source", "department", "water"):
        arrays[name] = np.full(n, -1, dtype=np.int16)
    none = np.zeros(n + 1, dtype=np.int32)
    arrays |= {
        "item_id": np.sort(rng.integers(1, 1 << 62, n)), "ledger_order": np.arange(n), "long_term": np.zeros(n, dtype=np.uint8),
        "investment": np.full(n, np.nan, dtype=np.float32), "x": np.rint(lon * 1e6).astype(np.int32),
        "y": np.rint(lat * 1e6).astype(np.int32), "hidden": np.zeros(n, dtype=np.uint8), "span_at": starts.astype(np.int32),
        "span_day": np.minimum(days, calendar.NEVER - 1).astype(np.int16), "span_stage": way[step],
        "due_at": np.arange(n + 1, dtype=np.int32), "due_from": first.astype(np.int16),
        "due_day": (first + rng.integers(60, 400, n)).astype(np.int16), "verif_at": none,
        "extended_day": np.full(n, calendar.NEVER, dtype=np.int16), "plan_at": none, "share_at": none,
    }  # fmt: skip
    return np.array(counties, dtype=np.int64)[at], Block(arrays, words)
