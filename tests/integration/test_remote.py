"""The doors of phones that steer and of walls on other machines: who gets where, with which code or key, and what is said."""

import json

import pytest

from app import create_app
from callbacks import guard
from config import Settings
from data.screens import playlists
from data.screens.playlists import Entry, Playlist
from data.screens.walls import walls_of

AWAY = {"REMOTE_ADDR": "192.0.2.7"}
HOST = {"Host": "hall.example"}
ID = "wall-0000000001"
TOLD = {"scene": "1.overview", "version": 1, "build": "b", "size": "1920x1080", "entry": 0, "paused": False, "frozen": None}


@pytest.fixture
def hall(sqlite_small_store, tmp_path):
    """(store, walls, code, key, client): a wall shows ``hall``; the server listens beyond this machine."""
    store = sqlite_small_store
    entries = (Entry("overview"), Entry("progress"), Entry("dossier", "region=320102"))
    with store.writing() as conn:
        for name in ("hall", "lobby"):
            playlists.save(conn, Playlist(name, name.title(), 0, "region=320100", "zh-CN", "dark", entries), None)
        key = playlists.make_key(conn, "hall")
        playlists.make_key(conn, "lobby")
    settings = Settings.from_env({}, instance=str(tmp_path / "i"), host="0.0.0.0", secret_key="k" * 40, trusted_hosts="hall.example")
    client = create_app(settings, store).server.test_client()
    walls = walls_of(store)
    walls.beat(ID, "hall", TOLD)
    yield store, walls, walls.remote_code(ID), key, client
    walls.close()


def get(client, path, **headers):
    return client.get(path, headers={**HOST, **headers}, environ_overrides=AWAY)


def press(client, code, body, **headers):
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    given = {**HOST, **headers}
    return client.post(f"/api/remote/{code}", data=data, content_type="application/json", headers=given, environ_overrides=AWAY)


ELSEWHERE = ("/", "/screens", "/walls", "/screen", "/screen/hall", "/api/screen/hall", "/api/screen/hall/rows", "/_dash-layout", "/progress",
             "/assets/shell.css", "/export/status-structure.json", "/api/screens/regions?q=x", "/geo/320000/county.json", "/contest",
             "/wall/../config.py", "/wall/", "/wall/a/b.js")  # fmt: skip


def test_a_phone_with_a_code_reaches_the_remote_of_its_wall_and_nothing_else(hall):
    _, _, code, _, client = hall
    page = get(client, f"/remote/{code}")
    assert page.status_code == 200 and "大屏遥控" in page.text and "Hall" in page.text and "_dash" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"] and page.headers["Cache-Control"] == "no-store, private"
    for name in ("remote.js", "remote.css"):
        assert get(client, f"/phone/{name}").status_code == 200
    assert get(client, f"/api/remote/{code}/state").json["title"] == "总览"
    for path in (*ELSEWHERE, f"/remote/{code}/x", f"/api/remote/{code}/other", f"/api/remote/{code}/state/x"):
        assert get(client, path).status_code == 401, path
    assert client.post("/_dash-update-component", json={}, headers=HOST, environ_overrides=AWAY).status_code == 401
    assert client.get(f"/remote/{code}", headers={"Host": "evil.example"}).status_code == 400


def test_wrong_and_ended_codes_are_one_and_the_same_and_slowed_down(hall):
    store, walls, code, key, client = hall
    second = walls.remote_code(ID)
    for wrong in (code, "AAAAAAAA", "x", second[:-1], key, "%00", "' OR 1=1", "a" * 40):
        answer = get(client, f"/remote/{wrong}")
        assert answer.status_code == 404 and "Hall" not in answer.text, wrong
        assert press(client, wrong, {"do": "next"}).status_code == 404
    assert get(client, f"/remote/{second.lower()[:4]}-{second[4:]}").status_code == 200
    with store.writing() as conn:
        walls.drop_remote(conn, ID)
    assert get(client, f"/api/remote/{second}/state").status_code == 404
    for _ in range(40):
        last = get(client, "/remote/BBBBBBBB")
    assert last.status_code == 429


def test_a_press_becomes_a_numbered_command(hall):
    _, walls, code, _, client = hall
    assert press(client, code, {"do": "next", "value": None}).json == {"no": 1}
    assert press(client, code, {"do": "go", "value": 2}).json == {"no": 2}
    assert press(client, code, {"do": "region", "value": "320102"}).json == {"no": 3}
    carried, done = [], 0
    while (command := walls.beat(ID, "hall", {**TOLD, "done": done}).command) is not None:
        done = command["no"]
        carried.append((command["do"], command["value"]))
    assert carried == [("next", None), ("go", 2), ("region", "320102")]
    told = get(client, f"/api/remote/{code}/state").json
    assert (told["no"], told["done"]) == (3, 3)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", b"\xff", '{"do": null}', '{"do": "explode"}', '{"do": "next", "value": "<b>"}', '{"do": "go", "value": -1}',
     '{"do": "region", "value": "999999"}', '{"do": "region", "value": {"a": 1}}', "[" * 100_000],
)  # fmt: skip
def test_a_press_that_is_none_changes_nothing_and_is_said_so(hall, body):
    _, walls, code, _, client = hall
    answer = press(client, code, body)
    assert answer.status_code in (400, 413), answer.text
    if answer.status_code == 400:
        assert answer.json["message"] == "大屏不认得这条指令，什么也没有改变。"
    assert walls.beat(ID, "hall", TOLD).command_no == 0


