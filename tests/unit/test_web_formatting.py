"""Numbers and days as a reader sees them."""

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.formatting import count, day, days, moment, number, of, percent, points, ratio, short_count

counts = st.integers(min_value=0, max_value=3_000_000)


@pytest.mark.parametrize(
    ("n", "d", "text"),
    [
        (24, 32, "75.0%"),
        (4347, 4387, "99.1%"),
        (2890, 2891, "99.9%"),
        (9_999_999, 10_000_000, "99.9%"),
        (1, 2891, "0.1%"),
        (1, 10_000_000, "0.1%"),
        (0, 7, "0.0%"),
        (7, 7, "100.0%"),
        (0, 0, "—"),
        (None, 5, "—"),
        (float("nan"), 5, "—"),
        # half to even: 0.25%, 0.35%, 12.25%, 12.75%
        (1, 400, "0.2%"),
        (7, 2000, "0.4%"),
        (49, 400, "12.2%"),
        (51, 400, "12.8%"),
        # shared items
        (12.5, 25, "50.0%"),
        (0.1 + 0.2, 0.3, "100.0%"),
    ],
)
def test_percent_prints_one_decimal_from_the_raw_ratio(n: float | None, d: float, text: str) -> None:
    assert percent(n, d) == text
    assert percent(n, d, "en") == text


@given(counts, counts)
def test_percent_is_half_even_and_never_pretends(n: int, d: int) -> None:
    assume(d > 0 and n <= d)
    text = percent(n, d)
    assert (text == "100.0%") == (n == d)
    assert (text == "0.0%") == (n == 0)
    exact = Decimal(n) * 100 / Decimal(d)
    printed = Decimal(text.removesuffix("%"))
    if text not in ("99.9%", "0.1%") and len(str(exact)) < 27:
        assert printed == exact.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    assert abs(printed - exact) <= Decimal("0.1")


def test_percent_of_fractions_agrees_with_whole_numbers() -> None:
    assert percent(24.0, 32.0) == percent(24, 32)
    assert ratio(1, 0) is None


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0.0234, "+2.3个百分点", "+2.3 pp"),
        (-0.0234, "\u22122.3个百分点", "\u22122.3 pp"),
        (0.0, "0.0个百分点", "0.0 pp"),
        (-0.0004, "0.0个百分点", "0.0 pp"),
        (None, "—", "—"),
    ],
)
def test_points_are_not_percent(value: float | None, zh: str, en: str) -> None:
    assert (points(value), points(value, "en")) == (zh, en)


def test_points_can_leave_the_sign_to_the_words() -> None:
    assert points(-0.0234, "en", signed=False) == "2.3 pp"


def test_counts() -> None:
    assert count(12117) == "12117"
    assert count(12117, "en") == "12,117"
    assert count(1234567) == "1,234,567"
    assert count(-37, "en", signed=True) == "\u221237"
    assert count(37, signed=True) == "+37"
    assert count(12.5) == "12.5"
    assert count(None) == "—"
    assert of(24, 32) == "24/32"
    assert short_count(123456) == "12.3万"
    assert short_count(340_000_000) == "3.4亿"
    assert short_count(9999) == "9999"
    assert short_count(12345, "en") == "12.3k"
    assert short_count(3_400_000, "en") == "3.4M"


def test_days() -> None:
    assert day(date(2022, 8, 15)) == "8月15日"
    assert day("2022-08-15", "en") == "15 Aug"
    assert day(date(2022, 8, 15), year=True) == "2022年8月15日"
    assert day(pd.Timestamp("2022-08-15"), "en", year=True) == "15 Aug 2022"
    assert day(None) == day(pd.NaT) == day("") == "—"
    assert moment(datetime(2022, 8, 15, 9, 30)) == "2022年8月15日 09:30"
    assert moment(datetime(2022, 8, 15), "en") == "15 Aug 2022"
    assert (days(12), days(1, "en"), days(12, "en"), days(2.5)) == ("12天", "1 day", "12 days", "2.5天")


def test_numbers_for_json() -> None:
    assert number(float("nan")) is None
    assert number(float("inf")) is None
    assert number(None) is None
    assert repr(number(3.0)) == "3"
    assert number(0.5) == 0.5
