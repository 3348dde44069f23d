"""Sections as dots on a ladder of classes: source at the top, mouth at the bottom, the target as a line to stay left of."""

from typing import Any

import pandas as pd

from dashboard import frame, theme, waters
from dashboard.captions.river_sections import subtitle, title
from dashboard.figures import canvas
from dashboard.figures.canvas import below
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View

MOST = 36
_NAME_EM = 12.0
_READ = ("name", "km", "target_grade", "grade", "current", "met", "exceeding", "months", "months_met", "month")


def river_sections(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One row a section; a red line shows by how many classes a section misses its target. Of many, those that miss it come first."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    if not rows:
        return canvas.empty(view, t("river.sections.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    most = canvas.most(view, MOST, 2.1, 8.0)
    left_out = len(rows) - most
    if left_out > 0:
        order = sorted(range(len(rows)), key=lambda k: (rows[k]["met"] is not False, k))[:most]
        rows = [rows[k] for k in sorted(order)]
    names = [canvas.wrap(str(row["name"]), _NAME_EM) for row in rows]
    ends = [_end(row, view) for row in rows]
    step = round(px * (2.1 if max(map(canvas.lines, names)) == 1 else 2.9))
    left = canvas.gutter(names, px)
    ink, ink2, late = theme.token("ink", view), theme.token("ink-2", view), theme.token("status-overdue", view)
    foot = [t("river.sections.foot", lang)] + ([t("river.sections.more", lang, n=count(left_out, lang))] if left_out > 0 else [])
    lines = [canvas.wrap(text, 44) for text in foot]
    return canvas.finish(
        view,
        [_targets(rows, view), _gaps(rows, late), _dots(rows, names, px, view)],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=round(len(rows) * step + px * 2.4 + px * 1.5 * sum(map(canvas.lines, lines)) + 14),
        margin={
            "l": left,
            "r": canvas.gutter([plain for plain, _ in ends], px),
            "t": round(px * 2.2),
            "b": round(px * 1.5 * sum(map(canvas.lines, lines))) + 14,
        },
        xaxis={
            "range": [-0.6, len(waters.GRADES) - 0.4],
            "side": "top",
            "tickvals": list(range(len(waters.GRADES))),
            "ticktext": [waters.numeral(grade, lang) for grade in waters.GRADES],
            "tickfont": {"color": ink2, "size": px},
            "showline": False,
        },
        yaxis={
            "range": [len(rows) - 0.4, -0.6],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "showgrid": False,
            "tickfont": {"color": ink, "size": px},
        },
        annotations=[
            *(
                canvas.note(
                    text, view, x=1, xref="paper", xanchor="left", xshift=6, y=k, yanchor="middle", font={"size": px, "color": ink2}
                )
                for k, (_, text) in enumerate(ends)
            ),
            below(lines, left, 6, view),
        ],
    )


def _end(row: dict[str, Any], view: View) -> tuple[str, str]:
    """What stands at the end of a row: plain, and marked up."""
    lang = view.lang
    parts = []
    if row["months"]:
        parts.append(t("river.sections.year", lang, met=row["months_met"], n=row["months"]))
    over = waters.indicators(row["exceeding"], lang) if row["met"] is False else ""
    if not row["current"]:
        parts.append(waters.month(row["month"], lang) if not missing(row["month"]) else t("river.sections.unassessed", lang))
    elif missing(row["grade"]):
        parts.append(t("river.sections.no_class", lang))
    plain = "  ".join([*([over] if over else []), *parts])
    marked = canvas.clean("  ".join(parts))
    if over:
        marked = canvas.span(theme.token("status-overdue", view), f"<b>{canvas.clean(over)}</b>") + "  " + marked
    return plain, marked


def _targets(rows: list[dict[str, Any]], view: View) -> dict[str, object]:
    """A tick at the far edge of the class aimed at; where neighbours aim at the same they make one line."""
    x: list[float | None] = []
    y: list[float | None] = []
    for k, row in enumerate(rows):
        aim = waters.rank(row["target_grade"])
        if aim is not None:
            x += [aim + 0.5, aim + 0.5, None]
            y += [k - 0.5, k + 0.5, None]
    line = {"color": theme.token("ink", view), "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _gaps(rows: list[dict[str, Any]], late: str) -> dict[str, object]:
    x: list[float | None] = []
    y: list[float | None] = []
    for k, row in enumerate(rows):
        aim, now = waters.rank(row["target_grade"]), waters.rank(row["grade"])
        if aim is not None and now is not None and now > aim:
            x += [aim + 0.5, now, None]
            y += [k, k, None]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": late, "width": 3}, "hoverinfo": "skip"}


def _dots(rows: list[dict[str, Any]], names: list[str], px: int, view: View) -> dict[str, object]:
    """Dots in the colour of their class with its numeral; a class of an earlier month is a ring."""
    lang = view.lang
    held = [(k, row) for k, row in enumerate(rows) if waters.rank(row["grade"]) is not None]
    colours = [waters.colour(row["grade"], view) for _, row in held]
    surface = theme.token("surface", view)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [waters.rank(row["grade"]) for _, row in held],
        "y": [k for k, _ in held],
        "text": [waters.numeral(row["grade"], lang) for _, row in held],
        "textfont": {
            "size": round(px * 0.85),
            "color": [
                theme.text_on(colour) if row["current"] else theme.token("ink-2", view)
                for colour, (_, row) in zip(colours, held, strict=True)
            ],
        },
        "marker": {
            "size": round(px * 1.75),
            "color": [colour if row["current"] else surface for colour, (_, row) in zip(colours, held, strict=True)],
            "line": {"color": colours, "width": 2},
        },
        "cliponaxis": False,
        "hovertext": [_hover(row, lang) for _, row in held],
        "hoverinfo": "text",
    }


def _hover(row: dict[str, Any], lang: str) -> str:
    over = waters.indicators(row["exceeding"], lang)
    parts = [
        f"<b>{canvas.clean(row['name'])}</b>",
        t("river.sections.hover", lang, grade=waters.grade(row["grade"], lang), month=waters.month(row["month"], lang)),
        t("river.sections.aim", lang, grade=waters.grade(row["target_grade"], lang)),
    ]
    if over:
        parts.append(t("river.sections.over", lang, over=canvas.clean(over)))
    if not missing(row["km"]):
        parts.append(t("river.km_from_source", lang, km=f"{row['km']:.1f}"))
    return "<br>".join(parts)
