"""What the map shows of a part of the world is what the store has there: by zoom, by viewport, by viewer, on both databases."""

import json
import math
import random
from collections import Counter

import pytest
from sqlalchemy import select

from app import create_app
from callbacks.map_layers import LAYERS, layer_text, read_part
from config import Settings
from data.filters import Filters
from data.identity import to_hex
from data.layers.items import item_layer
from data.loops.catalogue import load_loops
from data.positions.clusters import MOST_ZOOM, ONE_BY_ONE, box_of, cell_level
from data.queries.headline import headline
from data.queries.item_list import item_list
from data.schema import item, object_
from tests import map_places

ALL = Filters(campaign=(map_places.CODE,))
WORLD = (0, 0, 31, 31)


@pytest.fixture
def placed_store(store):
    map_places.load(store)
    return store


@pytest.fixture
def placed(sqlite_store):
    map_places.load(sqlite_store)
    return sqlite_store


def outfalls(store, filters=ALL, zoom=3, box=WORLD, by="status", scope="all"):
    return item_layer(scope, store, filters, ("outfall",), by, zoom, box)


def cell(lon, lat, zoom):
    """The cell of a point by the textbook's formula, without the grid's own code."""
    side = 2 ** (zoom + 2)
    y = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2
    return math.floor((lon + 180) / 360 * side), math.floor(y * side)


# ----------------------------------------------------------------------------- what is there is what is shown


def rows_of_demo(store):
    """(longitude, latitude) of every outfall in the demo's list, read row by row."""
    gone = {f"{loop.id}/{s.id}" for loop in load_loops().values() for s in loop.stages.values() if s.status in ("withdrawn", "merged")}
    c, o = item.c, object_.c
    query = select(c.loop, c.stage, c.lon, c.lat, o.lon, o.lat).select_from(item.outerjoin(object_, o.object_id == c.object_id))
    with store.reading() as conn:
        rows = conn.execute(query.where(c.kind == "outfall")).all()
    return [(a, b) if a is not None else (x, y) for loop, stage, a, b, x, y in rows if f"{loop}/{stage}" not in gone]


def test_at_every_zoom_and_viewport_clusters_and_points_add_up_to_the_rows(demo_store):
    rows = rows_of_demo(demo_store)
    assert len(rows) > 1000
    dice = random.Random(5)
    seen = 0
    for zoom in range(3, MOST_ZOOM):
        for width, height in ((1366, 768), (390, 844), (3840, 2160)):
            lon, lat = dice.choice(rows)
            across, up = 360 / 2**zoom * width / 256 / 2, 360 / 2**zoom * height / 256 / 2 * 0.8
            box = box_of(lon - across, lat - up, lon + across, lat + up, zoom)
            found = outfalls(demo_store, Filters(), zoom, box)
            cells = Counter(cell(*row, zoom) for row in rows)
            there = sum(n for (x, y), n in cells.items() if box[0] <= x <= box[2] and box[1] <= y <= box[3])
            drawn = sum(sum(c[2]) for c in found["clusters"]) + len(found["points"])
            assert drawn == found["box"] == there, (zoom, box)
            assert found["total"] == len(rows)
            seen += there
    assert seen > 3 * len(rows)


