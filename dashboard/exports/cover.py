"""What the first sheet of a workbook says: what is in it, of which day, from where, what is counted, and how to come back to it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from dashboard.exports import squares
from dashboard.exports.data_sheet import fit
from dashboard.exports.fitting import lines
from dashboard.exports.printing import printed
from dashboard.exports.table import Table, text_of
from dashboard.i18n import t

# em of the two columns
LABEL, TEXT = 18, 70


def facts(table: Table) -> list[tuple[str, str]]:
    """(label, text) of everything that has to be said of one chart or brief: its notes, its totals, its code."""
    out = list(table.notes)
    if table.selection and not any(table.selection in text for _, text in out):
        out.insert(min(2, len(out)), (t("office.selection", table.lang), table.selection))
    held = {name: value for name, value in table.totals.items() if value is not None and name in table.columns}
    if held:
        names = dict(zip(table.columns, table.labels, strict=True))
        colon = t("office.aspect", table.lang, aspect="{a}", value="{v}")
        said = [colon.replace("{a}", names[name]).replace("{v}", printed(value, name, table)) for name, value in held.items()]
        at = next((k for k, (label, _) in enumerate(out) if label in names), len(out))
        out.insert(at, (t("office.totals", table.lang), t("caption.semicolon", table.lang).join(said)))
    if table.reopens and not any(table.reopens in text for _, text in out):
        at = next((k for k, (label, _) in enumerate(out) if label in set(table.columns)), len(out))
        out.insert(at, (t("office.check", table.lang), "\n".join(each for each in (table.reopens, table.address) if each)))
    return out


def cover(
    sheet: Worksheet,
    tables: Sequence[Table],
    title: str,
    contents: Sequence[tuple[str, str, int]],
    formats: Mapping[str, Any],
    stamp: Table | None = None,
) -> None:
    """Write the sheet: title, marks, what the whole says of itself (``stamp``), contents (sheet, title, rows), and what each chart rests
    on."""
    whole = [stamp] if stamp is not None else []
    said_first = [*whole, *tables]
    lang = said_first[0].lang if said_first else "zh-CN"
    sheet.set_column(0, 0, LABEL)
    sheet.set_column(1, 1, TEXT)
    sheet.set_column(2, 2, 13)
    sheet.hide_gridlines(2)
    line = 0
    sheet.set_row(line, 28 * min(4, _taken(text_of(title), 48)))
    sheet.merge_range(line, 0, line, 1, "", formats["title"])
    sheet.write_string(line, 0, text_of(title), formats["title"])
    marks = list(dict.fromkeys(mark for table in said_first for mark in table.marks))
    for mark in marks:
        line += 1
        sheet.write_string(line, 0, text_of(mark), formats["mark"])
    address, code = next(((table.address, table.code) for table in said_first if table.address), ("", ""))
    picture = squares.png(address)
    if picture:
        sheet.insert_image(0, 2, "code.png", {"image_data": io.BytesIO(picture), "x_scale": 0.6, "y_scale": 0.6, "description": code,
                                              "object_position": 3, "x_offset": 8, "y_offset": 4})  # fmt: skip
    # rows of a known height, so that the code beside them stays square
    for each in range(1, max(6, line + 3)):
        sheet.set_row(each, 16)
    line = max(3, line + 1) + 1
    if stamp is not None:
        # the picture of the code stands beside these rows: what follows begins below it
        line = max(6, _facts(sheet, stamp, line - 1, formats)) + 1
    heads = [t(f"office.{name}", lang) for name in ("sheet", "contents", "row_count")]
    for k, head in enumerate(heads):
        sheet.write_string(line, k, head, formats["head"])
    for name, said, rows in contents:
        line += 1
        sheet.write_string(line, 0, name, formats["wrap"])
        sheet.write_string(line, 1, text_of(said), formats["wrap"])
        if rows >= 0:
            sheet.write_number(line, 2, rows, formats["count"])
    for table in tables:
        line += 2
        if len(tables) > 1:
            sheet.write_string(line, 0, text_of(table.title), formats["part"])
            line += 1
        line = _facts(sheet, table, line, formats)


def _facts(sheet: Worksheet, table: Table, line: int, formats: Mapping[str, Any]) -> int:
    """Write ``facts`` from a line on; the line after them."""
    columns = set(table.columns)
    headed = False
    for label, text in facts(table):
        if label in columns and not headed:
            headed = True
            sheet.write_string(line, 0, t("office.columns", table.lang), formats["part"])
            line += 1
        sheet.set_row(line, _high(text))
        sheet.write_string(line, 0, text_of(label), formats["label"])
        sheet.write_string(line, 1, fit(text), formats["wrap"])
        line += 1
    return line


def _high(text: str) -> float:
    """Points of a row whose text is wrapped: programs do not reckon it for us."""
    return min(400.0, 15.0 * _taken(text, TEXT) + 1)


def _taken(text: str, wide: float) -> int:
    return lines(text, wide * 0.55, 1.0)
