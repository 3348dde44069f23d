"""Locked periods in the store: what was written is what is read, and anything else is said to be damaged."""

import ast
import logging
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from data.ranking import editions as room
from data.ranking.editions import append, before, editions, frozen, newest, ranks_of, verify
from data.ranking.freeze import freeze, same
from data.ranking.lock_words import LockError
from data.schema import period_lock
from tests.architecture.rooms import files, name
from tests.standings import changed, standing

MONDAY = datetime(2022, 10, 10, 1, 0, tzinfo=UTC).replace(tzinfo=None)


def keep(store, made, edition=1, previous=None, **more) -> int:
    with store.writing() as conn:
        append(conn, made, "", edition, previous, **{"by": "张三", "now": MONDAY, **more})
        return conn.execute(select(period_lock.c.lock_id).order_by(period_lock.c.lock_id.desc())).scalars().first()


def test_what_was_locked_is_what_is_read(store) -> None:
    made = standing()
    version = store.version()
    key = keep(store, made)
    back = frozen(store, key)
    assert same(replace(back, edition=0, editions=0, locked_at=None, locked_by=None, store_version=0, sha256=""), made)
    assert (back.edition, back.editions, back.locked_at, back.locked_by) == (1, 1, "2022-10-10 09:00", "张三")
    # it was counted from the state before the lock, and the lock made a new one
    assert back.store_version == version
    assert store.version() == version + 1
    (only,) = editions(store, "hand", "", "2022-W40")
    assert (only.edition, only.scheme_version, only.ends_on, only.when) == (1, "2022.1", date(2022, 10, 9), "2022-10-10 09:00")
    assert only.sha256 == back.sha256
    assert len(only.sha256) == 64
    assert editions(store, "other") == editions(store, "hand", "campaign=x") == []
    assert [each.fault for each in verify(store)] == [""]


def test_a_further_edition_leaves_the_first_as_it_was(store) -> None:
    old = standing()
    first = keep(store, old)
    text = freeze(frozen(store, first))
    new = changed(old, 1, 0, 20, 20, 61.0, [2, 1, 0])
    second = keep(store, new, 2, frozen(store, first).sha256, reason="秦淮区补报")
    assert freeze(frozen(store, first)) == text
    assert (frozen(store, first).editions, frozen(store, second).edition) == (2, 2)
    assert [e.edition for e in editions(store, "hand", "", "2022-W40")] == [1, 2]
    assert [e.edition for e in newest(store, "hand")] == [2]
    assert editions(store, "hand")[1].reason == "秦淮区补报"
    kept = ranks_of(store, [first, second])
    assert kept[first]["level"]["320104"] == [2, False, 54.0]
    assert kept[second]["level"]["320104"] == [1, False, 61.0]
    assert kept[second]["level"]["320105"] == [0, False, None]
    assert [each.fault for each in verify(store)] == ["", ""]
    with pytest.raises(LockError) as refused:
        keep(store, new, 2)
    assert refused.value.code == "changed_meanwhile"
    assert "2022年第40周" in refused.value.text("zh-CN")
    assert len(editions(store, "hand")) == 2


def test_the_period_before_is_the_last_that_had_ended(store) -> None:
    made = standing()
    for week, start in ((38, date(2022, 9, 19)), (39, date(2022, 9, 26))):
        end = date.fromordinal(start.toordinal() + 6)
        keep(store, replace(made, period=replace(made.period, code=f"2022-W{week}", start=start, end=end, as_of=end)))
    assert before(store, "hand", "", date(2022, 10, 3)).period == "2022-W39"
    assert before(store, "hand", "", date(2022, 9, 30)).period == "2022-W38"
    assert before(store, "hand", "", date(2022, 9, 19)) is None


def rehashed(text: bytes) -> dict[str, object]:
    return {"payload": zlib.compress(text), "sha256": room.sha256_of(text.decode())}


