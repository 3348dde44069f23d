"""Tables out of text: CSV and TSV in any usual encoding, and HTML tables that call themselves .xls.

Standard library only: it runs in the limited child process.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

MAX_FIELD = 1_000_000
MAX_COLUMNS = 16_384
MAX_CELLS = 5_000_000
_DELIMITERS = ",\t;|"
_SENTINEL = "\x02end\x03"


class TableError(Exception):
    """Cannot be read: ``code`` and ``params`` of a LedgerError."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def decode(data: bytes, encoding: str | None = None) -> str:
    """Text of a file: byte-order mark first, then UTF-8, UTF-16 without a mark, Windows-1252 or GB 18030 by their look."""
    if encoding:
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            raise TableError("encoding_wrong", encoding=encoding) from None
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        text = data.decode("utf-8")
        head = data[:4096]
        if head.count(0) <= len(head) // 4:
            return text
    except UnicodeDecodeError:
        pass
    head = data[:4096]
    if head[1::2].count(0) > len(head) // 4:
        return data.decode("utf-16-le", "replace")
    if head[0::2].count(0) > len(head) // 4:
        return data.decode("utf-16-be", "replace")
    # Chinese text in GB 18030 has its high bytes in pairs, Western text has single ones among letters
    runs = re.findall(rb"[\x80-\xff]+", data[: 1 << 20])
    single = sum(1 for run in runs if len(run) == 1)
    if runs and single > len(runs) * 0.6:
        return data.decode("cp1252", "replace")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        # a file cut in the middle of a character, or a few damaged ones
        if len(data) - error.start < 4:
            return data[: error.start].decode("gb18030")
        text = data.decode("gb18030", "replace")
        if text.count("\ufffd") > max(5, len(text) // 200):
            raise TableError("encoding_unknown") from None
        return text


def delimiter_of(text: str) -> str:
    """The separator that cuts the first lines into the most, and most even, columns."""
    first = text[:200].lstrip().lower()
    if first.startswith("sep=") and len(first) > 4:
        return first[4]
    sample = text[:65536].splitlines(keepends=True)[:60]
    lines = [line for line in sample if any(d in line for d in _DELIMITERS)]
    # what stands in every line, that of the headers too, goes before what only stands in cells: a list of corners cuts its cell in many
    everywhere = [d for d in _DELIMITERS if len(lines) > 1 and all(d in line for line in lines)]
    best, best_score = (everywhere or _DELIMITERS)[0], 0.0
    for delimiter in everywhere or _DELIMITERS:
        try:
            # a quote that is not closed in its field: the cut went through a cell
            widths = [
                len(row) if all(cell.count('"') % 2 == 0 for cell in row) else 1 for row in csv.reader(sample, delimiter=delimiter) if row
            ]
        except csv.Error:
            continue
        if not widths:
            continue
        width, often = Counter(widths).most_common(1)[0]
        if width == 1:
            width = max(widths)
            often = widths.count(width)
        score = (width - 1) * (often / len(widths))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def csv_rows(text: str, delimiter: str | None = None) -> Iterator[list[str]]:
    """Rows of separated text; TableError for a quote that never closes and for fields and rows beyond measure."""
    delimiter = delimiter or delimiter_of(text)
    if text[:10].lower().startswith("sep="):
        text = re.sub(r"\A[^\r\n]*(\r\n|\r|\n)", "", text, count=1)
    csv.field_size_limit(MAX_FIELD)
    # a closing line of our own: swallowed by a field, it shows that a quote stayed open
    source = io.StringIO(text + ("" if text.endswith(("\n", "\r")) else "\n") + _SENTINEL + "\n", newline="")
    reader = csv.reader(source, delimiter=delimiter)
    held: list[str] | None = None
    line = 0
    cells = 0
    try:
        for row in reader:
            if held is not None:
                yield held
                cells += len(held)
                if len(held) > MAX_COLUMNS or cells > MAX_CELLS:
                    raise TableError("sheet_too_large", rows=reader.line_num, columns=len(held))
            if row != [_SENTINEL]:
                line_before, line = line, reader.line_num
                if any(_SENTINEL in cell for cell in row):
                    raise TableError("quote_open", line=line_before + 1)
            held = row
    except csv.Error as error:
        if "field larger" in str(error):
            raise TableError("quote_open" if '"' in text else "field_too_large", line=line + 1) from None
        raise TableError("text_unreadable", line=reader.line_num) from None


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._taken: dict[int, int] = {}
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._skip += 1
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            given = dict(attrs)
            self._span = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._skip:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._pass_taken()
        at = (len(self.rows), len(self._row))
        down, across = self._span
        self._row.extend(["".join(self._cell).strip(), *[""] * (across - 1)])
        if len(self._row) > MAX_COLUMNS:
            raise TableError("sheet_too_large", rows=len(self.rows) + 1, columns=len(self._row))
        if down > 1 or across > 1:
            self.merged.append((at, (at[0] + down - 1, at[1] + across - 1)))
        if down > 1:
            for column in range(at[1], at[1] + across):
                self._taken[column] = down
        self._cell = None

    def _pass_taken(self) -> None:
        assert self._row is not None
        while self._taken.get(len(self._row), 0) > 0:
            self._row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self._pass_taken()
            self.rows.append(self._row)
            self._taken = {column: left - 1 for column, left in self._taken.items() if left > 1}
        self._row = None


def _span(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() and int(text) > 0 else 1


def html_rows(text: str) -> tuple[list[list[str]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """All table rows of a page, one after the other, and its merged ranges as ((row, column), (row, column)) from 0."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser._end_row()
    if not parser.rows:
        raise TableError("html_without_table")
    return parser.rows, parser.merged
