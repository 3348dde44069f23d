"""Scores as dots with their intervals: who can be told apart from whom."""

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.race import Row
from dashboard.captions.rank_intervals import focus, neighbours, subtitle, title
from dashboard.figures import canvas, lanes
from dashboard.formatting import count, of
from dashboard.i18n import t
from dashboard.view import Style, View

# rows that one picture has room for; of more, the first and the last and those around the places picked
MOST = {Style.PAGE: 26, Style.IMAGE: 34, Style.SCREEN: 20, Style.SLIDE: 20}
# of names in two lines as much room holds fewer
_TALL = 0.65
_AROUND = 2
_NAME_EM = 9.0
_KEY_EM = {Style.PAGE: 23.0, Style.IMAGE: 50.0, Style.SCREEN: 50.0, Style.SLIDE: 50.0}


def rank_intervals(df: pd.DataFrame, view: View) -> dict[str, object]:
    """A row a place by rank: dot = score, line = its 95 % interval, n/d and the band of ranks at the right. Shaded: what cannot be
    told apart from the place picked, else from the last. Clicks carry ``pick=<region_code>``."""
    found = race.ranked(race.rows(df, view))
    mine = focus(found, df)
    if mine is None:
        return canvas.empty(view, title(df, view))
    px = canvas.font_size(view)
    picked = {str(code) for code in df.attrs.get("picked") or ()} | {mine.code}
    most = canvas.most(view, MOST[view.style], 1.65, 8.0)
    kept = _chosen(found, picked, most)
    if any(canvas.lines(_plain(found[k], view)) > 1 for k in kept):
        kept = _chosen(found, picked, round(most * _TALL))
    shown = [found[k] for k in kept]
    slots, gaps = _slots(kept, view)
    near = {row.code for row in neighbours(mine, found)}
    late = {row.code for row in race.last(found)} if race.complete(df, found) and not df.attrs.get("saturated") else set()
    red, brand, ink = (theme.token(name, view) for name in ("status-overdue", "brand", "ink"))
    colours = [red if row.code in late else brand if row.code in picked else theme.token("status-rectified", view) for row in shown]
    names = [_name(row, view, picked, red if row.code in late else brand if row.code in picked else ink) for row in shown]
    ends = [_end(row, view) for row in shown]
    step = round(px * (1.65 if max(map(canvas.lines, names)) == 1 else 2.7))
    high = max([100.0 if not race.improving(df) else 0.0, *(_most(row) for row in shown)])
    low = min(_least(row) for row in shown)
    key = lanes.packed(_key(mine, shown, bool(near), view), view.room[0] / px - 1 if canvas.on_sheet(view) else _KEY_EM[view.style])
    top, bottom = round(canvas.lines(key) * px * 1.5) + (10 if view.style is Style.PAGE or view.trims else 26), round(px * 2.2)
    left, right = canvas.gutter([_plain(row, view) for row in shown], px * 1.05), canvas.gutter(ends, px) + 8
    below, above = slots[-1] + 0.7, -0.7
    annotations = [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "right",
            "xshift": right - 4,
            "y": slot,
            "text": text,
            "showarrow": False,
            "font": {"size": px, "color": theme.token("ink-2", view)},
            "captureevents": True,
            "name": f"pick={row.code}",
        }
        for row, slot, text in zip(shown, slots, ends, strict=True)
    ]
    annotations += [
        canvas.note(text, view, x=0, xref="paper", xanchor="left", y=at, yanchor="middle", bgcolor=theme.token("surface", view))
        for at, text in gaps
    ]
    annotations.append(
        canvas.note(
            key, view, x=0, xref="paper", xanchor="left", xshift=8 - left, y=1, yref="paper", yanchor="bottom", yshift=4, align="left"
        )
    )
    margin = max((high - low) * 0.02, 0.5)
    return canvas.finish(
        view,
        [_lines(shown, slots, colours, view), _dots(shown, slots, colours, df, view)],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=top + bottom + round((below - above) * step),
        margin={"l": left, "r": right, "t": top, "b": bottom},
        xaxis={
            "range": [low - margin, high + margin],
            "nticks": 6,
            "tickangle": 0,
            "ticksuffix": "%" if df.attrs.get("unit") == "percent" else "",
        },
        yaxis={"range": [below, above], "tickvals": slots, "ticktext": names, "showgrid": False, "tickfont": {"color": ink}},
        shapes=[
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": slot - 0.5,
                "y1": slot + 0.5,
                "fillcolor": brand,
                "opacity": 0.2 if row.code == mine.code else 0.09,
                "line": {"width": 0},
                "layer": "below",
            }
            for row, slot in zip(shown, slots, strict=True)
            if row.code in near or row.code == mine.code
        ],
        annotations=annotations,
    )


