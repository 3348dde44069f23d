"""A picture that is kept as it was drawn on light ground, for dark ground: each colour gives way to the dark theme's of the same name."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from dashboard.theme import TOKENS, mix, text_on

# some see through: two digits more
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})([0-9A-Fa-f]{2})?\b")
# what a figure thins its colours with (theme.mix)
_PAPERS = ("surface", "ground", "rule")
# of three channels together: a mixture is rounded to whole steps
_NEAR = 6.0
Trace = dict[str, Any]


def on_dark(figure: Mapping[str, object]) -> dict[str, object]:
    """The figure with the colours of the dark theme; a colour that is neither one of the light theme's nor a mixture of two stays.
    Letters on filled areas are ink or white, whichever is read more easily there."""
    text = json.dumps(figure, ensure_ascii=False, default=str)
    before, after = json.loads(text), json.loads(_COLOUR.sub(_replaced, text))
    for old, new in zip(before.get("data") or [], after.get("data") or [], strict=True):
        if old.get("type") == "heatmap":
            _cells(old, new)
        else:
            _letters(old, new)
    return after


def _replaced(found: re.Match[str]) -> str:
    return _dark(f"#{found[1].upper()}") + (found[2] or "")


def _letters(old: Trace, new: Trace) -> None:
    """Of bars and marks: letters inside them."""
    fill = (old.get("marker") or {}).get("color")
    inside = "insidetextfont" if "insidetextfont" in old else "textfont"
    given = (old.get(inside) or {}).get("color")
    if inside == "textfont" and (old.get("textposition", "middle center") != "middle center" or "text" not in str(old.get("mode"))):
        return
    if isinstance(given, list):
        fills = fill if isinstance(fill, list) else [fill] * len(given)
        new[inside]["color"] = [_lettered(one, each, late) for one, each, late in zip(fills, given, new[inside]["color"], strict=False)]
    elif given and isinstance(fill, str):
        new[inside]["color"] = _lettered(fill, given, new[inside]["color"])


def _lettered(fill: object, letters: object, otherwise: str) -> str:
    if not isinstance(fill, str) or not _COLOUR.fullmatch(fill) or letters != text_on(fill):
        return otherwise
    return text_on(_dark(fill.upper()))


def _cells(old: Trace, new: Trace) -> None:
    """Of a table of cells: letters with a colour of their own, on the fill that their number has."""
    scale, low, high = old.get("colorscale"), old.get("zmin"), old.get("zmax")
    if not isinstance(scale, list) or low is None or high is None or not isinstance(old.get("text"), list):
        return
    for row, (numbers, texts) in enumerate(zip(old["z"], old["text"], strict=False)):
        for at, (number, text) in enumerate(zip(numbers, texts, strict=False)):
            found = _COLOUR.search(text) if isinstance(text, str) and number is not None else None
            if not found:
                continue
            share = (number - low) / (high - low)
            fill = next((colour for edge, colour in reversed(scale) if edge <= share), scale[0][1])
            new["text"][row][at] = text.replace(found.group(), _lettered(fill, found.group(), _replaced(found)))


@lru_cache(maxsize=4096)
def _dark(colour: str) -> str:
    light, dark = TOKENS["light"], TOKENS["dark"]
    for name, given in light.items():
        if given.upper() == colour:
            return dark[name]
    best, least = colour, _NEAR
    for paper, name in product(_PAPERS, light):
        share, off = _between(_channels(light[paper]), _channels(light[name]), _channels(colour))
        if off < least and 0 < share < 1:
            best, least = mix(dark[paper], dark[name], share), off
    return best


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _between(one: tuple[int, ...], other: tuple[int, ...], colour: tuple[int, ...]) -> tuple[float, float]:
    """How far a colour lies from one towards another (0-1), and how far beside the line between them (a sum of squares)."""
    way = [b - a for a, b in zip(one, other, strict=True)]
    long = sum(each * each for each in way)
    if not long:
        return 0.0, float("inf")
    share = sum(w * (c - a) for w, c, a in zip(way, colour, one, strict=True)) / long
    return share, sum((a + w * share - c) ** 2 for a, w, c in zip(one, way, colour, strict=True))
