"""Escalation: each condition at its boundary on the hand-counted campaign, what a person decides, and that nobody else does."""

import ast
from datetime import date

import pytest
from sqlalchemy import func, select

from callbacks.registry import CHARTS, render
from dashboard.view import View
from data.escalation import candidates as proposing
from data.escalation.decisions import Paper, confirm, dismiss, record, revoke
from data.escalation.model import EscalationError
from data.escalation.read import read_decisions
from data.escalation.rules import RuleError, read_set, rule_sets
from data.filters import Filters
from data.schema import escalation
from tests import campaign
from tests.architecture.rooms import PACKAGES, ROOT, files, name
from tests.campaign import AS_OF, CHANGSHU, QINHUAI, XUANWU

HERE = Filters(campaign=(campaign.CODE,))
NANJING, SUZHOU = "320100", "320500"
SAID = {"zh": "{n}/{d}", "en": "{n}/{d}"}
PAPER = Paper(AS_OF, "秦淮区人民政府", "宁环约〔2022〕3号", False, "多次催办没有进展")


def rule(when, level="county", rung="interview", again=30, dismissed=10, rule_id="a-rule", **more):
    basis = {"zh": "依据", "en": "basis"}
    body = {"id": rule_id, "zh": "一条规则", "en": "A rule", "rung": rung, "level": level, "when": when, "basis": basis}
    return body | {"again_after_days": again, "dismissed_for_days": dismissed} | more


def rules(monkeypatch, *bodies, **of_set):
    """These rules and no others."""
    made = read_set({"id": "here", "zh": "此处", "en": "Here", "rules": list(bodies)} | of_set, "test")
    monkeypatch.setattr(proposing, "rule_sets", lambda: (made,))
    monkeypatch.setattr("data.escalation.decisions.rule_sets", lambda: (made,))


def proposed(store, filters=HERE, scope="all"):
    return [store.tree().by_id(each.region_id).code for each in proposing.candidates(scope, store, filters)]


# ----------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("when", "level", "expected"),
    [
        # A2 and B3 are overdue: one in each county, two in the city
        ({"count": "overdue", "at_least": 1} | SAID, "county", [XUANWU, QINHUAI]),
        ({"count": "overdue", "at_least": 2} | SAID, "county", []),
        ({"count": "overdue", "at_least": 2} | SAID, "prefecture", [NANJING]),
        ({"count": "overdue", "at_least": 3} | SAID, "prefecture", []),
        # 南京 due 5, done 3; 苏州 due 4, done 3
        ({"measure": "due_completion_rate", "below": 0.6, "least": 5} | SAID, "prefecture", []),
        ({"measure": "due_completion_rate", "below": 0.61, "least": 5} | SAID, "prefecture", [NANJING]),
        ({"measure": "due_completion_rate", "below": 0.61, "least": 6} | SAID, "prefecture", []),
        ({"measure": "due_completion_rate", "below": 0.8, "least": 4} | SAID, "prefecture", [NANJING, SUZHOU]),
        ({"measure": "due_completion_rate", "below": 0.8, "least": 5} | SAID, "prefecture", [NANJING]),
        ({"measure": "overdue_rate", "above": 0.4, "least": 1} | SAID, "prefecture", []),
        ({"measure": "overdue_rate", "above": 0.39, "least": 1} | SAID, "prefecture", [NANJING]),
        # a measure that is a count has no denominator to be too small
        ({"measure": "overdue", "above": 1, "least": 9} | SAID, "prefecture", [NANJING]),
        # 到期 actual 6 of 11 scheduled, 南京 3 of 7 with 5 due: -2/7
        ({"measure": "schedule_deviation_due", "below": -0.28, "least": 7} | SAID, "prefecture", [NANJING]),
        ({"measure": "schedule_deviation_due", "below": -0.29, "least": 7} | SAID, "prefecture", []),
        # a week earlier: 玄武 1/3, now 2/3; 秦淮 1/2 both times; 常熟 2/3, now 3/4
        ({"not_improving": "due_completion_rate", "over_days": 7, "least": 2} | SAID, "county", [QINHUAI]),
        ({"not_improving": "due_completion_rate", "over_days": 7, "least": 3} | SAID, "county", []),
        # fewer overdue is better: 玄武 had A2 A3, now A2
        ({"not_improving": "overdue", "over_days": 7, "least": 1} | SAID, "county", [QINHUAI, CHANGSHU]),
        ({"all": [{"count": "overdue", "at_least": 1} | SAID, {"count": "effective", "at_least": 4} | SAID]}, "county", [XUANWU]),
        ({"any": [{"count": "overdue", "at_least": 1} | SAID, {"count": "effective", "at_least": 5} | SAID]}, "county", [CHANGSHU, XUANWU, QINHUAI]),
        # no outfalls here
        ({"count": "effective", "at_least": 1, "kinds": ["outfall"]} | SAID, "county", []),
    ],
)  # fmt: skip
def test_a_condition_at_its_boundary(sqlite_small_store, monkeypatch, when, level, expected):
    rules(monkeypatch, rule(when, level))
    assert proposed(sqlite_small_store) == expected


