"""What every figure stands on: measured labels, fixed margins, the headline, and the empty picture.

Margins are computed from the labels, never measured by the browser, so that a chart that is
refreshed does not jump.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from unicodedata import east_asian_width

from dashboard import theme
from dashboard.formatting import missing
from dashboard.view import Style, View

_VOWELS = "aeiou"
_OPENS, _CLOSES = "（〔【《“‘「", "）〕】》”’」，。；：、！？…％"
# a narrow letter of the interface font, in em; full-width signs count 1
_NARROW = 0.56
# a drawn headline: em of one line, and the room that one line of each takes
_TITLE_EM, _SUBTITLE_EM = 44.0, 64.0
_HEAD = {Style.PAGE: 0, Style.SCREEN: 0, Style.IMAGE: 84, Style.SLIDE: 96}


def em(text: str) -> float:
    """Width of one line of text in em."""
    return len(text) * _NARROW if text.isascii() else sum(1.0 if east_asian_width(c) in "WF" else _NARROW for c in text)


def clean(text: object) -> str:
    """Text of a ledger as text: Plotly reads a little HTML in labels."""
    return escape(str(text), quote=False)


def wrap(text: str, width: float) -> str:
    """Escaped ``text`` in lines of at most ``width`` em, joined with ``<br>``; nothing is cut off."""
    if em(text) <= width:
        return escape(text, quote=False)
    broken = _broken(text, width)
    # lines of about one length: no single sign left over on the last
    tighter = em(text) / len(broken)
    while tighter < width and len(better := _broken(text, tighter)) > len(broken):
        tighter += 0.5
    if tighter < width:
        broken = better
    return "<br>".join(escape(each, quote=False) for each in broken)


def _broken(text: str, width: float) -> list[str]:
    lines, line = [], ""
    for word in _words(text):
        if line and em(line + word.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += word
    lines.append(line.strip())
    return [each for each in lines if each]


def _words(text: str) -> Iterable[str]:
    """Where a line may break: after a space, and around every full-width sign; no line ends with an opening bracket or begins with a
    sign that closes."""
    held = ""
    for word in _signs(text):
        if held and not (held[-1] in _OPENS or word[0] in _CLOSES):
            yield held
            held = ""
        held += word
    if held:
        yield held


def longest(text: str) -> float:
    """Width in em of the widest piece of a text that no line break parts."""
    return max((em(word.strip()) for word in _words(text)), default=0.0)


def _signs(text: str) -> Iterable[str]:
    word = ""
    for sign in text:
        if east_asian_width(sign) in "WF":
            if word:
                yield word
            word = ""
            yield sign
        elif sign == " ":
            yield word + sign
            word = ""
        else:
            word += sign
    if word:
        yield word


def parted(word: str, room: float) -> str:
    """``Zhangjia- gang``: parted between two syllables, at the place nearest to the middle; whole where it fits or has no such place."""
    if em(word) <= room:
        return word
    middle = len(word) / 2
    places = [
        k
        for k in range(2, len(word) - 1)
        if word[k].lower() not in _VOWELS and word[k + 1].lower() in _VOWELS + "h" and word[k - 1].lower() in _VOWELS + "ng'"
    ]
    if not places:
        return word
    best = min(places, key=lambda k: abs(k - middle))
    return f"{word[:best]}- {word[best:]}"


def lines(label: str) -> int:
    """Lines of a wrapped label."""
    return label.count("<br>") + 1


def gutter(labels: Iterable[str], px: float, least: int = 24) -> int:
    """Pixels that the widest line of some (wrapped, escaped) labels takes at a font size of ``px``."""
    widest = max((em(line) for label in labels for line in label.split("<br>")), default=0.0)
    return max(least, round(widest * px) + 12)


def step(view: View, rows: int, natural: int, around: int) -> int:
    """Px that a row of a bar chart takes: ``natural``, or on the wall closer together, so that all rows have room, down to a line of type.
    ``around``: px above and below all rows."""
    if not view.room[1] or not rows:
        return natural
    return max(min(natural, (view.room[1] - around) // rows), round(font_size(view) * 1.4))


def most(view: View, usual: int, row: float, around: float) -> int:
    """How many rows a picture shows: ``usual``, or as many as its room holds where it leaves out the others. ``row`` and ``around`` (what
    stands above and below all rows) in em."""
    if not view.trims:
        return usual
    return max(3, min(usual, int((view.room[1] / font_size(view) - around) / row)))


def on_sheet(view: View) -> bool:
    """Whether a picture is drawn for the room of a sheet (dashboard/exports/picture_page.py)."""
    return view.style is Style.IMAGE and view.room[0] > 0


def font_size(view: View) -> int:
    """The size of labels in px, as in the base layout."""
    return theme.size(0, view) + 1


def finish(
    view: View,
    data: list[dict[str, object]],
    *,
    title: str,
    subtitle: str,
    height: int,
    margin: Mapping[str, int],
    **over: object,
) -> dict[str, object]:
    """The figure. On a page and on the wall the headline is real text beside it (``layout.meta``); elsewhere it is drawn as well.

    ``height`` and ``margin`` are those of the chart itself, in px; the drawn headline comes on top.
    """
    # in a room of its own the headline is whoever's the room is
    head = 0 if view.room[1] else _HEAD[view.style]
    if head:
        # each further line of the headline pushes the chart down
        more = (lines(wrap(title, _TITLE_EM)) - 1) * theme.size(3, view) + (lines(wrap(subtitle, _SUBTITLE_EM)) - 1) * theme.size(1, view)
        head += round(more * 1.35)
    layout = theme.layout(view, **over)
    layout["meta"] = {"title": title, "subtitle": subtitle}
    layout["height"] = height + head
    layout["margin"] = {"l": margin["l"], "r": margin["r"], "t": margin["t"] + head, "b": margin["b"], "pad": 4}
    if head:
        big, small = theme.size(3, view), theme.size(1, view)
        layout["title"] = {
            "text": f"<b>{wrap(title, _TITLE_EM)}</b>",
            "subtitle": {"text": wrap(subtitle, _SUBTITLE_EM), "font": {"size": small, "color": theme.token("ink-2", view)}},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "pad": {"l": 16},
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "font": {"size": big},
        }
        # a headline of several lines is hung by its middle
        layout["title"]["pad"]["t"] = 16 + round((lines(wrap(title, _TITLE_EM)) - 1) * big * 0.65)  # type: ignore[index]
        layout["paper_bgcolor"] = theme.token("surface", view)
    return {"data": data, "layout": layout}


def note(text: str, view: View, **over: object) -> dict[str, object]:
    """A line of secondary text in a figure."""
    base: dict[str, object] = {"text": text, "showarrow": False, "font": {"color": theme.token("ink-2", view)}}
    base.update(over)
    return base


def below(lines: Sequence[str], left: int, down: int, view: View) -> dict[str, object]:
    """Lines under a drawing, so many px below its axis, from the left edge of the picture (whose margin is ``left``)."""
    at = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
    return note("<br>".join(lines), view, **at, xshift=4 - left, yshift=-down)


def empty(view: View, message: str, height: int = 160) -> dict[str, object]:
    """Nothing to draw, and why."""
    hidden = {"visible": False}
    return finish(
        view,
        [],
        title=message,
        subtitle="",
        height=height,
        margin={"l": 16, "r": 16, "t": 8, "b": 8},
        xaxis=hidden,
        yaxis=hidden,
        annotations=[note(wrap(message, 24), view, x=0.5, y=0.5, xref="paper", yref="paper")],
    )


def numbers(values: Sequence[object]) -> list[float | int | None]:
    """A column as JSON numbers: NaN becomes None."""
    return [None if missing(v) else v for v in values]  # type: ignore[misc]


def span(colour: str, text: str) -> str:
    """Text in a colour."""
    return f'<span style="color:{colour}">{text}</span>'
