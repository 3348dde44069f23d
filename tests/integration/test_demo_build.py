"""Building the demo store: the same rows every time and everywhere, once, and wholly or not at all."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.demo import build as demo
from data.engine import make_engine
from data.schema import campaign, item, item_event, metadata, object_, rollup, section_quality, track, water_body, zone
from data.store import Store

SMALL = 300
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(sqlite_template, tmp_path_factory) -> Iterator[Store]:
    """A small demo store, built in this process once and read by all."""
    opened = Store(make_engine(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path_factory.mktemp('built') / 'dubang.db')}"))
    demo.build(opened, items=SMALL)
    yield opened
    opened.engine.dispose()


def digest(store: Store) -> str:
    """A hash over every item, event and object, the waters and what is on them, in the order of their keys."""
    out = hashlib.sha256()
    with store.reading() as conn:
        for table in (item, item_event, object_, water_body, zone, section_quality, track):
            for row in conn.execute(select(table).order_by(*table.primary_key)):
                out.update(repr(tuple(row)).encode())
    return out.hexdigest()


def counts(store: Store) -> dict[str, int]:
    with store.reading() as conn:
        return {name: conn.execute(select(func.count()).select_from(table)).scalar_one() for name, table in metadata.tables.items()}


def test_another_process_builds_the_same_rows(built, sqlite_template, tmp_path):
    other = shutil.copyfile(sqlite_template, tmp_path / "other.db")
    script = (
        "from data.engine import make_engine; from data.store import Store; from data.demo.build import build;"
        f"build(Store(make_engine('sqlite:///{other}')), items={SMALL})"
    )
    # texts hash differently there: nothing may depend on the order of a set
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True, timeout=120)
    again = Store(make_engine(f"sqlite:///{other}"))
    assert digest(built) == digest(again)
    assert counts(built) == counts(again)
    again.engine.dispose()


@pytest.mark.postgres
def test_both_databases_hold_the_same_rows(built, pg_store):
    demo.build(pg_store, items=SMALL)
    assert digest(built) == digest(pg_store)
    assert counts(built) == counts(pg_store)


def test_another_seed_tells_another_story(built, sqlite_store):
    demo.build(sqlite_store, items=SMALL, seed=2023)
    assert digest(built) != digest(sqlite_store)
    assert counts(built)["item"] == counts(sqlite_store)["item"]


def test_sizes_follow_the_number_asked_for(sqlite_store):
    demo.build(sqlite_store, items=2000)
    with sqlite_store.reading() as conn:
        found = conn.execute(
            select(campaign.c.code, func.count()).join(item, item.c.campaign_id == campaign.c.campaign_id).group_by(campaign.c.code)
        )
        assert {row[0]: row[1] for row in found} == {
            "js-2022": 2000,
            "js-tasks-2022": 13,
            "js-projects-2022": 13,
            "js-cases-2022": 80,
            "js-outfalls-2022": 150,
            "js-sources-2022": 15,
            "js-scattered-2022": 30,
        }


def test_building_twice_is_refused_and_changes_nothing(built, sqlite_store):
    version = built.version()
    assert version > sqlite_store.version()
    held = counts(built), digest(built)
    with pytest.raises(demo.DemoPresentError):
        demo.build(built, items=SMALL)
    assert (counts(built), digest(built)) == held
    assert built.version() == version


def test_a_build_that_fails_midway_leaves_nothing(sqlite_store, monkeypatch):
    before = counts(sqlite_store)
    calls = []

    def fail_at_the_third(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise OSError("disk full")

    monkeypatch.setattr(demo, "refresh", fail_at_the_third)
    with pytest.raises(OSError, match="disk full"):
        demo.build(sqlite_store, items=SMALL)
    assert counts(sqlite_store) == before


def test_a_store_without_regions_is_given_them(sqlite_template, tmp_path):
    bare = Store(make_engine(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'bare.db')}"))
    with bare.writing() as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
    demo.build(bare, items=SMALL)
    assert bare.tree().get("320102").name_zh == "玄武区"
    with bare.reading() as conn:
        assert conn.execute(select(func.sum(rollup.c["items"]))).scalar_one() == counts(bare)["item"]
    bare.engine.dispose()
