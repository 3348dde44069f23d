"""The wall at work: new numbers in place, frozen ones that do not move, the presenter's keys, a look at the rows, a phone that steers."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from callbacks import screen_freeze
from data.screens import playlists, snapshots
from data.screens.playlists import Entry
from data.screens.walls import walls_of
from data.store import Store, bump
from tests import walls
from tests.integration.test_locks import late
from tests.wall_server import status

pytestmark = pytest.mark.browser

SPEED = 20
#: one refresh, and what a busy machine takes for it
REFRESH = 30 / SPEED * 1.1 + 3.0
BEFORE = {"整改完成率": "43.8%", "销号率": "31.2%", "超期": "3", "临期": "1"}
#: B3 turns out to be closed
AFTER = {"整改完成率": "50.0%", "销号率": "37.5%", "超期": "2", "临期": "1"}
FOUR = ("overview", "progress", "remaining", "warnings")


def hall(store: Store, *scenes: str, dwell: int = 600) -> None:
    walls.playlist(store, *(Entry(name, dwell=dwell, transition="cut") for name in scenes), query="")


def frozen(store: Store, name: str = "会前") -> snapshots.Snapshot:
    with store.reading() as conn:
        found = playlists.find(conn, "hall")
    assert found is not None
    return screen_freeze.freeze(store, found, name, "测试", "all")


# ----------------------------------------------------------------------------- live


def test_a_new_version_changes_numbers_in_place(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    hall(store, "overview", "progress")
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + f"/screen/hall?speed={SPEED}&lang=zh-CN")
    assert walls.figures(page) == BEFORE
    page.evaluate(
        """() => {
          const at = name => document.querySelector(`.stage.now [data-panel=${name}] .graph`);
          window.kept = {stage: document.querySelector('.stage.now'), map: at('map'), plan: at('plan'), race: at('race'),
                         quality: at('quality').querySelector('.main-svg')};
          window.moves = 0;
          new MutationObserver(() => { window.moves += 1; }).observe(document.getElementById('stages'), {childList: true});
        }"""
    )
    flights = walls.Flights(page)
    late(store, "B3")
    walls.until(page, lambda: walls.figures(page) == AFTER, REFRESH)
    assert walls.headline(page) == "2个市中2个未达序时进度，超期2件"
    held = page.evaluate(
        """() => {
          const at = name => document.querySelector(`.stage.now [data-panel=${name}] .graph`);
          return {stage: kept.stage === document.querySelector('.stage.now'), map: kept.map === at('map'), plan: kept.plan === at('plan'),
                  race: kept.race === at('race'), quality: kept.quality === at('quality').querySelector('.main-svg'), moves: window.moves};
        }"""
    )
    assert held == {"stage": True, "map": True, "plan": True, "race": True, "quality": True, "moves": 0}
    assert "落后20.0个百分点" in page.locator(".stage.now [data-panel=plan]").inner_text()
    shown = walls.state(page)
    assert (shown["at"], shown["entry"], shown["version"]) == (0, "1.overview", store.version())
    # something else changed: asked once, and nothing is drawn anew
    asked = flights.asked.count("scene")
    with store.writing() as conn:
        bump(conn, "nothing that shows here")
    walls.until(page, lambda: walls.state(page)["version"] == store.version(), REFRESH)
    assert flights.asked.count("scene") == asked + 1
    assert page.evaluate("kept.quality === document.querySelector('.stage.now [data-panel=quality] .main-svg')")
    assert walls.figures(page) == AFTER and walls.faults(page) == []


def test_the_worst_come_first_again_after_an_import(sqlite_small_store, live_server, new_page) -> None:
    """A cycle through the worst follows the store: who is no longer among them is not shown any more."""
    store = sqlite_small_store
    cycle = playlists.Cycle("worst", "county", most=1)
    walls.playlist(store, Entry("overview", dwell=600), Entry("dossier", dwell=600, cycle=cycle))
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + f"/screen/hall?speed={SPEED}&lang=zh-CN")
    page.keyboard.press("End")
    # Xuanwu and Qinhuai have one overdue each, and Qinhuai has completed less
    walls.shows(page, "2.dossier.320104")
    page.keyboard.press("Home")
    walls.shows(page, "1.overview")
    late(store, "B2", "B3")
    walls.until(page, lambda: walls.state(page)["version"] == store.version(), REFRESH)
    page.wait_for_timeout(300)
    page.keyboard.press("End")
    walls.shows(page, "2.dossier.320102")
    assert walls.figures(page)["超期"] == "1"


# ----------------------------------------------------------------------------- frozen


def test_frozen_numbers_do_not_move_and_live_ones_are_a_key_away(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    hall(store, "overview")
    page = walls.screen(new_page)
    base = live_server(store)
    walls.opened(page, f"{base}/screen/hall?speed={SPEED}&lang=zh-CN")
    # nothing was frozen yet: it says so and stays live
    page.keyboard.press("f")
    walls.until(page, lambda: page.locator(".notice").count(), 5)
    assert page.locator(".notice").inner_text() == "这个播放单还没有冻结过。"
    assert "实时" in walls.marks(page)

    kept = frozen(store)
    page.keyboard.press("F")
    walls.until(page, lambda: "已冻结 · 会前 · " in walls.marks(page), 10)
    assert re.search(r"已冻结 · 会前 · \d{4}-\d\d-\d\d \d\d:\d\d", walls.marks(page)) and "实时" not in walls.marks(page)
    assert f"校验码{kept.sha256[:8]}" in page.locator("#source").inner_text()
    assert walls.figures(page) == BEFORE
    marked = walls.state(page)["frozen"]
    assert marked == kept.code and f"frozen={kept.code}" in page.url

    late(store, "B3")
    # somebody freezes anew: in this room nothing moves
    frozen(store, "会后")
    over = time.monotonic() + 2 * 30 / SPEED
    while time.monotonic() < over:
        assert walls.figures(page) == BEFORE and "会前" in walls.marks(page)
        page.wait_for_timeout(100)
    page.reload()
    walls.until(page, lambda: walls.state(page).get("entry"), 20)
    assert walls.figures(page) == BEFORE and "已冻结 · 会前" in walls.marks(page)

    page.keyboard.press("f")
    walls.until(page, lambda: walls.figures(page) == AFTER, 10)
    assert "实时" in walls.marks(page) and "已冻结" not in walls.marks(page) and "frozen" not in page.url
    # the newest by its own address
    other = walls.screen(new_page)
    walls.opened(other, f"{base}/screen/hall?frozen=newest&lang=en&look=light")
    walls.until(other, lambda: "Frozen · 会后" in walls.marks(other), 10)
    assert list(walls.figures(other).values()) == list(AFTER.values())


# ----------------------------------------------------------------------------- the presenter


def test_the_presenters_keys(sqlite_small_store, live_server, new_page) -> None:
    hall(sqlite_small_store, *FOUR)
    page = walls.screen(new_page)
    walls.opened(page, live_server(sqlite_small_store) + "/screen/hall")

    def press(key: str, entry: str) -> None:
        page.keyboard.press(key)
        walls.shows(page, entry)
        assert page.locator("#dots .here").count() == 1
        assert page.evaluate("[...document.querySelectorAll('#dots li')].findIndex(d => d.className === 'here')") == int(entry[0]) - 1

    press("PageDown", "2.progress")
    press("PageDown", "3.remaining")
    press("PageUp", "2.progress")
    press("End", "4.warnings")
    press("PageDown", "1.overview")
    press("PageUp", "4.warnings")
    press("Home", "1.overview")
    press("3", "3.remaining")
    page.keyboard.press("9")
    # faster than pictures come: no press is lost, none is shown that nobody asked for
    for key in ("Home", "PageDown", "PageDown", "PageDown"):
        page.keyboard.press(key)
    walls.shows(page, "4.warnings")
    for key in ("Home", "End"):
        page.keyboard.press(key)
    walls.shows(page, "4.warnings")
    page.wait_for_timeout(300)
    assert walls.state(page)["entry"] == "4.warnings" and walls.state(page)["at"] == 3
    press("2", "2.progress")
    page.keyboard.press(" ")
    walls.until(page, lambda: "已暂停" in walls.marks(page), 3)
    assert walls.state(page)["paused"] is True
    page.keyboard.press(" ")
    walls.until(page, lambda: "已暂停" not in walls.marks(page), 3)
    page.keyboard.press("h")
    over = page.locator("#over")
    expect(over).to_contain_text("PageDown")
    assert walls.state(page)["paused"] is True
    page.keyboard.press("Escape")
    expect(over).to_be_hidden()
    assert walls.state(page)["paused"] is False
    # theme and language are the page's own: it comes back at the same scene
    page.keyboard.press("t")
    walls.until(page, lambda: page.evaluate("document.documentElement.dataset.bsTheme") == "light" and walls.state(page).get("entry"), 20)
    assert walls.state(page)["entry"] == "2.progress"
    page.keyboard.press("l")
    walls.until(page, lambda: page.evaluate("document.documentElement.lang") == "en" and walls.state(page).get("entry"), 20)
    assert walls.state(page)["entry"] == "2.progress" and "Live" in walls.marks(page)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"


def test_a_click_opens_the_rows_and_the_list_goes_on_by_itself(sqlite_small_store, live_server, new_page) -> None:
    walls.playlist(sqlite_small_store, Entry("progress", "level=prefecture", 100, "cut"), Entry("overview", "", 100, "cut"), query="")
    page = walls.screen(new_page)
    walls.opened(page, live_server(sqlite_small_store) + "/screen/hall?speed=10&lang=zh-CN", "1.progress")
    over = page.locator("#over")
    # the overdue part of Nanjing's bar: A2, B3 and T4
    bars = page.locator(".stage.now [data-panel=regions] .barlayer .trace").last.locator(".point path")
    boxes = [bar.bounding_box() for bar in bars.all()]
    box = max((b for b in boxes if b), key=lambda b: b["width"])
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(150)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(over.locator(".panel h2")).to_have_text("超期3件，最长102天")
    expect(over.locator("tbody tr")).to_have_count(3)
    expect(over).to_contain_text("某单位-A2")
    expect(over.get_by_role("link")).to_have_attribute("href", re.compile("region=320100.*rows=overdue|rows=overdue.*region=320100"))
    expect(over.locator(".resumes")).to_contain_text("秒无操作后自动继续")
    assert walls.state(page)["paused"] is True
    # a minute of its time without a hand
    expect(over).to_be_hidden(timeout=10_000)
    assert walls.state(page)["paused"] is False
    walls.shows(page, "2.overview", 15)
    page.locator(".stage.now .figure", has_text="临期").click()
    expect(over.locator("tbody tr")).to_have_count(1)
    expect(over).to_contain_text("某单位-A4")
    page.locator("#over .close").click()
    expect(over).to_be_hidden()
    # a row of a table leads to what is behind its panel
    page.locator(".stage.now [data-panel=overdue] tbody tr").first.click()
    expect(over.locator("tbody tr")).to_have_count(3)


# ----------------------------------------------------------------------------- a phone


def test_a_phone_steers_the_wall_in_front_of_it(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    # scenes that are quickly frozen
    hall(store, "orders", "remaining", "warnings", "progress")
    frozen(store)
    base = live_server(store)
    page = walls.screen(new_page)
    # at its own pace: what is asked is how soon a wall follows
    walls.opened(page, f"{base}/screen/hall?lang=zh-CN")
    page.keyboard.press("r")
    code = walls.until(page, lambda: re.search(r"/remote/([A-Z0-9]{8})", page.locator("#over").inner_text()), 10)[1]
    page.keyboard.press("Escape")
    phone: Page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto(f"{base}/remote/{code}")
    expect(phone.locator("#title")).to_have_text("上次调度")
    # two seconds are promised; the rest is for a busy machine
    soon = 4.0

    def tap(name: str) -> None:
        phone.get_by_role("button", name=name, exact=True).tap()

    tap("下一幕")
    walls.shows(page, "2.remaining", soon)
    tap("上一幕")
    walls.shows(page, "1.orders", soon)
    tap("暂停")
    walls.until(page, lambda: "已暂停" in walls.marks(page), soon)
    expect(phone.locator("#marks")).to_contain_text("已暂停")
    tap("继续")
    walls.until(page, lambda: "已暂停" not in walls.marks(page), soon)
    phone.locator("#find").fill("秦淮")
    phone.locator("#regions button", has_text="秦淮区").tap()
    walls.shows(page, "go.320104", soon)
    assert page.locator("#place").inner_text().startswith("秦淮区") and walls.figures(page)["超期"] == "1"
    tap("回到轮播")
    walls.shows(page, "1.orders", soon)
    tap("冻结")
    walls.until(page, lambda: "已冻结 · 会前" in walls.marks(page), soon)
    tap("实时")
    walls.until(page, lambda: "实时" in walls.marks(page), soon)
    # three at once are carried out one after the other
    for _ in range(3):
        tap("下一幕")
    walls.shows(page, "4.progress", 3 * soon)
    # another code is nobody's
    wrong = "A" * 8 if code != "A" * 8 else "B" * 8
    assert status(f"{base}/remote/{wrong}") == 404
    assert page.request.post(f"{base}/api/remote/{wrong}", data={"do": "next", "value": None}).status == 404
    with store.writing() as conn:
        walls_of(store).drop_remote(conn, page.evaluate("dubangWall.id"))
    assert status(f"{base}/remote/{code}") == 404
