"""From a ledger to a rank through the front door alone: a file, ``manage.py``, and the export that anybody can ask for.

Counties of Nanjing, findings found on 1 August and due on 1 September 2022, as known on Saturday 10 September unless a test says otherwise.
``good`` were verified and closed out in time; ``late`` were too, after their deadline; ``bad`` are open.
"""

import io
import json
import re
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import manage
from app import create_app
from config import Settings
from tests.ledger_files import outfalls, text, workbook

HEADER = [
    "问题编号", "设区市", "区县", "问题描述", "发现时间", "整改期限", "完成时间", "复核时间", "复核结果", "销号日期", "整改状态",
]  # fmt: skip
GULOU, XUANWU, QINHUAI, JIANYE, YUHUATAI, QIXIA = "鼓楼区 玄武区 秦淮区 建邺区 雨花台区 栖霞区".split()
SIX = (GULOU, XUANWU, QINHUAI, JIANYE, YUHUATAI, QIXIA)
SCHEMES = Path(manage.__file__).parent / "data" / "ranking" / "schemes"
FOUND, DUE = date(2022, 8, 1), date(2022, 9, 1)
SERIES = ("PM2.5同比变化", "断面达标率", "信访办结率", "办结后重复举报率")


def row(number, county, *, city="南京市", found=FOUND, due=DUE, done="", verified="", result="", closed="", state="整改中"):
    return [number, city, county, f"问题{number}", found, due or "", done, verified, result, closed, state]


CLOSED = {"done": date(2022, 8, 20), "verified": date(2022, 8, 25), "result": "通过", "closed": date(2022, 8, 28), "state": "已销号"}
good, bad = partial(row, **CLOSED), row
late = partial(row, **{**CLOSED, "done": date(2022, 9, 3), "verified": date(2022, 9, 5), "closed": date(2022, 9, 6)})


@pytest.fixture
def door(store, tmp_path, monkeypatch):
    """``door(rows, …)`` imports a ledger; ``door.rank(query)`` is ``county-ranking`` as JSON, the same from the command line and over HTTP."""
    return _door(store, tmp_path, monkeypatch)


@pytest.fixture
def sqlite_door(sqlite_store, tmp_path, monkeypatch):
    return _door(sqlite_store, tmp_path, monkeypatch)


def _door(store, tmp_path, monkeypatch):
    # every command opens the store anew, as another process would; only the connections are shared
    monkeypatch.setattr(manage, "_engine", lambda: store.engine)
    settings = Settings.from_env({}, instance=str(tmp_path / "instance"))
    door = Door(tmp_path, create_app(settings, store).server.test_client())
    assert "3257" in door.run("store", "init")
    return door


class Door:
    def __init__(self, folder, client):
        self.folder, self.client = folder, client

    def run(self, *said):
        done = CliRunner().invoke(manage.cli, list(said))
        assert done.exit_code == 0, done.output
        return done.output

    def __call__(self, rows, *, known="2022-09-10", file="台账.xlsx", kind="finding"):
        path = self.folder / file
        path.write_bytes(text(rows, "gb18030") if file.endswith(".csv") else workbook(rows))
        said = ("ledger", "import", str(path), "--campaign", "nj-2022", "--kind", kind, "--as-known", known)
        out = self.run(*said, "--new-campaign", "南京监督帮扶")
        assert "拒绝 0 行" in out
        return out

    def bytes(self, query="", chart="county-ranking"):
        path = self.folder / "out.json"
        self.run("export", chart, "--query", query, "--format", "json", "-o", str(path))
        answer = self.client.get(f"/export/{chart}.json?{query}")
        assert (answer.status_code, answer.data) == (200, path.read_bytes())
        return answer.data

    def rank(self, query="", chart="county-ranking"):
        return json.loads(self.bytes(query, chart))

    def notes(self, query):
        """The cover of the workbook: {label: text}."""
        sheet = openpyxl.load_workbook(io.BytesIO(self.client.get(f"/export/county-ranking.xlsx?{query}").data)).worksheets[0]
        return {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}


