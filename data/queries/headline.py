"""The figures at the top of the page, and what they were a week earlier."""

from pandas import DataFrame

from data.filters import Filters
from data.measures import MEASURES, NO_ITEMS, rate
from data.queries.selection import Selection
from data.store import Store

SHOWN = ("effective", "completion_rate", "closeout_rate", "due_completion_rate", "on_time_rate", "overdue", "due_soon", "first_pass_rate")
WEEK = 7


def headline(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a measure of SHOWN: ``measure, numerator, denominator`` (None for counts), ``value`` (rate 0–1, or the count),
    ``reason`` when null, and ``numerator_before, denominator_before, value_before`` at the end of the day a week earlier.

    ``attrs``: ``places`` (regions of the selection's level with scheduled items) and ``behind``, how many of them are behind schedule
    (M7: less rectified than was due)."""
    selection = Selection(scope, store, filters)
    rows = []
    effective = selection.count("effective")
    for name in SHOWN:
        measure = MEASURES[name]
        now, before = (_value(selection, measure.numerator, measure.denominator, ago) for ago in (0, WEEK))
        reason = None if now[2] is not None else (measure.reason if effective else NO_ITEMS)
        rows.append((name, *now, reason, *before))
    names = ("measure", "numerator", "denominator", "value", "reason", "numerator_before", "denominator_before", "value_before")
    places, behind = _behind(selection)
    return selection.frame({name: [row[k] for row in rows] for k, name in enumerate(names)}, lang, places=places, behind=behind)


def _behind(selection: Selection) -> tuple[int, int]:
    regions = selection.rows()
    if not len(regions):
        return 0, 0
    scheduled, done, due = (regions.count(name) for name in ("scheduled", "scheduled_rectified", "due"))
    return int((scheduled > 0).sum()), int(((scheduled > 0) & (done < due)).sum())


def _value(selection: Selection, numerator: str, denominator: str | None, ago: int) -> tuple[int, int | None, float | None]:
    n = selection.count(numerator, ago)
    if denominator is None:
        return n, None, float(n)
    d = selection.count(denominator, ago)
    return n, d, rate(n, d)
