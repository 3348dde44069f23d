"""Briefs: put together from templates, written in every format and opened again; templates and masters that are wrong."""

import io
import json
import re
import zipfile

import pytest
from click.testing import CliRunner
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Emu

from app import create_app
from callbacks.brief_files import brief_bytes
from callbacks.briefs import Asked, assemble
from callbacks.export_desk import Desk
from callbacks.registry import CHARTS
from config import Settings
from dashboard.briefs.document import BODY, RED, TITLE
from dashboard.briefs.template import FOLDER, OURS, BriefError, named, read, templates
from manage import cli
from tests.campaign import AS_OF

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"


@pytest.fixture
def desk(sqlite_small_store, tmp_path):
    return Desk(sqlite_small_store, tmp_path / "waiting")


@pytest.fixture
def client(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store).server.test_client()


def slide_texts(blob):
    deck = Presentation(io.BytesIO(blob))
    return [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]


def document_texts(blob):
    return [each.text for each in Document(io.BytesIO(blob)).paragraphs]


def test_the_templates_that_come_with_it():
    assert tuple(templates(CHARTS)) == OURS and {path.stem for path in FOLDER.glob("*.json")} == set(OURS)
    for each in templates(CHARTS).values():
        assert set(each.name) == set(each.title) == {"zh-CN", "en"}
        assert all(set(section.heading) == {"zh-CN", "en"} for section in each.sections)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("template", OURS)
def test_every_template_in_every_format_says_the_same(sqlite_small_store, desk, template, lang):
    brief, states = assemble(sqlite_small_store, Asked(template, QUERY, lang), "all", desk)
    labels = [label for part in brief.exhibits for label in part.labels]
    figures = [part.figure for part in brief.exhibits if part.figure]
    tables = [part.table for part in brief.exhibits if part.table]
    assert figures == list(range(1, len(figures) + 1)) and tables == list(range(1, len(tables) + 1))
    assert len({each.code for each in states}) == len(states) and states[-1].kind == "brief"

    slides = slide_texts(brief_bytes(sqlite_small_store, template, QUERY, "pptx", lang))
    assert brief.title in slides[0] and brief.reopens in "\n".join(slides[0])
    said = "\n".join(text for slide in slides for text in slide)
    places = [said.index(part.labels[0]) for part in brief.exhibits if part.labels]
    assert places == sorted(places)

    text = "\n".join(document_texts(brief_bytes(sqlite_small_store, template, QUERY, "docx", lang)))
    heads = [text.rindex(chapter.heading) for chapter in brief.chapters]
    assert heads == sorted(heads) and brief.title in text
    for part in brief.exhibits:
        assert part.data.caption in text
    for label in labels:
        assert re.search(rf"{label}(?!\d)", text), label

    book = load_workbook(io.BytesIO(brief_bytes(sqlite_small_store, template, QUERY, "xlsx", lang)))
    assert {part.data.chart for part in brief.exhibits} <= set(book.sheetnames)


def test_a_circular_is_laid_out_like_an_official_paper(sqlite_small_store):
    blob = brief_bytes(sqlite_small_store, "circular", QUERY, "docx", issuer="示例市生态环境局", number="示环督〔2022〕12号")
    document = Document(io.BytesIO(blob))
    section = document.sections[0]
    assert [round(each.mm) for each in (section.page_width, section.page_height, section.top_margin, section.left_margin)] == [
        210,
        297,
        37,
        28,
    ]
    by_text = {each.text: each for each in document.paragraphs}
    number = by_text["示环督〔2022〕12号"]
    issuers = [each for each in document.paragraphs if each.text == "示例市生态环境局"]
    assert str(issuers[0].runs[0].font.color.rgb) == RED
    # once as the red head, once as who signs
    assert [each.alignment for each in issuers] == [WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT]
    assert number._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:color")) == RED
    title = next(each for each in document.paragraphs if each.text.startswith("关于") and each.text.endswith("的通报"))
    assert title.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == TITLE[0] and title.runs[0].font.size.pt == 22
    body = next(each for each in document.paragraphs if "参与排名" in each.text and each.runs[0].font.size)
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == BODY[0]
    assert (body.runs[0].font.size.pt, body.paragraph_format.line_spacing.pt, body.paragraph_format.first_line_indent.pt) == (16, 28, 32)
    with zipfile.ZipFile(io.BytesIO(blob)) as parts:
        fonts = parts.read("word/fontTable.xml").decode()
    for face, other in (TITLE, BODY):
        assert f'w:name="{face}"' in fonts and f'<w:altName w:val="{other}"/>' in fonts
    assert "数据截至2022年9月30日" in [each.text for each in document.paragraphs]