def test_both_databases_propose_the_same(small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    assert proposed(small_store) == [XUANWU, QINHUAI]


@pytest.mark.parametrize(("days", "expected"), [(9, []), (10, [QINHUAI]), (11, [QINHUAI])])
def test_a_rung_taken_counts_up_to_its_last_day(sqlite_small_store, monkeypatch, days, expected):
    when = {
        "all": [
            {"count": "overdue", "at_least": 1} | SAID,
            {"taken": "circular", "within_days": days, "zh": "{day}{document}", "en": "{day}"},
        ]
    }
    rules(monkeypatch, rule(when))
    taken = Paper(date(2022, 9, 20), "秦淮区人民政府", "通报1号", True, "超期")
    record(sqlite_small_store, "all", HERE, QINHUAI, "circular", taken, by="张三", today=AS_OF)
    assert proposed(sqlite_small_store) == expected
    if expected:
        (found,) = proposing.candidates("all", sqlite_small_store, HERE)
        assert [each.said.zh for each in found.findings] == ["1/0", "2022-09-20通报1号"]
        # two days before it had not been taken
        assert proposed(sqlite_small_store, HERE.but(as_of=date(2022, 9, 18))) == []


def test_as_known_then(sqlite_small_store, monkeypatch):
    """C4 was complete on 09-27 and recorded on 10-03."""
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    assert proposed(sqlite_small_store, HERE.but(as_of=AS_OF, known_at=AS_OF)) == [XUANWU, QINHUAI, CHANGSHU]


def test_filters_of_items_have_no_part_in_it(sqlite_small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    assert proposed(sqlite_small_store, HERE.but(category=("dust",), department=("housing",), rows="closed")) == [XUANWU, QINHUAI]
    assert proposed(sqlite_small_store, HERE.but(region=QINHUAI)) == [QINHUAI]
    assert proposed(sqlite_small_store, HERE.but(region="110000")) == []


def test_the_gravest_of_a_region_is_proposed_and_local_rules_take_the_place_of_general_ones(sqlite_small_store, monkeypatch):
    one, two = {"count": "overdue", "at_least": 1} | SAID, {"count": "effective", "at_least": 4} | SAID
    rules(monkeypatch, rule(one, rung="reminder", rule_id="mild"), rule(two, rung="interview", rule_id="grave"))
    found = [(sqlite_small_store.tree().by_id(c.region_id).code, c.rule.id) for c in proposing.candidates("all", sqlite_small_store, HERE)]
    # the gravest first, within it what was found most of: 常熟 has 5 of E, 玄武 4; 秦淮 has 3
    assert found == [(CHANGSHU, "grave"), (XUANWU, "grave"), (QINHUAI, "mild")]
    general = read_set({"id": "general", "zh": "一般", "en": "General", "rules": [rule(one, rule_id="general")]}, "test")
    local = {
        "id": "local",
        "zh": "苏州",
        "en": "Suzhou",
        "within": SUZHOU,
        "instead_of": ["general"],
        "rules": [rule(two, rule_id="local")],
    }
    monkeypatch.setattr(proposing, "rule_sets", lambda: (general, read_set(local, "test")))
    assert proposed(sqlite_small_store) == [CHANGSHU, XUANWU, QINHUAI]
    elsewhere = local | {"within": NANJING}
    monkeypatch.setattr(proposing, "rule_sets", lambda: (general, read_set(elsewhere, "test")))
    assert proposed(sqlite_small_store) == [XUANWU]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rule({"count": "overdoo", "at_least": 1} | SAID), "'overdoo' is not a set"),
        (rule({"measure": "speed", "below": 1, "least": 1} | SAID), "'speed' is not known"),
        (rule({"measure": "overdue_rate", "least": 1} | SAID), "either below or above"),
        (rule({"measure": "overdue_rate", "below": 1, "above": 0, "least": 1} | SAID), "either below or above"),
        (rule({"measure": "overdue_rate", "below": 0.5} | SAID), "least needs a number"),
        (rule({"count": "overdue", "at_least": 1, "zh": "{x}", "en": "x"}), "cannot be filled in"),
        (rule({"count": "overdue", "at_least": 1, "zh": "x"}), "en is missing"),
        (rule({"count": "overdue", "at_leest": 1} | SAID), "unknown key 'at_leest'"),
        (rule({"all": []}), "empty"),
        (rule({"taken": "scolding", "within_days": 3} | SAID), "'scolding' is not known"),
        (rule({"taken": "circular", "within_days": 0} | SAID), "0 is not a number of days"),
        (rule({"count": "overdue", "at_least": 1} | SAID, rung="prison"), "'prison' is not known"),
        (rule({"count": "overdue", "at_least": 1} | SAID, level="village"), "'village' is not known"),
        (rule({"count": "overdue", "at_least": 1} | SAID, basis={"zh": "x"}), "legal basis as zh and en"),
        (rule({"count": "overdue", "at_least": 1} | SAID, kinds=["river"]), "'river' is not known"),
        (rule({"overdue": 3}), "one of all, any, count, measure, not_improving, taken must be named"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_its_place(body, said):
    with pytest.raises(RuleError) as problem:
        read_set({"id": "s", "zh": "s", "en": "s", "rules": [body]}, "here.json")
    assert said in str(problem.value)
    assert str(problem.value).startswith("here.json, rule 1")


def test_the_rules_that_are_shipped_can_be_read_and_name_every_rung():
    assert {each.id for each in rule_sets()} == {"standard", "shanxi-interview"}
    shipped = {each.rung for one in rule_sets() for each in one.rules}
    assert shipped == {
        "reminder",
        "circular",
        "listed_supervision",
        "interview",
        "exposure",
        "special_inspection",
        "accountability_transfer",
    }


# ----------------------------------------------------------------------------- what a person decides


@pytest.fixture
def ruled(small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    return small_store


def test_a_confirmed_proposal_is_on_record_with_what_was_found(ruled):
    number = confirm(ruled, "all", HERE, QINHUAI, "a-rule", PAPER, by="张三", today=AS_OF)
    with ruled.reading() as conn:
        (held,) = read_decisions(conn)
    assert (held.escalation_id, held.rung, held.verdict, held.rule) == (number, "interview", "confirmed", "a-rule")
    assert (held.office, held.document_no, held.public, held.reason) == ("秦淮区人民政府", "宁环约〔2022〕3号", False, "多次催办没有进展")
    assert (held.effective_on, held.decided_by, held.simulated) == (AS_OF, "张三", False)
    assert held.evidence == {
        "as_of": "2022-09-30",
        "findings": [
            {"what": "count", "name": "overdue", "numerator": 1, "denominator": None, "rows": f"region={QINHUAI}&rows=overdue", "zh": "1/0", "en": "1/0"}
        ],
    }  # fmt: skip
    assert proposed(ruled) == [XUANWU]
    with pytest.raises(EscalationError) as again:
        confirm(ruled, "all", HERE, QINHUAI, "a-rule", PAPER, by="张三", today=AS_OF)
    assert again.value.code == "not_proposed"


@pytest.mark.parametrize(("day", "expected"), [("2022-10-29", [XUANWU]), ("2022-10-30", [XUANWU, QINHUAI])])
def test_it_is_proposed_again_when_its_period_is_over(sqlite_small_store, monkeypatch, day, expected):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID, again=30))
    confirm(sqlite_small_store, "all", HERE, QINHUAI, "a-rule", PAPER, by="张三", today=AS_OF)
    late = [XUANWU, QINHUAI]
    assert [code for code in proposed(sqlite_small_store, HERE.but(as_of=date.fromisoformat(day))) if code in late] == expected


def test_a_graver_rung_keeps_milder_ones_away_but_not_the_other_way_round(sqlite_small_store, monkeypatch):
    store = sqlite_small_store
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID, rung="circular"))
    record(store, "all", HERE, QINHUAI, "exposure", PAPER, by="张三", today=AS_OF)
    record(store, "all", HERE, XUANWU, "reminder", PAPER, by="张三", today=AS_OF)
    assert proposed(store) == [XUANWU]


