"""A wall in a real browser for hours of its playlist, time running faster, with an import every hour: what grows, and what it missed.

Drawing takes as long as ever while time runs faster, so a refresh counts as missed when none came in its time and the browser was free to
send one; and scenes are counted in their order, not by the hour.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.map_browser import _OPTIONS
from bench.stores import ROOT, SQLITE, Workshop
from bench.trend import Trend, trend
from bench.wall_serve import demo, importing, serving
from bench.walls import JITTER, TICK

SPEED, MINUTES, EVERY = 60.0, 8.0, 15.0
# until the wall has looked at the scene that stands alone, and lets go of the one before
_SETTLED = 1500
# bytes an hour of the wall's time; share of the mean that nodes and listeners may rise in the whole run
HEAP, GROWS = 1_000_000, 0.05
# seconds that computing and drawing a changed scene may take on top of a refresh before the refresh counts as missed
DRAWN = 5.0
COUNTS = ("nodes", "listeners")
_METRICS = {"JSHeapUsedSize": "heap", "Nodes": "nodes", "JSEventListeners": "listeners"}
# counts, never lists: what looks for growth must not grow
_WATCH = """
(() => {
  const kept = window.benchWall = { sent: {}, failed: 0, shown: 0, skipped: 0, gaps: 0, longest: 0, last: null };
  let name = null, before = null, busy = 0, busyBefore = 0, list = [], lastList = [];
  /* how long the page could not run, whatever held it up: its own drawing or other programs */
  let ran = performance.now();
  setInterval(() => { const now = performance.now(); busy += Math.max(0, now - ran - 50); ran = now; }, 50);
  const ask = window.fetch;
  window.fetch = function (address, init) {
    const found = /^\\/api\\/screen\\/[^/?]+\\/?(\\w*)/.exec(address);
    if (!found) { return ask.apply(this, arguments); }
    const kind = found[1] || 'list', began = performance.now();
    kept.sent[kind] = (kept.sent[kind] || 0) + 1;
    if (kind === 'beat') {
      const held = busy + Math.max(0, began - ran - 50);
      if (before !== null) {
        const free = began - before - (held - busyBefore);
        kept.longest = Math.max(kept.longest, free);
        kept.gaps += Math.max(0, Math.floor(free / window.benchTick) - 1);
      }
    }
    const noted = answer => {
      if (!answer.ok) { kept.failed += 1; }
      if (kind === 'beat') { before = performance.now(); busyBefore = busy + Math.max(0, before - ran - 50); }
      if (kind === 'list' && answer.ok) {
        answer.clone().json().then(told => { lastList = list; list = told.entries.map(each => each.name); });
      }
      return answer;
    };
    return ask.apply(this, arguments).then(noted, problem => { kept.failed += 1; throw problem; });
  };
  /* the next of the list, or of the one before it; or what came in the place of a region that is no longer among the worst */
  const follows = (was, is) =>
    [list, lastList].some(each => each.includes(was) && each[(each.indexOf(was) + 1) % each.length] === is) ||
    (!list.includes(was) && list[lastList.indexOf(was)] === is);
  document.addEventListener('DOMContentLoaded', () => {
    let now = null;
    new MutationObserver(() => {
      const stage = document.querySelector('.stage.now');
      if (!stage || stage === now) { return; }
      now = stage;
      kept.shown += 1;
      const shown = window.dubangWall.state().entry;
      if (name !== null && !follows(name, shown)) { kept.skipped += 1; kept.last = name + ' ' + shown; }
      name = shown;
    }).observe(document.getElementById('stages'), { attributes: true, subtree: true, attributeFilter: ['class'] });
  });
})();
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """After a collection of garbage, the playlist's first scene alone on the wall. ``at``: seconds since the first round was over;
    ``heap`` bytes; ``process``: bytes of the page's process."""

    at: float
    heap: int
    nodes: int
    listeners: int
    process: int


@dataclass(slots=True)
class Soak:
    """``imports``: seconds until each was on the wall. ``sent``, ``arrived``: a wall's questions by kind, as the browser counts them and as
    the server answered them; ``gaps``: refreshes that did not come in their time; ``skipped``: scenes out of their order."""

    speed: float
    minutes: float
    samples: list[Sample] = field(default_factory=list)
    imports: list[float] = field(default_factory=list)
    late: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    arrived: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    gaps: int = 0
    longest: float = 0.0
    shown: int = 0
    skipped: int = 0
    scenes: int = 0
    errors: int = 0
    reloads: int = 0
    said: str = ""

    @property
    def hours(self) -> float:
        """Of the wall's time."""
        return self.minutes * self.speed / 60

    def trend(self, what: str, *, real: bool = False) -> Trend:
        """Growth for each hour of the wall's time, or of the clock's, once the first hour is over (a shorter run: the first quarter)."""
        settled = settle(self.samples, min(3600 / self.speed, self.minutes * 15))
        per = 3600.0 if real else 3600.0 / self.speed
        return trend([each.at / per for each in settled], [float(getattr(each, what)) for each in settled])

    @property
    def dropped(self) -> int:
        """Refreshes and scenes that were lost, whichever way."""
        lost = sum(self.sent.get(kind, 0) - self.arrived.get(kind, 0) for kind in ("beat", "scene"))
        return abs(lost) + self.failed + self.gaps + self.skipped + self.late

    def met(self) -> bool:
        still = self.trend("heap").slope <= HEAP and not any(self.trend(what).grows(GROWS) for what in COUNTS)
        return still and not self.dropped and not self.reloads and not self.errors


