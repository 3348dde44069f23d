"""The command line and the job process bring places in, and say what they did in both languages."""

import csv
import io
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from data.ledgers import jobs
from data.ledgers.uploads import read_json
from data.places import cli, tasks
from data.places.commands import places
from data.places.model import LAYERS, PlaceError, Preview
from data.schema import object_
from data.store import Store
from tests import place_files

LISTED = [list(place_files.HEAD), ["A1", "一", 118.80, 32.06], ["A2", "=二", 32.06, 118.80], ["A3", "三", 0, 0]]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "排污口.csv"
    path.write_bytes(place_files.table(LISTED))
    return str(path)


def codes(store: Store) -> list[str]:
    with store.reading() as conn:
        return sorted(conn.execute(select(object_.c.official_code)).scalars())


def test_check_confirm_import_undo(sqlite_store: Store, file: str, tmp_path: Path) -> None:
    said: list[str] = []
    report = tmp_path / "report.csv"
    assert cli.check(sqlite_store, file, str(report), said.append, layer="outfall", crs="CGCS2000", lang="en") == 1
    assert said[1] == "3 rows: 1 can be taken (0 of them with a warning), 1 wait for confirmation, 1 are refused."
    assert "  waiting: exchange longitude and latitude (swapped), 1 rows; confirm with --repair swapped" in said
    table = list(csv.reader(io.StringIO(report.read_bytes().decode("utf-8-sig"))))
    assert table[0][:3] == ["row", "stands at", "level"]
    assert [r[7:] for r in table[1:]] == [["swapped", "32.06", "118.8", "118.8", "32.06"], ["", "0.0", "0.0", "", ""]]
    assert codes(sqlite_store) == []
    said.clear()
    assert cli.import_file(sqlite_store, file, ("swapped",), out=said.append, layer="outfall", crs="CGCS2000", lang="zh-CN") == 1
    assert "第 1 次点位导入：新增 2，更新 0，未变 0；修正 1，未导入 1。" in said
    assert codes(sqlite_store) == ["A1", "A2"]
    said.clear()
    assert cli.import_file(sqlite_store, file, ("swapped",), out=said.append, layer="outfall", crs="CGCS2000", lang="en") == 0
    assert said[-1] == "This file was imported with the same options before (number 1); nothing was changed."
    said.clear()
    assert cli.history(sqlite_store, "en", said.append) == 0
    assert "outfall  排污口.csv  2 new, 0 changed, 0 the same, 1 not taken" in said[0]
    assert cli.undo(sqlite_store, 1, "en", said.append) == 0
    assert said[-1] == "Import of places 1 taken back; 2 places."
    assert codes(sqlite_store) == []
    assert cli.undo(sqlite_store, 1, "en", said.append) == 2


def test_what_cannot_be_taken(sqlite_store: Store, file: str) -> None:
    said: list[str] = []
    assert cli.check(sqlite_store, file, out=said.append, layer="outfall", lang="en") == 2
    assert said[0].startswith("排污口.csv: The file does not say which coordinate system it is in")
    assert cli.import_file(sqlite_store, file, ("bend",), out=said.append, layer="outfall", crs="CGCS2000", lang="en") == 2
    assert said[-1] == "There is no repair “bend”. Known: swapped, sign, closed, valid, as_it_stands, reversed."
    assert cli.check(sqlite_store, file, out=said.append, layer="outfall", crs="Beijing 54", lang="en") == 2
    assert "“Beijing 54” is not known" in said[-1]
    assert cli.check(sqlite_store, file, out=said.append, layer="outfall", crs="CGCS2000", columns=["lon=无此列"], lang="en") == 2
    assert "There is no column “无此列”. There are: 排污口编码, 排污口名称, 经度, 纬度." in said[-1]
    assert cli.import_file(sqlite_store, file, out=said.append, layer="zone", crs="CGCS2000", lang="en") == 2
    assert said[-1].endswith("Not one row can be taken. Put right what is listed and try again.")


def test_commands_know_every_layer() -> None:
    (layer,) = [p for p in places.commands["import"].params if p.name == "layer"]
    assert tuple(layer.type.choices) == LAYERS  # type: ignore[attr-defined]
    assert set(places.commands) == {"check", "import", "undo", "history"}


def test_a_job_leaves_its_preview_and_imports_what_was_confirmed(sqlite_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "upload"
    folder.mkdir()
    (folder / "original").write_bytes(place_files.table(LISTED))
    address = sqlite_store.engine.url.render_as_string(hide_password=False)
    options = {"layer": "outfall", "crs": "CGCS2000", "as_known": "2022-10-01", "lang": "en"}

    def run(kind: str, **more: object) -> jobs.Job:
        jobs.start(folder, address, {"kind": kind, "turn": str(tmp_path / "turn"), "name": "a.csv", "options": options, **more})
        until = time.monotonic() + 60
        while (job := jobs.latest(folder)) is not None and job.live and time.monotonic() < until:
            time.sleep(0.05)
        assert job is not None
        return job

    job = run(jobs.PLACES_CHECK)
    assert (job.state, job.result["counts"]) == ("done", {"rows": 3, "accepted": 1, "waiting": 1, "refused": 1, "warned": 0})
    shown = Preview.from_dict(read_json(folder / "preview.json"))
    confirmed = [f.row for f in shown.faults if f.repair]
    assert confirmed == [2] and shown.sample[0] == [118.8, 32.06, "ok"]
    job = run(jobs.PLACES_IMPORT, confirmed=confirmed)
    assert (job.result["new"], job.result["repaired"], job.result["refused"], job.result["already"]) == (2, 1, 1, False)
    assert codes(sqlite_store) == ["A1", "A2"]
    # a process that died after it had committed is told as done
    job.state, job.result = jobs.INTERRUPTED, {}
    assert tasks.outcome(sqlite_store, job, shown.sha256).result["new"] == 2
    job = run(jobs.PLACES_UNDO, batch=1)
    assert job.result == {"batch": 1, "places": 2}
    job = run(jobs.PLACES_UNDO, batch=1)
    assert job.state == "failed" and job.error is not None
    assert PlaceError(job.error["code"], **job.error["params"]).text("en").startswith("Import of places 1 has been taken back already.")
