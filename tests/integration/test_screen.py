"""The wall's addresses: what a wall is given and what not, what stays as it was frozen, and who may come from where."""

import dataclasses
import json
import threading
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from app import create_app
from callbacks import registry, screen, screen_freeze, screen_scene
from callbacks.screen_list import list_name, scene_name
from config import Settings
from dashboard.view import LANGUAGES, THEMES, Style, View
from data.engine import make_engine
from data.ledgers import pipeline
from data.schema import snapshot, snapshot_answer
from data.screens import playlists, snapshots
from data.screens.playlists import Cycle, Entry
from data.screens.walls import walls_of
from data.store import Store, bump
from tests import ledger_files, map_places, walls
from tests.integration.test_ledger_import import FINDINGS, imported
from tests.integration.test_locks import late

ID = "wall-0000000001"
BEAT = {"wall": ID, "scene": "1.overview", "version": 1, "build": "b", "size": "1920x1080", "entry": 0}
FAR = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
#: four looks and two shapes of screen
LOOKS = [(lang, theme, shape) for lang in LANGUAGES for theme in THEMES for shape in ("wall", "wide")]


@pytest.fixture
def served(tmp_path):
    """``served(store) -> client`` of an app of its own on the store; what walls are heard by ends with the test."""
    stores = []

    def make(store: Store, **settings: object) -> FlaskClient:
        address = store.engine.url.render_as_string(hide_password=False)
        folder = tmp_path / f"instance-{len(stores)}"
        stores.append(store)
        return create_app(Settings.from_env({}, database_url=address, instance=str(folder), **settings), store).server.test_client()

    yield make
    for each in stores:
        walls_of(each).close()


def hall(store: Store, *entries: Entry, query: str = "") -> None:
    walls.playlist(store, *entries, query=query)


