"""What a correction says it changed."""

from dataclasses import replace

import numpy as np

from data.ranking.changes import diff
from data.ranking.scheme import Words
from tests.standings import NAN, SCHEME, changed, standing


def test_nothing_changed_is_no_change() -> None:
    assert diff(standing(), standing()) == []


def test_who_moved_and_why() -> None:
    old = standing()
    # two closed findings of Qinhuai were reported late: 18/20 -> 20/20, and it overtakes Xuanwu
    new = changed(old, 1, 0, 20, 20, 61.0, [2, 1, 0])
    first, second = diff(old, new)
    assert (first.code, first.name("zh-CN"), first.name("en")) == ("320104", "秦淮区", "Qinhuai")
    assert (first.rank_old, first.rank_new, first.score_old, first.score_new) == (2, 1, 54.0, 61.0)
    assert (first.indicator, first.corrected) == ("on_time", True)
    assert (first.old.numerator, first.old.denominator, first.new.numerator, first.new.value) == (18, 20, 20, 1.0)
    assert first.why("zh-CN") == "按期率 18/20→20/20"
    assert first.why("en") == "On-time rate 18/20 → 20/20"
    # Xuanwu did nothing and lost a place: said, and not counted as a correction
    assert (second.code, second.rank_old, second.rank_new, second.corrected) == ("320102", 1, 2, False)
    assert second.why("zh-CN") == "本地数据和得分未变；名次随其他地区变动"


def test_each_figure_of_a_place_is_a_line_of_its_own() -> None:
    old = standing()
    new = changed(changed(old, 0, 0, 43, 50, 62.4, [1, 2, 0]), 0, 1, NAN, NAN, 62.4, [1, 2, 0])
    value = new.counted.value.copy()
    value[0, 1] = -4.125
    bonus, veto = np.array([0.0, 2.5, 0.0]), np.array([True, False, False])
    new = replace(new, counted=replace(new.counted, value=value, bonus=bonus, veto=veto))
    assert [(c.code, c.kind, c.why("zh-CN")) for c in diff(old, new)] == [
        ("320102", "value", "按期率 41/50→43/50"),
        ("320102", "value", "PM2.5改善幅度 −3.2%→−4.1%"),
        ("320102", "bonus", "加分 1→0"),
        ("320102", "veto", "新增一票否决"),
        ("320104", "bonus", "加分 0→2.50"),
    ]


def test_a_place_that_is_ranked_again_or_no_longer() -> None:
    old = standing()
    new = changed(old, 2, 0, 3, 4, 70.0, [2, 0, 1])
    by_code = {c.code: c for c in diff(old, new)}
    assert by_code["320105"].why("zh-CN") == "按期率 无数据→3/4；恢复参与排名"
    assert by_code["320105"].score_old != by_code["320105"].score_old
    assert by_code["320104"].why("en") == "Own figures and score unchanged; the rank moved with other places; no longer ranked"
    # the unranked come last among those that only moved
    assert [c.code for c in diff(old, new)] == ["320105", "320102", "320104"]


def test_points_that_moved_with_others_and_rules_that_changed() -> None:
    old = standing()
    scores = old.scores.score.copy()
    scores[0] = 59.0
    moved = replace(old, scores=replace(old.scores, score=scores))
    (only,) = diff(old, moved)
    assert (only.kind, only.corrected, only.why("zh-CN")) == ("score", False, "本地数据未变；计分随其他地区数据变动")
    (only,) = diff(old, replace(moved, scheme=replace(SCHEME, version="2022.2")))
    assert only.why("zh-CN") == "本地数据未变；方案由2022.1版改为2022.2版"
    # a difference that is not printed is none
    scores = old.scores.score.copy()
    scores[0] += 1e-12
    assert diff(old, replace(old, scores=replace(old.scores, score=scores))) == []


def test_places_that_came_or_went() -> None:
    old = standing()
    renamed = replace(old.places, code=["320102", "320104", "320106"], name_zh=["玄武区", "秦淮区", "鼓楼区"])
    found = {(c.code, c.kind): c for c in diff(old, replace(old, places=renamed))}
    assert set(found) == {("320106", "added"), ("320105", "gone")}
    assert found["320106", "added"].name == Words("鼓楼区", "Jianye")
    assert found["320105", "gone"].why("zh-CN") == "不再列入名单"
