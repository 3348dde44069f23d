"""Every chart through every outlet's style, theme and language, on the hand-counted campaign and on a store without any."""

import json
import math

import pytest

from callbacks.registry import CHARTS, render, to_text
from dashboard.view import Style, View
from data.filters import Filters
from tests import campaign

EVERY = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
VIEWS = [View(lang, style, theme) for lang in ("zh-CN", "en") for style in Style for theme in ("light", "dark")]
QUERIES = {
    "whole": f"campaign={campaign.CODE}",
    "city": f"campaign={campaign.CODE}&region=320100&as_of=2022-09-30&basic=1",
    "nothing-yet": f"campaign={campaign.CODE}&as_of=2022-04-01",
    "nothing-matches": f"campaign={campaign.CODE}&region=110000",
    "tasks": f"campaign={campaign.TASK_CODE}&known_at=2022-09-15",
}


def outlets(store, chart, query):
    filters = Filters.from_query(query)
    for view in VIEWS:
        yield view, render(chart, chart.query("all", store, filters, lang=view.lang), filters, view)


def holds_nothing(frame):
    """No row, or rows that always stand there (ageing buckets, the regions of a level) and count nothing."""
    if "bucket" in frame:
        return frame["count"].sum() == 0
    if "value_before" in frame:
        return frame["numerator"].sum() == 0
    return len(frame) == 0 or ("short" in frame and frame["value"].isna().all())


def whole(rendered):
    """The words are there, nothing of the machinery shows in them, and the figure is JSON without NaN."""
    assert rendered.title.strip() and rendered.caption.strip()
    for words in (rendered.title, rendered.subtitle, rendered.caption):
        assert not any(sign in words for sign in ("{", "}", "nan", "None", "NaT")), words
    if rendered.figure is not None:
        assert {"data", "layout"} <= rendered.figure.keys()
        json.loads(to_text(rendered.figure), parse_constant=pytest.fail)


@EVERY
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_chart_speaks_in_every_style_and_language(sqlite_small_store, chart, query):
    for _, rendered in outlets(sqlite_small_store, chart, query):
        whole(rendered)


@EVERY
def test_a_chart_stands_on_an_empty_store(sqlite_store, chart):
    frame = chart.query("all", sqlite_store, Filters())
    assert holds_nothing(frame) and len(frame.columns) > 0
    for _, rendered in outlets(sqlite_store, chart, ""):
        whole(rendered)


@EVERY
def test_an_empty_frame_keeps_the_columns_of_a_full_one(sqlite_small_store, chart):
    full, none = (chart.query("all", sqlite_small_store, Filters.from_query(QUERIES[name])) for name in ("whole", "nothing-matches"))
    # a contest and a correction are made by people: the campaign has neither, and no outfall, no zone and no river (test_rivers.py has one)
    without = ("contest-result", "rank-changes", "outfall-stages", "outfall-questions", "zone-flags", "section-standing")
    without += ("orders", "escalation-candidates")
    made = chart.id not in without and not chart.id.startswith("river-")
    assert (holds_nothing(full), holds_nothing(none)) == (not made, True)
    assert list(none.columns) == list(full.columns)


@EVERY
def test_both_databases_give_the_same_frame(sqlite_small_store, pg_small_store, chart):
    filters = Filters.from_query(QUERIES["whole"])
    one, other = (chart.query("all", store, filters) for store in (sqlite_small_store, pg_small_store))
    assert one.equals(other)
    assert set(one.attrs) == set(other.attrs)


@EVERY
def test_rates_lie_between_0_and_1_or_are_null(sqlite_small_store, chart):
    frame = chart.query("all", sqlite_small_store, Filters.from_query(QUERIES["whole"]))
    for column in [c for c in frame.columns if c.endswith("_rate") or c in ("share", "planned", "actual")]:
        assert all(math.isnan(v) or 0 <= v <= 1 for v in frame[column]), column
