"""Words shared by the two crossings of regions with a dimension."""

from dataclasses import dataclass

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters

# cells with fewer items are shown, marked, and not compared
LEAST = 10
# columns that the caption names
LOWEST = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One region × value; ``key`` is "" for items without a value."""

    region_code: str
    region: str
    key: str
    name: str
    effective: float
    rectified: float
    overdue: float


def cells(df: pd.DataFrame, dimension: str, view: View) -> list[Cell]:
    """The frame's rows; what has no value is called so."""
    names = (c.REGION_CODE, c.REGION, dimension, f"{dimension}_name", c.EFFECTIVE, c.RECTIFIED, c.OVERDUE)
    nameless = t(f"figure.cells.no_{dimension}", view.lang)
    return [Cell(row[0], row[1], row[2] or "", (row[3] or nameless) if row[2] else nameless, *row[4:]) for row in frame.rows(df, *names)]


def worst(found: list[Cell]) -> Cell | None:
    """The cell with the lowest completion among those large enough to compare."""
    large = [cell for cell in found if cell.effective >= LEAST]
    return min(large, key=lambda cell: (cell.rectified / cell.effective, -cell.effective)) if large else None


def title(df: pd.DataFrame, dimension: str, view: View) -> str:
    """The cell furthest behind."""
    found = cells(df, dimension, view)
    if not found:
        return t("figure.cells.title.none", view.lang)
    low = worst(found)
    if low is None:
        return t("figure.cells.title.small", view.lang)
    if low.rectified == low.effective:
        return t("figure.cells.title.all", view.lang)
    rate = percent(low.rectified, low.effective, view.lang)
    return t("figure.cells.title.worst", view.lang, region=low.region, column=low.name, rate=rate)


def subtitle(df: pd.DataFrame, dimension: str, view: View) -> str:
    """Measure, marks and as-of day."""
    return wording.subtitle(df, view, t(f"figure.cells.subtitle.{dimension}", view.lang, least=LEAST))


def caption(df: pd.DataFrame, dimension: str, filters: Filters, view: View) -> str:
    """The cell furthest behind, and the completion of each column."""
    found = cells(df, dimension, view)
    if not found:
        return wording.sentence(df, filters, view, [t("caption.cells.none", view.lang)])
    columns: dict[str, list[float]] = {}
    for cell in found:
        sums = columns.setdefault(cell.name, [0, 0])
        sums[0] += cell.rectified
        sums[1] += cell.effective
    parts = []
    low = worst(found)
    if low is not None:
        rate = wording.rate(low.rectified, low.effective, view)
        text = t("caption.cells.worst", view.lang, region=low.region, column=low.name, rate=rate)
        if any(cell.effective < LEAST for cell in found):
            text += t("caption.cells.small", view.lang, least=LEAST)
        parts.append(text)
    lowest = sorted(columns.items(), key=lambda each: each[1][0] / each[1][1])[:LOWEST]
    listed = [t("caption.cells.column", view.lang, column=name, rate=wording.rate(sums[0], sums[1], view)) for name, sums in lowest]
    key = "caption.cells.columns" if len(columns) > LOWEST else "caption.cells.columns_all"
    parts.append(t(key, view.lang, n=len(columns), columns=t("caption.list", view.lang).join(listed)))
    return wording.sentence(df, filters, view, parts)
