"""Classes of surface water (GB 3838-2002): their order, what meets a target, and which months may be compared."""

from collections.abc import Sequence
from datetime import date, timedelta

GRADES = ("I", "II", "III", "IV", "V", "inferior")
_RANK = {grade: n for n, grade in enumerate(GRADES)}
# at or better than class III: the share that is published
GOOD = _RANK["III"]
# a set of assessed sections holds for one five-year plan; the first one counted here began in 2001
_FIRST_PLAN, _YEARS = 2001, 5


def rank(grade: str | None) -> int | None:
    """0 for the best class, 5 for worse than V; None where there is none."""
    return None if grade is None else _RANK.get(grade)


def met(grade: str | None, target: str | None) -> bool | None:
    """Whether a class is at or better than its target; None where either is missing."""
    one, other = rank(grade), rank(target)
    return None if one is None or other is None else one <= other


def good(grade: str | None) -> bool | None:
    """Whether a class is at or better than III."""
    found = rank(grade)
    return None if found is None else found <= GOOD


def section_set(month: date) -> int:
    """The first year of the five-year plan whose set of sections a month was assessed in."""
    return month.year - (month.year - _FIRST_PLAN) % _YEARS


def last_month(day: date) -> date:
    """The first day of the newest month that was over at the end of ``day``."""
    after = day + timedelta(days=1)
    before = after.replace(day=1) - timedelta(days=1)
    return before.replace(day=1)


def months_before(month: date, number: int) -> date:
    """The first day of the month so many months earlier."""
    at = month.year * 12 + month.month - 1 - number
    return date(at // 12, at % 12 + 1, 1)


def breaks(months: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    """Months (ascending, each with the standard it was assessed by) from which on figures are no longer comparable with those before,
    and why: ``set`` (another five-year set of sections) or ``standard``."""
    out: list[tuple[date, str]] = []
    for (earlier, one), (later, other) in zip(months, months[1:], strict=False):
        if one != other:
            out.append((later, "standard"))
        elif section_set(earlier) != section_set(later):
            out.append((later, "set"))
    return out
