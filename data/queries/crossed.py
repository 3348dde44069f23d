"""Regions crossed with a dimension: the shape shared by the category heat table and the department pivot."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.measures import NO_ITEMS, rate
from data.queries.labels import labels
from data.queries.selection import Counts, Selection
from data.store import Store

NONE = ""


def crossed(scope: str, store: Store, filters: Filters, dimension: str, lang: str) -> DataFrame:
    """``region_code, region, <dimension>, <dimension>_name, effective, rectified, overdue, completion_rate``.

    One row for each region × value that has an effective item, regions in tree order, values by number of items; items without a
    value have code "" . ``attrs``: ``total``, and ``values`` [(code, name, effective, rectified, overdue)] in column order.
    """
    selection = Selection(scope, store, filters)
    rows = selection.rows()
    names = labels(store, lang)[dimension]
    values: dict[str | None, None] = {value: None for part in rows.parts for value in part.index.values[dimension]}
    found: list[tuple[str | None, Counts, Counts, Counts]] = []
    for value in [*values, None]:
        also = rows.having(dimension, value)
        effective = rows.count("effective", also)
        if effective.any():
            found.append((value, effective, rows.count("rectified", also), rows.count("overdue", also)))
    found.sort(key=lambda f: (f[0] is None, -int(f[1].sum())))
    tree = selection.tree
    code_of = [tree.by_id(r).code for r in rows.region_ids]
    name_of = [tree.group_label(r, selection.level, lang) for r in rows.region_ids]
    where = [(k, v) for k in range(len(rows)) for v in range(len(found)) if found[v][1][k]]
    regions = np.array([k for k, _ in where], dtype=np.int64)
    at = np.array([v for _, v in where], dtype=np.int64)
    effective, rectified, overdue = (
        np.array([f[j] for f in found], dtype=np.int64)[at, regions] if found else np.zeros(0, dtype=np.int64) for j in (1, 2, 3)
    )
    columns: dict[str, object] = {
        "region_code": [code_of[k] for k in regions],
        "region": [name_of[k] for k in regions],
        dimension: [found[v][0] or NONE for v in at],
        f"{dimension}_name": [names.get(found[v][0] or NONE, found[v][0] or NONE) for v in at],
        "effective": effective,
        "rectified": rectified,
        "overdue": overdue,
        "completion_rate": rectified / effective if len(effective) else np.zeros(0),
    }
    total = selection.totals(("effective", "rectified", "overdue"))
    shown = [(f[0] or NONE, names.get(f[0] or NONE, f[0] or NONE), int(f[1].sum()), int(f[2].sum()), int(f[3].sum())) for f in found]
    return selection.frame(
        columns,
        lang,
        total={**total, "completion_rate": rate(total["rectified"], total["effective"])},
        values=shown,
        reasons={} if total["effective"] else {"completion_rate": NO_ITEMS},
    )
