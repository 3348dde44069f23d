"""What a brief answers for: its code covers every word of it, every format bears it, and everything counted in it is shown."""

import io
import json
import re
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from app import create_app
from callbacks import batch_subjects, chromium
from callbacks.brief_files import brief_bytes
from callbacks.briefs import Asked, assemble, charts_of
from callbacks.export_desk import Desk
from config import Settings
from dashboard.exports.letter import letter_bytes
from data.exports import release
from tests.campaign import AS_OF

QUERY = f"campaign=xh-2022&as_of={AS_OF.isoformat()}"
LABEL = re.compile(r"^((?:[图表]\d+)(?:、[图表]\d+)*)　")
LOCALES = Path(__file__).resolve().parents[2] / "dashboard" / "locales" / "zh-CN"


@pytest.fixture
def desk(sqlite_small_store, tmp_path):
    return Desk(sqlite_small_store, tmp_path / "waiting")


@pytest.fixture
def client(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store).server.test_client()


def put(store, states, *codes, status="approved"):
    """Keep states, and release some of them."""
    book = Desk(store, Path("/nowhere")).record
    for each in states:
        book.add(each)
    with store.writing() as conn:
        for code in codes:
            release.decide(conn, code, status, "王处长")


def titles(deck):
    """(title, has a chart, has a table) of each slide that shows a chart's data."""
    return [
        (slide.shapes.title.text_frame.text, any(s.has_chart for s in slide.shapes), any(s.has_table for s in slide.shapes))
        for slide in deck.slides
        if slide.shapes.title is not None
    ]


def words_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


# ----------------------------------------------------------------- the code


def test_a_released_circular_says_nothing_in_the_name_of_others(client):
    ours = f"/export/brief/circular.docx?{QUERY}&issuer=甲局&number=甲〔2022〕1号"
    code = client.get(ours).headers["X-Dubang-Code"]
    assert client.post("/api/export/release", json={"code": code, "status": "approved", "by": "王处长"}).status_code == 200
    again = client.get(ours)
    assert again.headers["X-Dubang-Code"] == code
    assert "内部使用" not in [each.text for each in Document(io.BytesIO(again.data)).paragraphs]
    for other in (ours.replace("甲局", "乙局"), ours.replace("1号", "2号"), f"{ours}&title=关于放假的通报"):
        answer = client.get(other)
        assert answer.headers["X-Dubang-Code"] != code
        assert "内部使用" in [each.text for each in Document(io.BytesIO(answer.data)).paragraphs]


def test_the_code_covers_the_words_and_the_layout_of_a_template(sqlite_small_store, desk, tmp_path):
    told = {
        "name": "周报",
        "title": "周报",
        "layout": "plain",
        "issuer": "甲局",
        "sections": [{"heading": "进展", "parts": [{"text": "本周平稳。"}, {"chart": "status-structure"}]}],
    }
    changes = [
        {},
        {"layout": "red"},
        {"issuer": "乙局"},
        {"sections": [{"heading": "问题", "parts": told["sections"][0]["parts"]}]},
        {"sections": [{"heading": "进展", "parts": [{"text": "本周紧张。"}, {"chart": "status-structure"}]}]},
        {"sections": [{"heading": "进展", "parts": [{"text": "本周平稳。"}, {"chart": "status-structure", "show": "table"}]}]},
    ]
    codes = []
    for change in changes:
        (tmp_path / "mine.json").write_text(json.dumps({**told, **change}), "utf-8")
        codes.append(assemble(sqlite_small_store, Asked("mine", QUERY), "all", desk, own=tmp_path)[0].code)
    assert len(set(codes)) == len(changes)
    (tmp_path / "mine.json").write_text(json.dumps(told), "utf-8")
    # the same in print, where more can be drawn
    assert assemble(sqlite_small_store, Asked("mine", QUERY), "all", desk, own=tmp_path, printed=True)[0].code == codes[0]


