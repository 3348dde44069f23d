"""What corrections changed: an edition of a locked period beside the one before it."""

from typing import Any

from pandas import DataFrame, Series

from data.filters import Filters
from data.ranking import race, schemes
from data.ranking.changes import Change, diff
from data.ranking.editions import Edition, editions, selection_of
from data.ranking.faults import SchemeError
from data.ranking.lock_words import LockError
from data.ranking.periods import period_name
from data.ranking.scheme import LEVEL
from data.ranking.standing import Standing
from data.ranking.wording import scheme_words
from data.regions.tree import RegionTree
from data.scope import ALL, region_of
from data.store import Store

COLUMNS = (
    "period", "period_name", "edition", "corrected", "region_code", "region", "rank_old", "rank_new", "score_old", "score_new",
    "indicator", "indicator_name", "numerator_old", "denominator_old", "numerator_new", "denominator_new", "value_old", "value_new", "why",
)  # fmt: skip
_KINDS = {"edition": "Int64", "corrected": "boolean", "rank_old": "Int64", "rank_new": "Int64"}
_NUMBERS = frozenset(
    {"score_old", "score_new", "numerator_old", "denominator_old", "numerator_new", "denominator_new", "value_old", "value_new"}
)


def rank_changes(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each figure that differs between an edition and the one before it, then one for each place that only moved.

    ``filters.period``: that period's edition ``filters.edition``, else its newest; without a period the correction of the newest period
    that has one. Columns: COLUMNS; ranks Int64, null where not ranked; scores as printed; ``corrected`` False for a place that moved
    only because others did. ``filters.region`` and ``scope`` restrict rows. Attributes beside the common ones: ``edition_old``,
    ``edition_new``, ``reason`` (None without a correction), ``count`` (lines put right), ``moved`` (places whose rank changed),
    ``fault`` (words, when a record is damaged). Columns remain when there is no row.
    """
    try:
        scheme = schemes.find(store, filters.scheme)
    except SchemeError:
        return _frame([], {"scheme": filters.scheme})
    selection = selection_of(filters)
    attrs: dict[str, Any] = {"scheme": scheme.code, "scheme_name": scheme.name(lang), "scheme_version": scheme.version}
    shown = _Shown(store.tree(), scope, filters.region)
    by = filters.by or LEVEL
    old, new = _pair(store, scheme.code, selection, filters)
    if new is None:
        return _frame([], attrs)
    try:
        b = race.locked(store, new)
        attrs |= _said(b, lang)
        if old is None:
            return _frame([], attrs)
        a = race.locked(store, old)
    except LockError as problem:
        return _frame([], attrs | {"fault": problem.text(lang)})
    found = [change for change in diff(a, b, by) if shown.shows(change)]
    attrs |= {"edition_old": old.edition, "edition_new": new.edition, "reason": new.reason}
    attrs["count"] = sum(change.corrected for change in found)
    attrs["moved"] = len({change.code for change in found if change.rank_old != change.rank_new})
    return _frame([_row(change, b, lang) for change in found], attrs)


def _pair(store: Store, scheme_code: str, selection: str, filters: Filters) -> tuple[Edition | None, Edition | None]:
    """(edition before, edition) of the correction that is asked for. Without a correction the first is None, without a lock both are."""
    found = editions(store, scheme_code, selection, filters.period)
    if filters.period is None:
        pairs = [(a, b) for a, b in zip(found, found[1:], strict=False) if a.period == b.period]
        return pairs[-1] if pairs else (None, None)
    if filters.edition and filters.edition.isdigit():
        found = [each for each in found if each.edition <= int(filters.edition)]
        if not found or str(found[-1].edition) != filters.edition:
            return None, None
    return (found[-2] if len(found) > 1 else None), (found[-1] if found else None)


class _Shown:
    """Which places a viewer sees of those asked for."""

    def __init__(self, tree: RegionTree, scope: str, region: str | None) -> None:
        self._tree = tree
        self._within: set[int] | None = None
        confined = region_of(scope)
        for code in (None if confined == ALL else confined, region):
            if code is not None:
                place = tree.get(code)
                inside = tree.within(place.region_id) if place else set()
                self._within = inside if self._within is None else self._within & inside

    def shows(self, change: Change) -> bool:
        if self._within is None:
            return True
        place = self._tree.get(change.code)
        return place is not None and place.region_id in self._within


def _said(standing: Standing, lang: str) -> dict[str, Any]:
    period = standing.period
    return {
        "as_of": period.as_of,
        "known_at": standing.known_at,
        "simulated": standing.simulated,
        "scheme_version": standing.scheme.version,
        "scheme_name": standing.scheme.name(lang),
        # what the file says it rests on, as every other ranking does
        "scheme_words": scheme_words(standing.scheme, lang, standing.units),
        "period": period.code,
        "period_name": period_name(period, lang),
        "locked": True,
        "edition": standing.edition,
        "locked_at": standing.locked_at,
        "locked_by": standing.locked_by,
        "store_version": standing.store_version,
        "sha256": standing.sha256,
        "decimals": standing.scheme.decimals,
        "unit": standing.scheme.unit,
    }


def _row(change: Change, new: Standing, lang: str) -> tuple[object, ...]:
    indicator = change.indicator_name(lang) if change.indicator_name else None
    return (
        new.period.code, period_name(new.period, lang), new.edition, change.corrected, change.code, change.name(lang),
        change.rank_old or None, change.rank_new or None, change.score_old, change.score_new, change.indicator, indicator,
        change.old.numerator, change.old.denominator, change.new.numerator, change.new.denominator, change.old.value, change.new.value,
        change.why(lang),
    )  # fmt: skip


def _frame(rows: list[tuple[object, ...]], attrs: dict[str, Any]) -> DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    data = {
        name: Series(list(values), dtype=_KINDS.get(name) or ("float64" if name in _NUMBERS else "object"))
        for name, values in zip(COLUMNS, columns, strict=True)
    }
    out = DataFrame(data, columns=list(COLUMNS))
    defaults: dict[str, Any] = {
        "as_of": None, "known_at": None, "simulated": False, "region": None, "edition_old": None, "edition_new": None, "reason": None,
        "count": 0, "moved": 0,
    }  # fmt: skip
    out.attrs.update({**defaults, **attrs})
    return out
