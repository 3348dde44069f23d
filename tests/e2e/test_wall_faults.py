"""What the wall shows while things break, at each moment: the last good picture, since when it is old, and the next one by itself.

Time runs faster (``speed``): at 20 a beat comes every 1.5 s, and a picture of five seconds stands for a quarter of one.
"""

import dataclasses
import json
import re
import threading
import time

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, text, update

from callbacks import registry
from data import calendar
from data.engine import make_engine
from data.schema import playlist as playlist_table
from data.schema import wall as wall_table
from data.screens.playlists import Entry
from data.screens.walls import walls_of
from data.store import Store, init
from tests import campaign, walls
from tests.fixtures.postgres import Cluster
from tests.wall_server import Server, status

pytestmark = pytest.mark.browser

SPEED = 20
#: two beats, and what a busy machine takes for them
TWO_BEATS = 2 * 30 / SPEED * 1.1 + 2.5
#: 7 of 16 complete, 5 closed, 3 overdue, one due soon: both small campaigns together
NUMBERS = {"整改完成率": "43.8%", "销号率": "31.2%", "超期": "3", "临期": "1"}
HALL = f"/screen/hall?speed={SPEED}&lang=zh-CN"


def marked(page: Page) -> None:
    """Leave something behind in the page that a reload would sweep away."""
    page.evaluate("window.marker = 'still here'")


def never_reloaded(page: Page) -> bool:
    return page.evaluate("window.marker") == "still here"


def round_the_list(page: Page, *entries: str) -> None:
    """Wait until each entry has stood on the wall."""
    for entry in entries:
        walls.shows(page, entry)


def hall(store: Store, *entries: Entry) -> None:
    walls.playlist(store, *entries, query="")


def reported(store: Store) -> dict:
    """What the one wall there is last said of itself, as /walls knows it."""
    heard = walls_of(store)
    with store.reading() as conn:
        (only,) = heard.walls(conn)
    return only.report


# ----------------------------------------------------------------------------- the server, the store, the network


def test_the_server_is_killed_and_comes_back(sqlite_small_store, new_page, tmp_path) -> None:
    hall(sqlite_small_store)
    server = Server(sqlite_small_store.engine.url.render_as_string(hide_password=False), tmp_path / "instance")
    server.start()
    try:
        page = walls.screen(new_page)
        walls.opened(page, server.address + HALL)
        round_the_list(page, "2.progress", "1.overview")
        marked(page)
        assert walls.figures(page) == NUMBERS and walls.stale(page) is None
        server.kill()
        walls.until(page, lambda: walls.stale(page), TWO_BEATS)
        first = walls.age(walls.stale(page))
        assert walls.faults(page) == []
        # the list goes on with the pictures that are held, and the numbers stay
        round_the_list(page, "2.progress", "1.overview", "2.progress", "1.overview")
        assert walls.figures(page) == NUMBERS and walls.faults(page) == []
        # what is old is not called live
        assert "实时" not in walls.marks(page)
        walls.until(page, lambda: walls.age(walls.stale(page)) > first, 3)
        server.start()
        walls.until(page, lambda: walls.stale(page) is None, 20)
        assert "实时" in walls.marks(page)
        assert walls.figures(page) in (NUMBERS, {}) and walls.faults(page) == [] and never_reloaded(page)
        # and it takes part again: a change reaches it
        campaign_change(sqlite_small_store)
        walls.until(page, lambda: walls.figures(page).get("超期") == "2", 20)
        assert never_reloaded(page)
    finally:
        server.kill()


def campaign_change(store: Store) -> None:
    """B3, overdue by 25 days, turns out to have been closed the day before."""
    from tests.integration.test_locks import late

    late(store, "B3")


@pytest.mark.postgres
def test_the_database_goes_away_for_two_minutes_and_comes_back(live_server, new_page) -> None:
    # six seconds are two minutes of this wall's time; its retries, which do not run faster, are seen to grow and to end
    cluster = Cluster.start()
    engine = make_engine(cluster.url("postgres"))
    try:
        store = init(engine)
        campaign.load(store)
        hall(store)
        base = live_server(store)
        page = walls.screen(new_page)
        walls.opened(page, base + HALL)
        round_the_list(page, "2.progress", "1.overview")
        marked(page)
        assert status(f"{base}/readyz") == status(f"{base}/healthz") == 200
        cluster.halt()
        began = time.monotonic()
        walls.until(page, lambda: walls.stale(page), TWO_BEATS)
        assert status(f"{base}/readyz") == 503 and status(f"{base}/healthz") == 200
        entries, numbers = set(), []
        while time.monotonic() - began < 6:
            entries.add(walls.state(page)["entry"])
            numbers.append(walls.figures(page))
            assert walls.faults(page) == [] and walls.age(walls.stale(page)) >= 1
            page.wait_for_timeout(150)
        assert entries == {"1.overview", "2.progress"}
        assert {json.dumps(each, ensure_ascii=False) for each in numbers if each} == {json.dumps(NUMBERS, ensure_ascii=False)}
        # somebody switches a screen on meanwhile: it is told to wait, and asks again by itself
        late = page.request.get(f"{base}/screen/hall")
        assert (late.status, late.headers["refresh"]) == (503, "15")
        cluster.resume()
        walls.until(page, lambda: walls.stale(page) is None, 25)
        assert status(f"{base}/readyz") == 200 and never_reloaded(page)
        round_the_list(page, "2.progress", "1.overview")
        assert walls.figures(page) == NUMBERS
    finally:
        engine.dispose()
        cluster.stop()


