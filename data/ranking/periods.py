"""The periods of a scheme: ISO weeks, months, quarters, or the rounds of its campaigns, up to the day the ledgers speak of."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from data import calendar
from data.calendar import NEVER
from data.filters import Filters
from data.ranking.scheme import MONTH, QUARTER, ROUND, WEEK, Scheme
from data.ranking.standing import Period
from data.schema import indicator_series, indicator_value, round_
from data.store import CampaignInfo, Store

#: how many are offered, the newest ones
OFFERED = 60


def campaigns_of(store: Store, scheme: Scheme, filters: Filters) -> list[CampaignInfo]:
    """The campaigns a race is over: those the view names, else those of the scheme and its indicators, else all."""
    wanted = set(filters.campaign)
    if not wanted:
        named = [indicator.campaigns or scheme.campaigns for indicator in scheme.indicators if indicator.measure]
        wanted = {code for codes in named for code in codes} if named and all(named) else set()
    return [info for info in store.campaigns() if not wanted or info.code in wanted]


def periods(store: Store, scheme: Scheme, filters: Filters) -> list[Period]:
    """The periods with anything to rank, oldest first, at most the last ``OFFERED``.

    They begin with the one in which the first item was found and end with the one that holds the newest day of the ledgers
    (``filters.known_at`` if that is earlier); unless that day is its last, this one is running and counted as of that day. A scheme
    of imported series alone follows the days of its series. Empty without items, or without rounds where rounds are asked for.
    """
    return _all(store, scheme, filters)[-OFFERED:]


def find(store: Store, scheme: Scheme, filters: Filters) -> Period | None:
    """The period that ``filters`` ask for; None when there is no such.

    By ``filters.period``, else the one that holds ``filters.as_of``, else the newest. With ``as_of`` inside the period it is counted as
    of that day (and is running then); a later day than the ledgers speak of is taken as theirs.
    """
    known = _all(store, scheme, filters)
    day = filters.as_of
    if filters.period:
        known = [period for period in known if period.code == filters.period]
    if day is not None:
        known = [period for period in known if period.start <= day]
    if not known:
        return None
    found = known[-1]
    return found if day is None or day >= found.as_of else replace(found, as_of=day, running=True)


def _all(store: Store, scheme: Scheme, filters: Filters) -> list[Period]:
    """Every period; made once for each change of the store, since each chart of a page asks more than once. Do not change it."""
    infos = campaigns_of(store, scheme, filters)
    ids = [info.campaign_id for info in infos]
    if filters.known_at:
        return _made(store, scheme, filters, ids)
    key = f"periods:{scheme.code}:{scheme.version}:{scheme.sha256}:{ids}"
    return store.remembered(key, lambda: _made(store, scheme, filters, ids))


def _made(store: Store, scheme: Scheme, filters: Filters, ids: list[int]) -> list[Period]:
    if any(indicator.measure for indicator in scheme.indicators):
        days = store.remembered(f"days:{ids}", lambda: _days_of_items(store, ids))
    else:
        codes = sorted({indicator.series for indicator in scheme.indicators if indicator.series})
        days = store.remembered(f"days:{codes}", lambda: _days_of_series(store, codes))
    if days is None:
        return []
    first, last = days
    last = min(last, filters.known_at) if filters.known_at else last
    if scheme.period == ROUND:
        spans: Iterable[tuple[str, date, date]] = _rounds(store.remembered(f"rounds:{ids}", lambda: _read_rounds(store, ids)), last)
    else:
        spans = _spans(scheme.period, first, last)
    out = []
    for code, start, end in spans:
        if first <= end and start <= last:
            out.append(Period(code, scheme.period, start, end, min(end, last), last < end))
    return out


def _days_of_items(store: Store, campaign_ids: list[int]) -> tuple[date, date] | None:
    """The day the first item was found, and the newest that the ledgers speak of; None without items."""
    state = store.state()
    found = [index.first_day for index in (store.index(key, None, state) for key in campaign_ids) if index.items]
    first = min((int(days.min()) for days in found), default=NEVER)
    return None if first == NEVER else (calendar.day_of(first), state.ledger_day(campaign_ids) or calendar.today())


def _days_of_series(store: Store, codes: list[str]) -> tuple[date, date] | None:
    query = select(func.min(indicator_value.c.as_of), func.max(indicator_value.c.as_of)).join(indicator_series)
    with store.reading() as conn:
        first, last = conn.execute(query.where(indicator_series.c.code.in_(codes))).one()
    return None if first is None else (first, last)


def _spans(kind: str, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """(code, first day, last day) of each span of the calendar from the one that holds ``first`` to the one that holds ``last``."""
    if kind == WEEK:
        start = first - timedelta(days=first.weekday())
    elif kind == MONTH:
        start = first.replace(day=1)
    else:
        start = date(first.year, first.month - (first.month - 1) % 3, 1)
    while start <= last:
        if kind == WEEK:
            after = start + timedelta(days=7)
            year, week, _ = start.isocalendar()
            code = f"{year}-W{week:02}"
        else:
            months = start.year * 12 + start.month - 1 + (1 if kind == MONTH else 3)
            after = date(months // 12, months % 12 + 1, 1)
            code = f"{start.year}-{start.month:02}" if kind == MONTH else f"{start.year}-Q{(start.month + 2) // 3}"
        yield code, start, after - timedelta(days=1)
        start = after


def _read_rounds(store: Store, campaign_ids: list[int]) -> list[tuple[int, date, date | None]]:
    """(number, first day, last day) of the rounds by number over all campaigns, in the order they begin."""
    query = select(round_.c.number, func.min(round_.c.start_on), func.max(round_.c.end_on))
    query = query.where(round_.c.campaign_id.in_(campaign_ids), round_.c.start_on.is_not(None))
    with store.reading() as conn:
        found = [(number, start, end) for number, start, end in conn.execute(query.group_by(round_.c.number))]
    return sorted(found, key=lambda row: (row[1], row[0]))


def _rounds(found: list[tuple[int, date, date | None]], last: date) -> list[tuple[str, date, date]]:
    """Rounds as periods; one without an end lasts until the next begins, or as long as the ledgers speak."""
    out = []
    for k, (number, start, end) in enumerate(found):
        if end is None:
            later = [row[1] for row in found[k + 1 :] if row[1] > start]
            end = later[0] - timedelta(days=1) if later else max(last, start)
        out.append((f"R{number}", start, max(end, start)))
    return out


# ----------------------------------------------------------------------------- names for readers


@cache
def _words() -> dict[str, dict[str, Any]]:
    return json.loads((Path(__file__).parent / "periods.json").read_text(encoding="utf-8"))


def period_name(period: Period, lang: str) -> str:
    """The period as it is printed: the calendar's name for it, weeks and rounds with their days."""
    words = _words().get(lang) or _words()["zh-CN"]
    start, end = period.start, period.end
    months, short = words.get("months"), words.get("short_months")
    days = {
        "year": start.year, "month": start.month, "day": start.day, "to_year": end.year, "to_month": end.month, "to_day": end.day,
        "short": short[start.month - 1] if short else "", "to_short": short[end.month - 1] if short else "",
    }  # fmt: skip
    if start == end:
        form = "same_day"
    elif start.year != end.year:
        form = "other_year"
    else:
        form = "same_month" if start.month == end.month else "same_year"
    year, number = start.year, start.month
    if period.kind == WEEK:
        year, number, _ = start.isocalendar()
    elif period.kind == QUARTER:
        number = (start.month + 2) // 3
    elif period.kind == ROUND:
        number = int(period.code[1:])
    month_name = months[start.month - 1] if months else ""
    return words[period.kind].format(year=year, number=number, days=words[form].format(**days), month_name=month_name)


__all__ = ["OFFERED", "campaigns_of", "find", "period_name", "periods"]
