"""Which field a column or attribute of a file of places is, by its name; spellings stand in headers.json."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data.ledgers.values import folded
from data.places.model import PlaceError

_BRACKETS = re.compile(r"[(\[\u3010<].*?[)\]\u3011>]")
_EDGE = re.compile(r"^[*#\u3001:\u2605\u25b2]+|[*:\u2605\u25b2?]+$")
_JOINTS = str.maketrans("", "", "_-. /")


@cache
def words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "headers.json").read_text(encoding="utf-8"))
    return found


def _key(word: str) -> str:
    return folded(word).translate(_JOINTS)


@cache
def _spelled(layer: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for part in (_file().get(layer, {}), _file()["all"]):
        for name, spellings in part.items():
            for word in (name, *spellings):
                out.setdefault(_key(word), name)
    return out


def spellings(layer: str) -> list[str]:
    """Every word that names a field of the layer."""
    return [w for part in (_file().get(layer, {}), _file()["all"]) for name, listed in part.items() for w in (name, *listed)]


def fields_of(layer: str) -> tuple[str, ...]:
    """Fields that a column of the layer may be."""
    return tuple(dict.fromkeys((*_file().get(layer, {}), *_file()["all"])))


def field_of(header: str, layer: str) -> str | None:
    """The field a header names; of a header with its parents in front (``a / b``) the whole is looked at first, then its last part."""
    spelled = _spelled(layer)
    parts = header.split(" / ")
    for text in ("".join(parts), parts[-1], *reversed(parts[:-1])):
        whole = folded(text)
        for candidate in (whole, _EDGE.sub("", whole), _BRACKETS.sub("", whole)):
            found = spelled.get(candidate.translate(_JOINTS))
            if found:
                return found
    return None


def assigned(headers: Iterable[str], layer: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Field -> header. ``chosen`` comes first ("" leaves a field without a column); the first column that names a field has it.

    PlaceError for a chosen header that is not there, or a field nobody knows.
    """
    printed = list(headers)
    by_word = {folded(h): h for h in reversed(printed)}
    out: dict[str, str] = {}
    for name, header in chosen.items():
        if name not in fields_of(layer):
            raise PlaceError("field_unknown", field=name, known=", ".join(fields_of(layer)))
        if header and folded(header) not in by_word:
            raise PlaceError("column_missing", column=header, known=", ".join(printed[:60]))
        if header:
            out[name] = by_word[folded(header)]
    taken = set(out.values())
    for header in printed:
        found = field_of(header, layer)
        if found is not None and header not in taken and found not in out and found not in chosen:
            out[found] = header
    return out


@cache
def _meanings(group: str) -> dict[str, str]:
    return {_key(word): meaning for meaning, spelled in words()[group].items() for word in (meaning, *spelled)}


def meaning(group: str, said: str) -> str | None:
    """What a word of a group (grade, quality, sensitivity, kind, bank) means; None for one nobody knows."""
    return _meanings(group).get(_key(said))
