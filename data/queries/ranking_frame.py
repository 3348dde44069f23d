"""What the frames of rankings share: which rows a viewer sees and in which order, and what every frame says of itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from data.filters import LIVE, Filters
from data.measures import MEASURES
from data.ranking import race
from data.ranking.field import inside_group
from data.ranking.periods import period_name, periods
from data.ranking.ranks import printed
from data.ranking.saturation import saturated
from data.ranking.scheme import IMPROVEMENT, LEVEL, VETO, Scheme
from data.ranking.standing import ALREADY_MEETS, MISSING, SMALL_BASE, VETOED, Flags, Floats, Ints, Ranks, Standing
from data.ranking.wording import kinds_words, scheme_words
from data.regions.tree import RegionTree
from data.scope import ALL, region_of
from data.store import Store

#: beside a rank when its share is at least this, of at least LEAST_SIGNALS items (never points; docs/ranking.md)
SIGNAL_MARKS = {"last_day": 0.5, "extended": 0.2, "withdrawn": 0.1, "merged": 0.1, "returned": 0.2}
LEAST_SIGNALS = 3


@cache
def _words() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "ranking_words.json").read_text(encoding="utf-8"))


def word(key: str, lang: str, **values: object) -> str:
    """A word of data/queries/ranking_words.json."""
    return _words()["en" if lang == "en" else "zh-CN"][key].format(**values)


def within(tree: RegionTree, scope: str, region: str | None) -> set[int] | None:
    """Ids of the places whose rows a viewer sees; None for all. An unknown region restricts nothing, an unknown scope everything."""
    wanted = tree.get(region)
    out = None if wanted is None else tree.within(wanted.region_id) | {wanted.region_id}
    if region_of(scope) != ALL:
        own = tree.get(region_of(scope))
        mine = set() if own is None else tree.within(own.region_id) | {own.region_id}
        out = mine if out is None else mine & out
    return out


@dataclass
class Seen:
    """A standing as one view looks at it: the list, and the places whose rows it shows (``order``: positions, best rank first, region
    order inside a tie, those that are not ranked last)."""

    standing: Standing
    tree: RegionTree
    filters: Filters
    lang: str
    by: str
    order: Ints

    @property
    def scheme(self) -> Scheme:
        return self.standing.scheme

    @property
    def ranks(self) -> Ranks:
        return self.standing.ranks[self.by]

    @cached_property
    def ranked(self) -> Flags:
        """Of every place of the standing, not only of the rows."""
        return np.asarray(self.ranks.rank > 0, dtype=np.bool_)

    @cached_property
    def names(self) -> list[str]:
        """Names of all places of the standing."""
        return self.standing.places.name_en if self.lang == "en" else self.standing.places.name_zh

    @cached_property
    def parents(self) -> list[str]:
        """Names of the places above them; empty where there is none."""
        return self.standing.places.parent_en if self.lang == "en" else self.standing.places.parent_zh

    @cached_property
    def score(self) -> Floats:
        """The printed score of the list (the gain in the improvement list); NaN where not ranked."""
        return self.ranks.key

    def spread(self) -> tuple[Floats, Floats, Floats]:
        """What the list is ranked by, before it is rounded, and its interval (data/ranking/ranks.py): (value, low, high)."""
        scores = self.standing.scores
        if self.by != IMPROVEMENT:
            return scores.score, scores.low, scores.high
        # the score before is taken to be as uncertain as the one now
        widen = np.sqrt(2.0)
        return self.score, self.score - (scores.score - scores.low) * widen, self.score + (scores.high - scores.score) * widen

    def interval(self) -> tuple[Floats, Floats]:
        """The score's interval, rounded like the score; NaN where not ranked."""
        low, high = (np.where(self.ranked, np.round(end, self.scheme.decimals), np.nan) for end in self.spread()[1:])
        return low, high

    def before(self) -> tuple[Ints, Floats]:
        """(rank, printed level score) of each place in the locked period before; 0 and NaN where it had none."""
        held, by = self.standing.before, self.by
        if not held:
            return np.zeros(len(self.names), dtype=np.int64), np.full(len(self.names), np.nan)
        nothing: dict[str, tuple[int, bool, float | None]] = {}
        found = [held.get(code, nothing) for code in self.standing.places.code]
        ranks = np.array([lists[by][0] if by in lists else 0 for lists in found], dtype=np.int64)
        level = [lists.get(LEVEL, (0, False, None)) for lists in found]
        scores = np.array([np.nan if each[0] <= 0 or each[2] is None else each[2] for each in level], dtype=np.float64)
        return ranks, printed(scores, self.scheme.decimals)

    def base(self) -> int | None:
        """The heaviest awake indicator that is a share of items, by position; None without any."""
        dormant = self.standing.scores.dormant
        found = [
            (-indicator.weight, k)
            for k, indicator in enumerate(self.scheme.indicators)
            if indicator.measure and MEASURES[indicator.measure].denominator and not dormant[k] and indicator.weight > 0
        ]
        return min(found)[1] if found else None

    def base_counts(self) -> tuple[pd.arrays.IntegerArray, pd.arrays.IntegerArray]:
        """Numerator and denominator of ``base`` for the rows; null where there are none."""
        base, counted = self.base(), self.standing.counted
        if base is None:
            nothing = np.zeros(len(self.order), dtype=np.bool_)
            return whole(nothing, nothing), whole(nothing, nothing)
        n, d = (part[self.order, base] for part in (counted.numerator, counted.denominator))
        return whole(n, ~np.isnan(n)), whole(d, ~np.isnan(d))

    def group_name(self, code: str) -> str | None:
        """The name of a peer group; None when there is no such."""
        places = self.standing.places
        names = places.group_en if self.lang == "en" else places.group_zh
        return names[places.group_codes.index(code)] if code in places.group_codes else None


