"""A chart's data as CSV: UTF-8 with a mark for spreadsheets, one clean table and nothing else.

Four columns are added, ``as_of``, ``simulated``, ``internal`` and ``export_code``, so that day, marks and the code that reopens the
state stay with every row that is sorted, cut or pasted elsewhere. Text that a spreadsheet would run gets an apostrophe before it; numbers
stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dashboard.exports.table import Cell, Table, texts_of

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
    held = list(map(_column, zip(*rows, strict=True)))
    return _lines((*row, *beside) for row in zip(*held, strict=True))


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _column(values: Sequence[Cell]) -> Sequence[object]:
    """What the writer does not say by itself: it has nothing for null, and numbers and days as they are."""
    sorts = set(map(type, values))
    if str in sorts:
        values = [safe(value) if isinstance(value, str) else value for value in texts_of(values)]
    return [int(value) if isinstance(value, bool) else value for value in values] if bool in sorts else values


@lru_cache(16_384)
def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    bare = text.lstrip(_BLANK + '"{')
    if bare.startswith(_RUNS) or text[:1] in ("\t", "\r", "\n"):
        return "'" + text
    return text
