"""Sections by class: a bar a class in the classes' colours; what misses its target is hatched and written out."""

import pandas as pd

from dashboard import frame, theme, waters
from dashboard.captions.section_standing import subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, percent
from dashboard.i18n import t
from dashboard.view import View


def section_standing(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One bar for each class, best first; the part that misses its target hatched at its end."""
    rows = frame.rows(df, "grade", "count", "missed")
    if not rows:
        return canvas.empty(view, title(df, view))
    lang, px = view.lang, canvas.font_size(view)
    total = sum(row[1] for row in rows)
    names = [waters.grade(row[0], lang) for row in rows]
    ink2 = theme.token("ink-2", view)
    plain, rich = [], []
    for _, n, missed in rows:
        share, number = percent(n, total, lang), t("standing.sections", lang, n=count(n, lang))
        said = t("standing.missed", lang, n=count(missed, lang)) if missed else ""
        plain.append(f"{share}  {number}  {said}")
        loud = canvas.span(theme.token("status-overdue", view), f"<b>{said}</b>") if said else ""
        rich.append(f"<b>{share}</b>  {canvas.span(ink2, number)}  {loud}")
    slots = list(range(len(rows)))
    colours = [waters.colour(row[0], view) for row in rows]
    bars: list[dict[str, object]] = []
    for which, values in (("kept", [n - missed for _, n, missed in rows]), ("missed", [row[2] for row in rows])):
        marker: dict[str, object] = {"color": colours}
        if which == "missed":
            marker["pattern"] = {"shape": "/", "fgcolor": theme.token("ink", view), "bgcolor": colours, "size": 8, "solidity": 0.25}
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": slots,
                "x": [n / total for n in values],
                "hovertext": plain,
                "hoverinfo": "text",
                "marker": marker,
            }
        )
    return canvas.finish(
        view,
        bars,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=len(rows) * canvas.step(view, len(rows), round(px * 2.4), 12) + 12,
        margin={"l": canvas.gutter(names, px, round(px * 3.6)), "r": canvas.gutter(plain, px, 80), "t": 4, "b": 8},
        barmode="stack",
        bargap=0.36,
        xaxis={"range": [0, max(row[1] for row in rows) / total], "visible": False},
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": slots,
            "ticktext": names,
            "showgrid": False,
            "ticklabeloverflow": "allow",
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=[
            {"x": n / total, "y": i, "xanchor": "left", "xshift": 6, "showarrow": False, "text": text}
            for i, ((_, n, _missed), text) in enumerate(zip(rows, rich, strict=True))
        ],
    )
