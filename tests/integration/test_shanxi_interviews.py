"""Shanxi's public interviews of January 2020: the rule set proposes the 7 cities and 10 units of the report, and nothing is taken by itself.

The report gives totals: 2039 outfalls of the Fen basin of which 105 were not rectified, 148 key water works of which 16 were not finished,
and whom the province interviewed. It gives no split by place. The split below is our own, made so that the published totals hold:

* the 10 units have 86 of the 105 outfalls, all due on 2019-12-31; 开发区 has exactly the 5 of the rule, 石楼 is written without 县;
* counties of those cities that were not interviewed have fewer than 5 (小店区 4, 介休市 3, 洪洞县 2);
* 忻州 has 4 overdue, spread over two counties, and 6 that are not due before 2020-06-30;
* 朔州 and 阳泉, where no county was interviewed, have overdue works that the city itself answers for; so have 吕梁 and 运城;
* the other 7 works that are not finished (大同, 长治, 晋城, 小店区) are not due before 2020-12-31.

What is finished goes round the places of the basin, and round all eleven cities.
"""

import csv
import io
import shutil
from datetime import date
from itertools import cycle, islice

import pytest
from sqlalchemy import func, select

from callbacks.registry import CHARTS, render
from dashboard.view import View
from data.engine import make_engine
from data.escalation.candidates import candidates
from data.escalation.decisions import Paper, confirm
from data.filters import Filters
from data.ledgers import pipeline
from data.ledgers.prepare import ImportOptions
from data.queries.progress_by_region import progress_by_region
from data.schema import dispatch_order_event, escalation
from data.store import Store
from tests.golden.ledgers import SHANXI, read

DAY = date(2019, 12, 31)
LATER, MUCH_LATER = "2020-06-30", "2020-12-31"
CITIES = {"太原市", "朔州市", "吕梁市", "晋中市", "阳泉市", "临汾市", "运城市"}
UNITS = {"140121", "141127", "141121", "141123", "141124", "141126", "140728", "141034", "140822"}
ZONE = "运城经济技术开发区"
# (city, place as the ledger writes it, outfalls that were not rectified in time)
LATE_OUTFALLS = [
    ("太原市", "清徐县", 12), ("吕梁市", "岚县", 9), ("吕梁市", "文水县", 11), ("吕梁市", "兴县", 8), ("吕梁市", "临县", 10), ("吕梁市", "石楼", 6),
    ("晋中市", "平遥县", 10), ("临汾市", "汾西县", 8), ("运城市", "万荣县", 7), ("运城市", "运城市经济技术开发区", 5),
    ("太原市", "小店区", 4), ("晋中市", "介休市", 3), ("临汾市", "洪洞县", 2), ("忻州市", "静乐县", 2), ("忻州市", "忻府区", 2),
]  # fmt: skip
OUTFALLS_NOT_DUE = [("忻州市", "静乐县", 6)]
LATE_WORKS = [("朔州市", "", 3), ("阳泉市", "", 2), ("运城市", "", 2), ("吕梁市", "", 2)]
WORKS_NOT_DUE = [("大同市", "", 2), ("长治市", "", 2), ("晋城市", "", 2), ("太原市", "小店区", 1)]


def published(campaign: str) -> dict[str, int]:
    return {row["word"]: int(row["count"]) for row in read("figures.csv") if row["campaign"] == campaign}


def ledger(campaign: str, late, not_due, later: str, done_at: list[tuple[str, str]], words: tuple[str, str]) -> bytes:
    """A ledger with the published counts: those late, those not due, and the rest done in turn at some places."""
    done, left = (published(campaign)[word] for word in words)
    rows = [(city, place, words[1], DAY.isoformat()) for city, place, n in late for _ in range(n)]
    rows += [(city, place, words[1], later) for city, place, n in not_due for _ in range(n)]
    assert len(rows) == left
    rows += [(city, place, words[0], DAY.isoformat()) for city, place in islice(cycle(done_at), done)]
    out = io.StringIO(newline="")
    book = csv.writer(out)
    book.writerow(["编号", "省", "地市", "区县", "名称", "整治情况", "完成时限"])
    for k, (city, place, word, due) in enumerate(rows, 1):
        book.writerow([f"{campaign}-{k:05d}", "山西省", city, place, f"第{k}项", word, due])
    return out.getvalue().encode("utf-8-sig")


def bring_in(store: Store) -> None:
    outfalls = ledger(
        "sx-2019", LATE_OUTFALLS, OUTFALLS_NOT_DUE, LATER, [(city, place) for city, place, _ in LATE_OUTFALLS], ("完成整治", "未完成整治")
    )
    works = ledger("sx-projects", LATE_WORKS, WORKS_NOT_DUE, MUCH_LATER, [(city, "") for city in SHANXI], ("已完工", "未完工"))
    for data, code, name, kind in (
        (outfalls, "sx-2019", "汾河流域入河排污口整治", "outfall"),
        (works, "sx-projects", "水污染防治重点工程", "project"),
    ):
        result = pipeline.run_import(store, data, "台账.csv", ImportOptions(code, name, kind=kind, as_known=DAY))
        assert result.preview.counts["refused"] == 0, result.preview.problems[:3]


@pytest.fixture(scope="module")
def shanxi_file(sqlite_template, tmp_path_factory):
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("shanxi") / "shanxi.db")
    store = Store(make_engine(f"sqlite:///{path}"))
    bring_in(store)
    with store.engine.connect() as conn:
        conn.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    return path


