"""The ranking page as a reader meets it: the order, a place picked and explained, two compared, other weights, the race, the table."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WAIT = 20_000


@pytest.fixture(autouse=True)
def patience():
    """Charts and the grid load their scripts first; a busy machine takes its time."""
    expect.set_options(timeout=WAIT)
    yield
    expect.set_options(timeout=15_000)


@pytest.fixture
def address(live_server, demo_store):
    return live_server(demo_store)


def data(page, address, chart, query=""):
    return page.request.get(f"{address}/export/{chart}.json?{query}").json()


def ranked(page, address, query=""):
    return [row for row in data(page, address, "county-ranking", query)["rows"] if row["rank"] is not None]


def opened(page, address, query=""):
    page.goto(f"{address}/rankings?{query}")
    expect(page.locator("#race-head h1")).to_contain_text("2022")
    expect(page.locator("#graph-county-ranking .barlayer .point path").first).to_be_visible()
    return page


def picked(page):
    return parse_qs(urlsplit(page.url).query).get("pick", [""])[0]


def test_the_page_says_what_is_compared_and_how_it_stands(page, address):
    opened(page, address)
    rows = data(page, address, "county-ranking")["rows"]
    first = [row for row in rows if row["rank"] == 1]
    out = [row for row in rows if row["rank"] is None]
    all_ranked = f"{len(rows)}个地区全部参与排名"
    expect(page.locator("#race-head")).to_contain_text(f"参与排名{len(rows) - len(out)}个，不参与{len(out)}个" if out else all_ranked)
    expect(page.locator(".race-chip").first).to_have_text(re.compile("已锁定|进行中|未锁定"))
    expect(page.locator("#graph-county-ranking")).to_contain_text(first[0]["region"])
    expect(page.locator("#graph-county-ranking")).to_contain_text(f"{first[0]['score']:.2f}")
    for row in out:
        expect(page.locator("#race-excluded")).to_contain_text(row["region"])
    expect(page.locator("#race-rules li").first).not_to_be_empty()
    # nobody picked: the last three are offered
    expect(page.locator("#race-side .race-offers a")).to_have_count(3)


def test_a_lane_is_picked_by_a_click_and_back_returns(page, address):
    opened(page, address)
    rows = ranked(page, address)
    box = page.locator("#graph-county-ranking .barlayer .point path").first.bounding_box()
    page.mouse.click(box["x"] + 12, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(f"pick={rows[0]['region_code']}"))
    expect(page.locator("#race-side h2")).to_contain_text(rows[0]["region"])
    expect(page.locator("#race-side .race-side-score")).to_contain_text(f"{rows[0]['score']:.2f}")
    expect(page.locator("#title-rank-contributions")).to_contain_text(rows[0]["region"])
    page.go_back()
    expect(page.locator("#race-side .race-offers")).to_be_visible()
    assert picked(page) == ""
    page.go_forward()
    expect(page.locator("#race-side h2")).to_contain_text(rows[0]["region"])
    page.reload()
    expect(page.locator("#race-side h2")).to_contain_text(rows[0]["region"])


def test_a_place_is_found_by_name_with_the_keyboard_alone(page, address):
    opened(page, address)
    place = ranked(page, address)[4]
    page.locator("#race-pick").focus()
    page.keyboard.press("Enter")
    # the list opens and takes the keyboard
    expect(page.locator("input.dash-dropdown-search")).to_be_focused()
    page.keyboard.type(place["region"])
    page.get_by_role("option", name=re.compile(place["region"])).first.wait_for()
    # the list has followed what was typed
    expect(page.get_by_role("option").first).to_contain_text(place["region"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("pick=[0-9]{6}"))
    expect(page.locator("#race-side h2")).to_contain_text(place["region"])


def test_why_and_what_would_move_it_up(page, address):
    rows = ranked(page, address)
    last = rows[-1]
    opened(page, address, f"pick={last['region_code']}")
    side = page.locator("#race-side")
    expect(side).to_contain_text(f"{last['score']:.2f}")
    parts = data(page, address, "rank-contributions", f"pick={last['region_code']}")["rows"]
    assert sum(part["contribution"] for part in parts) == pytest.approx(last["score"], abs=1e-9)
    expect(side.locator("summary", has_text="把握")).to_be_visible()
    side.locator("summary", has_text="把握").click()
    expect(side.locator(".race-sure")).to_contain_text(re.compile("95%区间"))
    expect(side.locator(".race-signals")).to_contain_text("期末当天销号")
    # its rows are one click away
    side.get_by_role("link", name="看它的问题与进度").click()
    expect(page).to_have_url(re.compile(f"/progress.*region={last['region_code']}"))


def test_two_places_stand_side_by_side(page, address):
    rows = ranked(page, address)
    codes = sorted((rows[0]["region_code"], rows[-1]["region_code"]))
    opened(page, address, "pick=" + ",".join(codes))
    table = page.locator("#race-side table.race-compared")
    expect(table.locator("thead th")).to_have_count(2)
    for row in (rows[0], rows[-1]):
        expect(table).to_contain_text(row["region"])
        expect(table).to_contain_text(f"{row['score']:.2f}")
    table.locator("thead a").first.click()
    expect(page.locator("#race-side table.race-compared")).to_have_count(0)
    expect(page.locator("#race-side .race-side-rank")).to_be_visible()


def test_other_weights_are_tried_and_the_official_order_stays(page, address):
    opened(page, address)
    before = [(row["region_code"], row["rank"]) for row in ranked(page, address)]
    page.locator("#race-try > summary").click()
    slider = page.locator("#race-part-try [role=slider]").first
    expect(slider).to_be_visible()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("weights="))
    expect(page.locator("#graph-rank-what-if .main-svg").first).to_be_visible()
    query = urlsplit(page.url).query
    tried = data(page, address, "rank-what-if", query)["rows"]
    assert {row["region_code"] for row in tried} == {code for code, _ in before}
    assert [(row["region_code"], row["rank"]) for row in ranked(page, address, query)] == before
    expect(page.locator("#caption-rank-what-if")).to_contain_text("20%")
    page.reload()
    page.locator("#race-try > summary").click()
    expect(page.locator("#race-part-try [role=slider]").first).to_be_visible()
    assert "weights=" in page.url
    page.locator("#race-try-reset").click()
    expect(page).not_to_have_url(re.compile("weights="))


def test_the_race_is_played_over_the_periods(page, address):
    opened(page, address)
    page.locator("#race-part-rank-race").scroll_into_view_if_needed()
    graph = page.locator("#graph-rank-race")
    expect(graph.locator(".updatemenu-button").first).to_be_visible()
    label = graph.locator(".slider-label").first
    said = label.text_content()
    graph.locator(".updatemenu-button").first.click()
    expect(label).not_to_have_text(said)


def test_the_history_and_the_intervals_are_drawn_when_a_reader_comes_near(page, address):
    opened(page, address)
    for chart in ("rank-history", "rank-intervals"):
        page.locator(f"#race-part-{chart}").scroll_into_view_if_needed()
        expect(page.locator(f"#graph-{chart} .main-svg").first).to_be_visible()
        expect(page.locator(f"#caption-{chart}")).not_to_be_empty()


def test_the_table_is_sorted_filtered_and_exported(page, address):
    opened(page, address)
    rows = ranked(page, address)
    page.locator("#race-table > summary").click()
    page.locator("#race-part-table").scroll_into_view_if_needed()
    names = page.locator("#race-grid .ag-pinned-left-cols-container .ag-row [col-id=region]")
    expect(names.first).to_have_text(rows[0]["region"])
    box = page.locator("#race-grid .ag-header [aria-label*=地区] input, #race-grid .ag-floating-filter-input input").first
    box.fill(rows[7]["region"])
    expect(names).to_have_count(sum(rows[7]["region"] in row["region"] for row in data(page, address, "indicator-table")["rows"]))
    names.first.locator("a").click()
    expect(page).to_have_url(re.compile(f"pick={rows[7]['region_code']}"))
    link = page.locator("#race-table a[data-export='indicator-table.xlsx']").get_attribute("href")
    book = page.request.get(address + link)
    assert book.ok and book.body()[:2] == b"PK"


def test_a_link_to_what_there_is_not_says_so_and_leads_on(page, address):
    page.goto(f"{address}/rankings?scheme=nope")
    expect(page.locator("#race-notes")).to_contain_text("没有代码为“nope”的指标体系")
    page.locator("#race-notes a").first.click()
    expect(page.locator("#graph-county-ranking .barlayer .point path").first).to_be_visible()
    page.goto(f"{address}/rankings?period=1999-W01")
    expect(page.locator("#race-notes")).to_contain_text("没有“1999-W01”这一期")
    page.locator("#race-notes a").first.click()
    expect(page.locator("#race-notes")).not_to_contain_text("1999-W01")
    page.goto(f"{address}/rankings?edition=77")
    expect(page.locator("#race-notes")).to_contain_text("没有第77版")


def test_the_bar_changes_the_period_and_the_address(page, address):
    opened(page, address)
    heading = page.locator("#race-head h1").inner_text()
    page.locator("#race-period").click()
    page.get_by_role("option").nth(2).click()
    expect(page).to_have_url(re.compile("period="))
    expect(page.locator("#race-head h1")).not_to_have_text(heading)
    page.locator("#race-reset").click()
    expect(page.locator("#race-head h1")).to_have_text(heading)


def test_an_empty_store_says_what_to_do_next(page, live_server, sqlite_store):
    page.goto(live_server(sqlite_store) + "/rankings")
    expect(page.locator("main h1")).to_have_text("库里还没有可比较的数据")
    expect(page.locator("main a.action")).to_have_attribute("href", "/import")


def test_the_other_pages_do_not_bind_the_ranking_to_their_filters(page, address):
    page.goto(f"{address}/progress?campaign=js-2022&region=320100&as_of=2022-10-01")
    expect(page.locator("#kpi-cards .kpi")).to_have_count(8)
    link = page.locator(".shell-nav a", has_text="赛马")
    assert "campaign" not in link.get_attribute("href") and "as_of" not in link.get_attribute("href")
    link.click()
    expect(page.locator("#race-head h1")).to_contain_text("2022")
    expect(page.locator("#race-side")).to_be_visible()
    page.go_back()
    expect(page.locator("#kpi-cards .kpi")).to_have_count(8)
    assert "as_of=2022-10-01" in page.url


def test_the_page_speaks_english(page, address):
    page.goto(f"{address}/rankings?lang=en")
    expect(page.locator("#race-head h1")).to_contain_text("Ranking")
    expect(page.locator("#race-side")).to_contain_text("Pick a place")
    assert not re.search("[\u4e00-\u9fff]", page.locator("#race-bar .filter-sentence").inner_text())


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768), (1920, 1080)])
def test_nothing_sticks_out_of_the_window(new_page, address, width, height):
    page = opened(new_page(viewport={"width": width, "height": height}), address)
    last = ranked(page, address)[-1]["region_code"]
    page.goto(f"{address}/rankings?pick={last}")
    expect(page.locator("#race-side .race-side-rank")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
