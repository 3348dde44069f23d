"""Overdue ageing: open items by how long ago their deadline passed."""

import pandas as pd

from dashboard import theme
from dashboard.captions.overdue_ageing import bucket_name, buckets, subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, percent
from dashboard.i18n import t
from dashboard.view import View


def overdue_ageing(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One bar a bucket, the longest overdue last; a click leads to its rows. Empty buckets keep their place."""
    rows = buckets(df)
    total = sum(row[3] for row in rows)
    if not total:
        return canvas.empty(view, t("figure.ageing.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    names = [bucket_name(row[1], row[2], view) for row in rows]
    counts = [row[3] for row in rows]
    shares = [percent(k, total, lang) for k in counts]
    plain = [f"{count(k, lang)}  {share}" for k, share in zip(counts, shares, strict=True)]
    n = len(rows)
    step = canvas.step(view, n, round(px * 2.6), 12)
    keys = [f"rows=ageing:{row[0]}" for row in rows]
    ink2 = theme.token("ink-2", view)
    return canvas.finish(
        view,
        [
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(n)),
                "x": counts,
                "customdata": keys,
                "hovertext": [f"<b>{name}</b><br>{text}" for name, text in zip(names, plain, strict=True)],
                "hoverinfo": "text",
                "marker": {"color": theme.status_colour("overdue", view)},
            }
        ],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=n * step + 12,
        margin={"l": canvas.gutter(names, px), "r": canvas.gutter(plain, px, 80), "t": 4, "b": 8},
        bargap=0.36,
        xaxis={"range": [0, max(counts)], "visible": False},
        yaxis={
            "range": [n - 0.5, -0.5],
            "tickvals": list(range(n)),
            "ticktext": names,
            "showgrid": False,
            "ticklabeloverflow": "allow",
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=[
            {
                "x": k,
                "y": i,
                "xanchor": "left",
                "xshift": 6,
                "showarrow": False,
                "captureevents": True,
                "name": keys[i],
                "text": f"<b>{count(k, lang)}</b>  {canvas.span(ink2, shares[i])}",
            }
            for i, k in enumerate(counts)
        ],
    )