TAMPERED = {
    "payload": lambda row: {"payload": zlib.compress(zlib.decompress(row["payload"]).replace(b"41,18", b"50,18"))},
    "cut short": lambda row: {"payload": row["payload"][:-20]},
    "not packed": lambda row: {"payload": b"{}"},
    "hash": lambda row: {"sha256": "0" * 64},
    "who": lambda row: {"locked_by": "李四"},
    "when": lambda row: {"locked_at": datetime(2022, 10, 11)},
    "why": lambda row: {"reason": "另有原因"},
    "version": lambda row: {"scheme_version": "2022.9"},
    "day": lambda row: {"as_of": date(2022, 10, 8)},
    "ranks": lambda row: {"ranks": {**row["ranks"], "level": {**row["ranks"]["level"], "320104": [1, False, 54.0]}}},
    "text and its hash": lambda row: rehashed(zlib.decompress(row["payload"]).replace(b'"as_of":"2022-10-09"', b'"as_of":"2022-10-08"')),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_a_record_that_was_altered_is_not_shown(sqlite_store, how: str, caplog: pytest.LogCaptureFixture) -> None:
    store = sqlite_store
    key = keep(store, standing())
    with store.writing() as conn:
        row = conn.execute(select(period_lock).where(period_lock.c.lock_id == key)).mappings().one()
        conn.execute(update(period_lock).where(period_lock.c.lock_id == key).values(**TAMPERED[how](row)))
    with caplog.at_level(logging.ERROR), pytest.raises(LockError) as refused:
        frozen(store, key)
    assert refused.value.code == "damaged"
    assert "校验值不符" in refused.value.text("zh-CN")
    assert "does not match its checksum" in str(refused.value)
    assert len(caplog.records) == 1
    assert "damaged" in caplog.text
    (found,) = verify(store)
    assert found.fault


def test_an_edition_that_was_exchanged_breaks_the_chain(sqlite_store) -> None:
    store = sqlite_store
    first = keep(store, standing())
    keep(store, changed(standing(), 1, 0, 20, 20, 61.0, [2, 1, 0]), 2, frozen(store, first).sha256, reason="补报")
    # a whole row, sound in itself, in place of the first
    other = keep(store, changed(standing(), 0, 0, 50, 50, 71.0, [1, 2, 0]), 3)
    with store.writing() as conn:
        row = dict(conn.execute(select(period_lock).where(period_lock.c.lock_id == other)).mappings().one())
        record, results = room.split(zlib.decompress(row["payload"]).decode())
        text = room.joined({**record, "edition": 1}, results)
        conn.execute(period_lock.delete().where(period_lock.c.lock_id.in_([first, other])))
        row |= {"lock_id": first, "edition": 1, "payload": zlib.compress(text.encode()), "sha256": room.sha256_of(text)}
        conn.execute(insert(period_lock).values(**row))
    assert [bool(each.fault) for each in verify(store)] == [False, True]
    assert "before" in verify(store)[1].fault


def test_no_such_lock(sqlite_store) -> None:
    with pytest.raises(LookupError):
        frozen(sqlite_store, 7)
    assert editions(sqlite_store, "hand") == newest(sqlite_store, "hand") == verify(sqlite_store) == []
    assert ranks_of(sqlite_store, []) == {}


def test_many_places_are_read_quickly_enough_to_be_looked_at(sqlite_store) -> None:
    """The packed text of all counties stays small, whatever the machine."""
    made = standing()
    n = 3000
    places = replace(
        made.places,
        region_id=np.arange(n),
        code=[f"x{k}" for k in range(n)],
        **{field: getattr(made.places, field)[:1] * n for field in ("name_zh", "name_en", "parent_zh", "parent_en")},
        group=np.zeros(n, dtype=np.int64),
    )
    tiled = {f: np.resize(getattr(made.counted, f), (n, 2)) for f in ("numerator", "denominator", "value", "low", "high")}
    flat = {f: np.resize(getattr(made.counted, f), n) for f in ("bonus", "penalty", "veto", "has_items")}
    counted = replace(made.counted, **tiled, **flat, reason=[["", ""]] * n, events=[[]] * n, signals={"last_day": np.zeros((n, 2))})
    one = {f: np.resize(getattr(made.scores, f), n) for f in ("score", "low", "high", "missing")}
    two = {f: np.resize(getattr(made.scores, f), (n, 2)) for f in ("position", "weight", "contribution")}
    scores = replace(made.scores, **one, **two, reason=[""] * n)
    arrays = ("key", "rank", "tied", "group_rank", "group_tied", "band_low", "band_high")
    ranks = replace(made.ranks["level"], **{f: np.resize(getattr(made.ranks["level"], f), n) for f in arrays}, reason=[""] * n)
    key = keep(sqlite_store, replace(made, places=places, counted=counted, scores=scores, ranks={"level": ranks}))
    back = frozen(sqlite_store, key)
    assert len(back.places) == n
    assert back.counted.value[4, 0] == made.counted.value[1, 0]
    with sqlite_store.reading() as conn:
        assert len(conn.execute(select(period_lock.c.payload)).scalar_one()) < 100_000


def test_no_code_changes_or_removes_a_lock() -> None:
    """Rows of period_lock are added and read: nothing else in the program writes to the table."""
    writers = []
    for path in files(".py"):
        if name(path).startswith(("tests/", "bench/")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            on = [*node.args[:1], *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            if called in ("insert", "update", "delete") and any("period_lock" in ast.unparse(each) for each in on):
                writers.append((name(path), called))
    assert writers == [("data/ranking/editions.py", "insert")]
