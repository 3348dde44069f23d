"""Codes: what a file says of itself leads back to the same numbers for ever; what went out stands in the book; a person releases it."""

import csv
import io
import sqlite3
import zipfile

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select, update

from app import create_app, embed_hosts
from callbacks.export_desk import Desk, NotReleased
from callbacks.export_tables import export_table
from callbacks.exports import FORMATS, export_bytes
from callbacks.registry import CHARTS, to_text
from config import Settings
from dashboard.exports import kept
from dashboard.view import View
from data.exports import states
from data.exports.states import DamagedState
from data.filters import Filters
from data.rollup.refresh import refresh
from data.schema import export_state, item, item_event
from data.store import bump
from tests.campaign import AS_OF

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
FAR = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture
def app(small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path), embed_hosts="https://portal.example.gov.cn"), small_store)


@pytest.fixture
def client(app):
    return app.server.test_client()


def change(store):
    """A correction of the ledger: nothing has happened to the findings of Xuanwu."""
    region_id = store.tree().get("320102").region_id
    info = next(each for each in store.campaigns() if each.code == "xh-2022")
    with store.writing() as conn:
        here = select(item.c.item_id).where(item.c.region_id == region_id)
        conn.execute(delete(item_event).where(item_event.c.item_id.in_(here), item_event.c.event_no > 1))
        refresh(conn, info.campaign_id, [region_id])
        bump(conn, "test")


def csv_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer


def test_the_same_numbers_have_the_same_code_and_others_another(client):
    one, again = (csv_of(client, f"/export/progress-by-region.csv?{QUERY}") for _ in range(2))
    other = csv_of(client, f"/export/progress-by-region.csv?{QUERY}&level=county")
    english = csv_of(client, f"/export/progress-by-region.csv?{QUERY}&lang=en")
    codes = [each.headers["X-Dubang-Code"] for each in (one, again, other, english)]
    assert codes[0] == codes[1] and len(set(codes)) == 3
    assert all(states.asked(code) == code for code in codes)
    rows = list(csv.DictReader(io.StringIO(one.data.decode("utf-8-sig"))))
    assert {row["export_code"] for row in rows} == {codes[0]}


def test_a_selection_without_a_day_is_kept_with_its_day(client):
    code = client.get("/export/progress-by-region.json?campaign=xh-2022").json["code"]
    page = client.get(f"/s/{code}").text
    body = client.get(f"/export/s/{code}.json").json
    assert body["as_of"] and f"as_of={body['as_of']}" in page


