"""What can be wrong with locking, correcting and appealing, said in words; they live in lock_words.json."""

import json
from functools import cache
from pathlib import Path

LONGEST_NAME = 100


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "lock_words.json").read_text(encoding="utf-8"))


def words(code: str, lang: str = "zh-CN", /, **params: object) -> str:
    """The words for ``code`` with ``{name}`` filled in. Raises KeyError for an unknown code or a parameter that is not given."""
    entry = _catalogue()[code]
    return entry.get(lang, entry["zh-CN"]).format(**params)


class LockError(Exception):
    """It cannot be done, and nothing was changed: ``code`` names the sentence, ``params`` fill it in.

    A parameter may be a function of the language: names of periods, places and outcomes are.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong and what to do."""
        return words(self.code, lang, **{name: each(lang) if callable(each) else each for name, each in self.params.items()})

    def __str__(self) -> str:
        return self.text("en")


def one_line(text: str | None, keep_lines: bool = False) -> str:
    """A text as somebody typed it, without control characters and blanks around it."""
    lines = [" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in (text or "").splitlines()]
    return ("\n" if keep_lines else " ").join(line for line in lines if line)


def who(by: str | None) -> str:
    """The name of who does something, as it is kept. Raises LockError without one."""
    name = one_line(by)[:LONGEST_NAME]
    if not name:
        raise LockError("by_needed")
    return name


def said(text: str | None, lacking: str | None, too_long: str, limit: int) -> str | None:
    """A text as it is kept; None when it is empty and need not be there (``lacking`` None). Raises LockError."""
    kept = one_line(text, keep_lines=True)
    if not kept and lacking:
        raise LockError(lacking)
    if len(kept) > limit:
        raise LockError(too_long, n=len(kept), limit=limit)
    return kept or None
