"""Items along a river, each a mark at its kilometre; over several water bodies, a bar for each of them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.river_problems import category_name, subtitle, title
from dashboard.figures import canvas
from dashboard.figures.canvas import below
from dashboard.figures.labels import spread
from dashboard.formatting import count, day, missing
from dashboard.i18n import t
from dashboard.view import Style, View

MOST_ROWS = 14
# px of the narrowest picture that names are laid out for, edges included
_PAGE_WIDE, _IMAGE_WIDE = 760, 1100
_MOST_LINES = 3
# em between the middles of the last kilometre and of the mouth
_MOUTH_EM = 6.5
_NAME_EM = 9.0
# (code, name, effective, open, overdue, numbers by state)
Group = tuple[str, str, int, int, int, tuple[int, ...]]
_READ = (
    "item_id",
    "category",
    "km",
    "state",
    "object_name",
    "ledger_no",
    "stage_name",
    "due_current",
)
#: (state, token of its colour, symbol, size as a share of the type size); what is done is drawn first, what is late last
# in the opposite order of the numbers that the query gives of each
_STATES = (
    ("closed", "status-closed", "circle", 0.5),
    ("rectified", "status-rectified", "circle", 0.55),
    ("open", "status-in-progress", "circle", 0.8),
    ("due_soon", "status-due-soon", "square", 0.8),
    ("overdue", "status-overdue", "diamond", 1.1),
)


def river_problems(df: pd.DataFrame, view: View) -> dict[str, object]:
    """A row for each category, most overdue first; a mark for each item by its state; tributaries as lines with their names."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    if not rows:
        return canvas.empty(view, t("river.problems.title.none", view.lang))
    length = df.attrs.get("length_km")
    if length and any(not missing(row["km"]) for row in rows):
        return _along(df, rows, float(length), view)
    by = "category" if df.attrs.get("water") else "water"
    return _bars(df, by, view)


def _groups(df: pd.DataFrame, by: str, view: View) -> list[Group]:
    """The query's counts, most overdue first: the rows may be some of the items only."""
    if by == "water":
        return list(df.attrs["waters"])
    return [(code, category_name(name, view), *numbers) for code, name, *numbers in df.attrs["categories"]]


def _ends(groups: Sequence[Group], view: View) -> list[tuple[str, str]]:
    """How many are overdue, and how many of all are open; plain and marked up."""
    lang = view.lang
    out = []
    for _, _, whole, rest, late, _ in groups:
        still = t("river.problems.end", lang, open=count(rest, lang), n=count(whole, lang))
        said = t("river.problems.end_overdue", lang, n=count(late, lang)) if late else ""
        plain = "  ".join(filter(None, (said, still)))
        marked = canvas.span(theme.token("ink-2", view), still)
        if late:
            marked = canvas.span(theme.token("status-overdue", view), f"<b>{said}</b>") + "  " + marked
        out.append((plain, marked))
    return out


def _foot(view: View, extra: list[str]) -> list[str]:
    lang = view.lang
    signs = {"circle": "●", "square": "■", "diamond": "◆"}
    key = "  ".join(
        f"{canvas.span(theme.token(colour, view), signs[symbol])} {t(f'river.state.{s}', lang)}" for s, colour, symbol, _ in _STATES[::-1]
    )
    return [key, *extra]