def test_charts_that_are_released_do_not_release_the_brief(sqlite_small_store, desk):
    asked = Asked("weekly", QUERY)
    _, made = assemble(sqlite_small_store, asked, "all", desk)
    put(sqlite_small_store, made, *(each.code for each in made[:-1]))
    brief, _ = assemble(sqlite_small_store, asked, "all", desk)
    assert brief.marks == ["内部使用"] and all(part.data.marks == ["内部使用"] for part in brief.exhibits)


def test_a_brief_of_texts_alone_is_written_in_every_format(sqlite_small_store, desk, tmp_path):
    told = {"name": "函", "title": "关于{region}的函", "sections": [{"heading": "事由", "parts": [{"text": "请予协助。"}]}]}
    (tmp_path / "letter.json").write_text(json.dumps(told), "utf-8")
    said = {}
    for form in ("docx", "pptx", "xlsx"):
        blob = brief_bytes(sqlite_small_store, "letter", QUERY, form, own=tmp_path)
        if form == "docx":
            said[form] = [each.text for each in Document(io.BytesIO(blob)).paragraphs]
        elif form == "pptx":
            said[form] = [text for slide in Presentation(io.BytesIO(blob)).slides for text in words_of(slide)]
        else:
            said[form] = [cell for row in load_workbook(io.BytesIO(blob)).worksheets[0].values for cell in row]
    assert "请予协助。" in said["docx"] and "请予协助。" in said["pptx"]
    assert all("内部使用" in texts for texts in said.values())


# ----------------------------------------------------------------- the workbook


def test_a_workbook_bears_the_code_and_the_head_of_its_brief(client):
    answer = client.get(f"/export/brief/circular.xlsx?{QUERY}&issuer=甲局&number=甲〔2022〕1号")
    code = answer.headers["X-Dubang-Code"]
    cover = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in cover.values]
    assert ["发文机关", "甲局"] in rows and ["发文字号", "甲〔2022〕1号"] in rows and ["内部使用"] in rows
    assert ["查证", f"查证码 {code}\nhttp://localhost/s/{code}"] in rows
    assert rows[0][0].startswith("关于") and rows[0][0].endswith("赛马排名情况的通报")
    # before anything of its charts, which have codes of their own
    texts = [text for row in rows for text in row if isinstance(text, str)]
    assert next(re.search(r"查证码 (\w+)", text)[1] for text in texts if "查证码" in text) == code
    assert any(text.startswith("赛马排名：得分＝") for text in texts[: texts.index("目录")])
    assert code in cover.oddFooter.left.text and cover.oddHeader.left.text.endswith("的通报")
    assert texts.count(f"查证码 {code}\nhttp://localhost/s/{code}") == 1


def test_the_squares_of_a_workbook_lead_to_the_brief(sqlite_small_store, desk, monkeypatch):
    drawn = []
    monkeypatch.setattr("dashboard.exports.cover.squares.png", lambda address, *_: drawn.append(address) or b"")
    brief_bytes(sqlite_small_store, "weekly", QUERY, "xlsx")
    brief, _ = assemble(sqlite_small_store, Asked("weekly", QUERY), "all", desk)
    assert drawn == [brief.address]


# ----------------------------------------------------------------- the print


@pytest.fixture
def print_(monkeypatch):
    """What a Chromium would be asked to print."""
    got = {}

    def pdf(sheets, size, title=""):
        got.update(sheets=sheets, title=title)
        return b"%PDF-"

    monkeypatch.setattr(chromium, "find", lambda: Path("/bin/chromium"))
    monkeypatch.setattr(chromium, "pdf", pdf)
    return got


@pytest.mark.parametrize("template", ["circular", "weekly"])
def test_a_print_says_every_sentence_and_is_called_as_the_brief(sqlite_small_store, desk, print_, template):
    brief_bytes(sqlite_small_store, template, QUERY, "pdf")
    brief, _ = assemble(sqlite_small_store, Asked(template, QUERY), "all", desk, printed=True)
    assert print_["title"] == brief.title and print_["title"]
    texts = [re.sub(r"<[^>]*>", "\n", sheet.get("html", "")) for sheet in print_["sheets"]]
    for chapter in brief.chapters:
        # its own page, after the contents
        page = next(text for text in texts[2:] if chapter.heading in text)
        for part in chapter.parts:
            assert part.heading in page and part.data.caption in page
    assert all("内部使用" in text and brief.code in text for text in texts if "目录" in text or "四、" in text)


