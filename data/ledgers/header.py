"""Finds the header of a sheet under its title rows, names its columns, and says which rows are not data."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from data.ledgers.problems import LedgerError
from data.ledgers.profile import Profile
from data.ledgers.read import Codes, Sheet
from data.ledgers.values import folded, is_blank, plain, words

#: header rows are looked for so far down
DEPTH = 40
_BRACKETS = re.compile(r"[(\[\u3010<].*?[)\]\u3011>]")
_UNIT = re.compile(r"[(\[\u3010](.{1,6}?)[)\]\u3011]")
_EDGE = re.compile(r"^[\d*#.\u3001:\u2605\u25b2]+|[*:\u2605\u25b2?]+$")


@cache
def _file() -> dict[str, list[str]]:
    return json.loads((Path(__file__).parent / "headers.json").read_text(encoding="utf-8"))


@cache
def _spellings() -> dict[str, str]:
    out: dict[str, str] = {}
    for name, spelled in _file().items():
        for word in (name, *spelled):
            out.setdefault(folded(word), name)
    return out


@cache
def known_fields() -> tuple[str, ...]:
    """Fields that a column may be mapped to."""
    return tuple(_file())


def field_of(header: str) -> str | None:
    """The field that a header names, whatever its blanks, line breaks, brackets, stars and width; else None."""
    whole = folded(header)
    spelled = _spellings()
    for candidate in (whole, _EDGE.sub("", whole), _BRACKETS.sub("", whole), _EDGE.sub("", _BRACKETS.sub("", whole))):
        if candidate and candidate in spelled:
            return spelled[candidate]
    return None


@dataclass(slots=True)
class Mapped:
    """One column of a sheet: its place, its header as printed, the field it fills (None: kept among the extras)."""

    index: int
    header: str
    field: str | None = None
    unit: str | None = None


@dataclass(slots=True)
class Layout:
    """Where things stand in a sheet. ``rows`` are the numbers (from 0) of data rows; ``skipped`` counts others by
    reason: title, blank, header_again, total, note."""

    header_from: int
    header_to: int
    columns: list[Mapped]
    rows: Codes
    skipped: dict[str, int] = field(default_factory=dict)
    doubles: list[tuple[Mapped, Mapped]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def column(self, name: str) -> Mapped | None:
        """The column mapped to a field."""
        return next((c for c in self.columns if c.field == name), None)


def _head(sheet: Sheet) -> list[list[str]]:
    return [[plain(v) for v in sheet.row(r)] for r in range(min(DEPTH, sheet.n_rows))]


def _score(row: list[str], wanted: set[str]) -> tuple[int, int]:
    cells = [c for c in row if c]
    known = {folded(c) if folded(c) in wanted else field_of(c) for c in cells} - {None}
    return len(known), len(cells)


def find_layout(sheet: Sheet, profile: Profile | None = None) -> Layout | None:
    """The layout of one sheet, or None when no header is recognised.

    LedgerError when a profile names a header row or columns that are not there.
    """
    head = _head(sheet)
    wanted = _wanted(profile)
    if profile is not None and profile.header_row:
        top = profile.header_row - 1
        if top >= len(head):
            raise LedgerError("no_header", rows=profile.header_row)
    else:
        best = (0, 0, 0)
        top = -1
        for number, row in enumerate(head):
            known, filled = _score(row, wanted)
            # the first of equal rows: a header printed again further down is not another header
            if known and (known, filled) > best[:2] and known * 4 >= min(filled, 8):
                best, top = (known, filled, -number), number
        if top < 0 or (best[0] < 2 and not (best[0] == 1 and best[1] <= 2)):
            return None
    first, last = _extent(sheet, head, top, wanted)
    columns = [
        Mapped(index, name, unit=_unit(name)) for index in range(len(sheet.columns)) if (name := _name(sheet, head, first, last, index))
    ]
    _unique(columns)
    layout = Layout(first, last, columns, np.zeros(0, dtype=np.int32))
    _assign(layout, sheet, profile)
    _fill_merged(sheet, layout)
    _data_rows(sheet, layout)
    return layout


def _wanted(profile: Profile | None) -> set[str]:
    if profile is None:
        return set()
    return {folded(h) for given in profile.columns.values() for h in ([given] if isinstance(given, str) else given) if h}


def _spans(sheet: Sheet, row: int) -> list[tuple[int, int, int, int]]:
    """Merged ranges that touch a row: (first row, first column, last row, last column), columns as the sheet's lists have them."""
    left = sheet.first_column
    return [(a, b - left, c, d - left) for (a, b), (c, d) in sheet.merged if a <= row <= c]


