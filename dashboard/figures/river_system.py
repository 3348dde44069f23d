"""A river and what flows into it, as it lies on the ground: lines of water, sections in the colour of their class."""

from math import atan2, cos, degrees, radians
from typing import Any

import pandas as pd

from dashboard import frame, theme, waters
from dashboard.captions.river_system import subtitle, title
from dashboard.figures import canvas
from dashboard.figures.canvas import below
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.label_places import Box, placed
from dashboard.view import Style, View

_READ = (
    "what", "id", "code", "name", "water", "role", "length_km", "target_grade", "month", "grade", "met", "outfalls", "open", "overdue",
)  # fmt: skip
# px of the drawing, apart from its edges; a page may be wider or narrower
_WIDE, _LOW, _HIGH = 640, 260, 540
_MOST_NAMES = 26
_MOST_CORNERS = 240
_KM_PER_DEGREE = 111.2
Plane = list[tuple[float, float]]
# of a section that misses its target, in em; and px of the ring round it, with as much room as the page may lack in width
_LATE, _RING = 1.5, 4


def river_system(df: pd.DataFrame, view: View) -> dict[str, object]:
    """North is up, and a kilometre is as long in every direction. What the chosen water flows into runs out of the picture."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    held = df.attrs.get("drawing")
    drawing: dict[str, Any] = held.value if held is not None else {"waters": {}, "sections": {}}
    bodies = [row for row in rows if row["what"] == "water" and drawing["waters"].get(row["code"], ([], False))[0]]
    if not bodies:
        return canvas.empty(view, t("river.system.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    middle = [row for row in bodies if row["role"] != "downstream"]
    corners = [c for row in middle for line in drawing["waters"][row["code"]][0] for c in line]
    lon0 = sum(c[0] for c in corners) / len(corners)
    lat0 = sum(c[1] for c in corners) / len(corners)

    def flat(corner: tuple[float, float]) -> tuple[float, float]:
        return (corner[0] - lon0) * cos(radians(lat0)) * _KM_PER_DEGREE, (corner[1] - lat0) * _KM_PER_DEGREE

    lines = {row["code"]: [_thinned([flat(c) for c in line]) for line in drawing["waters"][row["code"]][0]] for row in bodies}
    areas = {row["code"]: drawing["waters"][row["code"]][1] for row in bodies}
    sections = [
        (row, flat(drawing["sections"][row["id"]])) for row in rows if row["what"] == "section" and row["id"] in drawing["sections"]
    ]
    x0, x1, y0, y1 = _bounds([p for row in middle for line in lines[row["code"]] for p in line])
    wide = _WIDE if view.style is Style.PAGE else round(_WIDE * 1.5)
    high = min(max(round(wide * (y1 - y0) / (x1 - x0)), _LOW), round(_HIGH * (1 if view.style is Style.PAGE else 1.3)))
    if canvas.on_sheet(view):
        wide, high = view.room[0] - 16, max(120, min(high, view.room[1] - round(px * 4.6) - 24))
    scale = min(wide / (x1 - x0), high / (y1 - y0))
    one = sum(row["role"] == "chosen" for row in bodies) == 1
    data = [trace for row in bodies[::-1] for trace in _water(row, lines[row["code"]], areas[row["code"]], one, view)]
    data += [_flow([lines[r["code"]] for r in bodies if not areas[r["code"]]], view), _marks(sections, one, view)]
    foot = _foot(view)
    bar = _scale_bar(x0, y0, x1 - x0, lang)
    data.append(bar[0] | {"line": {"color": theme.token("ink-2", view), "width": 2}})
    bottom = round(px * 1.55 * sum(map(canvas.lines, foot))) + 16
    return canvas.finish(
        view,
        data,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=high + bottom + 8,
        margin={"l": 8, "r": 8, "t": 4, "b": bottom},
        xaxis={"range": [x0, x1], "visible": False},
        yaxis={"range": [y0, y1], "visible": False, "scaleanchor": "x", "scaleratio": 1},
        annotations=[
            *_names(bodies, lines, areas, [(at, row["met"] is False) for row, at in sections], scale, (x0, x1, y0, y1), view),
            canvas.note(bar[2], view, x=bar[1][0], y=bar[1][1], xanchor="left", yanchor="bottom", yshift=2),
            below(foot, 8, 8, view),
        ],
    )


def _thinned(points: Plane) -> Plane:
    step = -(-len(points) // _MOST_CORNERS)
    return points if step <= 1 else [*points[:-1:step], points[-1]]


def _bounds(points: Plane) -> tuple[float, float, float, float]:
    """The picture's edges in km: what is drawn, with room for names."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    wide, high = max(max(xs) - min(xs), 4.0), max(max(ys) - min(ys), 4.0)
    more_x, more_y = wide * 0.1, max(high * 0.12, wide * 0.03)
    mid_x, mid_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return mid_x - wide / 2 - more_x, mid_x + wide / 2 + more_x, mid_y - high / 2 - more_y, mid_y + high / 2 + more_y


