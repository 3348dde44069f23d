"""The four questions about outfalls (口在哪、谁在排、排什么、排向哪): of how many the answer is known."""

from typing import Any

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.measures import NO_ITEMS, rate
from data.queries.outfall_stages import columns_of, outfalls_of
from data.queries.region_map import divides, row_names
from data.store import Store

# question, the set whose answer is known, the set whose answer is not
QUESTIONS = (
    ("where", "located", "unlocated"),
    ("who", "traced", "untraced"),
    ("what", "identified", "unidentified"),
    ("whither", "watered", "unwatered"),
)
_TYPES = {
    "region_code": "object", "region": "object", "has_children": "bool", "question": "object", "numerator": "int64", "denominator": "int64",
    "known_rate": "float64", "lacking": "int64", "rows": "object", "lacking_rows": "object",
}  # fmt: skip


def outfall_questions(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a region × question: ``region_code, region, has_children, question`` (where: it has a position; who: traced to an owner,
    or to whom the government named; what: it was monitored and its class is known; whither: its water body is known), ``numerator,
    denominator`` (all outfalls), ``known_rate, lacking`` (int), ``rows, lacking_rows`` (names of the sets).

    Only outfalls count; regions without any have no rows. Regions by the least known of their answers, then by more outfalls.
    ``attrs["total"]``: {question: {numerator, denominator, rate}}; ``reasons`` {question: reason}.
    """
    selection = outfalls_of(scope, store, filters)
    rows = selection.rows()
    whole = rows.count("outfalls")
    known = {question: rows.count(name) for question, name, _ in QUESTIONS}
    least = np.min(np.stack(list(known.values())), axis=0) if len(rows) else whole
    share = np.divide(least, whole, out=np.full(len(rows), np.inf), where=whole > 0)
    order = [k for k in np.lexsort((np.arange(len(rows)), -whole, share)).tolist() if whole[k]]
    names = row_names(selection.tree, [rows.region_ids[k] for k in order], selection.level, lang)
    out: list[dict[str, Any]] = []
    for k, name in zip(order, names, strict=True):
        region_id = rows.region_ids[k]
        for question, held, lacking in QUESTIONS:
            n, d = int(known[question][k]), int(whole[k])
            out.append(
                {
                    "region_code": selection.tree.by_id(region_id).code,
                    "region": name,
                    "has_children": divides(selection.tree, region_id, selection.level),
                    "question": question,
                    "numerator": n,
                    "denominator": d,
                    "known_rate": rate(n, d),
                    "lacking": d - n,
                    "rows": held,
                    "lacking_rows": lacking,
                }
            )
    d = int(whole.sum())
    total = {q: {"numerator": int(n.sum()), "denominator": d, "rate": rate(int(n.sum()), d)} for q, n in known.items()}
    return selection.frame(columns_of(out, _TYPES), lang, total=total, reasons={} if d else dict.fromkeys(known, NO_ITEMS))
