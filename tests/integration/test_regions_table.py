"""Regions of other places, from tables."""

import json
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from data.regions.match import RegionMatcher
from data.regions.table_import import import_regions
from data.regions.tree import RegionTree
from data.schema import region, region_alias, region_boundary

TOWNS = """code,name,level,parent_code,aliases
MA,Massachusetts,state,,
25023,Plymouth County,county,MA,
2507738280,Hanover,town,25023,Hanover Center; Assinippi
2506524960,Framingham,city,MA,
"""


def square(x, y, clockwise=False):
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Polygon", "coordinates": [ring[::-1] if clockwise else ring]}


def count(conn, table=region):
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def refused(conn, rows, lang="zh-CN", **more):
    before = count(conn)
    report = import_regions(conn, rows, **more)
    assert not report.ok
    assert count(conn) == before
    assert report.added == report.updated == 0
    return [(p.row, p.column, p.value, p.text(lang)) for p in report.problems]


def test_towns_of_a_state(store, tmp_path):
    path = tmp_path / "towns.csv"
    path.write_text(TOWNS, encoding="utf-8")
    with store.writing() as conn:
        report = import_regions(conn, path, root_name="United States")
        assert (report.ok, report.added, report.updated, report.problems) == (True, 5, 0, [])
        tree = RegionTree.load(conn)
        hanover = tree.get("2507738280")
        assert tree.full_name(hanover.region_id, "en") == "Hanover, Plymouth County, Massachusetts"
        assert (hanover.level, tree.by_id(report.root_id).name_en) == ("township", "United States")
        # a town right under the state is a row of its own among counties
        group = tree.group_at("county")
        assert [tree.by_id(group[tree.get(c).region_id]).name_zh for c in ("2507738280", "2506524960")] == ["Plymouth County", "Framingham"]
        # the country is still there, before it
        assert [tree.by_id(i).name_en for i in tree.roots] == ["China", "United States"]
        matcher = RegionMatcher.load(conn, tree)
        assert matcher.match(text="Hanover").region_id == hanover.region_id
        assert matcher.match(text="assinippi", within="MA").region_id == hanover.region_id
        assert matcher.match(county="Plymouth", text="Hanover").region_id == hanover.region_id
        assert matcher.match(text="Framinghamshire").problem == "unknown"
        # the same table again changes nothing; a new name for a code is an update
        again = import_regions(conn, path, root_name="United States")
        assert (again.added, again.updated, again.unchanged) == (0, 0, 4)
        path.write_text(TOWNS.replace("Framingham", "City of Framingham"), encoding="utf-8")
        renamed = import_regions(conn, path, root_name="United States")
        assert (renamed.added, renamed.updated, renamed.unchanged) == (0, 1, 3)
        assert RegionTree.load(conn).get("2506524960").name_zh == "City of Framingham"


def test_chinese_headers_and_a_zone_without_a_code(store):
    rows = [
        {"名称": "苏州工业园区", "代码": "", "级别": "区县", "上级代码": "320500", "别名": "园区、SIP", "经度": "120.7", "纬度": 31.3},
        {"名称": "玉山镇", "代码": "320583100", "级别": "乡镇", "上级代码": 320583.0},
    ]
    with store.writing() as conn:
        report = import_regions(conn, rows)
        assert (report.added, report.problems) == (2, [])
        tree = RegionTree.load(conn)
        zone = tree.children(tree.get("320500").region_id)[-1]
        assert (zone.name_zh, zone.kind, zone.level, zone.code) == ("苏州工业园区", "functional_zone", "county", f"r{zone.region_id}")
        assert conn.execute(select(region.c.lon, region.c.lat).where(region.c.region_id == zone.region_id)).one() == (120.7, 31.3)
        assert sorted(conn.execute(select(region_alias.c.alias).where(region_alias.c.region_id == zone.region_id)).scalars()) == [
            "SIP",
            "园区",
        ]
        assert tree.full_name(tree.get("320583100").region_id) == "江苏省苏州市昆山市玉山镇"
        assert RegionMatcher.load(conn, tree).match(prefecture="苏州", county="工业园区").region_id == zone.region_id
        assert import_regions(conn, rows).unchanged == 2


def test_the_report_as_printed(sqlite_store):
    rows = [["各地区名单", "", "", ""], ["", "", "", ""], ["名称", "级别", "代码", "上级代码"], ["巴城镇", "乡镇", "320583101", "320583"]]
    with sqlite_store.writing() as conn:
        report = import_regions(conn, rows)
        assert report.text() == "地区表已导入：新增 1，更新 0，未变 0，边界 0。"
        assert report.text("en") == "Region table imported: 1 added, 0 updated, 0 unchanged, 0 boundaries."
        rows.append(["", "", "", ""])
        rows.append(["某镇", "镇", "320583999", "3205830"])
        # row numbers count title rows and blank ones, as the spreadsheet shows them
        assert import_regions(conn, rows).text().splitlines() == [
            "地区表没有导入，库里什么都没有改。请改正以下问题后重试：",
            "错误 第 6 行 上级代码：上级代码“3205830”既不在本表，也不在库里。请核对代码；注意表格软件可能去掉了开头的 0。",
        ]


