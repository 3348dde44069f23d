"""A scheme (指标体系): what is compared, how it becomes points, and who is not ranked. Values only; files are read in scheme_file.py.

Every list of a scheme's indicators is in file order; weights of a scheme add up to 100.
"""

from dataclasses import dataclass
from functools import cached_property

WEEK, MONTH, QUARTER, ROUND = "week", "month", "quarter", "round"
PERIODS = (WEEK, MONTH, QUARTER, ROUND)
LEVEL, IMPROVEMENT = "level", "improvement"
MARK, EXCLUDE = "mark", "exclude"
BONUS, PENALTY, VETO = "bonus", "penalty", "veto"
# a floor that is not a number: the worst value inside the place's own peer group (all places without groups): the lowest, or the
# highest where less is better
GROUP_FLOOR = "group"


@dataclass(frozen=True)
class Words:
    """A name in both languages."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        return self.en if lang == "en" and self.en else self.zh


@dataclass(frozen=True)
class Indicator:
    """One line of the scheme: a measure of the store or an imported series, and how its value becomes points.

    points = weight × min(cap, max(0, (value − floor) / (target − floor))); a target below the floor means that less is better.
    Values of rates are 0–1; values of series are in the series' unit.
    """

    id: str
    name: Words
    family: str
    weight: float
    measure: str | None
    series: str | None
    floor: float | str
    target: float
    cap: float = 1.0
    # items that the measure counts; () = the scheme's
    kinds: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    # a denominator below this is marked; None = the scheme's
    small_base: int | None = None
    # False: less is better; follows from floor and target where both are numbers
    higher_is_better: bool = True


@dataclass(frozen=True)
class Adjustment:
    """A bonus, a penalty or a veto that events may carry (table score_event names it by ``id``)."""

    id: str
    name: Words
    kind: str
    # what one event brings or costs, ≥ 0; 0 for a veto
    points: float


@dataclass(frozen=True)
class PeerGroup:
    """Places compared with each other: by code, or by the end of their name as in data/regions/peer_groups.json."""

    code: str
    name: Words
    members: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    # a group of groups: its parent's code
    within: str | None = None


@dataclass(frozen=True)
class Scheme:
    """One version of a scheme, as loaded. ``source`` is the file's text and ``sha256`` its hash."""

    code: str
    version: str
    name: Words
    period: str
    level: str
    indicators: tuple[Indicator, ...]
    families: dict[str, Words]
    # the document the rules follow, in its own words
    basis: str = ""
    # the place whose parts are compared; None: what the campaigns share
    region: str | None = None
    campaigns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # the lists that are published: level, improvement or both
    lists: tuple[str, ...] = (LEVEL,)
    groups: tuple[PeerGroup, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    bonus_cap: float = 0.0
    penalty_cap: float = 0.0
    # an event with one key counts once for a place, however many headings it stands under
    once_per_event: bool = True
    decimals: int = 2
    # the unit printed behind a score: "points", or "percent" for a ranking of one rate
    unit: str = "points"
    small_base: int = 5
    small_base_rule: str = MARK
    # more than this share of the weight without a value: not ranked
    missing_limit: float = 0.30
    # in the improvement list: places whose score was at least this before are not ranked (they cannot improve); None: no such rule
    improvement_exempt: float | None = None
    is_default: bool = False
    simulated: bool = False
    source: str = ""
    sha256: str = ""

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}
