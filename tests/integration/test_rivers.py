"""The numbers that the river pages show of the small river in tests/waters.py, on both databases."""

import shutil
from datetime import date

import pytest
from sqlalchemy import insert, update

from callbacks.registry import CHARTS, render, to_text
from dashboard.view import View
from data.engine import make_engine
from data.filters import Filters
from data.identity import to_hex
from data.queries.river_detail import river_detail
from data.queries.river_list import river_list
from data.queries.river_neighbours import river_neighbours
from data.queries.river_problems import river_problems
from data.queries.river_quality import river_quality
from data.queries.river_sections import river_sections
from data.queries.river_sources import river_sources
from data.queries.river_system import river_system
from data.schema import object_, section_quality, water_body
from data.store import Store, bump
from tests import waters
from tests.fixtures.stores import BOTH

RIVERS = ("river-system", "river-sections", "river-problems", "river-quality", "river-sources")
MAIN = Filters.from_query("water=MAIN")


@pytest.fixture(scope="module", params=BOTH)
def river(request, tmp_path_factory):
    """The small river on either database: read it, do not write to it."""
    if request.param == "sqlite":
        address = f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_template'), tmp_path_factory.mktemp('river') / 'river.db')}"
    else:
        address = request.getfixturevalue("pg_new_database")(request.getfixturevalue("pg_template"))
    opened = Store(make_engine(address))
    waters.load(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def changed(sqlite_store):
    """A small river of the test's own."""
    waters.load(sqlite_store)
    return sqlite_store


def shown(store, chart, query="water=MAIN", lang="zh-CN"):
    filters = Filters.from_query(query)
    declared = CHARTS[chart]
    return render(declared, declared.query("all", store, filters, lang=lang), filters, View(lang))


# ----------------------------------------------------------------------------- sections and their months


def test_sections_stand_against_their_target(river):
    frame = river_sections("all", river, MAIN)
    assert frame["section"].tolist() == ["M1", "M2", "M3"]
    assert frame["km"].tolist() == [10.0, 50.0, 90.0]
    assert frame["grade"].tolist() == ["II", "IV", "II"]
    assert frame["met"].tolist() == [True, False, True]
    assert frame["months_met"].tolist() == [4, 2, 3] and frame["months"].tolist() == [4, 4, 4]
    assert frame.attrs["month"] == date(2022, 9, 1) and frame.attrs["as_of"] == waters.AS_OF
    total = frame.attrs["total"]
    assert (total["met"], total["with_target"], total["good"], total["assessed"]) == (2, 3, 2, 3)
    whole = river_sections("all", river, Filters()).attrs["total"]
    assert (whole["met"], whole["with_target"], whole["good"], whole["sections"]) == (3, 4, 3, 4)


def test_words_about_sections_name_the_one_that_misses(river):
    drawn = shown(river, "river-sections")
    assert drawn.title == "清河：3个断面中1个未达目标，最差的M2断面为Ⅳ类"
    assert "2022年9月有水质类别的断面3个；达到目标的占66.7%（2/3）；优Ⅲ（Ⅲ类及以上）占66.7%（2/3）" in drawn.caption
    assert "未达目标：M2断面（Ⅳ类，目标Ⅲ类，TP超标）" in drawn.caption
    assert "演示数据" not in drawn.caption
    english = shown(river, "river-sections", lang="en")
    assert english.title == "Qing River: 1 of 3 sections misses its target: M2断面, class IV"
    assert "66.7% (2/3) met their target" in english.caption


def test_an_earlier_day_sees_the_months_that_were_over(river):
    frame = river_sections("all", river, MAIN.but(as_of=date(2022, 8, 30)))
    assert frame.attrs["month"] == date(2022, 7, 1)
    assert frame["grade"].tolist() == ["III", "IV", "II"]
    assert river_sections("all", river, MAIN.but(as_of=date(2022, 8, 31))).attrs["month"] == date(2022, 8, 1)
    # August was recorded on the 28th
    known = river_sections("all", river, MAIN.but(as_of=date(2022, 8, 31), known_at=date(2022, 8, 27)))
    assert known.attrs["month"] == date(2022, 7, 1)
    early = river_sections("all", river, MAIN.but(as_of=date(2021, 7, 31)))
    assert (
        early["grade"].isna().all()
        and early.attrs["total"]["met_rate"] is None
        and early.attrs["reasons"]
        == {
            "met_rate": "no_items",
            "good_rate": "no_items",
        }
    )


def test_a_section_that_fell_behind_is_not_in_the_rate(changed):
    with changed.writing() as conn:
        conn.execute(
            section_quality.delete().where(
                section_quality.c.object_id == waters.object_id("M2"), section_quality.c.month == date(2022, 9, 1)
            )
        )
        bump(conn, "one month less")
    frame = river_sections("all", changed, MAIN)
    assert frame["current"].tolist() == [True, False, True] and frame["grade"].tolist() == ["II", "III", "II"]
    assert (frame.attrs["total"]["met"], frame.attrs["total"]["with_target"]) == (2, 2)


def test_months_are_compared_where_they_may_be(river):
    frame = river_quality("all", river, Filters())
    sums = {"like_months": 2, "like_met": 5, "like_of": 8, "before_met": 4, "before_of": 7}
    assert frame.attrs["total"] == {"months": 16, "met": 12, "met_rate": 0.75, **sums}
    assert frame.attrs["compared"] == {"months": 2, "now": (5, 8), "before": (4, 7)}
    assert frame.attrs["breaks"] == []
    assert len(frame) == 24 and frame["met"].isna().sum() == 1
    drawn = shown(river, "river-quality", "")
    assert drawn.title == "近十二个月达标率75.0%，可比的2个月同比上升5.4个百分点"


@pytest.mark.parametrize("why", ["standard", "set"])
def test_no_comparison_goes_across_a_break(changed, why):
    with changed.writing() as conn:
        if why == "standard":
            conn.execute(update(section_quality).where(section_quality.c.month < date(2022, 1, 1)).values(standard_version="another"))
        else:
            # the same months one plan earlier: what is compared lies on two sides of 2021
            for months in (waters.MONTHS[:2], waters.MONTHS[2:]):
                for month in months:
                    moved = month.replace(year=month.year - 1)
                    conn.execute(update(section_quality).where(section_quality.c.month == month).values(month=moved))
        bump(conn, why)
    day = waters.AS_OF if why == "standard" else date(2021, 9, 30)
    frame = river_quality("all", changed, Filters(as_of=day))
    first = date(2022, 6, 1) if why == "standard" else date(2021, 6, 1)
    assert frame.attrs["breaks"] == [(first, why)]
    assert frame.attrs["compared"]["months"] == 0
    assert frame.attrs["total"]["met"] == 12
    drawn = shown(changed, "river-quality", f"as_of={day}")
    assert drawn.title == "近十二个月达标率75.0%"
    assert (
        "不与上年比较" in drawn.caption
        and {"standard": "2022年6月起改用另一标准", "set": "2021年6月起为新一轮五年断面"}[why] in drawn.caption
    )
    assert [shape["type"] for shape in drawn.figure["layout"]["shapes"]] == ["line"]


# ----------------------------------------------------------------------------- items along the river


def test_items_lie_along_the_river(river):
    frame = river_problems("all", river, MAIN)
    rows = frame.sort_values("km").to_dict("records")
    assert [(r["ledger_no"], r["km"], r["bank"], r["state"]) for r in rows] == [
        ("O1", 20.0, "left", "closed"),
        ("O2", 40.0, "right", "overdue"),
        ("R1", 55.0, "left", "open"),
        ("O3", 60.0, "left", "open"),
    ]
    assert frame.attrs["total"] == {"effective": 4, "overdue": 1, "due_soon": 0, "open": 3, "rectified": 1, "closed": 1}
    assert frame.attrs["joins"] == [("北河", 30.0), ("南河", 70.0)]
    drawn = shown(river, "river-problems")
    assert drawn.title == "清河：超期1项，最多的是工业排污口（1项）"
    assert "有效事项4项，已整改1项，其中销号1项；未完成3项，其中超期1项、临期0项" in drawn.caption
    marks = {trace["marker"]["symbol"]: trace["x"] for trace in drawn.figure["data"] if trace["marker"].get("symbol") == "diamond"}
    assert marks == {"diamond": [40.0]}


def test_a_restricted_place_is_not_told_by_its_kilometre(river):
    general = river_problems("all/general", river, MAIN).set_index("ledger_no")
    assert general.loc["R1"].isna()[["km", "bank"]].all() and general.loc["R1", "state"] == "open"
    assert general.loc["O2", "km"] == 40.0
    assert len(river_neighbours("all/general", river, waters.object_id("R"))) == 0
    assert len(river_neighbours("all", river, waters.object_id("R"))) > 0


def test_outfalls_are_counted_by_what_is_known_of_them(river):
    frame = river_sources("all", river, MAIN)
    found = {(row.aspect, row.value): (row.outfalls, row.of) for row in frame.itertuples()}
    assert found["class", "outfall-industrial"] == (2, 3) and found["class", "outfall-farming"] == (1, 3)
    assert found["disposal", "standardised"] == (1, 3) and found["disposal", ""] == (1, 3)
    assert (found["bank", "left"], found["bank", "right"], found["bank", ""]) == ((2, 3), (1, 3), (0, 3))
    assert (found["owner", "known"], found["owner", ""]) == ((2, 3), (1, 3))
    assert {what: found["complete", what][0] for what in ("position", "km", "bank", "owner", "monitored", "traced")} == {
        "position": 3, "km": 3, "bank": 3, "owner": 2, "monitored": 3, "traced": 2,
    }  # fmt: skip
    assert frame.attrs["unlisted"] == 1
    drawn = shown(river, "river-sources")
    assert drawn.title == "清河：3个排污口中1个责任主体未明"
    assert "已溯源的占66.7%（2/3）" in drawn.caption and "另有1个排污口只有位置" in drawn.caption


def test_outfalls_are_known_as_of_a_day(river):
    frame = river_sources("all", river, MAIN.but(as_of=date(2022, 5, 31)))
    held = {row.value: row.outfalls for row in frame[frame.aspect == "complete"].itertuples()}
    assert (held["monitored"], held["traced"]) == (3, 0)


# ----------------------------------------------------------------------------- the network


def test_a_river_stands_among_what_it_meets(river):
    frame = river_system("all", river, MAIN)
    bodies = frame[frame.what == "water"].set_index("code")
    assert bodies["role"].to_dict() == {"MAIN": "chosen", "NORTH": "upstream", "SOUTH": "upstream"}
    assert bodies["outfalls"].to_dict() == {"MAIN": 3.0, "NORTH": 1.0, "SOUTH": 0.0}
    assert bodies["overdue"].to_dict() == {"MAIN": 1.0, "NORTH": 0.0, "SOUTH": 0.0}
    assert (bodies.loc["MAIN", "sections"], bodies.loc["MAIN", "sections_met"]) == (3, 2)
    assert frame[frame.what == "section"]["code"].tolist() == ["M1", "M2", "M3", "N1"]
    drawn = shown(river, "river-system")
    assert drawn.title == "清河：2条支流汇入，沿线排污口3个、超期事项1项"
    assert "汇入的有北河、南河，共2条；2022年9月，3个断面中1个未达目标" in drawn.caption
    north = river_system("all", river, Filters.from_query("water=NORTH"))
    assert north[north.what == "water"].set_index("code")["role"].to_dict() == {"NORTH": "chosen", "MAIN": "downstream"}
    assert north.attrs["into"] == "清河"


def test_the_picture_is_true_to_the_ground(river):
    figure = shown(river, "river-system").figure
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    # 1.06 degrees at 32 degrees north
    longest = max(max(t["x"][:-1]) - min(t["x"][:-1]) for t in figure["data"] if t.get("hoveron") == "points")
    assert longest == pytest.approx(100.0, abs=0.2)


def test_rivers_that_flow_in_a_circle_end(changed):
    with changed.writing() as conn:
        conn.execute(
            update(water_body).where(water_body.c.code == "MAIN").values(flows_into_id=waters.water_id("NORTH"), flows_into_km=1.0)
        )
        bump(conn, "circle")
    frame = river_system("all", changed, MAIN)
    assert sorted(frame[frame.what == "water"]["code"]) == ["MAIN", "NORTH", "SOUTH"]
    assert len(river_neighbours("all", changed, waters.object_id("O2"))) > 0


def test_neighbours_follow_the_water(river):
    frame = river_neighbours("all", river, to_hex(waters.object_id("O2")))
    found = {row.name if row.kind != "tributary" else f"+{row.name}": (row.km, row.direction) for row in frame.itertuples(index=False)}
    assert found == {
        "M1断面": (-30.0, "upstream"),
        "某O4": (-25.0, "upstream"),
        "某O1": (-20.0, "upstream"),
        "N1断面": (-15.0, "upstream"),
        "+北河": (-10.0, "upstream"),
        "M2断面": (10.0, "downstream"),
        "某O3": (20.0, "downstream"),
        "+南河": (30.0, "downstream"),
        "某O5": (40.0, "downstream"),
        "M3断面": (50.0, "downstream"),
        "某O6": (55.0, "downstream"),
    }
    assert frame["km"].is_monotonic_increasing
    by_name = frame.set_index("name")
    assert (by_name.loc["M2断面", "grade"], by_name.loc["M2断面", "met"]) == ("IV", False)
    assert by_name.loc["某O1", "status"] == "closed"
    assert frame.attrs["water"] == "清河" and frame.attrs["at_km"] == 40.0


def test_neighbours_of_an_item_and_of_a_tributary(river):
    same = river_neighbours("all", river, waters.item_id(waters.CODE, "O2"))
    assert same["name"].tolist() == river_neighbours("all", river, waters.object_id("O2"))["name"].tolist()
    below = river_neighbours("all", river, waters.object_id("N1")).set_index("name")
    assert (below.loc["清河", "kind"], below.loc["清河", "km"]) == ("into", 5.0)
    assert below.loc["M2断面", "km"] == 25.0
    assert below.loc["某O4", "km"] == -10.0
    assert "M1断面" not in below.index
    nothing = river_neighbours("all", river, "0" * 16)
    assert len(nothing) == 0 and nothing.attrs["reason"] == "no_place"
    assert list(nothing.columns) == list(same.columns)


# ----------------------------------------------------------------------------- the list, the page, the viewer


def test_the_list_counts_each_river(river):
    frame = river_list("all", river, Filters())
    rows = frame.set_index("code")
    assert rows.index.tolist() == ["MAIN", "NORTH", "SOUTH"]
    assert rows.loc["MAIN", ["worst", "sections", "met", "outfalls", "effective", "open", "overdue"]].tolist() == ["IV", 3, 2, 3, 4, 3, 1]
    assert rows.loc["NORTH", ["worst", "sections", "met", "outfalls", "effective"]].tolist() == ["III", 1, 1, 1, 0]
    assert rows.loc["NORTH", "flows_into"] == "清河" and rows.loc["SOUTH", "sections"] == 0
    assert set(rows["basin"]) == {"清河水系"}
    assert set(river_list("all", river, Filters(), lang="en")["basin"]) == {"Qing basin"}
    total = frame.attrs["total"]
    assert (total["waters"], total["sections"], total["met"], total["open"], total["overdue"]) == (3, 4, 3, 3, 1)


def test_a_river_says_what_it_is(river):
    found = river_detail("all", river, waters.river("MAIN"))
    assert (found["name"], found["kind"], found["length_km"], found["target_grade"]) == ("清河", "river", 100.0, "III")
    assert [each["name"] for each in found["feeders"]] == ["北河", "南河"] and found["into"] is None
    assert (found["basics"], found["plan"], found["measures"]) == ("清河全长100公里。", "三年达标。", ["封堵直排口"])
    assert river_detail("all", river, waters.river("NORTH"), "en")["into"] == {
        "water_id": waters.river("MAIN"),
        "name": "Qing River",
        "km": 30.0,
    }
    for unknown in ("", "x", "0" * 16, "f" * 16):
        assert river_detail("all", river, unknown) is None


def test_a_viewer_sees_what_lies_in_the_own_county(river):
    assert river_sections(waters.XUANWU, river, Filters())["section"].tolist() == ["M1"]
    assert river_list(waters.XUANWU, river, Filters())["code"].tolist() == ["MAIN"]
    assert river_detail(waters.XUANWU, river, waters.river("NORTH")) is None
    assert len(river_neighbours(waters.XUANWU, river, waters.object_id("O2"))) == 0
    assert len(river_sections("all", river, Filters.from_query("region=110000"))) == 0


@pytest.mark.parametrize("chart", RIVERS)
def test_every_picture_stands_in_both_languages_and_empty(river, chart):
    full = CHARTS[chart].query("all", river, Filters())
    none = CHARTS[chart].query("all", river, Filters.from_query("region=110000"))
    assert len(full) > 0 and len(none) == 0
    assert list(full.columns) == list(none.columns)
    for query in ("", "water=MAIN", "water=SOUTH", "water=NONE", "region=110000"):
        for lang in ("zh-CN", "en"):
            drawn = shown(river, chart, query, lang)
            assert drawn.title and drawn.caption
            for words in (drawn.title, drawn.subtitle, drawn.caption, to_text(drawn.figure)):
                assert not any(sign in words for sign in ("{", "nan", "None", "NaT", "NaN")) or words.startswith("{"), words


def test_simulated_waters_are_marked(changed):
    assert not river_sections("all", changed, MAIN).attrs["simulated"]
    with changed.writing() as conn:
        conn.execute(update(water_body).where(water_body.c.code == "MAIN").values(simulated=True))
        bump(conn, "simulated")
    for query in (river_sections, river_quality, river_system, river_problems, river_sources, river_list):
        assert query("all", changed, MAIN).attrs["simulated"] is True
    assert not river_sections("all", changed, Filters.from_query("water=NORTH")).attrs["simulated"]
    assert shown(changed, "river-sections").caption.endswith("演示数据 · 非真实。")


def test_many_sections_are_cut_but_those_that_miss_stay(changed):
    with changed.writing() as conn:
        for n in range(60):
            key = waters.object_id(f"X{n}")
            conn.execute(
                insert(object_).values(
                    object_id=key, object_type="section", official_code=f"X{n:02d}", name=f"加密{n}", water_body_id=waters.water_id("MAIN"),
                    river_km=n + 0.5, grade_target="III", region_id=None, simulated=False,
                )
            )  # fmt: skip
            row = {"object_id": key, "month": date(2022, 9, 1), "grade": "V" if n == 59 else "II", "standard_version": "GB 3838-2002"}
            conn.execute(insert(section_quality).values(row | {"recorded_at": waters.datetime(2022, 9, 28)}))
        bump(conn, "many sections")
    figure = shown(changed, "river-sections").figure
    assert len(figure["layout"]["yaxis"]["ticktext"]) == 36
    assert "加密59" in figure["layout"]["yaxis"]["ticktext"] and "M2断面" in figure["layout"]["yaxis"]["ticktext"]
    assert any("另有27个断面未列出" in note["text"] for note in figure["layout"]["annotations"])
