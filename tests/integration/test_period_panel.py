"""The lock panel through the door: what it says, what its buttons do, and that nobody without the right does anything."""

import json

import pytest

from app import create_app
from callbacks import guard
from config import Settings
from dashboard import ids
from data.filters import Filters
from data.ranking import appeals, editions, locks
from data.schema import period_lock
from tests.campaign import QINHUAI
from tests.integration.test_locks import MONTH, SCHEME, late

UPDATE = "/_dash-update-component"
RACE = f"period={MONTH}&scheme={SCHEME}"


@pytest.fixture
def app(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store)


@pytest.fixture
def store(sqlite_small_store):
    return sqlite_small_store


def call(app, name: str, *, click: dict[str, str] | None = None, fields: dict[str, str] | None = None, race: str = RACE, **more: object):
    """An honest request to one of the panel's callbacks; gives the answer."""
    door = app.server.extensions["door"]
    (key,) = [key for key, bound in door.bound.items() if bound.name == name]
    bound = door.bound[key]
    values = {ids.RACE: race, ids.VIEW: "lang=zh-CN", ids.LOCK_ASKING: None, ids.LOCK_CHANGED: None} | more

    def spot(component: object, prop: str) -> object:
        if not isinstance(component, dict):
            return {"id": component, "property": prop, "value": values[component]}
        if component["type"] == "lock-field":
            return [{"id": {"type": "lock-field", "name": k}, "property": "value", "value": v} for k, v in (fields or {}).items()]
        return [{"id": click, "property": "n_clicks", "value": 1}] if click else []

    outputs = bound.outputs if isinstance(bound.outputs, list) else [bound.outputs]
    named = [{"id": i, "property": p} for i, p in outputs]
    body = {
        "output": key,
        "outputs": named if isinstance(bound.outputs, list) else named[0],
        "inputs": [spot(*each) for each in bound.inputs],
        "state": [spot(*each) for each in bound.states],
        "changedPropIds": [json.dumps(click, sort_keys=True, separators=(",", ":")) + ".n_clicks"] if click else [],
    }
    return app.server.test_client().post(UPDATE, json=body)


def words(answer) -> str:
    """Every text of an answer, one after the other."""
    out: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            for key, each in node.items():
                if key in ("children", "props", "response", "label", "options") or key in (ids.RACE_LOCK, ids.LOCK_SAID):
                    walk(each)

    assert answer.status_code == 200, answer.text
    walk(answer.json["response"])
    return "|".join(out)


def lock(app, **more):
    return call(app, "periods:lock", click={"type": "lock-do", "name": "lock"}, **more)


def correct(app, reason: str, **more):
    return call(app, "periods:lock", click={"type": "lock-do", "name": "correct"}, fields={"reason": reason}, **more)


def test_a_period_is_locked_corrected_and_shown_with_what_changed(app, store) -> None:
    before = words(call(app, "periods:show"))
    assert "2022年9月" in before
    assert "未锁定" in before
    assert "锁定本期" in before
    form = words(call(app, "periods:show", **{ids.LOCK_ASKING: "lock"}))
    assert "确认锁定2022年9月" in form
    answer = lock(app)
    assert "已锁定2022年9月，第1版。" in words(answer)
    assert answer.json["response"][ids.RACE]["data"] == RACE
    assert answer.json["response"][ids.LOCK_ASKING]["data"] is None
    (first,) = editions.editions(store, SCHEME, "", MONTH)
    assert first.locked_by == "本机用户"
    shown = words(call(app, "periods:show"))
    assert "已锁定 第1版" in shown
    assert f"校验码 {first.sha256[:8]}" in shown
    assert "锁定本期" not in shown
    assert "发布更正版" in shown
    # nothing to correct, then two late reports
    assert "完全一致" in words(correct(app, "再看一遍"))
    late(store, "B2", "B3")
    assert "更正必须说明理由" in words(correct(app, "  "))
    assert "已发布2022年9月第2版" in words(correct(app, "秦淮区补报2件"))
    shown = words(call(app, "periods:show"))
    for text in ("已锁定 第2版", "更正1条：第1版→第2版", "2个地区名次变动", "理由：秦淮区补报2件", "秦淮区|2→1|33.3→100.0|销号率 1/3→3/3"):
        assert text in shown
    old = words(call(app, "periods:show", race=f"edition=1&{RACE}"))
    assert "您看到的是第1版，|最新为第2版" in old
    assert "更正1条" not in old


def test_the_same_in_english(app, store) -> None:
    lock(app, **{ids.VIEW: "lang=en"})
    assert editions.editions(store, SCHEME)[0].locked_by == "User of this machine"
    shown = words(call(app, "periods:show", **{ids.VIEW: "lang=en"}))
    assert "Locked, edition 1" in shown
    assert "September 2022" in shown


