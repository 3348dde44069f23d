"""What stands behind the import page: uploads that belong to their owner, jobs whose state is told truthfully."""

import io
import os
import signal
import stat
import time
from pathlib import Path

import pytest

from config import Settings
from data.ledgers import jobs, pipeline, tasks
from data.ledgers.problems import LedgerError
from data.ledgers.uploads import KEPT_SECONDS, Uploads, clean_name, read_json

CSV = "问题编号,市,县,存在问题,发现日期,整改状态\nA-1,南京市,江宁区,无组织排放,2022-08-16,整改中\nA-2,南京市,六合区,台账不全,2022-08-17,已整改\n"
OPTIONS = {"campaign": "js", "new_name": "江苏", "as_known": "2022-09-30", "full": True, "lang": "zh-CN"}


@pytest.fixture
def kept(tmp_path):
    return Uploads(tmp_path / "uploads", 4096)


def run(kept: Uploads, folder: Path, store, kind: str, **task: object) -> jobs.Job:
    address = store.engine.url.render_as_string(hide_password=False)
    jobs.start(folder, address, {"kind": kind, "turn": str(kept.folder / ".turn"), **task})
    return ended(folder)


def ended(folder: Path) -> jobs.Job:
    until = time.monotonic() + 60
    while True:
        job = jobs.latest(folder)
        assert job is not None and time.monotonic() < until
        if not job.live:
            return job
        time.sleep(0.05)


# ----------------------------------------------------------------------------- uploads


def test_an_upload_is_private_and_its_owners_alone(kept):
    upload = kept.receive(io.BytesIO(CSV.encode()), "../../etc/台账\u202e.csv", "me")
    assert upload.name == "台账.csv" and upload.file.read_bytes() == CSV.encode()
    assert stat.S_IMODE(upload.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(upload.folder.stat().st_mode) == 0o700
    assert kept.get(upload.id, "me") == upload
    assert kept.get(upload.id, "somebody else") is None
    assert [kept.get(x, "me") for x in ("../x", "", None, 7, {"id": upload.id}, "a" * 22)] == [None] * 6
    assert kept.of("somebody else") == []


def test_empty_and_too_large_files_leave_nothing_behind(kept):
    for content, code in ((b"", "file_empty"), (b"x" * 4097, "file_too_large")):
        with pytest.raises(LedgerError) as refused:
            kept.receive(io.BytesIO(content), "a.csv", "me")
        assert refused.value.code == code
    assert list(kept.folder.iterdir()) == []


def test_uploads_are_gone_after_a_day(kept):
    upload = kept.receive(io.BytesIO(b"x"), "a.csv", "me")
    kept.sweep(now=upload.at + KEPT_SECONDS - 60)
    assert kept.of("me") == [upload]
    os.utime(upload.folder, (upload.at, upload.at))
    kept.sweep(now=upload.at + KEPT_SECONDS + 60)
    assert kept.of("me") == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [("C:\\a\\b.xlsx", "b.xlsx"), ("a\r\nb.csv", "ab.csv"), ("", "ledger"), ("/", "ledger"), ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx")],
)
def test_names_are_shown_never_followed(given, shown):
    assert clean_name(given) == shown


# ----------------------------------------------------------------------------- jobs


def test_check_import_and_undo_as_jobs(store, kept):
    upload = kept.receive(io.BytesIO(CSV.encode()), "台账.csv", "me")
    job = run(kept, upload.folder, store, jobs.CHECK, name=upload.name, options=OPTIONS)
    assert (job.state, job.error) == (jobs.DONE, None)
    shown = read_json(upload.folder / "preview.json")
    assert shown["counts"] == {"rows": 2, "accepted": 2, "warned": 0, "refused": 0, "new": 2, "changed": 0, "same": 0, "missing": 0}
    assert [(s["word"], s["stage"]) for s in shown["statuses"]] == [("整改中", "rectifying"), ("已整改", "rectified_reported")]
    assert shown["rows"][0]["region"]["zh-CN"] == "江苏省南京市江宁区"
    assert store.campaigns() == [] and pipeline.history(store) == []

    job = run(kept, upload.folder, store, jobs.IMPORT, name=upload.name, options=shown["options"])
    assert (job.state, job.result["new"], job.result["batch"]) == (jobs.DONE, 2, 1)

    job = run(kept, upload.folder, store, jobs.CHECK, name=upload.name, options=OPTIONS)
    shown = read_json(upload.folder / "preview.json")
    assert (shown["counts"]["same"], shown["counts"]["new"], shown["already"]["batch"], shown["already"]["exactly"]) == (2, 0, 1, True)
    job = run(kept, upload.folder, store, jobs.IMPORT, name=upload.name, options=OPTIONS)
    assert job.state == jobs.DONE and job.result["already"] and len(pipeline.history(store)) == 1

    room = kept.room()
    assert run(kept, room, store, jobs.UNDO, batch=1).result == {"batch": 1, "items": 2}
    again = run(kept, kept.room(), store, jobs.UNDO, batch=1)
    assert (again.state, again.error["code"]) == (jobs.FAILED, "batch_undone")


def test_a_killed_job_is_told_as_interrupted_and_wrote_nothing(sqlite_store, kept):
    upload = kept.receive(io.BytesIO(CSV.encode()), "台账.csv", "me")
    turn = kept.folder / ".turn"
    with turn.open("a+") as held:
        # the job stands in line, so that it is surely alive when it is killed
        assert jobs._take(held)
        address = sqlite_store.engine.url.render_as_string(hide_password=False)
        jobs.start(upload.folder, address, {"kind": jobs.IMPORT, "turn": str(turn), "name": upload.name, "options": OPTIONS})
        lock = upload.folder / "job-1.lock"
        until = time.monotonic() + 30
        while not jobs._held(lock):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert jobs.latest(upload.folder).live
        # a second click while it runs does not start a second job
        assert jobs.start(upload.folder, address, {"kind": jobs.IMPORT}).number == 1
        (pid,) = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and upload.folder.name.encode() in _command(p)]
        os.kill(pid, signal.SIGKILL)
        while jobs._held(lock):
            time.sleep(0.05)
    job = jobs.latest(upload.folder)
    job.asked_at -= jobs.START_SECONDS + 1
    job.state = jobs.WAITING
    job.save()
    job = tasks.outcome(sqlite_store, jobs.latest(upload.folder), upload.sha256)
    assert job.state == jobs.INTERRUPTED
    assert sqlite_store.campaigns() == [] and pipeline.history(sqlite_store) == []


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_job_that_died_after_its_commit_is_told_as_done(sqlite_store, kept):
    upload = kept.receive(io.BytesIO(CSV.encode()), "台账.csv", "me")
    job = run(kept, upload.folder, sqlite_store, jobs.IMPORT, name=upload.name, options=OPTIONS)
    job.state, job.result = jobs.RUNNING, {}
    job.save()
    assert jobs.latest(upload.folder).state == jobs.INTERRUPTED
    job = tasks.outcome(sqlite_store, jobs.latest(upload.folder), upload.sha256)
    assert (job.state, job.result["batch"], job.result["new"], job.result["counts"]["accepted"]) == (jobs.DONE, 1, 2, 2)


