"""Each measure's definition, once: a numerator and a denominator among the sets of a moment (DOMAIN 3.3).

A rate over an empty set is null and carries a reason; an aggregate is the ratio of sums. Nothing here
rounds: rounding belongs to where a number is printed.
"""

from dataclasses import dataclass

from data.rollup.moment import AGEING, SETS, is_set

NO_ITEMS = "no_items"
NONE_DUE = "none_due"
NONE_VERIFIED = "none_verified"
NONE_MATURED = "none_matured"
NONE_RECTIFIED = "none_rectified"
NONE_CHECKED = "none_checked"
NONE_TIMED = "none_timed"
NOT_SCHEDULED = "not_scheduled"
# an imported indicator without a figure for the time asked
NO_VALUE = "no_value"


@dataclass(frozen=True, slots=True)
class Measure:
    """``numerator`` and ``denominator`` name sets; ``denominator`` None: a count. ``reason`` says why null.

    ``minus`` names a set whose size is taken off the numerator's: a balance between −1 and 1, not a share.
    """

    id: str
    code: str
    numerator: str
    denominator: str | None
    reason: str = NO_ITEMS
    higher_is_better: bool = True
    minus: str | None = None

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets it counts, each once."""
        return tuple(dict.fromkeys(name for name in (self.numerator, self.minus, self.denominator) if name))


MEASURES: dict[str, Measure] = {
    measure.id: measure
    for measure in (
        Measure("effective", "E", "effective", None),
        Measure("completion_rate", "M1", "rectified", "effective"),
        Measure("closeout_rate", "M2", "closed", "effective"),
        Measure("due_completion_rate", "M3", "due_rectified", "due", NONE_DUE),
        Measure("on_time_rate", "M4", "on_time", "due", NONE_DUE),
        Measure("on_time_original_rate", "M4o", "on_time_original", "due_original", NONE_DUE),
        Measure("overdue", "M5", "overdue", None, higher_is_better=False),
        Measure("overdue_rate", "M5r", "overdue", "due", NONE_DUE, higher_is_better=False),
        Measure("long_overdue_rate", "M5l", "long_overdue", "due", NONE_DUE, higher_is_better=False),
        Measure("extension_rate", "M5e", "extended", "effective", higher_is_better=False),
        Measure("due_soon", "M6", "due_soon", None, higher_is_better=False),
        Measure("due_urgent", "M6u", "due_urgent", None, higher_is_better=False),
        Measure("schedule_deviation_due", "M7d", "scheduled_rectified", "scheduled", NOT_SCHEDULED, minus="due"),
        Measure("on_schedule_rate", "M8", "on_schedule", "effective"),
        Measure("relapse_rate", "M9", "relapsed", "matured", NONE_MATURED, higher_is_better=False),
        Measure("first_pass_rate", "M10", "passed_first", "verified_first", NONE_VERIFIED),
        Measure("case_closure_rate", "M15", "closed", "discovered"),
        Measure("stage_closure_rate", "M15s", "stage_closed", "discovered"),
        Measure("monitored_rate", "M16m", "monitored", "outfalls"),
        Measure("traced_rate", "M16t", "traced", "outfalls"),
        Measure("outfall_completion_rate", "M16c", "rectified", "effective"),
        Measure("project_completion_rate", "M17", "rectified", "effective"),
        Measure("verification_coverage", "M18", "verified_rectified", "rectified", NONE_RECTIFIED),
        Measure("withdrawal_rate", "W", "withdrawn", "discovered", higher_is_better=False),
    )
}


def rate(numerator: float, denominator: float) -> float | None:
    """n / d, or None over an empty set."""
    return numerator / denominator if denominator else None


__all__ = ["AGEING", "MEASURES", "SETS", "Measure", "is_set", "rate"]
