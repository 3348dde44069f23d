"""Words of the leaderboard: who leads, who is last, who moved, who is not ranked and why."""

from collections.abc import Sequence

import pandas as pd

from dashboard.captions import race
from dashboard.captions.race import Row
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def title(df: pd.DataFrame, view: View) -> str:
    """The finding: who is first and for how long, and the last three; or that so many share the first place that order means nothing."""
    found = race.ranked(race.rows(df, view))
    if not found:
        return t("ranking.title.none", view.lang)
    text = race.saturation(df, view, "title") or t("caption.semicolon", view.lang).join(filter(None, ends(df, found, view)))
    return t("ranking.title.group", view.lang, group=df.attrs["group_name"], text=text) if race.in_group(df) else text


def ends(df: pd.DataFrame, found: Sequence[Row], view: View) -> list[str]:
    """The first and the last in words; of a part of the race its best and its worst placed."""
    lang = view.lang
    if not race.complete(df, found):
        if len(found) == 1:
            return [t("ranking.title.alone", lang, name=found[0].name, place=race.place(found[0].rank, found[0].tied, view))]
        ahead, behind = found[0], found[-1]
        return [
            t("ranking.title.ahead", lang, name=ahead.name, place=race.place(ahead.rank, ahead.tied, view)),
            t("ranking.title.behind", lang, name=behind.name, place=race.place(behind.rank, behind.tied, view)),
        ]
    return [_first(df, found, view), _last(found, view)]


def _first(df: pd.DataFrame, found: Sequence[Row], view: View) -> str:
    lang = view.lang
    top = [row for row in found if row.rank == found[0].rank]
    if len(top) > race.LAST:
        return t("ranking.title.first_many", lang, n=count(len(top), lang))
    if len(top) > 1:
        return t("ranking.title.first_tied", lang, names=race.listed([row.name for row in top], view))
    only, name = top[0], _named(top[0], view)
    if race.improving(df):
        return t("ranking.title.improved", lang, name=name, score=race.score(only.score, df, view, signed=True))
    streak = race.whole(df.attrs.get("streak")) or 0
    if streak > 1:
        return t("ranking.title.streak", lang, name=name, n=streak)
    if only.before == 1:
        return t("ranking.title.stays", lang, name=name)
    if only.before:
        return t("ranking.title.risen", lang, name=name, before=count(only.before, lang))
    return t("ranking.title.first", lang, name=name)


def _named(row: Row, view: View) -> str:
    """A place in a headline; one whose base is too small to lean on carries that with its name."""
    return t("ranking.title.small", view.lang, name=row.name) if row.small else row.name


def _last(found: Sequence[Row], view: View) -> str:
    lang = view.lang
    final = race.last(found)
    if not final:
        return ""
    if len(final) > race.NAMED:
        if all(row.rank == final[0].rank for row in final):
            return t("ranking.title.last_tied", lang, n=count(len(final), lang))
        return t("ranking.title.last_many", lang, n=count(len(final), lang))
    who = race.listed([_named(row, view) for row in final], view)
    return t("ranking.title.last" if len(final) > 1 else "ranking.title.last_one", lang, names=who, n=count(len(final), lang))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What the bars are, scheme, period, as-of day, and where the result stands."""
    what = "improvement" if race.improving(df) else "percent" if df.attrs.get("unit") == "percent" else "score"
    return race.subtitle(df, view, t(f"ranking.subtitle.{what}", view.lang))


def county_ranking(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``2022年第43周（截至2022年10月30日），江苏省按“…”（1.0版）：参与排名92个，不参与3个（…）；海安市第1；…。``"""
    found = race.rows(df, view)
    if not found:
        return race.sentence(df, view, [t("ranking.clause.none", view.lang)])
    order = race.ranked(found)
    parts = [race.taking_part(df, found, view), _nothing_counted(df, found, view)]
    if race.improving(df) and not df.attrs.get("before_period_name"):
        parts.append(t("ranking.clause.no_before", view.lang))
    if order:
        full = race.saturation(df, view, "clause")
        parts += [full] if full else [_scored(df, order, view), *_lasts(df, order, view)]
        parts.append(_moved(df, order, view))
        parts += race.cautions(df, found, view)
    return race.sentence(df, view, parts)


def _nothing_counted(df: pd.DataFrame, found: Sequence[Row], view: View) -> str:
    """Where a scheme counts none of the items that there are, which ones it does count."""
    kinds = df.attrs.get("scheme_kinds")
    if not kinds or any(row.reason != "no_items" for row in found):
        return ""
    return t("ranking.clause.counts_only", view.lang, kinds=kinds)


def _scored(df: pd.DataFrame, order: Sequence[Row], view: View) -> str:
    lang = view.lang
    top = [row for row in order if row.rank == order[0].rank]
    points = race.score(top[0].score, df, view, signed=race.improving(df))
    place = race.place(top[0].rank, top[0].tied, view)
    if len(top) > race.NAMED:
        return t("ranking.clause.first_many", lang, n=count(len(top), lang), place=place, score=points)
    return t("ranking.clause.first", lang, names=race.listed([row.name for row in top], view), place=place, score=points)


def _lasts(df: pd.DataFrame, order: Sequence[Row], view: View) -> list[str]:
    final = race.last(order) if race.complete(df, order) else []
    if not final or len(final) > 2 * race.LAST:
        return [_last(order, view)] if final else []
    words = [
        t(
            "ranking.clause.one",
            view.lang,
            name=row.name,
            place=race.place(row.rank, row.tied, view),
            score=race.score(row.score, df, view, signed=race.improving(df)),
        )
        for row in final
    ]
    return [t("ranking.clause.last", view.lang, n=len(final), names=race.listed(words, view))]


def _moved(df: pd.DataFrame, order: Sequence[Row], view: View) -> str:
    """Who rose and fell most since the last locked period."""
    lang, earlier = view.lang, df.attrs.get("before_period_name")
    moved = [row for row in order if row.change]
    if not earlier or not moved:
        return t("ranking.clause.unmoved", lang, period=earlier) if earlier and any(row.change == 0 for row in order) else ""
    if len(order) == 1:
        # of one place nothing is the most
        key = "risen_one" if (order[0].change or 0) > 0 else "fallen_one"
        text = t(f"ranking.clause.{key}", lang, names=order[0].name, n=count(abs(order[0].change or 0), lang))
        return t("ranking.clause.moved", lang, period=earlier, text=text)
    best, worst = max(row.change for row in moved), min(row.change for row in moved)  # type: ignore[type-var]
    words = []
    for size, key in ((best, "risen"), (worst, "fallen")):
        who = [row.name for row in moved if row.change == size]
        if size is not None and (size > 0) == (key == "risen") and len(who) <= race.NAMED:
            words.append(t(f"ranking.clause.{key}", lang, names=race.listed(who, view), n=count(abs(size), lang)))
    return t("ranking.clause.moved", lang, period=earlier, text=t("caption.comma", lang).join(words)) if words else ""