def _water(row: dict[str, Any], lines: list[Plane], area: bool, one: bool, view: View) -> list[dict[str, object]]:
    colour = theme.token("map-water", view)
    chosen = row["role"] == "chosen" and one
    width = 5.0 if chosen else 1.5 if row["role"] == "downstream" else 2.5
    if view.style is not Style.PAGE:
        width *= 1.4
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        x += [*(p[0] for p in line), None]
        y += [*(p[1] for p in line), None]
    line_style = {"color": theme.token("brand", view) if chosen else colour, "width": width, "shape": "linear"}
    trace: dict[str, object] = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line_style,
        "opacity": 0.55 if row["role"] == "downstream" else 1.0,
        "hoverinfo": "text",
        "hoveron": "points",
        "hovertext": _hover(row, view.lang),
    }
    if area:
        trace |= {"fill": "toself", "fillcolor": theme.mix(theme.token("surface", view), colour, 0.55), "line": {**line_style, "width": 1}}
    return [trace]


def _hover(row: dict[str, Any], lang: str) -> str:
    parts = [f"<b>{canvas.clean(row['name'])}</b>", t("river.sections.aim", lang, grade=waters.grade(row["target_grade"], lang))]
    parts.append(
        t(
            "river.system.hover",
            lang,
            outfalls=count(int(row["outfalls"]), lang),
            open=count(int(row["open"]), lang),
            overdue=count(int(row["overdue"]), lang),
        )
    )
    return "<br>".join(parts)


def _flow(rivers: list[list[Plane]], view: View) -> dict[str, object]:
    """Small heads along each river that point the way the water runs."""
    x, y, angle = [], [], []
    for lines in rivers:
        for line in lines:
            for share in (0.33, 0.72):
                k = min(max(int(len(line) * share), 1), len(line) - 1)
                (ax, ay), (bx, by) = line[k - 1], line[k]
                x.append((ax + bx) / 2)
                y.append((ay + by) / 2)
                angle.append(round(degrees(atan2(bx - ax, by - ay))))
    marker = {"symbol": "arrow", "size": 11, "angle": angle, "color": theme.token("ink-2", view)}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "hoverinfo": "skip"}


def _marks(sections: list[tuple[dict[str, Any], tuple[float, float]]], one: bool, view: View) -> dict[str, object]:
    """Sections in the colour of their class; those that miss their target are larger, ringed and carry its numeral."""
    lang, px = view.lang, canvas.font_size(view)
    late = [row["met"] is False for row, _ in sections]
    near = [row["role"] == "chosen" and one for row, _ in sections]
    sizes = [round(px * (_LATE if bad else 0.95 if mine else 0.62)) for bad, mine in zip(late, near, strict=True)]
    colours = [waters.colour(row["grade"], view) for row, _ in sections]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [at[0] for _, at in sections],
        "y": [at[1] for _, at in sections],
        "text": [waters.numeral(row["grade"], lang) if bad else "" for (row, _), bad in zip(sections, late, strict=True)],
        "textfont": {"size": round(px * 0.8), "color": [theme.text_on(colour) for colour in colours]},
        "marker": {
            "size": sizes,
            "color": colours,
            "line": {
                "width": [2 if bad else 1.2 for bad in late],
                "color": [theme.token("status-overdue" if bad else "surface", view) for bad in late],
            },
        },
        "hovertext": [
            f"<b>{canvas.clean(row['name'])}</b><br>"
            + t("river.sections.hover", lang, grade=waters.grade(row["grade"], lang), month=waters.month(row["month"], lang))
            + "<br>"
            + t("river.sections.aim", lang, grade=waters.grade(row["target_grade"], lang))
            for row, _ in sections
        ],
        "hoverinfo": "text",
    }


