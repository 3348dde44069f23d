"""Regions crossed with a dimension: the shape shared by the category heat table and the department pivot."""

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

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
    counts = np.array([f[1:] for f in found], dtype=np.int64).reshape(len(found), 3, len(rows))
    regions, at = np.nonzero(counts[:, 0, :].T)
    effective, rectified, overdue = (counts[at, k, regions] for k in range(3))
    codes = [f[0] or NONE for f in found]
    value_names = [names.get(code, code) for code in codes]
    region_codes = [tree.by_id(r).code for r in rows.region_ids]
    region_names = [tree.group_label(r, selection.level, lang) for r in rows.region_ids]
    columns: dict[str, object] = {
        "region_code": _taken(region_codes, regions),
        "region": _taken(region_names, regions),
        dimension: _taken(codes, at),
        f"{dimension}_name": _taken(value_names, at),
        "effective": effective,
        "rectified": rectified,
        "overdue": overdue,
        "completion_rate": rectified / effective if len(effective) else np.zeros(0),
    }
    total = selection.totals(("effective", "rectified", "overdue"))
    shown = [(code, name, *(int(n.sum()) for n in f[1:])) for code, name, f in zip(codes, value_names, found, strict=True)]
    return selection.frame(
        columns,
        lang,
        total={**total, "completion_rate": rate(total["rectified"], total["effective"])},
        values=shown,
        reasons={} if total["effective"] else {"completion_rate": NO_ITEMS},
    )


def _taken(texts: list[str], at: NDArray[np.int64]) -> Series:
    """Texts by place. Object on purpose: tens of thousands of equal texts need not be looked at one by one to make a column."""
    return Series(np.array(texts, dtype=object)[at] if texts else np.zeros(0, dtype=object), dtype=object)