def scene(client: FlaskClient, entry: str, query: str = "", **options: object) -> dict:
    answer = client.get(f"/api/screen/hall/scene/{entry}?shape=wall&look=dark{query}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json


@contextmanager
def altered(monkeypatch, name: str, query):
    """Another query under a chart for a while."""
    with monkeypatch.context() as patch:
        patch.setitem(registry.CHARTS, name, dataclasses.replace(registry.CHARTS[name], query=query))
        registry._frames.clear()
        yield
    registry._frames.clear()


# ----------------------------------------------------------------------------- what a wall is given


def test_a_scene_is_given_once_and_then_only_what_changed(small_store, served) -> None:
    hall(small_store, Entry("overview"), Entry("progress"))
    client = served(small_store)
    told = client.get("/api/screen/hall?lang=zh-CN").json
    assert [(each["name"], each["dwell"], each["transition"]) for each in told["entries"]] == [
        ("1.overview", 20000, "fade"),
        ("2.progress", 20000, "fade"),
    ]
    assert (told["revision"], told["version"], told["frozen"], told["left_out"]) == (1, small_store.version(), None, [])
    first = scene(client, "1.overview", "&lang=zh-CN")
    assert first["head"]["title"] == "2个市中2个未达序时进度，超期3件" and first["head"]["as_of"] == "2022年9月30日"
    assert [each["value"] for each in first["panels"]["kpis"]["figures"]] == ["43.8%", "31.2%", "3", "1"]
    assert set(first["panels"]) == set(first["hashes"]) == {"kpis", "map", "race", "overdue", "plan", "quality"}
    have = ",".join(first["hashes"].values())
    again = client.get(f"/api/screen/hall/scene/1.overview?shape=wall&look=dark&lang=zh-CN&have={have}")
    assert (again.json["panels"], again.json["hashes"]) == ({}, first["hashes"])
    assert len(again.data) < 2000
    late(small_store, "B3")
    newer = scene(client, "1.overview", f"&lang=zh-CN&have={have}")
    assert newer["head"]["version"] == small_store.version() and newer["head"]["title"].endswith("超期2件")
    assert newer["panels"]["kpis"]["figures"][2]["value"] == "2"
    # the water was not touched
    assert "quality" not in newer["panels"] and newer["hashes"]["quality"] == first["hashes"]["quality"]


def test_many_walls_ask_and_each_scene_is_computed_once(sqlite_small_store, served, monkeypatch) -> None:
    store = sqlite_small_store
    hall(store, Entry("overview"), Entry("progress"))
    client = served(store)
    made: Counter[str] = Counter()
    real = screen_scene.scene_text

    def counted(given, shown, *rest):
        made[f"{shown.name} {given.version()}"] += 1
        time.sleep(0.1)
        return real(given, shown, *rest)

    monkeypatch.setattr(screen, "scene_text", counted)

    def ask(name: str) -> None:
        assert client.application.test_client().get(f"/api/screen/hall/scene/{name}?shape=wall&look=dark").status_code == 200

    for _ in range(2):
        asked = [threading.Thread(target=ask, args=(name,)) for name in ("1.overview", "2.progress") * 8]
        for each in asked:
            each.start()
        for each in asked:
            each.join(60)
        late(store, "B3")
    assert len(made) == 4 and set(made.values()) == {1}


def test_a_change_that_lands_while_a_scene_is_drawn_is_asked_for_again(sqlite_small_store, served, monkeypatch) -> None:
    store = sqlite_small_store
    hall(store, Entry("overview"))
    client, before = served(store), store.version()
    real = registry.CHARTS["section-standing"].query

    def lands(*args, **options):
        with store.writing() as conn:
            bump(conn, "meanwhile")
        return real(*args, **options)

    with altered(monkeypatch, "section-standing", lands):
        assert scene(client, "1.overview")["head"]["version"] == before < store.version()


def test_a_chart_that_fails_takes_no_other_with_it_and_is_tried_again(sqlite_small_store, served, monkeypatch, caplog) -> None:
    hall(sqlite_small_store, Entry("overview"), Entry("orders"))
    client = served(sqlite_small_store)

    def breaks(*_, **__):
        raise RuntimeError("a column is missing")

    with altered(monkeypatch, "planned-vs-actual", breaks), altered(monkeypatch, "orders", breaks):
        partly = scene(client, "1.overview")
        assert partly["head"]["failed"] == ["plan"] and "plan" not in partly["panels"] and len(partly["panels"]) == 5
        # of a scene that has nothing else, nothing is shown: an answer in words, no trace of the program
        answer = client.get("/api/screen/hall/scene/2.orders?shape=wall&look=dark&lang=en")
        assert (answer.status_code, answer.json["error"]) == (503, "busy")
        assert "column" not in answer.text and "Traceback" not in answer.text
    assert "a column is missing" in caplog.text
    assert scene(client, "1.overview")["head"]["failed"] == []
    assert scene(client, "2.orders")["head"]["failed"] == []


def test_a_slow_scene_is_waited_for_a_little_and_then_said_to_be_busy(sqlite_small_store, served, monkeypatch) -> None:
    hall(sqlite_small_store, Entry("departments"), Entry("overview"))
    client = served(sqlite_small_store)
    monkeypatch.setattr(screen, "PATIENCE", 0.3)
    answer, asked = threading.Event(), threading.Event()
    real = registry.CHARTS["territory-by-department"].query

    def slow(*args, **options):
        asked.set()
        answer.wait(30)
        return real(*args, **options)

    with altered(monkeypatch, "territory-by-department", slow):
        first = threading.Thread(target=scene, args=(client.application.test_client(), "1.departments"))
        first.start()
        assert asked.wait(20)
        began = time.monotonic()
        busy = client.get("/api/screen/hall/scene/1.departments?shape=wall&look=dark")
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5") and time.monotonic() - began < 2
        assert busy.json["message"] == "数据库暂时没有回应，请稍候，恢复后会自动再试。"
        assert scene(client, "2.overview")["head"]["failed"] == []
        answer.set()
        first.join(20)
        assert scene(client, "1.departments")["head"]["failed"] == []


def test_entries_are_found_by_name_alone(sqlite_small_store, served, monkeypatch) -> None:
    cycle = Cycle("worst", "county", most=1)
    hall(sqlite_small_store, Entry("overview"), Entry("dossier", cycle=cycle))
    client = served(sqlite_small_store)
    assert [each["name"] for each in client.get("/api/screen/hall").json["entries"]] == ["1.overview", "2.dossier.320102"]

    def never(*_, **__):
        raise AssertionError("the cycle is not asked for a scene")

    with altered(monkeypatch, "progress-by-region", never):
        # a region that is not, or no longer, among the worst, as a wall with an older list asks for it
        assert scene(client, "2.dossier.320104")["head"]["name"] == "一地一档 · 秦淮区"
        assert scene(client, "go.320581")["head"]["place"] == "常熟市"
    for name in (
        "0.overview",
        "3.overview",
        "1.progress",
        "1.overview.320102",
        "2.dossier",
        "2.dossier.999999",
        "go.999999",
        "x",
        "².overview",
        "-1.overview",
    ):
        answer = client.get(f"/api/screen/hall/scene/{name}?shape=wall")
        assert (answer.status_code, answer.json["error"]) == (404, "missing"), name


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {**BEAT, "wall": "short"}, {**BEAT, "wall": "a b c d e f"}, {**BEAT, "extra": 1}, {**BEAT, "entry": -1}, {**BEAT, "failed": ["x"] * 21},
     {**BEAT, "failed": ["x" * 121]}, {**BEAT, "check": {"ok": True, "words": [1]}}, {**BEAT, "errors": "many"}],
)  # fmt: skip
def test_a_beat_that_is_none_is_refused_in_one_line(sqlite_small_store, served, body) -> None:
    hall(sqlite_small_store)
    answer = served(sqlite_small_store).post("/api/screen/hall/beat", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json["error"]) == (400, "body") and len(answer.data) < 300


