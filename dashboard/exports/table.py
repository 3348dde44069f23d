"""What every export is made from: one chart's rows, and what has to be said with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dashboard.formatting import missing

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

    @property
    def stem(self) -> str:
        """File name without its ending: chart, day, and ``demo`` when nothing in it is real."""
        parts = [self.chart]
        if self.as_of:
            parts.append(self.as_of.isoformat())
        if self.simulated:
            parts.append("demo")
        return "_".join(parts)


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


def text_of(value: str) -> str:
    """Text that any file can hold: half of a surrogate pair becomes a replacement sign, NUL nothing."""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
