"""One ranking, every outlet: the lanes, the card's table, the grid of indicators, JSON, CSV and XLSX say the same rank and score of each place."""

import csv
import io
import re
from datetime import date
from urllib.parse import parse_qs

import openpyxl
import pytest
from playwright.sync_api import expect

from data.ledgers.pipeline import ImportOptions, run_import
from tests.integration.test_ranking_front_door import GULOU, JIANYE, QINHUAI, XUANWU, YUHUATAI, ledger
from tests.ledger_files import workbook

pytestmark = pytest.mark.browser
WAIT = 20_000
TIED = {"zh-CN": "并列", "en": "="}

LANES = """() => {
  const plot = document.querySelector('#graph-county-ranking .js-plotly-plot');
  const texts = plot.data.find(trace => trace.type === 'scatter' && trace.mode === 'text');
  return {links: Array.from(texts.customdata), scores: Array.from(texts.text), notes: plot.layout.annotations.map(note => note.text)};
}"""
TABLE = """() => [...document.querySelectorAll('#table-county-ranking tbody tr')].map(
  row => [row.querySelector('a').href, ...[...row.children].map(cell => cell.textContent)])"""
GRID = """() => {
  const grid = window.dash_ag_grid.getApi('race-grid');
  return Array.from({length: grid.getDisplayedRowCount()}, (_, k) => (grid.getDisplayedRowAtIndex(k) || {}).data);
}"""


def plain(text):
    return re.sub(r"<[^>]+>|\xa0", "", text).strip()


def code_in(address):
    return parse_qs(address.split("?")[-1])["pick"][0]


def printed(rank, tied, lang):
    return "—" if rank is None else f"{TIED[lang] if tied else ''}{rank}"


def lanes(page):
    found = page.evaluate(LANES)
    ranks = [plain(note) for note in found["notes"] if re.fullmatch(r"<b>(并列|=)?\d+</b>", note)]
    assert len(ranks) == len(found["links"]) == len(found["scores"])
    return {code_in(link): (rank, plain(score)) for link, rank, score in zip(found["links"], ranks, found["scores"], strict=True)}


def table(page):
    page.locator("#table-button-county-ranking").click()
    expect(page.locator("#table-county-ranking tbody tr").first).to_be_visible()
    return {code_in(link): (rank, score) for link, rank, _, score, *_ in page.evaluate(TABLE)}


def grid(page, rows):
    page.locator("#race-table > summary").click()
    page.locator("#race-part-table").scroll_into_view_if_needed()
    expect(page.locator("#race-grid .ag-pinned-left-cols-container .ag-row a").first).to_be_visible()
    page.wait_for_function(f"({GRID})().filter(Boolean).length === {rows}")
    return {row["region_code"]: (row["rank"], row["score"]) for row in page.evaluate(GRID)}


def files(page, address, chart, query, lang):
    """Rank and score of each place as the three files of a chart hold them, printed as a reader prints them."""

    def said(code, rank, tied, score):
        return str(code), (printed(rank, tied, lang), "—" if score is None else f"{score:.2f}")

    def get(form):
        answer = page.request.get(f"{address}/export/{chart}.{form}?{query}")
        assert answer.ok
        return answer.body()

    body = page.request.get(f"{address}/export/{chart}.json?{query}").json()
    yield dict(said(row["region_code"], row["rank"], row["tied"], row["score"]) for row in body["rows"])

    lines = csv.DictReader(io.StringIO(get("csv").decode("utf-8-sig")))
    yield dict(
        said(
            row["region_code"],
            int(row["rank"]) if row["rank"] else None,
            row["tied"] == "1",
            float(row["score"]) if row["score"] else None,
        )
        for row in lines
    )

    sheet = openpyxl.load_workbook(io.BytesIO(get("xlsx"))).worksheets[1]
    at = [body["columns"].index(name) for name in ("region_code", "rank", "tied", "score")]
    yield dict(said(*(row[k] for k in at)) for row in sheet.iter_rows(min_row=2, max_row=1 + len(body["rows"]), values_only=True))


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=WAIT)
    yield
    expect.set_options(timeout=15_000)


def agreed(page, address, query, lang):
    """What every outlet says: {place code: (rank, score) as printed}."""
    page.goto(f"{address}/rankings?{query}")
    expect(page.locator("#graph-county-ranking .barlayer .point path").first).to_be_visible()
    first, *others = (each for chart in ("county-ranking", "indicator-table") for each in files(page, address, chart, query, lang))
    assert len(others) == 5 and all(other == first for other in others)
    seen = lanes(page)
    assert seen and seen == {code: first[code] for code in seen}
    assert table(page) == first
    assert grid(page, len(first)) == first
    return first, seen


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_outlet_says_the_same_of_the_newest_locked_period(page, live_server, demo_store, lang):
    address = live_server(demo_store)
    history = page.request.get(f"{address}/export/rank-history.json").json()["rows"]
    newest = max(row["period"] for row in history if row["locked"])
    said, seen = agreed(page, address, f"period={newest}" + ("&lang=en" if lang == "en" else ""), lang)
    assert len(said) == 95 and len(seen) >= 10
    kept = {row["region_code"]: row for row in history if row["period"] == newest}
    assert said == {code: (printed(row["rank"], row["tied"], lang), f"{row['score']:.2f}") for code, row in kept.items()}


def test_a_tie_at_the_third_place_is_printed_alike_everywhere(page, live_server, sqlite_store):
    options = ImportOptions(campaign="nj-2022", new_campaign="南京监督帮扶", kind="finding", as_known=date(2022, 9, 10))
    rows = ledger({GULOU: 20, XUANWU: 19, QINHUAI: 18, JIANYE: 18, YUHUATAI: 17})
    run_import(sqlite_store, workbook(rows), "台账.xlsx", options)
    said, seen = agreed(page, live_server(sqlite_store), "", "zh-CN")
    assert [rank for rank, _ in seen.values()] == ["1", "2", "并列3", "并列3", "5"]
    assert sorted(rank for rank, _ in said.values())[:5] == ["1", "2", "5", "—", "—"]
    expect(page.locator("#caption-county-ranking")).to_contain_text("秦淮区（并列第3，84.62分）、建邺区（并列第3，84.62分）、雨花台区（第5")