def _extent(sheet: Sheet, head: list[list[str]], top: int, wanted: set[str]) -> tuple[int, int]:
    """First and last header row around the best one: parents above, children below."""
    first = last = top
    spans = _spans(sheet, top)
    # a wide cell that is not the whole title has children beneath it; a tall one reaches over them
    if any(c > top for a, b, c, d in spans if a <= top):
        last = max(c for a, b, c, d in spans)
    first = min([top, *(a for a, b, c, d in spans if c >= top and a < top)])
    for a, b, c, d in _spans(sheet, first - 1) if first > 0 else []:
        width = sum(1 for v in head[first] if v)
        if a == c and d > b and (d - b + 1) < max(3, width) and a == first - 1:
            first = a
            break
    if last == top and last + 1 < len(head):
        below, above = head[last + 1], head[last]
        under_gaps = [v for v, up in zip(below, above, strict=False) if v and not up]
        wide = any(a == c == top and d > b for a, b, c, d in spans)
        known = _score(below, wanted)[0]
        doubled = [v for v, up in zip(below, above, strict=False) if v and up and field_of(v) is None and folded(v) not in wanted]
        if known and (wide or under_gaps) and len(doubled) * 2 <= len([v for v in below if v]):
            last += 1
    return first, min(last, len(head) - 1)


def _name(sheet: Sheet, head: list[list[str]], first: int, last: int, index: int) -> str:
    """Header of one column: its parents and itself, without repeats."""
    parts: list[str] = []
    for row in range(first, last + 1):
        value = head[row][index] if index < len(head[row]) else ""
        if not value:
            for a, b, _, d in _spans(sheet, row):
                if b <= index <= d and (a, b) != (row, index) and a < len(head) and b < len(head[a]) and b >= 0:
                    value = head[a][b]
        if value and (not parts or parts[-1] != value):
            parts.append(value)
    return " / ".join(parts)


def _unit(header: str) -> str | None:
    m = _UNIT.search(header.replace("\uff08", "(").replace("\uff09", ")"))
    return m[1].strip() if m else None


def _unique(columns: list[Mapped]) -> None:
    seen: dict[str, int] = {}
    for column in columns:
        times = seen.get(column.header, 0) + 1
        seen[column.header] = times
        if times > 1:
            column.header = f"{column.header} ({times})"


def _candidates(header: str) -> list[str]:
    parts = header.split(" / ")
    return ["".join(parts), parts[-1], *(["".join(parts[-2:])] if len(parts) > 2 else []), *reversed(parts[:-1])]


def _assign(layout: Layout, sheet: Sheet, profile: Profile | None) -> None:
    taken: dict[str, Mapped] = {}
    if profile is not None:
        by_header: dict[str, Mapped] = {}
        for column in layout.columns:
            for name in (column.header, *_candidates(column.header)):
                by_header.setdefault(folded(name), column)
        for name, given in profile.columns.items():
            options = [given] if isinstance(given, str) else given
            found = next((by_header[folded(h)] for h in options if folded(h) in by_header), None)
            if found is not None:
                found.field = name
                taken[name] = found
            elif any(options):
                layout.missing.append(options[0])
    closed = set(profile.columns) if profile is not None else set()
    for column in layout.columns:
        if column.field is not None:
            continue
        named = next((f for c in _candidates(column.header) if (f := field_of(c))), None)
        if named is None or named in closed:
            continue
        name = named
        held = taken.get(name)
        if held is None:
            column.field = name
            taken[name] = column
        elif name not in ("note", "serial", "address", "evidence", "reason"):
            # one of two: the one that says more; the other stays as it is
            if _filled(sheet, held) * 2 < _filled(sheet, column):
                held.field, column.field, taken[name] = None, name, column
                held, column = column, held
            layout.doubles.append((held, column))


def _filled(sheet: Sheet, column: Mapped) -> int:
    codes = sheet.columns[column.index].codes
    return int(np.count_nonzero(codes))


#: merged cells of these fields are not filled down: one number is one item
_NOT_FILLED = ("ledger_no", "object_code", "investment", "count", "lon", "lat")


