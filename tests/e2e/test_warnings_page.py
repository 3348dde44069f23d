"""An officer at the warnings page reads what is late, follows a number to its rows, acknowledges, hides, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from data.warnings.marks import marks
from tests import campaign, waters

pytestmark = pytest.mark.browser

LINK = f"/warnings?campaign={campaign.CODE}"
LATE = f"overdue:320100?campaign={campaign.CODE}"


def numbers(page: Page) -> list[str]:
    return page.locator(".warning-tile-number").all_inner_texts()


def test_read_follow_acknowledge_hide_take_back(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    base = live_server(store)
    page, other = new_page(), new_page()
    page.goto(base + LINK)
    lines = page.locator(".warning")
    expect(lines).to_have_count(2)
    assert numbers(page) == ["1", "0", "1"]
    # red first; the level is a word and a shape, not a colour alone
    expect(lines.nth(0)).to_contain_text("◆红色")
    expect(lines.nth(0)).to_contain_text("南京市到期5项中有2项超期未完成，最久的已超期102天。")
    expect(lines.nth(1)).to_contain_text("●蓝色")
    expect(page.locator("#warnings-caption")).to_contain_text("红色预警1条、蓝色预警1条；首先是：南京市到期5项")
    other.goto(base + LINK)
    expect(other.locator(".warning")).to_have_count(2)

    # the number and the rows behind it
    lines.nth(0).get_by_role("link", name="查看明细 南京市").click()
    expect(page.locator("#item-grid-title")).to_contain_text("超期问题 2")
    assert "rows=overdue" in page.url and "region=320100" in page.url
    page.go_back()
    expect(lines).to_have_count(2)

    # by keyboard, with a note that is text and nothing else
    lines.nth(0).locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("已通知 <b>南京市</b>")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#warnings-said")).to_have_text("已阅处：南京市，超期未完成。")
    expect(page.get_by_role("heading", name="已阅处（1条）")).to_be_visible()
    expect(lines.nth(1)).to_contain_text("阅处：已通知 <b>南京市</b>")
    assert numbers(page) == ["0", "0", "1"]
    expect(page.locator(".warning-tile").nth(0)).to_contain_text("另有1条已阅处")
    held = marks(store)[LATE]
    assert (held.what, held.level, held.note) == ("acknowledged", "red", "已通知 <b>南京市</b>")

    # another page had it open still: it is told, and what was written stays in the box
    late = other.locator(".warning").nth(0)
    late.locator("summary").click()
    late.get_by_role("textbox").fill("再次通知")
    late.get_by_role("button", name="阅处").click()
    expect(other.locator("#warnings-said")).to_contain_text("没有重复记录")
    expect(late.get_by_role("textbox")).to_have_value("再次通知")
    assert marks(store)[LATE].number == 1

    page.get_by_label("显示已阅处的").uncheck()
    expect(lines).to_have_count(1)
    page.get_by_label("显示已阅处的").check()
    page.get_by_role("button", name="撤回阅处 南京市").click()
    expect(page.locator("#warnings-said")).to_have_text("已撤回阅处：南京市，超期未完成。")
    expect(lines.nth(0)).to_contain_text("◆红色")
    assert numbers(page) == ["1", "0", "1"]
    assert marks(store)[LATE].what == "reopened"


def test_nothing_to_warn_of_says_what_is_watched(sqlite_small_store, live_server, page: Page) -> None:
    page.goto(live_server(sqlite_small_store) + f"{LINK}&region=110000")
    expect(page.locator(".warning-none")).to_have_text("没有预警")
    expect(page.get_by_text("落后序时进度：有时限问题不少于20项的地区")).to_be_visible()
    assert numbers(page) == ["0", "0", "0"]


def test_a_store_without_ledgers(sqlite_store, live_server, page: Page) -> None:
    page.goto(live_server(sqlite_store) + "/warnings")
    expect(page.get_by_text("还没有台账")).to_be_visible()
    expect(page.get_by_role("link", name="导入").first).to_be_visible()


def test_on_a_phone_in_english_and_dark_a_section_leads_to_its_river(sqlite_store, live_server, new_page) -> None:
    waters.load(sqlite_store)
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(live_server(sqlite_store) + "/warnings?lang=en")
    line = page.locator(".warning").filter(has_text="short of its target")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("▲Yellow")
    expect(line).to_contain_text("was class IV in Sep 2022, one class short of its target of class III; exceeding: Total phosphorus.")
    # nothing sticks out of a narrow page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    line.get_by_role("link", name="See the river").click()
    expect(page.get_by_role("heading", name="Qing River")).to_be_visible()
    assert f"/river/{waters.river('MAIN')}" in page.url
