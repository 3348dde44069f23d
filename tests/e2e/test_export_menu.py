"""The menu of a chart as a reporter meets it: with the keyboard, on a telephone, and the files that it hands out, opened again."""

import hashlib
import re
import shutil
import struct
import subprocess
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from callbacks import chromium
from data.exports.record import Record
from tests import campaign
from tests.fixtures.needs import missing

pytestmark = pytest.mark.browser
QUERY = f"campaign={campaign.CODE}&as_of={campaign.AS_OF}&region=320000"
TITLE = "南京市最落后：完成率42.9%，超期2个"


@pytest.fixture
def address(live_server, sqlite_small_store):
    yield live_server(sqlite_small_store)
    chromium.settle("")


@pytest.fixture
def book(sqlite_small_store, tmp_path):
    return Record(sqlite_small_store, tmp_path / "instance-0" / "exports")


def opened(page, address, path="progress", chart="progress-by-region"):
    page.goto(f"{address}/{path}?{QUERY}")
    if path == "progress":
        expect(page.locator("#title-progress-by-region")).not_to_have_text("各地整改进度")
    button = page.locator(f".export-button[data-chart={chart}]")
    button.scroll_into_view_if_needed()
    button.click()
    expect(item(page, "png")).to_be_visible()
    return button


def item(page, name):
    return page.locator(f".export-popup [data-do={name}]")


def taken(page, name, tmp_path):
    with page.expect_download() as waiting:
        item(page, name).click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    expect(page.locator(".export-said")).to_have_text(f"已保存 {path.name}")
    return path


def test_the_menu_is_driven_with_the_keyboard_and_gives_the_focus_back(page, address):
    page.goto(f"{address}/orders?{QUERY}")
    button = page.locator(".export-button[data-chart=region-timeline]")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="导出：地区时间线")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    focused = page.locator(":focus")
    expect(focused).to_have_text("幻灯片 16:9")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_text("报纸栏")
    expect(focused).to_have_attribute("aria-checked", "true")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("2×")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("PNG 图片")
    page.keyboard.press("End")
    expect(focused).to_have_text("复制嵌入代码")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("报纸栏")
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press(" ")
    expect(page.locator(".export-popup")).to_be_visible()
    page.mouse.click(5, 5)
    expect(page.locator(".export-popup")).to_have_count(0)


def test_on_a_telephone_the_menu_is_whole(new_page, address):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(page, address, "orders", "region-timeline")
    box = page.locator(".export-popup").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0 and box["y"] + box["height"] <= 844
    for each in page.locator(".export-item").all():
        assert each.bounding_box()["height"] >= 38
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="关闭").click()
    expect(page.locator(".export-popup")).to_have_count(0)


def test_pictures_have_the_size_asked_for_and_stand_in_the_book(page, address, book, tmp_path):
    opened(page, address)
    before = page.locator("#graph-progress-by-region .main-svg").first.inner_html()
    page.locator(".export-radio[data-scale='4']").click()
    page.locator(".export-radio[data-preset=wechat]").click()
    png = taken(page, "png", tmp_path)
    assert png.name == f"progress-by-region_{campaign.AS_OF}_wechat_4x.png"
    assert struct.unpack(">II", png.read_bytes()[16:24]) == (900 * 4, 383 * 4)
    page.locator(".export-radio[data-preset=slide]").click()
    svg = taken(page, "svg", tmp_path)
    root = ElementTree.fromstring(svg.read_bytes())
    assert (root.get("width"), root.get("height")) == ("1280", "720")
    words = "".join(root.itertext())
    assert TITLE in words and "内部使用" in words and "查证码" in words and "数据截至2022年9月30日" in words
    assert root[0].tag.endswith("title") and TITLE in root[0].text
    lines = {line.name: line for line in book.lines()}
    for path in (png, svg):
        line = lines[path.name]
        assert (line.sha256, line.bytes, line.via) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, "picture")
        assert line.code in words
    # the chart on the page is as it was
    assert page.locator("#graph-progress-by-region .main-svg").first.inner_html() == before


