"""Which schemes a store knows: those shipped, and those that were loaded. A loaded version never changes."""

import logging
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, insert, select

from data import calendar
from data.ranking.faults import Fault, SchemeError, fault, nearest, phrase
from data.ranking.scheme import Scheme, Words
from data.ranking.scheme_file import read_scheme
from data.regions.tree import RegionTree
from data.schema import indicator_series
from data.schema import scheme as table
from data.store import Store, bump

SHIPPED = Path(__file__).parent / "schemes"
DEFAULT = "county-default"
_log = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def _read(source: str, name: str) -> tuple[Scheme | None, tuple[Fault, ...]]:
    scheme, faults = read_scheme(source, name)
    return scheme, tuple(faults)


def shipped() -> list[Scheme]:
    """The schemes that come with the program, in the order of their files."""
    out = []
    for path in sorted(SHIPPED.glob("*.toml")):
        scheme, faults = _read(path.read_text(encoding="utf-8"), path.name)
        if scheme is None:
            raise SchemeError(list(faults))
        out.append(scheme)
    return out


def versions(store: Store) -> list[Scheme]:
    """Every version of every scheme: shipped ones first, then loaded ones, oldest first. ``is_default`` on exactly one version."""
    return list(store.remembered("ranking-schemes", lambda: _versions(store)))


def _versions(store: Store) -> list[Scheme]:
    with store.reading() as conn:
        rows = conn.execute(select(table.c.source, table.c.code, table.c.version, table.c.is_default).order_by(table.c.scheme_id)).all()
    loaded: list[Scheme] = []
    default = DEFAULT
    for source, code, version, says_so in rows:
        scheme, faults = _read(source, f"{code} {version}")
        if scheme is None:
            # it was taken by another version of the program; the others remain usable
            _log.warning("scheme %s %s cannot be read: %s", code, version, "; ".join(f.text("en") for f in faults))
            continue
        loaded.append(scheme)
        default = code if says_so else default
    taken = {(scheme.code, scheme.version) for scheme in loaded}
    every = [scheme for scheme in shipped() if (scheme.code, scheme.version) not in taken] + loaded
    newest = {scheme.code: n for n, scheme in enumerate(every)}
    chosen = newest.get(default, newest[DEFAULT])
    return [replace(scheme, is_default=n == chosen) for n, scheme in enumerate(every)]


def known(store: Store) -> list[Scheme]:
    """The newest version of each scheme, the default first (the only one with ``is_default``), then in the order they came."""
    newest = {scheme.code: scheme for scheme in versions(store)}
    return sorted(newest.values(), key=lambda scheme: not scheme.is_default)


def find(store: Store, code: str | None = None, version: str | None = None) -> Scheme:
    """A scheme by code (None: the default) in its newest or the given version. Raises SchemeError that names those there are."""
    every = versions(store)
    if code is None:
        return known(store)[0]
    same = [scheme for scheme in every if scheme.code == code]
    if not same:
        codes = list(dict.fromkeys(scheme.code for scheme in every))
        near = nearest(code, codes)
        offered = phrase("near", names=", ".join(near)) if near else Words("", "")
        raise SchemeError([fault("unknown_scheme", value=code, near=offered, known=", ".join(codes))])
    found = [scheme for scheme in same if version in (None, scheme.version)]
    if not found:
        raise SchemeError([fault("unknown_version", scheme=code, value=version, known=", ".join(s.version for s in same))])
    return found[-1]


def check(conn: Connection, text: str | bytes, name: str) -> tuple[Scheme | None, list[Fault]]:
    """A file judged against this store: its places, its series, the versions it has; nothing is written."""
    series = [code for (code,) in conn.execute(select(indicator_series.c.code))]
    scheme, faults = read_scheme(text, name, RegionTree.load(conn), series)
    if scheme is not None and (taken := _taken(conn, scheme, name)):
        return None, [*faults, *taken]
    return scheme, faults


def _taken(conn: Connection, scheme: Scheme, name: str) -> list[Fault]:
    """The fault of a version that is there already with other content."""
    held = {scheme.code + "\n" + scheme.version: scheme.sha256 for scheme in shipped()}
    held |= {f"{c}\n{v}": sha for c, v, sha in conn.execute(select(table.c.code, table.c.version, table.c.sha256))}
    sha256 = held.get(f"{scheme.code}\n{scheme.version}")
    if sha256 in (None, scheme.sha256):
        return []
    return [fault("version_taken", name, scheme=scheme.code, version=scheme.version)]


def load(conn: Connection, text: str | bytes, name: str, by: str | None = None, default: bool = False) -> Scheme:
    """Keep a scheme file as a new row of table ``scheme``, in the caller's transaction, and note the change.

    ``default``: it becomes the store's default, as if the file said so. The same file again changes nothing. Raises
    SchemeError with every fault.
    """
    scheme, faults = check(conn, text, name)
    if scheme is None:
        raise SchemeError([f for f in faults if f.severity != "note"])
    scheme = replace(scheme, is_default=scheme.is_default or default)
    key = (table.c.code == scheme.code) & (table.c.version == scheme.version)
    held = conn.execute(select(table.c.is_default).where(key)).first()
    if held is not None:
        if default and not held[0]:
            raise SchemeError([fault("default_needs_version", name, scheme=scheme.code, version=scheme.version)])
        return scheme
    conn.execute(
        insert(table).values(
            code=scheme.code,
            version=scheme.version,
            source=scheme.source,
            sha256=scheme.sha256,
            is_default=scheme.is_default,
            loaded_at=calendar.now_utc(),
            loaded_by=by[:100] if by else None,
        )
    )
    bump(conn, f"scheme {scheme.code} {scheme.version}")
    return scheme


__all__ = ["DEFAULT", "check", "find", "known", "load", "shipped", "versions"]
