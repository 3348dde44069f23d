"""Which place a ledger row means, on the country's own names."""

from time import perf_counter

import pytest

from data.regions.match import RegionMatcher
from data.regions.tree import RegionTree


@pytest.fixture(scope="module")
def matcher(sqlite_template):
    from data.engine import make_engine

    engine = make_engine(f"sqlite:///{sqlite_template}")
    with engine.connect() as conn:
        yield RegionMatcher.load(conn, RegionTree.load(conn))
    engine.dispose()


def code(matcher, **cells):
    """The code of the place found, or the problem."""
    found = matcher.match(**cells)
    return found.problem if found.region_id is None else matcher.tree.by_id(found.region_id).code


def test_interview_list_of_shanxi(matcher):
    listed = ["清徐县", "岚县", "文水县", "兴县", "临县", "石楼", "平遥县", "汾西县", "万荣县"]
    codes = ["140121", "141127", "141121", "141123", "141124", "141126", "140728", "141034", "140822"]
    assert [code(matcher, text=name, within="140000") for name in listed] == codes
    zone = matcher.tree.by_id(matcher.match(text="运城市经济技术开发区", within="140000").region_id)
    assert (zone.name_zh, zone.code[0]) == ("运城经济技术开发区", "r")
    cities = [code(matcher, prefecture=name) for name in ["太原", "朔州", "吕梁", "晋中", "阳泉", "临汾", "运城"]]
    assert cities == ["140100", "140600", "141100", "140700", "140300", "141000", "140800"]
    parents = [matcher.tree.by_id(matcher.match(text=n, within="140000").region_id).parent_id for n in [*listed, "运城市经济技术开发区"]]
    counts = {matcher.tree.by_id(p).short_zh: parents.count(p) for p in parents}
    assert counts == {"吕梁": 5, "运城": 2, "太原": 1, "晋中": 1, "临汾": 1}


def test_same_name_in_two_provinces_is_not_guessed(matcher):
    found = matcher.match(county="南山区")
    assert (found.region_id, found.problem, found.field) == (None, "ambiguous", "county")
    assert matcher.full_names(found) == ["黑龙江省鹤岗市南山区", "广东省深圳市南山区"]
    assert code(matcher, county="南山区", prefecture="深圳") == "440305"
    assert code(matcher, county="南山区", province="黑龙江省") == "230404"
    assert code(matcher, county="南山区", within="440000") == "440305"


def test_gulou_is_twice_in_jiangsu(matcher):
    found = matcher.match(county="鼓楼区", within="320000")
    assert found.problem == "ambiguous"
    assert matcher.full_names(found) == ["江苏省南京市鼓楼区", "江苏省徐州市鼓楼区"]
    assert code(matcher, county="鼓楼", prefecture="徐州", within="320000") == "320302"


def test_every_full_name_is_found_again(matcher):
    tree = matcher.tree
    ids = [i for i in tree.order if tree.by_id(i).level != "country"]
    assert [matcher.match(text=tree.full_name(i)).region_id for i in ids] == ids


def test_every_short_name_is_found_beside_its_parents(matcher):
    tree = matcher.tree
    for i in tree.order:
        place = tree.by_id(i)
        if place.level != "county":
            continue
        cells = {a.level: a.short_zh for a in tree.ancestors(i) if a.level != "country"}
        assert matcher.match(county=place.short_zh, **cells).region_id == i, place


def test_twenty_nine_or_more_names_repeat_and_none_is_guessed(matcher):
    tree = matcher.tree
    counties = [tree.by_id(i) for i in tree.order if tree.by_id(i).level == "county"]
    names = [c.name_zh for c in counties]
    repeated = {n for n in names if names.count(n) > 1}
    assert len(repeated) >= 29
    for name in repeated:
        found = matcher.match(county=name)
        assert found.problem == "ambiguous"
        assert len(found.candidates) == names.count(name)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"text": "山西省吕梁市石楼县"}, "141126"),
        ({"text": "吕梁石楼"}, "141126"),
        ({"text": " 山西　吕梁市\n石楼县 "}, "141126"),
        ({"text": "山西省-吕梁市-石楼县"}, "141126"),
        ({"text": "江苏省/南京市/鼓楼区"}, "320106"),
        ({"text": "石楼县，吕梁市"}, "141126"),
        ({"county": "吕梁市石楼县城关镇1号"}, "141126"),
        ({"code": "１４１１２６"}, "141126"),
        ({"code": "141126100000"}, "141126"),
        ({"code": 141126.0}, "141126"),
        ({"code": "141126.0"}, "141126"),
        ({"code": "500234"}, "500154"),
        ({"county": "开县"}, "500154"),
        ({"code": "141100", "county": "文水县"}, "141121"),
        ({"province": "北京市", "prefecture": "市辖区", "county": "朝阳区"}, "110105"),
        ({"province": "重庆", "prefecture": "重庆市", "county": "渝北"}, "500112"),
        ({"province": "河南省", "prefecture": "济源市"}, "419001"),
        ({"province": "河南", "prefecture": "省直辖县级行政区划", "county": "济源"}, "419001"),
        ({"county": "东莞市"}, "441900"),
        ({"prefecture": "太原市", "county": "市本级"}, "140100"),
        ({"text": "太原市本级"}, "140100"),
        ({"text": "全省", "within": "140000"}, "140000"),
        ({"prefecture": "桂林", "county": "全州"}, "450324"),
        ({"county": "大理", "prefecture": "大理州"}, "532901"),
        ({"text": "延边州"}, "222400"),
        ({"text": "石柱县"}, "500240"),
        ({"text": "莫旗"}, "150722"),
        ({"text": "广西自治区"}, "450000"),
        ({"text": "乐山市中区"}, "511102"),
        ({"text": "阳泉城区"}, "140302"),
        ({"text": "伊宁市"}, "654002"),
        ({"text": "吉林市"}, "220200"),
        ({"text": "吉林长春"}, "220100"),
        ({"text": "昆山市", "township": "玉山镇"}, "320583"),
        ({"text": "Kunshan"}, "320583"),
        ({"text": "Gulou, Nanjing"}, "320106"),
        ({"text": "Luhe District, Nanjing, Jiangsu"}, "320116"),
    ],
)
def test_found(matcher, cells, expected):
    assert code(matcher, **cells) == expected


