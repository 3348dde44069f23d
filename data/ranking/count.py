"""Scheme × period × store -> what is counted for every place, before any point is given. The only room that reads items.

One selection covers the whole race: its sets are worked out once each, and an indicator with items of its own (kinds, campaigns)
thins them. Nothing here runs over places one by one but the making of names and lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import calendar
from data.filters import Filters
from data.measures import MEASURES, NO_ITEMS, NO_VALUE, Measure
from data.queries.selection import Part, Rows, Selection
from data.ranking.field import Field, field_of, places_of, retired
from data.ranking.noise import wilson
from data.ranking.periods import campaigns_of
from data.ranking.recorded import Series, points, series_figures
from data.ranking.scheme import Indicator, Scheme
from data.ranking.standing import Counted, Floats, Period, Places
from data.rollup import bits
from data.rollup.bits import Words
from data.scope import ALL
from data.store import Store

# which items an indicator counts: campaigns and kinds, () for all
Group = tuple[tuple[str, ...], tuple[str, ...]]
# the items of all indicators together; no campaign has a blank in its code
EVERYTHING: Group = ((" ",), ())


@dataclass
class Taken:
    """What ``take`` gives: who and what, whether any of it is simulated, and units and decimals of series by indicator id."""

    places: Places
    counted: Counted
    simulated: bool
    units: dict[str, tuple[str, int]]
    region_id: int | None
    # a further measure over the items of all indicators, for the places that take part
    further: Callable[[Measure], Floats]


def count(store: Store, scheme: Scheme, period: Period, filters: Filters) -> tuple[Places, Counted]:
    """Who takes part and what was counted at the end of ``period.as_of``.

    Of ``filters`` only ``campaign`` (what the race is over, instead of the scheme's campaigns) and ``known_at`` count. With a region,
    of the scheme or common to its campaigns and smaller than the country, every place of the level in it takes part (retired ones
    only with something counted); else those with an item or a figure.
    """
    taken = take(store, scheme, period, filters)
    return taken.places, taken.counted


def take(store: Store, scheme: Scheme, period: Period, filters: Filters, signals: bool = True) -> Taken:
    """``count``, and what else a standing says of it. Without ``signals`` those are left out: for histories, which are of ranks alone."""
    campaigns = tuple(info.code for info in campaigns_of(store, scheme, filters)) or filters.campaign
    asked = Filters(campaign=campaigns, region=scheme.region, level=scheme.level, as_of=period.as_of, known_at=filters.known_at)
    selection = Selection(ALL, store, asked)
    tree = selection.tree
    unknown = scheme.region is not None and tree.get(scheme.region) is None
    field = Field([], {}) if unknown else field_of(tree, scheme.level, selection.region_id)
    tally = Tally(selection, field)
    groups = [_group(scheme, indicator, filters) for indicator in scheme.indicators]
    codes = [indicator.series for indicator in scheme.indicators if indicator.series]
    with store.reading() as conn:
        series = series_figures(conn, codes, period, filters.known_at) if codes else {}
        extra = points(conn, scheme, period, filters.known_at, field.home, len(field.ids))
    columns = [_column(tally, indicator, group, series, field) for indicator, group in zip(scheme.indicators, groups, strict=True)]
    tally.join([group for indicator, group in zip(scheme.indicators, groups, strict=True) if indicator.measure])
    discovered = tally.of("discovered", EVERYTHING)
    has_items = discovered > 0
    for column, indicator in zip(columns, scheme.indicators, strict=True):
        if indicator.series:
            has_items |= ~np.isnan(column.value)
    whole = scheme.region is None and (selection.region_id is None or selection.region_id in tree.roots)
    gone = np.zeros(len(field.ids), dtype=np.bool_) if whole else np.isin(field.ids, list(retired(store)))
    who = np.flatnonzero(has_items if whole else has_items | ~gone)
    chosen = who.tolist()
    places = places_of(tree, scheme.level, tuple(field.ids[k] for k in chosen), scheme.groups)

    def table(pick: Callable[[Column], NDArray[Any]], dtype: type = np.float64) -> NDArray[Any]:
        return np.array([pick(column)[who] for column in columns], dtype=dtype).reshape(len(columns), len(who)).T.copy()

    counted = Counted(
        numerator=table(lambda c: c.numerator),
        denominator=table(lambda c: c.denominator),
        value=table(lambda c: c.value),
        low=table(lambda c: c.low),
        high=table(lambda c: c.high),
        reason=_shared([column.reason[who].tolist() for column in columns], len(chosen)),
        bonus=extra.bonus[who],
        penalty=extra.penalty[who],
        veto=extra.veto[who],
        has_items=has_items[who],
        signals={name: pairs[who] for name, pairs in _signals(tally, period).items()} if signals else {},
        events=[extra.events[k] for k in chosen],
    )
    simulated = scheme.simulated or selection.simulated or extra.simulated or any(held.simulated for held in series.values())
    units = {i.id: (series[i.series].unit, series[i.series].decimals) for i in scheme.indicators if i.series in series}
    region_id = None if whole else selection.region_id
    return Taken(places, counted, simulated, units, region_id, lambda measure: _measured(tally, measure, EVERYTHING).value[who])


def _group(scheme: Scheme, indicator: Indicator, filters: Filters) -> Group:
    own = indicator.campaigns or (() if filters.campaign else scheme.campaigns)
    return tuple(sorted(set(own))), tuple(sorted(set(indicator.kinds or scheme.kinds)))


# ----------------------------------------------------------------------------- indicators


@dataclass
class Column:
    """One indicator for every place of the field."""

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    reason: NDArray[np.object_]


def _column(tally: "Tally", indicator: Indicator, group: Group, series: dict[str, Series], field: Field) -> Column:
    if indicator.measure:
        return _measured(tally, MEASURES[indicator.measure], group)
    held = series.get(indicator.series or "")
    value, numerator, denominator = np.full((3, len(field.ids)), np.nan)
    # a figure of a place inside one that takes part is not that place's figure
    for k, region_id in enumerate(field.ids if held and held.figures else ()):
        found = held.figures.get(region_id) if held else None
        if found is not None:
            value[k], numerator[k], denominator[k] = found
    nothing = np.full(len(field.ids), np.nan)
    return Column(numerator, denominator, value, nothing, nothing, _reasons(np.isnan(value), NO_VALUE))


def _measured(tally: "Tally", measure: Measure, group: Group) -> Column:
    share = tally.of(measure.numerator, group).astype(np.float64)
    taken_off = tally.of(measure.minus, group).astype(np.float64) if measure.minus else np.zeros(len(share))
    numerator = share - taken_off
    if measure.denominator is None:
        empty = tally.of("discovered", group) == 0
        value = np.where(empty, np.nan, numerator)
        nothing = np.full(len(share), np.nan)
        return Column(np.where(empty, np.nan, numerator), nothing, value, nothing, nothing, _reasons(empty, NO_ITEMS))
    denominator = tally.of(measure.denominator, group).astype(np.float64)
    empty = denominator == 0
    whole = np.where(empty, np.nan, denominator)
    low, high = wilson(share, denominator)
    reason = _reasons(empty, measure.reason)
    reason[empty & (tally.of("effective", group) == 0)] = NO_ITEMS
    # what is taken off is the plan, which is known: the interval of the share moves with it
    return Column(numerator, denominator, numerator / whole, low - taken_off / whole, high - taken_off / whole, reason)


def _reasons(empty: NDArray[np.bool_], reason: str) -> NDArray[np.object_]:
    out = np.full(len(empty), "", dtype=object)
    out[empty] = reason
    return out


def _shared(columns: list[list[str]], size: int) -> list[list[str]]:
    """Columns as rows; rows that are alike are one list: thousands of lists would keep the collector of garbage busy."""
    held: dict[tuple[str, ...], list[str]] = {}
    out = []
    for row in zip(*columns, strict=True) if columns else [()] * size:
        found = held.get(row)
        if found is None:
            found = held[row] = list(row)
        out.append(found)
    return out


def _signals(tally: "Tally", period: Period) -> dict[str, Floats]:
    """Signals beside the rank as (part, whole) for each place of the field; docs/ranking.md says what each counts."""
    last, start = calendar.day_number(period.as_of), calendar.day_number(period.start)
    items = tally.thin(EVERYTHING)

    def closed(before: int) -> NDArray[np.int64]:
        return tally.counts_of(lambda part: part.moment["closed"] & ~part.at(before)["closed"], items)

    pairs = {"last_day": (closed(last - 1), closed(start - 1))}
    pairs |= {name: (tally.of(name, EVERYTHING), tally.of("discovered", EVERYTHING)) for name in ("extended", "withdrawn", "merged")}
    pairs["returned"] = tally.returned(items)
    return {name: np.column_stack(pair).astype(np.float64) for name, pair in pairs.items()}


# ----------------------------------------------------------------------------- counting


@dataclass(frozen=True)
class Thin:
    """Which items of one part count: none at all, all of them (``words`` None), or some."""

    any: bool
    words: Words | None = None

    def of(self, words: Words) -> Words:
        return words if self.words is None else words & self.words


class Tally:
    """Counts of sets for every place of a field; each set of a group is counted once."""

    def __init__(self, selection: Selection, held: Field) -> None:
        self.rows: Rows = selection.rows()
        self.parts: list[Part] = self.rows.parts
        self.size = len(held.ids)
        home = np.array([held.home.get(region_id, -1) for region_id in self.rows.region_ids], dtype=np.int64)
        self._from = np.flatnonzero(home >= 0)
        self._to = home[self._from]
        self._thin: dict[Group, list[Thin]] = {}
        self._counts: dict[tuple[str, Group], NDArray[np.int64]] = {}

    def of(self, name: str, group: Group) -> NDArray[np.int64]:
        """How many items of a group are in a set."""
        found = self._counts.get((name, group))
        if found is None:
            found = self._counts[name, group] = self.counts_of(lambda part: part.moment[name], self.thin(group))
        return found

    def counts_of(self, words: Callable[[Part], Words], items: list[Thin]) -> NDArray[np.int64]:
        """How many of some items are in a set that is made for each part."""
        return self._placed(
            self.rows.sums([thin.of(words(part)) if thin.any else None for part, thin in zip(self.parts, items, strict=True)])
        )

    def _placed(self, sums: NDArray[np.int64]) -> NDArray[np.int64]:
        out = np.zeros(self.size, dtype=np.int64)
        np.add.at(out, self._to, sums[self._from])
        return out

    def thin(self, group: Group) -> list[Thin]:
        """The items of a group in each part."""
        found = self._thin.get(group)
        if found is None:
            found = self._thin[group] = [self._thin_of(part, *group) for part in self.parts]
        return found

    def _thin_of(self, part: Part, campaigns: tuple[str, ...], kinds: tuple[str, ...]) -> Thin:
        if campaigns and part.info.code not in campaigns:
            return Thin(False)
        held = set(part.index.values["kind"])
        wanted = held.intersection(kinds)
        if kinds and not wanted:
            return Thin(False)
        words = part.where
        if kinds and wanted != held:
            some = part.index.among("kind", sorted(wanted), part.a, part.b)
            words = some if words is None else words & some
        return Thin(True, words)

    def join(self, groups: list[Group]) -> None:
        """Make the items of any of some groups, each counted once, those of ``EVERYTHING``."""
        out = []
        for k in range(len(self.parts)):
            thins = [self.thin(group)[k] for group in dict.fromkeys(groups)]
            thins = [thin for thin in thins if thin.any]
            words: Words | None = None
            for thin in thins:
                if thin.words is None:
                    words = None
                    break
                words = thin.words if words is None else words | thin.words
            out.append(Thin(bool(thins), words))
        self._thin[EVERYTHING] = out

    def returned(self, items: list[Thin]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Verifications that failed, of those concluded by the day; every one of an effective item counts."""
        failed, concluded = (np.zeros(len(self.rows), dtype=np.int64) for _ in range(2))
        for k, (part, thin) in enumerate(zip(self.parts, items, strict=True)):
            if not thin.any:
                continue
            mask = bits.unpack(thin.of(part.moment["effective"]))
            every, passed, _, _ = part.index.verified
            for spells, good in ((every, False), (passed, True)):
                rows, begun = spells.begun(part.day, part.a, part.b)
                owner = spells.owner[rows]
                sums = self.rows.sums_of(k, owner, begun & mask[owner - part.a * 64])
                failed += -sums if good else sums
                concluded += 0 if good else sums
        return self._placed(failed), self._placed(concluded)


__all__ = ["Column", "Taken", "Tally", "count", "take"]