def _fill_merged(sheet: Sheet, layout: Layout) -> None:
    """Cells merged over several rows hold for each of them."""
    mapped = {c.index: c for c in layout.columns}
    writable: set[int] = set()
    for (a, b), (c, d) in sheet.merged:
        if c <= a or a <= layout.header_to or a >= sheet.n_rows:
            continue
        for index in range(b - sheet.first_column, d - sheet.first_column + 1):
            column = mapped.get(index)
            if column is None or column.field in _NOT_FILLED or index != b - sheet.first_column:
                continue
            if index not in writable:
                sheet.columns[index].codes = sheet.columns[index].codes.copy()
                writable.add(index)
            codes = sheet.columns[index].codes
            codes[a : c + 1] = codes[a]


def _data_rows(sheet: Sheet, layout: Layout) -> None:
    """Numbers of data rows; titles, blanks, repeated headers, totals and notes are counted and left out."""
    n = sheet.n_rows
    start = layout.header_to + 1
    filled = np.zeros(n, dtype=np.int32)
    text_at = np.full(n, -1, dtype=np.int32)
    for column in layout.columns:
        values, codes = sheet.columns[column.index].values, sheet.columns[column.index].codes
        # value 0 is the empty text; only white space counts as empty too
        has = codes != 0
        hollow = [i for i, v in enumerate(values) if isinstance(v, str) and v.isspace()]
        if hollow:
            has &= ~np.isin(codes, hollow)
        filled += has
        np.copyto(text_at, column.index, where=has & (text_at < 0))
    keep = np.ones(n, dtype=bool)
    keep[:start] = False
    layout.skipped = {"title": layout.header_from}
    blank = keep & (filled == 0)
    layout.skipped["blank"] = _up_to_last(blank, filled)
    keep &= ~blank
    # suspicious rows are few: look at them one by one
    again = 0
    headers = {c.index: folded(c.header.split(" / ")[-1]) for c in layout.columns}
    probe = [c for c in layout.columns if c.field][:6] or layout.columns[:6]
    suspects = keep.copy()
    for column in probe[:3]:
        values, codes = sheet.columns[column.index].values, sheet.columns[column.index].codes
        printed = headers[column.index]
        same = [i for i, v in enumerate(values) if isinstance(v, str) and v[:1] in printed and folded(v) == printed]
        suspects &= np.isin(codes, same) | (filled < 2)
    for row in np.flatnonzero(suspects & (filled >= 2)).tolist():
        keep[row] = False
        again += 1
    totals = notes = 0
    total, note = re.compile(words()["totals"], re.IGNORECASE), re.compile(words()["notes"], re.IGNORECASE)
    marked = np.zeros(n, dtype=bool)
    begins = frozenset(words()["marks_begin"])
    for column in layout.columns[:4]:
        values, codes = sheet.columns[column.index].values, sheet.columns[column.index].codes
        hit = [
            i
            for i, v in enumerate(values)
            if isinstance(v, str)
            and (begin := v.lstrip()[:2].lower())
            and (begin[0] in begins or begin in begins)
            and len(v) < 400
            and (total.match(folded(v)) or note.match(folded(v)))
        ]
        if hit:
            marked |= np.isin(codes, hit) & (text_at == column.index)
    width = len(layout.columns)
    for row in np.flatnonzero(keep & (marked | ((filled == 1) & (width >= 3)))).tolist():
        first = plain(sheet.columns[int(text_at[row])].at(row))
        if total.match(folded(first)) and filled[row] <= max(2, width * 3 // 4):
            totals += 1
        elif (note.match(folded(first)) and filled[row] <= max(2, width // 2)) or (filled[row] == 1 and width >= 3 and _is_note(first)):
            notes += 1
        else:
            continue
        keep[row] = False
    layout.skipped |= {"header_again": again, "total": totals, "note": notes}
    layout.rows = np.flatnonzero(keep).astype(np.int32)


def _up_to_last(blank: np.ndarray, filled: Codes) -> int:
    used = np.flatnonzero(filled)
    return int(np.count_nonzero(blank[: used[-1]])) if len(used) else 0


def _is_note(value: str) -> bool:
    """A row with one text and nothing else is a note or the name of a group, unless it is a bare number."""
    return not is_blank(value) and not re.fullmatch(r"[\d.\-/]+", value)
