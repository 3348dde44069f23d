"""What every export is made from: one chart's rows, and what has to be said with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.formatting import missing

if TYPE_CHECKING:
    from dashboard.exports.natives import Native

# all but tab and line breaks
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLAIN = frozenset({str, int, bool, type(None)})
Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Table:
    """One chart's data. ``columns`` are machine names, ``labels`` their names for readers; ``rows`` hold plain values
    (NaN already None). ``notes`` are label and text of what the sheet's second page says."""

    chart: str
    title: str
    caption: str
    as_of: date | None
    known_at: date | None
    filters: dict[str, object]
    columns: Sequence[str]
    labels: Sequence[str]
    rows: list[list[Cell]]
    simulated: bool
    mark: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    notes_name: str = "About"
    # what columns hold (dashboard/exports/kinds.py), and the decimals of scores
    kinds: dict[str, str] = field(default_factory=dict)
    decimals: int = 2
    # for documents: the chart as an editable one (None: it is a table there), the line under the title, the line about the source, which
    # columns a reader wants (by position), and what is said of rows that found no room ("{n}")
    native: "Native | None" = None
    under: str = ""
    source: str = ""
    shown: Sequence[int] = ()
    more: str = "{n}"
    # what every file says of itself: language, selection in words, what the measure is over what, up to which moment the store had been
    # told, the sums that sentences speak of, what a picture shows for whoever cannot see it
    lang: str = "zh-CN"
    query: str = ""
    selection: str = ""
    definition: str = ""
    known: str = ""
    version: int = 0
    totals: dict[str, Cell] = field(default_factory=dict)
    alt: str = ""
    # the code that reopens this state, the address behind it (for a picture of squares), and the line that says so
    code: str = ""
    address: str = ""
    reopens: str = ""
    # what has to stand on it while nobody has approved it; empty: somebody has
    internal: str = ""
    # the chart as a page draws it; None: a table
    figure: dict[str, object] | None = field(default=None, repr=False)

    @property
    def stem(self) -> str:
        """File name without its ending: chart, day, and ``demo`` when nothing in it is real."""
        parts = [self.chart]
        if self.as_of:
            parts.append(self.as_of.isoformat())
        if self.simulated:
            parts.append("demo")
        return "_".join(parts)

    @property
    def marks(self) -> list[str]:
        """What must be seen on every picture, slide and page: not real, not to be passed on."""
        return [each for each in (self.mark if self.simulated else "", self.internal) if each]

    @property
    def foot(self) -> list[str]:
        """The small lines under a picture or a page: source and days; what is over what; the code that reopens it."""
        source = " · ".join(each for each in (self.source, self.known) if each)
        return [each for each in (source, self.definition, self.reopens) if each]


def cell(value: object) -> Cell:
    """A frame's value as a plain one: NaN and NaT become None, midnight timestamps days, numpy numbers Python's."""
    if missing(value):
        return None
    if isinstance(value, datetime):
        if value.hour == value.minute == value.second == 0:
            return value.date()
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (str, bool, int, float, date)):
        return value
    if hasattr(value, "item"):
        return cell(value.item())
    return str(value)


def cells(values: Sequence[object]) -> list[Cell]:
    """A frame's column as plain values."""
    sorts = set(map(type, values))
    if sorts <= _PLAIN:
        return list(values)  # type: ignore[arg-type]
    if sorts == {float}:
        return [value if value == value else None for value in values]  # type: ignore[misc]
    return [value if type(value) in _PLAIN or (type(value) is float and value == value) else cell(value) for value in values]  # type: ignore[misc]


def texts_of(values: Sequence[Cell]) -> Sequence[Cell]:
    """A column whose texts any file can hold (``text_of``); most columns are looked through at once."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return values
    joined = "".join(texts)
    try:
        joined.encode()
        if _CONTROL.search(joined) is None:
            return values
    except UnicodeEncodeError:
        pass
    return [text_of(value) if isinstance(value, str) else value for value in values]


@lru_cache(16_384)
def text_of(value: str) -> str:
    """Text that any file can hold: half of a surrogate pair becomes a replacement sign, control signs that XML has no place for nothing."""
    return _CONTROL.sub("", value.encode("utf-8", "replace").decode("utf-8"))
