"""Words of the two pictures of outfalls, stages and questions: totals, and where most is lacking."""

from dataclasses import dataclass

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count, missing, percent
from dashboard.i18n import t
from dashboard.view import View

# rates over fewer outfalls are shown and not called the lowest
LEAST = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One region's part of outfalls that have come through a stage, or of which an answer is known."""

    code: str
    region: str
    below: bool
    kind: str
    n: int
    d: int
    lacking: int
    rows: str
    lacking_rows: str
    fixed_n: int | None = None
    fixed_d: int | None = None

    @property
    def share(self) -> float | None:
        return self.n / self.d if self.d else None


def bars(df: pd.DataFrame, column: str) -> list[Bar]:
    """The frame's rows; ``column`` names what they are split by."""
    names = ("region_code", "region", "has_children", column, "numerator", "denominator", "lacking", "rows", "lacking_rows")
    if "fixed_numerator" not in df:
        return [Bar(*row) for row in frame.rows(df, *names)]
    more = ("fixed_numerator", "fixed_denominator")
    return [Bar(*row[:-2], *(None if missing(v) else int(v) for v in row[-2:])) for row in frame.rows(df, *names, *more)]


def worst(found: list[Bar]) -> Bar | None:
    """The region furthest behind among those with enough outfalls; the one that lacks more of equals."""
    large = [bar for bar in found if bar.d >= LEAST]
    return min(large, key=lambda bar: (bar.n / bar.d, -bar.lacking)) if large else None


def weakest(df: pd.DataFrame) -> tuple[str, dict[str, int]] | None:
    """Of the kinds that anything is asked of, the one with the lowest share over all: its name and its numbers."""
    total = {kind: values for kind, values in wording.total(df).items() if values["denominator"]}  # type: ignore[index]
    if not total:
        return None
    return min(total.items(), key=lambda entry: entry[1]["numerator"] / entry[1]["denominator"])  # type: ignore[index, return-value]


def title(df: pd.DataFrame, column: str, view: View) -> str:
    """What is weakest over all, and where it is weakest."""
    lang = view.lang
    found = weakest(df)
    if found is None:
        return t("figure.outfalls.title.none", lang)
    kind, numbers = found
    n, d = numbers["numerator"], numbers["denominator"]
    name = t(f"figure.outfalls.{kind}.short", lang)
    if n == d:
        return t("figure.outfalls.title.all", lang, name=name)
    rate = percent(n, d, lang)
    low = worst([bar for bar in bars(df, column) if bar.kind == kind])
    if low is None or low.n * d >= n * low.d:
        return t("figure.outfalls.title.total", lang, name=name, rate=rate)
    return t("figure.outfalls.title.worst", lang, name=name, rate=rate, region=low.region, low=percent(low.n, low.d, lang))


def clauses(df: pd.DataFrame, column: str, view: View) -> list[str]:
    """How many outfalls, the share of each kind, and who is furthest behind in the weakest."""
    lang = view.lang
    total = wording.total(df)
    found = weakest(df)
    if found is None:
        return [t("caption.outfalls.none", lang)]
    most = max(values["denominator"] for values in total.values())  # type: ignore[index]
    parts = [t("caption.outfalls.total", lang, n=count(most, lang))]
    shares = []
    for kind, values in total.items():
        name = t(f"figure.outfalls.{kind}.short", lang)
        if values["denominator"]:  # type: ignore[index]
            rate = wording.rate(values["numerator"], values["denominator"], view)  # type: ignore[index]
            shares.append(t("caption.outfalls.share", lang, name=name, rate=rate))
    parts.append(t("caption.list", lang).join(shares))
    low = worst([bar for bar in bars(df, column) if bar.kind == found[0]])
    if low is not None and low.lacking:
        name = t(f"figure.outfalls.{low.kind}.short", lang)
        parts.append(t("caption.outfalls.worst", lang, name=name, region=low.region, rate=wording.rate(low.n, low.d, view)))
    return parts