def test_columns_in_any_order_and_spaces_in_headers(sqlite_store, tmp_path):
    path = tmp_path / "regions.csv"
    path.write_bytes("上级代码; 名称 ;行政级别;区划代码\r320583;巴城镇;乡镇;320583101\r".encode("gb18030"))
    with sqlite_store.writing() as conn:
        assert import_regions(conn, path).added == 1
        assert RegionTree.load(conn).get("320583101").name_zh == "巴城镇"


def test_a_workbook(sqlite_store, tmp_path):
    import xlsxwriter

    path = tmp_path / "kreise.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["AGS", "Name", "Level", "Parent code", "Valid from"])
        sheet.write_row(1, 0, ["05", "Nordrhein-Westfalen", "Bundesland", ""])
        sheet.write_row(2, 0, [5370, "Kreis Heinsberg", "Kreis", "05", "1972-01-01"])
    with sqlite_store.writing() as conn:
        report = import_regions(conn, path, root_name="Deutschland")
        assert report.added == 3
        tree = RegionTree.load(conn)
        assert tree.full_name(tree.get("5370").region_id, "en") == "Kreis Heinsberg, Nordrhein-Westfalen"
        assert str(conn.execute(select(region.c.valid_from).where(region.c.gb2260_code == "5370")).scalar_one()) == "1972-01-01"


def test_children_may_stand_before_their_parents(sqlite_store):
    rows = [["code", "name", "level", "parent_code"], ["b", "Below", "county", "a"], ["a", "Above", "province", ""]]
    with sqlite_store.writing() as conn:
        assert import_regions(conn, rows).added == 2
        tree = RegionTree.load(conn)
        assert tree.get("b").parent_id == tree.get("a").region_id
        assert tree.child_level() == "province"


def test_boundaries_are_joined_on_the_property_that_holds_the_codes(store, tmp_path):
    features = [
        {"type": "Feature", "properties": {"NAME": "x", "GEOID": 25023}, "geometry": square(-71, 42)},
        {"type": "Feature", "properties": {"NAME": "MA", "GEOID": "2507738280"}, "geometry": square(-70.123456789, 41)},
    ]
    path = tmp_path / "towns.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    rows = [line.split(",") for line in TOWNS.splitlines()]
    with store.writing() as conn:
        report = import_regions(conn, rows, geojson_path=path)
        assert (report.ok, report.added, report.boundaries) == (True, 4, 2)
        assert [(p.row, p.severity, p.text("en")) for p in report.problems] == [
            (2, "warning", "“Massachusetts” has no boundary in the file (imported, but a map cannot draw it)."),
            (5, "warning", "“Framingham” has no boundary in the file (imported, but a map cannot draw it)."),
        ]
        hanover = RegionTree.load(conn).get("2507738280").region_id
        body, crs, origin = conn.execute(
            select(region_boundary.c.geojson, region_boundary.c.crs, region_boundary.c.origin).where(region_boundary.c.region_id == hanover)
        ).one()
        ring = json.loads(body)["coordinates"][0]
        # clockwise, four decimals
        assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) > 0
        assert [-70.1235, 41.0] in ring
        assert (crs, origin) == ("EPSG:4326", "towns.geojson")
        assert conn.execute(select(region.c.lat).where(region.c.region_id == hanover)).scalar_one() == pytest.approx(41.5)
        assert import_regions(conn, rows, geojson_path=path).unchanged == 4
        assert count(conn, region_boundary) == 2


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (["x1", "", "county", "320500"], "name", "", "没有名称。请填写地区名称，或删去这一行。"),
        (
            ["x1", "某县", "galaxy", "320500"],
            "level",
            "galaxy",
            "不认识的级别“galaxy”。请改为其中之一：country（全国）、province（省级）、prefecture（市级）、county（县级）、township（乡镇级）。",
        ),
        (["x1", "某县", "", "320500"], "level", "", "不认识的级别“”。"),
        (
            ["x1", "某县", "county", "32050"],
            "parent_code",
            "32050",
            "上级代码“32050”既不在本表，也不在库里。请核对代码；注意表格软件可能去掉了开头的 0。",
        ),
        (["x1", "某市", "prefecture", "320583"], "parent_code", "320583", "上级“320583”的级别低于本行。"),
        (
            ["320500", "某州", "province", "100000"],
            "code",
            "320500",
            "代码“320500”在库里是“江苏省苏州市”。如果是另一个地区，请给代码加前缀（例如 DE-320500），上级代码也一样。",
        ),
        (["x 1", "某县", "county", "320500"], "code", "x 1", "代码“x 1”里有空格"),
        (["x" * 13, "某县", "county", "320500"], "code", "x" * 13, "太长（最多 12 个字符）"),
        (["x1", "某" * 101, "county", "320500"], "name", "某" * 101, "太长（最多 100 个字符）"),
        (["x1", "某县", "county", "320500", "190"], "lon", "190", "“190”不是 -180 到 180 之间的经纬度。请用十进制的度，例如 118.78。"),
        (["x1", "某县", "county", "320500", "nan"], "lon", "nan", "“nan”不是 -180 到 180 之间的经纬度"),
        (["x1", "某县", "county", "320500", "", "去年"], "valid_from", "去年", "“去年”不是日期。请写成 2022-08-05。"),
        (["x1", "某县", "county", "320500", "", "2022-02-30"], "valid_from", "2022-02-30", "不是日期"),
        (["x1", "某县", "county", "320500", "", "2022-02-03", "2021/1/1"], "valid_to", "2021/1/1", "失效日期“2021/1/1”早于生效日期。"),
    ],
)
def test_a_fault_says_where_and_what_to_do(sqlite_store, row, column, value, says):
    table = [["code", "name", "level", "parent_code", "lon", "valid_from", "valid_to"], ["ok1", "好县", "county", "320500"], row]
    with sqlite_store.writing() as conn:
        [(number, at, held, text)] = refused(conn, table)
        assert (number, at, held) == (3, column, value)
        assert says in text


