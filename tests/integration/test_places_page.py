"""What stands behind the page of places: choices that are refused in words, repairs that nobody offered, files that belong to one page."""

import json
import time
from datetime import date
from pathlib import Path

import pytest

from app import create_app
from callbacks import places_options, places_words
from config import Settings
from dashboard.components import places_preview
from data.ledgers import jobs
from data.ledgers.uploads import Uploads, read_json, write_json
from data.places import pipeline
from data.places.cli import REPAIRS
from data.places.model import Fault, PlaceOptions, Preview
from tests import place_files

SAME = {"Host": "127.0.0.1", "Sec-Fetch-Site": "same-origin"}


def text(node: object) -> str:
    """What a reader sees of some components."""
    if node is None:
        return ""
    if isinstance(node, (list, tuple)):
        return " ".join(map(text, node))
    return text(getattr(node, "children", None)) if hasattr(node, "to_plotly_json") else str(node)


def shown(*faults: Fault, **more: object) -> dict[str, object]:
    waiting = {f.row for f in faults if f.level == "repairable"}
    body = Preview("a.csv", "0" * 64, "outfall", "EPSG:4490", rows=9, accepted=3, waiting=len(waiting), refused=1, faults=list(faults))
    return {**body.to_dict(), "options": {"region": None}, **more}


def swapped(row: int, **more: object) -> Fault:
    given = {"repair": "swapped", "level": "repairable", "before": (32.1, 118.7), "after": (118.7, 32.1), **more}
    return Fault("swapped", row, str(row + 1), value="32.1, 118.7", params={"lon": 118.7, "lat": 32.1}, **given)


# ----------------------------------------------------------------------------- choices


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({"layer": "", "crs": "wgs84"}, "请选择文件里是什么", "Choose what is in the file"),
        ({"layer": "section", "crs": None}, "请选择坐标系", "Choose the coordinate system"),
        ({"layer": "section", "crs": "unknown"}, "坐标系不清楚，没有检查", "The coordinate system is not known"),
        ({"layer": "section", "crs": "epsg", "epsg": ""}, "请填写投影坐标系的 EPSG 编号", "Fill in the EPSG number"),
        ({"layer": "section", "crs": "epsg", "epsg": "12"}, "“12”查不到", "no EPSG number “12”"),
        ({"layer": "section", "crs": "wgs84", "region": "鼓楼区"}, "“鼓楼区”可能指", "“鼓楼区” may be"),
        ({"layer": "section", "crs": "wgs84", "region": "天上"}, "“天上”不在区划表中", "no region “天上”"),
        ({"layer": "outfall", "crs": "wgs84", "campaign": "+", "new_code": "x"}, "请填写新专项的名称", "name of the new campaign"),
    ],
)
def test_choices_that_do_not_fit_are_refused_in_words(sqlite_store, values, zh, en):
    for lang, words in (("zh-CN", zh), ("en", en)):
        _, wrong = places_options.read_form(sqlite_store, values, {"as_known": "2026-11-28"}, lang)
        assert len(wrong) == 1 and words in wrong[0]


def test_choices_become_options_of_the_check(sqlite_store):
    values = {
        "layer": "outfall",
        "crs": "epsg",
        "epsg": "ＥＰＳＧ：４５４９",
        "region": "福建省",
        "campaign": "+",
        "new_code": "mj",
        "new_name": "闽江",
    }
    options, wrong = places_options.read_form(sqlite_store, values, {"as_known": "2026-11-01T00:00:00"}, "zh-CN")
    assert wrong == []
    taken = PlaceOptions.from_dict(options)
    assert (taken.crs, taken.region, taken.campaign, taken.new_campaign) == ("EPSG:4549", "350000", "mj", "闽江")
    assert taken.as_known == date(2026, 11, 1)
    # a campaign belongs to outfalls only, a class has no coordinates
    options, wrong = places_options.read_form(sqlite_store, {**values, "layer": "quality", "crs": None}, {}, "zh-CN")
    assert wrong == [] and PlaceOptions.from_dict(options) == PlaceOptions("quality", region="350000")


def test_every_layer_and_repair_has_a_name_in_both_languages():
    for lang in ("zh-CN", "en"):
        for layer in places_options.LAYERS:
            card = text(places_options.bench({"id": "x", "name": "a.csv", "size": "1 KB"}, {}, [], places_options.LAYERS, lang))
            assert places_preview.t(f"places.layer.{layer}", lang) != f"places.layer.{layer}"
            assert places_preview.t(f"places.form.needs.{layer}", lang) in card
            for field in places_options.fields_of(layer):
                assert places_preview.field_name(field, lang) != field or field in ("x", "y"), field
        for repair in REPAIRS:
            assert places_preview.has(f"places.repair.{repair}", lang) and places_preview.has(f"places.repair_about.{repair}", lang)


