"""Ranks over periods: everybody in grey, a few places in colour with their names at the end of their lines."""

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.rank_history import History, Step, axis_names, final, highlighted, read, subtitle, title
from dashboard.figures import canvas, labels, palette
from dashboard.i18n import t
from dashboard.view import Style, View

_HEIGHT = {Style.PAGE: 440, Style.IMAGE: 460, Style.SCREEN: 760, Style.SLIDE: 600}
_NAME_EM = 8.5
# the part of a sheet's width that a name may take
_SHARE = 0.28
_TICKS = 5


def rank_history(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Straight lines from period to period, the first rank on top. Solid points are locked, hollow ones are not. A break in a line:
    not ranked. Clicks carry ``pick=<region_code>``."""
    history = read(df, view)
    lowest = max((step.rank for steps in history.places.values() for step in steps if step.rank), default=0)
    if not lowest:
        return canvas.empty(view, title(df, view))
    px, height, n = canvas.font_size(view), view.room[1] or _HEIGHT[view.style], len(history.periods)
    drawn = highlighted(history)
    colours = _colours(history, drawn, view)
    top, bottom = 12 if view.style is Style.PAGE else 28, round(px * 3) + 8
    low, high = 1 - max(0.5, lowest * 0.02), lowest + max(0.5, lowest * 0.02)
    per = (height - top - bottom) / (high - low)
    ends = [(code, step) for code in drawn if (step := _end(history.places[code])) is not None]
    # in little height each name has one line
    texts = [_label(code, step, history, view, view.room[0] * _SHARE / px if canvas.on_sheet(view) else _NAME_EM) for code, step in ends]
    tall = [canvas.lines(text) * px * 1.3 / per for text in texts]
    middles = labels.spread([step.rank - size / 2 for (_, step), size in zip(ends, tall, strict=True)], tall, low, high)  # type: ignore[operator]
    right = canvas.gutter(texts, px * 1.05) + 10
    annotations: list[dict[str, object]] = [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8,
            "y": at + size / 2,
            "yanchor": "middle",
            "text": f"<b>{text}</b>",
            "align": "left",
            "showarrow": False,
            "font": {"size": px, "color": colours[code]},
            "captureevents": True,
            "name": f"pick={code}",
        }
        for (code, _), text, at, size in zip(ends, texts, middles, tall, strict=True)
    ]
    most = 4 if view.style is Style.PAGE else max(2, round(view.room[0] / (px * 6))) if view.room[0] else 12
    every = max(1, -(-n // most))
    shown = [k for k in range(n) if (n - 1 - k) % every == 0]
    ranks = _ticks(lowest)
    return canvas.finish(
        view,
        [_rest(history, set(drawn), view), *(_line(code, history, colours[code], view) for code in reversed(drawn))],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=height,
        margin={"l": canvas.gutter(map(str, ranks), px, 28), "r": right, "t": top, "b": bottom},
        xaxis={
            "range": [-0.15, n - 1 + 0.06] if n > 1 else [-0.5, 0.5],
            "tickvals": shown,
            "ticktext": ["<br>".join(map(canvas.clean, name.split("\n"))) for name in axis_names(history, shown, view)],
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={"range": [high, low], "tickvals": ranks, "ticktext": [str(rank) for rank in ranks]},
        annotations=annotations,
    )


def _end(steps: list[Step]) -> Step | None:
    """The newest step with a rank."""
    return next((step for step in reversed(steps) if step.rank is not None), None)


def _label(code: str, step: Step, history: History, view: View, width: float) -> str:
    return canvas.wrap(f"{race.short(step.rank, step.tied, view)} {history.names[code]}", width)


def _colours(history: History, drawn: list[str], view: View) -> dict[str, str]:
    """Of places picked each has its own; else brand for the first, red for the last."""
    if history.picked:
        return palette.distinct(drawn, view)
    newest = final(history)
    best = newest[0][0] if newest else 0
    ranks = {code: rank for rank, code in newest}
    red, brand = theme.token("status-overdue", view), theme.token("brand", view)
    return {code: brand if ranks.get(code) == best else red for code in drawn}


def _ticks(lowest: int) -> list[int]:
    """A few round ranks, the first and the last among them."""
    if lowest <= _TICKS:
        return list(range(1, lowest + 1))
    step = next(size for size in (2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000) if lowest / size <= _TICKS + 1)
    inner = [rank for rank in range(step, lowest, step) if lowest - rank > step * 0.4]
    return [1, *(rank for rank in inner if rank > step * 0.4), lowest]


def _rest(history: History, drawn: set[str], view: View) -> dict[str, object]:
    """Every other place, as one thin grey trace."""
    x: list[int | None] = []
    y: list[int | None] = []
    keys: list[str | None] = []
    words: list[str | None] = []
    for code, steps in history.places.items():
        if code in drawn:
            continue
        name = canvas.clean(history.names[code])
        for step in _unbroken(steps):
            x.append(step.at if step else None)
            y.append(step.rank if step else None)
            keys.append(f"pick={code}" if step else None)
            words.append(f"{name} {race.short(step.rank, step.tied, view)}" if step else None)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "customdata": keys,
        "text": words,
        "hoverinfo": "text",
        "line": {"color": theme.mix(theme.token("rule", view), theme.token("ink-2", view), 0.12), "width": 1, "shape": "linear"},
    }


def _unbroken(steps: list[Step]) -> list[Step | None]:
    """Steps with None where the line breaks: where a place was not ranked, and after its last."""
    out: list[Step | None] = []
    for step in steps:
        if out and out[-1] is not None and step.at != out[-1].at + 1:
            out.append(None)
        out.append(step if step.rank is not None else None)
    return [*out, None]


def _line(code: str, history: History, colour: str, view: View) -> dict[str, object]:
    steps = _unbroken(history.places[code])[:-1]
    name, wide = canvas.clean(history.names[code]), 3 if view.style is Style.PAGE else 5
    solid = [step is not None and step.locked for step in steps]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [step.at if step else None for step in steps],
        "y": [step.rank if step else None for step in steps],
        "customdata": [f"pick={code}"] * len(steps),
        "hovertext": [_hover(name, step, history, view) if step else "" for step in steps],
        "hoverinfo": "text",
        "line": {"color": colour, "width": wide, "shape": "linear"},
        "marker": {
            "size": wide * 3,
            "color": [colour if each else theme.token("surface", view) for each in solid],
            "line": {"color": colour, "width": 2},
        },
        "cliponaxis": False,
    }


def _hover(name: str, step: Step, history: History, view: View) -> str:
    state = t("ranking.hover.locked" if step.locked else "ranking.hover.open", view.lang)
    return f"<b>{name}</b> · {canvas.clean(history.periods[step.at][1])}<br>{race.place(step.rank, step.tied, view)} · {state}"
