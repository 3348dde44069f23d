"""Words shared by the two crossings of regions with a dimension, and the crossing itself as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.captions import wording
from dashboard.formatting import percent
from dashboard.i18n import t
from dashboard.view import Style, View
from data import columns as c
from data.filters import Filters

# cells with fewer items are shown, marked, and not compared
LEAST = 10
# columns that the caption names
LOWEST = 4

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of the crossing and its sums; ``key`` is "" for items without a value."""

    key: str
    name: str
    effective: float
    rectified: float

    @property
    def rate(self) -> float:
        return self.rectified / self.effective if self.effective else 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One region × value."""

    row: Line
    column: Line
    effective: float
    rectified: float
    overdue: float


class Crossing:
    """A crossing's frame as arrays: thousands of counties by a dozen values cost no object each.

    ``rows`` and ``columns`` are Lines; cell k stands in row ``row_of[k]`` and column ``column_of[k]``.
    """

    def __init__(self, df: pd.DataFrame, dimension: str, view: View) -> None:
        # a bare frame over the same data has no attrs to copy at every access
        bare = pd.DataFrame(df, copy=False)
        counts = [bare[name].to_numpy() for name in (c.EFFECTIVE, c.RECTIFIED, c.OVERDUE)]
        # whole numbers stay whole: they are written out much faster than fractions
        self._whole = all(values.dtype.kind in "iu" for values in counts)
        self.effective, self.rectified, self.overdue = (values.astype(float) for values in counts)
        self.rate = self.rectified / np.maximum(self.effective, 1)
        self.row_of, codes, regions = _lines(bare, c.REGION_CODE, c.REGION)
        self.column_of, keys, names = _lines(bare, dimension, f"{dimension}_name")
        nameless = t(f"figure.cells.no_{dimension}", view.lang)
        names = [(name or nameless) if key else nameless for key, name in zip(keys, names, strict=True)]
        self.rows = self._summed(codes, regions, self.row_of)
        self.columns = self._summed(keys, names, self.column_of)

    def __len__(self) -> int:
        return len(self.effective)

    def _numbers(self, values: Numbers) -> list[float]:
        numbers: list[float] = values.astype(np.int64).tolist() if self._whole else values.tolist()
        return numbers

    def _summed(self, keys: list[str], names: list[str], of: Places) -> list[Line]:
        effective = self._numbers(np.bincount(of, weights=self.effective, minlength=len(keys)).astype(float))
        rectified = self._numbers(np.bincount(of, weights=self.rectified, minlength=len(keys)).astype(float))
        return [Line(*line) for line in zip(keys, names, effective, rectified, strict=True)]

    def cell(self, k: int) -> Cell:
        """Cell k."""
        row, column = self.rows[self.row_of[k]], self.columns[self.column_of[k]]
        return Cell(row, column, *self._numbers(np.array((self.effective[k], self.rectified[k], self.overdue[k]))))

    def done(self) -> bool:
        """Whether everything in every cell is rectified."""
        return bool((self.rectified == self.effective).all())

    def worst(self) -> Cell | None:
        """The cell with the lowest completion among those large enough to compare; the larger one of equals."""
        large = np.flatnonzero(self.effective >= LEAST)
        if not len(large):
            return None
        return self.cell(int(large[np.lexsort((-self.effective[large], self.rate[large]))[0]]))


def _lines(bare: pd.DataFrame, key: str, name: str) -> tuple[Places, list[str], list[str]]:
    """For each cell its line, and the lines' keys and names in the order they come."""
    codes, found = pd.factorize(bare[key])
    first = np.zeros(len(found), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    names: list[Any] = bare[name].take(first).tolist()
    return codes, [str(k) if k == k and k is not None else "" for k in found.tolist()], names


def title(found: Crossing, view: View) -> str:
    """The cell furthest behind."""
    if not len(found):
        return t("figure.cells.title.none", view.lang)
    low = found.worst()
    if low is None:
        return t("figure.cells.title.small", view.lang)
    if low.rectified == low.effective:
        # cells too small to compare may still be open
        return t("figure.cells.title.all" if found.done() else "figure.cells.title.large", view.lang, least=LEAST)
    rate = percent(low.rectified, low.effective, view.lang)
    return t("figure.cells.title.worst", view.lang, region=low.row.name, column=low.column.name, rate=rate)


def subtitle(df: pd.DataFrame, dimension: str, view: View) -> str:
    """Measure, marks and as-of day."""
    if view.style is Style.SCREEN:
        return t("figure.cells.subtitle.wall", view.lang)
    return wording.subtitle(df, view, t(f"figure.cells.subtitle.{dimension}", view.lang, least=LEAST))


def caption(df: pd.DataFrame, dimension: str, filters: Filters, view: View) -> str:
    """The cell furthest behind, and the completion of each column."""
    found = Crossing(df, dimension, view)
    if not len(found):
        return wording.sentence(df, filters, view, [t("caption.cells.none", view.lang)])
    if found.done():
        return wording.sentence(
            df, filters, view, [t("caption.cells.all", view.lang, items=wording.items(int(found.effective.sum()), df, view))]
        )
    parts = []
    low = found.worst()
    if low is not None:
        rate = wording.rate(low.rectified, low.effective, view)
        text = t("caption.cells.worst", view.lang, region=low.row.name, column=low.column.name, rate=rate)
        if bool((found.effective < LEAST).any()):
            text += t("caption.cells.small", view.lang, least=LEAST)
        parts.append(text)
    lowest = sorted(found.columns, key=lambda line: line.rate)[:LOWEST]
    listed = [
        t("caption.cells.column", view.lang, column=line.name, rate=wording.rate(line.rectified, line.effective, view)) for line in lowest
    ]
    key = f"caption.cells.columns.{dimension}" if len(found.columns) > LOWEST else f"caption.cells.columns_all.{dimension}"
    parts.append(t(key, view.lang, n=len(found.columns), columns=t("caption.list", view.lang).join(listed)))
    return wording.sentence(df, filters, view, parts)
