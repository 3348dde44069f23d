"""The map as people use it: look, drill, open a card, draw an area, ask what is near, stand somewhere; with no other host to be had."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests import map_places

pytestmark = pytest.mark.browser
QUERY = f"campaign={map_places.CODE}"
# Xuanwu with everything on that lies there
CLOSE = "#15/32.0505/118.8005/regions,source-areas,outfalls"


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(sqlite_store, live_server) -> str:
    map_places.load(sqlite_store)
    return live_server(sqlite_store)


def opened(page: Page, address: str, hash_: str = "", query: str = QUERY) -> None:
    page.goto(f"{address}/map?{query}{hash_}")
    expect(page.locator("#map[data-drawn]")).to_be_visible()


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    box = page.locator("#map").bounding_box()
    x, y = page.evaluate("at => { const p = dubangMap.map.latLngToContainerPoint(at); return [p.x, p.y]; }", [lat, lon])
    return box["x"] + x, box["y"] + y


def click(page: Page, lon: float, lat: float) -> None:
    page.mouse.click(*spot(page, lon, lat))


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


def test_search_and_what_is_near(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#map-search-input").fill("P4")
    page.locator("#map-found .map-hit", has_text="某排口-P4").click()
    expect(page.locator("#map-card h2").first).to_have_text("某排口-P4")
    assert page.evaluate("dubangMap.map.getCenter().lng") == pytest.approx(118.85, abs=0.001)
    page.locator("#map-search-input").fill("没有这样的地方")
    expect(page.locator("#map-found")).to_contain_text("没有找到")
    page.locator("#map-search-input").press("Escape")
    opened(page, address, CLOSE)
    page.locator("#map-km").select_option("0.5")
    page.locator("#map-near").click()
    click(page, 118.8005, 32.0500)
    found = page.locator("#map-found")
    # the zone, the intake, its problem, P1, P2 and P3
    expect(found.locator("li").first).to_have_text("此处 0.5 公里内共 6 个，由近到远：")
    expect(found).to_contain_text("某排口-P1")
    expect(found).to_contain_text("某水源地一级保护区")


@pytest.mark.parametrize(
    ("at", "exact", "words"),
    [
        ((118.8005, 32.0505), 8, "您在某水源地一级保护区（一级保护区）内"),
        ((118.8021, 32.0505), 50, "您不在任何保护区内；最近的是某水源地一级保护区"),
        ((118.8019, 32.0505), 100, "不能断定在内还是在外"),
    ],
)
def test_an_officer_on_a_phone_learns_where_he_stands(new_page, address: str, at, exact, words) -> None:
    page = new_page(
        viewport={"width": 390, "height": 844},
        geolocation={"longitude": at[0], "latitude": at[1], "accuracy": exact},
        permissions=["geolocation"],
        has_touch=True,
    )
    opened(page, address)
    page.locator("#map-locate").click()
    expect(page.locator("#map-standing")).to_contain_text(words)
    expect(page.locator("#map-standing")).to_contain_text(f"定位误差约 {exact} 米")
    # nothing is wider than the phone
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_red_flag_is_confirmed_by_a_person_and_dismissed_with_a_reason_only(page: Page, address: str) -> None:
    opened(page, address)
    flag = page.locator("#map-flags .zone-flag", has_text="某排口-P3")
    expect(flag).to_contain_text("待人工确认")
    expect(flag).to_contain_text("苏环批〔2020〕1号")
    flag.locator("summary").click()
    flag.get_by_role("button", name="排除").click()
    expect(page.locator("#map-flags-said")).not_to_be_empty()
    expect(flag).to_contain_text("待人工确认")
    flag.locator("input").fill("排口已封堵")
    flag.locator("input").blur()
    flag.get_by_role("button", name="排除").click()
    expect(page.locator("#map-flags .flag-dismissed", has_text="某排口-P3")).to_contain_text("排口已封堵")


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


def test_the_servers_silence_leaves_the_picture_and_says_so(page: Page, address: str) -> None:
    opened(page, address, CLOSE)
    page.watch.expect(re.compile("Failed to load resource|net::ERR"))
    page.route("**/api/map/**", lambda route: route.abort())
    page.evaluate("dubangMap.map.panBy([900, 0], { animate: false })")
    expect(page.locator("#map-layer-outfalls .map-layer-note")).to_contain_text("暂时取不到")
    expect(page.locator("#map-layer-outfalls .map-layer-count")).to_have_text("7")
    page.unroute("**/api/map/**")
    page.evaluate("dubangMap.map.panBy([-900, 0], { animate: false })")
    page.evaluate("dubangMap.refresh(true)")
    expect(page.locator("#map-layer-outfalls .map-layer-note")).not_to_contain_text("暂时取不到")


def test_whoever_may_not_see_an_intake_is_never_sent_it(sqlite_store, live_server, new_page) -> None:
    map_places.load(sqlite_store)
    address = live_server(sqlite_store, exact_places=0)
    page = new_page()
    bodies: list[tuple[str, str]] = []
    page.on(
        "response",
        lambda answer: bodies.append((answer.url, answer.text())) if answer.ok and "/_dash-component" not in answer.url else None,
    )
    opened(page, address, CLOSE)
    for layer in ("problems", "findings", "sections"):
        page.locator(f'[data-layer="{layer}"]').click()
    page.locator("#map-km").select_option("10")
    page.locator("#map-near").click()
    click(page, 118.8005, 32.0500)
    expect(page.locator("#map-found li").first).to_be_visible()
    page.locator("#map-search-input").fill("水源地")
    page.locator("#map-found .map-hit", has=page.locator(".quiet", has_text=re.compile("^水源地$"))).click()
    expect(page.locator("#map-card")).to_contain_text("饮用水水源地")
    assert len(bodies) > 15
    for secret in ("118.7991", "32.04987", "118799123", "32049876"):
        assert not [url for url, text in bodies if secret in text], secret
    # the source area is still there, where its county is
    areas = json.loads(next(text for url, text in bodies if "/layer/source-areas" in url))
    assert areas["total"] == 1
