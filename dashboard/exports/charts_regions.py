"""Charts of regions as series: progress, one measure of each, regions crossed with a dimension, outfalls."""

from statistics import median

import pandas as pd

from dashboard import frame, theme
from dashboard.captions import regions, wording
from dashboard.captions.crossed import LEAST, Crossing
from dashboard.classes import RATE as SHARE
from dashboard.exports.series import BAR, COUNT, RATE, SHARES, STACKED, Native, Series, label, numbers, opening, pivoted, singles, taken
from dashboard.formatting import count, missing, of, percent
from dashboard.i18n import has, t
from dashboard.view import View
from data import columns as c

# bars of one file; of more, the first
MOST = 240
# parts of a stacked bar that can be told apart; the rest are added up
PARTS = 5
# columns of a table that a page is wide enough for
WIDE = 12
_PARTS = (
    ("closed", "closed", "status-closed"),
    ("rectified", "rectified - closed", "status-rectified"),
    ("in_progress", "effective - rectified - overdue - due_soon", "status-in-progress"),
    ("due_soon", "due_soon", "status-due-soon"),
    ("overdue", "overdue", "status-overdue"),
)
_ACCENTS = ("brand", "map-kind-2", "map-kind-3", "map-kind-4", "map-kind-1")
# class edges of the shading, as in the heat table on the page
_LATE, _EARLY = (0.6, 0.7, 0.8, 0.9, 1.0), (0.2, 0.4, 0.6, 0.8, 1.0)


def progress_by_region(df: pd.DataFrame, view: View) -> Native | None:
    """Each region's effective items as one bar to 100 % by status, the furthest behind first; the rate stands with the name."""
    lang = view.lang
    names = frame.columns(df, c.REGION)[0]
    held = {name: numbers(df, name) for name in (c.EFFECTIVE, c.RECTIFIED, c.CLOSED, c.OVERDUE, c.DUE_SOON)}
    effective, rectified = held[c.EFFECTIVE], held[c.RECTIFIED]
    order = [k for k in reversed(range(len(names))) if effective[k]] + [k for k in range(len(names)) if not effective[k]]
    if not any(effective):
        return None
    shown = order[:MOST]
    series = []
    for status, column, token in _PARTS:
        plus, *minus = column.split(" - ")
        values = [(held[plus][k] or 0) - sum(held[each][k] or 0 for each in minus) for k in shown]
        series.append(Series(t(f"measure.status.{status}", lang), column, values, singles(shown), colour=token))
    said = [
        f"{names[k]}  {percent(rectified[k], effective[k], lang)}" if effective[k] else f"{names[k]}  {t('measure.reason.no_items', lang)}"
        for k in shown
    ]
    return Native(SHARES, COUNT, label(c.REGION, df, view), said, series, under=_under(df, view, "progress"), more=_more(order, lang))


def _under(df: pd.DataFrame, view: View, what: str) -> str:
    return wording.subtitle(df, view, t(f"office.under.{what}", view.lang))


def _more(order: list[int], lang: str) -> str:
    left = len(order) - MOST
    return t("office.more_bars", lang, n=count(left, lang)) if left > 0 else ""


def by_measure(df: pd.DataFrame, view: View) -> Native | None:
    """One measure of each region: those that stand out first and in red, regions without a value last."""
    unit = RATE if df.attrs.get("unit") == SHARE else COUNT
    names, values = frame.columns(df, c.REGION)[0], numbers(df, "value")
    known = [k for k, value in enumerate(values) if value is not None]
    if not known:
        return None
    loud_high = regions.loud_high(df)
    order = sorted(known, key=lambda k: values[k], reverse=loud_high)  # type: ignore[arg-type, return-value]
    order += [k for k, value in enumerate(values) if value is None]
    loud = {place.code for place in regions.extremes(df)[0]}
    codes = frame.columns(df, c.REGION_CODE)[0]
    shown = order[:MOST]
    colours = ["status-overdue" if str(codes[k]) in loud and len(loud) < len(known) else "brand" for k in shown]
    series = taken(df, "value", shown, name=regions.name(df, view), colours=colours)
    return Native(
        BAR, unit, label(c.REGION, df, view), [str(names[k]) for k in shown], [series], more=_more(order, view.lang),
        under=wording.subtitle(df, view, _about(df, view)), grid=_measured(df, order, view),
    )  # fmt: skip


def _about(df: pd.DataFrame, view: View) -> str:
    """What is measured, and of what."""
    key, name = f"measure.{df.attrs['measure']}.about", regions.name(df, view)
    return t("figure.regions.measure_about", view.lang, measure=name, about=t(key, view.lang)) if has(key, view.lang) else name


def _measured(df: pd.DataFrame, order: list[int], view: View) -> list[list[str]]:
    lang = view.lang
    rows = frame.rows(df, c.REGION, "numerator", "denominator", "value", "reason")
    rate = df.attrs.get("unit") == SHARE
    out = [[label(c.REGION, df, view), regions.name(df, view), *([label("numerator", df, view), label("denominator", df, view)] * rate)]]
    for k in order:
        region, n, d, value, reason = rows[k]
        if missing(value):
            out.append([str(region), t(f"measure.reason.{reason or 'no_items'}", lang), *(["—", count(d, lang)] * rate)])
        else:
            out.append([str(region), percent(n, d, lang) if rate else count(n, lang), *([count(n, lang), count(d, lang)] * rate)])
    return out


