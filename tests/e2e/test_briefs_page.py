"""A reporter takes a brief: told to wait, told what was saved, told why not; and the same page at every width."""

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests import campaign

pytestmark = pytest.mark.browser

QUERY = f"campaign={campaign.CODE}&region=320000"


def test_what_is_ticked_is_counted_and_keeps_its_order(sqlite_small_store, live_server, page: Page) -> None:
    page.goto(f"{live_server(sqlite_small_store)}/briefs?{QUERY}")
    own = page.locator(".brief-own")
    expect(own.get_by_role("status").first).to_have_text("还没有勾选。")
    # what is no link is no stop of the keyboard
    expect(own.get_by_role("link")).to_have_count(0)
    own.get_by_label("超期时长").check()
    own.get_by_label("状态结构").check()
    expect(own.get_by_role("status").first).to_have_text("已勾选2张，按勾选的先后排列。")
    with page.expect_download() as waiting:
        own.get_by_role("link", name="XLSX").click()
    expect(own.locator(".brief-said")).to_have_text(f"已保存 {waiting.value.suggested_filename}")
    names = load_workbook(io.BytesIO(waiting.value.path().read_bytes())).sheetnames
    assert names.index("overdue-ageing") < names.index("status-structure")
    own.get_by_label("超期时长").uncheck()
    own.get_by_label("状态结构").uncheck()
    expect(own.get_by_role("link")).to_have_count(0)


def test_what_may_not_go_out_is_said_where_it_was_asked_for(sqlite_small_store, live_server, page: Page) -> None:
    page.watch.expect("403")
    page.goto(f"{live_server(sqlite_small_store, export_least='public')}/briefs?{QUERY}")
    card = page.locator(".brief-card").first
    card.get_by_role("link", name="XLSX").click()
    expect(card.locator(".brief-said")).to_contain_text("可公开的数据")
    expect(card.locator(".brief-said")).to_have_class("brief-said brief-bad")
    expect(page.locator(".brief-said:not(:empty)")).to_have_count(1)


@pytest.mark.parametrize(("wide", "columns"), [(390, 1), (1366, 4), (3840, 6)])
def test_names_of_charts_stand_on_one_line(sqlite_small_store, live_server, new_page, wide: int, columns: int) -> None:
    page: Page = new_page(viewport={"width": wide, "height": 900})
    page.goto(f"{live_server(sqlite_small_store)}/briefs?{QUERY}&lang=en")
    labels = page.locator(".brief-boxes label")
    expect(labels.first).to_have_text("Key figures")
    boxes = labels.evaluate_all("all => all.map(each => { const at = each.getBoundingClientRect(); return [at.x, at.height]; })")
    assert len({round(x) for x, _ in boxes}) >= columns
    least = min(height for _, height in boxes)
    # one or two names are longer than a column
    assert sum(height > 1.4 * least for _, height in boxes) <= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