def test_the_server_makes_a_page_of_real_text(page, address, book, tmp_path):
    if shutil.which("pdftotext") is None:
        missing("pdftotext (poppler-utils)")
    opened(page, address, "orders", "region-timeline")
    page.locator(".export-radio[data-preset=square]").click()
    pdf = taken(page, "pdf", tmp_path)
    said = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages:\s+1\b", told) and "810 x 810 pts" in told and "地区时间线" in told
    (line,) = book.lines()
    assert said.count("\f") == 1 and "地区时间线" in said and "2022年9月30日" in said and f"查证码 {line.code}" in said
    assert (line.format, line.sha256) == ("pdf", hashlib.sha256(pdf.read_bytes()).hexdigest())


def test_words_and_pictures_are_copied(new_page, address, book):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, address)
    caption = page.locator("#caption-progress-by-region").inner_text()
    for name, said, expected in (
        ("copy_sentence", "句子已复制", re.escape(caption)),
        ("copy_link", "链接已复制", re.escape(f"{address}/progress?as_of={campaign.AS_OF}&campaign=xh-2022&region=320000")),
        ("copy_embed", "嵌入代码已复制", rf'<iframe src="{address}/embed/s/[A-Z0-9]{{10}}\?lang=zh-CN" title="{TITLE}".*'),
    ):
        item(page, name).click()
        expect(page.locator(".export-said")).to_have_text(said)
        assert re.fullmatch(expected, page.evaluate("() => navigator.clipboard.readText()"))
    item(page, "copy_picture").click()
    expect(page.locator(".export-said")).to_have_text("图片已复制")
    kinds = page.evaluate("async () => (await navigator.clipboard.read()).flatMap(each => each.types)")
    assert kinds == ["image/png"]
    assert [line.format for line in book.lines()] == ["png"]


def test_a_page_that_is_not_secure_saves_what_it_cannot_copy_and_hashes_by_itself(page, address, book, tmp_path):
    # as a page that came by http from another machine: no clipboard, no digest of the browser's own
    page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', { value: false });"
        "Object.defineProperty(window.crypto, 'subtle', { value: undefined });"
    )
    opened(page, address, "orders", "region-timeline")
    with page.expect_download() as waiting:
        item(page, "copy_picture").click()
    path = tmp_path / "picture.png"
    waiting.value.save_as(path)
    expect(page.locator(".export-said")).to_contain_text("这里不能复制图片，已改为下载")
    svg = taken(page, "svg", tmp_path)
    hashes = {line.format: line.sha256 for line in book.lines()}
    assert hashes == {"png": hashlib.sha256(path.read_bytes()).hexdigest(), "svg": hashlib.sha256(svg.read_bytes()).hexdigest()}


def test_what_cannot_be_written_into_the_book_is_not_handed_out(page, address, book):
    page.watch.expect("503")
    opened(page, address, "orders", "region-timeline")
    words = {"error": "no_book", "message": "导出登记无法写入，文件没有发出；请稍后再试。"}
    page.route("**/api/export/taken", lambda route: route.fulfill(status=503, json=words))
    got = []

    def note(download):
        got.append(download)

    page.on("download", note)
    item(page, "png").click()
    expect(page.locator(".export-said")).to_have_text(words["message"])
    assert not got and book.lines() == []


def test_without_chromium_the_page_for_printing_is_opened(page, address):
    chromium.settle("/nowhere/chromium")
    opened(page, address, "orders", "region-timeline")
    expect(item(page, "pdf")).to_have_count(0)
    page.locator(".export-radio[data-preset=square]").click()
    # the dialogue would wait for somebody
    page.context.add_init_script("window.print = () => document.body.setAttribute('data-printed', '1');")
    with page.context.expect_page() as waiting:
        item(page, "print").click()
    printed = waiting.value
    expect(printed.locator("body[data-printed]")).to_have_count(1)
    expect(printed.locator("#picture")).to_contain_text("地区时间线")
    assert printed.locator("#sheet").bounding_box()["height"] == 1080
    expect(page.locator(".export-said")).to_have_text("已在新标签页打开打印页")


def test_the_menu_follows_the_filters(page, address, tmp_path):
    opened(page, address)
    page.keyboard.press("Escape")
    box = page.locator("#graph-progress-by-region .barlayer .trace").first.locator(".point path").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("region=320100"))
    expect(page.locator("#caption-progress-by-region")).to_contain_text("南京市")
    page.locator(".export-button[data-chart=progress-by-region]").click()
    assert "秦淮区" in taken(page, "svg", tmp_path).read_text("utf-8")
    assert "秦淮区" in taken(page, "csv", tmp_path).read_text("utf-8-sig")
