"""Batches: what is in the zip is what its index, its hashes and the book say; what is cut off goes on; what cannot be made is told."""

import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from app import create_app
from callbacks import batch_pool, batch_run, batch_subjects
from callbacks.batch_define import Asked, define, levels_below, words
from callbacks.export_desk import Desk
from callbacks.exports import export_bytes
from config import Settings
from data.batches.definition import BatchError
from data.batches.jobs import CANCELLED, DONE, FAILED, INTERRUPTED, KEPT_DAYS, WAITING, Batches, Job
from data.batches.names import file_name, safe
from data.exports import release
from data.file_locks import held, take
from data.schema import region
from data.store import Store, bump
from tests.campaign import AS_OF, CHANGSHU, QINHUAI, XUANWU

ROOT = Path(__file__).resolve().parents[2]
QUERY = "campaign=xh-2022"
PLACES = (XUANWU, QINHUAI, CHANGSHU)


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


def asked(charts=("status-structure",), forms=("csv",), regions=PLACES, query=QUERY, **more) -> Asked:
    return Asked(charts, forms, query, regions=regions, **more)


def make(store: Store, batches: Batches, what: Asked, least: str = "internal", tell=lambda job: None) -> Job:
    return run(store, batches, batches.make(define(store, what, "all", None)), least, tell)


def run(store: Store, batches: Batches, job: Job, least: str = "internal", tell=lambda job: None) -> Job:
    return batch_run.run(store, batches, job, batches.folder.parent / "exports", "", least, tell)


