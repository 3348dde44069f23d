"""The full table of indicators: a grid that fetches a block at a time, rank and name pinned."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid
import pandas as pd

from dashboard import frame, ids
from dashboard.captions import race as words
from dashboard.components.item_grid import GRID_THEME
from dashboard.formatting import DASH, MINUS, missing, of, percent, points
from dashboard.i18n import t
from dashboard.view import View

CHART = "indicator-table"
BLOCK = 100
# columns beside the indicators, in their order: (column of the frame, width in px)
FIXED = (("rank", 84), ("region", 140), ("parent", 110), ("group_name", 110), ("score", 96), ("change", 84))
LAST = (("bonus", 84), ("penalty", 84), ("reason_text", 180))
TEXT = ("region", "parent", "group_name", "reason_text")
PINNED = ("rank", "region")
_WORDS = ("noRowsToShow", "loadingOoo", "loadingError", "ariaSortableColumn", "ariaColumn", "ariaRowSelect")
_FILTER_WORDS = ("contains", "equals", "greaterThan", "lessThan", "filterOoo", "applyFilter", "resetFilter")


def indicator_ids(df: pd.DataFrame) -> list[str]:
    """The indicators a frame of ``indicator-table`` has columns for, in the scheme's order."""
    return [name.removesuffix("_points") for name in map(str, df.columns) if name.endswith("_points")]


def indicator_grid(df: pd.DataFrame, view: View) -> dash_ag_grid.AgGrid:
    """The grid for the columns of a frame, without rows. The height follows the rows, up to a screen."""
    lang = view.lang
    return dash_ag_grid.AgGrid(
        id=ids.RACE_GRID,
        rowModelType="infinite",
        getRowId="raceRowId(params)",
        columnDefs=columns(df, view),
        defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True, "suppressMovable": True},
        dashGridOptions={
            "theme": {"function": GRID_THEME},
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 20,
            "infiniteInitialRowCount": 1,
            "maxConcurrentDatasourceRequests": -1,
            "blockLoadDebounceMillis": 80,
            "animateRows": False,
            "suppressMultiSort": True,
            "rowHeight": 34,
            "localeText": {
                **{word: t(f"progress.grid.{word}", lang) for word in _WORDS},
                **{word: t(f"rankings.grid.{word}", lang) for word in _FILTER_WORDS},
            },
        },
        className="item-grid race-grid-table",
        style={"height": f"{min(640, 130 + 34 * max(len(df), 3))}px", "width": "100%"},
    )


def columns(df: pd.DataFrame, view: View) -> list[dict[str, Any]]:
    """Column definitions: what identifies a place, each indicator with its value and points, what was added and taken."""
    lang = view.lang
    labels: Mapping[str, str] = df.attrs.get("labels") or {}
    present, balances = set(map(str, df.columns)), df.attrs.get("balances") or ()
    out: list[dict[str, Any]] = [_plain(name, width, lang) for name, width in FIXED if name in present]
    for indicator in indicator_ids(df):
        head = labels.get(indicator) or labels.get(f"{indicator}_value") or indicator
        out.append(
            {
                "headerName": head,
                "marryChildren": True,
                "children": [
                    _number(f"{indicator}_value", t("rankings.grid.value", lang), 180 if indicator in balances else 140),
                    _number(f"{indicator}_points", t("rankings.grid.points", lang), 84),
                ],
            }
        )
    return out + [_plain(name, width, lang) for name, width in LAST if name in present]


def _plain(name: str, width: int, lang: str) -> dict[str, Any]:
    if name not in TEXT:
        out = _number(name, t(f"rankings.grid.{name}", lang), width)
    else:
        out = {
            "field": name,
            "headerName": t(f"rankings.grid.{name}", lang),
            "minWidth": width,
            "filter": "agTextColumnFilter",
            "filterParams": {"filterOptions": ["contains"], "maxNumConditions": 1, "debounceMs": 300},
            "floatingFilter": name == "region",
        }
    if name in PINNED:
        out["pinned"] = "left"
        out["width"] = width
        out.pop("minWidth", None)
    if name == "region":
        out["cellRenderer"] = "RacePlace"
    return out


