"""What a chart said, kept under a short code that is printed in every file: the code reopens the same numbers for ever.

The code is made from the numbers and words themselves. The same state has the same code, on whatever day and by whomever it is taken; a
state that says anything else has another.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from data.schema import export_state as table
from data.scope import exact, made, region_of

# without signs that are taken for one another
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
_CODE = re.compile(f"[{SIGNS}]{{{LENGTH}}}")
# more rows are not kept: the selection makes them again
MOST_ROWS = 5000


class DamagedState(Exception):
    """What is kept is not what was taken."""


@dataclass(frozen=True, slots=True)
class State:
    """``query`` is canonical, with its days written out; ``known_at`` and ``made_at`` in UTC; ``sha256`` over what is kept."""

    code: str
    kind: str
    subject: str
    query: str
    lang: str
    title: str
    as_of: date | None
    known_at: datetime
    store_version: int
    scope: str
    sha256: str
    rows: int
    simulated: bool
    made_at: datetime
    body: bytes | None = None

    @property
    def text(self) -> str | None:
        """What was kept (JSON); None: too many rows. Raises DamagedState."""
        if self.body is None:
            return None
        try:
            text = zlib.decompress(self.body).decode("utf-8")
        except (zlib.error, UnicodeDecodeError) as problem:
            raise DamagedState(f"{self.code}: {problem}") from None
        if digest(text) != self.sha256:
            raise DamagedState(f"{self.code}: the text is not that which was kept")
        return text


def digest(text: str) -> str:
    """sha256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def code_of(sha256: str) -> str:
    """The short code of a hash: 49 bits in signs that can be read out and typed."""
    number, out = int(sha256[:16], 16), ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(SIGNS))
        out += SIGNS[rest]
    return out


def asked(text: str) -> str | None:
    """A code as somebody typed it (small letters, hyphens, spaces), None for what cannot be one."""
    code = re.sub(r"[\s\-–—·]", "", text[:60]).upper()
    return code if _CODE.fullmatch(code) else None


def packed(text: str) -> bytes:
    """How a text is kept."""
    return zlib.compress(text.encode("utf-8", "replace"), 1)


def keep(conn: Connection, state: State) -> None:
    """Keep a state, in the caller's transaction. One that is there stays as it is, but for its scope: whoever makes the very same without
    being shown restricted positions may open it."""
    values = {name: getattr(state, name) for name in State.__dataclass_fields__}
    make = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    added, c = make(table).values(values), table.c
    if exact(state.scope):
        conn.execute(added.on_conflict_do_nothing(index_elements=["code"]))
        return
    same = (c.sha256 == state.sha256) & (c.scope == made(region_of(state.scope), True))
    conn.execute(added.on_conflict_do_update(index_elements=["code"], set_={"scope": state.scope}, where=same))


def find(conn: Connection, code: str) -> State | None:
    """The state of a code; None without one."""
    row = conn.execute(select(*(table.c[name] for name in State.__dataclass_fields__)).where(table.c.code == code)).one_or_none()
    return State(*row) if row else None


__all__ = ["LENGTH", "MOST_ROWS", "DamagedState", "State", "asked", "code_of", "digest", "find", "keep", "packed"]
