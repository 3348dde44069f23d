"""The region of each row: distinct combinations of its region columns are matched once. Nothing is guessed."""

import numpy as np

from data.ledgers.harmonise import SheetRows, region_texts
from data.ledgers.problems import ERROR, WARNING
from data.ledgers.profile import Profile
from data.ledgers.table import Table
from data.regions.match import RegionMatcher

_SHOWN_CANDIDATES = 6
_ARGUMENT = {"region_text": "text", "region_code": "code"}


def place_rows(
    rows: SheetRows, table: Table, profile: Profile, matcher: RegionMatcher, home: int | None, default: int | None, lang: str
) -> bool:
    """Set ``table.region_id``; rows without a clear region are refused. False when there is no region column and no default.

    ``home``: the campaign's own region, in which ambiguous names are looked for; ``default``: the region of every
    row of a ledger without region columns, and of rows that leave theirs empty.
    """
    columns, made, several = region_texts(rows, profile)
    if not columns:
        if default is None:
            return False
        table.region_id[:] = default
        table.problems.add(table.sheets[0], None, "", "", "region_default", WARNING, region=matcher.tree.full_name(default, lang))
        return True
    combined = np.zeros(rows.n, dtype=np.int64)
    for column, pool in zip(columns, made, strict=True):
        combined = combined * len(pool) + rows.codes(column)
    distinct, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    found = np.zeros(len(distinct), dtype=np.int64)
    for number, at in enumerate(first.tolist()):
        cells = {_ARGUMENT.get(c.field or "", c.field or ""): pool[rows.codes(c)[at]] for c, pool in zip(columns, made, strict=True)}
        given = {k: v for k, v in cells.items() if v}
        members = np.flatnonzero(inverse == number) if not given or "\x00" in given.values() else None
        if not given:
            if default is not None:
                found[number] = default
                continue
            for row in members.tolist() if members is not None else ():
                table.report(row, columns[-1].header, "", "region_missing", ERROR)
            continue
        if "\x00" in given.values():
            shown = "; ".join(rows.texts(c)[rows.codes(c)[at]] for c, many in zip(columns, several, strict=True) if many)
            for row in members.tolist() if members is not None else ():
                table.report(row, columns[-1].header, shown, "region_several", ERROR)
            continue
        match = matcher.match(**given, within=home)
        if match.region_id is not None:
            found[number] = match.region_id
            continue
        names = matcher.full_names(match, lang)[:_SHOWN_CANDIDATES]
        problem = match.problem or "unknown"
        names_text = ", ".join(names) if lang == "en" else "\u3001".join(names)
        blamed = next((c for c in columns if _ARGUMENT.get(c.field or "", c.field) == match.field), columns[-1])
        value = "/".join(str(v) for v in given.values())
        for row in np.flatnonzero(inverse == number).tolist():
            table.report(row, blamed.header, value, f"region_{problem}", ERROR, candidates=names_text)
    table.region_id[:] = found[inverse]
    return True
