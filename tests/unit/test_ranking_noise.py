"""Intervals and bands: 1 of 1 against 480 of 500."""

import numpy as np
import pytest

from data.ranking import noise
from tests.unit.ranking_values import indicator, scheme, standing

ONE = scheme(indicator("a", 100))


@pytest.mark.parametrize(
    ("n", "d", "low", "high"),
    # as published in tables of the Wilson score interval
    [(1, 1, 0.2065, 1.0), (480, 500, 0.9390, 0.9740), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634)],
)
def test_wilson(n, d, low, high):
    found = noise.wilson(np.array([float(n)]), np.array([float(d)]))
    assert found[0][0] == pytest.approx(low, abs=5e-5)
    assert found[1][0] == pytest.approx(high, abs=5e-5)


def test_wilson_of_nothing_is_not_a_number_and_the_ends_are_exact():
    low, high = noise.wilson(np.array([0.0, 0.0, 7.0, 3.0, np.nan]), np.array([0.0, 7.0, 7.0, 2.0, 5.0]))
    assert np.isnan(low[[0, 3, 4]]).all()
    assert np.isnan(high[[0, 3, 4]]).all()
    assert low[1] == 0.0
    assert high[2] == 1.0


def test_one_of_one_is_first_and_cannot_be_told_apart_from_480_of_500():
    found = standing(ONE, [[(1, 1)], [(480, 500)], [(300, 500)], [(290, 500)]])
    ranks = found.ranks["level"]
    assert ranks.rank.tolist() == [1, 2, 3, 4]
    assert noise.small_base(found.scheme, found.counted, found.scores.dormant).tolist() == [True, False, False, False]
    assert list(zip(ranks.band_low.tolist(), ranks.band_high.tolist(), strict=True)) == [(1, 4), (1, 2), (2, 4), (2, 4)]
    assert found.scores.low[0] == pytest.approx(20.65, abs=0.01)
    assert found.scores.high[0] == 100


def test_the_interval_of_a_score_adds_the_spreads_in_squares_and_a_series_adds_none():
    three = scheme(
        indicator("a", 30, family="x"),
        indicator("b", 40, "overdue_rate", family="y", floor=1.0, target=0.0),
        indicator("s", 30, family="z", series="s"),
    )
    found = standing(three, [[(5, 10), (5, 10), 0.5], [(1, 2), None, 0.5]])
    half = 0.7634 - 0.5
    spread = np.hypot(30 * half, 40 * half)
    assert found.scores.score[0] == 50
    assert found.scores.low[0] == pytest.approx(50 - spread, abs=0.01)
    assert found.scores.high[0] == pytest.approx(50 + spread, abs=0.01)


def test_bands_are_those_of_every_pair_looked_at_alone():
    dice = np.random.default_rng(7)
    n = 150
    score = dice.uniform(50, 100, n)
    down, up = (dice.uniform(0, 8, n) * (dice.random(n) < 0.8) for _ in range(2))
    rank = np.argsort(np.argsort(-score)) + 1
    rank[::17] = 0
    low, high = noise.bands(score, score - down, score + up, rank)
    told = noise.told_apart(score, score - down, score + up, rank)
    who = np.flatnonzero(rank)
    for i in range(n):
        if not rank[i]:
            assert (low[i], high[i], told[i]) == (0, 0, 0)
            continue
        better = sum(score[j] - score[i] > np.hypot(down[j], up[i]) for j in who)
        worse = sum(score[i] - score[j] > np.hypot(down[i], up[j]) for j in who)
        assert low[i] == min(1 + better, rank[i])
        assert high[i] == max(len(who) - worse, rank[i])
        assert told[i] == better + worse


def test_small_bases_are_those_of_items_with_the_indicators_own_limit():
    own = scheme(
        indicator("a", 40, family="x"),
        indicator("b", 30, family="y", small_base=1),
        indicator("s", 30, family="z", series="s"),
        small_base=5,
    )
    found = standing(own, [[(4, 4), (1, 1), 0.5], [(5, 5), (1, 1), (1, 2)], [None, (9, 9), 0.5]])
    assert noise.small_base(own, found.counted, found.scores.dormant).tolist() == [True, False, False]
