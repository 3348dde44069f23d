"""What the places of a layer are coloured by: a status, a stage of the outfalls' way, a class, a disposal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.positions.clusters import OUT, Codes
from data.queries.selection import Part
from data.rollup import bits
from data.rollup.fold import stage_names

STATUS, STAGE, CATEGORY, DISPOSAL = "status", "stage", "category", "disposal"
BY = (STATUS, STAGE, CATEGORY, DISPOSAL)
# as the statuses are listed everywhere; aside: kept, merged, withdrawn
STATUSES = ("closed", "rectified", "in_progress", "due_soon", "overdue", "returned", "aside")
# 查 测 溯 治 管, and what is beside the way
STAGES = ("surveyed", "monitored", "traced", "rectifying", "completed", "supervised", "kept", "excluded")
_STAGE_OF = {
    "suspected": "surveyed", "surveyed": "surveyed", "confirmed": "surveyed", "monitored": "monitored", "traced": "traced",
    "classified": "traced", "not_rectified": "rectifying", "rectifying": "rectifying", "returned": "rectifying",
    "reopened": "rectifying", "suspended": "rectifying", "cancelled": "completed", "consolidated": "completed",
    "standardised": "completed", "completed": "completed", "closed": "supervised", "supervised": "supervised",
    "abolished": "supervised", "kept": "kept",
}  # fmt: skip
# values of a dimension that get a colour of their own
MOST_VALUES = 7
OTHER, NONE = "other", "none"


@dataclass(frozen=True, slots=True)
class Kinds:
    """What codes mean: ``values`` in the order of their codes."""

    by: str
    values: tuple[str, ...]


def kinds_of(parts: Sequence[Part], by: str) -> Kinds:
    """The kinds that the items of a selection can have."""
    if by == STATUS:
        return Kinds(by, STATUSES)
    if by == STAGE:
        return Kinds(by, STAGES)
    counts: dict[str, int] = {}
    for part in parts:
        codes = part.index.codes(by)[part.a * 64 : part.b * 64]
        held = np.bincount(codes[codes >= 0], minlength=len(part.index.values[by]))
        for value, number in zip(part.index.values[by], held.tolist(), strict=True):
            counts[value] = counts.get(value, 0) + number
    common = sorted((v for v in counts if counts[v]), key=lambda v: (-counts[v], v))
    more = (OTHER,) if len(common) > MOST_VALUES else ()
    return Kinds(by, (*common[:MOST_VALUES], *more, NONE))


def codes_of(part: Part, words: bits.Words, kinds: Kinds) -> Codes:
    """For each position of the part's index its kind, OUT where it is not in ``words`` (a set over the words of the part)."""
    if kinds.by == STATUS:
        inner = _statuses(part)
    elif kinds.by == STAGE:
        inner = _stages(part)
    else:
        inner = _values(part, kinds)
    out = np.full(part.index.size, OUT, dtype=np.uint8)
    out[part.a * 64 : part.b * 64] = np.where(bits.unpack(words), inner, np.uint8(OUT))
    return out


def _statuses(part: Part) -> Codes:
    moment = part.moment
    out = np.full((part.b - part.a) * 64, STATUSES.index("in_progress"), dtype=np.uint8)
    done = moment["rectified"] | part.index.spells("basic").at(part.day, part.a, part.b)
    aside = moment["withdrawn"] | moment["merged"] | moment["kept"]
    overdue = moment["overdue"]
    # later ones win: a returned item past its deadline is overdue
    for name, held in (
        ("returned", moment["status:returned"]),
        ("due_soon", moment["due_soon"]),
        ("rectified", done),
        ("closed", moment["closed"]),
        ("overdue", overdue),
        ("aside", aside),
    ):
        if held.any():
            np.putmask(out, bits.unpack(held), np.uint8(STATUSES.index(name)))
    return out


def _stages(part: Part) -> Codes:
    """The stage group of each position at the end of the day: spans ascend in time, so the last one begun is written last."""
    index = part.index
    table = np.array([_stage_code(name) for name in stage_names()], dtype=np.uint8)
    low, high = (int(v) for v in np.searchsorted(index.span_owner, (part.a * 64, part.b * 64)))
    begun = np.flatnonzero(index.span_day[low:high] <= part.day) + low
    out = np.full((part.b - part.a) * 64, STAGES.index("excluded"), dtype=np.uint8)
    out[index.span_owner[begun] - part.a * 64] = table[index.span_stage[begun]]
    return out


def _stage_code(name: str) -> int:
    loop, _, stage = name.partition("/")
    return STAGES.index(_STAGE_OF.get(stage, "excluded") if loop == "sm4-outfall" else "excluded")


def _values(part: Part, kinds: Kinds) -> NDArray[np.uint8]:
    place = {value: code for code, value in enumerate(kinds.values)}
    other = place.get(OTHER, place[NONE])
    # the last entry is for items without a value
    table = np.array([place.get(v, other) for v in part.index.values[kinds.by]] + [place[NONE]], dtype=np.uint8)
    return table[part.index.codes(kinds.by)[part.a * 64 : part.b * 64]]