def _along(df: pd.DataFrame, rows: list[dict[str, Any]], length: float, view: View) -> dict[str, object]:
    lang, px = view.lang, canvas.font_size(view)
    groups = _groups(df, "category", view)
    most = canvas.most(view, MOST_ROWS, 2.3, 9.0)
    shown, more = groups[:most], groups[most:]
    names = [canvas.wrap(name, _NAME_EM) for _, name, *_ in shown]
    ends = _ends(shown, view)
    nowhere = sum(missing(row["km"]) for row in rows)
    extra = [t("river.problems.nowhere", lang, n=count(nowhere, lang))] if nowhere else []
    if df.attrs.get("left_out"):
        extra.append(t("river.problems.cut", lang, n=count(df.attrs["left_out"], lang)))
    if more:
        extra.append(t("river.problems.more", lang, n=len(more), k=count(sum(g[2] for g in more), lang)))
    foot = _foot(view, extra)
    step = round(px * (2.3 if max(map(canvas.lines, names)) == 1 else 2.9))
    left, right = canvas.gutter(names, px), canvas.gutter([plain for plain, _ in ends], px)
    wide = (_PAGE_WIDE if view.style is Style.PAGE else view.room[0] if canvas.on_sheet(view) else _IMAGE_WIDE) - left - right
    joins = _joins(df.attrs.get("joins") or [], length, wide, px)
    levels = max((level for *_, level in joins), default=-1) + 1
    top = round(px * 1.5 * levels) + 10
    bottom = round(px * (3.2 + 1.55 * len(foot))) + 8
    at = {code: k for k, (code, *_) in enumerate(shown)}
    data = [_marks(rows, at, state, view) for state in _STATES]
    return canvas.finish(
        view,
        data,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=len(shown) * step + top + bottom,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        xaxis={
            "range": [-length * 0.012, length * 1.012],
            "showgrid": False,
            "showline": True,
            "tickfont": {"color": theme.token("ink-2", view), "size": px},
            **_kilometres(length, lang, wide / px if canvas.on_sheet(view) else 0.0),
        },
        yaxis={
            "range": [len(shown) - 0.5, -0.5],
            "tickvals": list(range(len(shown))),
            "ticktext": names,
            "showgrid": True,
            "tickfont": {"color": theme.token("ink", view), "size": px},
        },
        shapes=[
            {
                "type": "line", "x0": km, "x1": km, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                "line": {"color": theme.token("map-water", view), "width": 1},
            }
            for _, km, *_ in joins
        ],
        annotations=[
            *(
                canvas.note(text, view, x=x, xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=2 + round(level * px * 1.5))
                for text, _, x, level in joins
            ),
            *(
                canvas.note(text, view, x=1, xref="paper", xanchor="left", xshift=6, y=k, yanchor="middle")
                for k, (_, text) in enumerate(ends)
            ),
            below(foot, left, round(px * 3.0), view),
        ],
    )  # fmt: skip


