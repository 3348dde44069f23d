"""Warnings about sections: water worse than its target, worse than the month before, or at its target and hardly so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from data import identity
from data.calendar import recorded_before
from data.queries import rivers
from data.queries.selection import Selection
from data.schema import section_quality
from data.store import Store
from data.warnings.found import Found
from data.warnings.rules import Rule, Rules
from data.waters import grades, quality
from data.waters.limits import STANDARD, nearest
from data.waters.network import Body, Network, Site, network

# what sections do not have: a selection by any of these is one of items
_OF_ITEMS = ("round", "kind", "category", "source", "department", "area")
_WATER = "water"
# how far back a run of months is followed
_MONTHS = 12
_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Section:
    """A section with its months (ascending, at least one) and the newest month's indicators."""

    site: Site
    body: Body
    months: list[quality.Month]
    indicators: dict[str, Any] | None

    @property
    def now(self) -> quality.Month:
        return self.months[-1]

    @property
    def before(self) -> quality.Month | None:
        """The month before the newest one, when it was assessed by the same standard."""
        earlier = self.months[-2] if len(self.months) > 1 else None
        return earlier if earlier is not None and _follows(earlier, self.now) else None


def found_at_sections(selection: Selection, chosen: Rules) -> list[Found]:
    """What the rules find at the sections that the viewer, the region and the water bodies of the selection leave. None when it asks for
    what only items have, or for a theme that is not water. The campaign does not matter: sections belong to none."""
    filters = selection.filters
    if any(getattr(filters, name) for name in _OF_ITEMS) or (filters.theme and _WATER not in filters.theme):
        return []
    store = selection.store
    held = network(store)
    regions = rivers.within(selection)
    out: list[Found] = []
    for object_id, found in _everywhere(store, held, selection.as_of, selection.known_at, chosen).items():
        site = held.by_id[object_id]
        if regions is not None and site.region_id not in regions:
            continue
        if filters.water and held.bodies[site.water_body_id].code not in filters.water:
            continue
        out += found
    return out


def _everywhere(store: Store, held: Network, as_of: date, known_at: date | None, chosen: Rules) -> dict[int, list[Found]]:
    """The warnings of every section; kept until the store changes."""
    kept: dict[tuple[date, date | None, Rules], dict[int, list[Found]]] = store.remembered("section-warnings", dict)
    last = grades.last_month(as_of)
    key = last, known_at, chosen
    found = kept.get(key)
    if found is None:
        found = {}
        oldest = grades.months_before(last, chosen.fresh_months - 1)
        months = quality.months(store, None, as_of, known_at, grades.months_before(oldest, _MONTHS))
        fresh = {key: each for key, each in months.items() if each[-1].month >= oldest and _shown(held, key)}
        values = _indicators(store, {each[-1].month for each in fresh.values()}, known_at)
        for object_id, each in fresh.items():
            site = held.by_id[object_id]
            section = _Section(site, held.bodies[site.water_body_id], each, values.get((object_id, each[-1].month)))
            mine = _of_section(section, chosen.rules)
            if mine:
                found[object_id] = mine
        if len(kept) >= _KEPT:
            kept.clear()
        kept[key] = found
    return found


def _shown(held: Network, object_id: int) -> bool:
    site = held.by_id.get(object_id)
    return site is not None and site.kind == "section" and site.water_body_id in held.bodies


def _indicators(store: Store, months: Iterable[date], known_at: date | None) -> dict[tuple[int, date], dict[str, Any] | None]:
    """The indicators of every section in some months."""
    q = section_quality.c
    query = select(q.object_id, q.month, q.indicators).where(q.month.in_(sorted(months)))
    if known_at is not None:
        query = query.where(q.recorded_at < recorded_before(known_at))
    with store.reading() as conn:
        return {(row[0], row[1]): row[2] if isinstance(row[2], dict) else None for row in conn.execute(query)}


def _of_section(section: _Section, chosen: tuple[Rule, ...]) -> list[Found]:
    if section.now.grade is None:
        return []
    by_kind = {"exceed": _exceed, "near": _near, "jump": _jump}
    return [found for rule in chosen if rule.kind in by_kind for found in by_kind[rule.kind](section, rule)]


def _exceed(section: _Section, rule: Rule) -> list[Found]:
    worse = _difference(section.now.grade, section.site.target)
    band = rule.band(Fraction(worse)) if worse is not None else None
    if band is None:
        return []
    run = _run(section, lambda month: (_difference(month.grade, section.site.target) or 0) >= rule.mildest.at_least)
    facts = {"classes": worse, "months": len(run), "over": section.now.exceeding}
    return [_found(section, rule, worse or 0, run[0], facts)]


def _jump(section: _Section, rule: Rule) -> list[Found]:
    if section.before is None:
        return []
    worse = _difference(section.now.grade, section.before.grade)
    short = _difference(section.now.grade, section.site.target)
    if worse is None or rule.band(Fraction(worse)) is None:
        return []
    # water that is still better than it has to be alarms nobody, and water that just meets its target when it fell far
    if short is not None and (short < 0 or (short == 0 and worse < rule.least_at_target)):
        return []
    return [_found(section, rule, worse, section.now, {"before": section.before.grade})]


def _near(section: _Section, rule: Rule) -> list[Found]:
    now, target = section.now, section.site.target
    if now.grade is None or _difference(now.grade, target) != 0:
        return []
    closest = nearest(section.indicators, now.grade, section.body.kind) if now.standard == STANDARD else None
    if closest is not None:
        if rule.band(closest.share) is None:
            return []
        facts = {"indicator": closest.indicator.names, "amount": closest.value, "share": closest.share}
        return [_found(section, rule, closest.share, now, facts)]
    # without figures: at the target now, and better the month before
    fell = _difference(now.grade, section.before.grade) if section.before is not None else None
    if fell is None or fell < 1:
        return []
    # the class itself is all there is to go by: the mildest level, at the limit
    return [_found(section, rule, rule.mildest.at_least, now, {"before": section.before.grade if section.before else None})]


def _found(section: _Section, rule: Rule, number: int | Fraction, began: quality.Month, facts: Mapping[str, object]) -> Found:
    band = rule.band(Fraction(number))
    assert band is not None
    site = section.site
    said = {"section": {"zh-CN": site.name("zh-CN"), "en": site.name("en")}, "month": section.now.month, "grade": section.now.grade}
    return Found(
        rule,
        band,
        identity.to_hex(site.object_id),
        site.region_id,
        float(number),
        f"/river/{identity.to_hex(site.water_body_id)}",
        since=_last_day(began.month),
        facts={**said, "target": site.target, **facts},
        simulated=site.simulated,
    )


def _run(section: _Section, holds: Any) -> list[quality.Month]:
    """The months without a gap, up to the newest, of which something holds; oldest first."""
    run = [section.now]
    for month in reversed(section.months[:-1]):
        if not _follows(month, run[0]) or not holds(month):
            break
        run.insert(0, month)
    return run


def _follows(earlier: quality.Month, later: quality.Month) -> bool:
    return earlier.month == grades.months_before(later.month, 1) and earlier.standard == later.standard


def _difference(grade: str | None, other: str | None) -> int | None:
    """By how many classes a grade is worse than another; negative: better."""
    one, two = grades.rank(grade), grades.rank(other)
    return None if one is None or two is None else one - two


def _last_day(month: date) -> date:
    """A month's class is of the whole month: the first day on which it can be read is the last."""
    return grades.months_before(month, -1) - timedelta(days=1)
