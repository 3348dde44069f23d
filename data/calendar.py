"""Days and moments. Business days are calendar days in Asia/Shanghai; an as-of day means its end (24:00)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# day numbers in rollups count from here, so that they fit 16 bits until 2089
EPOCH = date(2000, 1, 1)
NEVER = 32767
# days that a query may name instead of a date
NAMED_DAYS = ("today", "yesterday", "week-end", "month-end")
_EPOCH_ORDINAL = EPOCH.toordinal()


def today() -> date:
    """Today in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()


def now_here() -> datetime:
    """Now as the clock in Asia/Shanghai shows it, without an offset."""
    return datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)


def named_day(word: str, today: date) -> date:
    """A day by its name (``NAMED_DAYS``), seen from ``today``. ``week-end`` is the Sunday, ``month-end`` the last day of the month, that is
    over: neither is ever today. KeyError for any other word."""
    return {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "week-end": today - timedelta(days=today.isoweekday()),
        "month-end": today.replace(day=1) - timedelta(days=1),
    }[word]


def now_utc() -> datetime:
    """Now in UTC without an offset, as ``recorded_at`` columns hold it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def end_of_day_utc(day: date) -> datetime:
    """The last second of a day in Asia/Shanghai, in UTC without an offset."""
    local = datetime.combine(day, time(23, 59, 59), tzinfo=SHANGHAI)
    return local.astimezone(UTC).replace(tzinfo=None)


def local_moment(moment: datetime) -> datetime:
    """A moment in UTC without an offset as the clock in Asia/Shanghai shows it."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI).replace(tzinfo=None)


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai of a moment in UTC without an offset."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI).date()


def recorded_before(known_at: date) -> datetime:
    """The moment before which something must have been recorded to be known at the end of a day."""
    return end_of_day_utc(known_at) + timedelta(seconds=1)


def day_number(day: date) -> int:
    """Days since EPOCH."""
    return day.toordinal() - _EPOCH_ORDINAL


def day_of(number: int) -> date:
    """The day of a day number."""
    return EPOCH + timedelta(days=int(number))
