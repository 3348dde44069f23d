"""Batches: what is in the zip is what its index, its hashes and the book say; what cannot be made is told."""

import hashlib
import io
import os
import signal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import update

from callbacks import batch_pool, batch_run, batch_subjects
from callbacks.batch_define import Asked, define, levels_below, words
from callbacks.export_desk import Desk
from callbacks.exports import export_bytes
from data.batches.definition import BatchError
from data.batches.jobs import DONE, FAILED, Batches, Job
from data.batches.names import file_name, safe
from data.exports import release
from data.schema import region
from data.store import Store, bump
from tests.batch_jobs import PLACES, QUERY, agree, asked, make, opened, run
from tests.campaign import AS_OF, CHANGSHU, QINHUAI, XUANWU


@pytest.fixture
def alone(monkeypatch) -> None:
    """Files are made in the process of the test, where they can be watched."""
    monkeypatch.setattr(batch_pool.multiprocessing, "get_all_start_methods", lambda: ["spawn"])


@pytest.fixture
def store(sqlite_small_store) -> Store:
    return sqlite_small_store


@pytest.fixture
def batches(tmp_path) -> Batches:
    return Batches(tmp_path / "batches")


# ----------------------------------------------------------------------------- what is made


def test_index_hashes_files_and_book_say_the_same(store, batches, tmp_path) -> None:
    job = make(store, batches, asked(("progress-by-region", "status-structure"), ("csv", "pptx")))
    assert (job.progress.state, job.progress.done, job.progress.counts) == (DONE, 12, {"made": 12})
    held = opened(job)
    rows = agree(held)
    assert [row["region_code"] for row in rows[::4]] == list(PLACES)
    assert [row["region"] for row in rows[::4]] == ["江苏省南京市玄武区", "江苏省南京市秦淮区", "江苏省苏州市常熟市"]
    first = rows[2]
    assert (first["chart"], first["format"], first["as_of"], first["state"]) == ("status-structure", "csv", AS_OF.isoformat(), "made")
    assert first["file"] == f"files/{XUANWU}_玄武_status-structure_{AS_OF.isoformat()}.csv"
    assert "5件" in first["caption"] or "5个" in first["caption"]
    # the same numbers as the chart's own file, under the same code
    alone = export_bytes(store, "status-structure", f"{QUERY}&region={XUANWU}", "csv", desk=Desk(store, tmp_path / "x"))
    assert held[first["file"]] == alone
    book = Desk(store, tmp_path / "x").record.lines(first["code"])
    assert {(line.via, line.sha256) for line in book} >= {("batch", first["sha256"]), ("cli", hashlib.sha256(alone).hexdigest())}
    notes = {row[0]: row[1] for row in openpyxl.load_workbook(io.BytesIO(held["index.xlsx"])).worksheets[1].iter_rows(values_only=True)}
    assert notes["截至日期"] == "2022年9月30日" and notes["数据状态"] == f"全部文件出自数据版本 {store.version()}。"
    assert not job.files.exists()


@pytest.mark.postgres
def test_processes_share_no_connection_to_a_server(pg_small_store, batches) -> None:
    job = make(pg_small_store, batches, asked(("status-structure", "loop-funnel"), ("csv", "docx")))
    assert job.progress.counts == {"made": 12} and len(agree(opened(job))) == 12
    assert pg_small_store.version() == job.definition.version


def test_a_region_without_data_has_a_file_that_says_so(store, batches, alone) -> None:
    nothing = "320582"
    job = make(store, batches, asked(regions=(XUANWU, nothing), forms=("csv", "docx")))
    rows = agree(opened(job))
    assert [(row["region_code"], row["state"]) for row in rows] == [(XUANWU, "made")] * 2 + [(nothing, "empty")] * 2
    assert rows[2]["why"] == "该地区没有数据，文件里写明了。" and rows[2]["file"]
    assert job.progress.counts == {"made": 2, "empty": 2}


def test_a_county_where_nothing_is_late_has_data_all_the_same(store, batches, alone) -> None:
    job = make(store, batches, asked(("overdue-ageing",), regions=(CHANGSHU, "320582")))
    assert [row["state"] for row in agree(opened(job))] == ["made", "empty"]


