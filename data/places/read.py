"""A file of places as rows: tables through the ledgers' reader, shapes through a limited child; nothing is judged here."""

import json
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from data.ledgers import preflight
from data.ledgers.header import Layout, find_layout
from data.ledgers.profile import Profile
from data.ledgers.read import Book, Sheet, read_book
from data.ledgers.values import folded, text
from data.places.child import member_name
from data.places.headers import assigned, spellings
from data.places.model import PlaceError, PlaceOptions

SECONDS = 90
_ROOT = Path(__file__).resolve().parents[2]
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Row:
    """One row or feature as the file has it. ``values``: field -> text; ``extra``: header -> text of what no field is;
    ``geometry``: GeoJSON geometry with the numbers of the file; None in a table."""

    number: int
    stands_at: str
    values: dict[str, str]
    extra: dict[str, str]
    geometry: dict[str, Any] | None = None


@dataclass(slots=True)
class Source:
    """A file that was read. ``form``: geojson, shapefile, kml, kmz, or a form of tables; ``crs``: the system the file itself declares;
    ``fields``: field -> header; ``sheet``: what the shapes of the file are called."""

    form: str
    headers: list[str]
    fields: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    crs: str | None = None
    sheet: str = ""

    @property
    def tabular(self) -> bool:
        return self.form not in ("geojson", "shapefile", "kml", "kmz")


def form_of(data: bytes) -> str:
    """``geojson``, ``shapefile``, ``kml``, ``kmz`` or ``table``, by content; PlaceError for a file that is none of them."""
    if data[:4] == b"PK\x03\x04":
        return _archive(data)
    if data[:4] == b"\x00\x00\x27\x0a":
        raise PlaceError("shp_alone")
    head = data[:8192]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    head = head.removeprefix(_BOM).lstrip()
    if head.startswith(b"{"):
        return "geojson"
    if head.startswith(b"["):
        raise PlaceError("json_other")
    if head.startswith(b"<") and (b"<kml" in head.lower() or b"opengis.net/kml" in head.lower()):
        return "kml"
    return "table"


def _archive(data: bytes) -> str:
    try:
        names = [member_name(m).lower() for m in zipfile.ZipFile(BytesIO(data)).infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error):
        raise PlaceError("file_damaged") from None
    if "xl/workbook.xml" in names:
        return "table"
    for suffix, form in ((".shp", "shapefile"), (".kml", "kmz")):
        if any(n.endswith(suffix) for n in names):
            preflight.check_archive(data)
            return form
    if "xl/workbook.bin" in names or "mimetype" in names or "content.xml" in names:
        return "table"
    raise PlaceError("zip_other")


def read_places(data: bytes, options: PlaceOptions) -> Source:
    """Every row of the file, by field. PlaceError or LedgerError for what cannot be read; never takes this process down."""
    if not data.strip(b" \t\r\n\x00" + _BOM):
        raise PlaceError("file_empty")
    form = form_of(data)
    source = _table(read_book(data, options.encoding), options) if form == "table" else _shapes(form, data, options)
    if not source.rows:
        raise PlaceError("no_places")
    return source


# ----------------------------------------------------------------------------- tables


