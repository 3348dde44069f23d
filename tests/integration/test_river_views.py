"""The small river of tests/waters.py as different viewers see it, on its pages and on the map, and of more items than are listed."""

from datetime import date

import pytest
from sqlalchemy import select, update

from callbacks.registry import CHARTS, render, to_text
from dashboard.view import View
from data.filters import Filters
from data.identity import to_hex
from data.layers.waters import section_layer
from data.positions.clusters import box_of
from data.queries import river_problems as problems
from data.queries.place_card import place_card
from data.queries.river_neighbours import river_neighbours
from data.queries.river_quality import river_quality
from data.queries.river_sections import river_sections
from data.queries.river_system import river_system
from data.rollup.refresh import refresh
from data.schema import item, object_, section_quality
from data.store import bump
from tests import waters

MAIN = Filters.from_query("water=MAIN")
M2 = to_hex(waters.object_id("M2"))


@pytest.fixture
def changed(sqlite_store):
    waters.load(sqlite_store)
    return sqlite_store


def drawn(store, chart, scope, filters=MAIN, lang="zh-CN"):
    declared = CHARTS[chart]
    return render(declared, declared.query(scope, store, filters, lang=lang), filters, View(lang))


# ----------------------------------------------------------------------------- who is not shown where a section is


@pytest.fixture
def secret(changed):
    """The section M2 at km 50 is restricted."""
    with changed.writing() as conn:
        values = {"sensitivity": "restricted", "bank": "left"}
        conn.execute(update(object_).where(object_.c.object_id == waters.object_id("M2")).values(values))
        bump(conn, "restricted")
    return changed


@pytest.mark.parametrize(("scope", "order"), [("all", ["M1", "M2", "M3"]), ("all/general", ["M1", "M3", "M2"])])
def test_a_restricted_section_has_its_class_but_its_place_only_for_some(secret, scope, order):
    shown = scope == "all"
    frames = {query: query(scope, secret, MAIN) for query in (river_sections, river_quality, river_system)}
    sections = frames[river_sections].set_index("section")
    # neither the kilometre nor where it stands among the others
    assert sections.index.tolist() == order
    assert sections["km"].dropna().to_dict() == {"M1": 10.0, "M3": 90.0} | ({"M2": 50.0} if shown else {})
    assert (sections.loc["M2", "grade"], sections.loc["M2", "met"]) == ("IV", False)
    months = frames[river_quality]
    assert list(dict.fromkeys(months["section"])) == order
    assert set(months.loc[months["section"] == "M2", "km"].dropna()) == ({50.0} if shown else set())
    system = frames[river_system]
    on_main = system[(system["what"] == "section") & (system["water"] == "MAIN")]
    assert on_main["code"].tolist() == order
    assert on_main["km"].dropna().tolist() == ([10.0, 50.0, 90.0] if shown else [10.0, 90.0])
    drawing = system.attrs["drawing"].value["sections"]
    assert (M2 in drawing, len(drawing)) == ((True, 4) if shown else (False, 3))
    assert (119.53, 32.0) not in drawing.values() or shown
    told = 50.0 in [value for frame in frames.values() for value in frame["km"].dropna()]
    assert told is shown


@pytest.mark.parametrize("scope", ["all", "all/general"])
def test_no_picture_gives_a_restricted_section_away(secret, scope):
    shown = scope == "all"
    system = drawn(secret, "river-system", scope)
    assert ("M2断面" in to_text(system.figure)) is shown
    # what it says of how many miss their target does not change
    assert "3个断面中1个未达目标" in system.caption
    ladder = drawn(secret, "river-sections", scope)
    assert ("距源头50.0公里" in to_text(ladder.figure)) is shown
    assert "距源头90.0公里" in to_text(ladder.figure)
    assert ladder.figure["layout"]["yaxis"]["ticktext"] == [f"{code}断面" for code in (("M1", "M2", "M3") if shown else ("M1", "M3", "M2"))]
    assert ladder.title == "清河：3个断面中1个未达目标，最差的M2断面为Ⅳ类"


@pytest.mark.parametrize("scope", ["all", "all/general"])
def test_neighbours_do_not_name_a_restricted_section(secret, scope):
    found = river_neighbours(scope, secret, waters.object_id("O2")).set_index("name")["km"].to_dict()
    assert found.get("M2断面") == (10.0 if scope == "all" else None)
    assert (found["M1断面"], found["M3断面"]) == (-30.0, 50.0)


# ----------------------------------------------------------------------------- more items than are listed


