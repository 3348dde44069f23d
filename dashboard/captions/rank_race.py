"""Words of the race: who led in how many of the periods."""

from collections import Counter
from itertools import groupby

import pandas as pd

from dashboard.captions import race
from dashboard.captions.rank_history import History, read
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# lanes that are drawn at a time
LANES = 15


def leaders(history: History) -> list[list[str]]:
    """Who is first in each period, oldest first."""
    out: list[list[str]] = [[] for _ in history.periods]
    for code, steps in history.places.items():
        for step in steps:
            if step.rank == 1:
                out[step.at].append(code)
    return out


def title(df: pd.DataFrame, view: View) -> str:
    """How often the lead changed, or who held it throughout."""
    lang, history = view.lang, read(df, view)
    first = leaders(history)
    if not any(first):
        return t("ranking.title.none", lang)
    now = race.listed([history.names[code] for code in first[-1][: race.LAST]], view)
    if len(first[-1]) > race.LAST:
        return t("ranking.title.first_many", lang, n=count(len(first[-1]), lang))
    changes = len([key for key, _ in groupby(each for each in first if each)]) - 1
    if not changes:
        return t("ranking.race.led", lang, names=now, n=len(first))
    return t("ranking.race.changed", lang, n=changes, names=now)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What the lanes are."""
    return race.subtitle(df, view, t("ranking.subtitle.race", view.lang, n=LANES))


def rank_race(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…近12期；海安市7期第1、昆山市5期第1。``"""
    lang, history = view.lang, read(df, view)
    if not history.periods:
        return race.sentence(df, view, [t("ranking.clause.none", lang)])
    parts = [t("ranking.history.periods", lang, n=len(history.periods), first=history.periods[0][1], last=history.periods[-1][1])]
    held = Counter(code for first in leaders(history) for code in first)
    words = [t("ranking.race.held", lang, name=history.names[code], n=number) for code, number in held.most_common(race.NAMED)]
    if words:
        key = "ranking.race.held_some" if len(held) > race.NAMED else "ranking.race.held_all"
        parts.append(t(key, lang, text=race.listed(words, view), n=len(held)))
    parts.append(t("ranking.race.ties", lang))
    return race.sentence(df, view, parts)
