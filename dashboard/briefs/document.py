"""A brief as a document for a word processor: cover, contents, chapters with numbered figures and tables, notes; or the circular's layout
(红头) after GB/T 9704: red head and rule, 小标宋 title, 仿宋 text of 28 points a line.

Typefaces are named, not carried: a program without 方正小标宋 or 仿宋_GB2312 takes the ones that stand beside them in the file's table of
fonts.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import etree

from dashboard import theme
from dashboard.briefs.brief import Brief, Exhibit
from dashboard.briefs.template import BriefError
from dashboard.exports.fonts import EAST_ASIAN, LATIN
from dashboard.exports.letter import closed, exhibit_into, new_letter
from dashboard.exports.table import text_of
from dashboard.formatting import day
from dashboard.i18n import t

_TOKENS = theme.TOKENS["light"]
RED = "E60012"
# (typeface, what stands for it where it is missing)
_FACES = json.loads((Path(__file__).resolve().parent / "faces.json").read_text("utf-8"))
TITLE, BODY, HEAD = _FACES["title"], _FACES["body"], _FACES["head"]
# points of type: second and third size of official papers
_TWO, _THREE, _LEADING = 22, 16, 28


def brief_document(brief: Brief, master: bytes | None = None, name: str = "") -> bytes:
    """The file. ``master``: a deployer's document (``name`` is how it is called) whose paper, styles, header and footer are used.

    Raises BriefError for a master that cannot be used.
    """
    try:
        document = new_letter(master)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as problem:
        raise BriefError("master", name=name, why=type(problem).__name__) from None
    _Writer(document, brief, own=master is not None).write()
    return closed(document, [brief.stamp, *(part.data for part in brief.exhibits)], brief.title)


class _Writer:
    """One brief into one document."""

    def __init__(self, document: Any, brief: Brief, own: bool) -> None:
        self.document, self.brief, self.red = document, brief, brief.layout == "red" and brief.lang == "zh-CN"
        self.body = BODY[0] if self.red else EAST_ASIAN
        if self.red and not own:
            # GB/T 9704: where the text stands on the paper
            section = document.sections[0]
            section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
            section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        if self.red:
            _fonts(document)

    def write(self) -> None:
        brief = self.brief
        if self.red:
            self._red_head()
        else:
            self._cover()
            self._contents()
        for chapter in brief.chapters:
            self._chapter(chapter.heading)
            for part in chapter.parts:
                if isinstance(part, str):
                    for line in part.split("\n"):
                        self.text(line)
                else:
                    self._exhibit(part)
        if self.red:
            self._signed()
        if brief.notes:
            self._chapter(t("brief.notes", brief.lang))
            for k, note in enumerate(brief.notes, 1):
                self.text(f"{k}. {note}", size=10.5, indent=False, face=EAST_ASIAN, leading=0)

    # ------------------------------------------------------------------ paragraphs

    def text(
        self,
        text: str,
        *,
        size: float = 0,
        bold: bool = False,
        face: str = "",
        align: Any = None,
        colour: str = "",
        indent: bool = True,
        before: float = 0,
        after: float = 4,
        leading: float = -1,
        style: str = "",
        keep: bool = False,
    ) -> Paragraph:
        """A paragraph; ``leading`` in points (0: as the type needs)."""
        size = size or (_THREE if self.red else 12)
        leading = (_LEADING if self.red else 0) if leading < 0 else leading
        paragraph = self.document.add_paragraph(style=style or None)
        format_ = paragraph.paragraph_format
        format_.space_before, format_.space_after, format_.keep_with_next = Pt(before), Pt(after), keep
        if leading:
            format_.line_spacing_rule, format_.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
        if align is not None:
            paragraph.alignment = align
        elif indent and self.brief.lang == "zh-CN":
            # two signs, as Chinese paragraphs begin
            format_.first_line_indent = Pt(size * 2)
        run = paragraph.add_run(text_of(text))
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face or self.body)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
        return paragraph

    def _chapter(self, heading: str) -> None:
        face = HEAD[0] if self.red else EAST_ASIAN
        self.text(
            heading,
            size=_THREE if self.red else 15,
            bold=not self.red,
            face=face,
            colour=_TOKENS["ink"],
            indent=self.red,
            before=12,
            style="Heading 1",
            keep=True,
        )

    # ------------------------------------------------------------------ beginnings and ends

    def _cover(self) -> None:
        brief, left = self.brief, WD_ALIGN_PARAGRAPH.LEFT
        for mark in brief.marks:
            self.text(mark, size=12, bold=True, colour=_TOKENS["status-overdue"], align=left)
        self.text(brief.issuer, size=16, colour=_TOKENS["ink-2"], align=left, before=150)
        title = self.text(brief.title, size=28, bold=True, align=left, after=12)
        _edge(title, "bottom", _TOKENS["rule"].lstrip("#"), 8)
        for line in (brief.selection, brief.number, brief.source, brief.reopens):
            if line:
                self.text(line, size=12, colour=_TOKENS["ink-2"], align=left)
        self._break()

    def _contents(self) -> None:
        brief = self.brief
        self.text(t("brief.contents", brief.lang), size=18, bold=True, align=WD_ALIGN_PARAGRAPH.LEFT, after=8)
        for chapter in brief.chapters:
            self.text(chapter.heading, bold=True, align=WD_ALIGN_PARAGRAPH.LEFT, before=6)
            for part in chapter.parts:
                if isinstance(part, Exhibit):
                    line = self.text(
                        part.heading,
                        size=11,
                        colour=_TOKENS["ink-2"],
                        align=WD_ALIGN_PARAGRAPH.LEFT,
                        after=2,
                    )
                    line.paragraph_format.left_indent = Pt(24)
        self._break()

    def _red_head(self) -> None:
        brief, centre = self.brief, WD_ALIGN_PARAGRAPH.CENTER
        for mark in brief.marks:
            self.text(mark, size=_THREE, bold=True, face=HEAD[0], align=WD_ALIGN_PARAGRAPH.LEFT, leading=0)
        issuer = brief.issuer or t("brief.issuer_blank", brief.lang)
        self.text(issuer, size=36, face=TITLE[0], colour=RED, align=centre, before=28, after=24, leading=0)
        number = self.text(brief.number or t("brief.number_blank", brief.lang), face=BODY[0], align=centre, after=6)
        _edge(number, "bottom", RED, 18)
        self.text(brief.title, size=_TWO, face=TITLE[0], align=centre, before=28, after=18, leading=34)

    def _signed(self) -> None:
        brief, right = self.brief, WD_ALIGN_PARAGRAPH.RIGHT
        if brief.issuer:
            # who signs and the day stand on one page
            self.text(brief.issuer, align=right, before=28, after=0, keep=True)
        today: date | None = brief.day
        self.text(t("brief.as_of_line", brief.lang, day=day(today, brief.lang, year=True)), align=right, before=0 if brief.issuer else 28)

    def _break(self) -> None:
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    # ------------------------------------------------------------------ exhibits

    def _exhibit(self, part: Exhibit) -> None:
        self.text(part.data.caption)
        exhibit_into(self.document, part.data, part.figure, part.table)


def _edge(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    """A rule along a side of a paragraph, in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    paragraph._p.get_or_add_pPr().append(borders)


def _fonts(document: Any) -> None:
    """Name in the font table what stands for each typeface of official papers where it is missing."""
    table = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")), None)
    if table is None:
        return
    root = parse_xml(table.blob)
    for face, other in (TITLE, BODY, HEAD):
        inside = f'<w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        root.append(parse_xml(f'<w:font {nsdecls("w")} w:name="{face}">{inside}</w:font>'))
    table._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
