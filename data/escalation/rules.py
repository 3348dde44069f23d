"""The rule sets: JSON files in data/escalation/rules, read once and checked while they are read."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data.escalation.model import RUNGS, Condition, Rule, RuleSet
from data.filters import KINDS, LEVELS
from data.measures import MEASURES, is_set
from data.ranking.scheme import Words

FOLDER = Path(__file__).parent / "rules"
_RULE = {"id", "zh", "en", "rung", "level", "kinds", "when", "again_after_days", "dismissed_for_days", "basis"}
_SET = {"id", "zh", "en", "within", "instead_of", "rules"}
# what a condition may say, by the key that names it
_LEAVES = {
    "count": {"at_least"},
    "measure": {"below", "above", "least"},
    "not_improving": {"over_days", "least"},
    "taken": {"within_days"},
}
_ANY_LEAF = {"zh", "en", "kinds", "rows"}
# a dismissal holds for this long unless the rule says otherwise
DISMISSED_DAYS = 30


class RuleError(ValueError):
    """A rule file says something that cannot be meant; the text names the file, the place and the remedy."""


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """Every rule set, in the order of the files' names. RuleError for a file that is wrong."""
    found = tuple(read_file(path) for path in sorted(FOLDER.glob("*.json")))
    rules = [rule.id for each in found for rule in each.rules]
    twice = {name for name in rules if rules.count(name) > 1}
    if twice:
        raise RuleError(f"rules: the id {sorted(twice)[0]!r} stands twice; ids name a rule in the record of decisions")
    return found


def rule_set(name: str) -> RuleSet:
    """One rule set by its id. KeyError for one that is not there."""
    return {each.id: each for each in rule_sets()}[name]


def read_file(path: Path) -> RuleSet:
    """One file as a RuleSet. RuleError."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise RuleError(f"{path.name}: not JSON ({problem})") from None
    return read_set(body, path.name)


def read_set(body: Mapping[str, Any], where: str) -> RuleSet:
    """A rule set out of JSON values. RuleError."""
    _known(body, _SET, where)
    _needed(body, ("id", "zh", "en", "rules"), where)
    rules = tuple(_rule(each, str(body["id"]), f"{where}, rule {k}") for k, each in enumerate(body["rules"], 1))
    if not rules:
        raise RuleError(f"{where}: no rules")
    return RuleSet(body["id"], Words(body["zh"], body["en"]), body.get("within"), tuple(body.get("instead_of", ())), rules)


def _rule(body: Mapping[str, Any], owner: str, where: str) -> Rule:
    _known(body, _RULE, where)
    _needed(body, ("id", "zh", "en", "rung", "level", "when", "again_after_days", "basis"), where)
    _one_of(body["rung"], RUNGS, f"{where}: rung")
    _one_of(body["level"], LEVELS, f"{where}: level")
    kinds = _kinds(body.get("kinds", ()), where)
    dismissed = _days(body.get("dismissed_for_days", DISMISSED_DAYS), f"{where}: dismissed_for_days")
    basis = body["basis"]
    if not isinstance(basis, dict) or not basis.get("zh") or not basis.get("en"):
        raise RuleError(f"{where}: basis needs the legal basis as zh and en")
    again = _days(body["again_after_days"], f"{where}: again_after_days")
    when = _condition(body["when"], kinds, f"{where}: when")
    return Rule(
        body["id"],
        owner,
        Words(body["zh"], body["en"]),
        body["rung"],
        body["level"],
        when,
        again,
        dismissed,
        Words(basis["zh"], basis["en"]),
    )


def _condition(body: object, kinds: tuple[str, ...], where: str) -> Condition:
    if not isinstance(body, dict):
        raise RuleError(f"{where}: a condition is an object, not {body!r}")
    for joint in ("all", "any"):
        if joint in body:
            _known(body, {joint}, where)
            parts = tuple(_condition(each, kinds, f"{where}.{joint}[{k}]") for k, each in enumerate(body[joint]))
            if not parts:
                raise RuleError(f"{where}.{joint}: empty; it would hold for every region")
            return Condition(joint, parts=parts)
    (what, *more) = [name for name in _LEAVES if name in body] or [""]
    if not what or more:
        raise RuleError(f"{where}: one of {', '.join(['all', 'any', *_LEAVES])} must be named")
    _known(body, {what} | _LEAVES[what] | _ANY_LEAF, where)
    _needed(body, ("zh", "en"), where)
    own = _kinds(body["kinds"], where) if "kinds" in body else kinds
    said, rows = Words(body["zh"], body["en"]), body.get("rows")
    if rows is not None and not is_set(rows):
        raise RuleError(f"{where}: rows {rows!r} is not a set of items")
    name = body[what]
    if what == "count":
        if not isinstance(name, str) or not is_set(name):
            raise RuleError(f"{where}: {name!r} is not a set of items (data/rollup/moment.py)")
        made = Condition("count", name, _number(body, "at_least", where), kinds=own, said=said, rows=rows or name)
    elif what == "taken":
        _one_of(name, RUNGS, f"{where}: taken")
        made = Condition("taken", name, days=_days(body.get("within_days"), f"{where}: within_days"), said=said)
    else:
        _one_of(name, tuple(MEASURES), f"{where}: {what}")
        rows = rows or MEASURES[name].denominator or MEASURES[name].numerator
        least = int(_number(body, "least", where))
        if what == "measure":
            (side, *both) = [each for each in ("below", "above") if each in body] or [""]
            if not side or both:
                raise RuleError(f"{where}: either below or above")
            made = Condition(side, name, _number(body, side, where), least, kinds=own, said=said, rows=rows)
        else:
            days = _days(body.get("over_days"), f"{where}: over_days")
            made = Condition("not_improving", name, 0.0, least, days, own, said, rows)
    _sentence(made, where)
    return made


# ----------------------------------------------------------------------------- what may stand there


def _sentence(made: Condition, where: str) -> None:
    """The evidence's sentence names nothing that will not be known."""
    filled = dict.fromkeys(("n", "d", "limit", "least", "days", "was_n", "was_d", "day", "document"), 0)
    for text in (made.said.zh, made.said.en):
        try:
            text.format(**filled)
        except (KeyError, IndexError, ValueError) as problem:
            raise RuleError(f"{where}: the sentence {text!r} cannot be filled in ({problem})") from None


def _known(body: Mapping[str, Any], names: set[str], where: str) -> None:
    strange = sorted(set(body) - names)
    if strange:
        raise RuleError(f"{where}: unknown key {strange[0]!r}; known are {', '.join(sorted(names))}")


def _needed(body: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    missing = [name for name in names if body.get(name) in (None, "")]
    if missing:
        raise RuleError(f"{where}: {missing[0]} is missing")


def _one_of(value: object, known: Sequence[str], where: str) -> None:
    if value not in known:
        raise RuleError(f"{where}: {value!r} is not known; it may be {', '.join(known)}")


def _kinds(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise RuleError(f"{where}: kinds is a list")
    for each in value:
        _one_of(each, KINDS, f"{where}: kinds")
    return tuple(value)


def _days(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 3660:
        raise RuleError(f"{where}: {value!r} is not a number of days")
    return value


def _number(body: Mapping[str, Any], name: str, where: str) -> float:
    value = body.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise RuleError(f"{where}: {name} needs a number")
    return value