def test_a_grid_of_viewports_holds_every_outfall_once(demo_store):
    rows = rows_of_demo(demo_store)
    for zoom in (6, 9, 13):
        x0, y0 = cell(116.0, 35.5, zoom)
        x1, y1 = cell(122.5, 30.5, zoom)
        step = max(1, (x1 - x0) // 7)
        boxes = [(x, y, min(x + step - 1, x1), min(y + step - 1, y1)) for x in range(x0, x1 + 1, step) for y in range(y0, y1 + 1, step)]
        assert sum(outfalls(demo_store, Filters(), zoom, box)["box"] for box in boxes) == len(rows)


def test_what_each_place_is_coloured_as_is_what_it_is(placed_store):
    found = outfalls(placed_store, zoom=12, box=box_of(118, 31, 121.5, 33, 12))
    assert dict(zip(found["kinds"], found["counts"], strict=True)) == {
        "closed": 1, "rectified": 0, "in_progress": 3, "due_soon": 1, "overdue": 1, "returned": 0, "aside": 1,
    }  # fmt: skip
    assert (found["total"], found["unplaced"], found["box"]) == (7, 1, 6)
    by_id = {to_hex(map_places.key(number)): number for number in map_places.OUTFALLS}
    points = {by_id[p[3]]: (found["kinds"][p[2]], p[0], p[1], p[4], p[5]) for p in found["points"]}
    assert points == {
        "P3": ("in_progress", 118.801, 32.051, "P3", "某排口-P3"),
        "P4": ("due_soon", 118.85, 32.08, "P4", "某排口-P4"),
        "P6": ("aside", 120.75, 31.65, "P6", "某排口-P6"),
        # written in GCJ-02, drawn where it is
        "P8": ("in_progress", 120.77, 31.66, "P8", "某排口-P8"),
    }
    # two on one spot stay together however near one looks
    assert [(c[0], c[1], dict(zip(found["kinds"], c[2], strict=True))["overdue"], sum(c[2])) for c in found["clusters"]] == [
        (118.8, 32.05, 1, 2)
    ]


def test_stages_and_classes_colour_the_same_places(placed_store):
    stages = outfalls(placed_store, by="stage")
    assert {k: n for k, n in zip(stages["kinds"], stages["counts"], strict=True) if n} == {
        "surveyed": 1, "monitored": 1, "rectifying": 3, "supervised": 1, "kept": 1,
    }  # fmt: skip
    classes = outfalls(placed_store, by="category")
    assert dict(zip(classes["kinds"], classes["counts"], strict=True)) == {
        "outfall-other": 3, "outfall-industrial": 2, "outfall-farming": 1, "outfall-plant": 1, "none": 0,
    }  # fmt: skip


def test_a_day_in_the_past_shows_what_was_then(placed_store):
    from datetime import date

    found = outfalls(placed_store, ALL.but(as_of=date(2022, 8, 1)))
    assert (found["total"], sum(found["counts"])) == (8, 8)
    assert outfalls(placed_store, ALL.but(as_of=date(2022, 7, 31)))["total"] == 0


def test_only_what_is_open_is_left_when_asked(placed_store):
    found = outfalls(placed_store, ALL.but(rows="open"))
    # P1, P3, P4, P5 and P8; P2 is closed, P6 kept
    assert found["total"] == 5
    assert found["counts"][found["kinds"].index("closed")] == 0


def test_a_region_and_a_kind_narrow_a_layer(placed_store):
    assert outfalls(placed_store, ALL.but(region=map_places.CHANGSHU))["total"] == 2
    assert outfalls(placed_store, ALL.but(kind=("finding",)))["total"] == 0
    assert outfalls(placed_store, scope=map_places.CHANGSHU)["total"] == 2


# ----------------------------------------------------------------------------- an area drawn by hand


def test_an_area_narrows_map_figures_and_list_alike(placed_store):
    # P1, P2 and P3 lie in it, the intake's problem too
    area = ((118.79, 32.04), (118.81, 32.04), (118.81, 32.06), (118.79, 32.06))
    filters = ALL.but(area=area, kind=("outfall",))
    assert outfalls(placed_store, filters)["total"] == 3
    first = headline("all", placed_store, filters).iloc[0]
    assert (first["measure"], first["numerator"]) == ("effective", 3)
    listed = item_list("all", placed_store, filters.but(sort="ledger_no"))
    assert listed["ledger_no"].tolist() == ["P1", "P2", "P3"]
    # drawn the other way round, and with a loop in the line, it is the same area
    for corners in (area[::-1], (*area, area[0], area[1])):
        assert headline("all", placed_store, filters.but(area=corners)).iloc[0]["numerator"] == 3


def test_an_area_survives_its_address(placed):
    filters = ALL.but(area=((118.79, 32.04), (118.81234, 32.04), (118.81, 32.06)))
    assert Filters.from_query(filters.to_query()) == filters
    assert "area=118.79:32.04,118.81234:32.04,118.81:32.06" in filters.to_query()


# ----------------------------------------------------------------------------- who may see where an intake is


SECRET = ("118.7991", "32.04987", "118799123", "32049876")


def everything(store, settings):
    """Every answer that a visitor's browser can get of this store, as bytes."""
    app = create_app(settings, store)
    client = app.server.test_client()
    box = ".".join(map(str, box_of(118.5, 31.9, 119.0, 32.2, 14)))
    paths = [f"/api/map/layer/{name}?campaign={map_places.CODE}&z=14&box={box}" for name in LAYERS if name != "regions"]
    paths += [f"/api/map/near?lon=118.8&lat=32.05&km=5&campaign={map_places.CODE}", "/api/map/where?lon=118.8&lat=32.05"]
    paths += [f"/api/map/search?text={text}" for text in ("水源地", "W1")]
    paths += [f"/api/map/regions?campaign={map_places.CODE}&region=320100", "/map", "/_dash-layout"]
    paths += [
        f"/export/{chart}.{form}?campaign={map_places.CODE}"
        for chart in ("item-list", "zone-flags", "region-map")
        for form in ("json", "csv")
    ]
    out = {}
    for path in paths:
        answer = client.get(path, base_url="http://127.0.0.1:8050", headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, path
        out[path] = answer.data
    return out


def test_a_visitor_without_the_right_never_receives_an_intakes_position(placed, tmp_path):
    address = placed.engine.url.render_as_string()
    told = everything(placed, Settings.from_env({}, database_url=address, instance=str(tmp_path / "a"), exact_places=0))
    for path, body in told.items():
        assert not any(part.encode() in body for part in SECRET), path
    # it is not lost: the source area is counted and stands where its county does
    areas = json.loads(next(body for path, body in told.items() if "/source-areas" in path))
    assert areas["total"] == 1
    shown = everything(placed, Settings.from_env({}, database_url=address, instance=str(tmp_path / "b")))
    # the test itself would notice
    assert any(part.encode() in body for part in SECRET for body in shown.values())


def test_an_area_cannot_be_used_to_feel_for_an_intake(placed):
    tight = ALL.but(area=((118.799, 32.0498), (118.7993, 32.0498), (118.7993, 32.05), (118.799, 32.05)), kind=("source_problem",))
    assert item_list("all", placed, tight).attrs["count"] == 1
    assert item_list("all/general", placed, tight).attrs["count"] == 0
    assert item_list("all/general", placed, tight.but(area=())).attrs["count"] == 1


# ----------------------------------------------------------------------------- questions that are none


@pytest.mark.parametrize(
    ("zoom", "box"),
    [
        ("", "0.0.1.1"),
        ("x", "0.0.1.1"),
        ("99", "0.0.1.1"),
        ("5", ""),
        ("5", "0.0.1"),
        ("5", "5.0.1.1"),
        ("5", "0.0.900.1"),
        ("5", "0.0.128.1"),
        ("3", "-1.0.1.1"),
    ],
)
def test_what_is_no_part_of_the_world_is_refused(zoom, box):
    assert read_part({"z": zoom, "box": box}) is None


def test_a_part_of_the_world_is_read():
    assert read_part({"z": "5", "box": "1.2.3.4"}) == (5, (1, 2, 3, 4))
    assert cell_level(5) == 7


@pytest.mark.parametrize("name", [n for n in LAYERS if n != "regions"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_layer_answers_on_an_empty_store_and_on_a_full_one(sqlite_store, demo_store, name, lang):
    layer = LAYERS[name]
    for store in (sqlite_store, demo_store):
        for by in layer.by:
            body = json.loads(layer_text(store, "all", layer, Filters(), by, 8, box_of(117, 31, 121, 34, 8), lang))
            assert body["layer"] == name
            assert len(body.get("labels", [])) == len(body.get("kinds", []))
            assert all(label and not label.startswith("map.") for label in body.get("labels", []))


def test_few_places_are_shown_one_by_one_and_many_are_not(demo_store):
    near = outfalls(demo_store, Filters(), 7, box_of(116, 30, 123, 36, 7))
    assert near["box"] > ONE_BY_ONE
    assert len(near["clusters"]) > 20
    one = next(c for c in near["clusters"] if 3 < sum(c[2]) < 60)
    close = outfalls(demo_store, Filters(), 15, box_of(one[0] - 0.05, one[1] - 0.03, one[0] + 0.05, one[1] + 0.03, 15))
    assert close["box"] <= ONE_BY_ONE
    assert len(close["points"]) >= close["box"] - 2 * len(close["clusters"])


# ----------------------------------------------------------------------------- cards, and what is near


def test_a_card_tells_the_river_but_not_the_kilometre_of_an_intake_to_whoever_may_not_see_it(placed):
    from sqlalchemy import insert, update

    from data.queries.place_card import place_card
    from data.schema import water_body

    with placed.writing() as conn:
        conn.execute(insert(water_body).values(water_body_id=7, code="R7", name_zh="某河", kind="river", simulated=True))
        conn.execute(update(object_).where(object_.c.object_id == map_places.AREA).values(water_body_id=7, river_km=37.4, bank="left"))
        conn.execute(update(item).where(item.c.ledger_no == "W1").values(extra={"坐标": "118.7991234,32.0498765"}))
    key = to_hex(map_places.key("W1"))
    told = place_card("all", placed, ALL, "item", key)
    assert (told["object"]["water"], told["object"]["river_km"], told["object"]["bank"]) == ("某河", 37.4, "left")
    assert told["item"]["extra"]
    told = place_card("all/general", placed, ALL, "item", key)
    assert (told["object"]["water"], told["object"]["river_km"], told["object"]["bank"]) == ("某河", None, None)
    assert told["item"]["extra"] is None
    # an ordinary outfall's card is whole for everybody
    assert place_card("all/general", placed, ALL, "item", to_hex(map_places.key("P1")))["item"]["lon"] == 118.8


def test_the_zone_round_an_intake_is_for_those_who_may_see_it(placed):
    from data.queries.place_card import place_card

    key = to_hex(map_places.ZONE_ID)
    assert place_card("all", placed, ALL, "zone", key)["approval"] == "苏环批〔2020〕1号"
    assert place_card("all/general", placed, ALL, "zone", key) is None
    layer = LAYERS["source-areas"]
    box = box_of(118.5, 31.9, 119.0, 32.2, 14)
    shown = {scope: json.loads(layer_text(placed, scope, layer, ALL, "problems", 14, box, "zh-CN")) for scope in ("all", "all/general")}
    assert [len(shown[scope]["zones"]) for scope in ("all", "all/general")] == [1, 0]
    assert [shown[scope]["total"] for scope in ("all", "all/general")] == [1, 1]


def test_what_is_near_is_what_the_map_draws(placed_store):
    from data.positions.near import near

    def numbers(filters, scope="all"):
        found = near(placed_store, scope, filters, 118.8, 32.05, 1.0)
        return sorted(thing.ledger_no for thing in found.things if thing.what == "item")

    assert numbers(ALL) == ["P1", "P2", "P3", "W1"]
    assert numbers(ALL.but(rows="open")) == ["P1", "P3", "W1"]
    assert numbers(ALL, "all/general") == ["P1", "P2", "P3"]
    # P7 is no outfall: neither drawn nor near
    far = near(placed_store, "all", ALL, 120.755, 31.65, 5.0)
    assert sorted(thing.ledger_no for thing in far.things if thing.what == "item") == ["P6", "P8"]


def test_an_area_keeps_source_areas_outside_of_it_away(placed):
    layer = LAYERS["source-areas"]
    box = box_of(118.5, 31.9, 121.0, 32.2, 9)
    here = ((118.79, 32.04), (118.81, 32.04), (118.81, 32.06), (118.79, 32.06))
    there = tuple((lon + 1, lat) for lon, lat in here)
    totals = [
        json.loads(layer_text(placed, "all", layer, ALL.but(area=area), "problems", 9, box, "zh-CN"))["total"] for area in (here, there)
    ]
    assert totals == [1, 0]


def test_outlines_of_a_grouping_are_those_of_its_members(demo_store):
    from callbacks.geo import outlines_text

    grouping = demo_store.tree().groupings[0]
    found = json.loads(outlines_text(demo_store, grouping.code, "province"))
    assert len(found["features"]) >= 1
