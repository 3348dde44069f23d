"""The rows behind a number: items of a set, one page of them, in any order, as they stood at the as-of day."""

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame, Series
from sqlalchemy import Connection, func, select

from data import calendar, identity
from data.filters import Filters
from data.loops.catalogue import load_loops
from data.measures import is_set
from data.queries.labels import labels
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.rollup.bits import Positions
from data.rollup.fold import stage_names
from data.schema import item, store_version
from data.store import Store

COLUMNS = (
    "item_id", "ledger_no", "kind", "region_code", "region", "category", "category_name", "department", "department_name", "round",
    "title", "object_name", "stage", "stage_name", "status", "discovered_on", "due_original", "due_current", "stage_on", "days_overdue",
)  # fmt: skip
DEFAULT_SET = "discovered"
MOST_ROWS = 100_000
_FEW = 40_000  # up to this many matches are sorted as they are; more walk a prepared order
_CHUNK = 8192
_AT_ONCE = 500
_STREAMED = 2000


def item_list(scope: str, store: Store, filters: Filters, lang: str = "zh-CN", whole: bool = False) -> DataFrame:
    """COLUMNS of the items in the set ``filters.rows`` (default: all discovered), ``filters.size`` of them from page ``filters.page``.

    ``whole``: every row, up to MOST_ROWS, for exports. Sorted by ``filters.sort`` (default: overdue first, then by region and ledger
    number). ``attrs``: ``count`` (rows before paging), ``set``, ``cut`` (rows left out of a whole list). Stage, status, deadline and days
    overdue are those of the as-of day.
    """
    selection = Selection(scope, store, filters)
    name, chosen, counts = _set(selection, filters)
    total = sum(counts)
    size = min(total, MOST_ROWS) if whole else filters.size
    offset = 0 if whole else min((filters.page - 1) * filters.size, total)
    picked = _picked(chosen, counts, filters, offset, size)
    rows: list[tuple[object, ...]] = []
    for part, positions in picked:
        rows += item_rows(selection, part, positions, lang)
    # object on purpose: a page is taken apart again at once, and texts in columns of their own type cost more than the query
    columns = {column: Series([row[k] for row in rows], dtype=object) for k, column in enumerate(COLUMNS)}
    return selection.frame(columns, lang, count=total, set=name, cut=total - size if whole else 0, offset=offset)


