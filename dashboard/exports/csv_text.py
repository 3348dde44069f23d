"""A chart's data as CSV: UTF-8 with a mark for spreadsheets, one clean table and nothing else.

Two columns are added, ``as_of`` and ``simulated``, so that day and mark stay with every row that is sorted, cut or
pasted elsewhere. Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers.
"""

import csv
import io
from datetime import date

from dashboard.exports.table import Cell, Table, text_of

# signs that begin a formula, plain and full-width
_RUNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
_BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"


def csv_bytes(table: Table) -> bytes:
    """The file. Header: the machine names of the columns, then ``as_of`` and ``simulated``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.columns, "as_of", "simulated"])
    day = table.as_of.isoformat() if table.as_of else ""
    mark = table.mark if table.simulated else ""
    for row in table.rows:
        writer.writerow([*map(_value, row), day, mark])
    return out.getvalue().encode("utf-8-sig", "replace")


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
