"""What an import found and did, in a clerk's words; and the workbook given back with its faults marked."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from data.ledgers.problems import ERROR, Problem
from data.ledgers.read import Book, Sheet, read_book
from data.ledgers.values import plain, text

if TYPE_CHECKING:
    from data.ledgers.pipeline import ImportResult, Preview

#: of one kind of fault so many are printed
_PRINTED = 20
_CELL_LIMIT = 32_767
_NUMBERS = 30


@cache
def _labels() -> dict[str, dict[str, Any]]:
    return json.loads((Path(__file__).parent / "labels.json").read_text(encoding="utf-8"))


def label(name: str, lang: str, **params: object) -> str:
    """One line of the report in a language."""
    words = _labels().get(lang, _labels()["zh-CN"])
    return str(words[name]).format(**params)


def preview_lines(shown: "Preview", lang: str = "zh-CN") -> list[str]:
    """The report of a check, as lines."""
    words = _labels().get(lang, _labels()["zh-CN"])
    comma = ", " if lang == "en" else "\u3001"
    out = [f"{label('file', lang)}: {shown.file_name}"]
    for sheet in shown.sheets:
        where = comma.join((label("header_row", lang, row=sheet["header_row"]), label("rows", lang, rows=sheet["rows"])))
        out.append(f"{label('sheet', lang)}: {sheet['name']} ({where})")
        for column in sheet["columns"]:
            if column["field"]:
                out.append(f"  {column['header']} -> {column['field']}")
        skipped = [words["skip"][k].format(n=v) for k, v in sheet["skipped"].items()]
        if skipped:
            out.append("  " + label("skipped", lang, what=comma.join(skipped)))
    if shown.unmapped:
        out.append(label("unmapped", lang, columns=comma.join(shown.unmapped)))
    if shown.left_out:
        out.append(label("left_out", lang, names=comma.join(shown.left_out)))
    out.append(label("kind" if shown.kind_given else "kind_concluded", lang, kind=shown.kind))
    out.append(label("as_known", lang, day=shown.as_known.isoformat()))
    if shown.key_columns:
        out.append(label("key", lang, columns=comma.join(shown.key_columns)))
    out += problem_lines(shown.problems, shown.problem_counts, lang)
    out.append(label("counts", lang, **shown.counts))
    return out


def problem_lines(problems: Sequence[Problem], counts: dict[str, int], lang: str = "zh-CN") -> list[str]:
    """Faults one a line: place, column, value, reason, remedy; of one kind the first twenty, then how many more."""
    if not problems:
        return [label("nothing", lang)]
    out = [label("problems", lang) + ":"]
    printed: dict[str, int] = {}
    for p in problems:
        printed[p.code] = printed.get(p.code, 0) + 1
        if printed[p.code] > _PRINTED:
            continue
        place = label("place", lang, sheet=p.sheet, row=p.row) if p.row is not None else label("place_sheet", lang, sheet=p.sheet)
        column = f" [{p.column}]" if p.column else ""
        out.append(f"  {label('error' if p.severity == ERROR else 'warning', lang)} | {place}{column}: {p.text(lang)}")
        if printed[p.code] == _PRINTED and counts.get(p.code, 0) > _PRINTED:
            out.append("    " + label("more", lang, n=counts[p.code] - _PRINTED))
    return out


def result_lines(result: "ImportResult", lang: str = "zh-CN") -> list[str]:
    """The report of an import, as lines."""
    if result.already is not None:
        return [label("already", lang, when=f"{result.already:%Y-%m-%d %H:%M}", batch=result.batch_id)]
    out = preview_lines(result.preview, lang)
    out.append(label("imported", lang, batch=result.batch_id, new=result.items_new, changed=result.items_changed, same=result.items_same))
    if result.items_missing:
        numbers = ", ".join(result.items_missing[:_NUMBERS]) + (" …" if len(result.items_missing) > _NUMBERS else "")
        out.append(label("missing", lang, n=len(result.items_missing), numbers=numbers))
    return out


# ----------------------------------------------------------------------------- the marked workbook


def marked_workbook(
    original: bytes, problems: Sequence[Problem], lang: str = "zh-CN", encoding: str | None = None, delimiter: str | None = None
) -> bytes:
    """The ledger as .xlsx with faulty cells coloured and commented, a column of problems, and a sheet that lists them.

    Cell texts are written as text, so that no formula and no link in them comes alive. LedgerError when the
    original cannot be read.
    """
    book = read_book(original, encoding, delimiter)
    out = BytesIO()
    workbook = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True},
    )
    form = {
        "error": workbook.add_format({"bg_color": "#F8C9C4"}),
        "warning": workbook.add_format({"bg_color": "#FFEBB0"}),
        "head": workbook.add_format({"bold": True, "bg_color": "#E7EDF3"}),
        "day": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    names = _sheet_names(book)
    for sheet in book.sheets:
        mine = [p for p in problems if p.sheet == sheet.name or (not sheet.name and len(book.sheets) == 1)]
        _marked_sheet(workbook, workbook.add_worksheet(names[sheet.name]), sheet, mine, form, lang)
    _problem_sheet(workbook, problems, form, lang, set(names.values()))
    workbook.close()
    return out.getvalue()


def _sheet_names(book: Book) -> dict[str, str]:
    out: dict[str, str] = {}
    for sheet in book.sheets:
        clean = "".join(c for c in sheet.name if c not in "[]:*?/\\" and c.isprintable()).strip("'")[:28] or "Sheet"
        name, n = clean, 1
        while name.lower() in {v.lower() for v in out.values()}:
            n += 1
            name = f"{clean[:26]}{n}"
        out[sheet.name] = name
    return out


def _write(worksheet: Any, row: int, column: int, value: object, form: dict[str, Any], mark: str | None) -> None:
    style = form[mark] if mark else None
    if isinstance(value, bool) or value == "":
        if style is not None or value != "":
            worksheet.write_string(row, column, text(value), style)
    elif isinstance(value, (int, float)):
        worksheet.write_number(row, column, value, style)
    elif isinstance(value, datetime):
        worksheet.write_datetime(row, column, value, style or form["moment"])
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, datetime.combine(value, time()), style or form["day"])
    else:
        worksheet.write_string(row, column, text(value)[:_CELL_LIMIT], style)


def _marked_sheet(workbook: Any, worksheet: Any, sheet: Sheet, problems: Sequence[Problem], form: dict[str, Any], lang: str) -> None:
    by_row: dict[int, list[Problem]] = {}
    for p in problems:
        if p.row is not None:
            by_row.setdefault(p.row - 1, []).append(p)
    width = len(sheet.columns)
    first = min(by_row, default=sheet.n_rows)
    head, headers = _header(sheet, {p.column.split(" / ")[-1] for p in problems if p.column}, min(first, 60, sheet.n_rows))
    for number, cells in enumerate(sheet.rows()):
        found = by_row.get(number, ())
        marks: dict[int, list[Problem]] = {}
        for p in found:
            at = headers.get(p.column.split(" / ")[-1])
            if at is not None:
                marks.setdefault(at, []).append(p)
        for index, value in enumerate(cells):
            here = marks.get(index)
            mark = None if not here else ("error" if any(p.severity == ERROR for p in here) else "warning")
            _write(worksheet, number, sheet.first_column + index, value, form, mark)
            if here:
                worksheet.write_comment(number, sheet.first_column + index, "\n".join(p.text(lang) for p in here)[:2000])
        if found:
            worst = "error" if any(p.severity == ERROR for p in found) else "warning"
            said = "\n".join(f"{p.column}: {p.text(lang)}" if p.column else p.text(lang) for p in found)
            worksheet.write_string(number, sheet.first_column + width, said[:_CELL_LIMIT], form[worst])
    if by_row:
        worksheet.write_string(head, sheet.first_column + width, label("mark_column", lang), form["head"])
        worksheet.set_column(sheet.first_column + width, sheet.first_column + width, 60)


def _header(sheet: Sheet, wanted: set[str], depth: int) -> tuple[int, dict[str, int]]:
    """The row that holds most of the wanted headers, and the column of every text down to it."""
    columns: dict[str, int] = {}
    best = (0, max(0, depth - 1))
    for number in range(depth):
        texts = {plain(v): i for i, v in enumerate(sheet.row(number)) if isinstance(v, str) and v}
        columns |= texts
        hits = len(wanted & texts.keys())
        if hits > best[0]:
            best = (hits, number)
    return best[1], columns


def _problem_sheet(workbook: Any, problems: Sequence[Problem], form: dict[str, Any], lang: str, taken: set[str]) -> None:
    name = label("mark_sheet", lang)
    while name.lower() in {t.lower() for t in taken}:
        name += "_"
    worksheet = workbook.add_worksheet(name)
    for index, header in enumerate(_labels().get(lang, _labels()["zh-CN"])["mark_headers"]):
        worksheet.write_string(0, index, header, form["head"])
    for number, p in enumerate(problems[:1_000_000], start=1):
        severity = label("error" if p.severity == ERROR else "warning", lang)
        for index, value in enumerate((p.sheet, p.row, p.column, p.value, severity, p.reason(lang), p.remedy(lang))):
            if isinstance(value, int):
                worksheet.write_number(number, index, value)
            elif value:
                worksheet.write_string(number, index, str(value)[:_CELL_LIMIT])
    worksheet.set_column(5, 6, 60)
    worksheet.freeze_panes(1, 0)
