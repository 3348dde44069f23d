"""Tables of figures and events as officers send them: headings recognised, places looked up, days and numbers read.

Used by series.py and events.py. Words live in intake.json.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from data import calendar
from data.ledgers.problems import LedgerError
from data.ledgers.values import day as read_day
from data.ranking.faults import LANGS, Fault, RankingError, phrase, said
from data.ranking.scheme import Words
from data.regions.match import RegionMatcher
from data.regions.table_read import Given, read_rows

SHOWN = 200
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\.\d+")


@cache
def words() -> dict[str, Any]:
    """The texts of tables, as intake.json holds them."""
    return json.loads((Path(__file__).parent / "intake.json").read_text(encoding="utf-8"))


def say(key: str, lang: str, **values: object) -> str:
    """A line for the one who gave the command."""
    return said(words()["says"][key]["en" if lang == "en" else "zh-CN"], lang, values)


def what(key: str) -> Words:
    """A column as messages name it."""
    return Words(*words()["whats"][key])


class TableError(RankingError):
    """A table cannot be taken; nothing of it was written. ``faults`` name row, column and value."""

    def report(self, file: str, lang: str = "zh-CN") -> list[str]:
        """The faults as lines, the first SHOWN of them."""
        lines = [say("refused", lang, file=file, count=len(self.faults)), *(f.text(lang) for f in self.faults[:SHOWN])]
        return lines + ([say("more", lang, count=len(self.faults) - SHOWN)] if len(self.faults) > SHOWN else [])


@dataclass
class Row:
    """A row: its number as a spreadsheet counts, and the cells of the known columns as text."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """A cell; empty where it holds a sign for nothing."""
        text = self.cells.get(column, "")
        return "" if unicodedata.normalize("NFKC", text).strip().casefold() in words()["blank"] else text


@dataclass
class Sheet:
    """A table that has been read: its rows, its columns as headed, and the faults found so far."""

    file: str
    rows: list[Row] = field(default_factory=list)
    headed: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, code: str, row: Row | None = None, column: str = "", **values: object) -> None:
        """Note a fault: of a cell, a row, or the table."""
        entry = words()["faults"][code]
        template = words()["place" if column else "place_row"]
        given = {"file": self.file, "row": row.number if row else 0, "column": self.headed.get(column, column)}
        where = Words(*(said(template[lang], lang, dict(given)) if row else self.file for lang in LANGS))
        parts = [Words(*(said(entry[lang][n], lang, values) for lang in LANGS)) for n in (0, 1)]
        self.faults.append(Fault(where, parts[0], parts[1], code))

    def need(self, *columns: str) -> bool:
        """Note the first of these columns as missing when none is there."""
        if any(column in self.headed for column in columns):
            return True
        self.add("no_column", what=what(columns[0]), names=", ".join(words()["headers"][columns[0]][:4]))
        return False

    def stop(self) -> None:
        """Raise TableError when there are faults."""
        if self.faults:
            raise TableError(self.faults)


def _folded(text: str) -> str:
    return re.sub(r"[\s()]+", "", unicodedata.normalize("NFKC", text)).casefold()


def read_table(source: Given, file: str, columns: Iterable[str]) -> Sheet:
    """The rows of a CSV or a workbook under their recognised headings; columns that mean nothing here are passed over.

    Raises TableError for a file that cannot be read.
    """
    sheet = Sheet(file)
    try:
        given = read_rows(source)
    except LedgerError as error:
        sheet.add("unreadable", said=Words(error.text("zh-CN"), error.text("en")))
        raise TableError(sheet.faults) from None
    if len(given) < 2:
        sheet.add("no_rows")
        raise TableError(sheet.faults)
    known = {_folded(spelling): column for column in columns for spelling in words()["headers"][column]}
    at: dict[str, int] = {}
    for n, heading in enumerate(given[0][1]):
        column = known.get(_folded(heading))
        if column is not None and column in at:
            sheet.add("column_twice", value=sheet.headed[column], other=heading)
        elif column is not None:
            at[column] = n
            sheet.headed[column] = heading
    for number, cells in given[1:]:
        sheet.rows.append(Row(number, {column: cells[n].strip() for column, n in at.items() if n < len(cells)}))
    return sheet


class Cells:
    """Reads the cells of a sheet's rows, and notes what cannot be read."""

    def __init__(self, sheet: Sheet, matcher: RegionMatcher, within: int | None = None) -> None:
        self.sheet, self.matcher, self.within = sheet, matcher, within
        self.today = calendar.today()

    def region(self, row: Row) -> int | None:
        """The id of the row's place."""
        cells = {name: row.get(name) or None for name in ("province", "prefecture")}
        text, code = row.get("region"), row.get("region_code")
        column = "region" if "region" in self.sheet.headed else "region_code"
        if not text and not code:
            self.sheet.add("no_region", row, column)
            return None
        found = self.matcher.match(**cells, text=text or None, code=code or None, within=self.within)
        if found.region_id is not None:
            return found.region_id
        value = " ".join(filter(None, (code, cells["province"], cells["prefecture"], text)))
        tree = self.matcher.tree
        names = [Words(*(f"{tree.full_name(i, lang)} ({tree.by_id(i).code})" for lang in LANGS)) for i in found.candidates[:6]]
        listed = Words(*(", ".join(name(lang) for name in names) for lang in LANGS))
        if found.problem == "unknown" or not names:
            self.sheet.add("unknown_region", row, column, value=value, near=phrase("near", names=listed) if names else "")
        else:
            code = "ambiguous_region" if found.problem == "ambiguous" else "conflicting_region"
            self.sheet.add(code, row, column, value=value, names=listed)
        return None

    def day(self, row: Row, column: str) -> date | None:
        """The row's day; a month stands for its last day. None, and a fault, for anything else and for days to come."""
        raw = row.get(column)
        if not raw:
            self.sheet.add("no_day", row, column)
            return None
        found = read_day(raw).day
        if found is None:
            self.sheet.add("day", row, column, value=raw)
        elif found > self.today:
            self.sheet.add("future", row, column, value=found.isoformat())
            return None
        return found

    def number(self, row: Row, column: str, percent: Callable[[float], float | None] | None = None) -> float | None:
        """The row's number, None when the cell is empty (no fault) or holds none (a fault).

        ``percent`` says what a number with a percent sign means, or None where it means nothing.
        """
        raw = row.get(column)
        if not raw:
            return None
        text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").replace("\u2013", "-").replace(" ", "").replace("\uff0c", ",")
        signed = text.endswith("%")
        body = text.removesuffix("%")
        value = float(body.replace(",", "")) if _NUMBER.fullmatch(body) else math.nan
        if not math.isfinite(value):
            self.sheet.add("number", row, column, value=raw)
            return None
        if not signed:
            return value
        if percent is None:
            self.sheet.add("number", row, column, value=raw)
            return None
        return percent(value)

    def text(self, row: Row, column: str, limit: int) -> str:
        """The row's text, refused when it is too long for the store."""
        raw = " ".join(row.get(column).split())
        if len(raw) > limit:
            self.sheet.add("text_long", row, column, value=raw[:20], limit=limit)
            return raw[:limit]
        return raw
