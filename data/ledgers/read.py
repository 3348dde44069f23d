"""A file's sheets as columns of distinct values: the only way a foreign file enters the process."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from data.ledgers import preflight
from data.ledgers.problems import LedgerError

MAX_BYTES = 64 * 1024 * 1024
SECONDS = 60
_ROOT = Path(__file__).resolve().parents[2]

Cell = str | float | int | date | datetime
Codes = NDArray[np.int32]


@dataclass(slots=True)
class Column:
    """Distinct values, and for each row the place of its value among them; value 0 is the empty text."""

    values: list[Cell]
    codes: Codes

    def at(self, row: int) -> Cell:
        return self.values[self.codes[row]]


@dataclass(slots=True)
class Sheet:
    """One sheet. Rows and columns count from 0; ``first_column`` columns on the left hold nothing and are left out.

    ``merged``: ((row, column), (row, column)) inclusive, columns as in the workbook. ``lost``: formula cells
    without a stored value, ``errors``: cells showing an error, as (row, column) in the workbook.
    """

    name: str
    n_rows: int
    columns: list[Column]
    first_column: int = 0
    hidden: bool = False
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    lost_count: int = 0
    errors: list[tuple[int, int]] = field(default_factory=list)

    def row(self, number: int) -> list[Cell]:
        return [column.values[column.codes[number]] for column in self.columns]

    def rows(self) -> Iterator[list[Cell]]:
        """Every row as a list of cells."""
        for number in range(self.n_rows):
            yield self.row(number)


@dataclass(slots=True)
class Book:
    """A file that has been read: its form (xlsx, xls, html, text) and sheets."""

    form: str
    sheets: list[Sheet]
    seconds: float


def load_bytes(source: Path | str | bytes) -> bytes:
    """The file's bytes; LedgerError when it is missing, unreadable or larger than MAX_BYTES."""
    if isinstance(source, bytes):
        data = source
    else:
        try:
            if Path(source).stat().st_size > MAX_BYTES:
                raise LedgerError("file_too_large", limit=MAX_BYTES // 1024 // 1024)
            data = Path(source).read_bytes()
        except OSError as error:
            raise LedgerError("file_unreadable", name=Path(source).name, detail=error.strerror or "") from None
    if len(data) > MAX_BYTES:
        raise LedgerError("file_too_large", limit=MAX_BYTES // 1024 // 1024)
    return data


def read_book(source: Path | str | bytes, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """Read a workbook, CSV, TSV or HTML table.

    Raises LedgerError with a reason for whatever cannot be read; never takes this process down.
    """
    started = time.perf_counter()
    data = load_bytes(source)
    form = preflight.sniff(data)
    members = preflight.check_archive(data) if form == "xlsx" else []
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(data)
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", "data.ledgers.child", form, encoding or "", delimiter or ""],
            stdin=given, stdout=taken, stderr=subprocess.DEVNULL, cwd=_ROOT,
        )  # fmt: skip
        try:
            # while the child reads, the bytes are looked at here: whichever finds a fault first ends it
            scans = preflight.scan_workbook(data, members) if members else {}
            process.wait(timeout=max(1.0, SECONDS - (time.perf_counter() - started)))
        except subprocess.TimeoutExpired:
            raise LedgerError("reader_slow", seconds=SECONDS) from None
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        taken.seek(0)
        sheets = _sheets(taken, process.returncode)
    for sheet in sheets:
        scan = scans.get(sheet.name)
        if scan is not None:
            sheet.lost = [(row - 1, column - 1) for row, column in scan.lost]
            sheet.lost_count = scan.lost_count
            sheet.errors = [(row - 1, column - 1) for row, column in scan.errors]
    return Book(form, sheets, time.perf_counter() - started)


def _sheets(taken: IO[bytes], status: int) -> list[Sheet]:
    size = int.from_bytes(taken.read(8), "big")
    head = taken.read(size) if size else b""
    if not head or len(head) < size:
        raise LedgerError("reader_crashed" if status else "file_damaged")
    described: dict[str, Any] = json.loads(head.decode("utf-8", "surrogatepass"))
    if "error" in described:
        raise LedgerError(described["error"], **described["params"])
    if status:
        raise LedgerError("reader_crashed")
    sheets = []
    for raw in described["sheets"]:
        n = raw["rows"]
        columns = []
        for values in raw["values"]:
            codes = np.frombuffer(taken.read(4 * n), dtype=np.int32)
            columns.append(Column([_cell(v) for v in values], codes))
        merged = [((a[0], a[1]), (b[0], b[1])) for a, b in raw["merged"]]
        sheets.append(Sheet(raw["name"], n, columns, raw["first_column"], raw["hidden"], merged))
    return sheets


def _cell(value: Any) -> Cell:
    if type(value) is list:
        text = value[0]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return value
