"""What the tests of the wall share: a province of long names, playlists, a page that shows the wall, and eyes of their own.

``crowd(store)`` writes a simulated campaign into a store with the country's regions: Yunnan, 16 counties of 16 prefectures with the
longest names there are, six findings each; as of 2022-09-30 every county has two closed, one awaiting verification, one in progress
that is due in five days, and two overdue (by 16 and by 47 days). With it come twelve orders of one meeting, in words as long as they
may be.
"""

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Request
from sqlalchemy import insert

from data.identity import item_id
from data.orders.follow import follow
from data.orders.issue import Draft, issue
from data.orders.model import METHODS, SIGNED
from data.rollup.refresh import refresh
from data.schema import campaign, department, import_batch, item, item_event, term
from data.screens import playlists
from data.screens.playlists import Entry, Playlist
from data.store import Store, bump
from tests import campaign as small

CROWD = "yn-2022"
PROVINCE = "530000"
COUNTIES = (
    "530925 530825 532530 533324 532822 533122 532626 532932 532301 533401 530724 530302 530426 530521 530629 530102"
).split()  # fmt: skip
NAME = "云南省跨界河湖水环境与集中式饮用水水源地突出问题专项监督帮扶（第二阶段）"
OBJECT = "某国家级经济技术开发区污水集中处理有限责任公司第三分公司（二期扩建）"
#: stages and deadline of each of a county's findings
STANDS = (
    ("08-31", (("discovered", "06-01"), ("rectifying", "06-05"), ("rectified_reported", "08-20"), ("closed", "08-28"))),
    ("09-20", (("discovered", "06-03"), ("rectifying", "06-08"), ("rectified_reported", "09-10"), ("closed", "09-18"))),
    ("09-25", (("discovered", "06-10"), ("rectifying", "06-15"), ("rectified_reported", "09-22"))),
    ("10-05", (("discovered", "07-01"), ("rectifying", "07-05"))),
    ("09-14", (("discovered", "07-02"), ("rectifying", "07-06"))),
    ("08-14", (("discovered", "06-12"), ("rectifying", "06-20"))),
)
ORDER = "对久拖不改的污水直排问题逐一现场核实，明确责任单位和责任人，按月报送整改进展并附整改前后照片"
MEETING, TODAY = date(2022, 9, 26), date(2022, 9, 30)


def crowd(store: Store) -> None:
    """Write the campaign and its orders."""
    tree = store.tree()
    regions = {code: tree.get(code).region_id for code in COUNTIES}  # type: ignore[union-attr]
    with store.writing() as conn:
        for dimension, labels in small.LABELS.items():
            conn.execute(
                insert(term), [{"dimension": dimension, "code": c, "name_zh": zh, "name_en": en} for c, (zh, en) in labels.items()]
            )
        for code, (zh, en) in small.DEPARTMENTS.items():
            conn.execute(insert(department).values(code=code, name_zh=zh, name_en=en, line=code))
        departments = {row.code: row.department_id for row in conn.execute(department.select())}
        row = {"code": CROWD, "name_zh": NAME, "name_en": "Yunnan: rivers, lakes and drinking-water sources, second stage"}
        row |= {"start_on": date(2022, 5, 1), "end_on": date(2022, 12, 31), "simulated": True, "region_id": tree.get(PROVINCE).region_id}  # type: ignore[union-attr]
        key = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]  # type: ignore[index]
        batch = {"campaign_id": key, "file_name": "crowd.xlsx", "sha256": "2" * 64, "fingerprint": CROWD, "as_known": small.AS_OF}
        conn.execute(insert(import_batch).values(batch | {"imported_at": datetime(2022, 9, 30, 12), "rows_read": 96}))
        items, events = [], []
        for code in COUNTIES:
            for n, (due, stages) in enumerate(STANDS):
                number = f"{code}-{n}"
                own = item_id(CROWD, number)
                category, office = (("wastewater", "ecology"), ("dust", "housing"), ("solid-waste", "housing"))[n % 3]
                items.append(
                    {
                        "item_id": own, "campaign_id": key, "kind": "finding", "loop": "sm1-finding", "ledger_key": number,
                        "ledger_no": number, "region_id": regions[code], "department_id": departments[office], "theme": "water",
                        "category": category, "source": "on_site", "long_term": False, "title": f"{OBJECT}-{number}直排",
                        "object_name": f"{OBJECT}-{number}", "discovered_on": _day(stages[0][1]), "due_original": _day(due),
                        "due_current": _day(due), "stage": stages[-1][0], "stage_on": _day(stages[-1][1]),
                    }
                )  # fmt: skip
                told = [{"kind": "stage", "stage": name, "due_on": None, "at": day} for name, day in stages]
                told.append({"kind": "due", "stage": None, "due_on": _day(due), "at": stages[0][1]})
                for k, each in enumerate(told, 1):
                    at = each.pop("at")
                    moments = {"effective_at": _moment(str(at), 10), "recorded_at": _moment(str(at), 12)}
                    events.append({"item_id": own, "event_no": k, "result": None, "reason": None} | each | moments)
        conn.execute(insert(item), items)
        conn.execute(insert(item_event), events)
        refresh(conn, key, regions.values())
        bump(conn, "crowd")
    with store.writing() as conn:
        for n, code in enumerate(COUNTIES[:12]):
            method, due = METHODS[n % len(METHODS)], date(2022, 9, 28) if n < 3 else date(2022, 10, 20)
            draft = Draft(MEETING, code, method, ORDER, due, "ecology", CROWD)
            order = issue(conn, tree, draft, by="测试", today=TODAY, recorded_at=datetime(2022, 9, 26, 8))
            if n >= 9:
                follow(conn, tree, order, SIGNED, date(2022, 9, 27), by="测试", today=TODAY, recorded_at=datetime(2022, 9, 27, 8))


