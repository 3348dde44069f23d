"""One number everywhere: on the screen, in the JSON, the CSV, the sheet, the slide's workbook and in the sentence, for every chart."""

import csv
import io
import json
import math
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from callbacks.exports import export_bytes
from callbacks.registry import CHARTS, relevant, render, result
from dashboard.captions import crossed, outfalls, regions
from dashboard.exports.kinds import kinds
from dashboard.exports.natives import native
from dashboard.view import View
from data.engine import make_engine
from data.escalation import candidates as proposing
from data.escalation.rules import read_set
from data.filters import Filters
from data.ranking import locks
from data.store import Store
from tests import campaign, contests, map_places, waters
from tests.integration import test_locks, test_region_and_outfall_charts
from tests.integration.test_escalation import SAID, rule
from tests.integration.test_orders import meetings
from tests.numbers import Held

LANGS = ["zh-CN", "en"]
HERE = f"campaign={campaign.CODE}&as_of={campaign.AS_OF.isoformat()}"
# what each chart is asked; those not named are asked of the hand-counted campaign, a second time of one city as of an earlier day
ASKED: dict[str, list[str]] = {
    "outfall-stages": [f"campaign={test_region_and_outfall_charts.CODE}&region=320000&as_of=2022-09-30"],
    "outfall-questions": [f"campaign={test_region_and_outfall_charts.CODE}&region=320000&as_of=2022-09-30"],
    "zone-flags": [f"campaign={map_places.CODE}&as_of=2022-09-30"],
    "rank-changes": [f"scheme={test_locks.SCHEME}&period={test_locks.MONTH}"],
    "contest-result": ["as_of=2022-12-31"],
    "section-standing": ["as_of=2022-09-30"],
    "rank-what-if": ["period=2022-W39", "period=2022-W39&weights=on_time:60"],
    **{
        f"river-{part}": ["water=MAIN&as_of=2022-09-30", "as_of=2022-09-30"]
        for part in ("system", "sections", "problems", "quality", "sources")
    },
}
ASKED |= {
    each.id: ["period=2022-W39", f"scheme={test_locks.SCHEME}&period=2022-09"]
    for each in CHARTS.values()
    if each.race and each.id not in ASKED
}
OTHERWISE = [HERE, f"campaign={campaign.CODE}&region=320100&as_of=2022-09-23&basic=1", f"campaign={campaign.TASK_CODE}"]
CASES = [(chart, query) for chart in CHARTS for query in ASKED.get(chart, OTHERWISE)]
# numbers of the measure itself, from where they are defined
CONSTANTS = {
    "region-by-category": [crossed.LEAST],
    "territory-by-department": [crossed.LEAST],
    "region-map": [regions.LEAST],
    "region-tiles": [regions.LEAST],
    "outfall-stages": [outfalls.LEAST],
    "outfall-questions": [outfalls.LEAST],
    "overdue-ageing": [30],
}
EVERY = pytest.mark.parametrize(("chart", "query"), CASES, ids=[f"{chart}-{k}" for k, (chart, _) in enumerate(CASES)])


