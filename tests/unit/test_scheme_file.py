"""A scheme file into a scheme, and every fault of one in words: where it is, which value, what to do."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.measures import MEASURES
from data.ranking.faults import ERROR, NOTE, words
from data.ranking.scheme import PeerGroup, Words
from data.ranking.scheme_file import read_scheme
from data.ranking.schemes import SHIPPED
from data.ranking.wording import scheme_words

ROOT = Path(__file__).resolve().parents[2]
GOOD = """# 某市赛马办法
[scheme]
code = "fenhe"
version = "2022.1"
name = "汾河赛马"
name_en = "Fenhe race"
basis = "某办〔2022〕5号"
period = "week"
level = "county"
bonus_cap = 3
penalty_cap = 8

[families.work]
name = "整改"

[families.air]
name = "大气"

[[indicator]]
id = "on_time"
name = "按期率"
family = "work"
weight = 60
measure = "on_time_rate"
floor = 0.5
target = 1.0

[[indicator]]
id = "pm25"
name = "PM2.5变化"
family = "air"
weight = 40
series = "pm25_change"
floor = 10
target = -10

[[adjustment]]
id = "commended"
name = "表扬"
kind = "bonus"
points = 1.5

[[adjustment]]
id = "fraud"
name = "造假"
kind = "veto"
"""
GROUPS = """
[[group]]
code = "north"
name = "北部"
members = ["140121", "141127"]

