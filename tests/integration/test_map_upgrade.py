"""A store that was written before positions were kept: it is read as it is, and an upgrade folds it again so that its map has places."""

import json
import struct
import zlib

from alembic import command
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from data import migrate
from data.engine import BUSY_MS
from data.filters import Filters
from data.layers.items import item_layer
from data.queries.headline import headline
from data.rollup.block import ARRAYS, unpack
from data.schema import object_, rollup
from data.store import Store
from manage import cli
from tests import map_places

LATER = ("water", "x", "y", "hidden")
ALL = Filters(campaign=(map_places.CODE,), kind=("outfall",))


def as_before(payload: bytes) -> bytes:
    """A rollup row the way it was written before."""
    block = unpack(payload)
    bodies = [block.arrays[name].tobytes() for name in ARRAYS if name not in LATER]
    words = {name: texts for name, texts in block.words.items() if name != "water"}
    header = json.dumps({"words": words, "sizes": [len(body) for body in bodies]}).encode()
    return zlib.compress(struct.pack("<I", len(header)) + header + b"".join(bodies), 1)


def put_back(store: Store) -> None:
    with store.writing() as conn:
        for campaign_id, region_id, payload in conn.execute(select(rollup.c.campaign_id, rollup.c.region_id, rollup.c.payload)).all():
            here = (rollup.c.campaign_id == campaign_id, rollup.c.region_id == region_id)
            conn.execute(update(rollup).where(*here).values(payload=as_before(payload)))


def drawn(store: Store) -> tuple[int, int]:
    found = item_layer("all", store, ALL, ("outfall",), "status", 3, (0, 0, 31, 31))
    return found["total"], found["unplaced"]


def test_an_old_rollup_counts_as_before_and_has_no_places(sqlite_store):
    map_places.load(sqlite_store)
    before = headline("all", sqlite_store, ALL)
    put_back(sqlite_store)
    again = Store(sqlite_store.engine)
    assert headline("all", again, ALL).equals(before)
    assert drawn(again) == (7, 7)


def test_an_upgrade_gives_an_old_store_its_places(sqlite_store, monkeypatch):
    map_places.load(sqlite_store)
    put_back(sqlite_store)
    # as ledgers of before brought a source area and an enterprise
    with sqlite_store.writing() as conn:
        for key, kind in ((77, "source_area"), (78, "enterprise")):
            conn.execute(insert(object_).values(object_id=key, object_type=kind, name="甲", sensitivity="internal"))
    address = sqlite_store.engine.url.render_as_string()
    # back to the schema of before, and up again by the command an operator runs
    with sqlite_store.engine.connect().execution_options(dubang_write=BUSY_MS) as conn, conn.begin():
        config = migrate._config()
        config.attributes["connection"] = conn
        command.downgrade(config, "0003")
    sqlite_store.engine.dispose()
    monkeypatch.setenv("DUBANG_DATABASE_URL", address)
    done = CliRunner().invoke(cli, ["store", "upgrade"])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == "Schema revision 0006, 2 rollups rebuilt."
    # P5 has no position; P8's object was in the tables that the older schema has as well
    assert drawn(Store(sqlite_store.engine)) == (7, 1)
    with sqlite_store.reading() as conn:
        seen = dict(conn.execute(select(object_.c.object_id, object_.c.sensitivity).where(object_.c.object_id.in_((77, 78)))).all())
    assert seen == {77: "restricted", 78: "internal"}
