"""What can be wrong with a file of places: shapes, forms of files, positions; and what is said of it."""

import io
import json
import math
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely

from data.ledgers.problems import LedgerError
from data.places import pipeline
from data.places.model import PlaceError, PlaceOptions
from data.regions.table_import import import_regions
from data.schema import object_, zone
from data.store import Store, bump
from tests import ledger_files, place_files
from tests.placed import at, rows

OUTFALLS = PlaceOptions("outfall", crs="CGCS2000")


# ----------------------------------------------------------------------------- zones


def test_corners_in_degrees_minutes_and_seconds(store: Store) -> None:
    corners = ["35°54′12.3″N 114°10′5.6″E", "35°54′12.3″N 114°11′5.6″E", "35°55′12.3″N 114°11′5.6″E", "35°55′12.3″N 114°10′5.6″E"]
    head = ["保护区名称", "保护区级别", "批复文号", "批复日期", "拐点序号", "坐标"]
    listed = [head] + [
        ["试验水库一级保护区", "一级", "试政〔2019〕1号", "2019-08-05", 1, corners[0]] if n == 0 else ["", "", "", "", n + 1, corner]
        for n, corner in enumerate(corners)
    ]  # fmt: skip
    done = pipeline.run_import(store, ledger_files.workbook(listed), "保护区.xlsx", PlaceOptions("zone", crs="CGCS2000"))
    assert (done.new, done.refused) == (1, 0)
    (found,) = rows(store, zone)
    shape = shapely.from_geojson(found["geometry"])
    assert shape.contains(shapely.Point(114 + 10.5 / 60, 35 + 54.5 / 60))
    assert not shape.contains(shapely.Point(114 + 12 / 60, 35 + 54.5 / 60))
    assert (found["grade"], found["approval_no"], found["approved_on"]) == ("grade1", "试政〔2019〕1号", date(2019, 8, 5))
    assert found["west"] == pytest.approx(114 + 10 / 60 + 5.6 / 3600, abs=1e-6)
    assert store.tree().label(found["region_id"]) in ("鹤山区", "山城区", "淇滨区", "林州市", "淇县", "汤阴县")


def test_faults_of_shapes(store: Store) -> None:
    square = [(114.0, 35.0), (114.1, 35.0), (114.1, 35.1), (114.0, 35.1), (114.0, 35.0)]
    own = {"级别": "二级", "批复文号": "批1"}
    circle = [
        (114 + 0.01 * math.cos(a / 32 * math.tau) / math.cos(math.radians(35)), 35 + 0.01 * math.sin(a / 32 * math.tau)) for a in range(32)
    ]
    features: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
        ({"name": "好"} | own, place_files.polygon(square)),
        ({"name": "未闭合"} | own, place_files.polygon(square[:-1])),
        ({"name": "蝴蝶"} | own, place_files.polygon([(114, 35), (114.1, 35.1), (114.1, 35), (114, 35.1), (114, 35)])),
        ({"name": "洞"} | own, place_files.polygon(square, [(115, 35), (115.1, 35), (115.1, 35.1), (115, 35)])),
        ({"name": "高程"} | own, place_files.polygon([(*p, 5.0) for p in square])),
        ({"name": "空"} | own, {"type": "Polygon", "coordinates": []}),
        ({"name": "无"} | own, None),
        ({"name": "点"} | own, place_files.point(114.0, 35.0)),
        ({"name": "圆"} | own, place_files.polygon([*circle, circle[0]])),
        ({"name": "无批复", "级别": "二级"}, place_files.polygon(square)),
        ({"name": "级", "级别": "特级", "批复文号": "批1"}, place_files.polygon(square)),
        ({"name": "长" * 301} | own, place_files.polygon(square)),
        ({"name": "<b>粗\x07体</b>"} | own, place_files.polygon(square)),
        ({"name": "两点"} | own, place_files.polygon([(114, 35), (114.1, 35), (114, 35)])),
    ]
    shown = pipeline.check(store, place_files.geojson(features), "区.geojson", PlaceOptions("zone"))
    said = {n: sorted(f.code for f in shown.faults if f.row == n) for n in range(1, 15)}
    assert said == {
        1: [], 2: ["unclosed"], 3: ["self_crossing"], 4: ["hole_outside"], 5: ["dropped_z"], 6: ["geometry_empty"], 7: ["geometry_missing"],
        8: ["geometry_kind"], 9: ["circle"], 10: ["no_approval"], 11: ["grade_unknown"], 12: ["too_long"], 13: [], 14: ["points_few_ring"],
    }  # fmt: skip
    assert (shown.accepted, shown.warned, shown.waiting, shown.refused) == (4, 2, 3, 7)
    assert shown.repairable == {"closed": 1, "valid": 2}
    told = {f.row: f for f in shown.faults}
    assert told[4].remedy("en") == "Once confirmed it is left out: 50.58 km² becomes 101.2 km²."
    assert told[8].text("zh-CN") == "保护区应为面、多面，这里是点。"
    assert told[8].text("en") == "A zone is a polygon, multi-polygon; this is a point."
    assert told[10].remedy("zh-CN") == "保护区只能取自批复：请填写批复文号；不能用缓冲区代替。"
    assert told[12].text("en") == "The name has 301 characters; the limit is 300."
    assert told[9].text("zh-CN").startswith("这个面的 32 个拐点到中心的距离都一样")
    done = pipeline.run_import(store, place_files.geojson(features), "区.geojson", PlaceOptions("zone"), {2, 3, 4})
    assert (done.new, done.repaired, done.refused) == (7, 3, 7)
    kept = {r["name"]: r for r in rows(store, zone)}
    assert all(shapely.from_geojson(r["geometry"]).is_valid for r in kept.values())
    assert "<b>粗体</b>" in kept


