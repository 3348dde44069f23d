"""Outfalls of a river in groups of bars: class, disposal, bank, owner, and how complete their records are."""

from typing import Any

import pandas as pd

from dashboard import frame, theme
from dashboard.captions.river_sources import subtitle, title, value_name
from dashboard.figures import canvas
from dashboard.formatting import count, percent
from dashboard.i18n import t
from dashboard.view import View

_NAME_EM = 10.0
_READ = ("aspect", "value", "value_name", "outfalls", "of", "share")
# rows of air above the heading of a group
_GAP, _HEAD = 0.55, 0.95
# what is not known is what a reader must act on
_LOUD = {("owner", "")}


def river_sources(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Bars over all outfalls of the selection; values that are not known are hatched, outfalls nobody answers for red."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    if not rows:
        return canvas.empty(view, t("river.sources.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    whole = len({row["aspect"] for row in rows})
    rows = _trimmed(rows, view)
    slots, heads, end = _slots(rows)
    dropped = whole - len(heads)
    names = [canvas.wrap(value_name(row["aspect"], row["value"], row["value_name"], view), _NAME_EM) for row in rows]
    texts = [(percent(row["outfalls"], row["of"], lang), count(row["outfalls"], lang)) for row in rows]
    step = round(px * (1.95 if max(map(canvas.lines, names)) == 1 else 2.6))
    ink, ink2 = theme.token("ink", view), theme.token("ink-2", view)
    left = canvas.gutter([*names, *(t(f"river.sources.aspect.{a}", lang) for a, _ in heads)], px * 1.05)
    bottom = 12 + (round(px * 1.6) if dropped else 0)
    return canvas.finish(
        view,
        [_tracks(rows, slots, view), _bars(rows, slots, names, texts, view)],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=round(end * step) + 10 + bottom,
        margin={"l": left, "r": canvas.gutter([f"{a}  {b}" for a, b in texts], px, 80), "t": 10, "b": bottom},
        barmode="overlay",
        bargap=0.42,
        xaxis={"range": [0, 1], "visible": False},
        yaxis={
            "range": [end - 0.4, -0.3],
            "tickvals": slots,
            "ticktext": names,
            "showgrid": False,
            "tickfont": {"color": ink, "size": px},
        },
        annotations=[
            *(
                canvas.note(
                    f"<b>{share}</b>  {canvas.span(ink2, number)}", view, x=1, xanchor="left", xshift=6, y=slot, yanchor="middle",
                    font={"color": theme.token("status-overdue", view) if _loud(row) else ink, "size": px},
                )
                for row, slot, (share, number) in zip(rows, slots, texts, strict=True)
            ),
            *(
                canvas.note(
                    f"<b>{t(f'river.sources.aspect.{aspect}', lang)}</b>", view, x=0, xref="paper", xanchor="left", xshift=4 - left, y=at,
                    yanchor="middle", font={"color": ink, "size": px},
                )
                for aspect, at in heads
            ),
            *([canvas.below([t("picture.aspects", lang, n=dropped)], left, 2, view)] if dropped else []),
        ],
    )  # fmt: skip


def _trimmed(rows: list[dict[str, Any]], view: View) -> list[dict[str, Any]]:
    """The first aspects, as many as have room."""
    most = canvas.most(view, len(rows), 1.95, 3.0)
    while len({row["aspect"] for row in rows}) > 1 and _slots(rows)[2] > most:
        last = rows[-1]["aspect"]
        rows = [row for row in rows if row["aspect"] != last]
    return rows


def _loud(row: dict[str, Any]) -> bool:
    return (row["aspect"], row["value"]) in _LOUD and row["outfalls"] > 0


def _slots(rows: list[dict[str, Any]]) -> tuple[list[float], list[tuple[str, float]], float]:
    """Where each bar and each heading is drawn, and where the last one ends."""
    slots: list[float] = []
    heads: list[tuple[str, float]] = []
    at, before = -_GAP, None
    for row in rows:
        if row["aspect"] != before:
            before = row["aspect"]
            at += _GAP
            heads.append((before, at + 0.1))
            at += _HEAD
        slots.append(at)
        at += 1
    return slots, heads, at + 0.1


def _tracks(rows: list[dict[str, Any]], slots: list[float], view: View) -> dict[str, object]:
    """The whole behind each bar."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [1] * len(rows),
        "y": slots,
        "marker": {"color": theme.token("rule", view)},
        "opacity": 0.45,
        "hoverinfo": "skip",
    }


def _bars(rows: list[dict[str, Any]], slots: list[float], names: list[str], texts: list[tuple[str, str]], view: View) -> dict[str, object]:
    brand, late, quiet = (theme.token(name, view) for name in ("brand", "status-overdue", "status-rectified"))
    unknown = [not row["value"] for row in rows]
    colours = [late if _loud(row) else quiet if row["aspect"] == "complete" else brand for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [row["share"] for row in rows],
        "y": slots,
        "marker": {
            "color": colours,
            "pattern": {
                "shape": ["/" if hatched else "" for hatched in unknown],
                "bgcolor": [theme.token("surface", view)] * len(rows),
                "fgcolor": [late if _loud(row) else theme.token("ink-2", view) for row in rows],
                "size": 6,
                "solidity": 0.3,
            },
        },
        "customdata": [_piece(row) for row in rows],
        "hovertext": [f"<b>{name}</b><br>{share} · {number}" for name, (share, number) in zip(names, texts, strict=True)],
        "hoverinfo": "text",
    }


def _piece(row: dict[str, Any]) -> str:
    """What a click adds to the selection: the rows of a class."""
    return f"category={row['value']}&rows=discovered" if row["aspect"] == "class" and row["value"] else ""
