"""One measure of every region of a level, with the outlines to draw it on."""

from collections import Counter
from typing import Any

import numpy as np
from pandas import DataFrame, Series

from data.filters import Filters
from data.measures import MEASURES, NO_ITEMS, Measure, rate
from data.queries.selection import Counts, Rows, Selection
from data.regions.shapes import members, shapes_of
from data.regions.tree import RegionTree
from data.store import Store

DEFAULT = "completion_rate"
# shares and counts; a balance about zero wants a scale of its own
SHOWN = tuple(name for name, measure in MEASURES.items() if measure.minus is None)
# why a region has no value: nothing was ever reported of it
UNREPORTED = "unreported"
_ENDINGS = (" District", " County", " City", " Prefecture", " Province", " Municipality", " Autonomous Region", " Autonomous", " SAR")


def region_map(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a region of the level, in the order of the tree: ``region_code, region, short`` (the name as it fits on a map), ``level``,
    ``has_children, numerator`` (int), ``denominator`` (Int64, null for a count), ``value`` (0–1 or a count; NaN over an empty set),
    ``reason``.

    Regions of the level without any item are rows too. ``reason`` where there is no value: unreported (no item was found in the
    region), else why the measure is null. ``filters.measure`` is one of SHOWN, else DEFAULT.

    ``attrs``: ``measure, unit`` (rate, count), ``higher_is_better`` (bool), ``sets`` (the names of numerator and denominator), ``total``
    {numerator, denominator, value}, ``reasons``, ``shapes`` (data.regions.shapes.Shapes by region code), ``drawn`` (how many rows have
    one), ``kinds`` (what value holds, for files).
    """
    selection = Selection(scope, store, filters)
    measure = MEASURES[filters.measure if filters.measure in SHOWN else DEFAULT]
    rows = selection.rows()
    tree = selection.tree
    code = None if selection.region_id is None else tree.by_id(selection.region_id).code
    below = [] if selection.empty else members(store, code, selection.level)
    ids = sorted({*below, *rows.region_ids}, key=lambda r: tree.by_id(r).position)
    found = _placed(rows, ids, rows.count("discovered"))
    numerator = _placed(rows, ids, rows.count(measure.numerator))
    denominator = None if measure.denominator is None else _placed(rows, ids, rows.count(measure.denominator))
    # a row that is not of the level is a place's own; one that nothing was found in says nothing
    kept = [k for k, r in enumerate(ids) if r in set(below) or found[k]]
    values = [_value(measure, int(numerator[k]), None if denominator is None else int(denominator[k]), int(found[k])) for k in kept]
    shapes = shapes_of(store, code, selection.level)
    codes = [tree.by_id(ids[k]).code for k in kept]
    columns: dict[str, object] = {
        "region_code": Series(codes, dtype=object),
        "region": Series(row_names(tree, [ids[k] for k in kept], selection.level, lang), dtype=object),
        "short": Series([short(tree, ids[k], selection.level, lang) for k in kept], dtype=object),
        "level": Series([tree.by_id(ids[k]).level for k in kept], dtype=object),
        "has_children": Series([divides(tree, ids[k], selection.level) for k in kept], dtype=bool),
        "numerator": numerator[kept],
        "denominator": Series([None] * len(kept) if denominator is None else denominator[kept], dtype="Int64"),
        "value": np.array([value for value, _ in values], dtype=np.float64),
        "reason": Series([reason for _, reason in values], dtype=object),
    }
    total, reason = _total(selection, measure)
    return selection.frame(
        columns,
        lang,
        kinds={} if measure.denominator is None else {"value": "rate"},
        measure=measure.id,
        unit="count" if measure.denominator is None else "rate",
        higher_is_better=measure.higher_is_better,
        sets=(measure.numerator, measure.denominator),
        total=total,
        reasons={} if reason is None else {"value": reason},
        shapes=shapes,
        drawn=sum(code in shapes for code in codes),
    )


def _placed(rows: Rows, ids: list[int], counts: Counts) -> Counts:
    """Counts of rows in the order of ``ids``; 0 where a region has no row."""
    place = {region_id: k for k, region_id in enumerate(rows.region_ids)}
    out = np.zeros(len(ids), dtype=np.int64)
    for k, region_id in enumerate(ids):
        if region_id in place:
            out[k] = counts[place[region_id]]
    return out


def _value(measure: Measure, numerator: int, denominator: int | None, found: int) -> tuple[float, str | None]:
    if not found:
        return np.nan, UNREPORTED
    if denominator is None:
        return float(numerator), None
    share = rate(numerator, denominator)
    return (np.nan, measure.reason) if share is None else (share, None)


def _total(selection: Selection, measure: Measure) -> tuple[dict[str, Any], str | None]:
    n = selection.count(measure.numerator)
    if measure.denominator is None:
        return {"numerator": n, "denominator": None, "value": float(n)}, None
    d = selection.count(measure.denominator)
    reason = None if d else measure.reason if selection.count("effective") else NO_ITEMS
    return {"numerator": n, "denominator": d, "value": rate(n, d)}, reason


def row_names(tree: RegionTree, ids: list[int], level: str, lang: str) -> list[str]:
    """The names of rows; those that two of them have are printed with the place above."""
    labels = [tree.group_label(region_id, level, lang) for region_id in ids]
    seen = Counter(labels)
    out = []
    for region_id, label in zip(ids, labels, strict=True):
        parent = tree.by_id(region_id).parent_id
        if seen[label] > 1 and parent is not None and label == tree.label(region_id, lang):
            above = tree.label(parent, lang)
            label = f"{label}, {above}" if lang == "en" else f"{above}{label}"
        out.append(label)
    return out


def short(tree: RegionTree, region_id: int, level: str, lang: str) -> str:
    """The name of a row as it fits on a map; of a place's own row the whole name."""
    region = tree.by_id(region_id)
    label = tree.group_label(region_id, level, lang)
    if label != tree.label(region_id, lang):
        return label
    if lang != "en" or not region.name_en:
        return region.short_zh
    for ending in _ENDINGS:
        label = label.removesuffix(ending)
    return label


def divides(tree: RegionTree, region_id: int, level: str) -> bool:
    """Whether looking into a row shows more rows: it has places below it and is not a place's own row."""
    return bool(tree.children(region_id)) and tree.group_label(region_id, level) == tree.label(region_id)
