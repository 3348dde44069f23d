"""A chart of a workbook: its numbers on the left of a sheet, the chart beside them, which follows when they are changed."""

from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from dashboard import theme
from dashboard.exports.chart_xml import drawn, number_format, spread
from dashboard.exports.fitting import em
from dashboard.exports.fonts import EAST_ASIAN
from dashboard.exports.series import COLUMNS, INTERVAL, LINE, RANK, RATE, SHARES, STACKED, Native, Series
from dashboard.exports.table import Table, text_of

# bars that one picture can hold; all numbers stand beside it
MOST = 120
_TOKENS = theme.TOKENS["light"]
_FACE = {"name": EAST_ASIAN, "size": 10}


def chart_sheet(book: xlsxwriter.Workbook, sheet: Worksheet, table: Table, native: Native, formats: Mapping[str, Any]) -> None:
    """Categories in A, a series in each column after it (of an interval the lengths of its ends after them), the chart to their right."""
    form = book.add_format({"num_format": number_format(native), "font_name": EAST_ASIAN, "font_size": 10})
    columns = [(each.name, each.values) for each in native.series]
    if native.kind == INTERVAL:
        columns += zip(("+", "−"), spread(native), strict=True)
    sheet.set_column(0, 0, min(44.0, max([10.0, *(2 * em(name) + 2 for name in native.categories[:200])])))
    sheet.set_column(1, len(columns), 13)
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 1)
    sheet.write_string(0, 0, text_of(native.head), formats["head"])
    for k, (name, _) in enumerate(columns, 1):
        sheet.write_string(0, k, text_of(name), formats["head"])
    for r, name in enumerate(native.categories, 1):
        sheet.write_string(r, 0, text_of(name), formats["plain"])
        for k, (_, values) in enumerate(columns, 1):
            value = values[r - 1]
            if value is not None:
                sheet.write_number(r, k, value, form)
    sheet.insert_chart(0, len(columns) + 2, _chart(book, sheet.get_name(), table, native), {"description": text_of(table.alt)[:2000]})


def _chart(book: xlsxwriter.Workbook, sheet: str, table: Table, native: Native) -> Any:
    upright = native.kind in (LINE, COLUMNS)
    sort: dict[str, str] = {"type": "line" if native.kind == LINE else "column" if upright else "bar"}
    if native.kind in (STACKED, SHARES, COLUMNS):
        sort["subtype"] = "percent_stacked" if native.kind == SHARES else "stacked"
    chart = book.add_chart(sort)
    last = min(len(native.categories), MOST if not upright else 10_000)
    for k, series in enumerate(drawn(native), 1):
        chart.add_series(_series(sheet, k, last, series, native))
    chart.set_title({"name": text_of(table.title)[:200], "name_font": {**_FACE, "size": 14, "bold": True}, "overlay": False})
    keyed = len(drawn(native)) > 1
    chart.set_legend({"position": "top", "font": _FACE} if keyed else {"none": True})
    low, high = native.ends
    value: dict[str, Any] = {"num_format": "0%" if native.unit == RATE or native.kind == SHARES else number_format(native),
                             "num_font": _FACE, "min": min(0, low or 0), "line": {"none": True},
                             "major_gridlines": {"visible": upright, "line": {"color": _TOKENS["rule"], "width": 0.5}}}  # fmt: skip
    category: dict[str, Any] = {"num_font": _FACE, "line": {"color": _TOKENS["rule"]}, "major_tick_mark": "none"}
    if native.unit == RANK:
        value |= {"reverse": True, "min": 1, "max": max(2, high or 2)}
        category |= {"label_position": "high"}
    elif native.unit == RATE and native.kind == LINE:
        value |= {"max": 1}
    if not upright:
        category |= {"reverse": True, "interval_unit": 1}
        value |= {"visible": native.kind == SHARES, "label_position": "high"}
    elif len(native.categories) > 24:
        category |= {"interval_unit": -(-len(native.categories) // 12)}
    # of lying bars the axis of values is the one across
    chart.set_x_axis(category if upright else value)
    chart.set_y_axis(value if upright else category)
    beside = 1 if native.kind != "bar" else len(native.series)
    high_px = 520 if upright else min(4000, 130 + last * max(22, 14 * beside))
    chart.set_size({"width": 900, "height": max(320, high_px)})
    return chart


def _series(sheet: str, k: int, last: int, series: Series, native: Native) -> dict[str, Any]:
    tokens = list(series.colours)[:last]
    main = series.colour or (max(set(tokens), key=tokens.count) if tokens else "brand")
    out: dict[str, Any] = {"name": [sheet, 0, k], "categories": [sheet, 1, 0, last, 0], "values": [sheet, 1, k, last, k]}
    if native.kind == LINE:
        out["line"] = {"color": _TOKENS[main], "width": 2.5, "dash_type": "dash" if series.column == "planned" else "solid"}
        few = last <= 31
        out["marker"] = (
            {"type": "circle", "size": 5, "fill": {"color": _TOKENS[main]}, "border": {"none": True}} if few else {"type": "none"}
        )
        return out
    out |= _painted(main) | {"gap": 45}
    if native.kind in (STACKED, SHARES, COLUMNS):
        out["overlap"] = 100
    if any(token != main for token in tokens):
        out["points"] = [_painted(token) if token != main else None for token in tokens]
    stacked = native.kind in (STACKED, SHARES, COLUMNS)
    tone = theme.text_on(_TOKENS[main]) if stacked else _TOKENS["ink"]
    position = "center" if stacked else "inside_base" if native.kind == INTERVAL else "outside_end"
    out["data_labels"] = {
        "value": True,
        "num_format": number_format(native),
        "font": {**_FACE, "size": 9, "color": tone},
        "position": position,
    }
    if stacked:
        out["data_labels"]["custom"] = [{"delete": True} if _small(native, series, n) else None for n in range(last)]
    if native.kind == INTERVAL:
        n = len(native.series)
        plus, minus = ([sheet, 1, n + each, last, n + each] for each in (1, 2))
        up, down = (_told(each[:last]) for each in spread(native))
        out["y_error_bars"] = {
            "type": "custom",
            "plus_values": _ref(plus),
            "minus_values": _ref(minus),
            "plus_data": up,
            "minus_data": down,
            "line": {"color": _TOKENS["ink"], "width": 1.25},
        }
    return out


def _told(values: Any) -> list[float]:
    return [0.0 if value is None else value for value in values]


def _ref(place: list[Any]) -> str:
    sheet, *cells = place
    quoted = str(sheet).replace("'", "''")
    return f"='{quoted}'!{xl_range_abs(*cells)}"


def _small(native: Native, series: Series, n: int) -> bool:
    """Whether a part of a bar is too small for its number."""
    value = series.values[n]
    if not value:
        return True
    whole = sum(abs(each.values[n] or 0) for each in native.series) if native.kind == SHARES else native.ends[1]
    return abs(value) < 0.035 * (whole or 1)


def _painted(name: str) -> dict[str, Any]:
    if name == "status-merged":
        return {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": _TOKENS["ink-2"], "bg_color": _TOKENS[name]}}
    return {"fill": {"color": _TOKENS[name]}, "border": {"none": True}}
