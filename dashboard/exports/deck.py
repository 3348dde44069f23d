"""A chart's data as slides: a native chart that can be edited, or a table; what has to be said with it stands on every slide.

``deck_bytes`` is the file of one chart; ``new_deck`` and ``slides_into`` are for files with many, on our own master or on a deployer's.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.slide import Slide, SlideLayout
from pptx.util import Emu

from dashboard.exports import squares
from dashboard.exports.chart_book import chart_workbook
from dashboard.exports.chart_xml import chart_xml
from dashboard.exports.fitting import cut, em, fitted, lines
from dashboard.exports.paint import painted
from dashboard.exports.printing import cells
from dashboard.exports.series import COLUMNS, INTERVAL, LINE, SHARES, STACKED, Native, opening
from dashboard.exports.slide_xml import EMU, Grid, emu, number_field, rule, run, words
from dashboard.exports.table import Table, text_of
from dashboard.i18n import t

WIDE, HIGH = Emu(12_192_000), Emu(6_858_000)
# bars, points and slides that one chart may take; more is in the workbook
BARS, GROUPED, POINTS, SLIDES = 20, 28, 370, 12
# rows that so many slides can hold at most
ROWS = 300
_SIDE, _TOP, _BOTTOM = 36.0, 20.0, 12.0
_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_FOOT, _LINE, _QR = 9.0, 11.5, 54.0
_CHIP = 11.0


def deck_bytes(table: Table) -> bytes:
    """The file: 16:9, one slide for each part of the chart (``table.native``), or of the table."""
    deck = new_deck()
    slides_into(deck, table)
    return saved(deck, table.title, table.caption)


def new_deck(master: bytes | None = None) -> Any:
    """An empty presentation: ours (16:9), or what a deployer's file has of masters and layouts, without its slides.

    Raises what python-pptx raises for a file that is none.
    """
    if master is None:
        return Presentation(io.BytesIO(_own()))
    deck = Presentation(io.BytesIO(master))
    entries = deck.slides._sldIdLst
    for entry in list(entries):
        deck.part.drop_rel(entry.rId)
        entries.remove(entry)
    return deck


def saved(deck: Any, title: str, subject: str = "") -> bytes:
    """The presentation as bytes, with its name in its properties."""
    deck.core_properties.title = text_of(title)[:250]
    deck.core_properties.subject = text_of(subject)[:250]
    deck.core_properties.author = ""
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def _own() -> bytes:
    """python-pptx's template at 16:9 in our colours and typefaces, with the layouts a reader needs, and a master for notes."""
    deck = Presentation()
    scale = int(WIDE) / int(deck.slide_width)
    deck.slide_width, deck.slide_height = WIDE, HIGH
    master = deck.slide_masters[0]
    for layout in list(deck.slide_layouts):
        if layout.name not in ("Title Slide", "Title and Content", "Title Only", "Blank"):
            deck.slide_layouts.remove(layout)
    for holder in (master, *deck.slide_layouts):
        for off in holder.element.iter(qn("a:off")):
            off.set("x", str(round(int(off.get("x")) * scale)))
        for ext in holder.element.iter(qn("a:ext")):
            if ext.get("cx"):
                ext.set("cx", str(round(int(ext.get("cx")) * scale)))
    notes = deck.notes_master
    for owner in (master, notes):
        part = owner.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        if hasattr(part, "_blob"):
            part._blob = painted(part.blob)
        else:
            part._element = parse_xml(painted(etree.tostring(part._element)))
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where everything of a slide stands, in points."""

    wide: float
    high: float
    title: str
    size: float
    title_high: float
    chips: tuple[tuple[str, float], ...]
    under: list[str]
    under_high: float
    body: tuple[float, float, float, float]
    foot: list[str]
    foot_top: float


def slides_into(deck: Any, table: Table, master: bool = False, numbered: bool | None = None, labels: tuple[str, str] | None = None) -> int:
    """Add a table's slides and give their number. ``master``: the presentation is a deployer's, whose titles keep their place and type.
    ``numbered``: slide numbers; None: where the table takes several. ``labels``: what chart and table are called (``图3``, ``表1``) and
    which of them is shown: one without a label is not; None: as the chart wants it, without labels."""
    before = _label(labels or (), table.lang)
    place = _placed(deck, table, before + table.title, master)
    x, y, w, h = place.body
    found = table.native
    parts = _parts(found) if found is not None and found.categories and (labels is None or labels[0]) else []
    heads, rows, numeric, left = cells(table, ROWS)
    grid = None
    if rows and heads and (labels[1] if labels else not parts or (found is not None and found.tabled)):
        grid = Grid(heads, rows, numeric, found.shades if found is not None else (), w, h - 16)
    tables = grid.parts[: max(1, SLIDES - len(parts))] if grid else []
    pages: list[tuple[Native | None, tuple[int, int] | None]] = [*((part, None) for part in parts), *((None, part) for part in tables)]
    if len(parts) == len(tables) == 1 and grid is not None and _natural(parts[0]) + sum(grid.heights) + grid.head_high + 12 <= h - 16:
        pages = [(parts[0], tables[0])]
    numbered = len(pages) > 1 if numbered is None else numbered
    pages = pages or [(None, None)]
    told = labels or ("", "")
    called = [_label((told[0] if part else "", told[1] if lines_of or not part else ""), table.lang) for part, lines_of in pages]
    for k, (part, lines_of) in enumerate(pages):
        title = called[k] + place.title.removeprefix(before)
        if (n := called.count(called[k])) > 1:
            title += t("office.slides", table.lang, k=called[: k + 1].count(called[k]), n=n)
        slide = _slide(deck, table, place, title, table.chart if len(pages) == 1 else f"{table.chart}-{k + 1}", master, numbered)
        add = slide.shapes._spTree.append
        said, below = [], y
        if part is not None:
            high = min(h - 16 if found.more else h, _natural(part)) if lines_of is None else _natural(part)  # type: ignore[union-attr]
            _chart(slide, table, part, (x, y, w, high))
            below = y + high + 12
            said += [found.more] if part is parts[-1] else []  # type: ignore[union-attr]
        if lines_of is not None and grid is not None:
            add(parse_xml(grid.xml(_next(slide), table.chart, table.alt, (x, below), lines_of, table.lang)))
            unseen = left + len(rows) - tables[-1][1]
            if lines_of is tables[-1]:
                said += [table.more.replace("{n}", str(unseen))] if unseen > 0 else []
        if part is None and lines_of is None:
            add(parse_xml(words(_next(slide), "nothing", (x, y + h * 0.4, w, 24), [t("office.nothing", table.lang)], 16, lang=table.lang)))
        if more := " ".join(each for each in said if each):
            add(parse_xml(words(_next(slide), "more", (x, y + h - 13, w, 12), [more], 10, anchor="b", lang=table.lang)))
    return len(pages)


def _label(labels: Sequence[str], lang: str) -> str:
    """``图3、表1　``: what stands before a title."""
    said = t("caption.list", lang).join(each for each in labels if each)
    return f"{said}　" if said else ""


def _natural(part: Native) -> float:
    """How high a chart wants to be, in points: few bars stand close together, not across the whole slide."""
    if part.kind in (LINE, COLUMNS):
        return 1000.0
    single = len(part.series) == 1 or part.kind in (STACKED, SHARES, INTERVAL)
    return 30.0 + len(part.categories) * (34.0 if single else max(34.0, 17.0 * len(part.series)))


def _parts(found: Native) -> list[Native]:
    """The chart in pieces that each stand on a slide, with one axis for all of them."""
    n = len(found.categories)
    if found.kind in (LINE, COLUMNS):
        most = POINTS if found.kind == LINE else 60
    elif found.kind in (STACKED, SHARES, INTERVAL) or len(found.series) == 1:
        most = BARS
    else:
        most = max(6, GROUPED // len(found.series))
    pages = min(SLIDES, math.ceil(n / most))
    size = math.ceil(min(n, pages * most) / pages)
    whole = found if found.top is not None or found.kind == SHARES else replace(found, top=found.ends[1])
    return [whole.part(k * size, (k + 1) * size) for k in range(pages)]


def _placed(deck: Any, table: Table, heading: str, master: bool) -> _Place:
    wide, high = deck.slide_width / EMU, deck.slide_height / EMU
    room = wide - 2 * _SIDE
    chips = tuple((said, em(said) * _CHIP + 20) for said in (cut(mark, 200, _CHIP, 1) for mark in table.marks))
    aside = sum(width + 6 for _, width in chips) + (8 if chips else 0)
    # bold type is wider, and the number of the page stands behind
    title, size, taken = fitted(heading, (room - aside) / 1.07 - _SIZES[0] * 3, _SIZES, 2)
    title_high = taken * size * 1.2 + 4
    top = _TOP + title_high
    layout = _layout_of(deck)
    if master and (held := _title_box(layout)) is not None:
        # the deployer's title keeps its place; everything else begins under it
        top = max(held[1] + held[3], _TOP + (24 if chips else 0))
    said = [cut(text, room, 12.5, 3) for text in _under(table)]
    under_high = sum(lines(text, room, 12.5) for text in said) * 12.5 * 1.25
    qr = bool(squares.png(table.address))
    # the number of the slide has room beside it
    text_room = room - (_QR + 14 if qr else 0) - 40
    foot = [cut(text, text_room, _FOOT, 5) for text in table.foot]
    foot_high = max(sum(lines(text, text_room, _FOOT) for text in foot) * _LINE, (_QR + 11) if qr else 0)
    foot_top = high - _BOTTOM - foot_high - 5
    body_top = top + 2 + under_high + 8
    return _Place(
        wide, high, title, size, title_high, chips, said, under_high,
        (_SIDE, body_top, room, max(120.0, foot_top - body_top - 6)), foot, foot_top,
    )  # fmt: skip


def _under(table: Table) -> list[str]:
    """The selection and what is measured, in at most two paragraphs; nothing twice, and no mark that has a chip."""
    dot = t("figure.dot", table.lang)
    measured = (table.native.under if table.native is not None else "") or table.under
    if measured == table.title:
        # a list has no finding in its title: the sentence says it
        return [each for each in (table.selection, table.caption) if each]
    measured = opening(measured.removesuffix(dot + t("figure.simulated", table.lang)))
    selected = dot.join(part for part in table.selection.split(dot) if part and part not in measured)
    return [each for each in (selected, measured) if each]


def _layout_of(deck: Any) -> SlideLayout:
    """The layout with nothing but a title; without one the last that there is."""

    def holders(layout: SlideLayout) -> list[str]:
        return [str(each.placeholder_format.type).split(".")[-1].split(" ")[0] for each in layout.placeholders]

    furniture = {"DATE", "FOOTER", "SLIDE_NUMBER"}
    for layout in deck.slide_layouts:
        if {*holders(layout)} - furniture in ({"TITLE"}, {"CENTER_TITLE"}):
            return layout
    blank = [layout for layout in deck.slide_layouts if not {*holders(layout)} - furniture]
    return (blank or list(deck.slide_layouts))[-1]


def _title_box(layout: SlideLayout) -> tuple[float, float, float, float] | None:
    for each in layout.placeholders:
        if each.placeholder_format.idx == 0:
            return tuple((value or 0) / EMU for value in (each.left, each.top, each.width, each.height))  # type: ignore[return-value]
    return None


def _next(slide: Slide) -> int:
    return max((int(each.get("id") or 0) for each in slide.shapes._spTree.iter(qn("p:cNvPr"))), default=1) + 1


def _slide(deck: Any, table: Table, place: _Place, title: str, name: str, master: bool, numbered: bool) -> Slide:
    slide = deck.slides.add_slide(_layout_of(deck))
    lang = table.lang
    slide.name = name
    for each in list(slide.placeholders):
        if each.placeholder_format.idx != 0:
            each._element.getparent().remove(each._element)
    tree = slide.shapes._spTree
    aside = sum(width + 6 for _, width in place.chips) + (8 if place.chips else 0)
    box = (_SIDE, _TOP, place.wide - 2 * _SIDE - aside, place.title_high)
    holder = slide.shapes.title
    if holder is None:
        tree.append(parse_xml(words(_next(slide), "title", box, [title], place.size, "tx1", True, lang=lang)))
    else:
        _titled(holder, title, box, place.size, lang, master)
    right = place.wide - _SIDE
    for k, (mark, width) in enumerate(reversed(place.chips)):
        right -= width
        first = k == len(place.chips) - 1 and table.simulated
        style = {"fill": "accent4", "tone": "bg1"} if first else {"line": "accent4", "tone": "accent4"}
        box = (right, _TOP + 4, width, 20)
        tree.append(
            parse_xml(words(_next(slide), f"mark-{k + 1}", box, [mark], _CHIP, bold=True, align="ctr", anchor="ctr", lang=lang, **style))
        )
        right -= 6
    room = place.wide - 2 * _SIDE
    if place.under:
        box = (_SIDE, place.body[1] - 8 - place.under_high, room, place.under_high)
        tree.append(parse_xml(words(_next(slide), "under", box, place.under, 12.5, lang=lang)))
    _foot(slide, table, place, numbered)
    _noted(slide, table)
    return slide


def _titled(holder: Any, title: str, box: tuple[float, float, float, float], size: float, lang: str, master: bool) -> None:
    """The title in its placeholder, so that outlines and readers of the screen find it."""
    body = holder._element.txBody
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    if not master:
        x, y, w, h = map(emu, box)
        holder.left, holder.top, holder.width, holder.height = x, y, w, h
        properties = body.find(qn("a:bodyPr"))
        for name, value in (("lIns", "0"), ("tIns", "0"), ("rIns", "0"), ("bIns", "0"), ("anchor", "t"), ("wrap", "square")):
            properties.set(name, value)
        for child in list(properties):
            properties.remove(child)
        etree.SubElement(properties, qn("a:noAutofit"))
    one = run(title, 0 if master else size, "" if master else "tx1", not master, lang)
    align = "" if master else ' algn="l"'
    body.append(parse_xml(f'<a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:pPr{align}/>{one}</a:p>'))


def _foot(slide: Slide, table: Table, place: _Place, numbered: bool) -> None:
    tree, lang = slide.shapes._spTree, table.lang
    room = place.wide - 2 * _SIDE
    squared = squares.png(table.address)
    text_room = room - (_QR + 14 if squared else 0)
    tree.append(parse_xml(rule(_next(slide), _SIDE, place.foot_top, room)))
    if place.foot:
        box = (_SIDE, place.foot_top + 5, text_room - 40, place.high - _BOTTOM - place.foot_top - 5)
        tree.append(parse_xml(words(_next(slide), "foot", box, place.foot, _FOOT, lang=lang)))
    if numbered:
        box = (_SIDE + text_room - 40, place.high - _BOTTOM - 12, 40, 12)
        tree.append(parse_xml(number_field(_next(slide), box, _FOOT, lang)))
    if squared:
        left, top = place.wide - _SIDE - _QR, place.foot_top + 5
        picture = slide.shapes.add_picture(io.BytesIO(squared), emu(left), emu(top), emu(_QR), emu(_QR))
        picture.name = "code"
        picture._element.nvPicPr.cNvPr.set("descr", text_of(table.reopens))
        box = (left - 24, top + _QR, _QR + 48, 11)
        tree.append(parse_xml(words(_next(slide), "code-text", box, [table.code], 8, align="ctr", lang=lang)))


def _noted(slide: Slide, table: Table) -> None:
    """The sentence and everything that has to be said, as notes to the slide."""
    holder = slide.notes_slide.notes_text_frame
    if holder is None:
        return
    body = holder._txBody
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    said = [table.caption, *(f"{label}: {text}" for label, text in table.notes)]
    for text in "\n".join(said).split("\n"):
        one = run(text, 12, "tx1", lang=table.lang)
        body.append(parse_xml(f'<a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{one}</a:p>'))


def _chart(slide: Slide, table: Table, part: Native, body: tuple[float, float, float, float]) -> None:
    x, y, w, h = body
    package = slide.part.package
    blob = chart_xml(part, w, h)
    chart = ChartPart.load(package.next_partname(ChartPart.partname_template), CONTENT_TYPE.DML_CHART, package, blob)
    chart.chart_workbook.update_from_xlsx_blob(chart_workbook(part))
    frame = slide.shapes._add_chart_graphicFrame(slide.part.relate_to(chart, RELATIONSHIP_TYPE.CHART), emu(x), emu(y), emu(w), emu(h))
    frame.nvGraphicFramePr.cNvPr.set("name", table.chart)
    frame.nvGraphicFramePr.cNvPr.set("descr", text_of(table.alt or f"{table.title} {table.caption}"))
