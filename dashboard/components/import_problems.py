"""The faults of a ledger: where, what, and what to do; a grid that can be filtered by severity."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from dashboard import ids
from dashboard.components.item_grid import GRID_THEME
from dashboard.formatting import count
from dashboard.i18n import t

# column of a fault -> (least width in px, share of the width, wraps)
COLUMNS: dict[str, tuple[int, int, bool]] = {
    "severity": (76, 1, False),
    "row": (60, 1, False),
    "column": (96, 2, True),
    "reason": (220, 5, True),
    "remedy": (220, 5, True),
    "value": (120, 2, True),
    "sheet": (96, 1, True),
}
_WORDS = ("noRowsToShow", "loadingOoo", "ariaSortableColumn", "ariaColumn")


def problems(faults: list[dict[str, Any]], counts: dict[str, int], lang: str, marked: str) -> html.Section:
    """The section of the faults. ``faults``: severity, sheet, row, column, value, reason, remedy; ``counts`` by code,
    also of those that are not listed one by one."""
    errors = sum(1 for fault in faults if fault["severity"] == "error")
    total = sum(counts.values())
    unlisted = total - len(faults)
    choices = [
        {"value": "all", "label": t("imports.problems.all", lang, n=count(len(faults), lang))},
        {"value": "error", "label": t("imports.problems.error", lang, n=count(errors, lang))},
        {"value": "warning", "label": t("imports.problems.warning", lang, n=count(len(faults) - errors, lang))},
    ]
    return html.Section(
        className="import-card",
        children=[
            html.Header(
                className="import-file",
                children=[
                    html.H2(t("imports.problems.title", lang, n=count(total, lang))),
                    html.A(t("imports.problems.marked", lang), href=marked, className="import-link", download=""),
                ],
            ),
            html.P(t("imports.problems.unlisted", lang, n=count(unlisted, lang)), className="quiet") if unlisted > 0 else None,
            dcc.RadioItems(
                id={"type": "import-severity", "at": "problems"}, options=choices, value="all", className="import-radio", inline=True
            ),
            dash_ag_grid.AgGrid(
                id=ids.IMPORT_GRID,
                rowData=grid_rows(faults, lang),
                columnDefs=[_column(name, lang) for name in COLUMNS],
                defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True, "suppressMovable": True},
                dashGridOptions={
                    "theme": {"function": GRID_THEME},
                    "animateRows": False,
                    "domLayout": "autoHeight" if len(faults) <= 8 else "normal",
                    "localeText": {word: t(f"progress.grid.{word}", lang) for word in _WORDS}
                    | {"noRowsToShow": t("imports.problems.none", lang)},
                    "rowClassRules": {"import-fault-error": "params.data.level === 'error'"},
                },
                className="import-grid" + (" import-grid-tall" if len(faults) > 8 else ""),
                style={"width": "100%"} if len(faults) <= 8 else {"width": "100%", "height": "460px"},
            ),
        ],
    )


def _column(name: str, lang: str) -> dict[str, Any]:
    least, share, wraps = COLUMNS[name]
    out: dict[str, Any] = {"field": name, "headerName": t(f"imports.problems.column.{name}", lang), "minWidth": least, "flex": share}
    if wraps:
        out |= {"wrapText": True, "autoHeight": True, "cellClass": "import-wrapped"}
    if name == "severity":
        out["cellClass"] = "import-severity"
    if name == "row":
        out["type"] = "rightAligned"
    return out


def grid_rows(faults: list[dict[str, Any]], lang: str, severity: str = "all") -> list[dict[str, Any]]:
    """Rows of the grid, of one severity or all."""
    names = {level: t(f"imports.severity.{level}", lang) for level in ("error", "warning")}
    return [
        {**fault, "severity": names[fault["severity"]], "level": fault["severity"]}
        for fault in faults
        if severity in ("all", fault["severity"])
    ]
