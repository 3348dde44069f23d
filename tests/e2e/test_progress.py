"""The progress page as a reader meets it: numbers on the page, the way down and back, the rows behind a number."""

import re

import pytest
from playwright.sync_api import expect

from tests import campaign

pytestmark = pytest.mark.browser
QUERY = f"campaign={campaign.CODE}&as_of={campaign.AS_OF}&region=320000"


@pytest.fixture(autouse=True)
def patience():
    """A grid that is scrolled into view loads its own script first; a busy machine takes its time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(live_server, sqlite_small_store):
    return live_server(sqlite_small_store)


def opened(page, address, query=QUERY):
    page.goto(f"{address}/progress?{query}")
    expect(page.locator("#kpi-cards .kpi")).to_have_count(8)
    expect(page.locator("#title-progress-by-region")).not_to_have_text("各地整改进度")
    return page


def kpi(page, name):
    return page.locator("#kpi-cards .kpi").filter(has=page.get_by_text(name, exact=True))


def regions(page):
    return page.locator("#graph-progress-by-region .yaxislayer-above text, #graph-progress-by-region .ytick text")


def grid_numbers(page):
    return page.locator("#item-grid .ag-center-cols-container .ag-row [col-id=ledger_no]")


def shown(page):
    page.locator("#item-grid").scroll_into_view_if_needed()
    return sorted(grid_numbers(page).all_inner_texts())


def test_the_page_shows_the_hand_counted_numbers(page, address):
    opened(page, address)
    for name, value, parts in (
        ("整改完成率", "50.0%", "6/12"),
        ("销号率", "33.3%", "4/12"),
        ("到期完成率", "66.7%", "6/9"),
        ("按期率", "44.4%", "4/9"),
    ):
        expect(kpi(page, name).locator(".kpi-value")).to_have_text(value)
        expect(kpi(page, name).locator(".kpi-parts")).to_have_text(parts)
    expect(kpi(page, "超期").locator(".kpi-value")).to_have_text("2")
    expect(regions(page)).to_have_text(["南京市", "苏州市"])
    expect(page.locator("#title-progress-by-region")).to_have_text("南京市最落后：完成率42.9%，超期2个")
    expect(page.locator("#caption-progress-by-region")).to_contain_text("整改完成6个，完成率50.0%（6/12）")
    expect(page.locator("#breadcrumb [aria-current=location]")).to_have_text("江苏省")


def test_a_bar_drills_down_and_back_returns(page, address):
    opened(page, address)
    bar = page.locator("#graph-progress-by-region .barlayer .trace").first.locator(".point path").first
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("region=320100"))
    expect(regions(page)).to_have_text(["秦淮区", "玄武区"])
    expect(page.locator("#breadcrumb")).to_have_text(re.compile("江苏省.*南京市"))
    expect(kpi(page, "整改完成率").locator(".kpi-parts")).to_have_text("3/7")
    page.go_back()
    expect(page).to_have_url(re.compile("region=320000"))
    expect(regions(page)).to_have_text(["南京市", "苏州市"])
    expect(kpi(page, "整改完成率").locator(".kpi-parts")).to_have_text("6/12")
    page.go_forward()
    expect(regions(page)).to_have_text(["秦淮区", "玄武区"])
    page.locator("#breadcrumb a", has_text="江苏省").click()
    expect(regions(page)).to_have_text(["南京市", "苏州市"])


def test_a_deep_link_reproduces_the_view(new_page, address):
    page = opened(new_page(), address, QUERY.replace("320000", "320100") + "&rows=overdue")
    expect(regions(page)).to_have_text(["秦淮区", "玄武区"])
    expect(page.locator("#item-grid-title")).to_contain_text("超期问题 2 条")
    page.locator("#rows").scroll_into_view_if_needed()
    expect(grid_numbers(page)).to_have_count(2)
    assert shown(page) == ["A2", "B3"]


def test_every_number_of_a_card_leads_to_its_rows(page, address):
    opened(page, address)
    kpi(page, "到期完成率").locator(".kpi-parts a").last.click()
    expect(page).to_have_url(re.compile("rows=due(&|$)"))
    expect(page.locator("#item-grid-title")).to_contain_text("已到期问题 9 条")
    expect(grid_numbers(page)).to_have_count(9)
    assert shown(page) == sorted(campaign.SETS["due"].split())
    expect(page.locator("#item-grid-title")).to_be_in_viewport()
    page.locator("#item-grid-title .rows-all").click()
    expect(page.locator("#item-grid-title")).to_contain_text("已发现问题 14 条")


def test_the_label_of_a_bar_leads_to_its_rows(page, address):
    opened(page, address)
    page.locator("#graph-progress-by-region .annotation-text").filter(has_text="超期2").first.click()
    expect(page).to_have_url(re.compile("region=320100&rows=overdue"))
    expect(page.locator("#item-grid-title")).to_contain_text("超期问题 2 条")


def test_a_row_opens_its_item_and_back_returns(page, address):
    opened(page, address, QUERY + "&rows=overdue")
    page.locator("#rows").scroll_into_view_if_needed()
    page.locator("#item-grid .ag-center-cols-container .ag-row [col-id=region]").first.click()
    expect(page).to_have_url(re.compile(r"/item/[0-9a-f]{16}"))
    expect(page.locator("#item")).to_contain_text(re.compile("A2|B3"))
    page.go_back()
    expect(page.locator("#item-grid-title")).to_contain_text("超期问题 2 条")


def test_the_table_of_a_chart_has_the_same_numbers_and_is_reached_by_keyboard(page, address):
    opened(page, address)
    button = page.locator("#table-button-progress-by-region")
    button.focus()
    page.keyboard.press("Enter")
    table = page.locator("#table-progress-by-region table")
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(button).to_have_attribute("aria-expanded", "true")
    row = table.locator("tbody tr", has_text="苏州市")
    expect(row).to_contain_text("60.0%（3/5）")
    row.locator("a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("region=320500"))
    expect(table.locator("tbody tr")).to_have_count(1)
    button.click()
    expect(page.locator("#picture-progress-by-region")).to_be_visible()
    expect(table).to_have_count(0)


def test_data_links_follow_the_selection(page, address):
    opened(page, address)
    page.locator("#breadcrumb").wait_for()
    kpi(page, "超期").locator(".kpi-value").click()
    expect(page).to_have_url(re.compile("rows=overdue"))
    expect(page.locator("a[data-export='item-list.json']")).to_have_attribute("href", re.compile("rows=overdue"))
    assert "rows=" not in page.locator("a[data-export='progress-by-region.json']").get_attribute("href")
    answer = page.request.get(address + page.locator("a[data-export='item-list.json']").get_attribute("href"))
    assert sorted(row["ledger_no"] for row in answer.json()["rows"]) == ["A2", "B3"]


def test_english_page_speaks_english(new_page, address):
    page = new_page()
    page.goto(f"{address}/progress?{QUERY}&lang=en")
    expect(page.locator("#title-progress-by-region")).to_have_text("Nanjing is furthest behind: 42.9% rectified, 2 overdue")
    expect(kpi(page, "Due-completion").locator(".kpi-value")).to_have_text("66.7%")
    page.locator("#language-switch").click()
    expect(page.locator("#title-progress-by-region")).to_have_text("南京市最落后：完成率42.9%，超期2个")


def test_an_empty_selection_says_why_and_offers_a_way_out(page, address):
    opened_query = f"campaign={campaign.CODE}&as_of=2022-04-01"
    page.goto(f"{address}/progress?{opened_query}")
    expect(page.locator("#page-empty")).to_contain_text("所选条件下没有事项：2022年4月1日及以前")
    expect(kpi(page, "整改完成率")).to_contain_text("没有有效问题")
    expect(kpi(page, "整改完成率").locator(".kpi-value")).to_have_text("—")
    page.locator("#page-empty a").click()
    expect(page.locator("#page-empty")).to_be_empty()
    expect(kpi(page, "整改完成率").locator(".kpi-value")).not_to_have_text("—")


def test_an_empty_store_says_what_to_do_next(page, live_server, sqlite_store):
    page.goto(live_server(sqlite_store) + "/progress")
    expect(page.locator("main")).to_contain_text("python manage.py store demo")
    expect(page.locator("main a.action")).to_have_attribute("href", "/import")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768), (1920, 1080)])
def test_nothing_sticks_out_of_the_window(new_page, address, width, height):
    page = opened(new_page(viewport={"width": width, "height": height}), address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    turned = page.evaluate(
        "[...document.querySelectorAll('.xtick text, .ytick text')].filter(e => /rotate\\((?!0)/.test(e.getAttribute('transform') || '')).length"
    )
    assert turned == 0
