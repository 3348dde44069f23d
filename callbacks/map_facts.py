"""What the map's page is laid out from: its layers, where it looks at first, the days it can go back to, its base map."""

from typing import Any

import shapely
from flask import current_app

from callbacks.map_layers import LAYERS
from dashboard.map_notice import BaseMap
from data.filters import Filters
from data.queries.region_map import SHOWN
from data.queries.selection import Selection
from data.regions.outlines import outlines
from data.store import Store

# south-west and north-east of the country, the South China Sea included
_COUNTRY = [[3.3, 73.0], [53.8, 135.5]]


def map_facts(scope: str, store: Store, filters: Filters, first_day: str | None) -> dict[str, Any]:
    """``layers`` from the bottom up, ``measures`` that regions can be coloured by, ``bounds`` [[south, west], [north, east]], ``days``
    [first, last], ``base``, ``version``, ``outlines`` (of which region's members, at which level).

    ``first_day``: the first day anything happened on, ISO.
    """
    selection = Selection(scope, store, filters)
    last = (store.ledger_day([c.campaign_id for c in selection.campaigns]) or selection.as_of).isoformat()
    first = first_day or last
    code = None if selection.region_id is None else store.tree().by_id(selection.region_id).code
    base: BaseMap = current_app.extensions["base_map"]
    return {
        "layers": [
            {"id": each.id, "geometry": each.geometry, "by": list(each.by), "card": each.card, "shown": each.shown}
            for each in LAYERS.values()
        ],
        "measures": list(SHOWN),
        "outlines": {"region": outlined(store, code), "level": selection.level},
        "bounds": bounds(store, selection.region_id),
        "days": [min(first, last), max(first, last)],
        "base": {"url": base.url, "attribution": base.attribution},
        "version": store.version(),
    }


def bounds(store: Store, region_id: int | None) -> list[list[float]]:
    """The box of a region's outline, or of what it holds; of the country for the whole."""
    tree = store.tree()
    if region_id is None or tree.by_id(region_id).level == "country":
        return _COUNTRY
    areas = outlines(store, [region_id]) or outlines(store, [child.region_id for child in tree.children(region_id)])
    if not areas:
        return _COUNTRY
    west, south, east, north = shapely.total_bounds(list(areas.values())).tolist()
    return [[south, west], [north, east]]


def outlined(store: Store, code: str | None) -> str | None:
    """The region whose members are outlined; None for the whole country."""
    place = store.tree().get(code) if code else None
    return None if place is None or place.level == "country" else place.code
