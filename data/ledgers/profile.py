"""A named mapping for a ledger whose columns, words or dates the shipped spellings do not fit. JSON, any language."""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from data import calendar
from data.filters import KINDS
from data.ledgers.problems import LedgerError
from data.loops.catalogue import load_loops
from data.schema import import_profile

ORDERS = ("ymd", "dmy", "mdy")


@dataclass(frozen=True, slots=True)
class Profile:
    """How one office writes its ledgers. Every part may be left out; what is left out is recognised as usual.

    ``columns``: {field: header or [headers]}; "" leaves a field without a column. ``header_row``: counted from 1.
    ``key_columns``: headers or fields that together name an item. ``empty_key``: ``refuse`` the row, or key it by
    ``content``. ``statuses``: {word: stage of the loop}. ``date_order``: ymd, dmy or mdy. ``constants``: {field: text}
    for every row. ``region_list``: region cells are lists such as ``['Hanover']``: ``only`` (one name a cell) or ``first``.
    """

    name: str
    language: str | None = None
    kind: str | None = None
    loop: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: dict[str, str | list[str]] = field(default_factory=dict)
    key_columns: tuple[str, ...] = ()
    empty_key: str = "refuse"
    statuses: dict[str, str] = field(default_factory=dict)
    date_order: str | None = None
    year: int | None = None
    default_region: str | None = None
    constants: dict[str, str] = field(default_factory=dict)
    region_list: str | None = None
    encoding: str | None = None
    delimiter: str | None = None

    @classmethod
    def from_dict(cls, body: object, name: str = "") -> "Profile":
        """From parsed JSON; LedgerError names what is wrong."""
        if not isinstance(body, dict):
            raise LedgerError("profile_unreadable", detail="{ … }")
        given: dict[str, Any] = {"name": name, **body}
        known = {f.name for f in fields(cls)}
        for key in given:
            if key not in known:
                raise LedgerError("profile_unreadable", detail=f"{key} ?")
        if not isinstance(given["name"], str) or not given["name"].strip():
            raise LedgerError("profile_unreadable", detail="name")
        texts = ("language", "kind", "loop", "sheet", "date_order", "default_region", "region_list", "encoding", "delimiter", "empty_key")
        for key in texts:
            if given.get(key) is not None and not isinstance(given[key], str):
                raise LedgerError("profile_unreadable", detail=key)
        for key in ("header_row", "year"):
            value = given.get(key)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 9999):
                raise LedgerError("profile_unreadable", detail=key)
        for key in ("columns", "statuses", "constants"):
            value = given.get(key, {})
            if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
                raise LedgerError("profile_unreadable", detail=key)
        for header in given.get("columns", {}).values():
            if not isinstance(header, str) and not (isinstance(header, list) and all(isinstance(h, str) for h in header)):
                raise LedgerError("profile_unreadable", detail="columns")
        keys = given.get("key_columns", ())
        if isinstance(keys, str) or not all(isinstance(k, str) for k in keys):
            raise LedgerError("profile_unreadable", detail="key_columns")
        given["key_columns"] = tuple(keys)
        profile = cls(**given)
        profile._check()
        return profile

    def _check(self) -> None:
        from data.ledgers.header import known_fields

        loops = load_loops()
        if self.kind is not None and self.kind not in KINDS:
            raise LedgerError("kind_unknown", kind=self.kind, known=", ".join(KINDS))
        if self.loop is not None and self.loop not in loops:
            raise LedgerError("loop_unknown", loop=self.loop, known=", ".join(loops))
        if self.date_order not in (None, *ORDERS):
            raise LedgerError("profile_unreadable", detail=f"date_order: {' | '.join(ORDERS)}")
        if self.empty_key not in ("refuse", "content"):
            raise LedgerError("profile_unreadable", detail="empty_key: refuse | content")
        if self.region_list not in (None, "only", "first"):
            raise LedgerError("profile_unreadable", detail="region_list: only | first")
        for part in (self.columns, self.constants):
            for name in part:
                if name not in known_fields():
                    raise LedgerError("profile_unreadable", detail=f"{name} ? {', '.join(known_fields())}")
        stages = loops[self.loop].stages if self.loop else {s for loop in loops.values() for s in loop.stages}
        for stage in self.statuses.values():
            if stage not in stages:
                raise LedgerError("profile_unreadable", detail=f"statuses: {stage} ?")

    @classmethod
    def from_file(cls, path: Path | str) -> "Profile":
        """From a JSON file; the file's stem is its name unless it names itself."""
        path = Path(path)
        try:
            body = json.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise LedgerError("file_unreadable", name=path.name, detail=error.strerror or "") from None
        except (ValueError, RecursionError) as error:
            raise LedgerError("profile_unreadable", detail=str(error)[:120]) from None
        return cls.from_dict(body, path.stem)

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it, without what was left out."""
        out: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value not in (None, {}, ()) or f.name == "name":
                out[f.name] = list(value) if isinstance(value, tuple) else value
        if out.get("empty_key") == "refuse":
            del out["empty_key"]
        return out


def save(conn: Connection, profile: Profile) -> None:
    """Keep a profile under its name, replacing the one that had it."""
    conn.execute(delete(import_profile).where(import_profile.c.name == profile.name[:100]))
    conn.execute(insert(import_profile).values(name=profile.name[:100], body=profile.as_dict(), updated_at=calendar.now_utc()))


def load(conn: Connection, name: str) -> Profile:
    """A kept profile; LedgerError when there is none of that name."""
    body = conn.execute(select(import_profile.c.body).where(import_profile.c.name == name)).scalar_one_or_none()
    if body is None:
        raise LedgerError("profile_unknown", name=name, known=", ".join(names(conn)) or "-")
    return Profile.from_dict(body, name)


def names(conn: Connection) -> list[str]:
    """Names of the kept profiles."""
    return list(conn.execute(select(import_profile.c.name).order_by(import_profile.c.name)).scalars())
