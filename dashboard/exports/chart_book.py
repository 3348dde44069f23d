"""The workbook behind a chart of a slide or a document: written by us, so that no label is a formula in it."""

import io

import xlsxwriter

from dashboard.exports.chart_xml import SHEET, number_format, spread
from dashboard.exports.series import INTERVAL, Native
from dashboard.exports.table import text_of


def chart_workbook(native: Native) -> bytes:
    """The workbook behind a chart: categories in A, a series in each column after it, of an interval the lengths of its ends after them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(SHEET)
        form = book.add_format({"num_format": number_format(native)})
        sheet.set_column(0, 0, 24)
        for r, name in enumerate(native.categories, 1):
            sheet.write_string(r, 0, text_of(name))
        columns = [(each.name, each.values) for each in native.series]
        if native.kind == INTERVAL:
            columns += zip(("+", "−"), spread(native), strict=True)
        for k, (name, values) in enumerate(columns, 1):
            sheet.write_string(0, k, text_of(name))
            for r, each in enumerate(values, 1):
                if each is not None:
                    sheet.write_number(r, k, each, form)
    return out.getvalue()
