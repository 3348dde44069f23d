"""Every fault has its words in both languages, and they stand alone."""

import ast
import re
from pathlib import Path

import pytest

from data.places.model import Fault, PlaceError, Preview, _catalogue, label, where_said

ROOM = Path(__file__).parents[2] / "data/places"
CJK = re.compile(r"[一-鿿]")


def reported() -> set[str]:
    """Codes that the room's code names where it notes a fault or raises an error."""
    out = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("report", "Fault", "PlaceError", "TableError", "_BrokenError"):
                    out.add(node.args[0].value)
    return out


def test_every_code_has_words() -> None:
    codes = reported()
    assert len(codes) > 40
    from data.ledgers.problems import _catalogue as ledgers

    assert codes - _catalogue()["faults"].keys() - ledgers().keys() == set()


@pytest.mark.parametrize("part", ["faults", "words", "lines"])
def test_both_languages(part: str) -> None:
    for code, entry in _catalogue()[part].items():
        assert set(entry) == {"zh-CN", "en"}, code
        for lang, said in entry.items():
            for sentence in said.values() if isinstance(said, dict) else [said]:
                assert sentence.strip("，：; ") or part == "lines", (code, lang)
                if lang == "en" and code != "report_head":
                    assert not CJK.search(sentence), (code, sentence)
    for entry in _catalogue()["faults"].values():
        zh, en = (set(re.findall(r"{(\w+)}", "".join(entry[lang].values()))) for lang in ("zh-CN", "en"))
        assert zh == en, entry


def test_a_fault_in_words() -> None:
    fault = Fault("minutes_over", 7, "表一!12", "lat", "118°76′12″")
    assert fault.where("zh-CN") == "“表一”第 12 行"
    assert fault.where("en") == "“表一” row 12"
    assert fault.text("zh-CN") == "纬度“118°76′12″”的分达到或超过 60，不成立。"
    assert fault.text("en") == "The minutes of latitude “118°76′12″” are 60 or more, which cannot be."
    assert Fault.from_dict(fault.to_dict()) == fault
    assert where_said("#3 一号口") == "第 3 个要素（一号口）"
    assert where_said("12", "en") == "row 12"


def test_names_are_words_not_markup_and_not_format() -> None:
    fault = Fault("code_twice", 1, "3", "name", "{0.__class__} <b>x</b>", {"first": "2"})
    assert fault.text("en") == "“{0.__class__} <b>x</b>” stands at row 2 already, with other contents."


def test_errors_of_ledgers_and_of_places() -> None:
    assert (
        PlaceError("crs_unknown", value="Beijing 54", known="CGCS2000")
        .text("en")
        .startswith("The coordinate system “Beijing 54” is not known. You can declare: CGCS2000")
    )
    assert PlaceError("file_empty").text("zh-CN").startswith("文件是空的。")


def test_a_preview_survives_json() -> None:
    import json

    shown = Preview("a.csv", "0" * 64, "outfall", "WGS84", 3, 1, 1, 0, 1, {"swapped": 1}, {"swapped": 1})
    shown.faults.append(
        Fault("swapped", 2, "3", None, "32, 118", {"lon": 118, "lat": 32}, "swapped", "repairable", (32.0, 118.0), (118.0, 32.0))
    )
    shown.sample.append([118.0, 32.0, "ok"])
    shown.shapes.append([{"type": "LineString", "coordinates": [[118.0, 32.0], [118.1, 32.0]]}, "refused"])
    assert Preview.from_dict(json.loads(json.dumps(shown.to_dict()))) == shown
    assert label("counts", "en", rows=3, accepted=1, warned=0, waiting=1, refused=1).startswith("3 rows: 1 can be taken")
