"""The water bodies of a selection with how each stands: what the list of rivers shows."""

import numpy as np
from pandas import DataFrame

from data import identity
from data.filters import Filters
from data.measures import rate
from data.queries import rivers
from data.queries.selection import Selection
from data.store import Store
from data.waters import grades, quality
from data.waters.network import network

COLUMNS = (
    "water_id", "code", "name", "kind", "basin", "flows_into", "length_km", "target_grade", "month", "worst", "sections", "met", "met_rate",
    "outfalls", "effective", "open", "overdue",
)  # fmt: skip
_SETS = ("outfalls", "effective", "open", "overdue")


def river_list(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS, one row a water body, by basin, in a basin the longest first.

    ``month`` the newest with a class on it, ``worst`` the worst class of its sections then, ``sections`` with a class then and ``met``
    of them at their target; ``outfalls``, ``effective``, ``open`` and ``overdue`` count items of the selection. ``attrs``: ``total`` of
    the same counts.
    """
    selection = Selection(scope, store, filters)
    held = network(store)
    regions = rivers.within(selection)
    bodies = rivers.shown(selection, held, filters.water)
    numbers = rivers.counts(selection, _SETS)
    sections = {body.water_body_id: rivers.here(held.sections(body.water_body_id), regions, scope) for body in bodies}
    now = quality.newest(store, [site.object_id for sites in sections.values() for site in sites], selection.as_of, selection.known_at)
    rows: list[tuple[object, ...]] = []
    for body in bodies:
        sites = [site for site in sections[body.water_body_id] if site.object_id in now]
        month = max((now[site.object_id].month for site in sites), default=None)
        classes = [(now[site.object_id].grade, site.target) for site in sites if now[site.object_id].month == month]
        ranks = [found for grade, _ in classes if (found := grades.rank(grade)) is not None]
        told = [each for grade, target in classes if (each := grades.met(grade, target)) is not None]
        into = held.bodies.get(body.into_id) if body.into_id is not None else None
        mine = numbers.get(body.code, dict.fromkeys(_SETS, 0))
        rows.append(
            (
                identity.to_hex(body.water_body_id),
                body.code,
                body.name(lang),
                body.kind,
                rivers.basin(store, body, lang),
                into.name(lang) if into else None,
                body.length_km,
                body.target,
                month,
                grades.GRADES[max(ranks)] if ranks else None,
                len(told),
                sum(told),
                rate(sum(told), len(told)),
                *(mine[name] for name in _SETS),
            )
        )
    length = COLUMNS.index("length_km")
    # basins in the order of their longest river
    longest: dict[str, float] = {}
    for row in rows:
        longest[str(row[4])] = max(longest.get(str(row[4]), 0.0), float(row[length] or 0.0))  # type: ignore[arg-type]
    rows.sort(key=lambda row: (-longest[str(row[4])], str(row[4]), -float(row[length] or 0.0), str(row[1])))  # type: ignore[arg-type]
    counted = {name: sum(numbers.get(body.code, {}).get(name, 0) for body in bodies) for name in _SETS}
    met, judged = (sum(int(row[COLUMNS.index(name)]) for row in rows) for name in ("met", "sections"))  # type: ignore[call-overload]
    frame = selection.frame(
        {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)},
        lang,
        types={"length_km": np.float64, "met_rate": np.float64, **dict.fromkeys(("sections", "met", *_SETS), np.int64)},
        total={"waters": len(rows), "sections": judged, "met": met, "met_rate": rate(met, judged), **counted},
    )
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame
