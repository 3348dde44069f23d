"""A judge's personal link: a token that only the paper or message with the link holds, and the phone it is bound to."""

import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from data import calendar
from data.contest.contests import load, note
from data.contest.model import REVEALED, ContestError, Judge
from data.engine import Glance
from data.schema import contest_judge

TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_HOLDER = "SELECT judge_id, contest_id, token_sha256, device_sha256, removed_at FROM contest_judge WHERE token_sha256 = ?"
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token belongs to."""

    judge_id: int
    contest_id: int
    token_sha256: str
    device_sha256: str | None
    removed: bool


def digest(text: str) -> str:
    """sha256 in hex: tokens and phones are kept in this form only."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def issue(conn: Connection, contest_id: int, judge_ids: Iterable[int] | None = None) -> list[tuple[Judge, str]]:
    """New links for some judges (None: those that have none yet): (judge, token), the only time the token is seen.

    An earlier link of the same judge is dead from now on, and so is the phone it was bound to. Raises ContestError.
    """
    found = load(conn, contest_id)
    if found.state == REVEALED:
        raise ContestError("revealed_already")
    active = {each.judge_id: each for each in found.judges if not each.removed}
    if judge_ids is None:
        chosen = [each for each in active.values() if not each.linked]
    else:
        wanted = list(dict.fromkeys(judge_ids))
        if any(each not in active for each in wanted):
            raise ContestError("no_judge")
        chosen = [active[each] for each in wanted]
    out = []
    for judge in chosen:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        values = {"token_sha256": digest(token), "device_sha256": None, "bound_at": None}
        conn.execute(update(contest_judge).where(contest_judge.c.judge_id == judge.judge_id).values(**values))
        out.append((judge, token))
    if out:
        note(conn, contest_id, "links", judges=[judge.judge_id for judge, _ in out])
    return out


class Holders:
    """Whom tokens belong to, asked at every request of a phone: always as the store is now."""

    def __init__(self, engine: Engine) -> None:
        self._rows = Glance(engine, _HOLDER)

    def holder(self, contest_id: int, token: str) -> Holder | None:
        """Whom the token of a link to this contest belongs to; None for any other text."""
        if not _TOKEN.fullmatch(token):
            return None
        return _holder(self._rows.row(digest(token)), contest_id, token)


def holder(conn: Connection, contest_id: int, token: str) -> Holder | None:
    """The same inside a transaction."""
    if not _TOKEN.fullmatch(token):
        return None
    j = contest_judge.c
    asked = select(j.judge_id, j.contest_id, j.token_sha256, j.device_sha256, j.removed_at).where(j.token_sha256 == digest(token))
    return _holder(conn.execute(asked).first(), contest_id, token)


def _holder(row: Sequence[Any] | None, contest_id: int, token: str) -> Holder | None:
    if row is None:
        return None
    judge_id, of, token_sha256, device_sha256, removed_at = row
    if of != contest_id or not hmac.compare_digest(token_sha256, digest(token)):
        return None
    return Holder(judge_id, of, token_sha256, device_sha256, removed_at is not None)


def bind(conn: Connection, who: Holder, device: str) -> None:
    """Bind a link to the first phone that opens it; nothing happens for the same phone again.

    ``device``: a random text that the phone keeps (22–64 letters of base64url). Raises ContestError ``other_phone``, ``removed``, ``body``.
    """
    if not is_device(device):
        raise ContestError("body")
    j = contest_judge.c
    row = conn.execute(select(j.device_sha256, j.removed_at).where(j.judge_id == who.judge_id)).one()
    if row.removed_at is not None:
        raise ContestError("removed")
    if row.device_sha256 is None:
        values = {"device_sha256": digest(device), "bound_at": calendar.now_utc()}
        conn.execute(update(contest_judge).where(j.judge_id == who.judge_id).values(**values))
        note(conn, who.contest_id, "bound", who.judge_id)
    elif not hmac.compare_digest(row.device_sha256, digest(device)):
        raise ContestError("other_phone")


def is_device(device: object) -> bool:
    """Whether a text can name a phone."""
    return isinstance(device, str) and _DEVICE.fullmatch(device) is not None


def is_bound_to(device_sha256: str | None, devices: Iterable[str]) -> bool:
    """Whether one of the texts that a request carries names the bound phone."""
    return device_sha256 is not None and any(hmac.compare_digest(device_sha256, digest(each)) for each in devices)


def release(conn: Connection, contest_id: int, judge_id: int) -> None:
    """Let a link be opened on another phone. Raises ContestError ``no_judge``."""
    changed = conn.execute(
        update(contest_judge)
        .where(contest_judge.c.judge_id == judge_id, contest_judge.c.contest_id == contest_id)
        .values(device_sha256=None, bound_at=None)
    )
    if not changed.rowcount:
        raise ContestError("no_judge")
    note(conn, contest_id, "released", judge=judge_id)