def test_a_print_holds_texts_and_parts_without_a_picture(sqlite_small_store, print_, tmp_path):
    long = "这一段很长，一页写不下。" * 100
    parts = [{"text": "先说一句。"}, {"chart": "status-structure", "show": "sentence"}, {"text": long}]
    told = {"name": "周报", "title": "周报", "sections": [{"heading": "进展", "parts": parts}]}
    (tmp_path / "mine.json").write_text(json.dumps(told), "utf-8")
    brief_bytes(sqlite_small_store, "mine", QUERY, "pdf", own=tmp_path)
    texts = [re.sub(r"<[^>]*>", "\n", sheet.get("html", "")) for sheet in print_["sheets"]]
    said = "".join(texts[2:])
    assert said.count("先说一句。") == 1 and "已销号" in said
    # nothing of it is lost below an edge
    assert "".join(re.findall("[这一段很长，写不下页。]{13,}", said)) == long
    assert [text for text in texts if len(text) > 900] == [] and "一、进展（1/3）" in texts[2] and "一、进展（3/3）" in texts[4]
    deck = Presentation(io.BytesIO(brief_bytes(sqlite_small_store, "mine", QUERY, "pptx", own=tmp_path)))
    shapes = [shape for slide in list(deck.slides)[2:] for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text in long]
    assert "".join(shape.text_frame.text for shape in shapes) == long
    assert all(shape.top + shape.height < deck.slide_height for shape in shapes)
    # the contents name what there is, and do not say it
    assert "先说一句。" not in texts[1] and "一、进展" in texts[1]


# ----------------------------------------------------------------- the slides


@pytest.mark.parametrize("template", ["weekly", "meeting", "dossier", "circular"])
def test_slides_show_what_the_template_asks_for_under_the_numbers_of_the_document(sqlite_small_store, desk, template):
    brief, _ = assemble(sqlite_small_store, Asked(template, QUERY), "all", desk)
    deck = Presentation(io.BytesIO(brief_bytes(sqlite_small_store, template, QUERY, "pptx")))
    shown: dict[str, str] = {}
    for title, chart, table in titles(deck):
        labels = LABEL.match(title)[1].split("、")
        for label in labels:
            shown[label] = LABEL.sub("", re.sub(r"（\d+/\d+）$", "", title))
        kinds = {label[0] for label in labels}
        nothing = not chart and not table
        assert nothing or kinds == {kind for kind, there in (("图", chart), ("表", table)) if there}, title
    # no gaps: as many as there are, in their order
    for kind in "图表":
        numbers = [int(label[1:]) for label in shown if label[0] == kind]
        assert numbers == list(range(1, len(numbers) + 1))
    document = [each.text for each in Document(io.BytesIO(brief_bytes(sqlite_small_store, template, QUERY, "docx"))).paragraphs]
    named = {text.split("　")[0]: text.split("　")[1] for text in document if LABEL.match(text) and "、" not in text.split("　")[0]}
    assert {label: named[label].startswith(title.rstrip("…")) for label, title in shown.items()} == dict.fromkeys(named, True)
    assert set(shown) == {label for part in brief.exhibits for label in part.labels}


def test_a_sentence_is_a_sentence_on_a_slide(sqlite_small_store, desk):
    brief, _ = assemble(sqlite_small_store, Asked("circular", QUERY), "all", desk)
    (part,) = [each for each in brief.exhibits if each.show == "sentence"]
    deck = Presentation(io.BytesIO(brief_bytes(sqlite_small_store, "circular", QUERY, "pptx")))
    (slide,) = [each for each in deck.slides if part.data.caption in words_of(each)]
    said = words_of(slide)
    assert brief.chapters[-1].heading in said and part.data.title in said and "内部使用" in said
    assert not any(shape.has_chart or shape.has_table for shape in slide.shapes)
    assert any(brief.code in text for text in said)
    assert not any(title.startswith(part.data.title) for title, _, _ in titles(deck))


