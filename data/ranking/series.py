"""Imported indicator series: PM2.5 change, section compliance … as the responsible office publishes them.

A table (CSV, XLSX) has a row for each place and day: ``region`` (code or name), ``as_of``, and ``value`` or ``numerator`` and
``denominator``. Code, name and unit of the series come as options or columns. Rows are only ever added: a correction is a further
row, and the newest recorded one counts. Either the whole table goes in or nothing does.

Units: ``rate`` holds shares 0–1 (96.3% may be written) and is printed as a percentage; any other unit is printed as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data import calendar
from data.ranking.intake import Cells, Row, Sheet, TableError, read_table, say, what, words
from data.ranking.values import CODE
from data.ranking.wording import RATE
from data.regions.match import RegionMatcher
from data.regions.table_read import Given
from data.schema import indicator_series, indicator_value
from data.store import Store, bump

_LIMITS = {"name": 100, "name_en": 100, "unit": 20, "standard": 100, "origin": 200}


@dataclass(frozen=True)
class Series:
    """What a series is. ``unit``: rate, %, ug/m3 …; ``standard``: the standard or section set that its figures follow."""

    code: str
    name_zh: str
    name_en: str | None = None
    unit: str = ""
    decimals: int = 1
    standard: str | None = None
    origin: str | None = None
    simulated: bool = False


@dataclass(frozen=True)
class Figure:
    """One place's figure of one day."""

    region_id: int
    as_of: date
    value: float
    numerator: float | None = None
    denominator: float | None = None


@dataclass
class Report:
    """What an import did: figures added, those the store had already, rows without a figure."""

    file: str
    codes: list[str] = field(default_factory=list)
    added: int = 0
    same: int = 0
    blank: int = 0

    def text(self, lang: str = "zh-CN") -> str:
        """The report in one line."""
        return say("series_done", lang, file=self.file, codes=", ".join(self.codes), added=self.added, same=self.same, blank=self.blank)


def import_series(
    store: Store,
    source: Given,
    file: str,
    *,
    code: str | None = None,
    name: str | None = None,
    name_en: str | None = None,
    unit: str | None = None,
    decimals: int | None = None,
    standard: str | None = None,
    origin: str | None = None,
    region: str | None = None,
    simulated: bool = False,
    now: datetime | None = None,
) -> Report:
    """Bring a table's figures in, in one transaction. Options stand for columns that the table lacks.

    ``region`` is the code of the place that names are looked for in; ``now`` when the store learned of them (UTC, default: now).
    Raises TableError with every fault, and then nothing was written.
    """
    sheet = read_table(source, file, words()["series_columns"])
    given = {"series": code, "name": name, "name_en": name_en, "unit": unit, "standard": standard, "origin": origin}
    report = Report(file)
    with store.writing() as conn:
        tree = store.tree()
        home = tree.get(region)
        if region is not None and home is None:
            sheet.add("unknown_region", value=region, near="")
        sheet.need("region", "region_code")
        sheet.need("as_of")
        if not {"value", "numerator", "denominator"} & set(sheet.headed):
            sheet.need("value")
        sheet.stop()
        reader = _Reader(conn, sheet, Cells(sheet, RegionMatcher.load(conn, tree), home.region_id if home else None), given)
        figures = reader.read(decimals, simulated)
        sheet.stop()
        report.blank, report.codes = reader.blank, list(figures)
        for series_code, rows in figures.items():
            added = put_figures(conn, reader.series[series_code], rows, recorded_at=now, origin=file)
            report.added += added
            report.same += len(rows) - added
        if report.added:
            bump(conn, f"series {', '.join(report.codes)}")
    return report


