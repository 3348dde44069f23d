"""Regions as patches shaded by class, with a ruler of the classes: what the map and its schematic share.

Patches are closed lines on plain axes: nothing is fetched, and it prints. One trace a class; regions without a value are hatched
(nothing was ever found there) or bare (the measure has no denominator).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import frame, theme
from dashboard.captions import regions as words
from dashboard.classes import Classes, classes_of, edge_text
from dashboard.figures import canvas
from dashboard.figures.heat_table import readable
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import Style, View

Line = tuple[list[float], list[float]]
Trace = dict[str, object]
# em of one line of the notes: what a phone has room for
_NOTE_EM = 27.0
# the ruler beside the regions without a value: widths in swatches
_GAP, _RULER = 0.5, 0.84
# on a wide sheet the ruler stands beside the regions: parts of the width that it and they take
_RULER_BESIDE, ASIDE = 0.32, 0.62
# names of the two sets of names, for the style sheet
WINDOWS = ("narrow-names", "roomy-names")


@dataclass(frozen=True, slots=True)
class Label:
    """What is written where; "": nothing."""

    text: str
    at: tuple[float, float]


NONE = Label("", (0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Patch:
    """One region as it is drawn. ``points``: where a pointer finds it; ``labels``: in a narrow window, and in a wide one or a file."""

    rings: Sequence[Line]
    points: Sequence[tuple[float, float]] = ()
    labels: tuple[Label, Label] = (NONE, NONE)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where patches lie: ``box`` (west, south, east, north), ``ratio`` (pixels of a unit up for one across), ``height`` in px, ``lines``
    and ``dots`` drawn over them, ``names`` written there, ``notes`` under them."""

    box: tuple[float, float, float, float]
    ratio: float
    height: int
    notes: Sequence[str]
    lines: Sequence[Line] = ()
    dots: Sequence[tuple[float, float]] = ()
    names: Sequence[Label] = ()


def picture(df: pd.DataFrame, patches: Sequence[Patch | None], stage: Stage, view: View, kind: str) -> dict[str, object]:
    """The figure of a frame whose row k is ``patches[k]`` (None: not drawn). A click carries the piece of query string."""
    drawn = classes_of(df, view)
    px = canvas.font_size(view)
    aside = beside(view)
    strip = 0 if aside else round(px * 5.2)
    small = [t("figure.regions.small", view.lang, least=words.LEAST)] if words.small(df) else []
    most = view.room[0] * _RULER_BESIDE / px if aside else view.room[0] / px - 1 if view.room[0] else 60.0
    notes = [canvas.wrap(note, _NOTE_EM if view.style is Style.PAGE else most) for note in (*stage.notes, *small)]
    foot = "<br>".join(notes)
    bottom = round(canvas.lines(foot) * px * 1.45) + 12 if notes and not aside else 8
    share = strip / (strip + stage.height)
    west, south, east, north = stage.box
    hidden: dict[str, object] = {"visible": False, "showgrid": False}
    return canvas.finish(
        view,
        [
            *_patches(df, drawn, patches, view),
            *_over(stage, view),
            *_names(drawn, patches, view),
            _pointer(df, patches, view),
            *_ruler(drawn, view),
        ],
        title=words.title(df, view),
        subtitle=words.subtitle(df, view, kind),
        height=strip + stage.height + 8 + bottom,
        margin={"l": px, "r": 8, "t": 8, "b": bottom},
        hoverdistance=40,
        xaxis={**hidden, "range": [west, east], "constrain": "domain", "domain": [1 - ASIDE if aside else 0, 1]},
        yaxis={
            **hidden,
            "range": [south, north],
            "scaleanchor": "x",
            "scaleratio": stage.ratio,
            "constrain": "domain",
            "constraintoward": "top",
            "domain": [0, 1 - share],
        },
        # the ruler: swatches one wide, from 0 to 1 high, in the upper part of the strip
        xaxis2={
            **hidden,
            "range": [0, _span(drawn)],
            "domain": [0, _RULER_BESIDE if aside else _RULER],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            **hidden,
            "range": [0, 1],
            "domain": [1 - px * 3.1 / (strip + stage.height), 1 - px * 1.7 / (strip + stage.height)],
            "anchor": "x2",
            "fixedrange": True,
        },
        annotations=[*_ruler_words(drawn, df, view), *([_foot(foot, view, aside)] if notes else [])],
    )


def around(view: View) -> int:
    """The px above and below the regions themselves: the ruler, and two lines under it."""
    return round(canvas.font_size(view) * (0.0 if beside(view) else 8.4)) + 20


def beside(view: View) -> bool:
    """Whether the ruler stands beside the regions: on a sheet that is wide for its height."""
    return canvas.on_sheet(view) and view.room[0] > 1.5 * view.room[1]


def _foot(text: str, view: View, aside: bool) -> Trace:
    """The notes: under the regions, or beside them under the ruler."""
    at: Trace = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "left", "align": "left"}
    return canvas.note(text, view, **at, **({"yanchor": "bottom"} if aside else {"yanchor": "top", "yshift": -6}))


