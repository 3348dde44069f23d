"""An officer at the ranking page locks a month, corrects it, and an appeal is recorded and answered."""

import pytest
from playwright.sync_api import Page, expect

from data.ranking import appeals, editions
from tests.integration.test_locks import MONTH, SCHEME, late

pytestmark = pytest.mark.browser

LINK = f"/rankings?scheme={SCHEME}&period={MONTH}"


def panel(page: Page):
    return page.locator("#period-lock")


def press(page: Page, name: str) -> None:
    panel(page).get_by_role("button", name=name, exact=True).click()


def test_lock_correct_appeal(sqlite_small_store, live_server, page: Page) -> None:
    store = sqlite_small_store
    base = live_server(store)
    page.goto(base + LINK)
    expect(panel(page)).to_contain_text("未锁定")
    # a second thought
    press(page, "锁定本期")
    expect(panel(page)).to_contain_text("任何人都不能再改")
    press(page, "取消")
    expect(panel(page)).not_to_contain_text("任何人都不能再改")
    assert editions.editions(store, SCHEME) == []
    # by keyboard
    panel(page).get_by_role("button", name="锁定本期").focus()
    page.keyboard.press("Enter")
    confirm = panel(page).get_by_role("button", name="确认锁定2022年9月")
    confirm.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lock-said")).to_have_text("已锁定2022年9月，第1版。")
    expect(panel(page)).to_contain_text("已锁定 第1版")
    # the head of the page noticed
    expect(page.locator("#race-head")).to_contain_text("已锁定")
    (first,) = editions.editions(store, SCHEME)
    expect(panel(page)).to_contain_text(f"校验码 {first.sha256[:8]}")

    late(store, "B2", "B3")
    press(page, "发布更正版")
    press(page, "发布第2版")
    expect(page.locator("#lock-said")).to_contain_text("更正必须说明理由")
    panel(page).get_by_label("更正理由（必填）").fill("秦淮区补报2件")
    press(page, "发布第2版")
    expect(page.locator("#lock-said")).to_contain_text("已发布2022年9月第2版")
    row = panel(page).locator(".lock-changes tbody tr").first
    expect(row.locator("td")).to_have_text(["秦淮区", "2→1", "33.3→100.0", "销号率 1/3→3/3"])
    # the old edition is one click away, and says so
    panel(page).get_by_role("link", name="第1版", exact=True).click()
    expect(panel(page)).to_contain_text("您看到的是第1版，最新为第2版")
    assert "edition=1" in page.url

    press(page, "提出申诉")
    panel(page).get_by_label("地区代码或全称").fill("玄武区")
    panel(page).get_by_text("销号率", exact=True).click()
    panel(page).get_by_label("申诉内容和依据").fill("A4已于9月28日销号。")
    press(page, "提交申诉")
    expect(page.locator("#lock-said")).to_have_text("已记录第1号申诉。")
    press(page, "办结")
    panel(page).get_by_text("不予采纳", exact=True).click()
    panel(page).get_by_label("答复意见（必填）").fill("经核查，A4仍在整改。")
    press(page, "确认办结")
    expect(page.locator("#lock-said")).to_have_text("第1号申诉已办结。")
    cells = panel(page).locator(".lock-appeals tbody td")
    expect(cells.nth(2)).to_have_text("玄武区")
    expect(cells.nth(3)).to_have_text("销号率")
    expect(cells.nth(5)).to_contain_text("答复：经核查，A4仍在整改。")
    (only,) = appeals.listed(store, SCHEME)
    assert (only.edition, only.outcome, only.indicator) == (1, "dismissed", "closeout")
    assert [each.edition for each in editions.editions(store, SCHEME)] == [1, 2]


def test_the_panel_on_a_phone_in_english_and_dark(sqlite_small_store, live_server, new_page) -> None:
    from data.ranking import locks

    locks.lock(sqlite_small_store, SCHEME, MONTH, by="Zhang San")
    late(sqlite_small_store, "B2", "B3")
    locks.correct(sqlite_small_store, SCHEME, MONTH, by="Zhang San", reason="two findings reported late")
    appeals.add(sqlite_small_store, SCHEME, MONTH, 1, "320102", "A4 is closed.\nSee letter 12.", by="Li Si")
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(live_server(sqlite_small_store) + LINK + "&lang=en")
    expect(panel(page)).to_contain_text("Locked, edition 2")
    expect(panel(page)).to_contain_text("1 correction: edition 1 → edition 2")
    expect(panel(page)).to_contain_text("Close-out rate 1/3 → 3/3")
    # nothing sticks out of a narrow page
    box = panel(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 391
    for shown in panel(page).locator(".lock-scroll").all():
        assert shown.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
