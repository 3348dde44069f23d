"""Reading office files again: words, runs without a Chinese typeface, the numbers behind charts."""

import io
import zipfile
from dataclasses import replace

from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from callbacks.export_tables import export_table
from callbacks.registry import CHARTS
from dashboard.exports.fonts import EAST_ASIAN
from dashboard.exports.table import Table
from dashboard.view import View
from data.filters import Filters

CODE, ADDRESS = "ABCDEFGHJK", "http://127.0.0.1:8050/s/ABCDEFGHJK"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def stamped(store, chart: str, query: str, lang: str) -> Table:
    """A chart's table as it leaves the house, with a code and the mark of what nobody has approved."""
    made = export_table(store, CHARTS[chart], Filters.from_query(query), View(lang), "all")
    return with_code(made)


def with_code(table: Table) -> Table:
    words = ("查证码 " + CODE, "内部使用") if table.lang == "zh-CN" else ("Code " + CODE, "Internal use")
    return replace(table, code=CODE, address=ADDRESS, reopens=words[0], internal=words[1])


def opened(blob: bytes):
    return Presentation(io.BytesIO(blob))


def charts_of(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def grids_of(deck):
    return [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]


def words_of(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def behind(chart) -> list[list[object]]:
    """The cells of the workbook behind a chart."""
    return cells(chart.part.chart_workbook.xlsx_part.blob)


def cells(blob: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(blob)).active.iter_rows(values_only=True)]


def parts(blob: bytes, start: str, end: str = ".xml") -> dict[str, etree._Element]:
    """{name: root} of the parts of a file whose names begin and end so."""
    with zipfile.ZipFile(io.BytesIO(blob)) as held:
        return {name: etree.fromstring(held.read(name)) for name in held.namelist() if name.startswith(start) and name.endswith(end)}


def bare_runs(blob: bytes) -> list[tuple[str, str]]:
    """(part, text) of every run of slides, charts, notes, pages, headers and footers that names no Chinese typeface."""
    out = []
    for start in ("ppt/slides/slide", "ppt/charts/chart", "ppt/notesSlides/notesSlide", "word/charts/chart"):
        for name, root in parts(blob, start).items():
            for run in root.iter(qn("a:r"), qn("a:fld")):
                face = run.find(f"{_A}rPr/{_A}ea")
                # the picture of the slide on a page of notes has a number of its own
                if (face is None or face.get("typeface") != EAST_ASIAN) and not (run.tag == qn("a:fld") and "notes" in name):
                    out.append((name, "".join(run.itertext())))
            out += [(name, "defRPr") for each in root.iter(qn("a:defRPr")) if each.find(f"{_A}ea") is None]
    for start in ("word/document", "word/header", "word/footer"):
        for name, root in parts(blob, start).items():
            for run in root.iter(f"{_W}r"):
                face = run.find(f"{_W}rPr/{_W}rFonts")
                if face is None or face.get(f"{_W}eastAsia") != EAST_ASIAN:
                    out.append((name, "".join(run.itertext())))
    return out


def fixed_colours(blob: bytes, start: str) -> list[str]:
    """Colours in the charts that are not the theme's."""
    return [each.get("val") for root in parts(blob, start).values() for each in root.iter(f"{_A}srgbClr")]


def value_axes(blob: bytes, start: str) -> list[tuple[float, float]]:
    """(least, most) of the axis of values of each chart."""
    out = []
    for root in parts(blob, start).values():
        scaling = next(root.iter(f"{_C}valAx")).find(f"{_C}scaling")
        out.append(tuple(float(scaling.find(f"{_C}{end}").get("val")) for end in ("min", "max")))
    return out


def shown(blob: bytes, start: str) -> list[list[list[float | None]]]:
    """Of each chart the values of its series as the picture has them."""
    out = []
    for root in parts(blob, start).values():
        series = []
        for each in root.iter(f"{_C}ser"):
            held = each.find(f"{_C}val/{_C}numRef/{_C}numCache")
            count = int(held.find(f"{_C}ptCount").get("val"))
            found = {int(point.get("idx")): float(point.find(f"{_C}v").text) for point in held.iter(f"{_C}pt")}
            series.append([found.get(n) for n in range(count)])
        out.append(series)
    return out
