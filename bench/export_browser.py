"""How long a picture takes a reader's browser, from the press of the menu to the file, beside Plotly.toImage of the same figure alone."""

import shutil
import statistics
from dataclasses import dataclass, field

from playwright.sync_api import Page, sync_playwright

from bench.serve import Worker
from bench.stores import SQLITE, Workshop
from bench.wall_serve import CAMPAIGN, demo

CHARTS = ("progress-by-region", "status-structure", "planned-vs-actual", "overdue-ageing", "region-by-category")
FORMS = ("png", "svg")
ROUNDS = 5
# times Plotly.toImage alone
MOST = 2.0
_OPTIONS = ["--disable-background-networking", "--disable-component-update", "--no-sandbox", "--disable-gpu"]
# from the press to the moment the file is handed to the browser
_MENU = """([chart, form]) => new Promise((done, failed) => {
  const button = document.querySelector(`.export-button[data-chart=${chart}]`);
  const click = HTMLAnchorElement.prototype.click;
  const end = setTimeout(() => failed(new Error('no file')), 30000);
  let begun = 0;
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download) { return click.call(this); }
    HTMLAnchorElement.prototype.click = click;
    clearTimeout(end);
    done(performance.now() - begun);
  };
  button.click();
  const press = () => {
    const item = document.querySelector(`.export-popup [data-do=${form}]`);
    if (!item) { return setTimeout(press, 20); }
    begun = performance.now();
    item.click();
  };
  press();
})"""
_ALONE = """async ([url, form]) => {
  const told = await (await fetch(url)).json();
  const begun = performance.now();
  const layout = told.figure.layout;
  await Plotly.toImage({ data: told.figure.data, layout: layout },
    { format: form, width: layout.width, height: layout.height, scale: told.width / layout.width * (form === 'png' ? 2 : 1) });
  return performance.now() - begun;
}"""


@dataclass(slots=True)
class Pictures:
    """Milliseconds of each format: the whole way, and Plotly.toImage alone, in turn."""

    whole: dict[str, list[float]] = field(default_factory=dict)
    alone: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, form: str) -> float:
        return statistics.median(self.whole[form]) / statistics.median(self.alone[form])


def measure(workshop: Workshop) -> Pictures | None:
    """None where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        return None
    found = Pictures({form: [] for form in FORMS}, {form: [] for form in FORMS})
    with Worker(demo(workshop, SQLITE), threads=4) as worker, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{worker.port}/progress?campaign={CAMPAIGN}")
        for chart in CHARTS:
            page.wait_for_selector(f"#graph-{chart} .main-svg")
        for turn in range(ROUNDS + 1):
            for chart in CHARTS:
                for form in FORMS:
                    _round(page, chart, form, found, counts=turn > 0)
        browser.close()
    return found


def _round(page: Page, chart: str, form: str, found: Pictures, counts: bool) -> None:
    url = f"/api/export/picture?chart={chart}&preset=slide&campaign={CAMPAIGN}&lang=zh-CN"
    alone = page.evaluate(_ALONE, [url, form])
    whole = page.evaluate(_MENU, [chart, form])
    page.keyboard.press("Escape")
    if counts:
        found.alone[form].append(alone)
        found.whole[form].append(whole)


def picture_text(found: Pictures) -> str:
    """Markdown."""
    lines = [
        "Pictures in a reader's browser (Chromium without a graphics card, 1280 × 720, PNG at 2×), from the press of the menu to the file:",
        "the figure fetched, drawn, hashed and written into the book. `alone`: Plotly.toImage of the same figure.\n",
        "| format | whole | alone | times (< 2) | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for form in FORMS:
        whole, alone, ratio = statistics.median(found.whole[form]), statistics.median(found.alone[form]), found.ratio(form)
        lines.append(f"| {form} | {whole:.0f} ms | {alone:.0f} ms | {ratio:.2f} | {'met' if ratio < MOST else 'missed'} |")
    return "\n".join(lines) + "\n"
