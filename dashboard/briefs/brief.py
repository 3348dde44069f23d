"""A brief that is put together: what every writer (slides, document, workbook, pages) is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.exports.table import Table
from dashboard.i18n import t


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart in a brief. ``figure`` and ``table`` are its numbers as such (0: not shown so)."""

    data: Table
    figure: int = 0
    table: int = 0

    @property
    def labels(self) -> list[str]:
        """``图1``, ``表2``: what it is referred to by."""
        lang = self.data.lang
        return [t(f"brief.{kind}", lang, n=n) for kind, n in (("figure", self.figure), ("table", self.table)) if n]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A head (already numbered) and what stands under it: texts and exhibits in their order."""

    heading: str
    parts: Sequence["str | Exhibit"]


@dataclass(frozen=True, slots=True)
class Brief:
    """``marks`` stand on every page, ``notes`` at the end: definitions, what was left out and why. ``code`` reopens it."""

    template: str
    layout: str
    lang: str
    title: str
    issuer: str
    number: str
    day: date | None
    as_of: str
    selection: str
    source: str
    chapters: Sequence[Chapter]
    marks: Sequence[str]
    notes: Sequence[str]
    simulated: bool
    code: str = ""
    address: str = ""
    reopens: str = ""

    @property
    def exhibits(self) -> list[Exhibit]:
        return [part for chapter in self.chapters for part in chapter.parts if isinstance(part, Exhibit)]

    @property
    def stamp(self) -> Table:
        """What the brief says of itself, as a table says it: marks, source, code; without rows."""
        first = self.exhibits[0].data
        said = {"title": self.title, "code": self.code, "address": self.address, "reopens": self.reopens, "source": self.source}
        return replace(first, rows=[], native=None, figure=None, **said)  # type: ignore[arg-type]

    @property
    def stem(self) -> str:
        """File name without its ending."""
        parts = [self.template, self.day.isoformat() if self.day else "", "demo" if self.simulated else ""]
        return "_".join(part for part in parts if part)