def test_the_network_drops_while_a_picture_is_on_its_way(sqlite_small_store, live_server, new_page) -> None:
    hall(sqlite_small_store)
    page = walls.screen(new_page)
    walls.opened(page, live_server(sqlite_small_store) + HALL)
    marked(page)
    round_the_list(page, "2.progress", "1.overview")
    held = []
    page.route("**/api/screen/**/scene/**", lambda route: keep(held, route))
    walls.until(page, lambda: held, 10)
    before = walls.state(page)["entry"]
    page.context.set_offline(True)
    for route in held:
        route.abort("internetdisconnected")
    page.unroute("**/api/screen/**/scene/**")
    walls.until(page, lambda: walls.stale(page), TWO_BEATS)
    assert walls.faults(page) == [] and before in ("1.overview", "2.progress")
    round_the_list(page, "1.overview")
    assert walls.figures(page) == NUMBERS
    page.context.set_offline(False)
    walls.until(page, lambda: walls.stale(page) is None, 15)
    round_the_list(page, "2.progress", "1.overview")
    assert walls.faults(page) == [] and never_reloaded(page)


# ----------------------------------------------------------------------------- one thing that is slow or broken


def keep(held: list, route) -> None:
    """Leave a question without an answer for now."""
    held.append(route)


def altered(monkeypatch, name: str, query) -> None:
    """Put another query under a chart, and forget what the old one gave."""
    monkeypatch.setitem(registry.CHARTS, name, dataclasses.replace(registry.CHARTS[name], query=query))
    registry._frames.clear()


def test_one_slow_query_holds_up_nothing_else(sqlite_small_store, live_server, new_page, monkeypatch) -> None:
    hall(
        sqlite_small_store,
        *(Entry(name, dwell=5, transition="cut") for name in ("overview", "departments", "progress")),
    )
    answer, real = threading.Event(), registry.CHARTS["territory-by-department"].query
    asked = []

    def slow(*args, **options):
        asked.append(time.monotonic())
        answer.wait(60)
        return real(*args, **options)

    altered(monkeypatch, "territory-by-department", slow)
    base = live_server(sqlite_small_store)
    page, other = walls.screen(new_page), walls.screen(new_page)
    flights = walls.Flights(page)
    try:
        walls.opened(page, base + HALL)
        walls.until(page, lambda: asked, 15)
        # the picture before it stands while it is waited for, and then the next one comes
        seen, over = set(), time.monotonic() + 14
        while time.monotonic() < over and seen != {"1.overview", "3.progress"}:
            seen.add(walls.state(page)["entry"])
            assert walls.faults(page) == [] and walls.stale(page) is None
            page.wait_for_timeout(60)
            flights.look()
        assert seen == {"1.overview", "3.progress"}
        # another wall is answered at once, and told to keep its picture where this one waits
        began = time.monotonic()
        for name in ("1.overview", "3.progress"):
            assert other.request.get(f"{base}/api/screen/hall/scene/{name}?shape=wall&look=dark").status == 200
        assert time.monotonic() - began < 3
        busy = other.request.get(f"{base}/api/screen/hall/scene/2.departments?shape=wall&look=dark")
        assert (busy.status, busy.headers["retry-after"], busy.json()["error"]) == (503, "5", "busy")
        # a presenter does not wait with it: the question is let go
        walls.until(page, lambda: flights.now["scene"] and walls.state(page)["entry"] == "1.overview" and walls.state(page)["at"] == 1, 25)
        page.keyboard.press("PageDown")
        walls.shows(page, "3.progress", 2.5)
        assert walls.until(page, lambda: [each for each in reported(sqlite_small_store)["failed"] if each.startswith("2.departments")], 5)
        assert len(asked) == 1
        assert set(flights.most.values()) <= {0, 1} and len(flights.asked) > 5
        answer.set()
        walls.shows(page, "2.departments", 15)
        assert walls.until(page, lambda: reported(sqlite_small_store)["failed"] == [], 10)
    finally:
        answer.set()


