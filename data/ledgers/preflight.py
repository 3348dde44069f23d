"""The first wall: what a file really is, and whether its archive may be opened at all.

Looks at bytes only and starts no parser. The second wall is the limited child process (read.py).
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO

from data.ledgers.problems import LedgerError

MAX_MEMBERS = 2_000
MAX_RATIO = 200
MAX_REAL_SIZE = 600 * 1024 * 1024
MAX_CELLS = 5_000_000
# a member smaller than this may be as compressible as it likes
_SMALL = 1024 * 1024
_CHUNK = 1 << 20
_KEPT_LOST = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM", b"\x7fELF", b"MZ",
    b"SQLite format", b"{\\rtf",
)  # fmt: skip


def sniff(data: bytes) -> str:
    """``xlsx``, ``xls``, ``html`` or ``text``, by content and never by suffix; LedgerError for anything else."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise LedgerError("file_empty")
    if data.startswith(b"PK"):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise LedgerError("file_encrypted")
        if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
            return "xls"
        raise LedgerError("file_wrong_kind")
    if data.startswith(_FOREIGN):
        raise LedgerError("file_wrong_kind")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
        head = data[:8192].decode("utf-16", "ignore").encode().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<html" not in head:
        raise LedgerError("file_xml_2003")
    if head.startswith(b"<") and (b"<html" in head or b"<table" in head or b"<!doctype html" in head or b"<meta" in head):
        return "html"
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_wide(data[:4096])
    if not wide and data[:65536].count(0) > max(20, len(data[:65536]) // 100):
        raise LedgerError("file_wrong_kind")
    return "text"


def _looks_wide(head: bytes) -> bool:
    """UTF-16 without a byte-order mark: every second byte of Latin text and separators is zero."""
    return len(head) > 8 and (head[1::2].count(0) > len(head) // 4 or head[0::2].count(0) > len(head) // 4)


def _sniff_zip(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(data)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error):
        raise LedgerError("file_damaged") from None
    if any(name.lower().replace("\\", "/") == "xl/workbook.xml" for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names or "mimetype" in names or "content.xml" in names:
        raise LedgerError("file_other_workbook")
    raise LedgerError("file_wrong_kind")


def check_archive(data: bytes) -> list[zipfile.ZipInfo]:
    """The members of a workbook's zip by what they declare; LedgerError for a bomb. Microseconds on honest files."""
    try:
        members = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error):
        raise LedgerError("file_damaged") from None
    if len(members) > MAX_MEMBERS:
        raise LedgerError("archive_bomb", what=f"{len(members)} members")
    total = 0
    for member in members:
        if member.flag_bits & 1:
            raise LedgerError("file_encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise LedgerError("file_damaged")
        total += member.file_size
        if member.file_size > _SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise LedgerError("archive_bomb", what=f"{member.file_size // max(1, member.compress_size)}:1")
    if total > MAX_REAL_SIZE:
        raise LedgerError("archive_bomb", what=f"{total // 1024 // 1024} MB")
    return members


@dataclass(slots=True)
class SheetScan:
    """What the bytes of one sheet say: last row and column (from 1) of cells that hold something, formula cells
    without a stored value and error cells, as (row, column) from 1, and how many of each there are."""

    rows: int = 0
    columns: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)
    lost_count: int = 0
    errors: list[tuple[int, int]] = field(default_factory=list)


_REF = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
# the way every known program writes it; a literal beginning lets the search run fast
_REF_USUAL = re.compile(rb' r="([A-Z]+[0-9]+)"')
_LETTERS = bytes(range(65, 91))
_DIGITS = b"0123456789"
_EMPTY = re.compile(rb"<(?:\w+:)?c\b[^<>]*/>")
_ROW_REF = re.compile(rb"""<(?:\w+:)?row\b[^<>]*\br=["']([0-9]{1,9})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_ERROR_CELL = re.compile(rb"""\bt=["']e["']""")
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")
_HAS_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")
_ANY_VALUE = re.compile(rb"<(?:\w+:)?v\s*/?>")
_BANNED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# members of a workbook that hold no cells
_NO_CELLS = re.compile(
    r"(sharedStrings|styles|theme|drawing|comments|media|docProps|_rels|metadata|persons|vml|printerSettings|calcChain)", re.IGNORECASE
)


def scan_workbook(data: bytes, members: list[zipfile.ZipInfo]) -> dict[str, SheetScan]:
    """Scan of every sheet by its name; LedgerError for entities, lying sizes and sheets too large to read."""
    found: dict[str, SheetScan] = {}
    small: dict[str, bytes] = {}
    real = 0
    for member in members:
        name = member.filename.replace("\\", "/").lstrip("/")
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        holds_cells = _NO_CELLS.search(name) is None
        scan = SheetScan()
        tail = b""
        head = b""
        for chunk in _inflate(data, member):
            real += len(chunk)
            if real > MAX_REAL_SIZE:
                raise LedgerError("archive_bomb", what=f"> {MAX_REAL_SIZE // 1024 // 1024} MB")
            if len(head) < 1 << 18:
                head += chunk
            block = tail + chunk
            if (b"!" in block and _BANNED.search(block)) or (not tail and block[:2] in (b"\xff\xfe", b"\xfe\xff")):
                raise LedgerError("archive_entities")
            if not holds_cells:
                tail = block[-16:]
                continue
            cut = block.rfind(b"</row>") + 6
            if cut == 5:
                # one row longer than a block: cut between cells
                cut = max(block.rfind(b"</c>") + 4, 0)
                if cut == 3:
                    cut = 0 if len(block) < 64 * _CHUNK else len(block)
            _scan_block(block[:cut], scan)
            tail = block[cut:]
        if holds_cells:
            _scan_block(tail, scan)
            if scan.rows:
                found[name] = scan
        if name.endswith(("workbook.xml", "workbook.xml.rels")):
            small[name] = head
    return _by_sheet_name(found, small)


def _scan_block(block: bytes, scan: SheetScan) -> None:
    if not block:
        return
    rows, columns = _extent(block)
    if max(scan.rows, rows) * max(scan.columns, columns) > MAX_CELLS:
        # formatted but empty cells do not count: offices format whole columns
        rows, columns = _extent(_EMPTY.sub(b"", block))
    if not rows and (b"<row" in block or b":row" in block):
        rows = max(map(int, _ROW_REF.findall(block)), default=0)
    scan.rows, scan.columns = max(scan.rows, rows), max(scan.columns, columns)
    if scan.rows * scan.columns > MAX_CELLS:
        raise LedgerError("sheet_too_large", rows=scan.rows, columns=scan.columns)
    # cells with a namespace prefix or in other quotes are looked at in any case: no known program writes them
    unusual = b"<c " not in block
    formulas = b"<f" in block or unusual
    errors = b't="e"' in block or unusual or b"t='e'" in block
    if not formulas and not errors:
        return
    for match in _CELL.finditer(block):
        attributes, inside = match.groups()
        at = _REF.search(b" " + attributes)
        if at is None:
            continue
        place = (int(at.group(2)), column_number(at.group(1)))
        if _ERROR_CELL.search(attributes):
            if len(scan.errors) < _KEPT_LOST:
                scan.errors.append(place)
        elif formulas and _FORMULA.search(inside) and not _HAS_VALUE.search(inside):
            # a formula whose stored result is an empty text has a value element of type str
            if _TEXT_RESULT.search(attributes) and _ANY_VALUE.search(inside):
                continue
            scan.lost_count += 1
            if len(scan.lost) < _KEPT_LOST:
                scan.lost.append(place)


def _extent(block: bytes) -> tuple[int, int]:
    """Largest row and column, from 1, that cells of a block name; 0 when they name none."""
    usual = _REF_USUAL.findall(block)
    if not usual or len(usual) < block.count(b"<c "):
        # written in another way, or made to look so
        found = _REF.findall(block)
        return max((int(row) for _, row in found), default=0), max((column_number(letters) for letters, _ in found), default=0)
    refs = b" ".join(usual)
    rows = max(map(int, set(refs.translate(None, _LETTERS).split())))
    return rows, max(map(column_number, set(refs.translate(None, _DIGITS).split())))


def column_number(letters: bytes | str) -> int:
    """A = 1, XFD = 16384."""
    value = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        value = value * 26 + letter - 64
    return value


def column_letters(number: int) -> str:
    """1 = A."""
    out = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def _inflate(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member really holds, whatever size it declares."""
    at = member.header_offset
    if data[at : at + 4] != b"PK\x03\x04":
        raise LedgerError("file_damaged")
    name_length, extra_length = struct.unpack("<HH", data[at + 26 : at + 30])
    start = at + 30 + name_length + extra_length
    view = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for i in range(0, len(view), _CHUNK):
            yield bytes(view[i : i + _CHUNK])
        return
    machine = zlib.decompressobj(-15)
    given = 0
    try:
        for i in range(0, len(view), 65536):
            pending: bytes = bytes(view[i : i + 65536])
            while pending:
                out = machine.decompress(pending, 4 * _CHUNK)
                given += len(out)
                if given > member.file_size + 1024:
                    raise LedgerError("archive_bomb", what="size")
                pending = machine.unconsumed_tail
                if out:
                    yield out
                elif not pending:
                    break
        yield machine.flush()
    except zlib.error:
        raise LedgerError("file_damaged") from None


_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^<>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _attributes(raw: bytes) -> dict[str, str]:
    return {k.decode().split(":")[-1]: unescape((a or b).decode("utf-8", "replace")) for k, a, b in _ATTRIBUTE.findall(raw)}


def _by_sheet_name(found: dict[str, SheetScan], small: dict[str, bytes]) -> dict[str, SheetScan]:
    targets: dict[str, str] = {}
    for raw in _RELATION.findall(small.get("xl/_rels/workbook.xml.rels", b"")):
        given = _attributes(raw)
        target = given.get("Target", "")
        targets[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    out: dict[str, SheetScan] = {}
    for raw in _SHEET.findall(small.get("xl/workbook.xml", b"")):
        given = _attributes(raw)
        scan = found.get(targets.get(given.get("id", ""), ""))
        if scan is not None:
            out[given.get("name", "")] = scan
    return out