def ranked(body):
    return [(r["rank"], r["tied"], r["region"], r["score"]) for r in body["rows"] if r["rank"] is not None]


def out(body):
    return {r["region"]: r["reason"] for r in body["rows"] if r["rank"] is None}


def ledger(closed, of=20):
    """``of`` findings in each county, so many of them closed out in time."""
    return [HEADER] + [(good if k < n else bad)(f"{c}{k}", c) for c, n in closed.items() for k in range(of)]


# ----------------------------------------------------------------------------- the three fixtures


def test_where_all_are_at_a_hundred_nobody_is_last(door):
    door(ledger(dict.fromkeys(SIX, 6), of=6))
    body = door.rank()
    assert [(rank, tied, score) for rank, tied, _, score in ranked(body)] == [(1, True, 100)] * 6
    assert body["title"] == "6个地区并列第1，名次已无意义" and "列后" not in body["caption"]
    # the other counties of Nanjing have nothing to count: a list with reasons, not the bottom
    assert out(body) == dict.fromkeys(["浦口区", "江宁区", "六合区", "溧水区", "高淳区"], "no_items")
    assert "参与排名6个，不参与5个（没有纳入统计的事项5个）" in body["caption"]
    # what the store has no figures of is said, and left out for everybody alike
    assert "、".join(f"“{name}”" for name in SERIES) + "没有数据，所有地区都不计" in body["caption"]
    assert {r["missing"] for r in body["rows"] if r["rank"]} == {0}


def test_where_all_have_closed_out_the_measures_that_still_separate_are_offered(sqlite_door):
    rows = [HEADER] + [(late if k < n else good)(f"{c}{k}", c) for n, c in enumerate(SIX) for k in range(6)]
    sqlite_door(rows)
    body = sqlite_door.rank("scheme=single-closeout")
    assert [(rank, score) for rank, _, _, score in ranked(body)] == [(1, 100)] * 6
    assert body["title"] == "6个地区并列第1，名次已无意义：请看按期率"
    # the default scheme sees who was late: a sixth less on time each
    assert [region for _, _, region, _ in ranked(sqlite_door.rank())][:3] == [GULOU, XUANWU, QINHUAI]


def test_one_of_one_beside_480_of_500(door):
    rows = [HEADER, good("A1", GULOU)] + [(good if k < 480 else bad)(f"B{k}", XUANWU) for k in range(500)]
    door(rows, file="台账.csv")
    body = door.rank()
    first, second = (r for r in body["rows"] if r["rank"])
    # on time 96 %: 23 of 25; schedule −4 pp: 13 of 15; first pass 15 of 15; long overdue none: 10 of 10; of 65
    assert (first["region"], first["score"]) == (GULOU, 100)
    assert (second["region"], second["score"]) == (XUANWU, round((23 + 13 + 15 + 10) * 100 / 65, 2))
    assert [(r["numerator"], r["denominator"], r["small_base"]) for r in (first, second)] == [(1, 1, True), (480, 500, False)]
    # one item says little, five hundred say much: the two cannot be told apart, and both say so
    assert first["score_high"] - first["score_low"] > 40 and second["score_high"] - second["score_low"] < 5
    assert [(r["band_low"], r["band_high"]) for r in (first, second)] == [(1, 2), (1, 2)]
    assert "1个地区数量不足（※），比较须谨慎" in body["caption"]
    assert body["title"] == "鼓楼区（数量不足※）第1；玄武区列末位"


def test_an_exact_tie_at_the_third_place(door):
    door(ledger({GULOU: 20, XUANWU: 19, QINHUAI: 18, JIANYE: 18, YUHUATAI: 17}))
    body = door.rank()
    assert [entry[:3] for entry in ranked(body)] == [
        (1, False, GULOU), (2, False, XUANWU), (3, True, QINHUAI), (3, True, JIANYE), (5, False, YUHUATAI),
    ]  # fmt: skip
    assert "秦淮区（并列第3，84.62分）、建邺区（并列第3，84.62分）、雨花台区（第5，76.92分）" in body["caption"]
    assert "第4" not in body["caption"]
    english = door.rank("lang=en")
    assert "joint no. 3" in english["caption"] and "no. 5" in english["caption"]
    # the order of the rows in the file has no part in it
    assert ranked(body) == ranked(door.rank("scheme=county-default"))