def test_a_dismissal_holds_for_its_days_and_a_revocation_ends_it(ruled):
    number = dismiss(ruled, "all", HERE, XUANWU, "a-rule", "企业停产，已核实", AS_OF, by="李四", today=AS_OF)
    assert proposed(ruled) == [QINHUAI]
    later = [HERE.but(as_of=date(2022, 10, day)) for day in (9, 10)]
    assert [XUANWU in proposed(ruled, each) for each in later] == [False, True]
    revoke(ruled, "all", number, "情况有变", AS_OF, by="李四", today=AS_OF)
    assert proposed(ruled) == [XUANWU, QINHUAI]
    with ruled.reading() as conn:
        (held,) = read_decisions(conn)
        assert conn.execute(select(func.count()).select_from(escalation)).scalar_one() == 2
    assert (held.verdict, held.reason, held.revoked_on, held.revoked_why) == ("dismissed", "企业停产，已核实", AS_OF, "情况有变")
    with pytest.raises(EscalationError) as again:
        revoke(ruled, "all", number, "再撤", AS_OF, by="李四", today=AS_OF)
    assert "第1号决定已于2022-09-30撤销" in again.value.text()


def test_what_was_decided_after_the_ledger_day_counts_at_once(sqlite_small_store, monkeypatch):
    """The ledger speaks of 09-30, the interview is on 10-03: today's page must not propose it once more."""
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    after = Paper(date(2022, 10, 3), PAPER.office, PAPER.document_no, True, PAPER.reason)
    confirm(sqlite_small_store, "all", HERE, QINHUAI, "a-rule", after, by="张三", today=date(2022, 10, 4))
    assert proposed(sqlite_small_store) == [XUANWU]
    assert proposed(sqlite_small_store, HERE.but(as_of=AS_OF)) == [XUANWU, QINHUAI]


