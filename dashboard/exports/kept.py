"""A chart's data as it is kept under its code: text from which every format is written again, byte for byte."""

import json
from dataclasses import fields
from datetime import date
from typing import Any

from dashboard.exports.natives import Native, Series
from dashboard.exports.table import Table
from dashboard.plain_json import dumped

# said when a file is written, or kept beside it
_LATER = ("code", "address", "reopens", "internal", "figure")


def to_text(table: Table, rows: bool = True) -> str:
    """JSON; ``rows=False`` leaves them out, where there are too many to be kept."""
    told = {each.name: getattr(table, each.name) for each in fields(Table) if each.name not in _LATER}
    if not rows:
        told["rows"] = []
    return dumped(told, _plain, ask=True).decode()


def from_text(text: str) -> Table:
    """The same table. Raises ValueError or KeyError for text that is none."""
    told = json.loads(text)
    days = {name: _value(told[name]) for name in ("as_of", "known_at")}
    held = told["native"]
    native = None if held is None else Native(**{**held, "series": [Series(**each) for each in held["series"]]})
    rows = [[_value(each) for each in row] for row in told["rows"]]
    totals = {name: _value(each) for name, each in told["totals"].items()}
    notes = [(label, words) for label, words in told["notes"]]
    known = {each.name for each in fields(Table)}
    rest = {name: value for name, value in told.items() if name in known}
    return Table(**{**rest, **days, "native": native, "rows": rows, "totals": totals, "notes": notes})


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, (Native, Series)):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return str(value)


def _value(value: Any) -> Any:
    return date.fromisoformat(value["day"]) if isinstance(value, dict) else value
