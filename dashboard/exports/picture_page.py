"""The sheet on which a picture is drawn: its size, where the words above and below the chart stand, and the room left between them.

Everything is in the sheet's own px. A sheet is drawn enlarged by ``Page.zoom``; its words keep their printed size when the chart needs
the sheet larger (``tight``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dashboard.exports import squares
from dashboard.exports.table import Table, text_of
from dashboard.figures import canvas
from dashboard.i18n import t

_FILE = Path(__file__).resolve().parent / "picture_presets.json"
# Plotly's distance between lines, in em; bold letters are wider than others
_LINE, _BOLD = 1.3, 1.05
# what a heading of more lines than two is set in, as parts of its size
_SMALLER = (1.0, 0.86, 0.74, 0.66)
# px of one module of the squares
_MODULE = 2.0
# a chart of its own height is no lower than this on a sheet that grows
LOWEST = 150


@dataclass(frozen=True, slots=True)
class Preset:
    """A size that pictures are asked for in: ``width`` and ``height`` in px (0: as high as the chart needs), ``zoom`` px for each px of the
    sheet, ``title``, ``under`` and ``foot`` type sizes and ``pad`` the margin, in the sheet's px."""

    name: str
    width: int
    height: int
    zoom: float
    title: float
    under: float
    foot: float
    pad: float


@cache
def presets() -> dict[str, Preset]:
    """Every size, by name, in the order of the file."""
    told = json.loads(_FILE.read_text("utf-8"))
    return {name: Preset(name, **one) for name, one in told.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """Text on the sheet. ``text`` is escaped, its lines joined with ``<br>``; ``x`` and ``y`` are its upper left corner."""

    name: str
    text: str
    x: float
    y: float
    wide: float
    high: float
    size: float
    colour: str
    bold: bool = False
    chip: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """``room`` is (x, y, width, height) of the chart; ``squares`` (path in modules, x, y, px of a module)."""

    width: float
    height: float
    zoom: float
    room: tuple[float, float, float, float]
    words: Sequence[Words]
    rule: float
    squares: tuple[str, float, float, float] | None = None


def page_of(table: Table, preset: Preset, tight: float = 1.0, tall: float = 0.0) -> Page:
    """The sheet for a chart. ``tight`` below 1: so much smaller than in print the chart is drawn; ``tall``: px that the chart takes, where
    the sheet grows with it."""
    width, height, zoom = _sheet(preset, tight)
    more = 1 / tight
    pad, wide = preset.pad * more, width - 2 * preset.pad * more
    head, top = _head(table, preset, more, pad, wide)
    foot, high, code = _foot(table, preset, more, wide)
    if not height:
        height = float(round(top + max(tall, LOWEST) + high + pad))
    below = height - pad - high
    words = [*head, *(_moved(each, pad, below) for each in foot)]
    square = (code[0], width - pad - code[1], below + 8 * more, code[2]) if code else None
    room = (pad, top, wide, max(40.0, below - top - 4 * more))
    return Page(width, height, zoom, room, words, below, square)


def _sheet(preset: Preset, tight: float) -> tuple[float, float, float]:
    """Width and height of the sheet and its zoom, such that both come out as whole px again, also as binary numbers."""
    width = round(preset.width / (preset.zoom * tight))
    while True:
        zoom = preset.width / width
        height = preset.height / zoom
        if width * zoom == preset.width and height * zoom == preset.height:
            return float(width), height, zoom
        width += 1


def _head(table: Table, preset: Preset, more: float, pad: float, wide: float) -> tuple[list[Words], float]:
    """The words above the chart, and where they end."""
    over, under = _lines(table)
    ink, ink2, brand, red = "ink", "ink-2", "brand", "status-overdue"
    small, y = preset.under * more, pad
    out: list[Words] = []
    right = pad + wide
    for k, mark in enumerate(reversed(table.marks)):
        box = canvas.em(mark) * small * (_BOLD if mark.isascii() else 1.0) + 10 * more
        right -= box + (7 * more if k else 0)
        out.append(Words(f"mark-{k}", canvas.clean(text_of(mark)), right, y, box, small * 1.3 + 5 * more, small, red, bold=True, chip=True))
    if over or out:
        text = wrapped(over, max(6.0, (right - pad - (10 * more if out else 0)) / small)) if over else ""
        # in line with the marks' own letters
        high = max(canvas.lines(text) * small * _LINE if text else 0.0, small * 1.3 + 5 * more if out else 0.0)
        if text:
            out.append(Words("over", text, pad, y + 2 * more, wide, canvas.lines(text) * small * _LINE, small, brand))
        y += high + 5 * more
    title = text_of(table.title)
    for share in _SMALLER:
        size = preset.title * more * share
        text = wrapped(title, wide / (size * _BOLD))
        if canvas.lines(text) <= 2:
            break
    high = canvas.lines(text) * size * _LINE
    out.append(Words("title", text, pad, y, wide, high, size, ink, bold=True))
    y += high + 3 * more
    if under:
        text = wrapped(under, wide / small)
        high = canvas.lines(text) * small * _LINE
        out.append(Words("under", text, pad, y, wide, high, small, ink2))
        y += high
    return out, y + 8 * more


def wrapped(text: str, wide: float) -> str:
    """Escaped lines of at most so many em; a word that is wider is parted where the line ends."""
    if canvas.longest(text) > wide:
        text = " ".join(_parted(word, wide) for word in text.split(" "))
    return canvas.wrap(text, wide)


def _parted(word: str, wide: float) -> str:
    if canvas.longest(word) <= wide:
        return word
    out, line = "", ""
    for sign in word:
        if line and canvas.em(line + sign) > wide:
            out, line = f"{out}{line} ", ""
        line += sign
    return out + line


def _lines(table: Table) -> tuple[str, str]:
    """What is selected, and what is measured as of when: nothing is said twice, and the marks stand apart."""
    dot = t("figure.dot", table.lang)
    said = {*table.marks, *_parts(t("figure.simulated", table.lang), dot)}
    under = [part for part in _parts(table.under, dot) if part not in said]
    if under == [table.title]:
        under = []
    # the measure's own day, where it has one
    day = t("figure.as_of", table.lang, day="").strip() if under else "\0"
    over = [part for part in _parts(table.selection, dot) if part not in under and not part.startswith(day)]
    return text_of(dot.join(over)), text_of(dot.join(dict.fromkeys(under)))


def _parts(text: str, dot: str) -> list[str]:
    return [part.strip() for part in text.split(dot) if part.strip()]


def _foot(table: Table, preset: Preset, more: float, wide: float) -> tuple[list[Words], float, tuple[str, float, float] | None]:
    """The words below the chart from (0, 0), how high they are with the rule above them, and the squares."""
    path, modules = squares.path(table.address)
    module = _MODULE * more
    # the quiet ground of the squares reaches into the margin
    side = modules * module - squares.QUIET * module if path else 0.0
    size = preset.foot * more
    y, out = 9 * more, []
    room = (wide - side - (10 * more if side else 0)) / size
    for k, line in enumerate(table.foot):
        text = wrapped(text_of(line), room)
        high = canvas.lines(text) * size * _LINE
        out.append(Words(f"foot-{k}", text, 0.0, y, room * size, high, size, "ink-2"))
        y += high + 2 * more
    return out, max(y, side + 8 * more if side else 0.0), (path, side, module) if path else None


def _moved(each: Words, x: float, y: float) -> Words:
    return replace(each, x=each.x + x, y=each.y + y)
