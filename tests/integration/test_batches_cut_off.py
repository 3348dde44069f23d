"""Batches that are cut off, cancelled, in line; from the command line and over HTTP: what is there is not made again."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import create_app
from callbacks import batch_pool, batch_subjects
from callbacks.batch_define import Asked, define
from config import Settings
from data.batches.jobs import CANCELLED, DONE, INTERRUPTED, KEPT_DAYS, WAITING, Batches, Job
from data.file_locks import held, take
from data.store import Store
from tests.batch_jobs import PLACES, QUERY, agree, asked, make, opened, run
from tests.campaign import AS_OF, XUANWU

ROOT = Path(__file__).resolve().parents[2]


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
    wanted = define(store, Asked(("status-structure",), ("pptx",), QUERY, "county", "320000"), "all", None)
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
    assert 12 <= len(kept) < 95
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
    assert (ended.progress.state, ended.progress.done, ended.progress.before) == (DONE, 95, len(kept) - 1)
    # only what was not there, or not whole
    assert len(made) == 95 - len(kept) + 1
    rows = agree(opened(ended))
    assert len(rows) == 95 and {row["sha256"] for row in rows} > {line.sha256 for k, line in enumerate(kept) if k != 3}


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
