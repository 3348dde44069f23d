"""A phone steers a wall, both as real pages; what the phone says while the wall or the server is away; the page of all walls."""

import pytest
from playwright.sync_api import Page, expect

from data.screens import playlists, walls
from data.screens.playlists import Entry, Playlist

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
ID = "wall-0000000001"
TOLD = {"scene": "1.overview", "version": 1, "build": "b", "size": "1920x1080", "entry": 0, "paused": False, "frozen": None}


@pytest.fixture
def hall(sqlite_small_store):
    store = sqlite_small_store
    entries = (Entry("overview", dwell=600), Entry("progress", dwell=600), Entry("remaining", dwell=600))
    with store.writing() as conn:
        playlists.save(conn, Playlist("hall", "会商室", 0, "region=320100", "zh-CN", "dark", entries), None)
    yield store
    walls.walls_of(store).close()


def title(phone: Page):
    return phone.locator("#title")


def test_a_phone_steers_a_wall(hall, live_server, new_page) -> None:
    base = live_server(hall)
    wall = new_page(viewport={"width": 1920, "height": 1080})
    wall.goto(base + "/screen/hall")
    expect(wall.locator("#begin")).to_be_hidden()
    # the wall's own key gives the code
    wall.keyboard.press("r")
    told = wall.locator("#over")
    expect(told).to_contain_text("/remote/")
    address = told.evaluate("node => node.textContent.match(/http\\S*?\\/remote\\/[A-Z0-9]{8}/)[0]")
    wall.keyboard.press("Escape")
    phone = new_page(**PHONE)
    phone.goto(address)
    expect(title(phone)).to_have_text("总览")
    expect(phone.locator("#scenes button")).to_have_text(["1总览", "2整改进度", "3未整改清单"])
    phone.get_by_role("button", name="下一幕").tap()
    expect(title(phone)).to_have_text("整改进度")
    expect(phone.locator("#line")).to_contain_text("大屏已照做")
    expect(phone.locator('#scenes [aria-current="true"]')).to_have_text("2整改进度")
    expect(wall.locator("#dots li").nth(1)).to_have_class("here")
    phone.get_by_role("button", name="暂停").tap()
    expect(phone.locator("#marks")).to_contain_text("已暂停")
    phone.get_by_role("button", name="继续").tap()
    expect(phone.locator("#marks")).not_to_contain_text("已暂停")
    phone.locator("#scenes button").nth(2).tap()
    expect(title(phone)).to_have_text("未整改清单")
    phone.locator("#find").fill("玄武")
    phone.locator("#regions button", has_text="玄武区").tap()
    expect(title(phone)).to_have_text("一地一档 · 玄武区")
    expect(wall.locator("#place")).to_contain_text("玄武区")
    phone.get_by_role("button", name="回到轮播").tap()
    expect(title(phone)).to_have_text("未整改清单")
    phone.get_by_role("button", name="回到第一幕").tap()
    expect(title(phone)).to_have_text("总览")


def test_what_a_phone_says_while_the_wall_or_the_server_is_away(hall, live_server, new_page, monkeypatch) -> None:
    heard = walls.walls_of(hall)
    heard.beat(ID, "hall", TOLD)
    code = heard.remote_code(ID)
    phone = new_page(**PHONE, color_scheme="dark")
    phone.watch.expect("503|404|ERR_|Failed to load resource")
    phone.goto(live_server(hall) + f"/remote/{code}?lang=en")
    line = phone.locator("#line")
    expect(line).to_contain_text("Connected · wall seen")
    # big enough for a thumb, and nothing beyond the edge
    for each in phone.locator(".keys button").all():
        assert each.bounding_box()["height"] >= 64
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    # nobody fetches what is pressed
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(line).to_contain_text("waiting for the wall")
    # the wall says that it has done it, in its own time
    heard.beat(ID, "hall", {**TOLD, "scene": "2.progress", "entry": 1, "done": 1})
    expect(line).to_have_text("The wall has followed.")
    expect(title(phone)).to_have_text("Progress")
    # switched off
    monkeypatch.setattr("data.screens.wall.AWAY", walls.FRESH * 0)
    expect(line).to_contain_text("The wall has said nothing for")
    monkeypatch.undo()
    # the network is gone, and back
    phone.context.set_offline(True)
    expect(line).to_have_text("The server does not answer; trying again…")
    expect(title(phone)).to_have_text("Progress")
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(line).to_have_text("It did not arrive. Press again.")
    phone.context.set_offline(False)
    expect(line).to_contain_text("Connected")
    # the code is stopped
    with hall.writing() as conn:
        heard.drop_remote(conn, ID)
    expect(line).to_contain_text("The code is wrong or too old")
    expect(phone.locator("#remote")).to_be_hidden()


def test_the_page_of_walls(hall, live_server, page: Page) -> None:
    heard = walls.walls_of(hall)
    version = hall.version()
    heard.beat(ID, "hall", {**TOLD, "version": version, "check": {"ok": True, "words": []}})
    bad = {**TOLD, "version": version - 1, "scene": "2.progress", "failed": ["3.remaining 503"], "stale": 130, "errors": 2}
    heard.beat("wall-0000000002", "gone", {**bad, "check": {"ok": False, "words": ["<b>字太小</b>"]}})
    page.goto(live_server(hall) + "/walls")
    rows = page.locator(".walls-table tbody tr")
    expect(rows).to_have_count(2)
    good = rows.filter(has_text="000001")
    expect(good).to_contain_text("会商室")
    expect(good).to_contain_text("自检通过")
    expect(good).to_contain_text("最新")
    other = rows.filter(has_text="000002")
    for words in (
        "播放单已不在",
        "整改进度",
        "落后1版",
        "未能显示：未整改清单 503",
        "数据已停2分钟",
        "<b>字太小</b>",
        "出错2次",
        "1920×1080",
    ):
        expect(other).to_contain_text(words)
    good.get_by_role("button", name="改名").click()
    page.get_by_label("名称").fill("三楼会商室")
    # the list is renewed meanwhile, and takes nothing from under the hand
    heard.beat(ID, "hall", {**TOLD, "scene": "3.remaining", "version": version})
    expect(good).to_contain_text("未整改清单", timeout=15_000)
    expect(page.get_by_label("名称")).to_have_value("三楼会商室")
    page.get_by_role("button", name="保存名称").click()
    expect(page.locator("#walls-said")).to_have_text("已改名为“三楼会商室”。")
    expect(good).to_contain_text("三楼会商室")
    good.get_by_role("button", name="手机遥控").click()
    expect(page.locator(".walls-code")).to_contain_text("遥控码")
    code = page.locator(".walls-url").inner_text().rpartition("/")[2]
    assert heard.by_remote(code) == ID
    good.get_by_role("button", name="停用遥控").click()
    expect(page.locator("#walls-said")).to_have_text("已停用“三楼会商室”的遥控码。")
    assert heard.by_remote(code) is None
