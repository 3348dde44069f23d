"""The orders page through the door: what it offers, what its buttons write, what it says, and that nobody without the right does anything."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from app import create_app
from callbacks import guard
from config import Settings
from dashboard import ids
from dashboard.components.order_form import FIELDS
from data.escalation import candidates as proposing
from data.escalation.read import read_decisions
from data.identity import item_id, to_hex
from data.orders.read import read_orders
from data.schema import dispatch_order_event, escalation
from tests import campaign
from tests.campaign import QINHUAI, XUANWU
from tests.integration.test_escalation import rule, rules

UPDATE = "/_dash-update-component"
QUERY = f"campaign={campaign.CODE}"
WHOLE = {
    "region": QINHUAI, "department": "housing", "campaign": campaign.CODE, "method": "unannounced", "text": "限期整改到位<b>！</b>",
    "meeting": "2022-09-16", "due": "2022-09-23", "take": None, "numbers": "B3 B1",
}  # fmt: skip
PAPER = {"office": "秦淮区人民政府", "document": "宁环约〔2022〕3号", "day": "2022-09-30", "public": "no", "reason": "多次催办没有进展"}


@pytest.fixture
def store(sqlite_small_store):
    return sqlite_small_store


@pytest.fixture
def app(store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), store)


def call(app, name: str, *, click: tuple[str, str] | None = None, fields: dict[str, str | None] | None = None, query: str = QUERY, **more):
    """An honest request to one of the page's callbacks; ``click``: type and name of the button that was clicked."""
    door = app.server.extensions["door"]
    (key,) = [key for key, bound in door.bound.items() if bound.name == name]
    bound = door.bound[key]
    values = {ids.FILTERS: query, ids.VIEW: "lang=zh-CN", ids.ORDERS_SHOWN: "all", ids.ORDERS_ISSUE: 1}
    values |= {ids.order_field(k): v for k, v in (fields or {}).items() if k in FIELDS} | more
    button = {"type": click[0], "name": click[1]} if click else None

    def spot(component, prop):
        if not isinstance(component, dict):
            return {"id": component, "property": prop, "value": values.get(component)}
        if component["type"].endswith("-field"):
            return [{"id": {"type": component["type"], "name": k}, "property": "value", "value": v} for k, v in (fields or {}).items()]
        return [{"id": button, "property": "n_clicks", "value": 1}] if button else []

    outputs = bound.outputs if isinstance(bound.outputs, list) else [bound.outputs]
    named = [{"id": i, "property": p} for i, p in outputs]
    changed = json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks" if button else f"{ids.ORDERS_ISSUE}.n_clicks"
    body = {
        "output": key,
        "outputs": named if isinstance(bound.outputs, list) else named[0],
        "inputs": [spot(*each) for each in bound.inputs],
        "state": [spot(*each) for each in bound.states],
        "changedPropIds": [changed],
    }
    return app.server.test_client().post(UPDATE, json=body)


def words(answer) -> str:
    """Every text of an answer, one after the other."""
    out: list[str] = []

    def walk(node) -> None:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            for key, each in node.items():
                if key not in ("type", "namespace", "className", "id", "href", "role", "placeholder"):
                    walk(each)

    assert answer.status_code == 200, answer.text
    walk(answer.json["response"])
    return "|".join(out)


def issue(app, **changes):
    return call(app, "orders:issue", fields=WHOLE | changes)


def step(app, name: str, fields: dict[str, str], **more):
    return call(app, "orders:step", click=("order-step", name), fields=fields, **more)


