"""What is wrong with a scheme, a series or an event, said so that an officer can put it right. Words live in words.json."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from data.ranking.scheme import Words

ERROR, NOTE = "error", "note"
LANGS = ("zh-CN", "en")
# lists of what may be chosen are of no use when they are cut
_WHOLE = frozenset({"known", "allowed", "sum", "names", "near", "cycle", "codes"})


@cache
def words() -> dict[str, Any]:
    """The texts of this room, as words.json holds them."""
    return json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


class _Given(dict[str, object]):
    """Values of a sentence in one language; one that is missing is shown empty rather than raised."""

    def __missing__(self, key: str) -> str:
        return ""


def said(template: str, lang: str, values: dict[str, object]) -> str:
    """A sentence with its values; those that are Words are given in ``lang``."""
    return template.format_map(
        _Given({k: v(lang) if isinstance(v, Words) else shown(v, 2000 if k in _WHOLE else 80) for k, v in values.items()})
    )


def shown(value: object, limit: int = 80) -> str:
    """A value as a sentence shows it: one line, short; numbers without a needless fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    text = " ".join(str(value)[:4000].replace("\x00", "").split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def phrase(key: str, **values: object) -> Words:
    """A part of a sentence, ``parts`` of words.json, in both languages."""
    zh, en = words()["parts"][key]
    return Words(said(zh, "zh-CN", values), said(en, "en", values))


@dataclass(frozen=True)
class Fault:
    """One fault: ``where`` it is (file, line, key), ``what`` is wrong with which value, what to ``do``; ``code`` names its kind.

    ``severity`` is ``error``, or ``note`` for what is worth saying and stops nothing.
    """

    where: Words
    what: Words
    do: Words
    code: str
    severity: str = ERROR

    def text(self, lang: str = "zh-CN") -> str:
        """The whole fault in one line."""
        where = self.where(lang)
        between = ": " if lang == "en" else "："
        return f"{where}{between if where else ''}{self.what(lang)}{' ' if lang == 'en' else ''}{self.do(lang)}".strip()


def fault(code: str, where: Words | str = "", severity: str = ERROR, **values: object) -> Fault:
    """The fault ``code`` of words.json, with its values filled in."""
    entry = words()["faults"][code]
    what = Words(*(said(entry[lang][0], lang, values) for lang in LANGS))
    do = Words(*(said(entry[lang][1], lang, values) for lang in LANGS))
    return Fault(Words(where, where) if isinstance(where, str) else where, what, do, code, severity)


class RankingError(Exception):
    """What was asked for cannot be done; ``faults`` say why, each in words."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].code if faults else "")
        self.faults = list(faults)

    def text(self, lang: str = "zh-CN") -> str:
        """Every fault on a line of its own."""
        return "\n".join(fault.text(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.text("en")


class SchemeError(RankingError):
    """A scheme cannot be taken or found."""


def nearest(word: str, known: Iterable[str], most: int = 3, least: float = 0.6) -> list[str]:
    """The known words most like one that is unknown, best first."""
    rated = [(SequenceMatcher(None, word.casefold(), other.casefold()).ratio(), other) for other in known]
    return [other for rate, other in sorted(rated, key=lambda pair: (-pair[0], pair[1])) if rate >= least][:most]
