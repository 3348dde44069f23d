"""A standing written and read again is the same standing, to the last bit and the last word."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ranking import freeze as room
from data.ranking.freeze import Unreadable, freeze, same, thaw
from data.ranking.scheme import Words
from data.ranking.standing import SIGNALS, Counted, Period, Places, Ranks, Scores, Standing
from tests.standings import AIR, ON_TIME, SCHEME, standing


def test_a_standing_comes_back_as_it_was() -> None:
    made = standing()
    text = freeze(made)
    back = thaw(text)
    assert same(back, made)
    assert freeze(back) == text
    # the rules too, with the document they were read from
    assert back.scheme == SCHEME
    assert back.scheme.source == 'code = "hand"\n'
    assert back.scheme.by_id["air"].floor == "group"
    assert list(back.scheme.families) == ["rectification", "environment"]
    assert back.places.name_zh == ["玄武区", "秦淮区", "建邺区"]
    assert back.places.name_en[0] == "Xuanwu"
    assert back.period.end == date(2022, 10, 9)
    assert back.counted.events[0] == [("named", 1.0, "2022-10-04", "通报表扬", "苏环督〔2022〕9号")]
    assert back.before == {"320102": {"level": (2, False, 58.1)}, "320105": {"level": (0, False, None)}}
    assert back.counted.numerator.dtype == np.float64
    assert back.ranks["level"].rank.dtype == np.int64
    assert back.scores.dormant.dtype == np.bool_
    assert back.counted.value.flags["C_CONTIGUOUS"]
    # zero has a sign, and 1 of nothing is no number
    assert np.signbit(back.counted.value[1, 1])
    assert np.isnan(back.counted.value[2, 0])


def test_the_text_is_canonical() -> None:
    text = freeze(standing())
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "NaN" not in text
    assert "玄武区" in text
    body = json.loads(text)["standing"]
    assert body["counted"]["numerator"] == {"shape": [3, 2], "columns": [[41, 18, None], {"all": None}]}
    assert body["period"]["start"] == "2022-10-03"


def test_what_is_said_of_the_lock_is_not_part_of_the_result() -> None:
    made = standing()
    locked = replace(made, edition=2, editions=3, locked_at="2022-10-10 09:00", locked_by="x", store_version=77, sha256="cd" * 32)
    assert freeze(locked) == freeze(made)
    assert freeze(replace(made, simulated=True)) != freeze(made)
    assert freeze(replace(made, scheme=replace(SCHEME, version="2022.2"))) != freeze(made)
    assert freeze(replace(made, places=replace(made.places, name_zh=["玄武", "秦淮区", "建邺区"]))) != freeze(made)


def test_memory_order_and_kind_of_numbers_do_not_matter() -> None:
    made = standing()
    odd = replace(made, counted=replace(made.counted, numerator=np.asfortranarray(made.counted.numerator), bonus=np.array([1, 0, 0])))
    assert freeze(odd) == freeze(made)


def test_a_text_from_before_a_field_was_added_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.loads(freeze(standing()))
    del body["standing"]["units"]
    del body["standing"]["scheme"]["decimals"]
    body["standing"]["scheme"]["later"] = {"unknown": 1}
    back = thaw(json.dumps(body))
    assert back.units == {}
    assert back.scheme.decimals == 2
    assert back.scheme.name("zh-CN") == "手工方案"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.update(format=2),
        lambda body: body.pop("standing"),
        lambda body: body["standing"].pop("places"),
        lambda body: body["standing"]["counted"]["numerator"]["columns"].pop(),
        lambda body: body["standing"]["counted"]["numerator"]["columns"][0].pop(),
        lambda body: body["standing"]["counted"]["reason"]["columns"][0].append("x"),
        lambda body: body["standing"]["counted"]["numerator"].update(columns=7),
        lambda body: body["standing"]["period"].update(start="yesterday"),
        lambda body: body["standing"].update(scheme=[]),
    ],
)
def test_what_is_no_standing_is_refused(spoil) -> None:
    body = json.loads(freeze(standing()))
    spoil(body)
    with pytest.raises(Unreadable):
        thaw(json.dumps(body))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "7", '"x"', "[" * 20_000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        thaw(text)


def test_an_infinite_number_is_refused() -> None:
    made = standing()
    with pytest.raises(ValueError, match="infinite"):
        freeze(replace(made, counted=replace(made.counted, bonus=np.array([1.0, np.inf, 0.0]))))


NUMBERS = np.array([np.nan, 0.0, -0.0, 1 / 3, 0.1 + 0.2, 1.0, 2.0**53, 2.0**53 + 2, -12.5, 5e-324, 1.7976931348623157e308])
TEXTS = ["", "甲", "a", '"\\', "\u2028", "😀", " ", "\x00"]


@st.composite
def standings(draw) -> Standing:
    """Any numbers and words: from no place to a dozen, from no indicator to three, ordinary repeats among them."""
    n, k = draw(st.integers(0, 12)), draw(st.integers(0, 3))
    # a handful of numbers each: few make columns of one value, or of few
    kinds = draw(st.integers(1, len(NUMBERS)))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    held = dice.permutation(NUMBERS)[:kinds]

    def floats(*shape: int) -> np.ndarray:
        return np.where(dice.random(shape) < 0.2, dice.normal(0, 1e3, shape), dice.choice(held, shape))

    def flags(size: int) -> np.ndarray:
        return dice.random(size) < 0.5

    def whole(size: int) -> np.ndarray:
        return dice.integers(-(2**62), 2**62, size)

    def words(size: int = n) -> list[str]:
        return [TEXTS[i] for i in dice.integers(0, min(kinds, len(TEXTS)), size)]

    def word() -> str:
        return words(1)[0]

    indicators = tuple(replace(AIR if dice.random() < 0.5 else ON_TIME, id=f"i{i}", weight=float(dice.random())) for i in range(k))
    day = date.fromordinal(int(dice.integers(1, 3_000_000)))
    return Standing(
        scheme=replace(SCHEME, indicators=indicators, name=Words(word(), word()), source=word(), region=word() or None),
        period=Period(word(), "week", day, day, day, bool(kinds % 2)),
        selection=word(),
        known_at=day if kinds % 3 else None,
        simulated=bool(kinds % 2),
        places=Places(whole(n), words(), words(), words(), words(), words(), whole(n), ["g"], words(1), ["g"]),
        counted=Counted(
            floats(n, k), floats(n, k), floats(n, k), floats(n, k), floats(n, k),
            [words(k) for _ in range(n)],
            floats(n), floats(n), flags(n), flags(n),
            {name: floats(n, 2) for name in SIGNALS},
            [[(word(), float(dice.normal()), word(), word(), word())] * int(dice.integers(0, 3)) for _ in range(n)],
        ),
        scores=Scores(floats(n, k), floats(n, k), floats(n, k), floats(n), floats(n), floats(n), flags(k), floats(n), words()),
        ranks={"level": Ranks(floats(n), whole(n), flags(n), whole(n), flags(n), whole(n), whole(n), words())},
        before_period=word() or None,
        before={each: {"level": (3, True, 1 / 7)} for each in words(2)},
        units={each: (word(), 1) for each in words(2)},
    )  # fmt: skip


@given(standings())
def test_any_standing_comes_back_as_it_was(made: Standing) -> None:
    text = freeze(made)
    back = thaw(text)
    assert same(back, made)
    assert freeze(back) == text


def test_same_tells_apart_what_differs() -> None:
    made = standing()
    assert same(made, standing())
    assert not same(np.array([0.0]), np.array([-0.0]))
    assert not same(np.array([1.0]), np.array([1]))
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same(made, replace(made, before_edition=2))


def test_columns_of_few_values_hold_each_of_them_once() -> None:
    made = standing()
    many = np.array([1 / 3, 2 / 3, np.nan] * 40)
    written = room._column(many)
    assert written == {"of": [1 / 3, 2 / 3, None], "at": [0, 1, 2] * 40}
    assert np.array_equal(room._filled(np.float64, written, 120), many, equal_nan=True)
    assert len(freeze(made)) < 8000
