"""A reporter's batch: chosen, counted, started, watched, cancelled by keyboard, gone on with, downloaded, removed; on a telephone too."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.batches.jobs import Batches
from tests import campaign

pytestmark = pytest.mark.browser

QUERY = f"campaign={campaign.CODE}&region=320000"


def choose(page: Page, field: str, *names: str) -> None:
    page.locator(f"#batch-field-{field}").click()
    for name in names:
        page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")


def test_a_batch_from_the_form_to_the_zip(sqlite_small_store, live_server, page: Page, tmp_path) -> None:
    base = live_server(sqlite_small_store)
    page.goto(f"{base}/progress?{QUERY}")
    page.get_by_role("link", name="批量导出").click()
    expect(page.get_by_role("heading", name="批量导出", level=1)).to_be_visible()
    expect(page.locator("#batch-list")).to_have_text("还没有做过。")
    expect(page.locator("#filter-sentence")).to_contain_text("江苏省")
    # what is missing is said, and nothing begins
    page.get_by_role("button", name="开始").click()
    expect(page.locator("#batch-said")).to_have_text("先选要做的图或简报。")
    choose(page, "charts", "状态结构")
    expect(page.locator("#batch-count")).to_have_text("13个地区 × 1项 × 1种格式 = 13个文件")
    page.get_by_label("CSV", exact=True).check()
    expect(page.locator("#batch-count")).to_have_text("13个地区 × 1项 × 2种格式 = 26个文件")
    page.get_by_role("button", name="开始").click()
    expect(page.locator("#batch-said")).to_have_text("已开始。关掉这一页也不会停。")
    bar = page.get_by_role("progressbar", name="批量导出的进度")
    expect(bar).to_have_attribute("aria-valuemax", "26")
    # whoever comes back later finds it
    page.reload()
    link = page.get_by_role("link", name="下载压缩包")
    expect(link).to_be_visible(timeout=60_000)
    expect(page.locator("#batch-now")).to_be_hidden()
    row = page.locator("#batch-list li")
    expect(row).to_contain_text("做好了")
    expect(row).to_contain_text("江苏省的13个地区 · PPTX、CSV · 中文 · 截至2022年9月30日")
    expect(row).to_contain_text("22个地区文件没有数据（文件里写明了）")
    with page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == "batch_status-structure_320000_2022-09-30.zip"
    target = tmp_path / "got.zip"
    started.value.save_as(target)
    with zipfile.ZipFile(target) as file:
        assert file.testzip() is None and len([name for name in file.namelist() if name.startswith("files/")]) == 26
    # removing asks first
    row.get_by_text("删除", exact=True).first.click()
    expect(row).to_contain_text("删除这一批的文件？")
    row.get_by_role("button", name="删除 状态结构").click()
    expect(page.locator("#batch-said")).to_have_text("已删除。")
    expect(page.locator("#batch-list")).to_have_text("还没有做过。")


def test_cancelled_by_keyboard_and_gone_on_with(sqlite_small_store, live_server, page: Page, tmp_path) -> None:
    base = live_server(sqlite_small_store)
    page.goto(f"{base}/batches?{QUERY}&lang=en")
    choose(page, "charts", "Status structure", "Stages of the closed loop")
    page.locator("#batch-field-where").click()
    page.get_by_role("option", name="Jiangsu · county level (95)").click()
    expect(page.locator("#batch-count")).to_have_text("95 regions × 2 subjects × 1 formats = 190 files")
    page.get_by_role("button", name="Start").click()
    cancel = page.locator("#batch-now").get_by_role("button", name="Cancel")
    cancel.focus()
    expect(page.locator(".batch-far")).to_contain_text("Now: ", timeout=60_000)
    # the bar grows with every look, and whoever stands on its button still does
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#batch-said")).to_contain_text("Cancelled")
    row = page.locator("#batch-list li")
    expect(row).to_contain_text("cancelled", timeout=30_000)
    expect(page.get_by_role("link", name="Download the zip")).to_have_count(0)
    (job,) = Batches(Path(tmp_path / "instance-0" / "batches")).all()
    before = len(job.lines())
    assert 0 < before < 190 and list(job.folder.rglob("*.part")) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#batch-said")).to_have_text("Going on; what is made is not made again.")
    expect(page.get_by_role("link", name="Download the zip")).to_be_visible(timeout=90_000)
    (job,) = Batches(Path(tmp_path / "instance-0" / "batches")).all()
    assert (job.progress.before, job.progress.done) == (before, 190)


def test_a_telephone_shows_all_of_it(sqlite_small_store, live_server, new_page) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{live_server(sqlite_small_store)}/batches?{QUERY}")
    expect(page.locator("#batch-count")).to_have_text("选好内容、格式和地区后，这里写明有多少个文件。")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # a brief has formats of its own
    page.get_by_label("简报", exact=True).check()
    expect(page.get_by_label("CSV", exact=True)).to_have_count(0)
    choose(page, "brief", "整改进展简报")
    expect(page.locator("#batch-count")).to_have_text("13个地区 × 1项 × 1种格式 = 13个文件")
    page.locator("#batch-field-where").click()
    page.get_by_role("option", name="逐个指定").click()
    expect(page.locator("#batch-count")).to_have_text("选好内容、格式和地区后，这里写明有多少个文件。")
    choose(page, "regions", "江苏省南京市玄武区", "江苏省苏州市常熟市")
    expect(page.locator("#batch-count")).to_have_text("2个地区 × 1项 × 1种格式 = 2个文件")


def test_an_empty_store_says_what_to_do(sqlite_store, live_server, page: Page) -> None:
    page.goto(f"{live_server(sqlite_store)}/batches")
    expect(page.get_by_text("还没有导入任何数据")).to_be_visible()