[[group]]
code = "south"
name = "南部"
members = ["141034"]
"""


def faults(text, **known):
    scheme, found = read_scheme(text, "本地.toml", **known)
    errors = [f for f in found if f.severity == ERROR]
    assert (scheme is None) == bool(errors)
    return found


def said(text, **known):
    return [f.text() for f in faults(text, **known)]


def test_a_good_file_gives_every_value_as_written():
    scheme, found = read_scheme(GOOD + GROUPS, "本地.toml")
    assert found == []
    assert (scheme.code, scheme.version, scheme.name, scheme.period, scheme.level) == (
        "fenhe", "2022.1", Words("汾河赛马", "Fenhe race"), "week", "county",
    )  # fmt: skip
    assert scheme.basis == "某办〔2022〕5号"
    assert [(i.id, i.family, i.weight, i.measure, i.series, i.floor, i.target, i.higher_is_better) for i in scheme.indicators] == [
        ("on_time", "work", 60, "on_time_rate", None, 0.5, 1.0, True),
        ("pm25", "air", 40, None, "pm25_change", 10, -10, False),
    ]
    assert [(a.id, a.kind, a.points) for a in scheme.adjustments] == [("commended", "bonus", 1.5), ("fraud", "veto", 0)]
    assert scheme.groups[0] == PeerGroup("north", Words("北部", ""), ("140121", "141127"))
    # what was left out has the values that the recipe names
    assert (scheme.decimals, scheme.unit, scheme.small_base, scheme.small_base_rule, scheme.missing_limit) == (2, "points", 5, "mark", 0.3)
    assert (scheme.lists, scheme.once_per_event, scheme.improvement_exempt, scheme.is_default) == (("level",), True, None, False)
    assert scheme.source == GOOD + GROUPS


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_shipped_schemes_are_read_without_a_fault(path: Path):
    scheme, found = read_scheme(path.read_bytes(), path.name)
    assert found == []
    assert scheme.code == path.stem
    assert sum(i.weight for i in scheme.indicators) == 100


def test_the_default_scheme_is_the_one_of_the_domain_guide():
    scheme, _ = read_scheme((SHIPPED / "county-default.toml").read_bytes(), "")
    of = {i.measure or i.series: i.weight for i in scheme.indicators}
    assert of == {
        "on_time_rate": 25, "schedule_deviation_due": 15, "first_pass_rate": 15, "long_overdue_rate": 10,
        "pm25_change": 20, "section_compliance": 5, "case_closure_rate": 5, "relapse_rate": 5,
    }  # fmt: skip
    assert (scheme.bonus_cap, scheme.penalty_cap, scheme.missing_limit, scheme.period) == (3, 8, 0.3, "week")
    assert [a.id for a in scheme.adjustments if a.kind == "veto"] == ["data_fraud"]
    assert [g.code for g in scheme.groups] == ["district", "city", "county"]
    assert {i.measure: i.higher_is_better for i in scheme.indicators if i.measure}["long_overdue_rate"] is False
    assert scheme.by_id["pm25_change"].higher_is_better is False


def test_chinese_words_stand_for_choices_and_measures_and_percentages_for_rates():
    text = (
        GOOD.replace('"week"', '"每周"').replace('"county"', '"县级"').replace('"on_time_rate"', '"按期率"').replace('"veto"', '"一票否决"')
    )
    text = text.replace("floor = 0.5", 'floor = "50%"').replace("target = 1.0", 'target = "100％"')
    scheme, found = read_scheme(text, "")
    assert found == []
    assert (scheme.period, scheme.level, scheme.adjustments[1].kind) == ("week", "county", "veto")
    assert (scheme.indicators[0].measure, scheme.indicators[0].floor, scheme.indicators[0].target) == ("on_time_rate", 0.5, 1.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_the_encoding_that_an_office_saves_it_in(encoding):
    scheme, found = read_scheme(GOOD.replace("\n", "\r\n").encode(encoding), "")
    assert found == []
    assert (scheme.name.zh, scheme.source) == ("汾河赛马", GOOD)


# what is changed, what it becomes, and what the one fault says
FAULTS = [
    ("weight = 60", "weight = 50", ["权重合计 90", "少 10 分", "50 + 40"]),
    ("weight = 60", "weight = 70.5", ["权重合计 110.5", "多 10.5 分"]),
    ('measure = "on_time_rate"', 'measure = "ontime_rate"', ["第 24 行", "指标“on_time”", "ontime_rate", "是不是：on_time_rate"]),
    ('measure = "on_time_rate"', 'measure = "按时率"', ["按时率", "是不是：on_time_rate (按期率)", "withdrawal_rate"]),
    ('measure = "on_time_rate"', "", ["没有写明统计什么", "measure", "series"]),
    ('series = "pm25_change"', 'series = "pm25_change"\nmeasure = "overdue_rate"', ["第 34 行", "指标“pm25”", "同时写了"]),
    ("target = 1.0", "target = 0.5", ["目标值与起评值相同", "0.5"]),
    ("target = 1.0", "target = 95", ["比率写成了 95", "0.95"]),
    ("target = 1.0", "target = 0.2", ["方向不对", "越高越好", "0.2"]),
    ("target = 1.0", "target = true", ["“true”写法不对", "应是数字"]),
    ("target = 1.0", "target = nan", ["nan"]),
    ("target = 1.0", "target = 1.0\ncap = 0", ["封顶倍数 0"]),
    ("target = 1.0", "target = 1.0\ncap = -1", ["封顶倍数 -1"]),
    ("target = 1.0", 'target = 1.0\nbetter = "lower"', ["better", "越高越好"]),
    ("floor = 10", 'floor = "group"', ["better = \"lower\"", "没有写明高好还是低好"]),
    ("floor = 10", 'floor = "最低"', ["第 34 行", "“最低”", "可选：group"]),
    ('period = "week"', 'period = "weekly"', ["period", "“weekly”", "是不是：week？", "week, month, quarter, round"]),
    ('level = "county"', 'level = "village"', ["“village”", "province, prefecture, county, township"]),
    ('level = "county"', 'level = "county"\nkinds = ["findings"]', ["kinds", "“findings”", "是不是：finding"]),
    ('level = "county"', 'level = "county"\nsmall_base_rule = "drop"', ["small_base_rule", "mark, exclude"]),
    ('level = "county"', 'level = "county"\ndecimals = 2.5', ["decimals", "2.5", "不是整数"]),
    ('level = "county"', 'level = "county"\nmissing_limit = 30', ["missing_limit", "30", "0 到 1"]),
    ('level = "county"', 'level = "county"\nwieght = 3', ["wieght", "没有这一项"]),
    ('level = "county"', 'level = "county"\nlists = "progress"', ["lists", "level, improvement"]),
    ('family = "work"', 'family = "water"', ["没有指标类“water”", "work, air"]),
    ('id = "on_time"', 'id = "pm25"', ["代号“pm25”用了两次"]),
    ('id = "on_time"', 'id = "commended"', ["代号“commended”用了两次"]),
    ('id = "on_time"', 'id = "bonus"', ["“bonus”是系统保留的代号"]),
    ('id = "on_time"', 'id = "penalty"', ["“penalty”是系统保留的代号"]),
    ('id = "on_time"', 'id = "按期"', ["“按期”不能用作代号"]),
    ('id = "on_time"', 'id = "On-Time"', ["“On-Time”不能用作代号"]),
    ('name = "按期率"', f'name = "{"长" * 101}"', ["101 个字", "不超过 100"]),
    ('name = "按期率"', 'name = ""', ["name", "没有填写"]),
    ('name = "按期率"', 'name = "按期\\n率"', ["换行"]),
    ('version = "2022.1"', "", ["version", "没有填写"]),
    ('version = "2022.1"', 'version = " "', ["version", "没有填写"]),
    ('version = "2022.1"', "version = 2022.1", ["版本号 2022.1 没有加引号"]),
    ('version = "2022.1"', 'version = "第 1 版"', ["版本号“第 1 版”"]),
    ('code = "fenhe"', "", ["code", "没有填写"]),
    ('kind = "bonus"', 'kind = "prize"', ["“prize”", "bonus, penalty, veto"]),
    ("points = 1.5", "points = -2", ["分值 -2", "正数"]),
    ("points = 1.5", "", ["points", "没有填写"]),
    ('kind = "veto"', 'kind = "veto"\npoints = 3', ["一票否决项不带分值", "3"]),
    ("bonus_cap = 3", "", ["bonus_cap", "上限"]),
    ("bonus_cap = 3", "bonus_cap = -3", ["上限 -3"]),
    ("[families.air]", "[families.Air]", ["Air"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "parts"), FAULTS, ids=[f"{n}: {new[:28]}" for n, (_, new, _) in enumerate(FAULTS)])
def test_a_fault_names_the_file_the_place_the_value_and_the_remedy(old, new, parts):
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1))
    told = found[0].text()
    assert told.startswith("本地.toml")
    assert [part for part in parts if part not in told] == [], [f.text() for f in found]
    english = found[0].text("en")
    assert english and not english.startswith("：") and found[0].do("en")


def test_a_table_that_is_repeated_needs_double_brackets():
    told = said(GOOD[: GOOD.rindex("[[adjustment]]")].replace("[[adjustment]]", "[adjustment]"))
    assert len(told) == 1 and "adjustment" in told[0] and "双方括号" in told[0]


def test_a_negative_weight_is_said_beside_the_sum():
    told = said(GOOD.replace("weight = 60", "weight = -20"))
    assert "第 23 行 指标“on_time” weight：权重 -20 不是正数" in told[0]
    assert "权重合计 20，少 80 分（-20 + 40）" in told[1]


def test_all_faults_are_found_in_one_pass():
    text = GOOD.replace('"week"', '"day"').replace("weight = 60", "weight = 10").replace('"on_time_rate"', '"x"').replace("-10", "10")
    assert [f.code for f in faults(text)] == ["not_one_of", "unknown_measure", "target_is_floor", "weights"]


# ----------------------------------------------------------------------------- text that is no TOML


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('name = "汾河赛马"', 'name = "汾河赛马', ["第 5 行", "汾河赛马"]),
        ('name = "汾河赛马"', "name = “汾河赛马”", ["第 5 行", "中文标点"]),
        ('name = "汾河赛马"', '名称 = "汾河赛马"', ["第 5 行", "中文开头"]),
        ('period = "week"', 'period = "week"\ncode = "x"', ["第 9 行", "重复"]),
        ("weight = 60", "weight 60", ["第 23 行", "weight 60"]),
        ("[scheme]", "[scheme", ["第 2 行"]),
        ("weight = 60", "weight = " + "[" * 3000, ["嵌套太深"]),
        ("weight = 60", "weight = " + "9" * 5000, ["写法有误"]),
    ],
)
def test_a_slip_of_the_pen_is_told_by_its_line(old, new, parts):
    told = said(GOOD.replace(old, new, 1))
    assert len(told) == 1
    assert [part for part in parts if part not in told[0]] == [], told


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "文件是空的"),
        (b"# only a remark\n", "没有 [scheme]"),
        (b"\xff\xfe\xd8", "编码"),
        (b"\x00\xff\x00\xff" * 10, "编码"),
        (b"#" * 300_000, "超过 256 KB"),
        (b"PK\x03\x04" + b"\x80" * 50, "本地.toml"),
    ],
)
def test_a_file_that_is_no_scheme_is_told_so(data, part):
    scheme, found = read_scheme(data, "本地.toml")
    assert scheme is None
    assert part in found[0].text()


@given(st.binary(max_size=300))
def test_no_bytes_raise(data):
    scheme, found = read_scheme(data, "x")
    assert scheme is not None or found


@given(
    st.integers(0, len(GOOD + GROUPS)),
    st.integers(0, 40),
    st.sampled_from(["", "0", '"', "=", "[", "]]", "\n", "-", "true", "{}", "\u201c", "1e999"]),
)
def test_no_damage_to_a_good_file_raises(at, cut, put):
    text = GOOD + GROUPS
    scheme, found = read_scheme(text[:at] + put + text[at + cut :], "x")
    assert scheme is not None or any(f.severity == ERROR for f in found)
    assert all(f.text() and f.text("en") for f in found)


# ----------------------------------------------------------------------------- peer groups


@pytest.mark.parametrize(
    ("change", "code", "parts"),
    [
        (('members = ["141034"]', 'members = ["141034", "140121"]'), "in_two_groups", ["140121", "“north”", "“south”"]),
        (('members = ["141034"]', ""), "empty_group", ["分组“south”里没有地区"]),
        (('code = "south"', 'code = "north"'), "id_twice", ["代号“north”用了两次"]),
        (('name = "南部"', 'name = "南部"\nwithin = "west"'), "unknown_group", ["没有上级分组“west”", "north, south"]),
        (('name = "南部"', 'name = "南部"\nwithin = "south"'), "group_cycle", ["south → south"]),
        (('level = "county"', 'level = "county"\ngroups = "county-kind"'), "groups_both", ["只用一种"]),
        (('level = "county"', 'level = "county"'), None, []),
    ],
)
def test_groups_are_a_tree_and_every_place_is_in_one(change, code, parts):
    found = faults((GOOD + GROUPS).replace(*change))
    assert [f.code for f in found] == ([code] if code else [])
    assert all(part in found[0].text() for part in parts)


def test_a_circle_of_groups_is_told_once_and_named():
    ring = "".join(
        f'\n[[group]]\ncode = "{a}"\nname = "{a}"\nwithin = "{b}"\nmembers = ["{n}"]\n' for n, (a, b) in enumerate(["ab", "bc", "ca", "da"])
    )
    found = faults(GOOD + ring)
    assert [f.code for f in found] == ["group_cycle"]
    assert "a → b → c → a" in found[0].text()


def test_two_groups_do_not_share_an_ending():
    ends = '\n[[group]]\ncode = "a"\nname = "A"\nends_with = ["区"]\n[[group]]\ncode = "b"\nname = "B"\nends_with = ["市", "区"]\n'
    assert [(f.code, "“区”" in f.text()) for f in faults(GOOD + ends)] == [("ending_twice", True)]


def test_a_shipped_grouping_must_be_one_there_is():
    told = said(GOOD.replace('level = "county"', 'level = "county"\ngroups = "county-kinds"'))
    assert len(told) == 1 and "是不是：county-kind" in told[0]


# ----------------------------------------------------------------------------- series of a store


def test_a_series_much_like_a_known_one_is_a_slip_and_another_is_yet_to_come():
    near = faults(GOOD, series=["pm25_changes", "section_compliance"])
    assert [(f.code, f.severity) for f in near] == [("unknown_series", ERROR)]
    assert "是不是：pm25_changes" in near[0].text()
    later = faults(GOOD, series=["good_air_days"])
    assert [(f.code, f.severity) for f in later] == [("series_to_come", NOTE)]
    assert faults(GOOD, series=["pm25_change"]) == []


# ----------------------------------------------------------------------------- a scheme in words


def test_a_scheme_says_itself_in_both_languages():
    scheme, _ = read_scheme(GOOD.replace('level = "county"', 'level = "county"\nlists = ["level", "improvement"]'), "")
    units = {"pm25": ("%", 1)}
    assert scheme_words(scheme, "zh-CN", units)[:8] == [
        "汾河赛马（fenhe，版本 2022.1）。",
        "依据：某办〔2022〕5号。",
        "每周一期，比较各县（市、区），公布水平榜和进步榜。",
        "统计全部事项。",
        "满分 100 分：整改 60 分、大气 40 分。",
        "按期率（60 分）：50% 得 0 分，100% 得满分，其间按比例。",
        "PM2.5变化（40 分，外来指标序列 pm25_change）：10% 得 0 分，−10% 得满分，其间按比例。",
        "没有数据的指标，权重分给同类的其他指标；一类都没有数据的，其余折算成 100 分；缺数据的权重超过 30% 的，不参与排名。所有地区都没有数据的指标，对所有地区都不计。",
    ]
    rest = scheme_words(scheme, "zh-CN", units)[8:]
    assert "加分，合计不超过 3 分：表扬 1.5 分。" in rest
    assert "一票否决，当期不参与排名：造假。" in rest
    assert rest[-1] == "进步榜按本期得分与上一个已锁定期得分之差排名。"
    english = scheme_words(scheme, "en", units)
    assert english[0] == "Fenhe race (fenhe, version 2022.1)."
    assert english[2] == "Every week, counties are compared and published as a list by level and a list by improvement."
    assert len(english) == len(scheme_words(scheme, "zh-CN", units))


def test_a_value_that_is_the_worst_of_the_group_is_said_by_its_direction():
    text = (SHIPPED / "county-default.toml").read_text(encoding="utf-8")
    assert "按期率（25 分）：50% 得 0 分，100% 得满分" in "\n".join(scheme_words(read_scheme(text, "")[0]))
    scheme, _ = read_scheme(text.replace("floor = 0.50", 'floor = "group"', 1).replace("floor = 0.20", 'floor = "group"', 1), "")
    told = "\n".join(scheme_words(scheme))
    assert "按期率（25 分）：同组最低值得 0 分，100% 得满分" in told
    assert "长期超期率（10 分）：同组最高值得 0 分，0% 得满分" in told
    assert "分组比较：市辖区、县级市、县（旗）" in told
    assert "同一件事涉及多个名目的，只计一次。" in told


def test_every_measure_may_be_called_by_the_name_that_pages_give_it():
    names = words()["measures"]
    assert list(names) and set(names) == set(MEASURES)
    for n, lang in enumerate(("zh-CN", "en")):
        pages = json.loads((ROOT / "dashboard" / "locales" / lang / "measures.json").read_text(encoding="utf-8"))
        shown = {m: pages[f"measure.{m}.name"] for m in MEASURES if f"measure.{m}.name" in pages}
        assert shown and {m: names[m][n] for m in shown} == shown
    assert len({zh for zh, _ in names.values()}) == len(names)


def test_the_recipe_names_every_key():
    recipe = (ROOT / "docs" / "recipes" / "scheme.md").read_text(encoding="utf-8")
    keys = [
        *re.findall(
            r'(?:head|table)\.(?:text|texts|choice|choices|number|whole|flag|id|take)\("(\w+)"',
            (ROOT / "data" / "ranking" / "scheme_file.py").read_text(),
        )
    ]
    assert len(keys) > 20
    assert [key for key in keys if f"`{key}`" not in recipe and key != "simulated"] == []
