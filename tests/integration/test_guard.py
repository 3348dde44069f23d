"""The door: who gets in, what a stranger learns, and what a broken or hostile request does (nothing)."""

import json
import logging

import pytest
from dash import Dash, Input, Output
from flask.testing import FlaskClient

from app import create_app
from callbacks import guard
from config import Settings
from dashboard import ids
from dashboard.site import Site

UPDATE = "/_dash-update-component"
PAGES = ["/", "/progress", "/item/0123456789abcdef", "/nowhere"]
DATA = ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/export/", "/export/status-structure.json"]


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory) -> Dash:
    folder = tmp_path_factory.mktemp("guard")
    path = folder / "dubang.db"
    path.write_bytes(sqlite_template.read_bytes())
    return create_app(Settings.from_env({}, instance=str(folder)))


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def body(app: Dash, name: str, values: list[object] | None = None) -> dict[str, object]:
    """A minimal honest request to a callback."""
    (key,) = [key for key, bound in app.server.extensions["door"].bound.items() if bound.name == name]
    bound = app.server.extensions["door"].bound[key]
    spots = [*bound.inputs, *bound.states]
    given = values if values is not None else [None] * len(spots)
    # a pattern stands for a list of components; there are none
    sent = [[] if isinstance(i, dict) else {"id": i, "property": p, "value": v} for (i, p), v in zip(spots, given, strict=True)]
    outputs = (
        [[] if isinstance(i, dict) else {"id": i, "property": p} for i, p in bound.outputs] if isinstance(bound.outputs, list) else None
    )
    return {
        "output": key,
        "outputs": outputs if outputs is not None else {"id": bound.outputs[0], "property": bound.outputs[1]},
        "inputs": sent[: len(bound.inputs)],
        "state": sent[len(bound.inputs) :],
        "changedPropIds": [f"{each['id']}.{each['property']}" for each in sent[:1] if isinstance(each, dict)],
    }


# ----------------------------------------------------------------------------- the matrix


def test_every_callback_is_in_the_matrix_and_the_matrix_holds_no_other(app: Dash) -> None:
    door = app.server.extensions["door"]
    served = {key for key, each in app.callback_map.items() if "callback" in each}
    assert served == set(door.bound)
    assert {bound.name: bound.permission for bound in door.bound.values()} == guard.matrix()
    assert set(guard.matrix().values()) <= guard.OWNER


def test_a_callback_that_is_not_in_the_matrix_cannot_be_registered(app: Dash) -> None:
    with pytest.raises(LookupError, match="new:thing"):
        guard.bind(app, "new:thing", lambda x: x, Output("a", "children"), [Input("b", "value")], permission="view")
    with pytest.raises(LookupError):
        guard.bind(app, "item:show", lambda x: x, Output("a", "children"), [Input("b", "value")], permission="import")


def test_a_callback_that_went_round_the_registry_is_refused(app: Dash, client: FlaskClient) -> None:
    app.callback_map["sneaky.children"] = {"callback": lambda *_, **__: '{"leak": 1}', "inputs": [], "state": []}
    try:
        answer = client.post(UPDATE, json={"output": "sneaky.children", "outputs": {"id": "sneaky", "property": "children"}, "inputs": []})
    finally:
        del app.callback_map["sneaky.children"]
    assert answer.status_code == 403
    assert b"leak" not in answer.data


# ----------------------------------------------------------------------------- strangers

STRANGERS = {
    "another machine": {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}},
    "listening everywhere": {"environ_overrides": {"SERVER_NAME": "0.0.0.0"}},
    "behind a proxy": {"headers": {"X-Forwarded-For": "192.0.2.7"}},
    "behind a standard proxy": {"headers": {"Forwarded": "for=192.0.2.7"}},
    "no address": {"environ_overrides": {"REMOTE_ADDR": ""}},
}


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_get_a_plain_401_and_no_data(client: FlaskClient, app: Dash, who: str) -> None:
    for path in PAGES:
        answer = client.get(path, **STRANGERS[who])
        assert answer.status_code == 401
        assert answer.mimetype == "text/html"
        assert "单机模式" in answer.text
        assert "_dash-config" not in answer.text
    for path in DATA:
        answer = client.get(path, **STRANGERS[who])
        assert (answer.status_code, answer.mimetype) == (401, "application/json")
        assert set(answer.json) == {"error", "message"}
        assert len(answer.data) < 1024
    answer = client.post(UPDATE, json=body(app, "item:show"), **STRANGERS[who])
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    for path in ("/assets/shell.css", "/vendor/bootstrap.min.css"):
        assert client.get(path, **STRANGERS[who]).status_code == 401


