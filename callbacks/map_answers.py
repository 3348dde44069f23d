"""What the map asks besides its layers: regions by a measure, what is near, where somebody stands, where something is."""

import math
from typing import Any

from dash import Dash
from flask import Response, current_app, request

from callbacks.cached import Answers
from callbacks.guard import allowed, current_scope, refuse
from callbacks.map_facts import outlined
from callbacks.map_layers import PART, map_filters
from callbacks.registry import CHARTS, relevant, result, to_text
from dashboard import frame
from dashboard.figures.region_map import classes
from dashboard.formatting import count, missing, of, percent
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.positions.near import near, where
from data.queries.place_search import place_search
from data.store import Store

CHART = "region-map"
MOST_TYPED = 60
LEAST_KM, MOST_KM = 0.1, 50.0


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Serve the map's questions."""

    def regions() -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        view = _view()
        filters = relevant(CHARTS[CHART], Filters.from_query(request.args.to_dict(flat=False)))
        scope = current_scope()
        key = ("map-regions", filters.to_query(), view.lang, scope, store.version())
        return _answer(answers.get(key, lambda: to_text(regions_body(store, scope, filters, view))))

    def around() -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        spot = _spot()
        if spot is None:
            return refuse(400, "values")
        lang, scope = _view().lang, current_scope()
        km = min(max(_number("km") or 1.0, LEAST_KM), MOST_KM)
        filters = map_filters(request.args.to_dict(flat=False))
        found = near(store, scope, filters, *spot, km, lang)
        things = [{**each.as_dict(), "kind_name": t(f"map.near.kind.{each.kind}", lang)} for each in found.things]
        return _answer(to_text({"km": km, "count": found.count, "counts": found.counts, "things": things}))

    def standing() -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        spot = _spot()
        if spot is None:
            return refuse(400, "values")
        lang = _view().lang
        return _answer(to_text(standing_body(store, current_scope(), *spot, lang)))

    def search() -> Response:
        if not allowed("view"):
            return refuse(401, "closed")
        typed = " ".join(request.args.get("text", "").split())[:MOST_TYPED]
        filters = map_filters(request.args.to_dict(flat=False))
        lang, scope = _view().lang, current_scope()
        key = ("map-search", filters.to_query(), typed, lang, scope, store.version())
        return _answer(answers.get(key, lambda: to_text({"found": place_search(scope, store, filters, typed, lang)})))

    for path, function in (("regions", regions), ("near", around), ("where", standing), ("search", search)):
        app.server.add_url_rule(f"/api/map/{path}", f"map_{path}", function)


def regions_body(store: Store, scope: str, filters: Filters, view: View) -> dict[str, Any]:
    """The regions of the selection by its measure: ``rows`` (code, name, class or null, words, has places below), ``edges`` of the
    classes as words, ``counts`` of regions in each, and the words of the measure."""
    df = result(store, CHARTS[CHART], filters, view.lang, scope)
    drawn = classes(df, view)
    names = ("region_code", "region", "has_children", "numerator", "denominator")
    rows = []
    for (code, name, below, n, d), kind in zip(frame.rows(df, *names), drawn.of_rows, strict=True):
        rows.append((code, name, kind, value_words(n, d, df.attrs["unit"], view.lang), bool(below)))
    attrs = df.attrs
    return {
        "rows": rows,
        "edges": drawn.labels,
        "counts": drawn.counts,
        "colours": drawn.colours,
        "empty": drawn.empty,
        "measure": attrs["measure"],
        "name": t(f"measure.{attrs['measure']}.name", view.lang),
        "level": attrs["level"],
        # outlines of the whole country, where that is what the campaigns cover
        "region": outlined(store, attrs["region_code"]),
        "as_of": attrs["as_of"],
        "trail": trail(store, scope, attrs["region_code"], view.lang),
        "simulated": attrs["simulated"],
    }


def value_words(numerator: float, denominator: float, unit: str, lang: str) -> str:
    """``75.0% (24/32)``, ``37``, or a dash."""
    if unit == "count":
        return count(numerator, lang)
    if missing(denominator) or not denominator:
        return percent(None, None, lang)
    n, d = int(numerator), int(denominator)
    return f"{percent(n, d, lang)} ({of(n, d, lang)})"


def trail(store: Store, scope: str, code: str | None, lang: str) -> list[tuple[str, str]]:
    """(code, name) from the widest place the viewer may see down to the one looked at."""
    tree = store.tree()
    here = tree.get(code) if code else None
    if here is None:
        return [("", t("map.everywhere", lang))]
    places = [*tree.ancestors(here.region_id), here]
    confined = scope.partition("/")[0]
    codes = [place.code for place in places]
    first = codes.index(confined) if confined in codes else 0
    return [(place.code, tree.label(place.region_id, lang)) for place in places[first:]]


def standing_body(store: Store, scope: str, lon: float, lat: float, lang: str) -> dict[str, Any]:
    """Which zones hold a place and how far their edges are, for somebody who stands there."""
    found = where(store, scope, lon, lat, lang=lang)

    def words(each: Any) -> dict[str, Any]:
        zone = each.zone
        grade = t(f"map.grade.{zone.grade}", lang)
        return {"name": zone.name, "grade": zone.grade, "grade_name": grade, "approval": zone.approval_no, "edge_m": round(each.edge_m)}

    return {
        "zones": [words(each) for each in found.zones],
        "nearest": words(found.nearest) if found.nearest else None,
        "region": found.region,
        "coarse": found.coarse,
    }


def _view() -> View:
    return View.from_query(request.args, current_app.extensions["language"])


def _answer(text: str) -> Response:
    return current_app.response_class(text, mimetype=PART)


def _number(name: str) -> float | None:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _spot() -> tuple[float, float] | None:
    lon, lat = _number("lon"), _number("lat")
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
        return None
    return lon, lat
