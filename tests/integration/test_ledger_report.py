"""What a clerk gets back: the printed report and the workbook with its faults marked."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from data.ledgers import cli, pipeline
from data.ledgers.prepare import ImportOptions
from data.ledgers.profile import Profile
from data.ledgers.read import read_book
from data.ledgers.report import marked_workbook
from data.rollup.refresh import read_blocks, refresh
from data.schema import item
from data.store import Store
from tests import ledger_files as files

OPTIONS = ImportOptions("ts-2022", "提质增效", kind="finding", as_known=date(2022, 10, 1))


def faulty() -> bytes:
    rows = files.findings(3)
    rows[2][2] = "无此县"
    rows[3][4] = '=HYPERLINK("http://x")'
    rows[3][7] = "2022-08-01"
    return files.workbook(rows)


def test_marked_workbook_shows_each_fault_and_runs_nothing(sqlite_store: Store) -> None:
    data = faulty()
    shown = pipeline.check(sqlite_store, data, "a.xlsx", OPTIONS)
    marked = marked_workbook(data, shown.problems)
    ledger, listed = read_book(marked).sheets
    assert (ledger.name, listed.name) == ("台账", "问题清单")
    assert ledger.row(0)[-1] == "导入问题"
    assert "地区“太原市/无此县”不在区划表中" in str(ledger.row(2)[-1]) and ledger.row(1)[-1] == ""
    assert ledger.row(3)[4] == '=HYPERLINK("http://x")'
    assert [listed.row(r)[1:5] for r in (1, 2)] == [[3.0, "区县", "太原市/无此县", "拒绝"], [4.0, "整改期限", "2022-08-01", "提示"]]
    with zipfile.ZipFile(io.BytesIO(marked)) as z:
        sheet = z.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "<hyperlink" not in sheet
        assert "无此县" in z.read("xl/comments1.xml").decode()


def test_the_marked_workbook_can_be_put_right_and_imported(sqlite_store: Store) -> None:
    data = faulty()
    marked = marked_workbook(data, pipeline.check(sqlite_store, data, "a.xlsx", OPTIONS).problems)
    result = pipeline.run_import(sqlite_store, marked, "a.xlsx", replace(OPTIONS, sheet="台账"))
    assert (result.items_new, result.preview.counts["refused"]) == (2, 1)


def test_command_line_forms(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "outfalls.csv"
    path.write_bytes(files.text(files.outfalls(), "gb18030"))
    said: list[str] = []
    assert cli.check(sqlite_store, [str(path)], out=said.append) == 0
    assert any("表头在第 3 行" in line for line in said) and said[-1] == "接受 20 行（其中有提示 0 行），拒绝 0 行，共 20 行。"
    with sqlite_store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(item)).scalar_one() == 0
    said.clear()
    given = {"campaign": "sx-2019", "new_campaign": "汾河流域入河排污口整治", "as_known": "2019-12-31"}
    assert cli.import_files(sqlite_store, [str(path)], out=said.append, **given) == 0
    assert said[-1] == "已导入为第 1 批：新增 20 项，更新 0 项，未变 0 项。"
    said.clear()
    assert cli.import_files(sqlite_store, [str(path)], out=said.append, **given, lang="en") == 0
    assert said[0].startswith("This file was imported on ") and "as batch 1" in said[0]
    said.clear()
    assert cli.undo(sqlite_store, 1, out=said.append) == 0 and "第 1 批已撤销" in said[0]
    said.clear()
    assert cli.history(sqlite_store, out=said.append) == 0 and "已撤销" in said[0]


def test_command_line_says_what_is_wrong(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(faulty())
    said: list[str] = []
    assert cli.import_files(sqlite_store, [str(path)], out=said.append) == 2 and "--campaign" in said[0]
    assert cli.import_files(sqlite_store, [str(path)], out=said.append, campaign="none") == 2 and "--new-campaign" in said[1]
    report = tmp_path / "marked.xlsx"
    given = {"campaign": "ts-2022", "new_campaign": "提质增效", "as_known": "2022-10-01", "lang": "en"}
    assert cli.import_files(sqlite_store, [str(path)], report=str(report), out=said.append, **given) == 1
    assert any("row 3 [区县]: The region “太原市/无此县” is not known." in line for line in said)
    assert read_book(report).sheets[0].n_rows == 4
    assert cli.import_files(sqlite_store, [str(path)], out=said.append, **{**given, "as_known": "31.12.2022"}) == 2


def test_a_profile_given_as_a_file_is_kept_for_next_week(sqlite_store: Store, tmp_path: Path) -> None:
    office = tmp_path / "office.json"
    office.write_text('{"name": "街道", "constants": {"theme": "大气"}}', encoding="utf-8")
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(files.text(files.findings(3)))
    second.write_bytes(files.text(files.findings(4)))
    given = {"campaign": "ts", "new_campaign": "提质", "as_known": "2022-12-31"}
    said: list[str] = []
    assert cli.check(sqlite_store, [str(first)], out=said.append, **given, profile=str(office)) == 0
    assert pipeline.profiles(sqlite_store) == []
    assert cli.import_files(sqlite_store, [str(first)], out=said.append, **given, profile=str(office)) == 0
    assert pipeline.profiles(sqlite_store) == ["街道"]
    assert cli.import_files(sqlite_store, [str(second)], out=said.append, **given, profile="街道") == 0


def test_a_number_on_two_sheets_says_where_the_first_is(sqlite_store: Store) -> None:
    rows = files.findings(2)
    data = files.workbook(rows, more={"第二轮": [rows[0], [*rows[1][:4], "别的", *rows[1][5:]]]})
    shown = pipeline.check(sqlite_store, data, "a.xlsx", OPTIONS)
    (double,) = [p for p in shown.problems if p.code == "key_duplicate"]
    assert double.text("zh-CN").startswith("编号“WT-001”与第 2 (台账) 行重复")


def test_profiles_are_kept_and_used(sqlite_store: Store) -> None:
    rows = [["Nr", "Ort", "Gefunden", "Stand"], ["7", "清徐县", "05.08.2022", "erledigt"], ["8", "清徐县", "06.08.2022", "offen"]]
    body = {
        "name": "de", "language": "de", "kind": "finding", "columns": {"ledger_no": "Nr", "county": "Ort", "discovered_on": "Gefunden", "status": "Stand"},
        "statuses": {"erledigt": "closed", "offen": "rectifying"}, "date_order": "dmy",
    }  # fmt: skip
    pipeline.save_profile(sqlite_store, Profile.from_dict(body))
    assert pipeline.profiles(sqlite_store) == ["de"]
    result = pipeline.run_import(sqlite_store, files.workbook(rows), "de.xlsx", replace(OPTIONS, profile="de"))
    assert result.preview.counts == {"rows": 2, "accepted": 2, "warned": 0, "refused": 0}
    with sqlite_store.reading() as conn:
        found = conn.execute(select(item.c.ledger_no, item.c.discovered_on, item.c.stage).order_by(item.c.ledger_no)).all()
    assert [tuple(r) for r in found] == [("7", date(2022, 8, 5), "closed"), ("8", date(2022, 8, 6), "rectifying")]


@pytest.mark.parametrize("kind", ["outfalls", "findings"])
def test_what_is_folded_on_import_is_what_the_store_says(store: Store, kind: str) -> None:
    rows = files.outfalls() if kind == "outfalls" else files.findings(12)
    if kind == "findings":
        rows[0] += ["复核结果", "延期至", "轮次"]
        for i, row in enumerate(rows[1:]):
            row += [("通过", "不通过", "")[i % 3], ("2022-11-30", "")[i % 2], ("第一轮", "第二轮", "")[i % 3]]
    pipeline.run_import(store, files.workbook(rows), "a.xlsx", replace(OPTIONS, kind=None))
    with store.writing() as conn:
        folded = read_blocks(conn, 1, 0, {})
        refresh(conn, 1, folded)
        again = read_blocks(conn, 1, 0, {})
    assert folded and folded.keys() == again.keys()
    for region_id, block in folded.items():
        for name, array in block.arrays.items():
            other = again[region_id].arrays[name]
            words, others = block.words.get(name), again[region_id].words.get(name)
            if words is not None and name not in ("stage",):
                # codes may be numbered in another order
                assert [words[i] if i >= 0 else None for i in array.tolist()] == [others[i] if i >= 0 else None for i in other.tolist()], (
                    name
                )
            else:
                assert np.array_equal(array, other, equal_nan=array.dtype.kind == "f"), name