def test_a_table_that_is_empty_has_its_name(sqlite_small_store, desk, tmp_path):
    told = {"name": "x", "title": "x", "sections": [{"heading": "x", "parts": [{"chart": "orders", "show": "table"}] * 2}]}
    (tmp_path / "mine.json").write_text(json.dumps(told), "utf-8")
    brief, _ = assemble(sqlite_small_store, Asked("mine", QUERY), "all", desk, own=tmp_path)
    assert not any(part.data.rows for part in brief.exhibits)
    blob = brief_bytes(sqlite_small_store, "mine", QUERY, "docx", own=tmp_path)
    said = [each.text for each in Document(io.BytesIO(blob)).paragraphs]
    for n in (1, 2):
        at = said.index(f"表{n}　{brief.exhibits[0].data.title}", said.index("一、x") + 3)
        assert said[at + 1] == "所选范围内没有可列出的数据。"
    assert "所选范围内没有可列出的数据。" in [each.text for each in Document(io.BytesIO(letter_bytes(brief.exhibits[0].data))).paragraphs]


# ----------------------------------------------------------------- batches, and the page of a code


def test_the_index_of_a_batch_has_the_marks_of_the_brief(sqlite_small_store, tmp_path):
    noting = batch_subjects.Noting(sqlite_small_store, tmp_path / "exports", "", release.INTERNAL, "batch")
    first = batch_subjects.make(sqlite_small_store, noting, "brief:weekly", QUERY, "docx", "zh-CN", "all")
    assert first.marks == ("内部使用",)
    put(sqlite_small_store, [], first.code)
    again = batch_subjects.make(sqlite_small_store, noting, "brief:weekly", QUERY, "docx", "zh-CN", "all")
    assert again.code == first.code and again.marks == ()
    assert "内部使用" not in [each.text for each in Document(io.BytesIO(again.body)).sections[0].header.paragraphs]


def test_the_charts_of_a_brief_are_links_only_where_they_open(sqlite_small_store, desk):
    _, made = assemble(sqlite_small_store, Asked("weekly", QUERY), "all", desk)
    put(sqlite_small_store, made, made[0].code, status="public")
    told = json.loads(made[-1].text)
    assert [code for code, _ in charts_of(told, lambda code: True)] == [each.code for each in made[:-1]]
    open_ = charts_of(told, lambda code: desk.record.status(code) == release.PUBLIC)
    assert [code for code, _ in open_] == [made[0].code] + [""] * (len(made) - 2)
    assert [title for _, title in open_] == [each.title for each in made[:-1]]


def test_a_public_brief_s_page_has_no_link_that_leads_nowhere(client):
    code = client.get(f"/export/brief/circular.docx?{QUERY}&issuer=甲局&number=甲〔2022〕1号").headers["X-Dubang-Code"]
    assert client.post("/api/export/release", json={"code": code, "status": "public", "by": "王处长"}).status_code == 200
    here, far = client.get(f"/s/{code}"), client.get(f"/s/{code}", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    links = re.findall(r'href="(/s/[A-Z0-9]{10})"', here.text)
    assert links and [client.get(each).status_code for each in links] == [200] * len(links)
    assert far.status_code == 200 and re.findall(r'href="/s/[A-Z0-9]{10}"', far.text) == []
    # and whose it is can be checked
    assert all("甲局" in page.text and "甲〔2022〕1号" in page.text for page in (here, far))


def test_a_code_has_one_name():
    said = {path.name: path.read_text("utf-8") for path in LOCALES.glob("*.json")}
    assert [name for name, text in said.items() if "短码" in text] == []
    assert [name for name, text in said.items() if re.search(r"(?<!审)图号", text)] == []
    assert "查证码 {code}" in said["schedules.json"]