def test_an_order_is_issued_followed_and_seen(app, store):
    assert "还没有调度交办。" in words(call(app, "orders:list"))
    answer = issue(app)
    assert "已交办第1号：江苏省南京市秦淮区，9月23日到期，附2个问题。" in words(answer)
    # what belongs to this order alone is emptied for the next one
    assert answer.json["response"][ids.order_field("text")] == {"value": ""}
    with store.reading() as conn:
        (made,) = read_orders(conn)
    assert (made.text, made.method, made.department) == ("限期整改到位<b>！</b>", "unannounced", "housing")
    assert set(made.item_ids) == {item_id(campaign.CODE, "B3"), item_id(campaign.CODE, "B1")}
    assert made.events[0].recorded_by == "本机用户"
    seen = words(call(app, "orders:list"))
    for text in (
        "上次调度（9月16日）交办1项，1项超期", "全部 1", "超期 1", "2022年9月16日调度会 · 交办1项（超期1项）", "▲ 超期", "南京市秦淮区",
        "住房和城乡建设局", "暗访抽查", "限期整改到位<b>！</b>", "9月23日到期，已超期7天", "附问题已整改1/2", "B3", "签收",
    ):  # fmt: skip
        assert text in seen, text
    assert f"/item/{to_hex(item_id(campaign.CODE, 'B3'))}" in json.dumps(call(app, "orders:list").json)
    assert "登记签收（第1号）" in words(call(app, "orders:list", **{ids.ORDERS_ASKING: "signed:1"}))
    assert "第1号交办已登记“签收”。" in words(step(app, "signed:1", {"day": "2022-09-20", "note": ""}))
    assert "新的时限须晚于现在的时限（2022-09-23）。" in words(
        step(app, "extended:1", {"day": "2022-09-21", "due": "2022-09-20", "note": "汛期"})
    )
    assert "延期须写明理由。" in words(step(app, "extended:1", {"day": "2022-09-21", "due": "2022-10-10", "note": ""}))
    assert "第1号交办已登记“延期”。" in words(step(app, "extended:1", {"day": "2022-09-21", "due": "2022-10-10", "note": "汛期"}))
    assert "没有超期" in words(call(app, "orders:list"))
    assert "第1号交办已登记“办结”。" in words(step(app, "done:1", {"day": "2022-09-28", "note": "已报送"}))
    seen = words(call(app, "orders:list"))
    for text in ("上次调度（9月16日）交办1项，全部办结", "● 已办结", "9月28日办结", "已报送", "退回"):
        assert text in seen, text
    # each kind of standing is a list of its own
    assert "没有这一类交办。" in words(call(app, "orders:list", **{ids.ORDERS_SHOWN: "overdue"}))
    assert "交办第1号（暗访抽查）：限期整改到位<b>！</b>" in words(call(app, "orders:timeline", query=f"{QUERY}&region={QINHUAI}"))


def test_done_late_is_told(app):
    issue(app)
    step(app, "done:1", {"day": "2022-09-25", "note": ""})
    assert "9月25日办结，晚2天" in words(call(app, "orders:list"))


def test_the_same_in_english(app):
    view = {ids.VIEW: "lang=en"}
    said = words(call(app, "orders:issue", fields=WHOLE, **view))
    assert "Order no. 1 issued: Qinhuai District, Nanjing, Jiangsu, due 23 Sep, 2 items." in said.replace("Sept", "Sep")
    seen = words(call(app, "orders:list", **view))
    for text in ("Orders of 16 Sep: 1 of 1 overdue", "▲ Overdue", "Unannounced check", "Sign", "items rectified 1/2"):
        assert text in seen, text
    assert "Please say what is ordered." in words(call(app, "orders:issue", fields=WHOLE | {"text": ""}, **view))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"region": None}, "请选择交办给哪个地区。"),
        ({"text": ""}, "请写明交办的内容。"),
        ({"due": "9月23日"}, "请填写办理时限"),
        ({"due": "2022-09-01"}, "办理时限（2022-09-01）早于会议日期（2022-09-16）。"),
        ({"meeting": ""}, "请填写会议日期"),
        ({"numbers": "A1"}, "这些问题不在江苏省南京市秦淮区：A1。"),
        ({"method": None}, "请选择方式"),
        ({"region": "<script>"}, "没有代码为“<script>”的地区"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(app, store, changes, said):
    answer = issue(app, **changes)
    assert said in words(answer)
    assert set(answer.json["response"]) == {ids.ORDERS_ISSUE_SAID}
    with store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(dispatch_order_event)).scalar_one() == 0


