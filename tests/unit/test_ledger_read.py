"""Foreign files: what they really are, what they hide, and what becomes of crafted ones."""

import io
import subprocess
import sys
import time
import zipfile

import pytest

from data.ledgers import preflight
from data.ledgers.header import field_of, find_layout
from data.ledgers.problems import LedgerError, _catalogue
from data.ledgers.profile import Profile
from data.ledgers.read import Book, read_book
from tests import ledger_files as files

ROWS = [["问题编号", "区县", "发现时间"], ["甲-1", "清徐县", "2022/8/5"], ["乙-2", "石楼", "2022-08-06"]]


def crafted(sheet: str, **members: str) -> bytes:
    """A minimal workbook around one sheet's XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        )
        z.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        z.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        z.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        z.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?>{members.pop("before", "")}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>',
        )
        for name, body in members.items():
            z.writestr(name, body)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(LedgerError) as error:
        read_book(data)
    assert error.value.text("zh-CN") and error.value.text("en")
    return error.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_encoding_line_end_and_delimiter(encoding: str, line_end: str, delimiter: str) -> None:
    from data.ledgers.text_tables import csv_rows, decode

    assert list(csv_rows(decode(files.text(ROWS, encoding, delimiter, line_end)))) == ROWS


@pytest.mark.parametrize("apart", [",", " "])
@pytest.mark.parametrize("title", [[], [["保护区一览表"]]])
def test_a_list_in_a_cell_does_not_cut_the_table(apart: str, title: list[list[str]]) -> None:
    from data.ledgers.text_tables import csv_rows, decode

    listed = ";".join(f"114.{n}{apart}35.{n}" for n in range(1, 12))
    rows = [*title, ["名称", "级别", "批复文号", "拐点坐标"], *([f"区{n}", "一级", "批1", listed] for n in range(5))]
    for delimiter in ",\t":
        assert list(csv_rows(decode(files.text(rows, "utf-8", delimiter, "\n")))) == rows


def test_western_text_is_not_taken_for_chinese() -> None:
    from data.ledgers.text_tables import decode

    assert (
        decode("Gemeinde;Straße\nDüren;Kölner Straße\nJülich;Große Rurstraße\n".encode("cp1252")).splitlines()[1] == "Düren;Kölner Straße"
    )


def test_a_workbook_is_read_whatever_it_is_called(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name, data in (
        ("a.csv", files.workbook(ROWS)),
        ("a.xls", files.text(ROWS, "gb18030")),
        (
            "b.xlsx",
            b"<html><body><table><tr><th>" + "问题编号</th><th>区县</th></tr><tr><td>甲-1</td><td>清徐县</td></tr></table>".encode(),
        ),
    ):
        (tmp_path / name).write_bytes(data)
    assert [read_book(tmp_path / n).form for n in ("a.csv", "a.xls", "b.xlsx")] == ["xlsx", "text", "html"]
    assert read_book(tmp_path / "b.xlsx").sheets[0].row(1) == ["甲-1", "清徐县"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"), (b" \r\n\x00", "file_empty"), (b"%PDF-1.7 ...", "file_wrong_kind"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "file_wrong_kind"),
        (b"PK\x03\x04 truncated", "file_damaged"), (bytes(range(256)) * 40, "encoding_unknown"), (b"\0\1\2\3" * 400, "file_wrong_kind"), (b"<html><body>login</body></html>", "html_without_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "file_damaged"),
        ('问题编号,区县\n1,"清徐县\n2,石楼\n'.encode(), "quote_open"),
        (files.workbook(ROWS)[:-300], "file_damaged"),
    ],
)  # fmt: skip
def test_what_is_no_ledger_is_said_to_be_none(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_cell_in_the_last_corner_is_refused_before_it_costs_anything() -> None:
    data = crafted('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert len(data) < 2500
    began = time.perf_counter()
    assert refused(data) == "sheet_too_large"
    assert time.perf_counter() - began < 10


def test_the_reader_dies_alone() -> None:
    data = crafted('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    died = subprocess.run([sys.executable, "-m", "data.ledgers.child", "xlsx"], input=data, capture_output=True, check=False)
    # the second wall by itself: no answer that could be taken for a ledger, and this process goes on
    assert died.returncode != 0 or b"error" in died.stdout


def test_formatted_but_empty_cells_far_away_do_no_harm() -> None:
    data = crafted('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert read_book(data).sheets[0].row(0) == [1.0]


def test_entities_and_bombs() -> None:
    assert refused(crafted('<row r="1"><c r="A1"><v>1</v></c></row>', before='<!DOCTYPE x [<!ENTITY a "b">]>')) == "archive_entities"
    assert refused(crafted('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "a" * 30_000_000 + "</t></is></c></row>")) == "archive_bomb"
    assert refused(crafted("", **{f"xl/media/{i}.xml": "" for i in range(preflight.MAX_MEMBERS)})) == "archive_bomb"


def test_formulas_without_a_value_and_error_cells_are_found() -> None:
    data = crafted(
        '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="str"><f>""</f><v></v></c>'
        '<c r="D1"><f>A1</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="F1"><v>7</v></c></row>'
    )
    sheet = read_book(data).sheets[0]
    assert sheet.lost == [(0, 0), (0, 3)] and sheet.errors == [(0, 4)]


def test_a_child_that_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.ledgers.read.sys.executable", "/bin/false")
    assert refused(files.text(ROWS)) == "reader_crashed"


# ----------------------------------------------------------------------------- headers


def layout(rows: list[list[object]], **given: object):  # type: ignore[no-untyped-def]
    book: Book = read_book(files.workbook(rows, **given))  # type: ignore[arg-type]
    return book.sheets[0], find_layout(book.sheets[0])


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("问题编号", "ledger_no"), ("问 题\n编 号", "ledger_no"), ("*整改期限：", "due_on"), ("总投资（万元）", "investment"), ("县（市、区）", "county"),
        ("县(市、区)", "county"), ("完成\n日期", "rectified_on"), ("Due date", "due_on"), ("DUE  DATE", "due_on"), ("网格员", None), ("", None),
    ],
)  # fmt: skip
def test_headers_in_many_hands(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_header_under_titles_with_totals_notes_and_a_header_again() -> None:
    rows = files.outfalls(4, 2)
    rows.insert(6, list(files.OUTFALL_HEADER))
    rows.insert(7, [])
    sheet, found = layout(rows)
    assert (found.header_from, len(found.rows)) == (2, 6)
    assert found.skipped == {"title": 2, "blank": 1, "header_again": 1, "total": 1, "note": 1}
    assert sheet.columns[1].at(int(found.rows[0])) == "FH-000"


def test_two_header_rows_and_cells_merged_downwards() -> None:
    rows: list[list[object]] = [
        ["问题台账", "", "", "", ""],
        ["问题编号", "所在市", "区县", "整改情况", ""],
        ["", "", "", "完成时间", "整改状态"],
        ["1", "太原市", "清徐县", "2022-08-05", "已整改"],
        ["2", "", "阳曲县", "", "整改中"],
    ]
    sheet, found = layout(rows, merged=("A1:E1", "D2:E2", "A2:A3", "B2:B3", "C2:C3", "B4:B5"))
    assert [c.field for c in found.columns] == ["ledger_no", "prefecture", "county", "rectified_on", "status"]
    assert found.columns[3].header == "整改情况 / 完成时间"
    assert [sheet.columns[1].at(int(r)) for r in found.rows] == ["太原市", "太原市"]


def test_two_columns_for_one_field_are_reported_and_one_is_kept() -> None:
    _, found = layout([["问题编号", "区县", "完成时间", "实际完成时间"], ["1", "清徐县", "2022-08-05", "2022-08-06"]])
    assert [(kept.header, other.header) for kept, other in found.doubles] == [("完成时间", "实际完成时间")]
    assert found.columns[3].field is None


def test_no_header_is_none() -> None:
    assert layout([["一", "二"], ["三", "四"]])[1] is None


def test_a_profile_names_columns_and_what_is_wrong_with_it() -> None:
    book = read_book(files.workbook([["Nr", "Ort"], ["7", "Düren"]]))
    profile = Profile.from_dict({"name": "nrw", "columns": {"ledger_no": "Nr", "county": "Ort"}})
    found = find_layout(book.sheets[0], profile)
    assert found is not None and [c.field for c in found.columns] == ["ledger_no", "county"]
    for body in (
        {"name": "x", "colums": {}},
        {"name": "x", "columns": {"nofield": "A"}},
        {"name": "x", "date_order": "ydm"},
        [],
        {"name": "x", "statuses": {"a": "nostage"}},
    ):
        with pytest.raises(LedgerError) as error:
            Profile.from_dict(body)
        assert error.value.code == "profile_unreadable"
    assert Profile.from_dict(profile.as_dict()) == profile


def test_every_message_stands_in_both_languages() -> None:
    for code, entry in _catalogue().items():
        assert set(entry) == {"zh-CN", "en"} and all(entry[lang]["reason"] for lang in entry), code
