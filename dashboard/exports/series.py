"""What a chart of a spreadsheet, a slide or a document is: categories and series of plain numbers, and the table that says the same.

Everything here is plain lists, texts and numbers, so that it can be kept as text and written again. Colours are names of tokens
(``dashboard/theme.py``); each outlet has its own way to say them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard import frame
from dashboard.exports.table import cells
from dashboard.i18n import has, t
from dashboard.view import View

Number = float | int | None
# bars beside each other, on one another, on one another up to 100 %, with the interval of each; upright ones on one another; lines
BAR, STACKED, SHARES, INTERVAL, COLUMNS, LINE = "bar", "stacked", "shares", "interval", "columns", "line"
RATE, SCORE, COUNT, RANK = "rate", "score", "count", "rank"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name for readers, and a value (or None) for each category.

    ``column`` and ``rows`` say where a value comes from: it is the sum of the column over those rows of the frame; ``a - b`` is one column
    less another, ``a; b`` a column for each category, and without a column it is the number of the rows. ``colour`` a
    token; ``colours`` a token for each category.
    """

    name: str
    column: str
    values: Sequence[Number]
    rows: Sequence[Sequence[int]] = ()
    colour: str = ""
    colours: Sequence[str] = ()

    def part(self, start: int, end: int) -> "Series":
        """The same series of some of the categories."""
        return replace(self, values=self.values[start:end], rows=self.rows[start:end], colours=self.colours[start:end])


@dataclass(frozen=True, slots=True)
class Native:
    """A chart that its reader can edit. Without categories there is only ``grid``: the table of a document (heads first), as a reader
    sees it, with a ``shade`` (#RRGGBB or "") for each cell; ``left`` rows of the frame are not in it.

    ``unit`` rate (0–1), score, count or rank; ``head`` what the categories are; ``under`` the line under the title, where it is not that of
    the page. Of an INTERVAL the second and third series are its ends. ``top`` is the end of the axis, the same for every part;
    ``more`` says what is not drawn; ``tabled``: the table belongs beside the chart.
    """

    kind: str
    unit: str
    head: str
    categories: Sequence[str]
    series: Sequence[Series]
    under: str = ""
    top: Number = None
    decimals: int = 0
    more: str = ""
    tabled: bool = False
    grid: Sequence[Sequence[str]] = ()
    shades: Sequence[Sequence[str]] = ()
    left: int = 0

    def part(self, start: int, end: int) -> "Native":
        """The same chart of some of its categories."""
        return replace(self, categories=self.categories[start:end], series=[each.part(start, end) for each in self.series])

    @property
    def ends(self) -> tuple[Number, Number]:
        """The least and the most that its axis reaches; of bars from zero."""
        if self.kind in (STACKED, SHARES, COLUMNS):
            sums = [sum(v or 0 for v in column) for column in zip(*(each.values for each in self.series), strict=True)]
        else:
            sums = [v for each in self.series for v in each.values if v is not None]
        return min([0, *sums]), max([0, *sums]) if self.top is None else self.top


def numbers(df: pd.DataFrame, column: str) -> list[Number]:
    """A column as plain numbers, None for null."""
    return cells(frame.columns(df, column)[0])  # type: ignore[return-value]


def opening(name: str) -> str:
    """A name with a capital letter, as it stands in a key."""
    return name[:1].upper() + name[1:]


def singles(places: Sequence[int]) -> list[list[int]]:
    """Rows of a series whose values stand in a row each."""
    return [[k] for k in places]


def label(column: str, df: pd.DataFrame, view: View) -> str:
    """The name of a column for readers: of the frame, of the words, else its own."""
    named = (df.attrs.get("labels") or {}).get(column)
    return named or (t(f"column.{column}", view.lang) if has(f"column.{column}", view.lang) else column)


def taken(df: pd.DataFrame, column: str, places: Sequence[int], **more: Any) -> Series:
    """A series of one column over some rows of the frame; ``more`` as in Series (``name`` always)."""
    held = numbers(df, column)
    return Series(column=column, values=[held[k] for k in places], rows=singles(places), **more)


def pivoted(
    rows: Sequence[tuple[str, str]], amounts: Sequence[Number], across: Sequence[str], groups: Sequence[str]
) -> list[tuple[list[Number], list[list[int]]]]:
    """For each group the sums over ``across`` and the rows they come from; ``rows`` are (place, group) of each row."""
    held: dict[tuple[str, str], list[int]] = {}
    for k, key in enumerate(rows):
        held.setdefault(key, []).append(k)
    out = []
    for group in groups:
        mine = [held.get((place, group), []) for place in across]
        out.append(([sum(amounts[k] or 0 for k in each) if each else None for each in mine], mine))
    return out


Builder = Callable[[pd.DataFrame, View], "Native | None"]
