"""Classes of water, months and breaks, names in a drawing, the shape of a simulated river."""

from datetime import date

import numpy as np
import pytest
import shapely

from dashboard import waters
from dashboard.label_places import Box, placed
from dashboard.view import View
from data.demo.dice import Dice
from data.demo.rivers import Course, shore, winding
from data.waters import grades
from data.waters.network import lines_of


def test_a_class_meets_what_is_no_better():
    assert [grades.met(grade, "III") for grade in grades.GRADES] == [True, True, True, False, False, False]
    assert grades.met(None, "III") is None and grades.met("II", None) is None and grades.met("VI", "III") is None
    assert [grades.good(grade) for grade in ("III", "IV", None)] == [True, False, None]


@pytest.mark.parametrize(
    ("day", "month"),
    [("2022-11-30", "2022-11-01"), ("2022-11-29", "2022-10-01"), ("2024-02-28", "2024-01-01"), ("2022-12-31", "2022-12-01")],
)
def test_a_month_counts_once_it_is_over(day, month):
    assert grades.last_month(date.fromisoformat(day)) == date.fromisoformat(month)


def test_months_go_back_over_years():
    assert grades.months_before(date(2022, 1, 1), 1) == date(2021, 12, 1)
    assert grades.months_before(date(2022, 11, 1), 23) == date(2020, 12, 1)


def test_a_set_of_sections_holds_for_a_five_year_plan():
    assert [grades.section_set(date(year, 6, 1)) for year in (2015, 2016, 2020, 2021, 2025, 2026)] == [2011, 2016, 2016, 2021, 2021, 2026]
    assert grades.breaks([(date(2020, 12, 1), "a"), (date(2021, 1, 1), "a"), (date(2021, 2, 1), "b")]) == [
        (date(2021, 1, 1), "set"),
        (date(2021, 2, 1), "standard"),
    ]
    assert grades.breaks([]) == []


def test_classes_have_names_and_colours_in_both_themes():
    assert [waters.numeral(g, "zh-CN") for g in waters.GRADES] == ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ"]
    assert waters.grade("inferior", "en") == "worse than class V" and waters.grade(None, "en") == "—"
    for theme in ("light", "dark"):
        assert len({waters.colour(g, View(theme=theme)) for g in waters.GRADES}) == 6
    assert waters.month(date(2022, 11, 1), "zh-CN") == "2022年11月" and waters.month(date(2022, 11, 1), "en") == "Nov 2022"
    assert waters.indicators("TP,NH3N", "zh-CN") == "TP、NH3N" and waters.indicators(None, "en") == ""
    assert waters.GRADES == grades.GRADES


def test_names_do_not_cover_each_other():
    wanted = [Box(50.0 + 5 * n, 50.0, 60.0, 14.0) for n in range(6)]
    found = placed(wanted, [], (0.0, 0.0, 400.0, 100.0))
    boxes = [shapely.box(x - 30, y - 7, x + 30, y + 7) for x, y in filter(None, found)]
    # three have room; the others would lie on them wherever they stood
    assert (len(boxes), found.count(None)) == (3, 3)
    for n, one in enumerate(boxes):
        assert all(one.intersection(other).area == 0 for other in boxes[n + 1 :])
        assert shapely.box(0, 0, 400, 100).covers(one)
    # the first one wanted has the first choice: to the right of its place
    assert found[0] == (50.0 + 30.0 + 7.0, 50.0)


def test_a_name_keeps_off_what_is_drawn():
    line = [(float(x), 50.0) for x in range(50, 200)]
    ((x, y),) = placed([Box(50.0, 50.0, 40.0, 12.0)], line, (-100.0, 0.0, 300.0, 100.0))
    assert not any(x - 20 <= px <= x + 20 and y - 6 <= py <= y + 6 for px, py in line)


def test_a_name_gives_way_to_a_mark():
    mark = (70.0, 50.0, 14.0)
    edges = (0.0, 0.0, 140.0, 100.0)
    ring = shapely.box(56, 36, 84, 64)
    # beside its place it would lie on the mark; a line costs less
    line = [(float(x), 20.0) for x in range(0, 140, 2)]
    for barred, over in (((), True), ((mark,), False)):
        ((x, y),) = placed([Box(50.0, 50.0, 80.0, 20.0)], line, edges, barred)
        assert (shapely.box(x - 40, y - 10, x + 40, y + 10).intersection(ring).area > 0) is over
    # where every side has one it stands all the same
    assert placed([Box(50.0, 50.0, 80.0, 20.0)], [], edges, ((70.0, 50.0, 90.0),)) != [None]


def test_geometry_is_read_as_lines():
    assert lines_of('{"type":"LineString","coordinates":[[1,2],[3,4,9]]}') == ([[(1.0, 2.0), (3.0, 4.0)]], False)
    assert lines_of('{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}')[1] is True
    assert lines_of(None) == ([], False) and lines_of('{"type":"Point","coordinates":[1,2]}') == ([], False)


def test_a_course_knows_its_kilometres():
    course = Course([(119.0, 32.0), (119.0, 33.0)])
    # a degree of latitude there, on the ellipsoid
    assert course.length == pytest.approx(110.88, abs=0.02)
    assert course.at(course.length / 2)[1] == pytest.approx(32.5, abs=1e-9)
    # it runs to the north: left is west
    lon, lat = course.beside(50.0, 0.03)
    assert lon < 119.0 and lat == pytest.approx(course.at(50.0)[1])
    assert (119.0 - lon) * np.cos(np.radians(lat)) * 111.3 == pytest.approx(0.03, rel=0.01)
    assert course.nearest((119.2, 32.5)) == pytest.approx(course.length / 2, abs=0.01)


def test_a_river_winds_between_its_ends_and_a_shore_goes_round():
    river = winding([(118.5, 32.0), (119.0, 32.3), (119.6, 32.1)], Dice(1))
    assert river.points[0] == (118.5, 32.0) and river.points[-1] == (119.6, 32.1)
    assert 30 <= len(river.points) <= 120
    line = shapely.LineString(river.points)
    assert line.is_simple and line.distance(shapely.Point(119.0, 32.3)) < 0.04
    assert river.length > 1.02 * Course([(118.5, 32.0), (119.0, 32.3), (119.6, 32.1)]).length
    assert winding([(118.5, 32.0), (119.0, 32.3), (119.6, 32.1)], Dice(1)).points == river.points
    lake = shapely.Polygon(shore((119.0, 33.0), (10.0, 6.0), Dice(2)))
    assert lake.is_valid and lake.exterior.is_ccw and lake.contains(shapely.Point(119.0, 33.0))