def test_what_a_region_is_called_runs_nowhere_and_leads_nowhere(store, batches, alone) -> None:
    with store.writing() as conn:
        for code, name, short in (
            (XUANWU, "=cmd|'/C calc'!A0", "../../../etc/cron.d/x"),
            (QINHUAI, "<script>alert(1)</script>", "C:\\con"),
            (CHANGSHU, "@SUM(1)\x07" + "长" * 300, "长" * 300),
        ):
            conn.execute(update(region).where(region.c.gb2260_code == code).values(name_zh=name, short_zh=short))
        bump(conn, "names")
    job = make(store, batches, asked())
    held = opened(job)
    rows = agree(held)
    names = [Path(row["file"]).name for row in rows]
    assert all(row["file"] == f"files/{name}" for row, name in zip(rows, names, strict=True))
    assert all(name.isprintable() and len(name) < 120 and not set(name) & set('/\\:*?"<>|') and ".." not in name for name in names)
    raw = openpyxl.load_workbook(io.BytesIO(held["index.xlsx"])).worksheets[0]
    assert all(cell.data_type != "f" and cell.hyperlink is None for line in raw.iter_rows() for cell in line)
    assert "江苏省南京市=cmd" in raw["B2"].value.replace(" ", "")
    assert [path for path in batches.folder.parent.rglob("*") if path.name == "x"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("../..", ""), ("玄武 区", "玄武-区"), ("a/b\\c", "a-b-c"), (".hidden", "hidden"), ("CON", "_CON"), ("a..b", "a-b"), ("=1+1", "1-1"), ("\u202e\x00", "")],
)  # fmt: skip
def test_names_of_files_hold_letters_digits_and_little_else(text: str, name: str) -> None:
    assert safe(text) == name
    assert file_name("320102", text, "chart_2022-09-30", "csv").startswith("320102_")


def test_what_is_not_released_is_in_the_index_and_waits_under_its_code(store, batches, alone) -> None:
    job = make(store, batches, asked(), least="approved")
    held = opened(job)
    rows = agree(held)
    assert [name for name in held if name.startswith("files/")] == [] and {row["state"] for row in rows} == {"held"}
    assert "请先按查证码审核放行" in rows[0]["why"] and job.resumable
    with store.writing() as conn:
        release.decide(conn, rows[0]["code"], "approved", "张三")
    again = run(store, batches, batches.again(job), least="approved")
    assert again.progress.counts == {"made": 1, "held": 2}
    assert [row["state"] for row in agree(opened(again))] == ["made", "held", "held"]


def test_a_chart_that_fails_leaves_the_others_and_says_so(store, batches, alone, monkeypatch, caplog) -> None:
    real = batch_subjects.exports.export_bytes

    def broken(opened_store, chart, query, *more):
        if QINHUAI in query:
            raise RuntimeError("boom")
        return real(opened_store, chart, query, *more)

    monkeypatch.setattr(batch_subjects.exports, "export_bytes", broken)
    job = make(store, batches, asked())
    rows = agree(opened(job))
    assert [(row["region_code"], row["state"], bool(row["file"])) for row in rows] == [
        (XUANWU, "made", True), (QINHUAI, "failed", False), (CHANGSHU, "made", True),
    ]  # fmt: skip
    assert rows[1]["why"] == "程序出错（RuntimeError），已记入日志。"
    monkeypatch.undo()
    again = run(store, batches, batches.again(job))
    assert again.progress.counts == {"made": 3} and not again.resumable


def test_a_process_that_dies_of_a_file_costs_that_file_alone(store, batches, monkeypatch) -> None:
    real = batch_subjects.exports.export_bytes

    def deadly(opened_store, chart, query, *more):
        # not where the files are warmed up for all
        if QINHUAI in query and len(more) > 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(opened_store, chart, query, *more)

    monkeypatch.setattr(batch_subjects.exports, "export_bytes", deadly)
    job = make(store, batches, asked())
    rows = agree(opened(job))
    assert [row["state"] for row in rows] == ["made", "failed", "made"] and "进程中断" in rows[1]["why"]


def test_a_full_disk_ends_the_batch_with_a_sentence(store, batches, alone, monkeypatch) -> None:
    def full(path, body):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_run.bundle, "write", full)
    job = make(store, batches, asked())
    assert (job.progress.state, job.progress.error) == (FAILED, {"code": "unwritten", "params": {"why": "No space left on device"}})
    assert list(job.folder.rglob("*.part")) == [] and job.resumable and not job.bundle.exists()


def test_a_store_that_changes_meanwhile_is_noticed_and_made_good(store, batches, alone) -> None:
    done = []

    def change(job: Job) -> None:
        if job.progress.done == 1 and not done:
            done.append(1)
            with store.writing() as conn:
                bump(conn, "an import")

    before = store.version()
    batch_run._EACH, kept = 0.0, batch_run._EACH
    try:
        job = make(store, batches, asked(), tell=change)
    finally:
        batch_run._EACH = kept
    rows = agree(opened(job))
    assert job.progress.moved and job.resumable
    assert [int(row["store_version"]) for row in rows] == [before, before + 1, before + 1]
    again = run(store, batches, batches.again(job))
    assert not again.progress.moved and {int(row["store_version"]) for row in agree(opened(again))} == {before + 1}


