"""Every registered chart is whole: query, figure, caption, words, a place in the architecture and in the read-me."""

import inspect

import pytest

from callbacks.registry import CHARTS
from dashboard.i18n import has
from tests.architecture.rooms import ROOT

EVERY = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


@EVERY
def test_a_charts_parts_carry_its_name(chart):
    stem = chart.id.replace("-", "_")
    assert (chart.query.__module__, chart.query.__name__) == (f"data.queries.{stem}", stem)
    assert (chart.caption.__module__, chart.caption.__name__) == (f"dashboard.captions.{stem}", stem)
    if chart.figure is not None:
        assert (chart.figure.__module__, chart.figure.__name__) == (f"dashboard.figures.{stem}", stem)


@EVERY
def test_a_charts_parts_take_what_the_contract_says(chart):
    query = inspect.signature(chart.query).parameters
    assert [*query][:4] == ["scope", "store", "filters", "lang"] and query["lang"].default == "zh-CN"
    assert all(more.default is not inspect.Parameter.empty for more in [*query.values()][4:])
    assert len(inspect.signature(chart.caption).parameters) == 3
    if chart.figure is not None:
        assert len(inspect.signature(chart.figure).parameters) == 2
    for part in (chart.query, chart.caption, *([chart.figure] if chart.figure else [])):
        assert inspect.getdoc(part), f"{part.__module__} promises nothing"


@EVERY
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_chart_has_a_name_in_each_language(chart, lang):
    assert has(f"chart.{chart.id}", lang)


@EVERY
@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", "docs/architecture.md"])
def test_a_chart_is_documented(chart, document):
    assert f"`{chart.id}`" in (ROOT / document).read_text(encoding="utf-8")


def test_no_figure_is_left_unregistered():
    registered = {chart.figure.__module__ for chart in CHARTS.values() if chart.figure is not None}
    shared = {"canvas", "heat_table", "labels", "lanes", "palette", "panels", "regions", "__init__"}
    drawn = {f"dashboard.figures.{p.stem}" for p in (ROOT / "dashboard" / "figures").glob("*.py") if p.stem not in shared}
    assert drawn == registered
