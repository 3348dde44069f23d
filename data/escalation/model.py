"""What regional escalation (DOMAIN SM9) is made of: its rungs, the rules that propose one, and what a person decided."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from data.ranking.scheme import Words

#: from mild to grave: 函告, 通报, 挂牌督办, 约谈, 曝光, 专项督察, 移交问责. One may be skipped
RUNGS = (
    "reminder", "circular", "listed_supervision", "interview", "exposure", "special_inspection", "accountability_transfer",
)  # fmt: skip
CONFIRMED, DISMISSED, REVOKED = "confirmed", "dismissed", "revoked"


@cache
def _texts(name: str) -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def word(kind: str, code: str, lang: str = "zh-CN") -> str:
    """The name of a code; ``kind``: rung or level. The code itself where there is none."""
    words = _texts("words.json").get(f"{kind}.{code}")
    return code if words is None else words.get(lang, words["zh-CN"])


def words(kind: str, code: str) -> Words:
    """The name of a code in both languages, for messages that are put in words later."""
    return Words(word(kind, code), word(kind, code, "en"))


class EscalationError(Exception):
    """Nothing was written. ``code`` names the message of messages.json, ``params`` fill it in."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong, and what can be done, in one sentence."""
        found = _texts("messages.json")[self.code]
        params = {key: value(lang) if isinstance(value, Words) else value for key, value in self.params.items()}
        return found.get(lang, found["zh-CN"]).format(**params)

    def __str__(self) -> str:
        return self.text("en")


# ----------------------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a region, or several joined by ``all`` or ``any``.

    ``what``: count (a set holds at least ``limit`` items), below or above (a measure lies under or over ``limit``, its denominator being
    at least ``least``), not_improving (a measure is no better than ``days`` days before, both denominators being at least ``least``),
    taken (``name`` is a rung that was confirmed no more than ``days`` days ago). ``name``: the set, measure or rung. ``kinds``: the kinds
    of items counted, empty for all. ``said``: the sentence of the evidence, with {n} {d} {limit} {least} {days} {was_n} {was_d} {day}
    {document} to fill in. ``rows``: the set that its link shows.
    """

    what: str
    name: str = ""
    limit: float = 0.0
    least: int = 0
    days: int = 0
    kinds: tuple[str, ...] = ()
    said: Words = field(default_factory=lambda: Words("", ""))
    rows: str | None = None
    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """When a rung is proposed for the regions of a level. ``again_days``: not while the rung, or a graver one, was confirmed fewer days
    ago than this; ``dismissed_days``: nor while the proposal was dismissed fewer days ago than this."""

    id: str
    rule_set: str
    name: Words
    rung: str
    level: str
    when: Condition
    again_days: int
    dismissed_days: int
    basis: Words

    @property
    def grade(self) -> int:
        """How grave its rung is, from 0."""
        return RUNGS.index(self.rung)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one file. ``within``: code of the region whose parts it looks at, None for everywhere; there it takes the place of the
    sets named in ``instead_of``."""

    id: str
    name: Words
    within: str | None
    instead_of: tuple[str, ...]
    rules: tuple[Rule, ...]


# ----------------------------------------------------------------------------- what was found, what was decided


@dataclass(frozen=True, slots=True)
class Finding:
    """A condition that holds for a region. ``numerator``, ``denominator``: what was counted (None where nothing was); ``rows``: the query
    piece that leads to the rows; ``said``: the sentence."""

    what: str
    name: str
    numerator: int | None
    denominator: int | None
    rows: str | None
    said: Words

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with a decision."""
        out = {"what": self.what, "name": self.name, "numerator": self.numerator, "denominator": self.denominator}
        return out | {"rows": self.rows, "zh": self.said.zh, "en": self.said.en}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a region. ``evidence``: ``{"as_of", "findings"}`` of a proposal, None for a decision of a person's own.
    ``revoked_on``, ``revoked_why``: set once it was revoked. ``decided_at`` in UTC without an offset."""

    escalation_id: int
    region_id: int
    campaign_id: int | None
    rung: str
    verdict: str
    rule: str | None
    evidence: dict[str, Any] | None
    effective_on: date
    document_no: str | None
    office: str | None
    public: bool
    reason: str | None
    decided_at: datetime
    decided_by: str | None
    simulated: bool
    revoked_on: date | None = None
    revoked_why: str | None = None

    @property
    def grade(self) -> int:
        """How grave its rung is, from 0; -1 for one that is not known."""
        return RUNGS.index(self.rung) if self.rung in RUNGS else -1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A region for which a rule proposes a rung. A proposal is not a decision. ``last``: the newest rung confirmed before."""

    region_id: int
    rule: Rule
    findings: Sequence[Finding]
    as_of: date
    last: Decision | None