def test_a_beat_says_what_is_new(sqlite_small_store, served) -> None:
    store = sqlite_small_store
    hall(store)
    client = served(store)
    told = client.post("/api/screen/hall/beat", json=BEAT)
    assert {name: told.json[name] for name in ("version", "revision", "no", "command", "tick")} == {
        "version": store.version(),
        "revision": 1,
        "no": 0,
        "command": None,
        "tick": 30_000,
    }
    assert len(told.data) < 500
    assert client.post("/api/screen/nowhere/beat", json=BEAT).status_code == 404
    assert client.post("/api/screen/hall/beat", data=b"x" * 20_000, content_type="application/json").status_code in (400, 413)
    assert client.post("/api/screen/hall/beat", json=BEAT, headers={"Origin": "http://evil.example"}).status_code == 403
    code = client.post("/api/screen/hall/remote", json={"wall": ID}).json["code"]
    assert walls_of(store).by_remote(code) == ID
    assert client.post("/api/screen/hall/beat", json=BEAT).json["tick"] == 1_000
    assert client.post("/api/screen/hall/remote", json={"wall": "wall-0000000009"}).status_code == 404


def test_the_page_of_a_damaged_playlist_and_of_a_store_that_is_away(sqlite_small_store, served, monkeypatch) -> None:
    store = sqlite_small_store
    hall(store)
    client = served(store)
    assert "会商室" in client.get("/screen/hall").text
    with store.writing() as conn:
        conn.exec_driver_sql("UPDATE playlist SET definition = '{'")
    answer = client.get("/screen/hall")
    assert answer.status_code == 404 and "Refresh" not in answer.headers
    assert client.get("/api/screen/hall").status_code == 404

    def away(*_):
        raise OSError("connection refused")

    monkeypatch.setattr(playlists, "find", away)
    answer = client.get("/screen/hall")
    assert (answer.status_code, answer.headers["Refresh"]) == (503, "15")
    assert "数据库暂时没有回应" in answer.text and "refused" not in answer.text


# ----------------------------------------------------------------------------- frozen


def frozen(store: Store, name: str = "会前") -> snapshots.Snapshot:
    with store.reading() as conn:
        found = playlists.find(conn, "hall")
    assert found is not None
    return screen_freeze.freeze(store, found, name, "测试", "all")


def held(store: Store, state: snapshots.Snapshot) -> dict[str, str]:
    with store.reading() as conn:
        names = conn.execute(select(snapshot_answer.c.name).where(snapshot_answer.c.snapshot_id == state.snapshot_id)).scalars().all()
        return {name: snapshots.answer(conn, state, name) for name in names}


def everything(client: FlaskClient, code: str, entries: list[str]) -> dict[str, bytes]:
    """All that a wall can be given of a frozen state, in every look and shape."""
    out = {}
    for lang, theme, shape in LOOKS:
        query = f"lang={lang}&look={theme}&shape={shape}&frozen={code}"
        for entry in entries:
            answer = client.get(f"/api/screen/hall/scene/{entry}?{query}")
            assert answer.status_code == 200, (entry, query, answer.text[:200])
            out[f"{entry} {query}"] = answer.data
    return out


