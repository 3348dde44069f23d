"""A brief as a presentation: cover, contents, texts and sentences, every chart and every table on slides of its own, notes."""

import io
from collections.abc import Sequence
from zipfile import BadZipFile

from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.slide import Slide

from dashboard.briefs.brief import Brief, Chapter, Exhibit
from dashboard.briefs.template import BriefError
from dashboard.exports import squares
from dashboard.exports.deck import new_deck, saved, slides_into
from dashboard.exports.fitting import em, fitted, lines, pieces
from dashboard.exports.slide_xml import EMU, emu, number_field, rule, words
from dashboard.i18n import t

_SIDE = 54.0
_QR = 64.0
# type of contents and notes, of what a chapter says, and the height of one line of it
_SIZE, _SAID, _LEADING = 14.0, 18.0, 1.45
# a line: its text, whether it is a head, and its type
_Line = tuple[str, bool, float]


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
        _chapter(deck, brief, chapter, own)
    if brief.notes:
        _listed(deck, brief, t("brief.notes", brief.lang), [(note, False, _SIZE) for note in brief.notes])
    return saved(deck, brief.title, brief.selection)


def _chapter(deck: object, brief: Brief, chapter: Chapter, own: bool) -> None:
    said: list[_Line] = []
    for part in chapter.parts:
        if isinstance(part, str):
            said += [(line, False, _SAID) for line in part.split("\n")]
        elif not part.labels:
            said += [(part.data.title, True, _SAID), (part.data.caption, False, _SAID)]
        else:
            if said:
                _listed(deck, brief, chapter.heading, said)
            said = []
            slides_into(deck, part.data, master=own, numbered=True, labels=part.named)
    if said:
        _listed(deck, brief, chapter.heading, said)


def _contents(brief: Brief) -> list[_Line]:
    out: list[_Line] = []
    for chapter in brief.chapters:
        out.append((chapter.heading, True, _SIZE))
        out += [(f"　　{part.heading}", False, _SIZE) for part in chapter.parts if isinstance(part, Exhibit)]
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

    def marks(self, brief: Brief, y: float, size: float, right: bool = False) -> None:
        """What must be seen on every page, from the left margin on or up to the right one."""
        wide = [em(mark) * size + 2 * size for mark in brief.marks]
        left = self.wide - _SIDE - sum(wide) - 8 * (len(wide) - 1) if right else _SIDE
        for k, (mark, width) in enumerate(zip(brief.marks, wide, strict=True)):
            tone = {"fill": "accent4", "tone": "bg1"} if k == 0 and brief.simulated else {"line": "accent4", "tone": "accent4"}
            self.number += 1
            chip = words(
                self.number, f"mark-{k + 1}", (left, y, width, 2 * size), [mark], size, bold=True, align="ctr", anchor="ctr",
                lang=self.lang, **tone,
            )  # fmt: skip
            self.slide.shapes._spTree.append(parse_xml(chip))
            left += width + 8

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
    page.marks(brief, 36.0, 12)
    foot = page.high - 92
    page.add("foot", foot, [each for each in (brief.source, brief.reopens) if each], 12, 40, wide=page.room - _QR - 20)
    if brief.address:
        at_x = page.wide - _SIDE - _QR
        shape = page.slide.shapes.add_picture(io.BytesIO(squares.png(brief.address, 4)), emu(at_x), emu(foot - 14), emu(_QR), emu(_QR))
        shape._element.nvPicPr.cNvPr.set("descr", brief.reopens)


def _listed(deck: object, brief: Brief, head: str, said: Sequence[_Line]) -> None:
    """Slides of lines under a head; as many as the lines take. Each bears the marks, the source and the code."""
    page: _Page | None = None
    y = 0.0
    wide, tall = deck.slide_width / EMU, deck.slide_height / EMU  # type: ignore[attr-defined]
    room = wide - 2 * _SIDE
    whole = [
        (piece, bold, size) for text, bold, size in said for piece in pieces(text, room * 0.93, size, int((tall - 160) / size / _LEADING))
    ]
    for text, bold, size in whole:
        high = lines(text, room * (0.93 if bold else 1), size) * size * _LEADING
        if page is None or y + high > page.high - 44:
            page = _Page(deck, brief)
            page.slide.name = "list"
            page.marks(brief, 26.0, 11, right=True)
            aside = sum(em(mark) * 11 + 30 for mark in brief.marks)
            name, type_, taken = fitted(head, (page.room - aside) * 0.93, (24.0, 20.0, 16.0), 2)
            page.add("title", 24, [name], type_, taken * type_ * 1.25 + 2, tone="tx1", bold=True, wide=page.room - aside)
            foot = [" · ".join(each for each in (brief.source, brief.reopens) if each)]
            page.add("foot", page.high - 24, foot, 9, 12, wide=page.room - 50)
            page.numbered()
            y = max(76.0, 24 + taken * type_ * 1.25 + 12)
        elif bold:
            y += size * 0.5
        page.add("line", y, [text], size, high, tone="tx2" if text.startswith("　") else "tx1", bold=bold)
        y += high + size * 0.25
