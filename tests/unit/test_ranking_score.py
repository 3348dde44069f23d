"""Counts into points, reckoned by hand."""

import numpy as np
import pytest

from data.ranking.score import Scale, score
from tests.unit.ranking_values import counted, indicator, places, scheme, standing

ONE = scheme(indicator("a", 100))


def points(scheme_, rows, groups=None, **more):
    return score(scheme_, places(len(rows), groups), counted(rows, **more))


def test_points_lie_between_floor_and_target_and_less_may_be_better():
    two = scheme(indicator("a", 60, floor=0.5), indicator("b", 40, "long_overdue_rate", floor=0.5, target=0.0))
    # 18 of 20 is 0.8 of the way from 50 % to 100 %; 2 of 20 overdue is 0.8 of the way from 50 % to none
    found = points(two, [[(18, 20), (2, 20)], [(8, 20), (12, 20)], [(20, 20), (0, 20)]])
    assert found.contribution.round(9).tolist() == [[48, 32], [0, 0], [60, 40]]
    assert found.score.round(9).tolist() == [80, 0, 100]


def test_a_cap_above_one_rewards_what_lies_beyond_the_target():
    found = points(scheme(indicator("a", 100, series="s", floor=0.0, target=10.0, cap=1.2)), [[11.0], [20.0], [-3.0]])
    assert found.score.round(9).tolist() == [110, 120, 0]


def test_the_weight_of_a_missing_value_goes_to_its_family_and_a_family_without_any_leaves_it_out():
    three = scheme(indicator("a", 30, family="x"), indicator("b", 30, family="x"), indicator("c", 40, family="y"), missing_limit=0.5)
    full, without_b, without_c = [(1, 2), (1, 2), (4, 4)], [(1, 2), None, (4, 4)], [(1, 2), (1, 2), None]
    found = points(three, [full, without_b, without_c])
    assert found.weight.round(9).tolist() == [[30, 30, 40], [60, 0, 40], [50, 50, 0]]
    assert found.score.round(9).tolist() == [70, 70, 50]
    assert found.missing.round(9).tolist() == [0, 0.3, 0.4]
    assert np.isnan(found.position[1, 1])
    assert found.contribution[1, 1] == 0


def test_nothing_counted_is_not_nought():
    two = scheme(indicator("a", 70, family="x"), indicator("b", 30, family="y"))
    null, nought = points(two, [[(7, 10), None], [(7, 10), (0, 10)]]).score.round(9)
    assert (null, nought) == (70, 49)


def test_thirty_per_cent_missing_still_takes_part_and_more_does_not():
    two = scheme(indicator("a", 70, family="x"), indicator("b", 30, family="y"))
    assert points(two, [[(1, 2), None], [(1, 2), (1, 2)]]).reason == ["", ""]
    more = scheme(indicator("a", 69, family="x"), indicator("b", 31, family="y"))
    assert points(more, [[(1, 2), None], [(1, 2), (1, 2)]]).reason == ["missing", ""]


def test_an_indicator_that_nobody_has_is_left_out_for_all_and_not_missing():
    two = scheme(indicator("a", 40, family="x"), indicator("b", 60, family="y", series="s"))
    found = points(two, [[(1, 2), None], [(2, 2), None]])
    assert found.dormant.tolist() == [False, True]
    assert found.missing.tolist() == [0, 0]
    assert found.reason == ["", ""]
    assert found.score.round(9).tolist() == [50, 100]


def test_a_group_floor_is_the_worst_of_the_own_group_and_those_without_one_are_together():
    floored = scheme(indicator("a", 100, floor="group"))
    rows = [[(5, 10)], [(8, 10)], [(2, 10)], [(6, 10)], [(9, 10)], [(10, 10)]]
    found = points(floored, rows, ["x", "x", "y", "y", None, None])
    assert Scale(floored, places(6, ["x", "x", "y", "y", None, None]), counted(rows).value).floor[:, 0].tolist() == [
        0.5,
        0.5,
        0.2,
        0.2,
        0.9,
        0.9,
    ]
    assert found.score.round(9).tolist() == [0, 60, 0, 50, 0, 100]


def test_where_less_is_better_the_worst_of_a_group_is_the_highest():
    late = scheme(indicator("a", 100, "overdue_rate", floor="group", target=0.0))
    assert points(late, [[(4, 10)], [(2, 10)], [(0, 10)]]).score.round(9).tolist() == [0, 50, 100]
    cleaner = scheme(indicator("a", 100, series="pm", floor="group", target=-10.0, higher_is_better=False))
    assert points(cleaner, [[10.0], [0.0], [-20.0]]).score.round(9).tolist() == [0, 50, 100]


def test_a_group_that_has_all_reached_the_target_earns_all_of_it():
    floored = scheme(indicator("a", 100, floor="group"))
    assert points(floored, [[(3, 3)], [(40, 40)]]).score.tolist() == [100, 100]
    # all alike below the target: nobody stands above the worst
    assert points(floored, [[(1, 2)], [(2, 4)]]).score.tolist() == [0, 0]


def test_bonus_and_penalty_are_added_and_taken_off():
    found = points(ONE, [[(9, 10)], [(9, 10)]], bonus=[3, 0], penalty=[0, 8])
    assert found.score.round(9).tolist() == [93, 82]


@pytest.mark.parametrize(
    ("row", "more", "reason"),
    [
        ([None, None], {}, "no_items"),
        ([None, None], {"has_items": [True, True]}, "missing"),
        ([(1, 2), (1, 2)], {"veto": (0,)}, "veto"),
        ([(1, 4), (9, 9)], {}, "small_base"),
        ([(1, 5), (9, 9)], {}, ""),
    ],
)
def test_why_a_place_is_not_ranked(row, more, reason):
    strict = scheme(indicator("a", 50, family="x"), indicator("b", 50, family="y"), small_base=5, small_base_rule="exclude")
    if reason == "veto":
        strict = scheme(indicator("a", 50, family="x"), indicator("b", 50, family="y"))
    found = points(strict, [row, [(9, 10), (9, 10)]], **more)
    assert found.reason == [reason, ""]


def test_a_place_without_items_is_ranked_by_its_series_where_the_scheme_lets_that_pass():
    mixed = scheme(indicator("a", 20, family="x"), indicator("s", 80, family="y", series="s", target=10.0))
    found = points(mixed, [[None, 5.0], [(1, 2), 5.0]], has_items=[False, True])
    assert found.reason == ["", ""]
    assert found.score.round(9).tolist() == [50, 50]


def test_tried_weights_score_anew_and_leave_who_takes_part():
    two = scheme(indicator("a", 80, family="x"), indicator("b", 20, family="y"))
    rows = [[(10, 10), (0, 10)], [(0, 10), (10, 10)], [(5, 10), None]]
    tried = score(two, places(3), counted(rows), np.array([1.0, 3.0]))
    assert tried.score.round(9).tolist() == [25, 75, 50]
    # 20 % of the weight is missing by the scheme, 75 % by the tried weights: still ranked
    assert tried.reason == ["", "", ""]


def test_no_weight_left_is_no_score():
    two = scheme(indicator("a", 80, family="x"), indicator("b", 20, family="y"))
    tried = score(two, places(2), counted([[(5, 10), None], [(5, 10), (1, 2)]]), np.array([0.0, 100.0]))
    assert np.isnan(tried.score[0])
    assert tried.reason == ["missing", ""]
    assert tried.score[1] == 50


def test_an_empty_field_has_no_scores():
    found = standing(ONE, [])
    assert len(found.scores.score) == 0
    assert len(found.ranks["level"].rank) == 0