def test_a_frozen_state_stays_byte_for_byte_whatever_happens(store, served) -> None:
    rows = ledger_files.findings()
    imported(store, rows, FINDINGS)
    cycle = Cycle("worst", "prefecture", most=1)
    hall(store, Entry("overview"), Entry("remaining"), Entry("dossier", cycle=cycle), query="campaign=ts-2022")
    client, version = served(store), store.version()
    entries = [each["name"] for each in client.get("/api/screen/hall").json["entries"]]
    state = frozen(store)
    assert (state.store_version, state.name, state.playlist, state.as_of) == (version, "会前", "hall", date(2022, 10, 1))
    # four looks in two shapes, and the list in both languages
    names = {scene_name(entry, View(lang, Style.SCREEN, theme), shape) for entry in entries for lang, theme, shape in LOOKS}
    names |= {list_name(View(lang, Style.SCREEN)) for lang in LANGUAGES}
    kept = held(store, state)
    assert set(kept) == names and len(names) == len(entries) * 8 + 2
    with store.reading() as conn:
        assert snapshots.verify(conn, state) == len(names)
    before = everything(client, state.code, entries)
    live = scene(client, "1.overview")
    assert json.loads(before["1.overview lang=zh-CN&look=dark&shape=wall&frozen=" + state.code])["panels"] == live["panels"]

    newer = [list(row) for row in rows]
    newer[3][8], newer[3][10] = "2022-09-25", "已整改"
    newer.append(["WT-900", "太原市", "清徐县", "新企业", "新问题", "", "2022-10-15", "", "", "", ""])
    second = imported(store, newer, replace(FINDINGS, as_known=date(2022, 11, 1)))
    assert scene(client, "1.overview")["panels"] != live["panels"]
    assert everything(client, state.code, entries) == before
    pipeline.undo(store, second.batch_id)
    # the playlist is changed as well, and the one it was frozen from is gone from the list of walls' scenes
    with store.writing() as conn:
        found = playlists.find(conn, "hall")
        assert found is not None
        playlists.save(conn, replace(found, entries=(Entry("map"),)), None)
    assert everything(client, state.code, entries) == before
    # a new program on the same store
    again = Store(make_engine(store.engine.url.render_as_string(hide_password=False)))
    try:
        assert everything(served(again), state.code, entries) == before
        assert held(again, state) == kept
        with again.reading() as conn:
            assert snapshots.verify(conn, state) == len(names)
    finally:
        again.engine.dispose()
    told = client.get(f"/api/screen/hall?lang=zh-CN&frozen={state.code}").json
    assert [each["name"] for each in told["entries"]] == entries
    assert told["frozen"]["hash"] == state.sha256[:8] and told["frozen"]["as_of"] == "2022年10月1日"


def test_an_altered_byte_is_found(small_store) -> None:
    hall(small_store, Entry("warnings"))
    state, other = frozen(small_store), frozen(small_store)
    assert state.code != other.code
    name = "scene|1.warnings|zh-CN|dark|wall"
    a = snapshot_answer.c
    with small_store.reading() as conn:
        body = conn.execute(select(a.body).where(a.snapshot_id == state.snapshot_id, a.name == name)).scalar_one()
    text = zlib.decompress(body).decode()
    assert "版本" not in text
    for changed in (zlib.compress(text.replace("3", "2", 1).encode()), bytes(body[:-3]) + b"\x00" + bytes(body[-2:]), b""):
        with small_store.writing() as conn:
            conn.execute(update(snapshot_answer).where(a.snapshot_id == state.snapshot_id, a.name == name).values(body=changed))
        with small_store.reading() as conn:
            with pytest.raises(snapshots.DamagedSnapshot, match=state.code):
                snapshots.verify(conn, state)
            assert snapshots.verify(conn, other) == 10
    # an answer that was taken away, or put beside the others
    with small_store.writing() as conn:
        conn.execute(update(snapshot_answer).where(a.snapshot_id == state.snapshot_id, a.name == name).values(body=body))
        conn.execute(insert(snapshot_answer).values(snapshot_id=state.snapshot_id, name="scene|2", body=body))
    with small_store.reading() as conn, pytest.raises(snapshots.DamagedSnapshot):
        snapshots.verify(conn, state)
    with small_store.writing() as conn:
        conn.execute(snapshot_answer.delete().where(a.snapshot_id == state.snapshot_id, a.name.in_(["scene|2", name])))
    with small_store.reading() as conn, pytest.raises(snapshots.DamagedSnapshot):
        snapshots.verify(conn, state)


