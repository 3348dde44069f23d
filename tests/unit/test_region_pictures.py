"""Maps and schematics of regions: classes with round edges, squares that keep neighbours, and what is written on them."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dashboard import map_notice
from dashboard.captions.region_map import region_map as map_caption
from dashboard.captions.region_tiles import region_tiles as tiles_caption
from dashboard.classes import FEWEST, MOST, classes_of, edges
from dashboard.figures.region_map import classes
from dashboard.figures.region_map import region_map as map_figure
from dashboard.figures.region_tiles import region_tiles as tiles_figure
from dashboard.view import Style, View
from data.filters import Filters
from data.regions.shapes import Shape, Shapes
from data.regions.tiles import layout
from tests.unit.figure_frames import with_attrs

ROUND = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}


def percents(*values):
    return [Fraction(v) for v in values]


# ---------------------------------------------------------------------- classes


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("unit", ["rate", "count"])
def test_edges_are_round_and_hold_every_value(seed, unit):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    if unit == "rate":
        values = [Fraction(int(a), int(b)) * 100 for a, b in zip(rng.integers(0, 41, n), rng.integers(40, 60, n), strict=True)]
    else:
        values = [Fraction(int(v)) for v in rng.integers(0, int(rng.integers(2, 3000)), n)]
    found = edges(values, unit)
    steps = {b - a for a, b in pairwise(found.at)}
    assert FEWEST <= len(found.at) - 1 <= MOST
    assert len(steps) > 1 or steps <= ROUND
    assert len(steps) == 1 or all(edge in {0} | ROUND | {10 * r for r in ROUND} for edge in found.at)
    assert sum(found.sizes(values)) == n
    for value in values:
        k = found.place(value)
        assert found.at[k] <= value or (k == 0 and found.low)
        last = k == len(found.at) - 2
        assert value < found.at[k + 1] or (last and (found.high or (unit == "rate" and value == 100)))


@pytest.mark.parametrize(
    ("values", "unit", "at", "sizes"),
    [
        (percents(72, 75, 80, 94), "rate", (70, 75, 80, 85, 90, 95), [1, 1, 1, 0, 1]),
        (percents(0, 100), "rate", (0, 20, 40, 60, 80, 100), [1, 0, 0, 0, 1]),
        # an edge belongs to the class above it, 100 % to the last one
        (percents(95, 96, 100), "rate", (95, 96, 97, 98, 99, 100), [1, 1, 0, 0, 1]),
        (percents(1200, 1300, 2200), "count", (1200, 1400, 1600, 1800, 2000, 2200, 2400), [2, 0, 0, 0, 0, 1]),
        (percents(0, 0, 0), "count", (0, 1, 2, 3, 4, 5), [3, 0, 0, 0, 0]),
    ],
)
def test_edges_of_a_few_values(values, unit, at, sizes):
    found = edges(values, unit)
    assert (found.at, found.sizes(values)) == (at, sizes)


def test_a_straggler_goes_into_an_open_class_so_that_the_others_are_told_apart():
    values = percents(10, *range(85, 97))
    found = edges(values, "rate")
    assert found.low and found.at[1] >= 84
    assert max(found.sizes(values)) <= 4


# ---------------------------------------------------------------------- squares


def grid_of(columns, rows):
    """Regions that stand on a grid already: their schematic is the grid itself."""
    places = {f"{c}-{r}": (float(c), float(-r)) for c in range(columns) for r in range(rows)}
    pairs = [(f"{c}-{r}", f"{c + 1}-{r}") for c in range(columns - 1) for r in range(rows)]
    pairs += [(f"{c}-{r}", f"{c}-{r + 1}") for c in range(columns) for r in range(rows - 1)]
    return places, pairs


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_a_grid_stays_a_grid(size):
    places, pairs = grid_of(size, size)
    found = layout(places, pairs)
    kept = sum(abs(found[a][0] - found[b][0]) + abs(found[a][1] - found[b][1]) == 1 for a, b in pairs)
    assert kept == len(pairs)
    assert found["0-0"][0] < found[f"{size - 1}-0"][0] and found["0-0"][1] < found[f"0-{size - 1}"][1]


def scattered(n, seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1, (n, 2)) ** (1, 2)
    codes = [f"r{k:03d}" for k in range(n)]
    away = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    pairs = [(codes[a], codes[b]) for a in range(n) for b in np.argsort(away[a], kind="stable")[1:4]]
    return {code: (float(x), float(y)) for code, (x, y) in zip(codes, points, strict=True)}, pairs


@pytest.mark.parametrize("n", [2, 3, 5, 13, 34, 95, 100])
def test_no_two_share_a_square_and_neighbours_stay_near(n):
    places, pairs = scattered(n, n)
    found = layout(places, pairs)
    assert len(set(found.values())) == n
    columns, rows = (max(cell[k] for cell in found.values()) + 1 for k in (0, 1))
    assert min(cell[0] for cell in found.values()) == min(cell[1] for cell in found.values()) == 0
    assert columns * rows <= n * 1.7 + 4 and max(columns, rows) <= 2.2 * min(columns, rows) + 1
    apart = [max(abs(found[a][0] - found[b][0]), abs(found[a][1] - found[b][1])) for a, b in pairs]
    assert np.mean([d <= 1 for d in apart]) > 0.6 and np.mean(apart) < 1.7
    if n >= 13:
        # west stays west and north stays north
        across = np.corrcoef([places[c][0] for c in places], [found[c][0] for c in places])[0, 1]
        down = np.corrcoef([-places[c][1] for c in places], [found[c][1] for c in places])[0, 1]
        assert across > 0.85 and down > 0.75


def test_the_same_regions_give_the_same_squares_in_whatever_order():
    places, pairs = scattered(40, 3)
    backwards = dict(reversed(places.items()))
    assert layout(backwards, [(b, a) for a, b in reversed(pairs)]) == layout(places, pairs)


@pytest.mark.parametrize("places", [{}, {"a": (1.0, 2.0)}, {"a": (1.0, 2.0), "b": (1.0, 2.0)}])
def test_few_or_equal_places_have_squares_too(places):
    assert len(set(layout(places, []).values())) == len(places)


# ---------------------------------------------------------------------- pictures

CITIES = [
    # code, name, short, numerator, denominator
    ("320100", "南京市", "南京", 170, 180),
    ("320500", "苏州市", "苏州", 198, 200),
    ("320800", "淮安市", "淮安", 24, 32),
    ("320900", "盐城市", "盐城", 90, 120),
    ("321300", "宿迁市", "宿迁", 0, 0),
    ("320300", "徐州市", "徐州", 1, 2),
]


def box(x, y):
    return ([x, x, x + 0.9, x + 0.9, x], [y, y + 0.9, y + 0.9, y, y])


def frame(unit="rate", measure="completion_rate", better=True, **attrs):
    rows = []
    for k, (code, name, short, n, d) in enumerate(CITIES):
        value = float("nan") if not d else n / d if unit == "rate" else float(n)
        reason = "unreported" if not d else None
        denominator = float(d) if unit == "rate" else float("nan")
        rows.append((code, name, short, "prefecture", True, n, denominator, value, reason, k % 3, k // 3))
    names = ("region_code", "region", "short", "level", "has_children", "numerator", "denominator", "value", "reason", "col", "row")
    out = pd.DataFrame(rows, columns=list(names))
    shapes = {
        code: Shape([box(k % 3, -(k // 3))], (k % 3 + 0.45, 0.45 - k // 3), 0.45, [(k % 3 + 0.45, 0.45 - k // 3)])
        for k, (code, *_) in enumerate(CITIES)
    }
    total = {"numerator": 483, "denominator": 534 if unit == "rate" else None, "value": 483 / 534}
    about = {"measure": measure, "unit": unit, "higher_is_better": better, "sets": ("rectified", "effective"), "total": total}
    about |= {"shapes": Shapes(shapes, (0.0, -1.0, 3.0, 1.0), 1.0, [], [], frozenset()), "drawn": len(CITIES), "region": "江苏省"}
    return with_attrs(out, **about | attrs)


ZH, EN = View("zh-CN"), View("en")


def test_the_title_states_the_finding():
    # Xuzhou's half is one of two items: too few to be called the lowest; Yancheng and Huai'an are equal
    meta = map_figure(frame(), ZH)["layout"]["meta"]
    assert meta["title"] == "淮安市及另外1地整改完成率最低，75.0%；最高为苏州市，99.0%"
    assert map_figure(frame(), EN)["layout"]["meta"]["title"] == (
        "Rectification completion is lowest in 淮安市 and 1 other, 75.0%; highest in 苏州市, 99.0%"
    )
    assert tiles_figure(frame("count", "overdue", better=False), ZH)["layout"]["meta"]["title"] == "苏州市超期最多，198；最少为徐州市，1"


def test_the_darkest_are_those_to_be_looked_at():
    found = classes(frame(), ZH)
    assert found.reverse and found.labels[-1].endswith("100%")
    low, high = found.of_rows[2], found.of_rows[1]
    assert low < high and found.of_rows[4] is None
    assert (sum(found.counts), found.empty, found.unreported) == (5, 1, 1)
    # one hue, from near the paper to the brand; the lowest completion is the strongest
    assert found.colours["light"][0] == "#0B5C73" and found.colours["dark"][0] == "#56C7D8"
    late = classes_of(frame("rate", "overdue_rate", better=False), ZH)
    assert not late.reverse and late.colours["light"][-1] == "#0B5C73"


def test_every_region_is_drawn_once_and_the_silent_one_is_hatched():
    for figure in (map_figure(frame(), ZH), tiles_figure(frame(), ZH)):
        filled = [trace for trace in figure["data"] if trace.get("fill") == "toself" and trace.get("xaxis") != "x2"]
        assert sum(trace["x"].count(None) + 1 for trace in filled) == len(CITIES)
        hatched = [trace for trace in filled if "fillpattern" in trace]
        assert len(hatched) == 1 and hatched[0]["name"] == "未报" and None not in hatched[0]["x"]
        assert not {trace["type"] for trace in figure["data"]} - {"scatter"}
        pointer = next(trace for trace in figure["data"] if "customdata" in trace)
        assert pointer["customdata"] == [f"region={code}" for code, *_ in CITIES]
        assert pointer["hovertext"][2] == "<b>淮安市</b><br>整改完成率 75.0%  24/32"
        assert pointer["hovertext"][4] == "<b>宿迁市</b><br>整改完成率 — 未报"


def test_the_ruler_names_the_edges_and_counts_the_regions():
    figure = map_figure(frame(), ZH)
    words = [a["text"] for a in figure["layout"]["annotations"] if a.get("xref") == "x2"]
    found = classes(frame(), ZH)
    assert [w for w in words if w.endswith("%")] == [f"{edge}%" for edge in found.edges.at]
    assert [w for w in words if w.isdigit()] == [str(n) for n in found.counts if n]
    assert words[-2:] == ["<b>1</b>", "未报"]


def test_a_map_says_whose_it_is_in_the_picture_and_the_caption_and_a_schematic_need_not():
    before = map_notice.current()
    try:
        for notice, said in (
            (map_notice.MapNotice(), "内部使用"),
            (map_notice.MapNotice("GS(2024)0650号", "国家地理信息公共服务平台"), "审图号：GS(2024)0650号"),
        ):
            map_notice.set_notice(notice)
            for style in Style:
                figure = map_figure(frame(), View("zh-CN", style))
                assert any(said in a["text"].replace("<br>", "") for a in figure["layout"]["annotations"])
            assert said in map_caption(frame(), Filters(), ZH)
            assert said not in tiles_caption(frame(), Filters(), ZH) and "示意图" in tiles_caption(frame(), Filters(), ZH)
    finally:
        map_notice.set_notice(before)


def test_names_do_not_cover_each_other_and_squares_carry_name_and_value():
    figure = tiles_figure(frame(), View("zh-CN", Style.IMAGE))
    names = next(trace for trace in figure["data"] if trace["mode"] == "text")
    assert dict(zip(names["text"], zip(names["x"], names["y"], strict=True), strict=True)) == {
        "南京<br>94.4%": (0, 0), "苏州<br><b>99.0%</b>": (1, 0), "淮安<br><b>75.0%</b>": (2, 0), "盐城<br><b>75.0%</b>": (0, -1),
        "宿迁": (1, -1), "徐州<br>50.0%": (2, -1),
    }  # fmt: skip


def test_the_caption_holds_the_numbers():
    assert tiles_caption(frame(), Filters(), ZH) == (
        "截至2022年10月31日，江苏省整改完成率90.4%（483/534）；最低的是淮安市及另外1地，75.0%，最高的是苏州市，99.0%（198/200）"
        "（不足10项的地区不参与比较）；1个地区未报；示意图，不表示边界和面积。"
    )
