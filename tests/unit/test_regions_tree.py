"""The tree of places: order, names, and the row in which a place is counted."""

import pytest

from data.regions.tree import Region, RegionTree


def place(region_id, code, name, level, parent=None, kind="admin", name_en=None):
    return Region(region_id, code, name, name, name_en, level, kind, parent, -1)


@pytest.fixture
def tree():
    return RegionTree(
        [
            place(1, "100000", "全国", "country", name_en="China"),
            place(2, "140000", "山西省", "province", 1, name_en="Shanxi"),
            place(3, "140100", "太原市", "prefecture", 2, name_en="Taiyuan"),
            place(4, "140121", "清徐县", "county", 3),
            place(5, "r5", "太原某开发区", "county", 3, "functional_zone"),
            place(6, "419001", "济源市", "county", 2),
            place(7, "140200", "大同市", "prefecture", 2),
            place(8, "500000", "重庆市", "province", 1),
            place(9, "500101", "万州区", "county", 8),
            place(10, "r10", "某片区", "prefecture", None, "macro_region"),
            place(11, "419001100", "某镇", "township", 6),
        ],
        {10: [9, 3], 2: [9]},
    )


def test_order_is_depth_first_and_positions_follow_it(tree):
    assert tree.order == [1, 2, 3, 4, 5, 6, 11, 7, 8, 9]
    assert [tree.by_id(i).position for i in tree.order] == list(range(10))
    assert len(tree) == 10
    assert tree.span(2) == (1, 8)
    assert tree.within(3) == {3, 4, 5}
    assert [r.name_zh for r in tree.ancestors(4)] == ["全国", "山西省", "太原市"]
    assert [r.name_zh for r in tree.children(2)] == ["太原市", "济源市", "大同市"]


def test_grouping_stands_outside_the_order_and_holds_its_members(tree):
    assert 10 not in tree.order
    assert [g.name_zh for g in tree.groupings] == ["某片区"]
    assert tree.within(10) == {9, 3, 4, 5}
    assert [r.name_zh for r in tree.children(10)] == ["太原市", "万州区"]
    # edges of other hierarchies never join a statutory place
    assert tree.within(2) == {2, 3, 4, 5, 6, 11, 7}
    with pytest.raises(KeyError):
        tree.span(10)


def test_codes(tree):
    assert tree.get("140121").region_id == 4
    assert tree.get("r5").region_id == 5
    assert tree.get("r4").region_id == 4
    for nothing in (None, "", "999999", "r", "r99", "r-1", "rx", "r٣", "r" + "9" * 400):
        assert tree.get(nothing) is None


def test_names(tree):
    assert tree.full_name(4) == "山西省太原市清徐县"
    assert tree.full_name(4, "en") == "清徐县, Taiyuan, Shanxi"
    assert tree.label(3, "en") == "Taiyuan"
    assert tree.label(4, "en") == "清徐县"


def test_level_of_the_next_rows_down(tree):
    assert tree.child_level() == "province"
    assert tree.child_level(1) == "province"
    assert tree.child_level(2) == "prefecture"
    assert tree.child_level(8) == "county"
    assert tree.child_level(3) == "county"
    assert tree.child_level(4) == "township"
    assert tree.child_level(11) == "township"


def test_every_place_is_counted_once_at_every_level(tree):
    named = {
        level: {tree.by_id(a).name_zh: tree.by_id(b).name_zh for a, b in tree.group_at(level).items()}
        for level in ("province", "prefecture", "county")
    }
    assert named["province"]["清徐县"] == "山西省"
    assert named["prefecture"]["清徐县"] == "太原市"
    assert named["prefecture"]["太原某开发区"] == "太原市"
    # skips the level: the next lower one is the row
    assert named["prefecture"]["济源市"] == "济源市"
    assert named["prefecture"]["某镇"] == "济源市"
    assert named["prefecture"]["万州区"] == "万州区"
    # lies above the level: a row of its own
    assert named["county"]["太原市"] == "太原市"
    assert named["county"]["某镇"] == "济源市"
    assert named["province"]["全国"] == "全国"
    for level in ("province", "prefecture", "county", "township"):
        assert list(tree.group_at(level)) == tree.order


def test_a_row_of_its_own_says_that_it_is(tree):
    assert tree.group_label(3, "county") == "太原市本级"
    assert tree.group_label(3, "county", "en") == "Taiyuan (city level)"
    assert tree.group_label(3, "prefecture") == "太原市"
    assert tree.group_label(8, "prefecture") == "重庆市本级"
    # nothing lies below it: its row is all of it
    assert tree.group_label(7, "county") == "大同市"


def test_unknown_level_is_refused(tree):
    with pytest.raises(KeyError):
        tree.group_at("galaxy")


def test_circles_and_missing_parents_are_refused():
    with pytest.raises(ValueError, match="circle"):
        RegionTree([place(1, "a", "甲", "county", 2), place(2, "b", "乙", "county", 1)])
    with pytest.raises(ValueError, match="parent 9"):
        RegionTree([place(1, "a", "甲", "county", 9)])


def test_a_code_given_again_belongs_to_the_first():
    tree = RegionTree([place(1, "a", "今", "county"), place(2, "a", "昔", "county")])
    assert tree.get("a").name_zh == "今"


def test_several_roots():
    tree = RegionTree(
        [
            place(1, "C", "全国", "country"),
            place(2, "p", "省", "province", 1),
            place(3, "MA", "Massachusetts", "province"),
            place(4, "t", "Hanover", "township", 3),
        ]
    )
    assert tree.roots == [1, 3]
    assert tree.child_level() == "province"
    assert tree.child_level(3) == "township"
    assert tree.full_name(4) == "Massachusetts Hanover"
    assert tree.full_name(4, "en") == "Hanover, Massachusetts"


def test_an_empty_store_has_an_empty_tree():
    tree = RegionTree([])
    assert tree.order == []
    assert tree.child_level() == "province"
    assert tree.group_at("county") == {}