def opened(job: Job) -> dict[str, bytes]:
    with zipfile.ZipFile(job.bundle) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def index(held: dict[str, bytes]) -> list[dict[str, object]]:
    """The index as CSV, after its workbook has been found to say the same."""
    rows = list(csv.DictReader(io.StringIO(held["index.csv"].decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(held["index.xlsx"])).worksheets[0]
    cells = list(sheet.iter_rows(values_only=True))
    assert len(cells) == len(rows) + 1
    for row, line in zip(rows, cells[1:], strict=True):
        told = dict(zip(rows[0], line, strict=True))
        assert (told["region_code"], told["file"] or "", told["sha256"] or "") == (row["region_code"], row["file"], row["sha256"])
        assert str(told["bytes"] or 0) == row["bytes"]
    return rows


def agree(held: dict[str, bytes]) -> list[dict[str, object]]:
    """Index, hashes and files say the same; gives the index."""
    rows = index(held)
    there = {row["file"]: row for row in rows if row["file"]}
    assert {name for name in held if name.startswith("files/")} == set(there)
    for name, row in there.items():
        assert (len(held[name]), hashlib.sha256(held[name]).hexdigest()) == (int(row["bytes"]), row["sha256"])
    sums = dict(line.split("  ", 1)[::-1] for line in held["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(held) - {"SHA256SUMS"}
    assert all(hashlib.sha256(held[name]).hexdigest() == sha for name, sha in sums.items())
    return rows


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
    assert "请先按短码审核放行" in rows[0]["why"] and job.resumable
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


# ----------------------------------------------------------------------------- cut off, cancelled, in line


def environment(store: Store, folder: Path) -> dict[str, str]:
    address = store.engine.url.render_as_string(hide_password=False)
    return {**os.environ, "DUBANG_DATABASE_URL": address, "DUBANG_INSTANCE": str(folder)}


def until(what, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_batch_goes_on_where_it_was(store, batches, tmp_path, alone) -> None:
    wanted = define(store, Asked(("status-structure", "loop-funnel"), ("pptx",), QUERY, "county", "320000"), "all", None)
    assert len(wanted.places) == 95
    job = batches.make(wanted)
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "batch", "run", job.id],
        env=environment(store, tmp_path),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(job.lines()) >= 12)
    finally:
        process.kill()
        process.wait()
    # the two that made the files see that nobody wants them any longer
    until(lambda: not held(job.lock), 20)
    found = batches.get(job.id)
    assert found is not None and found.progress.state == INTERRUPTED and found.resumable and not found.bundle.exists()
    kept = found.lines()
    assert 12 <= len(kept) < 190
    assert {path.suffix for path in found.files.iterdir()} <= {".pptx", ".part"}
    damaged = found.files / kept[3].name
    damaged.write_bytes(damaged.read_bytes()[:-7])
    with (found.folder / "done.jsonl").open("a") as file:
        file.write('{"unit": 40, "form": "pp')
    made = []
    real = batch_subjects.make

    def counted(*given):
        made.append(given[2:5])
        return real(*given)

    batch_subjects.make = counted
    try:
        ended = run(store, batches, batches.again(found))
    finally:
        batch_subjects.make = real
    assert (ended.progress.state, ended.progress.done, ended.progress.before) == (DONE, 190, len(kept) - 1)
    # only what was not there, or not whole
    assert len(made) == 190 - len(kept) + 1
    rows = agree(opened(ended))
    assert len(rows) == 190 and {row["sha256"] for row in rows} > {line.sha256 for k, line in enumerate(kept) if k != 3}


def test_cancelling_ends_soon_leaves_nothing_half_and_can_go_on(store, batches, tmp_path) -> None:
    wanted = define(store, Asked(("status-structure",), ("pptx",), QUERY, "county", "320000"), "all", None)
    job = batches.make(wanted)
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "batch", "run", job.id],
        env=environment(store, tmp_path),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(job.lines()) >= 4)
        job.cancel()
        began = time.monotonic()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 6
    finally:
        process.kill()
    found = batches.get(job.id)
    assert found is not None and found.progress.state == CANCELLED and found.resumable
    assert list(found.folder.rglob("*.part")) == [] and not found.bundle.exists()
    assert {path.name for path in found.files.iterdir()} >= {line.name for line in found.lines()}
    assert not batches.again(found).cancelled


def test_one_batch_works_and_the_others_wait_their_turn(store, batches) -> None:
    job = batches.make(define(store, asked(), "all", None))
    with batches.turn.open("a+") as turn:
        assert take(turn)
        seen = []

        def look(progress: Job) -> None:
            seen.append(progress)

        job.cancel()
        ended = run(store, batches, job, tell=look)
        assert ended.progress.state == CANCELLED and seen == []
    assert run(store, batches, batches.again(ended)).progress.state == DONE


def test_a_batch_is_run_by_one_process(store, batches) -> None:
    job = batches.make(define(store, asked(), "all", None))
    with job.lock.open("a+") as lock:
        assert take(lock)
        assert run(store, batches, job).progress.state == WAITING
    assert not job.files.exists()


def test_old_batches_go_with_the_next_one(store, batches, alone) -> None:
    job = make(store, batches, asked())
    stray = batches.folder / ("b" * 22)
    stray.mkdir()
    old = time.time() - (KEPT_DAYS + 1) * 86400
    batches.sweep(now=time.time() + (KEPT_DAYS - 1) * 86400)
    assert batches.get(job.id) is not None
    os.utime(job.folder, (old, old))
    os.utime(stray, (old, old))
    batches.sweep()
    # the folder was touched, but the batch itself is young
    assert batches.get(job.id) is not None and not stray.exists()
    batches.sweep(now=time.time() + (KEPT_DAYS + 1) * 86400)
    assert batches.all() == []


def test_an_id_is_nothing_but_an_id(batches, store) -> None:
    job = batches.make(define(store, asked(), "all", None))
    assert batches.get(job.id) is not None
    for other in ("../" + job.id, job.id + "/", "", None, 7, "a" * 22, ".turn", {"id": job.id}):
        assert batches.get(other) is None


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


# ----------------------------------------------------------------------------- command line


def command(store: Store, folder: Path, monkeypatch, *given: str):
    from manage import cli

    for name, value in environment(store, folder).items():
        if name.startswith("DUBANG_"):
            monkeypatch.setenv(name, value)
    return CliRunner().invoke(cli, ["batch", *given])


def test_the_command_makes_lists_uses_again_and_removes(store, batches, tmp_path, monkeypatch, alone) -> None:
    out = tmp_path / "out.zip"
    given = ("make", "--charts", "status-structure", "--formats", "csv", "--regions", ",".join(PLACES), "--query", QUERY, "-o", str(out))
    first = command(store, tmp_path, monkeypatch, *given)
    assert first.exit_code == 0, first.output
    assert "3个文件。" in first.stderr and first.stdout == f"{out}\n"
    with zipfile.ZipFile(out) as file:
        body = {name: file.read(name) for name in file.namelist()}
    assert len(agree(body)) == 3
    (job,) = batches.all()
    out.unlink()
    again = command(store, tmp_path, monkeypatch, *given)
    assert again.exit_code == 0 and "直接取用" in again.stderr and out.exists()
    assert f"{job.id}\t做好了\t3/3" in command(store, tmp_path, monkeypatch, "list").output
    english = command(store, tmp_path, monkeypatch, "make", "--charts", "nope", "--level", "county", "--lang", "en")
    assert english.exit_code == 1 and "There is no chart “nope”." in english.output and "Traceback" not in english.output
    assert "没有编号为" in command(store, tmp_path, monkeypatch, "resume", "../../etc").output
    assert command(store, tmp_path, monkeypatch, "remove", job.id).exit_code == 0 and batches.all() == []


def test_the_same_command_goes_on_with_what_was_cut_off(store, batches, tmp_path, monkeypatch, alone) -> None:
    wanted = define(store, asked(), "all", None)
    job = run(store, batches, batches.make(wanted))
    lines = (job.folder / "done.jsonl").read_text().splitlines()
    (job.folder / "done.jsonl").write_text(lines[0] + "\n")
    job.save(type(job.progress)("running", 1, 3))
    given = ("make", "--charts", "status-structure", "--formats", "csv", "--regions", ",".join(PLACES), "--query", QUERY)
    went = command(store, tmp_path, monkeypatch, *given)
    assert went.exit_code == 0 and f"接着做 {job.id}" in went.stderr and len(batches.all()) == 1
    bad = tmp_path / "no" / "such" / "folder.zip"
    refused = command(store, tmp_path, monkeypatch, *given, "-o", str(bad))
    assert refused.exit_code == 1 and "文件写不下去" in refused.output


def test_what_is_missing_makes_the_command_fail(store, tmp_path, monkeypatch, alone) -> None:
    monkeypatch.setenv("DUBANG_EXPORT_LEAST", "public")
    told = command(
        store, tmp_path, monkeypatch, "make", "--charts", "status-structure", "--formats", "csv", "--regions", XUANWU, "--query", QUERY
    )
    assert told.exit_code == 1 and "有1个文件没有做成" in told.output


# ----------------------------------------------------------------------------- over HTTP


def test_a_zip_is_given_by_its_id_to_who_may_have_it(store, tmp_path, alone) -> None:
    app = create_app(Settings.from_env({}, instance=str(tmp_path)), store)
    client, batches = app.server.test_client(), Batches(tmp_path / "batches")
    job = make(store, batches, asked())
    with client.get(f"/batches/{job.id}.zip") as answer:
        body = answer.data
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=batch_status-structure_{AS_OF.isoformat()}.zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store, private"
    assert body == job.bundle.read_bytes()
    with client.get(f"/batches/{job.id}.zip", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data) == (206, b"PK\x03\x04")
    for other in ("a" * 22, "..%2F..%2Fdubang", "x", "%00"):
        assert client.get(f"/batches/{other}.zip").status_code == 404
    assert client.get(f"/batches/{job.id}.zip", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 401
    # somebody who is shown less does not get what was made for somebody who is shown more
    general = create_app(Settings.from_env({}, instance=str(tmp_path), exact_places=0), store).server.test_client()
    assert general.get(f"/batches/{job.id}.zip").status_code == 404
    unfinished = batches.make(define(store, asked(forms=("json",)), "all", None))
    assert client.get(f"/batches/{unfinished.id}.zip").status_code == 404
