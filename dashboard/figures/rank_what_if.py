"""Ranks under other weights: a slope from the official rank to the tried one, for those that move."""

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.rank_what_if import Move, moved, moves, subtitle, title
from dashboard.figures import canvas, labels
from dashboard.i18n import t
from dashboard.view import Style, View

# slopes that can be told apart in one picture
MOST = {Style.PAGE: 16, Style.IMAGE: 16, Style.SCREEN: 12, Style.SLIDE: 12}
_NAME_EM = 9.0
_TALL = 30


def rank_what_if(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Straight slopes of the places with the largest moves (and of those picked): upward in brand, downward in ink. Clicks carry
    ``pick=<region_code>``."""
    found = moves(df, view)
    order = moved(found)
    if not order:
        return canvas.empty(view, title(df, view))
    lang, px = view.lang, canvas.font_size(view)
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    first = [move for move in order if move.code in picked]
    drawn = (first + [move for move in order if move.code not in picked])[: canvas.most(view, MOST[view.style], 1.6, 6.0)]
    lowest = max(max(move.rank, move.tried) for move in drawn)
    highest = min(min(move.rank, move.tried) for move in drawn)
    line = round(px * 1.55)
    left_texts = [_label(move.rank, move.tied, move.name, view, before=True) for move in drawn]
    right_texts = [_label(move.tried, move.tried_tied, move.name, view, before=False) for move in drawn]
    # as high as the labels need, and no flatter than a few px a rank
    height = max(
        line * max(sum(map(canvas.lines, left_texts)), sum(map(canvas.lines, right_texts))),
        min(_TALL, lowest - highest + 1) * round(px * 0.9),
    )
    per = height / max(lowest - highest + 1, 1)
    low, high = highest - 0.5, highest - 0.5 + height / per
    sides = []
    for side, texts in (("left", left_texts), ("right", right_texts)):
        tall = [canvas.lines(text) * line / per for text in texts]
        wanted = [(move.rank if side == "left" else move.tried) - size / 2 for move, size in zip(drawn, tall, strict=True)]
        starts = labels.spread(wanted, tall, low, high)
        sides.append([start + size / 2 for start, size in zip(starts, tall, strict=True)])
    colours = [theme.token("brand" if move.change > 0 else "ink-2", view) for move in drawn]
    foot = []
    if len(order) > len(drawn):
        foot.append(t("ranking.whatif.more", lang, n=len(drawn), m=len(order) - len(drawn)))
    words = [canvas.wrap(each, 24.0) for each in foot]
    top, bottom = round(px * 2.0), round(sum(map(canvas.lines, words)) * px * 1.5) + 12
    return canvas.finish(
        view,
        [_slope(move, at, to, colour, move.code in picked, view) for move, at, to, colour in zip(drawn, *sides, colours, strict=True)],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=height + top + bottom,
        margin={"l": canvas.gutter(left_texts, px * 1.05), "r": canvas.gutter(right_texts, px * 1.05), "t": top, "b": bottom},
        xaxis={"range": [0, 1], "visible": False},
        yaxis={"range": [high, low], "visible": False},
        annotations=[
            *_ends(drawn, sides[0], left_texts, colours, "right", px),
            *_ends(drawn, sides[1], right_texts, colours, "left", px),
            _head(0, "right", t("ranking.whatif.official", lang), view),
            _head(1, "left", t("ranking.whatif.tried", lang), view),
            *(
                [canvas.note("<br>".join(words), view, x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", yshift=-6)]
                if words
                else []
            ),
        ],
    )


def _label(rank: int, tied: bool, name: str, view: View, *, before: bool) -> str:
    number = race.short(rank, tied, view)
    return canvas.wrap(f"{name} {number}" if before else f"{number} {name}", _NAME_EM)


def _head(x: int, anchor: str, text: str, view: View) -> dict[str, object]:
    shift = -8 if anchor == "right" else 8
    return canvas.note(text, view, x=x, xref="paper", xanchor=anchor, xshift=shift, y=1, yref="paper", yanchor="bottom", yshift=2)


def _ends(drawn: list[Move], at: list[float], texts: list[str], colours: list[str], anchor: str, px: int) -> list[dict[str, object]]:
    return [
        {
            "x": 0 if anchor == "right" else 1,
            "xref": "paper",
            "xanchor": anchor,
            "xshift": -8 if anchor == "right" else 8,
            "y": y,
            "text": text,
            "align": anchor,
            "showarrow": False,
            "font": {"size": px, "color": colour},
            "captureevents": True,
            "name": f"pick={move.code}",
        }
        for move, y, text, colour in zip(drawn, at, texts, colours, strict=True)
    ]


def _slope(move: Move, at: float, to: float, colour: str, picked: bool, view: View) -> dict[str, object]:
    """From label to label, so that each line ends at the words that name it."""
    was, now = race.place(move.rank, move.tied, view), race.place(move.tried, move.tried_tied, view)
    wide = (3.5 if picked else 1.8) * (1 if view.style is Style.PAGE else 1.7)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [at, to],
        "line": {"color": colour, "width": wide, "shape": "linear"},
        "marker": {"color": colour, "size": wide * 3},
        "customdata": [f"pick={move.code}"] * 2,
        "hovertext": f"<b>{canvas.clean(move.name)}</b> {was} → {now}",
        "hoverinfo": "text",
        "cliponaxis": False,
    }
