"""One sheet to fields: every conversion runs over a column's distinct values, rows take the results by code."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from data.ledgers import values
from data.ledgers.header import Layout, Mapped
from data.ledgers.problems import ERROR, WARNING
from data.ledgers.profile import Profile
from data.ledgers.read import Cell, Sheet
from data.ledgers.statuses import Status, StatusReader
from data.ledgers.table import DAY_FIELDS, REGION_FIELDS, TEXT_FIELDS, Objects, Table, no_text
from data.ledgers.values import Day

LONG = 10_000
#: columns of these fields have no place of their own in an item and stay among the extras
_EXTRA_FIELDS = ("note", "address", "serial", "reason", "evidence", "verdict", "verification_result", "region_text")


class SheetRows:
    """A sheet's data rows, column by column."""

    def __init__(self, sheet: Sheet, layout: Layout, year: int | None, order: str | None) -> None:
        self.sheet = sheet
        self.layout = layout
        self.rows = layout.rows
        self.n = len(layout.rows)
        self._year = year
        self._order = order
        self._codes: dict[int, Any] = {}
        self._texts: dict[int, list[str]] = {}

    def codes(self, column: Mapped) -> Any:
        """Code of each data row, and only codes that occur in data rows have a meaning."""
        found = self._codes.get(column.index)
        if found is None:
            found = self._codes[column.index] = self.sheet.columns[column.index].codes[self.rows]
        return found

    def values(self, column: Mapped) -> list[Cell]:
        return self.sheet.columns[column.index].values

    def texts(self, column: Mapped) -> list[str]:
        """Distinct values as trimmed text."""
        found = self._texts.get(column.index)
        if found is None:
            clean = values.text
            found = self._texts[column.index] = [clean(v) for v in self.values(column)]
        return found

    def taken(self, column: Mapped, made: list[Any]) -> Objects:
        """Converted distinct values, for each row."""
        pool = np.empty(len(made), dtype=object)
        pool[:] = made
        return pool[self.codes(column)]

    def rows_of(self, column: Mapped, chosen: list[int]) -> list[int]:
        """Positions of rows whose value is one of some distinct values."""
        if not chosen:
            return []
        return np.flatnonzero(np.isin(self.codes(column), chosen)).tolist()

    def day(self, value: Cell) -> Day:
        return values.day(value, self._order, self._year)


def harmonise(rows: SheetRows, profile: Profile, kind: str, readers: Callable[[str], StatusReader], name: str) -> Table:
    """Rows of one sheet as fields, without regions and keys. ``kind``: of rows that do not name their own; ``name``: the sheet's."""
    layout = rows.layout
    n = rows.n
    table = Table(n, [name])
    for array in ("kind", "stage", "label", "merged_into", "verdict", "verification", "disposal", "assist", "reason", "evidence",
                 "violation", "enforced", "lon", "lat", "investment", "extra", "raw", "key"):  # fmt: skip
        setattr(table, array, no_text(n))
    table.sheet_of = np.zeros(n, dtype=np.int16)
    table.row_no = (layout.rows + 1).astype(np.int32)
    table.region_id = np.zeros(n, dtype=np.int64)
    table.long_term = np.zeros(n, dtype=bool)
    table.refused = np.zeros(n, dtype=bool)
    table.warned = np.zeros(n, dtype=bool)
    table.headers = {c.field: c.header for c in layout.columns if c.field}
    table.kind[:] = kind
    _cell_faults(rows, table)
    for column in layout.columns:
        if column.field in TEXT_FIELDS:
            _text(rows, column, table)
        elif column.field in DAY_FIELDS:
            _days(rows, column, table)
        elif column.field is not None:
            _other(rows, column, table)
    _constants(profile, table)
    _kinds(rows, table)
    _status(rows, table, readers)
    _extras(rows, table)
    return table


def _cell_faults(rows: SheetRows, table: Table) -> None:
    """Control characters, overlong texts, formulas without a value, error cells."""
    place = {int(r): i for i, r in enumerate(rows.rows)} if rows.sheet.lost or rows.sheet.errors else {}
    at_column = {c.index: c for c in rows.layout.columns}
    for found, code in ((rows.sheet.lost, "formula_lost"), (rows.sheet.errors, "cell_error")):
        for row, col in found:
            column = at_column.get(col - rows.sheet.first_column)
            if row in place and column is not None:
                # a serial number or a column nobody maps is no reason to refuse a row
                serious = column.field not in (None, "serial", "note") and code == "formula_lost"
                table.report(place[row], column.header, "", code, ERROR if serious else WARNING)
    for column in rows.layout.columns:
        held = rows.values(column)
        controls = [i for i, v in enumerate(held) if isinstance(v, str) and not v.isprintable() and values.has_control(v)]
        for at in rows.rows_of(column, controls):
            table.report(at, column.header, held[rows.codes(column)[at]], "nul_removed", WARNING)
        long = [i for i, v in enumerate(held) if isinstance(v, str) and len(v) >= LONG]
        for at in rows.rows_of(column, long):
            value = held[rows.codes(column)[at]]
            table.report(at, column.header, value, "text_long", WARNING, length=len(str(value)))


