"""The sheet of rows: what a spreadsheet program reads there is what the library itself would have written."""

import io
import math
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from dashboard.exports.data_sheet import LONGEST, DataSheet, fit
from dashboard.exports.kinds import kinds

KINDS = ["", "rate", "score", "change", "rank", ""]
ROWS = [
    ["=1+1", 0.75, 96.4, 3, 1, date(2022, 11, 30)],
    [" a<b & \"c\"\n\td ", 0.99999, -0.5, -2, None, datetime(2022, 11, 30, 9, 30)],
    ["", 0.0001, 1e-9, 0, 2, True],
    [None, None, None, None, None, None],
    ["_x0041_\x07 中文 🦊", 1, 12345678901.25, 1, 3, False],
    ["=1+1", 0, 1 / 3, 2**40, 4, 1.2],
]  # fmt: skip


def _formats(book: xlsxwriter.Workbook) -> dict:
    told = {"plain": {}, "day": {"num_format": "yyyy-mm-dd"}, "rate": {"num_format": "0.0%"}, "near": {"num_format": "0.00####%"},
            "score": {"num_format": "0.00"}, "change": {"num_format": "+0;-0;0"}, "head": {"bold": True}}  # fmt: skip
    return {name: book.add_format({"font_size": 10, **more}) for name, more in told.items()}


def _ours(rows: list, kinds: list) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("rows", worksheet_class=DataSheet)
        for k in range(len(kinds)):
            sheet.write_string(0, k, f"column {k}", formats["head"])
        sheet.put(rows, kinds, formats)
    return out.getvalue()


def _theirs() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("rows")
        for k in range(len(KINDS)):
            sheet.write_string(0, k, f"column {k}", formats["head"])
        for r, row in enumerate(ROWS, 1):
            for k, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(r, k, fit(value), formats["plain"])
                elif isinstance(value, bool):
                    sheet.write_boolean(r, k, value, formats["plain"])
                elif isinstance(value, date):
                    sheet.write_datetime(r, k, value, formats["day"])
                else:
                    near = "near" if 0 < value < 0.0005 or 0.9995 <= value < 1 else "rate"
                    sheet.write_number(r, k, value, formats[{"rate": near, "score": "score", "change": "change"}.get(KINDS[k], "plain")])
    return out.getvalue()


def _cells(data: bytes) -> list:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["rows"]
    held = [[(cell.value, cell.data_type, cell.number_format, cell.font.b) for cell in row] for row in sheet.iter_rows()]
    return [sheet.dimensions, *held]


def test_a_sheet_of_rows_reads_as_the_librarys_own() -> None:
    ours, theirs = _cells(_ours(ROWS, KINDS)), _cells(_theirs())
    assert ours[1:] == theirs[1:] and ours[0] == "A1:F7"
    assert [row[0][0] for row in ours[2:4]] == ["=1+1", ' a<b & "c"\n\td '] and ours[2][0][1] == "s"


def test_no_rows_leave_the_head() -> None:
    assert [cell[0] for cell in _cells(_ours([], ["", ""]))[1]] == ["column 0", "column 1"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_cell(value: float) -> None:
    assert _cells(_ours([[value, 1]], ["", ""]))[2][0][0] is None


def test_a_cell_holds_what_spreadsheets_hold() -> None:
    assert fit("长" * LONGEST) == "长" * LONGEST
    cut = fit("🦊" * LONGEST)
    assert cut.endswith("🦊…") and len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert fit("a" * (LONGEST + 1)) == "a" * (LONGEST - 1) + "…"


def test_a_figure_of_a_series_is_printed_with_its_unit() -> None:
    frame = pd.DataFrame({"pm25_value": [-8.9], "pm25_low": [None], "rate_value": [0.5], "on_time_value": [0.75]})
    frame.attrs["formats"] = {"pm25": ("%", 1), "rate": ("rate", 1)}
    held = kinds(frame)
    assert (held["pm25_value"], held["rate_value"], held["on_time_value"]) == ("figure:1:%", "rate", "")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        formats = {**_formats(book), "figure:1:%": book.add_format({"num_format": '0.0"%"'})}
        sheet = book.add_worksheet("rows", worksheet_class=DataSheet)
        sheet.write_string(0, 0, "pm25")
        sheet.put([[-8.9]], ["figure:1:%"], formats)
    assert _cells(out.getvalue())[2][0][:3] == (-8.9, "n", '0.0"%"')
