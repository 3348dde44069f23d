"""What a person does with the shell: follow a link, change a filter, go back, change language and theme, lose the server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import campaign

pytestmark = pytest.mark.browser

QUERY = f"campaign={campaign.CODE}"
# a busy two-core machine draws seven charts in software
expect.set_options(timeout=20_000)


@pytest.fixture
def base(live_server, sqlite_small_store) -> str:
    return live_server(sqlite_small_store)


def opened(page: Page, url: str) -> None:
    page.goto(url)
    # the heading holds the chart's name until the answer comes, the caption nothing; the controls come last
    expect(page.locator("#caption-progress-by-region")).not_to_be_empty()
    expect(page.locator("#filter-round")).to_be_visible()
    expect(page.locator("#filter-as-of")).to_be_visible()


def drawn_in(page: Page, colour: str) -> None:
    """Wait until the progress chart is drawn in a text colour (the page's policy forbids waiting by evaluated functions)."""
    chart = "document.querySelector('#graph-progress-by-region .js-plotly-plot')?.layout?.font?.color"
    for _ in range(100):
        if page.evaluate(chart) == colour:
            return
        page.wait_for_timeout(200)
    pytest.fail(f"not drawn in {colour}: {page.evaluate(chart)}")


def choose(page: Page, control: str, label: str) -> None:
    page.locator(control).click()
    page.locator(".dash-options-list-option", has_text=re.compile(f"^{label}$")).click()


def test_a_worn_link_is_healed_and_shows_what_it_can_mean(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?zzz=1&{QUERY}&level=galaxy&as_of=2022-99-99")
    expect(page).to_have_url(f"{base}/progress?{QUERY}")
    expect(page.locator("#filter-sentence")).to_contain_text("全部地区")
    expect(page.locator("#caption-progress-by-region")).to_contain_text("50.0%（6/12）")


def test_a_filter_changes_charts_sentence_and_address_without_a_step_in_the_history(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}")
    choose(page, "#filter-level", "地市级")
    expect(page).to_have_url(f"{base}/progress?{QUERY}&level=prefecture")
    expect(page.locator("#filter-sentence")).to_contain_text("按地市级")
    expect(page.locator("#title-progress-by-region")).to_contain_text("南京市")
    assert page.evaluate("history.length") == 2


def test_back_and_forward_walk_through_drill_downs_and_set_the_controls(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}&level=county")
    page.locator("#filter-region").click()
    page.keyboard.type("南京市")
    page.locator(".dash-options-list-option", has_text=re.compile("南京市$")).click()
    expect(page).to_have_url(f"{base}/progress?{QUERY}&level=county&region=320100")
    expect(page.locator("#caption-progress-by-region")).to_contain_text("42.9%（3/7）")
    page.go_back()
    expect(page).to_have_url(f"{base}/progress?{QUERY}&level=county")
    expect(page.locator("#caption-progress-by-region")).to_contain_text("50.0%（6/12）")
    expect(page.locator("#filter-region")).to_contain_text("全部地区")
    page.go_forward()
    expect(page.locator("#caption-progress-by-region")).to_contain_text("42.9%（3/7）")
    expect(page.locator("#filter-region")).to_contain_text("南京市")
    page.reload()
    expect(page.locator("#caption-progress-by-region")).to_contain_text("42.9%（3/7）")


def test_language_and_theme_keep_the_selection(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}&region=320100")
    page.locator("#language-switch").click()
    expect(page.locator("#filter-sentence")).to_contain_text("Nanjing")
    expect(page).to_have_url(f"{base}/progress?{QUERY}&region=320100&lang=en")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("#caption-progress-by-region")).to_contain_text("42.9%")
    page.locator("#theme-switch").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    drawn_in(page, "#E8EFF5")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    drawn_in(page, "#E8EFF5")


def test_reset_keeps_the_campaign_and_can_be_taken_back(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}&region=320100&level=county")
    page.locator("#filter-reset").click()
    expect(page).to_have_url(f"{base}/progress?{QUERY}")
    expect(page.locator("#filter-region")).to_contain_text("全部地区")
    page.go_back()
    expect(page.locator("#filter-region")).to_contain_text("南京市")


def test_pages_carry_the_selection_and_the_start_page_leads_on(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}&region=320100&rows=overdue")
    page.locator(".brand").click()
    expect(page.locator("h1")).to_have_text("整改台账进来，进度出去")
    expect(page).to_have_url(f"{base}/?{QUERY}&region=320100")
    page.locator("a.action").click()
    expect(page.locator("#caption-progress-by-region")).to_contain_text("42.9%（3/7）")
    expect(page.locator(".mark-single")).to_have_text("单机模式")
    expect(page.locator(".mark-day")).to_contain_text("2022年9月30日")


def test_an_unknown_address_helps(page: Page, base: str) -> None:
    page.watch.expect("404")  # type: ignore[attr-defined]
    answer = page.goto(f"{base}/nowhere?{QUERY}")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("没有这个页面")
    page.locator("a.action").click()
    expect(page.locator("#caption-progress-by-region")).not_to_be_empty()
    expect(page).to_have_url(f"{base}/progress?{QUERY}")


def test_an_item_shows_its_history_on_both_clocks(page: Page, base: str) -> None:
    rows = page.request.get(f"{base}/export/item-list.json?{QUERY}").json()["rows"]
    item = next(row for row in rows if row["ledger_no"] == "C4")
    page.goto(f"{base}/item/{item['item_id']}")
    expect(page.locator(".timeline li").first).to_be_visible()
    late = page.locator(".timeline li", has_text="2022年9月27日").first
    expect(late).to_contain_text("记录于 2022年10月3日")
    expect(page.locator(".item dl").first).to_contain_text("C4")
    page.goto(f"{base}/item/{'0' * 16}")
    expect(page.locator("h1")).to_have_text("没有这个事项")


def test_the_keyboard_reaches_the_content_and_every_control(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    seen = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id"))
    assert {"language-switch", "theme-switch", "filter-reset", "filter-campaign", "filter-region", "filter-level", "filter-round"} <= seen
    assert "filter-as-of" in seen


def test_the_calendar_is_chinese_on_chinese_pages(page: Page, base: str) -> None:
    opened(page, f"{base}/progress?{QUERY}")
    page.locator("#filter-as-of").click()
    expect(page.locator(".dash-datepicker-calendar, .dash-datepicker-content").first).to_contain_text("一")
    page.locator("td", has_text=re.compile("^20$")).first.click()
    expect(page).to_have_url(f"{base}/progress?as_of=2022-09-20&{QUERY}")
    expect(page.locator("#filter-sentence")).to_contain_text("截至2022年9月20日")


def test_a_phone_shows_the_whole_bar_without_sideways_scrolling(new_page, base: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    opened(page, f"{base}/progress?{QUERY}&lang=en")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    choose(page, "#filter-level", "city")
    expect(page.locator("#filter-sentence")).to_contain_text("by city")


def test_losing_the_server_is_said_and_mends_itself(page: Page, base: str) -> None:
    page.watch.expect("503|ERR_|Failed to load|Callback error")  # type: ignore[attr-defined]
    opened(page, f"{base}/progress?{QUERY}")
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.route("**/readyz", lambda route: route.abort())
    choose(page, "#filter-level", "地市级")
    expect(page.locator("#stale-badge")).to_contain_text("连接中断")
    expect(page.locator("#caption-progress-by-region")).to_contain_text("50.0%（6/12）")
    page.unroute("**/_dash-update-component*")
    page.unroute("**/readyz")
    expect(page.locator("#stale-badge")).to_be_hidden()
    choose(page, "#filter-level", "区县级")
    expect(page.locator("#filter-sentence")).to_contain_text("按区县级")
