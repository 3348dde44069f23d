"""What a browser makes of the map: how soon it is drawn beside the site's plain page, and how long panning holds the browser up."""

import shutil
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.outfalls import store_of
from bench.serve import Worker

ROUNDS, PANS = 7, 40
# times the plain page; milliseconds
DRAWN, BLOCKED = 1.5, 100.0
_WATCH = """
window.__long = [];
new PerformanceObserver(list => list.getEntries().forEach(e => window.__long.push(e.duration))).observe({ type: 'longtask' });
"""
_PAN = """async steps => {
  const map = dubangMap.map;
  for (let k = 0; k < steps; k += 1) {
    map.panBy([(k % 4 < 2 ? 1 : -1) * 180, (k % 3 - 1) * 90], { animate: false });
    await new Promise(done => setTimeout(done, 120));
  }
}"""
_OPTIONS = ["--disable-background-networking", "--disable-component-update", "--no-sandbox", "--disable-gpu"]


@dataclass(slots=True)
class Drawing:
    """Seconds to the plain page and to the first map, in turn; milliseconds of the browser's long tasks while panning (over 50 ms)."""

    items: int
    plain: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    blocked: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(self.drawn) / statistics.median(self.plain)

    @property
    def longest(self) -> float:
        return max(self.blocked, default=0.0)


def measure(folder: Path, items: int) -> Drawing | None:
    """None where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        return None
    found = Drawing(items)
    with Worker(store_of(folder, items), threads=8) as worker, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        address = f"http://127.0.0.1:{worker.port}"
        # both once before they count: the worker reads the rollup, the disk its files
        _plain(browser, address)
        _map(browser, address)
        for _ in range(ROUNDS):
            found.plain.append(_plain(browser, address))
            found.drawn.append(_map(browser, address))
        found.blocked = _pan(browser, address)
        browser.close()
    return found


def _page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.set_default_timeout(120_000)
    return page


def _plain(browser: Browser, address: str) -> float:
    """The start page: cards of text."""
    page = _page(browser)
    page.goto(f"{address}/", wait_until="commit")
    page.locator(".campaign-card").first.wait_for()
    seconds = float(page.evaluate("performance.now()")) / 1000
    page.context.close()
    return seconds


def _map(browser: Browser, address: str) -> float:
    page = _page(browser)
    page.goto(f"{address}/map", wait_until="commit")
    page.locator("#map[data-drawn]").wait_for()
    seconds = float(page.evaluate("performance.now()")) / 1000
    page.context.close()
    return seconds


def _pan(browser: Browser, address: str) -> list[float]:
    page = _page(browser)
    page.goto(f"{address}/map#7/32.5/119.5/regions,rivers,outfalls")
    page.locator("#map[data-drawn]").wait_for()
    # the charts beside the map have been drawn by then
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3000)
    page.evaluate(_WATCH)
    page.evaluate("window.__long = []")
    page.evaluate(_PAN, PANS)
    blocked = [float(ms) for ms in page.evaluate("window.__long")]
    page.context.close()
    return blocked
