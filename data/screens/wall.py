"""What a wall says of itself and what it can be told: values, and how far what arrives is believed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from data import calendar
from data.ranking.lock_words import one_line
from data.screens.playlist import THEMES, PlaylistError

# a wall that has said nothing for so long is away
AWAY = timedelta(minutes=2)
# a command that nobody fetched in time is not carried out any more
FRESH = timedelta(minutes=2)
MOST_SCENES = 1000
LONGEST_REPORT = 4000
PLAIN = ("next", "previous", "pause", "resume", "first", "live", "frozen")
COMMANDS = (*PLAIN, "go", "region", "theme")
_WALL = re.compile(r"[A-Za-z0-9_-]{8,40}")
_REGION = re.compile(r"\d{6,12}|r\d{1,9}", re.ASCII)


class WallError(PlaylistError):
    """It cannot be done with this wall; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a wall is told: the number of the newest command, the one to carry out now ({no, do, value}), whether a phone may steer it."""

    command_no: int
    command: dict[str, Any] | None
    steered: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall as it last was. ``age`` in seconds; ``report`` is what it said beyond the columns."""

    wall_id: str
    playlist: str
    name: str | None
    scene: str | None
    version: int | None
    build: str | None
    size: str | None
    report: dict[str, Any]
    first_seen_at: datetime
    seen_at: datetime
    age: int
    away: bool
    steered: bool
    command_no: int


@dataclass(frozen=True, slots=True)
class Said:
    wall_id: str
    playlist: str
    scene: str | None
    version: int | None
    build: str | None
    size: str | None
    report: dict[str, Any]
    seen_at: datetime

    def row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def is_wall(wall_id: str) -> bool:
    """Whether a text can name a wall."""
    return _WALL.fullmatch(wall_id) is not None


def said_by(wall_id: str, playlist: str, told: Mapping[str, Any], address: str) -> Said:
    report = {str(name)[:40]: value for name, value in list(told.items())[:40] if name not in ("scene", "version", "build", "size", "done")}
    done = told.get("done")
    report["done"] = done if isinstance(done, int) else None
    if len(json.dumps(report, ensure_ascii=False, default=str)) > LONGEST_REPORT:
        report = {name: report[name] for name in ("entry", "region", "paused", "frozen", "theme", "done") if _small(report.get(name))}
        report["cut"] = True
    report["address"] = address[:60]
    version = told.get("version")
    kept = version if isinstance(version, int) and not isinstance(version, bool) and 0 <= version < 2**31 else None
    return Said(
        wall_id,
        playlist[:40],
        _short_text(told.get("scene"), 120),
        kept,
        _short_text(told.get("build"), 40),
        _short_text(told.get("size"), 40),
        report,
        calendar.now_utc(),
    )


def _small(value: object) -> bool:
    return isinstance(value, (int, float, bool)) or (isinstance(value, str) and len(value) < 100)


def _short_text(value: object, most: int) -> str | None:
    return one_line(value)[:most] or None if isinstance(value, str) else None


def fits(what: str, value: object) -> bool:
    if what in PLAIN:
        return value is None
    if what == "go":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_SCENES
    if what == "region":
        return value is None or (isinstance(value, str) and _REGION.fullmatch(value) is not None)
    return what == "theme" and value in THEMES


def commands_in(held: object) -> list[dict[str, Any]]:
    """The commands of a row, oldest first; what cannot be read is none."""
    if isinstance(held, str):
        try:
            held = json.loads(held)
        except ValueError:
            return []
    listed = held.get("list") if isinstance(held, dict) else None
    return [each for each in listed if isinstance(each, dict) and isinstance(each.get("no"), int)] if isinstance(listed, list) else []


def moment(value: object) -> datetime:
    """A moment as a driver or JSON gives it; long ago for what is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        return datetime.min
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def wall_from(row: dict[str, Any], said: Said | None, now: datetime) -> Wall:
    if said is not None and (not row or said.seen_at >= row["seen_at"]):
        row = {**row, **said.row()}
    age = max(0, int((now - row["seen_at"]).total_seconds()))
    return Wall(
        row["wall_id"],
        row["playlist"],
        row.get("name"),
        row["scene"],
        row["version"],
        row["build"],
        row["size"],
        row["report"] or {},
        row.get("first_seen_at") or row["seen_at"],
        row["seen_at"],
        age,
        age > AWAY.total_seconds(),
        moment(row.get("remote_until")) > now,
        row.get("command_no") or 0,
    )