@pytest.mark.parametrize("chart", ["progress-by-region", "county-ranking", "item-list", "planned-vs-actual"])
def test_a_code_gives_the_same_bytes_after_a_later_change(client, small_store, chart):
    first = csv_of(client, f"/export/{chart}.json?{QUERY}")
    code = first.headers["X-Dubang-Code"]
    kept = {form: client.get(f"/export/s/{code}.{form}").data for form in ("csv", "json")}
    assert kept["json"] == first.data
    change(small_store)
    live = csv_of(client, f"/export/{chart}.json?{QUERY}")
    # the ledgers have moved on: other numbers, another code
    assert live.json["rows"] != first.json["rows"] and live.headers["X-Dubang-Code"] != code
    for form, data in kept.items():
        again = client.get(f"/export/s/{code}.{form}")
        assert again.data == data
        assert again.headers["Content-Disposition"].endswith(f'.{form}"')
    book = load_workbook(io.BytesIO(client.get(f"/export/s/{code}.xlsx").data))
    assert any(code in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_page_of_a_code_says_what_was_taken(client):
    body = client.get(f"/export/progress-by-region.json?{QUERY}").json
    for typed in (body["code"], body["code"].lower(), f"{body['code'][:5]}-{body['code'][5:]}", f" {body['code']} "):
        page = client.get(f"/s/{typed}")
        assert page.status_code == 200, typed
        assert body["title"] in page.text and body["caption"] in page.text and "内部使用" in page.text
        assert "50.0%" in page.text and "导出记录（1）" in page.text
    assert client.get(f"/s/?code={body['code'].lower()}").headers["Location"] == f"/s/{body['code']}"
    assert "没有这个查证码" in client.get("/s/?code=nonsense").text
    assert client.get("/s/ZZZZZZZZZZ").status_code == 404
    for hostile in ("..%2f..%2fetc%2fpasswd", "%3Cimg%20src=x%3E", "x" * 300, "%00", "'; drop table export_state;--"):
        answer = client.get(f"/s/{hostile}")
        assert answer.status_code == 404 and "<img" not in answer.text


def test_every_file_stands_in_the_book(client, app):
    desk: Desk = app.server.extensions["desk"]
    sent = client.get(f"/export/status-structure.xlsx?{QUERY}")
    code = sent.headers["X-Dubang-Code"]
    client.get(f"/export/s/{code}.csv")
    lines = desk.record.lines(code)
    assert [(each.format, each.via, each.status) for each in lines] == [("csv", "web", "internal"), ("xlsx", "web", "internal")]
    assert lines[1].sha256 == __import__("hashlib").sha256(sent.data).hexdigest() and lines[1].bytes == len(sent.data)


def test_rows_are_the_whole_set_whatever_page_was_looked_at(client, app):
    answer = csv_of(client, f"/export/item-list.csv?{QUERY}&rows=overdue&size=25&page=9")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    body = client.get(f"/export/item-list.json?{QUERY}&rows=overdue").json
    assert [row["ledger_no"] for row in rows] == [row["ledger_no"] for row in body["rows"]] != []
    (line,) = app.server.extensions["desk"].record.lines(answer.headers["X-Dubang-Code"])
    assert (line.format, line.bytes) == ("csv", len(answer.data))


def test_only_what_a_person_makes_public_is_open_to_others(client):
    body = client.get(f"/export/progress-by-region.json?{QUERY}").json
    code = body["code"]
    places = (f"/s/{code}", f"/embed/s/{code}", f"/export/s/{code}.csv")
    assert [client.get(each, environ_base=FAR).status_code for each in places] == [404] * 3
    approve = {"code": code, "status": "approved", "by": "王处长", "note": "调度会用"}
    assert client.post("/api/export/release", json=approve, environ_base=FAR).status_code == 401
    assert client.post("/api/export/release", json=approve).status_code == 200
    assert client.post("/api/export/release", json=approve).json["message"] == "已经是这个状态。"
    assert client.get(f"/export/s/{code}.json").json["marks"] == []
    assert [client.get(each, environ_base=FAR).status_code for each in places] == [404] * 3
    client.post("/api/export/release", json={**approve, "status": "public"})
    assert [client.get(each, environ_base=FAR).status_code for each in places] == [200] * 3
    far = client.get(f"/s/{code}", environ_base=FAR).text
    assert body["title"] in far and "内部使用" not in far and "导出记录" not in far and "审定人" not in far
    assert client.get("/progress", environ_base=FAR).status_code == 401
    client.post("/api/export/release", json={**approve, "status": "internal"})
    assert client.get(f"/s/{code}", environ_base=FAR).status_code == 404
    page = client.get(f"/s/{code}").text
    assert "审定记录（3）" in page and "王处长" in page


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "ZZZZZZZZZZ", "status": "public"}, 404),
        ({"code": "../x", "status": "public"}, 404),
        ({"status": "public"}, 400),
        ({"code": "ZZZZZZZZZZ", "status": "public", "x": 1}, 400),
        ([], 400),
    ],
)
def test_a_decision_that_is_none_changes_nothing(client, body, status):
    assert client.post("/api/export/release", json=body).status_code == status


def test_a_server_for_released_data_lets_nothing_else_out(small_store, tmp_path):
    app = create_app(Settings.from_env({}, instance=str(tmp_path), export_least="approved"), small_store)
    client = app.server.test_client()
    held = client.get(f"/export/progress-by-region.pptx?{QUERY}")
    assert held.status_code == 403
    code = held.json["code"]
    assert code in held.json["message"] and "已审定" in held.json["message"]
    assert app.server.extensions["desk"].record.lines(code) == []
    assert client.get(f"/export/item-list.csv?{QUERY}").status_code == 403
    # the state waits for a person
    assert client.post("/api/export/release", json={"code": code, "status": "approved"}).status_code == 200
    assert client.get(f"/export/progress-by-region.pptx?{QUERY}").status_code == 200
    with pytest.raises(NotReleased):
        export_bytes(small_store, "status-structure", QUERY, "csv", desk=Desk(small_store, tmp_path / "x", "", "public"))


def test_damage_is_found_before_it_is_shown(client, small_store):
    code = client.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    with small_store.writing() as conn:
        conn.execute(update(export_state).values(body=states.packed('{"x":1}')))
    with small_store.reading() as conn, pytest.raises(DamagedState):
        assert states.find(conn, code).text
    answer = client.get(f"/s/{code}")
    assert answer.status_code == 500 and "校验码" in answer.text


