"""The pages of a printed brief that are no picture: cover, contents, what chapters say, notes. Everything in them is escaped here."""

import math
from collections.abc import Sequence
from html import escape

from dashboard import theme
from dashboard.briefs.brief import Brief, Chapter, Exhibit
from dashboard.exports import squares
from dashboard.exports.fitting import lines, pieces
from dashboard.exports.fitting import widths as column_widths
from dashboard.exports.printing import cells
from dashboard.exports.table import Table
from dashboard.i18n import t

_TOKENS = theme.TOKENS["light"]
_PAGE = (
    "box-sizing:border-box;width:1280px;height:720px;padding:56px 64px;display:flex;flex-direction:column;font-variant-numeric:tabular-nums"
)
# px of type (of what a chapter says: larger) and of the room for lines
_SIZE, _SAID, _ROOM, _WIDE = 18, 21, 530, 1150
# px between the edges of a page with a table, and pages that one table may take
_PAPER, MOST = 650, 20


def headed(label: str, title: str) -> str:
    """``图1　…``."""
    return f"{label}　{title}"


def cover(brief: Brief) -> str:
    """The first page."""
    path, side = squares.path(brief.address) if brief.address else ("", 0)
    square = (
        f'<svg width="84" height="84" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d="{path}"/></svg>' if path else ""
    )
    chips = "".join(
        f'<span style="border:2px solid {_TOKENS["status-overdue"]};color:{_TOKENS["status-overdue"]};border-radius:4px;padding:2px 12px;'
        f'margin-right:12px;font-weight:700">{escape(mark)}</span>'
        for mark in brief.marks
    )
    foot = "<br>".join(escape(each) for each in (brief.source, brief.reopens) if each)
    return (
        f'<div style="{_PAGE};color:{_TOKENS["ink"]}"><div style="font-size:16px">{chips}</div><div style="margin:auto 0">'
        f'<p style="font-size:24px;margin:0;color:{_TOKENS["ink-2"]}">{escape(brief.issuer)}</p>'
        f'<h1 style="font-size:48px;line-height:1.3;margin:8px 0 20px;overflow-wrap:anywhere">{escape(brief.title)}</h1>'
        f'<p style="font-size:22px;margin:0;padding-top:16px;border-top:1px solid {_TOKENS["rule"]};color:{_TOKENS["ink-2"]}">'
        f"{escape(brief.selection)}<br>{escape(brief.number)}</p></div>"
        f'<div style="display:flex;justify-content:space-between;align-items:flex-end;font-size:15px;color:{_TOKENS["ink-2"]}">'
        f"<p style='margin:0'>{foot}</p>{square}</div></div>"
    )


def contents(brief: Brief) -> list[str]:
    """The chapters and what stands in them."""
    out: list[tuple[str, bool]] = []
    for each in brief.chapters:
        out.append((each.heading, True))
        out += [(part.heading, False) for part in each.parts if isinstance(part, Exhibit)]
    return _pages(brief, t("brief.contents", brief.lang), out)


def chapter(brief: Brief, held: Chapter) -> list[str]:
    """What a chapter says: its texts, and the sentence of everything that is shown in it."""
    out: list[tuple[str, bool]] = []
    for part in held.parts:
        if isinstance(part, Exhibit):
            out += [(part.heading, True), (part.data.caption, False)]
        else:
            out += [(line, False) for line in part.split("\n")]
    return _pages(brief, held.heading, out, _SAID)


