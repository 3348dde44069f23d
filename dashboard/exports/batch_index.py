"""The index of a batch: a line for each file that was asked for, as a workbook for readers and as CSV for programs."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import xlsxwriter

from dashboard.exports.csv_text import safe
from dashboard.exports.data_sheet import fit
from dashboard.exports.table import text_of
from dashboard.i18n import t

_WIDTHS = {"region": 26, "chart_name": 20, "title": 40, "caption": 70, "file": 52, "sha256": 20, "why": 40, "marks": 24, "code": 14}
_MISSING = ("held", "failed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a batch. ``state``: made, empty (says that there is nothing), held or failed (there is no file; ``why`` says why)."""

    region_code: str
    region: str
    chart: str
    chart_name: str
    title: str
    caption: str
    file: str
    format: str
    bytes: int
    sha256: str
    code: str
    as_of: str
    store_version: int
    state: str
    marks: str
    why: str


COLUMNS = tuple(each.name for each in fields(Entry))


def index_csv(entries: Sequence[Entry]) -> bytes:
    """UTF-8 with a mark for spreadsheets; the header are the names of ``Entry``. No text is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe(text_of(v)) if isinstance(v, str) else v for v in astuple(each)] for each in entries)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def index_workbook(entries: Sequence[Entry], notes: Sequence[tuple[str, str]], mark: str, lang: str) -> bytes:
    """The same with readers' column names; ``notes`` (label, text) on the second sheet, ``mark`` above them when nothing in it is real."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bad = book.add_format({"bold": True, "font_color": "#C4351C"})
        sheet = book.add_worksheet(t("batches.index.sheet", lang))
        sheet.freeze_panes(1, 2)
        for k, name in enumerate(COLUMNS):
            sheet.set_column(k, k, _WIDTHS.get(name, 12))
            sheet.write_string(0, k, t(f"batches.index.{name}", lang), head)
        for r, each in enumerate(entries, 1):
            missing = each.state in _MISSING
            for k, (name, value) in enumerate(zip(COLUMNS, astuple(each), strict=True)):
                if name == "state":
                    sheet.write_string(r, k, t(f"batches.index.state_{value}", lang), bad if missing else None)
                elif isinstance(value, str):
                    sheet.write_string(r, k, fit(value))
                elif not missing:
                    sheet.write_number(r, k, value, number)
        if entries:
            sheet.autofilter(0, 0, len(entries), len(COLUMNS) - 1)
        about = book.add_worksheet(t("export.sheet", lang))
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 100)
        lines = [(mark, "")] if mark else []
        for r, (label, text) in enumerate([*lines, *notes]):
            about.write_string(r, 0, fit(label), bad if (label, text) in lines else head)
            about.write_string(r, 1, fit(text), wrap)
    return out.getvalue()
