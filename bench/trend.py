"""Whether something grows: a straight line through readings, and how sure it is of its slope."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trend:
    """``slope`` for each unit of time, its standard ``error``, the ``mean`` of the readings, how many units of time they ``span``."""

    slope: float
    error: float
    mean: float
    span: float

    @property
    def rise(self) -> float:
        """From the first reading to the last, as the line has it."""
        return self.slope * self.span

    def grows(self, share: float) -> bool:
        """Whether the line rises by more than that share of the mean, and surely: by more than twice its error."""
        return self.rise > share * abs(self.mean) and self.slope > 2 * self.error


def trend(times: Sequence[float], values: Sequence[float]) -> Trend:
    """The line of least squares. Flat for fewer than two readings; the error is infinite when two or fewer say nothing of it."""
    n = len(times)
    if n != len(values):
        raise ValueError(f"{n} times and {len(values)} values")
    if n == 0:
        return Trend(0.0, math.inf, 0.0, 0.0)
    middle, mean = sum(times) / n, sum(values) / n
    apart = sum((t - middle) ** 2 for t in times)
    if not apart:
        return Trend(0.0, math.inf, mean, 0.0)
    slope = sum((t - middle) * (v - mean) for t, v in zip(times, values, strict=True)) / apart
    left = sum((v - mean - slope * (t - middle)) ** 2 for t, v in zip(times, values, strict=True))
    error = math.sqrt(left / (n - 2) / apart) if n > 2 else math.inf
    return Trend(slope, error, mean, max(times) - min(times))
