"""Warnings of the selection: what is overdue or about to be, behind, rising, relapsing, or at the limit, and what was read of it."""

import hashlib
from typing import Any

from pandas import DataFrame, Series

from data.filters import Filters
from data.queries.labels import labels
from data.queries.selection import Selection
from data.store import Store
from data.warnings.found import Found
from data.warnings.marks import LONGEST_KEY, Mark, marks
from data.warnings.regions import found_in_regions
from data.warnings.rules import LEVELS, rules
from data.warnings.sections import found_at_sections
from data.warnings.wording import sentence, watched

_TYPES = {
    "key": "object", "level": "object", "kind": "object", "kind_name": "object", "region_code": "object", "region": "object",
    "subject": "object", "numerator": "Int64", "denominator": "Int64", "value": "float64", "threshold": "float64", "since": "object",
    "text": "object", "rows": "object", "acknowledged": "bool", "acknowledged_on": "object", "note": "object",
}  # fmt: skip
COLUMNS = tuple(_TYPES)
# what narrows the items that are counted, and with them what a warning speaks of
_NARROWING = ("round", "kind", "theme", "category", "source", "department", "water", "area", "count_basic")


def warnings(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS, one row a warning (rules: data/warnings/rules.json). Those nobody has read first; then red before yellow before blue, the
    greatest number first.

    ``key``: stable name of the warning, by rule and subject, and by what narrows the selection; ``level``: red, yellow, blue; ``kind``:
    overdue, due, schedule, rise, relapse (of regions of the selection's level), exceed, jump, near (of sections); ``subject``: the region's
    or section's name; ``numerator, denominator`` (Int64, null where there are none): sizes of sets; ``value``: what reached ``threshold``
    (a count, a share behind, a multiple, classes of water, a share of the limit; unrounded); ``since``: first day it could be read, None
    where that is not known; ``text``: one sentence; ``rows``: a piece of query string that leads to the rows, the address of a water body,
    or "" for a place's own row; ``acknowledged``: read and no graver since; ``acknowledged_on`` and ``note``: of the newest
    acknowledgement, also of one that holds no more.

    ``attrs``: ``counts`` {level: {open, acknowledged}}, ``watched`` (one line a rule).
    """
    selection = Selection(scope, store, filters)
    chosen = rules()
    found = found_in_regions(selection, chosen.rules) + found_at_sections(selection, chosen)
    said = marks(store, filters.known_at)
    narrowing = _narrowing(selection)
    departments = labels(store, lang)["department"]
    kinds = [rule.id for rule in chosen.rules]
    rows: list[tuple[tuple[object, ...], dict[str, Any]]] = []
    for each in found:
        row = _row(selection, each, _key(each, narrowing), said, departments, lang)
        order = (
            row["acknowledged"], LEVELS.index(each.band.level), -each.number, kinds.index(each.rule.id), -each.value,
            _position(selection, each.region_id), row["key"],
        )  # fmt: skip
        rows.append((order, row))
    rows.sort(key=lambda pair: pair[0])
    counts = {
        level: {
            name: sum(row["level"] == level and row["acknowledged"] == read for _, row in rows)
            for name, read in (("open", False), ("acknowledged", True))
        }
        for level in LEVELS
    }
    columns = {name: Series([row[name] for _, row in rows], dtype=kind) for name, kind in _TYPES.items()}
    frame = selection.frame(columns, lang, counts=counts, watched=watched(chosen, lang))
    frame.attrs["simulated"] = selection.simulated or any(each.simulated for each in found)
    return frame


def _row(selection: Selection, found: Found, key: str, said: dict[str, Mark], departments: dict[str, str], lang: str) -> dict[str, Any]:
    tree, region_id = selection.tree, found.region_id
    of_section = "section" in found.facts
    place = tree.by_id(region_id) if region_id is not None and region_id in tree else None
    if place is None:
        region = ""
    else:
        region = tree.label(place.region_id, lang) if of_section else tree.group_label(place.region_id, selection.level, lang)
    mark = said.get(key)
    read = mark is not None and mark.holds(found.band.level, found.since)
    names: Any = found.facts["section"] if of_section else {}
    return {
        "key": key,
        "level": found.band.level,
        "kind": found.rule.kind,
        "kind_name": found.rule.name(lang),
        "region_code": place.code if place else None,
        "region": region or None,
        "subject": names.get("en" if lang == "en" else "zh-CN") if of_section else region,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "value": found.value,
        "threshold": float(found.band.at_least),
        "since": found.since,
        "text": sentence(found, lang, region, departments),
        "rows": found.rows,
        "acknowledged": read,
        "acknowledged_on": mark.day if mark is not None and mark.what == "acknowledged" else None,
        "note": mark.note if mark is not None and mark.what == "acknowledged" else None,
    }


def _position(selection: Selection, region_id: int | None) -> int:
    return selection.tree.by_id(region_id).position if region_id is not None and region_id in selection.tree else -1


def _narrowing(selection: Selection) -> str:
    """What of the filters decides which items are counted, as a query; the same for all campaigns named as for none."""
    filters = selection.filters
    whole = Filters(**{name: getattr(filters, name) for name in _NARROWING})
    if filters.campaign and len(selection.campaigns) < len(selection.state.campaigns):
        whole = whole.but(campaign=tuple(c.code for c in selection.campaigns))
    return whole.to_query()


def _key(found: Found, narrowing: str) -> str:
    """Rule and subject, and of a region also what narrows the selection: a warning about one department is not the one about all."""
    key = f"{found.rule.id}:{found.subject}"
    if narrowing and "section" not in found.facts:
        whole = f"{key}?{narrowing}"
        key = whole if len(whole) <= LONGEST_KEY else f"{key}?{hashlib.sha256(narrowing.encode()).hexdigest()[:32]}"
    return key
