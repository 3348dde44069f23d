"""Who takes part at a level, in which peer group; what is kept in memory is made once."""

import threading
import time

import pytest

from data.ranking.field import counted_by, field_of, inside_group, places_of
from data.ranking.race import Kept
from data.ranking.saturation import saturated, separators
from data.ranking.scheme import PeerGroup, Words
from data.ranking.standing import Ranks
from data.regions.tree import Region, RegionTree

# id: (code, name, level, parent)
PLACES = {
    1: ("100000", "全国", "country", None),
    2: ("440000", "广东省", "province", 1),
    3: ("440100", "广州市", "prefecture", 2),
    4: ("440103", "荔湾区", "county", 3),
    5: ("440183", "增城市", "county", 3),
    6: ("441900", "东莞市", "prefecture", 2),
    7: ("441901", "莞城街道", "township", 6),
    8: ("440104", "越秀镇", "township", 4),
    9: ("419001", "济源县", "county", 2),
}


@pytest.fixture
def tree():
    return RegionTree(Region(k, code, name, name, None, level, "admin", parent, -1) for k, (code, name, level, parent) in PLACES.items())


def test_a_city_without_counties_takes_part_among_them_and_counts_its_towns(tree):
    assert counted_by(tree, "county") == {4: 4, 5: 5, 8: 4, 6: 6, 7: 6, 9: 9}


def test_a_county_that_answers_to_its_province_takes_part_among_cities(tree):
    assert counted_by(tree, "prefecture") == {3: 3, 4: 3, 5: 3, 8: 3, 6: 6, 7: 6, 9: 9}


def test_the_field_inside_a_place_is_in_the_order_of_the_tree(tree):
    assert field_of(tree, "county", None).ids == [4, 5, 6, 9]
    inside = field_of(tree, "county", 3)
    assert (inside.ids, inside.home) == ([4, 5], {4: 0, 8: 0, 5: 1})
    assert field_of(tree, "county", 6).ids == [6]


def group(code, members=(), ends=(), within=None):
    return PeerGroup(code, Words(code, code), members, ends, within)


def test_a_place_is_in_the_group_that_names_it_before_the_one_its_name_ends_like(tree):
    groups = (group("district", ends=("区",)), group("city", ends=("市", "县")), group("special", members=("440183",)))
    places = places_of(tree, "county", (4, 5, 6, 9), groups)
    assert [places.group_codes[k] for k in places.group] == ["district", "special", "city", "city"]
    assert places.parent_zh == ["广州市", "广州市", "广东省", "广东省"]


def test_a_group_inside_another_comes_first_and_is_looked_at_with_it(tree):
    groups = (group("all", ends=("区", "市")), group("urban", ends=("区",), within="all"))
    places = places_of(tree, "county", (4, 5, 9), groups)
    assert places.group.tolist() == [1, 0, -1]
    assert inside_group(groups, "all") == {"all", "urban"}
    assert inside_group(groups, "urban") == {"urban"}


def ranks_of(*found):
    import numpy as np

    rank = np.array(found)
    flags = np.zeros(len(rank), dtype=bool)
    return Ranks(rank.astype(float), rank, flags, rank, flags, rank, rank, [""] * len(rank))


@pytest.mark.parametrize(
    ("found", "many"),
    [((1, 1, 1, 4, 5, 6), 3), ((1, 1, 1, 4, 5, 6, 7), 0), ((1, 1, 3), 0), ((1, 1, 1, 0, 0, 0, 0), 3), ((), 0), ((0, 0, 0, 0), 0)],
)
def test_the_order_means_nothing_when_half_of_at_least_three_share_the_best(found, many):
    assert saturated(ranks_of(*found)) == many


def test_measures_that_tell_those_at_the_top_apart_are_named_with_most_values_first():
    import numpy as np

    values = {"on_time_rate": [1.0, 1.0, 1.0, 0.2], "first_pass_rate": [0.5, 0.9, 0.5, 1.0], "relapse_rate": [0.1, 0.2, 0.3, 0.4]}
    found = separators(ranks_of(1, 1, 1, 4), lambda measure: np.array(values.get(measure.id, [np.nan] * 4)))
    assert found == [("relapse_rate", 3), ("first_pass_rate", 2)]


def test_what_many_ask_for_at_once_is_made_once_and_the_oldest_is_let_go():
    kept, made = Kept(2), []

    def make():
        time.sleep(0.02)
        made.append(1)
        return len(made)

    threads = [threading.Thread(target=lambda: kept.get("a", make)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [1]
    kept.get("b", lambda: 2)
    kept.get("a", make)
    kept.get("c", lambda: 3)
    assert (kept.held("a"), kept.held("b"), kept.held("c")) == (1, None, 3)


def test_what_could_not_be_made_is_tried_again():
    kept = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 5) == 5
