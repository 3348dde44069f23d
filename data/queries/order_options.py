"""What the form of a new order offers: places, departments, campaigns, methods, rungs, and the day that a meeting is taken to be on."""

from typing import Any

from data import calendar
from data.escalation.model import RUNGS
from data.escalation.model import word as of_escalation
from data.filters import Filters
from data.orders.model import METHODS
from data.orders.model import word as of_order
from data.orders.read import newest_event
from data.queries.filter_options import filter_options
from data.queries.labels import labels
from data.queries.selection import Selection
from data.regions.tree import RANK
from data.store import Store

# a list that is longer offers no counties: they come when a larger place is selected
MOST_REGIONS = 400


def order_options(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> dict[str, Any]:
    """``regions`` (inside the selection, in tree order), ``departments``, ``campaigns``, ``methods``, ``rungs``: lists of {value, label};
    ``cut``: True when counties were left out of the regions; ``day`` (ISO): today, or the newest day that simulated data speak of, where
    time stands still; ``past``: True when the selection looks at an earlier day, at which nothing can be recorded."""
    selection = Selection(scope, store, filters)
    offered = filter_options(scope, store, Filters(campaign=filters.campaign), lang)
    tree = selection.tree
    regions = offered["regions"]
    if tree.get(filters.region) is not None and selection.region_id is not None:
        within = tree.within(selection.region_id) | {selection.region_id}
        inside = [place for place in map(tree.get, (each["value"] for each in regions)) if place is not None and place.region_id in within]
        chosen = tree.by_id(selection.region_id)
        # nothing was found there, and it is given orders all the same
        inside = inside if chosen in inside else [chosen, *inside]
        regions = [{"value": r.code, "label": tree.full_name(r.region_id, lang), "level": r.level} for r in inside]
    cut = len(regions) > MOST_REGIONS
    if cut:
        regions = [each for each in regions if RANK.get(each["level"], 0) <= RANK["prefecture"]]
    return {
        "regions": [] if selection.empty else [{"value": each["value"], "label": each["label"]} for each in regions],
        "departments": [{"value": code, "label": name} for code, name in labels(store, lang)["department"].items()],
        "campaigns": offered["campaigns"],
        "methods": [{"value": code, "label": of_order("method", code, lang)} for code in METHODS],
        "rungs": [{"value": code, "label": of_escalation("rung", code, lang)} for code in RUNGS],
        "cut": cut,
        "day": _day(store, selection),
        "past": filters.as_of is not None or filters.known_at is not None,
    }


def _day(store: Store, selection: Selection) -> str:
    if not selection.simulated:
        return calendar.today().isoformat()
    with store.reading() as conn:
        newest = newest_event(conn)
    return max(selection.as_of, newest or selection.as_of).isoformat()
