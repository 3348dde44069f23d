"""Words. ``locales/<lang>/*.json`` are merged at load; nested objects become dotted keys.

``t("filters.round", "en")`` gives the words; ``{name}`` in them is replaced by parameters. A key that
ends in ``#one`` is taken instead when the parameter ``n`` is 1.
"""

import json
import warnings
from functools import cache
from pathlib import Path

DEFAULT = "zh-CN"
_FOLDER = Path(__file__).resolve().parent / "locales"


class MissingText(UserWarning):
    """A key has no words in a language. Tests turn it into a failure; a reader sees the key."""


@cache
def texts(lang: str) -> dict[str, str]:
    """All words of one language: {dotted key: text}. Raises ValueError when two files claim one key."""
    out: dict[str, str] = {}
    for path in sorted((_FOLDER / lang).glob("*.json")):
        for key, text in _flatten(json.loads(path.read_text("utf-8")), ""):
            if key in out:
                raise ValueError(f"{path.name}: key {key!r} is already taken by another file")
            out[key] = text
    return out


def _flatten(node: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, dict):
            out.extend(_flatten(value, f"{prefix}{key}."))
        else:
            out.append((prefix + key, str(value)))
    return out


def has(key: str, lang: str = DEFAULT) -> bool:
    """True when the language has words for the key."""
    return key in texts(lang)


def t(key: str, lang: str = DEFAULT, **params: object) -> str:
    """The words for ``key``. Warns ``MissingText`` and gives the key itself where there are none."""
    words = texts(lang)
    text = words.get(f"{key}#one") if params.get("n") in (1, "1") else None
    if text is None:
        text = words.get(key)
    if text is None:
        warnings.warn(f"no words for {key!r} in {lang!r}", MissingText, stacklevel=2)
        return key
    return text.format(**params) if params else text
