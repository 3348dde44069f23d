"""A standing: one period of one scheme, counted and scored. What pages, histories, locks and explanations read.

Arrays run over places (N, in the order of the region tree) and indicators (K, in the scheme's order). Everything that is
published about a period follows from the fields here, so a locked period is this value, frozen (data/ranking/locks.py).
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.ranking.scheme import Scheme

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# why a place is not ranked (不参与排名)
NO_ITEMS = "no_items"
MISSING = "missing"  # more of the weight is without a value than the scheme allows
SMALL_BASE = "small_base"  # only where the scheme says exclude
VETOED = "veto"
ALREADY_MEETS = "already_meets"  # improvement list: nothing left to improve
NO_BEFORE = "no_before"  # improvement list: no score a period earlier
REASONS = ("", NO_ITEMS, MISSING, SMALL_BASE, VETOED, ALREADY_MEETS, NO_BEFORE)

SIGNALS = ("last_day", "extended", "withdrawn", "merged", "returned")


@dataclass(frozen=True)
class Period:
    """``code`` 2022-W47, 2022-10, 2022-Q4 or R2; ``as_of`` is its last day, or the ledgers' day while it is running."""

    code: str
    kind: str
    start: date
    end: date
    as_of: date
    running: bool


@dataclass
class Places:
    """Who takes part: N places."""

    region_id: Ints
    code: list[str]
    name_zh: list[str]
    name_en: list[str]
    # the place above, for readers: "南京市"
    parent_zh: list[str]
    parent_en: list[str]
    # peer group of each by position in ``group_codes``; -1: none
    group: Ints
    group_codes: list[str]
    group_zh: list[str]
    group_en: list[str]

    def __len__(self) -> int:
        return len(self.code)


@dataclass
class Counted:
    """What was counted, before any point is given. NaN where there is nothing; ``reason`` says why (measure reasons of data/measures.py).

    ``numerator``, ``denominator``, ``value``: N×K; a series without parts has a value only. ``low``, ``high``: the 95 % interval of the
    value (Wilson for rates; NaN for series). ``bonus``, ``penalty`` ≥ 0 after caps, ``veto``: N. ``signals``: name -> N×2 (part, whole).
    ``events``: for each place the score events that counted, as (adjustment id, points, day, reason, document no.).
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    reason: list[list[str]]
    bonus: Floats
    penalty: Floats
    veto: Flags
    has_items: Flags
    signals: dict[str, Floats]
    events: list[list[tuple[str, float, str, str, str]]]


@dataclass
class Scores:
    """Points. ``position`` N×K is 0…cap (NaN without value), ``weight`` N×K what each indicator weighs after those without a value
    were left out, ``contribution`` = weight × position (0 where NaN), ``score`` = Σ contribution + bonus − penalty, ``low``/``high``
    its interval; ``dormant`` K: no place has a value, so the indicator is left out for everybody alike; ``missing`` N: share of the
    awake weight without a value; ``reason`` "" where ranked by level."""

    position: Floats
    weight: Floats
    contribution: Floats
    score: Floats
    low: Floats
    high: Floats
    dormant: Flags
    missing: Floats
    reason: list[str]


@dataclass
class Ranks:
    """Competition ranks at the printed precision (1, 1, 3); 0 = not ranked, ``reason`` says why. Inside peer groups likewise.
    ``band_low`` … ``band_high``: the ranks that cannot be told apart from this one (a second reading; never the rank itself)."""

    key: Floats
    rank: Ints
    tied: Flags
    group_rank: Ints
    group_tied: Flags
    band_low: Ints
    band_high: Ints
    reason: list[str]


@dataclass
class Standing:
    """One period of one scheme. ``edition`` 0: computed now; else the locked edition, with the store's version and the hash.

    ``ranks`` by list (level, improvement). ``before``: the locked period that changes are told against, by place code ->
    {list: (rank, tied, score)}; its code in ``before_period`` (None: there is none).
    """

    scheme: Scheme
    period: Period
    selection: str
    known_at: date | None
    simulated: bool
    places: Places
    counted: Counted
    scores: Scores
    ranks: dict[str, Ranks]
    before_period: str | None = None
    before_edition: int = 0
    before: dict[str, dict[str, tuple[int, bool, float | None]]] = field(default_factory=dict)
    edition: int = 0
    editions: int = 0
    locked_at: str | None = None
    locked_by: str | None = None
    store_version: int = 0
    sha256: str = ""
    # the place the race is held in, for readers; "" where it is the whole country
    region_zh: str = ""
    region_en: str = ""
    # where the order by level means nothing (data/ranking/saturation.py): measures that still tell those at the top apart, and
    # how many different values each has among them
    separators: list[tuple[str, int]] = field(default_factory=list)
    # names of series indicators' units and decimals, by indicator id, for readers
    units: dict[str, tuple[str, int]] = field(default_factory=dict)
