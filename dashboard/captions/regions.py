"""Words of the two pictures of regions by one measure, the map and its schematic: who stands out, and how many say nothing."""

import re
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.classes import RATE
from dashboard.formatting import count, missing, of, percent
from dashboard.i18n import has, t
from dashboard.view import Style, View

# rates over fewer items are shown and not called the highest or lowest
LEAST = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A region with a value, exactly."""

    code: str
    name: str
    numerator: int
    denominator: int | None

    @property
    def value(self) -> Fraction:
        return Fraction(self.numerator, self.denominator or 1)

    def text(self, view: View) -> str:
        """The value as it is printed."""
        return count(self.numerator, view.lang) if self.denominator is None else percent(self.numerator, self.denominator, view.lang)

    def words(self, view: View) -> str:
        """The value with its two numbers."""
        return self.text(view) if self.denominator is None else wording.rate(self.numerator, self.denominator, view)


def places(df: pd.DataFrame) -> list[Place]:
    """The regions that have a value, in the frame's order."""
    rows = frame.rows(df, "region_code", "region", "numerator", "denominator", "value")
    return [Place(code, name, int(n), None if missing(d) else int(d)) for code, name, n, d, value in rows if not missing(value)]


def name(df: pd.DataFrame, view: View) -> str:
    """The measure's name."""
    return t(f"measure.{df.attrs['measure']}.name", view.lang)


def loud_high(df: pd.DataFrame) -> bool:
    """Whether the highest region is the finding: of counts, and of shares of which less is better."""
    return df.attrs["unit"] != RATE or not df.attrs["higher_is_better"]


def compared(df: pd.DataFrame) -> list[Place]:
    """The regions that may be called the highest and the lowest: those with enough items where these differ, else all."""
    held = places(df)
    large = [place for place in held if place.denominator is None or place.denominator >= LEAST]
    return large if len({place.value for place in large}) > 1 else held


def extremes(df: pd.DataFrame) -> tuple[list[Place], list[Place]]:
    """The regions that stand out, and those at the other end; ties together. Small ones only when there are no others."""
    held = compared(df)
    if not held:
        return [], []
    low, high = min(place.value for place in held), max(place.value for place in held)
    first, last = (high, low) if loud_high(df) else (low, high)
    return [place for place in held if place.value == first], [place for place in held if place.value == last]


def title(df: pd.DataFrame, view: View) -> str:
    """The finding: which region stands out, and by how much."""
    lang = view.lang
    first, last = extremes(df)
    measure = name(df, view)
    if not first:
        return t(
            "figure.regions.title.none", lang, measure=wording.inside(measure, view), reason=wording.reason(df, "value", "no_items", view)
        )
    if len(places(df)) == 1:
        return t("figure.regions.title.one", lang, region=first[0].name, measure=measure, value=first[0].text(view))
    if first[0].value == last[0].value:
        return t("figure.regions.title.same", lang, measure=measure, value=first[0].text(view))
    end = "most" if df.attrs["unit"] != RATE else "high" if loud_high(df) else "low"
    return t(
        f"figure.regions.title.{end}",
        lang,
        measure=measure,
        region=_who(first, view),
        value=first[0].text(view),
        other=_who(last, view),
        other_value=last[0].text(view),
    )


def small(df: pd.DataFrame) -> bool:
    """Whether regions were left out of who is highest and lowest because they have too few items."""
    return len(compared(df)) < len(places(df))


def _who(tied: list[Place], view: View) -> str:
    return (
        tied[0].name
        if len(tied) == 1
        else t("figure.regions.tied", view.lang, region=tied[0].name, all=count(len(tied), view.lang), n=count(len(tied) - 1, view.lang))
    )


def _value(tied: list[Place], view: View) -> str:
    """The value with its two numbers, without them where those who share it have others."""
    same = len({(place.numerator, place.denominator) for place in tied}) == 1
    return tied[0].words(view) if same else tied[0].text(view)


def subtitle(df: pd.DataFrame, view: View, kind: str) -> str:
    """What is measured and of what, how dark is to be read, and the day."""
    lang, key = view.lang, f"measure.{df.attrs['measure']}.about"
    about = t("figure.regions.measure_about", lang, measure=name(df, view), about=t(key, lang)) if has(key, lang) else name(df, view)
    if view.style is Style.SCREEN:
        # the wall has room for what is divided by what
        return re.split("[;；，]", about)[0]
    return wording.subtitle(df, view, t("figure.dot", lang).join((about, t(f"figure.regions.kind.{kind}", lang))))


def clauses(df: pd.DataFrame, view: View) -> list[str]:
    """The total, who stands out and who stands at the other end, and how many regions have no value."""
    lang, attrs = view.lang, df.attrs
    total, measure = wording.total(df), name(df, view)
    held = places(df)
    if not held or total.get("value") is None:
        why = wording.reason(df, "value", "no_items", view)
        return [t("caption.regions.none", lang, measure=wording.inside(measure, view), reason=why)]
    whole = Place("", "", int(total["numerator"]), total["denominator"])  # type: ignore[arg-type, call-overload]
    parts = [t("caption.regions.total", lang, measure=wording.inside(measure, view), value=whole.words(view))]
    first, last = extremes(df)
    if len(held) > 1 and first[0].value == last[0].value:
        parts.append(t("caption.regions.same", lang, n=count(len(held), lang), value=first[0].text(view)))
    elif len(held) > 1:
        ends = ("high", "low") if loud_high(df) else ("low", "high")
        both = [
            t(f"caption.regions.{end}", lang, region=_who(tied, view), value=_value(tied, view))
            for end, tied in zip(ends, (first, last), strict=True)
        ]
        text = t("caption.comma", lang).join(both)
        if small(df):
            text += t("caption.regions.small", lang, least=LEAST)
        parts.append(text)
    reasons = frame.columns(df, "reason")[0]
    unreported = sum(reason == "unreported" for reason in reasons)
    others = sum(not missing(reason) for reason in reasons) - unreported
    if unreported:
        parts.append(t("caption.regions.unreported", lang, n=count(unreported, lang)))
    if others:
        parts.append(t("caption.regions.not_applicable", lang, n=count(others, lang)))
    if attrs.get("drawn", len(df)) < len(df):
        parts.append(t("caption.regions.undrawn", lang, n=count(len(df) - int(attrs["drawn"]), lang)))
    return parts


def hover(row: tuple[str, int, float, float, str | None], df: pd.DataFrame, view: View) -> str:
    """``<b>region</b>``, measure, value and its two numbers, or why there is none. ``row``: those columns of the frame."""
    region, n, d, value, reason = row
    if missing(value):
        said = t("figure.null_why", view.lang, reason=t(f"measure.reason.{reason}", view.lang))
    elif missing(d):
        said = count(int(n), view.lang)
    else:
        said = f"{percent(int(n), int(d), view.lang)}  {of(int(n), int(d), view.lang)}"
    return f"{name(df, view)}<br>{said}" if not region else f"<b>{region}</b><br>{name(df, view)} {said}"
