"""The wall read from five metres: every scene at every size, with names as long as they come, by the wall's own check and by other eyes."""

import pytest
from playwright.sync_api import Page

from data.screens.playlists import Entry
from data.screens.scenes import SCENES
from tests import walls

pytestmark = pytest.mark.browser

#: each size in one theme and one language; the ordinary one in both
LOOKS = [
    (1920, 1080, "dark", "zh-CN"),
    (1920, 1080, "light", "en"),
    (2560, 1440, "light", "zh-CN"),
    (3840, 2160, "dark", "en"),
    (5760, 1080, "light", "zh-CN"),
    (6656, 1792, "dark", "zh-CN"),
]
#: all of the standard playlist, and the contest, of which there is none here
TOLD = ("overview", "progress", "departments", "race", "map", "remaining", "orders", "warnings", "dossier", "contest")


@pytest.fixture
def address(sqlite_store, live_server) -> str:
    walls.crowd(sqlite_store)
    entries = [
        Entry(name, query=f"region={walls.COUNTIES[0]}" if SCENES[name].region else "", dwell=600, transition="cut") for name in TOLD
    ]
    walls.playlist(sqlite_store, *entries, query=f"campaign={walls.CROWD}")
    return live_server(sqlite_store)


def test_the_standard_playlist_shows_these_scenes() -> None:
    from data.screens.playlists import standard

    assert {entry.scene for entry in standard().entries} | {"contest"} == set(TOLD) == set(SCENES)


@pytest.mark.parametrize(("width", "height", "look", "lang"), LOOKS, ids=str)
def test_every_scene_is_read_from_five_metres(new_page, address: str, width, height, look, lang) -> None:
    page: Page = walls.screen(new_page, width, height)
    held: dict[str, list[str]] = {}
    walls.opened(page, f"{address}/screen/hall?look={look}&lang={lang}")
    for k, scene in enumerate(TOLD):
        if k:
            page.keyboard.press("PageDown")
        walls.shows(page, f"{k + 1}.{scene}")
        # the letters are there before the last picture has settled
        page.wait_for_timeout(120)
        problems = page.evaluate("dubangWall.check()") + walls.read_from_afar(page, height)
        if problems or walls.faults(page):
            held[scene] = problems[:6] + walls.faults(page)
    assert not held, held
    assert (
        page.evaluate("getComputedStyle(document.body).backgroundColor") == {"dark": "rgb(14, 23, 32)", "light": "rgb(246, 248, 250)"}[look]
    )
    assert ("Live" if lang == "en" else "实时") in walls.marks(page)


def test_the_wall_finds_its_own_faults(new_page, address: str) -> None:
    """What the check would not find, it could not promise."""
    page: Page = walls.screen(new_page)
    walls.opened(page, f"{address}/screen/hall?lang=zh-CN")
    assert page.evaluate("dubangWall.check()") == []
    for change, word in (
        ("p.style.fontSize = '20px'", "small"),
        ("p.style.color = '#33475a'", "contrast"),
        ("p.style.position = 'fixed'; p.style.left = '1900px'", "outside"),
        ("p.style.position = 'fixed'; p.style.top = '20px'; p.style.left = '60px'", "overlap"),
        ("document.querySelector('.stage.now').append(...[1, 2].map(() => document.createElement('i')).map(i => (i.className = 'panel', i)))", "things"),
        ("p.style.width = '60px'; p.style.overflow = 'hidden'; p.style.whiteSpace = 'nowrap'", "cut"),
    ):  # fmt: skip
        page.evaluate(
            "change => { const p = document.createElement('p'); p.id = 'made'; p.textContent = '多出来的一行文字';"
            " document.querySelector('.stage.now .panel[data-panel=quality]').append(p); window.made = p; }",
            change,
        )
        page.evaluate(f"() => {{ const p = window.made; {change}; }}")
        found = page.evaluate("dubangWall.check()")
        assert any(each.startswith(word) for each in found), (word, found)
        page.evaluate("() => { window.made.remove(); document.querySelectorAll('.stage.now i.panel').forEach(i => i.remove()); }")
    # and these eyes see small type as well
    page.evaluate("document.querySelector('.stage.now .figure-parts').style.fontSize = '22px'")
    assert any("small" in each for each in walls.read_from_afar(page, 1080))


def test_a_long_table_goes_by_itself_and_no_row_is_cut(new_page, address: str) -> None:
    page: Page = walls.screen(new_page)
    walls.opened(page, f"{address}/screen/hall?speed=30")
    for _ in range(5):
        page.keyboard.press("PageDown")
    walls.shows(page, "6.remaining")
    page.keyboard.press(" ")

    def seen() -> tuple[str, list[str]]:
        return page.evaluate(
            """(() => {
              const panel = document.querySelector('.stage.now [data-panel=list]'), edge = panel.querySelector('.body').getBoundingClientRect();
              const rows = [...panel.querySelectorAll('tbody tr')].filter(r => r.style.visibility !== 'hidden').map(r => r.getBoundingClientRect());
              const whole = rows.every(r => r.top >= edge.top - 1 && r.bottom <= edge.bottom + 1);
              const head = panel.querySelector('thead').getBoundingClientRect();
              return [panel.querySelector('.page').textContent, [rows.length ? 'rows' : 'no rows', whole ? 'whole' : 'cut',
                      Math.abs(head.top - edge.top) < 2 ? 'headed' : 'headless']];
            })()"""
        )

    told = {}
    walls.until(page, lambda: told.setdefault(*reversed([tuple(seen()[1]), seen()[0]])) and len(told) >= 3, 20)
    assert set(told.values()) == {("rows", "whole", "headed")}, told
