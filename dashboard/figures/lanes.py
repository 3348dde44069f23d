"""Lanes: one place a lane, with its rank, its name, a bar from zero and the score at its end.

On a page a lane has two lines (name above bar), so that bars are wide on a telephone too; on a screen, a slide and a picture it
has one, in larger type.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dashboard import theme
from dashboard.figures import canvas
from dashboard.view import Style, View

# em that a telephone has room for, and a wide picture
_PHONE_EM, _WIDE_EM = 23.0, 72.0
_NAME_EM = 9.0
# a name stands in one line on the wall when it takes no more than this part of the width
_NAME_SHARE = 0.4
# how thick a bar is, as a part of its lane
_BAR, _BAR_WIDE = 0.3, 0.62
# a line about places left out takes this part of a lane
_GAP = 0.62
# and a second line above a bar
_LINE = 0.4
_SCREEN_FACTOR = 1.0
# on the wall the longest bar has at least this part of the width
_LEAST_BAR = 0.3
# half a stroke at the end of an interval, as a part of a lane
_CAP = 0.09


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane. ``place`` is the rank as printed, ``move`` the change against the period before, ``text`` the printed score,
    ``notes`` what stands beside it in secondary ink; ``colour`` a colour, ``loud``: rank and name are painted in it."""

    code: str
    place: str
    name: str
    value: float
    text: str
    colour: str
    move: str = ""
    low: float | None = None
    high: float | None = None
    notes: Sequence[str] = ()
    hatched: bool = False
    picked: bool = False
    loud: bool = False
    hover: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What is drawn: lanes from top to bottom, a line of words in front of some of them (by position), the key above, words below."""

    lanes: Sequence[Lane]
    gaps: dict[int, str] = field(default_factory=dict)
    key: Sequence[str] = ()
    foot: Sequence[str] = ()
    span: tuple[float, float] = (0.0, 100.0)


def font(view: View) -> int:
    """Type size of a lane in px: on a screen it is read from across the room."""
    return round(canvas.font_size(view) * (_SCREEN_FACTOR if view.style is Style.SCREEN else 1.0))


def name_em(view: View) -> float:
    """Em of one line of a name."""
    return max(_NAME_EM, view.room[0] * _NAME_SHARE / font(view))


def draw(board: Board, view: View, title: str, subtitle: str) -> dict[str, object]:
    """The figure. A click on a lane carries ``pick=<code>``: in ``customdata`` of its bar, in the name of its labels."""
    page, px = view.style is Style.PAGE, font(view)
    board = fitted(board, view)
    heads = [_head(lane, view) for lane in board.lanes]
    more = [_LINE * (canvas.lines(head) - 1) if page else 0.0 for head in heads]
    slots, notes = _slots(board, more)
    end = slots[-1] + 0.5
    first = slots[0] - more[0] - 0.78 if page else slots[0] - 0.5
    names = [canvas.wrap(lane.name, name_em(view)) for lane in board.lanes]
    tall = 3.3 if page else 2.15 if max(map(canvas.lines, names)) < 2 else 2.7
    step = canvas.step(view, round(end - first) or 1, round(px * tall), round(px * 1.5 * (len(board.key) + len(board.foot))) + 32)
    width = _PHONE_EM if page else (view.room[0] - px) / px if view.room[0] else _WIDE_EM
    key = packed(board.key, width)
    foot = [canvas.wrap(line, width) for line in board.foot]
    top = (round(canvas.lines(key) * px * 1.5) if key else 0) + (8 if page or view.room[1] else 24)
    bottom = round(sum(map(canvas.lines, foot)) * px * 1.5) + 20 if foot else 8
    ranks = canvas.gutter([lane.place for lane in board.lanes], px * (1.15 if page else 1.3), 28)
    move = 0 if page else canvas.gutter([lane.move for lane in board.lanes], px, 0) if any(lane.move for lane in board.lanes) else 0
    left = ranks if page else ranks + move + canvas.gutter(names, px) + 12
    ends = [_end(lane, page, view) for lane in board.lanes]
    plain = [lane.text + ("" if page else "  " + "  ".join(lane.notes)) for lane in board.lanes]
    right = canvas.gutter(plain, px * 1.06) + round(px * 0.6)
    annotations: list[dict[str, object]] = []
    for lane, slot, head, name in zip(board.lanes, slots, heads, names, strict=True):
        annotations += _labels(lane, slot, head, name, view, step, left, ranks, move)
    annotations += [
        canvas.note(text, view, x=0, xref="paper", xanchor="left", y=y, yanchor="middle", font=_ink2(view, px)) for y, text in notes
    ]
    edge = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": -left + 4, "yref": "paper", "align": "left", "font": _ink2(view, px)}
    if key:
        annotations.append(canvas.note(key, view, y=1, yanchor="bottom", yshift=2, **edge))
    if foot:
        annotations.append(canvas.note("<br>".join(foot), view, y=0, yanchor="top", yshift=-10, **edge))
    return canvas.finish(
        view,
        [
            _bars(board.lanes, slots, view, _BAR if page else _BAR_WIDE),
            _spread(board, slots, view),
            _texts(board, slots, ends, px, view),
        ],
        title=title,
        subtitle=subtitle,
        height=top + bottom + round((end - first) * step),
        margin={"l": left, "r": right, "t": top, "b": bottom},
        xaxis={"range": list(board.span), "visible": False},
        yaxis={"range": [end, first], "visible": False},
        bargap=0,
        shapes=_shades(board.lanes, slots, more, view),
        annotations=annotations,
    )


def fitted(board: Board, view: View) -> Board:
    """What has room on the wall: beside a bar that can still be compared stands as much in secondary ink as fits, the first of it first.
    Without a room everything does."""
    if not view.room[0]:
        return board
    px = font(view)
    taken = max((canvas.em(lane.name) for lane in board.lanes), default=0.0) + 6.5
    most = (view.room[0] * (1 - _LEAST_BAR)) / px - taken
    lanes = []
    for lane in board.lanes:
        notes, used = [], canvas.em(lane.text)
        for note in lane.notes:
            used += canvas.em(note) + 1.2
            if used > most:
                break
            notes.append(note)
        lanes.append(replace(lane, notes=notes))
    return replace(board, lanes=lanes)


def _piece(lane: Lane) -> str:
    """What a click adds to the selection; nothing for what is no place."""
    return f"pick={lane.code}" if lane.code else ""


def packed(parts: Sequence[str], width: float) -> str:
    """Short phrases side by side in lines of at most ``width`` em; a phrase is broken only where it alone is wider."""
    out: list[str] = []
    used = 0.0
    for part in parts:
        size = canvas.em(part) + 1.2
        if out and used + size <= width:
            out[-1] += "\u2003" + canvas.clean(part)
            used += size
        else:
            out.append(canvas.wrap(part, width))
            used = size
    return "<br>".join(out)


def _ink2(view: View, px: int) -> dict[str, object]:
    return {"size": px, "color": theme.token("ink-2", view)}


def _slots(board: Board, more: Sequence[float]) -> tuple[list[float], list[tuple[float, str]]]:
    """Where each lane is drawn, and where each line about places left out. ``more``: the room that a second line takes above a lane."""
    slots: list[float] = []
    notes: list[tuple[float, str]] = []
    at = 0.0
    for k in range(len(board.lanes)):
        if k in board.gaps:
            notes.append((at - 0.28, board.gaps[k]))
            at += _GAP
        at += more[k]
        slots.append(at)
        at += 1
    return slots, notes


def _head(lane: Lane, view: View) -> str:
    """The line above a bar: name, movement, and what is to be known beside the score; a second line where it is too long."""
    plain = "  ".join(filter(None, (lane.name, lane.move, *lane.notes)))
    name = f"<b>{canvas.clean(lane.name)}</b>"
    if lane.picked or lane.loud:
        name = canvas.span(theme.token("brand", view) if lane.picked and not lane.loud else lane.colour, name)
    ink2 = theme.token("ink-2", view)
    words = [canvas.clean(note) for note in lane.notes]
    if canvas.em(plain) <= _PHONE_EM or not words:
        return "  ".join(filter(None, (name, canvas.span(ink2, "  ".join(filter(None, (lane.move, *words)))))))
    return f"{name}  {canvas.span(ink2, lane.move)}<br>{canvas.span(ink2, '  '.join(words))}"


def _end(lane: Lane, page: bool, view: View) -> str:
    # set off from the end of the interval, so that its line is no sign before the number
    score = f"\u2002<b>{canvas.clean(lane.text)}</b>"
    if lane.loud:
        score = canvas.span(lane.colour, score)
    if page or not lane.notes:
        return score
    return f"{score}  {canvas.span(theme.token('ink-2', view), canvas.clean('  '.join(lane.notes)))}"


def _labels(
    lane: Lane, slot: float, head: str, name: str, view: View, step: int, left: int, ranks: int, move: int
) -> list[dict[str, object]]:
    """Rank and name of a lane; each leads to the place."""
    base: dict[str, object] = {"x": 0, "xref": "paper", "y": slot, "showarrow": False, "captureevents": True, "name": _piece(lane)}
    page, px, ink = view.style is Style.PAGE, font(view), theme.token("ink", view)
    colour = lane.colour if lane.loud else theme.token("brand", view) if lane.picked else ink
    rank = {"text": f"<b>{canvas.clean(lane.place)}</b>", "font": {"size": round(px * (1.15 if page else 1.3)), "color": colour}}
    if page:
        lift = round(step * _BAR / 2)
        return [
            {**base, **rank, "xanchor": "right", "xshift": -6, "yanchor": "middle", "yshift": round(step * 0.2)},
            {**base, "text": head, "xanchor": "left", "yanchor": "bottom", "yshift": lift - 1, "align": "left", "font": {"size": px}},
        ]
    out = [{**base, **rank, "xanchor": "right", "xshift": ranks - left - 6, "yanchor": "middle"}]
    if lane.move:
        out.append({**base, "text": lane.move, "xanchor": "left", "xshift": ranks - left, "yanchor": "middle", "font": _ink2(view, px)})
    words = f"<b>{name}</b>"
    out.append(
        {
            **base,
            "text": words,
            "xanchor": "left",
            "xshift": ranks + move - left + 6,
            "yanchor": "middle",
            "font": {"size": px, "color": colour},
        }
    )
    return out


def _bars(lanes: Sequence[Lane], slots: list[float], view: View, thick: float) -> dict[str, object]:
    marker: dict[str, object] = {"color": [lane.colour for lane in lanes]}
    if any(lane.hatched for lane in lanes):
        marker["pattern"] = {
            "shape": ["/" if lane.hatched else "" for lane in lanes],
            # stripes of paper in the bar's own colour
            "bgcolor": [lane.colour for lane in lanes],
            "fgcolor": [theme.token("surface", view)] * len(lanes),
            "size": 6,
            "solidity": 0.35,
        }
    return {
        "type": "bar",
        "orientation": "h",
        "x": [lane.value for lane in lanes],
        "y": slots,
        "width": thick,
        "marker": marker,
        "customdata": [_piece(lane) for lane in lanes],
        "hovertext": [lane.hover for lane in lanes],
        "hoverinfo": "text",
    }


def _spread(board: Board, slots: list[float], view: View) -> dict[str, object]:
    """The interval of each score: a thin line over the end of the bar, closed at both ends."""
    x: list[float | None] = []
    y: list[float | None] = []
    for lane, slot in zip(board.lanes, slots, strict=True):
        if lane.low is not None and lane.high is not None and lane.high > lane.low:
            low, high = max(lane.low, board.span[0]), min(lane.high, board.span[1])
            x += [low, low, None, low, high, None, high, high, None]
            y += [slot - _CAP, slot + _CAP, None, slot, slot, None, slot - _CAP, slot + _CAP, None]
    line = {"color": theme.token("ink", view), "width": 1.5 if view.style is Style.PAGE else 2.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _texts(board: Board, slots: list[float], ends: list[str], px: int, view: View) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [max(lane.value, min(lane.high, board.span[1]) if lane.high is not None else lane.value, 0.0) for lane in board.lanes],
        "y": slots,
        "text": ends,
        "textposition": "middle right",
        "textfont": {"size": px, "color": theme.token("ink", view)},
        "cliponaxis": False,
        "customdata": [_piece(lane) for lane in board.lanes],
        "hoverinfo": "skip",
    }


def _shades(lanes: Sequence[Lane], slots: list[float], more: Sequence[float], view: View) -> list[dict[str, object]]:
    """A tint behind the places that are looked at closely."""
    page = view.style is Style.PAGE
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": slot - (0.72 + extra if page else 0.46),
            "y1": slot + (0.22 if page else 0.46),
            "fillcolor": theme.token("brand", view),
            "opacity": 0.1,
            "line": {"width": 0},
            "layer": "below",
        }
        for lane, slot, extra in zip(lanes, slots, more, strict=True)
        if lane.picked
    ]
