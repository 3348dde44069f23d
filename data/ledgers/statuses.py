"""Status words to stages of a loop. Words are in statuses.json; a profile adds its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.ledgers.values import folded, is_blank, plain
from data.loops.catalogue import Loop, load_loops


@dataclass(frozen=True, slots=True)
class Status:
    """A status cell: the stage it means (None: unknown), the source's word, whether it says long-term, and the
    ledger number or text of the item it was merged into."""

    stage: str | None
    label: str
    long_term: bool = False
    target: str | None = None


@cache
def _file() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "statuses.json").read_text(encoding="utf-8"))


@cache
def _words_of(loop_id: str) -> dict[str, str]:
    loop = load_loops()[loop_id]
    out: dict[str, str] = {}
    for stage, spelled in _file()["every_loop"].items():
        if stage in loop.stages:
            out.update((folded(word), stage) for word in spelled)
    # the loop's own names of its stages come before general words
    for stage in loop.stages.values():
        out[folded(stage.zh)] = stage.id
        out[folded(stage.en)] = stage.id
        out.setdefault(folded(stage.id), stage.id)
    for stage_id, spelled in _file()["loops"].get(loop_id, {}).items():
        if stage_id in loop.stages:
            out.update((folded(word), stage_id) for word in spelled)
    return out


_BRACKETS = re.compile(r"[(\[\u3010\u3014<].*?[)\]\u3011\u3015>]")


class StatusReader:
    """Reads the status cells of one loop; ``own`` words (a profile's) come first."""

    def __init__(self, loop: Loop, own: Mapping[str, str] | None = None) -> None:
        self.loop = loop
        self._own = {folded(word): stage for word, stage in (own or {}).items()}
        self._words = _words_of(loop.id)
        self._long_term = re.compile(_file()["long_term"], re.IGNORECASE)
        self._merged = re.compile(_file()["merged_into"], re.IGNORECASE)
        self._trim = re.compile(_file()["trim"])

    def read(self, value: object) -> Status | None:
        """None for an empty cell."""
        label = plain(value)
        if is_blank(label) and folded(label) not in self._own:
            return None
        word = folded(label)
        long_term = bool(self._long_term.search(label))
        for candidate in (word, folded(_BRACKETS.sub("", label)), self._trim.sub("", word), word.rstrip("\u3002.;")):
            stage = self._own.get(candidate) or self._words.get(candidate)
            if stage:
                return Status(stage, label[:100], long_term)
        if (m := self._merged.match(label)) and "merged" in self.loop.stages:
            return Status("merged", label[:100], long_term, m[1].strip()[:120])
        if long_term:
            stage = next((s for s in ("in_progress", "rectifying", "handled") if s in self.loop.stages), None)
            return Status(stage, label[:100], True)
        return Status(None, label[:100])

    def yes_no(self, done: bool) -> str:
        """The stage that a plain yes or no in the status column means."""
        for stage in self.loop.stages.values():
            if done and "rectified" in stage.flags and "closed" not in stage.flags and stage.funnel:
                return stage.id
        if done:
            return next(s.id for s in self.loop.stages.values() if "rectified" in s.flags)
        for name in ("not_rectified", "not_completed", "not_closed", "rectifying", "in_progress"):
            if name in self.loop.stages:
                return name
        return next(iter(self.loop.stages))


@cache
def _stage_file() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "stages.json").read_text(encoding="utf-8"))


_FLAG_OF = {"returned_on": "returned", "reopened_on": "reopened", "withdrawn_on": "withdrawn", "closed_on": "closed",
            "monitored_on": "monitored", "traced_on": "traced"}  # fmt: skip


def stage_of_field(loop: Loop, field: str) -> str | None:
    """The stage that a date column of a ledger stands for in a loop; None when the loop has none."""
    named = _stage_file().get(loop.id, {})
    if named:
        return named.get(field) if named.get(field) in loop.stages else None
    stages = loop.stages.values()
    if field == "discovered_on":
        return next(iter(loop.stages))
    if field == "rectified_on":
        return next((s.id for s in stages if "rectified" in s.flags and "closed" not in s.flags), None)
    flag = _FLAG_OF.get(field)
    return next((s.id for s in stages if flag and flag in s.flags), None)
