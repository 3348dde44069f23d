"""Templates of briefs: data files that say which charts stand in which order, under which heads, and how the document is laid out.

A template as it is kept::

    {"name": {"zh-CN": "整改进展周报", "en": "Weekly progress brief"},
     "title": {"zh-CN": "{region}{campaign}整改进展简报", "en": "…"},
     "layout": "plain",
     "sections": [{"heading": {"zh-CN": "总体进展", "en": "Overall progress"},
                   "parts": [{"text": {"zh-CN": "…"}}, {"chart": "headline"}, {"chart": "progress-by-region", "query": "level=county"}]}]}
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from dashboard.i18n import t
from dashboard.view import LANGUAGES
from data.filters import Filters

FOLDER = Path(__file__).resolve().parent / "templates"
# those that come with it, the one that is asked for most first
OURS = ("weekly", "meeting", "dossier", "circular")
# plain: a brief; red: laid out like an official circular (红头)
LAYOUTS = ("plain", "red")
# what a title or a text may name in braces
FIELDS = ("campaign", "region", "as_of", "issuer", "number", "year")
# how a part is shown: picture and table, one of them, or the sentence alone
SHOWS = ("both", "picture", "table", "sentence")
MOST_PARTS = 60
_BYTES = 256 * 1024


class BriefError(Exception):
    """A template or a question for a brief is wrong: ``reason`` names the sentence, ``params`` fill it in."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong and what to do."""
        return t(f"brief.fault.{self.reason}", lang, **self.params)

    def __str__(self) -> str:
        return self.text("en")


Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A chart (``query`` is laid over the brief's own selection), or a text."""

    chart: str = ""
    query: str = ""
    show: str = "both"
    text: Words | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A head and what stands under it."""

    heading: Words
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """``masters``: file names of the deployer's own .pptx and .docx, beside the template, by their ending."""

    id: str
    name: Words
    about: Words
    title: Words
    layout: str
    sections: tuple[Section, ...]
    issuer: Words
    masters: Mapping[str, str]
    folder: Path

    @property
    def charts(self) -> tuple[str, ...]:
        return tuple(part.chart for section in self.sections for part in section.parts if part.chart)


def word(words: Words | None, lang: str) -> str:
    """The words of a language; those of the first one where it has none."""
    if not words:
        return ""
    return words.get(lang) or next(iter(words.values()))


def read(told: object, id: str, charts: Collection[str], folder: Path = FOLDER) -> Template:
    """A template from its JSON. Raises BriefError at the first thing that is wrong, naming where."""
    if not isinstance(told, dict):
        raise BriefError("no_object", template=id)
    _known(told, ("name", "about", "title", "layout", "sections", "issuer", "masters"), id, "")
    layout = told.get("layout", "plain")
    if layout not in LAYOUTS:
        raise BriefError("value", template=id, where="layout", value=_short(layout), known=", ".join(LAYOUTS))
    held = told.get("sections")
    if not isinstance(held, list) or not held:
        raise BriefError("no_sections", template=id)
    sections = tuple(_section(each, f"sections[{k}]", id, charts) for k, each in enumerate(held, 1))
    if sum(len(each.parts) for each in sections) > MOST_PARTS:
        raise BriefError("too_many", template=id, most=MOST_PARTS)
    masters = told.get("masters", {})
    if not isinstance(masters, dict) or not all(isinstance(each, str) for pair in masters.items() for each in pair):
        raise BriefError("value", template=id, where="masters", value=_short(masters), known='{"pptx": "….pptx", "docx": "….docx"}')
    for form, name in masters.items():
        if form not in ("pptx", "docx") or Path(name).name != name or not name.endswith(f".{form}"):
            raise BriefError("master_name", template=id, name=_short(name))
    return Template(
        id=id,
        name=_words(told.get("name"), "name", id),
        about=_words(told.get("about", {"zh-CN": ""}), "about", id),
        title=_words(told.get("title"), "title", id, fields=True),
        layout=layout,
        sections=sections,
        issuer=_words(told.get("issuer", {"zh-CN": ""}), "issuer", id),
        masters=masters,
        folder=folder,
    )


def _section(told: object, where: str, id: str, charts: Collection[str]) -> Section:
    if not isinstance(told, dict):
        raise BriefError("no_object_at", template=id, where=where)
    _known(told, ("heading", "parts"), id, where)
    parts = told.get("parts")
    if not isinstance(parts, list) or not parts:
        raise BriefError("no_parts", template=id, where=where)
    heading = _words(told.get("heading"), f"{where}.heading", id, fields=True)
    return Section(heading, tuple(_part(each, f"{where}.parts[{k}]", id, charts) for k, each in enumerate(parts, 1)))


def _part(told: object, where: str, id: str, charts: Collection[str]) -> Part:
    if not isinstance(told, dict):
        raise BriefError("no_object_at", template=id, where=where)
    _known(told, ("chart", "query", "show", "text"), id, where)
    if "text" in told:
        return Part(text=_words(told["text"], f"{where}.text", id, fields=True))
    chart, show, query = told.get("chart"), told.get("show", "both"), told.get("query", "")
    if chart not in charts:
        raise BriefError("chart", template=id, where=where, value=_short(chart))
    if show not in SHOWS:
        raise BriefError("value", template=id, where=f"{where}.show", value=_short(show), known=", ".join(SHOWS))
    if not isinstance(query, str) or (query and Filters.from_query(query) == Filters()):
        raise BriefError("query", template=id, where=f"{where}.query", value=_short(query))
    return Part(str(chart), query, show)


def _known(told: Mapping[str, Any], names: tuple[str, ...], id: str, where: str) -> None:
    for name in told:
        if name not in names:
            raise BriefError("field", template=id, where=f"{where}.{name}".lstrip("."), known=", ".join(names))


def _words(told: object, where: str, id: str, fields: bool = False) -> Words:
    if isinstance(told, str):
        told = {LANGUAGES[0]: told}
    if not isinstance(told, dict) or not told or not all(lang in LANGUAGES and isinstance(text, str) for lang, text in told.items()):
        raise BriefError("words", template=id, where=where, known=", ".join(LANGUAGES))
    for text in told.values():
        try:
            named = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            named = [text]
        for name in named:
            if not fields or name not in FIELDS:
                raise BriefError("brace", template=id, where=where, value=_short(name), known=", ".join(FIELDS))
    return told


def _short(value: object) -> str:
    return str(value)[:60]


def load(path: Path, charts: Collection[str]) -> Template:
    """A template from a file. Raises BriefError."""
    try:
        if path.stat().st_size > _BYTES:
            raise BriefError("too_large", template=path.name)
        told = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise BriefError("unreadable", template=path.name, why=getattr(problem, "strerror", None) or type(problem).__name__) from None
    except (ValueError, RecursionError) as problem:
        line = getattr(problem, "lineno", "?")
        raise BriefError("no_json", template=path.name, line=line) from None
    return read(told, path.stem, charts, path.parent)


@cache
def _ours(charts: tuple[str, ...]) -> dict[str, Template]:
    return {id: load(FOLDER / f"{id}.json", charts) for id in OURS}


def templates(charts: Collection[str], own: Path | None = None) -> dict[str, Template]:
    """Every template by its id; ``own``: the deployer's folder, whose files stand before ours of the same name. One that is damaged is left
    out here, and says what is wrong when it is asked for (``named``)."""
    found = dict(_ours(tuple(charts)))
    for path in sorted(own.glob("*.json")) if own and own.is_dir() else ():
        try:
            found[path.stem] = load(path, charts)
        except BriefError:
            found.pop(path.stem, None)
    return found


def named(id: str, charts: Collection[str], own: Path | None = None) -> Template:
    """The template of an id. Raises BriefError for an unknown or damaged one."""
    path = own / f"{id}.json" if own and Path(id).name == id else None
    if path is not None and path.is_file():
        return load(path, charts)
    found = _ours(tuple(charts)).get(id)
    if found is None:
        raise BriefError("unknown", template=_short(id), known=", ".join(templates(charts, own)))
    return found
