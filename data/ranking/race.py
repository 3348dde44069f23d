"""The standing that a view asks for: read from a locked period, or counted now; both are kept in memory.

A locked edition never changes and is kept by its lock; a computed standing is kept until the store changes. A viewer's scope
restricts the rows that are looked at (data/queries), never the field: a rank is a rank among all.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np

from data.filters import LIVE, Filters
from data.ranking import periods, schemes
from data.ranking.count import take
from data.ranking.editions import Edition, KeptRanks, before, editions, frozen, newest, ranks_of, selection_of
from data.ranking.ranks import rank
from data.ranking.saturation import saturated, separators
from data.ranking.scheme import IMPROVEMENT, LEVEL, Scheme
from data.ranking.score import score
from data.ranking.standing import Flags, Floats, Ints, Period, Places, Ranks, Scores, Standing
from data.store import Store

Place = tuple[int, bool, float | None]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Ranked:
    """One list of one period as columns: rank (0: not ranked), tied, level score (NaN: none) of each place. Shared; not to be changed."""

    codes: list[str]
    rank: Ints
    tied: Flags
    score: Floats

    def by_code(self) -> dict[str, Place]:
        """``{place code: (rank, tied, score)}``."""
        points = [None if each != each else each for each in self.score.tolist()]
        return dict(zip(self.codes, zip(self.rank.tolist(), self.tied.tolist(), points, strict=True), strict=True))


class Kept(Generic[T]):
    """The values made last, by key; each is made once however many ask at the same time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def held(self, key: Hashable) -> T | None:
        """The value of a key if it is there."""
        with self._lock:
            return self._held.get(key)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key; ``make`` is called where there is none yet."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            gate = self._making.setdefault(key, threading.Lock())
        with gate:
            with self._lock:
                if key in self._held:
                    return self._held[key]
            try:
                made = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._held[key] = made
                while len(self._held) > self.size:
                    self._held.popitem(last=False)
            return made


_frozen: Kept[Standing] = Kept(24)
_computed: Kept[Standing] = Kept(24)
_ranks: Kept[KeptRanks] = Kept(64)
_turned: Kept[dict[str, dict[str, Place]]] = Kept(16)
_past: Kept[Ranked] = Kept(64)
_columns: Kept[Ranked] = Kept(96)


def scheme_of(store: Store, filters: Filters) -> Scheme | None:
    """The scheme that a view asks for in its newest version, the default without a wish; None when there is no such."""
    known = schemes.known(store)
    if not filters.scheme:
        return known[0] if known else None
    return next((each for each in known if each.code == filters.scheme), None)


def standing(scope: str, store: Store, filters: Filters) -> Standing | None:
    """The standing of ``filters``' scheme and period: a locked edition (the newest, or ``filters.edition``), else counted now.

    With ``edition=live``, ``as_of`` or ``known_at`` it is counted now whether locked or not; an edition asked by number is that edition,
    whatever else is asked. None: no such scheme, period or edition, or nothing to rank. Do not change what is returned. ``scope`` has
    no part in it: ranks are those of the whole field. Raises LockError when the lock is damaged.
    """
    scheme = scheme_of(store, filters)
    if scheme is None:
        return None
    selection = selection_of(filters)
    by_number = filters.edition is not None and filters.edition != LIVE
    locked_ones = by_number or not (filters.edition == LIVE or filters.as_of or filters.known_at)
    period = periods.find(store, scheme, filters if not by_number else filters.but(as_of=None, known_at=None))
    if locked_ones:
        code = filters.period or (period.code if period else None)
        found = editions(store, scheme.code, selection, code) if code else newest(store, scheme.code, selection)[-1:]
        if by_number:
            found = [each for each in found if str(each.edition) == filters.edition]
            if not found:
                return None
        if found:
            return locked(store, found[-1])
    return None if period is None else computed(store, scheme, period, filters)


def locked(store: Store, edition: Edition) -> Standing:
    """The standing that an edition holds, as it was locked; only ``editions`` (how many there are by now) is of today."""
    held = _frozen.get((store.token, edition.lock_id), lambda: frozen(store, edition.lock_id))
    count = len(editions(store, edition.scheme_code, edition.selection, edition.period))
    return held if held.editions == count else replace(held, editions=count)


def computed(store: Store, scheme: Scheme, period: Period, filters: Filters) -> Standing:
    """A period counted and ranked now under some version of a scheme; of ``filters`` only ``campaign`` and ``known_at`` count."""
    selection, version = selection_of(filters), store.version()
    key = (store.token, version, scheme.code, scheme.version, scheme.sha256, selection, period, filters.known_at)
    return _computed.get(key, lambda: _compute(store, scheme, period, filters, selection, version))


def _compute(store: Store, scheme: Scheme, period: Period, filters: Filters, selection: str, version: int) -> Standing:
    taken = take(store, scheme, period, filters)
    scores = score(scheme, taken.places, taken.counted)
    last, then = _before(store, scheme, selection, period)
    lists = [LEVEL, *([IMPROVEMENT] if IMPROVEMENT in scheme.lists else [])]
    ranks = {by: rank(scheme, taken.places, taken.counted, scores, by, then) for by in lists}
    tree = store.tree()
    return Standing(
        scheme=scheme,
        period=period,
        selection=selection,
        known_at=filters.known_at,
        simulated=taken.simulated,
        places=taken.places,
        counted=taken.counted,
        scores=scores,
        ranks=ranks,
        before_period=last.period if last else None,
        before_edition=last.edition if last else 0,
        before=then,
        editions=len(editions(store, scheme.code, selection, period.code)),
        store_version=version,
        region_zh="" if taken.region_id is None else tree.label(taken.region_id),
        region_en="" if taken.region_id is None else tree.label(taken.region_id, "en"),
        separators=separators(ranks[LEVEL], taken.further) if saturated(ranks[LEVEL]) else [],
        units=taken.units,
    )


