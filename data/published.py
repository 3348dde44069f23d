"""Figures that others published, kept beside the computed ones and never mixed with them.

A table has the columns ``region, campaign, measure`` and any of ``numerator, denominator, value, unit, as_of, quote`` and
``source`` (or ``seed_file``: where the sentence stands). A measure may end in ``~gt``, ``~lt`` or ``~approx``: the figure is then a
bound or rounded, and stays one.
"""

import csv
import io
import math
import re
from datetime import date
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, func, insert, select, update

from data.regions.match import RegionMatcher
from data.regions.tree import RegionTree
from data.schema import published_fact

PRECISIONS = ("approx", "gt", "lt")
_NEEDED = ("region", "campaign", "measure")
_NUMBERS = ("numerator", "denominator", "value")
_KEY = ("origin", "region_text", "campaign_text", "measure", "as_of_text", "quote")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class FactsError(ValueError):
    """The table cannot be taken; the text names the line and what is wrong with it."""


def import_facts(conn: Connection, table: str | Path | IO[str] | IO[bytes]) -> int:
    """Load a CSV table (UTF-8) into ``published_fact``; returns how many published figures the store then holds.

    A figure that is there already (same source, region, campaign, measure, as-of text and quotation) is kept, with the newer
    numbers: repeating an import doubles nothing. ``region_id`` is set where the text means exactly one place, ``as_of`` where the
    text is a day. All or nothing, with the caller's transaction. Raises FactsError.
    """
    rows = [_fact(line, row) for line, row in enumerate(_read(table), 2)]
    matcher = RegionMatcher.load(conn, RegionTree.load(conn))
    f = published_fact.c
    held = {tuple(row[1:]): row[0] for row in conn.execute(select(f.fact_id, *(f[name] for name in _KEY)))}
    new: dict[tuple[object, ...], dict[str, object]] = {}
    for row in rows:
        row["region_id"] = matcher.match(text=str(row["region_text"])).region_id
        key = tuple(row[name] for name in _KEY)
        if key in held:
            conn.execute(update(published_fact).where(f.fact_id == held[key]).values(row))
        else:
            new[key] = row
    if new:
        conn.execute(insert(published_fact), list(new.values()))
    return int(conn.execute(select(func.count()).select_from(published_fact)).scalar_one())


def _read(table: str | Path | IO[str] | IO[bytes]) -> list[dict[str, str]]:
    """Rows as {column: text}, blank lines left out."""
    if isinstance(table, str | Path):
        raw: str | bytes = Path(table).read_bytes()
    else:
        raw = table.read()
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FactsError(f"byte {error.start + 1} is not UTF-8: save the table as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise FactsError(f"line 1: no column {', '.join(missing)}")
    reader.fieldnames = names
    return [{k: (v or "").strip() for k, v in row.items() if k is not None and not isinstance(v, list)} for row in reader]


def _fact(line: int, row: dict[str, str]) -> dict[str, object]:
    for name in _NEEDED:
        if not row.get(name):
            raise FactsError(f"line {line}: no {name}")
    measure, _, suffix = row["measure"].partition("~")
    if suffix and suffix not in PRECISIONS:
        raise FactsError(f"line {line}: measure {row['measure']!r}: after ~ stands one of {', '.join(PRECISIONS)}")
    fact: dict[str, object] = {
        "region_text": row["region"],
        "campaign_text": row["campaign"],
        "measure": measure,
        "precision": suffix or "exact",
        "unit": row.get("unit") or None,
        # empty rather than null: the key has to tell two rows apart
        "as_of_text": row.get("as_of", ""),
        "as_of": _day(row.get("as_of", "")),
        "origin": row.get("source") or row.get("seed_file") or "",
        "quote": row.get("quote", ""),
    }
    for name in _NUMBERS:
        fact[name] = _number(line, name, row.get(name, ""))
    return fact


def _number(line: int, name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FactsError(f"line {line}: {name} {text!r} is not a number")
    return value


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


__all__ = ["PRECISIONS", "FactsError", "import_facts"]
