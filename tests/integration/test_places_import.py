"""A file of places goes in: what is wrong is found, what a person confirms comes in, and all of it can be taken back."""

import json
from datetime import date

import numpy as np
import pytest
from sqlalchemy import select

from data.filters import Filters
from data.ledgers import pipeline as ledgers
from data.ledgers.prepare import ImportOptions
from data.places import pipeline
from data.places.crs import to_gcj
from data.places.model import PlaceError, PlaceOptions
from data.queries.progress_by_region import progress_by_region
from data.rollup.refresh import refresh
from data.schema import campaign, item, object_, place_batch, place_origin, section_quality, track, water_body
from data.store import Store, bump
from tests import ledger_files, place_files
from tests.placed import at, counted, drawn, rows

OUTFALLS = PlaceOptions("outfall", crs="CGCS2000")
CAMPAIGN = PlaceOptions("outfall", crs="CGCS2000", campaign="pk-2022", new_campaign="排口排查", as_known=date(2022, 10, 1))


# ----------------------------------------------------------------------------- the 270 rows


def test_swapped_rows_wait_for_somebody_to_confirm(store: Store) -> None:
    listed = place_files.outfalls(270, 94, 1)
    data = place_files.table(listed)
    shown = pipeline.check(store, data, "排污口.csv", OUTFALLS)
    assert (shown.rows, shown.accepted, shown.waiting, shown.refused) == (270, 175, 94, 1)
    assert shown.repairable == {"swapped": 94}
    waiting = [f for f in shown.faults if f.repair == "swapped"]
    assert len(waiting) == 94
    first = waiting[0]
    row = listed[first.row]
    assert first.before == (row[2], row[3]) and first.after == (row[3], row[2])
    assert first.text("zh-CN") == f"经度和纬度写反了：{row[2]}, {row[3]}。"
    assert first.text("en") == f"Longitude and latitude stand the wrong way round: {row[2]}, {row[3]}."
    (broken,) = [f for f in shown.faults if f.code == "coordinate_unreadable"]
    assert (broken.where("zh-CN"), broken.value) == ("第 271 行", "118.7#2")
    assert counted(store, object_) == 0

    none = pipeline.run_import(store, data, "排污口.csv", OUTFALLS)
    assert (none.new, none.repaired, none.refused) == (175, 0, 95)
    assert counted(store, object_) == 175
    again = pipeline.run_import(store, data, "排污口.csv", OUTFALLS)
    assert again.already and again.batch_id == none.batch_id
    confirmed = frozenset(f.row for f in waiting)
    both = pipeline.run_import(store, data, "排污口.csv", OUTFALLS, confirmed)
    assert (both.new, both.changed, both.same, both.repaired, both.refused) == (94, 0, 175, 94, 1)
    for number in range(1, 270):
        code, _, x, y = listed[number]
        assert at(store, str(code)) == ((y, x) if number in confirmed else (x, y))
    (origin,) = rows(store, place_origin, place_origin.c.stands_at == str(first.row + 1))
    assert (origin["original"], origin["crs_declared"], origin["repairs"]) == (f"{row[2]}, {row[3]}", "CGCS2000", ["swapped"])

    assert pipeline.undo(store, both.batch_id) == 94
    assert counted(store, object_) == 175
    assert pipeline.undo(store, none.batch_id) == 175
    assert counted(store, object_) == 0 and counted(store, place_origin) == 0
    assert [h["undone_at"] is not None for h in pipeline.history(store)] == [True, True]


def test_nothing_is_written_when_it_ends_half_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    version = store.version()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "_close", dies)
    with pytest.raises(KeyboardInterrupt):
        pipeline.run_import(store, place_files.table(place_files.outfalls(20, 0, 0)), "a.csv", CAMPAIGN)
    assert [counted(store, t) for t in (object_, item, place_batch, place_origin, campaign)] == [0] * 5
    assert store.version() == version


# ----------------------------------------------------------------------------- outfalls and their campaign