@pytest.fixture(scope="module")
def store(sqlite_small_template, tmp_path_factory) -> Iterator[Store]:
    """The hand-counted campaign with a river, outfalls, zones, meetings, a contest, a lock and its correction, and a rule of escalation."""
    folder = tmp_path_factory.mktemp("one")
    opened = Store(make_engine(f"sqlite:///{shutil.copyfile(sqlite_small_template, folder / 'dubang.db')}"))
    waters.load(opened)
    test_region_and_outfall_charts.load(opened)
    map_places.load(opened)
    meetings(opened)
    contests.play(opened)
    locks.lock(opened, test_locks.SCHEME, "2022-08", by="张三", now=datetime(2022, 9, 1, 1))
    locks.lock(opened, test_locks.SCHEME, test_locks.MONTH, by="张三", now=test_locks.OCTOBER)
    test_locks.late(opened, "B2", "B3")
    locks.correct(opened, test_locks.SCHEME, test_locks.MONTH, by="张三", reason="秦淮区补报2件")
    made = read_set({"id": "here", "zh": "此处", "en": "Here", "rules": [rule({"count": "overdue", "at_least": 1} | SAID)]}, "test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposing, "rule_sets", lambda: (made,))
        yield opened
    opened.engine.dispose()
    for kept in (told, frame_of, held):
        kept.cache_clear()


@cache
def told(store, chart, query, lang):
    """The JSON, made once for all the tests that ask of it."""
    return json.loads(export_bytes(store, chart, query, "json", lang))


@cache
def frame_of(store, chart, query, lang):
    declared = CHARTS[chart]
    filters = relevant(declared, Filters.from_query(query))
    every = declared.rows or declared.brief
    frame = declared.query("all", store, filters, lang=lang, whole=True) if every else result(store, declared, filters, lang, "all")
    return declared, filters, frame


@cache
def held(store, chart, query, lang):
    """What the file holds; names of the frame that stand in no cell are names too."""
    body, (_, _, frame) = told(store, chart, query, lang), frame_of(store, chart, query, lang)
    lists = [each for each in frame.attrs.values() if isinstance(each, (list, tuple))]
    words = [word for each in [frame.attrs.values(), *lists] for word in each if isinstance(word, str)]
    words += (frame.attrs.get("labels") or {}).values()
    decimals = frame.attrs.get("decimals")
    return Held(body["rows"], body["totals"], kinds(frame), 2 if decimals is None else int(decimals), words, CONSTANTS.get(chart, ()))


# ----------------------------------------------------------------------------- words


@EVERY
@pytest.mark.parametrize("lang", LANGS)
def test_every_number_said_is_in_the_file(store, chart, query, lang):
    body, source = told(store, chart, query, lang), held(store, chart, query, lang)
    assert {text: lost for text in (body["title"], body["caption"]) if (lost := source.untraced(text))} == {}


@EVERY
def test_one_of_a_thing_is_singular(store, chart, query):
    """``1 findings`` is never said; what may follow a 1 with an s at its end is a verb."""
    body = told(store, chart, query, "en")
    declared, filters, frame = frame_of(store, chart, query, "en")
    drawn = render(declared, frame, filters, View("en"))
    for text in (body["title"], body["caption"], drawn.subtitle):
        wrong = [word for word in re.findall(r"(?<![\d.,/−-])\b1 (?:[a-z-]+ )?([a-z]+s)\b", text) if word not in VERBS]
        assert wrong == [], text


VERBS = {"is", "has", "was", "keeps", "misses"}


@EVERY
def test_the_tracer_notices_a_wrong_rate(store, chart, query):
    """Proof of the test above: every percentage beside its n/d, every difference and every large number, altered, comes from nowhere."""
    body, source = told(store, chart, query, "zh-CN"), held(store, chart, query, "zh-CN")
    for found in re.finditer(r"\d+\.\d(?=%（\d+/)|(?<=上升|下降|超前|落后|高于|低于)\d+\.\d(?=个百分点)", body["caption"]):
        whole = found.group()
        other = f"{float(whole) + 0.1:.1f}" if whole != "100.0" else "99.9"
        altered = body["caption"][: found.start()] + other + body["caption"][found.end() :]
        assert source.untraced(altered), altered
    for found in re.finditer(r"（(\d+)/(\d+)）", body["caption"]):
        altered = body["caption"][: found.start(2)] + str(int(found[2]) + 1000) + body["caption"][found.end(2) :]
        assert source.untraced(altered), altered


# ----------------------------------------------------------------------------- files


def same(one, other):
    """Two numbers as spreadsheets keep them: to fifteen digits and a half."""
    return one == other or math.isclose(one, other, rel_tol=5e-16, abs_tol=0)


@EVERY
def test_csv_and_sheet_hold_the_cells_of_the_json(store, chart, query):
    body = told(store, chart, query, "zh-CN")
    rows = list(csv.DictReader(io.StringIO(export_bytes(store, chart, query, "csv").decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(export_bytes(store, chart, query, "xlsx")))[chart[:31]]
    kept = [list(row) for row in sheet.iter_rows(min_row=2, max_row=len(body["rows"]) + 1, max_col=len(body["columns"]), values_only=True)]
    assert len(rows) == len(body["rows"]) and (not rows or len(kept) == len(rows))
    for k, row in enumerate(body["rows"]):
        for j, column in enumerate(body["columns"]):
            value, written, cell = row[column], rows[k][column], kept[k][j]
            if isinstance(value, bool):
                assert (written, cell) == (str(int(value)), value), column
            elif isinstance(value, (int, float)):
                # the very digits: what JSON writes, CSV writes
                assert written == repr(value) and type(cell) in (int, float) and same(cell, value), (column, value, written, cell)
            elif value is None:
                assert written == "" and cell is None, column
            elif isinstance(cell, (date, datetime)):
                assert written == value == cell.date().isoformat() if isinstance(cell, datetime) else cell.isoformat(), column


def cell_of(series, k, rows):
    """A series' value of category k, from the JSON: what ``column`` and ``rows`` of the series say of it."""
    places = series.rows[k]
    if not series.column:
        return len(places)
    if ";" in series.column:
        return rows[places[0]][series.column.split(";")[k].strip()]
    plus, *minus = (part.strip() for part in series.column.split(" - "))
    values = [rows[at][plus] for at in places] + [-rows[at][each] for at in places for each in minus]
    return None if None in values or not values else sum(values)


@EVERY
def test_the_workbook_behind_a_slide_holds_the_cells_of_the_json(store, chart, query):
    body = told(store, chart, query, "zh-CN")
    _, _, frame = frame_of(store, chart, query, "zh-CN")
    found = native(chart, frame, View())
    deck = Presentation(io.BytesIO(export_bytes(store, chart, query, "pptx")))
    drawn = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert bool(drawn) == bool(found and found.categories)
    held = [[list(row) for row in book(each).iter_rows(values_only=True)] for each in drawn]
    lines = [row[1:] for each in held for row in each[1:]]
    if drawn:
        assert len(lines) == len(found.categories)
        for k, line in enumerate(lines):
            for j, series in enumerate(found.series):
                expected = cell_of(series, k, body["rows"])
                assert (line[j] is None and expected is None) or same(line[j], expected), (series.name, k, line, expected)
    # and the picture shows what its workbook holds
    for each, cells in zip(drawn, held, strict=True):
        for k, series in enumerate(each.plots[0].series, 1):
            for point, row in zip(series.values, cells[1:], strict=True):
                assert (point is None and row[k] is None) or same(point, row[k])


def book(chart):
    return load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


# ----------------------------------------------------------------------------- the screen


def drawn_texts(node):
    """Every text that a figure draws: labels of traces, names of ticks, annotations; not the frame's own words, which are traced as a title."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("meta", "customdata", "hovertemplate", "ids", "colorscale"):
                yield from drawn_texts(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from drawn_texts(value)
    elif hasattr(node, "tolist") and not isinstance(node, (str, bytes)):
        yield from drawn_texts(node.tolist())
    elif isinstance(node, str):
        yield node


@EVERY
@pytest.mark.parametrize("lang", LANGS)
def test_every_rate_drawn_is_in_the_file(store, chart, query, lang):
    declared, filters, frame = frame_of(store, chart, query, lang)
    if declared.figure is None:
        pytest.skip("a table on its page")
    source = held(store, chart, query, lang)
    figure = render(declared, frame, filters, View(lang)).figure
    lost = {}
    for text in drawn_texts({"data": figure["data"], "layout": figure["layout"]}):
        # whole percentages are those of axes and classes
        gone = [each for each in source.untraced(text, parts=True) if re.search(r"\.\d%$|/|个百分点$| pp$", each)]
        if gone:
            lost[text] = gone
    assert lost == {}