def _patches(df: pd.DataFrame, drawn: Classes, patches: Sequence[Patch | None], view: View) -> list[Trace]:
    """One trace for each class that holds a region, then those without a value."""
    surface, rule = theme.token("surface", view), theme.token("rule", view)
    reasons = frame.columns(df, "reason")[0]
    out = []
    for k, colour in enumerate(drawn.colours[view.theme]):
        held = [patch for patch, kind in zip(patches, drawn.of_rows, strict=True) if kind == k]
        out.append(_trace(held, drawn.labels[k], {"fillcolor": colour, "line": {"color": surface, "width": 0.8}}))
    for reason, style in (("unreported", hatched(view)), ("", {"fillcolor": theme.token("ground", view)})):
        held = [
            patch
            for patch, kind, why in zip(patches, drawn.of_rows, reasons, strict=True)
            if kind is None and (why == "unreported") == (reason == "unreported")
        ]
        name = t("figure.regions.unreported" if reason else "figure.regions.not_applicable", view.lang)
        out.append(_trace(held, name, {**style, "line": {"color": rule, "width": 0.8}}))
    return [trace for trace in out if trace["x"]]


def hatched(view: View) -> Trace:
    """How a region that nothing was ever found in is filled."""
    ground = theme.token("ground", view)
    lines = theme.mix(ground, theme.token("ink-2", view), 0.55)
    return {"fillcolor": ground, "fillpattern": {"shape": "/", "fgcolor": lines, "bgcolor": ground, "size": 6, "solidity": 0.18}}


def _trace(held: Sequence[Patch | None], name: str, style: Trace) -> Trace:
    """The rings of some patches as one shape; holes turn the other way and stay open."""
    x: list[float | None] = []
    y: list[float | None] = []
    for patch in held:
        for lons, lats in patch.rings if patch else ():
            if x:
                x.append(None)
                y.append(None)
            x.extend(lons)
            y.extend(lats)
    return {"type": "scatter", "mode": "lines", "fill": "toself", "x": x, "y": y, "name": name, "hoverinfo": "skip", **style}


def _over(stage: Stage, view: View) -> list[Trace]:
    """Lines, dots and names that no patch covers."""
    colour = theme.token("ink-2", view)
    out: list[Trace] = []
    if stage.lines:
        out.append({**_trace([Patch(stage.lines)], "", {"line": {"color": colour, "width": 1.6}}), "fill": "none"})
    if stage.dots:
        x, y = zip(*stage.dots, strict=True)
        out.append({"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": {"size": 2.4, "color": colour}, "hoverinfo": "skip"})
    if stage.names:
        x, y = zip(*(name.at for name in stage.names), strict=True)
        text = [name.text for name in stage.names]
        font = {"size": name_size(view) - (view.style is Style.PAGE), "color": colour}
        out.append({"type": "scatter", "mode": "text", "x": x, "y": y, "text": text, "textfont": font, "hoverinfo": "skip"})
    return out


def _names(drawn: Classes, patches: Sequence[Patch | None], view: View) -> list[Trace]:
    """Names, each with a rim of its own region's colour, so that it is read where it reaches over the border. On a page twice, for a narrow
    and for a wide window: assets/regions.css shows one of them."""
    ink, colours = theme.token("ink", view), drawn.colours[view.theme]
    grounds = [theme.token("ground", view) if kind is None else colours[kind] for kind in drawn.of_rows]
    out = []
    for which, uid in enumerate(WINDOWS) if view.style is Style.PAGE else ((1, ""),):
        held = [(patch.labels[which], ground) for patch, ground in zip(patches, grounds, strict=True) if patch and patch.labels[which]]
        if held:
            out.append(
                {
                    "type": "scatter",
                    "mode": "text",
                    **({"uid": uid} if uid else {}),
                    "x": [label.at[0] for label, _ in held],
                    "y": [label.at[1] for label, _ in held],
                    "text": [label.text for label, _ in held],
                    "textfont": {
                        "size": name_size(view),
                        "color": [readable(ground, ink) for _, ground in held],
                        "shadow": [_rim(ground) for _, ground in held],
                    },
                    "hoverinfo": "skip",
                    "cliponaxis": False,
                }
            )
    return out