def test_what_cannot_be_frozen_leaves_nothing_behind(sqlite_small_store, monkeypatch) -> None:
    store = sqlite_small_store
    hall(store, Entry("overview"))

    def breaks(*_, **__):
        raise RuntimeError("a column is missing")

    with altered(monkeypatch, "planned-vs-actual", breaks), pytest.raises(screen_freeze.FreezeError) as failed:
        frozen(store)
    assert (failed.value.key, failed.value.values["scene"]) == ("wall.freeze.failed", "总览")
    # an import that never ends
    real = screen_freeze.scene_text

    def moving(*args):
        with store.writing() as conn:
            bump(conn, "import")
        return real(*args)

    monkeypatch.setattr(screen_freeze, "scene_text", moving)
    monkeypatch.setattr(screen_freeze, "_TRIES", 1)
    with pytest.raises(screen_freeze.FreezeError) as failed:
        frozen(store)
    assert failed.value.key == "wall.freeze.moving"
    with store.reading() as conn:
        assert conn.execute(select(snapshot)).first() is None and snapshots.newest(conn, "hall") is None


def test_a_frozen_state_is_its_own_playlists_only(sqlite_small_store, served) -> None:
    store = sqlite_small_store
    hall(store, Entry("warnings"))
    walls.playlist(store, Entry("warnings"), code="other", query="")
    state, client = frozen(store), served(store)
    assert client.get(f"/api/screen/other?frozen={state.code}").status_code == 404
    assert client.get(f"/api/screen/other/scene/1.warnings?frozen={state.code}").status_code == 404
    assert client.get("/api/screen/hall?frozen=zzzzzzzz").status_code == 404
    # none was frozen: the newest is none, and the list is live
    assert client.get("/api/screen/other?frozen=newest").json["frozen"] is None
    assert client.get("/api/screen/hall?frozen=newest").json["frozen"]["code"] == state.code


# ----------------------------------------------------------------------------- a wall on another machine


@pytest.fixture
def far(sqlite_small_store, served):
    """(client, key of the playlist ``hall``, store) with a second playlist that has a key of its own."""
    store = sqlite_small_store
    hall(store, Entry("overview"), Entry("remaining"))
    walls.playlist(store, Entry("warnings"), code="other", query="")
    with store.writing() as conn:
        key = playlists.make_key(conn, "hall")
        playlists.make_key(conn, "other")
    return served(store), key, store


def test_a_key_opens_its_playlist_from_another_machine_and_nothing_else(far) -> None:
    client, key, store = far
    page = client.get(f"/screen/hall/{key}", **FAR)
    assert page.status_code == 200 and "会商室" in page.text and '"full": false' in page.text
    told = {"headers": {"X-Wall-Key": key}, **FAR}
    entries = client.get("/api/screen/hall?lang=zh-CN", **told)
    assert [each["name"] for each in entries.json["entries"]] == ["1.overview", "2.remaining"]
    first = scene(client, "1.overview", "&lang=zh-CN", **told)
    assert first["panels"]["kpis"]["figures"][2]["value"] == "3"
    rows = client.get("/api/screen/hall/rows?lang=zh-CN&at=rows%3Doverdue", **told)
    assert rows.json["title"] == "超期3件，最长102天" and len(rows.json["rows"]) == 3
    assert client.post("/api/screen/hall/beat", json=BEAT, **told).json["version"] == store.version()
    assert len(client.post("/api/screen/hall/remote", json={"wall": ID}, **told).json["code"]) == 8
    for name in ("tokens.css", "wall.css", "wall.js", "plotly.min.js"):
        assert client.get(f"/wall/{name}", **FAR).status_code == 200
    # not without the key, not with another, not another playlist
    assert client.get("/screen/hall", **FAR).status_code == 401
    assert client.get("/api/screen/hall", **FAR).status_code == 401
    for wrong in ("x" * 32, "", key[:-1], key + "a", "' OR 1=1 --"):
        assert client.get("/api/screen/hall", headers={"X-Wall-Key": wrong}, **FAR).status_code in (404, 429), wrong
    assert client.get(f"/screen/other/{key}", **FAR).status_code in (404, 429)
    assert client.get("/api/screen/other", **told).status_code in (404, 429)
    assert client.get("/api/screen/standard", **told).status_code in (404, 429)


