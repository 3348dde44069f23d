"""Warnings in words: one sentence each, and what is watched. Words live in words.json."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from data.warnings.found import Found
from data.warnings.rules import Band, Rule, Rules
from data.waters.limits import named

_WHOLE = 1000


@cache
def _words() -> dict[str, dict[str, Any]]:
    return json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


def sentence(found: Found, lang: str, region: str, departments: Mapping[str, str]) -> str:
    """What a warning says. ``region``: the name of its region; ``departments``: names by code."""
    return _Words(lang).sentence(found, region, departments)


def watched(rules: Rules, lang: str) -> list[str]:
    """One line a rule: what is watched, and from which number on."""
    words = _Words(lang)
    return [words.watch(rule) for rule in rules.rules]


class _Words:
    def __init__(self, lang: str) -> None:
        self.words = _words()["en" if lang == "en" else "zh-CN"]
        self.lang = "en" if lang == "en" else "zh-CN"

    def say(self, key: str, **values: object) -> str:
        text = self.words.get(f"{key}#one") if values.get("n") == 1 else None
        return str(text or self.words[key]).format_map(values)

    # ------------------------------------------------------------------ warnings

    def sentence(self, found: Found, region: str, departments: Mapping[str, str]) -> str:
        rule, facts = found.rule, found.facts
        n, of = found.numerator, found.denominator
        lead = self.lead(facts.get("lead"), n or 0, departments)
        match rule.kind:
            case "overdue":
                key = "overdue" if facts["longest"] else "overdue_today"
                return self.say(key, region=region, n=n, of=of, lead=lead, days=self.days(facts["longest"]))
            case "due":
                also = self.say("also", days=rule.also_days, n=facts["also"]) if rule.also_days and facts["also"] != n else ""
                return self.say("due", region=region, n=n, days=rule.days, also=also, lead=lead, first=self.day(facts["first"]))
            case "schedule":
                return self.say(
                    "schedule", region=region, points=_tenths(facts["share"], 100), of=of, due=facts["due"], done=facts["done"], behind=n
                )
            case "rise":
                mean, times = _tenths(facts["mean"], 1), _tenths(facts["times"], 1)
                what = self.words["kinds"].get(facts["kind"], facts["kind"])
                return self.say("rise", region=region, what=what, n=n, days=rule.days, weeks=rule.weeks, mean=mean, times=times)
            case "relapse":
                anew = self.say("anew", n=facts["anew"]) if facts["anew"] else ""
                return self.say("relapse", region=region, n=n, days=rule.days, anew=anew)
            case _:
                return self.of_section(found)

    def of_section(self, found: Found) -> str:
        facts = found.facts
        said = {
            "section": facts["section"][self.lang],
            "month": self.month(facts["month"]),
            "grade": self.grade(facts["grade"]),
            "target": self.grade(facts["target"]),
        }
        match found.rule.kind:
            case "exceed":
                months, over = facts["months"], facts["over"]
                run = self.say("run", n=months) if months > 1 else ""
                which = self.say("over", indicators=self.words["list"].join(named(code, self.lang) for code in over)) if over else ""
                return self.say("exceed", n=facts["classes"], run=run, over=which, **said)
            case "jump":
                aim = self.say("aim", target=said["target"]) if facts["target"] else ""
                return self.say("jump", n=int(found.value), before=self.grade(facts["before"]), aim=aim, **said)
            case _:
                if "before" in facts:
                    return self.say("near_class", before=self.grade(facts["before"]), **said)
                indicator: Mapping[str, str] = facts["indicator"]
                amount, share = _plain(facts["amount"]), _percent(facts["share"])
                return self.say("near", indicator=indicator[self.lang], amount=amount, share=share, **said)

    def lead(self, given: object, n: int, departments: Mapping[str, str]) -> str:
        """Which department has most of them; nothing about a single one, or where none is named."""
        if not isinstance(given, tuple) or n < 2:
            return ""
        code, most = given
        name = departments.get(code, code)
        return self.say("lead_all", department=name) if most == n else self.say("lead", department=name, n=most)

    # ------------------------------------------------------------------ what is watched

    def watch(self, rule: Rule) -> str:
        bands = self.words["list"].join(self.band(rule, band) for band in rule.bands)
        return self.say(
            f"watch_{rule.kind}", name=rule.name(self.lang), bands=bands, days=rule.days, weeks=rule.weeks, weeks_with=rule.weeks_with,
            least=rule.least, least_at_target=rule.least_at_target,
        )  # fmt: skip

    def band(self, rule: Rule, band: Band) -> str:
        at = band.at_least
        number = _tenths(at, 100) if rule.kind == "schedule" else _percent(at) if rule.kind == "near" else _plain(at)
        return self.say(f"band_{rule.kind}", level=self.words["levels"][band.level], n=int(number) if number.isdigit() else number)

    # ------------------------------------------------------------------ pieces

    def grade(self, grade: object) -> str:
        return str(self.words["grades"].get(grade, "")) if grade else ""

    def day(self, day: object) -> str:
        assert isinstance(day, date)
        return self.say("day", month=self.words["months"][day.month - 1], day=day.day)

    def month(self, month: object) -> str:
        assert isinstance(month, date)
        return self.say("month", month=self.words["months"][month.month - 1], year=month.year)

    def days(self, number: object) -> str:
        return self.say("days", n=number)


def _tenths(value: object, scale: int) -> str:
    """A number with one decimal, rounded half to even from the exact value."""
    assert isinstance(value, Fraction)
    tenths = round(value * scale * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _percent(share: object) -> str:
    """A share with one decimal; 100.0% only when it is one."""
    assert isinstance(share, Fraction)
    tenths = round(share * _WHOLE)
    if tenths == _WHOLE and share != 1:
        tenths = _WHOLE - 1 if share < 1 else _WHOLE + 1
    return f"{tenths // 10}.{tenths % 10}%"


def _plain(value: object) -> str:
    """A number as it was given: no decimals that it does not have."""
    assert isinstance(value, Fraction)
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
