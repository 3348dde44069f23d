"""Charts as spreadsheets and slides know them: which frame is which chart, straight from the frame's cells.

What is drawn on the page by a figure of our own is here a chart that its reader can edit; a chart without an entry is a table there.
To give a chart one: an entry in PLANS where a column against another says it, else a builder in BUILDERS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.overdue_ageing import bucket_name
from dashboard.captions.status_structure import status_name
from dashboard.exports import charts_lists, charts_race, charts_regions, charts_waters
from dashboard.exports.printing import readers
from dashboard.exports.series import BAR, COUNT, LINE, RATE, Builder, Native, Series, label, numbers, singles
from dashboard.formatting import count, day, missing, percent
from dashboard.view import View

__all__ = ["BUILDERS", "PLANS", "Native", "Series", "native", "readers"]


@dataclass(frozen=True, slots=True)
class Plan:
    """``category`` and ``values`` are columns; ``beside`` is a share that stands with the category's name; ``colours`` token(s)."""

    category: str
    values: tuple[str, ...]
    unit: str
    kind: str = BAR
    named: Callable[[object, View], str] | None = None
    beside: str = ""
    colours: tuple[str, ...] | Callable[[str], str] = ("brand",)


def _bucket(code: object, view: View) -> str:
    low, _, high = str(code).partition("-")
    return bucket_name(int(low.rstrip("+")), int(high) if high else None, view)


def _status(code: object, view: View) -> str:
    return status_name(str(code), view)


PLANS: dict[str, Plan] = {
    "status-structure": Plan("status", ("count",), COUNT, named=_status, beside="share", colours=theme.status_token),
    "loop-funnel": Plan("stage_name", ("reached",), COUNT, beside="share"),
    "overdue-ageing": Plan("bucket", ("count",), COUNT, named=_bucket, beside="share", colours=("status-overdue",)),
}


def _schedule(df: pd.DataFrame, view: View) -> Native | None:
    """Planned and actual shares, day by day; as a table the last day of each month and the newest."""
    lang = view.lang
    days = frame.columns(df, "day")[0]
    if not days:
        return None
    planned, actual = numbers(df, "planned"), numbers(df, "actual")
    places = list(range(len(days)))
    years = {each.year for each in days}
    said = [day(each, lang, year=len(years) > 1) for each in days]
    series = [
        Series(label("planned", df, view), "planned", planned, singles(places), colour="ink-2"),
        Series(label("actual", df, view), "actual", actual, singles(places), colour="brand"),
    ]
    newest = max((k for k in places if actual[k] is not None), default=-1)
    kept = [k for k in places if k == newest or k == places[-1] or (days[k].month != days[k + 1].month)]
    columns = ("planned", "actual", "planned_count", "actual_count", "total")
    held = [numbers(df, name) for name in columns]
    grid = [[label(name, df, view) for name in ("day", *columns)]]
    for k in kept:
        cells = [each[k] for each in held]
        grid.append(
            [
                day(days[k], lang, year=True),
                *(percent(v, 1) if v is not None else "—" for v in cells[:2]),
                *(count(v, lang) for v in cells[2:]),
            ]
        )
    return Native(LINE, RATE, label("day", df, view), said, series, top=1, grid=grid, left=len(days) - len(kept))


BUILDERS: dict[str, Builder] = {
    "progress-by-region": charts_regions.progress_by_region,
    "planned-vs-actual": _schedule,
    "region-by-category": partial(charts_regions.crossed, dimension="category"),
    "territory-by-department": partial(charts_regions.crossed, dimension="department"),
    "county-ranking": charts_race.scores,
    "rank-history": charts_race.history,
    "rank-race": charts_race.newest,
    "rank-intervals": charts_race.intervals,
    "contest-result": charts_race.contest,
    "rank-contributions": charts_race.contributions,
    "rank-what-if": charts_race.what_if,
    "region-map": charts_regions.by_measure,
    "region-tiles": charts_regions.by_measure,
    "outfall-stages": partial(charts_regions.outfalls, by="stage", value="rolling_rate"),
    "outfall-questions": partial(charts_regions.outfalls, by="question", value="known_rate"),
    "zone-flags": charts_lists.flags,
    "warnings": charts_lists.warned,
    "orders": charts_lists.ordered,
    "headline": charts_lists.headline,
    "river-system": charts_waters.system,
    "river-sections": charts_waters.sections,
    "river-problems": charts_waters.problems,
    "river-quality": charts_waters.quality,
    "river-sources": charts_waters.sources,
    "section-standing": charts_waters.standing,
}


def native(chart: str, df: pd.DataFrame, view: View) -> Native | None:
    """The chart as an editable one; None where it is a table, or has nothing to draw."""
    build = BUILDERS.get(chart)
    if df.empty or (build is None and chart not in PLANS):
        return None
    return build(df, view) if build else _planned(PLANS[chart], df, view)


def _planned(plan: Plan, df: pd.DataFrame, view: View) -> Native | None:
    if not {plan.category, *plan.values} <= set(map(str, df.columns)):
        return None
    keys = frame.columns(df, plan.category)[0]
    names = ["—" if missing(key) else plan.named(key, view) if plan.named else str(key) for key in keys]
    if plan.beside:
        names = [
            name if share is None else f"{name}  {percent(share, 1)}" for name, share in zip(names, numbers(df, plan.beside), strict=True)
        ]
    places = list(range(len(keys)))
    series = [
        Series(
            label(column, df, view), column, numbers(df, column), singles(places),
            colours=[plan.colours(str(key)) for key in keys] if callable(plan.colours) else (),
            colour="" if callable(plan.colours) else plan.colours[k],
        )
        for k, column in enumerate(plan.values)
    ]  # fmt: skip
    return Native(plan.kind, plan.unit, label(plan.category, df, view), names, series)
