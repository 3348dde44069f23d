"""Planned against actual (序时进度): two step lines, the gap between them written out at the as-of day."""

import math
from datetime import date

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.planned_vs_actual import Gap, gap, share, subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import day as day_text
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c

_HEIGHT = 300
# less high than this on the wall, day and year are said elsewhere
_SMALL = 300
# the room that a tick's words take, in em
_TICK_EM = 4.6


def planned_vs_actual(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Cumulative shares by day; nothing is smoothed or drawn between two counts."""
    found = gap(df, view)
    if found is None:
        return canvas.empty(view, t("figure.curve.title.none", view.lang))
    lang = view.lang
    days, planned, actual = frame.columns(df, c.DAY, c.PLANNED, c.ACTUAL)
    x = [d if isinstance(d, str) else d.isoformat()[:10] for d in days]
    ink, ink2, brand = theme.token("ink", view), theme.token("ink-2", view), theme.token("brand", view)
    at = found.day if isinstance(found.day, str) else found.day.isoformat()[:10]  # type: ignore[attr-defined]
    colour = theme.token("status-overdue", view) if found.word == "behind" else brand
    hover = f"%{{y:.1%}} · %{{x|{t('figure.curve.hover_day', lang)}}}<extra></extra>"
    data: list[dict[str, object]] = [
        _line(x, canvas.numbers(planned), ink2, "dash", 1.5, t("figure.curve.planned_name", lang), hover),
        _line(x, canvas.numbers(actual), brand, "solid", 3, t("figure.curve.actual_name", lang), hover),
    ]
    px = canvas.font_size(view)
    span_days = (_day(x[-1]) - _day(x[0])).days
    # the labels stand beside the as-of day where no line runs: a cumulative line leaves free what is below it to the
    # right, and what is above it to the left
    runs_on = (_day(x[-1]) - _day(at)).days > span_days * 0.12
    small = bool(view.room[1]) and view.room[1] < _SMALL
    height, top, bottom = view.room[1] or _HEIGHT, round(px * 1.85), round(px * 3.4)
    if small:
        top, bottom = round(px * 0.6), round(px * 1.8)
    ends, side = _ends(found, runs_on, view, max(0.085, px * 1.3 / (height - top - bottom)), small)
    left = canvas.gutter(["100%"], px, 44)
    right = 16 if runs_on else canvas.gutter([text for _, text, _ in ends], px)
    as_of = {
        "x": at,
        "y": 1,
        "yanchor": "bottom",
        "xanchor": "center" if runs_on else "right",
        "text": t("figure.curve.as_of", lang, day=day_text(found.day, lang)),  # type: ignore[arg-type]
        "showarrow": False,
        "font": {"color": ink2},
    }
    scale = [0, 0.5, 1] if small else [0, 0.25, 0.5, 0.75, 1]
    return canvas.finish(
        view,
        data,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        xaxis={
            "type": "date",
            "tickformat": t(
                ("figure.curve.tick_bare" if small else "figure.curve.tick_month") if span_days > 60 else "figure.curve.tick_day", lang
            ),
            **_ticks(span_days, (view.room[0] - left - right) / (px * _TICK_EM) if view.room[0] else 60.0),
            "tickangle": 0,
            "showgrid": False,
            "range": [x[0], x[-1]],
        },
        yaxis={"range": [0, 1.0], "tickvals": scale, "ticktext": [f"{level:.0%}" if level else "0" for level in scale]},
        shapes=[
            {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": {"color": theme.token("rule", view), "width": 1}},
            {
                "type": "line",
                "x0": at,
                "x1": at,
                "y0": found.planned / found.total,
                "y1": found.actual / found.total,
                "line": {"color": colour, "width": 4},
            },
        ],
        annotations=[
            *([] if small else [as_of]),
            *(
                {
                    "x": at,
                    "y": y,
                    "xanchor": side,
                    "xshift": 8 if side == "left" else -8,
                    "text": text,
                    "showarrow": False,
                    "font": {"color": {"planned": ink2, "actual": ink}.get(word, colour)},
                    "align": "left",
                }
                for y, text, word in ends
            ),
        ],
    )


def _line(x: list[str], y: list, colour: str, dash: str, width: float, name: str, hover: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "dash": dash, "width": width, "shape": "hv"},
        "hovertemplate": f"{name} {hover}",
    }


def _ticks(span_days: int, most: float) -> dict[str, object]:
    """Ticks at round days, ``most`` at the most: fortnights, months, quarters, years."""
    if span_days <= 60:
        return {"dtick": 14 * max(1, math.ceil(span_days / 14 / max(1.0, most))) * 86_400_000}
    natural = 1 if span_days <= 250 else 3 if span_days <= 900 else 12
    months = (each for each in (1, 2, 3, 6, 12) if each >= natural and span_days / 30.4 / each <= most)
    return {"dtick": f"M{next(months, 12)}"}


def _ends(found: Gap, runs_on: bool, view: View, apart: float, small: bool) -> tuple[list[tuple[float, str, str]], str]:
    """(height, text, word) of the labels at the as-of day, ``apart`` a line, and which of their sides touches it; in little room the
    planned share, which follows from the other two, is left out."""
    planned, actual = found.planned / found.total, found.actual / found.total
    high, low = max(planned, actual), min(planned, actual)
    order = ["planned", found.word, "actual"] if planned >= actual else ["actual", found.word, "planned"]
    if found.word == "even":
        order.remove("even")
    if small and found.word in order:
        order.remove("planned")
    rows, side = len(order), "left"
    if not runs_on:
        start = min(0.98, max((high + low) / 2 + apart * (rows - 1) / 2, apart * (rows - 1) + 0.03))
    elif low > apart * (rows + 1):
        start = low - apart
    else:
        start, side = min(0.96, high + apart * rows), "right"
    texts = {
        "planned": t("figure.curve.planned", view.lang, rate=share(found.planned, found.total, view)),
        "actual": f"<b>{t('figure.curve.actual', view.lang, rate=share(found.actual, found.total, view))}</b>",
    }
    if found.word != "even":
        texts[found.word] = f"<b>{t(f'figure.curve.gap_{found.word}', view.lang, gap=found.size)}</b>"
    return [(start - k * apart, texts[word], word) for k, word in enumerate(order)], side


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
