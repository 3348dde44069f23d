"""The values of a scheme file, taken out one by one: each that does not fit becomes a fault that names its line and key."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from data.ranking.faults import ERROR, Fault, fault, nearest, phrase, words
from data.ranking.scheme import Words

NAME_LIMIT = 100
ID = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
CODE = re.compile(r"[a-z][a-z0-9_-]{0,59}", re.ASCII)
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]#]+?)\s*\]\]?")
_KEY = re.compile(r"\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*=")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Lines:
    """On which line of a TOML text a table starts or a key stands; the parser does not tell."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, int, str], int] = {}
        seen: dict[str, int] = {}
        table, number = "", 1
        for line, said in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(said):
                table = header[1].replace('"', "").replace("'", "").replace(" ", "")
                number = seen[table] = seen.get(table, 0) + 1
                self._at[table, number, ""] = line
            elif key := _KEY.match(said):
                self._at.setdefault((table, number, key[1].strip("\"'")), line)

    def of(self, table: str, number: int = 1, key: str = "") -> int | None:
        """The line of a key, else of its table; None when neither is written in the usual way."""
        return self._at.get((table, number, key)) or self._at.get((table, number, ""))


class Faults:
    """The faults of one file in the order found."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = Lines(text)
        self.found: list[Fault] = []

    def where(self, table: str = "", number: int = 1, key: str = "", name: str = "") -> Words:
        """File, line, table and key, as far as they are known."""
        line = self.lines.of(table, number, key) if table else None
        parts = [phrase("line", line=line)] if line else []
        if table:
            kind = table.split(".", maxsplit=1)[0]
            label = words()["tables"].get(kind, [kind, kind])
            parts.append(phrase("table", kind=Words(*label), number=number, name=name) if name else Words(*label))
        if key:
            parts.append(Words(key, key))
        return Words(*(" ".join([self.file, *(part(lang) for part in parts)]).strip() for lang in ("zh-CN", "en")))

    def add(
        self, code: str, table: str = "", number: int = 1, key: str = "", name: str = "", severity: str = ERROR, **values: object
    ) -> None:
        self.found.append(fault(code, self.where(table, number, key, name), severity, key=key, **values))

    @property
    def errors(self) -> bool:
        return any(f.severity == ERROR for f in self.found)


class Table:
    """One table of the file. Every reader returns a usable value, also after it has noted a fault."""

    def __init__(self, faults: Faults, body: Mapping[str, Any], table: str, number: int = 1) -> None:
        self.faults, self.body, self.table, self.position = faults, body, table, number
        self._read: set[str] = set()
        label = next((body[key] for key in ("id", "code", "name") if isinstance(body.get(key), str)), "")
        # one table of its kind needs no name
        self.name = "" if table == "scheme" else str(label) or table.partition(".")[2] or f"{number}"

    def fault(self, code: str, key: str = "", severity: str = ERROR, **values: object) -> None:
        self.faults.add(code, self.table, self.position, key, self.name, severity, **values)

    def take(self, key: str) -> Any:
        """The value as it stands; None without one."""
        self._read.add(key)
        return self.body.get(key)

    def has(self, key: str) -> bool:
        return key in self.body

    def wrong_type(self, key: str, needed: str) -> None:
        self.fault("wrong_type", key, value=self.body[key], needed=Words(*words()["types"][needed]))

    def text(self, key: str, default: str = "", limit: int = NAME_LIMIT, needed: bool = False) -> str:
        """A line of text without control characters."""
        self._read.add(key)
        value = self.body.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if needed:
                self.fault("missing", key)
            return default
        if not isinstance(value, str):
            self.wrong_type(key, "text")
            return default
        value = value.strip()
        if len(value) > limit:
            self.fault("too_long", key, value=value[:20], limit=limit, length=len(value))
            return value[:limit]
        if _CONTROL.search(value):
            self.fault("control", key, value=value)
        return value

    def words(self, needed: bool = True) -> Words:
        """A name: ``name`` and ``name_en``, or ``name = {zh = …, en = …}``."""
        if isinstance(self.body.get("name"), Mapping):
            self._read.add("name")
            inner = Table(self.faults, self.body["name"], self.table, self.position)
            inner.name = self.name
            both = Words(inner.text("zh", needed=needed), inner.text("en"))
            inner.close()
            return both
        return Words(self.text("name", needed=needed), self.text("name_en"))

    def id(self, key: str = "id", pattern: re.Pattern[str] = ID, reserved: Collection[str] = ()) -> str:
        """A short name for machines; empty when there is none that can be used."""
        value = self.text(key, needed=True)
        if value and not pattern.fullmatch(value):
            self.fault("bad_id", key, value=value, allowed=pattern.pattern.removesuffix("{0,59}") + "*")
            return ""
        if value in reserved:
            self.fault("reserved_id", key, value=value)
            return ""
        return value

    def number(self, key: str, default: float, low: float = -math.inf, high: float = math.inf, needed: bool = False) -> float:
        """A finite number in [low, high]."""
        self._read.add(key)
        if key not in self.body:
            if needed:
                self.fault("missing", key)
            return default
        value = self.body[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong_type(key, "number")
            return default
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.fault("not_finite", key, value=number)
            return default
        if not low <= number <= high:
            self.fault("out_of_range", key, value=value, low=low, high=high)
            return default
        return number

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        number = self.number(key, default, low, high)
        if number != int(number):
            self.fault("not_whole", key, value=number)
            return default
        return int(number)

    def flag(self, key: str, default: bool) -> bool:
        self._read.add(key)
        value = self.body.get(key, default)
        if not isinstance(value, bool):
            self.wrong_type(key, "flag")
            return default
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str, needed: bool = False) -> str:
        """One of some words; words.json lists the Chinese ones that mean the same."""
        said = self.text(key, needed=needed)
        return (self._chosen(key, said, tuple(allowed)) or default) if said else default

    def choices(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """Some of some words, each once, in the order written."""
        options = tuple(allowed)
        found = (self._chosen(key, said, options) for said in self.texts(key))
        return tuple(dict.fromkeys(word for word in found if word))

    def texts(self, key: str, limit: int = 60, most: int = 5000) -> tuple[str, ...]:
        """A list of texts, or one text; blanks and repetitions left out."""
        self._read.add(key)
        value = self.body.get(key, ())
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            self.wrong_type(key, "texts")
            return ()
        if len(value) > most:
            self.fault("too_many", key, count=len(value), limit=most)
            return ()
        out = []
        for text in value:
            if len(text.strip()) > limit:
                self.fault("too_long", key, value=text.strip()[:20], limit=limit, length=len(text.strip()))
            elif text.strip():
                out.append(text.strip())
        return tuple(dict.fromkeys(out))

    def _chosen(self, key: str, said: str, allowed: tuple[str, ...]) -> str | None:
        if said in allowed:
            return said
        chinese: dict[str, str] = words()["choices"].get({"kinds": "kind", "lists": "list"}.get(key, key), {})
        if chinese.get(said) in allowed:
            return chinese[said]
        self.fault("not_one_of", key, value=said, allowed=", ".join(allowed), near=_near(said, allowed))
        return None

    def close(self, also: Iterable[str] = ()) -> None:
        """Note every key that nobody asked for: most often a slip of the pen."""
        known = self._read | set(also)
        for key in self.body:
            if key not in known:
                self.fault("unknown_key", str(key), near=_near(str(key), known), known=", ".join(sorted(known)))


def _near(said: str, known: Iterable[str]) -> Words:
    found = nearest(said, known)
    return phrase("near", names=", ".join(found)) if found else Words("", "")