# ----------------------------------------------------------------------------- who takes part


def test_who_cannot_be_ranked_is_told_why(sqlite_door):
    rows = [HEADER] + [good(f"a{k}", GULOU) for k in range(10)]
    # nothing due yet; no deadline at all; taken back; found long ago and still open
    rows += [bad(f"b{k}", XUANWU, found=date(2022, 9, 8), due=date(2022, 9, 30)) for k in range(5)]
    rows += [row(f"c{k}", QINHUAI, due=None, done=date(2022, 8, 20), state="已整改") for k in range(5)]
    rows += [row(f"d{k}", JIANYE, state="已撤销") for k in range(3)]
    rows += [bad(f"e{k}", YUHUATAI, found=date(2022, 3, 8), due=date(2022, 4, 30)) for k in range(5)]
    # completed, never verified: its weight goes to the others of the family
    rows += [row(f"f{k}", QIXIA, done=date(2022, 8, 30), state="已整改") for k in range(8)]
    sqlite_door(rows)
    body = sqlite_door.rank()
    assert ranked(body) == [(1, True, GULOU, 100), (1, True, QIXIA, 100), (3, False, YUHUATAI, 0)]
    why = out(body)
    # an indicator without a value is missing, never 0: 50 of the 65 points are
    assert {name: why[name] for name in (XUANWU, QINHUAI, JIANYE)} == dict.fromkeys((XUANWU, QINHUAI, JIANYE), "missing")
    said = {r["region"]: r["reason_text"] for r in body["rows"]}
    assert said[XUANWU] == "缺数指标的权重占76.9%，超过30%"
    assert why["江宁区"] == "no_items"


def test_a_ledger_that_the_scheme_does_not_count_says_so(sqlite_door):
    shipped = (SCHEMES / "single-closeout.toml").read_text(encoding="utf-8")
    own = re.sub("(?m)^kinds = .*$", 'kinds = ["finding", "source_problem"]', shipped.replace('"single-closeout"', '"findings-only"'))
    path = sqlite_door.folder / "own.toml"
    path.write_text(own, encoding="utf-8")
    sqlite_door.run("scheme", "load", str(path))
    sqlite_door(outfalls(), kind="outfall", known="2019-12-31")
    body = sqlite_door.rank("scheme=findings-only")
    assert len(body["rows"]) > 100 and not ranked(body) and set(out(body).values()) == {"no_items"}
    assert "本指标体系只统计监督帮扶问题、水源地问题，所选范围内没有这类事项" in body["caption"]
    assert "counts findings" in sqlite_door.rank("scheme=findings-only&lang=en")["caption"]


# ----------------------------------------------------------------------------- periods


