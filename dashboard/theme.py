"""Colours, type and the base of every chart. ``assets/tokens.css`` is written from the same values."""

from collections.abc import Mapping

from dash import dcc

from dashboard.view import Style, View

FONT = (
    '"PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", '
    'system-ui, sans-serif'
)  # fmt: skip
SIZES = (12, 14, 16, 20, 28, 40)
# a very wide screen at pixel ratio 1 is read from further away: (least width in px, factor of the type)
WIDE = ((2560, 1.33), (3400, 1.75))

TOKENS: dict[str, dict[str, str]] = {
    "light": {
        "ground": "#F6F8FA",
        "surface": "#FFFFFF",
        "ink": "#14202B",
        "ink-2": "#526374",
        "rule": "#DCE3E9",
        "brand": "#0B5C73",
        "status-closed": "#0B5C73",
        "status-rectified": "#3C97AB",
        "status-in-progress": "#CCD6DE",
        "status-due-soon": "#EBAA3E",
        "status-overdue": "#C4351C",
        "status-returned": "#6B3FA0",
        "status-merged": "#DCE3E9",
        # maps: waters, protection zones, stages on the way, classes of water, values of a dimension
        "map-water": "#6E9DC4",
        "map-zone": "#2C7A58",
        "map-stage-1": "#B4C0CB",
        "map-stage-2": "#8FA9C4",
        "map-stage-3": "#5B86BE",
        "map-stage-4": "#2B62B0",
        "map-grade-1": "#0B5C73",
        "map-grade-2": "#3C97AB",
        "map-grade-3": "#8CC5CF",
        "map-grade-4": "#EBAA3E",
        "map-grade-5": "#D2601E",
        "map-grade-6": "#8E2413",
        "map-kind-1": "#2B62B0",
        "map-kind-2": "#A65C08",
        "map-kind-3": "#2C7A58",
        "map-kind-4": "#6B3FA0",
        "map-kind-5": "#A8447F",
        "map-kind-6": "#7B5B3A",
        "map-kind-7": "#3F5668",
        "map-kind-8": "#6B6A18",
    },
    "dark": {
        "ground": "#0E1720",
        "surface": "#15212D",
        "ink": "#E8EFF5",
        "ink-2": "#9FB2C3",
        "rule": "#26384A",
        "brand": "#56C7D8",
        "status-closed": "#56C7D8",
        "status-rectified": "#1F8296",
        "status-in-progress": "#3C4B59",
        "status-due-soon": "#F5C25B",
        "status-overdue": "#F2552F",
        "status-returned": "#B48CF2",
        "status-merged": "#26384A",
        "map-water": "#3F6E97",
        "map-zone": "#6CCB9F",
        "map-stage-1": "#5A6B7B",
        "map-stage-2": "#5F7F9F",
        "map-stage-3": "#6C9BD0",
        "map-stage-4": "#8DBBFA",
        "map-grade-1": "#56C7D8",
        "map-grade-2": "#2E98AC",
        "map-grade-3": "#1C6474",
        "map-grade-4": "#F5C25B",
        "map-grade-5": "#F08A4B",
        "map-grade-6": "#F2552F",
        "map-kind-1": "#7FB0F5",
        "map-kind-2": "#F0A64B",
        "map-kind-3": "#6CCB9F",
        "map-kind-4": "#B48CF2",
        "map-kind-5": "#EE8FC4",
        "map-kind-6": "#CBA57E",
        "map-kind-7": "#A9BFD2",
        "map-kind-8": "#CFCB5C",
    },
}

# published order of the statuses, and the token each is drawn in
STATUS_ORDER = (
    "closed",
    "rectified",
    "basically_completed",
    "on_schedule",
    "in_progress",
    "behind_schedule",
    "due_soon",
    "overdue",
    "returned",
    "kept",
    "suspended",
    "merged",
    "withdrawn",
)
_STATUS_TOKEN = {
    "closed": "status-closed",
    "rectified": "status-rectified",
    "basically_completed": "status-rectified",
    "on_schedule": "status-in-progress",
    "in_progress": "status-in-progress",
    "behind_schedule": "status-due-soon",
    "due_soon": "status-due-soon",
    "overdue": "status-overdue",
    "returned": "status-returned",
    "kept": "status-merged",
    "suspended": "status-in-progress",
    "merged": "status-merged",
    "withdrawn": "status-merged",
}
# colour is never alone: these carry a pattern as well ("" = solid)
_HATCH = {
    "basically_completed": "-",
    "on_schedule": "|",
    "behind_schedule": "\\",
    "kept": "+",
    "suspended": ".",
    "merged": "/",
    "withdrawn": "x",
}

# the modebar offers nothing that leaves the machine
CONFIG: dict[str, object] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displayModeBar": False,
    "responsive": True,
    "doubleClick": False,
    "scrollZoom": False,
    "plotGlPixelRatio": 1,
}
_SCALE = {Style.PAGE: 1.0, Style.SCREEN: 2.0, Style.IMAGE: 1.1, Style.SLIDE: 1.5}


