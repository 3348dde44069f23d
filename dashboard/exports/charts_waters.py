"""Charts of rivers and sections as series."""

from datetime import date
from typing import Any

import pandas as pd

from dashboard import frame, theme, waters
from dashboard.captions import wording
from dashboard.captions.river_problems import category_name
from dashboard.captions.river_sources import value_name
from dashboard.exports.series import BAR, COLUMNS, COUNT, RATE, STACKED, Native, Series, label, numbers, opening, singles, taken
from dashboard.formatting import count, missing, percent
from dashboard.i18n import t
from dashboard.view import View

_GRADES = {code: f"map-grade-{k + 1}" for k, code in enumerate(waters.GRADES)}
_STATES = (
    ("closed", "status-closed"),
    ("rectified", "status-rectified"),
    ("open", "status-in-progress"),
    ("due_soon", "status-due-soon"),
    ("overdue", "status-overdue"),
)
# water bodies and categories of one picture
MOST = 40


def _read(df: pd.DataFrame, *names: str) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in frame.rows(df, *names)]


def _under(df: pd.DataFrame, view: View, what: str, *parts: str) -> str:
    return wording.subtitle(df, view, t("figure.dot", view.lang).join((t(f"office.under.{what}", view.lang), *parts)))


def standing(df: pd.DataFrame, view: View) -> Native | None:
    """Sections of each class, and of them those that miss their target."""
    rows = _read(df, "grade", "count", "missed")
    total = sum(row["count"] for row in rows)
    if not total:
        return None
    lang, places = view.lang, list(range(len(rows)))
    said = [f"{opening(waters.grade(row['grade'], lang))}  {percent(row['count'], total, lang)}" for row in rows]
    colours = [_GRADES.get(row["grade"], "rule") for row in rows]
    held = numbers(df, "count"), numbers(df, "missed")
    kept = [a - b for a, b in zip(*held, strict=True)]  # type: ignore[operator]
    series = [
        Series(t("office.sections.kept", lang), "count - missed", kept, singles(places), colours=colours, colour="brand"),
        Series(t("office.sections.missed", lang), "missed", held[1], singles(places), colour="status-overdue"),
    ]
    return Native(
        STACKED,
        COUNT,
        label("grade", df, view),
        said,
        series,
        under=_under(df, view, "sections", waters.month(df.attrs.get("month"), lang)),
    )


def sections(df: pd.DataFrame, view: View) -> Native | None:
    """How often each section met its target in the last year, in the colour of its newest class."""
    lang = view.lang
    rows = _read(df, "name", "target_grade", "grade", "met_rate")
    if not any(not missing(row["met_rate"]) for row in rows):
        return None
    said = [
        f"{row['name']}  {waters.numeral(row['grade'], lang) or '—'} / {waters.numeral(row['target_grade'], lang) or '—'}" for row in rows
    ]
    places = list(range(len(rows)))
    colours = [_GRADES.get(row["grade"], "rule") for row in rows]
    series = taken(df, "met_rate", places, name=label("met_rate", df, view), colours=colours)
    return Native(BAR, RATE, label("name", df, view), said, [series], under=_under(df, view, "met_months"))


