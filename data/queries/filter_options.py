"""What the filter bar offers for the chosen campaigns."""

from operator import itemgetter
from typing import Any

from sqlalchemy import func, select

from data import calendar
from data.calendar import NEVER
from data.filters import Filters
from data.queries.labels import labels
from data.queries.selection import Selection
from data.schema import round_, water_body
from data.scope import ALL, region_of
from data.store import Store

Choice = dict[str, str]


def filter_options(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> dict[str, Any]:
    """``campaigns, rounds, themes, categories, sources, departments, waters, kinds, regions``: lists of {value, label}, only values that
    items of the chosen campaigns carry; ``as_of``: {min, max, default} as ISO days. Regions are those items lie in, and all above them,
    in tree order, each with its ``level``."""
    chosen = Selection(scope, store, Filters(campaign=filters.campaign))
    names = labels(store, lang)
    tree = store.tree()
    held: dict[str, dict[str, None]] = {d: {} for d in ("round", "theme", "category", "source", "department", "kind", "water")}
    region_ids: set[int] = set()
    first: list[int] = []
    for part in chosen.parts:
        for dimension, values in held.items():
            values.update(dict.fromkeys(part.index.values[dimension]))
        for region_id in part.index.region_ids:
            if region_id not in region_ids:
                region_ids.add(region_id)
                region_ids.update(a.region_id for a in tree.ancestors(region_id))
        days = part.index.first_day[part.index.first_day < NEVER]
        if len(days):
            first.append(int(days.min()))
    if chosen.region_id is not None and region_of(scope) != ALL:
        region_ids &= tree.within(chosen.region_id)

    def choices(dimension: str) -> list[Choice]:
        known = names.get(dimension, {})
        rank = {code: k for k, code in enumerate(known)}
        codes = sorted(held[dimension], key=lambda c: (rank.get(c, len(rank)), c))
        return [{"value": code, "label": known.get(code, code)} for code in codes]

    water_names = waters_named(store, lang)
    regions = sorted((tree.by_id(r) for r in region_ids), key=lambda r: r.position)
    groupings = [g for g in tree.groupings if region_ids & tree.within(g.region_id)]
    return {
        "campaigns": [{"value": c.code, "label": c.name(lang)} for c in store.campaigns()],
        "rounds": _rounds(chosen, store, held["round"], lang),
        "themes": choices("theme"),
        "categories": choices("category"),
        "sources": choices("source"),
        "departments": choices("department"),
        "waters": sorted(({"value": code, "label": water_names.get(code, code)} for code in held["water"]), key=itemgetter("label")),
        "kinds": [{"value": kind, "label": kind} for kind in held["kind"]],
        "regions": [{"value": r.code, "label": tree.full_name(r.region_id, lang), "level": r.level} for r in [*regions, *groupings]],
        "as_of": {
            "min": calendar.day_of(min(first)).isoformat() if first else None,
            "max": max(calendar.today(), chosen.as_of).isoformat(),
            "default": chosen.as_of.isoformat(),
        },
    }


def _rounds(chosen: Selection, store: Store, held: dict[str, None], lang: str) -> list[Choice]:
    """Rounds by number; with several campaigns chosen, numbers alone name them."""
    numbers = sorted(held, key=int)
    if len(chosen.campaigns) != 1:
        return [{"value": n, "label": n} for n in numbers]
    with store.reading() as conn:
        query = select(round_.c.number, round_.c.name_zh, func.coalesce(round_.c.name_en, round_.c.name_zh))
        rows = conn.execute(query.where(round_.c.campaign_id == chosen.campaigns[0].campaign_id)).all()
    found = {str(number): en if lang == "en" else zh for number, zh, en in rows}
    return [{"value": n, "label": found.get(n, n)} for n in numbers]


def waters_named(store: Store, lang: str) -> dict[str, str]:
    """The name of each water body by its code."""
    return store.remembered(f"water-names:{lang}", lambda: _water_names(store, lang))


def _water_names(store: Store, lang: str) -> dict[str, str]:
    c = water_body.c
    with store.reading() as conn:
        return {code: en if lang == "en" and en else zh for code, zh, en in conn.execute(select(c.code, c.name_zh, c.name_en))}
