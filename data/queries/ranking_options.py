"""What the ranking page's controls offer: schemes, their periods and editions, lists, groups, and the places that take part."""

from typing import Any

from data.filters import LISTS, LIVE, Filters
from data.ranking import editions as locked_editions
from data.ranking import periods, schemes
from data.ranking.scheme import Scheme
from data.store import Store


def ranking_options(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> dict[str, Any]:
    """``schemes, periods, editions, groups``: lists of {value, label}, periods newest first and each with ``running`` and ``editions`` (how
    many it is locked in); ``lists``: level, improvement. ``scheme, period, edition``: what is shown without further choice, None where
    the selection names something that there is not; ``unknown``: the fields of Filters that name such things. ``indicators``:
    {id, name, weight} of the scheme; ``level``, ``scheme_name``, ``version`` of it. An empty store has schemes and no periods.
    """
    known = schemes.known(store)
    chosen = next((each for each in known if each.code == filters.scheme), None) if filters.scheme else known[0]
    out: dict[str, Any] = {
        "schemes": [{"value": each.code, "label": each.name(lang)} for each in known],
        "periods": [],
        "editions": [],
        "lists": [],
        "groups": [],
        "indicators": [],
        "scheme": chosen.code if chosen else None,
        "default": known[0].code,
        "period": None,
        "edition": None,
        "unknown": [],
    }
    if chosen is None:
        return {**out, "unknown": ["scheme"]}
    locked: dict[str, list[locked_editions.Edition]] = {}
    for each in locked_editions.editions(store, chosen.code, locked_editions.selection_of(filters)):
        locked.setdefault(each.period, []).append(each)
    offered = periods.periods(store, chosen, filters.but(as_of=None))
    here = periods.find(store, chosen, filters)
    # a locked period stays, whatever the ledgers speak of today
    code = here.code if here else filters.period if filters.period in locked else None
    editions = sorted(locked.get(code or "", []), key=lambda each: -each.edition)
    counted = not editions or filters.as_of or filters.known_at
    unknown = []
    if filters.period and code is None:
        unknown.append("period")
    if filters.edition not in (None, LIVE) and filters.edition not in {str(each.edition) for each in editions}:
        unknown.append("edition")
    groups = [{"value": each.code, "label": each.name(lang)} for each in chosen.groups]
    if filters.group and filters.group not in {each["value"] for each in groups}:
        unknown.append("group")
    return {
        **out,
        "periods": [
            {
                "value": each.code,
                "label": periods.period_name(each, lang),
                "running": each.running,
                "editions": len(locked.get(each.code, [])),
            }
            for each in reversed(offered)
        ],
        "period": code,
        "editions": [{"value": str(each.edition), "locked_at": each.when, "sha256": each.sha256} for each in editions],
        "edition": filters.edition or (LIVE if counted else str(editions[0].edition)),
        "lists": _lists(chosen),
        "groups": groups,
        "indicators": [{"id": each.id, "name": each.name(lang), "weight": each.weight} for each in chosen.indicators],
        "level": chosen.level,
        "scheme_name": chosen.name(lang),
        "version": chosen.version,
        "unknown": unknown,
    }


def _lists(scheme: Scheme) -> list[str]:
    return [each for each in LISTS if each in scheme.lists]
