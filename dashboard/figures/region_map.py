"""The map of regions by one measure: outlines in a plate carrée true at the middle latitude, names where they have room."""

from typing import Any

import pandas as pd

from dashboard import frame, map_notice
from dashboard.captions import regions as words
from dashboard.classes import Classes, classes_of
from dashboard.figures import canvas
from dashboard.figures.regions import ASIDE, Label, Patch, Stage, around, beside, name_size, nothing, picture
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import Style, View

Spot = tuple[float, float, float, float]
# px that the map is wide in a phone's window, and in a desk's or in a file, so that names do not touch; and how high it may be
_NARROW = 340
_WIDE = {Style.PAGE: 560, Style.SCREEN: 1100, Style.IMAGE: 760, Style.SLIDE: 900}
_HIGH = {Style.PAGE: (320, 500), Style.SCREEN: (480, 760), Style.IMAGE: (360, 700), Style.SLIDE: (400, 640)}
# a region whose middle is nearer to its edge than so many px is not named: the name would stand on its neighbours
_LEAST = 3.5
_ROOMY = 1.15
# names of islands that every map of the country shows, and where they are written
_FAR = {"south_china_sea_islands": (114.2, 13.6), "diaoyu": (127.6, 25.8)}
# around everything that is drawn, as a part of it
_MARGIN = 0.02


def region_map(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Regions shaded by class, hatched where nothing was ever found; the lowest or highest is named first, then the largest.

    A map with boundaries says its approval number, or that it is for internal use, in the picture itself.
    """
    if nothing(df):
        return canvas.empty(view, words.title(df, view))
    shapes = df.attrs["shapes"]
    west, south, east, north = shapes.box
    pad_x, pad_y = (east - west) * _MARGIN, (north - south) * _MARGIN
    box = (west - pad_x, south - pad_y, east + pad_x, north + pad_y)
    tall = (box[3] - box[1]) / ((box[2] - box[0]) * shapes.squeeze)
    (low, high), wide_most = _HIGH[view.style], _WIDE[view.style]
    if view.room[0]:
        wide_most, low = round(view.room[0] * (ASIDE if beside(view) else 1.0)) - 2 * canvas.font_size(view), 160
        high = max(low, view.room[1] - around(view))
    height = round(min(max(wide_most * tall, low), high))
    across = (box[2] - box[0]) * shapes.squeeze
    scales = [min(wide / across, height / (box[3] - box[1])) for wide in (_NARROW, wide_most)]
    narrow, roomy = (_labels(df, shapes, scale, view) for scale in scales)
    codes = frame.columns(df, "region_code")[0]
    patches: list[Patch | None] = []
    for code, *labels in zip(codes, narrow, roomy, strict=True):
        shape = shapes.by_code.get(code)
        patches.append(Patch(shape.rings, shape.points, (labels[0], labels[1])) if shape else None)
    notes = [map_notice.current().text(view.lang)]
    undrawn = sum(patch is None for patch in patches)
    if undrawn:
        notes.append(t("figure.regions.undrawn", view.lang, n=count(undrawn, view.lang)))
    left_out = sum(patch is not None and not patch.labels[1].text for patch in patches)
    if left_out:
        notes.append(t("figure.regions.unnamed", view.lang, n=count(left_out, view.lang)))
    names = [Label(t(f"figure.regions.{name}", view.lang), at) for name, at in _FAR.items()] if shapes.dashes else []
    stage = Stage(box, 1 / shapes.squeeze, height, notes, shapes.dashes, shapes.islets, names)
    return picture(df, patches, stage, view, "map")


def classes(df: pd.DataFrame, view: View) -> Classes:
    """The classes of the map's regions, for whoever draws them otherwise."""
    return classes_of(df, view)


def _labels(df: pd.DataFrame, shapes: Any, scale: float, view: View) -> list[Label]:
    """What is written on each row's region where a degree of latitude is so many px: "" where a name found no room.

    First those that the title speaks of, then the largest; with the value under the name where both fit inside the region.
    """
    first, last = words.extremes(df)
    loud = {place.code for place in (*first[:2], *last[:1])}
    values = {place.code: place.text(view) for place in words.places(df)}
    rows = frame.rows(df, "region_code", "short")
    drawn = [k for k, (code, _) in enumerate(rows) if code in shapes]
    taken: list[Spot] = []
    labels = [Label("", (0.0, 0.0))] * len(rows)
    for k in sorted(drawn, key=lambda k: (rows[k][0] not in loud, -shapes.by_code[rows[k][0]].radius)):
        code, short = rows[k]
        name = canvas.clean(short)
        tries = [name]
        if code in values and (code in loud or _fits(short, values[code], shapes.by_code[code].radius * scale, view)):
            tries.insert(0, f"{name}<br>{f'<b>{values[code]}</b>' if code in loud else values[code]}")
        shape = shapes.by_code[code]
        if shape.radius * scale < _LEAST and code not in loud:
            continue
        for text, at in ((text, at) for text in tries for at in shape.points):
            spot = _spot(text, at[0] * shapes.squeeze * scale, -at[1] * scale, view)
            if not any(_meet(spot, other) for other in taken):
                taken.append(spot)
                labels[k] = Label(text, at)
                break
    return labels


def _fits(name: str, value: str, radius: float, view: View) -> bool:
    px = name_size(view)
    return max(canvas.em(name), canvas.em(value)) * px < 2.1 * radius and 2.6 * px < 1.9 * radius


def _spot(text: str, x: float, y: float, view: View) -> Spot:
    """The box that a text about a place takes, in px."""
    px = name_size(view)
    lines = text.replace("<b>", "").replace("</b>", "").split("<br>")
    # the wall draws a map a little smaller than its room
    half_x, half_y = max(map(canvas.em, lines)) * px / 2 * (_ROOMY if view.room[0] else 1.0) + 2, len(lines) * px * 0.65 + 1
    return x - half_x, y - half_y, x + half_x, y + half_y


def _meet(one: Spot, other: Spot) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
