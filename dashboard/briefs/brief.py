"""A brief that is put together: what every writer (slides, document, workbook, pages) is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.exports.table import Table
from dashboard.i18n import t


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart in a brief. ``figure`` and ``table`` are its numbers as such (0: not shown so; neither: its sentence alone); ``show``: as the
    template asks for it."""

    data: Table
    figure: int = 0
    table: int = 0
    show: str = "both"

    @property
    def labels(self) -> list[str]:
        """``图1``, ``表2``: what it is referred to by."""
        return [each for each in self.named if each]

    @property
    def named(self) -> tuple[str, str]:
        """What figure and table are called; "" where there is none."""
        lang = self.data.lang
        return t("brief.figure", lang, n=self.figure) if self.figure else "", t("brief.table", lang, n=self.table) if self.table else ""

    @property
    def heading(self) -> str:
        """``图1、表1　宿迁市最落后…``; of a sentence its title alone."""
        return "　".join(each for each in (t("brief.and", self.data.lang).join(self.labels), self.data.title) if each)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A head (already numbered) and what stands under it: texts and exhibits in their order."""

    heading: str
    parts: Sequence["str | Exhibit"]


@dataclass(frozen=True, slots=True)
class Brief:
    """``internal`` stands on every page while nobody has released the brief, ``notes`` at the end: definitions, what was left out and why.
    ``code`` reopens it."""

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
    notes: Sequence[str]
    simulated: bool
    internal: str = ""
    code: str = ""
    address: str = ""
    reopens: str = ""

    @property
    def exhibits(self) -> list[Exhibit]:
        return [part for chapter in self.chapters for part in chapter.parts if isinstance(part, Exhibit)]

    @property
    def marks(self) -> list[str]:
        """What stands on every page."""
        return self.stamp.marks

    @property
    def stamp(self) -> Table:
        """What the brief says of itself, as a table says it: head, marks, source, code, notes; without rows."""
        lang = self.lang
        said = [
            (t("brief.issuer", lang), self.issuer),
            (t("brief.number", lang), self.number),
            (t("office.selection", lang), self.selection),
            (t("export.note.as_of", lang), self.as_of if self.day else ""),
            (t("export.note.source", lang), self._from()),
            (t("office.check", lang), "\n".join(each for each in (self.reopens, self.address) if each)),
            *((t("brief.notes", lang) if not k else "", note) for k, note in enumerate(self.notes)),
        ]
        return Table(
            chart=self.template,
            title=self.title,
            caption="",
            as_of=self.day,
            known_at=None,
            filters={},
            columns=(),
            labels=(),
            rows=[],
            simulated=self.simulated,
            mark=t("export.simulated", lang),
            notes=[(label, text) for label, text in said if text],
            source=self.source,
            lang=lang,
            selection=self.selection,
            code=self.code,
            address=self.address,
            reopens=self.reopens,
            internal=self.internal,
        )

    def _from(self) -> str:
        """The source without the words around it, as the charts' notes have it."""
        label = t("export.note.source", self.lang)
        return next((text for part in self.exhibits for name, text in part.data.notes if name == label), self.source)

    @property
    def stem(self) -> str:
        """File name without its ending."""
        parts = [self.template, self.day.isoformat() if self.day else "", "demo" if self.simulated else ""]
        return "_".join(part for part in parts if part)