def test_a_zone_with_its_axes_exchanged(sqlite_store: Store) -> None:
    ring = [(35.0, 114.0), (35.0, 114.1), (35.1, 114.1), (35.1, 114.0), (35.0, 114.0)]
    data = place_files.geojson([({"name": "反", "grade": "一级", "approval_no": "批1"}, place_files.polygon(ring))])
    shown = pipeline.check(sqlite_store, data, "区.geojson", PlaceOptions("zone"))
    assert (shown.repairable, shown.faults[0].after) == ({"swapped": 1}, (114.05, 35.05))
    pipeline.run_import(sqlite_store, data, "区.geojson", PlaceOptions("zone"), {1})
    (found,) = rows(sqlite_store, zone)
    assert (found["west"], found["south"], found["east"], found["north"]) == (114.0, 35.0, 114.1, 35.1)


def test_a_preview_shows_the_outlines_of_zones_and_rivers(sqlite_store: Store) -> None:
    own = {"级别": "二级", "批复文号": "批1"}
    round_ = [(114 + 0.05 * math.cos(a / 5000 * math.tau), 35 + 0.03 * math.sin(a / 5000 * math.tau)) for a in range(5000)]
    square = [(114.0, 35.0), (114.1, 35.0), (114.1, 35.1), (114.0, 35.1), (114.0, 35.0)]
    features: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
        ({"name": "大"} | own, place_files.polygon([*round_, round_[0]])),
        ({"name": "蝴蝶"} | own, place_files.polygon([(114, 35), (114.1, 35.1), (114.1, 35), (114, 35.1), (114, 35)])),
        ({"name": "无批复", "级别": "二级"}, place_files.polygon(square)),
    ]
    shown = pipeline.check(sqlite_store, place_files.geojson(features), "区.geojson", PlaceOptions("zone"))
    assert [(body["type"], state) for body, state in shown.shapes] == [
        ("Polygon", "ok"),
        ("MultiPolygon", "repairable"),
        ("Polygon", "refused"),
    ]
    thin = shapely.from_geojson(json.dumps(shown.shapes[0][0]))
    assert 50 < shapely.get_num_coordinates(thin) <= 200
    assert thin.area == pytest.approx(math.pi * 0.05 * 0.03, rel=0.01)
    assert shown.shapes[2][0] == place_files.polygon(square)
    many = place_files.geojson([({"名称": f"河{n}"}, place_files.line((114, 35 + n / 1000), (114.1, 35 + n / 1000))) for n in range(500)])
    rivers = pipeline.check(sqlite_store, many, "河.geojson", PlaceOptions("water_body"))
    assert (len(rivers.shapes), len(rivers.sample)) == (250, 500)
    assert rivers.shapes[0] == [place_files.line((114, 35), (114.1, 35)), "ok"]
    points = pipeline.check(sqlite_store, place_files.table(place_files.outfalls(3, 0, 0)), "a.csv", OUTFALLS)
    assert (points.shapes, len(points.sample)) == ([], 3)


