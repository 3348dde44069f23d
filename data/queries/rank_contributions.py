"""The points of each place taken apart: what every indicator brings and loses, beside the place one rank better, and the rows behind it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from data.filters import Filters
from data.measures import MEASURES, Measure
from data.queries.rank_history import MANY
from data.queries.ranking_frame import Seen, attributes, framed, seen, texts, within, word
from data.queries.ranking_frame import whole as integers
from data.ranking.explain import BONUS, PENALTY, ROUNDING, nexts, rounding
from data.ranking.scheme import LEVEL, Indicator
from data.ranking.standing import Floats, Ints
from data.ranking.wording import RATE
from data.store import Store

COLUMNS = (
    "region_code", "region", "parent", "rank", "tied", "part", "part_name", "family", "weight", "weight_used", "numerator", "denominator",
    "value", "value_low", "value_high", "value_text", "reason", "position", "contribution", "lost", "next_code", "next_name",
    "next_contribution", "gap", "rows_query",
)  # fmt: skip

# the items that cost points, where what is left of the denominator is a set of its own
_COSTS = {("rectified", "effective"): "open"}
_MINUS = "\u2212"
_PLACE = "\x00"


def rank_contributions(scope: str, store: Store, filters: Filters, lang: str = "zh-CN", *, whole: bool = True) -> DataFrame:
    """One row a part of a place's level score, places by rank, parts in the scheme's order: COLUMNS (docs/ranking.md).

    The places are those of ``filters.pick``, else (none, or none of them to be seen) all that ``county_ranking`` shows. ``part`` is an
    indicator's id, ``bonus``, ``penalty`` or ``rounding`` (what printing adds; these only where the place or the next better one has such
    points); contributions add up to the score as published, a penalty's is below 0. ``value``, ``value_low``, ``value_high``: rates 0–1,
    series in their unit; ``value_text`` as printed, of bonus and penalty the events; ``position`` 0…cap. ``next_code`` is the place one
    rank better, the first where several share it, null for the best, for those not ranked, and where a viewer may not see it; the ``gap``
    of all parts adds up to the distance of the published scores. ``rows_query`` asks /progress for the items, null for series. Whatever
    ``filters.by`` says, the list is the one by level: a gain has no parts. Without ``whole`` and without a pick, of more than MANY places
    only the first and the last ranked.
    """
    filters = filters.but(by=LEVEL)
    view = seen(scope, store, filters, lang)
    attrs = attributes(store, filters, lang, view)
    if view is None:
        return framed({name: [] for name in COLUMNS}, attrs)
    codes = view.standing.places.code
    picked = [at for at in view.order.tolist() if codes[at] in filters.pick]
    order = np.array(picked, dtype=np.int64) if picked else view.order
    if not whole and not picked and len(order) > MANY:
        ranked = order[view.ranked[order]]
        order = ranked[[0, -1]] if len(ranked) > 1 else ranked
    held = within(view.tree, scope, None)
    columns = _columns(view, order, held)
    # of bonus, penalty and rounding only what somebody has: the place, or the one it is compared with
    said = np.isin(columns["part"], (BONUS, PENALTY, ROUNDING)) & (columns["contribution"] == 0) & ~(np.abs(columns["gap"]) > 0)
    return framed(DataFrame(columns)[~said].reset_index(drop=True), attrs)


def _columns(view: Seen, order: Ints, held: set[int] | None) -> dict[str, Any]:
    standing, scheme = view.standing, view.scheme
    places, counted, scores = standing.places, standing.counted, standing.scores
    after = nexts(standing)
    if held is not None:
        after = np.where(np.isin(places.region_id[after], list(held)), after, -1)
    after = after[order]
    both = np.concatenate([order, after[after >= 0]])
    extra = [(name, sign * points) for name, sign, points in _adjustments(view) if points[both].any()]
    size = len(scheme.indicators) + len(extra)
    rows = np.repeat(order, size)
    next_of = np.repeat(after, size)
    have = next_of >= 0
    points = np.column_stack([scores.contribution, *(points for _, points in extra)])
    own = points[order].ravel()
    ahead = np.where(have, points[after].ravel(), np.nan)
    used = _wide(scores.weight, extra, 0.0)[order].ravel()
    lacking = _wide(np.isnan(counted.value), extra, False)[order].ravel()
    ids = [each.id for each in scheme.indicators] + [name for name, _ in extra]
    names = [each.name(view.lang) for each in scheme.indicators] + [word(f"part.{name}", view.lang) for name, _ in extra]
    # a family is named in the reader's language; bonus and penalty belong to none
    families = [scheme.families[each.family](view.lang) if each.family in scheme.families else each.family for each in scheme.indicators]
    weights = [each.weight for each in scheme.indicators] + [0.0] * len(extra)
    nobody = len(places)
    english = view.lang == "en"

    def column(values: Floats) -> Floats:
        return np.asarray(_wide(values, extra, np.nan)[order].ravel(), dtype=np.float64)

    return {
        "region_code": texts(places.code, rows),
        "region": texts(view.names, rows),
        "parent": texts(places.parent_en if english else places.parent_zh, rows),
        "rank": integers(view.ranks.rank[rows], view.ranked[rows]),
        "tied": view.ranks.tied[rows],
        "part": texts(ids, np.tile(np.arange(size), len(order))),
        "part_name": texts(names, np.tile(np.arange(size), len(order))),
        "family": texts(families + [None] * len(extra), np.tile(np.arange(size), len(order))),
        "weight": np.tile(np.array(weights, dtype=np.float64), len(order)),
        "weight_used": used,
        "numerator": column(counted.numerator),
        "denominator": column(counted.denominator),
        "value": column(counted.value),
        "value_low": column(counted.low),
        "value_high": column(counted.high),
        "value_text": _flat(_value_texts(view, order, [name for name, _ in extra])),
        "reason": _flat([[*(each or None for each in counted.reason[at]), *([None] * len(extra))] for at in order.tolist()]),
        "position": column(scores.position),
        "contribution": own,
        "lost": np.where(lacking | (used == 0), 0.0, used - own),
        "next_code": texts([*places.code, None], np.where(have, next_of, nobody)),
        "next_name": texts([*view.names, None], np.where(have, next_of, nobody)),
        "next_contribution": ahead,
        "gap": ahead - own,
        "rows_query": _flat(_rows_queries(view, order, len(extra))),
    }


def _adjustments(view: Seen) -> list[tuple[str, float, Floats]]:
    counted = view.standing.counted
    return [(BONUS, 1.0, counted.bonus), (PENALTY, -1.0, counted.penalty), (ROUNDING, 1.0, rounding(view.standing))]


def _wide(values: NDArray[Any], extra: list[Any], empty: object) -> NDArray[Any]:
    """N×K with a column for each of bonus, penalty and rounding."""
    return np.column_stack([values, *(np.full(len(values), empty) for _ in extra)])


def _flat(rows: list[list[Any]]) -> Any:
    values = [each for row in rows for each in row]
    return texts(values, np.arange(len(values)))


# ----------------------------------------------------------------------------- values as printed


def _value_texts(view: Seen, order: Ints, extra: list[str]) -> list[list[str | None]]:
    standing, counted = view.standing, view.standing.counted
    printers = [_printer(view, indicator) for indicator in view.scheme.indicators]
    kinds = {each.id: each for each in view.scheme.adjustments}
    out = []
    figures = zip(*(part[order].tolist() for part in (counted.numerator, counted.denominator, counted.value)), strict=True)
    for at, (n, d, value) in zip(order.tolist(), figures, strict=True):
        row: list[str | None] = [
            None if v != v else say(a, b, v) for say, a, b, v in zip(printers, n, d, value, strict=True)
        ]  # fmt: skip
        for name in extra:
            mine = [event[0] for event in standing.counted.events[at] if event[0] in kinds and kinds[event[0]].kind == name]
            row.append(word("join", view.lang).join(kinds[each].name(view.lang) for each in dict.fromkeys(mine)) or None)
        out.append(row)
    return out


def _printer(view: Seen, indicator: Indicator) -> Callable[[float, float, float], str]:
    """How a figure of an indicator is printed from numerator, denominator and value."""
    measure = MEASURES.get(indicator.measure or "")
    if measure is not None and measure.minus is not None:
        return lambda n, d, v: word("balance", view.lang, n=_plus(_signed(f"{round(v * 100, 9):.1f}")))
    if measure is not None and measure.denominator is None:
        return lambda n, d, v: f"{n:g}"
    unit, decimals = view.standing.units.get(indicator.id, ("", 1))
    if measure is not None or unit == RATE:
        return _percent
    return lambda n, d, v: _signed(f"{v:.{decimals}f}") + (unit if unit in ("", "%") else f" {unit}")


def _signed(text: str) -> str:
    """With a real minus sign, and none before a nought."""
    return (text if text.strip("-0.") else text.lstrip("-")).replace("-", _MINUS)


def _plus(text: str) -> str:
    return "+" + text if text.strip("0.") and not text.startswith(_MINUS) else text


def _percent(n: float, d: float, value: float) -> str:
    """``75.0%``, half to even; of counts 100.0% only when n = d, 0.0% only when n = 0."""
    if not (d > 0 and n == int(n) and d == int(d)):
        return _signed(f"{round(value * 100, 9):.1f}") + "%"
    tenths, rest = divmod(int(n) * 1000, int(d))
    tenths += 2 * rest > d or (2 * rest == d and tenths % 2)
    if 0 <= n <= d:
        tenths = min(max(tenths, 1 if n else 0), 1000 if n == d else 999)
    return f"{tenths // 10}.{tenths % 10}%"


# ----------------------------------------------------------------------------- rows behind a figure


def _rows_queries(view: Seen, order: Ints, extra: int) -> list[list[str | None]]:
    standing = view.standing
    halves = [_halves(view, indicator) for indicator in view.scheme.indicators]
    nothing = np.isnan(standing.counted.value)[order].tolist()
    out: list[list[str | None]] = []
    for at, empty in zip(order.tolist(), nothing, strict=True):
        code = quote_plus(standing.places.code[at])
        out.append([None if half is None or none else code.join(half) for half, none in zip(halves, empty, strict=True)] + [None] * extra)
    return out


def _halves(view: Seen, indicator: Indicator) -> list[str] | None:
    """The query for the items of an indicator, before and after the place's code; None for a series."""
    measure = MEASURES.get(indicator.measure or "")
    if measure is None:
        return None
    standing, scheme = view.standing, view.scheme
    asked = Filters.from_query(standing.selection).campaign
    filters = Filters(
        campaign=tuple(sorted(indicator.campaigns or asked or scheme.campaigns)),
        kind=tuple(sorted(indicator.kinds or scheme.kinds)),
        region=_PLACE,
        as_of=standing.period.as_of,
        known_at=standing.known_at,
        rows=rows_of(measure),
    )
    return filters.to_query().split(quote_plus(_PLACE))


def rows_of(measure: Measure) -> str:
    """The set of items behind a measure: those that cost points where they are a set, else its numerator."""
    return _COSTS.get((measure.numerator, measure.denominator or ""), measure.numerator)
