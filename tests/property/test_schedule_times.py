"""When schedules are due, against a clock that is looked at minute by minute; and named days at the ends of weeks, months and years."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import calendar
from data.schedules import times
from data.schedules.plan import Entry
from data.schedules.runs import TRIES, Runs

CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
WORDS = st.one_of(
    CLOCK.map("daily {}".format),
    st.tuples(st.sampled_from(times.WEEKDAYS), CLOCK).map(lambda w: f"weekly {w[0]} {w[1]}"),
    st.tuples(st.one_of(st.just("last"), st.integers(1, 31).map(str)), CLOCK).map(lambda w: f"monthly {w[0]} {w[1]}"),
)
# around ends of months, leap days and years as often as anywhere
DAYS = st.one_of(
    st.dates(date(2020, 1, 1), date(2032, 12, 31)),
    st.tuples(st.integers(2020, 2032), st.integers(1, 12), st.integers(-2, 2)).map(lambda y: date(y[0], y[1], 1) + timedelta(days=y[2])),
)
MOMENTS = st.tuples(DAYS, st.integers(0, 1439)).map(lambda m: datetime.combine(m[0], datetime.min.time()) + timedelta(minutes=m[1]))


def falls(words: str, day: date) -> bool:
    """Whether it is due on a day, said another way than the program says it."""
    kind, *rest = words.split()
    if kind == "daily":
        return True
    if kind == "weekly":
        return day.strftime("%a").lower() == rest[0]
    last = (day + timedelta(days=1)).day == 1
    return (last and (rest[0] == "last" or int(rest[0]) >= day.day)) or (rest[0] != "last" and int(rest[0]) == day.day)


@given(WORDS, MOMENTS)
def test_the_newest_and_the_next_moment_are_those_of_a_calendar(words: str, now: datetime) -> None:
    when, clock = times.read(words), datetime.strptime(words.rsplit(maxsplit=1)[-1], "%H:%M").time()
    around = [now.date() + timedelta(days=k) for k in range(-35, 36)]
    due = [datetime.combine(day, clock) for day in around if falls(words, day)]
    assert when.newest(now) == max(each for each in due if each <= now)
    assert when.next(now) == min(each for each in due if each > now)


@given(st.integers(1, 600), st.sampled_from("mhd"), MOMENTS)
def test_intervals_fall_on_the_same_moments_whoever_looks(n: int, unit: str, now: datetime) -> None:
    step = n * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[unit]
    if step < timedelta(minutes=5):
        with pytest.raises(ValueError):
            times.read(f"every {n}{unit}")
        return
    when = times.read(f"every {n}{unit}")
    newest = when.newest(now)
    assert newest <= now < newest + step == when.next(now)
    assert when.newest(newest) == newest == when.newest(when.next(now) - timedelta(seconds=1))


@pytest.mark.parametrize(
    "words",
    ["", "daily", "daily 8:00", "daily 24:00", "weekly 08:00", "weekly funday 08:00", "monthly 0 08:00", "monthly 32 08:00", "every 4m",
     "every 0d", "every 5", "every m", "hourly", "daily 08:00 09:00", "daily ０8:00"],
)  # fmt: skip
def test_other_words_are_no_time(words: str) -> None:
    with pytest.raises(ValueError):
        times.read(words)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_named_days_are_over(today: date) -> None:
    week, month = calendar.named_day("week-end", today), calendar.named_day("month-end", today)
    assert week.isoweekday() == 7 and timedelta(days=1) <= today - week <= timedelta(days=7)
    assert (month + timedelta(days=1)).day == 1 and month < today and (month + timedelta(days=1)).month == today.month
    assert today - calendar.named_day("yesterday", today) == timedelta(days=1)
    with pytest.raises(KeyError):
        calendar.named_day("tomorrow", today)


def entry(words: str) -> Entry:
    return Entry("a", times.read(words), words)


@given(WORDS, MOMENTS, st.lists(st.integers(1, 60 * 24 * 40), min_size=1, max_size=12))
def test_each_moment_is_done_once_and_what_was_missed_once(words: str, start: datetime, steps: list[int]) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        runs, what, now = Runs(Path(folder) / "done.json"), entry(words), start
        runs.seen([what], now)
        assert runs.due(what, now) is None
        done: list[datetime] = []
        for step in steps:
            before, now = now, now + timedelta(minutes=step)
            # read again, as another process would
            runs = Runs(Path(folder) / "done.json")
            slot = runs.due(what, now)
            assert (slot is not None) == (what.when.next(before) <= now)
            if slot is not None:
                assert slot == what.when.newest(now)
                runs.begun("a", slot)
                runs.ended("a", slot, now, True, "")
                done.append(slot)
                assert runs.due(what, now) is None
        assert done == sorted(set(done))


def test_what_fails_is_tried_again_and_then_given_up_until_its_next_time(tmp_path) -> None:
    runs, what = Runs(tmp_path / "done.json"), entry("daily 08:00")
    runs.seen([what], datetime(2022, 9, 30, 7))
    for _ in range(TRIES):
        slot = runs.due(what, datetime(2022, 9, 30, 9))
        assert slot == datetime(2022, 9, 30, 8)
        runs.begun("a", slot)
        runs.ended("a", slot, datetime(2022, 9, 30, 9), False, "no")
    assert runs.due(what, datetime(2022, 9, 30, 23, 59)) is None
    assert runs.due(what, datetime(2022, 10, 1, 8)) == datetime(2022, 10, 1, 8)


def test_a_process_that_died_in_the_middle_is_counted_as_a_try(tmp_path) -> None:
    runs, what, now = Runs(tmp_path / "done.json"), entry("daily 08:00"), datetime(2022, 9, 30, 9)
    runs.seen([what], datetime(2022, 9, 30, 7))
    for _ in range(TRIES):
        slot = Runs(tmp_path / "done.json").due(what, now)
        assert slot is not None
        runs.begun("a", slot)
    assert Runs(tmp_path / "done.json").due(what, now) is None
