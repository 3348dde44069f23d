"""Words of what discharges into a river: how many outfalls, which class most, and how many nobody answers for."""

import pandas as pd

from dashboard import frame
from dashboard.captions import rivers, wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

_READ = ("aspect", "value", "value_name", "outfalls")


def value_name(aspect: str, value: str, name: object, view: View) -> str:
    """A value in words."""
    if aspect in ("class", "disposal") and value:
        return str(name or value)
    return t(f"river.sources.value.{aspect}.{value or 'none'}", view.lang)


def title(df: pd.DataFrame, view: View) -> str:
    """How many outfalls have no owner yet, or that all have one."""
    lang, total = view.lang, wording.total(df)
    number = int(total.get("outfalls") or 0)  # type: ignore[call-overload]
    if not number:
        return t("river.sources.title.none", lang)
    nobody = number - int(total["owners"])  # type: ignore[call-overload]
    key = "river.sources.title.owned" if not nobody else "river.sources.title.nobody"
    return rivers.named(df, view, key, n=count(number, lang), k=count(nobody, lang))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What a bar is."""
    return wording.subtitle(df, view, t("river.sources.subtitle", view.lang, n=count(wording.total(df).get("outfalls", 0), view.lang)))  # type: ignore[arg-type]


def river_sources(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The day and the water: outfalls by class, and of how many the owner is known, how many are monitored and traced."""
    lang, total = view.lang, wording.total(df)
    number = int(total.get("outfalls") or 0)  # type: ignore[call-overload]
    unlisted = df.attrs.get("unlisted")
    more = [t("river.sources.unlisted", lang, n=count(unlisted, lang))] if unlisted else []
    if not number:
        return rivers.sentence(df, filters, view, [t("river.sources.none", lang), *more])
    rows = frame.rows(df, *_READ)
    classes = [
        t("river.sources.class", lang, name=value_name(aspect, value, name, view), n=count(k, lang))
        for aspect, value, name, k in rows
        if aspect == "class"
    ]
    parts = [
        t("river.sources.all", lang, n=count(number, lang), classes=t("format.join", lang).join(classes)),
        t("river.sources.owner", lang, rate=wording.rate(total["owners"], number, view)),
    ]
    held = {value: k for aspect, value, _, k in rows if aspect == "complete"}
    for what in ("monitored", "traced"):
        parts.append(t(f"river.sources.{what}", lang, rate=wording.rate(held.get(what, 0), number, view)))
    return rivers.sentence(df, filters, view, [*parts, *more])
