"""When something is due: ``daily 08:00``, ``weekly mon 08:00``, ``monthly 31 18:30``, ``monthly last 18:30``, ``every 30m|6h|2d``.

Moments are those of the clock in Asia/Shanghai, without an offset: that clock has not been put forward or back since 1991.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# intervals are counted from here, so that they fall on the same moments whenever they are looked at
START = datetime(2000, 1, 1)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LEAST = timedelta(minutes=5)
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(rf"daily {_CLOCK}")
_WEEKLY = re.compile(rf"weekly ({'|'.join(WEEKDAYS)}) {_CLOCK}")
_MONTHLY = re.compile(rf"monthly (last|[1-9]|[12]\d|3[01]) {_CLOCK}")
_EVERY = re.compile(r"every ([1-9]\d{0,3})([mhd])")


@dataclass(frozen=True, slots=True)
class When:
    """``kind``: daily, weekly (``on``: 0 is Monday), monthly (``on``: the day; 31 is the last of any month) or every (``step``)."""

    kind: str
    at: time = time(0)
    on: int = 0
    step: timedelta = timedelta(0)

    def newest(self, now: datetime) -> datetime:
        """The newest moment, at or before ``now``, at which it is due."""
        if self.kind == "every":
            return START + (now - START) // self.step * self.step
        for day in self._days(now.date(), -1):
            found = datetime.combine(day, self.at)
            if found <= now:
                return found
        raise ValueError(now)

    def next(self, now: datetime) -> datetime:
        """The first moment after ``now`` at which it is due."""
        if self.kind == "every":
            return self.newest(now) + self.step
        for day in self._days(now.date(), 1):
            found = datetime.combine(day, self.at)
            if found > now:
                return found
        raise ValueError(now)

    def _days(self, start: date, step: int) -> Iterator[date]:
        """Days on which it is due, from ``start`` on, forwards or backwards."""
        for k in range(64):
            day = start + timedelta(days=step * k)
            if self.kind == "weekly" and day.weekday() != self.on:
                continue
            if self.kind == "monthly" and day.day != min(self.on, _length(day)):
                continue
            yield day


def read(text: str) -> When:
    """The ``When`` that a text says. Raises ValueError for any other text."""
    plain = " ".join(text.lower().split())
    if found := _DAILY.fullmatch(plain):
        return When("daily", time(int(found[1]), int(found[2])))
    if found := _WEEKLY.fullmatch(plain):
        return When("weekly", time(int(found[2]), int(found[3])), WEEKDAYS.index(found[1]))
    if found := _MONTHLY.fullmatch(plain):
        return When("monthly", time(int(found[2]), int(found[3])), 31 if found[1] == "last" else int(found[1]))
    if found := _EVERY.fullmatch(plain):
        step = int(found[1]) * _UNITS[found[2]]
        if step >= LEAST:
            return When("every", step=step)
    raise ValueError(text)


def _length(day: date) -> int:
    """How many days its month has."""
    return ((day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
