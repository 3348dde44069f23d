"""A score taken apart, the distance to the next rank, and other weights."""

import pytest

from data.ranking import explain, whatif
from tests.unit.ranking_values import indicator, scheme, standing

THREE = scheme(indicator("a", 50, family="x"), indicator("b", 30, family="x"), indicator("c", 20, family="y"), bonus_cap=3.0)


def parts(found, code):
    return {part.part: part for part in explain.contributions(found, code)}


def test_a_score_is_the_sum_of_its_parts_with_what_each_loses():
    found = standing(THREE, [[(8, 10), None, (1, 4)], [(9, 10), (9, 10), (4, 4)]], bonus=[1.5, 0], penalty=[2.0, 0])
    mine = parts(found, "320000")
    assert list(mine) == ["a", "b", "c", "bonus", "penalty"]
    # b has no value: its 30 go to a, of the same family
    assert (mine["a"].weight, mine["a"].weight_used) == (50, 80)
    assert mine["a"].contribution == pytest.approx(64)
    assert mine["a"].lost == pytest.approx(16)
    assert (mine["b"].value, mine["b"].contribution, mine["b"].reason) == (None, 0, "none_due")
    assert (mine["c"].numerator, mine["c"].denominator, mine["c"].contribution) == (1, 4, 5)
    assert (mine["bonus"].contribution, mine["penalty"].contribution) == (1.5, -2.0)
    assert sum(part.contribution for part in mine.values()) == pytest.approx(68.5, abs=1e-9)


def test_the_gap_names_all_who_share_the_next_rank_and_adds_up():
    one = scheme(indicator("a", 60, family="x"), indicator("b", 40, family="y"))
    found = standing(one, [[(9, 10), (5, 10)], [(5, 10), (11, 10)], [(6, 10), (6, 10)], [(10, 10), (10, 10)]])
    # b beyond its target counts as full: 74, 70, 60, 100
    assert found.ranks["level"].key.tolist() == [74, 70, 60, 100]
    gap = explain.gap(found, "320002")
    assert (gap.rank, gap.codes, gap.printed) == (3, ["320001"], 10)
    assert gap.parts == pytest.approx({"a": -6, "b": 16, "bonus": 0, "penalty": 0})
    assert sum(gap.parts.values()) == pytest.approx(gap.points)
    tied = standing(one, [[(5, 10), (5, 10)], [(5, 10), (5, 10)], [(4, 10), (5, 10)]])
    assert explain.gap(tied, "320002").codes == ["320000", "320001"]
    assert explain.gap(tied, "320001") is None


def test_nobody_is_ahead_of_the_first_or_of_one_not_ranked():
    found = standing(THREE, [[(8, 10), (8, 10), (1, 4)], [None, None, None], [(1, 10), (8, 10), (1, 4)]])
    assert explain.gap(found, "320000") is None
    assert explain.gap(found, "320001") is None
    assert explain.gap(found, "nowhere") is None
    assert explain.contributions(found, "320001") == []
    assert explain.nexts(found).tolist() == [-1, -1, 0]


def test_two_places_beside_each_other():
    found = standing(THREE, [[(8, 10), (8, 10), (1, 4)], [(6, 10), (10, 10), (3, 4)]])
    pairs = {pair.a.part: pair.ahead for pair in explain.compare(found, "320000", "320001")}
    assert pairs == pytest.approx({"a": 10, "b": -6, "c": -10, "bonus": 0, "penalty": 0})
    assert sum(pairs.values()) == pytest.approx(found.scores.score[0] - found.scores.score[1])


# ----------------------------------------------------------------------------- other weights

TWO = scheme(indicator("a", 60, family="x"), indicator("b", 40, family="y"))


def test_other_weights_are_scaled_to_a_hundred_and_turn_the_order():
    found = standing(TWO, [[(10, 10), (0, 10)], [(0, 10), (10, 10)]])
    tried = whatif.reweighed(found, {"a": 20, "b": 60, "no_such": 99})
    assert tried.ranks["level"].key.tolist() == [25, 75]
    assert tried.ranks["level"].rank.tolist() == [2, 1]
    # the official one is untouched
    assert found.ranks["level"].key.tolist() == [60, 40]
    assert (tried.edition, tried.sha256) == (0, "")


@pytest.mark.parametrize("weights", [{}, {"a": 0, "b": 0}, {"no_such": 5}, {"a": -3}, {"b": float("inf")}])
def test_weights_that_say_nothing_are_the_official_ones(weights):
    assert whatif.tried(TWO, weights).tolist() == [60, 40]


def test_weights_of_an_address():
    assert whatif.parsed(("a:20", "b:37.5", "broken", "c:x")) == {"a": 20.0, "b": 37.5}


def test_who_leads_everywhere_keeps_the_rank_and_who_leads_by_weights_does_not():
    found = standing(TWO, [[(9, 10), (9, 10)], [(8, 10), (4, 10)], [(4, 10), (9, 10)], [(1, 10), (1, 10)]])
    # the second and the third trade places when b weighs more: 64 : 60 officially
    assert found.ranks["level"].rank.tolist() == [1, 2, 3, 4]
    assert whatif.robust(found).tolist() == [True, False, False, True]
    assert whatif.robust(found, 0.01).tolist() == [True, True, True, True]


def test_the_edge_of_the_box_is_where_the_order_turns():
    # d = 20 a − 28 b in points of weight: at ±20 % 60·0.8·20 − 40·1.2·28 < 0, at ±2 % still > 0
    found = standing(TWO, [[(60, 100), (20, 100)], [(40, 100), (48, 100)]])
    assert found.ranks["level"].rank.tolist() == [1, 2]
    turn = (60 * 20 - 40 * 28) / (60 * 20 + 40 * 28)
    assert whatif.robust(found, turn - 0.01).tolist() == [True, True]
    assert whatif.robust(found, turn + 0.001).tolist() == [False, False]


def test_places_that_share_a_rank_keep_it_only_when_alike_in_everything():
    same = standing(TWO, [[(9, 10), (9, 10)], [(1, 2), (1, 2)], [(5, 10), (5, 10)]])
    assert whatif.robust(same).tolist() == [True, True, True]
    by_chance = standing(TWO, [[(5, 10), (8, 10)], [(7, 10), (5, 10)]])
    assert by_chance.ranks["level"].rank.tolist() == [1, 1]
    assert whatif.robust(by_chance).tolist() == [False, False]


def test_a_place_not_ranked_has_no_rank_to_keep():
    found = standing(TWO, [[(9, 10), (9, 10)], [None, None], [(5, 10), (5, 10)]])
    assert whatif.robust(found).tolist() == [True, False, True]


def test_with_many_indicators_corners_are_drawn_and_it_is_said():
    twelve = scheme(*(indicator(f"i{k}", 100 / 12, family=f"f{k}") for k in range(12)))
    found = standing(twelve, [[(9, 10)] * 12, [(1, 10)] * 6 + [(2, 10)] * 6, [(2, 10)] * 6 + [(1, 10)] * 6])
    assert not whatif.exact(found)
    assert whatif.exact(standing(TWO, [[(9, 10), (9, 10)]]))
    assert whatif.robust(found).tolist() == [True, False, False]