def test_outfalls_become_items_where_they_lie(store: Store) -> None:
    head = [*place_files.HEAD, "整治状态", "排查日期", "类型"]
    listed = [head, ["A1", "一号", 118.75, 32.05, "完成整治", "2022-08-01", "工业"], ["A2", "二号", 118.76, 32.06, "", "", "农业"]]
    listed += [["", "无编码", 118.77, 32.07, "天晓得", "2022-08-03", ""]]
    done = pipeline.run_import(store, place_files.table(listed), "a.csv", CAMPAIGN)
    assert (done.new, done.items, done.refused) == (3, 3, 0)
    assert drawn(store, "pk-2022") == [(118.75, 32.05), (118.76, 32.06), (118.77, 32.07)]
    found = {r["ledger_no"]: r for r in rows(store, item)}
    assert {n: (r["stage"], r["discovered_on"], r["loop"]) for n, r in found.items()} == {
        "A1": ("completed", date(2022, 8, 1), "sm4-outfall"),
        "A2": ("confirmed", date(2022, 10, 1), "sm4-outfall"),
        "无编码": ("confirmed", date(2022, 8, 3), "sm4-outfall"),
    }
    assert all(r["object_id"] is not None for r in found.values())
    assert store.ledger_day([1]) == date(2022, 10, 1)
    warned = [f.text("en") for f in done.preview.faults]  # type: ignore[union-attr]
    assert warned == ["The status “天晓得” is not known; it counts as confirmed."]
    # a better survey moves an outfall, and its item on the map with it
    listed[1][2] = 118.7501
    moved = pipeline.run_import(store, place_files.table(listed), "b.csv", CAMPAIGN)
    assert (moved.new, moved.changed, moved.same, moved.items) == (0, 1, 2, 0)
    assert drawn(store, "pk-2022")[0] == (118.7501, 32.05)
    pipeline.undo(store, moved.batch_id)
    assert drawn(store, "pk-2022")[0] == (118.75, 32.05)
    pipeline.undo(store, done.batch_id)
    assert drawn(store, "pk-2022") == []
    again = pipeline.run_import(store, place_files.table(listed), "c.csv", CAMPAIGN)
    assert (again.items, len(drawn(store, "pk-2022"))) == (3, 3)


def test_a_ledger_and_a_layer_meet_in_one_object(store: Store) -> None:
    ledger = [["入河排污口编码", "排污口名称", "所在县", "整治状态", "排查日期"], ["A1", "一号", "玄武区", "整治", "2022-08-01"]]
    ledgers.run_import(store, ledger_files.workbook(ledger), "台账.xlsx", ImportOptions("pk-2022", "排口", as_known=date(2022, 9, 1)))
    assert drawn(store, "pk-2022") == []
    listed = [[*place_files.HEAD], ["A1", "一号排口", 118.80, 32.06], ["A2", "二号排口", 118.81, 32.07]]
    done = pipeline.run_import(store, place_files.table(listed), "a.csv", CAMPAIGN)
    assert (done.new, done.changed, done.items) == (1, 1, 1)
    assert drawn(store, "pk-2022") == [(118.80, 32.06), (118.81, 32.07)]
    assert {r["ledger_no"]: r["stage"] for r in rows(store, item)} == {"A1": "rectifying", "A2": "confirmed"}
    with pytest.raises(PlaceError) as error:
        pipeline.undo(store, 9)
    assert error.value.text("en").startswith("There is no import of places number 9.")


def test_a_ledger_with_positions_is_seen_on_the_map(store: Store) -> None:
    """The rollup folded from fresh rows is the one that the tables give."""
    listed = [["编号", "排污口编码", "名称", "所在县", "经度", "纬度", "坐标系", "排查日期"]]
    listed += [
        ["1", "A1", "一", "玄武区", "118.80", "32.06", "", "2022-08-01"],
        ["2", "", "二", "玄武区", "118.80", "32.06", "GCJ-02", "2022-08-01"],
    ]
    listed += [["3", "A3", "三", "玄武区", "", "", "", "2022-08-01"]]
    river(store)
    listed_places = [[*place_files.HEAD, "敏感级别", "受纳水体"], ["A3", "三", 118.82, 32.08, "受限", "试河"]]
    pipeline.run_import(store, place_files.table(listed_places), "a.csv", OUTFALLS)
    ledgers.run_import(
        store, ledger_files.workbook(listed), "台账.xlsx", ImportOptions("pk-2022", "排口", kind="outfall", as_known=date(2022, 9, 1))
    )
    fresh = drawn(store, "pk-2022")
    assert (118.80, 32.06) in fresh and (118.82, 32.08) in fresh and len(fresh) == 3
    shifted = next(p for p in fresh if p not in ((118.80, 32.06), (118.82, 32.08)))
    assert 0.003 < 118.80 - shifted[0] < 0.008
    of_river = progress_by_region("all", store, Filters.from_query("campaign=pk-2022&level=county&water=SH&as_of=2022-09-01"))
    assert of_river["effective"].tolist() == [1]
    hidden = store.index(1).hidden.copy()
    with store.writing() as conn:
        places = set(conn.execute(select(item.c.region_id)).scalars())
        refresh(conn, 1, places)
        bump(conn, "test")
    assert drawn(store, "pk-2022") == fresh
    again = progress_by_region("all", store, Filters.from_query("campaign=pk-2022&level=county&water=SH&as_of=2022-09-01"))
    assert again["effective"].tolist() == [1]
    assert hidden.sum() == 1 and (store.index(1).hidden == hidden).all()


