"""How near the indicators of a section come to the limits of a class (GB 3838-2002, table 1).

Left out on purpose: water temperature, total nitrogen and faecal coliform, by which no section is judged, and what is hardly measured.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from data.waters import grades

STANDARD = "GB 3838-2002"
# total phosphorus has limits of its own in still water
STILL = ("lake", "reservoir")
_UNIT = re.compile(r"[(（\[].*$")


@dataclass(frozen=True, slots=True)
class Indicator:
    """``limits`` of class I to V, mg/L; ``lake``: those in lakes and reservoirs; ``more``: more is better."""

    code: str
    names: Mapping[str, str]
    limits: tuple[Fraction, ...]
    lake: tuple[Fraction, ...]
    more: bool

    def name(self, lang: str) -> str:
        return self.names.get(lang) or self.names["zh-CN"]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The indicator of a section that is nearest to its limit: ``share`` of it, 1 at the limit."""

    indicator: Indicator
    value: Fraction
    share: Fraction


@cache
def indicators() -> dict[str, Indicator]:
    """The indicators by every name a file may give them, without regard to case, spaces and units."""
    given = json.loads((Path(__file__).parent / "limits.json").read_text(encoding="utf-8"))["indicators"]
    out: dict[str, Indicator] = {}
    for code, entry in given.items():
        limits = tuple(Fraction(each) for each in entry["limits"])
        lake = tuple(Fraction(each) for each in entry.get("lake", entry["limits"]))
        names = {lang: entry[lang] for lang in ("zh-CN", "en")}
        out.update({_folded(name): Indicator(code, names, limits, lake, entry.get("better") == "more") for name in entry["names"]})
    return out


def named(name: str, lang: str) -> str:
    """What a file calls an indicator, in a language; the file's own word where it is not one of these."""
    indicator = indicators().get(_folded(name))
    return indicator.name(lang) if indicator is not None else name


def nearest(values: Mapping[str, object] | None, grade: str, kind: str) -> Nearest | None:
    """The indicator nearest to the limit of a class; None where none of them has both a value and a limit.

    ``values`` as ``section_quality.indicators`` holds them, ``grade`` the class, ``kind`` of the water body.
    """
    rank = grades.rank(grade)
    found: list[Nearest] = []
    for name, value in (values or {}).items():
        indicator = indicators().get(_folded(name))
        if indicator is None or rank is None or isinstance(value, bool) or not isinstance(value, (int, float)) or value - value != 0:
            continue
        limits = indicator.lake if kind in STILL else indicator.limits
        if rank >= len(limits) or value <= 0:
            continue
        # as it was written: 0.9 of a file is nine tenths
        exact = Fraction(str(value))
        share = limits[rank] / exact if indicator.more else exact / limits[rank]
        found.append(Nearest(indicator, exact, share))
    return max(found, key=lambda each: (each.share, each.indicator.code), default=None)


def _folded(name: str) -> str:
    return _UNIT.sub("", name).strip().casefold().replace(" ", "").replace("₃", "3").replace("₅", "5")