def test_the_selection_in_the_link_goes_with_the_order(app, store):
    query = f"{QUERY}&rows=overdue"
    taking = call(app, "orders:taking", fields={"region": XUANWU, "take": "overdue"}, query=query)
    assert words(taking) == "将附上1个（超期问题）。"
    assert "附1个问题" in words(call(app, "orders:issue", fields=WHOLE | {"region": XUANWU, "take": "overdue", "numbers": ""}, query=query))
    with store.reading() as conn:
        (made,) = read_orders(conn)
    assert made.item_ids == (item_id(campaign.CODE, "A2"),)
    # filters of items count too: A2 is waste water, B3 is dust
    answer = call(app, "orders:taking", fields={"region": "320100", "take": "overdue"}, query=f"{query}&category=dust")
    assert words(answer) == "将附上1个（超期问题）。"
    offered = words(call(app, "orders:choices", query=f"{QUERY}&region=320100&rows=closed"))
    assert f"{XUANWU}|江苏省南京市玄武区" in offered.replace("label|", "") or "江苏省南京市玄武区" in offered
    assert "江苏省苏州市" not in offered
    assert "该地区的已销号问题" in offered


def test_a_page_that_looks_back_records_nothing(app):
    issue(app)
    seen = words(call(app, "orders:list", query=f"{QUERY}&as_of=2022-09-20"))
    assert "这里看的是2022年9月20日的情况，不能登记。" in seen
    assert "○ 待签收" in seen
    assert "签收|办结" not in seen


# ----------------------------------------------------------------------------- proposals


@pytest.fixture
def ruled(monkeypatch):
    said = {"zh": "超期{n}个", "en": "{n} overdue"}
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | said))


def decide(app, name: str, fields: dict[str, str], **more):
    return call(app, "escalation:decide", click=("escalation-do", name), fields=fields, **more)


def decisions(store):
    with store.reading() as conn:
        return read_decisions(conn)


def test_a_proposal_is_shown_with_its_rows_and_confirmed_by_a_person(app, store, ruled):
    shown = call(app, "escalation:show")
    seen = words(shown)
    for text in (
        "按规则提出建议2条：约谈2个县（市、区）；建议不是决定，须由人确认",
        "建议约谈",
        "南京市秦淮区",
        "超期1个",
        "依据：依据",
        "还没有人作过决定。",
    ):
        assert text in seen, text
    assert f"region={QINHUAI}" in shown.text and "rows=overdue" in shown.text
    assert decisions(store) == []
    form = words(call(app, "escalation:show", **{ids.ESCALATION_ASKING: f"confirm:a-rule:{QINHUAI}"}))
    for text in ("对南京市秦淮区采取“约谈”", "文号", "是否向社会公开", "确认并登记"):
        assert text in form, text
    # looking and opening the form decides nothing
    assert decisions(store) == []
    name = f"confirm:a-rule:{QINHUAI}"
    for missing, said in (
        ("office", "请填写对象"),
        ("document", "请填写文号"),
        ("public", "请选择是否向社会公开"),
        ("reason", "请写明理由"),
        ("day", "请填写日期"),
    ):
        assert said in words(decide(app, name, PAPER | {missing: ""})), missing
    assert decisions(store) == []
    assert "已登记。" in words(decide(app, name, PAPER))
    (held,) = decisions(store)
    assert (held.verdict, held.rung, held.public, held.document_no, held.decided_by) == (
        "confirmed",
        "interview",
        False,
        "宁环约〔2022〕3号",
        "本机用户",
    )
    assert held.evidence["findings"][0]["zh"] == "超期1个"
    seen = words(call(app, "escalation:show"))
    assert "按规则提出建议1条" in seen
    for text in ("已作的决定（1条）", "约谈", "秦淮区人民政府", "不公开", "多次催办没有进展"):
        assert text in seen, text
    assert "约谈（宁环约〔2022〕3号，不公开）：秦淮区人民政府。多次催办没有进展" in words(
        call(app, "orders:timeline", query=f"{QUERY}&region={QINHUAI}")
    )
    assert "已不是“一条规则”的建议对象" in words(decide(app, name, PAPER))


