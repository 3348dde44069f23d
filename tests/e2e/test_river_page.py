"""The pages of rivers as a reader meets them: the numbers of the small river in tests/waters.py, the way from one river to the next."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests import waters

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def patience():
    """A busy machine takes its time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(live_server, sqlite_store):
    waters.load(sqlite_store)
    return live_server(sqlite_store)


def opened(page, address, code="MAIN", query=""):
    page.goto(f"{address}/river/{waters.river(code)}{query}")
    expect(page.locator("#river-now dt").first).to_be_visible()
    return page


def cells(page, selector):
    names, values = (page.locator(f"{selector} {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_the_page_shows_the_hand_counted_numbers(page, address):
    opened(page, address)
    expect(page).to_have_title("清河 · 一河一策")
    expect(page.locator("main h1")).to_have_text("清河")
    said = cells(page, "#river-now")
    assert said == {
        "水质目标": "Ⅲ类",
        "现状": "3个断面中2个达标",
        "优Ⅲ比例": "66.7%（2/3）",
        "最新月份": "2022年9月",
        "沿线事项": "4项，已整改1项",
        "未完成": "3项，其中超期1项",
        "已销号": "1",
    }
    basics = cells(page, ".river-basics")
    assert basics == {"长度": "100公里", "汇入": "北河、南河", "断面": "3"}
    expect(page.locator(".river-basics")).to_contain_text("清河全长100公里。")
    expect(page.locator(".river-plan")).to_contain_text("封堵直排口")
    expect(page.locator(".river-plan")).to_contain_text("某市水利局")
    for chart, title in (
        ("river-system", "清河：2条支流汇入，沿线排污口3个、超期事项1项"),
        ("river-sections", "清河：3个断面中1个未达目标，最差的M2断面为Ⅳ类"),
        ("river-problems", "清河：超期1项，最多的是工业排污口（1项）"),
        ("river-sources", "清河：3个排污口中1个责任主体未明"),
    ):
        expect(page.locator(f"#title-{chart}")).to_have_text(title)
    expect(page.locator("#title-river-quality")).to_contain_text("近十二个月达标率75.0%")
    expect(page.locator("#kpi-cards .kpi").filter(has_text="超期").first.locator(".kpi-value")).to_have_text("1")


def test_the_pictures_are_drawn(page, address):
    opened(page, address)
    sections = page.locator("#graph-river-sections .ytick text, #graph-river-sections .yaxislayer-above text")
    expect(sections).to_have_text(["M1断面", "M2断面", "M3断面"])
    expect(page.locator("#graph-river-system .scatterlayer .trace")).not_to_have_count(0)
    expect(page.locator("#graph-river-quality .heatmaplayer image, #graph-river-quality .hm image")).not_to_have_count(0)
    expect(page.locator("#graph-river-sources .barlayer .point")).not_to_have_count(0)
    expect(page.locator("#graph-river-system")).to_contain_text("北河")


def test_a_tributary_leads_to_its_own_page_and_back(page, address):
    opened(page, address, query="?campaign=xh-river")
    page.locator(".river-basics").get_by_role("link", name="北河").click()
    expect(page.locator("main h1")).to_have_text("北河")
    expect(page).to_have_url(re.compile(waters.river("NORTH")))
    expect(page).to_have_url(re.compile("campaign=xh-river"))
    expect(page.locator("#title-river-sections")).to_have_text("北河：1个断面全部达到目标")
    assert cells(page, ".river-basics")["流入"] == "清河（30公里处）"
    page.go_back()
    expect(page.locator("main h1")).to_have_text("清河")


def test_another_day_moves_status_and_pictures(page, address):
    opened(page, address, query="?as_of=2022-08-31")
    assert cells(page, "#river-now")["现状"] == "3个断面中2个达标"
    assert cells(page, "#river-now")["最新月份"] == "2022年8月"
    expect(page.locator("#title-river-sections")).to_contain_text("最差的M3断面为Ⅲ类")


def test_a_table_stands_behind_each_picture(page, address):
    opened(page, address)
    page.locator("#table-button-river-problems").click()
    rows = page.locator("#table-river-problems tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="O2")).to_contain_text("40.0")
    expect(rows.filter(has_text="O2")).to_contain_text("超期")
    page.locator("#table-button-river-sources").click()
    expect(page.locator("#table-river-sources tbody tr").filter(has_text="未明确")).to_contain_text("1")
    link = page.locator('[data-export="river-sections.json"]')
    body = json.loads(page.request.get(f"{address}{link.get_attribute('href')}").text())
    assert [(row["section"], row["grade"]) for row in body["rows"]] == [("M1", "II"), ("M2", "IV"), ("M3", "II")]


def test_the_list_is_searched_with_the_keyboard(page, address):
    page.goto(f"{address}/river")
    expect(page.locator("#river-list")).to_contain_text("3个水体；有类别的断面4个，达到目标3个；未完成事项3项，其中超期1项")
    expect(page.locator("#river-list h2")).to_have_text(["清河水系"])
    names = page.locator("#river-list tbody tr:visible th a")
    expect(names).to_have_text(["清河", "北河", "南河"])
    main = page.locator("#river-list tbody tr").first
    expect(main.locator(".grade-chip")).to_have_text(["Ⅲ", "Ⅳ"])
    page.get_by_label("查找水体").focus()
    page.keyboard.type("北")
    expect(names).to_have_text(["北河"])
    expect(page.locator("#river-found")).to_have_text("1个水体")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(names.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text("北河")


def test_nothing_of_that_name_is_said(page, address):
    page.goto(f"{address}/river")
    expect(page.locator("#river-list tbody tr")).to_have_count(3)
    page.get_by_label("查找水体").fill("长江")
    expect(page.locator("#river-list")).to_contain_text("没有名称相符的水体")


def test_an_unknown_river_is_said_in_words(page, address):
    page.goto(f"{address}/river/{'0' * 16}")
    expect(page.locator("main h1")).to_have_text("没有这个水体")
    page.locator("main").get_by_role("link", name="全部水体").click()
    expect(page.locator("#river-list tbody tr")).to_have_count(3)


def test_another_water_body_in_the_filters_is_said(page, address):
    opened(page, address)
    page.evaluate("window.dash_clientside.set_props('filters', {data: 'water=NORTH'})")
    expect(page.locator("#river-other")).to_contain_text("下面的图表按所选水体显示，不是清河")
    expect(page.locator("#title-river-sections")).to_contain_text("北河")
    page.locator("#river-other a").click()
    expect(page.locator("#title-river-sections")).to_contain_text("清河")
    # filters that name none are the page's own
    page.locator("#filter-reset").click()
    expect(page.locator("#title-river-sections")).to_contain_text("清河")
    expect(page.locator("#river-other")).to_be_empty()


def test_a_store_without_waters_says_how_they_come(page, live_server, sqlite_small_store):
    page.goto(f"{live_server(sqlite_small_store)}/river")
    expect(page.locator("#river-list")).to_contain_text("没有水体")
    expect(page.locator("#river-list a")).to_have_attribute("href", re.compile("^/places"))


@pytest.mark.parametrize("width", [390, 1366, 3840])
def test_nothing_hangs_over_the_edge(new_page, address, width):
    page = new_page(viewport={"width": width, "height": 844 if width < 700 else 1000})
    opened(page, address)
    expect(page.locator("#title-river-sections")).to_contain_text("M2断面")
    assert page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth + 1")


def test_the_page_speaks_english(page, address):
    opened(page, address, query="?lang=en")
    expect(page.locator("main h1")).to_have_text("Qing River")
    assert cells(page, "#river-now")["Now"] == "2 of 3 sections at the target"
    expect(page.locator("#title-river-system")).to_have_text("Qing River: 2 rivers join; 3 outfalls, 1 overdue item")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("#river-now").inner_text())
