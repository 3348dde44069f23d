"""The map asked of places: what is found, what is near, where somebody stands, what a flag says, what may not be seen; and without its server."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests import map_places
from tests.map_browser import CLOSE, click, opened

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