def _joins(joins: list[tuple[str, float]], length: float, wide: int, px: int) -> list[tuple[str, float, float, int]]:
    """(name, kilometre, where the name begins, line of names): names stand side by side as near to their rivers as they have room, in two
    lines where one is too short."""
    inside = [(name, km) for name, km in joins if 0 <= km <= length]
    per_px = length / wide
    sizes = [(canvas.em(name) + 1.0) * px * per_px for name, _ in inside]
    lines = min(_MOST_LINES, -(-sum(sizes) // (length * 0.8))) if inside else 1
    out: list[tuple[str, float, float, int]] = []
    for line in range(int(lines)):
        mine = list(range(line, len(inside), int(lines)))
        places = spread([inside[k][1] - sizes[k] / 2 for k in mine], [sizes[k] for k in mine], 0.0, length)
        out += [(canvas.clean(inside[k][0]), inside[k][1], x, line) for k, x in zip(mine, places, strict=True)]
    return out


def _kilometres(length: float, lang: str, em: float = 0.0) -> dict[str, object]:
    """Round kilometres from the source; the mouth by its name. ``em`` that the axis has on a sheet: what comes too near the mouth is left
    out."""
    near = length * _MOUTH_EM / em if em else 0.0
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if length / s <= 6), 1000)
    at = [step * k for k in range(int(length // step) + 1) if length - step * k > max(step * 0.45, near) or k == 0]
    text = [t("river.source", lang), *(t("river.km", lang, n=km) for km in at[1:]), t("river.mouth", lang, n=round(length))]
    return {"tickvals": [*at, length], "ticktext": text, "tickangle": 0}


def _marks(rows: list[dict[str, Any]], at: dict[str, int], state: tuple[str, str, str, float], view: View) -> dict[str, object]:
    name, colour, symbol, size = state
    lang, px = view.lang, canvas.font_size(view)
    mine = [r for r in rows if r["state"] == name and not missing(r["km"]) and ("" if missing(r["category"]) else str(r["category"])) in at]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["km"] for row in mine],
        "y": [at["" if missing(row["category"]) else str(row["category"])] for row in mine],
        "marker": {
            "symbol": symbol,
            "size": round(px * size),
            "color": theme.token(colour, view),
            "line": {"color": theme.token("surface", view), "width": 0.75},
            # what is done steps back
            "opacity": 0.5 if name in ("closed", "rectified") else 1.0,
        },
        "cliponaxis": False,
        "customdata": ["" if missing(row["category"]) else f"category={row['category']}&rows=effective" for row in mine],
        "hovertext": [_hover(row, lang) for row in mine],
        "hoverinfo": "text",
    }


def _hover(row: dict[str, Any], lang: str) -> str:
    named = row["object_name"] if not missing(row["object_name"]) and row["object_name"] else row["ledger_no"]
    state = t(f"river.state.{row['state']}", lang)
    parts = [f"<b>{canvas.clean(named)}</b>", f"{state} · {canvas.clean(row['stage_name'])}"]
    if not missing(row["due_current"]):
        parts.append(t("river.problems.due", lang, day=day(row["due_current"], lang, year=True)))
    parts.append(t("river.km_from_source", lang, km=f"{row['km']:.1f}"))
    return "<br>".join(parts)


def _bars(df: pd.DataFrame, by: str, view: View) -> dict[str, object]:
    """A bar for each water body or category, its parts in the order of urgency."""
    lang, px = view.lang, canvas.font_size(view)
    groups = _groups(df, by, view)
    most = canvas.most(view, MOST_ROWS * 2, 2.1, 7.0)
    shown, more = groups[:most], groups[most:]
    names = [canvas.wrap(name, _NAME_EM) for _, name, *_ in shown]
    ends = _ends(shown, view)
    key = "river.problems.more" if by == "category" else "river.problems.more_waters"
    foot = _foot(view, [t(key, lang, n=len(more), k=count(sum(g[2] for g in more), lang))] if more else [])
    step = round(px * (2.1 if max(map(canvas.lines, names)) == 1 else 2.9))
    bottom = round(px * 1.55 * len(foot)) + 16
    left = canvas.gutter(names, px)
    data: list[dict[str, object]] = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [each[-1][at] for each in shown],
            "y": list(range(len(shown))),
            "marker": {"color": theme.token(colour, view), "line": {"color": theme.token("surface", view), "width": 1}},
            "customdata": [f"{by}={code}&rows=effective" if code else "" for code, *_ in shown],
            "hovertext": [
                f"<b>{name}</b><br>{t(f'river.state.{state}', lang)} {each[-1][at]}" for name, each in zip(names, shown, strict=True)
            ],
            "hoverinfo": "text",
        }
        for at, (state, colour, *_) in enumerate(_STATES[::-1])
    ]  # fmt: skip
    return canvas.finish(
        view,
        data,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=len(shown) * step + bottom + 8,
        margin={"l": left, "r": canvas.gutter([plain for plain, _ in ends], px), "t": 8, "b": bottom},
        barmode="stack",
        xaxis={"range": [0, max(each[2] for each in shown)], "visible": False},
        yaxis={
            "range": [len(shown) - 0.5, -0.5],
            "tickvals": list(range(len(shown))),
            "ticktext": names,
            "showgrid": False,
            "tickfont": {"color": theme.token("ink", view), "size": px},
        },
        annotations=[
            *(canvas.note(text, view, x=shown[k][2], xanchor="left", xshift=6, y=k, yanchor="middle") for k, (_, text) in enumerate(ends)),
            below(foot, left, 8, view),
        ],
    )