def _chosen(found: list[Row], picked: set[str], most: int) -> list[int]:
    """Positions of the rows drawn."""
    if len(found) <= most:
        return list(range(len(found)))
    inside: set[int] = set()
    for k, row in enumerate(found):
        if row.code in picked:
            inside |= set(range(max(0, k - _AROUND), min(len(found), k + _AROUND + 1)))
    half = most // 2
    while half > 3 and len(set(range(half)) | set(range(len(found) - half, len(found))) | inside) > most:
        half -= 1
    return sorted(set(range(half)) | set(range(len(found) - half, len(found))) | inside)


def _slots(kept: list[int], view: View) -> tuple[list[float], list[tuple[float, str]]]:
    slots: list[float] = []
    gaps: list[tuple[float, str]] = []
    at = 0.0
    for k, position in enumerate(kept):
        if k and position != kept[k - 1] + 1:
            gaps.append((at, t("ranking.between", view.lang, n=count(position - kept[k - 1] - 1, view.lang))))
            at += 1
        slots.append(at)
        at += 1
    return slots, gaps


def _plain(row: Row, view: View) -> str:
    return f"{race.short(row.rank, row.tied, view)}  {canvas.wrap(row.name, _NAME_EM)}"


def _name(row: Row, view: View, picked: set[str], colour: str) -> str:
    text = _plain(row, view)
    return canvas.span(colour, f"<b>{text}</b>" if row.code in picked else text)


def _end(row: Row, view: View) -> str:
    """``24/32 ※  3–9``"""
    parts = []
    if row.denominator:
        parts.append(of(row.numerator, row.denominator, view.lang) + (t("ranking.small_mark", view.lang) if row.small else ""))
    if row.band:
        parts.append(t("ranking.intervals.band", view.lang, low=row.band[0], high=row.band[1]))
    return "\u2002".join(parts)


def _key(mine: Row, shown: list[Row], shaded: bool, view: View) -> list[str]:
    out = [t("ranking.intervals.key_dot", view.lang), t("ranking.intervals.key_notes", view.lang)]
    if shaded:
        out.append(t("ranking.intervals.key_shade", view.lang, name=mine.name))
    if any(row.small for row in shown):
        out.append(t("ranking.intervals.key_hollow", view.lang))
    return out


def _least(row: Row) -> float:
    return row.low if row.low is not None else row.score or 0.0


def _most(row: Row) -> float:
    return row.high if row.high is not None else row.score or 0.0


def _lines(shown: list[Row], slots: list[float], colours: list[str], view: View) -> dict[str, object]:
    """All intervals as error bars of dots too small to be seen."""
    known = [row.score is not None and row.low is not None and row.high is not None for row in shown]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.score for row in shown],
        "y": slots,
        "marker": {"size": 1, "color": colours},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [(row.high or 0) - (row.score or 0) if each else 0 for row, each in zip(shown, known, strict=True)],
            "arrayminus": [(row.score or 0) - (row.low or 0) if each else 0 for row, each in zip(shown, known, strict=True)],
            "color": theme.token("ink-2", view),
            "thickness": 2 if view.style is Style.PAGE else 3.5,
            "width": 0,
        },
        "hoverinfo": "skip",
    }


def _dots(shown: list[Row], slots: list[float], colours: list[str], df: pd.DataFrame, view: View) -> dict[str, object]:
    size = 9 if view.style is Style.PAGE else 15
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.score for row in shown],
        "y": slots,
        "marker": {
            "size": size,
            "color": [theme.token("surface", view) if row.small else colour for row, colour in zip(shown, colours, strict=True)],
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        "customdata": [f"pick={row.code}" for row in shown],
        "hovertext": [
            f"<b>{canvas.clean(row.name)}</b> · {race.place(row.rank, row.tied, view)}<br>{race.score(row.score, df, view)}"
            + (
                t("ranking.hover.interval", view.lang, low=race.bare(row.low, df), high=race.bare(row.high, df))
                if row.low is not None and row.high is not None
                else ""
            )
            for row in shown
        ],
        "hoverinfo": "text",
    }