def crossed(df: pd.DataFrame, view: View, dimension: str) -> Native | None:
    """What is still open, region by region, parted by the dimension; as a table the completion of each crossing, shaded."""
    lang = view.lang
    found = Crossing(df, dimension, view)
    if not len(found):
        return None
    open_of = [(e or 0) - (r or 0) for e, r in zip(numbers(df, c.EFFECTIVE), numbers(df, c.RECTIFIED), strict=True)]
    rows = [(found.rows[i].key, found.columns[j].key) for i, j in zip(found.row_of.tolist(), found.column_of.tolist(), strict=True)]
    left = {line.key: line.effective - line.rectified for line in found.rows}
    parts = {line.key: line.effective - line.rectified for line in found.columns}
    across = sorted(left, key=lambda key: -left[key])[:MOST]
    order = sorted(parts, key=lambda key: -parts[key])
    # one more than can be named would stand alone in "others"
    named = order if len(order) <= PARTS + 1 else order[:PARTS]
    rest = set(order) - set(named)
    grouped = [(place, "\0" if key in rest else key) for place, key in rows]
    words = {line.key: line.name for line in found.columns} | {"\0": t("office.others", lang, n=len(rest))}
    groups = [*named, *(["\0"] if rest else [])]
    series = [
        Series(words[key], f"{c.EFFECTIVE} - {c.RECTIFIED}", values, mine, colour="status-in-progress" if key == "\0" else _accent(k))
        for k, (key, (values, mine)) in enumerate(zip(groups, pivoted(grouped, open_of, across, groups), strict=True))
    ]
    names = {line.key: line.name for line in found.rows}
    grid, shades = _heat(found, view)
    starred = any("%*" in text for row in grid for text in row)
    return Native(
        STACKED, COUNT, label(c.REGION, df, view), [f"{names[key]}  {count(_whole(left[key]), lang)}" for key in across], series,
        under=_under(df, view, "open"), tabled=True, grid=grid, shades=shades,
        more=_more(list(range(len(left))), lang) + (t("office.small_base", lang, n=LEAST) if starred else ""),
    )  # fmt: skip


def _accent(k: int) -> str:
    return (*_ACCENTS, "map-kind-5")[k % 6]


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


def _heat(found: Crossing, view: View) -> tuple[list[list[str]], list[list[str]]]:
    """Regions down (lowest completion first), values across (most items first), totals last; the darker, the further behind."""
    lang = view.lang
    down = sorted(range(len(found.rows)), key=lambda k: (found.rows[k].rate, -found.rows[k].effective))
    across = sorted(range(len(found.columns)), key=lambda k: (not found.columns[k].key, -found.columns[k].effective))[:WIDE]
    at = {(i, j): k for k, (i, j) in enumerate(zip(found.row_of.tolist(), found.column_of.tolist(), strict=True))}
    edges = _LATE if median(found.rate.tolist()) >= 0.7 else _EARLY
    colours = ["", *theme.sequential(View(), len(edges))][::-1]
    total = t("figure.total", lang)
    grid = [[t("column.region", lang), *(found.columns[j].name for j in across), total]]
    shades = [[""] * (len(across) + 2)]
    for i in down:
        line, tints = [found.rows[i].name], [""]
        for j in across:
            k = at.get((i, j))
            if k is None or not found.effective[k]:
                line.append("—")
                tints.append("")
                continue
            done, whole = found.rectified[k], found.effective[k]
            small = whole < LEAST
            line.append(percent(_whole(done), _whole(whole), lang) + ("*" if small else ""))
            tints.append("" if small else colours[sum(done / whole >= edge for edge in edges)])
        grid.append([*line, percent(_whole(found.rows[i].rectified), _whole(found.rows[i].effective), lang)])
        shades.append([*tints, ""])
    sums = [found.columns[j] for j in across]
    whole, done = sum(each.effective for each in found.rows), sum(each.rectified for each in found.rows)
    last = [percent(_whole(each.rectified), _whole(each.effective), lang) for each in sums]
    grid.append([total, *last, percent(_whole(done), _whole(whole), lang)])
    shades.append([""] * len(grid[0]))
    return grid, shades


def outfalls(df: pd.DataFrame, view: View, by: str, value: str) -> Native | None:
    """A rate of each region for each stage or question; as a table with the numbers behind."""
    lang = view.lang
    rows = frame.rows(df, c.REGION_CODE, c.REGION, by, "numerator", "denominator")
    if not any(d for *_, d in rows):
        return None
    places = {str(code): str(name) for code, name, *_ in rows}
    groups = list(dict.fromkeys(str(row[2]) for row in rows))
    held = {(str(row[0]), str(row[2])): k for k, row in enumerate(rows)}
    amounts = numbers(df, value)
    shown = list(places)[:MOST]
    series = []
    for n, group in enumerate(groups):
        mine = [held.get((code, group)) for code in shown]
        values = [None if k is None else amounts[k] for k in mine]
        sources = [[] if k is None else [k] for k in mine]
        series.append(Series(opening(t(f"figure.outfalls.{group}.short", lang)), value, values, sources, colour=f"map-stage-{n + 1}"))
    grid = [[label(c.REGION, df, view), *(each.name for each in series)]]
    for code, name in places.items():
        cells = [held.get((code, group)) for group in groups]
        grid.append([name, *(_rated(rows[k][3], rows[k][4], lang) if k is not None else "—" for k in cells)])
    return Native(BAR, RATE, label(c.REGION, df, view), [places[code] for code in shown], series, grid=grid,
                  more=_more(list(range(len(places))), lang))  # fmt: skip


def _rated(n: float, d: float, lang: str) -> str:
    return f"{percent(n, d, lang)}  {of(n, d, lang)}" if d else "—"