def _names(
    bodies: list[dict[str, Any]], lines: dict[str, list[Plane]], areas: dict[str, bool], sections: list[tuple[tuple[float, float], bool]],
    scale: float, edges: tuple[float, float, float, float], view: View,
) -> list[dict[str, object]]:  # fmt: skip
    """Names at the sources, the chosen first, where they have room; the number of outfalls and overdue items below."""
    lang, px = view.lang, canvas.font_size(view)
    order = sorted(bodies, key=lambda row: (row["role"] != "chosen", row["role"] == "downstream", -(row["length_km"] or 0.0)))[:_MOST_NAMES]
    wanted: list[Box] = []
    texts: list[str] = []
    for row in order:
        line = lines[row["code"]][0]
        first = row["role"] == "chosen"
        name = str(row["name"])
        if row["role"] == "downstream":
            spot, under = _inside(line, edges), ""
            name = t("river.system.downstream", lang, name=name)
        else:
            spot = _middle(line) if areas[row["code"]] else line[0]
            under = _under(row, lang)
        if spot is None:
            continue
        size = px * (1.15 if first else 1.0)
        wide = max(canvas.em(name) * size, canvas.em(under) * px * 0.9) + 6
        tall = size * 1.3 + (px * 1.15 if under else 0)
        wanted.append(Box(spot[0] * scale, -spot[1] * scale, wide, tall, centred=areas[row["code"]]))
        texts.append(_text(row, name, under, first, view))
    taken = [(p[0] * scale, -p[1] * scale) for row in bodies for line in lines[row["code"]] for p in line]
    # a section is more than a corner of a line, and one that misses its target is not to be covered at all
    taken += [(p[0] * scale, -p[1] * scale) for p, _ in sections]
    barred = [(p[0] * scale, -p[1] * scale, px * _LATE / 2 + _RING) for p, late in sections if late]
    # a line that a name cannot keep off is veiled behind it
    paper = theme.token("surface", view) + "CC"
    x0, x1, y0, y1 = edges
    found = placed(wanted, taken, (x0 * scale, -y1 * scale, x1 * scale, -y0 * scale), barred)
    return [
        canvas.note(text, view, x=at[0] / scale, y=-at[1] / scale, xanchor="center", yanchor="middle", align="center", bgcolor=paper)
        for text, at in zip(texts, found, strict=True)
        if at is not None
    ]


def _under(row: dict[str, Any], lang: str) -> str:
    parts = []
    if row["outfalls"]:
        parts.append(t("river.system.outfalls", lang, n=count(int(row["outfalls"]), lang)))
    if row["overdue"]:
        parts.append(t("river.system.overdue", lang, n=count(int(row["overdue"]), lang)))
    return "  ".join(parts)


def _text(row: dict[str, Any], name: str, under: str, first: bool, view: View) -> str:
    ink, ink2, late = (theme.token(colour, view) for colour in ("brand" if first else "ink", "ink-2", "status-overdue"))
    out = canvas.span(ink if row["role"] != "downstream" else ink2, f"<b>{canvas.clean(name)}</b>" if first else canvas.clean(name))
    if under:
        outfalls, _, overdue = under.partition("  ") if row["outfalls"] and row["overdue"] else (under, "", "")
        plain = outfalls if row["outfalls"] else ""
        red = overdue or ("" if row["outfalls"] else outfalls)
        said = "  ".join(filter(None, (canvas.span(ink2, plain) if plain else "", canvas.span(late, red) if red else "")))
        out += f"<br>{said}"
    return out


def _inside(line: Plane, edges: tuple[float, float, float, float]) -> tuple[float, float] | None:
    """The last corner that is in the picture."""
    x0, x1, y0, y1 = edges
    inside = [p for p in line if x0 <= p[0] <= x1 and y0 <= p[1] <= y1]
    return inside[-1] if inside else None


def _middle(ring: Plane) -> tuple[float, float]:
    return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)


def _scale_bar(x0: float, y0: float, wide: float, lang: str) -> tuple[dict[str, object], tuple[float, float], str]:
    """A round number of kilometres in the lower left corner."""
    size = next((s for s in (100, 50, 20, 10, 5, 2, 1) if s <= wide * 0.22), 1)
    x, y = x0 + wide * 0.015, y0 + wide * 0.012
    trace: dict[str, object] = {"type": "scatter", "mode": "lines", "x": [x, x + size], "y": [y, y], "hoverinfo": "skip"}
    return trace, (x, y), t("river.km", lang, n=size)


def _foot(view: View) -> list[str]:
    lang = view.lang
    key = "  ".join(f"{canvas.span(waters.colour(grade, view), '●')} {waters.numeral(grade, lang)}" for grade in waters.GRADES)
    return [key, canvas.wrap(t("river.system.key", lang), 40)]
