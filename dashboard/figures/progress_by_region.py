"""Ranked progress: each region's effective items as one bar to 100 %, the furthest behind on top.

Both ends can be compared: what is closed out starts at the left edge, what is overdue ends at the right.
"""

from collections.abc import Callable

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.progress_by_region import subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, of, percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c

# more bars than this are read as a table
MOST = 40
BEST = 10
# px above the bars for the name of the total's line, and below for the scale
_TOP, _BOTTOM = 26, 26
# em of one line of the key: what a phone has room for
_KEY_EM = 27.0
_NAME_EM = 8.0
# a name stands in one line on the wall when it takes no more than this part of the width
_NAME_SHARE = 0.37
# parts of a region's slot: how thick its bar is, and how far above the first bar's middle the picture begins
_BAR, _FIRST = 0.4, 0.75
_BAR_BESIDE = 0.62


def progress_by_region(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Bars of ``closed | rectified | in progress | due soon | overdue`` as shares of effective items.

    Clicking a part leads to its rows, or one level down where there is one: ``customdata`` and the names of
    the labels hold the piece of query string.
    """
    if df.empty:
        return canvas.empty(view, t("figure.none", view.lang))
    rows, gap = _chosen(df, canvas.most(view, MOST, 1.5, 7.0))
    n = len(rows)
    lang = view.lang
    px = canvas.font_size(view)
    beside = bool(view.room[0])
    names = [canvas.wrap(row[1], max(_NAME_EM, view.room[0] * _NAME_SHARE / px)) for row in rows]
    step = round(px * (2.9 if max(map(canvas.lines, names)) <= 2 else 3.6))
    # the note about regions left out stands in a slot of its own
    slots = [i + (1 if gap and i >= gap[0] else 0) for i in range(n)]
    count_slots = n + (1 if gap else 0)
    ink2, red = theme.token("ink-2", view), theme.token("status-overdue", view)
    labels = [_label(row, view, ink2, red) for row in rows]
    key = _key(view, view.room[0] / px if beside else _KEY_EM)
    top = (round(px * 1.6) if beside else _TOP) + round(canvas.lines(key) * px * 1.4)
    bottom = round(px * 1.8) if beside else _BOTTOM
    step = canvas.step(view, count_slots, step, top + bottom)
    height = top + bottom + round((count_slots - 0.5 + _FIRST) * step)
    left = canvas.gutter(names, px)
    annotations: list[dict[str, object]] = [
        {
            # on the wall beside the bar, elsewhere above it
            "x": 1 if beside else 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8 if beside else 0,
            "y": slot,
            "yanchor": "bottom" if row[3] and not beside else "middle",
            "yshift": round(step * _BAR / 2) if row[3] and not beside else 0,
            "text": label,
            # the total's line passes behind the words
            "bgcolor": theme.token("surface", view),
            "borderpad": 0,
            "showarrow": False,
            "align": "left",
            "captureevents": True,
            "name": f"region={row[0]}&rows={'overdue' if row[6] else 'effective'}",
        }
        for slot, row, label in zip(slots, rows, labels, strict=True)
    ]
    above = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": -left,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": round(px * 1.5),
    }
    annotations.append(canvas.note(key, view, align="left", **above))
    shapes: list[dict[str, object]] = []
    if gap:
        annotations.append(canvas.note(gap[1](view), view, x=0, xref="paper", xanchor="left", y=gap[0]))
    total = df.attrs.get("total") or {}
    if n > 1 and total.get(c.EFFECTIVE):
        share = total[c.RECTIFIED] / total[c.EFFECTIVE]
        shapes.append(
            {
                "type": "line",
                "x0": share,
                "x1": share,
                "y0": -_FIRST,
                "y1": count_slots - 0.5,
                "line": {"color": theme.token("ink", view), "width": 1, "dash": "dot"},
            }
        )
        text = t("figure.average", lang, rate=percent(total[c.RECTIFIED], total[c.EFFECTIVE], lang))
        anchor = "right" if share > 0.5 else "left"
        annotations.append({"x": share, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor, "text": text, "showarrow": False})
    return canvas.finish(
        view,
        _bars(rows, slots, view),
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=height,
        margin={"l": left, "r": canvas.gutter([_plain(row, view) for row in rows], px) if beside else 2 * px, "t": top, "b": bottom},
        barmode="overlay",
        bargap=1 - (_BAR_BESIDE if beside else _BAR),
        xaxis={"range": [0, 1], "tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0", "", "50%", "", "100%"], "tickangle": 0},
        yaxis={
            "range": [count_slots - 0.5, -_FIRST],
            "tickvals": slots,
            "ticktext": names,
            "showgrid": False,
            "ticklabeloverflow": "allow",
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=annotations,
        shapes=shapes,
    )


# code, name, has_children, effective, rectified, closed, overdue, due soon
_Row = tuple[str, str, bool, int, int, int, int, int]


def _chosen(df: pd.DataFrame, most: int) -> tuple[list[_Row], tuple[int, Callable[[View], str]] | None]:
    """The rows to draw, worst first, and after how many of them which note about the others stands."""
    names = (c.REGION_CODE, c.REGION, c.HAS_CHILDREN, c.EFFECTIVE, c.RECTIFIED, c.CLOSED, c.OVERDUE, c.DUE_SOON)
    rows: list[_Row] = frame.rows(df, *names)
    if len(rows) <= most:
        return [*(r for r in reversed(rows) if r[3]), *(r for r in rows if not r[3])], None
    ranked = [row for row in rows if row[3]]
    nulls = len(rows) - len(ranked)
    if len(ranked) <= most:
        return ranked[::-1], (len(ranked), lambda view: t("figure.progress.gap_null", view.lang, n=count(nulls, view.lang)))
    best_of = min(BEST, most // 4)
    best, between, worst = ranked[:best_of], ranked[best_of : len(ranked) - (most - best_of)], ranked[len(ranked) - (most - best_of) :]

    def words(view: View) -> str:
        low, high = between[-1], between[0]
        text = t(
            "figure.progress.gap",
            view.lang,
            n=count(len(between), view.lang),
            low=percent(low[4], low[3], view.lang),
            high=percent(high[4], high[3], view.lang),
        )
        if nulls:
            text += t("caption.semicolon", view.lang) + t("figure.progress.gap_null", view.lang, n=count(nulls, view.lang))
        return text

    return [*worst[::-1], *best[::-1]], (len(worst), words)


def _late(row: _Row, lang: str) -> str:
    return t("figure.overdue_mark", lang, n=count(row[6], lang)) if row[6] else ""


def _label(row: _Row, view: View, ink2: str, red: str) -> str:
    """``75.0%  超期3  24/32``: one line above the bar, so that the bar has the width of the picture on a phone too."""
    if not row[3]:
        return canvas.span(ink2, t("figure.null_why", view.lang, reason=t("measure.reason.no_items", view.lang)))
    late = "  " + canvas.span(red, _late(row, view.lang)) if row[6] else ""
    return f"<b>{percent(row[4], row[3], view.lang)}</b>{late}  {canvas.span(ink2, of(row[4], row[3], view.lang))}"


def _plain(row: _Row, view: View) -> str:
    """The label without its colours, to be measured."""
    if not row[3]:
        return t("figure.null_why", view.lang, reason=t("measure.reason.no_items", view.lang))
    return "  ".join(filter(None, (percent(row[4], row[3], view.lang), _late(row, view.lang), of(row[4], row[3], view.lang))))


_PARTS = ("closed", "rectified", "in_progress", "due_soon", "overdue")


def _key(view: View, most: float) -> str:
    """The parts of a bar in their order, each beside its colour, in lines of at most ``most`` em."""
    out, used = "", 0.0
    for status in _PARTS:
        name = t(f"measure.status.{status}", view.lang)
        width = canvas.em(name) + 1.8
        if used and used + width > most:
            out, used = out + "<br>", 0.0
        out += ("  " if used else "") + canvas.span(theme.status_colour(status, view), "■") + " " + name
        used += width
    return out


def _bars(rows: list[_Row], slots: list[int], view: View) -> list[dict[str, object]]:
    lang = view.lang
    parts = {
        "closed": [r[5] for r in rows],
        "rectified": [r[4] - r[5] for r in rows],
        "in_progress": [r[3] - r[4] - r[6] - r[7] for r in rows],
        "due_soon": [r[7] for r in rows],
        "overdue": [r[6] for r in rows],
    }
    drill = [f"region={r[0]}" if r[2] else f"region={r[0]}&rows=" for r in rows]
    rows_of = {"closed": "closed", "rectified": "rectified", "in_progress": "open", "due_soon": "due_soon", "overdue": "overdue"}
    base = [0] * len(rows)
    data: list[dict[str, object]] = []
    for status, counts in parts.items():
        label = t(f"measure.status.{status}", lang)
        late = status in ("due_soon", "overdue")
        keys = [f"region={r[0]}&rows={status}" for r in rows] if late else drill
        if not late:
            keys = [key + rows_of[status] if key.endswith("=") else key for key in keys]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": label,
                "y": slots,
                "x": [k / r[3] if r[3] else None for k, r in zip(counts, rows, strict=True)],
                "base": [b / r[3] if r[3] else None for b, r in zip(base, rows, strict=True)],
                "customdata": keys,
                "hovertext": [
                    f"<b>{canvas.clean(r[1])}</b><br>{label} {count(k, lang)} · {percent(k, r[3], lang)}"
                    for k, r in zip(counts, rows, strict=True)
                ],
                "hoverinfo": "text",
                "marker": {"color": theme.status_colour(status, view)},
            }
        )
        base = [b + k for b, k in zip(base, counts, strict=True)]
    return data
