"""Lists as series: what can be counted of them; the list itself stays a table beside the chart."""

from collections.abc import Sequence

import pandas as pd

from dashboard import frame
from dashboard.captions.headline import RATES
from dashboard.exports.series import BAR, COUNT, RATE, STACKED, Native, Series, label, numbers
from dashboard.formatting import count, missing, of
from dashboard.i18n import t
from dashboard.measures import MEASURES, change, value_text
from dashboard.view import View

_VERDICTS = {"proposed": "status-due-soon", "confirmed": "status-overdue", "dismissed": "status-merged"}
_LEVELS = {"red": "status-overdue", "yellow": "status-due-soon", "blue": "status-rectified"}
_STANDINGS = {
    "overdue": "status-overdue",
    "issued": "status-in-progress",
    "signed": "status-due-soon",
    "done": "status-closed",
    "withdrawn": "status-merged",
}


def flags(df: pd.DataFrame, view: View) -> Native | None:
    """Flags by grade of the zone and by what people said of them."""
    rows = frame.rows(df, "grade", "verdict")
    return _counted(
        [(str(grade), str(verdict)) for grade, verdict in rows],
        {grade: t(f"map.grade.{grade}", view.lang) for grade in ("grade1", "grade2", "quasi")},
        {verdict: t(f"map.verdict.{verdict}", view.lang) for verdict in _VERDICTS},
        _VERDICTS,
        label("zone", df, view),
        df,
        view,
    )


def warned(df: pd.DataFrame, view: View) -> Native | None:
    """Warnings by kind and level, most first."""
    rows = frame.rows(df, "kind", "kind_name", "level")
    kinds: dict[str, str] = {}
    amounts: dict[str, int] = {}
    for kind, name, _ in rows:
        kinds[str(kind)] = str(name)
        amounts[str(kind)] = amounts.get(str(kind), 0) + 1
    order = {kind: kinds[kind] for kind in sorted(kinds, key=lambda each: -amounts[each])}
    levels = {level: t(f"warnings.level.{level}", view.lang) for level in _LEVELS}
    return _counted([(str(kind), str(level)) for kind, _, level in rows], order, levels, _LEVELS, label("kind_name", df, view), df, view)


def ordered(df: pd.DataFrame, view: View) -> Native | None:
    """Orders by department and by what became of them, most first."""
    nobody = t("figure.cells.no_department", view.lang)
    rows = [
        (nobody if missing(name) or not name else str(name), str(standing))
        for name, standing in frame.rows(df, "department_name", "standing")
    ]
    amounts: dict[str, int] = {}
    for name, _ in rows:
        amounts[name] = amounts.get(name, 0) + 1
    order = {name: name for name in sorted(amounts, key=lambda each: -amounts[each])}
    words = {standing: t(f"orders.standing.{standing}", view.lang).split(" ", 1)[-1] for standing in _STANDINGS}
    return _counted(rows, order, words, _STANDINGS, label("department_name", df, view), df, view)


def _counted(
    rows: Sequence[tuple[str, str]],
    across: dict[str, str],
    groups: dict[str, str],
    colours: dict[str, str],
    head: str,
    df: pd.DataFrame,
    view: View,
) -> Native | None:
    """Rows counted by two keys; keys that nothing has are left out."""
    if not rows:
        return None
    shown = [key for key in across if any(place == key for place, _ in rows)]
    series = []
    for group, name in groups.items():
        mine = [[k for k, row in enumerate(rows) if row == (place, group)] for place in shown]
        if any(mine):
            series.append(Series(name, "", [len(each) for each in mine], mine, colour=colours[group]))
    if not series:
        return None
    lang = view.lang
    left = int(df.attrs.get("count") or 0) - len(rows)
    return Native(
        STACKED, COUNT, head, [across[key] for key in shown], series, tabled=True,
        more=t("office.more_items", lang, n=count(left, lang)) if left > 0 else "",
    )  # fmt: skip


def headline(df: pd.DataFrame, view: View) -> Native | None:
    """The three rates now and a week before; as a table all figures with their change."""
    lang = view.lang
    names = ("measure", "numerator", "denominator", "value", "numerator_before", "denominator_before")
    rows = frame.rows(df, *names)
    at = {str(row[0]): k for k, row in enumerate(rows)}
    grid = [[t(f"office.headline.{name}", lang) for name in ("measure", "now", "parts", "before", "change")]]
    for name, *numbers_of in rows:
        shown = MEASURES.get(str(name))
        if shown is None:
            continue
        n, d, _, n_before, d_before = (None if missing(each) else each for each in numbers_of)
        moved = change(shown, (n, d), (n_before, d_before), lang)
        parts = "" if shown.denominator is None else of(n, d, lang)
        grid.append(
            [t(f"measure.{name}.name", lang), value_text(shown, n, d, lang), parts, value_text(shown, n_before, d_before, lang), moved.text]
        )
    held = {name: numbers(df, name) for name in ("value", "value_before")}
    shown_rates = [name for name in RATES if name in at and held["value"][at[name]] is not None]
    if not shown_rates:
        return Native("", RATE, grid[0][0], [], [], grid=grid)
    places = [at[name] for name in shown_rates]
    series = [
        Series(t(f"office.headline.{name}", lang), column, [held[column][k] for k in places], [[k] for k in places], colour=colour)
        for name, column, colour in (("before", "value_before", "status-in-progress"), ("now", "value", "brand"))
    ]
    said = [t(f"measure.{name}.name", lang) for name in shown_rates]
    return Native(BAR, RATE, grid[0][0], said, series, tabled=True, grid=grid)