def test_a_period_from_running_to_locked_to_corrected(door):
    first = ledger({GULOU: 20, XUANWU: 19, QINHUAI: 18})
    door(first)
    assert door.rank()["as_of"] == "2022-09-10" and "本期尚未结束" in door.rank()["caption"]
    # on Monday a new week runs, and holds what that day's ledger says: Qinhuai completed its two, late
    caught_up = [[*r[:6], date(2022, 9, 12), "", "", "", "已整改"] if r[2] == QINHUAI and r[-1] == "整改中" else r for r in first]
    door(caught_up, known="2022-09-12", file="二.xlsx")
    monday = door.rank()
    assert "还没有更早的已锁定的期，进步无从比较" in door.rank("by=improvement")["caption"]
    assert monday["as_of"] == "2022-09-12" and monday["caption"].startswith("2022年第37周")
    assert all(r["change"] is None for r in monday["rows"])
    assert "第1版" in door.run("period", "lock", "2022-W36", "--by", "张三")
    locked = door.rank("period=2022-W36")
    assert [(region, rank) for rank, _, region, _ in ranked(locked)] == [(GULOU, 1), (XUANWU, 2), (QINHUAI, 3)]
    notes = door.notes("period=2022-W36")
    assert notes["指标体系"].startswith("县级综合赛马（county-default，版本 1）。") and "筛选条件" not in notes
    assert notes["锁定结果校验码"][:8] in door.run("period", "list") and len(notes["锁定结果校验码"]) == 64
    assert "锁定结果校验码" not in door.notes("")
    now = {r["region"]: r for r in door.rank()["rows"] if r["rank"]}
    assert all(r["change"] == r["rank_before"] - r["rank"] for r in now.values())
    # the schedule is made up for, being late is not
    assert now[QINHUAI]["rank_before"] == 3 and now[QINHUAI]["score"] > ranked(locked)[2][3]
    gains = {r["region"]: r["score"] for r in door.rank("by=improvement")["rows"] if r["rank"]}
    assert gains[QINHUAI] == pytest.approx(now[QINHUAI]["score"] - now[QINHUAI]["score_before"], abs=1e-9)
    assert GULOU not in gains and out(door.rank("by=improvement"))[GULOU] == "already_meets"

    old = door.bytes("period=2022-W36&edition=1")
    # a late report: Xuanwu's open one had been closed out in time, as the paper shows
    put_right = [good(r[0], r[2]) if r[2] == XUANWU else r for r in caught_up]
    door(put_right, known="2022-09-13", file="三.xlsx")
    assert door.bytes("period=2022-W36&edition=1") == old
    door.run("period", "correct", "2022-W36", "--reason", "玄武区补报1件", "--by", "张三")
    assert door.bytes("period=2022-W36&edition=1") == old
    corrected = door.rank("period=2022-W36")
    assert ranked(corrected)[:2] == [(1, True, XUANWU, 100), (1, True, GULOU, 100)]
    changes = door.rank("period=2022-W36", "rank-changes")["rows"]
    assert {r["region"] for r in changes if r["corrected"]} == {XUANWU}


def test_rows_are_chosen_and_ranks_stay(sqlite_door):
    rows = ledger({GULOU: 20, XUANWU: 19, QINHUAI: 18, JIANYE: 17})
    sqlite_door([*rows, *(row(f"k{k}", "昆山市", city="苏州市", **(CLOSED if k < 15 else {})) for k in range(20))])
    # by code: Xuzhou has a Gulou too
    whole = {r["region_code"]: r for r in sqlite_door.rank()["rows"]}
    only = sqlite_door.rank("region=320500")
    assert ranked(only) == [(5, False, "昆山市", whole["320583"]["score"])] and len(only["rows"]) == 9
    assert "参与排名5个，这里列出1个" in only["caption"]
    for part in (only, sqlite_door.rank("group=district")):
        assert part["rows"] and all(r == whole[r["region_code"]] for r in part["rows"])
    assert [region for _, _, region, _ in ranked(sqlite_door.rank("group=district"))] == [GULOU, XUANWU, QINHUAI, JIANYE]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("scheme=nope", "没有代码为“nope”的指标体系。"),
        ("period=2099-W99", "没有“2099-W99”这一期。"),
        ("edition=9", "没有锁定过第9版。"),
        ("campaign=nope", "所选范围内还没有事项，排不出名次。"),
    ],
)
def test_what_there_is_not_is_said(sqlite_door, query, said):
    sqlite_door(ledger({GULOU: 2}, of=2))
    for chart in ("county-ranking", "rank-intervals", "rank-contributions", "indicator-table"):
        body = sqlite_door.rank(query, chart)
        assert (body["rows"], body["caption"]) == ([], said)
    # weights that make no sense change nothing
    for weights in ("on_time:abc", "nope:5", "on_time:-5", "on_time:nan", ":::"):
        assert sqlite_door.rank(f"weights={weights}", "rank-what-if")["rows"][0]["change_tried"] == 0