class ItemStream:
    """Every row of the set, in the order of ``item_list``, from one state of the store: changes that come while rows go out are not in it.

    ``version`` of the store, ``count`` of the rows. Iterating gives COLUMNS of some thousands at a time, never more are in memory. Holds
    a connection until it is closed.
    """

    def __init__(self, scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> None:
        self._lang, self._opened = lang, ExitStack()
        self._conn = self._opened.enter_context(store.snapshot())
        while True:
            seen = self._conn.execute(select(func.max(store_version.c.version))).scalar_one() or 0
            self._selection = Selection(scope, store, filters)
            self.version = self._selection.state.version
            if self.version == seen:
                break
            # a change came between the two
            self._conn.rollback()
        _, chosen, counts = _set(self._selection, filters)
        self.count = sum(counts)
        self._picked = _picked(chosen, counts, filters, 0, self.count)

    def __iter__(self) -> Iterator[list[tuple[object, ...]]]:
        for part, positions in self._picked:
            for at in range(0, len(positions), _STREAMED):
                yield item_rows(self._selection, part, positions[at : at + _STREAMED], self._lang, self._conn)

    def close(self) -> None:
        """Let the connection go."""
        self._opened.close()


def _set(selection: Selection, filters: Filters) -> tuple[str, list[tuple[Part, bits.Words]], list[int]]:
    """The set's name, its items in each campaign, and how many those are."""
    name = filters.rows if filters.rows and is_set(filters.rows) else DEFAULT_SET
    chosen = [(part, part.chosen(name)) for part in selection.parts]
    return name, chosen, [bits.count(words) for _, words in chosen]


def _picked(
    chosen: list[tuple[Part, bits.Words]], counts: list[int], filters: Filters, offset: int, size: int
) -> list[tuple[Part, Positions]]:
    sort = filters.sort or "region"
    if len(chosen) == 1:
        part, words = chosen[0]
        return [(part, _page(part, words, counts[0], sort, filters.descending, offset, size))]
    return _merged(chosen, counts, sort, filters.descending, offset, size)


# ---------------------------------------------------------------------- order


def _key(part: Part, sort: str) -> NDArray[np.int16] | NDArray[np.int64]:
    """What to sort by, for every position of the part."""
    index, low, high = part.index, part.a * 64, part.b * 64
    if sort == "ledger_no":
        return index.ledger_order[low:high]
    if sort == "discovered_on":
        return index.first_day[low:high]
    if sort == "stage_on":
        return part.moment.stage_days()
    if sort in ("due_current", "days_overdue"):
        due = part.moment.due_days()
        return due if sort == "due_current" else -due
    order = {v: k for k, v in enumerate(sorted(index.values[sort], key=_natural))}
    # the last entry is for "none", which comes last
    ranks = np.array([order[v] for v in index.values[sort]] + [len(order)], dtype=np.int16)
    return ranks[index.codes(sort)[low:high]]


def _natural(value: str) -> tuple[int, str]:
    return (int(value) if value.isdigit() else 10**9, value)


def _page(part: Part, words: bits.Words, total: int, sort: str, descending: bool, offset: int, size: int) -> Positions:
    """Positions of one page of the set."""
    if not total or offset >= total:
        return np.zeros(0, dtype=np.int64)
    size = min(size, total - offset)
    if sort == "region":
        return _by_position(part, words, total, descending, offset, size)
    if sort == "stage":
        return _by_stage(part, words, descending, offset, size)
    if sort == "ledger_no" and total > _FEW:
        return _walk(part, words, total, descending, offset, size)
    key = _key(part, sort)
    local = np.flatnonzero(bits.unpack(words)) if total <= _FEW else None
    if local is None:
        # the bucket of equal keys in which the page begins and the one in which it ends, then only what lies between
        mask = bits.unpack(words)
        held = key[mask]
        least = int(held.min())
        until = np.cumsum(np.bincount(held - held.dtype.type(least)))
        first = total - offset - size if descending else offset
        low, high = np.searchsorted(until, (first, first + size - 1), side="right")
        local = np.flatnonzero(mask & (key >= low + least) & (key <= high + least))
        skipped = int(until[low - 1]) if low else 0
        offset = len(local) - (first - skipped) - size if descending else first - skipped
    chosen = key[local].astype(np.int64)
    order = np.lexsort((local, -chosen if descending else chosen))[offset : offset + size]
    return local[order] + part.a * 64


def _by_stage(part: Part, words: bits.Words, descending: bool, offset: int, size: int) -> Positions:
    """The page in order of stages, within a stage in region order."""
    found: list[Positions] = []
    names = [name for name in stage_names() if name.split("/")[0] in part.index.loops]
    for name in reversed(names) if descending else names:
        held = words & part.index.spells(f"in:{name}").at(part.day, part.a, part.b)
        n = bits.count(held)
        if offset < n and size:
            found.append(_by_position(part, held, n, False, offset, min(size, n - offset)))
            size -= len(found[-1])
        offset = max(0, offset - n)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _by_position(part: Part, words: bits.Words, total: int, descending: bool, offset: int, size: int) -> Positions:
    """The page in region order without unpacking more than the words it lies in."""
    first = total - offset - size if descending else offset
    until = np.cumsum(np.bitwise_count(words), dtype=np.int64)
    low = int(np.searchsorted(until, first, side="right"))
    high = int(np.searchsorted(until, first + size, side="left")) + 1
    skipped = int(until[low - 1]) if low else 0
    found = bits.positions(words[low:high]) + (part.a + low) * 64
    found = found[first - skipped : first - skipped + size]
    return found[::-1] if descending else found


def _walk(part: Part, words: bits.Words, total: int, descending: bool, offset: int, size: int) -> Positions:
    """The page of a large set in ledger order: go along the whole index's order and keep what is in the set."""
    order = part.index.ledger_sequence
    mask = np.zeros(part.index.size, dtype=bool)
    mask[part.a * 64 : part.b * 64] = bits.unpack(words)
    backwards = offset > total // 2
    ahead = total - offset - size if backwards else offset
    step = -1 if descending != backwards else 1
    found: list[Positions] = []
    seen = 0
    for at in range(0, len(order), _CHUNK):
        piece = (
            order[at : at + _CHUNK]
            if step == 1
            else order[len(order) - at - _CHUNK if len(order) - at > _CHUNK else 0 : len(order) - at][::-1]
        )
        hits = piece[mask[piece]]
        if len(hits):
            found.append(hits.astype(np.int64))
            seen += len(hits)
        if seen >= ahead + size:
            break
    out = np.concatenate(found)[ahead : ahead + size] if found else np.zeros(0, dtype=np.int64)
    return out[::-1] if backwards else out


def _merged(
    chosen: list[tuple[Part, bits.Words]], counts: list[int], sort: str, descending: bool, offset: int, size: int
) -> list[tuple[Part, Positions]]:
    """One page over several campaigns: by campaign for orders that only mean something within one, else merged by key."""
    if sort in ("region", "ledger_no", "category", "department", "round", "stage"):
        out = []
        for (part, words), n in zip(chosen, counts, strict=True):
            if size > 0 and offset < n:
                page = _page(part, words, n, sort, descending, offset, size)
                out.append((part, page))
                size -= len(page)
            offset = max(0, offset - n)
        return out
    keys, owners, places = [], [], []
    for k, (part, words) in enumerate(chosen):
        head = _page(part, words, counts[k], sort, descending, 0, min(counts[k], offset + size))
        keys.append(_key(part, sort)[head - part.a * 64].astype(np.int64))
        owners.append(np.full(len(head), k))
        places.append(head)
    if not keys:
        return []
    key, owner, place = np.concatenate(keys), np.concatenate(owners), np.concatenate(places)
    order = np.argsort(-key if descending else key, kind="stable")[offset : offset + size]
    # neighbours of one campaign stay together
    runs = np.split(order, np.flatnonzero(np.diff(owner[order])) + 1) if len(order) else []
    return [(chosen[int(owner[run[0]])][0], place[run]) for run in runs]


# ---------------------------------------------------------------------- rows


def _standing(part: Part, positions: Positions) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The stage code and the day it began, at the as-of day, for each position; -1 and NEVER where there is none."""
    index = part.index
    begin, end = index.span_bounds
    low, high = begin[positions], end[positions]
    stage = np.full(len(positions), -1, dtype=np.int16)
    day = np.full(len(positions), calendar.NEVER, dtype=np.int16)
    at = low.copy()
    while True:
        live = at < high
        live[live] = index.span_day[at[live]] <= part.day
        if not live.any():
            return stage, day
        stage[live], day[live] = index.span_stage[at[live]], index.span_day[at[live]]
        at = np.where(live, at + 1, high)


def item_rows(
    selection: Selection, part: Part, positions: Positions, lang: str, held: Connection | None = None
) -> list[tuple[object, ...]]:
    """COLUMNS of the items at some positions of a part's index, in that order, as they stood at the end of its day; read on ``held`` if
    there is one."""
    if not len(positions):
        return []
    index, store, tree = part.index, selection.store, selection.tree
    ids = index.item_id[positions].tolist()
    texts: dict[int, tuple[Any, ...]] = {}
    c = item.c
    with nullcontext(held) if held is not None else store.reading() as conn:
        query = select(c.item_id, c.ledger_no, c.region_id, c.title, c.object_name, c.due_original)
        for k in range(0, len(ids), _AT_ONCE):
            texts.update((row[0], tuple(row)) for row in conn.execute(query.where(c.item_id.in_(ids[k : k + _AT_ONCE]))))
    names = labels(store, lang)
    stages, since = _standing(part, positions)
    due = index.due_at(positions, part.day).tolist()
    # a row is overdue by its own stage and deadline; the set over the whole selection is not needed for a page
    settled = {"withdrawn", "merged", "kept", "suspended", "rectified"} | ({"basic"} if part.basic else set())
    codes = {d: index.codes(d)[positions].tolist() for d in ("kind", "category", "department", "round")}
    first = index.first_day[positions].tolist()
    stage_list = stage_names()
    out: list[tuple[object, ...]] = []
    for k, item_id in enumerate(ids):
        _, ledger_no, region_id, title, object_name, due_original = texts.get(item_id, (None,) * 6)
        kind, category, department, round_ = (index.values[d][codes[d][k]] if codes[d][k] >= 0 else None for d in codes)
        loop_id, _, stage_id = stage_list[stages[k]].partition("/") if stages[k] >= 0 else ("", "", "")
        stage = load_loops()[loop_id].stages[stage_id] if loop_id else None
        deadline = due[k]
        late = deadline <= part.day and stage is not None and not stage.flags & settled
        out.append(
            (
                identity.to_hex(item_id),
                ledger_no,
                kind,
                tree.by_id(region_id).code if region_id in tree else None,
                tree.full_name(region_id, lang) if region_id in tree else None,
                category,
                names["category"].get(category, category) if category else None,
                department,
                names["department"].get(department, department) if department else None,
                round_,
                title,
                object_name,
                stage_id or None,
                stage.name(lang) if stage else None,
                stage.status if stage else None,
                calendar.day_of(first[k]) if first[k] < calendar.NEVER else None,
                due_original,
                calendar.day_of(deadline) if deadline < calendar.NEVER else None,
                calendar.day_of(int(since[k])) if since[k] < calendar.NEVER else None,
                part.day - deadline if late else None,
            )
        )
    return out
