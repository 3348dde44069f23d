"""The network around a water body: what flows into it, what it flows into, and the sections on it."""

from datetime import date

import numpy as np
from pandas import DataFrame

from data import identity
from data.filters import Filters
from data.queries import rivers
from data.queries.rivers import Held
from data.queries.selection import Selection
from data.store import Store
from data.waters import grades, quality
from data.waters.network import Body, Network, Site, network

COLUMNS = (
    "what", "id", "code", "name", "kind", "water", "role", "flows_into", "km", "length_km", "target_grade", "month", "grade", "met",
    "sections", "sections_met", "outfalls", "open", "overdue",
)  # fmt: skip
_SETS = ("outfalls", "open", "overdue")
# of a whole country nobody sees a river: the longest are drawn
MOST = 120


def river_system(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS: a row for each water body (``what`` water), then one for each section on them (``what`` section).

    ``role``: ``chosen``, ``upstream`` (flows into it, directly or through others), ``downstream``; without ``filters.water`` all water
    bodies of the selection are chosen. ``km``: where a water body flows into the next one, or where a section lies, from the source.
    ``sections`` with a class in the newest month and ``sections_met`` of them at their target. ``outfalls``, ``open``, ``overdue``: items
    of the selection that hang on it, upstream and downstream included. ``attrs``: ``drawing`` (Held: {code: (lines, area)} and {section
    id: (lon, lat)}), ``month``, ``water`` the name when one only is chosen, ``into`` what it flows into, ``left_out`` water bodies that
    are not rows. A restricted section, of a viewer who is not shown its position, has no ``km``, is not drawn and comes last on its water.
    """
    # a river's surroundings have their own items: the filter names what is in the middle
    selection = Selection(scope, store, filters.but(water=()))
    held = network(store)
    regions = rivers.within(selection)
    chosen = rivers.shown(selection, held, filters.water)
    roles = _roles(chosen, held, bool(filters.water))
    shown = sorted(roles, key=lambda k: (("chosen", "upstream", "downstream").index(roles[k]), -(held.bodies[k].length_km or 0.0)))
    left_out = len(shown[MOST:])
    bodies = [held.bodies[k] for k in shown[:MOST]]
    numbers = rivers.counts(selection, _SETS)
    sections = [(body, site) for body in bodies for site in rivers.here(held.sections(body.water_body_id), regions, scope)]
    now = quality.newest(store, [site.object_id for _, site in sections], selection.as_of, selection.known_at)
    newest = max((each.month for each in now.values()), default=None)
    rows = [_water(body, roles[body.water_body_id], held, sections, now, newest, numbers, lang) for body in bodies]
    rows += [_section(body, site, roles[body.water_body_id], now.get(site.object_id), lang) for body, site in sections]
    drawing = {
        "waters": {body.code: (body.lines, body.area) for body in bodies},
        "sections": {identity.to_hex(s.object_id): (s.lon, s.lat) for _, s in sections if s.lon is not None and s.lat is not None},
    }
    one = chosen[0] if len(chosen) == 1 else None
    into = held.bodies.get(one.into_id) if one is not None and one.into_id is not None else None
    frame = selection.frame(
        {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)},
        lang,
        types=dict.fromkeys(("km", "length_km", "sections", "sections_met", *_SETS), np.float64),
        drawing=Held(drawing),
        month=newest,
        water=one.name(lang) if one else None,
        into=into.name(lang) if into else None,
        left_out=left_out,
    )
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame


def _roles(chosen: list[Body], held: Network, named: bool) -> dict[int, str]:
    out = {body.water_body_id: "chosen" for body in chosen}
    if named:
        for role, follow in (("upstream", held.upstream), ("downstream", held.downstream)):
            for body in chosen:
                for k in follow(body.water_body_id):
                    out.setdefault(k, role)
    return out


def _water(
    body: Body, role: str, held: Network, sections: list[tuple[Body, Site]], now: dict[int, quality.Month], newest: date | None,
    numbers: dict[str, dict[str, int]], lang: str,
) -> tuple[object, ...]:  # fmt: skip
    into = held.bodies.get(body.into_id) if body.into_id is not None else None
    told = [
        grades.met(now[site.object_id].grade, site.target)
        for of, site in sections
        if of is body and site.object_id in now and now[site.object_id].month == newest
    ]
    judged = [each for each in told if each is not None]
    mine = numbers.get(body.code, dict.fromkeys(_SETS, 0))
    return (
        "water",
        identity.to_hex(body.water_body_id),
        body.code,
        body.name(lang),
        body.kind,
        body.code,
        role,
        into.code if into else None,
        body.into_km,
        body.length_km,
        body.target,
        newest if judged else None,
        None,
        None,
        len(judged),
        sum(judged),
        *(mine[name] for name in _SETS),
    )


def _section(body: Body, site: Site, role: str, month: quality.Month | None, lang: str) -> tuple[object, ...]:
    grade = month.grade if month else None
    return (
        "section",
        identity.to_hex(site.object_id),
        site.code,
        site.name(lang),
        site.kind,
        body.code,
        role,
        None,
        site.km,
        None,
        site.target,
        month.month if month else None,
        grade,
        grades.met(grade, site.target),
        *(None,) * 5,
    )