def test_another_campaigns_interview_is_not_this_ones(sqlite_small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    record(sqlite_small_store, "all", Filters(campaign=(campaign.TASK_CODE,)), QINHUAI, "interview", PAPER, by="张三", today=AS_OF)
    assert proposed(sqlite_small_store) == [XUANWU, QINHUAI]
    record(sqlite_small_store, "all", Filters(), XUANWU, "interview", PAPER, by="张三", today=AS_OF)
    assert proposed(sqlite_small_store) == [QINHUAI]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"office": " "}, "请填写对象"),
        ({"document_no": ""}, "请填写文号"),
        ({"public": None}, "请选择是否向社会公开"),
        ({"reason": "\n"}, "请写明理由"),
        ({"on": None}, "请填写日期"),
        ({"on": date(2022, 10, 1)}, "2022-10-01还没有到"),
        ({"office": "长" * 201}, "最多200字，现有201字"),
        ({"document_no": "长" * 101}, "最多100字，现有101字"),
        ({"reason": "长" * 2001}, "最多2000字，现有2001字"),
    ],
)
def test_a_paper_that_is_not_whole_is_refused_and_nothing_is_written(sqlite_small_store, monkeypatch, change, said):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    whole = {"on": AS_OF, "office": "区政府", "document_no": "1号", "public": True, "reason": "超期"}
    before = sqlite_small_store.version()
    with pytest.raises(EscalationError) as problem:
        confirm(sqlite_small_store, "all", HERE, QINHUAI, "a-rule", Paper(**(whole | change)), by="张三", today=AS_OF)
    assert said in problem.value.text()
    assert problem.value.text("en").isascii()
    with sqlite_small_store.reading() as conn:
        assert read_decisions(conn) == []
    assert sqlite_small_store.version() == before