# ----------------------------------------------------------------------------- rivers


def river(store: Store) -> None:
    data = place_files.geojson([({"名称": "试河", "编码": "SH"}, place_files.RIVER)])
    done = pipeline.run_import(store, data, "河.geojson", PlaceOptions("water_body"))
    assert done.new == 1


def test_outfalls_beside_their_river(store: Store) -> None:
    first = [[*place_files.HEAD, "受纳水体", "岸别"], ["A0", "早", 118.75, 32.0501, "试河", ""]]
    early = pipeline.run_import(store, place_files.table(first), "早.csv", OUTFALLS)
    assert [f.code for f in early.preview.notes] == ["region_from_position", "waters_none"]  # type: ignore[union-attr]
    river(store)
    (linked,) = rows(store, object_)
    # one degree of longitude at 32.05 N is 94.4 km; the outfall lies half way down
    assert linked["river_km"] == pytest.approx(0.05 * 94.45, abs=0.02)
    (found,) = rows(store, water_body)
    assert found["length_km"] == pytest.approx(0.1 * 94.45, abs=0.03) and found["kind"] == "river"
    x, y = to_gcj(np.array([118.77]), np.array([32.0502]))
    listed: list[list[object]] = [list(first[0])]
    listed += [["A1", "一", 118.72, 32.0504, "试河", "左岸"], ["A2", "二", 118.72, 32.0504, "SH", "右岸"]]
    listed += [["A3", "三", 118.72, 32.06, "试河", ""], ["A4", "四", float(x[0]), float(y[0]), "试河", ""]]
    done = pipeline.run_import(store, place_files.table(listed), "a.csv", OUTFALLS)
    said = {f.row: (f.code, f.text("en")) for f in done.preview.faults}  # type: ignore[union-attr]
    assert said[2] == ("bank_wrong", "It says 右岸, but by its position it lies on the left bank of 试河, 44 m away.")
    assert said[3][0] == "water_far" and "1112 m from 试河" in said[3][1]
    assert said[4][0] == "system_other" and "if its numbers are really GCJ-02" in said[4][1]
    assert (1 in said, done.new) == (False, 4)
    # a corrected line: the outfalls' places along it follow, and go back with it
    longer = place_files.geojson([({"名称": "试河", "编码": "SH"}, place_files.line((118.60, 32.05), (118.70, 32.05), (118.80, 32.05)))])
    better = pipeline.run_import(store, longer, "河2.geojson", PlaceOptions("water_body"))
    assert rows(store, object_, object_.c.official_code == "A0")[0]["river_km"] == pytest.approx(0.15 * 94.45, abs=0.04)
    pipeline.undo(store, better.batch_id)
    assert rows(store, object_, object_.c.official_code == "A0")[0]["river_km"] == linked["river_km"]
    with pytest.raises(PlaceError) as error:
        pipeline.undo(store, 2)
    # the early outfall was linked by that import itself, the four others belong to another one
    assert error.value.text("en").startswith("4 places of other imports belong to water bodies of import 2.")


def test_a_line_drawn_from_its_mouth_is_turned_round(store: Store) -> None:
    river(store)
    data = place_files.geojson([({"名称": "支流", "汇入": "试河"}, place_files.line((118.75, 32.051), (118.75, 32.20)))])
    shown = pipeline.check(store, data, "支.geojson", PlaceOptions("water_body"))
    assert shown.repairable == {"reversed": 1}
    assert shown.faults[0].text("zh-CN") == "这条线从汇入口画起（距“试河” 111 米），方向反了。"
    pipeline.run_import(store, data, "支.geojson", PlaceOptions("water_body"), {1})
    (found,) = rows(store, water_body, water_body.c.name_zh == "支流")
    assert json.loads(found["geometry"])["coordinates"] == [[118.75, 32.2], [118.75, 32.051]]
    assert found["flows_into_km"] == pytest.approx(0.05 * 94.45, abs=0.02)


