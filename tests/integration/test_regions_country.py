"""The country as loaded into a store."""

from collections import Counter

import pytest
from sqlalchemy import func, insert, select

from data.regions.country import load_country, short_name
from data.regions.tree import RegionTree, load_cached
from data.schema import peer_group, peer_group_member, region, region_alias, region_edge


@pytest.fixture(scope="module")
def tree(sqlite_template):
    from data.engine import make_engine

    engine = make_engine(f"sqlite:///{sqlite_template}")
    with engine.connect() as conn:
        yield RegionTree.load(conn)
    engine.dispose()


def named(tree, *codes):
    return [tree.get(code).name_zh for code in codes]


def below(tree, code, level):
    return [i for i in tree.within(tree.get(code).region_id) if tree.by_id(i).level == level]


def test_as_many_places_as_the_code_table_has(tree):
    kinds = Counter((tree.by_id(i).level, tree.by_id(i).kind) for i in tree.order)
    # 375 rows of the city table = 333 prefectures + 7 that are provinces too + 32 run by their province + 3 zones
    assert kinds == {
        ("country", "admin"): 1,
        ("province", "admin"): 34,
        ("prefecture", "admin"): 333,
        ("county", "admin"): 2883,
        ("county", "functional_zone"): 6,
    }
    # 2,891 rows of the county table: 4 prefectures without counties and Macao stand in it as their own county
    smallest = [i for i in tree.order if not tree.children(i) and not tree.by_id(i).code.startswith("r")]
    assert len(smallest) == 2891


def test_jiangsu_has_13_cities_and_95_counties(tree):
    assert len(below(tree, "320000", "prefecture")) == 13
    assert len(below(tree, "320000", "county")) == 95
    assert [r.name_zh for r in tree.children(tree.get("320000").region_id)][:3] == ["南京市", "无锡市", "徐州市"]
    assert named(tree, "320106", "320302") == ["鼓楼区", "鼓楼区"]


def test_chongqing_has_40_of_which_2_have_no_code(tree):
    counties = tree.children(tree.get("500000").region_id)
    assert len(counties) == 40
    assert [r.name_zh for r in counties if r.code.startswith("r")] == ["两江新区", "万盛经济技术开发区"]
    assert counties[-1].name_zh == "万盛经济技术开发区"
    assert tree.child_level(tree.get("500000").region_id) == "county"


def test_macro_regions_of_chongqing_share_out_all_40(tree):
    assert {g.name_zh: len(tree.within(g.region_id)) for g in tree.groupings} == {"重庆主城": 10, "渝西": 13, "渝东北": 11, "渝东南": 6}
    shared = [i for g in tree.groupings for i in tree.within(g.region_id)]
    assert sorted(shared) == sorted(r.region_id for r in tree.children(tree.get("500000").region_id))


def test_chains_follow_the_law_not_the_table(tree):
    assert tree.full_name(tree.get("141126").region_id) == "山西省吕梁市石楼县"
    # run by its province: no prefecture above
    assert tree.full_name(tree.get("419001").region_id) == "河南省济源市"
    assert tree.full_name(tree.get("110105").region_id) == "北京市朝阳区"
    assert tree.get("441900").level == "prefecture"
    assert tree.get("659001").level == "county"
    assert tree.get("820000").level == "province"
    zone = next(r for r in tree.children(tree.get("140800").region_id) if r.kind == "functional_zone")
    assert (zone.name_zh, zone.level, zone.code) == ("运城经济技术开发区", "county", f"r{zone.region_id}")


