"""Which regions the rules propose a rung for. This only proposes: nothing here writes, and a person decides (decisions.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from data.escalation.model import CONFIRMED, DISMISSED, Candidate, Condition, Decision, Finding, Rule, RuleSet
from data.escalation.read import decisions_until, read_decisions
from data.escalation.rules import rule_sets
from data.filters import Filters
from data.measures import MEASURES
from data.queries.selection import Selection
from data.ranking.scheme import Words
from data.store import Store

Counted = dict[int, int]


def candidates(scope: str, store: Store, filters: Filters, only: str | None = None) -> list[Candidate]:
    """What the rules propose as of the selection's day: the gravest first, within a rung by what was found most of, then in tree order.

    Of the filters only campaign, region, as-of, known-at and whether basic completion counts matter: a rule looks at the whole of a
    region. A region gets one proposal, the gravest. It gets none of a rung that it, or a graver one, was given within the rule's period,
    or that a person dismissed lately. ``only``: one rule set by its id, else all that apply where the region lies.
    """
    look = _Look(scope, store, filters)
    sets = [each for each in rule_sets() if only in (None, each.id)]
    best: dict[int, Candidate] = {}
    for each in sets:
        replaced = [] if only else [other for other in sets if each.id in other.instead_of]
        for rule in each.rules:
            for region_id in look.regions(rule.level, each, replaced):
                found = _propose(look, rule, region_id)
                held = best.get(region_id)
                if found is not None and (held is None or held.rule.grade < rule.grade):
                    best[region_id] = found
    return sorted(best.values(), key=lambda c: (-c.rule.grade, -_most(c), look.tree.by_id(c.region_id).position))


def _most(candidate: Candidate) -> int:
    return max((finding.numerator or 0 for finding in candidate.findings), default=0)


def _propose(look: "_Look", rule: Rule, region_id: int) -> Candidate | None:
    past = look.decided.get(region_id, ())
    if any(_bars(each, rule, look.as_of) for each in past):
        return None
    findings = _holds(look, rule.when, rule.level, region_id)
    if findings is None:
        return None
    taken = [each for each in past if each.verdict == CONFIRMED]
    last = max(taken, key=lambda each: (each.effective_on, each.escalation_id), default=None)
    return Candidate(region_id, rule, findings, look.as_of, last)


def _bars(decision: Decision, rule: Rule, day: date) -> bool:
    """Whether a decision that stands keeps a rule from proposing on a day."""
    since = (day - decision.effective_on).days
    if decision.verdict == CONFIRMED:
        return decision.grade >= rule.grade and since < rule.again_days
    return decision.verdict == DISMISSED and decision.rung == rule.rung and since < rule.dismissed_days


# ----------------------------------------------------------------------------- conditions


def _holds(look: "_Look", condition: Condition, level: str, region_id: int) -> list[Finding] | None:
    """What was found where a condition holds for a region; None where it does not."""
    if condition.what in ("all", "any"):
        found = [_holds(look, part, level, region_id) for part in condition.parts]
        held = [each for each in found if each is not None]
        if len(held) < (len(found) if condition.what == "all" else 1):
            return None
        return [finding for each in held for finding in each]
    if condition.what == "taken":
        return _taken(look, condition, region_id)
    if condition.what == "count":
        n = look.count(condition, condition.name, level, 0).get(region_id, 0)
        return [_finding(look, condition, region_id, n=n)] if n >= condition.limit else None
    return _measured(look, condition, level, region_id)


def _measured(look: "_Look", condition: Condition, level: str, region_id: int) -> list[Finding] | None:
    n, d = look.ratio(condition, level, region_id, 0)
    if d is not None and d < max(condition.least, 1):
        return None
    value = Fraction(n, d or 1)
    if condition.what == "not_improving":
        was_n, was_d = look.ratio(condition, level, region_id, condition.days)
        if was_d is not None and was_d < max(condition.least, 1):
            return None
        was = Fraction(was_n, was_d or 1)
        better = value > was if MEASURES[condition.name].higher_is_better else value < was
        return None if better else [_finding(look, condition, region_id, n=n, d=d, was_n=was_n, was_d=was_d)]
    limit = Fraction(str(condition.limit))
    held = value < limit if condition.what == "below" else value > limit
    return [_finding(look, condition, region_id, n=n, d=d)] if held else None


def _taken(look: "_Look", condition: Condition, region_id: int) -> list[Finding] | None:
    """The newest time the rung was confirmed, if that is recent enough."""
    found = [
        each
        for each in look.decided.get(region_id, ())
        if each.verdict == CONFIRMED and each.rung == condition.name and (look.as_of - each.effective_on).days <= condition.days
    ]
    if not found:
        return None
    newest = max(found, key=lambda each: (each.effective_on, each.escalation_id))
    return [_finding(look, condition, region_id, day=newest.effective_on.isoformat(), document=newest.document_no or "")]


def _finding(look: "_Look", condition: Condition, region_id: int, **found: Any) -> Finding:
    limit = condition.limit
    share = condition.what in ("below", "above")
    known = {"limit": f"{limit * 100:g}%" if share and MEASURES[condition.name].denominator else f"{limit:g}", "least": condition.least}
    values = {"n": 0, "d": 0, "was_n": 0, "was_d": 0, "day": "", "document": "", "days": condition.days} | known | found
    said = Words(condition.said.zh.format(**values), condition.said.en.format(**values))
    rows = None
    if condition.rows:
        kind = f"&kind={condition.kinds[0]}" if len(condition.kinds) == 1 else ""
        rows = f"region={look.tree.by_id(region_id).code}{kind}&rows={condition.rows}"
    return Finding(condition.what, condition.name, found.get("n"), found.get("d"), rows, said)


# ----------------------------------------------------------------------------- what is looked at


@dataclass(slots=True)
class _Look:
    """The store as the rules look at it: counts by region, asked for once, and what was decided before."""

    scope: str
    store: Store
    filters: Filters
    as_of: date = field(init=False)
    decided: dict[int, list[Decision]] = field(init=False)
    _whole: Selection = field(init=False)
    _selections: dict[tuple[str, tuple[str, ...], int], Selection] = field(init=False, default_factory=dict)
    _counted: dict[tuple[str, str, tuple[str, ...], int], Counted] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        asked = self.filters
        self.filters = Filters(
            campaign=asked.campaign, region=asked.region, as_of=asked.as_of, known_at=asked.known_at, count_basic=asked.count_basic
        )
        self._whole = Selection(self.scope, self.store, self.filters)
        self.as_of = self._whole.as_of
        campaigns = {c.campaign_id for c in self._whole.campaigns}
        self.decided = {}
        with self.store.reading() as conn:
            until = decisions_until(conn, asked, self.as_of)
            for each in read_decisions(conn, until=until, known_at=asked.known_at):
                if each.revoked_on is None and (each.campaign_id is None or each.campaign_id in campaigns):
                    self.decided.setdefault(each.region_id, []).append(each)

    @property
    def tree(self) -> Any:
        return self._whole.tree

    def regions(self, level: str, rules: RuleSet, replaced: Iterable[RuleSet]) -> Sequence[int]:
        """Regions of a level inside the selection that a rule set looks at, with items discovered or not, in tree order.

        Only regions that lie wholly inside the selection: of others only a part would be counted.
        """
        if self._whole.empty:
            return []
        tree = self.tree
        held = self._whole.region_id
        inside = set(tree.order) if held is None else tree.within(held)
        if rules.within is not None:
            inside = inside & self._within(rules.within)
        for other in replaced:
            inside = inside - (self._within(other.within) if other.within is not None else inside)
        counted = self._rows(level, (), 0)
        return [r for r in counted if r in inside and tree.by_id(r).level == level]

    def _within(self, code: str) -> set[int]:
        place = self.tree.get(code)
        return self.tree.within(place.region_id) if place is not None else set()

    def _selection(self, level: str, kinds: tuple[str, ...], days: int) -> Selection:
        key = (level, kinds, days)
        found = self._selections.get(key)
        if found is None:
            day = self.as_of - timedelta(days=days)
            found = self._selections[key] = Selection(self.scope, self.store, self.filters.but(level=level, kind=kinds, as_of=day))
        return found

    def _rows(self, level: str, kinds: tuple[str, ...], days: int) -> list[int]:
        return self._selection(level, kinds, days).rows().region_ids

    def count(self, condition: Condition, name: str, level: str, days: int) -> Counted:
        """How many items of a set each region of a level has, some days before the as-of day."""
        key = (name, level, condition.kinds, days)
        found = self._counted.get(key)
        if found is None:
            rows = self._selection(level, condition.kinds, days).rows()
            found = self._counted[key] = dict(zip(rows.region_ids, rows.count(name).tolist(), strict=True))
        return found

    def ratio(self, condition: Condition, level: str, region_id: int, days: int) -> tuple[int, int | None]:
        """Numerator and denominator (None: a count) of the condition's measure in a region."""
        measure = MEASURES[condition.name]
        n = self.count(condition, measure.numerator, level, days).get(region_id, 0)
        if measure.minus:
            n -= self.count(condition, measure.minus, level, days).get(region_id, 0)
        if measure.denominator is None:
            return n, None
        return n, self.count(condition, measure.denominator, level, days).get(region_id, 0)
