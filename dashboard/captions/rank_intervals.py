"""Words of the scores with intervals: from how many others a place cannot be told apart. A second reading, never the rank."""

from collections.abc import Sequence
from math import hypot

import pandas as pd

from dashboard import frame
from dashboard.captions import race
from dashboard.captions.race import Row
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# differences of scores smaller than this are float noise, as in the query
_NOISE = 1e-9


def focus(found: Sequence[Row], df: pd.DataFrame) -> Row | None:
    """The place that the others are compared with: the first of those picked, else the last ranked."""
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    return next((row for row in found if row.code in picked), found[-1] if found else None)


def alike(row: Row, other: Row) -> bool:
    """Whether two scores cannot be told apart: they differ by no more than the sides of their intervals that face each other, added in
    squares (docs/ranking.md)."""
    if row.score is None or other.score is None:
        return False
    better, worse = (row, other) if row.score >= other.score else (other, row)
    below = 0.0 if better.low is None else better.score - better.low  # type: ignore[operator]
    above = 0.0 if worse.high is None else worse.high - worse.score  # type: ignore[operator]
    return better.score - worse.score - _NOISE <= hypot(below, above)  # type: ignore[operator]


def neighbours(row: Row, found: Sequence[Row]) -> list[Row]:
    """The others that cannot be told apart from it."""
    return [other for other in found if other.code != row.code and alike(row, other)]


def title(df: pd.DataFrame, view: View) -> str:
    """From how many others the place picked, or the last, cannot be told apart."""
    found = race.ranked(race.rows(df, view))
    row = focus(found, df)
    if row is None:
        return t("ranking.title.none", view.lang)
    place, number = race.place(row.rank, row.tied, view), len(neighbours(row, found))
    key = "ranking.intervals.title" if number else "ranking.intervals.title_apart"
    return t(key, view.lang, name=row.name, place=place, n=number)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What dots and lines are."""
    return race.subtitle(df, view, t("ranking.subtitle.intervals", view.lang))


def rank_intervals(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…沛县（第95，52.40分，区间48.20–56.10）与6个地区难以区分，名次区间第89至第95；…；台账是全数而非抽样，正式名次不因区间改变。``"""
    lang, gains = view.lang, race.improving(df)
    found = race.ranked(race.rows(df, view))
    if not found:
        return race.sentence(df, view, [t("ranking.clause.none", lang)])
    parts = []
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    chosen = [row for row in found if row.code in picked] or [found[-1]]
    for row in chosen:
        words = {"name": row.name, "place": race.place(row.rank, row.tied, view), "score": race.score(row.score, df, view, gains)}
        if row.low is None or row.high is None or row.band is None:
            parts.append(t("ranking.intervals.clause_bare", lang, **words))
            continue
        words |= {"low": race.bare(row.low, df, gains), "high": race.bare(row.high, df, gains)}
        number = len(neighbours(row, found))
        if not number:
            parts.append(t("ranking.intervals.clause_apart", lang, **words))
            continue
        best, worst = count(row.band[0], lang), count(row.band[1], lang)
        parts.append(t("ranking.intervals.clause", lang, n=count(number, lang), best=best, worst=worst, **words))
    (apart,) = frame.columns(df, "told_apart")
    known = [float(each) for each in apart if not missing(each)]
    if known:
        mean = sum(known) / len(known)
        key = "ranking.intervals.mean" if mean else "ranking.intervals.mean_none"
        parts.append(t(key, lang, n=count(round(mean) if mean >= 1 else mean, lang)))
    parts += [race.small(found, view), race.dormant(df, view), t("ranking.intervals.caution", lang)]
    return race.sentence(df, view, parts)
