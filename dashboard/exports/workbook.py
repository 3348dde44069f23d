"""Charts as a workbook: a cover that says what has to be said, a sheet of data for each, and beside it a chart that its reader can edit."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dashboard import theme
from dashboard.exports.cover import cover
from dashboard.exports.data_sheet import DataSheet, fit
from dashboard.exports.fonts import EAST_ASIAN
from dashboard.exports.kinds import FIGURE, kind
from dashboard.exports.sheet_charts import chart_sheet
from dashboard.exports.table import Cell, Table, text_of
from dashboard.i18n import t

__all__ = ["MOST", "book_bytes", "sheet_name", "workbook_bytes"]

# what a sheet can hold
MOST = 1_048_575
_BAD = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TOKENS = theme.TOKENS["light"]
_FACE: dict[str, Any] = {"font_name": EAST_ASIAN, "font_size": 10, "valign": "top"}


def workbook_bytes(table: Table) -> bytes:
    """The file of one chart. Nothing in it is a formula or a link; a text too long for a cell is cut and ends in an ellipsis."""
    return book_bytes([table])


def book_bytes(tables: Sequence[Table], title: str = "", lang: str = "", stamp: Table | None = None) -> bytes:
    """A workbook of any number of charts: cover with contents, then of each the data (a sheet named after the chart) and the chart.

    ``title`` and ``lang`` are those of the first table unless given. ``stamp``: what the whole says of itself (title, marks, code, notes;
    without rows), which then stands on the cover before anything of a chart. The same tables give the same bytes.
    """
    first_said = stamp or next(iter(tables), None)
    lang = lang or (first_said.lang if first_said is not None else "zh-CN")
    title = title or (first_said.title if first_said is not None else t("office.nothing", lang))
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    taken: set[str] = set()
    with xlsxwriter.Workbook(out, options) as book:
        when = next((table.as_of for table in tables if table.as_of), date(2000, 1, 1))
        book.set_properties({"title": text_of(title)[:250], "author": "", "created": datetime(when.year, when.month, when.day)})
        formats = _formats(book)
        first = book.add_worksheet(sheet_name(t("office.cover", lang), taken))
        sheets = []
        contents: list[tuple[str, str, int]] = []
        for table in tables:
            data = book.add_worksheet(sheet_name(table.chart, taken), worksheet_class=DataSheet)
            contents.append((data.get_name(), table.title, len(table.rows)))
            drawn = None
            if table.native is not None and table.native.categories:
                drawn = book.add_worksheet(sheet_name(t("office.chart_sheet", lang, chart=table.chart), taken))
                contents.append((drawn.get_name(), t("office.chart_of", lang, title=table.title), -1))
            sheets.append((table, data, drawn))
        cover(first, tables, title, contents, formats, stamp)
        _printed(first, first_said, lang, landscape=False)
        for table, data, drawn in sheets:
            _data(book, data, table, formats)
            if drawn is not None and table.native is not None:
                chart_sheet(book, drawn, table, table.native, formats)
                _printed(drawn, table, lang)
    return out.getvalue()


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have and that no other has, not even in other letters; it joins ``taken``."""
    plain = _BAD.sub(" ", text_of(wanted)).strip().strip("'")[:31].rstrip("' ") or "1"
    if plain.lower() == "history":
        plain += "_"
    name, k = plain, 2
    while name.lower() in taken:
        end = f" {k}"
        name, k = plain[: 31 - len(end)] + end, k + 1
    taken.add(name.lower())
    return name


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    made: dict[str, dict[str, Any]] = {
        "head": {"bold": True, "text_wrap": True, "bg_color": _TOKENS["brand"], "font_color": "#FFFFFF", "valign": "vcenter"},
        "title": {"bold": True, "font_size": 18, "valign": "vcenter", "text_wrap": True},
        "part": {"bold": True, "font_size": 12},
        "label": {"bold": True, "font_color": _TOKENS["ink-2"], "text_wrap": True},
        "wrap": {"text_wrap": True},
        "mark": {"bold": True, "font_color": _TOKENS["status-overdue"]},
        "plain": {},
        "count": {"num_format": "#,##0.###"},
        "whole": {"num_format": "#,##0"},
        "day": {"num_format": "yyyy-mm-dd"},
        "rate": {"num_format": "0.0%"},
        # one decimal would print 100.0% or 0.0% where that is not so
        "near": {"num_format": "0.00####%"},
        "change": {"num_format": "+0;-0;0"},
    }
    return {name: book.add_format({**_FACE, **more}) for name, more in made.items()}


def _data(book: xlsxwriter.Workbook, sheet: DataSheet, table: Table, formats: dict[str, Any]) -> None:
    """The rows as they are: machine's values under readers' names, the first row stays in sight and can be filtered."""
    held = [table.kinds.get(column, kind(column)) for column in table.columns]
    own = {"score": _fixed(table.decimals), **{each: _figure(each) for each in held if each.startswith(FIGURE)}}
    styles = {**formats, **{name: book.add_format({**_FACE, "num_format": shown}) for name, shown in own.items()}}
    rows = table.rows[:MOST]
    sheet.freeze_panes(1, 0)
    for k, (column, label) in enumerate(zip(table.columns, table.labels, strict=True)):
        sheet.set_column(k, k, _width(column, label, rows, k), formats["plain"])
    sheet.set_row(0, 30)
    for k, label in enumerate(table.labels):
        sheet.write_string(0, k, fit(label), formats["head"])
    if table.columns:
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
    sheet.put(rows, held, styles)
    _printed(sheet, table, table.lang)


def _fixed(decimals: int) -> str:
    return "0." + "0" * decimals if decimals else "0"


def _figure(held: str) -> str:
    """A number with its unit, which is not part of it."""
    _, decimals, unit = held.split(":", 2)
    said = (unit if unit in ("", "%") else f" {unit}").replace('"', "")
    return _fixed(int(decimals)) + (f'"{said}"' if said else "")


def _printed(sheet: Worksheet, table: Table | None, lang: str, landscape: bool = True) -> None:
    """How it leaves a printer: as wide as the paper, heads on every page, what it is and its code below."""
    if landscape:
        sheet.set_landscape()
        sheet.repeat_rows(0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    if table is not None:
        # & begins a code of its own there
        left = text_of(" ".join([*table.marks, table.code])).replace("&", "&&")[:120]
        head = text_of(table.title).replace("&", "&&")[:120]
        sheet.set_header(f"&L&9{head}")
        sheet.set_footer(f"&L&9{left}&R&9" + t("office.page", lang, page="&P", pages="&N"))


def _width(column: str, label: str, rows: Sequence[Sequence[Cell]], k: int) -> float:
    longest = max(map(_em, {str(row[k]) for row in rows[:200] if row[k] is not None}), default=0.0)
    return min(48.0, max(8.0, min(_em(label), 24.0) + 4, longest + 2))


def _em(text: str) -> float:
    return float(len(text)) if text.isascii() else sum(2.0 if ord(sign) > 0x2E80 else 1.0 for sign in text)
