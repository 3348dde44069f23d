"""Words of the months: how often the target was met in the last year, and against the year before where that may be compared."""

import pandas as pd

from dashboard import waters
from dashboard.captions import official, rivers, wording
from dashboard.formatting import percent
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def compared(df: pd.DataFrame, view: View) -> str | None:
    """``可比的11个月同比上升2.8个百分点``; None where no month may be compared with the year before."""
    found = df.attrs.get("compared") or {}
    moved = official.change(found.get("now", (0, 0)), found.get("before", (0, 0)), official.YEAR, view)
    return t("river.quality.compared", view.lang, n=found["months"], change=moved) if moved else None


def title(df: pd.DataFrame, view: View) -> str:
    """The rate of the last twelve months, and how it moved."""
    lang, total = view.lang, wording.total(df)
    if not total.get("months"):
        return t("river.quality.title.none", lang)
    rate = percent(total["met"], total["months"], lang)  # type: ignore[arg-type]
    change = compared(df, view)
    if change is None:
        return rivers.named(df, view, "river.quality.title.rate", rate=rate)
    return rivers.named(df, view, "river.quality.title.change", rate=rate, change=change)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What a cell is, and from when to when."""
    lang = view.lang
    months = {"first": waters.month(df.attrs.get("first"), lang), "last": waters.month(df.attrs.get("last"), lang)}
    return wording.subtitle(df, view, t("river.quality.subtitle", lang, **months))


def break_words(month: object, why: str, lang: str) -> str:
    """From which month on there are other sections or another standard."""
    return t(f"river.quality.break.{why}", lang, month=waters.month(month, lang))


def river_quality(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The day and the water: the share of section months at the target, the change over those that may be compared, and the breaks."""
    lang, total = view.lang, wording.total(df)
    if not total.get("months"):
        return rivers.sentence(df, filters, view, [t("river.quality.none", lang)])
    parts = [t("river.quality.met", lang, rate=wording.rate(total["met"], total["months"], view))]
    change = compared(df, view)
    parts.append(change if change else t("river.quality.not_compared", lang))
    parts += [break_words(month, why, lang) for month, why in df.attrs.get("breaks") or []]
    return rivers.sentence(df, filters, view, parts)