def test_presses_from_other_sites_are_refused_and_too_many_are_asked_to_wait(hall):
    _, _, code, _, client = hall
    assert press(client, code, {"do": "next"}, Origin="http://evil.example").status_code == 403
    assert press(client, code, {"do": "next"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    answers = [press(client, code, {"do": "next"}) for _ in range(25)]
    assert [each.status_code for each in answers].count(200) == 20
    assert answers[-1].status_code == 429 and answers[-1].json["message"] == "按得太快了，请等几秒再按。"


def test_a_phone_is_told_how_the_wall_stands(hall):
    store, walls, code, _, client = hall
    told = get(client, f"/api/remote/{code}/state?lang=en").json
    assert told["entries"] == ["Overview", "Progress", "Regional dossier"] and (told["at"], told["title"]) == (0, "Overview")
    again = get(client, f"/api/remote/{code}/state?lang=en&have={told['stamp']}").json
    assert "entries" not in again
    walls.beat(ID, "hall", {**TOLD, "scene": "3.dossier", "paused": True, "frozen": "abc", "stale": 95})
    told = get(client, f"/api/remote/{code}/state").json
    assert (told["at"], told["title"], told["paused"], told["frozen"], told["stale"], told["away"]) == (
        2,
        "一地一档",
        True,
        True,
        95,
        False,
    )
    # a region's dossier called for from a phone is none of the playlist's scenes
    walls.beat(ID, "hall", {**TOLD, "scene": "go.320102", "entry": None})
    told = get(client, f"/api/remote/{code}/state").json
    assert (told["at"], told["title"]) == (None, "一地一档 · 玄武区")
    with store.writing() as conn:
        playlists.remove(conn, "hall")
    gone = get(client, f"/api/remote/{code}/state").json
    assert gone["at"] is None and gone["entries"] == []


def test_regions_are_those_of_the_playlist_s_selection(hall):
    _, _, code, _, client = hall
    names = [each["name"] for each in get(client, f"/api/remote/{code}/regions").json["regions"]]
    assert "玄武区" in names and "秦淮区" in names
    found = get(client, f"/api/remote/{code}/regions?q=玄武").json
    assert found == {"regions": [{"code": "320102", "name": "南京市玄武区"}], "more": False}
    assert get(client, f"/api/remote/{code}/regions?q=320104&lang=en").json["regions"][0]["code"] == "320104"
    # of another city
    assert get(client, f"/api/remote/{code}/regions?q=苏州").json["regions"] == []


def test_a_press_while_somebody_writes_for_long_is_asked_again_in_words(hall, monkeypatch):
    store, _, code, _, client = hall
    monkeypatch.setattr("data.screens.walls.PRESS_MS", 50)
    with store.writing() as conn:
        conn.exec_driver_sql("UPDATE store_version SET why = why")
        answer = press(client, code, {"do": "next"})
    assert answer.status_code == 503 and answer.json["message"] == "系统正在写入数据，请过几秒再按一次。"
    assert press(client, code, {"do": "next"}).status_code == 200


# ----------------------------------------------------------------------------- walls on other machines


def test_a_wall_with_a_key_reaches_its_own_playlist_and_nothing_else(hall):
    store, _, _, key, client = hall
    page = get(client, f"/screen/hall/{key}")
    assert page.status_code == 200 and "Hall" in page.text
    told = get(client, "/api/screen/hall", **{guard.WALL_KEY: key})
    assert told.status_code == 200 and [each["scene"] for each in told.json["entries"]] == ["overview", "progress", "dossier"]
    for path in ("/screen/lobby/" + key, "/screen/standard/" + key):
        assert get(client, path).status_code == 404
    for path in ("/api/screen/lobby", "/api/screen/standard", "/api/screen/lobby/rows"):
        assert get(client, path, **{guard.WALL_KEY: key}).status_code == 404
    for path in (*ELSEWHERE, f"/screen/hall/{key}/x"):
        if not path.startswith("/api/screen/hall"):
            assert get(client, path, **{guard.WALL_KEY: key}).status_code == 401, path
    with store.writing() as conn:
        playlists.drop_key(conn, "hall")
    assert get(client, f"/screen/hall/{key}").status_code == 404
    assert get(client, "/api/screen/hall", **{guard.WALL_KEY: key}).status_code == 404


def test_a_wall_on_another_machine_is_not_shown_exact_places(hall, tmp_path):
    store, _, code, key, client = hall
    app = client.application
    with app.test_request_context("/api/screen/hall", headers={**HOST, guard.WALL_KEY: key}, environ_overrides=AWAY):
        assert app.preprocess_request() is None
        assert guard.permissions() == {"wall"} and guard.current_scope() == "all/general"
    with app.test_request_context(f"/api/remote/{code}/state", headers=HOST, environ_overrides=AWAY):
        assert app.preprocess_request() is None
        assert guard.permissions() == {"remote"} and guard.current_scope() == "all/general"
    # the person at this machine sees what that person sees, key or not; with the key only what the key opens
    here = create_app(Settings.from_env({}, instance=str(tmp_path / "here")), store).server
    at_home = {"base_url": "http://127.0.0.1", "environ_overrides": {"REMOTE_ADDR": "127.0.0.1"}}
    with here.test_request_context("/api/screen/hall", **at_home):
        assert here.preprocess_request() is None and guard.current_scope() == "all"
    with here.test_request_context("/api/screen/hall", headers={guard.WALL_KEY: key}, **at_home):
        assert here.preprocess_request() is None and guard.permissions() == {"wall"}


def test_a_wrong_key_counts_as_a_guess(hall):
    _, _, _, key, client = hall
    for _ in range(40):
        last = get(client, "/api/screen/hall", **{guard.WALL_KEY: key.swapcase()})
    assert last.status_code == 429


def test_the_wall_s_own_files_are_open_and_hold_no_data(hall):
    client = hall[-1]
    assert get(client, "/wall/wall.js").status_code == 200
    assert get(client, "/wall/nothing.js").status_code == 404
