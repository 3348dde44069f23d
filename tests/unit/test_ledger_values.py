"""Cells to values: what a clerk writes, and what it means."""

from datetime import date, datetime

import pytest

from data.ledgers import values
from data.ledgers.statuses import StatusReader
from data.loops.catalogue import load_loops

AUGUST = date(2022, 8, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2022/8/5", "2022-08-05", "2022.8.5", "2022年8月5日", "2022 年 8 月 5 日", "２０２２年８月５日", "20220805", 20220805.0, 44778.0, "44778",
        "2022-08-05 14:30:00", "2022-08-05T14:30:00", "2022年8月5日前", "Aug 5, 2022", "5 August 2022", date(2022, 8, 5), datetime(2022, 8, 5, 23, 59),
    ],
)  # fmt: skip
def test_one_day_in_many_hands(written: object) -> None:
    assert values.day(written) == values.Day(AUGUST)


def test_days_without_a_year_need_one() -> None:
    assert values.day("8月5日").problem == "date_year_missing"
    assert values.day("8月5日", year=2022).day == AUGUST
    assert values.day("8/5", year=2022).day == AUGUST


def test_foreign_orders_are_never_guessed() -> None:
    assert values.day("04/05/06").problem == "date_ambiguous"
    assert values.day("05.08.2022").problem == "date_ambiguous"
    assert values.day("05.08.2022", "dmy").day == AUGUST
    assert values.day("08/05/2022", "mdy").day == AUGUST
    # only one reading is a day at all
    assert values.day("12/29/04").day == date(2004, 12, 29)
    assert values.day("31.12.2025").day == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("written", "day"), [("2020年底", date(2020, 12, 31)), ("2019年6月", date(2019, 6, 30)), ("2020年2月底前", date(2020, 2, 29))]
)
def test_months_and_years_mean_their_last_day_and_say_so(written: str, day: date) -> None:
    assert values.day(written) == values.Day(day, "date_month_only")


@pytest.mark.parametrize("written", ["昨天", "2022-02-30", "2022-13-01", "1899-12-31", "1900-01-01", 1.5, "99999999"])
def test_what_is_no_day_is_a_problem(written: object) -> None:
    read = values.day(written)
    assert read.day is None and read.problem in ("date_unreadable", "date_out_of_range")


@pytest.mark.parametrize("written", ["", "/", "—", "无", "N/A", "  ", None, 0])
def test_blanks_are_no_day_and_no_problem(written: object) -> None:
    assert values.day(written) == values.Day()


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("1.4万余", 14000, None),
        ("超过5000个", 5000, None),
        ("3千余", 3000, None),
        (">99", 99, None),
        ("近300", None, 300),
        ("不到200家", None, 200),
    ],
)
def test_bounds_stay_bounds(written: str, low: float | None, high: float | None) -> None:
    assert values.count(written) == {"low": low, "high": high, "text": written}


@pytest.mark.parametrize(
    ("written", "number"),
    [("1.4万", 14000), ("一百二十", 120), ("12,117家", 12117), ("十二", 12), ("两万", 20000), ("２０３９", 2039), (105.0, 105)],
)
def test_exact_counts(written: object, number: int) -> None:
    assert values.count(written) == number


def test_about_is_neither_bound() -> None:
    assert values.count("约200家") == {"low": None, "high": None, "about": 200.0, "text": "约200家"}
    assert values.count("若干") is None


def test_money_in_ten_thousands() -> None:
    assert values.money("1200万元", None) == 1200
    assert values.money(35000.0, "元") == pytest.approx(3.5)
    assert values.money("1.2亿元", "万元") == 12000
    assert values.money("待定", "万元") is None


def test_rounds_coordinates_lists() -> None:
    assert [values.round_number(v) for v in ("第一轮", "第2批", "Round 3", 1.0, "首轮")] == [1, 2, 3, 1, None]
    assert values.coordinate("112°30′36″", -180, 180) == pytest.approx(112.51)
    assert values.coordinate("190", -180, 180) is None
    assert values.split_list("生态环境局、水务局；住建局") == ["生态环境局", "水务局", "住建局"]


def test_text_keeps_meaning_and_drops_control_characters() -> None:
    assert values.text(188006.0) == "188006"
    assert values.text(" a\x00b\n") == "ab"
    assert values.text("\ud800x") == "?x"
    assert values.text("=1+1") == "=1+1"
    assert values.text(datetime(2022, 8, 5)) == "2022-08-05"


@pytest.mark.parametrize(
    ("loop", "word", "stage"),
    [
        ("sm5-task", "已完成", "completed"), ("sm5-task", "基本完成", "basically_completed"), ("sm5-task", "按序时进度推进", "on_schedule"),
        ("sm5-task", "未达到序时进度", "behind_schedule"), ("sm5-task", "未完成", "not_completed"), ("sm5-task", "并入第12项", "merged"),
        ("sm5-task", "已完成或基本完成", "completed_or_basically"), ("sm5-task", "已完工", "completed"), ("sm5-task", "未完工", "not_completed"),
        ("sm1-finding", "已整改", "rectified_reported"), ("sm1-finding", "整改中", "rectifying"), ("sm1-finding", "未整改", "discovered"),
        ("sm1-finding", "已销号", "closed"), ("sm1-finding", "已整改（2022年9月）", "rectified_reported"),
        ("sm7-case", "已办结", "closed"), ("sm7-case", "阶段性办结", "stage_closed"), ("sm7-case", "未办结", "not_closed"),
        ("sm4-outfall", "完成整治", "completed"), ("sm4-outfall", "未完成整治", "not_rectified"), ("sm6-scattered", "依法关闭", "done"),
    ],
)  # fmt: skip
def test_status_words(loop: str, word: str, stage: str) -> None:
    read = StatusReader(load_loops()[loop]).read(word)
    assert read is not None and (read.stage, read.label) == (stage, word.replace("（", "(").replace("）", ")"))


def test_status_of_nobody_and_of_a_profile() -> None:
    reader = StatusReader(load_loops()["sm1-finding"], {"erledigt": "closed"})
    assert reader.read("Erledigt").stage == "closed"  # type: ignore[union-attr]
    assert reader.read("乱写").stage is None  # type: ignore[union-attr]
    assert reader.read("/") is None
    long = StatusReader(load_loops()["sm5-task"]).read("长期坚持")
    assert long is not None and (long.stage, long.long_term) == ("in_progress", True)


def test_every_stage_word_is_a_stage_of_its_loop() -> None:
    import json
    from pathlib import Path

    body = json.loads((Path(values.__file__).parent / "statuses.json").read_text(encoding="utf-8"))
    stages = json.loads((Path(values.__file__).parent / "stages.json").read_text(encoding="utf-8"))
    for loop, words in [*body["loops"].items(), *((loop, dict.fromkeys(s.values())) for loop, s in stages.items())]:
        assert set(words) <= set(load_loops()[loop].stages), loop