def settle(samples: list[Sample], seconds: float) -> list[Sample]:
    """Without those of the first seconds, in which caches fill; all, when fewer than three would be left."""
    left = [each for each in samples if each.at >= seconds]
    return left if len(left) > 2 else samples


def measure(workshop: Workshop, minutes: float = MINUTES, speed: float = SPEED) -> Soak | None:
    """None where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        return None
    found = Soak(speed, minutes)
    url = demo(workshop, SQLITE)
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder, sync_playwright() as playwright:
        served, notes = serving(url, folder)
        try:
            browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
            page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
            page.set_default_timeout(120_000)
            page.add_init_script(f"window.benchTick = {TICK * 1000 * (1 + JITTER) / speed};{_WATCH}")
            page.on("load", lambda _: setattr(found, "reloads", found.reloads + 1))
            page.on("pageerror", lambda problem: setattr(found, "said", f"{found.said}\n{problem}"))
            page.goto(f"http://127.0.0.1:{served.port}/screen?speed={speed:g}")
            _play(found, page, url)
            # nothing more is asked; what is on its way arrives
            page.evaluate("void (window.fetch = () => new Promise(() => {}))")
            page.wait_for_timeout(2000)
            _count(found, page, notes().asked)
            browser.close()
        finally:
            served.stop()
    found.reloads -= 1
    return found


def _play(found: Soak, page: Page, url: str) -> None:
    talk = page.context.new_cdp_session(page)
    talk.send("Performance.enable")
    # the first round: every scene is computed and drawn once
    many = _first_round(page)
    found.scenes = many
    began = time.monotonic()
    hour, number = 3600 / found.speed, 0
    turn = 0.0
    pending: _Import | None = None
    while (now := time.monotonic() - began) < found.minutes * 60 or pending is not None:
        if pending is None and now >= hour * (number + 0.5) and now < found.minutes * 60:
            number += 1
            pending = _Import(url, number)
        elif pending is not None:
            if pending.on_the_wall(page):
                found.imports.append(pending.seconds)
                found.late += pending.late(found.speed)
                pending = None
        elif now >= turn and _first_scene(page):
            taken = _sample(talk, page, time.monotonic() - began)
            if taken is not None:
                found.samples.append(taken)
                turn = now + EVERY
        page.wait_for_timeout(100)


def _first_round(page: Page) -> int:
    """Waits until the first scene stands for the second time; how many scenes there are."""
    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        shown, many = page.evaluate("[benchWall.shown, document.getElementById('dots').childElementCount]")
        if many and shown > many:
            return int(many)
        page.wait_for_timeout(50)
    raise RuntimeError("the wall does not play")


class _Import:
    """One on its way to the wall."""

    def __init__(self, url: str, number: int) -> None:
        self.process = subprocess.Popen(importing(url, number), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.version: int | None = None
        self.done = self.seconds = 0.0

    def on_the_wall(self, page: Page) -> bool:
        """Whether the wall shows it, or it was waited for long enough."""
        if self.version is None:
            if self.process.poll() is None:
                return False
            told = json.loads(self.process.communicate()[0])
            self.version, self.done = told["version"], told["at"]
        shown = page.evaluate("dubangWall.state().version")
        self.seconds = time.monotonic() - self.done
        return (shown is not None and shown >= self.version) or self.seconds > 60

    def late(self, speed: float) -> int:
        return int(self.seconds > TICK * (1 + JITTER) / speed + DRAWN)


def _first_scene(page: Page) -> bool:
    return bool(page.evaluate("(dubangWall.state().entry || '').startsWith('1.')"))


def _sample(talk: CDPSession, page: Page, at: float) -> Sample | None:
    """The presenter's key holds the scene until the one before has gone; then the page goes on. None when the next was on its way."""
    page.keyboard.press("Space")
    for _ in range(80):
        page.wait_for_timeout(50)
        if page.evaluate("document.querySelectorAll('.stage').length === 1"):
            break
    page.wait_for_timeout(_SETTLED)
    taken = None
    if _first_scene(page):
        talk.send("HeapProfiler.collectGarbage")
        told = {
            _METRICS[each["name"]]: int(each["value"])
            for each in talk.send("Performance.getMetrics")["metrics"]
            if each["name"] in _METRICS
        }
        taken = Sample(at, told["heap"], told["nodes"], told["listeners"], _process(page))
    page.keyboard.press("Space")
    return taken


def _process(page: Page) -> int:
    """Bytes of the largest of the browser's page processes."""
    browser = page.context.browser
    assert browser is not None
    talk = browser.new_browser_cdp_session()
    ids = [each["id"] for each in talk.send("SystemInfo.getProcessInfo")["processInfo"] if each["type"] == "renderer"]
    talk.detach()
    return max((_private(pid) for pid in ids), default=0)


def _private(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123
            return sum(int(line.split()[1]) for line in file if line.startswith("Private_")) * 1024
    except OSError:
        return 0


def _count(found: Soak, page: Page, asked: Counter[tuple[str, int]]) -> None:
    told = page.evaluate("window.benchWall")
    found.sent, found.failed, found.gaps = told["sent"], told["failed"], told["gaps"]
    found.longest, found.shown, found.skipped = told["longest"] / 1000, told["shown"], told["skipped"]
    if told["last"]:
        found.said += f"\nout of order: {told['last']}"
    for (kind, status), times in asked.items():
        if status == 200:
            found.arrived[kind] = found.arrived.get(kind, 0) + times
    found.errors = page.evaluate("dubangWall.state().errors")
