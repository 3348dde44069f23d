"""One set of colours for style sheet and charts, readable in both themes; one way to make a chart."""

from pathlib import Path

import pytest

from dashboard import theme
from dashboard.view import Style, View
from data.loops.catalogue import STATUSES

ROOT = Path(__file__).resolve().parents[2]


def test_the_style_sheet_is_written_from_the_tokens() -> None:
    assert (ROOT / "assets" / "tokens.css").read_text("utf-8") == theme.css(), "run  python -m dashboard.theme"


def test_both_themes_have_the_same_tokens() -> None:
    assert set(theme.TOKENS["light"]) == set(theme.TOKENS["dark"])


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read(name: str) -> None:
    tokens = theme.TOKENS[name]
    for ground in ("ground", "surface"):
        assert theme.contrast(tokens["ink"], tokens[ground]) >= 13
        assert theme.contrast(tokens["ink-2"], tokens[ground]) >= 5.5
        assert theme.contrast(tokens["brand"], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_status_has_a_colour_or_pattern_of_its_own(name: str) -> None:
    view = View(theme=name)
    assert set(STATUSES) <= set(theme.STATUS_ORDER)
    looks = {(theme.status_colour(s, view), str(theme.status_pattern(s, view)["shape"])) for s in theme.STATUS_ORDER}
    assert len(looks) == len(theme.STATUS_ORDER)


def test_text_on_a_filled_area_is_chosen_by_contrast() -> None:
    assert theme.text_on("#0B5C73") == "#FFFFFF"
    assert theme.text_on("#CCD6DE") == "#14202B"


def test_layout_merges_key_by_key_and_is_new_each_time() -> None:
    one = theme.layout(View(), margin={"l": 5}, xaxis={"range": [0, 1]})
    assert one["margin"] == {"l": 5, "r": 24, "t": 8, "b": 32, "pad": 4}
    assert one["xaxis"]["range"] == [0, 1]
    assert one["xaxis"]["fixedrange"] is True
    assert "range" not in theme.layout(View())["xaxis"]
    assert theme.size(1, View(style=Style.SCREEN)) > theme.size(1, View())


def test_no_chart_offers_to_share_itself() -> None:
    made = theme.graph("g", View(lang="en"))
    assert made.config["showSendToCloud"] is False
    assert made.config["displaylogo"] is False
    assert made.config["locale"] == "en"


def test_only_the_theme_makes_charts() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("dashboard", "pages", "callbacks")
        for path in (ROOT / folder).rglob("*.py")
        if "dcc.Graph(" in path.read_text("utf-8")
    ]
    assert makers == ["dashboard/theme.py"]


def test_a_view_is_read_from_anything() -> None:
    assert View.from_query("lang=en&theme=dark&style=slide") == View("en", Style.SLIDE, "dark")
    for hostile in (None, "", "lang=%00&theme[]=x", {"lang": {"$ne": 1}}, {"lang": []}, "&" * 9000, 5):
        assert View.from_query(hostile) == View()  # type: ignore[arg-type]
    view = View("en", Style.SCREEN, "dark")
    assert View.from_query(view.to_query()) == view
