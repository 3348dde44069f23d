"""Steady colours for places: one place keeps its colour from chart to chart and from period to period."""

from collections.abc import Sequence
from zlib import crc32

from dashboard.view import View

# apart from each other for the colour-blind by lightness as well as hue; red is left to what is last
_COLOURS = {
    "light": ("#2B62B0", "#A65C08", "#2C7A58", "#6B3FA0", "#A8447F", "#7B5B3A", "#3F5668", "#6B6A18"),
    "dark": ("#7FB0F5", "#F0A64B", "#6CCB9F", "#B48CF2", "#EE8FC4", "#CBA57E", "#A9BFD2", "#CFCB5C"),
}


def colour(code: str, view: View) -> str:
    """The colour of a place, by its code alone."""
    found = _COLOURS[view.theme]
    return found[crc32(code.encode()) % len(found)]


def distinct(codes: Sequence[str], view: View) -> dict[str, str]:
    """{code: colour} of a few places side by side: each its own colour where it is free, else the next free one."""
    found = _COLOURS[view.theme]
    out: dict[str, str] = {}
    for code in codes:
        start = crc32(code.encode()) % len(found)
        order = [found[(start + k) % len(found)] for k in range(len(found))]
        out[code] = next((each for each in order if each not in out.values()), order[0])
    return out
