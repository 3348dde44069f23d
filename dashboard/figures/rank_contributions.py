"""Where the points of a place come from: a bar an indicator as long as its weight, earned in dark, lost in pale; of two places, pairs."""

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.rank_contributions import Part, Place, next_name, shown, subtitle, title, weight
from dashboard.figures import canvas, lanes
from dashboard.formatting import DASH, of
from dashboard.i18n import t
from dashboard.view import Style, View

_KEY_EM = {Style.PAGE: 23.0, Style.IMAGE: 60.0, Style.SCREEN: 60.0, Style.SLIDE: 60.0}
_HEAD_EM = {Style.PAGE: 20.0, Style.IMAGE: 60.0, Style.SCREEN: 60.0, Style.SLIDE: 60.0}


def rank_contributions(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Bars of points earned, then lost, an indicator a row, in the scheme's order; an upright line: what the next better place earns, the
    difference written at the end. A bar leads to its rows: ``customdata`` holds the canonical query of them, "" for a series."""
    found = shown(df, view)
    if not found:
        return canvas.empty(view, title(df, view))
    px = canvas.font_size(view)
    order = list(dict.fromkeys((part.id, part.name) for place in found for part in place.parts))
    mine = [{part.id: part for part in place.parts} for place in found]
    whole = len(order)
    order = _trimmed(order, mine, view)
    heads = [_head(key, name, mine, found, df, view) for key, name in order]
    bars, thick, line = len(found), round(px * 1.15), round(px * 1.5)
    # positions in px from the top: rows are as high as their words
    slots: list[list[float]] = [[] for _ in found]
    under: list[float] = []
    at = 0.0
    for head in heads:
        at += canvas.lines(head) * line + px * 0.35
        under.append(at)
        for column in slots:
            column.append(at + thick / 2)
            at += thick + px * 0.25
        at += px * 0.5
    scale = max(
        [part.weight for place in found for part in place.parts] + [abs(part.earned) for place in found for part in place.parts] + [1.0]
    )
    ends = [[_end(b, key, mine, df, view) for key, _ in order] for b in range(bars)]
    key = lanes.packed(_key(found, df, view), view.room[0] / px - 1 if canvas.on_sheet(view) else _KEY_EM[view.style])
    if len(found) > 1:
        # whose bars are whose
        for colour, text in zip(_colours(len(found), view), map(canvas.clean, _key(found, df, view)), strict=False):
            key = key.replace(text, canvas.span(colour, f"<b>{text}</b>"), 1)
    top, bottom = round(canvas.lines(key) * px * 1.5) + (10 if view.style is Style.PAGE or view.trims else 26), 10
    if len(order) < whole:
        bottom += round(px * 1.7)
    right = canvas.gutter([end for each in ends for end in each], px * 1.05) + 6
    ink, ink2 = theme.token("ink", view), theme.token("ink-2", view)
    annotations: list[dict[str, object]] = [
        {
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": y,
            "yanchor": "bottom",
            "text": head,
            "showarrow": False,
            "align": "left",
            "font": {"size": px, "color": ink},
        }
        for y, head in zip(under, heads, strict=True)
    ]
    edge = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "paper", "align": "left"}
    annotations.append(canvas.note(key, view, y=1, yanchor="bottom", yshift=4, **edge))
    if len(order) < whole:
        annotations.append(canvas.note(t("picture.parts", view.lang, n=whole - len(order)), view, y=0, yanchor="top", yshift=-6, **edge))
    colours = _colours(bars, view)
    data: list[dict[str, object]] = []
    for place, each, y, colour, said in zip(found, mine, slots, colours, ends, strict=True):
        data += _bars(place, each, order, y, thick, colour, view)
        data.append(_texts(each, order, y, said, px, ink if bars > 1 else ink2))
    return canvas.finish(
        view,
        data,
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=top + bottom + round(at),
        margin={"l": 8, "r": right, "t": top, "b": bottom},
        barmode="overlay",
        bargap=0,
        xaxis={"range": [0, scale], "visible": False},
        yaxis={"range": [round(at), 0], "visible": False},
        shapes=_marks(mine[0], order, slots[0], thick, view) if bars == 1 else [],
        annotations=annotations,
    )


def _trimmed(order: list[tuple[str, str]], mine: list[dict[str, Part]], view: View) -> list[tuple[str, str]]:
    """The indicators that have room: those that part the places the most, or cost a single one the most, in their own order."""
    most = canvas.most(view, len(order), 2.35 + 1.4 * len(mine), 5.0)
    if len(order) <= most:
        return order

    def weighs(key: str) -> float:
        parts = [each.get(key) for each in mine]
        if len(parts) == 1:
            return parts[0].lost if parts[0] else 0.0
        return abs((parts[0].earned if parts[0] else 0.0) - (parts[1].earned if parts[1] else 0.0))

    kept = sorted(order, key=lambda each: -weighs(each[0]))[:most]
    return [each for each in order if each in kept]


def _colours(bars: int, view: View) -> list[str]:
    brand = theme.token("brand", view)
    return [brand] if bars == 1 else [brand, theme.token("status-returned", view)]


def _head(key: str, name: str, mine: list[dict[str, Part]], found: list[Place], df: pd.DataFrame, view: View) -> str:
    """``按期率  85.2% · 23/27``; of two places each value in its colour, in the order of the bars."""
    ink2 = theme.token("ink-2", view)
    values = []
    for each, colour in zip(mine, _colours(len(found), view), strict=True):
        part = each.get(key)
        if part is None or part.adjustment:
            continue
        text = t("ranking.parts.no_value", view.lang) if part.empty else part.text
        if part.denominator and not part.empty:
            text += " · " + of(part.numerator, part.denominator, view.lang)
        values.append((text, colour if len(found) > 1 else ink2))
    plain = "  ".join([name, *(text for text, _ in values)])
    words = "  ".join(canvas.span(colour, canvas.clean(text)) for text, colour in values)
    most = view.room[0] / canvas.font_size(view) - 2 if canvas.on_sheet(view) else _HEAD_EM[view.style]
    if canvas.em(plain.removeprefix(name)) > most:
        words = "<br>".join(canvas.span(colour, canvas.clean(text)) for text, colour in values)
    apart = "<br>" if canvas.em(plain) > most and words else "  "
    return f"<b>{canvas.clean(name)}</b>{apart}{words}".rstrip()


def _end(bar: int, key: str, mine: list[dict[str, Part]], df: pd.DataFrame, view: View) -> str:
    """``21.30/25``, and how far it is behind: the next better place where one is looked at alone, else the place drawn above."""
    part = mine[bar].get(key)
    if part is None:
        return ""
    if part.empty:
        return DASH
    text = race.bare(part.earned, df, signed=True)
    if not part.adjustment:
        text = t("ranking.parts.earned", view.lang, earned=race.printed(part.earned, race.decimals(df)), weight=weight(part.weight, view))
    other = part.next
    if len(mine) > 1:
        above = mine[0].get(key) if bar else None
        other = above.earned if above is not None else 0.0 if bar else None
    if other is None:
        return text
    size = race.printed(abs(other - part.earned), race.decimals(df), signed=True).lstrip("+")
    if not size.strip("0."):
        return text
    return text + "\u2002" + t("ranking.parts.behind" if other > part.earned else "ranking.parts.ahead", view.lang, gap=size)


def _key(found: list[Place], df: pd.DataFrame, view: View) -> list[str]:
    out = []
    for place, colour in zip(found, _colours(len(found), view), strict=True):
        text = t(
            "ranking.parts.total",
            view.lang,
            name=place.name,
            place=race.place(place.rank, place.tied, view),
            score=race.score(place.score, df, view),
        )
        out.append((colour, text))
    words = [text for _, text in out] + [t("ranking.parts.key", view.lang)]
    if len(found) == 1 and any(part.next is not None for part in found[0].parts):
        words.append(t("ranking.parts.next", view.lang, name=next_name(found[0], view)))
    return words


def _bars(
    place: Place, mine: dict[str, Part], order: list[tuple[str, str]], at: list[float], thick: int, colour: str, view: View
) -> list[dict[str, object]]:
    """Points earned, and the rest of the weight."""
    parts = [mine.get(key) for key, _ in order]
    base = {
        "type": "bar",
        "orientation": "h",
        "y": at,
        "width": thick,
        "customdata": [part.rows if part else "" for part in parts],
        "hoverinfo": "text",
    }
    red = theme.token("status-overdue", view)
    hover = [f"<b>{canvas.clean(place.name)}</b><br>{canvas.clean(part.name)} {canvas.clean(part.text)}" if part else "" for part in parts]
    return [
        {
            **base,
            # points taken away are as long as they weigh, in red
            "x": [abs(part.earned) if part else None for part in parts],
            "marker": {"color": [red if part and part.earned < 0 else colour for part in parts]},
            "hovertext": hover,
        },
        {
            **base,
            "x": [part.lost if part and not part.adjustment else None for part in parts],
            "base": [part.earned if part else 0 for part in parts],
            "marker": {"color": theme.mix(theme.token("surface", view), colour, 0.22)},
            "hovertext": hover,
        },
    ]


def _texts(
    mine: dict[str, Part], order: list[tuple[str, str]], at: list[float], said: list[str], px: int, colour: str
) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [max(mine[key].weight, abs(mine[key].earned)) if key in mine else 0 for key, _ in order],
        "y": at,
        "text": [f"\u00a0{text}" if text else "" for text in said],
        "textposition": "middle right",
        "textfont": {"size": px, "color": colour},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _marks(mine: dict[str, Part], order: list[tuple[str, str]], at: list[float], thick: int, view: View) -> list[dict[str, object]]:
    """An upright line at what the next better place earns."""
    return [
        {
            "type": "line",
            "x0": part.next,
            "x1": part.next,
            "y0": y - thick * 0.75,
            "y1": y + thick * 0.75,
            "line": {"color": theme.token("ink", view), "width": 2 if view.style is Style.PAGE else 4},
        }
        for (key, _), y in zip(order, at, strict=True)
        if (part := mine.get(key)) is not None and part.next is not None and not part.adjustment and not part.empty
    ]