def test_a_key_opens_no_other_door(far) -> None:
    client, key, _ = far
    told = {"headers": {"X-Wall-Key": key}, **FAR}
    server = client.application
    public = {"/healthz", "/readyz"}
    for rule in server.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.rule in public or rule.rule.startswith("/phone/"):
            continue
        answer = client.get(rule.rule, **told)
        assert answer.status_code in (400, 401, 403, 404), rule.rule
        assert len(answer.data) < 1500, rule.rule
    for path in (
        f"/screen/hall/{key}/x",
        f"/progress?key={key}",
        "/item/0123456789abcdef",
        "/export/item-list.json",
        "/api/map/layer/outfalls",
        "/assets/shell.css",
        "/wall/../app.py",
        "/wall/%2e%2e/app.py",
        "/wall/wall_page.py",
        "/api/screens/regions?q=a",
    ):
        answer = client.get(path, **told)
        assert answer.status_code in (401, 404), path
        assert b"create_app" not in answer.data
    assert client.post("/_dash-update-component", json={"output": "x"}, **told).status_code == 401
    assert client.post("/import/upload", data=b"x", **told).status_code == 401


def test_a_key_that_was_taken_away_or_renewed_is_dead_at_once(far) -> None:
    client, key, store = far
    with store.writing() as conn:
        newer = playlists.make_key(conn, "hall")
    assert client.get("/api/screen/hall", headers={"X-Wall-Key": key}, **FAR).status_code == 404
    assert client.get("/api/screen/hall", headers={"X-Wall-Key": newer}, **FAR).status_code == 200
    with store.writing() as conn:
        playlists.drop_key(conn, "hall")
    assert client.get("/api/screen/hall", headers={"X-Wall-Key": newer}, **FAR).status_code == 404
    # the person at this machine is not disturbed by it
    assert client.get("/api/screen/hall").status_code == 200


def test_restricted_positions_are_in_no_byte_that_leaves_through_the_key(sqlite_store, served) -> None:
    store = sqlite_store
    map_places.load(store)
    names = [name for name in screen.SCENES if not screen.SCENES[name].region and name != "contest"]
    entries = [Entry(name) for name in names] + [Entry("dossier", query=f"region={map_places.XUANWU}")]
    walls.playlist(store, *entries, query=f"campaign={map_places.CODE}")
    with store.writing() as conn:
        key = playlists.make_key(conn, "hall")
    client = served(store)
    told = {"headers": {"X-Wall-Key": key}, **FAR}
    # as far as the county's outline cannot hold it, in degrees and in millionths
    secret = ("118.7991", "32.04987", "118799123", "32049876")
    bodies = [client.get(f"/screen/hall/{key}", **FAR).text, client.get("/api/screen/hall", **told).text]
    shown = client.get("/api/screen/hall", **told).json["entries"]
    for shape in ("wall", "wide"):
        for each in shown:
            answer = client.get(f"/api/screen/hall/scene/{each['name']}?shape={shape}", **told)
            assert answer.status_code == 200
            bodies.append(answer.text)
    area = "area=118.79:32.04,118.81:32.04,118.81:32.06,118.79:32.06"
    for at in ("rows=open", "rows=overdue", f"region={map_places.XUANWU}%26rows=open"):
        rows = client.get(f"/api/screen/hall/rows?at={at}", **told)
        assert rows.status_code == 200
        bodies.append(rows.text)
    assert len(bodies) > 20 and any("某排口-P1" in body for body in bodies)
    assert [word for word in secret for body in bodies if word in body] == []
    # nor by asking which items lie in an area drawn around it: what is restricted is not known to lie there
    inside = client.get(f"/api/screen/hall/rows?at={area.replace('=', '%3D')}%26rows%3Dopen", **told)
    assert inside.status_code == 200 and "某排口-P1" in inside.text and "W1" not in inside.text
