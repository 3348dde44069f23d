"""Every scene of the wall can be drawn: its charts are registered, its tables have blocks, its names words, its panels room."""

import pytest

from callbacks.registry import CHARTS
from dashboard.i18n import has
from dashboard.wall_blocks import BLOCKS
from data.filters import Filters
from data.screens.playlists import standard
from data.screens.scenes import MOST, SCENES, SceneError, scene_of

EVERY = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


@EVERY
def test_a_scenes_charts_are_registered_and_its_tables_have_blocks(scene):
    for panel in scene.panels:
        assert panel.chart in CHARTS
        assert (CHARTS[panel.chart].figure is None) == (panel.chart in BLOCKS)
        # the selection that a panel adds is one that charts understand
        assert panel.query == "" or Filters.from_query(panel.query).to_query()


@EVERY
@pytest.mark.parametrize("shape", ["wall", "wide"])
def test_every_panel_has_room_for_a_picture(scene, shape):
    for width, height in scene.rooms(shape).values():
        assert width >= 400 and height >= 120


@EVERY
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_scene_has_a_name_in_each_language(scene, lang):
    assert has(f"wall.scene.{scene.id}", lang)


def test_every_scene_that_needs_no_contest_is_in_the_standard_playlist():
    assert {entry.scene for entry in standard().entries} == set(SCENES) - {"contest"}


GRID = {"columns": "1fr 1fr", "rows": "1fr", "areas": ["a b"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lead": "c"}, "lead 'c' is none of its panels"),
        ({"panels": [{"id": "a", "chart": "x"}, {"id": "a", "chart": "y"}]}, f"1 to {MOST} panels"),
        ({"panels": [{"id": str(n), "chart": "x"} for n in range(MOST + 1)]}, f"1 to {MOST} panels"),
        ({"wide": {**GRID, "areas": ["a a"]}}, "the areas name"),
        ({"wall": {**GRID, "columns": "1fr"}}, "not of one size"),
        ({"panels": None}, "TypeError"),
    ],
)
def test_a_scene_that_cannot_be_laid_out_is_refused_with_its_name(change, said):
    good = {"lead": "a", "panels": [{"id": "a", "chart": "x"}, {"id": "b", "chart": "y"}], "wall": GRID, "wide": GRID}
    assert scene_of("whole", good).charts == ("x", "y")
    with pytest.raises(SceneError) as refused:
        scene_of("broken", {**good, **change})
    assert "'broken'" in str(refused.value) and said in str(refused.value)