@pytest.mark.parametrize(
    ("cells", "problem", "field", "candidates"),
    [
        ({}, "unknown", "text", []),
        ({"text": "  "}, "unknown", "text", []),
        ({"text": "<b>"}, "unknown", "text", []),
        ({"county": "清徐市"}, "unknown", "county", ["山西省太原市清徐县"]),
        ({"county": "经开区"}, "unknown", "county", []),
        ({"prefecture": "太原", "county": "经开区"}, "unknown", "county", []),
        # a part that is not known is not dropped
        ({"text": "南京市江北新区"}, "unknown", "text", ["江苏省南京市"]),
        ({"text": "吉林"}, "ambiguous", "text", ["吉林省", "吉林省吉林市"]),
        ({"text": "石楼县、文水县"}, "several", "text", ["山西省吕梁市石楼县", "山西省吕梁市文水县"]),
        ({"text": "石楼县文水县"}, "ambiguous", "text", ["山西省吕梁市石楼县", "山西省吕梁市文水县"]),
        ({"province": "江蘇", "county": "昆山市"}, "unknown", "province", []),
        ({"province": "山西省", "county": "昆山市"}, "conflict", "county", ["江苏省苏州市昆山市"]),
        ({"county": "石楼县", "within": "320000"}, "conflict", "county", ["山西省吕梁市石楼县"]),
        ({"code": "141126", "within": "320000"}, "conflict", "code", ["山西省吕梁市石楼县"]),
        ({"code": "141126", "county": "文水县"}, "conflict", "code", ["山西省吕梁市石楼县", "山西省吕梁市文水县"]),
        ({"code": "999999"}, "unknown", "code", []),
        ({"text": "999999"}, "unknown", "code", []),
        ({"prefecture": "141126", "county": "文水县"}, "conflict", "code", ["山西省吕梁市石楼县", "山西省吕梁市文水县"]),
        # groupings are no place to assign an item to
        ({"text": "渝西"}, "unknown", "text", []),
    ],
)
def test_reported(matcher, cells, problem, field, candidates):
    found = matcher.match(**cells)
    assert (found.region_id, found.problem, found.field) == (None, problem, field)
    assert matcher.full_names(found) == candidates


def test_code_in_a_column_of_names_is_a_code(matcher):
    assert [code(matcher, text=t) for t in ("141126", "\uff11\uff14\uff11\uff11\uff12\uff16", "141126000000")] == ["141126"] * 3
    assert code(matcher, prefecture="141100", county="141126") == "141126"
    assert code(matcher, prefecture="141100", county="石楼") == "141126"


def test_zone_named_without_its_city_needs_the_city(matcher):
    zone = matcher.match(prefecture="运城", county="经开区").region_id
    assert matcher.tree.by_id(zone).name_zh == "运城经济技术开发区"
    assert matcher.match(text="重庆市万盛经开区").region_id == matcher.match(province="重庆市", county="万盛").region_id


@pytest.mark.parametrize(
    ("cells", "how"),
    [
        ({"code": "141126"}, "code"),
        ({"code": "141126", "county": "石楼"}, "code+name"),
        ({"county": "石楼"}, "name"),
        ({"code": "149999", "county": "石楼"}, "name_despite_code"),
        ({"code": "141126", "county": "某某处"}, "code"),
    ],
)
def test_how(matcher, cells, how):
    found = matcher.match(**cells)
    assert matcher.tree.by_id(found.region_id).code == "141126"
    assert found.how == how


def test_nothing_that_comes_in_raises(matcher):
    for odd in ("\x00", "市", "本级", "0", "r", "r1", "=1+1", "😀", "县" * 5000, "鼓楼" * 3000, "-", float("nan"), 12, "吉林" * 200):
        for field in ("province", "prefecture", "county", "township", "code", "text"):
            found = matcher.match(**{field: odd})
            assert (found.region_id is None) == (found.problem is not None)


def test_a_hundred_thousand_rows_take_little(matcher):
    tree = matcher.tree
    names = [(tree.by_id(tree.by_id(i).parent_id).name_zh, tree.by_id(i).name_zh) for i in tree.order if tree.by_id(i).level == "county"]
    start = perf_counter()
    for n in range(100_000):
        prefecture, county = names[n % len(names)]
        matcher.match(prefecture=prefecture, county=county, within="100000")
    assert perf_counter() - start < 2