# ----------------------------------------------------------------------------- sections, quality, tracks


def test_sections_and_their_months(store: Store) -> None:
    sections = [["断面编码", "断面名称", "经度", "纬度", "水质目标", "水期"], ["S1", "一号断面", 118.80, 32.06, "Ⅲ类", "x"]]
    pipeline.run_import(store, place_files.table(sections), "断面.csv", PlaceOptions("section", crs="WGS84"))
    (found,) = rows(store, object_)
    assert (found["grade_target"], found["detail"]) == ("III", {"水期": "x"})
    months = [["断面名称", "月份", "水质类别", "氨氮"], ["一号断面", "2022年7月", "劣Ⅴ类", 2.5], ["一号断面", "2022-08", "III", 0.5]]
    months += [
        ["一号断面", "20220915", "断流", ""],
        ["无此断面", "2022-09", "I", ""],
        ["一号断面", "2022-10", "七类", ""],
        ["一号断面", "202213", "I", ""],
    ]
    done = pipeline.run_import(store, place_files.table(months), "水质.csv", PlaceOptions("quality"))
    assert (done.new, done.refused) == (3, 3)
    held = {r["month"]: (r["grade"], r["indicators"], r["standard_version"]) for r in rows(store, section_quality)}
    assert held == {
        date(2022, 7, 1): ("inferior", {"氨氮": 2.5}, "GB 3838-2002"), date(2022, 8, 1): ("III", {"氨氮": 0.5}, "GB 3838-2002"),
        date(2022, 9, 1): (None, None, "GB 3838-2002"),
    }  # fmt: skip
    months[1][2] = "Ⅴ类"
    later = pipeline.run_import(store, place_files.table(months), "水质.csv", PlaceOptions("quality"))
    assert (later.new, later.changed, later.same) == (0, 1, 2)
    pipeline.undo(store, later.batch_id)
    assert rows(store, section_quality, section_quality.c.month == date(2022, 7, 1))[0]["grade"] == "inferior"
    with pytest.raises(PlaceError) as error:
        pipeline.undo(store, later.batch_id)
    assert error.value.code == "place_batch_undone"
    pipeline.undo(store, done.batch_id)
    assert counted(store, section_quality) == 0


def test_sections_without_positions_are_kept_by_name(sqlite_store: Store) -> None:
    done = pipeline.run_import(
        sqlite_store, place_files.table([["断面名称", "所在县"], ["甲断面", "玄武区"]]), "断面.csv", PlaceOptions("section")
    )
    assert [f.text("zh-CN") for f in done.preview.faults] == ["这一行没有坐标，只登记名称，不上图。"]  # type: ignore[union-attr]
    placed = [["断面名称", "所在县", "经度", "纬度"], ["甲断面", "玄武区", 118.80, 32.06]]
    later = pipeline.run_import(sqlite_store, place_files.table(placed), "断面.csv", PlaceOptions("section", crs="WGS84"))
    assert (later.new, later.changed) == (0, 1)
    (found,) = rows(sqlite_store, object_)
    assert (found["lon"], found["lat"], found["crs_declared"]) == (118.80, 32.06, "EPSG:4490")


def test_tracks_of_teams(sqlite_store: Store) -> None:
    data = place_files.geojson(
        [({"路线": "甲线", "日期": "2022-08-01", "工作组": "一组"}, place_files.RIVER), ({"路线": "乙线"}, place_files.RIVER)]
    )
    done = pipeline.run_import(sqlite_store, data, "轨迹.geojson", PlaceOptions("track"))
    assert (done.new, done.refused) == (1, 1)
    assert rows(sqlite_store, track)[0]["went_on"] == date(2022, 8, 1)


def test_a_later_import_must_be_taken_back_first(sqlite_store: Store) -> None:
    listed = [[*place_files.HEAD], ["A1", "一", 118.80, 32.06]]
    first = pipeline.run_import(sqlite_store, place_files.table(listed), "a.csv", OUTFALLS)
    listed[1][2] = 118.81
    second = pipeline.run_import(sqlite_store, place_files.table(listed), "b.csv", OUTFALLS)
    with pytest.raises(PlaceError) as error:
        pipeline.undo(sqlite_store, first.batch_id)
    assert error.value.text("en") == "Import 2 has changed 1 places of import 1 since. Take import 2 back first."
    pipeline.undo(sqlite_store, second.batch_id)
    assert at(sqlite_store, "A1") == (118.80, 32.06)
