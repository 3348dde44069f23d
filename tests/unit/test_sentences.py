"""Sentences as they are published: given the published numerators, the published figures, letter by letter."""

from datetime import date

import pandas as pd
import pytest

from callbacks.registry import CHARTS
from dashboard.captions import official
from dashboard.captions.alternative import alternative
from dashboard.captions.headline import headline
from dashboard.captions.overdue_ageing import overdue_ageing
from dashboard.captions.planned_vs_actual import planned_vs_actual
from dashboard.captions.progress_by_region import progress_by_region
from dashboard.captions.progress_by_region import title as progress_title
from dashboard.captions.river_quality import river_quality
from dashboard.captions.section_standing import section_standing
from dashboard.captions.status_structure import status_structure
from dashboard.formatting import percent
from dashboard.i18n import has, t
from dashboard.view import View
from data.filters import Filters
from tests.unit import figure_frames as frames

ZH, EN, ANY = View(), View("en"), Filters()


def both(caption, frame):
    return caption(frame, ANY, ZH), caption(frame, ANY, EN)


# ----------------------------------------------------------------------------- published sentences


def cases(closed=4347, received=4387):
    """督察组转办的4387件案件已办结4347件."""
    frame = frames.progress([("230000", "黑龙江省", received, 0, 0, closed, closed, 0, 0, 0, 0, 0)])
    frame.attrs |= {"region": "黑龙江省", "kind": "case", "as_of": date(2019, 12, 31)}
    return frame


def test_cases_are_closed_and_never_all_of_them():
    zh, en = both(progress_by_region, cases())
    assert zh == (
        "截至2019年12月31日，黑龙江省共4387件转办案件，整改完成4347件，完成率99.1%（4347/4387）；已办结4347件，办结率99.1%（4347/4387）；"
        "到期完成率无：无到期事项。"
    )
    assert en == (
        "As of 31 Dec 2019, 黑龙江省: 4,387 petition cases, 4,347 of them rectified, completion 99.1% (4,347/4,387); "
        "4,347 closed, case closure 99.1% (4,347/4,387); no due-completion rate: nothing due yet."
    )


def test_rectified_outfalls_are_not_called_closed_out():
    """汾河流域2039个入河排污口仍有105个未完成整治."""
    frame = frames.progress([("140000", "山西省", 2039, 0, 0, 2039 - 105, 0, 0, 0, 0, 0, 0)])
    frame.attrs |= {"region": "山西省", "campaign": "汾河流域", "kind": "outfall", "as_of": date(2019, 12, 31)}
    zh, en = both(progress_by_region, frame)
    assert zh == (
        "截至2019年12月31日，山西省“汾河流域”共2039个排污口，整改完成1934个，完成率94.9%（1934/2039）；尚无销号记录；到期完成率无：无到期事项。"
    )
    assert "2,039 outfalls, 1,934 of them rectified, completion 94.9% (1,934/2,039); no close-out on record" in en


def test_the_published_structure_keeps_the_merged():
    """56项整改任务中，24项已完成、7项按序时进度推进、1项未完成，24项并入."""
    frame = frames.status({"rectified": 24, "on_schedule": 7, "behind_schedule": 1, "merged": 24})
    frame.attrs |= {"region": "黑龙江省", "kind": "task"}
    zh, en = both(status_structure, frame)
    assert zh == (
        "截至2022年10月31日，黑龙江省共发现56项整改任务；已整改待复核24项，占42.9%；达到序时进度7项，占12.5%；未达到序时进度1项，占1.8%；并入24项，占42.9%。"
    )
    assert en == (
        "As of 31 Oct 2022, 黑龙江省: 56 rectification tasks discovered; 24 rectified, awaiting verification (42.9%); 7 on schedule (12.5%); "
        "1 behind schedule (1.8%); 24 merged (42.9%)."
    )


def sections(good=73, assessed=74, goal=(72, 74)):
    frame = pd.DataFrame({"grade": ["III"], "count": [good], "met": [good], "missed": [0], "share": [good / assessed]})
    total = {"assessed": assessed, "good": good, "met": 0, "with_target": 0}
    return frames.with_attrs(frame, total=total, month=date(2022, 10, 1), region="重庆市", goal=goal)


def test_a_share_against_its_target_says_the_difference_of_what_is_printed_and_the_note():
    """74个国控断面优Ⅲ比例98.6%，高于国家目标1.3个百分点: 73 of 74 against 72 of 74, unrounded 1.35."""
    zh, en = both(section_standing, sections())
    assert zh == (
        "截至2022年10月31日，重庆市2022年10月评价断面74个；达到或优于Ⅲ类的占98.6%（73/74），高于目标1.3个百分点（为修约后数值之差，未修约为1.4个百分点）。"
    )
    assert en == (
        "As of 31 Oct 2022, 重庆市: 74 sections assessed in Oct 2022; 98.6% (73/74) at class III or better, "
        "1.3 pp above the target (difference of the rounded figures; 1.4 pp unrounded)."
    )


