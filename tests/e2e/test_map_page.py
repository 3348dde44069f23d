"""The map as people use it: look, drill, open a card, draw an area, go through the days, switch layers; with no other host to be had."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import map_places
from tests.map_browser import CLOSE, QUERY, click, opened, spot

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(sqlite_store, live_server) -> str:
    map_places.load(sqlite_store)
    return live_server(sqlite_store)


def legend(page: Page, layer: str) -> dict[str, str]:
    lines = page.locator(f"#map-layer-{layer} .legend-line")
    return {
        line.locator(".legend-name").inner_text(): line.locator(".legend-number").inner_text()
        for line in lines.all()
        if line.locator(".legend-number").count()
    }


def test_the_map_says_what_is_there_and_where_its_outlines_come_from(page: Page, address: str) -> None:
    opened(page, address)
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("7")
    assert legend(page, "outfalls") == {"销号": "1", "整改中": "3", "临期": "1", "超期": "1", "保留、并入或撤销": "1"}
    expect(page.locator("#map-layer-outfalls .map-layer-note")).to_have_text("另有 1 个没有位置，已计入总数。")
    expect(page.locator(".map-notice")).to_contain_text("内部使用")
    expect(page.locator(".mark-simulated").first).to_be_visible()
    expect(page.locator("#map-trail")).to_have_text(re.compile("江苏省"))
    # what hangs there is drawn: two clusters, or clusters and places, that hold six
    assert page.evaluate("dubangMap.layer('outfalls').part.box") == 6
    assert int(page.locator("#map").get_attribute("data-symbols")) >= 2


def test_a_cluster_splits_and_a_place_opens_its_card(page: Page, address: str) -> None:
    opened(page, address, "#9.5/32.05/118.82/regions,outfalls")
    before = page.evaluate("dubangMap.map.getZoom()")
    cluster = page.evaluate("dubangMap.layer('outfalls').part.clusters[0]")
    assert sum(cluster[2]) >= 2
    click(page, cluster[0], cluster[1])
    expect.set_options(timeout=10_000)
    page.wait_for_timeout(800)
    assert page.evaluate("dubangMap.map.getZoom()") > before
    opened(page, address, CLOSE)
    click(page, 118.801, 32.051)
    card = page.locator("#map-card")
    expect(card.locator("h2").first).to_have_text("某排口-P3")
    expect(card).to_contain_text("整治")
    expect(card).to_contain_text("在某水源地一级保护区（一级保护区）内")
    expect(card).to_contain_text("待人工确认")
    expect(card.locator(".photo-slot")).to_have_count(3)
    expect(card.locator(".timeline .event")).to_have_count(5)
    card.get_by_role("link", name="打开台账条目").click()
    expect(page).to_have_url(re.compile(r"/item/[0-9a-f]{16}"))


def test_a_click_on_a_region_goes_into_it_and_back_leads_out(page: Page, address: str) -> None:
    opened(page, address, "#8/32.6/119.6/regions")
    click(page, 120.2, 33.5)
    expect(page).to_have_url(re.compile("region=320900"))
    expect(page.locator("#map-trail")).to_have_text(re.compile("江苏省.*盐城市"))
    expect(page.locator("#filter-sentence")).to_contain_text("盐城市")
    page.locator("#map-trail .map-step", has_text="江苏省").click()
    expect(page).to_have_url(re.compile("region=320000"))
    page.go_back()
    expect(page).to_have_url(re.compile("region=320900"))
    expect(page.locator("#map-trail")).to_have_text(re.compile("盐城市"))


def test_an_area_drawn_by_hand_narrows_figures_list_and_files(page: Page, address: str) -> None:
    opened(page, address, "#14/32.05/118.8/outfalls")
    page.locator("#map-lasso").click()
    corners = [(118.79, 32.04), (118.81, 32.04), (118.81, 32.06), (118.79, 32.06)]
    page.mouse.move(*spot(page, *corners[0]))
    page.mouse.down()
    for corner in [*corners[1:], corners[0]]:
        page.mouse.move(*spot(page, *corner), steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile("area="))
    expect(page.locator("#filter-sentence")).to_contain_text("圈选范围内")
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("3")
    # the problem of the source area lies there too
    expect(page.locator("#kpi-cards .kpi-value").first).to_have_text("4")
    link = page.locator('a[data-export="item-list.json"]')
    expect(link).to_have_attribute("href", re.compile("area="))
    rows = page.request.get(address + link.get_attribute("href")).json()["rows"]
    assert sorted(row["ledger_no"] for row in rows) == ["P1", "P2", "P3", "W1"]
    page.locator("#map-area-clear").click()
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("7")


def test_only_what_is_open_and_day_by_day(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#map-left").click()
    expect(page).to_have_url(re.compile("rows=open"))
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("5")
    page.locator("#map-left").click()
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("7")
    page.locator("#map-play").click()
    expect(page.locator("#map-day-left")).to_have_text(re.compile(r"未完成 \d+ / 共 \d+"))
    # from the first day to the ledger's, a week at a time, and then it rests
    expect(page.locator("#map-play")).to_have_text("播放", timeout=40_000)
    expect(page.locator("#map-day-said")).to_have_text("2022-09-30")
    expect(page.locator("#map-day-left")).to_have_text("未完成 5 / 共 7")


def test_layers_are_switched_by_keyboard_and_stay_in_the_address(page: Page, address: str) -> None:
    opened(page, address)
    switch = page.locator('[data-layer="sections"]')
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")
    assert "sections" in page.evaluate("location.hash")
    page.locator("#map-layer-outfalls .map-by").select_option("stage")
    expect(page.locator("#map-layer-outfalls .legend-name").first).to_have_text("查：已排查")
    assert "outfalls:stage" in page.evaluate("location.hash")
    page.reload()
    expect(page.locator('[data-layer="sections"]')).to_have_attribute("aria-checked", "true")
    expect(page.locator("#map-layer-outfalls .legend-name").first).to_have_text("查：已排查")


def test_english_and_dark(new_page, address: str) -> None:
    page = new_page(viewport={"width": 1366, "height": 768}, locale="en-GB")
    page.context.add_cookies([{"name": "dubang-theme", "value": "dark", "url": address}])
    opened(page, address, query=f"{QUERY}&lang=en")
    assert legend(page, "outfalls") == {
        "Closed out": "1",
        "In progress": "3",
        "Due soon": "1",
        "Overdue": "1",
        "Kept, merged or withdrawn": "1",
    }
    expect(page.locator(".map-notice")).to_contain_text("For internal use")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    ink = page.evaluate("getComputedStyle(document.querySelector('.map-panel')).color")
    assert ink == "rgb(232, 239, 245)"
