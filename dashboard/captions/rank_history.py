"""Words of the ranks over periods: who held the first place, who came up, who went down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import frame
from dashboard.captions import race
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# places drawn apart from the rest
MOST = 8
_CODE = re.compile(r"(\d{4})-(?:W(\d\d)|Q(\d)|(\d\d))")
_DAYS = re.compile(r"\s*[(\uff08].*$")


@dataclass(frozen=True, slots=True)
class Step:
    """A place in a period; ``rank`` None: not ranked then."""

    at: int
    rank: int | None
    tied: bool
    score: float | None
    locked: bool


@dataclass(frozen=True, slots=True)
class History:
    """``periods`` (code, name) oldest first, which of them are locked, and each place's steps by code, names beside."""

    periods: list[tuple[str, str]]
    locked: list[bool]
    places: dict[str, list[Step]]
    names: dict[str, str]
    picked: list[str]


def read(df: pd.DataFrame, view: View) -> History:
    """The frame as lines."""
    return frame.once(df, ("history", view.lang), lambda: _read(df, view))


def _read(df: pd.DataFrame, view: View) -> History:
    columns = ("period", "period_name", "region_code", "rank", "tied", "score", "locked", "picked")
    periods: dict[str, int] = {}
    said: list[tuple[str, str]] = []
    locked: list[bool] = []
    places: dict[str, list[Step]] = {}
    names: dict[str, str] = {}
    picked: dict[str, None] = dict.fromkeys(str(code) for code in df.attrs.get("picked") or ())
    for place, row in zip(race.names(_one_each(df), view) if len(df) else [], _codes(df), strict=True):
        names[row] = place
    for period, name, code, rank, tied, score, shut, chosen in zip(*race.optional(df, *columns), strict=True):
        if period not in periods:
            periods[period] = len(periods)
            said.append((str(period), str(name)))
            locked.append(not missing(shut) and bool(shut))
        if not missing(chosen) and chosen:
            picked[str(code)] = None
        step = Step(periods[period], race.whole(rank), bool(tied) and not missing(tied), race.value(score), locked[periods[period]])
        places.setdefault(str(code), []).append(step)
    return History(said, locked, places, names, [code for code in picked if code in places])


def _one_each(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(df, copy=False).drop_duplicates("region_code")


def _codes(df: pd.DataFrame) -> list[str]:
    return [str(code) for code in _one_each(df)["region_code"].tolist()]


def axis_names(history: History, shown: Sequence[int], view: View) -> list[str]:
    """Names of some periods for an axis, a line or two each: ``第39周`` / ``W39``, the year below the first and where it changes. A round
    has its own name, without its days."""
    out, before = [], ""
    for at in shown:
        code, name = history.periods[at]
        found = _CODE.fullmatch(code)
        if found is None:
            out.append(_DAYS.sub("", name))
            continue
        year, week, quarter, month = found.groups()
        kind, number = ("week", week) if week else ("quarter", quarter) if quarter else ("month", month)
        number = t(f"format.month.{int(month)}", view.lang) if month else str(int(number))
        text = t(f"ranking.axis.{kind}", view.lang, n=number)
        out.append(text if year == before else f"{text}\n{t('ranking.axis.year', view.lang, n=year)}")
        before = year
    return out


def highlighted(history: History) -> list[str]:
    """Which places are drawn apart: those picked, else the first and the last three of the newest period."""
    if history.picked:
        return history.picked[:MOST]
    newest = final(history)
    if not newest:
        return []
    order = [code for _, code in newest]
    first = [code for rank, code in newest if rank == newest[0][0]][: race.LAST]
    return list(dict.fromkeys([*first, *order[-min(race.LAST, len(order) // 2) or len(order) :]]))


def final(history: History) -> list[tuple[int, str]]:
    """(rank, code) in the newest period, best first."""
    last = len(history.periods) - 1
    found = [(step.rank, code) for code, steps in history.places.items() for step in steps if step.at == last and step.rank is not None]
    return sorted(found, key=lambda each: each[0])


def turns(history: History) -> list[tuple[int, str, int, int]]:
    """(places moved up, code, first rank, last rank) of every place ranked in the oldest and in the newest period."""
    out = []
    for code, steps in history.places.items():
        ranks = {step.at: step.rank for step in steps}
        first, last = ranks.get(0), ranks.get(len(history.periods) - 1)
        if first is not None and last is not None:
            out.append((first - last, code, first, last))
    return sorted(out, key=lambda each: each[0])


def title(df: pd.DataFrame, view: View) -> str:
    """The place that has come up furthest and the one that has gone down furthest; of places picked, the first of them."""
    lang, history = view.lang, read(df, view)
    if not history.periods:
        return t("ranking.title.none", lang)
    found = turns(history)
    if len(history.periods) < 2 or not found:
        return t("ranking.history.one", lang, period=history.periods[-1][1])
    if history.picked:
        mine = [each for each in found if each[1] in history.picked]
        if mine:
            size, code, first, last = max(mine, key=lambda each: (abs(each[0]), each[1] == history.picked[0]))
            return t(_way(size), lang, name=history.names[code], first=count(first, lang), last=count(last, lang), n=len(history.periods))
    fallen, risen = found[0], found[-1]
    if not risen[0] and not fallen[0]:
        return t("ranking.history.still", lang, n=len(history.periods))
    words = [t("ranking.history.most_up", lang, name=history.names[risen[1]], n=count(risen[0], lang))] if risen[0] > 0 else []
    if fallen[0] < 0:
        words.append(t("ranking.history.most_down", lang, name=history.names[fallen[1]], n=count(-fallen[0], lang)))
    return t("ranking.history.over", lang, n=len(history.periods), text=t("caption.semicolon", lang).join(words))


def _way(size: int) -> str:
    return "ranking.history.up" if size > 0 else "ranking.history.down" if size < 0 else "ranking.history.same"


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What the lines and their points are."""
    return race.subtitle(df, view, t("ranking.subtitle.history", view.lang))


def rank_history(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…近12期；海安市由第4到第1；…；已锁定11期。``"""
    lang, history = view.lang, read(df, view)
    if not history.periods:
        return race.sentence(df, view, [t("ranking.clause.none", lang)])
    newest = final(history)
    parts = [t("ranking.history.periods", lang, n=len(history.periods), first=history.periods[0][1], last=history.periods[-1][1])]
    parts.append(t("ranking.history.locked", lang, n=sum(history.locked)))
    moved = {code: (first, last) for _, code, first, last in turns(history)}
    for code in highlighted(history):
        if code in moved and len(history.periods) > 1:
            first, last = moved[code]
            parts.append(race.moved(history.names[code], first, last, view))
        else:
            rank = next((rank for rank, who in newest if who == code), None)
            parts.append(t("ranking.history.now", lang, name=history.names[code], place=race.place(rank, False, view)))
    return race.sentence(df, view, parts)
