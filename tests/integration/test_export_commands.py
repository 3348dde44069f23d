"""``manage.py export`` and ``brief``: what cannot be written is said, what is held waits under its code, the book says who, and the settings
say what is shown."""

import getpass
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import create_app
from callbacks import batch_run, export_desk, schedule_run
from callbacks.batch_define import Asked, define
from callbacks.export_desk import Desk
from callbacks.schedule_mail import Server
from callbacks.schedule_run import Site
from config import Settings
from data.batches.jobs import Batches
from data.exports import release
from data.schedules import plan
from data.store import Store
from manage import cli
from tests.campaign import AS_OF, XUANWU

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
SCHEDULE = """
[[schedule]]
name = "one"
when = "daily 08:00"
charts = ["status-structure"]
formats = ["csv"]
query = "campaign=xh-2022"
to = "out"
"""


@pytest.fixture
def store(sqlite_small_store, tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DUBANG_DATABASE_URL", sqlite_small_store.engine.url.render_as_string())
    monkeypatch.setenv("DUBANG_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("LOGNAME", "zhangsan")
    return sqlite_small_store


@pytest.fixture
def desk(store, tmp_path) -> Desk:
    return Desk(store, tmp_path / "instance" / "exports")


def told(*given: str | Path) -> Result:
    done = CliRunner().invoke(cli, [str(each) for each in given])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def export(*given: str | Path) -> Result:
    return told("export", "status-structure", "--query", QUERY, "--format", "csv", *given)


def test_a_file_that_cannot_be_written_is_said_and_stands_in_no_book(store, desk, tmp_path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for place, why in (
        (tmp_path / "no" / "such" / "x.csv", "No such file or directory"),
        (tmp_path / "file" / "x.csv", "Not a directory"),
        (tmp_path / ("x" * 300 + ".csv"), "File name too long"),
        (Path("/proc/x.csv"), "cannot be written"),
        (tmp_path / "folder", "is a directory"),
    ):
        done = export("-o", place)
        assert done.exit_code in (1, 2) and why in done.output and str(place.name)[:50] in done.output, done.output
    brief = told("brief", "weekly", "--query", QUERY, "-o", tmp_path / "no" / "x.docx")
    assert brief.exit_code == 1 and "No such file or directory" in brief.output
    assert desk.record.lines() == []


def test_a_file_appears_whole_or_stays_what_it_was(store, tmp_path, monkeypatch) -> None:
    path = tmp_path / "x.csv"
    assert export("-o", path).exit_code == 0
    body = path.read_bytes()
    assert body.startswith(b"\xef\xbb\xbf") and export().stdout_bytes == body and export("-o", "-").stdout_bytes == body
    monkeypatch.setenv("DUBANG_EXPORT_LEAST", "public")
    assert export("-o", path).exit_code == 1 and path.read_bytes() == body
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_without_a_book_the_command_says_so(store, tmp_path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "exports").write_text("a file where the folder of waiting lines should be")
    writer = sqlite3.connect(store.engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    done = [export("-o", tmp_path / "x.csv"), told("brief", "weekly", "--query", QUERY, "-o", tmp_path / "x.docx")]
    writer.close()
    for each in done:
        assert each.exit_code == 1 and "book of exports" in each.output
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".docx", ".part")) == []


@pytest.mark.parametrize("form", ["csv", "svg"])
def test_what_is_held_waits_under_the_code_that_is_named(store, desk, tmp_path, monkeypatch, form) -> None:
    monkeypatch.setenv("DUBANG_EXPORT_LEAST", "approved")
    held = told("export", "status-structure", "--query", QUERY, "--format", form, "-o", tmp_path / "x")
    assert held.exit_code == 1 and "approved" in held.output and not (tmp_path / "x").exists()
    code = next(word for word in held.output.replace(",", " ").split() if len(word) == 10 and word.isupper())
    assert desk.record.find(code).subject == "status-structure" and desk.record.lines() == []
    with store.writing() as conn:
        release.decide(conn, code, "approved", "李四")
    if form == "csv":
        assert export("-o", tmp_path / "x").exit_code == 0


def test_an_unknown_chart_is_said_with_those_there_are(store) -> None:
    done = told("export", "nope")
    assert done.exit_code == 1 and "There is no chart 'nope'" in done.output and "status-structure" in done.output


@pytest.mark.parametrize(("setting", "scope"), [("0", "all/general"), ("1", "all")])
def test_the_command_line_shows_what_the_settings_say(store, desk, tmp_path, monkeypatch, setting, scope) -> None:
    monkeypatch.setenv("DUBANG_EXACT_PLACES", setting)
    code = json.loads(told("export", "status-structure", "--query", QUERY).stdout)["code"]
    assert desk.record.find(code).scope == scope
    assert told("brief", "weekly", "--query", QUERY, "-o", tmp_path / "x.docx").exit_code == 0
    (line,) = [each for each in desk.record.lines() if each.format == "docx"]
    assert desk.record.find(line.code).scope == scope


def test_the_book_says_who_took_what_without_a_page(store, desk, tmp_path) -> None:
    assert export("-o", tmp_path / "x.csv").exit_code == 0
    assert told("brief", "weekly", "--query", QUERY, "-o", tmp_path / "x.docx").exit_code == 0
    instance = tmp_path / "instance"
    batches = Batches(instance / "batches")
    wanted = define(store, Asked(("status-structure",), ("csv",), QUERY, regions=(XUANWU,)), "all", None)
    assert batch_run.run(store, batches, batches.make(wanted), instance / "exports", "", "internal").progress.counts == {"made": 1}
    (instance / "schedules.toml").write_text(SCHEDULE + SCHEDULE.replace('"one"', f'"many"\nregions = ["{XUANWU}"]'), "utf-8")
    site = Site(store, instance, "", "internal", Server("", 587, "", "", "", "starttls"), "zh-CN")
    for entry in plan.read(instance / "schedules.toml")[0]:
        assert schedule_run.attempt(site, entry, AS_OF)[0]
    lines = desk.record.lines()
    assert {(each.via, each.taken_by) for each in lines} == {(via, "zhangsan") for via in ("cli", "batch", "schedule")}
    assert sum(each.via == "schedule" for each in lines) == 2
    client = create_app(Settings.from_env({}, instance=str(instance)), store).server.test_client()
    assert "命令行 · zhangsan" in client.get(f"/s/{next(each.code for each in lines if each.format == 'csv' and each.via == 'cli')}").text
    # visitors of pages have no names yet
    code = client.get(f"/export/loop-funnel.csv?{QUERY}").headers["X-Dubang-Code"]
    assert [(each.via, each.taken_by) for each in desk.record.lines(code)] == [("web", None)]


def test_a_system_that_knows_no_name_gives_a_number(monkeypatch) -> None:
    def none() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", none)
    monkeypatch.setattr(export_desk.os, "getuid", lambda: 12345)
    assert export_desk.system_user() == "uid 12345"
