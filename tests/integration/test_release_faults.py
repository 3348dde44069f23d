"""A release that is taken back counts for everything that goes out afterwards: pictures, batches, schedules; and who may see a code at all."""

import csv
import io
import json
import sqlite3
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import create_app
from callbacks import batch_pool, batch_run, schedule_run
from callbacks.batch_define import Asked, define
from callbacks.export_desk import Desk
from callbacks.schedule_mail import Server
from callbacks.schedule_run import Site
from config import Settings
from data.batches.jobs import DONE, HELD, MADE, Batches, Job, Progress
from data.exports import release
from data.schedules import plan
from data.store import Store
from tests.campaign import AS_OF, CHANGSHU, QINHUAI, XUANWU

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
PLACES = (XUANWU, QINHUAI, CHANGSHU)
MARK = "内部使用"
SCHEDULE = f"""
[[schedule]]
name = "counties"
when = "daily 08:00"
charts = ["status-structure"]
formats = ["csv"]
regions = ["{XUANWU}", "{QINHUAI}"]
query = "campaign=xh-2022"
to = "out"
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch) -> None:
    """Files of batches are made in the process of the test."""
    monkeypatch.setattr(batch_pool.multiprocessing, "get_all_start_methods", lambda: ["spawn"])


@pytest.fixture
def store(sqlite_small_store) -> Store:
    return sqlite_small_store


@pytest.fixture
def batches(tmp_path) -> Batches:
    return Batches(tmp_path / "batches")


def client_of(store: Store, folder: Path, **settings: object):
    return create_app(Settings.from_env({}, instance=str(folder), **settings), store).server.test_client()


def decide(store: Store, status: str, *codes: str) -> None:
    with store.writing() as conn:
        for code in codes:
            release.decide(conn, code, status, "张三")


def make(store: Store, batches: Batches, least: str = "internal", job: Job | None = None) -> Job:
    wanted = define(store, Asked(("status-structure",), ("csv",), "campaign=xh-2022", regions=PLACES), "all", None)
    return batch_run.run(store, batches, job or batches.make(wanted), batches.folder.parent / "exports", "", least)


def marks(job: Job) -> list[str]:
    """What the files in the zip say of themselves, in the order of the regions."""
    with zipfile.ZipFile(job.bundle) as file:
        texts = [file.read(f"files/{line.name}").decode("utf-8-sig") for line in job.lines() if line.there]
    return [next(csv.DictReader(io.StringIO(text)))["internal"] for text in texts]


# ----------------------------------------------------------------------------- pictures


def test_a_picture_first_taken_while_released_is_marked_once_that_is_taken_back(store, tmp_path) -> None:
    client = client_of(store, tmp_path)

    def picture() -> str:
        return json.dumps(client.get(f"/api/export/picture?chart=progress-by-region&{QUERY}").json["figure"], ensure_ascii=False)

    code = client.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    decide(store, "approved", code)
    assert MARK not in picture()
    decide(store, "internal", code)
    assert MARK in picture() and client.get(f"/export/progress-by-region.json?{QUERY}").json["marks"] == [MARK]
    decide(store, "public", code)
    assert MARK not in picture()


# ----------------------------------------------------------------------------- batches


def test_what_was_made_and_withdrawn_since_is_held_when_the_batch_goes_on(store, batches) -> None:
    codes = [line.code for line in make(store, batches, "approved").lines()]
    decide(store, "approved", *codes[:2])
    job = make(store, batches, "approved")
    assert [line.state for line in job.lines()] == [MADE, MADE, HELD]
    decide(store, "internal", codes[0])
    decide(store, "approved", codes[2])
    again = make(store, batches, "approved", batches.again(job))
    assert [line.state for line in again.lines()] == [HELD, MADE, MADE] and again.progress.counts == {"held": 1, "made": 2}
    with zipfile.ZipFile(again.bundle) as file:
        assert not [name for name in file.namelist() if name.startswith(f"files/{XUANWU}")]
    assert not [path for path in again.files.iterdir() if path.name.startswith(XUANWU)]


def test_what_goes_on_bears_the_marks_of_today(store, batches) -> None:
    job = make(store, batches)
    assert marks(job) == [MARK] * 3
    codes = [line.code for line in job.lines()]
    decide(store, "approved", codes[0])
    assert marks(make(store, batches, job=batches.again(job))) == ["", MARK, MARK]
    decide(store, "internal", codes[0])
    # cut off before the zip was there
    job.bundle.unlink()
    cut = batches.again(job.save(Progress("cancelled", 3, 3)))
    assert marks(make(store, batches, job=cut)) == [MARK] * 3


def test_files_that_still_fit_are_not_made_again(store, batches, monkeypatch) -> None:
    codes = [line.code for line in make(store, batches, "approved").lines()]
    decide(store, "approved", *codes[:2])
    job = make(store, batches, "approved")
    decide(store, "approved", codes[2])
    made, real = [], batch_run.batch_subjects.make
    monkeypatch.setattr(batch_run.batch_subjects, "make", lambda *given: made.append(given[3]) or real(*given))
    assert make(store, batches, "approved", batches.again(job)).progress.counts == {"made": 3}
    assert len(made) == 1 and CHANGSHU in made[0]


def test_a_zip_goes_out_only_when_everything_in_it_may(store, batches, tmp_path) -> None:
    job = make(store, batches)
    codes = [line.code for line in job.lines()]
    strict, plain = (client_of(store, tmp_path, export_least=least) for least in ("public", "internal"))
    held = strict.get(f"/batches/{job.id}.zip")
    assert (held.status_code, held.json["error"], held.json["code"]) == (403, "not_released", codes[0])
    assert codes[0] in held.json["message"]
    decide(store, "public", *codes)
    for client in (strict, plain):
        with client.get(f"/batches/{job.id}.zip") as answer:
            assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    # made anew without marks, then one of them is taken back: the zip that lies there would go out without its mark
    job = make(store, batches, "public", batches.again(job))
    assert marks(job) == [""] * 3
    decide(store, "internal", codes[1])
    assert strict.get(f"/batches/{job.id}.zip").json["code"] == codes[1]
    stale = plain.get(f"/batches/{job.id}.zip?lang=en")
    assert stale.status_code == 409 and "make it again" in stale.text
    job = make(store, batches, job=batches.again(job))
    assert marks(job) == ["", MARK, ""]
    with plain.get(f"/batches/{job.id}.zip") as answer:
        assert answer.status_code == 200


def test_a_finished_batch_that_no_longer_fits_is_made_again_on_the_command_line(store, batches, tmp_path, monkeypatch) -> None:
    from manage import cli

    monkeypatch.setenv("DUBANG_DATABASE_URL", store.engine.url.render_as_string())
    monkeypatch.setenv("DUBANG_INSTANCE", str(tmp_path))
    job = make(store, batches)
    code = job.lines()[0].code
    decide(store, "approved", code)
    job = make(store, batches, job=batches.again(job))
    assert marks(job) == ["", MARK, MARK]
    decide(store, "internal", code)
    given = ["make", "--charts", "status-structure", "--formats", "csv", "--regions", ",".join(PLACES), "--query", "campaign=xh-2022"]
    for command in (["resume", job.id], given):
        done = CliRunner().invoke(cli, ["batch", *command, "-o", str(tmp_path / "out.zip")])
        assert done.exit_code == 0, done.output
        assert marks(batches.get(job.id)) == [MARK] * 3
    monkeypatch.setenv("DUBANG_EXPORT_LEAST", "approved")
    for command in (["resume", job.id], given):
        held = CliRunner().invoke(cli, ["batch", *command])
        assert held.exit_code == 1 and "有3个文件没有做成" in held.output
    # nor does somebody who is shown less get what was made for somebody who is shown more
    monkeypatch.setenv("DUBANG_EXACT_PLACES", "0")
    assert f"没有编号为“{job.id}”的一批" in CliRunner().invoke(cli, ["batch", "resume", job.id]).output


# ----------------------------------------------------------------------------- schedules


def test_a_finished_batch_is_sent_again_only_as_far_as_it_may(store, tmp_path) -> None:
    (tmp_path / "schedules.toml").write_text(SCHEDULE, "utf-8")
    (entry,), _ = plan.read(tmp_path / "schedules.toml")

    def sent(least: str) -> tuple[bool, str]:
        return schedule_run.attempt(Site(store, tmp_path, "", least, Server("", 587, "", "", "", "starttls"), "zh-CN"), entry, AS_OF)

    def job() -> Job:
        return Batches(tmp_path / "batches").all()[0]

    def book(code: str) -> list[tuple[str, str]]:
        return [(line.via, line.status) for line in Desk(store, tmp_path / "exports").record.lines(code)]

    assert sent("internal")[0] and job().progress.state == DONE
    first, codes = job(), [line.code for line in job().lines()]
    assert book(codes[0]) == [("schedule", "internal"), ("batch", "internal")]
    assert sent("internal")[0] and job().id == first.id
    assert book(codes[0]) == [("schedule", "internal"), ("schedule", "internal"), ("batch", "internal")]
    (path,) = (tmp_path / "out").iterdir()
    path.unlink()
    # nobody has released it: nothing goes out of a server for released data
    assert not sent("approved")[0] and not path.exists() and len(book(codes[0])) == 3
    decide(store, "approved", *codes)
    assert sent("approved")[0] and marks(job()) == ["", ""] and path.read_bytes() == job().bundle.read_bytes()
    decide(store, "internal", codes[0])
    # the rule lets it out, but with its mark again
    assert sent("internal")[0] and marks(job()) == [MARK, ""] and path.read_bytes() == job().bundle.read_bytes()
    assert book(codes[0])[:2] == [("schedule", "internal"), ("batch", "internal")]
    assert not sent("approved")[0]


# ----------------------------------------------------------------------------- who may see a code


def test_a_code_of_somebody_who_is_shown_more_is_unknown_to_others_until_it_is_public(store, tmp_path) -> None:
    exact, general = client_of(store, tmp_path), client_of(store, tmp_path, exact_places=0)
    code = exact.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    brief = exact.get(f"/export/brief/weekly.docx?{QUERY}").headers["X-Dubang-Code"]
    places = [f"/s/{code}", f"/embed/s/{code}", f"/export/s/{code}.csv", f"/export/s/{code}.json", f"/s/{brief}"]
    assert [exact.get(each).status_code for each in places] == [200] * 5
    assert [general.get(each).status_code for each in places] == [404] * 5
    assert general.get(places[0]).data == general.get("/s/ZZZZZZZZZZ").data
    taken = {"code": code, "format": "png", "name": "x.png", "sha256": "0" * 64, "bytes": 10}
    assert [client.post("/api/export/taken", json=taken).status_code for client in (general, exact)] == [404, 200]
    told = {"code": code, "status": "public", "by": "张三"}
    unknown = general.post("/api/export/release", json=told)
    assert (unknown.status_code, unknown.json["error"]) == (404, "release_missing")
    assert exact.post("/api/export/release", json=told).status_code == 200
    assert [general.get(each).status_code for each in places] == [200] * 4 + [404]
    # what was made for those who are shown less is for everybody who may look
    theirs = general.get(f"/export/loop-funnel.json?{QUERY}&level=county&lang=en").json["code"]
    assert [client.get(f"/s/{theirs}").status_code for client in (general, exact)] == [200, 200]


def test_whoever_is_shown_less_and_makes_the_very_same_may_open_its_code(store, tmp_path) -> None:
    exact, general = client_of(store, tmp_path), client_of(store, tmp_path, exact_places=0)
    address = f"/export/progress-by-region.json?{QUERY}"
    code = exact.get(address).json["code"]
    assert general.get(f"/s/{code}").status_code == 404
    assert general.get(address).json["code"] == code
    assert [client.get(f"/s/{code}").status_code for client in (general, exact)] == [200, 200]


# ----------------------------------------------------------------------------- while others write, and when nothing can be written


@pytest.fixture
def writer(store):
    """An import that holds the store."""
    held = sqlite3.connect(store.engine.url.database, isolation_level=None)
    yield held
    held.close()


def test_a_release_does_not_wait_for_an_import(store, tmp_path, writer) -> None:
    client = client_of(store, tmp_path)
    code = client.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    writer.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    told = {"code": code, "status": "approved", "by": "张三"}
    answers = [client.post(f"/api/export/release?lang={lang}", json=told) for lang in ("zh-CN", "en")]
    assert time.monotonic() - began < 5
    assert [(each.status_code, each.json["error"]) for each in answers] == [(503, "release_busy")] * 2
    assert "正在导入" in answers[0].json["message"] and "being imported" in answers[1].json["message"]
    # one that waits beside the store is not unknown
    waiting = client.get(f"/export/status-structure.json?{QUERY}").json["code"]
    assert client.post("/api/export/release", json={**told, "code": waiting}).status_code == 503
    writer.execute("ROLLBACK")
    for each in (code, waiting):
        assert client.post("/api/export/release", json={**told, "code": each}).status_code == 200


@pytest.mark.postgres
def test_on_a_server_a_release_passes_by_an_import(pg_small_store, tmp_path) -> None:
    client = client_of(pg_small_store, tmp_path)
    code = client.get(f"/export/progress-by-region.json?{QUERY}").json["code"]
    with pg_small_store.writing():
        assert client.post("/api/export/release", json={"code": code, "status": "approved", "by": "张三"}).status_code == 200
    assert Desk(pg_small_store, tmp_path).record.status(code) == "approved"


def test_without_a_book_every_address_says_so(store, tmp_path, writer) -> None:
    client, strict = client_of(store, tmp_path), client_of(store, tmp_path, export_least="approved")
    (tmp_path / "exports").write_text("a file where the folder of waiting lines should be")
    writer.execute("BEGIN IMMEDIATE")
    addresses = [f"/export/status-structure.{form}?{QUERY}" for form in ("json", "csv")]
    addresses += [f"/print/status-structure?{QUERY}", f"/embed/status-structure?{QUERY}"]
    addresses += [f"/api/export/picture?chart=status-structure&{QUERY}"]
    answers = [each.get(address) for each in (client, strict) for address in addresses]
    assert [each.status_code for each in answers] == [503] * 10
    assert all("导出登记无法写入" in (each.json["message"] if each.is_json else each.text) for each in answers)
