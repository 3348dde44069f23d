"""A region table as rows of text: CSV in the encodings offices use, or a workbook's first sheet with data."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineError, load_workbook

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a fraction, nothing for empty cells."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()


def read_rows(source: str | Path | Sequence[Mapping[str, object]] | Sequence[Sequence[object]]) -> list[list[str]]:
    """Rows of text, the first of them the headers; raises ValueError or OSError when the file cannot be read."""
    if isinstance(source, (str, Path)):
        path = Path(source)
        start = path.read_bytes()[:4]
        rows = _workbook(path) if start in _WORKBOOKS else _delimited(path.read_bytes())
    else:
        rows = _given(source)
    return [row for row in rows if any(row)]


def _given(source: Sequence[Mapping[str, object]] | Sequence[Sequence[object]]) -> list[list[str]]:
    headers: dict[str, None] = {}
    for row in source:
        if isinstance(row, Mapping):
            headers.update(dict.fromkeys(str(k) for k in row))
    if not headers:
        return [[as_text(v) for v in row] for row in source]
    filled = [[as_text(row.get(h)) for h in headers] for row in source if isinstance(row, Mapping)]
    return [list(headers), *filled]


def _workbook(path: Path) -> list[list[str]]:
    try:
        with load_workbook(path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python()
                if rows:
                    return [[as_text(v) for v in row] for row in rows]
    except CalamineError as error:
        raise ValueError(str(error)) from error
    return []


def _delimited(raw: bytes) -> list[list[str]]:
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValueError("encoding")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max("\t;,", key=first.count)
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    try:
        return [[as_text(v) for v in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise ValueError(str(error)) from error
