"""Pictures: every word has a place of its own on its sheet, what has no room is counted, and text is text."""

import html
import json
import os
import re
import signal
import time
from datetime import date
from pathlib import Path

import pytest
import segno

from callbacks import chromium
from callbacks.chromium import ChromiumError
from dashboard.exports import picture_page, squares
from dashboard.exports.picture import dressed, stands
from dashboard.exports.picture_page import page_of, presets
from dashboard.exports.picture_table import table_picture
from dashboard.exports.table import Table
from dashboard.figures import canvas

EVERY = pytest.mark.parametrize("preset", presets().values(), ids=presets())
LONG = "极长名称的生态环境局" * 20
HTML = "<img src=x onerror=alert(1)><b>宿迁</b></script>"


def table(**over):
    given = {
        "chart": "orders",
        "title": "宿迁市最落后：完成率80.9%，超期91个",
        "caption": "截至2022年11月30日，没有交办。",
        "as_of": date(2022, 11, 30),
        "known_at": None,
        "filters": {},
        "columns": ("region", "text", "items"),
        "labels": ("地区", "内容", "数量"),
        "rows": [[f"第{k}县", f"第{k}项", k] for k in range(95)],
        "simulated": True,
        "mark": "演示数据 · 非真实",
        "shown": (0, 1, 2),
        "more": "另有{n}行，见电子表格。",
        "under": "整改完成率＝已整改/有效问题 · 截至2022年11月30日 · 演示数据 · 非真实",
        "selection": "提质增优攻坚（演示） · 全部地区 · 截至2022年11月30日",
        "source": "来源：督帮数据库，数据版本 88 · 数据截至2022年11月30日",
        "known": "台账录入至2026年11月28日 19:30",
        "definition": "整改完成率＝已整改÷有效问题，未到期的也在分母中；" * 3,
        "code": "ABCDEFGHJK",
        "address": "http://127.0.0.1:8050/s/ABCDEFGHJK",
        "reopens": "查证码 ABCDEFGHJK",
        "internal": "内部使用",
    }
    return Table(**{**given, **over})


def figure(height=300):
    layout = {"height": height, "margin": {"l": 40, "r": 10, "t": 8, "b": 20, "pad": 4}, "title": {"text": "x"}, "meta": {"title": "x"}}
    trace = {"type": "bar", "x": [1], "y": [0], "customdata": ["region=1"], "hovertext": ["x"], "hoverinfo": "text"}
    return {"data": [trace], "layout": layout, "frames": [{"name": "1"}]}


def boxes(page):
    """Everything on the sheet but the chart, as wide as it is written: (name, left, top, right, bottom)."""
    found = []
    for each in page.words:
        wide = each.wide if each.chip else max(canvas.em(html.unescape(line)) for line in each.text.split("<br>")) * each.size
        found.append((each.name, each.x, each.y, each.x + wide, each.y + each.high))
    x, y, wide, high = page.room
    found.append(("room", x, y, x + wide, y + high))
    if page.squares:
        path, x, y, module = page.squares
        far = max(int(a) + int(b) for a, b in re.findall(r"M(\d+) \d+h(\d+)", path))
        low = max(int(each) for each in re.findall(r"M\d+ (\d+)h", path)) + 1
        found.append(("squares", x + squares.QUIET * module, y, x + far * module, y + (low - squares.QUIET) * module))
    return found


def apart(one, other):
    return one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5 or one[4] <= other[2] + 0.5 or other[4] <= one[2] + 0.5


@EVERY
@pytest.mark.parametrize("tight", [1.0, 0.9, 0.8, 0.6, 0.4])
@pytest.mark.parametrize(
    "over",
    [
        {},
        {"title": LONG},
        {"title": "X" * 200, "under": "long words " * 40},
        {"selection": " · ".join([LONG[:60]] * 3)},
        {"definition": "", "address": "", "reopens": "", "code": "", "internal": "", "simulated": False},
        {"definition": LONG * 2, "source": LONG},
    ],
    ids=["usual", "long-title", "one-word", "long-selection", "bare", "long-foot"],
)
def test_nothing_on_a_sheet_covers_anything_else_or_is_cut(preset, tight, over):
    page = page_of(table(**over), preset, tight, tall=300)
    assert page.width * page.zoom == preset.width
    assert page.height * page.zoom == (preset.height or page.height * page.zoom)
    found = boxes(page)
    long = "title" in over or "definition" in over or "selection" in over
    for k, one in enumerate(found):
        assert one[1] >= 0 and one[2] >= 0, one
        assert one[3] <= page.width + 0.5, one
        assert one[4] <= page.height + 0.5 or (long and preset.height == 383), one
        for other in found[k + 1 :]:
            if preset.height == 383 and long and "room" in (one[0], other[0]):
                # a cover of 383 px has no room for 200 characters and a chart
                continue
            assert apart(one, other), (one, other)


