"""A region table as numbered rows of text, out of a workbook, a text table, or rows given directly."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.ledgers.read import read_book

Given = str | Path | bytes | Sequence[Mapping[str, object]] | Sequence[Sequence[object]]
Rows = list[tuple[int, list[str]]]


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a fraction, nothing for empty cells."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()


def read_rows(source: Given) -> Rows:
    """(row number as a spreadsheet counts, cells) of every row that is not blank, of the first sheet that has some.

    Raises LedgerError, whose text says what to do, for a file that cannot be read.
    """
    if not isinstance(source, (str, Path, bytes)):
        return _numbered(_given(source))
    for sheet in read_book(source).sheets:
        # text once for each distinct value
        texts = [[as_text(value) for value in column.values] for column in sheet.columns]
        columns = [[text[code] for code in column.codes] for text, column in zip(texts, sheet.columns, strict=True)]
        rows = _numbered([list(row) for row in zip(*columns, strict=True)])
        if rows:
            return rows
    return []


def _given(source: Sequence[Mapping[str, object]] | Sequence[Sequence[object]]) -> list[list[str]]:
    headers: dict[str, None] = {}
    for row in source:
        if isinstance(row, Mapping):
            headers.update(dict.fromkeys(str(k) for k in row))
    if not headers:
        return [[as_text(v) for v in row] for row in source]
    filled = [[as_text(row.get(h)) for h in headers] for row in source if isinstance(row, Mapping)]
    return [list(headers), *filled]


def _numbered(rows: list[list[str]]) -> Rows:
    return [(number, row) for number, row in enumerate(rows, 1) if any(row)]
