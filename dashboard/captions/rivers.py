"""Phrases that the words about rivers share."""

import pandas as pd

from dashboard.captions import wording
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def water(df: pd.DataFrame, view: View) -> str | None:
    """The name of the water body when the frame is about one only."""
    found = df.attrs.get("water")
    return str(found) if found else None


def sentence(df: pd.DataFrame, filters: Filters, view: View, parts: list[str]) -> str:
    """A caption: the day, the water, the clauses, the clock and the simulated mark."""
    lang = view.lang
    about = water(df, view)
    if about is None:
        return wording.sentence(df, filters, view, parts)
    where = t("river.caption.where", lang, water=about)
    text = t("caption.opening", lang, as_of=wording.as_of(df, view), place=where) + wording.clauses(parts, view)
    if df.attrs.get("known_at"):
        text += t("caption.known_at", lang, day=day(df.attrs["known_at"], lang, year=True))
    if df.attrs.get("simulated"):
        text += t("caption.simulated", lang)
    return text


def named(df: pd.DataFrame, view: View, key: str, **params: object) -> str:
    """A title that begins with the water's name where it is about one."""
    about = water(df, view)
    text = t(key, view.lang, **params)
    return t("river.title.of", view.lang, water=about, text=text) if about else text[:1].upper() + text[1:]
