"""A chart as a picture that can go out alone: title, selection, marks, source, days, definition, code and squares are drawn inside it."""

import re
from collections.abc import Mapping
from typing import Any

from dashboard import theme
from dashboard.exports.picture_page import Page, Words
from dashboard.exports.squares import QUIET
from dashboard.view import Style, View

Figure = dict[str, Any]
# how much taller or flatter than it was made a chart may be drawn
STRETCH, SQUEEZE = 1.7, 0.86
# a chart on a page that nobody asked for is drawn for light ground
LOOK = View(style=Style.IMAGE)
# px under a chart whose controls are left off
_BARE = 8
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
# rows of squares reach this far into each other: no light line between them
_OVER = 0.06
# what only a reader's pointer needs
_HOVER = ("hovertext", "hoverinfo", "hovertemplate", "customdata", "uid")
_LAYOUT = ("title", "meta", "updatemenus", "sliders", "uirevision", "hoverlabel", "hoverdistance", "autosize", "dragmode", "hovermode")


def dressed(figure: Mapping[str, Any], page: Page, stretch: float = STRETCH) -> Figure:
    """The figure on its sheet, ``layout.width`` and ``height`` those of the sheet; ``figure`` was drawn for the sheet's room and stays as
    it is. What is there for play (buttons, steps, frames) is left off."""
    own: Mapping[str, Any] = figure["layout"]
    x, y, wide, room = page.room
    margin, height = dict(own.get("margin") or {}), tall_of(figure)
    if own.get("sliders"):
        margin["b"] = _BARE
    tall = height if height > room / SQUEEZE else min(room, height * stretch)
    margin = {
        "l": x + margin.get("l", 0),
        "r": page.width - x - wide + margin.get("r", 0),
        "t": y + margin.get("t", 0),
        "b": page.height - y - tall + margin.get("b", 0),
        "pad": margin.get("pad", 0),
        "autoexpand": False,
    }
    layout = {key: value for key, value in own.items() if key not in _LAYOUT}
    layout |= {
        "width": page.width,
        "height": page.height,
        "margin": margin,
        "paper_bgcolor": theme.token("surface", LOOK),
        "annotations": [*(own.get("annotations") or ()), *(_said(each, margin) for each in page.words)],
        "shapes": [*(own.get("shapes") or ()), *_drawn(page, margin)],
    }
    data = [
        {key: value for key, value in trace.items() if key not in _HOVER} for trace in figure["data"] if trace.get("uid") != "narrow-names"
    ]
    return {"data": [{**trace, "hoverinfo": "skip"} for trace in data], "layout": layout}


def stands(figure: Mapping[str, Any], page: Page) -> bool:
    """Whether a figure has the room it needs on its sheet."""
    return tall_of(figure) <= page.room[3] / SQUEEZE


def tall_of(figure: Mapping[str, Any]) -> float:
    """The px that a figure takes on a sheet: the room of its controls goes with them."""
    layout = figure["layout"]
    return float(layout["height"]) - (layout["margin"]["b"] - _BARE if layout.get("sliders") else 0)


def _said(words: Words, margin: Mapping[str, float]) -> Figure:
    said: Figure = {
        "name": f"picture-{words.name}",
        "text": f"<b>{words.text}</b>" if words.bold else words.text,
        "x": 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "xshift": words.x - margin["l"],
        "yshift": margin["t"] - words.y,
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
        "font": {"size": words.size, "color": theme.token(words.colour, LOOK)},
    }
    if words.chip:
        pad = (words.high - words.size * 1.3) / 2
        # by its right edge: what is guessed is where it begins
        said |= {"xanchor": "right", "xshift": words.x + words.wide - margin["l"]}
        said |= {"bordercolor": said["font"]["color"], "borderwidth": 1, "borderpad": pad, "bgcolor": theme.token("surface", LOOK)}
    return said


def _drawn(page: Page, margin: Mapping[str, float]) -> list[Figure]:
    """The line above the foot, and the squares."""
    left = page.room[0] - margin["l"]
    fixed: Figure = {
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0,
        "yanchor": 1,
        "layer": "above",
    }
    up = margin["t"] - page.rule
    line = {"color": theme.token("rule", LOOK), "width": 1}
    out = [{**fixed, "name": "picture-rule", "type": "line", "x0": left, "x1": left + page.room[2], "y0": up, "y1": up, "line": line}]
    if page.squares is not None:
        path, x, y, module = page.squares
        out.append(
            {
                **fixed,
                "name": "picture-squares",
                "type": "path",
                "path": _absolute(path, x - margin["l"], margin["t"] - y, module),
                "fillcolor": theme.token("ink", LOOK),
                "line": {"width": 0},
            }
        )
    return out


def _absolute(path: str, x: float, up: float, module: float) -> str:
    """The squares in Plotly's words: absolute, upwards, in px, from their upper left corner without the quiet ground above it."""
    parts = []
    for left, top, wide in (map(int, run) for run in _RUN.findall(path)):
        x0, x1 = x + left * module, x + (left + wide) * module
        y0, y1 = up - (top - QUIET) * module, up - (top - QUIET + 1 + _OVER) * module
        parts.append(f"M{x0:g},{y0:g}L{x1:g},{y0:g}L{x1:g},{y1:g}L{x0:g},{y1:g}Z")
    return "".join(parts)