def test_totals_at_every_level_are_made_of_every_place_once(tree):
    for level, expected in (("province", 34), ("prefecture", 333 + 32 + 3)):
        rows = [i for i in set(tree.group_at(level).values()) if tree.by_id(i).level == level or not tree.children(i)]
        # at prefecture level the counties of municipalities stand for themselves too
        extra = {
            "province": 0,
            "prefecture": sum(
                len(tree.children(tree.get(c).region_id)) for c in ("110000", "120000", "310000", "500000", "710000", "810000")
            )
            + 1,
        }
        assert len(rows) == expected + extra[level]
    assert tree.group_label(tree.get("140100").region_id, "county") == "太原市本级"
    assert tree.group_label(tree.get("441900").region_id, "county") == "东莞市"


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("320000", "江苏"),
        ("450000", "广西"),
        ("433100", "湘西"),
        ("141126", "石楼"),
        ("430921", "南县"),
        ("140303", "矿区"),
        ("130107", "井陉矿区"),
        ("370103", "市中区"),
        ("430781", "津市"),
        ("310115", "浦东"),
        ("441803", "清新"),
        ("500240", "石柱"),
        ("622901", "临夏市"),
        ("622921", "临夏县"),
        ("150121", "土默特左旗"),
        ("140109", "万柏林"),
        ("429021", "神农架"),
    ],
)
def test_short_names(tree, code, short):
    assert tree.get(code).short_zh == short


def test_short_name_rules_leave_what_means_something():
    rules = {"never_cut": ["矿区"], "exceptions": {}, "suffixes": ["新区", "县", "区"], "generic": ["市中"]}
    assert [short_name(n, rules) for n in ("南县", "文水县", "清新区", "浦东新区", "市中区", "某矿区")] == [
        "南县",
        "文水",
        "清新",
        "浦东",
        "市中区",
        "某矿区",
    ]


def test_english_names(tree):
    expect = {
        "100000": "China",
        "140000": "Shanxi",
        "610000": "Shaanxi",
        "150000": "Inner Mongolia",
        "320100": "Nanjing",
        "610100": "Xi'an",
        "320583": "Kunshan",
        "140400": "Changzhi",
        "320116": "Luhe District",
        "622921": "Linxia County",
        "150521": "Ke'erqin Left Wing Middle Banner",
    }
    assert {code: tree.label(tree.get(code).region_id, "en") for code in expect} == expect


def test_loading_again_adds_nothing_and_ids_stay_free(store):
    with store.writing() as conn:
        before = [
            conn.execute(select(func.count()).select_from(t)).scalar_one()
            for t in (region, region_edge, region_alias, peer_group, peer_group_member)
        ]
        assert load_country(conn) == 0
        after = [
            conn.execute(select(func.count()).select_from(t)).scalar_one()
            for t in (region, region_edge, region_alias, peer_group, peer_group_member)
        ]
        assert before == after
        assert before[0] == 3261
        # another writer, leaving the id to the database, does not meet one that is taken
        conn.execute(insert(region).values(name_zh="某园区", short_zh="某园区", level="county", kind="functional_zone"))
        assert conn.execute(select(func.max(region.c.region_id))).scalar_one() == 3262


def test_peer_groups_share_out_the_counties(sqlite_store):
    with sqlite_store.reading() as conn:
        counts = dict(
            conn.execute(
                select(peer_group.c.name_zh, func.count())
                .join(peer_group_member, peer_group_member.c.group_id == peer_group.c.group_id)
                .group_by(peer_group.c.name_zh)
            ).all()
        )
    assert sum(counts.values()) == 2882  # all but 大柴旦, which is neither
    assert counts["市辖区"] > 900
    assert counts["县级市"] > 300


def test_a_new_parent_counts_from_the_newest_edge(sqlite_store):
    with sqlite_store.writing() as conn:
        tree = RegionTree.load(conn)
        county, old, new = (tree.get(code).region_id for code in ("320281", "320200", "320400"))
        conn.execute(region_edge.update().where(region_edge.c.child_id == county).values(valid_to=_day(2024, 12, 31)))
        conn.execute(insert(region_edge).values(parent_id=new, child_id=county, hierarchy="statutory", valid_from=_day(2025, 1, 1)))
        assert old == tree.by_id(county).parent_id
        assert RegionTree.load(conn).by_id(county).parent_id == new


def _day(*parts):
    from datetime import date

    return date(*parts)


def test_the_tree_is_read_once_for_a_version(sqlite_store):
    with sqlite_store.reading() as conn:
        first = load_cached(conn, 1)
        assert load_cached(conn, 1) is first
        assert load_cached(conn, 2) is not first