def test_locking_twice_and_a_running_period_are_refused_in_words(app, store) -> None:
    lock(app)
    again = lock(app)
    assert "已锁定的结果不能改动" in words(again)
    assert ids.RACE not in again.json["response"]
    running = "period=2022-W39&scheme=county-default"
    assert "还在进行中" in words(lock(app, race=running))
    shown = words(call(app, "periods:show", race=running))
    assert "进行中" in shown
    assert "锁定本期" not in shown
    assert "没有代码为“none”的方案" in words(lock(app, race="scheme=none"))
    assert len(editions.editions(store, SCHEME)) == 1


def test_an_appeal_is_recorded_and_answered(app, store) -> None:
    lock(app)
    form = words(call(app, "periods:show", **{ids.LOCK_ASKING: "appeal"}))
    assert "针对第1版" in form
    assert "销号率" in form
    button = {"type": "appeal-do", "name": "appeal"}
    fields = {"place": "秦淮区", "indicator": "closeout", "text": "<b>B2</b>已销号"}
    assert "已记录第1号申诉" in words(call(app, "periods:appeal", click=button, fields=fields))
    assert "请写明申诉内容" in words(call(app, "periods:appeal", click=button, fields=fields | {"text": ""}))
    (only,) = appeals.listed(store, SCHEME)
    assert (only.code, only.indicator, only.edition) == (QINHUAI, "closeout", 1)
    shown = words(call(app, "periods:show"))
    for text in ("申诉（1件，1件办理中）", "<b>B2</b>已销号", "秦淮区", "办结"):
        assert text in shown
    assert "答复第1号申诉（秦淮区）" in words(call(app, "periods:show", **{ids.LOCK_ASKING: "decide:1"}))
    button = {"type": "appeal-do", "name": "decide:1"}
    fields = {"outcome": "upheld", "answer": ""}
    assert "必须写明答复意见" in words(call(app, "periods:appeal", click=button, fields=fields))
    assert "第1号申诉已办结" in words(call(app, "periods:appeal", click=button, fields=fields | {"answer": "属实"}))
    assert "不能再次答复" in words(call(app, "periods:appeal", click=button, fields=fields | {"answer": "又答"}))
    shown = words(call(app, "periods:show"))
    assert "申诉（1件，0件办理中）" in shown
    assert "采纳" in shown
    assert "答复：属实" in shown


@pytest.mark.parametrize("name", ["decide:x", "decide:", "decide:99999999999999", "decide:²"])
def test_a_forged_appeal_number_is_refused(app, name: str) -> None:
    answer = call(app, "periods:appeal", click={"type": "appeal-do", "name": name}, fields={"outcome": "upheld", "answer": "x"})
    assert "没有编号为" in words(answer)


def test_without_the_right_nothing_is_done_and_nothing_is_offered(app, store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "OWNER", frozenset({"view", "export"}))
    refused = [
        lock(app),
        correct(app, "补报"),
        call(app, "periods:appeal", click={"type": "appeal-do", "name": "appeal"}, fields={"place": "秦淮区", "text": "x"}),
    ]
    assert [each.status_code for each in refused] == [403, 403, 403]
    assert editions.editions(store, SCHEME) == []
    locks.lock(store, SCHEME, MONTH, by="张三")
    assert correct(app, "补报").status_code == 403
    shown = words(call(app, "periods:show"))
    assert "已锁定 第1版" in shown
    assert "发布更正版" not in shown
    assert "提出申诉" not in shown
    # a right to lock is not the right to appeal, nor does another button's name lend it
    monkeypatch.setattr(guard, "OWNER", frozenset({"view", "lock"}))
    assert call(app, "periods:appeal", click={"type": "appeal-do", "name": "appeal"}).status_code == 403
    forged = call(app, "periods:lock", click={"type": "lock-do", "name": "appeal"}, fields={"place": "秦淮区", "text": "x"})
    assert ids.RACE not in forged.json.get("response", {})
    assert appeals.listed(store, SCHEME) == []


def test_a_damaged_record_is_said_and_not_shown(app, store) -> None:
    lock(app)
    with store.writing() as conn:
        conn.execute(period_lock.update().values(sha256="0" * 64))
    shown = words(call(app, "periods:show"))
    assert "校验值不符" in shown
    assert "提出申诉" not in shown


def test_nothing_to_lock_is_said(app) -> None:
    assert "没有可锁定的期次" in words(call(app, "periods:show", race="scheme=none"))
    assert Filters.from_query(RACE).to_query() == RACE