def test_every_message_is_there_in_both_languages(sqlite_store):
    with sqlite_store.writing() as conn:
        [(_, _, _, text)] = refused(conn, [["code", "name", "level", "parent_code"], ["q", "Q", "county", "nowhere"]], lang="en")
    assert text == "Parent code “nowhere” is neither in this table nor in the store. Check it; spreadsheet programs drop leading zeros."


def test_a_fault_is_told_once_not_again_at_its_children(sqlite_store):
    rows = [["code", "name", "level", "parent_code"], ["a", "甲", "galaxy", "320500"], ["b", "乙", "township", "a"]]
    with sqlite_store.writing() as conn:
        assert [f[:3] for f in refused(conn, rows)] == [(2, "level", "galaxy")]


def test_codes_used_twice_and_circles(sqlite_store):
    head = ["code", "name", "level", "parent_code"]
    with sqlite_store.writing() as conn:
        [fault] = refused(conn, [head, ["a", "甲", "county", "320500"], ["a", "乙", "county", "320500"]])
        assert fault == (3, "code", "a", "代码“a”在第 2 行已经用过。每个地区的代码只能出现一次。")
        [fault] = refused(conn, [head, ["", "甲", "county", "320500"], ["", "甲", "county", "320500"]])
        assert fault[3].startswith("第 2 行已有同一上级下的“甲”")
        [fault] = refused(conn, [head, ["a", "甲", "county", "b"], ["b", "乙", "county", "a"]])
        assert fault[3].startswith("上级关系绕成了一圈（从“a”出发又回到它自己）")
        [fault] = refused(conn, [head, ["a", "甲", "county", "a"]])
        assert fault[0] == 2


def test_files_that_are_no_region_tables(sqlite_store, tmp_path):
    empty, broken, only_head = tmp_path / "a.csv", tmp_path / "b.xlsx", [["name", "level"]]
    empty.write_bytes(b"")
    broken.write_bytes(b"PK\x03\x04 and no workbook")
    with sqlite_store.writing() as conn:
        assert len(refused(conn, empty)[0][3]) > 10
        assert refused(conn, only_head)[0][3].startswith("表里没有数据行")
        for path in (broken, tmp_path / "missing.csv"):
            [(row, _, _, text)] = refused(conn, path)
            assert row is None
            assert len(text) > 10
        assert [f[2] for f in refused(conn, [["color"], ["red"]])] == ["name", "level"]
        assert refused(conn, [["name", "名称", "level"], ["a", "b", "county"]])[0][3] == "有两列都是“名称”。请删去或改名其中一列。"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "读不出边界文件"),
        ("[]", "读不出边界文件"),
        ("[" * 100_000, "读不出边界文件"),
        ('{"features": [{"properties": {"a": "zzz"}}]}', "边界文件里没有哪个属性与表中的代码对得上"),
        ('{"features": [{"properties": {"a": "x1"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "“x1”的边界不是面"),
        (
            '{"features": [{"id": "x1", "geometry": {"type": "Polygon", "coordinates": [[[500, 1], [501, 1], [501, 2], [500, 1]]]}}]}',
            "坐标不是经纬度",
        ),
        ('{"features": [{"properties": {"a": "x1"}, "geometry": {"type": "Polygon", "coordinates": "?"}}]}', "“x1”的边界不是面"),
        ('{"features": [{"properties": {"a": "x1"}, "geometry": null}]}', "“x1”的边界不是面"),
    ],
)
def test_faulty_boundaries_stop_the_table(sqlite_store, tmp_path, body, says):
    path = tmp_path / "b.geojson"
    path.write_text(body, encoding="utf-8")
    with sqlite_store.writing() as conn:
        faults = refused(conn, [["code", "name", "level", "parent_code"], ["x1", "某县", "county", "320500"]], geojson_path=path)
        assert says in faults[0][3]