@EVERY
def test_a_picture_says_everything_in_real_text(preset):
    made = dressed(figure(), page_of(table(), preset, tall=300))
    said = {each["name"]: each["text"].replace("<br>", "") for each in made["layout"]["annotations"]}
    assert said["picture-title"] == "<b>宿迁市最落后：完成率80.9%，超期91个</b>"
    assert {said["picture-mark-0"], said["picture-mark-1"]} == {"<b>内部使用</b>", "<b>演示数据 · 非真实</b>"}
    assert said["picture-over"] == "提质增优攻坚（演示） · 全部地区"
    # the day once, and the mark not among the small words
    assert said["picture-under"] == "整改完成率＝已整改/有效问题 · 截至2022年11月30日"
    assert "数据截至2022年11月30日" in said["picture-foot-0"] and "19:30" in said["picture-foot-0"]
    assert said["picture-foot-1"].startswith("整改完成率＝已整改÷有效问题") and said["picture-foot-2"] == "查证码 ABCDEFGHJK"
    assert "title" not in made["layout"] and "frames" not in made and "region=1" not in json.dumps(made)


def test_without_a_mark_there_is_no_mark():
    made = dressed(figure(), page_of(table(simulated=False, internal=""), presets()["slide"]))
    assert not [each for each in made["layout"]["annotations"] if "mark" in each["name"]]


def test_the_squares_are_those_of_the_address():
    made = dressed(figure(), page_of(table(), presets()["slide"]))
    path = next(each for each in made["layout"]["shapes"] if each["name"] == "picture-squares")["path"]
    corners = [tuple(map(float, pair)) for pair in re.findall(r"M(-?[\d.e+-]+),(-?[\d.e+-]+)", path)]
    widths = [float(b) - float(a) for a, b in re.findall(r"M(-?[\d.e+-]+),[^L]+L(-?[\d.e+-]+),", path)]
    matrix = [list(row) for row in segno.make(table().address, error="m", micro=False).matrix]
    left, top = min(x for x, _ in corners), max(y for _, y in corners)
    drawn = [[0] * len(matrix) for _ in matrix]
    for (x, y), wide in zip(corners, widths, strict=True):
        for k in range(round(wide / 2)):
            drawn[round((top - y) / 2)][round((x - left) / 2) + k] = 1
    assert drawn == [[int(bool(cell)) for cell in row] for row in matrix]


def test_ledger_text_is_text():
    given = table(title=HTML, rows=[[HTML, "=1+1", 3]], definition=HTML)
    page = page_of(given, presets()["slide"])
    made = dressed(table_picture(given, page), page)
    texts = [each["text"] for each in made["layout"]["annotations"]]
    assert not [text for text in texts if "<img" in text or "<b>宿迁" in text or "<script" in text or "</script" in text]
    assert any("&lt;img" in text for text in texts)


@EVERY
def test_a_table_says_how_many_rows_found_no_room(preset):
    given = table()
    page = page_of(given, preset)
    drawn = table_picture(given, page, grows=not preset.height)
    texts = [each["text"] for each in drawn["layout"]["annotations"]]
    rows = [text for text in texts if re.fullmatch(r"第\d+县", text)]
    left = next(int(found[1]) for text in texts if (found := re.match(r"另有(\d+)行", text)))
    assert len(rows) + left == 95 and len(rows) >= 3
    assert rows == [f"第{k}县" for k in range(len(rows))]
    assert preset.height == 0 or stands(drawn, page)
    # numbers stand at the right of their column, words at the left
    sides = {each["text"]: each["xanchor"] for each in drawn["layout"]["annotations"]}
    assert (sides["第0县"], sides["2"]) == ("left", "right")


def test_a_whole_table_says_nothing_of_others_and_an_empty_one_says_why():
    given = table(rows=table().rows[:3])
    drawn = table_picture(given, page_of(given, presets()["slide"]))
    assert not [each for each in drawn["layout"]["annotations"] if "另有" in each["text"]]
    none = table(rows=[])
    words = table_picture(none, page_of(none, presets()["slide"]))["layout"]["annotations"]
    assert [each["text"] for each in words] == ["截至2022年11月30日，没有交办。"]


def test_columns_without_room_are_counted():
    names = [f"列{k}" for k in range(30)]
    given = table(columns=names, labels=names, shown=range(30), rows=[["一个长一些的名称"] * 30] * 2)
    texts = [each["text"] for each in table_picture(given, page_of(given, presets()["column"]), grows=True)["layout"]["annotations"]]
    heads = [text for text in texts if text.startswith("<b>列")]
    assert f"另有{30 - len(heads)}列，见数据文件" in texts and 3 <= len(heads) < 30