def test_an_export_does_not_wait_for_a_long_import(sqlite_small_store, tmp_path):
    app = create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store)
    client, desk = app.server.test_client(), app.server.extensions["desk"]
    writer = sqlite3.connect(sqlite_small_store.engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    sent = client.get(f"/export/status-structure.csv?{QUERY}")
    assert sent.status_code == 200
    code = sent.headers["X-Dubang-Code"]
    waiting = list((tmp_path / "exports").iterdir())
    assert len(waiting) == 1
    # it can be looked up and opened while it waits
    assert [each.format for each in desk.record.lines(code)] == ["csv"]
    assert client.get(f"/s/{code}").status_code == 200
    writer.execute("ROLLBACK")
    writer.close()
    client.get(f"/export/loop-funnel.csv?{QUERY}")
    assert not list((tmp_path / "exports").iterdir())
    with sqlite_small_store.reading() as conn:
        assert states.find(conn, code).title
    assert [each.format for each in desk.record.lines(code)] == ["csv"]


def test_nothing_goes_out_that_cannot_be_written_down(sqlite_small_store, tmp_path):
    app = create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store)
    (tmp_path / "exports").write_text("no folder")
    writer = sqlite3.connect(sqlite_small_store.engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    answer = app.server.test_client().get(f"/export/status-structure.csv?{QUERY}")
    writer.close()
    assert answer.status_code == 503 and "登记" in answer.json["message"]


def test_an_embedded_chart_may_stand_where_the_deployer_says(client):
    page = client.get(f"/embed/progress-by-region?{QUERY}")
    assert page.status_code == 200
    assert "frame-ancestors 'self' https://portal.example.gov.cn;" in page.headers["Content-Security-Policy"] + ";"
    assert "frame-ancestors 'none'" in client.get("/progress").headers["Content-Security-Policy"]
    body = client.get(f"/export/progress-by-region.json?{QUERY}").json
    assert body["title"] in page.text and body["code"] in page.text and "数据截至2022年9月30日" in page.text
    assert client.get("/embed/nope").status_code == 404
    assert client.get(f"/embed/progress-by-region?{QUERY}", environ_base=FAR).status_code == 401


@pytest.mark.parametrize("text", ["portal", "javascript:alert(1)", "https://a b", "https://x'; script-src *", "*"])
def test_an_origin_that_is_none_stops_the_start(text):
    with pytest.raises(RuntimeError, match="DUBANG_EMBED_HOSTS"):
        embed_hosts(text)


def test_kept_tables_come_back_as_they_were(sqlite_small_store, tmp_path):
    desk = Desk(sqlite_small_store, tmp_path)
    for chart in CHARTS.values():
        table, state = desk.stamped(export_table(sqlite_small_store, chart, Filters.from_query(QUERY), View(), "all"), "all")
        desk.record.add(state)
        again, _ = desk.reopened(state.code)
        assert kept.to_text(again) == kept.to_text(table), chart.id
        assert (again.code, again.reopens, again.marks) == (table.code, table.reopens, table.marks)
        assert to_text(again.figure) == to_text(table.figure)
        for form in ("csv", "xlsx", "pptx", "docx"):
            # what is written from what was kept is what was written then; a package holds the time it was made
            one, two = (FORMATS[form][1](each) for each in (table, again))
            assert one == two if form == "csv" else parts(one) == parts(two), (chart.id, form)


def parts(blob):
    """The parts of a package but for those that hold the moment it was made, and the workbooks in it by theirs."""
    with zipfile.ZipFile(io.BytesIO(blob)) as held:
        found = {name: held.read(name) for name in held.namelist() if not name.startswith("docProps/")}
    return {name: parts(body) if name.endswith(".xlsx") else body for name, body in found.items()}


def test_a_code_s_page_follows_the_reader_s_theme_and_an_embedded_one_the_portal_s(client):
    code = client.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    client.set_cookie("dubang-theme", "dark")
    page, embedded, asked = (client.get(f"{each}").text for each in (f"/s/{code}", f"/embed/s/{code}", f"/embed/s/{code}?look=dark"))
    assert ["<html" in each and 'data-bs-theme="dark"' in each for each in (page, embedded, asked)] == [True, False, True]