def _number(field: str, head: str, width: int) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": head,
        "minWidth": width,
        "width": width,
        "type": "rightAligned",
        "filter": "agNumberColumnFilter",
        "filterParams": {"filterOptions": ["greaterThan", "lessThan", "equals"], "maxNumConditions": 1, "debounceMs": 300},
    }


# ----------------------------------------------------------------------------- rows


def block(
    df: pd.DataFrame, start: int, size: int, sort: Sequence[Mapping[str, Any]], chosen: Mapping[str, Any], view: View
) -> tuple[list[dict[str, Any]], int]:
    """One block of rows as the grid shows them, and how many there are with these filters. Nulls stand last in either order."""
    bare = pd.DataFrame(df, copy=False)
    keep = list(range(len(bare)))
    for field, rule in chosen.items():
        if field in bare.columns and isinstance(rule, Mapping):
            values = bare[field].tolist()
            keep = [k for k in keep if _passes(values[k], rule)]
    for each in sort:
        column = str(each.get("colId"))
        if column in bare.columns:
            values = bare[column].tolist()
            full = [k for k in keep if not missing(values[k])]
            full.sort(key=lambda k: values[k], reverse=each.get("sort") == "desc")
            keep = full + [k for k in keep if missing(values[k])]
            break
    part = bare.iloc[keep[start : start + size]]
    names = [str(name) for name in part.columns]
    digits, unit = words.decimals(df), df.attrs.get("unit")
    records = [dict(zip(names, row, strict=True)) for row in frame.rows(part, *names)]
    # of a balance of two sets the unit is percentage points
    texts: Mapping[str, Any] = (df.attrs.get("formats") or {}) | dict.fromkeys(df.attrs.get("balances") or ())
    indicators = indicator_ids(df)
    return [_row(record, indicators, digits, unit, texts, view) for record in records], len(keep)


def _passes(value: object, rule: Mapping[str, Any]) -> bool:
    wanted = rule.get("filter")
    if wanted in (None, ""):
        return True
    if missing(value):
        return False
    kind = rule.get("type")
    if kind == "contains":
        return str(wanted).casefold() in str(value).casefold()
    try:
        number, limit = float(value), float(wanted)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return number > limit if kind == "greaterThan" else number < limit if kind == "lessThan" else abs(number - limit) < 1e-9


def _row(
    record: Mapping[str, Any], indicators: Sequence[str], digits: int, unit: object, texts: Mapping[str, Any], view: View
) -> dict[str, Any]:
    rank = words.whole(record.get("rank"))
    out: dict[str, Any] = {"region_code": record["region_code"], "rank": words.short(rank, bool(record.get("tied")), view)}
    out.update({name: "" if missing(record.get(name)) else str(record[name]) for name in TEXT})
    score = words.printed(words.value(record.get("score")), digits)
    out["score"] = score + "%" if unit == "percent" and score != DASH else score
    change = words.whole(record.get("change"))
    out["change"] = DASH if change is None else f"{'+' if change > 0 else MINUS if change < 0 else ''}{abs(change)}"
    for name in ("bonus", "penalty"):
        out[name] = words.printed(words.value(record.get(name)), digits)
    for each in indicators:
        out[f"{each}_value"] = _value(record, each, texts, view)
        out[f"{each}_points"] = words.printed(words.value(record.get(f"{each}_points")), digits, signed=False)
    return out


def _value(record: Mapping[str, Any], indicator: str, texts: Mapping[str, Any], view: View) -> str:
    """``92.0% 46/50``, or the figure of a series in its own decimals."""
    value = words.value(record.get(f"{indicator}_value"))
    if value is None:
        return DASH
    n, d = (words.value(record.get(f"{indicator}_{part}")) for part in "nd")
    if n is not None and d:
        shown = points(value, view.lang) if indicator in texts and texts[indicator] is None else percent(n, d, view.lang)
        return f"{shown} {of(n, d, view.lang)}"
    how = texts.get(indicator)
    if how:
        unit, digits = how
        return words.printed(value, int(digits), signed=False) + (unit if unit in ("", "%") else f" {unit}")
    return f"{value:g}".replace("-", MINUS)


__all__ = ["BLOCK", "CHART", "block", "columns", "indicator_grid", "indicator_ids"]