@pytest.mark.parametrize(
    ("goal", "zh", "en"),
    [
        ((73, 74), "，与目标持平。", ", level with the target."),
        ((37, 37), "，低于目标1.4个百分点。", ", 1.4 pp below the target."),
        ((72, 80), "，高于目标8.6个百分点。", ", 8.6 pp above the target."),
        (None, "（73/74）。", "(73/74) at class III or better."),
    ],
)
def test_above_below_level_with_a_target(goal, zh, en):
    said = both(section_standing, sections(goal=goal))
    assert said[0].endswith(zh) and said[1].endswith(en)


def quality(now, before, months=12):
    frame = pd.DataFrame({"month": [], "met": []})
    total = {"months": now[1], "met": now[0]}
    return frames.with_attrs(frame, total=total, compared={"months": months, "now": now, "before": before}, breaks=[], region="江苏省")


def test_a_share_of_sections_moves_in_points_year_on_year():
    """优Ⅲ比例77.9%，同比上升8.7个百分点: 81 and 72 of 104 sections."""
    zh, en = both(river_quality, quality((81, 104), (72, 104)))
    assert "77.9%（81/104）；可比的12个月同比上升8.7个百分点。" in zh
    assert "77.9% (81/104) of assessments; up 8.7 pp year on year over 12 comparable months." in en


@pytest.mark.parametrize(
    ("now", "before", "zh", "en"),
    [
        ((72, 104), (81, 104), "同比下降8.7个百分点", "down 8.7 pp year on year"),
        ((72, 104), (36, 52), "与上年同期持平", "level with a year earlier"),
        # differs by less than what is printed
        ((10000, 20001), (10000, 20000), "与上年同期持平", "level with a year earlier"),
        ((5, 8), (0, 0), "不与上年比较", "not compared with the year before"),
    ],
)
def test_a_year_ago(now, before, zh, en):
    said = both(river_quality, quality(now, before))
    assert zh in said[0] and en in said[1]


# ----------------------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("n", "d", "text"),
    [
        # 98.648… is 98.6; rounding 98.65 once more would make it 98.7
        (73, 74, "98.6%"),
        (4347, 4387, "99.1%"),
        (1275, 2164, "58.9%"),
        (3611, 3626, "99.6%"),
        (9999, 10000, "99.9%"),
        (1, 10000, "0.1%"),
        (0, 74, "0.0%"),
        (74, 74, "100.0%"),
        (0, 0, "—"),
    ],
)
def test_a_rate_is_rounded_once_and_says_all_or_none_only_when_it_is_so(n, d, text):
    assert percent(n, d) == text
    assert official.tenths(n, d) == (None if text == "—" else round(float(text[:-1]) * 10))


def test_percent_of_a_quantity_and_points_of_a_rate():
    # PM2.5 of Jiangsu: 29.7, 同比下降0.7%; of Kunshan: 33.1 against 34.8
    assert official.growth(29.7, 29.91, official.YEAR, ZH) == "同比下降0.7%"
    assert official.growth(33.1, 34.8, official.YEAR, EN) == "down 4.9% year on year"
    assert official.growth(112, 100, official.PERIOD, ZH) == "环比增长12.0%"
    assert official.growth(100, 100, official.PERIOD, ZH) == "与上期持平"
    # more than all of it, and less than prints
    assert official.growth(19996, 10000, official.YEAR, ZH) == "同比增长100.0%"
    assert official.growth(4388, 4387, official.YEAR, ZH) == "同比增长不足0.1%"
    assert official.growth(4387, 4388, official.YEAR, EN) == "down less than 0.1% year on year"
    # nothing grows by a percentage from 0
    assert official.growth(5, 0, official.YEAR, ZH) == official.growth(5, None, official.YEAR, EN) == ""
    assert official.change((618, 650), (560, 612), official.WEEK, ZH) == "比一周前上升3.6个百分点"
    assert official.change((1, 2), (1, 3), official.PERIOD, EN) == "up 16.7 pp on the period before"
    # 86.651 % after 84.449 %: as printed 2.3, unrounded 2.2
    found = official.change((86651, 100_000), (84449, 100_000), official.WEEK, ZH)
    assert found == "比一周前上升2.3个百分点（为修约后数值之差，未修约为2.2个百分点）"
    assert official.change((1, 2), (0, 0), official.YEAR, ZH) == official.change((0, 0), (1, 2), official.YEAR, EN) == ""


