"""What layouts and the filter bar ask of the store, in the visitor's scope."""

import threading
from collections import OrderedDict

from callbacks.guard import allowed, current_scope, single_user
from callbacks.map_facts import map_facts
from dashboard.site import Facts, Options, Site
from data.filters import Filters
from data.queries.filter_options import filter_options, waters_named
from data.queries.order_options import order_options
from data.queries.ranking_options import ranking_options
from data.queries.river_detail import river_detail
from data.store import Store

KEPT = 32
_kept: OrderedDict[tuple[object, ...], Options] = OrderedDict()
_lock = threading.Lock()


def options_for(store: Store, scope: str, filters: Filters, lang: str) -> Options:
    """The choices that go with the chosen campaigns; do not change them."""
    return _with_chosen(store, _offered(store, scope, filters, lang), filters, lang)


def _with_chosen(store: Store, found: Options, filters: Filters, lang: str) -> Options:
    """The options with the region and the waters that are chosen, though nothing was found there: they have names all the same."""
    place = store.tree().get(filters.region) if filters.region else None
    regions: list[dict[str, str]] = found["regions"]  # type: ignore[assignment]
    if place is not None and all(each["value"] != place.code for each in regions):
        here = {"value": place.code, "label": store.tree().full_name(place.region_id, lang), "level": place.level}
        found = {**found, "regions": [*regions, here]}
    waters: list[dict[str, str]] = found["waters"]  # type: ignore[assignment]
    missing = [code for code in filters.water if all(each["value"] != code for each in waters)]
    if missing:
        names = waters_named(store, lang)
        found = {**found, "waters": [*waters, *({"value": code, "label": names.get(code, code)} for code in missing)]}
    return found


def _offered(store: Store, scope: str, filters: Filters, lang: str) -> Options:
    asked = Filters(campaign=filters.campaign)
    key = (store.token, scope, asked.campaign, lang, store.version())
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found: Options = filter_options(scope, store, asked, lang)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def facts_for(store: Store, filters: Filters) -> Facts:
    """What the shell says about a selection."""
    current_scope()
    campaigns = store.campaigns()
    chosen = [c for c in campaigns if not filters.campaign or c.code in filters.campaign]
    day = filters.as_of or filters.known_at or store.ledger_day([c.campaign_id for c in chosen])
    return Facts(
        campaigns=len(campaigns),
        simulated=any(c.simulated for c in chosen),
        as_of=day,
        known_at=filters.known_at,
        version=store.version(),
        single_user=single_user(),
    )


def site_for(store: Store, language: str) -> Site:
    """The Site of an app on this store."""
    return Site(
        options=lambda filters, lang: options_for(store, current_scope(), filters, lang),
        facts=lambda filters: facts_for(store, filters),
        language=language,
        race=lambda filters, lang: ranking_options(current_scope(), store, filters, lang),
        river=lambda river_id, lang: river_detail(current_scope(), store, river_id, lang) or {},
        orders=lambda filters, lang: {**order_options(current_scope(), store, filters, lang), "may": allowed("order")},
        map=lambda filters, lang: map_facts(current_scope(), store, filters, _first_day(store, filters, lang)),
    )


def _first_day(store: Store, filters: Filters, lang: str) -> str | None:
    days: dict[str, str | None] = options_for(store, current_scope(), filters, lang)["as_of"]  # type: ignore[assignment]
    return days["min"]
