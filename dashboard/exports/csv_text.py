"""A chart's data as CSV: UTF-8 with a mark for spreadsheets, one clean table and nothing else.

Four columns are added, ``as_of``, ``simulated``, ``internal`` and ``export_code``, so that day, marks and the code that reopens the
state stay with every row that is sorted, cut or pasted elsewhere. Text that a spreadsheet would run gets an apostrophe before it; numbers
stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from dashboard.exports.table import Cell, Table, text_of

# signs that begin a formula, plain and full-width
_RUNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
_BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"


def csv_bytes(table: Table) -> bytes:
    """The file. Header: the machine names of the columns, then ``as_of``, ``simulated``, ``internal`` and ``export_code``."""
    return head_bytes(table) + row_bytes(table, table.rows)


def head_bytes(table: Table) -> bytes:
    """The mark for spreadsheets and the header."""
    return "\ufeff".encode() + _lines([[*table.columns, "as_of", "simulated", "internal", "export_code"]])


def row_bytes(table: Table, rows: Iterable[Sequence[Cell]]) -> bytes:
    """Some rows of the file, ``table`` says what stands beside each."""
    day = table.as_of.isoformat() if table.as_of else ""
    beside = (day, table.mark if table.simulated else "", table.internal, table.code)
    return _lines([*map(_value, row), *beside] for row in rows)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _value(value: Cell) -> object:
    if isinstance(value, str):
        return safe(text_of(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else value


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    bare = text.lstrip(_BLANK + '"{')
    if bare.startswith(_RUNS) or text[:1] in ("\t", "\r", "\n"):
        return "'" + text
    return text