def seen(scope: str, store: Store, filters: Filters, lang: str) -> Seen | None:
    """The standing that ``filters`` ask for as a viewer sees it; None when there is no such standing."""
    standing = race.standing(scope, store, filters)
    if standing is None:
        return None
    tree, places = store.tree(), standing.places
    by = race.list_of(standing, filters)
    show = np.ones(len(places), dtype=np.bool_)
    held = within(tree, scope, filters.region)
    if held is not None:
        show &= np.isin(places.region_id, list(held))
    if filters.group in places.group_codes:
        codes = inside_group(standing.scheme.groups, str(filters.group))
        show &= np.isin(places.group, [k for k, code in enumerate(places.group_codes) if code in codes])
    rank = standing.ranks[by].rank
    last = np.where(rank > 0, rank, np.iinfo(np.int64).max)
    order = np.lexsort((np.arange(len(places)), last))
    return Seen(standing, tree, filters, lang, by, order[show[order]])


# ----------------------------------------------------------------------------- columns


def whole(values: NDArray[Any], known: Flags) -> pd.arrays.IntegerArray:
    """Whole numbers; null where not known."""
    return pd.arrays.IntegerArray(np.where(known, values, 0).astype(np.int64), ~np.asarray(known, dtype=np.bool_))


def texts(values: list[Any], order: Ints) -> Series:
    """Texts of the places in order. Object on purpose: they need not be looked at one by one to make a column."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return Series(out[order], dtype=object)


def reason_texts(view: Seen) -> list[str | None]:
    """Why each place is not ranked, in words; None where it is."""
    standing, scheme, lang = view.standing, view.scheme, view.lang
    out: list[str | None] = [None] * len(standing.places)
    vetoes = {each.id: each.name(lang) for each in scheme.adjustments if each.kind == VETO}
    for k, reason in enumerate(view.ranks.reason):
        if not reason:
            continue
        if reason == MISSING:
            values: dict[str, object] = {"share": _percent(float(standing.scores.missing[k])), "limit": _percent(scheme.missing_limit)}
        elif reason == SMALL_BASE:
            values = {"n": scheme.small_base}
        elif reason == ALREADY_MEETS:
            values = {"exempt": f"{scheme.improvement_exempt:g}"}
        elif reason == VETOED:
            said = list(dict.fromkeys(vetoes[event[0]] for event in standing.counted.events[k] if event[0] in vetoes))
            out[k] = word("reason.veto", lang, name=", ".join(said)) if said else word("reason.veto_plain", lang)
            continue
        else:
            values = {}
        out[k] = word(f"reason.{reason}", lang, **values)
    return out


def _percent(share: float) -> str:
    return f"{round(share * 100, 1):g}%"


def signal_codes(view: Seen) -> list[str]:
    """Codes of the signals above their mark, separated by commas, for every place."""
    out = [""] * len(view.standing.places)
    for name, mark in SIGNAL_MARKS.items():
        pair = view.standing.counted.signals.get(name)
        if pair is not None and len(pair):
            over = (pair[:, 0] >= LEAST_SIGNALS) & (pair[:, 0] >= mark * pair[:, 1])
            for k in np.flatnonzero(over).tolist():
                out[k] = f"{out[k]},{name}" if out[k] else name
    return out


# ----------------------------------------------------------------------------- attributes


def attributes(store: Store, filters: Filters, lang: str, view: Seen | None) -> dict[str, Any]:
    """What every frame of a ranking says of itself (docs/ranking.md); without a standing what is known all the same."""
    picked = list(filters.pick)
    if view is None:
        scheme = race.scheme_of(store, filters)
        about = {"picked": picked, "as_of": filters.as_of, "known_at": filters.known_at, "absent": _absent(store, filters, scheme)}
        return {**_of_scheme(scheme, lang), **_NOTHING, **about}
    standing, scheme = view.standing, view.scheme
    wanted = view.tree.get(filters.region)
    region = (standing.region_en if lang == "en" else standing.region_zh) or None
    if wanted is not None:
        region = None if wanted.region_id in view.tree.roots else view.tree.label(wanted.region_id, lang)
    many = saturated(view.ranks)
    names = {indicator.measure: indicator.name(lang) for indicator in reversed(scheme.indicators) if indicator.measure}
    return {
        **_of_scheme(scheme, lang, standing),
        "period": standing.period.code,
        "period_name": period_name(standing.period, lang),
        "by": view.by,
        "running": standing.period.running,
        "locked": standing.edition > 0,
        "edition": standing.edition,
        # of an edition asked by number what there was when it was made, so that its address says the same for good
        "editions": standing.editions if filters.edition in (None, LIVE) else standing.edition,
        "locked_at": standing.locked_at,
        "locked_by": standing.locked_by,
        "store_version": standing.store_version,
        "sha256": standing.sha256,
        "before_period_name": _before_name(store, standing, lang),
        "ranked": int(view.ranked.sum()),
        "unranked": int((~view.ranked).sum()),
        "group_name": view.group_name(filters.group) if filters.group else None,
        "picked": picked,
        "saturated": many,
        "separators": [
            {"measure": measure, "name": names.get(measure) or word(f"measure.{measure}", lang), "distinct": distinct}
            for measure, distinct in (standing.separators if many else [])
        ],
        "dormant": [i.name(lang) for i, asleep in zip(scheme.indicators, standing.scores.dormant.tolist(), strict=True) if asleep],
        "labels": {},
        "simulated": standing.simulated,
        "as_of": standing.period.as_of,
        "known_at": standing.known_at,
        "region": region,
        "level": scheme.level,
        "absent": None,
    }


def _absent(store: Store, filters: Filters, scheme: Scheme | None) -> tuple[str, str]:
    """What there is none of, and how it was asked for: ``scheme``, ``items``, ``edition``, ``period``."""
    if scheme is None:
        return "scheme", filters.scheme or ""
    if not periods(store, scheme, filters):
        return "items", ""
    if filters.edition not in (None, LIVE):
        return "edition", str(filters.edition)
    return "period", filters.period or (filters.as_of.isoformat() if filters.as_of else "")


_NOTHING: Mapping[str, Any] = {
    "period": None, "period_name": None, "by": LEVEL, "running": False, "locked": False, "edition": 0, "editions": 0, "locked_at": None,
    "locked_by": None, "store_version": 0, "sha256": "", "before_period_name": None, "ranked": 0, "unranked": 0, "group_name": None,
    "saturated": 0, "separators": [], "dormant": [], "labels": {}, "simulated": False, "region": None, "level": None,
}  # fmt: skip


def _of_scheme(scheme: Scheme | None, lang: str, standing: Standing | None = None) -> dict[str, Any]:
    if scheme is None:
        nothing: dict[str, Any] = {"scheme": None, "scheme_name": None, "scheme_version": None, "scheme_words": [], "scheme_kinds": ""}
        return {**nothing, "decimals": 2, "unit": "points"}
    region = None if standing is None else (standing.region_en if lang == "en" else standing.region_zh) or None
    return {
        "scheme": scheme.code,
        "scheme_name": scheme.name(lang),
        "scheme_version": scheme.version,
        "scheme_words": scheme_words(scheme, lang, standing.units if standing else None, region if scheme.region else None),
        "scheme_kinds": kinds_words(scheme, lang),
        "decimals": scheme.decimals,
        "unit": scheme.unit,
    }


def _before_name(store: Store, standing: Standing, lang: str) -> str | None:
    """The name of the period that changes are told against."""
    if standing.before_period is None:
        return None
    found = race.editions(store, standing.scheme.code, standing.selection, standing.before_period)
    return period_name(race.period_of(found[0], standing.period.kind), lang) if found else standing.before_period


def framed(columns: Mapping[str, Any] | DataFrame, attrs: Mapping[str, Any]) -> DataFrame:
    """A frame of these columns with what it says of itself."""
    if isinstance(columns, DataFrame):
        out = columns
    else:
        # one index for all columns, or pandas would join their own ones by value
        out = DataFrame(dict(columns), index=pd.RangeIndex(len(next(iter(columns.values()), ()))))
    out.attrs.update(attrs)
    return out
