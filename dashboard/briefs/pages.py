"""The pages of a printed brief that are no picture: cover, contents, notes. Everything in them is escaped here."""

from collections.abc import Sequence
from html import escape

from dashboard import theme
from dashboard.briefs.brief import Brief, Exhibit
from dashboard.exports import squares
from dashboard.exports.fitting import lines
from dashboard.i18n import t

_TOKENS = theme.TOKENS["light"]
_PAGE = (
    "box-sizing:border-box;width:1280px;height:720px;padding:56px 64px;display:flex;flex-direction:column;font-variant-numeric:tabular-nums"
)
# px of type and of the room for lines
_SIZE, _ROOM, _WIDE = 18, 520, 1150


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
    for chapter in brief.chapters:
        out.append((chapter.heading, True))
        for part in chapter.parts:
            if isinstance(part, Exhibit):
                out.append(("　".join((*part.labels[:1], part.data.title)), False))
            else:
                out += [(line, False) for line in part.split("\n")]
    return _pages(t("brief.contents", brief.lang), out)


def notes(brief: Brief) -> list[str]:
    """What the numbers mean."""
    return _pages(t("brief.notes", brief.lang), [(each, False) for each in brief.notes]) if brief.notes else []


def _pages(head: str, texts: Sequence[tuple[str, bool]]) -> list[str]:
    pages: list[list[str]] = []
    left = 0.0
    for text, bold in texts:
        high = lines(text, _WIDE, _SIZE) * _SIZE * 1.6 + 6
        if not pages or high > left:
            pages.append([])
            left = _ROOM
        left -= high
        style = "font-weight:700;margin:6px 0 0" if bold else f"color:{_TOKENS['ink-2']};margin:0 0 6px;padding-left:24px"
        pages[-1].append(f'<p style="{style}">{escape(text)}</p>')
    return [
        f'<div style="{_PAGE};color:{_TOKENS["ink"]};font-size:{_SIZE}px;line-height:1.6"><h2 style="font-size:30px;margin:0 0 16px">'
        f"{escape(head)}</h2>{''.join(page)}</div>"
        for page in pages
    ]
