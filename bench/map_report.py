"""The map's part of the table."""

import statistics
from collections.abc import Sequence

from bench.map_browser import BLOCKED, DRAWN, Drawing
from bench.maps import COLD, DRILL, GROWTH, LINE, WARM, Maps

_KB = 1000


def map_text(measured: Sequence[Maps], drawing: Drawing | None) -> str:
    """Markdown. The first size is held to COLD, larger ones to GROWTH times that."""
    lines = [
        "## The map\n",
        "Outfalls of the country's counties on SQLite; screens of 1366 × 768, 1920 × 1080 and 3840 × 2160 and half as much again around\n"
        "them, over random counties, days, classes and colourings. `cold`: the slowest zoom's median of views that nobody has asked for\n"
        f"(≤ {COLD:g}, and ≤ {COLD * GROWTH:g} for the larger); `every zoom`: the median of all. `warm`: again. `another part`: elsewhere\n"
        "under a selection at hand. `line`: the largest answer, compressed. `drill`: Jiangsu's 95 counties by a measure on a day nobody\n"
        "has asked for; their outlines are fetched once.\n",
        f"| outfalls | unit | cold | every zoom | p95 | warm (≤ {WARM:g}) | another part | line (< {LINE // _KB} kB) | drill (≤ {DRILL:g}) "
        "| outlines | worker | |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [_row(maps, COLD * (GROWTH if k else 1)) for k, maps in enumerate(measured)]
    if drawing is not None:
        lines.append(_browser(drawing))
    return "\n".join(lines) + "\n"


def _row(maps: Maps, limit: float) -> str:
    slowest = max(maps.units(seconds) for seconds in maps.cold.values())
    line = max(max(sizes) for sizes in maps.sizes.values())
    every, late = maps.units(maps.every), maps.units(maps.every, 0.95)
    warm, drill, memory = maps.units(maps.warm), maps.units(maps.drill), maps.memory["now"] / 2**20
    met = slowest <= limit and warm <= WARM and max(line, maps.outlines) < LINE and drill <= DRILL
    units = [slowest, every, late, warm, maps.units(maps.same)]
    cells = [f"{maps.items:,}", f"{maps.unit * 1000:.2f} ms", *(f"{each:.1f}" for each in units)]
    cells += [f"{line / _KB:.0f} kB", f"{drill:.1f}", f"{maps.outlines / _KB:.0f} kB", f"{memory:,.0f} MiB", "met" if met else "missed"]
    return f"| {' | '.join(cells)} |"


def _browser(drawing: Drawing) -> str:
    met = drawing.ratio <= DRAWN and drawing.longest <= BLOCKED
    plain, drawn = statistics.median(drawing.plain), statistics.median(drawing.drawn)
    said = [
        f"\nIn headless Chromium without a graphics card, {drawing.items:,} outfalls: the start page after {plain:.2f} s, the first map",
        f"after {drawn:.2f} s, {drawing.ratio:.2f} times (≤ {DRAWN:g}); {len(drawing.blocked)} tasks of more than 50 ms in panning,",
        f"the longest {drawing.longest:.0f} ms (≤ {BLOCKED:g}): {'met' if met else 'missed'}.",
    ]
    return "\n".join(said)