def test_a_name_of_200_characters_is_shortened_where_it_would_push_others_out():
    given = table(rows=[[LONG, "短", 1]])
    drawn = table_picture(given, page_of(given, presets()["column"]), grows=True)
    cell = next(each["text"] for each in drawn["layout"]["annotations"] if each["text"].startswith("极长"))
    assert cell.endswith("…") and canvas.lines(cell) == 3
    assert any(each["text"] == "短" for each in drawn["layout"]["annotations"])


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("超期37个（规则：10个以上）", 5.0, None), ("苏环督函〔2022〕31号", 5.0, None), ("名次变化（正为上升）", 5.0, None)],
)
def test_no_line_ends_with_an_opening_bracket_or_begins_with_a_closing_sign(text, width, lines):
    broken = canvas.wrap(text, width).split("<br>")
    assert "".join(broken) == text and len(broken) > 1
    assert not [line for line in broken if line[-1] in "（〔" or line[0] in "）〕，。"]


# ---------------------------------------------------------------------------- Chromium


@pytest.fixture
def settled():
    yield chromium.settle
    chromium.settle("")


def program(tmp_path, text):
    path = tmp_path / "chromium"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_chromium_it_is_said(settled):
    settled("/nowhere/chromium")
    assert chromium.find() is None
    with pytest.raises(ChromiumError, match="DUBANG_CHROMIUM") as problem:
        chromium.png(figure(), 100, 100)
    assert problem.value.reason == "missing"


def test_a_chromium_that_hangs_is_ended_with_all_it_started(settled, tmp_path, monkeypatch):
    note = tmp_path / "pids"
    settled(program(tmp_path, f"sleep 300 & echo $! >> {note}; echo $$ >> {note}; sleep 300"))
    monkeypatch.setattr(chromium, "LIMIT", 0.5)
    begun = time.monotonic()
    with pytest.raises(ChromiumError) as problem:
        chromium.pdf([{"html": "<p>x</p>"}], (100, 100))
    assert problem.value.reason == "slow" and time.monotonic() - begun < 10
    for pid in map(int, note.read_text().split()):
        assert ended(pid), pid


def ended(pid):
    for _ in range(50):
        try:
            os.kill(pid, signal.SIG_DFL)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False


def test_a_chromium_that_makes_nothing_has_failed(settled, tmp_path):
    settled(program(tmp_path, "exit 0"))
    for make in (lambda: chromium.pdf([{"html": ""}], (100, 100)), lambda: chromium.svg(figure(), 100, 100)):
        with pytest.raises(ChromiumError) as problem:
            make()
        assert problem.value.reason == "failed"


def test_one_runs_at_a_time_and_waiting_has_an_end(settled, tmp_path, monkeypatch):
    settled(program(tmp_path, "exit 0"))
    monkeypatch.setattr(chromium, "PATIENCE", 0.1)
    with chromium._turn, pytest.raises(ChromiumError) as problem:
        chromium.png(figure(), 100, 100)
    assert problem.value.reason == "busy"


def test_what_a_ledger_says_cannot_leave_its_place_in_the_document(settled, tmp_path):
    kept = tmp_path / "page.html"
    settled(program(tmp_path, f'for last; do :; done; cp "${{last#file://}}" {kept}'))
    with pytest.raises(ChromiumError):
        chromium.pdf([{"figure": {**figure(), "data": [{"name": HTML}]}, "alt": '"><script>alert(1)</script>'}], (100, 100), title=HTML)
    document = kept.read_text("utf-8")
    assert document.count("</script>") == 3
    assert "<img" not in document.split("<script>")[0] and "alert(1)</script" not in document
    held = re.search(r'<script type="application/json" id="told">(.*?)</script>', document, re.S)
    assert json.loads(held[1])["p0"]["data"][0]["name"] == HTML


def test_an_svg_says_what_it_shows():
    made = chromium.titled(b'<svg class="main-svg" width="1"><rect/></svg>', 'A < B & "C"')
    assert made == b'<svg class="main-svg" width="1"><title>A &lt; B &amp; &quot;C&quot;</title><rect/></svg>'


def test_every_zoom_gives_whole_pixels_again():
    for preset in presets().values():
        for tenth in range(35, 101):
            width, height, zoom = picture_page._sheet(preset, tenth / 100)
            for scale in (1, 2, 4):
                assert (width * (zoom * scale), height * (zoom * scale)) == (preset.width * scale, preset.height * scale)
