"""What rows must agree on: keys, and the order of their days."""

import re
from hashlib import blake2b

import numpy as np

from data.ledgers.problems import ERROR, WARNING, LedgerError
from data.ledgers.table import Objects, Table, iso
from data.ledgers.values import plain
from data.loops.catalogue import Loop

#: what names an item when a ledger has no number: these, as far as they are there
_CONTENT = ("object_code", "object_name", "title")
_WIDE_CONTENT = ("description",)
#: days that mean something happened
DONE = (
    "fed_back_on", "monitored_on", "traced_on", "rectified_on", "verified_on", "returned_on", "reopened_on", "closed_on", "withdrawn_on",
    "status_on",
)  # fmt: skip
_ORDERED = (
    ("fed_back_on", "rectified_on"), ("fed_back_on", "closed_on"), ("rectified_on", "verified_on"), ("rectified_on", "closed_on"),
    ("verified_on", "closed_on"), ("closed_on", "reopened_on"),
)  # fmt: skip
MAX_KEY = 300


def set_keys(table: Table, key_columns: tuple[str, ...], by_content: bool, columns: dict[str, Objects]) -> tuple[str, ...]:
    """Fill ``table.key`` and refuse rows whose key is empty or stands twice; returns the headers the key is made of.

    ``key_columns``: headers or fields; without them the ledger number, without that the content. ``columns``: text of
    every column by printed header. LedgerError when a chosen column is not in the file.
    """
    chosen: list[tuple[str, Objects]] = []
    for name in key_columns:
        header = table.headers.get(name, name)
        found = columns.get(header)
        if found is None:
            found = next((v for k, v in columns.items() if plain(k).replace(" ", "") == plain(name).replace(" ", "")), None)
        if found is None:
            raise LedgerError("key_unknown", column=name, known=", ".join(columns))
        chosen.append((header, found))
    numbers = table.text.get("ledger_no")
    if not chosen and numbers is not None and any(v is not None for v in numbers):
        chosen = [(table.headers["ledger_no"], numbers)]
    codes = table.text.get("object_code")
    if not chosen and codes is not None:
        # a code that every row has and no two rows share numbers the ledger as well as a number would
        held = [c for c in codes.tolist() if c is not None]
        if len(held) == table.n == len(set(held)):
            chosen = [(table.headers["object_code"], codes)]
            table.text["ledger_no"] = codes
    if not chosen:
        return _by_content(table, np.ones(table.n, dtype=bool))
    # a mapped number is plain already
    parts = [
        [v or "" for v in values.tolist()] if values is numbers else [plain(v) if v is not None else "" for v in values.tolist()]
        for _, values in chosen
    ]
    keys = parts[0] if len(parts) == 1 else ["\x1f".join(row) if any(row) else "" for row in zip(*parts, strict=True)]
    table.key[:] = [k if len(k) <= MAX_KEY else k[:260] + blake2b(k.encode(), digest_size=16).hexdigest() for k in keys]
    named = ", ".join(header for header, _ in chosen)
    empty = np.fromiter((not k for k in keys), dtype=bool, count=table.n)
    if by_content and empty.any():
        _by_content(table, empty)
    elif empty.any():
        for at in np.flatnonzero(empty).tolist():
            table.report(at, named, "", "key_empty", ERROR)
    _twice(table, named)
    return tuple(header for header, _ in chosen)


def _by_content(table: Table, wanted: np.ndarray) -> tuple[str, ...]:
    """Key rows by place, name and day; rows alike in these are numbered in their order."""
    names = [n for n in _CONTENT if n in table.text]
    names += [n for n in _WIDE_CONTENT if n in table.text and not names]
    found = table.days.get("discovered_on")
    seen: dict[str, int] = {}
    columns = [table.text[n].tolist() for n in names]
    days = found.tolist() if found is not None else [0] * table.n
    regions = table.region_id.tolist()
    for at in np.flatnonzero(wanted).tolist():
        said = "\x1f".join([str(regions[at]), str(days[at]), str(table.kind[at]), *(plain(c[at] or "") for c in columns)])
        digest = blake2b(said.encode("utf-8", "replace"), digest_size=12).hexdigest()
        times = seen[digest] = seen.get(digest, 0) + 1
        table.key[at] = f"~{digest}" if times == 1 else f"~{digest}#{times}"
    headers = tuple(table.headers[n] for n in (*names, "discovered_on") if n in table.headers)
    regional = [table.headers[n] for n in ("prefecture", "county", "region_text", "region_code") if n in table.headers]
    table.problems.add(table.sheets[0], None, "", "", "keyed_by_content", WARNING, columns=" + ".join((*regional, *headers)) or "-")
    return headers


