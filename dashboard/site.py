"""What layouts may ask the running app: filled by the composition root, so that pages import neither store nor callbacks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import current_app, request

from dashboard.i18n import DEFAULT
from dashboard.view import View
from data.filters import Filters

Options = dict[str, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the shell says about a selection. ``campaigns`` counts those in the store; 0 means an empty store."""

    campaigns: int = 0
    simulated: bool = False
    as_of: date | None = None
    known_at: date | None = None
    version: int = 0
    single_user: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """``options(filters, lang)`` for the filter bar, ``facts(filters)`` for the shell, ``race(filters, lang)`` for the bar of the ranking
    page, ``map(filters, lang)`` for the map, ``river(id, lang)`` for the page of a water body
    (nothing where there is none), ``orders(filters, lang)`` for the form of a new order; all in the visitor's scope."""

    options: Callable[[Filters, str], Options]
    facts: Callable[[Filters], Facts]
    language: str = "zh-CN"
    race: Callable[[Filters, str], Options] = lambda filters, lang: {}
    map: Callable[[Filters, str], Options] = lambda filters, lang: {}
    river: Callable[[str, str], Options] = lambda river_id, lang: {}
    orders: Callable[[Filters, str], Options] = lambda filters, lang: {}


def site() -> Site:
    """The running app's."""
    found: Site = current_app.extensions["site"]
    return found


def asked_path() -> str:
    """The path of the page that is being laid out, as the address bar has it (a query key cannot override it)."""
    body = request.get_json(silent=True) if request.method == "POST" else None
    if isinstance(body, dict):
        for each in body.get("inputs", []):
            if isinstance(each, dict) and each.get("property") == "pathname" and isinstance(each.get("value"), str):
                return str(each["value"])
        return "/"
    return request.path


def asked_view(query: dict[str, object] | None = None) -> View:
    """Language from the page's query, theme from the visitor's cookie."""
    if query is None:
        query = _asked_query()
    view = View.from_query(query, site().language)
    theme = View.from_query({"theme": request.cookies.get("dubang-theme")}).theme
    return view.but(theme=theme, style=View().style)


def _asked_query() -> dict[str, object]:
    body = request.get_json(silent=True) if request.method == "POST" else None
    if isinstance(body, dict):
        for each in body.get("inputs", []):
            if isinstance(each, dict) and each.get("property") == "search" and isinstance(each.get("value"), str):
                view = View.from_query(each["value"], site().language)
                return {"lang": view.lang}
        return {}
    return {"lang": request.args.get("lang")}


def address(path: str, filters: Filters | None, view: View, language: str | None = None) -> str:
    """A link: path, the canonical query of the filters, and the language where it is not the site's own."""
    parts = [filters.to_query()] if filters is not None and filters.to_query() else []
    # without an app (an export from the command line) the default language is the site's own
    if view.lang != (language or (site().language if current_app else DEFAULT)):
        parts.append(f"lang={view.lang}")
    return path + ("?" + "&".join(parts) if parts else "")
