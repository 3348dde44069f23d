"""Charts as pictures: each is complete in every size and language, what a browser is given is refused to whoever may not have it, and what it
hands out stands in the book."""

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from app import create_app
from callbacks import chromium
from callbacks.export_desk import Desk
from callbacks.export_pictures import _menu, picture_of, stem
from callbacks.export_tables import export_table
from callbacks.registry import CHARTS, to_text
from config import Settings
from dashboard.exports.picture_page import presets
from dashboard.exports.picture_print import print_page
from dashboard.figures import canvas
from dashboard.view import View
from data.filters import Filters
from manage import cli
from tests.campaign import AS_OF
from tests.integration.test_exports import PLACES

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
HERE = "http://127.0.0.1:8050"
FAR = {"REMOTE_ADDR": "10.1.2.3"}
GIVEN = {"format": "png", "name": "progress-by-region_2022-09-30_slide_2x.png", "sha256": "0" * 64, "bytes": 1234}


@pytest.fixture
def app(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store)


@pytest.fixture
def client(app):
    return app.server.test_client()


@pytest.fixture
def settled():
    yield chromium.settle
    chromium.settle("")


def stamped(store, tmp_path, chart, query, view):
    desk = Desk(store, tmp_path / "exports")
    return desk.stamped(export_table(store, CHARTS[chart], Filters.from_query(query), view, "all"), "all")[0]


def whole(store, tmp_path, chart, query):
    """The chart in every size and language."""
    for lang in ("zh-CN", "en"):
        view = View(lang)
        table = stamped(store, tmp_path, chart, query, view)
        for preset in presets().values():
            shown = picture_of(store, CHARTS[chart], Filters.from_query(query), view, "all", table, preset)
            complete(shown, table, preset)


def complete(shown, table, preset):
    layout = json.loads(to_text(shown.figure), parse_constant=pytest.fail)["layout"]
    assert shown.width == preset.width and (shown.height == preset.height or not preset.height)
    zoom = shown.width / layout["width"]
    assert layout["height"] * zoom == pytest.approx(shown.height, abs=0.6)
    said = {each["name"]: each for each in layout["annotations"] if str(each.get("name", "")).startswith("picture-")}
    text = {name: re.sub(r"<br>|</?b>|\s", "", each["text"]) for name, each in said.items()}
    assert text["picture-title"] == canvas.clean(re.sub(r"\s", "", table.title))
    foot = "".join(text[name] for name in sorted(text) if "foot" in name)
    for line in table.foot:
        assert canvas.clean(re.sub(r"\s", "", line)) in foot
    assert table.code in foot and len(table.definition) > 10
    assert [name for name in text if "mark" in name] == [f"picture-mark-{k}" for k in range(len(table.marks))]
    assert any(each.get("name") == "picture-squares" for each in layout["shapes"])
    top, bottom, left, right = (layout["margin"][side] for side in "tblr")
    # the chart has room left, and the words above and below it none of it
    assert layout["height"] - top - bottom > 30 and layout["width"] - left - right > 100
    title = said["picture-title"]
    lowest = max(
        top - each["yshift"] + canvas.lines(each["text"]) * each["font"]["size"] * 1.3 for n, each in said.items() if "foot" not in n
    )
    highest = min(top - each["yshift"] for n, each in said.items() if "foot" in n)
    assert lowest <= top + 1 and highest >= layout["height"] - bottom - 1
    # letters are read in print, in every size
    assert title["font"]["size"] * zoom >= 12 and min(each["font"]["size"] for each in said.values()) * zoom >= 9


def test_every_chart_is_a_complete_picture_in_every_size_and_language(sqlite_small_store, tmp_path):
    for chart in CHARTS:
        whole(sqlite_small_store, tmp_path, chart, QUERY)


def test_charts_of_outfalls_and_waters_are_too(demo_store, tmp_path):
    for chart, query in PLACES.items():
        whole(demo_store, tmp_path, chart, query)


def test_a_chart_of_many_places_says_how_many_it_leaves_out(demo_store, tmp_path):
    for chart in ("progress-by-region", "county-ranking", "rank-intervals", "region-by-category"):
        query = "campaign=js-2022&level=county"
        table = stamped(demo_store, tmp_path, chart, query, View())
        shown = picture_of(demo_store, CHARTS[chart], Filters.from_query(query), View(), "all", table, presets()["wechat"])
        texts = " ".join(str(each["text"]) for each in shown.figure["layout"]["annotations"])
        left = [int(n) for n in re.findall(r"(?:另有|中间)(\d+)", texts)]
        assert left and max(left) >= 80, (chart, texts)


