"""How long open items have been overdue."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.measures import AGEING, NO_ITEMS, NONE_DUE
from data.queries.selection import Selection
from data.store import Store


def overdue_ageing(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a bucket, all of them always: ``bucket, from_days, to_days`` (NaN: open-ended), ``count``, ``share`` of the overdue items."""
    selection = Selection(scope, store, filters)
    counts = [selection.count(f"ageing:{name}") for name, _, _ in AGEING]
    total = selection.totals(("effective", "due", "overdue"))
    columns: dict[str, object] = {
        "bucket": [name for name, _, _ in AGEING],
        "from_days": [low for _, low, _ in AGEING],
        "to_days": np.array([np.nan if high > 10_000 else high for _, _, high in AGEING]),
        "count": counts,
        "share": np.array([n / total["overdue"] if total["overdue"] else np.nan for n in counts]),
    }
    reasons = {} if total["due"] else {"count": NONE_DUE if total["effective"] else NO_ITEMS}
    return selection.frame(columns, lang, total=total, reasons=reasons)
