"""Captions are finished sentences with the real numbers in them."""

from dashboard.captions.item_list import item_list, set_name
from dashboard.captions.loop_funnel import loop_funnel
from dashboard.captions.overdue_ageing import overdue_ageing
from dashboard.captions.planned_vs_actual import planned_vs_actual
from dashboard.captions.progress_by_region import progress_by_region
from dashboard.captions.region_by_category import region_by_category
from dashboard.captions.status_structure import status_structure
from dashboard.components.kpi_cards import kpi_cards
from dashboard.links import over
from dashboard.measures import MEASURES, change, value_text
from dashboard.view import View
from data.filters import Filters
from tests.unit import figure_frames as frames

ZH, EN, ANY = View(), View("en"), Filters()


def outfalls():
    df = frames.progress(
        [("140100", "太原市", 1200, 0, 0, 1150, 1150, 0, 0, 0, 0, 0), ("140900", "忻州市", 839, 0, 0, 784, 784, 0, 0, 0, 0, 0)]
    )
    df.attrs |= {"region": "山西省", "campaign": "汾河流域", "kind": "outfall"}
    return df


def test_progress_caption_has_place_day_and_numbers():
    text = progress_by_region(outfalls(), ANY, ZH)
    assert text.startswith("截至2022年10月31日，山西省“汾河流域”共2039个排污口，整改完成1934个，完成率94.9%（1934/2039）；")
    assert "到期完成率无：无到期事项" in text
    assert "太原市最高，为95.8%（1150/1200），忻州市最低，为93.4%（784/839）" in text
    assert text.endswith("。")


def test_progress_caption_in_english():
    text = progress_by_region(outfalls(), ANY, EN)
    assert text.startswith(
        'As of 31 Oct 2022, 山西省, "汾河流域": 2,039 outfalls, 1,934 of them rectified, completion 94.9% (1,934/2,039); '
    )
    assert "no due-completion rate: nothing due yet" in text


def test_captions_carry_bounds_clock_basic_and_the_simulated_mark():
    df = outfalls()
    df.attrs |= {"bounds": True, "simulated": True, "known_at": frames.AS_OF}
    text = progress_by_region(df, Filters(count_basic=True), ZH)
    assert "共不少于2039个排污口" in text
    assert text.endswith("（按2022年10月31日前已入库的情况）（“基本完成”计入已整改）演示数据 · 非真实。")


def test_caption_of_nothing_gives_the_reason():
    assert progress_by_region(frames.progress([]), ANY, ZH) == "截至2022年10月31日，全国没有有效问题，整改完成率无从计算。"


def test_status_caption_adds_up_with_merged_as_its_own():
    assert "共发现56项；已销号24项，占42.9%；达到序时进度7项，占12.5%；未达到序时进度1项，占1.8%；并入24项，占42.9%。" in status_structure(
        frames.status(), ANY, ZH
    )


def test_curve_caption_states_gap_and_basis():
    text = planned_vs_actual(frames.curve(basis="milestones"), ANY, ZH)
    assert "实际完成75.1%（751/1000），计划应完成78.3%（783/1000），落后序时进度3.2个百分点；计划线按各事项的阶段节点计。" in text


def test_funnel_caption_counts_and_times():
    text = loop_funnel(frames.funnel(), ANY, ZH)
    assert "1000项进入“发现问题”" in text and "到达“销号”的745项，占74.5%" in text and "中位21天，九成在58天以内" in text


def test_cells_caption_leaves_small_cells_out_of_the_comparison():
    text = region_by_category(frames.cells(), ANY, ZH)
    assert "完成率最低的是淮安市的固体废物和危险废物，为78.6%（44/56）（有效问题不足10个的不参与比较）" in text


def test_ageing_caption_lists_buckets_that_have_items():
    assert "22项超期；超期1–7天的20项，占90.9%；超期31–60天的2项，占9.1%。" in overdue_ageing(frames.ageing((20, 0, 0, 2, 0)), ANY, ZH)


def test_item_list_caption_names_the_set():
    df = frames.with_attrs(frames.progress([]), count=37, set="overdue", region="江苏省")
    assert item_list(df, ANY, ZH) == "截至2022年10月31日，江苏省超期问题共37项。"
    assert set_name("ageing:181+", ZH) == "超期181天及以上的问题"
    assert set_name("status:merged", EN) == 'Items with status "Merged"'
    assert set_name("reached:verifying", ZH, {"verifying": "复核"}) == "到过“复核”环节的问题"
    assert set_name("no-such-set", ZH) == "所选问题"


def test_change_of_a_rate_is_in_points_and_of_a_count_in_items():
    rate, overdue = MEASURES["completion_rate"], MEASURES["overdue"]
    assert change(rate, (618, 650), (560, 612), "zh-CN").text == "比一周前升3.6个百分点"
    assert change(rate, (618, 650), (560, 612), "zh-CN").good == 1
    more = change(overdue, (44, None), (39, None), "zh-CN")
    assert (more.text, more.good) == ("比一周前多5", -1)
    assert change(rate, (1, 2), (0, 0), "en").text == "nothing comparable a week ago"
    assert value_text(rate, 0, 0, "zh-CN") == "—"


def test_kpi_card_shows_reason_when_null_and_links_each_number(monkeypatch):
    monkeypatch.setattr("dashboard.links.address", lambda path, filters, view: f"{path}?{filters.to_query()}")
    cards = kpi_cards(frames.headline(), Filters(campaign=("x",)), ZH)
    text = [str(card.to_plotly_json()) for card in cards]
    assert len(cards) == 5
    assert "无到期事项" in text[3] and "'—'" in text[3]
    assert "/progress?campaign=x&rows=rectified" in text[1] and "/progress?campaign=x&rows=effective" in text[1]
    assert "kpi-alarm" in text[4] and "比一周前多5" in text[4]


def test_a_piece_laid_over_the_selection_replaces_rows_and_level():
    before = Filters(campaign=("x",), level="county", rows="overdue", page=3, sort="region")
    assert over(before, "region=320900").to_query() == "campaign=x&region=320900"
    assert over(before, "rows=status:closed").to_query() == "campaign=x&level=county&rows=status:closed"
    assert (
        over(before, "region=1&category=air&rows=effective&page=9&campaign=y").to_query()
        == "campaign=x&category=air&region=1&rows=effective"
    )