def table(data: Table, heading: str) -> list[str]:
    """A table over as many pages as it takes (``MOST``), its head on each; it says how many rows found no room."""
    heads, rows, numeric, left = cells(data, MOST * 40)
    if not rows:
        return _pages(data, heading, [(t("office.nothing", data.lang), False)])
    size = 14 if len(heads) <= 10 else 12
    widths = column_widths(heads, rows[:60], _WIDE, size, wider=math.inf)
    foot = "".join(f"<p style='margin:0'>{escape(line)}</p>" for line in data.foot)
    foot_high = sum(lines(line, _WIDE, 11) for line in data.foot) * 11 * 1.5
    room = _PAPER - foot_high - 40 * lines(heading, _WIDE, 26)
    pages: list[list[str]] = []
    free = 0.0
    for k, row in enumerate(rows):
        high = max(lines(text, width - 16, size) for text, width in zip(row, widths, strict=True)) * size * 1.5 + 7
        if not pages or high > free:
            if len(pages) == MOST:
                left += len(rows) - k
                break
            pages.append([])
            free = room - max(lines(head, width - 16, size) for head, width in zip(heads, widths, strict=True)) * size * 1.5 - 10
        free -= high
        pages[-1].append("<tr>" + "".join(_cell("td", text, n) for text, n in zip(row, numeric, strict=True)) + "</tr>")
    columns = "".join(f'<col style="width:{width:.0f}px">' for width in widths)
    head = "".join(_cell("th", text, n) for text, n in zip(heads, numeric, strict=True))
    marks = "　".join(data.marks)
    out = []
    for k, page in enumerate(pages, 1):
        number = t("office.slides", data.lang, k=k, n=len(pages)) if len(pages) > 1 else ""
        more = f"<p style='margin:4px 0 0'>{escape(data.more.replace('{n}', str(left)))}</p>" if left > 0 and k == len(pages) else ""
        name = f'<h2 style="font-size:26px;line-height:1.4;margin:0 0 8px;overflow-wrap:anywhere">{escape(heading)}{escape(number)}'
        name += f'<span style="float:right;font-size:14px;color:{_TOKENS["status-overdue"]}">{escape(marks)}</span></h2>'
        grid = f'<table style="border-collapse:collapse;table-layout:fixed;width:{_WIDE}px"><colgroup>{columns}</colgroup>'
        grid += f"<thead><tr>{head}</tr></thead><tbody>{''.join(page)}</tbody></table>"
        under = f"margin-top:auto;border-top:1px solid {_TOKENS['rule']};padding-top:4px;font-size:11px;color:{_TOKENS['ink-2']}"
        style = f"{_PAGE};padding:32px 64px 20px;color:{_TOKENS['ink']};font-size:{size}px;line-height:1.5"
        out.append(f'<div style="{style}">{name}{grid}{more}<div style="{under}">{foot}</div></div>')
    return out


def _cell(tag: str, text: str, number: bool) -> str:
    strong = (
        f"border-bottom:1px solid {_TOKENS['ink-2']};vertical-align:bottom;"
        if tag == "th"
        else f"border-bottom:1px solid {_TOKENS['rule']};"
    )
    align = "right" if number else "left"
    return f'<{tag} style="{strong}text-align:{align};padding:3px 8px;overflow-wrap:anywhere">{escape(text)}</{tag}>'


def notes(brief: Brief) -> list[str]:
    """What the numbers mean."""
    return _pages(brief, t("brief.notes", brief.lang), [(each, False) for each in brief.notes]) if brief.notes else []


def _pages(said: Brief | Table, head: str, texts: Sequence[tuple[str, bool]], size: int = _SIZE) -> list[str]:
    """Pages of lines (text, whether it is a head) under a head, with the marks, source and code of what they belong to."""
    pages: list[list[str]] = []
    left = 0.0
    texts = [(piece, bold) for text, bold in texts for piece in pieces(text, _WIDE - 24, size, int(_ROOM / size / 1.6) - 2)]
    for k, (text, bold) in enumerate(texts):
        high = lines(text, _WIDE - 24, size) * size * 1.6 + 6
        # a head does not stand at the end of a page
        wanted = high + (lines(texts[k + 1][0], _WIDE - 24, size) * size * 1.6 + 6 if bold and k + 1 < len(texts) else 0)
        if not pages or wanted > left:
            pages.append([])
            left = _ROOM - 42.0 * (lines(head, _WIDE - 300, 30) - 1)
        left -= high
        style = "font-weight:700;margin:6px 0 0" if bold else f"color:{_TOKENS['ink-2']};margin:0 0 6px;padding-left:24px"
        pages[-1].append(f'<p style="{style};overflow-wrap:anywhere">{escape(text)}</p>')
    marks = f'<span style="float:right;font-size:14px;color:{_TOKENS["status-overdue"]}">{escape("　".join(said.marks))}</span>'
    foot = escape(" · ".join(each for each in (said.source, said.reopens) if each))
    under = f"margin:auto 0 0;border-top:1px solid {_TOKENS['rule']};padding-top:4px;font-size:11px;color:{_TOKENS['ink-2']}"
    numbers = [t("office.slides", said.lang, k=k, n=len(pages)) if len(pages) > 1 else "" for k in range(1, len(pages) + 1)]
    return [
        f'<div style="{_PAGE};padding-bottom:20px;color:{_TOKENS["ink"]};font-size:{size}px;line-height:1.6">'
        f'<h2 style="font-size:30px;line-height:1.4;margin:0 0 16px;overflow-wrap:anywhere">{marks}{escape(head + number)}</h2>'
        f'{"".join(page)}<p style="{under}">{foot}</p></div>'
        for page, number in zip(pages, numbers, strict=True)
    ]
