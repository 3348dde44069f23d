"""Every chart, once: a query, a figure and a caption under one id. Pages, exports and the command line read this.

To add a chart: one query in data/queries, one figure and one caption in dashboard, one line here.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard import ids
from dashboard.captions.contest_result import contest_result as contest_result_caption
from dashboard.captions.county_ranking import county_ranking as county_ranking_caption
from dashboard.captions.escalation_candidates import escalation_candidates as escalation_candidates_caption
from dashboard.captions.headline import headline as headline_caption
from dashboard.captions.indicator_table import indicator_table as indicator_table_caption
from dashboard.captions.item_list import item_list as item_list_caption
from dashboard.captions.loop_funnel import loop_funnel as loop_funnel_caption
from dashboard.captions.orders import orders as orders_caption
from dashboard.captions.outfall_questions import outfall_questions as outfall_questions_caption
from dashboard.captions.outfall_stages import outfall_stages as outfall_stages_caption
from dashboard.captions.overdue_ageing import overdue_ageing as overdue_ageing_caption
from dashboard.captions.planned_vs_actual import planned_vs_actual as planned_vs_actual_caption
from dashboard.captions.progress_by_region import progress_by_region as progress_by_region_caption
from dashboard.captions.rank_changes import rank_changes as rank_changes_caption
from dashboard.captions.rank_contributions import rank_contributions as rank_contributions_caption
from dashboard.captions.rank_history import rank_history as rank_history_caption
from dashboard.captions.rank_intervals import rank_intervals as rank_intervals_caption
from dashboard.captions.rank_race import rank_race as rank_race_caption
from dashboard.captions.rank_what_if import rank_what_if as rank_what_if_caption
from dashboard.captions.region_by_category import region_by_category as region_by_category_caption
from dashboard.captions.region_map import region_map as region_map_caption
from dashboard.captions.region_tiles import region_tiles as region_tiles_caption
from dashboard.captions.region_timeline import region_timeline as region_timeline_caption
from dashboard.captions.river_problems import river_problems as river_problems_caption
from dashboard.captions.river_quality import river_quality as river_quality_caption
from dashboard.captions.river_sections import river_sections as river_sections_caption
from dashboard.captions.river_sources import river_sources as river_sources_caption
from dashboard.captions.river_system import river_system as river_system_caption
from dashboard.captions.section_standing import section_standing as section_standing_caption
from dashboard.captions.status_structure import status_structure as status_structure_caption
from dashboard.captions.territory_by_department import territory_by_department as territory_by_department_caption
from dashboard.captions.warnings import warnings as warnings_caption
from dashboard.captions.zone_flags import zone_flags as zone_flags_caption
from dashboard.figures.contest_result import contest_result as contest_result_figure
from dashboard.figures.county_ranking import county_ranking as county_ranking_figure
from dashboard.figures.loop_funnel import loop_funnel as loop_funnel_figure
from dashboard.figures.outfall_questions import outfall_questions as outfall_questions_figure
from dashboard.figures.outfall_stages import outfall_stages as outfall_stages_figure
from dashboard.figures.overdue_ageing import overdue_ageing as overdue_ageing_figure
from dashboard.figures.planned_vs_actual import planned_vs_actual as planned_vs_actual_figure
from dashboard.figures.progress_by_region import progress_by_region as progress_by_region_figure
from dashboard.figures.rank_contributions import rank_contributions as rank_contributions_figure
from dashboard.figures.rank_history import rank_history as rank_history_figure
from dashboard.figures.rank_intervals import rank_intervals as rank_intervals_figure
from dashboard.figures.rank_race import rank_race as rank_race_figure
from dashboard.figures.rank_what_if import rank_what_if as rank_what_if_figure
from dashboard.figures.region_by_category import region_by_category as region_by_category_figure
from dashboard.figures.region_map import region_map as region_map_figure
from dashboard.figures.region_tiles import region_tiles as region_tiles_figure
from dashboard.figures.river_problems import river_problems as river_problems_figure
from dashboard.figures.river_quality import river_quality as river_quality_figure
from dashboard.figures.river_sections import river_sections as river_sections_figure
from dashboard.figures.river_sources import river_sources as river_sources_figure
from dashboard.figures.river_system import river_system as river_system_figure
from dashboard.figures.section_standing import section_standing as section_standing_figure
from dashboard.figures.status_structure import status_structure as status_structure_figure
from dashboard.figures.territory_by_department import territory_by_department as territory_by_department_figure
from dashboard.i18n import t
from dashboard.plain_json import dumped
from dashboard.view import View
from data.filters import Filters
from data.queries.contest_result import contest_result
from data.queries.county_ranking import county_ranking
from data.queries.escalation_candidates import escalation_candidates
from data.queries.headline import headline
from data.queries.indicator_table import indicator_table
from data.queries.item_list import item_list
from data.queries.loop_funnel import loop_funnel
from data.queries.orders import orders
from data.queries.outfall_questions import outfall_questions
from data.queries.outfall_stages import outfall_stages
from data.queries.overdue_ageing import overdue_ageing
from data.queries.planned_vs_actual import planned_vs_actual
from data.queries.progress_by_region import progress_by_region
from data.queries.rank_changes import rank_changes
from data.queries.rank_contributions import rank_contributions
from data.queries.rank_history import rank_history
from data.queries.rank_intervals import rank_intervals
from data.queries.rank_race import rank_race
from data.queries.rank_what_if import rank_what_if
from data.queries.region_by_category import region_by_category
from data.queries.region_map import region_map
from data.queries.region_tiles import region_tiles
from data.queries.region_timeline import region_timeline
from data.queries.river_problems import river_problems
from data.queries.river_quality import river_quality
from data.queries.river_sections import river_sections
from data.queries.river_sources import river_sources
from data.queries.river_system import river_system
from data.queries.section_standing import section_standing
from data.queries.status_structure import status_structure
from data.queries.territory_by_department import territory_by_department
from data.queries.warnings import warnings
from data.queries.zone_flags import zone_flags
from data.store import Store

Query = Callable[..., pd.DataFrame]
Figure = Callable[[pd.DataFrame, View], dict[str, object]]
Caption = Callable[[pd.DataFrame, Filters, View], str]

KEPT_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Chart:
    """``query(scope, store, filters, lang=…) -> frame``, ``figure(frame, view)`` (None: a table), ``caption(frame, filters, view)``.

    ``rows`` says that the item list's own filters (set, sort, page) matter to it, ``race`` that it is a ranking: its scheme and period
    matter, and the filters of items do not; ``tries`` that other weights are tried in it; ``mapped`` that it shows the regions by one
    measure; ``brief`` that its query takes ``whole``: of thousands of places a page asks for those that are drawn (``whole=False``), a
    file for all.
    """

    id: str
    query: Query
    figure: Figure | None
    caption: Caption
    rows: bool = False
    race: bool = False
    tries: bool = False
    brief: bool = False
    mapped: bool = False


CHARTS: dict[str, Chart] = {
    chart.id: chart
    for chart in (
        Chart("progress-by-region", progress_by_region, progress_by_region_figure, progress_by_region_caption),
        Chart("status-structure", status_structure, status_structure_figure, status_structure_caption),
        Chart("planned-vs-actual", planned_vs_actual, planned_vs_actual_figure, planned_vs_actual_caption),
        Chart("loop-funnel", loop_funnel, loop_funnel_figure, loop_funnel_caption),
        Chart("region-by-category", region_by_category, region_by_category_figure, region_by_category_caption),
        Chart("overdue-ageing", overdue_ageing, overdue_ageing_figure, overdue_ageing_caption),
        Chart("territory-by-department", territory_by_department, territory_by_department_figure, territory_by_department_caption),
        Chart("item-list", item_list, None, item_list_caption, rows=True),
        Chart("county-ranking", county_ranking, county_ranking_figure, county_ranking_caption, race=True),
        Chart("rank-history", rank_history, rank_history_figure, rank_history_caption, race=True, brief=True),
        Chart("rank-race", rank_race, rank_race_figure, rank_race_caption, race=True, brief=True),
        Chart("rank-intervals", rank_intervals, rank_intervals_figure, rank_intervals_caption, race=True),
        Chart("indicator-table", indicator_table, None, indicator_table_caption, race=True),
        Chart("contest-result", contest_result, contest_result_figure, contest_result_caption, race=True),
        Chart("rank-changes", rank_changes, None, rank_changes_caption, race=True),
        Chart("rank-contributions", rank_contributions, rank_contributions_figure, rank_contributions_caption, race=True, brief=True),
        Chart("region-map", region_map, region_map_figure, region_map_caption, mapped=True),
        Chart("region-tiles", region_tiles, region_tiles_figure, region_tiles_caption, mapped=True),
        Chart("outfall-stages", outfall_stages, outfall_stages_figure, outfall_stages_caption),
        Chart("outfall-questions", outfall_questions, outfall_questions_figure, outfall_questions_caption),
        Chart("zone-flags", zone_flags, None, zone_flags_caption),
        Chart("warnings", warnings, None, warnings_caption),
        Chart("orders", orders, None, orders_caption),
        Chart("escalation-candidates", escalation_candidates, None, escalation_candidates_caption),
        Chart("region-timeline", region_timeline, None, region_timeline_caption),
        Chart("river-system", river_system, river_system_figure, river_system_caption),
        Chart("river-sections", river_sections, river_sections_figure, river_sections_caption),
        Chart("river-problems", river_problems, river_problems_figure, river_problems_caption),
        Chart("river-quality", river_quality, river_quality_figure, river_quality_caption),
        Chart("river-sources", river_sources, river_sources_figure, river_sources_caption),
        Chart("headline", headline, None, headline_caption),
        Chart("section-standing", section_standing, section_standing_figure, section_standing_caption),
        Chart("rank-what-if", rank_what_if, rank_what_if_figure, rank_what_if_caption, race=True, tries=True),
    )
}

_frames: OrderedDict[tuple[object, ...], pd.DataFrame] = OrderedDict()
_frames_lock = threading.Lock()


def source(chart: Chart) -> str:
    """The store that holds the selection a chart follows: a ranking's page has one of its own."""
    return ids.RACE if chart.race else ids.FILTERS