def test_a_server_that_listens_beyond_this_machine_lets_nobody_in(sqlite_store, tmp_path) -> None:
    settings = Settings.from_env({}, instance=str(tmp_path), host="0.0.0.0", secret_key="k" * 40, trusted_hosts="dubang.example,localhost")
    client = create_app(settings, sqlite_store).server.test_client()
    assert client.get("/").status_code == 401
    assert client.get("/", headers={"Host": "dubang.example"}).status_code == 401
    assert client.get("/healthz").status_code == 200


def test_liveness_and_readiness_are_for_everybody_and_say_nothing_else(client: FlaskClient) -> None:
    for who in STRANGERS.values():
        assert client.get("/healthz", **who).text == "OK"
        assert client.get("/readyz", **who).json == {"status": "ok"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::1", "a b", "127.0.0.1:x"])
def test_other_host_names_are_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8050", "LOCALHOST:1", "[::1]:8050"])
def test_this_machine_may_be_called_by_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/readyz", environ_overrides={"HTTP_HOST": host}).status_code == 200
    assert client.get("/", environ_overrides={"HTTP_HOST": host}).status_code == 200


# ----------------------------------------------------------------------------- other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
    ],
)
def test_only_our_own_pages_may_call(app: Dash, client: FlaskClient, headers: dict[str, str], status: int) -> None:
    answer = client.post(UPDATE, json=body(app, "item:show", ["0" * 16, "lang=en"]), headers=headers)
    assert answer.status_code == status


# ----------------------------------------------------------------------------- broken requests

HOSTILE_VALUES = [None, 7, -1.5, True, [], {}, [[]], {"$ne": None}, "x" * 10_000, float("nan"), {"namespace": "dash_html_components", "type": "Iframe", "props": {}}]  # fmt: skip


def _raw(client: FlaskClient, data: bytes, kind: str = "application/json") -> int:
    return client.post(UPDATE, data=data, content_type=kind).status_code