def test_a_ranking_keeps_its_own_period(store, batches, alone) -> None:
    job = make(store, batches, asked(("county-ranking",), regions=("320000",)))
    rows = agree(opened(job))
    alone_ = export_bytes(store, "county-ranking", f"{QUERY}&region=320000", "csv", desk=Desk(store, batches.folder.parent / "x"))
    assert opened(job)[rows[0]["file"]] == alone_


# ----------------------------------------------------------------------------- what cannot be asked for


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"charts": ()}, "先选要做的图或简报。"),
        ({"forms": ()}, "先选文件格式。"),
        ({"charts": ("nope",)}, "没有“nope”这张图。有：progress-by-region, "),
        ({"charts": ("brief:nope",)}, "没有“nope”这份简报。有：weekly, "),
        ({"charts": ("brief:weekly", "status-structure")}, "一批只能做一份简报"),
        ({"forms": ("exe",)}, "没有“exe”这种格式。有：json, csv"),
        ({"charts": ("brief:weekly",), "forms": ("csv",)}, "没有“csv”这种格式。有：pptx, docx"),
        ({"regions": ("999999",)}, "没有代码为“999999”的地区。"),
        ({"regions": ()}, "先选地区。"),
        ({"regions": (), "level": "galaxy"}, "没有“galaxy”这一级。有：province, "),
        ({"regions": (), "level": "county", "below": "000000"}, "没有代码为“000000”的地区。"),
        ({"regions": (), "level": "county", "below": XUANWU}, "320102 之下没有 county 一级的地区。"),
        ({"query": "campaign=zz"}, "没有代码为“zz”的行动。有：xh-2022, xh-task。"),
        ({"query": "as_of=2022-13-01"}, "查询里的 as_of=2022-13-01 不是日期"),
        ({"query": "as_off=2022-09-01"}, "查询里的“as_off”不是筛选条件。"),
        ({"query": "region=999999"}, "没有代码为“999999”的地区。"),
        ({"regions": (), "level": "county", "query": "", "charts": ("status-structure", "loop-funnel"), "below": "", "forms": ("csv", "json", "xlsx", "pptx")}, "一次最多20000个"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_said_before_anything_is_made(store, given, said, monkeypatch) -> None:
    monkeypatch.setattr("callbacks.batch_define.top_of", lambda *_: None)
    with pytest.raises(BatchError) as wrong:
        define(store, asked(**given), "all", None)
    told = words(wrong.value, "zh-CN")
    assert told.startswith(said) or said in told, told
    assert words(wrong.value, "en").isascii() or "“" in words(wrong.value, "en")


def test_pictures_without_a_chromium_are_refused_plainly(store, monkeypatch) -> None:
    monkeypatch.setattr("callbacks.chromium.find", lambda: None)
    with pytest.raises(BatchError) as wrong:
        define(store, asked(forms=("csv", "png")), "all", None)
    assert "Chromium" in words(wrong.value, "zh-CN") and "Chromium" in words(wrong.value, "en")


def test_levels_named_days_and_the_day_that_is_pinned(store) -> None:
    tree = store.tree()
    assert levels_below(tree, "320000") == [("prefecture", 13), ("county", 95)]
    assert levels_below(tree, XUANWU) == []
    wanted = define(store, asked(), "all", None)
    assert (wanted.as_of, wanted.query, wanted.version) == (AS_OF.isoformat(), QUERY, store.version())
    assert wanted.query_of(wanted.places[0]) == f"as_of={AS_OF.isoformat()}&{QUERY}&region={XUANWU}"
    assert wanted.query_of(wanted.places[0], race=True) == f"{QUERY}&region={XUANWU}"
    named = define(store, asked(query=f"{QUERY}&as_of=month-end&level=prefecture&region=320100"), "all", None, today=AS_OF)
    assert (named.query, named.as_of) == (f"as_of=2022-08-31&{QUERY}", None)
    confined = define(store, Asked(("status-structure",), ("csv",), QUERY, "county", "320000"), "320500", None)
    assert {place.code[:4] for place in confined.places} == {"3205"}


def test_the_same_question_is_the_same_batch_and_another_is_another(store, batches) -> None:
    job = batches.make(define(store, asked(), "all", None, host="http://a"))
    assert batches.like(define(store, asked(), "all", None, host="http://b")).id == job.id
    for other in (asked(forms=("json",)), asked(regions=PLACES[:2]), asked(query=f"{QUERY}&round=1"), asked(lang="en")):
        assert batches.like(define(store, other, "all", None)) is None
    assert batches.like(define(store, asked(), "all/general", None)) is None
