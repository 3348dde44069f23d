"""A scheme in words: the sentences that the page shows, exports carry and ``manage.py scheme show`` prints. Words live in wording.json."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data.measures import MEASURES
from data.ranking.scheme import BONUS, EXCLUDE, GROUP_FLOOR, IMPROVEMENT, PENALTY, VETO, Indicator, Scheme

# the unit of a series whose values are shares, 0–1: printed as percentages
RATE = "rate"
Units = Mapping[str, tuple[str, int]]


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return json.loads((Path(__file__).parent / "wording.json").read_text(encoding="utf-8"))


def scheme_words(scheme: Scheme, lang: str = "zh-CN", units: Units | None = None, region: str | None = None) -> list[str]:
    """The scheme as finished sentences, from its name to its rules of rounding.

    ``units`` are the units of series, as in Standing.units (by indicator id); ``region`` is the name of ``scheme.region``.
    """
    return _Words(scheme, lang, units or {}).sentences(region or scheme.region)


def kinds_words(scheme: Scheme, lang: str = "zh-CN") -> str:
    """The kinds of items that a scheme counts, in a row; "" where it counts all."""
    words = _Words(scheme, lang, {})
    return words.kinds(scheme.kinds)


class _Words:
    def __init__(self, scheme: Scheme, lang: str, units: Units) -> None:
        self.scheme, self.lang, self.units = scheme, "en" if lang == "en" else "zh-CN", units
        self.words = _catalogue()[self.lang]

    def say(self, key: str, **values: object) -> str:
        return str(self.words[key]).format_map({k: _number(v) for k, v in values.items()})

    def join(self, parts: Iterable[str]) -> str:
        return str(self.words["list_sep"]).join(parts)

    def kinds(self, kinds: Iterable[str]) -> str:
        return self.join(self.words["kinds"][kind] for kind in kinds)

    def sentences(self, region: str | None) -> list[str]:
        scheme, lang = self.scheme, self.lang
        out = [self.say("head", name=scheme.name(lang), code=scheme.code, version=scheme.version)]
        out.append(self.say("basis", basis=scheme.basis.rstrip(".\u3002")) if scheme.basis else self.say("no_basis"))
        period, level = self.words["periods"][scheme.period], self.words["levels"][scheme.level]
        lists = self.words["lists_sep"].join(self.words["lists"][one] for one in scheme.lists)
        out.append(self.say("who_in" if region else "who", period=period, level=level, lists=lists, region=region))
        out.append(self.say("counts", kinds=self.kinds(scheme.kinds)) if scheme.kinds else self.say("counts_all"))
        if scheme.campaigns:
            out.append(self.say("campaigns", campaigns=self.join(scheme.campaigns)))
        weights = {family: sum(i.weight for i in scheme.indicators if i.family == family) for family in scheme.families}
        families = [self.say("family", name=scheme.families[id_](lang), weight=weight) for id_, weight in weights.items() if weight]
        if len(families) > 1:
            out.append(self.say("families", families=self.join(families)))
        out += [self.indicator(indicator) for indicator in scheme.indicators]
        out += self.rules()
        return out

    def rules(self) -> list[str]:
        """What holds for all indicators: missing values, small bases, groups, events, ties, improvement."""
        scheme, lang = self.scheme, self.lang
        out = []
        if len(scheme.indicators) > 1:
            out.append(self.say("missing", limit=f"{round(scheme.missing_limit * 100, 4):g}%"))
        if scheme.small_base > 1:
            out.append(self.say("small_exclude" if scheme.small_base_rule == EXCLUDE else "small_mark", n=scheme.small_base))
        groups = self.join(group.name(lang) for group in scheme.groups)
        out.append(self.say("groups", groups=groups) if groups else self.say("no_groups"))
        for kind, cap in ((BONUS, scheme.bonus_cap), (PENALTY, scheme.penalty_cap), (VETO, 0)):
            mine = [a for a in scheme.adjustments if a.kind == kind]
            told = [self.say("adjustment", name=a.name(lang), points=a.points) if kind != VETO else a.name(lang) for a in mine]
            if told:
                out.append(self.say(kind, cap=cap, items=self.words["item_sep"].join(told)))
        if len(scheme.adjustments) > 1:
            out.append(self.say("once" if scheme.once_per_event else "each"))
        if scheme.unit == "percent":
            out.append(self.say("percent"))
        out.append(self.say({0: "ties_whole", 1: "ties_one"}.get(scheme.decimals, "ties"), decimals=scheme.decimals))
        if IMPROVEMENT in scheme.lists:
            out.append(self.say("improvement"))
            if scheme.improvement_exempt is not None:
                out.append(self.say("exempt", exempt=scheme.improvement_exempt))
        if scheme.simulated:
            out.append(self.say("simulated"))
        return out

    def indicator(self, one: Indicator) -> str:
        """One indicator: its weight, what it counts, and which values earn nothing and everything."""
        notes = ""
        if one.kinds:
            notes += self.say("note_kinds", kinds=self.kinds(one.kinds))
        if one.campaigns:
            notes += self.say("note_campaigns", campaigns=self.join(one.campaigns))
        if one.series:
            notes += self.say("note_series", series=one.series)
        if one.small_base is not None and one.small_base != self.scheme.small_base:
            notes += self.say("note_base" if one.small_base > 1 else "note_base_off", n=one.small_base)
        if one.floor == GROUP_FLOOR:
            floor = self.say(("worst_high" if one.higher_is_better else "worst_low") + ("" if self.scheme.groups else "_all"))
        else:
            floor = self.spaced(self.value(one, float(one.floor)))
        cap = "" if one.cap == 1 else self.say("cap_over" if one.cap > 1 else "cap_under", cap=one.cap)
        target = self.spaced(self.value(one, one.target))
        return self.say("indicator", name=one.name(self.lang), weight=one.weight, notes=notes, floor=floor, target=target, cap=cap)

    def spaced(self, value: str) -> str:
        """A value before a word: Chinese leaves a blank after a figure or a sign, none after another word."""
        return value + (self.words["after_value"] if value[-1].isascii() else "")

    def value(self, one: Indicator, value: float) -> str:
        """A floor or target as it is printed: rates as percentages, series in their unit."""
        measure = MEASURES.get(one.measure or "")
        unit = self.units.get(one.id, ("", 0))[0]
        if measure is not None and measure.minus is not None:
            return self.say("pp", n=_signed(value * 100))
        if unit == RATE or (measure is not None and measure.denominator is not None):
            return f"{_signed(value * 100)}%"
        return f"{_signed(value)}{unit if unit in ('', '%') else ' ' + unit}"


def _number(value: object) -> str:
    return _signed(value) if isinstance(value, (int, float)) else str(value)


def _signed(value: float) -> str:
    """Without a needless fraction, with a real minus sign."""
    return f"{round(value, 6):g}".replace("-", "\u2212")