def _table(book: Book, options: PlaceOptions) -> Source:
    sheets = [s for s in book.sheets if s.n_rows]
    if options.sheet:
        sheets = [s for s in sheets if folded(s.name) == folded(options.sheet)]
        if not sheets:
            raise PlaceError("sheet_missing", sheet=options.sheet, known=", ".join(s.name for s in book.sheets))
    # so that the header row is found by the words of places too
    known = Profile("", columns={"note": [*spellings(options.layer), *options.columns.values()]})
    found: list[tuple[Sheet, Layout, dict[str, str]]] = []
    left = dict(options.columns)
    for sheet in sheets:
        layout = None if sheet.hidden and not options.sheet and len(sheets) > 1 else find_layout(sheet, known)
        if layout is None:
            continue
        printed = [c.header for c in layout.columns]
        have = {folded(h) for h in printed}
        chosen = {name: header for name, header in options.columns.items() if not header or folded(header) in have}
        for name in chosen:
            left.pop(name, None)
        found.append((sheet, layout, assigned(printed, options.layer, chosen)))
    most = max((len(fields) for _, _, fields in found), default=0)
    if not most:
        raise PlaceError("no_header")
    if left:
        # names the first header that no sheet has
        assigned([c.header for _, layout, _ in found for c in layout.columns], options.layer, left)
    kept = [each for each in found if len(each[2]) * 2 > most and len(each[1].rows)]
    if not kept:
        raise PlaceError("no_places")
    headers = dict.fromkeys(c.header for _, layout, _ in kept for c in layout.columns)
    fields = {name: header for _, _, mapped in reversed(kept) for name, header in mapped.items()}
    out = Source(book.form, list(headers), fields, sheet=kept[0][0].name)
    for sheet, layout, mapped in kept:
        out.rows += _sheet_rows(sheet, layout, mapped, len(out.rows), len(kept) > 1)
    return out


def _sheet_rows(sheet: Sheet, layout: Layout, mapped: dict[str, str], before: int, many: bool) -> Iterator[Row]:
    by_header = {header: name for name, header in mapped.items()}
    columns = []
    for column in layout.columns:
        held = sheet.columns[column.index]
        columns.append((by_header.get(column.header), column.header, [text(v) for v in held.values], held.codes))
    for count, at in enumerate(layout.rows.tolist(), 1):
        values: dict[str, str] = {}
        extra: dict[str, str] = {}
        for name, header, texts, codes in columns:
            if said := texts[codes[at]]:
                if name is None:
                    extra[header] = said
                else:
                    values[name] = said
        yield Row(before + count, f"{sheet.name[:60]}!{at + 1}" if sheet.name and many else str(at + 1), values, extra)


# ----------------------------------------------------------------------------- shapes


def _shapes(form: str, data: bytes, options: PlaceOptions) -> Source:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(data)
        given.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "data.places.child", form, options.encoding or "", options.sheet or ""],
            stdin=given, stdout=taken, stderr=subprocess.DEVNULL, cwd=_ROOT,
        )  # fmt: skip
        try:
            process.wait(timeout=max(1.0, SECONDS - (time.perf_counter() - started)))
        except subprocess.TimeoutExpired:
            raise PlaceError("reader_slow", seconds=SECONDS) from None
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        taken.seek(0)
        return _answer(form, taken, process.returncode, options)


def _answer(form: str, taken: IO[bytes], status: int, options: PlaceOptions) -> Source:
    first = taken.readline()
    if not first:
        raise PlaceError("reader_crashed" if status else "file_damaged")
    head: dict[str, Any] = json.loads(first)
    if "error" in head:
        raise PlaceError(head["error"], **head["params"])
    features: list[dict[str, Any]] = []
    whole = False
    names: dict[str, None] = {}
    for line in taken:
        feature = json.loads(line)
        if not feature:
            whole = True
            break
        names.update(dict.fromkeys(feature["p"]))
        features.append(feature)
    if status or not whole:
        raise PlaceError("reader_crashed")
    mapped = assigned(names, options.layer, options.columns)
    by_header = {header: name for name, header in mapped.items()}
    out = Source(form, list(names), mapped, crs=head.get("crs"), sheet=head.get("layer", ""))
    title = mapped.get("name")
    for number, feature in enumerate(features, 1):
        values: dict[str, str] = {}
        extra: dict[str, str] = {}
        for header, raw in feature["p"].items():
            if said := text(raw):
                if header in by_header:
                    values[by_header[header]] = said
                else:
                    extra[header] = said
        named = values.get("name", "")[:40] if title else ""
        where = f"#{feature['at']} {named}".strip()
        out.rows.append(Row(number, where, values, extra, feature["g"] or {"type": "", "coordinates": []}))
    return out