# ----------------------------------------------------------------------------- the routes


@pytest.fixture
def client(sqlite_store, tmp_path):
    from app import create_app

    settings = Settings.from_env({}, database_url=str(sqlite_store.engine.url), instance=str(tmp_path / "instance"), max_upload=100_000)
    return create_app(settings, sqlite_store).server.test_client()


SAME = {"Sec-Fetch-Site": "same-origin", "Host": "127.0.0.1"}


def test_uploads_come_from_our_own_pages_and_are_not_too_large(client):
    assert client.post("/import/upload?name=a.csv", data=b"x", headers=SAME | {"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/import/upload?name=a.csv", data=b"x", headers=SAME, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 401
    large = client.post("/import/upload?name=a.csv&lang=en", data=b"x" * 100_001, headers=SAME)
    assert large.status_code == 413 and "larger than" in large.json["message"]
    empty = client.post("/import/upload?name=a.csv", data=b"", headers=SAME)
    assert empty.status_code == 400 and empty.json["message"].startswith("文件是空的")
    # whoever hands something in is known again by a cookie that scripts cannot read
    cookie = empty.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    good = client.post("/import/upload?name=..%2F台账.csv", data=CSV.encode(), headers=SAME)
    assert good.status_code == 200 and good.json["name"] == "台账.csv"


def test_downloads_are_refused_to_others_and_for_what_is_not_there(client):
    mine = client.post("/import/upload?name=a.csv", data=CSV.encode(), headers=SAME).json["id"]
    for path in (
        f"/import/marked/{mine}",
        "/import/marked/..%2f..%2fsecret_key",
        "/import/original/1",
        "/import/original/x",
        f"/import/original/{10**20}",
    ):
        assert client.get(path, headers={"Host": "127.0.0.1"}).status_code == 404


def test_the_marked_workbook_and_the_original_come_back(client, sqlite_store):
    import python_calamine

    from callbacks.import_files import address_of
    from data.ledgers.uploads import Uploads

    uploads: Uploads = client.application.extensions["uploads"]
    faulty = CSV.replace("六合区", "不存在县")
    sent = client.post("/import/upload?name=台账.csv", data=faulty.encode(), headers=SAME).json["id"]
    folder = uploads.folder / sent
    jobs.start(
        folder,
        address_of(sqlite_store),
        {"kind": jobs.CHECK, "turn": str(uploads.folder / ".turn"), "name": "台账.csv", "options": OPTIONS},
    )
    assert ended(folder).state == jobs.DONE
    answer = client.get(f"/import/marked/{sent}", headers={"Host": "127.0.0.1"})
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    book = python_calamine.load_workbook(io.BytesIO(answer.data))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert any("不存在县" in str(cell) and "区划表" in str(cell) for cell in cells)

    jobs.start(
        folder,
        address_of(sqlite_store),
        {"kind": jobs.IMPORT, "turn": str(uploads.folder / ".turn"), "name": "台账.csv", "options": OPTIONS},
    )
    assert ended(folder).state == jobs.DONE
    assert client.get("/import/original/1", headers={"Host": "127.0.0.1"}).data == faulty.encode()
