"""What was recorded beside the items: the figures of imported series, and the events that add or take points."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection, func, select

from data import calendar
from data.ranking.scheme import BONUS, PENALTY, VETO, Scheme
from data.ranking.standing import Flags, Floats, Period
from data.schema import indicator_series, indicator_value, score_event

Event = tuple[str, float, str, str, str]


@dataclass
class Series:
    """The figures of one series for a period: region id -> (value, numerator, denominator), NaN where a part was not given."""

    unit: str
    decimals: int
    simulated: bool
    figures: dict[int, tuple[float, float, float]] = field(default_factory=dict)


def series_figures(conn: Connection, codes: Iterable[str], period: Period, known_at: date | None) -> dict[str, Series]:
    """The newest figure of each region in each series, for a period; series that the store lacks are missing.

    A figure speaks for a period when its day lies in it, or before it by no more than the period's own length (a month's figure
    published for its last day still serves the first week after, and no later one); nothing older is ever taken. Of several the
    newest day counts, of one day the row recorded last (by the end of ``known_at``); where that row holds no figure there is none.
    """
    s, v = indicator_series.c, indicator_value.c
    query = select(s.series_id, s.code, s.unit, s.decimals, s.simulated).where(s.code.in_(sorted(set(codes))))
    found = {row.series_id: (row.code, Series(row.unit or "", row.decimals, bool(row.simulated))) for row in conn.execute(query)}
    if not found:
        return {}
    since = period.start - timedelta(days=(period.end - period.start).days + 1)
    newest = func.row_number().over(
        partition_by=(v.series_id, v.region_id), order_by=(v.as_of.desc(), v.recorded_at.desc(), v.value_id.desc())
    )
    inner = select(v.series_id, v.region_id, v.value, v.numerator, v.denominator, newest.label("place"))
    inner = inner.where(v.series_id.in_(sorted(found)), v.as_of.between(since, period.as_of))
    if known_at is not None:
        inner = inner.where(v.recorded_at < calendar.recorded_before(known_at))
    rows = inner.subquery()
    columns = (rows.c.series_id, rows.c.region_id, rows.c.value, rows.c.numerator, rows.c.denominator)
    for series_id, region_id, value, numerator, denominator in conn.execute(select(*columns).where(rows.c.place == 1)).fetchall():
        n, d = (np.nan if part is None else float(part) for part in (numerator, denominator))
        if value is None:
            value = n / d if d else np.nan
        found[series_id][1].figures[region_id] = (float(value), n, d)
    return dict(found.values())


@dataclass
class Points:
    """For each of N places: points after caps, vetoes, and the events that counted, oldest first."""

    bonus: Floats
    penalty: Floats
    veto: Flags
    events: list[list[Event]]
    simulated: bool = False


def points(conn: Connection, scheme: Scheme, period: Period, known_at: date | None, home: dict[int, int], size: int) -> Points:
    """The score events that happened in the period (until its as-of day) and were not taken back; ``home``: region id -> place.

    An event of a place inside one that takes part is that place's. With ``once_per_event`` one key counts once for a place, under the
    gravest of its headings: a veto, else the most points, else the heading that the scheme names first.
    """
    # nearly every place has none, and those share one empty list
    out = Points(np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.bool_), [[]] * size)
    adjustments = {adjustment.id: (k, adjustment) for k, adjustment in enumerate(scheme.adjustments)}
    if not adjustments:
        return out
    e = score_event.c
    back = select(e.voids).where(e.voids.is_not(None))
    query = select(e.event_id, e.event_key, e.region_id, e.adjustment, e.happened_on, e.points, e.reason, e.document_no, e.simulated)
    query = query.where(e.happened_on.between(period.start, period.as_of), e.adjustment.in_(sorted(adjustments)), e.voids.is_(None))
    if known_at is not None:
        query = query.where(e.recorded_at < calendar.recorded_before(known_at))
        back = back.where(e.recorded_at < calendar.recorded_before(known_at))
    counted: dict[tuple[int, object], tuple[tuple[bool, float, int, int], str, Event, bool]] = {}
    for row in conn.execute(query.where(e.event_id.not_in(back)).order_by(e.event_id)):
        place = home.get(row.region_id)
        if place is None:
            continue
        order, adjustment = adjustments[row.adjustment]
        worth = 0.0 if adjustment.kind == VETO else float(adjustment.points if row.points is None else row.points)
        gravity = (adjustment.kind != VETO, -worth, order, row.event_id)
        event = (adjustment.id, worth, row.happened_on.isoformat(), row.reason or "", row.document_no or "")
        key = (place, row.event_key if scheme.once_per_event else row.event_id)
        held = counted.get(key)
        if held is None or gravity < held[0]:
            counted[key] = (gravity, adjustment.kind, event, bool(row.simulated))
    in_time = sorted(counted.items(), key=lambda found: (found[1][2][2], found[1][0][-1]))
    for (place, _), (_, kind, event, simulated) in in_time:
        out.events[place] = [*out.events[place], event]
        out.simulated |= simulated
        if kind == VETO:
            out.veto[place] = True
        elif kind == BONUS:
            out.bonus[place] += event[1]
        elif kind == PENALTY:
            out.penalty[place] += event[1]
    np.minimum(out.bonus, scheme.bonus_cap, out=out.bonus)
    np.minimum(out.penalty, scheme.penalty_cap, out=out.penalty)
    return out


__all__ = ["Points", "Series", "points", "series_figures"]