def token(name: str, view: View) -> str:
    """The colour of a token in the view's theme. Raises KeyError for a name that is not a token."""
    return TOKENS[view.theme][name]


def status_token(status: str) -> str:
    """The token a status is drawn in; an unknown one is drawn like work in progress."""
    return _STATUS_TOKEN.get(status, "status-in-progress")


def status_colour(status: str, view: View) -> str:
    """The colour of a status; an unknown one is drawn like work in progress."""
    return TOKENS[view.theme][status_token(status)]


def status_pattern(status: str, view: View) -> dict[str, object]:
    """Plotly ``marker.pattern`` of a status; an empty shape is solid."""
    shape = _HATCH.get(status, "")
    if not shape:
        return {"shape": ""}
    return {"shape": shape, "fgcolor": TOKENS[view.theme]["ink-2"], "bgcolor": status_colour(status, view), "size": 6, "solidity": 0.25}


def text_on(colour: str) -> str:
    """Ink or white, whichever is read more easily on a filled area of ``colour`` (#RRGGBB)."""
    dark, white = TOKENS["light"]["ink"], TOKENS["light"]["surface"]
    return white if contrast(colour, white) >= contrast(colour, dark) else dark


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two #RRGGBB colours, 1-21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(one: str, other: str, share: float) -> str:
    """``one`` and ``other`` (#RRGGBB) mixed; ``share`` (0-1) is the part of ``other``."""
    pairs = zip((one[1:3], one[3:5], one[5:7]), (other[1:3], other[3:5], other[5:7]), strict=True)
    return "#" + "".join(f"{round(int(a, 16) * (1 - share) + int(b, 16) * share):02X}" for a, b in pairs)


def sequential(view: View, classes: int = 5) -> list[str]:
    """One hue from near the ground to brand, palest first."""
    ground, brand = token("ground", view), token("brand", view)
    return [mix(ground, brand, (i + 1) / classes) for i in range(classes)]


def size(step: int, view: View) -> int:
    """A type size in px: step 0-5 of 12 14 16 20 28 40, scaled for the view's style."""
    return round(SIZES[step] * _SCALE[view.style])


def layout(view: View, **over: object) -> dict[str, object]:
    """The base Plotly layout as a plain dict; ``over`` is merged into it, nested dicts key by key."""
    tokens = TOKENS[view.theme]
    axis: dict[str, object] = {
        "gridcolor": tokens["rule"],
        "linecolor": tokens["rule"],
        "zerolinecolor": tokens["rule"],
        "zeroline": False,
        "ticks": "",
        "automargin": False,
        "fixedrange": True,
        "tickfont": {"color": tokens["ink-2"]},
    }
    base: dict[str, object] = {
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": size(0, view) + 1, "color": tokens["ink"]},
        "margin": {"l": 96, "r": 24, "t": 8, "b": 32, "pad": 4},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"bgcolor": tokens["surface"], "bordercolor": tokens["rule"], "font": {"family": FONT, "color": tokens["ink"]}},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"color": tokens["ink-2"]}},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "bargap": 0.3,
        "separators": ".,",
        "uirevision": "keep",
    }
    return merge(base, over)


def merge(base: dict[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """``base`` with ``over`` laid on top, nested dicts key by key; changes and gives ``base``."""
    for key, value in over.items():
        mine = base.get(key)
        if isinstance(mine, dict) and isinstance(value, Mapping):
            merge(mine, value)
        else:
            base[key] = value
    return base


def config(view: View) -> dict[str, object]:
    """The configuration of every chart, in the view's language."""
    return {**CONFIG, "locale": view.lang}


def graph(id: str, view: View, figure: dict[str, object] | None = None, **props: object) -> dcc.Graph:
    """A chart component; the only place that makes one. Until its callback answers it shows empty axes of the theme."""
    empty = {"data": [], "layout": layout(view, xaxis={"visible": False}, yaxis={"visible": False})}
    return dcc.Graph(id=id, figure=figure or empty, config=config(view), **props)


def css() -> str:
    """The text of ``assets/tokens.css``."""
    lines = ["/* Written from dashboard/theme.py by `python -m dashboard.theme`. */"]
    for theme, tokens in TOKENS.items():
        lines.append(":root {" if theme == "light" else '[data-bs-theme="dark"] {')
        lines.append(f"  color-scheme: {theme};")
        lines.extend(f"  --{name}: {colour};" for name, colour in tokens.items())
        if theme == "light":
            lines.append(f"  --font: {FONT};")
            lines.extend(f"  --size-{i}: {px}px;" for i, px in enumerate(SIZES))
            lines.append("  --gap: 16px;")
            lines.append("  --wide: 1;")
        lines.append("}")
    for least, factor in WIDE:
        lines.append(f"@media (min-width: {least}px) {{")
        sizes = " ".join(f"--size-{i}: {round(px * factor)}px;" for i, px in enumerate(SIZES))
        lines.append(f"  :root {{ {sizes} --gap: {round(16 * factor)}px; --wide: {factor}; }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    (Path(__file__).resolve().parent.parent / "assets" / "tokens.css").write_text(css(), "utf-8")
