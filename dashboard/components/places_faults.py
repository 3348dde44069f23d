"""The faults of a file of places: where, what, what to do, and the repair to be confirmed row by row."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from dashboard import ids
from dashboard.components.item_grid import GRID_THEME
from dashboard.formatting import count
from dashboard.i18n import t

# column of a fault -> (least width in px, share of the width, wraps)
COLUMNS: dict[str, tuple[int, int, bool]] = {
    "level": (96, 1, True),
    "stands_at": (96, 2, True),
    "reason": (200, 5, True),
    "remedy": (190, 5, True),
    "change": (170, 3, True),
    "field": (84, 2, True),
    "value": (110, 2, True),
}
LEVELS = ("repairable", "refused", "warned")
_WORDS = ("noRowsToShow", "loadingOoo", "ariaSortableColumn", "ariaColumn")
_OWN_WORDS = ("ariaRowToggleSelection", "ariaRowSelect", "ariaRowDeselect", "ariaToggleCellValue", "ariaChecked", "ariaUnchecked")
#: more rows than this scroll inside the grid
_OPEN = 6


def faults_grid(faults: list[dict[str, Any]], shown: dict[str, Any], confirmed: list[int], lang: str) -> html.Section:
    """The section of the faults. Each: id, row, level, stands_at, field, value, reason, remedy, change, repair, kinds (repairs of its row
    that its tick confirms), offered (it bears a tick). ``shown``: the preview, for ``cut``; ``confirmed``: rows ticked from the start."""
    # one row may have several faults; what a reader counts is rows, as above
    of_level = {level: len({fault["row"] for fault in faults if fault["level"] == level}) for level in LEVELS}
    choices = [{"value": "all", "label": t("places.faults.all", lang, n=count(len(faults), lang))}]
    choices += [{"value": level, "label": t(f"places.faults.{level}", lang, n=count(n, lang))} for level, n in of_level.items() if n]
    tall = len(faults) > _OPEN
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("places.faults.title", lang, n=count(len(faults) + shown["cut"], lang))),
            html.P(t("places.faults.about", lang), className="quiet") if shown["waiting"] else None,
            html.P(t("places.faults.cut", lang, n=count(shown["cut"], lang)), className="import-note import-note-warning")
            if shown["cut"]
            else None,
            dcc.RadioItems(
                id={"type": "places-level", "at": "faults"}, options=choices, value="all", className="import-radio", inline=True
            ),
            dash_ag_grid.AgGrid(
                id=ids.PLACES_GRID,
                rowData=[{**fault, "said": t(f"places.faults.level.{fault['level']}", lang)} for fault in faults],
                getRowId="params.data.id",
                columnDefs=[
                    *(_column(name, lang) for name in COLUMNS),
                    {"field": "level", "colId": "filter", "hide": True, "filter": True},
                ],
                defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True, "suppressMovable": True},
                selectedRows={"ids": [fault["id"] for fault in faults if fault["offered"] and fault["row"] in set(confirmed)]},
                dashGridOptions={
                    "theme": {"function": GRID_THEME},
                    "animateRows": False,
                    "domLayout": "normal" if tall else "autoHeight",
                    "localeText": {word: t(f"progress.grid.{word}", lang) for word in _WORDS}
                    | {word: t(f"places.grid.{word}", lang) for word in _OWN_WORDS}
                    | {"noRowsToShow": t("places.faults.none", lang)},
                    "rowClassRules": {f"places-fault-{level}": f"params.data.level === '{level}'" for level in LEVELS},
                    "rowSelection": {
                        "mode": "multiRow",
                        "isRowSelectable": {"function": "placesOffered(params)"},
                        "hideDisabledCheckboxes": True,
                        "headerCheckbox": False,
                        "enableClickSelection": False,
                    },
                    "selectionColumnDef": {
                        "headerName": t("places.faults.column.tick", lang),
                        "minWidth": 64,
                        "width": 72,
                        "wrapHeaderText": True,
                        "autoHeaderHeight": True,
                        "pinned": "left",
                        "resizable": False,
                        "sortable": False,
                    },
                },
                eventListeners={"rowClicked": ["placesShow(params)"], "cellKeyDown": ["placesKey(params)"]},
                className="places-grid" + (" places-grid-tall" if tall else ""),
                style={"width": "100%"} | ({"height": "calc(480px * var(--wide))"} if tall else {}),
            ),
        ],
    )


def _column(name: str, lang: str) -> dict[str, Any]:
    least, share, wraps = COLUMNS[name]
    field = "said" if name == "level" else name
    out: dict[str, Any] = {"field": field, "headerName": t(f"places.faults.column.{name}", lang), "minWidth": least, "flex": share}
    if wraps:
        out |= {"wrapText": True, "autoHeight": True, "cellClass": "import-wrapped" if name != "change" else "import-wrapped places-change"}
    if name == "level":
        out["cellClass"] = "import-wrapped places-level"
    return out
