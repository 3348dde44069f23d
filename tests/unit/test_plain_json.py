"""JSON says what it can and never breaks on what it cannot."""

import json
import math
from datetime import date, datetime

import numpy as np
import pytest

from dashboard.plain_json import dumped


def test_numbers_days_and_gaps() -> None:
    value = {
        "n": np.int64(3),
        "x": [np.float64(0.5), math.nan, math.inf],
        "a": np.array([1, 2]),
        "on": date(2022, 11, 30),
        "at": datetime(2022, 1, 2, 3, 4),
        5: "中",
    }
    assert json.loads(dumped(value)) == {
        "n": 3, "x": [0.5, None, None], "a": [1, 2], "on": "2022-11-30", "at": "2022-01-02T03:04:00", "5": "中",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [({"a": "x\ud800", "b": math.nan}, {"a": "x?", "b": None}), ([2**70, date(2022, 1, 1)], [2**70, "2022-01-01"])],
)
def test_half_signs_and_long_numbers(value: object, said: object) -> None:
    assert json.loads(dumped(value)) == said


def test_what_has_no_word_is_asked_for() -> None:
    assert json.loads(dumped([date(2022, 1, 1), {1}], lambda value: f"<{type(value).__name__}>", ask=True)) == ["<date>", "<set>"]
    with pytest.raises(TypeError):
        dumped({1})
