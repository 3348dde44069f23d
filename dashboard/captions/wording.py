"""Phrases that captions and titles share: the day, the place, what is counted, and how clauses are joined."""

import pandas as pd

from dashboard.captions import official
from dashboard.formatting import count, day, missing, of, percent, ratio
from dashboard.i18n import has, t
from dashboard.view import Style, View
from data.filters import Filters


def total(df: pd.DataFrame) -> dict[str, object]:
    """The figures of the whole selection."""
    found = df.attrs.get("total")
    return found if isinstance(found, dict) else {}


def as_of(df: pd.DataFrame, view: View) -> str:
    """The as-of day with its year, or a dash."""
    return day(df.attrs.get("as_of"), view.lang, year=True)


def place(df: pd.DataFrame, view: View) -> str:
    """The selected region and, when there is one only, the campaign."""
    parts = [str(df.attrs[key]) for key in ("region", "campaign") if df.attrs.get(key)]
    if not parts:
        return t("caption.everywhere", view.lang)
    return t("caption.place_two", view.lang, region=parts[0], campaign=parts[1]) if len(parts) == 2 else parts[0]


def items(number: object, df: pd.DataFrame, view: View) -> str:
    """A number of items in the words of their kind: ``2039个排污口``, ``37 findings``."""
    return t(_of_kind("items", df, view), view.lang, n=count(number, view.lang))  # type: ignore[arg-type]


def pieces(number: object, df: pd.DataFrame, view: View) -> str:
    """A number of items with the measure word of their kind and without their name: ``2039个``, ``37``."""
    return t(_of_kind("pieces", df, view), view.lang, n=count(number, view.lang))  # type: ignore[arg-type]


def bounded(number: object, df: pd.DataFrame, view: View) -> str:
    """``items``, where the frame says that the number is only a bound (``attrs["bounds"]``): ``不少于2039个排污口``, ``1.4万余家``."""
    said = official.bounded(number, df.attrs.get("bounds"), view)  # type: ignore[arg-type]
    return t(_of_kind("items", df, view), view.lang, n=said)


def _of_kind(what: str, df: pd.DataFrame, view: View) -> str:
    kind = df.attrs.get("kind")
    return f"caption.{what}.{kind}" if kind and has(f"caption.{what}.{kind}", view.lang) else f"caption.{what}.any"


def inside(text: str, view: View) -> str:
    """A name that begins with a capital, inside an English sentence; initials such as PM2.5 stay."""
    return text if view.lang == "zh-CN" or text[1:2].isupper() else text[:1].lower() + text[1:]


def rate(numerator: object, denominator: object, view: View) -> str:
    """``94.9%（1934/2039）``; the caller deals with an empty set."""
    return t(
        "caption.rate",
        view.lang,
        rate=percent(numerator, denominator, view.lang),  # type: ignore[arg-type]
        of=of(numerator, denominator, view.lang),  # type: ignore[arg-type]
    )


def reason(df: pd.DataFrame, column: str, fallback: str, view: View) -> str:
    """Why a rate of the whole selection is null, in words."""
    code = (df.attrs.get("reasons") or {}).get(column) or fallback
    return t(f"measure.reason.{code}", view.lang)


def clauses(parts: list[str], view: View) -> str:
    """A finished sentence out of clauses."""
    return t("caption.semicolon", view.lang).join(part for part in parts if part) + t("caption.stop", view.lang)


def sentence(df: pd.DataFrame, filters: Filters, view: View, parts: list[str]) -> str:
    """The caption: day and place, the clauses, the clock and the simulated mark."""
    text = t("caption.opening", view.lang, as_of=as_of(df, view), place=place(df, view)) + clauses(parts, view)
    if df.attrs.get("known_at"):
        text += t("caption.known_at", view.lang, day=day(df.attrs["known_at"], view.lang, year=True))
    if filters.count_basic:
        text += t("caption.basic", view.lang)
    if df.attrs.get("simulated"):
        text += t("caption.simulated", view.lang)
    return text


def subtitle(df: pd.DataFrame, view: View, measure: str) -> str:
    """``measure · as of day``, with the simulated mark; the wall says day and mark once, above everything."""
    if view.style is Style.SCREEN:
        return measure
    parts = [measure, t("figure.as_of", view.lang, day=as_of(df, view))]
    if df.attrs.get("known_at"):
        parts.append(t("figure.known_at", view.lang, day=day(df.attrs["known_at"], view.lang, year=True)))
    if df.attrs.get("simulated"):
        parts.append(t("figure.simulated", view.lang))
    return t("figure.dot", view.lang).join(parts)


def null(value: object) -> bool:
    """True for None and NaN."""
    return missing(value)


__all__ = [
    "as_of",
    "bounded",
    "clauses",
    "inside",
    "items",
    "null",
    "pieces",
    "place",
    "rate",
    "ratio",
    "reason",
    "sentence",
    "subtitle",
    "total",
]
