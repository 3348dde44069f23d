"""A chart's data as JSON."""

from collections.abc import Sequence

from dashboard.exports.table import Cell, Table, text_of
from dashboard.plain_json import dumped


def json_bytes(table: Table) -> bytes:
    """``{"chart","title","caption","as_of","known_at","filters","columns","rows","totals",
    "selection","definition","source","known","store_version","code","marks","simulated"}``; rows are objects, days ISO."""
    body = {
        "chart": table.chart,
        "title": text_of(table.title),
        "caption": text_of(table.caption),
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "known_at": table.known_at.isoformat() if table.known_at else None,
        "filters": table.filters,
        "columns": list(table.columns),
        "rows": [dict(zip(table.columns, row, strict=True)) for row in zip(*map(_column, zip(*table.rows, strict=True)), strict=True)],
        "totals": dict(zip(table.totals, _column(list(table.totals.values())), strict=True)),
        "selection": text_of(table.selection),
        "definition": table.definition,
        "source": table.source,
        "known": table.known,
        "store_version": table.version,
        "code": table.code or None,
        "marks": table.marks,
        "simulated": table.simulated,
    }
    return dumped(body)


def _column(values: Sequence[Cell]) -> Sequence[object]:
    # signs that no file can hold are taken out; numbers and days are what they are
    return [text_of(value) if isinstance(value, str) else value for value in values] if str in map(type, values) else values
