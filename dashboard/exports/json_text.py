"""A chart's data as JSON."""

from dashboard.exports.table import Table, text_of, texts_of
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
        "rows": [dict(zip(table.columns, row, strict=True)) for row in zip(*map(texts_of, zip(*table.rows, strict=True)), strict=True)],
        "totals": dict(zip(table.totals, texts_of(list(table.totals.values())), strict=True)),
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