def test_simulated_data_says_so_on_every_page(demo_store):
    slides = slide_texts(brief_bytes(demo_store, "meeting", "campaign=js-2022", "pptx"))
    charts = [slide for slide in slides if any(text.startswith(("图", "表")) for text in slide)]
    assert charts and all("演示数据 · 非真实" in slide for slide in [slides[0], *charts])
    document = Document(io.BytesIO(brief_bytes(demo_store, "weekly", "campaign=js-2022", "docx")))
    assert "演示数据 · 非真实" in document.sections[0].header.paragraphs[-1].text
    brief, _ = assemble(demo_store, Asked("dossier", "campaign=js-2022&region=321300"), "all", Desk(demo_store, FOLDER))
    assert brief.title == "宿迁市整改情况档案" and brief.stem == "dossier_2022-11-30_demo"


GOOD = {"name": "周报", "title": "{region}周报", "sections": [{"heading": "一", "parts": [{"chart": "headline"}]}]}


def changed(**over):
    return {**GOOD, **over}


def part(**told):
    return changed(sections=[{"heading": "一", "parts": [told]}])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([], "应当是一个 JSON 对象"),
        (changed(sectoins=[]), "不认识的字段 sectoins；可用字段：name, about, title"),
        (changed(sections=[]), "没有章节"),
        (changed(sections=["x"]), "sections[1] 应当是一个对象"),
        (changed(sections=[{"heading": "一", "parts": []}]), "sections[1] 没有内容"),
        (part(chart="nope"), "sections[1].parts[1] 没有“nope”这张图"),
        (part(chrat="headline"), "不认识的字段 sections[1].parts[1].chrat"),
        (part(chart="headline", show="video"), "sections[1].parts[1].show 不能是“video”；可用：both, picture, table, sentence"),
        (part(chart="headline", query="colour=red"), "sections[1].parts[1].query“colour=red”不是筛选条件"),
        (changed(title="{province}周报"), "title 中的“{province}”不认识；可用：campaign, region"),
        (changed(title="{周报"), "title"),
        (changed(title="{region.__class__}"), "title 中的“{region.__class__}”不认识"),
        (changed(name={"fr": "x"}), "name 应当是文字"),
        (changed(layout="blue"), "layout 不能是“blue”；可用：plain, red"),
        (changed(masters={"pptx": "../../etc/passwd"}), "母版文件名“../../etc/passwd”不正确"),
        (changed(masters={"pptx": "a.docx"}), "母版文件名“a.docx”不正确"),
        (changed(sections=[{"heading": "一", "parts": [{"chart": "headline"}] * 61}]), "超过 60 项"),
    ],
)
def test_a_template_that_is_wrong_says_where(told, words):
    with pytest.raises(BriefError) as fault:
        read(told, "mine", CHARTS)
    assert words in fault.value.text("zh-CN") and "mine" in fault.value.text("en")


def test_a_deployers_templates_stand_before_ours(tmp_path):
    (tmp_path / "weekly.json").write_text(json.dumps(changed(name="我们的周报")), "utf-8")
    (tmp_path / "broken.json").write_text("{\n  oops", "utf-8")
    found = templates(CHARTS, tmp_path)
    assert found["weekly"].name == {"zh-CN": "我们的周报"} and set(found) == set(OURS)
    with pytest.raises(BriefError, match=r"no JSON at line 2"):
        named("broken", CHARTS, tmp_path)
    for id in ("nope", "../weekly", "weekly.json"):
        with pytest.raises(BriefError, match="Templates: weekly, meeting, dossier, circular"):
            named(id, CHARTS, tmp_path)


def test_a_deployers_master_is_used(sqlite_small_store, tmp_path):
    master = Presentation()
    master.slide_width, master.slide_height = Emu(12_192_000), Emu(6_858_000)
    master.slides.add_slide(master.slide_layouts[0]).shapes.title.text = "旧内容"
    master.slide_masters[0].background.fill.solid()
    master.save(tmp_path / "own.pptx")
    blob = brief_bytes(sqlite_small_store, "weekly", QUERY, "pptx", masters={"pptx": tmp_path / "own.pptx"})
    deck = Presentation(io.BytesIO(blob))
    assert "旧内容" not in str(slide_texts(blob)) and len(deck.slide_layouts) == len(master.slide_layouts)

    paper = Document()
    paper.add_paragraph("旧内容")
    paper.sections[0].header.paragraphs[0].text = "本单位页眉"
    paper.save(tmp_path / "own.docx")
    blob = brief_bytes(sqlite_small_store, "weekly", QUERY, "docx", masters={"docx": tmp_path / "own.docx"})
    document = Document(io.BytesIO(blob))
    assert "旧内容" not in [each.text for each in document.paragraphs]
    assert "本单位页眉" in [each.text for each in document.sections[0].header.paragraphs]


