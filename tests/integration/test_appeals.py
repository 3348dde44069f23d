"""Appeals: recorded against a place in an edition, decided once, and without any effect on a number."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import update

from data.ranking import appeals
from data.ranking.editions import append, editions, frozen
from data.ranking.freeze import freeze
from data.ranking.lock_words import LockError
from data.schema import period_lock, region
from data.store import bump
from tests.standings import CODES, changed, standing

MONDAY = datetime(2022, 10, 10, 1, 0)
TUESDAY = datetime(2022, 10, 11, 1, 30)


@pytest.fixture
def locked(store):
    """A store whose week 40 is locked in two editions, over places that it knows."""
    ids = np.array([store.tree().get(code).region_id for code in CODES], dtype=np.int64)
    made = standing()
    made = replace(made, places=replace(made.places, region_id=ids))
    with store.writing() as conn:
        append(conn, made, "", 1, None, by="张三", now=MONDAY)
    with store.writing() as conn:
        append(conn, changed(made, 1, 0, 20, 20, 61.0, [2, 1, 0]), "", 2, None, by="张三", reason="补报", now=MONDAY)
    return store


def add(store, place="320104", text="第3号问题9月30日已销号，未计入。\n附件见函。", edition=1, by="李四", **more):
    return appeals.add(store, "hand", "2022-W40", edition, place, text, by=by, **more)


def test_an_appeal_is_recorded_against_one_place_of_one_edition(locked) -> None:
    version = locked.version()
    number = add(locked, indicator="on_time", now=TUESDAY)
    (only,) = appeals.listed(locked, "hand", "", "2022-W40")
    assert (only.appeal_id, only.edition, only.code, only.place("zh-CN"), only.place("en")) == (number, 1, "320104", "秦淮区", "Qinhuai")
    assert (only.indicator, only.indicator_name("zh-CN"), only.outcome, only.decided) == ("on_time", "按期率", "open", False)
    assert only.text == "第3号问题9月30日已销号，未计入。\n附件见函。"
    assert (only.made_at, only.made_by, only.answer) == (TUESDAY, "李四", None)
    # pages notice
    assert locked.version() == version + 1


def test_a_place_may_be_named_as_the_edition_printed_it(locked) -> None:
    add(locked, "玄武区", now=MONDAY)
    add(locked, " xuanwu ", edition=None, now=TUESDAY)
    with locked.writing() as conn:
        conn.execute(update(region).where(region.c.gb2260_code == "320102").values(name_zh="新名区"))
        bump(conn, "rename")
    first, second = appeals.listed(locked, "hand")
    assert (first.place("zh-CN"), first.edition, second.edition, second.indicator) == ("玄武区", 1, 2, None)


def test_a_decision_is_made_once_with_an_answer_and_changes_no_number(locked) -> None:
    texts = [freeze(frozen(locked, each.lock_id)) for each in editions(locked, "hand")]
    number = add(locked)
    appeals.decide(locked, number, "partly", "经核实，1件属实，随更正版发布。", by="王五", now=TUESDAY)
    (only,) = appeals.listed(locked, "hand")
    assert (only.outcome, only.decided, only.answer, only.decided_by) == ("partly", True, "经核实，1件属实，随更正版发布。", "王五")
    assert only.decided_at == TUESDAY
    with pytest.raises(LockError) as refused:
        appeals.decide(locked, number, "dismissed", "不成立", by="王五")
    assert (
        refused.value.text("zh-CN") == f"第{number}号申诉已于2022-10-11 09:30办结（部分采纳），不能再次答复。如有新情况，请另行提出申诉。"
    )
    assert "partly upheld" in refused.value.text("en")
    assert appeals.listed(locked, "hand") == [only]
    assert [freeze(frozen(locked, each.lock_id)) for each in editions(locked, "hand")] == texts


REFUSED = {
    "text_needed": {"text": " \n\t "},
    "text_long": {"text": "甲" * 4001},
    "place_unknown": {"place": "320106"},
    "by_needed": {"by": " "},
    "edition_unknown": {"edition": 3},
    "indicator_unknown": {"indicator": "air2"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_recorded_is_refused_in_words(locked, code: str) -> None:
    version = locked.version()
    with pytest.raises(LockError) as refused:
        add(locked, **REFUSED[code])
    assert refused.value.code == code
    for lang in ("zh-CN", "en"):
        assert "{" not in refused.value.text(lang)
    assert appeals.listed(locked, "hand") == []
    assert locked.version() == version


def test_places_of_one_name_are_told_apart_by_code(locked) -> None:
    made = frozen(locked, editions(locked, "hand")[0].lock_id)
    twins = replace(made, period=replace(made.period, code="2022-W41"), places=replace(made.places, name_zh=["鼓楼区", "鼓楼区", "建邺区"]))
    with locked.writing() as conn:
        append(conn, twins, "", 1, None, by="张三")
    with pytest.raises(LockError) as refused:
        appeals.add(locked, "hand", "2022-W41", None, "鼓楼区", "有误", by="李四")
    assert refused.value.text("zh-CN") == "有2个地区叫“鼓楼区”（320102, 320104），请填写代码。"


def test_only_a_locked_period_can_be_appealed(locked) -> None:
    with pytest.raises(LockError) as refused:
        appeals.add(locked, "hand", "2022-W42", None, "320102", "有误", by="李四")
    assert refused.value.code == "not_locked"


@pytest.mark.parametrize(
    ("outcome", "answer", "by", "code"),
    [
        ("open", "x", "王五", "outcome_unknown"),
        ("", "x", "王五", "outcome_unknown"),
        ("upheld", "  ", "王五", "answer_needed"),
        ("upheld", "x" * 4001, "王五", "text_long"),
        ("upheld", "x", "", "by_needed"),
    ],
)
def test_a_decision_needs_an_outcome_an_answer_and_a_name(locked, outcome: str, answer: str, by: str, code: str) -> None:
    number = add(locked)
    with pytest.raises(LockError) as refused:
        appeals.decide(locked, number, outcome, answer, by=by)
    assert refused.value.code == code
    assert appeals.listed(locked, "hand")[0].outcome == "open"
    with pytest.raises(LockError) as refused:
        appeals.decide(locked, number + 1, "upheld", "属实", by="王五")
    assert refused.value.code == "appeal_unknown"


def test_appeals_stay_readable_when_a_record_is_damaged(locked) -> None:
    add(locked, "320102")
    with locked.writing() as conn:
        conn.execute(update(period_lock).where(period_lock.c.edition == 1).values(sha256="0" * 64))
        bump(conn, "tampered")
    (only,) = appeals.listed(locked, "hand")
    assert (only.code, only.place("zh-CN"), only.indicator_name) == ("320102", "玄武区", None)