def test_nobody_decides_without_a_name_outside_of_their_region_or_of_what_is_not_proposed(sqlite_small_store, monkeypatch):
    store = sqlite_small_store
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    acts = {
        "who": lambda: confirm(store, "all", HERE, QINHUAI, "a-rule", PAPER, by="  ", today=AS_OF),
        "region_unknown": lambda: confirm(store, XUANWU, HERE, QINHUAI, "a-rule", PAPER, by="张三", today=AS_OF),
        "not_proposed": lambda: confirm(store, "all", HERE, CHANGSHU, "a-rule", PAPER, by="张三", today=AS_OF),
        "rung_unknown": lambda: record(store, "all", HERE, CHANGSHU, "prison", PAPER, by="张三", today=AS_OF),
        "decision_unknown": lambda: revoke(store, "all", 7, "x", AS_OF, by="张三", today=AS_OF),
        "reason_needed": lambda: dismiss(store, "all", HERE, QINHUAI, "a-rule", " ", AS_OF, by="张三", today=AS_OF),
    }
    for code, act in acts.items():
        with pytest.raises(EscalationError) as problem:
            act()
        assert problem.value.code == code
        assert problem.value.text() and problem.value.text("en")
    with store.reading() as conn:
        assert read_decisions(conn) == []


def test_two_officers_at_once_take_it_once(sqlite_small_store, monkeypatch):
    store = sqlite_small_store
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    seen = proposing.candidates("all", store, HERE)
    confirm(store, "all", HERE, QINHUAI, "a-rule", PAPER, by="张三", today=AS_OF)
    # the second one read the list before the first had written
    monkeypatch.setattr("data.escalation.decisions.candidates", lambda *_: seen)
    with pytest.raises(EscalationError) as problem:
        confirm(store, "all", HERE, QINHUAI, "a-rule", PAPER, by="李四", today=AS_OF)
    assert problem.value.text() == "江苏省南京市秦淮区已于2022-09-30约谈，在30天之内不重复。"


# ----------------------------------------------------------------------------- nobody else


def calls_of(path, names):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def test_only_one_room_writes_and_only_the_persons_form_calls_it():
    """Besides the form there is the demo, whose every row is marked as simulated."""
    rooms = [p for p in files(".py") if p.relative_to(ROOT).parts[0] in (*PACKAGES, "manage.py", "app.py") and "versions" not in p.parts]
    writers = {
        name(p)
        for p in rooms
        for node in calls_of(p, ("insert", "update"))
        if any(isinstance(arg, ast.Name) and arg.id == "escalation" for arg in node.args)
    }
    assert writers == {"data/escalation/decisions.py"}
    importers = {
        name(p)
        for p in rooms
        for node in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.module == "data.escalation.decisions")
        or (isinstance(node, ast.ImportFrom) and node.module == "data.escalation" and "decisions" in {a.name for a in node.names})
        or (isinstance(node, ast.Import) and "data.escalation.decisions" in {a.name for a in node.names})
    }
    assert importers == {"callbacks/escalation.py", "data/demo/meetings.py"}


def test_looking_at_every_chart_decides_nothing(sqlite_small_store, monkeypatch):
    rules(monkeypatch, rule({"count": "overdue", "at_least": 1} | SAID))
    before = sqlite_small_store.version()
    for chart in CHARTS.values():
        render(chart, chart.query("all", sqlite_small_store, HERE), HERE, View("zh-CN"))
    with sqlite_small_store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(escalation)).scalar_one() == 0
    assert sqlite_small_store.version() == before