def test_a_file_says_its_size_in_its_name(demo_store, tmp_path):
    table = stamped(demo_store, tmp_path, "orders", "campaign=js-2022", View())
    assert stem(table, presets()["wechat"]) == "orders_2022-11-30_wechat_demo"


# ---------------------------------------------------------------------------- routes


def picture(client, query="", chart="progress-by-region", **more):
    return client.get(f"/api/export/picture?chart={chart}&{QUERY}{query}", **more)


def test_a_browser_gets_the_figure_and_what_is_said_of_it(client, app):
    told = picture(client, "&preset=square").json
    assert (told["width"], told["height"], told["name"]) == (1080, 1080, "progress-by-region_2022-09-30_square")
    data = client.get(f"/export/progress-by-region.json?{QUERY}").json
    # one state, whatever the format
    assert told["code"] == data["code"] and told["sentence"] == data["caption"] and told["title"] == data["title"]
    assert told["sentence"] in told["alt"] and told["link"].endswith(f"/s/{told['code']}")
    assert f'src="http://localhost/embed/s/{told["code"]}?lang=zh-CN"' in told["embed"]
    assert f"as_of={AS_OF.isoformat()}" in told["query"]
    assert app.server.extensions["desk"].record.find(told["code"]) is not None
    english = picture(client, "&lang=en").json
    assert english["code"] != told["code"] and "Nanjing" in english["title"]


def test_what_a_browser_hands_out_stands_in_the_book_first(client, app):
    code = picture(client).json["code"]
    assert client.post("/api/export/taken", json={**GIVEN, "code": code}).json == {"code": code}
    (line,) = app.server.extensions["desk"].record.lines(code)
    assert (line.format, line.name, line.sha256, line.bytes, line.via) == (*GIVEN.values(), "picture")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"code": "ZZZZZZZZZZ"}, 404),
        ({"code": "../../etc"}, 404),
        ({"format": "exe"}, 400),
        ({"name": "../../x.png"}, 400),
        ({"name": "a/b.png"}, 400),
        ({"name": "<b>.png"}, 400),
        ({"name": "x.png\n"}, 400),
        ({"sha256": "F" * 64}, 400),
        ({"sha256": "0" * 63}, 400),
        ({"bytes": 0}, 400),
        ({"bytes": 10**12}, 400),
        ({"more": 1}, 400),
    ],
)
def test_what_is_none_of_ours_is_not_written(client, app, change, status):
    code = picture(client).json["code"]
    answer = client.post("/api/export/taken", json={**GIVEN, "code": code, **change})
    assert answer.status_code == status and answer.json["message"]
    assert app.server.extensions["desk"].record.lines(code) == []


