"""Words of a contest's result: who is first, how many judged, and what the mean leaves out."""

import pandas as pd

from dashboard.captions import race, wording
from dashboard.captions.race import Row
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def trimmed(df: pd.DataFrame) -> int:
    """The largest number of ballots that an entry's mean leaves out."""
    (found,) = race.optional(df, "trimmed")
    return max((int(each) for each in found if not missing(each)), default=0)


def unscored(df: pd.DataFrame, view: View) -> list[str]:
    """Names of the entries that nobody has scored."""
    return [row.name for row in race.rows(df, view) if row.rank is None]


def title(df: pd.DataFrame, view: View) -> str:
    """Who is first, ties named."""
    found = race.ranked(race.rows(df, view))
    if not found:
        return t("ranking.contest.none", view.lang)
    top = [row for row in found if row.rank == found[0].rank]
    points = race.score(top[0].score, df, view)
    if len(top) > race.NAMED:
        return t("ranking.title.first_many", view.lang, n=count(len(top), view.lang))
    key = "ranking.contest.title_tied" if len(top) > 1 else "ranking.contest.title"
    return t(key, view.lang, names=race.listed([row.name for row in top], view), score=points)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """How the score is made."""
    out = trimmed(df)
    what = t("ranking.subtitle.contest_trimmed", view.lang, n=out) if out else t("ranking.subtitle.contest", view.lang)
    parts = [what, str(df.attrs.get("period_name") or "")]
    return wording.subtitle(df, view, t("figure.dot", view.lang).join(filter(None, parts)))


def contest_result(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``2022年第三季度擂台赛（2022年10月30日）：6个地区参赛；海安市（并列第1，92.50分）、…；…。``"""
    lang, found = view.lang, race.ranked(race.rows(df, view))
    if not found:
        return wording.sentence(df, filters, view, [t("ranking.contest.none", lang)])
    parts = [t("ranking.contest.clause", lang, n=len(found))]
    parts.append(race.listed([_one(row, df, view) for row in found[: 2 * race.LAST]], view))
    without = unscored(df, view)
    if without:
        parts.append(t("ranking.contest.unscored", lang, names=race.listed(without, view)))
    parts.append(race.ties(found, view))
    out = trimmed(df)
    parts.append(t("ranking.contest.trimmed", lang, n=out) if out else t("ranking.contest.mean", lang))
    name = df.attrs.get("period_name")
    text = wording.clauses(parts, view)
    if name:
        text = t("ranking.contest.opening", lang, contest=name, as_of=wording.as_of(df, view)) + text
        return text + (t("caption.simulated", lang) if df.attrs.get("simulated") else "")
    return wording.sentence(df, filters, view, parts)


def _one(row: Row, df: pd.DataFrame, view: View) -> str:
    place = race.place(row.rank, row.tied, view)
    return t("ranking.clause.one", view.lang, name=row.name, place=place, score=race.score(row.score, df, view))