def test_malformed_bodies_are_refused_in_one_line(app: Dash, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    honest = body(app, "filters:sync")
    broken: list[object] = [
        [], {}, None, "x", 5,
        {"output": 5}, {"output": "no.such"}, {"output": ["a"]},
        {**honest, "inputs": None}, {**honest, "inputs": {}}, {**honest, "inputs": honest["inputs"][:-1]},
        {**honest, "inputs": [*honest["inputs"], honest["inputs"][0]]}, {**honest, "inputs": [None] * len(honest["inputs"])},
        {**honest, "inputs": [{"id": "other", "property": "value"}] * len(honest["inputs"])}, {**honest, "inputs": ["x"] * len(honest["inputs"])},
        {**honest, "state": []}, {**honest, "state": "x"}, {**honest, "outputs": None}, {**honest, "outputs": []},
        {**honest, "outputs": [{"id": {"a": []}, "property": 3}] * 19}, {**honest, "changedPropIds": 5}, {**honest, "changedPropIds": [5]},
    ]  # fmt: skip
    raw = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"output":' * 50_000, b"9" * 5000, b'{"output": ' + b"9" * 5000 + b"}"]
    with caplog.at_level(logging.DEBUG):
        for each in broken:
            caplog.clear()
            answer = client.post(UPDATE, data=json.dumps(each), content_type="application/json")
            assert 400 <= answer.status_code < 500, each
            assert answer.mimetype == "application/json"
            assert "Traceback" not in answer.text
            assert len(caplog.records) <= 1
        for each in raw:
            caplog.clear()
            assert 400 <= _raw(client, each) < 500
            assert len(caplog.records) <= 1
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            assert 400 <= _raw(client, json.dumps(honest).encode(), kind) < 500


def test_no_value_makes_any_callback_fail(app: Dash, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for bound in app.server.extensions["door"].bound.values():
        count = len(bound.inputs) + len(bound.states)
        for value in HOSTILE_VALUES:
            caplog.clear()
            answer = client.post(UPDATE, data=json.dumps(body(app, bound.name, [value] * count)), content_type="application/json")
            assert answer.status_code in (200, 204, 400), (bound.name, value, answer.status_code)
            assert not [r for r in caplog.records if r.levelno >= logging.ERROR], (bound.name, value)


def test_too_much_is_refused_before_it_is_read(app: Dash, client: FlaskClient) -> None:
    door = app.server.extensions["door"]
    assert _raw(client, b" " * (door.callback_bytes + 1)) == 413
    answer = client.post("/import", data=b"x", headers={"Content-Length": str(10**10)})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_other_methods_are_refused_as_json(client: FlaskClient, method: str) -> None:
    answer = client.open("/export/", method=method)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")


def test_files_that_are_not_there(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for path in (
        "/_dash-component-suites/dash/nope.js",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/dash/../../config.py",
        "/_dash-component-suites/dash/%2e%2e/%2e%2e/config.py",
        "/assets/../config.py",
        "/assets/%2e%2e/config.py",
        "/vendor/../config.py",
    ):
        caplog.clear()
        answer = client.get(path)
        assert answer.status_code in (301, 308, 404), path
        assert b"database_url" not in answer.data
        assert not [r for r in caplog.records if r.levelno >= logging.ERROR], path


# ----------------------------------------------------------------------------- what answers say


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for path, status in (("/", 200), ("/nowhere", 404), ("/export/x.json", 404), ("/readyz", 200), ("/_dash-layout", 200)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in answer.headers["Vary"]
    policy = client.get("/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "sha256-" in scripts
    assert "http" not in policy


def test_only_stamped_files_are_kept_by_the_browser(client: FlaskClient) -> None:
    def kept(path: str) -> str:
        with client.get(path) as answer:
            return answer.headers.get("Cache-Control", "")

    assert "immutable" in kept("/assets/shell.css?m=1")
    assert "immutable" not in kept("/assets/shell.css")
    assert "public" not in kept("/vendor/bootstrap.min.css")
    assert kept("/assets/nope.css?m=1") == "no-store, private"


def test_no_version_and_no_layout_in_the_first_page(client: FlaskClient) -> None:
    import sys

    import dash

    page = client.get("/").text
    config = json.loads(page.split('id="_dash-config" type="application/json">')[1].split("</script>")[0])
    assert (config["python_version"], config["dash_version"], config["plotly_version"]) == ("", "", "")
    assert "validation_layout" not in config
    assert sys.version not in page
    assert f'"{dash.__version__}"' not in page


def test_language_and_theme_are_in_the_first_byte(client: FlaskClient) -> None:
    assert '<html lang="zh-CN" data-bs-theme="light">' in client.get("/").text
    client.set_cookie("dubang-theme", "dark")
    assert '<html lang="en" data-bs-theme="dark">' in client.get("/progress?lang=en").text
    assert '<html lang="zh-CN" data-bs-theme="dark">' in client.get('/?lang="><script>').text


def test_no_script_is_written_into_the_page_by_us(client: FlaskClient) -> None:
    head = client.get("/").text
    assert "on" + "click" not in head
    assert "http://" not in head.replace("http://127.0.0.1", "")
    assert "https://" not in head.split('id="_dash-config"')[0]


def test_the_mcp_door_stays_shut(sqlite_store, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    client = create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_store).server.test_client()
    assert client.get("/_mcp").status_code == 404
    assert client.post("/_mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).status_code in (404, 405)


# ----------------------------------------------------------------------------- pages


def _page(app: Dash, client: FlaskClient, path: str, search: str = "") -> dict[str, object]:
    answer = client.post(UPDATE, json=body(app, "pages:router", [path, search]))
    assert answer.status_code == 200, (path, search, answer.text[:200])
    return answer.json["response"]


@pytest.mark.parametrize(
    "search",
    [
        "",
        "?zzz=1",
        "?scope=all&limit=1e9&view=x",
        "?lang=en&lang=zh-CN",
        "?" + "a=1&" * 200,
        "?campaign=%00&region[]=x",
        "?self=1&query=2&path=3",
    ],
)
def test_no_query_breaks_a_page(app: Dash, client: FlaskClient, search: str) -> None:
    for path in [*PAGES, "/import"]:
        assert _page(app, client, path, search)["_pages_content"]["children"]["type"] == "Div"


def test_the_query_cannot_name_another_item_than_the_path(app: Dash, client: FlaskClient) -> None:
    shown = json.dumps(_page(app, client, "/item/aaaaaaaaaaaaaaaa", "?item_id=bbbbbbbbbbbbbbbb"))
    assert "aaaaaaaaaaaaaaaa" in shown
    assert "bbbbbbbbbbbbbbbb" not in shown


def test_an_empty_store_says_what_to_do_next(app: Dash, client: FlaskClient) -> None:
    for path in ("/", "/progress"):
        shown = json.dumps(_page(app, client, path), ensure_ascii=False)
        assert "manage.py store demo" in shown
        assert "ledger import" in shown
    assert "单机模式" in json.dumps(_page(app, client, "/"), ensure_ascii=False)


def test_titles_follow_the_language(app: Dash, client: FlaskClient) -> None:
    assert _page(app, client, "/nowhere", "?lang=en")["_pages_store"]["data"]["title"] == "There is no such page"
    assert _page(app, client, "/nowhere")["_pages_store"]["data"]["title"] == "没有这个页面"


# ----------------------------------------------------------------------------- starting


def test_a_key_is_made_once_and_is_nobody_elses(sqlite_store, tmp_path) -> None:
    settings = Settings.from_env({}, instance=str(tmp_path / "instance"))
    first = create_app(settings, sqlite_store).server.secret_key
    assert create_app(settings, sqlite_store).server.secret_key == first
    assert len(first) >= 32
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("over", [{"secret_key": "short"}, {"host": "0.0.0.0"}])
def test_unsafe_settings_do_not_start(sqlite_store, tmp_path, over: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="DUBANG_SECRET_KEY"):
        create_app(Settings.from_env({}, instance=str(tmp_path), **over), sqlite_store)


def test_a_callback_that_fails_says_so_calmly(app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    from callbacks import item

    def fail(*_: object, **__: object) -> None:
        raise OSError("/secret/path is broken")

    monkeypatch.setattr(item, "item_detail", fail)
    answer = client.post(UPDATE, json=body(app, "item:show", ["0" * 16, "lang=en"]))
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert answer.json["sideUpdate"][ids.TOAST]["children"].startswith("That did not work")
    assert [r for r in caplog.records if "/secret/path" in (r.exc_text or "")]


def test_a_page_that_fails_leaves_a_way_back(app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("/secret/path is broken")

    monkeypatch.setitem(app.server.extensions, "site", Site(fail, fail))  # type: ignore[arg-type]
    shown = json.dumps(_page(app, client, "/progress", "?lang=en"))
    assert "The server made an error" in shown
    assert "Back to the start page" in shown
    assert "secret" not in shown


def test_a_chart_that_fails_says_so_in_its_own_card(app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from callbacks import charts

    def fail(*_: object, **__: object) -> None:
        raise OSError("/secret/path is broken")

    monkeypatch.setattr(charts, "result", fail)
    answer = client.post(UPDATE, json=body(app, "chart:loop-funnel", ["campaign=failing", "lang=en"]))
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert answer.json["response"][ids.caption("loop-funnel")]["children"].startswith("This chart cannot be drawn")
