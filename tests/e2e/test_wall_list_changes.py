"""The list changes while the wall plays: who is no longer among the worst makes room at once, and no scene comes twice."""

import pytest

from data.screens import playlists
from data.screens.playlists import Entry
from data.store import bump
from tests import walls
from tests.integration.test_locks import late

pytestmark = pytest.mark.browser

SPEED = 20
#: one refresh, and what a busy machine takes for it
REFRESH = 30 / SPEED * 1.1 + 3.0


def test_a_region_that_is_no_longer_among_the_worst_makes_room_at_once(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    cycle = playlists.Cycle("worst", "county", most=1)
    walls.playlist(store, Entry("overview", dwell=600), Entry("dossier", dwell=600, cycle=cycle))
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + f"/screen/hall?speed={SPEED}&lang=zh-CN")
    page.keyboard.press("End")
    walls.shows(page, "2.dossier.320104")
    late(store, "B2", "B3")
    # nobody presses a key, and the scene would stand for ten minutes more
    walls.shows(page, "2.dossier.320102", REFRESH)
    assert page.locator("#place").inner_text().startswith("玄武区")
    walls.until(page, lambda: walls.state(page)["version"] == store.version(), REFRESH)
    assert walls.state(page)["failed"] == [] and walls.state(page)["at"] == 1


def test_a_scene_on_its_way_keeps_its_place_when_the_list_is_read_anew(sqlite_small_store, live_server, new_page) -> None:
    store = sqlite_small_store
    walls.playlist(store, *(Entry(name, dwell=600, transition="cut") for name in ("overview", "progress", "remaining")), query="")
    page = walls.screen(new_page)
    walls.opened(page, live_server(store) + f"/screen/hall?speed={SPEED}&lang=zh-CN")
    held, read = [], []
    page.on("response", lambda answer: read.append(1) if answer.url.partition("?")[0].endswith("/api/screen/hall") else None)
    page.route("**/scene/2.progress?**", lambda route: route.continue_() if held else held.append(route))
    page.keyboard.press("PageDown")
    walls.until(page, lambda: held, 5)
    with store.writing() as conn:
        bump(conn, "something changes while the scene is on its way")
    walls.until(page, lambda: read, REFRESH)
    page.wait_for_timeout(200)
    held[0].continue_()
    walls.shows(page, "2.progress")
    assert walls.state(page)["at"] == 1
    page.keyboard.press("PageDown")
    walls.shows(page, "3.remaining")
