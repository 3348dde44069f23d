"""Pictures that were drawn on light ground, looked at on dark ground."""

import pytest

from dashboard.dark_figure import on_dark
from dashboard.theme import TOKENS, contrast, mix, text_on

LIGHT, DARK = TOKENS["light"], TOKENS["dark"]


def dark(colour: str) -> str:
    return on_dark({"at": colour})["at"]  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["ink", "ink-2", "surface", "rule", "brand", "status-overdue", "status-due-soon", "status-returned"])
def test_a_colour_gives_way_to_its_namesake(name):
    assert dark(LIGHT[name]) == DARK[name]
    assert dark(LIGHT[name].lower()) == DARK[name]


@pytest.mark.parametrize(
    ("paper", "name", "share"), [("ground", "brand", 0.4), ("surface", "brand", 0.38), ("surface", "status-returned", 0.22)]
)
def test_a_mixture_is_mixed_again(paper, name, share):
    got, wanted = dark(mix(LIGHT[paper], LIGHT[name], share)), mix(DARK[paper], DARK[name], share)
    apart = [abs(int(got[k : k + 2], 16) - int(wanted[k : k + 2], 16)) for k in (1, 3, 5)]
    assert max(apart) <= 12, (got, wanted)


def test_words_and_what_is_no_colour_of_the_theme_stay():
    figure = {"text": f"<span style='color:{LIGHT['ink-2']}'>第#1234567号 #00FF00</span>", "n": [1, None, 2.5]}
    got = on_dark(figure)
    assert got == {"text": f"<span style='color:{DARK['ink-2']}'>第#1234567号 #00FF00</span>", "n": [1, None, 2.5]}
    assert contrast(DARK["ink-2"], DARK["surface"]) > 4.5


def test_a_colour_that_lets_the_ground_through_still_does():
    assert on_dark({"bgcolor": LIGHT["surface"] + "CC"}) == {"bgcolor": DARK["surface"] + "CC"}


@pytest.mark.parametrize("name", ["map-grade-1", "map-grade-4", "map-grade-5", "map-grade-6", "status-overdue"])
def test_letters_on_a_filled_area_are_read(name):
    fill, letters = LIGHT[name], text_on(LIGHT[name])
    told = [
        {"type": "heatmap", "z": [[0, None]], "text": [[f'<span style="color:{letters}">V</span>', ""]], "zmin": -0.5, "zmax": 0.5,
         "colorscale": [[0, fill], [1, fill]]},
        {"type": "scatter", "mode": "markers+text", "marker": {"color": [fill]}, "textfont": {"color": [letters]}},
        {"type": "bar", "marker": {"color": fill}, "insidetextfont": {"color": letters}},
    ]  # fmt: skip
    cells, marks, bars = on_dark({"data": told})["data"]  # type: ignore[misc]
    drawn = [cells["text"][0][0][19:26], marks["textfont"]["color"][0], bars["insidetextfont"]["color"]]
    assert [cells["colorscale"][0][1], marks["marker"]["color"][0], bars["marker"]["color"]] == [DARK[name]] * 3
    assert min(contrast(each, DARK[name]) for each in drawn) >= 4.5


def test_words_beside_a_mark_have_the_colour_of_words():
    told = {"type": "scatter", "mode": "markers+text", "textposition": "middle right", "marker": {"color": LIGHT["rule"]},
            "textfont": {"color": LIGHT["ink"]}}  # fmt: skip
    (drawn,) = on_dark({"data": [told]})["data"]  # type: ignore[misc]
    assert drawn["textfont"]["color"] == DARK["ink"]
