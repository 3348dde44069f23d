"""An officer at a meeting: an order about the overdue ones of a county, its steps by keyboard, a proposal confirmed by hand, and the printed list."""

import pytest
from playwright.sync_api import Page, expect

from data.escalation.read import read_decisions
from data.identity import item_id, to_hex
from data.orders.issue import Draft, issue
from data.orders.read import read_orders
from tests import campaign
from tests.campaign import AS_OF, QINHUAI, XUANWU
from tests.integration.test_escalation import rule, rules

pytestmark = pytest.mark.browser

QUERY = f"campaign={campaign.CODE}"


def orders(store):
    with store.reading() as conn:
        return read_orders(conn)


def write(store, region: str, text: str, meeting: str, due: str, **more) -> int:
    with store.writing() as conn:
        return issue(conn, store.tree(), Draft(meeting, region, "assign", text, due, campaign=campaign.CODE, **more), by="张三")


@pytest.fixture
def store(sqlite_small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1, "zh": "超期{n}个", "en": "{n} overdue"}))
    return sqlite_small_store


def test_an_order_from_the_rows_its_steps_and_a_measure(store, live_server, page: Page) -> None:
    base = live_server(store)
    # from the rows behind a number to an order about them
    page.goto(f"{base}/progress?{QUERY}&region={QINHUAI}&rows=overdue")
    page.get_by_role("link", name="就这些交办").click()
    expect(page).to_have_url(f"{base}/orders?{QUERY}&region={QINHUAI}&rows=overdue")
    expect(page.locator("#orders-list")).to_have_text("还没有调度交办。")
    expect(page.get_by_text("将附上1个（超期问题）。")).to_be_visible()
    page.get_by_role("textbox", name="会议日期").fill("2022-09-16")
    page.get_by_role("group", name="会后几天").get_by_role("button", name="7天").click()
    expect(page.get_by_role("textbox", name="办理时限")).to_have_value("2022-09-23")
    page.get_by_role("radio", name="暗访抽查").check()
    page.get_by_role("button", name="交办", exact=True).click()
    # what is missing is said, and what was typed is still there
    expect(page.locator("#orders-issue-said")).to_have_text("请写明交办的内容。")
    expect(page.get_by_role("textbox", name="办理时限")).to_have_value("2022-09-23")
    page.get_by_role("textbox", name="交办内容").fill("限期整改到位，<i>逐项</i>报送")
    page.get_by_role("button", name="交办", exact=True).click()
    expect(page.locator("#orders-issue-said")).to_have_text("已交办第1号：江苏省南京市秦淮区，9月23日到期，附1个问题。")
    (made,) = orders(store)
    assert (made.method, made.item_ids) == ("unannounced", (item_id(campaign.CODE, "B3"),))
    line = page.locator("#order-1")
    expect(line).to_contain_text("▲ 超期")
    expect(line.locator(".order-text")).to_have_text("限期整改到位，<i>逐项</i>报送")
    expect(line).to_contain_text("9月23日到期，已超期7天")
    expect(page.locator("#orders-head h2")).to_have_text("上次调度（9月16日）交办1项，1项超期")
    line.locator("summary").click()
    expect(line.get_by_role("link", name="B3")).to_have_attribute("href", f"/item/{to_hex(item_id(campaign.CODE, 'B3'))}")

    # by keyboard: open, think again, open, record
    sign = line.get_by_role("button", name="签收第1号交办")
    sign.focus()
    page.keyboard.press("Enter")
    day = line.get_by_role("textbox", name="日期")
    expect(day).to_be_focused()
    page.keyboard.press("Escape")
    expect(day).to_have_count(0)
    expect(sign).to_be_focused()
    page.keyboard.press("Enter")
    expect(day).to_be_focused()
    day.fill("2022-09-20")
    line.get_by_role("button", name="登记签收（第1号）").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#orders-said")).to_have_text("第1号交办已登记“签收”。")
    expect(line).to_contain_text("9月20日签收")
    # a day that cannot be is refused, and the form stays open with what was typed
    line.get_by_role("button", name="办结第1号交办").click()
    line.get_by_role("textbox", name="日期").fill("2022-09-19")
    line.get_by_role("textbox", name="说明（可不填）").fill("已报送")
    line.get_by_role("button", name="登记办结（第1号）").click()
    expect(page.locator("#orders-said")).to_have_text("第1号交办在2022-09-20已有“签收”，新的登记不能早于那一天。")
    expect(line.get_by_role("textbox", name="说明（可不填）")).to_have_value("已报送")
    line.get_by_role("textbox", name="日期").fill("2022-09-22")
    line.get_by_role("button", name="登记办结（第1号）").click()
    expect(line).to_contain_text("● 已办结")
    expect(page.locator("#orders-head h2")).to_have_text("上次调度（9月16日）交办1项，全部办结")
    page.get_by_role("radio", name="超期 0").check()
    expect(page.locator("#orders-list")).to_have_text("没有这一类交办。")

    # a proposal waits for a person
    proposals = page.locator("#escalation-list")
    expect(proposals).to_contain_text("建议约谈")
    proposals.get_by_role("button", name="确认采取").click()
    proposals.get_by_role("textbox", name="对象（机关或职务）").fill("秦淮区人民政府")
    proposals.get_by_role("textbox", name="文号").fill("宁环约〔2022〕3号")
    proposals.get_by_role("textbox", name="日期").fill(AS_OF.isoformat())
    proposals.get_by_role("textbox", name="事由（必填）").fill("多次催办没有进展")
    proposals.get_by_role("button", name="确认并登记").click()
    expect(page.locator("#escalation-said")).to_have_text("请选择是否向社会公开。")
    with store.reading() as conn:
        assert read_decisions(conn) == []
    proposals.get_by_role("radio", name="不公开").check()
    proposals.get_by_role("button", name="确认并登记").click()
    expect(page.locator("#escalation-said")).to_have_text("已登记。")
    expect(proposals).to_contain_text("没有地区达到规则条件")
    expect(page.locator("#region-timeline")).to_contain_text("约谈（宁环约〔2022〕3号，不公开）：秦淮区人民政府")
    with store.reading() as conn:
        (held,) = read_decisions(conn)
    assert (held.verdict, held.public, held.document_no) == ("confirmed", False, "宁环约〔2022〕3号")


