"""A chart's data as a workbook: the table on the first sheet, what has to be said with it on the second."""

import io
from datetime import date

import xlsxwriter

from dashboard.exports.kinds import kind
from dashboard.exports.table import Cell, Table, text_of

# what a cell and a sheet can hold
LONGEST = 32_767
MOST = 1_048_575


def workbook_bytes(table: Table) -> bytes:
    """The file. Nothing in it is a formula or a link; a text too long for a cell is cut and ends in an ellipsis."""
    out = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "rate": book.add_format({"num_format": "0.0%"}),
            # one decimal would print 100.0% or 0.0% where that is not so
            "near": book.add_format({"num_format": "0.00####%"}),
            "score": book.add_format({"num_format": "0." + "0" * table.decimals if table.decimals else "0"}),
            "change": book.add_format({"num_format": "+0;-0;0"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "mark": book.add_format({"bold": True, "font_color": "#C4351C"}),
        }
        sheet = book.add_worksheet(table.chart[:31])
        sheet.freeze_panes(1, 0)
        for k, (column, label) in enumerate(zip(table.columns, table.labels, strict=True)):
            sheet.set_column(k, k, _width(column, label, table.rows, k))
        for k, label in enumerate(table.labels):
            sheet.write_string(0, k, label, formats["head"])
        held = [table.kinds.get(column, kind(column)) for column in table.columns]
        for r, row in enumerate(table.rows[:MOST], start=1):
            for k, value in enumerate(row):
                _write(sheet, r, k, value, held[k], formats)
        about = book.add_worksheet(table.notes_name[:31])
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 100)
        line = 0
        if table.simulated:
            about.write_string(line, 0, table.mark, formats["mark"])
            line += 1
        for label, text in table.notes:
            about.write_string(line, 0, _fit(label), formats["head"])
            about.write_string(line, 1, _fit(text), formats["wrap"])
            line += 1
    return out.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, r: int, k: int, value: Cell, kind: str, formats: dict[str, object]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(r, k, _fit(value))
    elif isinstance(value, date):
        sheet.write_datetime(r, k, value, formats["day"])
    elif isinstance(value, bool):
        sheet.write_boolean(r, k, value)
    elif kind == "rate":
        shows = 0.0005 <= value < 0.9995 or value in (0, 1) or value > 1
        sheet.write_number(r, k, value, formats["rate" if shows else "near"])
    elif kind in ("score", "change"):
        sheet.write_number(r, k, value, formats[kind])
    else:
        sheet.write_number(r, k, value)


def _fit(text: str) -> str:
    text = text_of(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _width(column: str, label: str, rows: list[list[Cell]], k: int) -> float:
    longest = max((_em(str(row[k])) for row in rows[:200] if row[k] is not None), default=0.0)
    return min(48.0, max(8.0, _em(label) + 2, longest + 2))


def _em(text: str) -> float:
    return sum(2.0 if ord(sign) > 0x2E80 else 1.0 for sign in text)