def test_a_page_of_another_host_and_another_machine_are_refused(client):
    code = picture(client).json["code"]
    assert client.post("/api/export/taken", json={**GIVEN, "code": code}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert picture(client, environ_overrides=FAR).status_code == 401
    for address in ("/api/export/menu", "/export/orders.png", "/print/orders"):
        assert client.get(address, environ_overrides=FAR).status_code == 401


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/export/picture?chart=nope", 404),
        ("/api/export/picture", 404),
        ("/api/export/picture?chart=orders&preset=../x", 400),
        ("/export/nope.png", 404),
        ("/export/orders.png?preset=poster", 400),
        ("/export/orders.png?scale=3", 400),
        ("/export/orders.png?scale=1e9", 400),
        ("/export/..%2forders.png", 404),
        ("/export/%2e%2e%2f%2e%2e%2fetc%2fpasswd.svg", 404),
        ("/export/orders.gif", 404),
        ("/print/nope", 404),
        ("/print/..%2forders", 404),
    ],
)
def test_what_there_is_not_is_said_in_words(client, settled, address, status):
    settled("/nowhere/chromium")
    answer = client.get(f"{address}{'&' if '?' in address else '?'}{QUERY}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_a_state_that_may_not_go_out_is_held_back(sqlite_small_store, tmp_path):
    app = create_app(Settings.from_env({}, instance=str(tmp_path), export_least="approved"), sqlite_small_store)
    client, desk = app.server.test_client(), app.server.extensions["desk"]
    answers = [picture(client), picture(client), client.get(f"/export/orders.png?{QUERY}"), client.get(f"/print/orders?{QUERY}")]
    for answer in answers:
        assert (answer.status_code, answer.json["error"]) == (403, "not_released")
        assert answer.json["code"] in answer.json["message"]
    code = answers[0].json["code"]
    assert client.post("/api/export/taken", json={**GIVEN, "code": code}).status_code == 403
    assert desk.record.lines() == []
    # once somebody has approved it, it goes out, and is no longer for internal use
    assert client.post("/api/export/release", json={"code": code, "status": "approved", "by": "张三"}).status_code == 200
    told = picture(client).json
    assert "内部使用" not in json.dumps(told["figure"], ensure_ascii=False)
    assert client.post("/api/export/taken", json={**GIVEN, "code": code}).status_code == 200
    assert [line.status for line in desk.record.lines(code)] == ["approved"]


def test_marks_follow_a_release(client):
    told = picture(client).json
    assert "内部使用" in json.dumps(told["figure"], ensure_ascii=False)
    client.post("/api/export/release", json={"code": told["code"], "status": "public", "by": "张三"})
    assert "内部使用" not in json.dumps(picture(client).json["figure"], ensure_ascii=False)
    client.post("/api/export/release", json={"code": told["code"], "status": "internal", "by": "张三"})
    assert "内部使用" in json.dumps(picture(client).json["figure"], ensure_ascii=False)


def test_the_menu_says_whether_the_server_can_make_pdf(client, settled):
    settled("/nowhere/chromium")
    told = client.get("/api/export/menu?lang=en").json
    assert told["pdf"] is False and told["scales"] == [1, 2, 4]
    assert [each["name"] for each in told["presets"]] == ["slide", "column", "wechat", "square"]
    assert told["words"].keys() == _menu("zh-CN")["words"].keys() and not re.search(
        r"[\u4e00-\u9fff]", json.dumps(told, ensure_ascii=False)
    )


def test_without_chromium_the_server_says_so_and_writes_nothing(client, app, settled):
    settled("/nowhere/chromium")
    for form in ("png", "svg", "pdf"):
        answer = client.get(f"/export/progress-by-region.{form}?{QUERY}")
        assert (answer.status_code, answer.json["error"]) == (503, "missing") and "Chromium" in answer.json["message"]
    assert app.server.extensions["desk"].record.lines() == []


def test_the_print_page_holds_the_picture_and_stands_in_the_book(client, app):
    answer = client.get(f"/print/progress-by-region?preset=square&{QUERY}")
    assert "size:1080px 1080px" in answer.text and answer.text.count("<script") == 3
    held = json.loads(re.search(r'id="told">(.*?)</script>', answer.text, re.S)[1])
    assert held["wide"] == 1080 and held["figure"]["data"]
    (line,) = app.server.extensions["desk"].record.lines()
    assert (line.format, line.via, line.bytes) == ("print", "picture", len(answer.data))
    script = client.get("/print/picture_print.js")
    assert script.mimetype == "text/javascript" and "window.print" in script.text


def test_html_of_a_ledger_is_text_in_the_print_page(client, sqlite_small_store):
    # the chart's own words escape it; here the page does, whatever it is given
    table = export_table(sqlite_small_store, CHARTS["orders"], Filters.from_query(QUERY), View(), "all")
    hostile = '</script><img src=x onerror=alert(1)>"'
    text = print_page({"data": [{"name": hostile}], "layout": {"width": 10}}, (10, 10), replace(table, title=hostile, alt=hostile), "b")
    assert "<img" not in text and text.count("</script>") == 3


def test_the_command_line_says_plainly_that_there_is_no_chromium(sqlite_small_store, tmp_path, monkeypatch, settled):
    monkeypatch.setenv("DUBANG_DATABASE_URL", sqlite_small_store.engine.url.render_as_string())
    monkeypatch.setenv("DUBANG_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DUBANG_CHROMIUM", "/nowhere/chromium")
    done = CliRunner().invoke(cli, ["export", "orders", "--format", "png", "-o", str(tmp_path / "x.png")])
    assert done.exit_code == 1 and "No Chromium was found" in done.output and "Traceback" not in done.output
    assert not (tmp_path / "x.png").exists()
    assert CliRunner().invoke(cli, ["export", "orders", "--format", "png", "--preset", "poster"]).exit_code == 2
