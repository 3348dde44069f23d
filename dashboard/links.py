"""Links within the progress page and the ranking page: a piece of query string laid over the selection."""

from urllib.parse import parse_qsl

from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

PATH = "/progress"
RACE = "/rankings"
# what a piece of query string may say
_FIELDS = ("region", "kind", "category", "department", "rows", "level")


def over(filters: Filters, piece: str) -> Filters:
    """The selection with a piece laid over it, e.g. ``region=320100&rows=overdue``.

    A new region is looked at by its own parts; rows that the piece does not name are no longer shown.
    """
    changes: dict[str, object] = {"rows": None, "sort": None, "descending": False, "page": 1}
    for key, value in parse_qsl(piece, max_num_fields=10):
        if key in _FIELDS:
            changes[key] = (value,) if key in ("kind", "category", "department") else value
    if "region" in changes and "level" not in changes:
        changes["level"] = None
    return filters.but(**changes)


def within(filters: Filters, piece: str, view: View) -> str:
    """The address of the page with a piece laid over the selection."""
    return address(PATH, over(filters, piece), view)


def race(filters: Filters, view: View, **changes: object) -> str:
    """The address of the ranking page with some fields of the selection changed."""
    return address(RACE, filters.for_race().but(**changes), view)


def export(chart: str, form: str, filters: Filters, view: View) -> str:
    """The address of a chart's data: ``form`` is json, csv, xlsx, pptx or docx."""
    return address(f"/export/{chart}.{form}", filters, view)


_PAGES = {
    "region-map": "/map",
    "region-tiles": "/map",
    "outfall-stages": "/map",
    "outfall-questions": "/map",
    "zone-flags": "/map",
    "orders": "/orders",
    "escalation-candidates": "/orders",
    "warnings": "/warnings",
    "contest-result": "/contest",
}


def page_of(chart: str, race: bool) -> str:
    """The path of the page on which a chart stands."""
    if chart in _PAGES:
        return _PAGES[chart]
    if chart.startswith("river-"):
        return "/river"
    return RACE if race else PATH
