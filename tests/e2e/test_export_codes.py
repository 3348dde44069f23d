"""A reporter opens a code, an officer releases it, a portal shows it; a brief is chosen and taken."""

import http.server
import io
import json
import threading
import urllib.request

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests import campaign

pytestmark = pytest.mark.browser

QUERY = f"campaign={campaign.CODE}"


def taken(base: str, chart: str = "progress-by-region") -> dict:
    with urllib.request.urlopen(f"{base}/export/{chart}.json?{QUERY}") as answer:
        return json.load(answer)


def test_a_code_is_typed_read_and_released(sqlite_small_store, live_server, new_page) -> None:
    base = live_server(sqlite_small_store)
    body = taken(base)
    page: Page = new_page()
    page.goto(f"{base}/s/")
    page.get_by_label("查证码").fill("zzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("没有这个查证码")
    page.get_by_label("查证码").fill(f"{body['code'][:5].lower()}-{body['code'][5:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(body["title"])
    expect(page.locator(".marks")).to_have_text("内部使用")
    # the picture is drawn, and says in words what it shows
    expect(page.locator("#picture .main-svg").first).to_be_visible()
    assert body["caption"] in (page.locator("#picture").get_attribute("aria-label") or "")
    page.get_by_text("数据表（").click()
    expect(page.get_by_role("cell", name="南京市")).to_be_visible()

    page.get_by_label("审定人").fill("王处长 <b>")
    page.get_by_role("button", name="公开").click()
    expect(page.locator(".marks")).to_have_text("可公开")
    page.get_by_text("审定记录（1）").click()
    expect(page.get_by_text("王处长 <b>")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert body["code"] in download.value.path().read_text("utf-8-sig")


class Portal(http.server.BaseHTTPRequestHandler):
    """Somebody else's page that shows a chart."""

    address = ""

    def do_GET(self) -> None:
        text = f'<!DOCTYPE html><title>portal</title><iframe src="{self.address}" width="800" height="700"></iframe>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_portal_that_is_named_shows_a_chart(sqlite_small_store, live_server, new_page) -> None:
    portal = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{portal.server_port}"
    try:
        base = live_server(sqlite_small_store, embed_hosts=origin)
        Portal.address = f"{base}/embed/progress-by-region?{QUERY}"
        page: Page = new_page()
        page.goto(origin)
        shown = page.frame_locator("iframe")
        expect(shown.get_by_role("heading", level=1)).to_have_text(taken(base)["title"])
        expect(shown.locator("#picture .main-svg").first).to_be_visible()
        expect(shown.get_by_text("数据截至2022年9月30日").first).to_be_visible()
    finally:
        portal.shutdown()
        portal.server_close()


def test_charts_of_ones_own_choice_in_one_file(sqlite_small_store, live_server, new_page) -> None:
    page: Page = new_page()
    page.goto(f"{live_server(sqlite_small_store)}/briefs?{QUERY}")
    expect(page.get_by_role("heading", name="简报与材料")).to_be_visible()
    link = page.locator("#brief-link-xlsx")
    expect(link).to_have_class("chart-link brief-file brief-off")
    page.get_by_label("闭环各环节").check()
    page.get_by_label("超期时长").check()
    expect(link).to_have_class("chart-link brief-file")
    with page.expect_download() as download:
        link.click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert {"loop-funnel", "overdue-ageing"} <= set(book.sheetnames) and "progress-by-region" not in book.sheetnames
