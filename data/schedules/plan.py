"""The file of schedules (TOML): what is to be made by itself, when, and where it goes. Every fault is told with its line."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.schedules import times
from data.schedules.times import When

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# local part and domain; what a mail server makes of it is its business
ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
MOST_ADDRESSES = 100
_HEAD = re.compile(r"\s*\[\[\s*schedule\s*\]\]")
_TEXTS = ("name", "when", "query", "lang", "level", "region", "brief", "subject")
_LISTS = ("charts", "formats", "regions")
KEYS = (*_TEXTS, *_LISTS, "to")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line (1 is the first; 0: the file as a whole). ``code`` names the message, ``params`` fill it in."""

    line: int
    code: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One schedule. ``charts`` or ``brief``; with ``level`` (below ``region``) or ``regions`` it is a batch. ``folder`` or ``mail``.
    ``lines``: where each key stands."""

    name: str
    when: When
    said: str
    charts: tuple[str, ...] = ()
    brief: str = ""
    query: str = ""
    formats: tuple[str, ...] = ("pptx",)
    lang: str = ""
    level: str = ""
    region: str = ""
    regions: tuple[str, ...] = ()
    folder: Path | None = None
    mail: tuple[str, ...] = ()
    subject: str = ""
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def batch(self) -> bool:
        return bool(self.level or self.regions)

    def line(self, key: str) -> int:
        """Where a key stands; the head of the schedule when it is not there."""
        return self.lines.get(key, self.lines.get("", 0))


def read(path: Path) -> tuple[list[Entry], list[Fault]]:
    """The schedules of a file that can be read, and everything that is wrong with the others. A folder that is not absolute lies beside the
    file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return [], [Fault(0, "no_file", {"path": str(path)})]
    except (OSError, UnicodeDecodeError):
        return [], [Fault(0, "unreadable", {"path": str(path)})]
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"line (\d+)", str(problem))
        line = int(found[1]) if found else len(text.splitlines()) or 1
        return [], [Fault(line, "toml", {"why": str(problem)})]
    faults = [Fault(_find(text, key), "file_key", {"field": key[:40]}) for key in told if key != "schedule"]
    given = told.get("schedule", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return [], [*faults, Fault(_find(text, "schedule"), "no_list")]
    places = _places(text, len(given))
    entries: list[Entry] = []
    names: set[str] = set()
    for each, lines in zip(given, places, strict=True):
        entry, more = _entry(each, lines, path.parent)
        if entry is not None and entry.name in names:
            more.append(Fault(entry.line("name"), "name_twice", {"name": entry.name}))
            entry = None
        faults += more
        if entry is not None and not more:
            names.add(entry.name)
            entries.append(entry)
    return entries, sorted(faults, key=lambda each: each.line)


def _entry(told: dict[str, Any], lines: dict[str, int], beside: Path) -> tuple[Entry | None, list[Fault]]:
    def at(key: str) -> int:
        return lines.get(key, lines.get("", 0))

    faults = [Fault(at(key), "key", {"field": key[:40], "known": ", ".join(KEYS)}) for key in told if key not in KEYS]
    faults += [Fault(at(key), "text", {"field": key}) for key in _TEXTS if not isinstance(told.get(key, ""), str)]
    faults += [
        Fault(at(key), "list", {"field": key})
        for key in _LISTS
        if not isinstance(told.get(key, []), list) or not all(isinstance(each, str) for each in told.get(key, []))
    ]
    if faults:
        return None, faults
    name, when = told.get("name", ""), None
    if not NAME.fullmatch(name):
        faults.append(Fault(at("name"), "name", {"name": name[:60]}))
    try:
        when = times.read(told.get("when", ""))
    except ValueError:
        faults.append(Fault(at("when"), "when", {"when": told.get("when", "")[:60]}))
    if bool(told.get("charts")) == bool(told.get("brief")):
        faults.append(Fault(at("charts" if told.get("charts") else ""), "what"))
    if told.get("level") and told.get("regions"):
        faults.append(Fault(at("regions"), "where"))
    if told.get("lang", "") not in ("", "zh-CN", "en"):
        faults.append(Fault(at("lang"), "lang", {"given": told["lang"][:20]}))
    folder, mail, more = _to(told.get("to"), at("to"), beside)
    faults += more
    if faults or when is None:
        return None, faults
    return (
        Entry(
            name=name,
            when=when,
            said=" ".join(told["when"].split()),
            charts=tuple(told.get("charts", ())),
            brief=told.get("brief", ""),
            query=told.get("query", ""),
            formats=tuple(told.get("formats", ())) or ("pptx",),
            lang=told.get("lang", ""),
            level=told.get("level", ""),
            region=told.get("region", ""),
            regions=tuple(told.get("regions", ())),
            folder=folder,
            mail=mail,
            subject=told.get("subject", ""),
            lines=lines,
        ),
        [],
    )


def _to(told: object, line: int, beside: Path) -> tuple[Path | None, tuple[str, ...], list[Fault]]:
    """A folder (text), or addresses (a list of texts)."""
    if isinstance(told, str) and told.strip() and "\x00" not in told:
        if ADDRESS.fullmatch(told):
            # a list says that it is mail that is meant
            return None, (), [Fault(line, "to_bare", {"address": told[:100]})]
        return beside / Path(told).expanduser(), (), []
    if isinstance(told, list) and told and all(isinstance(each, str) for each in told):
        wrong = [Fault(line, "address", {"address": each[:100]}) for each in told if not ADDRESS.fullmatch(each)]
        if len(told) > MOST_ADDRESSES:
            wrong.append(Fault(line, "addresses", {"most": MOST_ADDRESSES}))
        return None, tuple(dict.fromkeys(told)), wrong
    return None, (), [Fault(line, "to")]


def _places(text: str, count: int) -> list[dict[str, int]]:
    """For each schedule the lines of its keys; "" is its head."""
    out: list[dict[str, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if _HEAD.match(line):
            out.append({"": number})
        elif out and (found := re.match(r"\s*[\"']?([A-Za-z_-]+)[\"']?\s*=", line)):
            out[-1].setdefault(found[1], number)
    # written in another way that TOML allows (schedule = [{…}]): then the lines are not known
    return out if len(out) == count else [{} for _ in range(count)]


def _find(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}\b", line):
            return number
    return 0
