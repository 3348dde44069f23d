"""What a telephone and a very wide screen show: bars with room, type that is read from further away, clicks that hit; the way there and back."""

import pytest
from playwright.sync_api import Page, expect

from tests import campaign

pytestmark = pytest.mark.browser
QUERY = f"campaign={campaign.CODE}&as_of={campaign.AS_OF}&level=prefecture"
BARS = "#graph-progress-by-region .barlayer"


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(sqlite_small_store, live_server) -> str:
    return live_server(sqlite_small_store)


def drawn(page: Page, address: str) -> None:
    page.goto(f"{address}/progress?{QUERY}")
    expect(page.locator(f"{BARS} .point path").first).to_be_visible()
    expect(page.locator("#filter-as-of")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_bars_on_a_telephone_have_more_than_half_of_the_picture(new_page, address, lang) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/progress?{QUERY}&lang={lang}")
    expect(page.locator(f"{BARS} .point path").first).to_be_visible()
    picture, bars = (page.locator(each).bounding_box() for each in ("#picture-progress-by-region", BARS))
    assert bars["width"] > picture["width"] / 2
    label = page.locator("#graph-progress-by-region .annotation", has_text="3/7").bounding_box()
    assert picture["x"] <= label["x"]
    assert label["x"] + label["width"] <= picture["x"] + picture["width"]


def test_a_very_wide_screen_has_large_type_charts_in_their_boxes_and_clicks_that_hit(new_page, address) -> None:
    page = new_page(viewport={"width": 3840, "height": 2160})
    drawn(page, address)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    for chart in ("progress-by-region", "status-structure", "overdue-ageing"):
        box, graph = (page.locator(f"#{part}-{chart}").bounding_box() for part in ("picture", "graph"))
        assert abs(box["width"] - graph["width"]) <= 2
        assert abs(box["height"] - graph["height"]) <= 2
    # the right end of Nanjing's bar: two of its seven are overdue
    bar = page.locator(f"{BARS} .trace").last.locator(".point path").first.bounding_box()
    page.mouse.move(bar["x"] + bar["width"] - 12, bar["y"] + bar["height"] / 2)
    expect(page.locator("#graph-progress-by-region .hoverlayer")).to_contain_text("超期 2")
    page.mouse.click(bar["x"] + bar["width"] - 12, bar["y"] + bar["height"] / 2)
    expect(page).to_have_url(f"{address}/progress?campaign={campaign.CODE}&region=320100&rows=overdue")


def test_a_screen_of_ordinary_width_keeps_desk_type(page: Page, address: str) -> None:
    drawn(page, address)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "14px"
    assert page.locator("#picture-progress-by-region").get_attribute("style") in (None, "")


def test_from_the_start_page_to_a_campaign_to_an_item_and_back_up(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".campaign-card")).to_have_count(2)
    card = page.locator(".campaign-card", has_text="6/12")
    expect(card).to_contain_text("50.0%")
    name = card.locator("h2").inner_text()
    card.click(position={"x": 8, "y": 8})
    expect(page).to_have_url(f"{address}/progress?campaign={campaign.CODE}")
    expect(page.locator("#filter-sentence")).to_contain_text(name)
    item = next(row for row in page.request.get(f"{address}/export/item-list.json?{QUERY}").json()["rows"] if row["ledger_no"] == "B3")
    page.goto(f"{address}/item/{item['item_id']}")
    way = page.locator(".item-way li")
    expect(way).to_have_count(3)
    expect(way.last).to_have_text("B3")
    way.nth(1).locator("a").click()
    expect(page).to_have_url(f"{address}/progress?campaign={campaign.CODE}&region={item['region_code']}")
    page.go_back()
    way.first.locator("a").click()
    expect(page).to_have_url(f"{address}/progress?campaign={campaign.CODE}")


def test_all_campaigns_at_once_are_said_to_be_added_together(page: Page, address: str) -> None:
    page.goto(f"{address}/progress")
    expect(page.locator("#filter-sentence")).to_contain_text("全部2个专项相加")