def quality(df: pd.DataFrame, view: View) -> Native | None:
    """How many sections had which class, month by month; as a table each section's classes, its target last."""
    lang = view.lang
    rows = _read(df, "section_id", "name", "month", "grade", "target_grade", "met")
    months = sorted({row["month"] for row in rows if isinstance(row["month"], date)})
    if not months:
        return None
    series = []
    for code, token in _GRADES.items():
        mine = [[k for k, row in enumerate(rows) if row["month"] == month and row["grade"] == code] for month in months]
        if any(mine):
            series.append(Series(opening(waters.grade(code, lang)), "", [len(each) for each in mine], mine, colour=token))
    if not series:
        return None
    said = [f"{month.year}-{month.month:02d}" for month in months]
    # a year stands on a page
    last = months[-12:]
    held = {(row["section_id"], row["month"]): row for row in rows}
    names = {row["section_id"]: row for row in rows}
    colours = theme.TOKENS["light"]
    grid = [[label("name", df, view), *(f"{month.year % 100:02d}-{month.month:02d}" for month in last), label("target_grade", df, view)]]
    shades = [[""] * len(grid[0])]
    for section, row in names.items():
        line, tints = [str(row["name"])], [""]
        for month in last:
            found = held.get((section, month))
            grade = None if found is None else found["grade"]
            line.append(waters.numeral(grade, lang) or "—")
            tints.append(colours[_GRADES[grade]] if grade in _GRADES else "")
        grid.append([*line, waters.numeral(row["target_grade"], lang) or "—"])
        shades.append([*tints, ""])
    return Native(
        COLUMNS, COUNT, label("month", df, view), said, series, under=_under(df, view, "months"), tabled=True, grid=grid, shades=shades,
        left=len(rows) - sum(row["month"] in last for row in rows),
    )  # fmt: skip


def problems(df: pd.DataFrame, view: View) -> Native | None:
    """Items of each category (of many waters: of each water) by their state, most overdue first."""
    lang = view.lang
    by = "category" if df.attrs.get("water") else "water"
    rows = _read(df, by, "state")
    groups = df.attrs.get("categories" if by == "category" else "waters") or []
    if not rows or not groups:
        return None
    shown = groups[:MOST]
    codes = [str(group[0] or "") for group in shown]
    keys = ["" if missing(row[by]) else str(row[by]) for row in rows]
    at: dict[tuple[str, str], list[int]] = {}
    for k, (key, row) in enumerate(zip(keys, rows, strict=True)):
        at.setdefault((key, str(row["state"])), []).append(k)
    series = []
    for state, token in _STATES:
        mine = [at.get((code, state), []) for code in codes]
        series.append(Series(opening(t(f"river.state.{state}", lang)), "", [len(each) for each in mine], mine, colour=token))
    said = [category_name(group[1], view) if by == "category" else str(group[1]) for group in shown]
    left = (df.attrs.get("left_out") or 0) + sum(group[2] for group in groups[MOST:])
    head = label("category_name" if by == "category" else "water_name", df, view)
    return Native(
        STACKED,
        COUNT,
        head,
        said,
        series,
        under=_under(df, view, "problems"),
        more=t("office.more_items", lang, n=count(left, lang)) if left else "",
    )


def sources(df: pd.DataFrame, view: View) -> Native | None:
    """Outfalls by each aspect, with the share of all."""
    lang = view.lang
    rows = _read(df, "aspect", "value", "value_name", "outfalls", "of")
    if not rows or not any(row["of"] for row in rows):
        return None
    said = [
        t("office.aspect", lang, aspect=t(f"river.sources.aspect.{row['aspect']}", lang),
          value=value_name(row["aspect"], row["value"], row["value_name"], view)) + f"  {percent(row['outfalls'], row['of'], lang)}"
        for row in rows
    ]  # fmt: skip
    colours = ["status-overdue" if row["aspect"] == "owner" and not row["value"] else "brand" for row in rows]
    series = taken(df, "outfalls", list(range(len(rows))), name=label("outfalls", df, view), colours=colours)
    return Native(BAR, COUNT, label("value_name", df, view), said, [series])


def system(df: pd.DataFrame, view: View) -> Native | None:
    """What hangs on each water body: outfalls, what is open, what is overdue."""
    rows = _read(df, "what", "name")
    places = [k for k, row in enumerate(rows) if row["what"] == "water"][:MOST]
    held = {name: numbers(df, name) for name in ("outfalls", "open", "overdue")}
    if not any(held[name][k] for name in held for k in places):
        return None
    colours = {"outfalls": "status-rectified", "open": "status-in-progress", "overdue": "status-overdue"}
    series = [taken(df, name, places, name=label(name, df, view), colour=colours[name]) for name in held]
    return Native(BAR, COUNT, label("name", df, view), [str(rows[k]["name"]) for k in places], series, under=_under(df, view, "system"))