# ----------------------------------------------------------------------------- forms of files


def test_a_shapefile_in_gbk_without_a_system(store: Store) -> None:
    made = [({"排口编码": "P1", "排口名称": "城东污水处理厂排污口", "所在县": "玄武区"}, (118.80, 32.06))]
    data = place_files.shapefile_zip(made, "gbk")
    with pytest.raises(PlaceError) as error:
        pipeline.check(store, data, "排污口.zip", PlaceOptions("outfall"))
    assert error.value.code == "crs_missing" and "EPSG:4549" in error.value.text("en")
    done = pipeline.run_import(store, data, "排污口.zip", PlaceOptions("outfall", crs="GCJ-02"))
    (found,) = rows(store, object_)
    assert (done.new, found["name"], found["crs_declared"], found["lon"]) == (1, "城东污水处理厂排污口", "GCJ-02", 118.80)


def test_a_shapefile_says_its_system_and_its_encoding(store: Store) -> None:
    x, y = pyproj.Transformer.from_crs(4490, 4549, always_xy=True).transform(118.80, 32.06)
    made = [({"编码": "P1", "名称": "东口"}, (x, y)), ({"编码": "P2", "名称": "南北写反"}, (y, x))]
    prj = pyproj.CRS.from_epsg(4549).to_wkt("WKT1_ESRI").encode()
    data = place_files.shapefile_zip(made, "utf-8", prj=prj, cpg=b"UTF-8")
    shown = pipeline.check(store, data, "p.zip", PlaceOptions("outfall"))
    assert (shown.crs, shown.repairable) == ("EPSG:4549", {"swapped": 1})
    assert shown.faults[0].after == (118.8, 32.06)
    pipeline.run_import(store, data, "p.zip", PlaceOptions("outfall"), {2})
    assert at(store, "P2") == pytest.approx((x, y))


def test_kml_and_kmz(store: Store) -> None:
    mark = (
        "<Placemark><name>东口 &lt;b&gt;</name><ExtendedData><Data name='编码'><value>K1</value></Data></ExtendedData>"
        "<Point><coordinates>118.80,32.06,0</coordinates></Point></Placemark>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("doc.kml", place_files.kml(mark))
    shown = pipeline.check(store, place_files.kml(mark), "a.kml", PlaceOptions("station"))
    assert (shown.accepted, [n.code for n in shown.notes]) == (1, ["crs_assumed", "region_from_position"])
    pipeline.run_import(store, packed.getvalue(), "a.kmz", PlaceOptions("station"))
    (found,) = rows(store, object_)
    assert (found["name"], found["official_code"], found["object_type"], found["lon"]) == ("东口 <b>", "K1", "station", 118.8)
    with pytest.raises(PlaceError) as error:
        pipeline.check(store, place_files.kml(mark, '<!DOCTYPE a [<!ENTITY b "c">]>'), "a.kml", PlaceOptions("station"))
    assert error.value.code == "archive_entities"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[1, 2]", "json_other"),
        (b'{"type": "Topology"}', "json_other"),
        (b'{"type":"FeatureCollection","features":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested_deep"),
        (b'{"type":"FeatureCollection","features":[', "json_broken"),
        (b'{"type":"FeatureCollection","features":[]}', "no_places"),
        (b"\x00\x00\x27\x0a" + bytes(96), "shp_alone"),
        (b"PK\x03\x04 not really", "file_damaged"),
        (b"   ", "file_empty"),
        (b"<kml xmlns='http://www.opengis.net/kml/2.2'><Document>", "kml_broken"),
    ],
)
def test_files_that_are_none(sqlite_store: Store, data: bytes, code: str) -> None:
    with pytest.raises(PlaceError) as error:
        pipeline.check(sqlite_store, data, "x", PlaceOptions("outfall", crs="CGCS2000"))
    assert error.value.code == code and len(error.value.text("en")) > 30


def test_a_bomb_in_an_archive_is_not_opened(sqlite_store: Store) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(20 * 1024 * 1024))
    with pytest.raises(LedgerError) as error:
        pipeline.check(sqlite_store, packed.getvalue(), "x.zip", PlaceOptions("outfall"))
    assert error.value.code == "archive_bomb"


