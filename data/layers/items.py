"""Layers of items: outfalls, findings, cases, problems of source areas, scattered polluters; each item a point."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data import identity
from data.filters import Filters
from data.layers import answer
from data.positions.clusters import ONE_BY_ONE, Box, Codes, Shown
from data.positions.kinds import Kinds, codes_of, kinds_of
from data.positions.places import Places, drawn_set, places_of
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.schema import item
from data.store import Store

_KEPT = 6
_AT_ONCE = 300


class Coloured:
    """A selection's items of some kinds with what each is coloured as; what every part of the map is drawn from."""

    def __init__(self, scope: str, store: Store, filters: Filters, kinds: Sequence[str], by: str) -> None:
        asked = [k for k in kinds if not filters.kind or k in filters.kind]
        # no kind at all: an empty layer, not an unrestricted one
        self.selection = Selection(scope, store, filters.but(kind=tuple(asked) or ("none",)))
        self.parts = self.selection.parts
        self.kinds: Kinds = kinds_of(self.parts, by)
        rows = drawn_set(filters)
        self.codes: list[Codes] = []
        self.places: list[Places] = []
        self.counts: NDArray[np.int64] = np.zeros(len(self.kinds.values), dtype=np.int64)
        self.unplaced = 0
        for part in self.parts:
            words = part.chosen(rows)
            codes = codes_of(part, words, self.kinds)
            places = places_of(store, part.index, scope)
            self.codes.append(codes)
            self.places.append(places)
            self.counts += answer.counts(codes, len(self.kinds.values))
            self.unplaced += bits.count(words & ~places.placed[part.a : part.b])


_lock = threading.Lock()
_kept: OrderedDict[tuple[object, ...], Coloured] = OrderedDict()


def coloured(scope: str, store: Store, filters: Filters, kinds: Sequence[str], by: str) -> Coloured:
    """``Coloured``, kept for the next part of the map that is looked at."""
    key = (store.token, scope, filters.to_query(), tuple(kinds), by, store.version())
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = Coloured(scope, store, filters, kinds, by)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def item_layer(scope: str, store: Store, filters: Filters, kinds: Sequence[str], by: str, zoom: int, box: Box) -> dict[str, Any]:
    """What a layer of items shows in a box of the map (see data.layers.answer.points); single points carry the item's id and, where few
    are shown, its number and the name of its object."""
    held = coloured(scope, store, filters, kinds, by)

    def names(seen: Shown) -> list[tuple[object, ...]]:
        ids = _ids(held.parts, seen)
        texts = _texts(store, ids) if seen.total <= ONE_BY_ONE else {}
        return [(identity.to_hex(i), *texts.get(i, ())) for i in ids]

    sources = list(zip(held.places, held.codes, strict=True))
    out = answer.points(sources, held.kinds.values, zoom, box, names, held.counts, held.unplaced)
    out["as_of"] = held.selection.as_of.isoformat()
    out["simulated"] = held.selection.simulated
    return out


def _ids(parts: Sequence[Part], seen: Shown) -> list[int]:
    return [int(parts[source].index.item_id[at]) for source, at in zip(seen.source.tolist(), seen.members.tolist(), strict=True)]


def _texts(store: Store, ids: Sequence[int]) -> dict[int, tuple[object, ...]]:
    """Ledger number and object's name by item."""
    out: dict[int, tuple[object, ...]] = {}
    query = select(item.c.item_id, item.c.ledger_no, item.c.object_name)
    with store.reading() as conn:
        for k in range(0, len(ids), _AT_ONCE):
            out.update((row[0], (row[1], row[2])) for row in conn.execute(query.where(item.c.item_id.in_(ids[k : k + _AT_ONCE]))))
    return out
