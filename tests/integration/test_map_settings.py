"""What a deployer says of maps: an approval number, an own base map; and that without it nobody else is asked for anything."""

import pytest

from app import create_app
from config import Settings
from dashboard.map_notice import BaseMap
from tests import map_places

TILES = "http://tiles.example.org/vec/{z}/{x}/{y}.png?tk=abc"


def app_on(store, tmp_path, **settings):
    address = store.engine.url.render_as_string()
    return create_app(Settings.from_env({}, database_url=address, instance=str(tmp_path / "i"), **settings), store)


def page(app, path):
    return app.server.test_client().get(path, base_url="http://127.0.0.1:8050")


@pytest.mark.parametrize(
    ("url", "hosts", "said"),
    [
        (TILES, "", "does not name"),
        (TILES, "example.org", "does not name"),
        (TILES, "tiles.example.org.evil.example", "does not name"),
        ("http://tiles.example.org@10.0.0.1/{z}/{x}/{y}", "tiles.example.org", "no address"),
        ("file:///etc/passwd?{z}{x}{y}", "", "no address"),
        ("javascript:alert(1)//{z}{x}{y}", "", "no address"),
        ("http://{z}.example.org/{x}/{y}", "{z}.example.org", "no address"),
        ("http://tiles.example.org/vec", "tiles.example.org", "{z}, {x} and {y}"),
        ("http://tiles.example.org:99999/{z}/{x}/{y}", "tiles.example.org", "no address"),
    ],
)
def test_a_base_map_that_points_somewhere_forbidden_does_not_start(sqlite_store, tmp_path, url, hosts, said):
    with pytest.raises(RuntimeError, match="DUBANG_BASE_MAP") as problem:
        app_on(sqlite_store, tmp_path, base_map_url=url, base_map_hosts=hosts)
    assert said in str(problem.value)


def test_only_the_host_named_is_let_in(sqlite_store, tmp_path):
    policy = page(app_on(sqlite_store, tmp_path, base_map_url=TILES, base_map_hosts="tiles.example.org"), "/map").headers[
        "Content-Security-Policy"
    ]
    assert "img-src 'self' data: blob: http://tiles.example.org;" in policy
    assert "connect-src 'self';" in policy


def test_without_a_base_map_no_host_is(sqlite_store, tmp_path):
    assert BaseMap.checked("", "tiles.example.org", "") == BaseMap()
    policy = page(app_on(sqlite_store, tmp_path, base_map_hosts="tiles.example.org"), "/map").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in policy


@pytest.mark.parametrize(("approval", "words"), [("", "内部使用"), ("GS(2024)0650号", "审图号：GS(2024)0650号")])
def test_a_map_with_boundaries_says_its_number_or_that_it_is_internal(sqlite_store, tmp_path, approval, words):
    map_places.load(sqlite_store)
    app = app_on(sqlite_store, tmp_path, map_approval=approval, map_source="某局提供")
    # the sentence; what nobody has released bears a mark of its own besides
    told = page(app, f"/export/region-map.json?campaign={map_places.CODE}").get_json(force=True)["caption"]
    assert words in told
    assert "某局提供" in told
    assert ("内部使用" in told) is (not approval)


def test_the_schematic_without_boundaries_needs_no_number(sqlite_store, tmp_path):
    map_places.load(sqlite_store)
    told = page(app_on(sqlite_store, tmp_path), f"/export/region-tiles.json?campaign={map_places.CODE}").get_json(force=True)["caption"]
    assert "内部使用" not in told
    assert "示意图" in told


def test_outlines_are_fetched_once_and_kept(sqlite_store, tmp_path):
    app = app_on(sqlite_store, tmp_path)
    client = app.server.test_client()
    kept = client.get("/geo/320000/county.json?v=1", base_url="http://127.0.0.1:8050", headers={"Accept-Encoding": "gzip"})
    assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert kept.headers["Content-Encoding"] == "gzip"
    assert len(kept.data) < 60_000
    codes = [f["id"] for f in page(app, "/geo/320000/county.json").get_json(force=True)["features"]]
    assert len(codes) == 95
    assert "320106" in codes
    assert page(app, "/geo/320000/county.json").headers["Cache-Control"] == "no-store, private"
    assert page(app, "/geo/999999/county.json").status_code == 404
    assert page(app, "/geo/320000/street.json").status_code == 404
    # a map of the country shows the South China Sea
    country = page(app, "/geo/all/province.json").get_json(force=True)["features"]
    assert len([f for f in country if not f["properties"].get("line")]) == 34
    (dashes,) = [f for f in country if f["properties"].get("line")]
    assert min(point[1] for line in dashes["geometry"]["coordinates"] for point in line) < 5


@pytest.mark.parametrize(
    "path",
    [
        "near",
        "near?lon=x&lat=1",
        "near?lon=200&lat=1",
        "near?lon=nan&lat=1",
        "where?lon=1",
        "layer/outfalls",
        "layer/outfalls?z=5&box=9.9.1.1",
    ],
)
def test_odd_questions_get_a_short_refusal(sqlite_store, tmp_path, path):
    answer = page(app_on(sqlite_store, tmp_path), f"/api/map/{path}")
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "values"
    assert len(answer.data) < 1000


def test_a_layer_that_is_none_is_not_there(sqlite_store, tmp_path):
    assert page(app_on(sqlite_store, tmp_path), "/api/map/layer/../../etc").status_code == 404
    assert page(app_on(sqlite_store, tmp_path), "/api/map/layer/secrets?z=5&box=1.1.2.2").status_code == 404
