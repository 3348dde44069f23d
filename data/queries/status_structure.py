"""The published structure: how many items stand in each status."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.loops.catalogue import STATUSES
from data.measures import NO_ITEMS
from data.queries.selection import Selection
from data.store import Store


def status_structure(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """``status, count`` (int64), ``share`` of all discovered; merged and withdrawn are slices of their own (M1p).

    In the order of data.loops.catalogue.STATUSES, statuses without items left out; shares sum to 1.
    """
    selection = Selection(scope, store, filters)
    counts = {status: selection.count(f"status:{status}") for status in STATUSES}
    total = sum(counts.values())
    held = [status for status in STATUSES if counts[status]]
    columns: dict[str, object] = {
        "status": held,
        "count": np.array([counts[s] for s in held], dtype=np.int64),
        "share": np.array([counts[s] / total for s in held], dtype=float),
    }
    sums = {**selection.totals(("discovered", "effective", "rectified", "closed", "overdue", "merged", "withdrawn")), "count": total}
    return selection.frame(columns, lang, total=sums, reasons={} if total else {"share": NO_ITEMS})
