"""A contest as it is written down, and its arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contest.model import ContestError, Criterion, why_not
from data.contest.plan import read_plan
from data.contest.results import total, trimmed
from tests.contests import TEXTS


def test_pasted_lines_become_a_plan():
    plan = read_plan(**{**TEXTS, "counties": " 玄武区 \n\n秦淮区\n", "criteria": "现场汇报, 30\n整改成效\t50\t2\n", "trim": 1})
    assert plan.entries == {"county": ["玄武区", "秦淮区"], "department": ["生态环境局", "住建局"]}
    assert [(c.name, c.most, c.weight) for c in plan.criteria["county"]] == [("现场汇报", 30.0, 30.0), ("整改成效", 50.0, 2.0)]
    assert [(j.name, j.role, j.home) for j in plan.judges] == [
        ("张市长", "leader", None),
        ("李副市长", "leader", None),
        ("王秘书长", "leader", None),
        ("生态环境局", "department", "生态环境局"),
        ("住建局", "department", "住建局"),
        ("玄武区", "county", "玄武区"),
        ("秦淮区", "county", "秦淮区"),
    ]


def test_without_questions_counties_have_no_links():
    plan = read_plan(**{**TEXTS, "questions": ""})
    assert set(plan.entries) == {"county"} and {j.role for j in plan.judges} == {"leader", "department"}


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"name": "  "}, "名称"),
        ({"name": "长" * 101}, "名称"),
        ({"held_on": "明天"}, "比赛日期"),
        ({"counties": "玄武区"}, "至少两个"),
        ({"counties": "玄武区\n秦淮区\n玄武区"}, "“玄武区”出现了两次"),
        ({"counties": "\n".join(f"县{n}" for n in range(201))}, "最多 200 个，现在有 201 个"),
        ({"leaders": "", "departments": ""}, "至少一位评委"),
        ({"criteria": ""}, "至少一条评分标准"),
        ({"criteria": "汇报"}, "“汇报”看不懂"),
        ({"criteria": "汇报,ten"}, "看不懂"),
        ({"criteria": "汇报,nan"}, "看不懂"),
        ({"criteria": "汇报,10,-1"}, "权重大于 0"),
        ({"criteria": "汇报,10,nan"}, "看不懂"),
        ({"criteria": "汇报,1000"}, "满分 1–100"),
        ({"criteria": "汇报,10\n汇报,20"}, "出现了两次"),
        ({"trim": 11}, "0 到 10"),
        ({"trim": "2"}, "0 到 10"),
        ({"leaders": "长" * 101}, "太长"),
    ],
)
def test_what_cannot_be_is_refused_in_words(over, words):
    with pytest.raises(ContestError) as problem:
        read_plan(**{**TEXTS, **over})
    assert words in problem.value.text("zh-CN")
    assert "{" not in problem.value.text("en")


def criterion(n, most, weight):
    return Criterion(n, "county", f"c{n}", "x", None, most, 0.5, weight)


def test_a_ballot_is_out_of_100_whatever_the_sheet():
    assert total({1: 30, 2: 20}, [criterion(1, 30, 30), criterion(2, 70, 70)]) == 50
    assert total({1: 10, 2: 0}, [criterion(1, 10, 3), criterion(2, 10, 1)]) == 75
    assert total({1: 10, 2: 70}, [criterion(1, 10, 1), criterion(2, 70, 9)]) == 100


@given(st.lists(st.integers(0, 200), min_size=1, max_size=30), st.integers(0, 5))
def test_trimming_drops_as_many_high_as_low_or_none(halves, trim):
    totals = [Fraction(each, 2) for each in halves]
    kept, dropped = trimmed(totals, trim)
    rest = sorted(totals[k] for k in kept)
    if len(totals) > 2 * trim:
        assert dropped == 2 * trim and rest == sorted(totals)[trim : len(totals) - trim]
    else:
        assert dropped == 0 and rest == sorted(totals)


def test_who_scores_whom():
    assert why_not("leader", None, 1, "county", False) is None
    assert why_not("department", 9, 1, "county", False) is None
    assert why_not("county", 1, 2, "county", False) == "not_yours"
    assert why_not("county", 1, 2, "county", True) is None
    assert why_not("county", 1, 1, "county", True) == "own_entry"
    assert why_not("county", 1, 9, "department", False) is None
    assert why_not("department", 9, 9, "department", False) == "own_entry"
    assert why_not("leader", None, 9, "department", False) == "not_yours"
