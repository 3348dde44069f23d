"""The filter bar: what it offers, what it says, and what a reader's choice makes of the query."""

from datetime import date

import pytest
from dash import dcc

from callbacks.filters import from_controls, from_store
from dashboard import ids
from dashboard.components.filter_bar import MANY, filter_bar
from dashboard.options import SHOWN_REGIONS, as_of, kept, region_choices, sentence
from dashboard.view import View
from data.filters import Filters

OPTIONS = {
    "campaigns": [{"value": "js", "label": "攻坚"}, {"value": "sx", "label": "汾河"}],
    "rounds": [{"value": 1, "label": "第一轮"}, {"value": 2, "label": "第二轮"}],
    "themes": [{"value": "air", "label": "大气"}],
    "categories": [{"value": "dust", "label": "扬尘"}],
    "sources": [],
    "departments": [{"value": "water", "label": "水利局"}],
    "regions": [
        {"value": "320100", "label": "江苏省南京市"},
        {"value": "320106", "label": "江苏省南京市鼓楼区"},
        {"value": "320302", "label": "江苏省徐州市鼓楼区"},
    ],
    "as_of": {"min": "2022-08-15", "max": "2022-11-30", "default": "2022-11-30"},
}
OTHER = {**OPTIONS, "rounds": [], "themes": [], "as_of": {"min": "2019-01-01", "max": "2019-12-31", "default": "2019-12-31"}}
CONTROLS = {
    "campaign": ["js"], "round": [], "theme": [], "department": [], "category": [], "source": [], "water": [],
    "region": None, "level": None, "as_of": "2022-11-30", "known_at": None, "basic": [],
}  # fmt: skip


def _offered(filters: Filters) -> dict[str, object]:
    return OTHER if filters.campaign == ("sx",) else OPTIONS


def test_the_bar_says_in_words_what_is_selected() -> None:
    filters = Filters.from_query("campaign=js&round=1,2&region=320106&category=dust&level=county&basic=1&known_at=2022-11-20")
    assert sentence(filters, OPTIONS, View()) == (
        "攻坚 · 江苏省南京市鼓楼区 · 轮次：第一轮、第二轮 · 问题类别：扬尘 · 按区县级 · 截至2022年11月30日 · 按2022年11月20日已知 · 基本完成计为完成"
    )
    assert sentence(Filters(), OPTIONS, View(lang="en")) == "All 2 campaigns added together · All regions · as of 30 Nov 2022"


def test_a_chosen_value_is_always_among_the_choices() -> None:
    assert [c["value"] for c in kept(OPTIONS, "theme", ("air", "odd"))] == ["air", "odd"]
    assert region_choices(OPTIONS, "r77")[0] == {"value": "r77", "label": "r77"}
    assert region_choices(OPTIONS, "320302")[0]["label"] == "江苏省徐州市鼓楼区"


def test_regions_are_found_by_part_of_the_name_or_by_code() -> None:
    assert [c["value"] for c in region_choices(OPTIONS, None, "鼓楼")] == ["320106", "320302"]
    assert [c["value"] for c in region_choices(OPTIONS, None, "3203")] == ["320302"]
    assert region_choices(OPTIONS, None, "nowhere") == []
    many = {"regions": [{"value": str(k), "label": f"县{k}"} for k in range(3000)]}
    assert len(region_choices(many, "2999")) == SHOWN_REGIONS


def test_a_choice_becomes_the_canonical_query() -> None:
    chosen = from_controls("campaign=js&rows=overdue&page=7", {**CONTROLS, "round": ["2", "1"], "region": "320106"}, _offered)
    assert chosen.to_query() == "campaign=js&region=320106&round=1,2&rows=overdue"


def test_the_day_that_is_the_default_stays_out_of_the_link() -> None:
    assert from_controls("campaign=js", CONTROLS, _offered).as_of is None
    assert from_controls("campaign=js", {**CONTROLS, "as_of": "2022-10-31"}, _offered).as_of == date(2022, 10, 31)


def test_another_campaign_drops_what_it_does_not_have() -> None:
    chosen = from_controls(
        "as_of=2022-10-31&campaign=js&round=1&theme=air",
        {**CONTROLS, "campaign": ["sx"], "round": ["1"], "theme": ["air"], "department": ["water"], "as_of": "2022-10-31"},
        _offered,
    )
    assert chosen == Filters(campaign=("sx",), department=("water",))


@pytest.mark.parametrize("odd", [{"basic": "x"}, {"campaign": "js"}, {"region": "<b>"}, {"level": "galaxy"}, {"as_of": "yesterday"}])
def test_odd_values_are_dropped(odd: dict[str, object]) -> None:
    assert from_controls("campaign=js", {**CONTROLS, **odd}, _offered) == Filters(campaign=("js",))


def test_a_query_from_elsewhere_sets_every_control() -> None:
    data, *values = from_store("region=320106&zzz=1&campaign=js", OPTIONS, View())
    assert data == "campaign=js&region=320106"
    assert values[0] == ["js"]
    assert values[7] == "320106"
    assert values[9] == as_of(OPTIONS, Filters()) == "2022-11-30"
    assert len(values) + 1 == 1 + len(MANY) + 5 + 6 + 3 + 2
    assert values[-1] == "/progress?campaign=js"


def test_the_bar_mounts_with_its_choices() -> None:
    bar = filter_bar(Filters.from_query("campaign=js&region=320302"), OPTIONS, View())
    found = {each.id: each for each in bar._traverse() if isinstance(each, dcc.Dropdown)}
    assert found[ids.FILTER_CAMPAIGN].value == ["js"]
    assert {c["value"] for c in found[ids.FILTER_CAMPAIGN].options} == {"js", "sx"}
    assert found[ids.FILTER_REGION].value in {c["value"] for c in found[ids.FILTER_REGION].options}
    assert found[ids.FILTER_ROUND].labels["search"] == "搜索"
