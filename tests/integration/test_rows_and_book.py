"""Rows that leave as they are read, and the book of what went out: one state of the store under one code, and no line lost."""

import csv
import io
import os
import time

import pytest
from sqlalchemy import select, update

from app import create_app
from callbacks.registry import CHARTS
from config import Settings
from data.exports import states
from data.exports.record import Record, taking
from data.filters import Filters
from data.queries import item_list as rows_room
from data.queries.item_list import ItemStream
from data.schema import item
from data.store import bump
from tests.campaign import AS_OF

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"


@pytest.fixture
def app(small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), small_store)


@pytest.fixture
def client(app):
    return app.server.test_client()


def rename(store, title):
    with store.writing() as conn:
        conn.execute(update(item).values(title=title))
        bump(conn, "test")


def read(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_few_rows_are_a_file_like_any_other(client):
    address = f"/export/item-list.{{}}?{QUERY}&rows=overdue"
    sent = client.get(address.format("csv"))
    code = sent.headers["X-Dubang-Code"]
    assert client.get(address.format("json")).json["code"] == code
    assert client.get(f"/export/s/{code}.csv").data == sent.data
    assert client.get(f"/s/{code}").status_code == 200


def test_many_rows_have_the_code_of_the_other_formats_and_one_line_more(client, app, monkeypatch):
    monkeypatch.setattr(states, "MOST_ROWS", 2)
    sent = client.get(f"/export/item-list.csv?{QUERY}&rows=discovered")
    code = sent.headers["X-Dubang-Code"]
    body = client.get(f"/export/item-list.json?{QUERY}&rows=discovered").json
    assert [row["ledger_no"] for row in read(sent)] == [row["ledger_no"] for row in body["rows"]] and len(body["rows"]) > 2
    assert body["code"] == code
    lines = [(each.format, each.bytes) for each in app.server.extensions["desk"].record.lines(code) if each.format != "json"]
    assert sorted(lines) == [("csv", len(sent.data)), ("csv…", 0)]


def test_a_download_that_is_broken_off_is_written_as_begun(client, app, monkeypatch):
    monkeypatch.setattr(states, "MOST_ROWS", 2)
    monkeypatch.setattr(rows_room, "_STREAMED", 1)
    answer = client.get(f"/export/item-list.csv?{QUERY}&rows=discovered", buffered=False)
    next(answer.response)
    answer.close()
    (line,) = app.server.extensions["desk"].record.lines(answer.headers["X-Dubang-Code"])
    assert line.format == "csv…"


def test_a_change_while_rows_go_out_is_not_in_them(small_store, monkeypatch):
    monkeypatch.setattr(rows_room, "_STREAMED", 1)
    rename(small_store, "before")
    stream = ItemStream("all", small_store, Filters.from_query(f"{QUERY}&rows=discovered"))
    said = iter(stream)
    titles = [next(said)[0][10]]
    rename(small_store, "after")
    titles += [row[10] for rows in said for row in rows]
    stream.close()
    assert len(titles) == stream.count > 2 and set(titles) == {"before"}
    assert stream.version == small_store.version() - 1
    with small_store.reading() as conn:
        assert set(conn.scalars(select(item.c.title))) == {"after"}


def test_a_ranking_s_selection_means_the_same_next_week(client):
    body = client.get("/export/county-ranking.json?campaign=xh-2022").json
    assert body["filters"]["period"] and body["filters"]["scheme"] and body["filters"]["as_of"] == body["as_of"]
    query = "&".join(f"{name}={value if isinstance(value, str) else ','.join(value)}" for name, value in body["filters"].items())
    assert client.get(f"/export/county-ranking.json?{query}").json["code"] == body["code"]


def test_every_frame_says_which_store_it_is_of(small_store):
    version = small_store.version()
    frame = CHARTS["progress-by-region"].query("all", small_store, Filters.from_query(QUERY), lang="zh-CN")
    rename(small_store, "later")
    assert frame.attrs["store_version"] == version < small_store.version()


# ----------------------------------------------------------------------------- the book


def waiting(record, folder, *codes):
    """Lines that wait in files, as a store that is busy leaves them."""
    for code in codes:
        record._wait(None, (taking(code, "csv", "a.csv", "0" * 64, 1, "web", "internal"),))
    return sorted(folder.glob("*.json"))


def test_lines_that_waited_for_a_long_import_are_written_once(small_store, tmp_path, monkeypatch):
    book = tmp_path / "book"
    record = Record(small_store, book)
    for path in waiting(record, book, "AAAAAAAAAA", "BBBBBBBBBB"):
        os.utime(path, (time.time() - 600, time.time() - 600))
    other = Record(small_store, book)
    seen = []

    def meanwhile(path):
        # another process looks while this one writes
        seen.append(other.absorb())
        return read_now(path)

    read_now = record._held
    monkeypatch.setattr(record, "_held", meanwhile)
    assert record.absorb() + sum(seen) == 2 and list(book.iterdir()) == []
    assert [len(record.lines(code)) for code in ("AAAAAAAAAA", "BBBBBBBBBB")] == [1, 1]


def test_a_line_that_cannot_be_read_is_set_aside_and_in_nobodys_way(small_store, tmp_path):
    book = tmp_path / "book"
    record = Record(small_store, book)
    (path,) = waiting(record, book, "AAAAAAAAAA")
    torn = book / "1-torn.json"
    torn.write_text('{"state":', "utf-8")
    assert record.find("ZZZZZZZZZZ") is None
    record.add(None, taking("CCCCCCCCCC", "csv", "c.csv", "1" * 64, 1, "web", "internal"))
    assert [len(record.lines(code)) for code in ("AAAAAAAAAA", "CCCCCCCCCC")] == [1, 1]
    assert [each.name for each in book.iterdir()] == ["1-torn.json.bad"] and not path.exists()
