"""Days of the simulation as day numbers (data.calendar), moments as minutes since the epoch, in civil time."""

from datetime import date

from data.calendar import day_number, day_of
from data.demo.texts import texts

DAY = 1440
# Asia/Shanghai is UTC+8 all year
UTC_OFFSET = 480
_SATURDAY = 5


def number(text: str) -> int:
    """The day number of ``YYYY-MM-DD``."""
    return day_number(date.fromisoformat(text))


LAST = number(texts("campaigns")["last_day"])
_HOLIDAYS = frozenset(map(number, texts("campaigns")["holidays"]))
_WORKED = frozenset(map(number, texts("campaigns")["working_weekends"]))
_FIRST_TEXT = number("2020-01-01")
_DAY_TEXT = [day_of(d).isoformat() for d in range(_FIRST_TEXT, number("2028-01-01"))]
_MINUTE_TEXT = [f" {m // 60:02d}:{m % 60:02d}:00.000000" for m in range(DAY)]
_MONTH_END = [number(f"{y}-{m:02d}-01") - 1 for y in range(2021, 2027) for m in range(1, 13)]


def day_text(day: int) -> str:
    """``YYYY-MM-DD``."""
    return _DAY_TEXT[day - _FIRST_TEXT]


def moment_text(minute: int) -> str:
    """``YYYY-MM-DD HH:MM:SS.ffffff``."""
    return _DAY_TEXT[minute // DAY - _FIRST_TEXT] + _MINUTE_TEXT[minute % DAY]


def is_workday(day: int) -> bool:
    """Whether offices work: public holidays and the weekends worked in exchange are known."""
    # day 0, 2000-01-01, was a Saturday
    return day in _WORKED or (day not in _HOLIDAYS and (day + _SATURDAY) % 7 < _SATURDAY)


def workday_before(day: int) -> int:
    """The last workday not after ``day``."""
    while not is_workday(day):
        day -= 1
    return day


def workday_after(day: int) -> int:
    """The first workday not before ``day``."""
    while not is_workday(day):
        day += 1
    return day


def month_end(day: int) -> int:
    """The last day of the month of ``day``."""
    return next(end for end in _MONTH_END if end >= day)
