"""Closed loops, read from the files beside this one (see README.md there)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATUSES = (
    "closed",
    "rectified",
    "basically_completed",
    "on_schedule",
    "in_progress",
    "behind_schedule",
    "returned",
    "kept",
    "suspended",
    "merged",
    "withdrawn",
)
FLAGS = (
    "rectified",
    "closed",
    "basic",
    "withdrawn",
    "merged",
    "on_schedule",
    "behind",
    "returned",
    "reopened",
    "suspended",
    "kept",
    "surveyed",
    "monitored",
    "traced",
    "confirmed",
    "partly",
    "unfounded",
    "stock",
    "exited",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its names, the published status it belongs to, and what it counts as."""

    id: str
    zh: str
    en: str
    order: int
    status: str
    flags: frozenset[str]
    funnel: bool

    def name(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Loop:
    """One closed loop: stages in their order."""

    id: str
    zh: str
    en: str
    kinds: tuple[str, ...]
    clock_starts: str
    stages: dict[str, Stage]

    def name(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    @property
    def funnel(self) -> list[Stage]:
        """The stages a funnel shows; in a loop without any, those that count as rectified."""
        return [s for s in self.stages.values() if s.funnel] or [s for s in self.stages.values() if "rectified" in s.flags]


def read_loop(path: Path) -> Loop:
    """Read one file; ValueError says what is wrong with it."""
    body = json.loads(path.read_text(encoding="utf-8"))
    stages: dict[str, Stage] = {}
    for order, raw in enumerate(body["stages"]):
        flags = frozenset(raw.get("flags", ()))
        unknown = flags - set(FLAGS)
        if unknown or raw["status"] not in STATUSES:
            raise ValueError(f"{path.name}: stage {raw['id']}: unknown {', '.join(sorted(unknown)) or raw['status']}")
        if "closed" in flags and "rectified" not in flags:
            raise ValueError(f"{path.name}: stage {raw['id']}: closed without rectified")
        if raw["id"] in stages:
            raise ValueError(f"{path.name}: stage {raw['id']} stands twice")
        stages[raw["id"]] = Stage(raw["id"], raw["zh"], raw["en"], order, raw["status"], flags, bool(raw.get("funnel")))
    if body["id"] != path.stem or body["clock_starts"] not in stages:
        raise ValueError(f"{path.name}: id must be the file's stem and clock_starts one of the stages")
    return Loop(body["id"], body["name"]["zh-CN"], body["name"]["en"], tuple(body["kinds"]), body["clock_starts"], stages)


@cache
def load_loops() -> dict[str, Loop]:
    """Every loop by id, in the order of their files."""
    return {path.stem: read_loop(path) for path in sorted(Path(__file__).parent.glob("*.json"))}


def loop_of_kind(kind: str) -> Loop:
    """The loop that items of a kind go through unless an import says otherwise; KeyError when there is none."""
    for loop in load_loops().values():
        if kind in loop.kinds:
            return loop
    raise KeyError(kind)