def test_what_is_left_out_of_a_long_list_is_counted_and_least_urgent(changed, monkeypatch):
    monkeypatch.setattr(problems, "MOST", 2)
    # by then R1 of the second campaign is overdue too, and O3 of the first is open
    late = MAIN.but(as_of=date(2023, 1, 5))
    frame = problems.river_problems("all", changed, late)
    assert sorted(zip(frame["ledger_no"], frame["state"], strict=True)) == [("O2", "overdue"), ("R1", "overdue")]
    assert frame.attrs["total"] == {"effective": 4, "overdue": 2, "due_soon": 0, "open": 3, "rectified": 1, "closed": 1}
    assert frame.attrs["left_out"] == 2
    assert frame.attrs["categories"] == [
        ("outfall-industrial", "工业排污口", 2, 1, 1, (1, 0, 0, 0, 1)),
        ("source-farming", "农业面源", 1, 1, 1, (1, 0, 0, 0, 0)),
        ("outfall-farming", "农业排口", 1, 1, 0, (0, 0, 1, 0, 0)),
    ]
    assert frame.attrs["waters"] == [("MAIN", "清河", 4, 3, 2, (2, 0, 1, 0, 1))]
    picture = drawn(changed, "river-problems", "all", late)
    assert picture.title == "清河：超期2项，最多的是工业排污口、农业面源（各1项）"
    assert "有效事项4项，已整改1项，其中销号1项；未完成3项，其中超期2项" in picture.caption and "另有2项没有列出" in picture.caption
    assert picture.figure["layout"]["yaxis"]["ticktext"] == ["工业排污口", "农业面源", "农业排口"]
    words = [note["text"] for note in picture.figure["layout"]["annotations"]]
    assert [word.rpartition("未完成")[2].partition("<")[0] for word in words if "未完成" in word and "/" in word][:3] == [
        "1/2",
        "1/1",
        "1/1",
    ]
    assert "另有2项未逐一画出" in words[-1]
    whole = drawn(changed, "river-problems", "all", Filters(as_of=date(2023, 1, 5)))
    # the most urgent first, drawn from the right: closed, rectified, open, due soon, overdue from the last to the first
    assert [trace["x"] for trace in whole.figure["data"]] == [[2], [0], [1], [0], [1]]


def test_items_without_a_category_are_counted_as_such(changed):
    with changed.writing() as conn:
        c = item.c
        key = waters.item_id(waters.SOURCE_CODE, "R1")
        conn.execute(update(item).where(c.item_id == key).values(category=None))
        campaign_id, region_id = conn.execute(select(c.campaign_id, c.region_id).where(c.item_id == key)).one()
        refresh(conn, campaign_id, [region_id])
        bump(conn, "without a category")
    whole = problems.river_problems("all", changed, Filters())
    assert [group[:5] for group in whole.attrs["categories"]] == [
        ("outfall-industrial", "工业排污口", 2, 1, 1),
        ("", "", 1, 1, 0),
        ("outfall-farming", "农业排口", 1, 1, 0),
    ]
    assert whole["category"].isna().sum() == 1 and len(whole) == 4 and whole.attrs["left_out"] == 0
    picture = drawn(changed, "river-problems", "all")
    assert picture.figure["layout"]["yaxis"]["ticktext"] == ["工业排污口", "未分类", "农业排口"]


# ----------------------------------------------------------------------------- the map and the pages


@pytest.fixture
def uneven(store):
    """M2 has no target of its own, M3 no class of the last twelve months."""
    waters.load(store)
    with store.writing() as conn:
        conn.execute(update(object_).where(object_.c.object_id == waters.object_id("M2")).values(grade_target=None))
        q = section_quality.c
        conn.execute(section_quality.delete().where(q.object_id == waters.object_id("M3"), q.month > date(2021, 9, 30)))
        bump(conn, "uneven")
    return store


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("as_of=2022-09-30", {"M1": ("II", "III", "2022-09-01", True), "M2": ("IV", "III", "2022-09-01", False)}),
        # September is not over
        ("as_of=2022-09-15", {"M1": ("II", "III", "2022-08-01", True), "M2": ("III", "III", "2022-08-01", True)}),
        # August was recorded on the 28th
        ("as_of=2022-08-31&known_at=2022-08-27", {"M1": ("III", "III", "2022-07-01", True), "M2": ("IV", "III", "2022-07-01", False)}),
    ],
)
def test_the_map_tells_of_a_section_what_the_page_of_its_river_tells(uneven, query, told):
    filters = Filters.from_query(f"{query}&water=MAIN")
    layer = section_layer("all", uneven, filters, 12, box_of(118, 31, 121.5, 33, 12))
    points = {point[4][:2]: (layer["kinds"][point[2]], point[5], point[6], point[7]) for point in layer["points"]}
    # a year later its class of September 2021 says nothing of now
    seen = told | {"M3": ("none", "II", None, None) if filters.as_of == waters.AS_OF else ("III", "II", "2021-09-01", False)}
    assert points == seen
    assert layer["total"] == 3
    page = river_sections("all", uneven, filters).set_index("section")
    for code, (grade, target, month, met) in seen.items():
        row = page.loc[code]
        own = None if month is None else (row["grade"], row["month"].isoformat(), bool(row["met"]))
        assert own == (None if month is None else (grade, month, met)) and row["target_grade"] == target
        card = place_card("all", uneven, filters, "section", to_hex(waters.object_id(code)))
        assert (card["grade"] or "none", card["target"], card["month"] and card["month"].isoformat(), card["meets"]) == points[code]
    card = place_card("all", uneven, filters, "section", M2)
    assert card["history"][-1] == (page.loc["M2", "month"], page.loc["M2", "grade"])
    assert card["exceeding"] == ("TP" if query == "as_of=2022-09-30" else None) and card["judged"] == len(card["history"])