def test_a_count_moves_in_pieces():
    def pieces(n):
        return f"{n}件"

    assert official.more(44, 39, official.WEEK, ZH, pieces) == "比一周前增加5件"
    assert official.more(39, 44, official.YEAR, ZH, pieces) == "同比减少5件"
    assert official.more(39, 44, official.WEEK, EN, str) == "5 fewer than a week earlier"
    assert official.more(39, 39, official.WEEK, ZH, pieces) == "与一周前持平"
    assert official.more(39, None, official.WEEK, ZH, pieces) == ""


@pytest.mark.parametrize(
    ("number", "kind", "zh", "en"),
    [
        (14000, "gt", "1.4万余", "more than 14,000"),
        (1500, "gt", "1500余", "more than 1,500"),
        (300, "lt", "近300", "nearly 300"),
        (100_000, "lt", "近10万", "nearly 100,000"),
        (9_380_000, "approx", "约938万", "about 9,380,000"),
        (2039, True, "不少于2039", "at least 2,039"),
        # a bound is never rounded further
        (14148, "gt", "14148余", "more than 14,148"),
        (14148, None, "14148", "14,148"),
        (None, "gt", "—", "—"),
    ],
)
def test_a_number_of_which_a_bound_is_known(number, kind, zh, en):
    assert (official.bounded(number, kind, ZH), official.bounded(number, kind, EN)) == (zh, en)


@pytest.mark.parametrize(
    ("value", "kind", "zh", "en"),
    [
        (99, "gt", "超过99%", "more than 99%"),
        (60, "lt", "近60%", "nearly 60%"),
        (5, "lt", "不足5%", "less than 5%"),
        (5.7, "approx", "约5.7%", "about 5.7%"),
        (90, "ge", "不低于90%", "at least 90%"),
    ],
)
def test_a_share_of_which_a_bound_is_known(value, kind, zh, en):
    assert (official.bounded_percent(value, kind, ZH), official.bounded_percent(value, kind, EN)) == (zh, en)


def test_a_published_bound_stays_one_in_the_sentence():
    """前期排查建档的1.4万余家“散乱污”企业."""
    frame = frames.status({"in_progress": 14000})
    frame.attrs |= {"bounds": "gt", "kind": "scattered_polluter", "region": "成都市"}
    zh, en = both(status_structure, frame)
    assert "成都市共发现1.4万余家“散乱污”企业；" in zh and "more than 14,000 scattered polluters discovered; " in en


def test_those_who_share_a_place_are_named_together():
    rows = [(str(k), name, 10, 0, 0, done, done, 10, done, done, late, 0) for k, (name, done, late) in enumerate(
        [("甲县", 9, 0), ("乙县", 9, 3), ("丙县", 5, 3), ("丁县", 5, 0)]
    )]  # fmt: skip
    zh, en = both(progress_by_region, frames.progress(rows))
    assert "完成率甲县、乙县并列最高，为90.0%，丙县、丁县并列最低，为50.0%；超期最多的是乙县、丙县，各3项。" in zh
    assert "甲县, 乙县 share the highest completion, 90.0%, 丙县, 丁县 share the lowest, 50.0%; most overdue in 乙县, 丙县, 3 each." in en
    assert progress_title(frames.progress(rows), ZH) == "丙县、丁县最落后，完成率50.0%；超期最多的是乙县、丙县，各3项"
    assert official.tied(["甲县", "乙县", "丙县", "丁县", "戊县"], ZH) == "甲县及另外4个地区"
    assert official.tied(["a", "b", "c", "d"], EN) == "a and 3 other regions"


def test_of_one_region_that_is_last_and_latest_one_thing_is_said():
    assert progress_title(frames.progress(), ZH) == "淮安市最落后，完成率75.0%；超期最多的是盐城市，26项"
    rows = [("1", "甲县", 10, 0, 0, 9, 9, 10, 9, 9, 1, 0), ("2", "乙县", 10, 0, 0, 5, 5, 10, 5, 5, 5, 0)]
    assert progress_title(frames.progress(rows), ZH) == "乙县最落后：完成率50.0%，超期5项"
    assert progress_title(frames.progress(rows), EN) == "乙县 is furthest behind: 50.0% rectified, 5 overdue"


def curve(planned, actual, total, basis="due"):
    frame = pd.DataFrame(
        [(frames.AS_OF, planned / total, actual / total, planned, actual, total)],
        columns=["day", "planned", "actual", "planned_count", "actual_count", "total"],
    )
    return frames.with_attrs(frame, basis=basis, deviation=(actual - planned) / total)


