"""How each measure is shown: unit, direction, colour, and the sets its two numbers count. What it means is data/measures.py."""

from dataclasses import dataclass

from dashboard.captions import official
from dashboard.formatting import count, missing, percent
from dashboard.i18n import t

RATE, COUNT = "rate", "count"


@dataclass(frozen=True, slots=True)
class Shown:
    """``numerator`` and ``denominator`` name sets (``rows=<set>``). ``better``: 1 when more is better, -1 when less, 0 when neither.

    ``colour`` is a token of dashboard.theme; ``alarm`` paints the number itself when it is not zero.
    """

    id: str
    unit: str
    numerator: str
    denominator: str | None
    better: int
    colour: str = "ink"
    alarm: bool = False


MEASURES: dict[str, Shown] = {
    shown.id: shown
    for shown in (
        Shown("effective", COUNT, "effective", None, 0),
        Shown("completion_rate", RATE, "rectified", "effective", 1, "brand"),
        Shown("closeout_rate", RATE, "closed", "effective", 1, "status-closed"),
        Shown("due_completion_rate", RATE, "due_rectified", "due", 1, "brand"),
        Shown("on_time_rate", RATE, "on_time", "due", 1, "brand"),
        Shown("overdue", COUNT, "overdue", None, -1, "status-overdue", alarm=True),
        Shown("due_soon", COUNT, "due_soon", None, -1, "status-due-soon"),
        Shown("first_pass_rate", RATE, "passed_first", "verified_first", 1, "brand"),
    )
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words; ``good`` 1, -1 or 0 says whether it is for the better."""

    text: str
    good: int


def value_text(shown: Shown, numerator: float | None, denominator: float | None, lang: str) -> str:
    """The measure's value: a count, or a rate with one decimal; a dash when there is none."""
    return count(numerator, lang) if shown.unit == COUNT else percent(numerator, denominator, lang)


def change(
    shown: Shown, now: tuple[float | None, float | None], before: tuple[float | None, float | None], lang: str, words: str = "progress"
) -> Change:
    """What a week has changed; ``now`` and ``before`` are (numerator, denominator). ``words``: the room whose wording is used."""
    if shown.unit == COUNT:
        if missing(now[0]) or missing(before[0]):
            return Change(t(f"{words}.change.unknown", lang), 0)
        size = now[0] - before[0]  # type: ignore[operator]
        if not size:
            return Change(t(f"{words}.change.same", lang), 0)
        word = "more" if size > 0 else "fewer"
        return Change(t(f"{words}.change.{word}", lang, n=count(abs(size), lang)), shown.better * (1 if size > 0 else -1))
    gap = official.gap(now, before)
    if gap is None:
        return Change(t(f"{words}.change.unknown", lang), 0)
    if not gap.way:
        return Change(t(f"{words}.change.same", lang), 0)
    word = "up" if gap.way > 0 else "down"
    return Change(t(f"{words}.change.{word}", lang, points=official.size(gap, lang)), shown.better * gap.way)
