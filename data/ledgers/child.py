"""Reads one file in a process of its own: ``python -m data.ledgers.child FORMAT [ENCODING] [DELIMITER] < file > answer``.

A crafted workbook can abort the reader or take all memory; here that costs this process only. The answer
is a line of JSON that describes sheets and columns, then each column's row codes as 32-bit integers: every
distinct value of a column is sent once, so that what follows works on distinct values too.
"""

import json
import sys
from array import array
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any, BinaryIO

from data.ledgers.text_tables import TableError, csv_rows, decode, html_rows

MEMORY = 1536 * 1024 * 1024
SECONDS = 60


def limit() -> None:
    """Memory and processor time for this process; where the system has no such limits the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def encode_rows(rows: Iterator[list[Any]]) -> tuple[int, list["tuple[list[Any], array[int]]"]]:
    """Rows to (number of rows, columns of (distinct values, code of each row))."""
    columns: list[tuple[dict[Any, int], array[int]]] = []
    count = 0
    while chunk := list(islice(rows, 4096)):
        for number, values in enumerate(zip_longest(*chunk, fillvalue="")):
            if number == len(columns):
                # a column that begins late was empty before
                columns.append(({"": 0}, array("i", bytes(4 * count))))
            known, codes = columns[number]
            if bool in set(map(type, values)):
                # True equals 1 as a key
                values = tuple(str(v).upper() if type(v) is bool else v for v in values)
            add = known.setdefault
            codes.extend([add(v, len(known)) for v in values])
        count += len(chunk)
        for _, codes in columns:
            if len(codes) < count:
                codes.extend([0] * (count - len(codes)))
    return count, [(list(known), codes) for known, codes in columns]


def _plain(values: Iterable[Any]) -> list[Any]:
    """Values as JSON holds them: days and moments as [text]."""
    out: list[Any] = []
    for v in values:
        if isinstance(v, (str, float, int)):
            out.append(v)
        elif isinstance(v, (datetime, date)):
            out.append([v.isoformat()])
        else:
            out.append("" if v is None else str(v))
    return out


def answer(out: BinaryIO, sheets: list[dict[str, Any]]) -> None:
    codes: list[array[int]] = []
    for sheet in sheets:
        columns = sheet.pop("columns")
        codes.extend(column[1] for column in columns)
        sheet["values"] = [_plain(column[0]) for column in columns]
    head = json.dumps({"sheets": sheets}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    out.write(len(head).to_bytes(8, "big"))
    out.write(head)
    for column in codes:
        out.write(column.tobytes())
    out.flush()


def workbook(data: bytes) -> list[dict[str, Any]]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(BytesIO(data))
    except calamine.PasswordError:
        raise TableError("file_encrypted") from None
    except (calamine.CalamineError, ValueError, OSError):
        raise TableError("file_damaged") from None
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except (calamine.CalamineError, ValueError, OSError):
            raise TableError("sheet_damaged", sheet=meta.name) from None
        count, columns = encode_rows(sheet.iter_rows()) if sheet.start is not None else (0, [])
        sheets.append(
            {
                "name": meta.name,
                "rows": count,
                "first_column": sheet.start[1] if sheet.start is not None else 0,
                "hidden": meta.visible != calamine.SheetVisibleEnum.Visible,
                "merged": sheet.merged_cell_ranges or [],
                "columns": columns,
            }
        )
    return sheets


def read(form: str, data: bytes, encoding: str | None, delimiter: str | None) -> list[dict[str, Any]]:
    merged: list[Any] = []
    if form in ("xlsx", "xls"):
        return workbook(data)
    text = decode(data, encoding)
    if form == "html":
        rows, merged = html_rows(text)
        count, columns = encode_rows(iter(rows))
    else:
        count, columns = encode_rows(csv_rows(text, delimiter))
    return [{"name": "", "rows": count, "first_column": 0, "hidden": False, "merged": merged, "columns": columns}]


def main() -> None:
    limit()
    form, encoding, delimiter = [*sys.argv[1:], "", ""][:3]
    out = sys.stdout.buffer
    try:
        answer(out, read(form, sys.stdin.buffer.read(), encoding or None, delimiter or None))
        return
    except TableError as error:
        refusal = {"error": error.code, "params": error.params}
    except (MemoryError, RecursionError):
        refusal = {"error": "reader_memory", "params": {}}
    out.seek(0)
    head = json.dumps(refusal).encode()
    out.write(len(head).to_bytes(8, "big") + head)
    out.flush()


if __name__ == "__main__":
    main()
