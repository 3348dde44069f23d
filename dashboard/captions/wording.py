"""Phrases that captions and titles share: the day, the place, what is counted, and how clauses are joined."""

import pandas as pd

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
    kind = df.attrs.get("kind")
    key = f"caption.items.{kind}" if kind and has(f"caption.items.{kind}", view.lang) else "caption.items.any"
    return t(key, view.lang, n=count(number, view.lang))  # type: ignore[arg-type]


def bounded(text: str, df: pd.DataFrame, view: View) -> str:
    """Marks a number that is a published lower bound."""
    return t("caption.at_least", view.lang, text=text) if df.attrs.get("bounds") else text


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


__all__ = ["as_of", "bounded", "clauses", "items", "null", "place", "rate", "ratio", "reason", "sentence", "subtitle", "total"]
