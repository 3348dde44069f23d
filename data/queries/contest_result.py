"""The final sheet of a revealed arena contest."""

import numpy as np
import pandas as pd
from pandas import DataFrame

from data.contest.contests import load, newest_revealed
from data.contest.model import COUNTY, DEPARTMENT, REVEALED, Contest, ContestError
from data.contest.results import Line, read, results
from data.filters import Filters
from data.scope import ALL, region_of
from data.store import Store

COLUMNS = ("rank", "tied", "region_code", "region", "score", "judges", "lowest", "highest", "trimmed")


def contest_result(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """``rank`` (Int64, null = nobody scored it), ``tied``, ``region_code`` (null for an entry that is no region), ``region``, ``score`` out
    of 100 as printed, ``judges``, ``lowest``, ``highest`` (single ballots), ``trimmed`` (ballots dropped), then the mean points of each
    criterion (``c1``, ``c2`` …; their names in ``attrs["labels"]``). Counties by rank; with ``group=department`` the second part.

    ``period`` is the contest's id; without it the newest that is revealed, held by the as-of day. One that is not revealed has no rows.
    """
    part = DEPARTMENT if filters.group == DEPARTMENT else COUNTY
    with store.reading() as conn:
        if filters.period is None:
            contest_id = newest_revealed(conn, filters.as_of)
        else:
            contest_id = int(filters.period) if filters.period.isascii() and filters.period.isdigit() and len(filters.period) < 10 else None
        found: Contest | None = None
        if contest_id is not None:
            try:
                found = load(conn, contest_id)
            except ContestError:
                found = None
        if found is not None and found.state != REVEALED:
            found = None
        lines = [line for line in results(found, read(conn, found.contest_id)) if line.entry.part == part] if found else []
    criteria = found.sheet(part) if found else []
    lines = _seen(store, lines, scope, filters.region)
    tree = store.tree()
    codes = [tree.by_id(line.entry.region_id).code if line.entry.region_id is not None else None for line in lines]
    frame = DataFrame(
        {
            "rank": pd.array([line.rank for line in lines], dtype="Int64"),
            "tied": np.array([line.tied for line in lines], dtype=bool),
            "region_code": pd.Series(codes, dtype="str"),
            "region": pd.Series([line.entry.name(lang) for line in lines], dtype="str"),
            "score": _floats([line.score for line in lines]),
            "judges": np.array([line.judges for line in lines], dtype=np.int64),
            "lowest": _floats([line.lowest for line in lines]),
            "highest": _floats([line.highest for line in lines]),
            "trimmed": np.array([line.trimmed for line in lines], dtype=np.int64),
            **{each.code: _floats([line.means.get(each.criterion_id) for line in lines]) for each in criteria},
        }
    )
    ranked = sum(line.rank is not None for line in lines)
    region = tree.get(filters.region)
    frame.attrs = {
        "as_of": found.held_on if found else None,
        "known_at": None,
        "simulated": bool(found and found.simulated),
        "total": {},
        "reasons": {},
        "region": tree.label(region.region_id, lang) if region else None,
        "scheme": None,
        "scheme_name": None,
        "period": str(found.contest_id) if found else None,
        "period_name": found.name(lang) if found else None,
        "group": part,
        "trim": found.trim if found else 0,
        "ranked": ranked,
        "unranked": len(lines) - ranked,
        "decimals": found.decimals if found else 2,
        "unit": "points",
        "picked": list(filters.pick),
        "labels": {each.code: each.name(lang) for each in criteria},
    }
    return frame


def _seen(store: Store, lines: list[Line], scope: str, asked: str | None) -> list[Line]:
    """Lines inside the viewer's scope and the selected region; their ranks stay those of the whole contest."""
    tree = store.tree()
    for code in (None if region_of(scope) == ALL else region_of(scope), asked):
        if code is None:
            continue
        region = tree.get(code)
        inside = tree.within(region.region_id) if region else set()
        lines = [line for line in lines if line.entry.region_id in inside]
    return lines


def _floats(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
