"""Sections of the selected water bodies from source to mouth: class now against the target, and how often it was met."""

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
    "section_id", "section", "name", "water", "water_name", "region", "km", "target_grade", "month", "grade", "current", "met", "good",
    "exceeding", "months", "months_met", "met_rate", "standard",
)  # fmt: skip
# the year that "how often" speaks of
_YEAR = 12


def river_sections(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS, one row a section, water bodies by code, each from source to mouth; a restricted section, of a viewer who is not shown its
    position, has no ``km`` and comes last on its water, by name.

    ``month`` and ``grade`` are of the newest assessed month (None: nothing in the last twelve); ``current``: that is the newest month of
    all, and only such sections are in the totals; ``met``: at or better than the target, ``good``: at or better than III (None without a
    class or a target); ``months`` with a class in the last twelve, ``months_met`` of them at the target; ``standard`` they were assessed
    by. ``attrs``: ``total`` {sections, assessed, met, good, with_target, met_rate, good_rate}, ``month`` the newest, ``water`` the name
    when there is one only, ``reasons``.
    """
    selection = Selection(scope, store, filters)
    held = network(store)
    regions = rivers.within(selection)
    bodies = rivers.shown(selection, held, filters.water)
    sections = [(body, site) for body in bodies for site in rivers.here(held.sections(body.water_body_id), regions, scope)]
    last = grades.last_month(selection.as_of)
    since = grades.months_before(last, _YEAR - 1)
    found = quality.months(store, [site.object_id for _, site in sections], selection.as_of, selection.known_at, since)
    newest = max((months[-1].month for months in found.values()), default=None)
    rows = [_row(selection, body, site, found.get(site.object_id, []), newest, lang) for body, site in sections]
    frame = selection.frame(
        {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)},
        lang,
        types={"km": np.float64, "met_rate": np.float64, "months": np.int64, "months_met": np.int64},
        **_said(rows, bodies, newest, lang),
    )
    # numbers without a value are NaN, whatever else the column holds
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame


def _row(selection: Selection, body: Body, site: Site, months: list[quality.Month], newest: date | None, lang: str) -> tuple[object, ...]:
    tree = selection.tree
    now = months[-1] if months else None
    told = [grades.met(each.grade, site.target) for each in months]
    judged = [each for each in told if each is not None]
    grade = now.grade if now else None
    return (
        identity.to_hex(site.object_id),
        site.code,
        site.name(lang),
        body.code,
        body.name(lang),
        tree.label(site.region_id, lang) if site.region_id is not None and site.region_id in tree else None,
        site.km,
        site.target,
        now.month if now else None,
        grade,
        now is not None and now.month == newest,
        grades.met(grade, site.target),
        grades.good(grade),
        ",".join(now.exceeding) if now and now.exceeding else None,
        len(judged),
        sum(judged),
        rate(sum(judged), len(judged)),
        now.standard if now else None,
    )


def _said(rows: list[tuple[object, ...]], bodies: list[Body], newest: date | None, lang: str) -> dict[str, object]:
    """Totals over the newest month: a section without a class or without a target is in no rate."""
    at = {name: k for k, name in enumerate(COLUMNS)}
    current = [row for row in rows if row[at["current"]]]
    classed = [row for row in current if row[at["grade"]] is not None]
    aimed = [row for row in classed if row[at["met"]] is not None]
    met, good = sum(bool(row[at["met"]]) for row in aimed), sum(bool(row[at["good"]]) for row in classed)
    reasons = {}
    if not aimed:
        reasons["met_rate"] = NO_ITEMS
    if not classed:
        reasons["good_rate"] = NO_ITEMS
    return {
        "total": {
            "sections": len(rows),
            "assessed": len(classed),
            "with_target": len(aimed),
            "met": met,
            "good": good,
            "met_rate": rate(met, len(aimed)),
            "good_rate": rate(good, len(classed)),
        },
        "month": newest,
        "water": bodies[0].name(lang) if len(bodies) == 1 else None,
        "reasons": reasons,
    }
