"""Published figures, through the real import and out of the real page's JSON."""

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app import create_app
from config import ROOT, Settings
from dashboard.formatting import percent
from data.engine import make_engine
from data.filters import Filters
from data.ledgers import pipeline
from data.ledgers.prepare import ImportOptions
from data.published import import_facts
from data.queries.measure_table import measure_table
from data.rollup.verify import verify
from data.schema import item, published_fact
from data.store import Store
from tests.golden.ledgers import SHANXI, ledgers, read
from tests.golden.table import note

IDENTITIES = {row["id"]: row for row in read("identities.csv")}
PERCENT, COUNT = "percent", "count"


class Site:
    """The store with every ledger imported, and the site that serves it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.client = create_app(Settings.from_env({}, instance=str(folder)), store).server.test_client()

    def json(self, chart: str, query: str) -> dict:
        answer = self.client.get(f"/export/{chart}.json?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def total(self, query: str) -> dict[str, int]:
        """The counts of progress-by-region, summed over its rows."""
        rows = self.json("progress-by-region", query)["rows"]
        return {name: sum(row[name] for row in rows) for name in rows[0] if isinstance(rows[0][name], int) and name != "has_children"}

    def statuses(self, query: str) -> dict[str, int]:
        return {row["status"]: row["count"] for row in self.json("status-structure", query)["rows"]}

    def measure(self, name: str, query: str) -> tuple[int, int]:
        frame = measure_table("all", self.store, Filters.from_query(query)).set_index("measure")
        return int(frame.loc[name, "numerator"]), int(frame.loc[name, "denominator"])

    def rows(self, name: str, query: str) -> int:
        """How many items stand behind a number."""
        return len(self.json("item-list", f"{query}&rows={name}")["rows"])


@pytest.fixture(scope="module")
def site(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    store = Store(make_engine(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'dubang.db')}"))
    for ledger in ledgers():
        large = len(ledger.rows) > 5000
        data, name = (ledger.text(), "台账.csv") if large else (ledger.workbook(), "台账.xlsx")
        options = ImportOptions(ledger.campaign, ledger.name, kind=ledger.kind, as_known=ledger.as_known)
        result = pipeline.run_import(store, data, name, options)
        assert (result.items_new, result.preview.counts["refused"]) == (len(ledger.rows), 0), result.preview.problems[:3]
    yield Site(store, folder)
    store.engine.dispose()


HLJ_2016, LOOKBACK, CASES = "campaign=hlj-2016", "campaign=hlj-lookback", "campaign=hlj-cases"
BOTH = "campaign=hlj-2016,hlj-lookback"
JILIN, CHENGDU, HANGZHOU = "campaign=jl-2023&basic=1", "campaign=cd-2018", "campaign=hz-2022"
OUTFALLS, PROJECTS = "campaign=sx-2019&level=prefecture&as_of=2019-12-31", "campaign=sx-projects"


def of(n: str, d: str, query: str):
    """A rate from two counts of progress-by-region."""
    return lambda site: (site.total(query)[n], site.total(query)[d])


def structure(query: str, whole: bool):
    """All of a status structure, or the share of what is rectified in it."""
    return lambda site: (
        sum(site.statuses(query).values()) if whole else (site.statuses(query)["rectified"], sum(site.statuses(query).values()))
    )


# how each identity is read from the pages: a count, or the two counts of a rate
READ = {
    "I01": structure(PROJECTS, True),
    "I02": of("rectified", "effective", PROJECTS),
    "I03": lambda site: site.total(OUTFALLS)["rectified"],
    "I04": of("rectified", "effective", OUTFALLS),
    "I06": structure(HLJ_2016, True),
    "I07": structure(LOOKBACK, True),
    "I08": lambda site: site.total(CASES)["open"],
    "I09": lambda site: site.measure("case_closure_rate", CASES),
    "I10": structure(HLJ_2016, False),
    "I11": of("rectified", "effective", HLJ_2016),
    "I12": lambda site: site.measure("on_schedule_rate", HLJ_2016),
    "I13": of("rectified", "effective", LOOKBACK),
    "I14": of("rectified", "effective", f"{LOOKBACK}&basic=1"),
    "I15": lambda site: site.measure("on_schedule_rate", LOOKBACK),
    "I16": lambda site: site.total(BOTH)["effective"],
    "I17": of("rectified", "effective", BOTH),
    "I18": lambda site: site.measure("on_schedule_rate", BOTH),
    "I19": lambda site: site.rows("behind", BOTH),
    "I20": lambda site: site.total(JILIN)["effective"],
    "I21": of("rectified", "effective", JILIN),
    "I22": lambda site: site.total(CHENGDU)["rectified"],
    "I23": lambda site: site.measure("batch_shut", CHENGDU),
    "I24": lambda site: site.measure("batch_rectified", CHENGDU),
    "I25": lambda site: site.measure("batch_relocated", CHENGDU),
    "I41": lambda site: site.total(HANGZHOU)["rectified"],
    "I46": of("rectified", "effective", "campaign=yreb-2017&as_of=2017-06-30"),
    "X01": lambda site: site.total("campaign=js-sources&level=prefecture")["effective"],
}


@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_page_says_what_was_published(site, identity, record_property):
    row = IDENTITIES[identity]
    got = READ[identity](site)
    said = percent(*got) if row["kind"] == PERCENT else str(got)
    expected = f"{row['expected']}%" if row["kind"] == PERCENT else row["expected"]
    note(record_property, identity, f"{row['check']}: {row['expression']}", expected, said)
    assert said == expected
    if row["kind"] == PERCENT:
        # the two counts themselves, not only their ratio
        assert got == tuple(eval(part, {"__builtins__": {}}) for part in row["expression"].rsplit("/", 1))


def test_every_identity_is_read_or_left_out_for_a_reason():
    left_out = {row["id"] for row in read("left_out.csv") if row["why"]}
    assert IDENTITIES.keys() == READ.keys()
    assert not left_out & READ.keys()
    assert {f"I{n:02d}" for n in range(1, 56)} == (left_out | READ.keys()) - {"X01"}


# ---------------------------------------------------------------------- what the figures must not become


def test_the_published_view_keeps_the_merged_slice(site):
    assert site.statuses(HLJ_2016) == {"rectified": 24, "on_schedule": 7, "behind_schedule": 1, "merged": 24}
    shares = {row["status"]: row["share"] for row in site.json("status-structure", HLJ_2016)["rows"]}
    assert (shares["rectified"], shares["merged"]) == (pytest.approx(24 / 56), pytest.approx(24 / 56))
    assert site.statuses(LOOKBACK) == {"rectified": 7, "basically_completed": 12, "on_schedule": 38, "behind_schedule": 3}
    assert site.statuses(PROJECTS) == {"rectified": 132, "behind_schedule": 16}


def test_both_lists_together_show_116_and_count_92(site):
    total = site.total(BOTH)
    assert (total["discovered"], total["merged"], total["effective"], total["rectified"]) == (116, 24, 92, 31)


def test_closure_of_4347_in_4387_never_prints_as_all(site):
    body = site.json("progress-by-region", CASES)
    assert body["rows"][0]["closeout_rate"] == pytest.approx(4347 / 4387)
    assert "99.1%" in body["caption"] and "100" not in body["caption"]
    assert "99.1%" in site.json("progress-by-region", f"{CASES}&lang=en")["caption"]


def test_what_is_not_split_in_the_report_is_completed_only_when_basically_completed_counts(site):
    strict = site.total("campaign=jl-2023")
    assert (strict["rectified"], strict["effective"]) == (0, 163)
    assert site.statuses("campaign=jl-2023") == {"basically_completed": 149, "in_progress": 14}


def test_rectified_outfalls_are_not_called_closed_out(site):
    body = site.json("progress-by-region", OUTFALLS)
    assert {row["region"] for row in body["rows"]} == set(SHANXI)
    assert [sum(row[name] for row in body["rows"]) for name in ("discovered", "effective", "rectified", "open", "closed")] == [
        2039,
        2039,
        1934,
        105,
        0,
    ]
    assert {row["closeout_rate"] for row in body["rows"]} == {0}
    # row k to city k mod 11: 2039 = 11 * 185 + 4, 105 = 11 * 9 + 6
    by_city = {row["region"]: (row["open"], row["effective"]) for row in body["rows"]}
    assert by_city == {city: (9 + (k < 6), 185 + (k < 4)) for k, city in enumerate(SHANXI)}
    assert "完成率94.9%（1934/2039）" in body["caption"] and "销号率94.9%" not in body["caption"]


def test_three_batches_and_the_ledger_that_stays_a_bound(site):
    batches = {name: site.measure(name, CHENGDU) for name in ("batch_shut", "batch_rectified", "batch_relocated")}
    assert batches == {"batch_shut": (12117, 14148), "batch_rectified": (1976, 14148), "batch_relocated": (55, 14148)}
    table = "region,campaign,measure,numerator,denominator,value,unit,as_of,source,quote\n" + (
        "四川省成都市,成都散乱污整治,enterprises_ledgered~gt,,,14000,enterprise,2018-11?,press report,前期排查建档的1.4万余家“散乱污”工业企业\n"
        "吉林省,督察交办群众投诉举报案件,cases_closed_ratio~gt,,,99,%,2024-03?,press report,逾99%的案件办结\n"
    )
    before = site.total(CHENGDU)
    with site.store.writing() as conn:
        import_facts(conn, io.StringIO(table))
        f = published_fact.c
        facts = conn.execute(select(f.precision, f.value, f.numerator).order_by(f.fact_id)).all()
    assert [tuple(fact) for fact in facts] == [("gt", 14000.0, None), ("gt", 99.0, None)]
    assert site.total(CHENGDU) == before


def test_a_count_that_is_only_a_bound_is_kept_as_one(site):
    rows = "编号,企业名称,所属行政区,整治情况,企业数\nCD-0,散乱污企业名单,四川省成都市,在账,1.4万余\n"
    options = ImportOptions("cd-ledger", "散乱污台账", kind="scattered_polluter", as_known=date(2018, 10, 31))
    pipeline.run_import(site.store, rows.encode("utf-8-sig"), "台账.csv", options)
    with site.store.reading() as conn:
        (extra,) = conn.execute(select(item.c.extra).where(item.c.ledger_no == "CD-0")).scalars()
    said = json.dumps(extra, ensure_ascii=False)
    assert "1.4万余" in said and '"low": 14000' in said
    assert site.total("campaign=cd-ledger")["discovered"] == 1


def test_source_problems_by_city_are_those_of_the_public_list(site):
    rows = site.json("progress-by-region", "campaign=js-sources&level=prefecture")["rows"]
    listed = {
        figure["place"].removeprefix("江苏省"): int(figure["count"]) for figure in read("figures.csv") if figure["campaign"] == "js-sources"
    }
    assert {row["region"]: row["discovered"] for row in rows} == listed


def test_the_two_scenes_are_told_apart_by_their_theme(site):
    themes = sorted(t for (t,) in site.store.engine.connect().exec_driver_sql("SELECT DISTINCT theme FROM item WHERE theme IS NOT NULL"))
    assert sorted(site.total(f"{HANGZHOU}&theme={theme}")["rectified"] for theme in themes) == [7006, 13153]


def test_what_the_store_had_not_been_told_yet_is_not_counted(site):
    rows = site.json("progress-by-region", "campaign=hlj-2016&known_at=2019-12-30&as_of=2019-12-31")["rows"]
    assert rows == []


def test_the_rollups_of_all_of_it_agree_with_their_events(site):
    report = verify(site.store)
    assert (report.differences, report.items >= sum(len(ledger.rows) for ledger in ledgers())) == ([], True)


# ---------------------------------------------------------------------- from the command line, in a store just made


def test_the_commands_of_the_manual_in_a_store_just_made(tmp_path):
    outfalls = next(ledger for ledger in ledgers() if ledger.campaign == "sx-2019")
    file = tmp_path / "outfalls.xlsx"
    file.write_bytes(outfalls.workbook())
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DUBANG_")} | {"DUBANG_INSTANCE": str(tmp_path / "instance")}

    def manage(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage("store", "init")
    brought = manage(
        "ledger", "import", str(file), "--campaign", "sx-2019", "--new-campaign", "汾河流域入河排污口整治", "--kind", "outfall", "--as-known", "2019-12-31"
    )  # fmt: skip
    assert "2039" in brought
    body = json.loads(
        manage("export", "progress-by-region", "--query", "campaign=sx-2019&level=prefecture&as_of=2019-12-31", "--format", "json")
    )
    assert (len(body["rows"]), sum(row["rectified"] for row in body["rows"]), sum(row["effective"] for row in body["rows"])) == (
        11,
        1934,
        2039,
    )
    assert "They agree." in manage("store", "verify")
