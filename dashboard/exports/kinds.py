"""What the columns of a frame hold, for whoever writes them: rates, scores of a ranking, ranks, changes, flags.

Kinds: ``rate`` (0–1, printed as a percentage), ``score`` (printed with the scheme's decimals), ``rank`` (a whole number, null where not
ranked), ``change`` (a whole number with its sign), ``flag``, ``figure:<decimals>:<unit>`` (a figure of a series, printed with both), and
``""`` for all others.
"""

import pandas as pd

from dashboard import frame
from dashboard.formatting import missing

_RATES = frozenset({"share", "planned", "actual", "missing", "position"})
_SCORES = frozenset({"bonus", "penalty", "contribution", "lost", "next_contribution", "gap", "lowest", "highest"})
_RANKS = frozenset({"rank", "rank_before", "rank_tried", "rank_old", "rank_new", "group_rank", "band_low", "band_high"})
_CHANGES = frozenset({"change", "change_tried"})
_FLAGS = frozenset({"tied", "group_tied", "tied_tried", "small_base", "robust", "locked", "picked", "corrected"})
FIGURE = "figure:"
_VALUES = ("value", "low", "high")


def kinds(df: pd.DataFrame) -> dict[str, str]:
    """{column: kind} of every column: what the frame says of it (``attrs["kinds"]``), else by its name. The value columns of an indicator
    are rates where it has a denominator in any row."""
    found = {str(column): kind(str(column)) for column in df.columns} | (df.attrs.get("kinds") or {})
    for column in [name for name in found if name.endswith("_points")]:
        stem = column.removesuffix("_points")
        found[column] = "score"
        if f"{stem}_d" in found and _any(df, f"{stem}_d"):
            found |= {f"{stem}_{part}": "rate" for part in _VALUES if f"{stem}_{part}" in found}
    for name, (unit, decimals) in (df.attrs.get("formats") or {}).items():
        held = "rate" if unit == "rate" else f"{FIGURE}{decimals}:{unit}"
        found |= {f"{name}_{part}": held for part in _VALUES if f"{name}_{part}" in found}
    return found


def kind(column: str) -> str:
    """What a column holds, by its name alone."""
    if column in _RATES or column.endswith("_rate"):
        return "rate"
    if column in _SCORES or column == "score" or column.startswith("score_"):
        return "score"
    for names, found in ((_RANKS, "rank"), (_CHANGES, "change"), (_FLAGS, "flag")):
        if column in names:
            return found
    return ""


def _any(df: pd.DataFrame, column: str) -> bool:
    return any(not missing(value) for value in frame.columns(df, column)[0])
