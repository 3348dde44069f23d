"""What a batch can be made of: registered charts, or one brief; and how one file of it is made."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callbacks import brief_files, chromium, export_pictures, exports
from callbacks.briefs import Asked
from callbacks.export_desk import HERE, Desk, NotReleased
from callbacks.registry import CHARTS
from dashboard.briefs import template as briefs
from dashboard.briefs.template import BriefError, Template
from dashboard.exports.table import Table
from dashboard.i18n import has, t
from data.batches.definition import BRIEF, Definition
from data.exports.states import State
from data.filters import Filters
from data.queries.selection import Selection
from data.store import Store

# beside the folder in which lines of the book wait
_OWN = "briefs"
# columns of the frame that numbers stand in, the same in every region
_RULED = frozenset({"from_days", "to_days", "col", "row"})


class Noting(Desk):
    """A desk that writes ``via`` into the book, and remembers what passed it for the file in hand: its tables, and under which state and
    name it went out."""

    def __init__(self, store: Store, folder: Path, url: str, least: str, via: str) -> None:
        super().__init__(store, folder, url, least)
        self.via, self.own = via, folder.parent / _OWN
        self.forget()

    def forget(self) -> None:
        """Begin with another file."""
        self.tables: list[Table] = []
        self.state: State | None = None
        self.name = ""

    def stamped(self, table: Table, scope: str, host: str = HERE) -> tuple[Table, State]:
        made, self.state = super().stamped(table, scope, host)
        self.tables.append(made)
        return made, self.state

    def taken(self, state: State | None, code: str, form: str, name: str, body: bytes, via: str, by: str | None = None) -> None:
        self.state, self.name = state or self.state, name
        super().taken(state, code, form, name, body, self.via, by)


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and what an index says of it. ``stem``: of its name, without the region; ``empty``: it says that there is nothing."""

    body: bytes
    stem: str
    title: str
    caption: str
    code: str
    address: str
    as_of: str
    version: int
    simulated: bool
    marks: tuple[str, ...]
    empty: bool


def own_folder(instance: Path) -> Path:
    """Where a deployer's own templates of briefs stand."""
    return instance / _OWN


def templates(own: Path | None) -> dict[str, Template]:
    """The briefs there are, by name."""
    return briefs.templates(CHARTS, own)


def known(subject: str, own: Path | None) -> bool:
    """Whether there is such a chart or brief. Raises BriefError for a template of one's own that is wrong."""
    if not subject.startswith(BRIEF):
        return subject in CHARTS
    try:
        briefs.named(subject.removeprefix(BRIEF), CHARTS, own)
    except BriefError as fault:
        if fault.reason == "unknown":
            return False
        raise
    return True


def formats(subject: str) -> tuple[str, ...]:
    """The formats of a subject."""
    return tuple(brief_files.WRITERS) if subject.startswith(BRIEF) else (*exports.FORMATS, *export_pictures.FORMS)


def drawn(form: str) -> bool:
    """Whether a format is drawn by a Chromium on this machine."""
    return form in export_pictures.FORMS


def name_of(subject: str, lang: str, own: Path | None = None) -> str:
    """A subject's name for readers."""
    if not subject.startswith(BRIEF):
        return t(f"chart.{subject}", lang) if has(f"chart.{subject}", lang) else subject
    name = subject.removeprefix(BRIEF)
    with contextlib.suppress(BriefError):
        return briefs.word(briefs.named(name, CHARTS, own).name, lang)
    return name


def is_race(subject: str) -> bool:
    """Whether a subject is a ranking, which has periods of its own."""
    return subject in CHARTS and CHARTS[subject].race


def make(store: Store, desk: Noting, subject: str, query: str, form: str, lang: str, scope: str) -> Made:
    """One file, past the desk. Raises NotReleased, KeyError for an unknown subject or format, and whatever its making raises."""
    desk.forget()
    marks: list[str] | None = None
    if subject.startswith(BRIEF):
        asked = Asked(subject.removeprefix(BRIEF), query, lang)
        body, brief = brief_files.made(store, asked, form, scope, desk, desk.via, desk.own)
        # a brief is released as a whole, whatever its charts are by themselves
        marks = brief.marks
    elif form in export_pictures.FORMS:
        body = export_pictures.picture_bytes(store, subject, query, form, lang, desk, scope=scope)
    else:
        body = exports.export_bytes(store, subject, query, form, lang, scope, desk, desk.via)
    state, tables = desk.state, desk.tables
    assert state is not None
    simulated = any(table.simulated for table in tables)
    return Made(
        body=body,
        stem=desk.name.rpartition(".")[0] or subject,
        title=state.title,
        caption=tables[0].caption if len(tables) == 1 else "",
        code=state.code,
        address=desk.address(state.code),
        as_of=state.as_of.isoformat() if state.as_of else "",
        version=state.store_version,
        simulated=simulated,
        marks=tuple(dict.fromkeys(mark for table in tables for mark in table.marks) if marks is None else marks),
        empty=_nothing(store, scope, query, tables),
    )


def fault(problem: Exception, lang: str) -> str:
    """Why a file could not be made, as a sentence."""
    if isinstance(problem, NotReleased):
        return t("batches.error.held", lang, least=t(f"release.{problem.least}", lang), status=t(f"release.{problem.status}", lang))
    if isinstance(problem, BriefError):
        return problem.text(lang)
    if isinstance(problem, chromium.ChromiumError):
        return t(f"picture.fault.{problem.reason}", lang)
    return t("batches.error.unmade", lang, why=type(problem).__name__)


def warm(store: Store, desk: Noting, subject: str, query: str, definition: Definition) -> None:
    """Make a file of each kind for nobody, so that what all of them need has been read and loaded."""
    for form in definition.formats:
        # what cannot be made has a line of its own later
        with contextlib.suppress(Exception):
            if subject.startswith(BRIEF):
                if form in exports.FORMATS:
                    brief = subject.removeprefix(BRIEF)
                    brief_files.brief_bytes(store, brief, query, form, definition.lang, definition.scope, own=desk.own)
            else:
                plain = form if form in exports.FORMATS else "json"
                exports.export_bytes(store, subject, query, plain, definition.lang, definition.scope)


def _nothing(store: Store, scope: str, query: str, tables: Sequence[Table]) -> bool:
    """Whether files speak of a region where nothing was ever found: no rows, or rows that count nothing. A county where nothing is late is
    none of those."""
    if any(map(_counts, tables)):
        return False
    if not any(table.rows for table in tables):
        return True
    return not Selection(scope, store, Filters.from_query(query)).count("discovered")


def _counts(table: Table) -> bool:
    """Whether anything in a table is more than nothing."""
    held = [k for k, name in enumerate(table.columns) if name not in _RULED]
    cells = [*(row[k] for row in table.rows for k in held), *table.totals.values()]
    numbers = [value for value in cells if isinstance(value, (int, float)) and not isinstance(value, bool)]
    return any(numbers) if numbers else bool(table.rows)