def _text(rows: SheetRows, column: Mapped, table: Table) -> None:
    assert column.field is not None
    limit = TEXT_FIELDS[column.field]
    texts = rows.texts(column)
    short = column.field in (
        "ledger_no",
        "object_code",
        "object_name",
        "round",
        "team",
        "department",
        "theme",
        "category",
        "source",
        "severity",
    )
    made: list[str | None] = []
    over: list[int] = []
    for i, value in enumerate(texts):
        out = values.plain(value) if short and not (value.isascii() and "  " not in value and "\n" not in value) else value
        if limit is not None and len(out) > limit:
            over.append(i)
            out = out[:limit]
        made.append(out or None)
    if column.field not in ("title", "description", "ledger_no"):
        made = [None if v is not None and len(v) < 8 and values.is_blank(v) else v for v in made]
    table.text[column.field] = rows.taken(column, made)
    for at in rows.rows_of(column, over):
        table.report(at, column.field, texts[rows.codes(column)[at]], "text_cut", WARNING, limit=limit)


def _days(rows: SheetRows, column: Mapped, table: Table) -> None:
    name = column.field
    assert name is not None
    held = rows.values(column)
    used = np.zeros(len(held), dtype=bool)
    used[np.unique(rows.codes(column))] = True
    read = [rows.day(v) if used[i] else Day() for i, v in enumerate(held)]
    codes = rows.codes(column)
    ordinals = np.fromiter((d.day.toordinal() if d.day else 0 for d in read), dtype=np.int32, count=len(read))
    table.days[name] = ordinals[codes]
    words = {"yes": 1, "no": -1}
    said = np.fromiter((words.get(d.word or "", 0) for d in read), dtype=np.int8, count=len(read))
    if said.any():
        table.said[name] = said[codes]
    if name in ("due_on", "extended_due"):
        table.long_term |= np.fromiter((d.word == "long_term" for d in read), dtype=bool, count=len(read))[codes]
    wordy = name in ("monitored_on", "traced_on", "rectified_on", "closed_on", "verified_on", "returned_on", "withdrawn_on", "reopened_on")
    for i, d in enumerate(read):
        code = d.problem
        if (
            code is None
            and d.word is not None
            and (not wordy or d.word in ("long_term", "at_once"))
            and name not in ("due_on", "extended_due")
        ):
            code = "date_unreadable"
        if code is None:
            continue
        serious = d.day is None and name in ("discovered_on", "rectified_on", "closed_on", "due_on", "extended_due")
        for at in rows.rows_of(column, [i]):
            table.report(at, name, held[i], code, ERROR if serious else WARNING)


def _other(rows: SheetRows, column: Mapped, table: Table) -> None:
    name, held, texts = column.field, rows.values(column), rows.texts(column)
    if name in ("lon", "lat"):
        bound = 180.0 if name == "lon" else 90.0
        made: list[Any] = [None if values.is_blank(t) else values.coordinate(v, -bound, bound) for v, t in zip(held, texts, strict=True)]
        setattr(table, name, rows.taken(column, made))
        bad = [i for i, (m, t) in enumerate(zip(made, texts, strict=True)) if m is None and not values.is_blank(t)]
        for at in rows.rows_of(column, bad):
            table.report(at, name, texts[rows.codes(column)[at]], "coordinate_unreadable", WARNING)
    elif name == "investment":
        made = [None if values.is_blank(t) else values.money(v, column.unit) for v, t in zip(held, texts, strict=True)]
        table.investment = rows.taken(column, made)
        bad = [i for i, (m, t) in enumerate(zip(made, texts, strict=True)) if m is None and not values.is_blank(t)]
        for at in rows.rows_of(column, bad):
            table.report(at, name, texts[rows.codes(column)[at]], "number_unreadable", WARNING)
    elif name in ("violation", "enforced"):
        setattr(table, name, rows.taken(column, [values.yes_no(t) for t in texts]))
    elif name == "long_term":
        table.long_term |= rows.taken(column, [bool(values.yes_no(t)) or values.day(t).word == "long_term" for t in texts]).astype(bool)
    elif name == "verification_result":
        table.verification = rows.taken(column, [values.meaning("verification", t) for t in texts])
    elif name == "verdict":
        table.verdict = rows.taken(column, [values.meaning("verdict", t) for t in texts])
    elif name == "disposal":
        known = [None if values.is_blank(t) else values.meaning("disposal", t) for t in texts]
        table.disposal = rows.taken(
            column, [k or (values.plain(t)[:40] if not values.is_blank(t) else None) for k, t in zip(known, texts, strict=True)]
        )
        bad = [i for i, (k, t) in enumerate(zip(known, texts, strict=True)) if k is None and not values.is_blank(t)]
        for at in rows.rows_of(column, bad):
            table.report(at, name, texts[rows.codes(column)[at]], "disposal_unknown", WARNING)
    elif name in ("assist", "reason", "evidence", "merged_into"):
        setattr(table, name, rows.taken(column, [None if values.is_blank(t) else t for t in texts]))


