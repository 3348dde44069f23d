"""The rows of a file after harmonising: one array a field, all of the same length."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.ledgers.problems import ERROR, Problems

Objects = NDArray[np.object_]
Days = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: fields kept as text in the item, with the longest text the store takes (None: any)
TEXT_FIELDS: dict[str, int | None] = {
    "ledger_no": 120,
    "object_code": 80,
    "object_name": 300,
    "round": 100,
    "team": 100,
    "department": 100,
    "theme": 80,
    "category": 80,
    "source": 80,
    "severity": 20,
    "title": None,
    "description": None,
    "criterion": None,
    "measures": None,
    "crs": 20,
}
#: fields read as days; 0 = none
DAY_FIELDS = (
    "discovered_on", "fed_back_on", "due_on", "extended_due", "extended_on", "rectified_on", "verified_on", "closed_on",
    "returned_on", "reopened_on", "withdrawn_on", "monitored_on", "traced_on", "status_on",
)  # fmt: skip
REGION_FIELDS = ("province", "prefecture", "county", "township", "region_text", "region_code")


def no_text(n: int) -> Objects:
    return np.full(n, None, dtype=object)


def no_days(n: int) -> Days:
    return np.zeros(n, dtype=np.int32)


@dataclass(slots=True)
class Table:
    """Harmonised rows. Days are proleptic ordinals (``date.toordinal``), 0 = none.

    ``said``: for a day field 1 where the cell says yes instead of a day, -1 where it says no. ``headers``: the
    printed header of each field that has a column. ``extra``: JSON text of the columns without a field.
    """

    n: int
    sheets: list[str] = field(default_factory=list)
    sheet_of: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, dtype=np.int16))
    row_no: Days = field(default_factory=lambda: no_days(0))
    text: dict[str, Objects] = field(default_factory=dict)
    days: dict[str, Days] = field(default_factory=dict)
    said: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    region_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kind: Objects = field(default_factory=lambda: no_text(0))
    stage: Objects = field(default_factory=lambda: no_text(0))
    label: Objects = field(default_factory=lambda: no_text(0))
    merged_into: Objects = field(default_factory=lambda: no_text(0))
    verdict: Objects = field(default_factory=lambda: no_text(0))
    verification: Objects = field(default_factory=lambda: no_text(0))
    disposal: Objects = field(default_factory=lambda: no_text(0))
    assist: Objects = field(default_factory=lambda: no_text(0))
    reason: Objects = field(default_factory=lambda: no_text(0))
    evidence: Objects = field(default_factory=lambda: no_text(0))
    violation: Objects = field(default_factory=lambda: no_text(0))
    enforced: Objects = field(default_factory=lambda: no_text(0))
    long_term: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    lon: Objects = field(default_factory=lambda: no_text(0))
    lat: Objects = field(default_factory=lambda: no_text(0))
    investment: Objects = field(default_factory=lambda: no_text(0))
    extra: Objects = field(default_factory=lambda: no_text(0))
    # what the row says as a whole, to recognise an unchanged one
    raw: Objects = field(default_factory=lambda: no_text(0))
    key: Objects = field(default_factory=lambda: no_text(0))
    refused: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    warned: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    headers: dict[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def report(self, at: int, name: str, value: object, code: str, severity: str, **params: Any) -> None:
        """Note a fault of row ``at`` in a field (or printed header) and mark the row."""
        self.problems.add(
            self.sheets[self.sheet_of[at]], int(self.row_no[at]), self.headers.get(name, name), value, code, severity, **params
        )
        if severity == ERROR:
            self.refused[at] = True
        else:
            self.warned[at] = True

    def field_text(self, name: str) -> Objects:
        found = self.text.get(name)
        return no_text(self.n) if found is None else found

    def field_days(self, name: str) -> Days:
        found = self.days.get(name)
        return no_days(self.n) if found is None else found


_ARRAYS = (
    "sheet_of", "row_no", "region_id", "kind", "stage", "label", "merged_into", "verdict", "verification", "disposal", "assist", "reason",
    "evidence", "violation", "enforced", "long_term", "lon", "lat", "investment", "extra", "raw", "key", "refused", "warned",
)  # fmt: skip


def joined(parts: list[Table]) -> Table:
    """Several sheets' rows one after the other; the faults of all."""
    if len(parts) == 1:
        return parts[0]
    out = Table(sum(p.n for p in parts))
    for number, part in enumerate(parts):
        part.sheet_of = np.full(part.n, number, dtype=np.int16)
        out.sheets.append(part.sheets[0])
        for name, header in part.headers.items():
            out.headers.setdefault(name, header)
        out.problems.extend(part.problems.kept)
        out.problems.counts += part.problems.counts - _counted(part)
    for name in _ARRAYS:
        setattr(out, name, np.concatenate([getattr(p, name) for p in parts]))
    for name in {n for p in parts for n in p.text}:
        out.text[name] = np.concatenate([p.field_text(name) for p in parts])
    for name in {n for p in parts for n in p.days}:
        out.days[name] = np.concatenate([p.field_days(name) for p in parts])
    for name in {n for p in parts for n in p.said}:
        out.said[name] = np.concatenate([p.said.get(name, np.zeros(p.n, dtype=np.int8)) for p in parts])
    return out


def _counted(part: Table) -> Any:
    from collections import Counter

    return Counter(p.code for p in part.problems.kept)


def where_else_none(chosen: Any, values: Any) -> Objects:
    """The values where chosen, None elsewhere."""
    out = no_text(len(chosen))
    out[chosen] = values[chosen] if isinstance(values, np.ndarray) else values
    return out


def iso(ordinal: int) -> str:
    return date.fromordinal(int(ordinal)).isoformat()
