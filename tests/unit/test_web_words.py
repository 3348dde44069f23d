"""Every word in both languages, and no word that nobody has."""

import json
import re
import string
import warnings
from pathlib import Path

import pytest

from dashboard import i18n
from dashboard.i18n import MissingText, has, t, texts

ROOT = Path(__file__).resolve().parents[2]
_KEY = re.compile(r"""\bt\(\s*f?["']([a-z_]+(?:\.[A-Za-z0-9_#{}\-]+)+)["']""")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    zh, en = texts("zh-CN"), texts("en")
    plural = {key for key in en if key.endswith("#one")}
    assert set(en) - plural == {key for key in zh if not key.endswith("#one")}
    assert {key.removesuffix("#one") for key in plural} <= set(en)


def test_both_languages_take_the_same_parameters() -> None:
    zh, en = texts("zh-CN"), texts("en")
    for key in zh:
        if key in en and key != "format.day":
            assert _fields(zh[key]) == _fields(en[key]), key


def test_no_word_is_empty_and_english_holds_no_chinese() -> None:
    zh, en = texts("zh-CN"), texts("en")
    for key in zh.keys() & en.keys():
        # what stands between two sentences may be nothing, or a space, in one of the languages
        assert zh[key] or en[key], key
        assert zh[key].strip() or not en[key].strip() or len(en[key]) < 8, key
        assert en[key].strip() or not zh[key].strip() or len(zh[key]) < 3, key
    for key, text in texts("en").items():
        if not key.startswith("shell.language."):
            assert not re.search(r"[\u4e00-\u9fff]", text), key


def test_every_key_in_the_sources_has_words() -> None:
    found = 0
    for folder in ("dashboard", "callbacks", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for key in _KEY.findall(path.read_text("utf-8")):
                found += 1
                if "{" in key:
                    pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", r"[^.]+(?:\\.[^.]+)*", re.escape(key)))
                    assert any(pattern.fullmatch(each) for each in texts("en")), f"{path.name}: {key}"
                else:
                    assert has(key, "zh-CN") and has(key, "en"), f"{path.name}: {key}"
    assert found > 100


def test_a_missing_word_is_noticed_and_shows_its_key() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert t("no.such.word", "en") == "no.such.word"
    assert [w.category for w in caught] == [MissingText]


def test_one_is_singular_in_english() -> None:
    assert t("format.days", "en", n=1) == "1 day"
    assert t("format.days", "en", n=3) == "3 days"


def test_two_files_cannot_claim_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx").mkdir()
    for name in ("a.json", "b.json"):
        (tmp_path / "xx" / name).write_text(json.dumps({"shell": {"brand": "x"}}), "utf-8")
    monkeypatch.setattr(i18n, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"shell\.brand"):
        texts.__wrapped__("xx")
