"""Whole steps of a number are those of exact arithmetic."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dashboard.captions.race import printed
from dashboard.formatting import exact, stepped

NUMBERS = st.one_of(
    st.floats(-1e9, 1e9), st.integers(-(10**9), 10**9), st.fractions(-1000, 1000), st.integers(-200_000, 200_000).map(lambda n: n / 1000)
)


@given(NUMBERS, st.integers(0, 4))
def test_steps_are_half_to_even_from_the_exact_value(value: float | int | Fraction, decimals: int) -> None:
    step = 10**decimals
    steps, side = stepped(value, step)
    rest = exact(value) - Fraction(steps, step)
    assert steps == round(exact(value) * step)
    assert side == (rest > 0) - (rest < 0)


def test_a_score_is_100_only_where_it_is_100() -> None:
    assert [printed(value, 2) for value in (100, 99.999, 0, 0.001, -0.001, 0.125, 0.135, 96.4)] == [
        "100.00", "99.99", "0.00", "0.01", "−0.01", "0.12", "0.14", "96.40",
    ]  # fmt: skip
    assert printed(99.999, 2, signed=True) == "+100.00" and printed(-0.001, 2, signed=True) == "0.00"
