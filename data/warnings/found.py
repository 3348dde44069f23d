"""A warning as the rules find it, before anybody's language and anybody's acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.warnings.rules import Band, Rule


@dataclass(frozen=True, slots=True)
class Found:
    """``subject``: what it is about, as its key has it (a region's code, ``/own`` behind it for a place's own row; a section's id);
    ``number`` orders warnings of one level; ``value`` is what reached the band, a ratio unrounded; ``since``: the first day it could be
    read, None where that is not known; ``rows``: a piece of query string over the selection, or the address of a water body, or "";
    ``facts`` fill in its sentence.
    """

    rule: Rule
    band: Band
    subject: str
    region_id: int | None
    value: float
    rows: str
    number: int = 0
    numerator: int | None = None
    denominator: int | None = None
    since: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False
