"""Exported files, opened again and read."""

import csv
import io
import json
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dashboard.exports.csv_text import csv_bytes, safe
from dashboard.exports.data_sheet import LONGEST
from dashboard.exports.json_text import json_bytes
from dashboard.exports.table import Table, cell
from dashboard.exports.workbook import workbook_bytes

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", '"=1', "{=1}",
    "=cmd|'/C calc'!A0", "|calc", "http://example.invalid/", "internal:Sheet2!A1", "<img src=x onerror=alert(1)>",
]  # fmt: skip
PLAIN = ["石楼县", "a=b", "3-1", "", "12%", "县（区）"]


def table(
    rows: list[list[object]], columns: tuple[str, ...] = ("title", "overdue", "completion_rate", "discovered_on"), **over: object
) -> Table:
    given = {
        "chart": "progress-by-region",
        "title": "石楼县最落后",
        "caption": "截至2022年11月30日，完成率75.0%（24/32）。",
        "as_of": date(2022, 11, 30),
        "known_at": None,
        "filters": {"campaign": ["js-2022"]},
        "columns": columns,
        "labels": columns,
        "rows": rows,
        "simulated": True,
        "mark": "演示数据 · 非真实",
        "notes": [("说明", "截至2022年11月30日"), ("来源", "=1+1")],
        "notes_name": "说明",
    }
    return Table(**(given | over))  # type: ignore[arg-type]


ROW = ["石楼县", 3, 0.75, date(2022, 8, 15)]


def test_json_holds_what_the_contract_names() -> None:
    body = json.loads(json_bytes(table([ROW, ["x", None, float("nan"), None]])))
    assert list(body) == [
        "chart", "title", "caption", "as_of", "known_at", "filters", "columns", "rows", "totals", "selection", "definition", "source",
        "known", "store_version", "code", "marks", "simulated",
    ]  # fmt: skip
    assert body["rows"][0] == {"title": "石楼县", "overdue": 3, "completion_rate": 0.75, "discovered_on": "2022-08-15"}
    assert body["rows"][1]["completion_rate"] is None
    assert (body["as_of"], body["known_at"], body["simulated"]) == ("2022-11-30", None, True)


@pytest.mark.parametrize("text", [t for t in HOSTILE if not t.startswith(("http", "internal", "<"))])
def test_csv_text_never_runs(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_csv_leaves_honest_text_alone(text: str) -> None:
    assert safe(text) == text


def test_csv_is_one_clean_table_with_the_mark_on_every_row() -> None:
    raw = csv_bytes(table([ROW, ["=1+1", -4, -0.5, None]]))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["title", "overdue", "completion_rate", "discovered_on", "as_of", "simulated", "internal", "export_code"]
    assert rows[1] == ["石楼县", "3", "0.75", "2022-08-15", "2022-11-30", "演示数据 · 非真实", "", ""]
    assert rows[2][:4] == ["'=1+1", "-4", "-0.5", ""]
    assert len(rows) == 3
    frame = pd.read_csv(io.BytesIO(raw))
    assert frame["overdue"].tolist() == [3, -4]


def test_csv_of_real_data_carries_no_mark() -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(table([ROW], simulated=False)).decode("utf-8-sig"))))
    assert rows[1][-1] == ""


def test_workbook_holds_no_formula_and_no_link() -> None:
    raw = workbook_bytes(table([[text, k, 0.5, date(2022, 8, 15)] for k, text in enumerate(HOSTILE)]))
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "<f " in sheet or "<hyperlink" in sheet for sheet in sheets)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name("progress-by-region").to_python()
    assert [row[0] for row in rows[1:]] == [text.replace("\r", "\r") for text in HOSTILE]


def test_workbook_says_what_has_to_be_said() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes(table([ROW]))))
    assert book.sheet_names == ["封面", "progress-by-region"]
    assert book.get_sheet_by_name("progress-by-region").to_python() == [
        ["title", "overdue", "completion_rate", "discovered_on"],
        ["石楼县", 3.0, 0.75, date(2022, 8, 15)],
    ]
    said = [row[:2] for row in book.get_sheet_by_name("封面").to_python()]
    assert [row[0] for row in said[:2]] == ["石楼县最落后", "演示数据 · 非真实"]
    assert ["来源", "=1+1"] in said
    real = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes(table([ROW], simulated=False))))
    assert all("演示" not in str(value) for row in real.get_sheet_by_name("封面").to_python() for value in row)


def test_rates_that_one_decimal_would_round_to_all_or_nothing_show_more() -> None:
    raw = workbook_bytes(table([["a", 1, 0.9998, None], ["b", 1, 0.5, None], ["c", 1, 1.0, None], ["d", 1, 0.0001, None]]))
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        sheet, styles = file.read("xl/worksheets/sheet2.xml").decode(), file.read("xl/styles.xml").decode()
    styled = {cell: sheet.split(f'r="{cell}" s="')[1].split('"')[0] for cell in ("C2", "C3", "C4", "C5")}
    assert styled["C3"] == styled["C4"] != styled["C2"] == styled["C5"]
    assert "0.00####%" in styles


def test_texts_that_no_file_can_hold() -> None:
    awkward = ["x" * 40_000, "nul\x00bell\x07", "half \ud83d pair", "😀"]
    given = table([[text, 1, 0.1, None] for text in awkward])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes(given))).get_sheet_by_name("progress-by-region").to_python()
    assert len(rows[1][0]) == LONGEST
    assert rows[1][0].endswith("…")
    assert rows[4][0] == "😀"
    assert json.loads(json_bytes(given))["rows"][2]["title"] == "half ? pair"
    assert "\x00" not in csv_bytes(given).decode("utf-8-sig")


def test_an_empty_table_keeps_its_columns() -> None:
    given = table([])
    assert json.loads(json_bytes(given))["rows"] == []
    assert csv_bytes(given).decode("utf-8-sig").splitlines() == [
        "title,overdue,completion_rate,discovered_on,as_of,simulated,internal,export_code"
    ]
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes(given))).get_sheet_by_name("progress-by-region").to_python()[0][0]
        == "title"
    )


def test_the_file_name_says_chart_day_and_demo() -> None:
    assert table([]).stem == "progress-by-region_2022-11-30_demo"
    assert table([], simulated=False, as_of=None).stem == "progress-by-region"


def test_values_of_a_frame_become_plain() -> None:
    frame = pd.DataFrame({"n": [1, 2], "f": [0.5, None], "d": pd.to_datetime(["2022-08-15", None])})
    assert [cell(v) for v in frame["n"].tolist()] == [1, 2]
    assert [cell(v) for v in frame["f"].tolist()] == [0.5, None]
    assert [cell(v) for v in frame["d"].tolist()] == [date(2022, 8, 15), None]
    assert cell(datetime(2022, 8, 15, 9, 30)) == "2022-08-15 09:30"
    assert cell(frame["n"].iloc[0]) == 1
