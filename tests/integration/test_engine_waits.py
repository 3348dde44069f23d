"""Writers of SQLite queue for each other in short rests; what is asked before every answer outlives its connection."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from data import engine as room
from data.engine import Glance

CODE = "320000"


def test_a_writer_that_waits_begins_soon_after_the_other_has_ended(sqlite_store):
    began, waited = threading.Event(), []

    def second():
        began.set()
        with sqlite_store.writing() as conn:
            waited.append(time.perf_counter())
            conn.execute(text("SELECT 1"))

    with sqlite_store.writing():
        other = threading.Thread(target=second)
        other.start()
        began.wait()
        time.sleep(0.25)
    ended = time.perf_counter()
    other.join()
    # the database's own waiting would sleep up to a tenth of a second
    assert 0 <= waited[0] - ended < 0.09


def test_waiting_ends_with_the_usual_error_and_the_connection_is_as_before(sqlite_store, monkeypatch):
    monkeypatch.setattr(room, "BUSY_MS", 100)
    with sqlite_store.writing(), pytest.raises(OperationalError, match="locked"), sqlite_store.writing():
        pass
    monkeypatch.undo()
    with sqlite_store.writing() as conn:
        assert conn.execute(text("PRAGMA busy_timeout")).scalar() == room.BUSY_MS


def test_a_glance_takes_values_and_outlives_the_engine_s_connections(store):
    glance = Glance(store.engine, "SELECT name_zh, level FROM region WHERE gb2260_code = ?")
    assert glance.row(CODE) == ("江苏省", "province")
    assert glance.row("nothing") is None
    store.engine.dispose()
    assert glance.row(CODE) == ("江苏省", "province")
    found = []
    threads = [threading.Thread(target=lambda: found.append([glance.row(CODE)[0] for _ in range(20)])) for _ in range(12)]
    for each in threads:
        each.start()
    glance.close()
    for each in threads:
        each.join()
    assert found == [["江苏省"] * 20] * 12
    assert len(glance._idle) <= room.GLANCES
    glance.close()