def test_a_damaged_playlist_and_broken_charts_are_left_out_and_reported(sqlite_small_store, live_server, new_page, monkeypatch) -> None:
    store = sqlite_small_store
    hall(store)

    def breaks(*_, **__):
        raise RuntimeError("a column is missing")

    altered(monkeypatch, "status-structure", breaks)
    altered(monkeypatch, "orders", breaks)
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + HALL)
    # one chart of the progress scene fails: its place says so calmly, the others stand
    walls.shows(page, "2.progress")
    panel = page.locator(".stage.now [data-panel=structure]")
    assert panel.inner_text().strip() == "该图暂缺，稍后自动补上"
    assert page.locator(".stage.now .main-svg").count() > 0 and walls.faults(page) == []
    marked(page)
    # now somebody damages the stored playlist: a scene that does not exist, an entry that is none, a scene whose lead cannot be drawn
    entries = [
        {"scene": "overview", "dwell": 5},
        {"scene": "globe"},
        7,
        {"scene": "orders", "dwell": 5},
        {"scene": "remaining", "dwell": 5},
    ]
    with store.writing() as conn:
        row = {"definition": {"entries": entries}, "revision": playlist_table.c.revision + 1}
        conn.execute(update(playlist_table).where(playlist_table.c.code == "hall").values(**row))
    round_the_list(page, "3.remaining", "1.overview")
    seen, over = set(), time.monotonic() + 4
    while time.monotonic() < over:
        seen.add(walls.state(page)["entry"])
        assert walls.faults(page) == [] and walls.stale(page) is None
        page.wait_for_timeout(50)
    assert seen == {"1.overview", "3.remaining"}
    failed = walls.until(page, lambda: len(reported(store)["failed"]) >= 3 and reported(store)["failed"], 10)
    assert failed[:2] == [
        "播放单 第2个画面“globe”不存在，请换成列出的画面。",
        "播放单 第3个画面的设置读不出来，请删掉重加。",
    ]
    assert failed[2].startswith("2.orders ")
    # the table says it as well
    walls_of(store).write()
    with store.reading() as conn:
        assert conn.execute(select(wall_table.c.report)).scalar_one()["failed"][:2] == failed[:2]
    # a row that is no JSON at all: the wall keeps what it has
    with store.writing() as conn:
        conn.execute(text("UPDATE playlist SET definition = '{', revision = revision + 1"))
    page.wait_for_timeout(2500)
    assert walls.faults(page) == [] and walls.state(page)["entry"] in ("1.overview", "3.remaining")
    with store.writing() as conn:
        row = {"definition": {"entries": [{"scene": "map", "dwell": 5}]}, "revision": playlist_table.c.revision + 1}
        conn.execute(update(playlist_table).values(**row))
    walls.shows(page, "1.map", 15)
    assert walls.stale(page) is None and never_reloaded(page)


def test_numbers_that_cannot_be_renewed_say_how_old_they_are(sqlite_small_store, live_server, new_page, monkeypatch) -> None:
    """Everything answers but the one chart that leads: its last picture stays, and does not pass for the newest."""
    store = sqlite_small_store
    hall(store, Entry("overview", dwell=600))
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + HALL)
    finding = walls.headline(page)
    assert walls.figures(page) == NUMBERS and walls.stale(page) is None and finding.endswith("超期3件")
    real = registry.CHARTS["headline"].query

    def breaks(*_, **__):
        raise RuntimeError("a column is missing")

    altered(monkeypatch, "headline", breaks)
    campaign_change(store)
    walls.until(page, lambda: walls.stale(page), TWO_BEATS + 2)
    assert walls.figures(page) == NUMBERS and walls.faults(page) == []
    # the finding goes with its picture; what could be renewed is new
    assert walls.headline(page) == finding and walls.age(walls.stale(page)) >= 1
    assert "落后20.0个百分点" in page.locator(".stage.now [data-panel=plan]").inner_text()
    altered(monkeypatch, "headline", real)
    walls.until(page, lambda: walls.figures(page).get("超期") == "2", 10)
    assert walls.stale(page) is None


def test_the_clock_of_the_machine_jumps_by_a_day(sqlite_small_store, live_server, new_page, monkeypatch) -> None:
    hall(sqlite_small_store)
    page = walls.screen(new_page)
    walls.opened(page, live_server(sqlite_small_store) + HALL)
    round_the_list(page, "2.progress", "1.overview")
    marked(page)
    page.evaluate(
        """() => {
          const Real = Date, ahead = 86400e3;
          window.Date = class extends Real {
            constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
            static now() { return Real.now() + ahead; }
          };
        }"""
    )
    # and the server's as well, into the small hours, when walls begin anew
    now = calendar.now_utc
    monkeypatch.setattr(calendar, "now_utc", lambda: now().replace(hour=19))
    began, turns, last = time.monotonic(), 0, walls.state(page)["entry"]
    while time.monotonic() - began < 3:
        entry = walls.state(page)["entry"]
        turns, last = turns + (entry != last), entry
        assert walls.stale(page) is None
        page.wait_for_timeout(20)
    # a quarter of a second each, and what drawing takes; a clock that counted would have stopped or raced
    assert 2 <= turns <= 12
    page.context.set_offline(True)
    words = walls.until(page, lambda: walls.stale(page), TWO_BEATS)
    assert walls.age(words) < 30
    assert re.search(r"数据停在03:", words)
    page.context.set_offline(False)
    walls.until(page, lambda: walls.stale(page) is None, 15)
    assert never_reloaded(page)
