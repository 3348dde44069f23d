"""The race, period by period: bars that slide from slot to slot. It moves only when the button is pressed."""

from dataclasses import dataclass

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.rank_race import LANES, subtitle, title
from dashboard.figures import canvas, palette
from dashboard.i18n import t
from dashboard.view import Style, View

# ms that a period stands, and that bars take to slide; the second is less, so that a bar has arrived before it leaves again
FRAME_MS, SLIDE_MS = 1100, 600
# the slot of whoever is not among the first, below the picture
_PARKED = LANES + 3
_QUIET = 0.5


@dataclass(frozen=True, slots=True)
class _At:
    slot: int
    rank: int
    tied: bool
    score: float


def rank_race(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One trace of the places that are ever among the first (or picked), in a fixed order; ``frames`` hold a period each and move bars by
    their slot. Values, ranks and names are the bar's text, so that a name never meets another's value. The newest period is shown."""
    periods, places, names = _read(df, view)
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    most = canvas.most(view, LANES, 2.3, 3.0)
    ever = [code for code, found in places.items() if code in picked or any(at.slot < most for at in found.values())]
    if not periods or not ever:
        return canvas.empty(view, title(df, view))
    whole = max(sum(k in found for found in places.values()) for k in range(len(periods)))
    lanes_drawn = min(most, whole)
    px = round(canvas.font_size(view) * (1.1 if view.style is Style.SCREEN else 1.0))
    # on a page as high as the intervals beside it
    step = round(px * (2.6 if view.style is Style.PAGE else 2.3))
    highest = max([100.0, *(at.score for found in places.values() for at in found.values())])
    brand = theme.token("brand", view)
    # the colours are there to be followed, not to be looked at: only a place picked is painted in full
    paper = theme.token("surface", view)
    colours = [brand if code in picked else theme.mix(paper, palette.colour(code, view), _QUIET) for code in ever]
    steps = [_frame(k, ever, places, names, df, view, most) for k in range(len(periods))]
    now = steps[-1]
    trace: dict[str, object] = {
        "type": "bar",
        "orientation": "h",
        **now,
        "width": 0.82,
        "textposition": "auto",
        "insidetextanchor": "end",
        "constraintext": "none",
        "textangle": 0,
        "insidetextfont": {"size": px, "color": [theme.text_on(each) for each in colours]},
        "outsidetextfont": {"size": px, "color": theme.token("ink", view)},
        "marker": {"color": colours},
        "customdata": [f"pick={code}" for code in ever],
        "hoverinfo": "text",
        "cliponaxis": True,
    }
    controls, top = round(px * 7.2) + 24, 8 if view.style is Style.PAGE else 24
    figure = canvas.finish(
        view,
        [trace],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=lanes_drawn * step + controls + top,
        margin={"l": 8, "r": 8, "t": top, "b": controls},
        xaxis={"range": [0, highest], "visible": False},
        yaxis={"range": [lanes_drawn - 0.5, -0.5], "visible": False},
        bargap=0,
        updatemenus=[_buttons(view, px)],
        sliders=[_slider(periods, view, px)],
    )
    left = min(LANES, whole) - lanes_drawn
    if left > 0:
        words = t("picture.places", view.lang, n=left)
        at = {"x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure["layout"]["annotations"] = [canvas.note(words, view, **at)]  # type: ignore[index]
    figure["frames"] = [{"name": code, "data": [each], "traces": [0]} for (code, _), each in zip(periods, steps, strict=True)]
    return figure


def _read(df: pd.DataFrame, view: View) -> tuple[list[tuple[str, str]], dict[str, dict[int, _At]], dict[str, str]]:
    """Periods (code, name) oldest first; where each place is in each period; names."""
    columns = race.optional(df, "period", "period_name", "region_code", "rank", "tied", "slot", "score")
    periods: dict[str, tuple[int, str]] = {}
    places: dict[str, dict[int, _At]] = {}
    for period, name, code, rank, tied, slot, score in zip(*columns, strict=True):
        at = periods.setdefault(str(period), (len(periods), str(name)))[0]
        number, place = race.value(score), race.whole(rank)
        if number is not None and place is not None:
            places.setdefault(str(code), {})[at] = _At(int(slot) - 1, place, bool(tied), number)
    once = pd.DataFrame(df, copy=False).drop_duplicates("region_code")
    names = dict(zip((str(code) for code in once["region_code"].tolist()), race.names(once, view), strict=True))
    return [(code, name) for code, (_, name) in periods.items()], places, names


def _frame(
    k: int, ever: list[str], places: dict[str, dict[int, _At]], names: dict[str, str], df: pd.DataFrame, view: View, most: int
) -> dict[str, object]:
    """The bars of a period; whoever is not among the first waits below, without words."""
    x: list[float] = []
    y: list[int] = []
    text: list[str] = []
    for code in ever:
        at = places[code].get(k)
        shown = at is not None and at.slot < most
        x.append(round(at.score, 4) if at is not None else 0)
        y.append(at.slot if at is not None and shown else _PARKED)
        text.append(
            f"{race.short(at.rank, at.tied, view)}  {canvas.clean(names[code])}  {race.bare(at.score, df)} "
            if at is not None and shown
            else ""
        )
    return {"x": x, "y": y, "text": text, "hovertext": text}


def _moving(duration: int) -> dict[str, object]:
    return {
        "frame": {"duration": duration, "redraw": False},
        "transition": {"duration": SLIDE_MS if duration else 0, "easing": "cubic-in-out"},
        "mode": "immediate",
        "fromcurrent": True,
    }


def _buttons(view: View, px: int) -> dict[str, object]:
    """Play and pause, at the lower left."""
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 12, "l": 0},
        "showactive": False,
        "bgcolor": theme.token("surface", view),
        "bordercolor": theme.token("ink-2", view),
        # larger words than this do not fit the box that Plotly draws around them
        "font": {"size": min(px, 16), "color": theme.token("ink", view)},
        "buttons": [
            {"label": t("ranking.race.play", view.lang), "method": "animate", "args": [None, _moving(FRAME_MS)], "name": "play"},
            {"label": t("ranking.race.pause", view.lang), "method": "animate", "args": [[None], _moving(0)], "name": "pause"},
        ],
    }


def _slider(periods: list[tuple[str, str]], view: View, px: int) -> dict[str, object]:
    """The periods, with the one shown in large type."""
    step = {"frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}, "mode": "immediate"}
    return {
        "active": len(periods) - 1,
        "x": 0,
        "len": 1,
        "y": 0,
        "yanchor": "top",
        # below the buttons: on a telephone the name of the period is as wide as the picture
        "pad": {"t": round(px * 3.4) + 8, "b": 0, "l": 8, "r": 8},
        "currentvalue": {
            "prefix": "",
            "xanchor": "right",
            "offset": 8,
            "font": {"size": round(px * 1.3), "color": theme.token("ink", view)},
        },
        "font": {"size": 1, "color": "rgba(0,0,0,0)"},
        "bgcolor": theme.token("rule", view),
        "activebgcolor": theme.token("brand", view),
        "bordercolor": theme.token("ink-2", view),
        "tickcolor": theme.token("ink-2", view),
        "ticklen": 4,
        "minorticklen": 0,
        "steps": [{"label": name, "method": "animate", "args": [[code], step]} for code, name in periods],
    }
