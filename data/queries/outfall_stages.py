"""Outfalls by region and stage of the way 查 测 溯 治: over all known today, and over those known when the first round ended."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series

from data.filters import Filters
from data.measures import NO_ITEMS, rate
from data.queries.region_map import divides, row_names
from data.queries.selection import Counts, Selection
from data.queries.spells import baseline, first_round_ends
from data.rollup.bits import Words
from data.store import Store

KIND = "outfall"
# stage, the set that has come through it, the set of which, and the set that has not
STAGES = (
    ("surveyed", "surveyed", "outfalls", "unsurveyed"),
    ("monitored", "monitored", "outfalls", "unmonitored"),
    ("traced", "traced", "outfalls", "untraced"),
    ("completed", "rectified", "effective", "open"),
)
# why there is no fixed baseline: no round says when it would have been fixed
NO_ROUND = "no_round"


def outfall_stages(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a region × stage (surveyed, monitored, traced, completed; M16): ``region_code, region, has_children, stage, numerator,
    denominator`` (int), ``rolling_rate``, ``fixed_numerator, fixed_denominator`` (Int64, null without a baseline), ``fixed_rate, lacking``
    (int), ``rows, lacking_rows`` (names of the sets), ``reason, fixed_reason``.

    Only outfalls count; regions without any have no rows. Outfalls kept as they are leave the denominator of completed. Rolling: all
    outfalls known on the as-of day; fixed: those discovered when their campaign's first round ended, so that new finds do not lower it
    (no_round: no campaign of the selection has a round). Regions by completion, furthest behind first, those without one last.

    ``attrs["total"]``: {stage: {numerator, denominator, rate, fixed_numerator, fixed_denominator, fixed_rate}}; ``reasons``: {stage:
    reason}; ``fixed_reason``: why there is no baseline at all.
    """
    selection = outfalls_of(scope, store, filters)
    ends = first_round_ends(store)
    rows = selection.rows()
    known = [baseline(part, ends) for part in rows.parts]
    counts = {name: rows.count(name) for name in dict.fromkeys(name for stage in STAGES for name in stage[1:])}
    fixed = {name: rows.sums([_both(part.chosen(name), held) for part, held in zip(rows.parts, known, strict=True)]) for name in counts}
    has_baseline = any(held is not None for held in known)
    done, whole = counts["rectified"], counts["effective"]
    share = np.divide(done, whole, out=np.full(len(rows), np.inf), where=whole > 0)
    order = [k for k in np.lexsort((np.arange(len(rows)), -counts["outfalls"], share)).tolist() if counts["outfalls"][k]]
    names = row_names(selection.tree, [rows.region_ids[k] for k in order], selection.level, lang)
    out: list[dict[str, Any]] = []
    for k, name in zip(order, names, strict=True):
        region_id = rows.region_ids[k]
        for stage, numerator, denominator, lacking in STAGES:
            n, d = int(counts[numerator][k]), int(counts[denominator][k])
            fixed_n, fixed_d = (int(fixed[numerator][k]), int(fixed[denominator][k])) if has_baseline else (None, None)
            out.append(
                {
                    "region_code": selection.tree.by_id(region_id).code,
                    "region": name,
                    "has_children": divides(selection.tree, region_id, selection.level),
                    "stage": stage,
                    "numerator": n,
                    "denominator": d,
                    "rolling_rate": rate(n, d),
                    "fixed_numerator": fixed_n,
                    "fixed_denominator": fixed_d,
                    "fixed_rate": rate(fixed_n, fixed_d) if fixed_n is not None and fixed_d else None,
                    "lacking": int(counts[lacking][k]),
                    "rows": numerator,
                    "lacking_rows": lacking,
                    "reason": None if d else NO_ITEMS,
                    "fixed_reason": NO_ROUND if not has_baseline else None if fixed_d else NO_ITEMS,
                }
            )
    total = {
        stage: _total(counts[n], counts[d], fixed[n] if has_baseline else None, fixed[d] if has_baseline else None)
        for stage, n, d, _ in STAGES
    }
    return selection.frame(
        columns_of(out, _TYPES),
        lang,
        total=total,
        reasons={stage: NO_ITEMS for stage, values in total.items() if values["rate"] is None},
        fixed_reason=None if has_baseline else NO_ROUND,
    )


_TYPES = {
    "region_code": "object", "region": "object", "has_children": "bool", "stage": "object", "numerator": "int64", "denominator": "int64",
    "rolling_rate": "float64", "fixed_numerator": "Int64", "fixed_denominator": "Int64", "fixed_rate": "float64", "lacking": "int64",
    "rows": "object", "lacking_rows": "object", "reason": "object", "fixed_reason": "object",
}  # fmt: skip


def outfalls_of(scope: str, store: Store, filters: Filters) -> Selection:
    """The outfalls that the filters let through; none where they ask for other kinds only."""
    selection = Selection(scope, store, filters.but(kind=(KIND,)))
    if filters.kind and KIND not in filters.kind:
        selection.parts = []
    return selection


def columns_of(rows: list[dict[str, Any]], types: dict[str, str]) -> dict[str, Series]:
    """Rows as columns of their types; the columns are there without rows too."""
    return {name: Series([row[name] for row in rows], dtype=kind) for name, kind in types.items()}


def _both(one: Words, other: Words | None) -> Words | None:
    return None if other is None else one & other


def _total(n: Counts, d: Counts, fixed_n: Counts | None, fixed_d: Counts | None) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "numerator": _sum(n),
        "denominator": _sum(d),
        "fixed_numerator": _sum(fixed_n),
        "fixed_denominator": _sum(fixed_d),
    }
    whole["rate"] = rate(whole["numerator"], whole["denominator"])
    whole["fixed_rate"] = rate(whole["fixed_numerator"], whole["fixed_denominator"]) if whole["fixed_denominator"] else None
    return whole


def _sum(values: NDArray[np.int64] | None) -> int | None:
    return None if values is None else int(values.sum())