def _rim(colour: str) -> str:
    return ", ".join(f"{x}px {y}px 2px {colour}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)))


def name_size(view: View) -> int:
    """The size of names on the map, in px."""
    return canvas.font_size(view) - 1


def _pointer(df: pd.DataFrame, patches: Sequence[Patch | None], view: View) -> Trace:
    """Unseen points that say which region a pointer is on, and lead one level down, or to the rows."""
    target = df.attrs["sets"][0]
    x: list[float] = []
    y: list[float] = []
    text: list[str] = []
    keys: list[str] = []
    rows = frame.rows(df, "region_code", "region", "has_children", "numerator", "denominator", "value", "reason")
    for patch, (code, name, below, *numbers) in zip(patches, rows, strict=True):
        if patch is None:
            continue
        said = words.hover((canvas.clean(name), *numbers), df, view)
        key = f"region={code}" if below else f"region={code}&rows={target}"
        for lon, lat in patch.points:
            x.append(lon)
            y.append(lat)
            text.append(said)
            keys.append(key)
    return {
        "type": "scatter", "mode": "markers", "x": x, "y": y, "hovertext": text, "hoverinfo": "text", "customdata": keys,
        "marker": {"size": 14, "opacity": 0}, "cliponaxis": False,
    }  # fmt: skip


# ---------------------------------------------------------------------- the ruler


def _empties(drawn: Classes) -> list[tuple[str, int]]:
    return [(key, n) for key, n in (("unreported", drawn.unreported), ("not_applicable", drawn.empty - drawn.unreported)) if n]


def _span(drawn: Classes) -> float:
    """How many swatches the ruler is wide: room for both kinds of regions without a value, whether there are any or not."""
    return len(drawn.labels) + 2 * (1 + _GAP)


def _ruler(drawn: Classes, view: View) -> list[Trace]:
    """The swatches, on axes of their own."""
    axes: Trace = {"xaxis": "x2", "yaxis": "y2"}
    surface, rule = theme.token("surface", view), theme.token("rule", view)
    out = []
    for k, colour in enumerate(drawn.colours[view.theme]):
        patch = Patch([_square(k, k + 1)])
        out.append(_trace([patch], drawn.labels[k], {**axes, "fillcolor": colour, "line": {"color": surface, "width": 1}}))
    for k, (key, _) in enumerate(_empties(drawn)):
        left = len(drawn.labels) + _GAP + k * (1 + _GAP)
        style = hatched(view) if key == "unreported" else {"fillcolor": theme.token("ground", view)}
        out.append(_trace([Patch([_square(left, left + 1)])], "", {**axes, **style, "line": {"color": rule, "width": 1}}))
    return out


def _square(left: float, right: float) -> Line:
    return [left, left, right, right, left], [0, 1, 1, 0, 0]


def _ruler_words(drawn: Classes, df: pd.DataFrame, view: View) -> list[Trace]:
    """How dark is to be read, the number of regions in each swatch, and the edges under it."""
    lang, ink, px = view.lang, theme.token("ink", view), canvas.font_size(view)
    dark = t("figure.regions.dark_low" if drawn.reverse else "figure.regions.dark_high", lang)
    ruler = view.room[0] * (_RULER_BESIDE if beside(view) else 1.0)
    if ruler and canvas.em(dark) > ruler / px - 1:
        # the number in a swatch explains itself where there is no room for it
        dark = re.split("[;；]", dark)[0]
    out = [canvas.note(dark, view, x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="top", borderpad=0)]
    axes: Trace = {"xref": "x2", "yref": "y2", "showarrow": False, "borderpad": 0}
    colours = drawn.colours[view.theme]
    for k, n in enumerate(drawn.counts):
        colour = readable(colours[k], ink)
        out.append(
            {
                **axes,
                "x": k + 0.5,
                "y": 0.5,
                "yanchor": "middle",
                "text": count(n, lang) if n else "",
                "font": {"color": colour, "size": px},
            }
        )
    at = drawn.edges.at
    # on the wall the words of neighbouring edges may not have room
    swatch = view.room[0] * (_RULER_BESIDE if beside(view) else _RULER) / _span(drawn) if view.room[0] else px * 9.0
    widest = max(canvas.em(edge_text(edge, drawn.unit, view)) for edge in at) * px * 1.15 + 14
    every = max(1, -(-int(widest) // max(1, int(swatch))))
    widths = [canvas.em(t(f"figure.regions.{key}", lang)) * px for key, _ in _empties(drawn)[:1]]
    crowded = any((widest + width) / 2 > swatch * (_GAP + 0.5) for width in widths)
    for k, edge in enumerate(at):
        # beyond an open end there is no edge to name
        if k % every or (k == len(at) - 1 and crowded):
            continue
        if (k == 0 and drawn.edges.low) or (k == len(at) - 1 and drawn.edges.high):
            continue
        out.append(canvas.note(edge_text(edge, drawn.unit, view), view, **{**axes, "x": k, "y": 0, "yanchor": "top", "yshift": -2}))
    for k, (key, n) in enumerate(_empties(drawn)):
        middle = len(drawn.labels) + _GAP + k * (1 + _GAP) + 0.5
        out.append(
            {**axes, "x": middle, "y": 0.5, "yanchor": "middle", "text": f"<b>{count(n, lang)}</b>", "font": {"color": ink, "size": px}}
        )
        out.append(canvas.note(t(f"figure.regions.{key}", lang), view, **{**axes, "x": middle, "y": 0, "yanchor": "top", "yshift": -2}))
    return out


def nothing(df: pd.DataFrame) -> bool:
    """Whether no region has a value."""
    return all(missing(value) for value in frame.columns(df, "value")[0])
