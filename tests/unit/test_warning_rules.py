"""The rules of warnings as data: what they may say, where a band begins, and how near water is to a limit."""

import json
from fractions import Fraction

import pytest

from data.warnings.rules import KINDS, LEVELS, RulesError, due_set, graver, read, rules
from data.waters.limits import named, nearest

GOOD = {"id": "late", "kind": "overdue", "names": {"zh-CN": "超期", "en": "Late"}, "bands": [{"level": "red", "at_least": 1}]}


def told(*entries, fresh=2):
    return read(json.dumps({"fresh_months": fresh, "rules": list(entries)}))


def test_the_rules_that_come_with_it_watch_every_kind_in_both_languages():
    held = rules()
    assert {rule.kind for rule in held.rules} == set(KINDS)
    for rule in held.rules:
        assert rule.name("zh-CN") != rule.name("en")
        assert {band.level for band in rule.bands} <= set(LEVELS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": ""}, "no id"),
        ({"id": "a:b"}, "none of"),
        ({"kind": "late"}, "kind 'late'"),
        ({"names": {"zh-CN": "超期"}}, "names need"),
        ({"bands": []}, "has no bands"),
        ({"bands": [{"level": "orange", "at_least": 1}]}, "level 'orange'"),
        ({"bands": [{"level": "red", "at_least": 0}]}, "a number above 0"),
        ({"bands": [{"level": "red", "at_least": True}]}, "a number above 0"),
        ({"bands": [{"level": "blue", "at_least": 5}, {"level": "red", "at_least": 3}]}, "from the gravest"),
        ({"bands": [{"level": "red", "at_least": 3}, {"level": "blue", "at_least": 5}]}, "from the gravest"),
        ({"days": 3}, "knows nothing of days"),
        ({"kind": "due"}, "days is a whole number"),
        ({"kind": "due", "days": 2.5}, "days is a whole number"),
        ({"kind": "due", "days": 3, "unless_days": 3}, "unless_days is less"),
        ({"kind": "due", "days": 7, "also_days": 7}, "also_days more"),
        ({"kind": "rise", "days": 7, "weeks": 2, "weeks_with": 3, "least": 1}, "weeks_with is more"),
        ({"kind": "rise", "days": 7, "weeks": 60, "weeks_with": 3, "least": 1}, "look back more than 366 days"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_name(change, words):
    with pytest.raises(RulesError, match=words):
        told(GOOD | change)


def test_a_file_that_is_no_set_of_rules_is_refused():
    for text in ("", "[]", '{"rules": []}', '{"fresh_months": 0, "rules": []}', '{"fresh_months": 2, "rules": [5]}'):
        with pytest.raises(RulesError):
            read(text)
    with pytest.raises(RulesError, match="two rules"):
        told(GOOD, GOOD)


def test_a_band_begins_exactly_where_it_is_written():
    (rule,) = told(
        GOOD | {"kind": "schedule", "least": 1, "bands": [{"level": "red", "at_least": 0.2}, {"level": "blue", "at_least": 0.1}]}
    ).rules
    levels = [(band := rule.band(Fraction(n, 1000))) and band.level for n in (99, 100, 199, 200, 999)]
    assert levels == [None, "blue", "blue", "red", "red"]
    # one tenth is one tenth, whatever binary fractions make of it
    assert rule.band(Fraction(3, 10) - Fraction(2, 10)).level == "blue"


def test_levels_have_an_order():
    assert graver("red", "yellow") and graver("yellow", "blue")
    assert not graver("red", "red") and not graver("blue", "yellow")


def test_days_name_the_sets_that_pages_show():
    assert [due_set(days) for days in (3, 7, 5)] == ["due_urgent", "due_soon", "due_in:5"]


@pytest.mark.parametrize(
    ("values", "grade", "kind", "code", "share"),
    [
        ({"NH3N": 0.9}, "III", "river", "NH3N", Fraction(9, 10)),
        ({"氨氮(mg/L)": 0.9, "COD": 19}, "III", "river", "COD", Fraction(19, 20)),
        ({"TP": 0.045}, "III", "lake", "TP", Fraction(9, 10)),
        ({"TP": 0.045}, "III", "river", "TP", Fraction(45, 200)),
        # of oxygen more is better
        ({"DO": 5.0}, "III", "river", "DO", Fraction(1)),
        ({"DO": 6.25}, "III", "river", "DO", Fraction(4, 5)),
    ],
)
def test_the_indicator_nearest_to_its_limit(values, grade, kind, code, share):
    found = nearest(values, grade, kind)
    assert (found.indicator.code, found.share) == (code, share)


@pytest.mark.parametrize(
    "values", [None, {}, {"pH": 7.5}, {"NH3N": None}, {"NH3N": "0.9"}, {"NH3N": True}, {"NH3N": float("nan")}, {"COD": -1}]
)
def test_without_a_figure_there_is_no_nearest(values):
    assert nearest(values, "III", "river") is None
    assert nearest({"NH3N": 9.9}, "inferior", "river") is None


def test_indicators_are_named_in_words():
    assert (named("NH3-N", "zh-CN"), named("nh3n", "en"), named("锑", "en")) == ("氨氮", "Ammonia nitrogen", "锑")
