"""The schematic of regions by one measure: a square each, its name and value on it. It shows no boundary and needs no approval number."""

import pandas as pd

from dashboard import frame
from dashboard.captions import regions as words
from dashboard.figures import canvas
from dashboard.figures.regions import ASIDE, Label, Line, Patch, Stage, around, beside, name_size, nothing, picture
from dashboard.i18n import t
from dashboard.view import Style, View

# half of a square's side, as a part of what it has: the rest is the gap to the next
_HALF = 0.475
# px across all squares in a phone's window, and in a desk's or in a file; no square is wider than _MOST
_NARROW = 340
_WIDE = {Style.PAGE: 600, Style.SCREEN: 1200, Style.IMAGE: 820, Style.SLIDE: 900}
_MOST = {Style.PAGE: 80, Style.SCREEN: 140, Style.IMAGE: 96, Style.SLIDE: 110}
# by how much a name may reach over its square
_OVER = 1.08
_LOUD = 3


def region_tiles(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Squares shaded by the classes of the map; where a square has no room for the value, the name stands alone."""
    if nothing(df):
        return canvas.empty(view, words.title(df, view))
    rows = frame.rows(df, "region_code", "short", "col", "row")
    columns, high = max(row[2] for row in rows) + 1, max(row[3] for row in rows) + 1
    values = {place.code: place.text(view) for place in words.places(df)}
    first, last = words.extremes(df)
    # the ends that the title speaks of, unless half of the regions share one
    loud = {place.code for end in (first, last) if len(end) <= _LOUD for place in end}
    wide_most, most = float(_WIDE[view.style]), float(_MOST[view.style])
    if view.room[0]:
        wide_most = view.room[0] * (ASIDE if beside(view) else 1.0) - 2 * canvas.font_size(view)
        most = max(24.0, (view.room[1] - around(view)) / high)
    sides = [min(wide / columns, most) for wide in (_NARROW, wide_most)]
    patches = []
    for code, short, column, row in rows:
        value = values.get(code, "")
        said = f"<b>{value}</b>" if code in loud and value else value
        at = (float(column), float(-row))
        narrow, roomy = (Label(_label(short, value, said, side, view), at) for side in sides)
        patches.append(Patch([_square(*at)], [at], (narrow, roomy)))
    box = (-0.5, 0.5 - high, columns - 0.5, 0.5)
    height = round(high * sides[1])
    notes = [t("figure.regions.schematic", view.lang)]
    if view.style is Style.PAGE and not all(patch.labels[0].text for patch in patches):
        notes.append(t("figure.regions.crowded", view.lang))
    return picture(df, patches, Stage(box, 1.0, height, notes), view, "tiles")


def _square(x: float, y: float) -> Line:
    west, east, south, north = x - _HALF, x + _HALF, y - _HALF, y + _HALF
    return [west, west, east, east, west], [south, north, north, south, south]


def _label(name: str, value: str, said: str, side: float, view: View) -> str:
    """Name and value of one square of so many px; "" where not even the name has room."""
    px = name_size(view)
    room = (side - 4) / px
    # a line takes a little more than its letters are high
    most = int(side * 0.95 / (px * 1.3))
    named = _named(name, room, max(1, most))
    if max(map(canvas.em, named.split("<br>"))) > room * _OVER:
        return ""
    if value and canvas.lines(named) < most and canvas.em(value) <= room:
        return f"{named}<br>{said}"
    return named


def _named(name: str, room: float, most: int) -> str:
    """A name in lines as wide as a square; a long Latin word is parted near its middle."""
    if name.isascii():
        name = " ".join(canvas.parted(word, room) for word in name.split(" "))
    wrapped = canvas.wrap(name, max(room, 1.0))
    return wrapped if canvas.lines(wrapped) <= most else canvas.clean(name.replace("- ", ""))
