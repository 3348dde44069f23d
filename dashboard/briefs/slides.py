"""A brief as a presentation: cover, contents, every chart on slides of its own, notes."""

import io
from zipfile import BadZipFile

from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.slide import Slide

from dashboard.briefs.brief import Brief, Exhibit
from dashboard.briefs.template import BriefError
from dashboard.exports import squares
from dashboard.exports.deck import new_deck, saved, slides_into
from dashboard.exports.fitting import em, fitted, lines
from dashboard.exports.slide_xml import EMU, emu, number_field, rule, words
from dashboard.i18n import t

_SIDE = 54.0
_QR = 64.0
# type of contents and notes, and the height of one line of it
_SIZE, _LEADING = 14.0, 1.45


def brief_deck(brief: Brief, master: bytes | None = None, name: str = "") -> bytes:
    """The file. ``master``: a deployer's presentation (``name`` is how it is called) whose masters, layouts and colours are used.

    Raises BriefError for a master that cannot be used.
    """
    try:
        deck = new_deck(master)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as problem:
        raise BriefError("master", name=name, why=type(problem).__name__) from None
    if not len(deck.slide_layouts):
        raise BriefError("master_layout", name=name)
    own = master is not None
    _cover(deck, brief)
    _listed(deck, brief, t("brief.contents", brief.lang), _contents(brief))
    for chapter in brief.chapters:
        for part in chapter.parts:
            if isinstance(part, str):
                _listed(deck, brief, chapter.heading, part.split("\n"))
                continue
            slides_into(deck, part.data, master=own, numbered=True, heading=_heading(part))
    if brief.notes:
        _listed(deck, brief, t("brief.notes", brief.lang), list(brief.notes))
    return saved(deck, brief.title, brief.selection)


def _heading(part: Exhibit) -> str:
    """``图3　宿迁市最落后…``: as a slide it is one thing, a figure where it has one."""
    return f"{part.labels[0]}　{part.data.title}" if part.labels else part.data.title


def _contents(brief: Brief) -> list[str]:
    out = []
    for chapter in brief.chapters:
        out.append(chapter.heading)
        out += [f"　　{_heading(part)}" for part in chapter.parts if isinstance(part, Exhibit)]
    return out


def _bare(deck: object) -> Slide:
    """A slide without the boxes that a layout would ask to be filled in."""
    layouts = list(deck.slide_layouts)  # type: ignore[attr-defined]
    blank = min(layouts, key=lambda layout: len(list(layout.placeholders)))
    slide = deck.slides.add_slide(blank)  # type: ignore[attr-defined]
    for each in list(slide.placeholders):
        each._element.getparent().remove(each._element)
    return slide


class _Page:
    """A slide that is filled from above."""

    def __init__(self, deck: object, brief: Brief) -> None:
        self.wide, self.high = deck.slide_width / EMU, deck.slide_height / EMU  # type: ignore[attr-defined]
        self.room = self.wide - 2 * _SIDE
        self.slide, self.lang = _bare(deck), brief.lang
        self.number = 1

    def add(self, name: str, y: float, texts: list[str], size: float, high: float, **how: object) -> None:
        self.number += 1
        box = (_SIDE, y, float(how.pop("wide", self.room)), high)  # type: ignore[arg-type]
        xml = words(self.number, name, box, texts, size, lang=self.lang, **how)  # type: ignore[arg-type]
        self.slide.shapes._spTree.append(parse_xml(xml))

    def line(self, y: float) -> None:
        self.number += 1
        self.slide.shapes._spTree.append(parse_xml(rule(self.number, _SIDE, y, self.room)))

    def numbered(self) -> None:
        self.number += 1
        box = (self.wide - _SIDE - 40, self.high - 24, 40.0, 12.0)
        self.slide.shapes._spTree.append(parse_xml(number_field(self.number, box, 9, self.lang)))


def _cover(deck: object, brief: Brief) -> None:
    page = _Page(deck, brief)
    page.slide.name = "cover"
    text, size, taken = fitted(brief.title, page.room, (40.0, 36.0, 32.0, 28.0, 24.0), 3)
    top = page.high * 0.3
    if brief.issuer:
        page.add("issuer", top - 44, [brief.issuer], 18, 26, tone="tx2")
    page.add("title", top, [text], size, taken * size * 1.25, tone="tx1", bold=True)
    top += taken * size * 1.25 + 14
    page.line(top)
    page.add("selection", top + 12, [each for each in (brief.selection, brief.number) if each], 18, 54)
    left = _SIDE
    for k, mark in enumerate(brief.marks):
        tone = {"fill": "accent4", "tone": "bg1"} if k == 0 and brief.simulated else {"line": "accent4", "tone": "accent4"}
        width = em(mark) * 12 + 24
        page.number += 1
        at = (left, 36.0, width, 24.0)
        left += width + 10
        page.slide.shapes._spTree.append(
            parse_xml(words(page.number, f"mark-{k + 1}", at, [mark], 12, bold=True, align="ctr", anchor="ctr", lang=brief.lang, **tone))
        )
    foot = page.high - 92
    page.add("foot", foot, [each for each in (brief.source, brief.reopens) if each], 12, 40, wide=page.room - _QR - 20)
    if brief.address:
        at_x = page.wide - _SIDE - _QR
        shape = page.slide.shapes.add_picture(io.BytesIO(squares.png(brief.address, 4)), emu(at_x), emu(foot - 14), emu(_QR), emu(_QR))
        shape._element.nvPicPr.cNvPr.set("descr", brief.reopens)


def _listed(deck: object, brief: Brief, head: str, texts: list[str]) -> None:
    """Slides of lines under a head; as many as the lines take."""
    page: _Page | None = None
    y = 0.0
    for text in texts or [""]:
        bold = not text.startswith("　")
        room = deck.slide_width / EMU - 2 * _SIDE  # type: ignore[attr-defined]
        high = lines(text, room, _SIZE) * _SIZE * _LEADING + (4 if bold else 0)
        if page is None or y + high > page.high - 40:
            page = _Page(deck, brief)
            page.slide.name = "list"
            page.add("title", 24, [head], 24, 32, tone="tx1", bold=True)
            page.numbered()
            y = 76.0
        page.add("line", y, [text], _SIZE, high, tone="tx1" if bold else "tx2")
        y += high