def relevant(chart: Chart, filters: Filters) -> Filters:
    """The part of the filters that a chart depends on."""
    if chart.race:
        asked = filters.for_race()
        return asked if chart.tries else asked.but(weights=())
    kept = (filters if chart.rows else filters.without_rows()).without_race()
    return kept if chart.mapped else kept.without_map()


def result(store: Store, chart: Chart, filters: Filters, lang: str, scope: str, whole: bool = False) -> pd.DataFrame:
    """The chart's frame, kept for the next outlet that asks; do not change it. ``whole``: of a ``brief`` chart every place, for files."""
    filters = relevant(chart, filters)
    whole = whole and chart.brief
    key = (store.token, chart.id, filters.to_query(), lang, scope, store.version(), whole)
    with _frames_lock:
        if key in _frames:
            _frames.move_to_end(key)
            return _frames[key]
    frame = chart.query(scope, store, filters, lang=lang, whole=whole) if chart.brief else chart.query(scope, store, filters, lang=lang)
    if not chart.rows:
        with _frames_lock:
            _frames[key] = frame
            while len(_frames) > KEPT_FRAMES:
                _frames.popitem(last=False)
    return frame


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chart as an outlet needs it: the figure (None for a table) and its words."""

    figure: dict[str, object] | None
    title: str
    subtitle: str
    caption: str


def render(chart: Chart, frame: pd.DataFrame, filters: Filters, view: View) -> Rendered:
    """Draw a frame. The title states the finding (``layout.meta``); without a figure it is the chart's name."""
    figure = chart.figure(frame, view) if chart.figure else None
    meta: dict[str, str] = figure["layout"].get("meta", {}) if figure else {}  # type: ignore[attr-defined]
    title = meta.get("title") or t(f"chart.{chart.id}", view.lang)
    return Rendered(figure, title, meta.get("subtitle", ""), chart.caption(frame, filters, view))


def to_text(value: object) -> str:
    """JSON text; NaN and infinities become null, days ISO text, numpy numbers plain ones."""
    return dumped(value, plain).decode()


def plain(value: object) -> object:
    """A value that JSON has no word for, as one that it has."""
    if value is pd.NaT:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "to_plotly_json"):
        return value.to_plotly_json()
    return str(value)