def _day(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


def _moment(text: str, hour: int) -> datetime:
    return datetime.fromisoformat(f"2022-{text}T{hour:02}:00:00")


def playlist(store: Store, *entries: Entry, code: str = "hall", query: str = f"campaign={small.CODE}", **more: str) -> Playlist:
    """Keep a playlist; without entries the overview and the progress scene, five seconds each."""
    kept = entries or (Entry("overview", dwell=5, transition="cut"), Entry("progress", dwell=5, transition="cut"))
    made = Playlist(code, more.get("name", "会商室"), 0, query, more.get("lang", "zh-CN"), more.get("theme", "dark"), tuple(kept))
    with store.writing() as conn:
        return playlists.save(conn, made, None)


# ----------------------------------------------------------------------------- a browser that shows the wall


def until(page: Page, what: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Whatever ``what`` gives as soon as it is true; fails with the wall's own state when it is not in time."""
    over = time.monotonic() + seconds
    while True:
        try:
            found = what()
        except Error as problem:
            # asked in the moment in which the page was loaded anew
            if "navigation" not in str(problem):
                raise
            found = None
        if found:
            return found
        if time.monotonic() > over:
            pytest.fail(f"not within {seconds} s; the wall: {state(page)}, stale: {stale(page)!r}")
        page.wait_for_timeout(40)


def state(page: Page) -> dict[str, Any]:
    """What the wall's script knows; empty before it runs."""
    return page.evaluate("window.dubangWall && window.dubangWall.state ? window.dubangWall.state() : {}")


def shows(page: Page, entry: str, seconds: float = 20.0) -> None:
    """Wait until an entry stands on the wall."""
    until(page, lambda: state(page).get("entry") == entry, seconds)


def opened(page: Page, address: str, entry: str | None = None) -> None:
    """Open a wall and wait for its first picture, or for an entry."""
    page.goto(address)
    until(page, lambda: state(page).get("entry") == entry if entry else state(page).get("entry"), 30)


def stale(page: Page) -> str | None:
    """The stale mark's words, None while there is none."""
    return page.evaluate("(() => { const e = document.getElementById('stale'); return e.hidden ? null : e.textContent; })()")


def age(text: str | None) -> int:
    """Seconds that a stale mark speaks of."""
    found = re.fullmatch(r"数据停在\d\d:\d\d · 已(\d+)秒未更新", text or "")
    assert found, text
    return int(found[1])


def figures(page: Page) -> dict[str, str]:
    """The large figures on the wall: what each is called, and its value."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.stage.now .figure')]"
        ".map(f => [f.querySelector('.figure-name').firstChild.nodeValue, f.querySelector('.figure-value').textContent]))"
    )


def headline(page: Page) -> str:
    return page.evaluate("document.getElementById('title').textContent")


def marks(page: Page) -> str:
    return page.evaluate("document.getElementById('marks').textContent")


def faults(page: Page) -> list[str]:
    """What no reader of a wall may ever see: no picture at all, an empty panel, a word of a program, the veil of the beginning."""
    return page.evaluate(
        """(() => {
          const out = [], stages = document.querySelectorAll('.stage.now');
          if (stages.length !== 1) { out.push('pictures: ' + stages.length); }
          document.querySelectorAll('.stage.now .panel').forEach(p => {
            const body = p.querySelector('.body'), drawn = body.querySelector('.main-svg, .figures, table, .none');
            if (!drawn) { out.push('empty: ' + p.dataset.panel); }
          });
          if (/Traceback|Error|undefined|null|NaN|\\bobject\\b/.test(document.body.innerText)) { out.push('words of a program'); }
          if (!document.getElementById('begin').hidden) { out.push('not begun'); }
          return out;
        })()"""
    )


class Flights:
    """How many questions a page has under way for each purpose, and how many there were whenever ``look`` was called."""

    def __init__(self, page: Page) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.asked: list[str] = []
        self._page = page
        page.on("request", self._began)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    @staticmethod
    def _purpose(request: Request) -> str | None:
        found = re.search(r"/api/screen/[^/?]+(?:/(scene|beat|rows|remote))?", request.url)
        return (found[1] or "list") if found else None

    def _began(self, request: Request) -> None:
        purpose = self._purpose(request)
        if purpose:
            self.now[purpose] += 1
            self.asked.append(purpose)

    def look(self) -> None:
        """Note what is under way: one that is let go and the next one may pass each other on their way to the test, but do not stay."""
        for purpose, n in self.now.items():
            self.most[purpose] = max(self.most[purpose], n)

    def _ended(self, request: Request) -> None:
        purpose = self._purpose(request)
        if purpose:
            self.now[purpose] -= 1


def screen(new_page: Callable[..., Page], width: int = 1920, height: int = 1080, **options: Any) -> Page:
    """A page of a wall's size; answers that fail are no fault of such a page."""
    page = new_page(viewport={"width": width, "height": height}, **options)
    page.watch.expect("Failed to load resource|ERR_")  # type: ignore[attr-defined]
    return page


# ----------------------------------------------------------------------------- eyes of our own

#: an independent look at what stands on the wall; sizes come from boxes on the screen, not from what the wall's script says
EYES = """
() => {
  const out = {least: 1e9, least_text: '', texts: 0, wrong: [], panels: document.querySelectorAll('.stage.now .panel').length};
  const room = {w: innerWidth, h: innerHeight};
  const page = document.documentElement;
  out.scroll = [page.scrollWidth - room.w, page.scrollHeight - room.h];
  const inside = (a, b, d) => a.left >= b.left - d && a.right <= b.right + d && a.top >= b.top - d && a.bottom <= b.bottom + d;
  for (const root of document.querySelectorAll('#head, .stage.now, #foot')) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const piece = walker.currentNode, node = piece.parentElement;
      if (!piece.nodeValue.trim() || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) { continue; }
      const range = document.createRange();
      range.selectNodeContents(piece);
      const box = range.getBoundingClientRect();
      if (!box.width) { continue; }
      const panel = node.closest('.panel'), body = node.closest('.body');
      if (body) {
        /* a table's next page waits below the edge */
        const edge = body.getBoundingClientRect();
        if (box.top > edge.bottom - 1 || box.bottom < edge.top + 1) { continue; }
      }
      const size = parseFloat(getComputedStyle(node).fontSize);
      let scale = 1;
      if (node.ownerSVGElement) {
        const text = node.closest('text'), own = text.getBBox(), seen = text.getBoundingClientRect();
        scale = seen.height / own.height;
        if (Math.abs(seen.width / own.width - scale) > 0.08 * scale) { out.wrong.push('turned or squeezed: ' + piece.nodeValue); }
      } else {
        let block = node;
        while (!block.offsetHeight) { block = block.parentElement; }
        scale = block.getBoundingClientRect().height / block.offsetHeight;
      }
      const px = size * scale;
      out.texts += 1;
      if (px < out.least) { out.least = px; out.least_text = piece.nodeValue.trim(); }
      const holder = panel ? panel.getBoundingClientRect() : {left: 0, top: 0, right: room.w, bottom: room.h};
      if (box.left < holder.left - 2 || box.right > holder.right + 2) { out.wrong.push('sticks out: ' + piece.nodeValue.trim()); }
      if (/…|\\.\\.\\.$/.test(piece.nodeValue)) { out.wrong.push('shortened: ' + piece.nodeValue.trim()); }
    }
  }
  for (const panel of document.querySelectorAll('.stage.now .panel')) {
    if (!inside(panel.getBoundingClientRect(), document.getElementById('stages').getBoundingClientRect(), 1)) {
      out.wrong.push('panel outside: ' + panel.dataset.panel);
    }
  }
  return out;
}
"""


def read_from_afar(page: Page, height: int) -> list[str]:
    """What a reader five metres away would hold against the picture on the wall, seen with the test's own eyes."""
    seen = page.evaluate(EYES)
    out = [*seen["wrong"]]
    # a picture's scale is a whole number of device pixels nowhere: half a pixel either way
    if seen["least"] < height / 45 - 0.6:
        out.append(f"small: {seen['least']:.1f} px {seen['least_text']!r}")
    if max(seen["scroll"]) > 0:
        out.append(f"scrolls by {seen['scroll']}")
    if not 1 <= seen["panels"] <= 7:
        out.append(f"{seen['panels']} panels")
    if seen["texts"] < 4:
        out.append(f"{seen['texts']} texts only")
    return out