def _twice(table: Table, named: str) -> None:
    seen: dict[str, int] = {}
    for at, key in enumerate(table.key.tolist()):
        if not key:
            continue
        first = seen.setdefault(key, at)
        if first == at:
            continue
        same = table.raw[first] == table.raw[at]
        apart = table.sheet_of[first] != table.sheet_of[at]
        number = f"{table.row_no[first]} ({table.sheets[table.sheet_of[first]]})" if apart else int(table.row_no[first])
        shown = key.replace("\x1f", " / ")
        table.report(at, named, shown, "row_repeated" if same else "key_duplicate", WARNING if same else ERROR, first=number)
        # the same row again is counted once
        table.refused[at] = True


def check_days(table: Table, as_known: int) -> np.ndarray:
    """Refuse or warn of impossible days, drop those that have not happened yet, and fill in days of discovery.

    Returns for each row whether its day of discovery is assumed: then it is the earliest day of the row (of the whole
    ledger when it has no such column), at the latest the ledger's own day.
    """
    for name in DONE:
        days = table.days.get(name)
        if days is None:
            continue
        for at in np.flatnonzero(days > as_known).tolist():
            table.report(at, name, iso(days[at]), "date_in_future", WARNING, day=iso(as_known))
        days[days > as_known] = 0
    found = table.days.get("discovered_on")
    # a ledger without such a column is a stock list: its items were there together, since its earliest day at the latest
    missing_column = found is None
    if found is None:
        found = table.days["discovered_on"] = np.zeros(table.n, dtype=np.int32)
    for at in np.flatnonzero(found > as_known).tolist():
        table.report(at, "discovered_on", iso(found[at]), "found_in_future", ERROR, day=iso(as_known))
    assumed = (found == 0) & ~table.refused
    if assumed.any():
        earliest = np.full(table.n, as_known, dtype=np.int32)
        for name in DONE:
            days = table.days.get(name)
            if days is not None:
                np.minimum(earliest, np.where(days > 0, days, as_known), out=earliest)
        if missing_column:
            earliest[:] = earliest[assumed].min()
            table.problems.add(table.sheets[0], None, "", "", "found_column_missing", WARNING, day=iso(earliest[0]))
        found[assumed] = earliest[assumed]
        if not missing_column:
            for at in np.flatnonzero(assumed).tolist():
                table.report(at, "discovered_on", "", "found_missing", WARNING, day=iso(found[at]))
    known = ~assumed & ~table.refused
    for name in ("due_on", "extended_due"):
        days = table.days.get(name)
        if days is not None:
            for at in np.flatnonzero((days > 0) & (days < found) & known).tolist():
                table.report(at, name, iso(days[at]), "due_before_found", WARNING, found=iso(found[at]))
    for name in DONE[:-1]:
        days = table.days.get(name)
        if days is not None:
            for at in np.flatnonzero((days > 0) & (days < found) & known).tolist():
                table.report(at, name, iso(days[at]), "stage_before_found", ERROR, found=iso(found[at]))
    for earlier, later in _ORDERED:
        a, b = table.days.get(earlier), table.days.get(later)
        if a is not None and b is not None:
            for at in np.flatnonzero((a > 0) & (b > 0) & (b < a) & ~table.refused).tolist():
                table.report(at, later, iso(b[at]), "order_wrong", WARNING, earlier=table.headers.get(earlier, earlier), other=iso(a[at]))
    return assumed


_CODE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;\\,]+")


def term_code(name: str, limit: int = 80) -> str:
    """A short code out of a printed name, fit for addresses: no blanks, commas or quotation marks."""
    return "_".join(_CODE.findall(name))[:limit] or "_"


def stage_flags(loop: Loop, stage: str) -> frozenset[str]:
    return loop.stages[stage].flags