def test_dismissed_revoked_and_of_ones_own(app, store, ruled):
    name = f"dismiss:a-rule:{XUANWU}"
    assert "请写明理由" in words(decide(app, name, {"day": "2022-09-30", "reason": ""}))
    assert "已登记不采纳。" in words(decide(app, name, {"day": "2022-09-30", "reason": "企业停产"}))
    assert "已撤销。" in words(decide(app, "revoke:1", {"day": "2022-09-30", "reason": "已复产"}))
    assert [(each.verdict, each.revoked_why) for each in decisions(store)] == [("dismissed", "已复产")]
    assert "请选择采取的措施" in words(decide(app, "own", PAPER | {"region": QINHUAI}))
    assert "已登记这项措施。" in words(decide(app, "own", PAPER | {"region": QINHUAI, "rung": "circular"}))
    assert [(each.rung, each.rule) for each in decisions(store)] == [("interview", "a-rule"), ("circular", None)]


@pytest.mark.parametrize(
    "name", ["confirm:no-rule:320104", "confirm:a-rule:", "revoke:x", "revoke:99999999999", "publish:a-rule:320104", ""]
)
def test_a_forged_decision_is_refused_in_words(app, store, ruled, name):
    answer = decide(app, name, PAPER)
    assert answer.status_code in (200, 204)
    assert answer.status_code == 204 or ids.ESCALATION_CHANGED not in answer.json["response"]
    assert decisions(store) == []


def test_without_the_right_nothing_is_done_and_nothing_is_offered(app, store, ruled, monkeypatch):
    issue(app)
    monkeypatch.setattr(guard, "OWNER", frozenset({"view", "export"}))
    refused = [
        issue(app),
        step(app, "signed:1", {"day": "2022-09-20"}),
        decide(app, f"confirm:a-rule:{QINHUAI}", PAPER),
    ]
    assert [each.status_code for each in refused] == [403, 403, 403]
    seen = words(call(app, "orders:list"))
    assert "▲ 超期" in seen
    assert "签收|办结" not in seen
    proposed = words(call(app, "escalation:show"))
    assert "建议约谈" in proposed
    assert "确认采取" not in proposed
    # a right to order is not the right to take a measure
    monkeypatch.setattr(guard, "OWNER", frozenset({"view", "order"}))
    assert decide(app, f"confirm:a-rule:{QINHUAI}", PAPER).status_code == 403
    assert "第1号交办已登记“签收”。" in words(step(app, "signed:1", {"day": "2022-09-20"}))
    with store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(escalation)).scalar_one() == 0


def test_the_rules_are_asked_only_by_looking(app, store, ruled, monkeypatch):
    """A measure is written by the form's callback alone: with it out of the way no request writes one."""
    asked = []
    monkeypatch.setattr("callbacks.escalation.confirm", lambda *a, **k: asked.append(a) or 0)
    client = app.server.test_client()
    for address in ("/orders", "/export/escalation-candidates.json", "/export/region-timeline.csv", "/healthz"):
        client.get(f"{address}?{QUERY}")
    call(app, "escalation:show")
    call(app, "orders:list")
    assert asked == []
    decide(app, f"confirm:a-rule:{QINHUAI}", PAPER)
    assert len(asked) == 1
    assert decisions(store) == []
    assert proposing.candidates("all", store, guard_filters()) != []


def guard_filters():
    from data.filters import Filters

    return Filters(campaign=(campaign.CODE,), as_of=date(2022, 9, 30))