def test_the_list_on_a_phone_in_english_and_on_paper(store, live_server, new_page) -> None:
    write(store, XUANWU, "First", "2022-09-02", "2022-09-10")
    write(
        store,
        QINHUAI,
        "Second, a long one: " + "to be carried out without delay and reported item by item. " * 6,
        "2022-09-16",
        "2022-10-16",
    )
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(f"{live_server(store)}/orders?{QUERY}&as_of={AS_OF}&lang=en")
    expect(page.locator("#orders-head h2")).to_have_text("Orders of 16 Sep: none of 1 overdue")
    expect(page.locator(".order-meeting").first).to_have_text("Meeting of 16 Sep 2022 · 1 order (1 not yet signed)")
    expect(page.locator("#orders-list .order-place")).to_have_text(["Qinhuai District, Nanjing", "Xuanwu District, Nanjing"])
    # the day is in the past: nothing is offered
    expect(page.get_by_text("This looks at 30 Sep 2022; nothing can be recorded.")).to_be_visible()
    expect(page.locator(".order-steps")).to_have_count(0)
    expect(page.locator("#new-order")).to_have_count(0)
    # nothing sticks out of a narrow page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    expect(page.locator("#escalation-section")).to_be_hidden()
    expect(page.locator(".order-bar")).to_be_hidden()
    expect(page.locator("#order-2 .order-text")).to_be_visible()
    expect(page.locator("#order-1 .order-facts")).to_contain_text("due 10 Sep, 20 days overdue")