def test_a_column_cannot_be_read_twice(sqlite_store):
    found = shown(fields={"lon": "经度", "lat": "纬度"}, headers=["经度", "纬度", "X"])
    assert places_options.read_columns(found, {"lon": "X", "lat": "纬度", "none": "X", "name": "nowhere"}, "zh-CN") == ({"lon": "X"}, [])
    assert places_options.read_columns(found, {"lon": "", "lat": "纬度"}, "zh-CN") == ({"lon": ""}, [])
    _, wrong = places_options.read_columns(found, {"lon": "纬度"}, "zh-CN")
    assert wrong == ["“经度”和“纬度”都取自列“纬度”，请改掉其中一个。"]


# ----------------------------------------------------------------------------- repairs


def test_a_row_has_one_tick_and_a_refused_row_none():
    closed = Fault("unclosed", 4, "5", repair="closed", level="repairable")
    found = shown(swapped(4), closed, swapped(6), Fault("no_name", 6, "7"), Fault("water_far", 2, "3", level="warned"))
    rows = places_words.fault_rows(found, "zh-CN")
    assert [(r["row"], r["level"], r["offered"], r["kinds"]) for r in rows] == [
        (4, "repairable", True, ["swapped", "closed"]),
        (4, "repairable", False, []),
        (6, "repairable", False, []),
        (6, "refused", False, []),
        (2, "warned", False, []),
    ]
    assert places_words.offered(found) == {4}
    assert rows[0]["change"] == "32.10000, 118.70000 →\n118.70000, 32.10000"
    assert (rows[0]["stands_at"], rows[1]["change"]) == ("第 5 行", "")
    assert "写反" in rows[0]["reason"] and "118.7, 32.1" in rows[0]["remedy"]
    assert places_words.fault_rows(found, "en")[0]["stands_at"] == "row 5"


def test_the_map_draws_what_can_be_drawn(sqlite_store):
    off = swapped(4)
    near = Fault("sign", 5, "6", repair="sign", level="repairable", before=(-118.7, 32.1), after=(118.7, 32.1))
    sample = [[118.75, 32.05, "ok"], [118.76, 32.06, "repairable"], [118.77, 32.04, "refused"]]
    drawn = places_words.drawn(sqlite_store, shown(off, near, sample=sample), "zh-CN")
    # a latitude of 118 degrees is on no map
    assert drawn["repairs"] == [[4, None, (118.7, 32.1)], [5, (-118.7, 32.1), (118.7, 32.1)]]
    assert drawn["points"] == [sample[0], sample[2]]
    line = [{"type": "LineString", "coordinates": [[118.7, 32.1], [118.8, 32.1]]}, "ok"]
    assert places_words.drawn(sqlite_store, shown(shapes=[line]), "zh-CN")["shapes"] == [line]
    # around Nanjing, where they lie
    assert drawn["outline"].startswith("/geo/320100/county.json?v=")
    inside = places_words.drawn(sqlite_store, shown(off, sample=sample, options={"region": "350000"}), "zh-CN")
    assert inside["outline"].startswith("/geo/350000/prefecture.json?v=")
    assert places_words.drawn(sqlite_store, shown(), "zh-CN")["outline"].startswith("/geo/all/province.json?v=")


def test_thousands_of_faults_are_told_and_what_is_not_listed_is_said(sqlite_store):
    found = shown(*(swapped(row) for row in range(1, 5001)), rows=20_000, waiting=12_000, repairable={"swapped": 12_000}, cut=7_000)
    found |= {"campaign": "", "all_fields": ("lon", "lat"), "headers": ["a"], "fields": {"lon": "a"}}
    began = time.monotonic()
    rows = places_words.fault_rows(found, "zh-CN")
    said = text(places_preview.preview(found, rows, [], places_words.drawn(sqlite_store, found, "zh-CN"), [], "zh-CN"))
    assert time.monotonic() - began < 10
    assert "另有 7000 处没有逐条列出" in said
    assert "已确认 0 / 12000" in said and "问题清单（12000 条）" in said
    assert "导入 3 个" in said and "19997 个不进来" in said


# ----------------------------------------------------------------------------- uploads and jobs


@pytest.fixture
def client(sqlite_store, tmp_path):
    app = create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_store)
    return app.server.test_client()


