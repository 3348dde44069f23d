"""A chart's data as JSON."""

import json
from datetime import date

from dashboard.exports.table import Table, text_of

_PLAIN = frozenset({int, bool, type(None)})


def json_bytes(table: Table) -> bytes:
    """``{"chart","title","caption","as_of","known_at","filters","columns","rows","totals",
    "definition","store_version","code","marks","simulated"}``; rows are objects, days ISO."""
    body = {
        "chart": table.chart,
        "title": text_of(table.title),
        "caption": text_of(table.caption),
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "known_at": table.known_at.isoformat() if table.known_at else None,
        "filters": table.filters,
        "columns": list(table.columns),
        "rows": [
            {name: value if type(value) in _PLAIN else _value(value) for name, value in zip(table.columns, row, strict=True)}
            for row in table.rows
        ],
        "totals": {name: _value(value) for name, value in table.totals.items()},
        "definition": table.definition,
        "store_version": table.version,
        "code": table.code or None,
        "marks": table.marks,
        "simulated": table.simulated,
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False, indent=None).encode("utf-8", "replace")


def _value(value: object) -> object:
    if isinstance(value, float) and value - value != 0:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return text_of(value) if isinstance(value, str) else value
