"""A surveyor at the page of places: doubtful coordinates are shown, confirmed and brought in; what is not confirmed stays out."""

import json
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from data.schema import object_
from tests import place_files

pytestmark = pytest.mark.browser

WAIT = 60_000
expect.set_options(timeout=20_000)


def file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def hand_in(page: Page, path: Path, button: str = "选择位置文件") -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(str(path))
    expect(page.locator(".import-file-name")).to_have_text(path.name)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("group", name=label, exact=True).locator(".dash-dropdown").click()
    page.get_by_role("option", name=option, exact=True).click()


def system(page: Page, name: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{re.escape(name)}")).check()


def check(page: Page, button: str = "检查文件") -> None:
    page.get_by_role("button", name=button).first.click()
    # a small file may be through between two looks of the page: then its bar is never drawn
    with suppress(AssertionError):
        expect(page.locator(".import-progress")).to_be_visible(timeout=3000)
    expect(page.locator(".import-progress")).to_have_count(0, timeout=WAIT)


def numbers(page: Page, within: str = ".import-said") -> dict[str, str]:
    expect(page.locator(f"{within} .import-count").first).to_be_visible()
    groups = page.locator(f"{within} .import-count")
    return {g.locator("dt").inner_text(): g.locator("dd").inner_text() for g in groups.all()}


def commit(page: Page) -> None:
    page.locator(".places-commit .import-primary").click()
    expect(page.locator(".import-outcome")).to_be_visible(timeout=WAIT)


def ticks(page: Page):
    """The boxes of the rows that are on the screen; the grid draws itself when it comes into view."""
    page.locator("#places-grid").evaluate("grid => grid.scrollIntoView({block: 'center'})")
    expect(page.locator("#places-grid .ag-center-cols-container .ag-row").first).to_be_visible()
    return page.locator("#places-grid .ag-selection-checkbox:not(.ag-invisible) input")


def outfall_positions(store) -> dict[str, tuple[float, float]]:
    with store.reading() as conn:
        o = object_.c
        return {row.official_code: (row.lon, row.lat) for row in conn.execute(select(o.official_code, o.lon, o.lat))}


def survey(page: Page, base: str, path: Path) -> None:
    page.goto(f"{base}/places")
    hand_in(page, path)
    choose(page, "这个文件里是什么", "入河排污口")
    system(page, "CGCS2000")
    check(page)


def test_swapped_coordinates_are_confirmed_as_a_kind_brought_in_and_taken_back(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    rows = place_files.outfalls()
    page.goto(f"{base}/places")
    expect(page.get_by_text("还没有入库过位置文件。")).to_be_visible()
    hand_in(page, file(tmp_path, "排污口.csv", place_files.table(rows)))

    # what is missing is asked for, and what nobody knows is not guessed
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#places-said")).to_contain_text("请选择文件里是什么。")
    expect(page.locator("#places-said")).to_contain_text("请选择坐标系。")
    choose(page, "这个文件里是什么", "入河排污口")
    expect(page.get_by_text("每行一个排污口：编码、名称、经度、纬度")).to_be_visible()
    system(page, "不清楚")
    expect(page.get_by_text("猜错了，点会整体偏移几百米")).to_be_visible()
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#places-said")).to_contain_text("坐标系不清楚，没有检查")
    system(page, "投影坐标")
    page.get_by_role("textbox", name="EPSG 编号").fill("99")
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#places-said")).to_contain_text("EPSG 编号“99”查不到")
    system(page, "CGCS2000")
    page.get_by_label("应当落在的地区").fill("不存在县")
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#places-said")).to_contain_text("地区“不存在县”不在区划表中")
    page.get_by_label("应当落在的地区").fill("江苏省")
    check(page)

    assert numbers(page) == {"读到": "270", "没有问题": "175", "确认修复后进来": "94", "不能进来": "1"}
    expect(page.get_by_text("还没有写入任何数据")).to_be_visible()
    expect(page.get_by_text("已确认 0 / 94")).to_be_visible()
    button = page.locator(".places-commit .import-primary")
    expect(button).to_have_text("导入 175 个")
    expect(page.locator("#places-out")).to_have_text("95 个不进来")
    expect(page.locator(".places-map canvas")).to_be_visible()
    expect(page.locator(".places-map-card")).to_contain_text("内部使用")
    boxes = ticks(page)
    assert boxes.count() > 3
    assert not any(box.is_checked() for box in boxes.all())
    first = page.locator("#places-grid .ag-center-cols-container .ag-row[row-id='0']")
    expect(first).to_contain_text("经度和纬度写反了")
    code, _, lat, lon = next(row for row in rows[1:] if isinstance(row[2], float) and row[2] < 90)
    expect(first).to_contain_text(f"{lat:.5f}, {lon:.5f} →")
    expect(first).to_contain_text(f"{lon:.5f}, {lat:.5f}")

    page.get_by_role("button", name="确认“经纬度写反”的全部 94 处").click()
    expect(page.get_by_text("已确认 94 / 94")).to_be_visible()
    expect(button).to_have_text("导入 269 个")
    expect(page.locator("#places-out")).to_have_text("1 个不进来")
    # the refused row alone is left when the kind is filtered
    page.locator("#places-grid").scroll_into_view_if_needed()
    page.get_by_role("radio", name="不能进来 1 行").check()
    expect(page.locator("#places-grid .ag-center-cols-container .ag-row").first).to_contain_text("118.7#2")
    expect(page.locator("#places-grid .ag-center-cols-container .ag-row.places-fault-repairable")).to_have_count(0)
    page.get_by_role("radio", name=re.compile("^全部")).check()
    expect(button).to_have_text("导入 269 个")
    commit(page)

    assert numbers(page, ".import-outcome") == {"新增": "269", "位置或内容有变": "0", "没有变化": "0", "按确认修复": "94", "没有进来": "1"}
    expect(page.locator(".import-outcome")).to_contain_text("269 个位置已在库中。")
    expect(page.get_by_role("link", name="在地图上看")).to_have_attribute("href", "/map")
    there = outfall_positions(sqlite_store)
    assert len(there) == 269
    assert there[code] == pytest.approx((lon, lat))
    # a reload loses nothing
    page.reload()
    expect(page.locator(".import-outcome")).to_contain_text("269 个位置已在库中。")
    expect(page.locator(".places-history")).to_contain_text("新增 269，有变 0，不变 0，修复 94，没进来 1")

    page.get_by_role("button", name="撤销这一批").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("撤销第 1 批（排污口.csv）")
    page.get_by_role("button", name="确认撤销第 1 批").click()
    expect(page.get_by_text("第 1 批已撤销，涉及 269 个位置。")).to_be_visible(timeout=WAIT)
    expect(page.locator(".places-history tr", has_text="#1")).to_contain_text("已撤销")
    expect(page.get_by_role("button", name="撤销这一批")).to_have_count(0)
    assert outfall_positions(sqlite_store) == {}


def test_two_unticked_rows_stay_out_and_ticks_work_from_the_keyboard(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    survey(page, base, file(tmp_path, "排污口.csv", place_files.table(place_files.outfalls())))
    page.get_by_role("button", name="确认“经纬度写反”的全部 94 处").click()
    expect(page.get_by_text("已确认 94 / 94")).to_be_visible()
    boxes = ticks(page)
    boxes.nth(0).uncheck()
    # the second with the space bar, on the row
    page.locator("#places-grid .ag-row[row-id='1'] [col-id=reason]").click()
    page.keyboard.press("Space")
    expect(page.get_by_text("已确认 92 / 94")).to_be_visible()
    expect(page.locator(".places-commit .import-primary")).to_have_text("导入 267 个")
    commit(page)
    expect(page.locator(".import-outcome")).to_contain_text("267 个位置已在库中。")
    with sqlite_store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(object_)).scalar_one() == 267


def test_without_a_confirmation_nothing_is_repaired_and_changed_choices_ask_for_another_check(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    survey(page, base, file(tmp_path, "排污口.csv", place_files.table(place_files.outfalls(40, 10, 0))))
    page.get_by_role("button", name="确认“经纬度写反”的全部 10 处").click()
    expect(page.locator(".places-commit .import-primary")).to_have_text("导入 40 个")
    expect(page.locator("#places-out")).to_have_text("全部进来")
    page.get_by_role("button", name="不修“经纬度写反”").click()
    expect(page.locator(".places-commit .import-primary")).to_have_text("导入 30 个")
    system(page, "GCJ-02")
    page.locator(".places-commit .import-primary").click()
    expect(page.locator("#places-commit-said")).to_contain_text("选项改动后还没有重新检查")
    system(page, "CGCS2000")
    commit(page)
    assert numbers(page, ".import-outcome")["按确认修复"] == "0"
    assert len(outfall_positions(sqlite_store)) == 30

    # the same file again, with what had been left out
    page.get_by_role("button", name="再导入一个文件").click()
    hand_in(page, tmp_path / "排污口.csv")
    choose(page, "这个文件里是什么", "入河排污口")
    system(page, "CGCS2000")
    check(page)
    expect(page.get_by_text("这个文件已作为第 1 批入库")).to_be_visible()
    page.get_by_role("button", name="确认“经纬度写反”的全部 10 处").click()
    expect(page.locator(".places-commit .import-primary")).to_have_text("导入 40 个")
    commit(page)
    told = numbers(page, ".import-outcome")
    assert (told["新增"], told["没有变化"], told["按确认修复"]) == ("10", "30", "10")
    assert len(outfall_positions(sqlite_store)) == 40


def test_markup_in_a_file_is_text_and_the_page_speaks_english(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/places?lang=en")
    bad = "<img src=x onerror=\"document.title='taken'\">"
    features = [
        ({"code": "S1", "name": bad, "note": bad}, place_files.point(118.75, 32.05)),
        ({"code": "S2", "name": bad * 9}, place_files.point(32.05, 118.75)),
    ]
    features += [({"code": bad, "name": bad}, None)]
    body = json.loads(place_files.geojson(features))
    hand_in(page, file(tmp_path, "sections.geojson", json.dumps(body).encode()), "Choose files of places")
    choose(page, "What is in this file", "Monitoring sections")
    check(page, "Check the file")
    assert numbers(page)["Cannot come in"] != "0"
    ticks(page)
    assert page.locator(".places-page img").count() == 0
    commit(page)
    expect(page.locator(".import-outcome")).to_contain_text("is in the store")
    expect(page.locator(".places-history")).to_contain_text("1 new")
    assert page.title() != "taken"


def test_a_file_that_holds_no_places_ends_in_a_sentence(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/places")
    for name, content, words in (
        ("照片.zip", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ""),
        ("单独.shp", b"\x00\x00\x27\x0a" + bytes(200), "压缩"),
        ("破.geojson", b'{"type": "FeatureCollection", "features": [', "无法解析"),
    ):
        hand_in(page, file(tmp_path, name, content))
        choose(page, "这个文件里是什么", "监测断面")
        if name.endswith(".shp"):
            system(page, "WGS84")
        check(page)
        expect(page.locator(".import-outcome")).to_contain_text("这个文件不能入库")
        expect(page.locator(".import-outcome")).to_contain_text(words)
        expect(page.locator(".import-outcome")).to_contain_text("没有写入任何数据")
        page.get_by_role("button", name="移除").click()
        expect(page.locator(".import-file-name")).to_have_count(0)


def test_classes_of_sections_need_no_coordinates_and_no_map(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/places")
    hand_in(page, file(tmp_path, "水质.csv", place_files.table([["断面编码", "月份", "水质类别"], ["S-1", "2026-08", "Ⅲ"]])))
    choose(page, "这个文件里是什么", "断面水质类别")
    check(page)
    assert numbers(page)["不能进来"] == "1"
    ticks(page)
    expect(page.locator("#places-grid")).to_contain_text("库里没有断面")
    expect(page.locator(".places-map")).to_have_count(0)
    expect(page.locator(".places-commit .import-primary")).to_be_disabled()
    expect(page.locator("#places-out")).to_contain_text("现在没有可以导入的")


def painted(page: Page, token: str) -> int:
    """How many pixels of the preview map have a colour of the palette."""
    return page.locator(".places-map canvas").evaluate(
        """(canvas, token) => {
            const named = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
            const sheet = new OffscreenCanvas(1, 1).getContext("2d");
            sheet.fillStyle = named;
            sheet.fillRect(0, 0, 1, 1);
            const wanted = sheet.getImageData(0, 0, 1, 1).data;
            const found = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let n = 0;
            for (let at = 0; at < found.length; at += 4) {
                n += [0, 1, 2].every((k) => Math.abs(found[at + k] - wanted[k]) < 3) && found[at + 3] > 250;
            }
            return n;
        }""",
        token,
    )


def test_zones_are_drawn_with_their_borders(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)

    def square(west: float) -> dict:
        return place_files.polygon([(west, 35.0), (west + 0.1, 35.0), (west + 0.1, 35.1), (west, 35.1), (west, 35.0)])

    good = {"name": "甲", "级别": "二级", "批复文号": "批1"}
    page.goto(f"{base}/places")
    hand_in(
        page, file(tmp_path, "区.geojson", place_files.geojson([(good, square(114.0)), ({"name": "乙", "级别": "二级"}, square(114.12))]))
    )
    choose(page, "这个文件里是什么", "水源保护区")
    system(page, "CGCS2000")
    check(page)
    assert (numbers(page)["没有问题"], numbers(page)["不能进来"]) == ("1", "1")
    expect(page.locator(".places-map canvas")).to_be_visible()
    page.locator(".places-map").scroll_into_view_if_needed()
    # four sides of a hundred pixels and more each, not only the point in the middle; what cannot come in is dashed
    until = time.monotonic() + 10
    while painted(page, "--status-overdue") < 100 and time.monotonic() < until:
        page.wait_for_timeout(100)
    whole, dashed = painted(page, "--status-closed"), painted(page, "--status-overdue")
    assert whole > 400 and 100 < dashed < whole


def test_files_of_the_two_pages_do_not_mix(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/places")
    hand_in(page, file(tmp_path, "位置.csv", place_files.table(place_files.outfalls(3, 0, 0))))
    page.get_by_role("link", name="导入整改台账").click()
    expect(page.get_by_role("heading", name="导入台账")).to_be_visible()
    expect(page.get_by_text("还没有导入过台账。")).to_be_visible()
    expect(page.locator(".import-file-name")).to_have_count(0)
    page.get_by_role("link", name="导入位置文件").click()
    expect(page.locator(".import-file-name")).to_have_text("位置.csv")
