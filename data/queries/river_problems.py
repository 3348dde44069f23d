"""Items along the selected water bodies: where on the river each lies, and how it stands."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from sqlalchemy import select

from data import identity
from data.filters import Filters
from data.queries import rivers
from data.queries.item_list import COLUMNS as ITEM
from data.queries.item_list import item_rows
from data.queries.labels import labels
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.rollup.bits import Positions
from data.schema import item, object_
from data.scope import exact
from data.store import Store
from data.waters.network import Body, Network, network

COLUMNS = (
    "item_id", "ledger_no", "kind", "category", "category_name", "water", "water_name", "km", "bank", "region", "object_name", "title",
    "stage_name", "status", "state", "due_current", "days_overdue",
)  # fmt: skip
#: how an item stands, for a reader of the river; in order of urgency
STATES = ("overdue", "due_soon", "open", "rectified", "closed")
# so many of them are still open
_OPEN = 3
# the most urgent come first, over all campaigns: what is left out is done already
MOST = 5000
_AT_ONCE = 500
# (code, name, effective, open, overdue, numbers by STATES)
Group = tuple[str, str, int, int, int, tuple[int, ...]]
# a part with the positions of its items by STATES
_Found = tuple[Part, list[Positions]]


def river_problems(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """COLUMNS of the effective items that hang on the selected water bodies (all: no ``filters.water``), MOST of them with the most urgent
    kept, by category, then from source to mouth.

    ``state`` is one of STATES; ``km`` from the source is null where it is not known, and for what hangs on a restricted object unless the
    viewer may see its position. ``attrs``, counted over everything, rows or not: ``total`` {effective, overdue, due_soon, open, rectified,
    closed} (``open`` includes the two before it, ``rectified`` what is closed), ``categories`` and ``waters`` [Group] most overdue first,
    ``left_out`` how many are not rows; and ``length_km`` and ``water`` when one water body is chosen, ``joins`` [(name, km)] of what flows
    into it.
    """
    selection = Selection(scope, store, filters)
    held = network(store)
    bodies = rivers.shown(selection, held, filters.water)
    names = {body.code: body.name(lang) for body in held.bodies.values()}
    found: list[_Found] = []
    for part in selection.parts:
        where = _on_water(part, {body.code for body in bodies})
        found.append((part, [part.moment.positions(words & where) for words in _states(part)]))
    rows: list[tuple[Any, ...]] = []
    for k, state in enumerate(STATES):
        for part, picked in found:
            rows += _rows(selection, part, picked[k][: max(0, MOST - len(rows))], state, names, lang)
    categories = _groups(found, "category", labels(store, lang).get("category", {}))
    total = _total(found)
    order = {entry[0]: n for n, entry in enumerate(categories)}
    at = {name: k for k, name in enumerate(COLUMNS)}
    rows.sort(key=lambda row: (order[str(row[at["category"]] or "")], row[at["km"]] is None, row[at["km"]] or 0.0, row[at["item_id"]]))
    one = bodies[0] if len(bodies) == 1 else None
    frame = selection.frame(
        {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)},
        lang,
        types={"km": np.float64, "days_overdue": np.float64},
        total=total,
        categories=categories,
        waters=_groups(found, "water", names),
        water=one.name(lang) if one else None,
        length_km=one.length_km if one else None,
        joins=_joins(one, held, lang),
        left_out=total["effective"] - len(rows),
    )
    frame.attrs["simulated"] = rivers.simulated(selection, bodies)
    return frame


def _on_water(part: Part, codes: set[str]) -> bits.Words:
    return part.index.among("water", [v for v in part.index.values["water"] if v in codes], part.a, part.b)


def _states(part: Part) -> list[bits.Words]:
    """The effective items of a part by STATES, each in one of them."""
    overdue, still, closed = (part.chosen(name) for name in ("overdue", "open", "closed"))
    soon = part.chosen("due_soon") & still & ~overdue
    return [overdue, soon, still & ~overdue & ~soon, part.chosen("rectified") & ~closed, closed]


def _rows(selection: Selection, part: Part, positions: Positions, state: str, names: dict[str, str], lang: str) -> list[tuple[object, ...]]:
    if not len(positions):
        return []
    at = {name: k for k, name in enumerate(ITEM)}
    codes, values = part.index.codes("water")[positions].tolist(), part.index.values["water"]
    where = _places(selection, part.index.item_id[positions].tolist())
    out: list[tuple[object, ...]] = []
    for code, row in zip(codes, item_rows(selection, part, positions, lang), strict=True):
        km, bank = where.get(identity.from_hex(str(row[at["item_id"]])) or 0, (None, None))
        own: dict[str, Any] = {name: row[k] for name, k in at.items()}
        own |= {"water": values[code], "water_name": names.get(values[code], values[code]), "km": km, "bank": bank, "state": state}
        out.append(tuple(own[name] for name in COLUMNS))
    return out


def _places(selection: Selection, item_ids: list[int]) -> dict[int, tuple[float | None, str | None]]:
    """Kilometre and bank of each item's object; nothing of an object whose position this viewer is not shown."""
    o = object_.c
    query = select(item.c.item_id, o.river_km, o.bank, o.sensitivity).join(object_, o.object_id == item.c.object_id)
    shown = exact(selection.scope)
    out: dict[int, tuple[float | None, str | None]] = {}
    with selection.store.reading() as conn:
        for k in range(0, len(item_ids), _AT_ONCE):
            for item_id, km, bank, sensitivity in conn.execute(query.where(item.c.item_id.in_(item_ids[k : k + _AT_ONCE]))):
                if shown or sensitivity != "restricted":
                    out[item_id] = (km, bank)
    return out


def _groups(found: list[_Found], dimension: str, names: Mapping[str, str]) -> list[Group]:
    """How many items of each value of a dimension are in each state; without a value: code and name ""."""
    numbers: dict[str, NDArray[np.int64]] = {}
    for part, picked in found:
        codes, values = part.index.codes(dimension), [*part.index.values[dimension], ""]
        for k, positions in enumerate(picked):
            # no value is -1: the last entry
            held = codes[positions].astype(np.int64) % len(values)
            for at, number in enumerate(np.bincount(held, minlength=len(values)).tolist()):
                if number:
                    numbers.setdefault(values[at], np.zeros(len(STATES), dtype=np.int64))[k] += number
    out: list[Group] = []
    for code, by_state in numbers.items():
        each = tuple(by_state.tolist())
        out.append((code, names.get(code, code), sum(each), sum(each[:_OPEN]), each[0], each))
    return sorted(out, key=lambda group: (-group[4], -group[3], -group[2], group[0]))


def _total(found: list[_Found]) -> dict[str, int]:
    number = {state: sum(len(picked[k]) for _, picked in found) for k, state in enumerate(STATES)}
    return {
        "effective": sum(number.values()),
        "overdue": number["overdue"],
        "due_soon": number["due_soon"],
        "open": sum(number[state] for state in STATES[:_OPEN]),
        "rectified": number["rectified"] + number["closed"],
        "closed": number["closed"],
    }


def _joins(one: Body | None, held: Network, lang: str) -> list[tuple[str, float]]:
    if one is None:
        return []
    feeders = [held.bodies[k] for k in held.feeders.get(one.water_body_id, [])]
    return [(body.name(lang), body.into_km) for body in feeders if body.into_km is not None and not body.area]
