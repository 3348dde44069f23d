"""Rectification progress per region."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from data.filters import Filters
from data.measures import MEASURES, rate
from data.queries.selection import Counts, Selection
from data.regions.tree import RegionTree
from data.store import Store

COUNTS = (
    "discovered", "withdrawn", "merged", "kept", "effective", "rectified", "closed",
    "open", "due", "due_rectified", "on_time", "overdue", "due_soon",
)  # fmt: skip
RATES = ("completion_rate", "closeout_rate", "due_completion_rate", "on_time_rate")


def progress_by_region(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a region of the level: ``region_code, region, level, has_children``, the COUNTS (int64) and the RATES (0–1 or NaN).

    Ordered by completion rate, best first, ties by more items, then by region; regions without an effective item
    last. ``attrs["total"]`` has the same counts and rates over the whole selection (ratio of sums), ``reasons`` why
    a rate of the total is null.
    """
    selection = Selection(scope, store, filters)
    rows = selection.rows()
    tree = selection.tree
    counts = {name: rows.count(name) for name in COUNTS}
    rates = {name: _ratio(counts[MEASURES[name].numerator], counts[MEASURES[name].denominator or ""]) for name in RATES}
    completion = np.nan_to_num(rates["completion_rate"], nan=-1.0)
    order = np.lexsort((np.arange(len(rows)), -counts["effective"], -completion))
    # a region whose first item comes later has no row yet
    order = order[counts["discovered"][order] > 0]
    ids = [rows.region_ids[k] for k in order]
    columns: dict[str, object] = {
        "region_code": [tree.by_id(r).code for r in ids],
        "region": [tree.group_label(r, selection.level, lang) for r in ids],
        "level": [tree.by_id(r).level for r in ids],
        "has_children": [_divides(tree, r, selection.level) for r in ids],
    }
    columns.update({name: values[order] for name, values in counts.items()})
    columns.update({name: values[order] for name, values in rates.items()})
    total: dict[str, Any] = {name: int(values.sum()) for name, values in counts.items()}
    reasons = {}
    for name in RATES:
        measure = MEASURES[name]
        total[name] = rate(total[measure.numerator], total[measure.denominator or ""])
        if total[name] is None:
            reasons[name] = measure.reason if total["effective"] else MEASURES["completion_rate"].reason
    return selection.frame(columns, lang, total=total, reasons=reasons)


def _ratio(numerator: Counts, denominator: Counts) -> NDArray[np.float64]:
    out = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out


def _divides(tree: RegionTree, region_id: int, level: str) -> bool:
    """Whether looking into a row shows more rows: it has places below it and is not a place's own row."""
    return bool(tree.children(region_id)) and tree.group_label(region_id, level) == tree.label(region_id)