@pytest.fixture
def shanxi(shanxi_file, tmp_path):
    store = Store(make_engine(f"sqlite:///{shutil.copyfile(shanxi_file, tmp_path / 'shanxi.db')}"))
    yield store
    store.engine.dispose()


def named(store: Store, found) -> tuple[set[str], set[str]]:
    """Names of the cities, and codes of the counties (the name of a place without a code)."""
    tree = store.tree()
    places = [(each.rule.level, tree.by_id(each.region_id)) for each in found]
    cities = {place.name_zh for level, place in places if level == "prefecture"}
    return cities, {place.name_zh if place.code.startswith("r") else place.code for level, place in places if level == "county"}


def written(store: Store) -> tuple[int, int, int]:
    with store.reading() as conn:
        counted = [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in (escalation, dispatch_order_event)]
    return counted[0], counted[1], store.version()


def test_the_published_totals_hold(shanxi):
    for campaign, total, left, late in (("sx-2019", 2039, 105, 99), ("sx-projects", 148, 16, 9)):
        df = progress_by_region("all", shanxi, Filters(campaign=(campaign,), level="county"))
        assert (int(df["effective"].sum()), int(df["open"].sum()), int(df["overdue"].sum())) == (total, left, late)
    assert (sum(n for *_, n in LATE_OUTFALLS[:10]), len(UNITS) + 1, len(CITIES)) == (86, 10, 7)


def test_exactly_the_seven_cities_and_ten_units_are_proposed_and_nothing_is_written(shanxi):
    before = written(shanxi)
    found = candidates("all", shanxi, Filters(), only="shanxi-interview")
    assert {each.rule.rung for each in found} == {"interview"}
    assert named(shanxi, found) == (CITIES, UNITS | {ZONE})
    assert len(found) == 17
    # the general rules give way to the province's own: every page shows these and no others
    df = CHARTS["escalation-candidates"].query("all", shanxi, Filters())
    assert set(zip(df["region"].tolist(), df["rule"].tolist(), strict=True)) == {
        (shanxi.tree().full_name(each.region_id), each.rule.id) for each in found
    }
    said = render(CHARTS["escalation-candidates"], df, Filters(), View("zh-CN")).caption
    assert "按规则提出建议17条：约谈17个（市7个、县（市、区）10个）；建议不是决定，须由人确认" in said
    assert written(shanxi) == before


@pytest.mark.postgres
def test_the_same_on_postgresql(pg_store):
    bring_in(pg_store)
    assert named(pg_store, candidates("all", pg_store, Filters())) == (CITIES, UNITS | {ZONE})


def test_the_evidence_is_what_can_be_counted_on_the_page(shanxi):
    found = {shanxi.tree().by_id(each.region_id).name_zh: each for each in candidates("all", shanxi, Filters())}
    assert [f.said.zh for f in found["石楼县"].findings] == ["6个入河排污口到期未完成整治（规则：5个以上）"]
    assert [f.numerator for f in found[ZONE].findings] == [5]
    assert [f.numerator for f in found["运城市"].findings] == [12, 2]
    assert [f.said.en for f in found["朔州市"].findings] == ["3 key water works not finished in time (rule: 1 or more)"]
    for each in found.values():
        for finding in each.findings:
            rows = CHARTS["item-list"].query("all", shanxi, Filters.from_query(finding.rows))
            assert rows.attrs["count"] == finding.numerator, finding.rows


def test_the_day_before_the_deadline_nobody_is_proposed(shanxi):
    assert candidates("all", shanxi, Filters(as_of=date(2019, 12, 30), campaign=("sx-2019", "sx-projects"))) == []


def test_one_city_alone_and_a_viewer_of_one_city(shanxi):
    lvliang = {"141127", "141121", "141123", "141124", "141126"}
    asked = candidates("all", shanxi, Filters(region="141100"))
    assert named(shanxi, asked) == ({"吕梁市"}, lvliang)
    assert named(shanxi, candidates("141100", shanxi, Filters())) == ({"吕梁市"}, lvliang)
    # a viewer of one county sees only a part of the city, which is no ground for judging it
    assert named(shanxi, candidates("141126", shanxi, Filters())) == (set(), {"141126"})


def test_a_confirmed_interview_is_not_proposed_again_within_its_period(shanxi):
    paper = Paper(DAY, "清徐县人民政府", "晋环约〔2020〕1号", True, "到期未完成整治")
    confirm(shanxi, "all", Filters(), "140121", "shanxi-county-interview", paper, by="张三", today=DAY)
    assert named(shanxi, candidates("all", shanxi, Filters())) == (CITIES, (UNITS | {ZONE}) - {"140121"})
    last = date(2020, 6, 27)
    assert (last - DAY).days == 179
    assert "140121" not in named(shanxi, candidates("all", shanxi, Filters(as_of=last)))[1]
    again = [each for each in candidates("all", shanxi, Filters(as_of=date(2020, 6, 28))) if each.rule.level == "county"]
    assert "140121" in named(shanxi, again)[1]
    (same,) = [each for each in again if shanxi.tree().by_id(each.region_id).code == "140121"]
    assert same.last is not None
    assert (same.last.rung, same.last.document_no) == ("interview", "晋环约〔2020〕1号")
