"""Scores into ranks: what is printed decides."""

import numpy as np
import pytest

from data.ranking.ranks import competition, printed
from tests.unit.ranking_values import indicator, scheme, standing

ONE = scheme(indicator("a", 100))


@pytest.mark.parametrize(
    ("score", "decimals", "said"),
    [
        (100.0, 2, 100.0),
        (99.996, 2, 99.99),
        (100 - 1e-12, 2, 100.0),
        (99.95, 1, 99.9),
        (0.0, 2, 0.0),
        (0.004, 2, 0.01),
        (1e-12, 2, 0.0),
        # half to even, decided on the decimal that was meant and not on its binary neighbour
        (0.285, 2, 0.28),
        (0.295, 2, 0.3),
        (88.125, 2, 88.12),
        (88.135, 2, 88.14),
        (2.675, 2, 2.68),
        (72.5, 0, 72.0),
        (73.5, 0, 74.0),
        (104.996, 2, 105.0),
        (-3.456, 2, -3.46),
    ],
)
def test_a_score_as_it_is_printed(score, decimals, said):
    assert printed(np.array([score]), decimals)[0] == said


def test_a_gain_has_no_bounds_and_no_minus_nought():
    found = printed(np.array([0.004, -0.004, 99.996, np.nan]), 2, bounds=False)
    assert found[:3].tolist() == [0.0, 0.0, 100.0]
    assert str(found[1]) == "0.0"
    assert np.isnan(found[3])


def test_competition_ranks_share_and_skip():
    rank, tied = competition(np.array([90.0, 95.0, 90.0, 80.0, 99.0]), np.array([True, True, True, True, False]))
    assert rank.tolist() == [2, 1, 2, 4, 0]
    assert tied.tolist() == [True, False, True, False, False]


def test_an_exact_tie_at_the_third_place_is_followed_by_the_fifth():
    # 0.833333 and 0.833334 are printed alike
    found = standing(ONE, [[(99, 100)], [(97, 100)], [(833333, 1000000)], [(833334, 1000000)], [(80, 100)]]).ranks["level"]
    assert found.key.tolist() == [99, 97, 83.33, 83.33, 80]
    assert found.rank.tolist() == [1, 2, 3, 3, 5]
    assert found.tied.tolist() == [False, False, True, True, False]


def test_all_at_a_hundred_share_the_first_rank_and_one_short_of_it_does_not():
    found = standing(ONE, [[(12, 12)], [(480, 480)], [(3, 3)], [(99999, 100000)]]).ranks["level"]
    assert found.rank.tolist() == [1, 1, 1, 4]
    assert found.key.tolist() == [100, 100, 100, 99.99]


def test_places_not_ranked_take_no_rank_and_move_nobody():
    found = standing(ONE, [[(1, 2)], [None], [(2, 2)], [(9, 10)]], veto=(2,)).ranks["level"]
    assert found.rank.tolist() == [2, 0, 0, 1]
    assert found.reason == ["", "no_items", "veto", ""]
    assert np.isnan(found.key[1])
    assert np.isnan(found.key[2])
    assert (found.band_low[1], found.band_high[1]) == (0, 0)


def test_ranks_inside_peer_groups():
    rows = [[(9, 10)], [(8, 10)], [(8, 10)], [(7, 10)], [(5, 10)]]
    found = standing(ONE, rows, ["x", "y", "x", None, "x"]).ranks["level"]
    assert found.rank.tolist() == [1, 2, 2, 4, 5]
    assert found.group_rank.tolist() == [1, 1, 2, 0, 3]
    assert found.group_tied.tolist() == [False] * 5


def test_improvement_is_ranked_by_the_gain_as_printed():
    exempt = scheme(indicator("a", 100), improvement_exempt=95, lists=("level", "improvement"))
    rows = [[(80, 100)], [(90, 100)], [(97, 100)], [(60, 100)], [None], [(70, 100)]]
    found = standing(exempt, rows, before=[70.0, 85.0, 96.0, None, 50.0, 60.001]).ranks["improvement"]
    assert found.rank.tolist() == [1, 3, 0, 0, 0, 1]
    assert found.key[[0, 1, 5]].tolist() == [10, 5, 10]
    assert found.reason == ["", "", "already_meets", "no_before", "no_items", ""]


def test_a_loss_is_a_rank_too_and_was_not_ranked_then_is_no_comparison():
    two = scheme(indicator("a", 100), lists=("level", "improvement"))
    found = standing(two, [[(80, 100)], [(90, 100)]], before=[90.0, 95.5]).ranks["improvement"]
    assert found.key.tolist() == [-10, -5.5]
    assert found.rank.tolist() == [2, 1]


def test_a_gain_is_the_difference_of_the_two_scores_that_were_printed():
    two = scheme(indicator("a", 100), lists=("level", "improvement"), improvement_exempt=95)
    # 66.666… is printed 66.67 and 66.334 was printed 66.33: a reader finds 0.34, though the scores before rounding are 0.33 apart
    found = standing(two, [[(2, 3)], [(97, 100)]], before=[66.334, 94.996]).ranks["improvement"]
    assert found.key[0] == 0.34
    # printed 95.00: exempt
    assert found.reason == ["", "already_meets"]
