"""The rows behind a number: a grid that fetches a page at a time."""

import dash_ag_grid
from dash import dcc, html

from dashboard import ids
from dashboard.components.chart_card import data_links
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

BLOCK = 100

# field of the frame -> (width in px, key of Filters.sort or "")
COLUMNS: dict[str, tuple[int, str]] = {
    "ledger_no": (140, "ledger_no"),
    "region": (150, "region"),
    "title": (150, ""),
    "object_name": (150, ""),
    "category_name": (112, "category"),
    "department_name": (118, "department"),
    "stage_name": (92, "stage"),
    "due_current": (124, "due_current"),
    "days_overdue": (92, "days_overdue"),
    "discovered_on": (124, "discovered_on"),
}
DAYS = ("discovered_on", "due_current")

# the grid takes its colours from the page's tokens, so a change of theme needs no answer from the server
GRID_THEME = (
    "themeQuartz.withParams({"
    "backgroundColor:'var(--surface)',foregroundColor:'var(--ink)',accentColor:'var(--brand)',borderColor:'var(--rule)',"
    "headerBackgroundColor:'var(--ground)',headerTextColor:'var(--ink-2)',oddRowBackgroundColor:'var(--surface)',"
    "rowHoverColor:'var(--ground)',chromeBackgroundColor:'var(--ground)',fontFamily:'inherit',"
    "fontSize:'calc(var(--size-0) + 1px)',headerFontSize:'var(--size-0)',"
    "wrapperBorderRadius:0,spacing:6})"
)
_WORDS = ("noRowsToShow", "loadingOoo", "loadingError", "ariaSortableColumn", "ariaColumn", "ariaRowSelect")


def item_grid(filters: Filters, view: View) -> html.Section:
    """The section of the rows: title, links, and the grid, without data."""
    lang = view.lang
    return html.Section(
        id=ids.ROWS,
        className="card rows-card",
        children=[
            html.Header(
                className="chart-head",
                children=[
                    html.H2(t("chart.item-list", lang), id=ids.ITEM_GRID_TITLE, className="chart-title", tabIndex="-1", role="status"),
                    html.P(t("progress.rows_hint", lang), className="chart-subtitle"),
                ],
            ),
            dash_ag_grid.AgGrid(
                id=ids.ITEM_GRID,
                rowModelType="infinite",
                getRowId="progressRowId(params)",
                columnDefs=[_column(field, filters, lang) for field in COLUMNS],
                defaultColDef={"resizable": True, "sortable": False, "suppressHeaderMenuButton": True},
                dashGridOptions={
                    "theme": {"function": GRID_THEME},
                    "cacheBlockSize": BLOCK,
                    "maxBlocksInCache": 20,
                    "infiniteInitialRowCount": 1,
                    # a request that a newer one has overtaken is never answered; it must not use up a place
                    "maxConcurrentDatasourceRequests": -1,
                    "blockLoadDebounceMillis": 80,
                    "animateRows": False,
                    "suppressMultiSort": True,
                    "rowHeight": 36,
                    "localeText": {word: t(f"progress.grid.{word}", lang) for word in _WORDS},
                },
                eventListeners={"cellKeyDown": ["progressRowKey(params)"]},
                className="item-grid",
                style={"height": "560px", "width": "100%"},
            ),
            dcc.Store(id=ids.ITEM_GRID_QUERY),
            dcc.Store(id=ids.ITEM_GRID_SEEN),
            html.Footer(html.Span(data_links("item-list", filters, view), className="chart-data"), className="chart-foot"),
        ],
        **{"aria-labelledby": ids.ITEM_GRID_TITLE},
    )


def _column(field: str, filters: Filters, lang: str) -> dict[str, object]:
    width, sort = COLUMNS[field]
    out: dict[str, object] = {
        "field": field,
        "colId": sort or field,
        "headerName": t(f"progress.column.{field}", lang),
        "minWidth": width,
        "flex": width,
        "sortable": bool(sort),
    }
    if sort and sort == filters.sort:
        out["sort"] = "desc" if filters.descending else "asc"
    if field == "ledger_no":
        out["cellRenderer"] = "ItemLink"
    if field == "days_overdue":
        out["type"] = "rightAligned"
        # naming a class of our own takes the type's away
        out["cellClass"] = ["ag-right-aligned-cell", "cell-overdue"]
    if field in ("title", "object_name", "region"):
        out["tooltipField"] = field
    return out


def grid_rows(records: list[dict[str, object]], lang: str) -> list[dict[str, object]]:
    """Rows of ``item_list`` as the grid shows them: days in words, nothing it does not show but the item's id."""
    out = []
    for record in records:
        row = {field: record.get(field) for field in COLUMNS}
        for field in DAYS:
            row[field] = day(record.get(field), lang, year=True) if record.get(field) else ""  # type: ignore[arg-type]
        row["item_id"] = record["item_id"]
        out.append(row)
    return out