@pytest.mark.parametrize(
    ("planned", "actual", "total", "zh"),
    [
        (815, 783, 1000, "实际完成78.3%（783/1000），计划应完成81.5%（815/1000），落后序时进度3.2个百分点；"),
        (
            72,
            73,
            74,
            "实际完成98.6%（73/74），计划应完成97.3%（72/74），超前序时进度1.3个百分点（为修约后数值之差，未修约为1.4个百分点）；",
        ),
        (7, 7, 10, "实际完成70.0%（7/10），与序时进度持平；"),
        # a plan published as a share asks for no whole number
        (0.85 * 2039, 1934, 2039, "实际完成94.9%（1934/2039），计划应完成85.0%（1733.2/2039），超前序时进度9.9个百分点"),
    ],
)
def test_against_the_schedule(planned, actual, total, zh):
    assert zh in planned_vs_actual(curve(planned, actual, total), ANY, ZH)


def test_against_the_schedule_in_english():
    assert "78.3% (783/1,000) rectified against 81.5% (815/1,000) planned, 3.2 pp behind schedule; " in planned_vs_actual(
        curve(815, 783, 1000), ANY, EN
    )


def test_the_key_figures_and_what_a_week_has_changed():
    frame = frames.headline()
    frame.loc[len(frame)] = ["due_soon", 12, None, 12, None, 9, None, 9]
    frame.attrs |= {"region": "江苏省", "kind": "finding"}
    zh, en = both(headline, frame)
    assert zh == (
        "截至2022年10月31日，江苏省共650个问题（不含撤销、重复、并入和无需整治的）；整改完成率95.1%（618/650），比一周前上升3.6个百分点；"
        "销号率81.8%（532/650），比一周前上升5.0个百分点；到期完成率无：无到期事项；超期44个，比一周前增加5个；7日内到期12个。"
    )
    assert en == (
        "As of 31 Oct 2022, 江苏省: 650 findings (withdrawn, duplicate, merged and kept left out); rectification completion 95.1% (618/650), "
        "up 3.6 pp on a week earlier; close-out rate 81.8% (532/650), up 5.0 pp on a week earlier; no due-completion: nothing due yet; "
        "44 overdue, 5 more than a week earlier; 12 due within 7 days."
    )


def test_one_of_a_thing_in_english():
    frame = frames.progress([("1", "Xuanwu", 1, 0, 0, 0, 0, 1, 0, 0, 1, 0)])
    frame.attrs["kind"] = "finding"
    assert "1 finding, 0 of them rectified, completion 0.0% (0/1)" in progress_by_region(frame, ANY, EN)
    assert "1 item overdue; 1 for 1–7 days (100.0%)" in overdue_ageing(frames.ageing((1, 0, 0, 0, 0)), ANY, EN)


# ----------------------------------------------------------------------------- definitions and alternative text

EVERY = pytest.mark.parametrize("chart", CHARTS)


@EVERY
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_chart_defines_its_measures(chart, lang):
    assert has(f"define.{chart}", lang) and has(f"alternative.{chart}", lang)
    said = t(f"define.{chart}", lang)
    assert said.endswith("。" if lang == "zh-CN" else ".") and 1 <= said.count("。" if lang == "zh-CN" else ". ") + 1 <= 4
    # no file's foot is a page of its own
    assert len(said) <= (150 if lang == "zh-CN" else 480)


def test_definitions_are_those_of_the_measures():
    for lang, words in (("zh-CN", ("整改完成率＝已整改÷有效问题", "销号率＝已销号÷有效问题", "到期且已整改÷已到期", "“基本完成”", "撤销或重复")),
                        ("en", ("rectified ÷ effective items", "closed out ÷ effective items", "due and rectified ÷ due", "basically completed", "withdrawn or duplicate"))):  # fmt: skip
        for word in words:
            assert word in t("define.progress-by-region", lang), word
            if word != "撤销或重复":
                assert word in t("define.headline", lang), word


def test_no_measure_has_a_definition_without_what_it_is_over():
    """Charts that draw a rate say a fraction."""
    for chart in (
        "status-structure",
        "planned-vs-actual",
        "loop-funnel",
        "overdue-ageing",
        "outfall-stages",
        "river-quality",
        "region-map",
    ):
        assert "÷" in t(f"define.{chart}") and "÷" in t(f"define.{chart}", "en"), chart


def test_a_picture_in_words_is_kind_finding_and_sentence():
    said = alternative("progress-by-region", "宿迁市最落后：完成率80.9%，超期91个", "截至2022年10月31日，江苏省共650个问题。", ZH)
    assert said == "条形图，各地区按整改完成率由低到高。宿迁市最落后：完成率80.9%，超期91个。截至2022年10月31日，江苏省共650个问题。"
    assert alternative("headline", "Key figures", "As of 31 Oct 2022: 650 findings.", EN) == (
        "Table of key figures. Key figures. As of 31 Oct 2022: 650 findings."
    )
