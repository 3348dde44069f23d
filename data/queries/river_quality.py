"""The class of every section month by month, and where the series breaks."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from pandas import DataFrame

from data import identity
from data.filters import Filters
from data.measures import NO_ITEMS, rate
from data.queries import rivers
from data.queries.selection import Selection
from data.store import Store
from data.waters import grades, quality
from data.waters.network import Body, Site, network

COLUMNS = (
    "section_id", "section", "name", "water", "water_name", "km", "target_grade", "month", "grade", "met", "good", "exceeding", "standard",
    "section_set",
)  # fmt: skip
_YEAR = 12
# months shown before the as-of day
_MONTHS = 36


def river_quality(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS, one row for each section × assessed month of the last three years; sections from source to mouth, months ascending. A
    restricted section, of a viewer who is not shown its position, has no ``km`` and comes last on its water, by name.

    ``section_set``: first year of the five-year plan whose set of sections was assessed. ``attrs``: ``total`` {months, met, met_rate}
    over the last twelve months, and of those that may be compared with a year earlier, set and standard being the same, {like_months,
    like_met, like_of, before_met, before_of}; ``compared`` the same as {months, now, before}; ``breaks`` [(month, "set" or
    "standard")], ``first`` and ``last`` month, ``water``, ``reasons``.
    """
    selection = Selection(scope, store, filters)
    held = network(store)
    regions = rivers.within(selection)
    bodies = rivers.shown(selection, held, filters.water)
    sections = [(body, site) for body in bodies for site in rivers.here(held.sections(body.water_body_id), regions, scope)]
    last = grades.last_month(selection.as_of)
    since = grades.months_before(last, _MONTHS - 1)
    found = quality.months(store, [site.object_id for _, site in sections], selection.as_of, selection.known_at, since)
    rows = [_row(body, site, each, lang) for body, site in sections for each in found.get(site.object_id, [])]
    frame = selection.frame(
        {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)},
        lang,
        types={"km": np.float64, "section_set": np.int64},
        water=bodies[0].name(lang) if len(bodies) == 1 else None,
        **_said(sections, found),
    )
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame


def _row(body: Body, site: Site, each: quality.Month, lang: str) -> tuple[object, ...]:
    return (
        identity.to_hex(site.object_id),
        site.code,
        site.name(lang),
        body.code,
        body.name(lang),
        site.km,
        site.target,
        each.month,
        each.grade,
        grades.met(each.grade, site.target),
        grades.good(each.grade),
        ",".join(each.exceeding) or None,
        each.standard,
        grades.section_set(each.month),
    )


def _said(sections: list[tuple[Body, Site]], found: Mapping[int, list[quality.Month]]) -> dict[str, object]:
    """The last twelve months against the same months of the year before: only months of one set and one standard are compared."""
    by_month: dict[date, list[tuple[bool, str]]] = {}
    standards: dict[date, str] = {}
    for _, site in sections:
        for each in found.get(site.object_id, []):
            standards.setdefault(each.month, each.standard)
            told = grades.met(each.grade, site.target)
            if told is not None:
                by_month.setdefault(each.month, []).append((told, each.standard))
    months = sorted(standards)
    last = months[-1] if months else None
    year = [grades.months_before(last, k) for k in range(_YEAR)] if last else []
    now = [entry for month in year for entry in by_month.get(month, [])]
    like = [
        (month, earlier)
        for month in year
        if (earlier := grades.months_before(month, _YEAR)) in by_month
        and month in by_month
        and grades.section_set(earlier) == grades.section_set(month)
        and standards[earlier] == standards[month]
    ]
    pairs = [[entry for pair in like for entry in by_month[pair[k]]] for k in (0, 1)]
    met = sum(told for told, _ in now)
    compared, before = ((sum(told for told, _ in pair), len(pair)) for pair in pairs)
    sums = {"like_months": len(like), "like_met": compared[0], "like_of": compared[1], "before_met": before[0], "before_of": before[1]}
    return {
        "total": {"months": len(now), "met": met, "met_rate": rate(met, len(now)), **sums},
        "compared": {"months": len(like), "now": compared, "before": before},
        "breaks": grades.breaks([(month, standards[month]) for month in months]),
        "first": months[0] if months else None,
        "last": last,
        "reasons": {} if now else {"met_rate": NO_ITEMS},
    }