def _before(store: Store, scheme: Scheme, selection: str, period: Period) -> tuple[Edition | None, dict[str, dict[str, Place]]]:
    """The locked period before, and its ranks by place."""
    last = before(store, scheme.code, selection, period.start)
    return last, turned(kept_ranks(store, last)) if last else {}


def _ranks_now(store: Store, scheme: Scheme, period: Period, filters: Filters, by: str) -> Ranked:
    """The ranks alone of a period that is not locked, for histories: without signals and bands they cost half."""
    selection, version = selection_of(filters), store.version()
    key = (store.token, version, scheme.code, scheme.version, scheme.sha256, selection, period, filters.known_at)
    held = _computed.held(key)
    if held is not None:
        return ranked(held, by)

    def make() -> Ranked:
        taken = take(store, scheme, period, filters, signals=False)
        scores = score(scheme, taken.places, taken.counted)
        _, then = _before(store, scheme, selection, period)
        return _placed(taken.places, scores, rank(scheme, taken.places, taken.counted, scores, by, then, bands=False))

    return _past.get((key, by), make)


def kept_ranks(store: Store, edition: Edition) -> KeptRanks:
    """The ranks of an edition without the rest of it: ``{list: {place code: [rank, tied, score]}}``."""
    return _ranks.get((store.token, edition.lock_id), lambda: ranks_of(store, [edition.lock_id])[edition.lock_id])


def _kept_list(store: Store, edition: Edition, by: str) -> Ranked:
    """One list of an edition."""

    def make() -> Ranked:
        found = kept_ranks(store, edition).get(by, {})
        rows = list(found.values())
        return Ranked(
            list(found),
            np.array([row[0] for row in rows], dtype=np.int64),
            np.array([row[1] for row in rows], dtype=np.bool_),
            np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=np.float64),
        )

    return _columns.get((store.token, edition.lock_id, by), make)


def turned(ranks: KeptRanks) -> dict[str, dict[str, Place]]:
    """Kept ranks by place: ``{place code: {list: (rank, tied, score)}}``."""
    out: dict[str, dict[str, Place]] = {}
    for by, places in ranks.items():
        for code, (place, tied, points) in places.items():
            out.setdefault(code, {})[by] = (place, tied, points)
    return out


def list_of(found: Standing, filters: Filters) -> str:
    """The list that is looked at: the one asked for, where the scheme has it, else the scheme's first."""
    if filters.by in found.ranks:
        return str(filters.by)
    first = found.scheme.lists[0] if found.scheme.lists else LEVEL
    return first if first in found.ranks else LEVEL


def history(scope: str, store: Store, filters: Filters, last: int = 12) -> list[tuple[Period, int, dict[str, Place]]]:
    """``past`` by place: (period, edition, {place code: (rank, tied, level score)})."""
    return [(period, edition, ranks.by_code()) for period, edition, ranks in past(scope, store, filters, last)]


def past(scope: str, store: Store, filters: Filters, last: int = 12) -> list[tuple[Period, int, Ranked]]:
    """The last periods up to the one asked for, oldest first: (period, edition, the ranks of the list asked for).

    Edition 0 is counted now; ranks are 0 for places that are not ranked. Earlier periods are taken from their newest edition where
    they are locked (unless ``known_at`` is asked), the period asked for as ``standing`` gives it. With an edition asked by number, what
    was locked when it was: the same address gives the same history for good.
    """
    now = standing(scope, store, filters)
    if now is None:
        return []
    by = list_of(now, filters)
    scheme = scheme_of(store, filters) or now.scheme
    asked = filters.but(as_of=None)
    held = {each.code: each for each in periods.periods(store, scheme, asked)}
    by_number = filters.edition is not None and filters.edition != LIVE
    locks = {each.period: each for each in _in_force(store, scheme.code, now, by_number)} if by_number or not filters.known_at else {}
    own = {each.period: period_of(each, scheme.period) for each in locks.values()}
    held = own if by_number else {**held, **own}
    earlier = sorted((each for each in held.values() if each.start < now.period.start), key=lambda each: each.start)
    out: list[tuple[Period, int, Ranked]] = []
    for period in earlier[max(0, len(earlier) - last + 1) :] if last > 1 else []:
        kept = locks.get(period.code)
        if kept is not None:
            out.append((period, kept.edition, _kept_list(store, kept, by)))
        else:
            out.append((period, 0, _ranks_now(store, scheme, period, asked, by)))
    out.append((now.period, now.edition, ranked(now, by)))
    return out


def _in_force(store: Store, scheme_code: str, now: Standing, then: bool) -> list[Edition]:
    """The newest edition of each locked period; ``then``: as it was when ``now`` was locked."""
    found = editions(store, scheme_code, now.selection)
    if then:
        own = [each.lock_id for each in found if each.period == now.period.code and each.edition == now.edition]
        found = [each for each in found if each.lock_id <= max(own, default=0)]
    return list({each.period: each for each in found}.values())


def period_of(edition: Edition, kind: str) -> Period:
    """The period of an edition."""
    return Period(edition.period, kind, edition.starts_on, edition.ends_on, edition.as_of, False)


def ranked(found: Standing, by: str) -> Ranked:
    """A standing's places in one list."""
    return _placed(found.places, found.scores, found.ranks[by])


def _placed(places: Places, scores: Scores, ranks: Ranks) -> Ranked:
    return Ranked(places.code, ranks.rank, ranks.tied, scores.score)


__all__ = ["computed", "history", "kept_ranks", "list_of", "locked", "past", "ranked", "scheme_of", "selection_of", "standing"]