# ----------------------------------------------------------------------------- positions


def test_positions_that_cannot_be(sqlite_store: Store) -> None:
    store = sqlite_store
    head = [*place_files.HEAD, "所在县"]
    listed = [head, ["A1", "一", -118.80, 32.06, "玄武区"], ["A2", "二", 0, 0, "玄武区"], ["A3", "三", 116.40, 39.90, "玄武区"]]
    listed += [["A4", "四", 118.80, "32°76′", "玄武区"], ["A5", "五", 10.0, 50.0, ""], ["A6", "六", 119.05, 32.06, "玄武区"]]
    listed += [["A7", "七", "", "", ""], ["A1", "重", 118.81, 32.06, "玄武区"], ["A8", "八", 118.80, 32.06, "火星区"]]
    listed += [
        ["", "", 118.80, 32.06, ""],
        ["A9", "九", "118°48′", "北纬32.06", "南京市玄武区"],
        ["A9", "九", "118°48′", "北纬32.06", "南京市玄武区"],
    ]
    shown = pipeline.check(store, place_files.table(listed), "a.csv", OUTFALLS)
    said = {n: [(f.code, f.level) for f in shown.faults if f.row == n] for n in range(1, 13)}
    assert said == {
        1: [("sign", "repairable")], 2: [("zero", "refused")], 3: [("outside_region_far", "refused")], 4: [("minutes_over", "refused")],
        5: [("outside_country", "refused")], 6: [("outside_region", "repairable")],
        7: [("position_missing", "refused")],
        8: [("code_twice", "refused")], 9: [("region_unknown", "warned")], 10: [("no_name", "refused")], 11: [], 12: [("row_repeated", "refused")],
    }  # fmt: skip
    told = {f.row: f for f in shown.faults}
    assert told[3].text("en").endswith("km outside of Xuanwu District.")
    assert "玄武区界外约" in told[6].text("zh-CN") and told[6].repair == "as_it_stands"
    assert told[8].text("en") == "“A1” stands at row 2 already, with other contents."
    assert told[1].after == (118.8, 32.06)


def test_the_region_declared_is_a_fence(sqlite_store: Store) -> None:
    listed = [[*place_files.HEAD], ["A1", "一", 118.80, 32.06], ["A2", "二", 32.06, 118.80], ["A3", "三", 120.62, 31.30]]
    options = PlaceOptions("outfall", crs="CGCS2000", region="320100")
    shown = pipeline.check(sqlite_store, place_files.table(listed), "a.csv", options)
    assert [(f.row, f.code) for f in shown.faults] == [(2, "swapped"), (3, "outside_region_far")]
    assert [s for _, _, s in shown.sample] == ["ok", "repairable", "refused"]


def test_a_lost_sign_in_another_country(sqlite_store: Store, tmp_path: Path) -> None:
    table, outline = tmp_path / "regions.csv", tmp_path / "regions.geojson"
    table.write_bytes(place_files.table([["code", "name", "level"], ["X1", "Westshire", "county"]]))
    square = [(-2.0, 52.0), (-1.0, 52.0), (-1.0, 53.0), (-2.0, 53.0), (-2.0, 52.0)]
    outline.write_bytes(place_files.geojson([({"code": "X1"}, place_files.polygon(square))], None))
    with sqlite_store.writing() as conn:
        assert import_regions(conn, table, geojson_path=outline, root_name="Elsewhere").ok
        bump(conn, "regions")
    listed = [[*place_files.HEAD, "county"], ["A1", "one", -1.5, 52.5, "Westshire"], ["A2", "two", 1.5, 52.5, "Westshire"]]
    listed += [["A3", "three", 52.5, -1.5, "Westshire"], ["A4", "four", 118.8, 32.06, "Westshire"]]
    shown = pipeline.check(sqlite_store, place_files.table(listed), "a.csv", PlaceOptions("outfall", crs="WGS84"))
    assert [(f.row, f.code, f.repair, f.after) for f in shown.faults] == [
        (2, "sign_lost", "sign", (-1.5, 52.5)),
        (3, "swapped", "swapped", (-1.5, 52.5)),
        (4, "outside_country", None, None),
    ]