def test_a_master_that_cannot_be_used_is_an_error_that_helps(sqlite_small_store, tmp_path):
    bare = Presentation()
    for layout in list(bare.slide_layouts):
        bare.slide_layouts.remove(layout)
    bare.save(tmp_path / "bare.pptx")
    with pytest.raises(BriefError) as fault:
        brief_bytes(sqlite_small_store, "weekly", QUERY, "pptx", masters={"pptx": tmp_path / "bare.pptx"})
    assert "bare.pptx 没有版式" in fault.value.text("zh-CN")
    (tmp_path / "text.pptx").write_text("no presentation")
    (tmp_path / "text.docx").write_text("no document")
    for form in ("pptx", "docx"):
        with pytest.raises(BriefError) as fault:
            brief_bytes(sqlite_small_store, "weekly", QUERY, form, masters={form: tmp_path / f"text.{form}"})
        assert f"母版 text.{form} 无法打开" in fault.value.text("zh-CN")
        with pytest.raises(BriefError) as fault:
            brief_bytes(sqlite_small_store, "weekly", QUERY, form, masters={form: tmp_path / f"gone.{form}"})
        assert f"母版 gone.{form} 无法打开" in fault.value.text("zh-CN")


def test_over_http_with_a_code_that_leads_to_its_charts(client):
    answer = client.get(f"/export/brief/weekly.docx?{QUERY}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="weekly_2022-09-30.docx"'
    page = client.get(f"/s/{answer.headers['X-Dubang-Code']}").text
    charts = [line.split('"')[0] for line in page.split('href="/s/')[1:]]
    assert len(charts) == 7 and all(client.get(f"/s/{code}").status_code == 200 for code in charts)
    chosen = client.get(f"/export/brief/charts.xlsx?{QUERY}&chart=loop-funnel&chart=item-list&title=自选")
    assert {"loop-funnel", "item-list"} <= set(load_workbook(io.BytesIO(chosen.data)).sheetnames)
    wrong = client.get("/export/brief/nope.docx", headers={"Accept": "application/json"})
    assert wrong.status_code == 404 and "没有“nope”这个模板" in wrong.json["message"]
    assert client.get("/export/brief/charts.docx?chart=<b>", headers={"Accept": "application/json"}).status_code == 400
    for name in ("weekly.exe", "weekly", "..%2fweekly.docx"):
        assert client.get(f"/export/brief/{name}").status_code == 404


def test_a_brief_that_is_released_bears_no_mark_and_is_open(client):
    first = client.get(f"/export/brief/weekly.docx?{QUERY}")
    code = first.headers["X-Dubang-Code"]
    assert "内部使用" in Document(io.BytesIO(first.data)).sections[0].header.paragraphs[-1].text
    far = {"REMOTE_ADDR": "10.1.2.3"}
    assert client.get(f"/s/{code}", environ_base=far).status_code == 404
    assert "审定与公开" in client.get(f"/s/{code}").text
    client.post("/api/export/release", json={"code": code, "status": "public", "by": "王处长"})
    again = client.get(f"/export/brief/weekly.docx?{QUERY}")
    # the same numbers: the same code
    assert again.headers["X-Dubang-Code"] == code
    assert "内部使用" not in Document(io.BytesIO(again.data)).sections[0].header.paragraphs[-1].text
    page = client.get(f"/s/{code}", environ_base=far)
    assert page.status_code == 200 and "可公开" in page.text and "王处长" not in page.text


def test_text_that_a_program_would_run_is_text(sqlite_small_store):
    evil = '=HYPERLINK("http://x") <b>{region}</b> \x00\ud800'
    for form in ("pptx", "docx", "xlsx"):
        blob = brief_bytes(sqlite_small_store, "weekly", QUERY, form, title=evil, issuer=evil, number=evil)
        with zipfile.ZipFile(io.BytesIO(blob)) as parts:
            assert parts.testzip() is None
            text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
        assert b"<f>" not in text and b"<b>{region}" not in text
    slides = slide_texts(brief_bytes(sqlite_small_store, "weekly", QUERY, "pptx", title=evil))
    assert any(text.startswith("=HYPERLINK") for text in slides[0])


def test_from_the_command_line(sqlite_small_store, tmp_path, monkeypatch):
    monkeypatch.setenv("DUBANG_DATABASE_URL", sqlite_small_store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DUBANG_INSTANCE", str(tmp_path))
    run = CliRunner().invoke
    assert "weekly\t整改进展简报 / Progress brief" in run(cli, ["brief"]).output
    out = tmp_path / "周报.pptx"
    done = run(cli, ["brief", "weekly", "--query", QUERY, "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert slide_texts(out.read_bytes())[0] and not list(tmp_path.glob(".*.part"))
    for words, said in (
        (["weekly", "-o", str(tmp_path / "x.odt")], "the ending should be one of .pptx, .docx, .xlsx, .pdf"),
        (["nope", "-o", str(out)], "There is no template “nope”"),
        (["weekly"], "Say where to write it"),
        (["weekly", "-o", str(tmp_path / "no" / "x.pptx")], "cannot be written"),
        (["weekly", "--master", str(tmp_path / "m.docx"), "-o", str(out)], "should end in .pptx"),
        ([str(tmp_path / "gone.json"), "-o", str(out)], "There is no file"),
    ):
        wrong = run(cli, ["brief", *words])
        assert wrong.exit_code != 0 and said in wrong.output, (words, wrong.output)