class _Reader:
    """A sheet's rows as figures by series."""

    def __init__(self, conn: Connection, sheet: Sheet, cells: Cells, given: dict[str, str | None]) -> None:
        self.sheet, self.cells, self.given = sheet, cells, given
        s = indicator_series.c
        self.held = {row.code: row for row in conn.execute(select(s.code, s.name_zh, s.unit, s.standard))}
        self.series: dict[str, Series] = {}
        self.blank = 0

    def read(self, decimals: int | None, simulated: bool) -> dict[str, list[Figure]]:
        out: dict[str, list[Figure]] = {}
        seen: dict[tuple[str, int, date], int] = {}
        for row in self.sheet.rows:
            code = self._said(row, "series")
            if not code or not CODE.fullmatch(code):
                self.sheet.add("series_code" if code else "no_series", row, "series" if code else "", value=code)
                if "series" not in self.sheet.headed:
                    break
                continue
            series = self.series.get(code)
            if series is None:
                series = self.series[code] = self._series(code, row, decimals, simulated)
            region_id, day = self.cells.region(row), self.cells.day(row, "as_of")
            before = len(self.sheet.faults)
            parts = self._figure(row, series)
            if parts is None and len(self.sheet.faults) == before:
                self.blank += 1
            if region_id is None or day is None or parts is None:
                continue
            first = seen.setdefault((code, region_id, day), row.number)
            if first != row.number:
                place = self.cells.matcher.tree.full_name(region_id)
                self.sheet.add("twice", row, place=place, day=day, first=first)
                continue
            out.setdefault(code, []).append(Figure(region_id, day, *parts))
        return out

    def _said(self, row: Row, column: str) -> str:
        """What the row says, else what the options say."""
        return self.cells.text(row, column, _LIMITS.get(column, 60)) or (self.given.get(column) or "").strip()

    def _series(self, code: str, row: Row, decimals: int | None, simulated: bool) -> Series:
        """What the first row of a series and the options say of it; unit and standard may not differ from the store's."""
        held = self.held.get(code)
        parts = bool({"numerator", "denominator"} & set(self.sheet.headed))
        unit = self._said(row, "unit") or (held.unit if held else None) or (RATE if parts else "")
        standard = self._said(row, "standard")
        name = self._said(row, "name") or (held.name_zh if held else "")
        if not name:
            self.sheet.add("no_series_name", series=code)
        if held is not None:
            for key, old, new in (("unit", held.unit or "", unit), ("standard", held.standard or "", standard or held.standard or "")):
                if old != new:
                    self.sheet.add("differs", row, key, series=code, what=what(key), old=old or "-", new=new or "-")
        elif parts and unit != RATE:
            self.sheet.add("parts_unit", row, "unit", unit=unit)
        for key, text in (("name", name), ("unit", unit)):
            if len(text) > _LIMITS[key]:
                self.sheet.add("text_long", row, key, value=text[:20], limit=_LIMITS[key])
        said = self._said(row, "decimals")
        places = int(said) if re.fullmatch(r"[0-6]", said) else 1 if decimals is None else decimals
        return Series(
            code, name, self._said(row, "name_en") or None, unit, places, standard or None, self._said(row, "origin") or None, simulated
        )

    def _figure(self, row: Row, series: Series) -> tuple[float, float | None, float | None] | None:
        """Value, numerator, denominator of a row; None without a figure, or with a fault."""
        sheet, cells, rate = self.sheet, self.cells, series.unit == RATE
        before = len(sheet.faults)

        def percent(value: float) -> float | None:
            if rate:
                # read as it is written: 96.3% is 0.963 exactly, not 0.9629999999999999
                return round(value / 100, 12)
            if series.unit == "%":
                return value
            sheet.add("percent", row, "value", value=row.get("value"), unit=series.unit)
            return None

        value = cells.number(row, "value", percent)
        numerator, denominator = cells.number(row, "numerator"), cells.number(row, "denominator")
        if len(sheet.faults) > before:
            return None
        if (numerator is None) != (denominator is None):
            sheet.add("half", row, "numerator" if numerator is None else "denominator")
            return None
        if numerator is not None and denominator is not None:
            if numerator < 0 or numerator > denominator:
                sheet.add("parts", row, "numerator", numerator=numerator, denominator=denominator)
                return None
            if denominator == 0:
                return None
            share = numerator / denominator
            if value is not None and abs(value - share) > 0.0051:
                sheet.add("parts_differ", row, "value", value=value, numerator=numerator, denominator=denominator)
                return None
            return share, numerator, denominator
        if value is None:
            return None
        if rate and not 0 <= value <= 1:
            sheet.add("over_one", row, "value", value=row.get("value"))
            return None
        return value, None, None


def put_figures(
    conn: Connection, series: Series, figures: Sequence[Figure], *, recorded_at: datetime | None = None, origin: str | None = None
) -> int:
    """Add figures to a series, which is made when it is new; returns how many were not in the store already.

    A figure is there already when the newest recorded one of its place and day says the same. Within the caller's transaction.
    """
    s, v = indicator_series.c, indicator_value.c
    series_id = conn.execute(select(s.series_id).where(s.code == series.code)).scalar()
    if series_id is None:
        values: dict[str, Any] = {"code": series.code, "name_zh": series.name_zh, "name_en": series.name_en, "unit": series.unit or None}
        values |= {"decimals": series.decimals, "standard": series.standard, "origin": series.origin, "simulated": series.simulated}
        series_id = conn.execute(insert(indicator_series).values(values)).inserted_primary_key[0]  # type: ignore[index]
    held: dict[tuple[int, date], tuple[float | None, float | None, float | None]] = {}
    # a later row stands over an earlier one; rows recorded at one moment count in the order they came
    rows = select(v.region_id, v.as_of, v.value, v.numerator, v.denominator).where(v.series_id == series_id)
    for region_id, day, *parts in conn.execute(rows.order_by(v.recorded_at, v.value_id)):
        held[region_id, day] = (parts[0], parts[1], parts[2])
    new = [f for f in figures if held.get((f.region_id, f.as_of)) != (f.value, f.numerator, f.denominator)]
    if new:
        common = {"series_id": series_id, "recorded_at": recorded_at or calendar.now_utc(), "origin": origin[:300] if origin else None}
        columns = ("region_id", "as_of", "value", "numerator", "denominator")
        conn.execute(insert(indicator_value), [common | {c: getattr(f, c) for c in columns} for f in new])
    return len(new)


def list_series(store: Store) -> list[dict[str, Any]]:
    """Every series with how many figures it has, of how many places, and its first and last day."""
    s, v = indicator_series.c, indicator_value.c
    counted = (func.count(v.value_id), func.count(v.region_id.distinct()), func.min(v.as_of), func.max(v.as_of))
    query = select(s.code, s.name_zh, s.name_en, s.unit, s.decimals, s.standard, s.simulated, *counted)
    with store.reading() as conn:
        rows = conn.execute(query.outerjoin(indicator_value, v.series_id == s.series_id).group_by(s.series_id).order_by(s.code))
        keys = ("code", "name_zh", "name_en", "unit", "decimals", "standard", "simulated", "figures", "places", "first", "last")
        return [dict(zip(keys, row, strict=True)) for row in rows]


__all__ = ["RATE", "Figure", "Report", "Series", "TableError", "import_series", "list_series", "put_figures"]
