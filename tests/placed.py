"""What a store holds of places, as tests ask for it."""

from typing import Any

from sqlalchemy import func, select

from data.positions import places as positions
from data.schema import object_
from data.store import Store


def rows(store: Store, table: Any, *where: Any) -> list[dict[str, Any]]:
    with store.reading() as conn:
        return [dict(r) for r in conn.execute(select(table).where(*where)).mappings()]


def counted(store: Store, table: Any) -> int:
    with store.reading() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def at(store: Store, code: str) -> tuple[float, float]:
    (found,) = rows(store, object_, object_.c.official_code == code)
    return found["lon"], found["lat"]


def drawn(store: Store, code: str) -> list[tuple[float, float]]:
    """Where the items of a campaign are on the map, from the rollup."""
    number = next(c.campaign_id for c in store.campaigns() if c.code == code)
    held = positions.places_of(store, store.index(number), "all")
    return sorted((held.x[i] / 1e6, held.y[i] / 1e6) for i in held.order.tolist())
