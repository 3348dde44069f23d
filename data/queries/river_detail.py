"""One water body for its page: what it is, what it flows into, what was planned and who is in charge."""

from typing import Any

from data import identity
from data.filters import Filters
from data.queries import rivers
from data.queries.selection import Selection
from data.store import Store
from data.waters.network import Body, network

_TEXTS = ("basics", "plan")
_LISTS = ("measures", "offices")


def river_detail(scope: str, store: Store, water_id: str, lang: str = "zh-CN") -> dict[str, Any] | None:
    """``water_id`` (16 hexadecimal digits), ``code``, ``name``, ``kind``, ``basin``, ``length_km``, ``target_grade``, ``simulated``,
    ``sections`` and ``stations`` on it; ``into`` {water_id, name, km} or None, ``feeders`` the same of what flows into it, from the
    source down; ``basics`` and ``plan`` texts or None, ``measures`` and ``offices`` lists of texts, in ``lang`` where the water body
    has them, else as they are. None when there is no such water body or the viewer's scope has nothing on it.
    """
    number = identity.from_hex(water_id)
    held = network(store)
    body = held.bodies.get(number) if number is not None else None
    if body is None:
        return None
    selection = Selection(scope, store, Filters())
    if not rivers.shown(selection, held, (body.code,)):
        return None
    regions = rivers.within(selection)
    sites = rivers.here(held.sites.get(body.water_body_id, []), regions, scope)
    into = held.bodies.get(body.into_id) if body.into_id is not None else None
    return {
        "water_id": water_id,
        "code": body.code,
        "name": body.name(lang),
        "kind": body.kind,
        "basin": rivers.basin(store, body, lang),
        "length_km": body.length_km,
        "target_grade": body.target,
        "simulated": body.simulated,
        "sections": sum(site.kind == "section" for site in sites),
        "stations": sum(site.kind == "station" for site in sites),
        "into": _beside(into, body.into_km, lang) if into else None,
        "feeders": [_beside(held.bodies[k], held.bodies[k].into_km, lang) for k in held.feeders.get(body.water_body_id, [])],
        **_said(body, lang),
    }


def _beside(body: Body, km: float | None, lang: str) -> dict[str, Any]:
    return {"water_id": identity.to_hex(body.water_body_id), "name": body.name(lang), "km": km}


def _said(body: Body, lang: str) -> dict[str, Any]:
    """Texts of the water body's file: plain text and lists of it; anything else in there is not for this page."""
    own = body.detail
    other = own.get(lang.partition("-")[0])
    said = {**own, **other} if isinstance(other, dict) else own
    out: dict[str, Any] = {name: str(said[name]) if isinstance(said.get(name), str) and said[name].strip() else None for name in _TEXTS}
    for name in _LISTS:
        value = said.get(name)
        parts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        out[name] = [str(part) for part in parts if isinstance(part, str) and part.strip()]
    return out
