"""Status structure: each status as a bar over everything discovered; merged and withdrawn hatched, slices of their own."""

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.status_structure import discovered, status_name, subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c

_NAME_EM = 10.5


def status_structure(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One bar a status in palette order; a click leads to its rows. Statuses without items are left out."""
    rows = [row for row in frame.rows(df, c.STATUS, c.COUNT) if row[1]]
    total = discovered(df)
    if not rows or not total:
        return canvas.empty(view, t("figure.status.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    names = [canvas.wrap(status_name(status, view), max(_NAME_EM, view.room[0] * 0.32 / px)) for status, _ in rows]
    n = len(rows)
    tall = max(map(canvas.lines, names))
    step = max(canvas.step(view, n, round(px * (2.6 if tall == 1 else 3.0)), 12), round(px * 1.2 * tall))
    counts = [row[1] for row in rows]
    shares = [percent(k, total, lang) for k in counts]
    plain = [f"{share}  {count(k, lang)}" for share, k in zip(shares, counts, strict=True)]
    ink2 = theme.token("ink-2", view)
    slots = list(range(n))
    trace: dict[str, object] = {
        "type": "bar",
        "orientation": "h",
        "y": slots,
        "x": [k / total for k in counts],
        "customdata": [f"rows=status:{row[0]}" for row in rows],
        "hovertext": [f"<b>{name}</b><br>{text}" for name, text in zip(names, plain, strict=True)],
        "hoverinfo": "text",
        "marker": _marker([row[0] for row in rows], view),
    }
    annotations = [
        {
            "x": k / total,
            "y": i,
            "xanchor": "left",
            "xshift": 6,
            "showarrow": False,
            "captureevents": True,
            "name": f"rows=status:{rows[i][0]}",
            "text": f"<b>{shares[i]}</b>  {canvas.span(ink2, count(k, lang))}",
        }
        for i, k in enumerate(counts)
    ]
    return canvas.finish(
        view,
        [trace],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=n * step + 12,
        margin={"l": canvas.gutter(names, px), "r": canvas.gutter(plain, px, 80), "t": 4, "b": 8},
        bargap=0.36,
        # the longest bar ends where its number begins
        xaxis={"range": [0, max(counts) / total], "visible": False},
        yaxis={
            "range": [n - 0.5, -0.5],
            "tickvals": slots,
            "ticktext": names,
            "showgrid": False,
            "ticklabeloverflow": "allow",
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=annotations,
    )


def _marker(statuses: list[str], view: View) -> dict[str, object]:
    """Colours of the statuses; patterns where colour alone would not do."""
    patterns = [theme.status_pattern(status, view) for status in statuses]
    return {
        "color": [theme.status_colour(status, view) for status in statuses],
        "pattern": {
            "shape": [p["shape"] for p in patterns],
            "fgcolor": [p.get("fgcolor", "") for p in patterns],
            "bgcolor": [p.get("bgcolor", "") for p in patterns],
            "size": 6,
            "solidity": 0.25,
        },
    }
