"""What stands in the store already when a file of places comes in or goes out again: who may see it, its code, its links, its kilometre."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from data.filters import Filters
from data.ledgers import pipeline as ledgers
from data.ledgers.prepare import ImportOptions
from data.places import pipeline
from data.places.located import LONGEST_ORIGINAL
from data.places.model import PlaceError, PlaceOptions
from data.positions import places as positions
from data.queries.progress_by_region import progress_by_region
from data.schema import item, object_, place_origin, water_body, zone
from data.store import Store
from tests import ledger_files, place_files
from tests.placed import at, counted, drawn, rows

OUTFALLS = PlaceOptions("outfall", crs="CGCS2000")
CAMPAIGN = PlaceOptions("outfall", crs="CGCS2000", campaign="pk-2022", new_campaign="排口排查", as_known=date(2022, 10, 1))
SOURCES = PlaceOptions("source_area", crs="CGCS2000")
SOURCE_HEAD = ["水源地编码", "水源地名称", "所在县", "经度", "纬度"]
RIVER_HEAD = [*place_files.HEAD, "受纳水体", "岸别"]
#: km of a degree of longitude at 32.05 N
DEGREE_KM = 94.45


def put(store: Store, listed: list[list[Any]], options: PlaceOptions = OUTFALLS) -> Any:
    return pipeline.run_import(store, place_files.table(listed), "点位.csv", options)


def waters(store: Store, *bodies: tuple[dict[str, Any], dict[str, Any]]) -> Any:
    return pipeline.run_import(store, place_files.geojson(bodies), "水体.geojson", PlaceOptions("water_body"))


def seen(store: Store, code: str) -> str:
    """Who may see an object."""
    (found,) = rows(store, object_, object_.c.official_code == code)
    return str(found["sensitivity"])


def general(store: Store) -> list[tuple[float, float]]:
    """What a viewer who is not shown restricted positions gets of the first campaign."""
    held = positions.places_of(store, store.index(1), "all/general")
    return sorted((held.x[i] / 1e6, held.y[i] / 1e6) for i in held.order.tolist())


def along(store: Store, code: str) -> tuple[float | None, str | None]:
    """Kilometre and bank of an object."""
    (found,) = rows(store, object_, object_.c.official_code == code)
    return found["river_km"], found["bank"]


def of_water(store: Store, code: str) -> int:
    """Items of a water body, as pages count them."""
    frame = progress_by_region("all", store, Filters.from_query(f"campaign=pk-2022&level=county&water={code}&as_of=2022-10-01"))
    return int(frame["effective"].sum())


# ----------------------------------------------------------------------------- who may see a source area


def source_ledger(store: Store) -> None:
    listed = [["问题编号", "水源地编码", "水源地名称", "所在县", "经度", "纬度", "发现日期"]]
    listed += [
        ["1", "S1", "东湖水源地", "玄武区", "118.80", "32.06", "2022-08-01"],
        ["2", "S2", "西湖水源地", "玄武区", "", "", "2022-08-01"],
    ]
    options = ImportOptions("sy-2022", "水源地", kind="source_problem", as_known=date(2022, 9, 1))
    ledgers.run_import(store, ledger_files.workbook(listed), "台账.xlsx", options)


def test_a_source_area_of_a_ledger_is_for_few(store: Store) -> None:
    source_ledger(store)
    assert {r["official_code"]: (r["object_type"], r["sensitivity"]) for r in rows(store, object_)} == {
        "S1": ("source_area", "restricted"), "S2": ("source_area", "restricted"),
    }  # fmt: skip
    assert drawn(store, "sy-2022") == [(118.80, 32.06)] and (118.80, 32.06) not in general(store)
    listed = [["企业编码", "企业名称", "所在县", "发现日期"], ["E1", "甲厂", "玄武区", "2022-08-01"]]
    options = ImportOptions("qy-2022", "企业", kind="finding", as_known=date(2022, 9, 1))
    ledgers.run_import(store, ledger_files.workbook(listed), "企业.xlsx", options)
    assert seen(store, "E1") == "internal"


def test_a_position_makes_a_source_area_restricted_unless_somebody_says_otherwise(store: Store) -> None:
    source_ledger(store)
    # as ledgers of before left them
    with store.writing() as conn:
        conn.execute(update(object_).values(sensitivity="internal"))
    listed = [[*SOURCE_HEAD], ["S1", "东湖水源地", "玄武区", 118.80, 32.06], ["S2", "西湖水源地", "玄武区", 118.81, 32.07]]
    done = put(store, listed, SOURCES)
    assert (done.new, done.changed, seen(store, "S1"), seen(store, "S2")) == (0, 2, "restricted", "restricted")
    assert drawn(store, "sy-2022") == [(118.80, 32.06), (118.81, 32.07)]
    assert not {(118.80, 32.06), (118.81, 32.07)} & set(general(store))
    # what a file says holds, and a later file that says nothing leaves it
    said = [[*SOURCE_HEAD, "公开程度"], ["S2", "西湖水源地", "玄武区", 118.81, 32.07, "内部"]]
    put(store, said, SOURCES)
    assert seen(store, "S2") == "internal" and (118.81, 32.07) in general(store)
    listed[2][3] = 118.82
    put(store, listed, SOURCES)
    assert (seen(store, "S2"), at(store, "S2")) == ("internal", (118.82, 32.07))


def test_a_name_without_a_position_changes_nothing_of_who_may_see_it(sqlite_store: Store) -> None:
    put(sqlite_store, [[*SOURCE_HEAD[:3], "公开程度"], ["S1", "东湖水源地", "玄武区", "公开"]], SOURCES)
    put(sqlite_store, [[*SOURCE_HEAD[:3], "权属单位"], ["S1", "东湖水源地", "玄武区", "水务局"]], SOURCES)
    assert seen(sqlite_store, "S1") == "public"
    placed = [[*SOURCE_HEAD], ["S1", "东湖水源地", "玄武区", 118.80, 32.06]]
    done = put(sqlite_store, placed, SOURCES)
    assert seen(sqlite_store, "S1") == "restricted"
    pipeline.undo(sqlite_store, done.batch_id)
    assert seen(sqlite_store, "S1") == "public"


# ----------------------------------------------------------------------------- the code of a water body


def test_a_water_body_keeps_its_code_however_a_later_file_spells_it(store: Store) -> None:
    waters(store, ({"名称": "试河", "编码": "SH-01"}, place_files.RIVER))
    put(store, [RIVER_HEAD, ["A1", "一", 118.75, 32.0501, "试河", ""]], CAMPAIGN)
    assert of_water(store, "SH-01") == 1
    later = waters(store, ({"名称": "试河", "编码": "ｓｈ-01"}, place_files.line((118.60, 32.05), (118.80, 32.05))))
    assert (later.new, later.changed) == (0, 1)
    assert [r["code"] for r in rows(store, water_body)] == ["SH-01"]
    assert of_water(store, "SH-01") == 1
    (key,) = [r["object_id"] for r in rows(store, object_)]
    assert along(store, "A1")[0] == pytest.approx(0.15 * DEGREE_KM, abs=0.03)
    with store.writing() as conn:
        pipeline.fold(conn, pipeline.takeback.hanging(conn, [key]))
    assert of_water(store, "SH-01") == 1
    pipeline.undo(store, later.batch_id)
    assert of_water(store, "SH-01") == 1


# ----------------------------------------------------------------------------- links that undo takes back


def ledger_of_outfalls(store: Store) -> None:
    listed = [["编号", "排污口名称", "所在县", "排查日期"], ["A1", "一号", "玄武区", "2022-08-01"]]
    listed += [["A2", "二号", "玄武区", "2022-08-01"]]
    options = ImportOptions("pk-2022", "排口", kind="outfall", as_known=date(2022, 9, 1))
    ledgers.run_import(store, ledger_files.workbook(listed), "台账.xlsx", options)


def test_undo_leaves_an_item_that_was_linked_to_something_else_since(store: Store) -> None:
    ledger_of_outfalls(store)
    done = put(store, [[*place_files.HEAD], ["A1", "一号", 118.80, 32.06], ["A2", "二号", 118.81, 32.07]], CAMPAIGN)
    put(store, [[*place_files.HEAD], ["B1", "别处", 118.82, 32.08]])
    links = {r["ledger_no"]: r["object_id"] for r in rows(store, item)}
    assert done.items == 0 and all(links.values())
    (other,) = [r["object_id"] for r in rows(store, object_, object_.c.official_code == "B1")]
    with store.writing() as conn:
        conn.execute(update(item).where(item.c.ledger_no == "A2").values(object_id=other))
    pipeline.undo(store, done.batch_id)
    assert {r["ledger_no"]: r["object_id"] for r in rows(store, item)} == {"A1": None, "A2": other}


# ----------------------------------------------------------------------------- kilometres


def test_undo_measures_an_outfall_by_the_line_of_now(store: Store) -> None:
    waters(store, ({"名称": "试河", "编码": "SH"}, place_files.RIVER))
    put(store, [RIVER_HEAD, ["A1", "一", 118.75, 32.0501, "试河", ""]])
    moved = put(store, [RIVER_HEAD, ["A1", "一", 118.76, 32.0501, "试河", ""]])
    waters(store, ({"名称": "试河", "编码": "SH"}, place_files.line((118.60, 32.05), (118.80, 32.05))))
    assert along(store, "A1")[0] == pytest.approx(0.16 * DEGREE_KM, abs=0.03)
    pipeline.undo(store, moved.batch_id)
    assert at(store, "A1") == (118.75, 32.0501)
    assert along(store, "A1")[0] == pytest.approx(0.15 * DEGREE_KM, abs=0.03)


def test_an_outfall_that_moves_to_a_lake_or_another_river_has_no_kilometre_of_before(store: Store) -> None:
    lake = place_files.polygon([(118.70, 32.10), (118.80, 32.10), (118.80, 32.20), (118.70, 32.20), (118.70, 32.10)])
    north = place_files.line((118.70, 32.30), (118.80, 32.30))
    waters(store, ({"名称": "试河", "编码": "SH"}, place_files.RIVER), ({"名称": "试湖", "编码": "HU"}, lake), ({"名称": "北河"}, north))
    listed = [[*RIVER_HEAD], ["A1", "一", 118.75, 32.0501, "试河", "左岸"], ["A2", "二", 118.75, 32.0501, "试河", "左岸"]]
    listed += [["A3", "三", 118.75, 32.0501, "试河", "左岸"], ["A4", "四", 118.75, 32.0501, "试河", "左岸"]]
    first = put(store, listed)
    here = along(store, "A1")
    assert here == (pytest.approx(0.05 * DEGREE_KM, abs=0.02), "left")
    listed[1][2:] = [118.75, 32.15, "试湖", ""]
    listed[2][2:] = [118.78, 32.3001, "北河", ""]
    listed[3][2:] = [118.76, 32.0501, "", ""]
    listed[4][2:] = [118.75, 32.0501, "", ""]
    moved = put(store, listed)
    assert (moved.changed, moved.same) == (3, 1)
    assert along(store, "A1") == (None, None)
    assert along(store, "A2") == (pytest.approx(0.08 * DEGREE_KM, abs=0.04), None)
    # along its own river it keeps the bank that was given, and what did not move keeps everything
    assert along(store, "A3") == (pytest.approx(0.06 * DEGREE_KM, abs=0.02), "left")
    assert along(store, "A4") == here
    pipeline.undo(store, moved.batch_id)
    assert [along(store, code) for code in ("A1", "A2", "A3")] == [here] * 3
    # a line that is gone from the store, as a river of another system that gives none
    with store.writing() as conn:
        conn.execute(update(water_body).where(water_body.c.code == "SH").values(geometry=None))
    listed[1][2:] = [118.77, 32.0501, "试河", ""]
    put(store, listed[:2])
    assert along(store, "A1") == (None, None)
    assert first.new == 4


def test_a_word_without_a_position_moves_an_outfall_to_another_river_where_it_stands(sqlite_store: Store) -> None:
    north = place_files.line((118.70, 32.0502), (118.80, 32.0502))
    waters(sqlite_store, ({"名称": "试河", "编码": "SH"}, place_files.RIVER), ({"名称": "北河", "编码": "BH"}, north))
    head = ["断面编码", "断面名称", "经度", "纬度", "受纳水体"]
    sections = PlaceOptions("section", crs="GCJ-02")
    put(sqlite_store, [head, ["D1", "一", 118.75, 32.0501, "试河"]], sections)
    before = along(sqlite_store, "D1")[0]
    put(sqlite_store, [[head[0], head[1], head[4]], ["D1", "一", "北河"]], PlaceOptions("section"))
    (found,) = rows(sqlite_store, object_)
    (north_id,) = [r["water_body_id"] for r in rows(sqlite_store, water_body, water_body.c.code == "BH")]
    assert (found["water_body_id"], found["lon"]) == (north_id, 118.75)
    # degrees shifted by the declared system are turned back before they are measured
    assert found["river_km"] == pytest.approx(before, abs=0.001)
    assert 0.1 < 0.05 * DEGREE_KM - found["river_km"] < 0.9


# ----------------------------------------------------------------------------- coordinates as written


def test_long_coordinates_are_kept_to_a_limit(sqlite_store: Store) -> None:
    ring = [(114 + n % 2 * 1e-5 + n * 1e-5, 35.0) for n in range(1500)] + [(114.02, 35.1), (114.0, 35.1)]
    corners = ";".join(f"{x:.9f},{y:.9f}" for x, y in ring)
    wkt = "POLYGON((" + ",".join(f"{x:.9f} {y:.9f}" for x, y in [*ring, ring[0]]) + "))"
    zones = PlaceOptions("zone", crs="CGCS2000")
    head = ["保护区名称", "保护区级别", "批复文号"]
    assert min(len(corners), len(wkt)) > LONGEST_ORIGINAL
    put(sqlite_store, [[*head, "拐点坐标"], ["甲", "一级", "批1", corners]], zones)
    put(sqlite_store, [[*head, "WKT"], ["乙", "一级", "批1", wkt]], zones)
    one_a_row: list[list[Any]] = [[*head, "拐点序号", "经度", "纬度"]]
    one_a_row += [["丙", "一级", "批1", n + 1, f"{x:.9f}", f"{y:.9f}"] for n, (x, y) in enumerate(ring)]
    put(sqlite_store, one_a_row, zones)
    kept = [r["original"] for r in rows(sqlite_store, place_origin)]
    assert [(len(text), text[-1]) for text in kept] == [(LONGEST_ORIGINAL, "…")] * 3
    assert kept[0][:-1] == corners[: LONGEST_ORIGINAL - 1] and kept[1][:-1] == wkt[: LONGEST_ORIGINAL - 1]
    assert kept[2].startswith(f"{ring[0][0]:.9f}, {ring[0][1]:.9f}; {ring[1][0]:.9f}, ")
    # the shape itself is whole
    assert [r["north"] for r in rows(sqlite_store, zone)] == [35.1] * 3


# ----------------------------------------------------------------------------- two rows, one place


def test_two_spellings_of_one_code_are_told(store: Store) -> None:
    put(store, [[*place_files.HEAD], ["a1", "一", 118.80, 32.06]])
    shown = pipeline.check(
        store, place_files.table([[*place_files.HEAD], ["A1", "一", 118.80, 32.06], ["a1", "一", 118.81, 32.06]]), "b.csv", OUTFALLS
    )
    assert [(f.code, f.text("zh-CN")) for f in shown.faults] == [("code_twice", "“a1”在第 2 行已经出现过，但内容不同。")]


def test_a_name_does_not_take_what_another_row_names_by_its_code(store: Store) -> None:
    put(store, [[*place_files.HEAD, "所在县"], ["", "一号", 118.80, 32.06, "玄武区"], ["A2", "二号", 118.81, 32.06, "玄武区"]])
    listed = [[*place_files.HEAD, "所在县"], ["", "二号", 118.82, 32.06, "玄武区"], ["A2", "二号", 118.83, 32.06, "玄武区"]]
    done = put(store, listed)
    assert (done.new, done.changed, at(store, "A2")) == (1, 1, (118.83, 32.06))
    both = [[*place_files.HEAD, "所在县"], ["A1", "一号", 118.80, 32.06, "玄武区"], ["", "一号", 118.84, 32.06, "玄武区"]]
    with pytest.raises(PlaceError) as error:
        put(store, both)
    assert error.value.text("en").startswith("row 2 and row 3 mean the same place of the store, “一号”.")
    assert counted(store, object_) == 3