def _constants(profile: Profile, table: Table) -> None:
    for name, value in profile.constants.items():
        if name in TEXT_FIELDS and name not in table.text:
            table.text[name] = no_text(table.n)
            table.text[name][:] = value[: TEXT_FIELDS[name] or len(value)]
        elif name in DAY_FIELDS and name not in table.days:
            read = values.day(value, profile.date_order, profile.year)
            if read.day:
                table.days[name] = np.full(table.n, read.day.toordinal(), dtype=np.int32)


def _kinds(rows: SheetRows, table: Table) -> None:
    column = rows.layout.column("kind")
    if column is None:
        return
    texts = rows.texts(column)
    made = [values.meaning("kinds", t) for t in texts]
    found = rows.taken(column, made)
    table.kind = np.where(found == None, table.kind, found)  # noqa: E711 - elementwise
    bad = [i for i, (m, t) in enumerate(zip(made, texts, strict=True)) if m is None and not values.is_blank(t)]
    for at in rows.rows_of(column, bad):
        table.report(at, "kind", texts[rows.codes(column)[at]], "kind_word_unknown", WARNING)


def _status(rows: SheetRows, table: Table, readers: Callable[[str], StatusReader]) -> None:
    column = rows.layout.column("status")
    if column is None:
        return
    texts = rows.texts(column)
    for kind in set(table.kind.tolist()):
        reader = readers(kind)
        mine = table.kind == kind
        made: list[Status | None] = []
        for t in texts:
            status = reader.read(t)
            if (status is None or status.stage is None) and (said := values.yes_no(t)) is not None:
                status = Status(reader.yes_no(said), values.plain(t)[:100])
            made.append(status)
        table.stage = np.where(mine, rows.taken(column, [s.stage if s else None for s in made]), table.stage)
        table.label = np.where(mine, rows.taken(column, [s.label if s else None for s in made]), table.label)
        table.long_term |= mine & rows.taken(column, [bool(s and s.long_term) for s in made]).astype(bool)
        target = rows.taken(column, [s.target if s else None for s in made])
        table.merged_into = np.where(mine & (table.merged_into == None), target, table.merged_into)  # noqa: E711
        by_label = [values.meaning("disposal", s.label) if s else None for s in made]
        if kind in ("scattered_polluter", "outfall") and any(by_label):
            table.disposal = np.where(mine & (table.disposal == None), rows.taken(column, by_label), table.disposal)  # noqa: E711
        unknown = [i for i, s in enumerate(made) if s is not None and s.stage is None]
        for at in rows.rows_of(column, unknown):
            if mine[at]:
                table.report(at, "status", texts[rows.codes(column)[at]], "status_unknown", WARNING)


def _extras(rows: SheetRows, table: Table) -> None:
    """Columns without a field of their own as one JSON text a row, and the row as a whole for comparing."""
    pieces: list[Objects] = []
    raw: list[list[str]] = []
    # a running number that each export issues anew says nothing beside a real one
    numbered = rows.layout.column("ledger_no") is not None
    for column in rows.layout.columns:
        if column.field == "serial" and numbered:
            continue
        texts = rows.texts(column)
        if column.field != "serial":
            raw.append(rows.taken(column, texts).tolist())
        counted = column.field == "count"
        if column.field is not None and column.field not in _EXTRA_FIELDS and not counted:
            continue
        head = json.dumps("count" if counted else column.header, ensure_ascii=False) + ": "
        held = rows.values(column)
        made = [
            None if not t else head + json.dumps((values.count(v) or t) if counted else t, ensure_ascii=False)
            for v, t in zip(held, texts, strict=True)
        ]
        if any(made):
            pieces.append(rows.taken(column, made))
    if pieces:
        joined = ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*(p.tolist() for p in pieces), strict=True)]
        table.extra[:] = [None if j == "{}" else j for j in joined]
    if table.n:
        table.raw[:] = ["\x1f".join(row) for row in zip(*raw, strict=True)] if raw else ""


_LISTED = re.compile(r"""^\s*\[(.*)\]\s*$""", re.DOTALL)
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


def region_texts(rows: SheetRows, profile: Profile) -> tuple[list[Mapped], list[list[str | None]], list[list[str]]]:
    """Region columns, their distinct values as names or codes, and for cells that list several places those names."""
    columns = [c for c in rows.layout.columns if c.field in REGION_FIELDS]
    made: list[list[str | None]] = []
    several: list[list[str]] = []
    for column in columns:
        out: list[str | None] = []
        many: list[str] = []
        for t in rows.texts(column):
            value: str | None = None if values.is_blank(t) else values.plain(t)
            if value and profile.region_list and (m := _LISTED.match(value)):
                names = [a or b for a, b in _QUOTED.findall(m[1])]
                value = names[0] if names else None
                if len(names) > 1 and profile.region_list == "only":
                    many.append(t)
                    value = "\x00"
            out.append(value)
        made.append(out)
        several.append(many)
    return columns, made, several