def asked(client, name: str, **values: object):
    """The answer of a callback to an honest request; values of its inputs and states by the field names of its model."""
    door = client.application.extensions["door"]
    key, bound = next((key, each) for key, each in door.bound.items() if each.name == name)
    spots = [*bound.inputs, *bound.states]
    sent = []
    for (component, prop), field in zip(spots, bound.model.model_fields, strict=True):
        value = values.get(field)
        if isinstance(component, dict):
            sent.append([{"id": each["id"], "property": prop, "value": each["value"]} for each in value or []])
        else:
            sent.append({"id": component, "property": prop, "value": value})
    outputs = [{"id": component, "property": prop} for component, prop in bound.outputs]
    by = next((each for each in sent if isinstance(each, list) and each), [sent[0]])[0]
    ident = by["id"] if isinstance(by["id"], str) else json.dumps(by["id"], sort_keys=True, separators=(",", ":"))
    body = {
        "output": key, "outputs": outputs, "inputs": sent[: len(bound.inputs)], "state": sent[len(bound.inputs) :],
        "changedPropIds": [f"{ident}.{by['property']}"],
    }  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=SAME)


def handed_in(client, content: bytes, room: str = "places") -> tuple[str, Path]:
    sent = client.post(f"/import/upload?room={room}&name=a.csv", data=content, headers=SAME).json["id"]
    return sent, client.application.extensions["uploads"].folder / sent


def ended(folder: Path) -> jobs.Job:
    until = time.monotonic() + 60
    while True:
        job = jobs.latest(folder)
        assert job is not None and time.monotonic() < until
        if not job.live:
            return job
        time.sleep(0.05)


def click(kind: str, at: str) -> list[dict[str, object]]:
    return [{"id": {"at": at, "type": kind}, "value": 1}]


def options(**values: object) -> list[dict[str, object]]:
    return [{"id": {"name": name, "type": "places-option"}, "value": value} for name, value in values.items()]


def test_uploads_of_one_page_are_not_those_of_the_other(client):
    place, _ = handed_in(client, b"x")
    ledger, _ = handed_in(client, b"y", "import")
    kept: Uploads = client.application.extensions["uploads"]
    with client.session_transaction(headers=SAME, base_url="http://127.0.0.1") as session:
        mark = session["visitor"]
    assert [each.id for each in kept.of(mark)] == [ledger]
    assert [each.id for each in kept.of(f"{mark}/places")] == [place]


def test_only_what_was_offered_can_be_confirmed_and_only_what_was_checked_comes_in(client, sqlite_store):
    upload, folder = handed_in(client, place_files.table(place_files.outfalls(30, 6, 2)))
    form = options(layer="outfall", crs="cgcs2000")
    assert asked(client, "places:check", clicks=click("places-check", "form"), upload=upload, options=form).status_code == 200
    assert ended(folder).state == jobs.DONE
    found = read_json(folder / "preview.json")
    assert (found["accepted"], found["waiting"], found["refused"]) == (22, 6, 2)
    swapped_rows = sorted(places_words.offered(found))

    other = asked(
        client,
        "places:commit",
        clicks=click("places-commit", "preview"),
        upload=upload,
        options=options(layer="outfall", crs="bd09"),
        confirmed=[],
    )
    assert "选项改动后还没有重新检查" in json.dumps(other.json, ensure_ascii=False)
    assert jobs.latest(folder).task["kind"] == jobs.PLACES_CHECK
    # everybody's rows are asked for: those without an offered repair are left out
    given = asked(
        client, "places:commit", clicks=click("places-commit", "preview"), upload=upload, options=form, confirmed=list(range(1, 31))
    )
    assert given.status_code == 200
    job = ended(folder)
    assert job.task["confirmed"] == swapped_rows
    assert (job.state, job.result["new"], job.result["repaired"], job.result["refused"]) == (jobs.DONE, 28, 6, 2)
    assert len(pipeline.history(sqlite_store)) == 1


@pytest.mark.parametrize("confirmed", [["1"], [0], [1.5], [{}], list(range(1, 10_003))])
def test_confirmations_that_are_no_row_numbers_are_refused(client, confirmed):
    assert asked(client, "places:commit", clicks=click("places-commit", "preview"), upload="x", confirmed=confirmed).status_code == 400


def test_somebody_elses_upload_is_neither_shown_nor_imported(client):
    upload, folder = handed_in(client, place_files.table(place_files.outfalls(5, 0, 0)))
    stranger = client.application.test_client()
    answer = asked(
        stranger, "places:check", clicks=click("places-check", "form"), upload=upload, options=options(layer="outfall", crs="wgs84")
    )
    assert answer.status_code == 200 and jobs.latest(folder) is None


def test_a_check_that_a_restart_cut_short_is_said_so(client):
    upload, folder = handed_in(client, b"x")
    write_json(
        folder / "job-1.json",
        {
            "task": {"kind": jobs.PLACES_CHECK, "options": {}}, "state": jobs.RUNNING, "asked_at": time.time() - 100, "step": "", "share": 0.2,
            "error": None, "result": {},
        },
    )  # fmt: skip
    answer = asked(client, "places:look", upload=upload, seen="-", view="lang=en")
    assert "The check was interrupted" in answer.text and "Nothing was written" in answer.text
