"""Orders of the meetings: issued and followed on both databases, and what the chart says of them."""

from datetime import date

import pytest
from sqlalchemy import func, insert, select

from callbacks.registry import CHARTS, render
from dashboard.view import View
from data.filters import Filters
from data.identity import item_id
from data.orders.follow import follow
from data.orders.issue import Draft, issue
from data.orders.model import LONGEST, MOST_ITEMS, OrderError
from data.orders.read import counts, last_meeting, read_orders
from data.queries.orders import COLUMNS, orders
from data.queries.region_timeline import region_timeline
from data.schema import dispatch_order, dispatch_order_event, dispatch_order_item, item
from tests import campaign
from tests.campaign import AS_OF, CHANGSHU, QINHUAI, XUANWU

HERE = Filters(campaign=(campaign.CODE,))
TODAY = date(2022, 10, 31)


def day(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


def order(store, region=QINHUAI, meeting="09-16", due="09-23", **more):
    draft = {"method": "assign", "text": "限期整改", "department": "housing", "campaign": campaign.CODE} | more
    with store.writing() as conn:
        return issue(conn, store.tree(), Draft(day(meeting), region, due_on=day(due), **draft), by="张三", today=TODAY)


def step(store, number, what, on, **more):
    with store.writing() as conn:
        return follow(conn, store.tree(), number, what, day(on), by="李四", today=TODAY, **more)


def meetings(small_store):
    """Two meetings: on 09-02 one order that is still open, on 09-16 five of every standing; as the day is 09-30."""
    old = order(small_store, XUANWU, "09-02", "09-10", ledger_numbers="A2 A4", department=None)
    late = order(small_store, QINHUAI, "09-16", "09-25", ledger_numbers="B3，B1", method="unannounced")
    open_ = order(small_store, CHANGSHU, "09-16", "10-10", department="ecology")
    signed = order(small_store, CHANGSHU, "09-16", "10-07", text="约谈前的准备", method="interview")
    done = order(small_store, XUANWU, "09-16", "09-20", item_ids=[item_id(campaign.CODE, "A3")])
    gone = order(small_store, "320100", "09-16", "10-01", campaign=None)
    step(small_store, signed, "signed", "09-17")
    step(small_store, done, "signed", "09-16")
    step(small_store, done, "done", "09-19", note="已报送")
    step(small_store, gone, "withdrawn", "09-18", note="重复")
    return small_store, {"old": old, "late": late, "open": open_, "signed": signed, "done": done, "gone": gone}


@pytest.fixture
def held(small_store):
    return meetings(small_store)


@pytest.fixture
def met(sqlite_small_store):
    return meetings(sqlite_small_store)


def test_the_frame_says_who_has_what_to_do_overdue_first(held):
    store, number = held
    df = orders("all", store, HERE)
    assert tuple(df.columns) == COLUMNS
    assert df["order_id"].tolist() == [number[name] for name in ("old", "late", "open", "signed", "done", "gone")]
    assert df["standing"].tolist() == ["overdue", "overdue", "issued", "signed", "done", "withdrawn"]
    assert [None if value != value or value is None else int(value) for value in df["days_overdue"].astype(object).where(df["days_overdue"].notna(), None)] == [
        20, 5, None, None, None, None,
    ]  # fmt: skip
    # on 09-30 A2 and A4 are open; B3 open, B1 closed; A3 closed on the day before
    assert list(zip(df["items"].tolist(), df["items_rectified"].tolist(), strict=True)) == [(2, 0), (2, 1), (0, 0), (0, 0), (1, 1), (0, 0)]
    assert df["region"].tolist()[:2] == ["江苏省南京市玄武区", "江苏省南京市秦淮区"]
    assert df["department_name"].tolist()[:3] == [None, "住房和城乡建设局", "生态环境局"]
    assert df["method_name"].tolist()[1:4] == ["暗访抽查", "交办督办", "约见约谈"]
    assert (df["signed_on"].tolist()[3], df["done_on"].tolist()[4]) == (day("09-17"), day("09-19"))
    assert df.attrs["meeting_on"] == day("09-16")
    assert df.attrs["counts"] == {"overdue": 1, "issued": 1, "signed": 1, "done": 1, "withdrawn": 1}
    assert (df.attrs["earlier_open"], df.attrs["earlier_overdue"], df.attrs["now"]) == (1, 1, 0)
    assert df.attrs["as_of"] == AS_OF


def test_the_caption_in_both_languages(held):
    store, _ = held
    said = {lang: render(CHARTS["orders"], orders("all", store, HERE, lang=lang), HERE, View(lang)).caption for lang in ("zh-CN", "en")}
    assert (
        "上次调度（9月16日）交办5项：已办结1项、已签收1项、待签收1项、超期1项、已撤销1项；此前会议还有1项未办结，均已超期。"
        in said["zh-CN"]
    )
    assert (
        "the last meeting (16 Sept) issued 5 orders: 1 done, 1 signed, 1 not yet signed, 1 overdue, 1 withdrawn; "
        "1 of earlier meetings still open and overdue."
    ) in said["en"].replace("Sep)", "Sept)")


def test_at_the_next_meeting_the_last_one_is_still_the_last(held):
    store, _ = held
    with store.reading() as conn:
        assert [last_meeting(conn, day(text)) for text in ("09-02", "09-03", "09-16", "09-17")] == [
            None,
            day("09-02"),
            day("09-02"),
            day("09-16"),
        ]
    order(store, XUANWU, "09-30", "10-08")
    df = orders("all", store, HERE)
    assert (df.attrs["meeting_on"], df.attrs["now_on"], df.attrs["now"]) == (day("09-16"), AS_OF, 1)
    assert "本次调度（9月30日）已交办1项" in render(CHARTS["orders"], df, HERE, View("zh-CN")).caption
    # the ledger speaks of 09-30; an order of 10-14 is seen all the same, and 09-30 is then the last meeting
    order(store, XUANWU, "10-14", "10-20")
    df = orders("all", store, HERE)
    assert (df.attrs["as_of"], df.attrs["meeting_on"], df.attrs["now"]) == (day("10-14"), AS_OF, 1)
    assert orders("all", store, HERE.but(as_of=AS_OF)).attrs["now_on"] == AS_OF


def test_the_past_stays_as_it_was(held):
    store, number = held
    df = orders("all", store, HERE.but(as_of=day("09-17")))
    assert dict(zip(df["order_id"].tolist(), df["standing"].tolist(), strict=True)) == {
        number["old"]: "overdue", number["late"]: "issued", number["open"]: "issued", number["signed"]: "signed", number["done"]: "signed",
        number["gone"]: "issued",
    }  # fmt: skip
    assert orders("all", store, HERE.but(as_of=day("09-15")))["order_id"].tolist() == [number["old"]]
    # nothing of all this was recorded by then
    assert len(orders("all", store, HERE.but(as_of=AS_OF, known_at=AS_OF))) == 0


def test_region_department_campaign_and_scope_choose(held):
    store, number = held

    def chosen(scope="all", **changes):
        return set(orders(scope, store, HERE.but(**changes))["order_id"].tolist())

    assert chosen(region=XUANWU) == {number["old"], number["done"]}
    assert chosen(region="320100") == {number["old"], number["done"], number["late"], number["gone"]}
    assert chosen(region="110000") == set()
    assert chosen(department=("ecology",)) == {number["open"]}
    # an order for all campaigns belongs to each of them
    assert chosen(campaign=(campaign.TASK_CODE,)) == {number["gone"]}
    assert chosen(campaign=()) == set(number.values())
    assert chosen(scope=CHANGSHU) == {number["open"], number["signed"]}
    assert chosen(scope=CHANGSHU, region=XUANWU) == set()


def test_totals_count_each_order_once(held):
    store, _ = held
    with store.reading() as conn:
        every = read_orders(conn)
    for on in (day("09-01"), day("09-02"), day("09-16"), AS_OF, day("12-31")):
        assert sum(counts(every, on).values()) == sum(each.meeting_on <= on for each in every)


def test_every_step_is_one_more_event_and_none_is_changed(held):
    store, number = held
    before = store.version()
    step(store, number["late"], "signed", "09-26")
    step(store, number["late"], "extended", "09-27", due_on="2022-10-05", note="汛期")
    step(store, number["late"], "done", "09-28")
    step(store, number["late"], "returned", "09-29", note="佐证不全")
    assert store.version() == before + 4
    with store.reading() as conn:
        (found,) = read_orders(conn, order_ids=[number["late"]])
        kept = conn.execute(select(dispatch_order.c.due_on).where(dispatch_order.c.order_id == number["late"])).scalar_one()
    assert [(e.number, e.what, e.effective_on, e.due_on, e.note, e.recorded_by) for e in found.events] == [
        (1, "issued", day("09-16"), None, None, "张三"),
        (2, "signed", day("09-26"), None, None, "李四"),
        (3, "extended", day("09-27"), day("10-05"), "汛期", "李四"),
        (4, "done", day("09-28"), None, None, "李四"),
        (5, "returned", day("09-29"), None, "佐证不全", "李四"),
    ]
    assert kept == day("09-25")
    row = orders("all", store, HERE.but(department=("housing",), region=QINHUAI)).iloc[0]
    assert (row["standing"], row["due_on"], row["signed_on"], row["done_on"]) == ("signed", day("10-05"), day("09-26"), None)


@pytest.mark.parametrize(
    ("name", "what", "on", "more", "said"),
    [
        ("late", "done", "09-15", {}, "第2号交办在2022-09-16已有“交办”，新的登记不能早于那一天。"),
        ("signed", "signed", "09-18", {}, "第4号交办已经签收。"),
        ("signed", "done", "09-16", {}, "第4号交办在2022-09-17已有“签收”"),
        ("done", "done", "09-20", {}, "已经办结；如不合格，请先退回"),
        ("done", "extended", "09-20", {"due_on": "2022-10-20", "note": "x"}, "已经办结"),
        ("gone", "signed", "09-20", {}, "第6号交办已经撤销。"),
        ("late", "returned", "09-20", {"note": "x"}, "还没有签收，没有可退回的"),
        ("signed", "returned", "09-20", {}, "退回须写明理由。"),
        ("late", "withdrawn", "09-20", {"note": "  "}, "撤销须写明理由。"),
        ("late", "extended", "09-20", {"note": "x", "due_on": "2022-09-25"}, "新的时限须晚于现在的时限（2022-09-25）。"),
        ("late", "extended", "09-28", {"note": "x", "due_on": "2022-09-26"}, "新的时限（2022-09-26）不能早于延期那天（2022-09-28）。"),
        ("late", "extended", "09-28", {"note": "x", "due_on": "明天"}, "请填写办理时限，如 2022-10-21。"),
        ("late", "signed", "11-01", {}, "2022-11-01还没有到，不能登记。"),
        ("late", "forgotten", "09-20", {}, "不认识的操作：forgotten。"),
        ("late", "returned", "09-20", {"note": "长" * (LONGEST + 1)}, "还没有签收"),
        ("signed", "returned", "09-20", {"note": "长" * (LONGEST + 1)}, f"说明最多{LONGEST}字，现有{LONGEST + 1}字。"),
    ],
)
def test_a_step_out_of_order_is_refused_in_words(met, name, what, on, more, said):
    store, number = met
    with store.reading() as conn:
        before = conn.execute(select(func.count()).select_from(dispatch_order_event)).scalar_one()
    with pytest.raises(OrderError) as problem:
        step(store, number[name], what, on, **more)
    assert said in problem.value.text()
    assert problem.value.text("en").replace("“", "").replace("”", "").isascii()
    with store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(dispatch_order_event)).scalar_one() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_on": day("09-15")}, "办理时限（2022-09-15）早于会议日期（2022-09-16）。"),
        ({"due_on": ""}, "请填写办理时限，如 2022-10-21。"),
        ({"due_on": "2022-02-30"}, "请填写办理时限"),
        ({"meeting_on": None}, "请填写会议日期，如 2022-10-14。"),
        ({"meeting_on": day("11-01"), "due_on": day("11-08")}, "2022-11-01还没有到，不能登记。"),
        ({"text": " \n "}, "请写明交办的内容。"),
        ({"text": "长" * (LONGEST + 1)}, "交办内容最多2000字，现有2001字。"),
        ({"region": None}, "请选择交办给哪个地区。"),
        ({"region": "999999"}, "没有代码为“999999”的地区"),
        ({"department": "moon"}, "没有代码为“moon”的部门。"),
        ({"campaign": "nope"}, "没有代码为“nope”的行动。"),
        ({"method": "shout"}, "请选择方式：暗访抽查、走访座谈、交办督办、会议推进、约见约谈、问责问效。"),
        ({"ledger_numbers": "B1 Z9 Z8"}, "台账里没有这些编号：Z9, Z8。"),
        ({"ledger_numbers": "B1 A1"}, "这些问题不在江苏省南京市秦淮区：A1。"),
        ({"ledger_numbers": " ".join(f"Z{k}" for k in range(9))}, "台账里没有这些编号：Z0, Z1, Z2, Z3, Z4 … (9)。"),
        ({"item_ids": [12345]}, "台账里没有这些编号：0000000000003039。"),
        ({"item_ids": list(range(MOST_ITEMS + 1))}, "一次交办最多附1000个问题，现有1001个，请缩小范围。"),
    ],
)
def test_an_order_that_is_not_whole_is_refused_in_words_and_leaves_nothing(sqlite_small_store, change, said):
    store = sqlite_small_store
    whole = {"meeting_on": day("09-16"), "region": QINHUAI, "method": "assign", "text": "限期整改", "due_on": day("09-23")}
    version = store.version()
    with pytest.raises(OrderError) as problem, store.writing() as conn:
        issue(conn, store.tree(), Draft(**(whole | change)), by="张三", today=TODAY)
    assert said in problem.value.text()
    assert problem.value.text("en").replace("“", "").replace("”", "").replace("…", "").isascii()
    with store.reading() as conn:
        for table in (dispatch_order, dispatch_order_event, dispatch_order_item):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert store.version() == version


def test_the_bounds_that_are_still_allowed(sqlite_small_store):
    store = sqlite_small_store
    number = order(
        store, QINHUAI, "09-16", "09-16", text="长" * LONGEST, ledger_numbers="B1,B1、B2\nB3;", item_ids=[item_id(campaign.CODE, "B3")]
    )
    with store.reading() as conn:
        (found,) = read_orders(conn, order_ids=[number])
    assert set(found.item_ids) == {item_id(campaign.CODE, each) for each in ("B1", "B2", "B3")}
    assert (len(found.text), found.due_on) == (LONGEST, found.meeting_on)


def test_an_officer_of_one_region_orders_only_there(sqlite_small_store):
    store = sqlite_small_store
    draft = Draft(day("09-16"), QINHUAI, "assign", "限期整改", day("09-23"))
    with pytest.raises(OrderError) as problem, store.writing() as conn:
        issue(conn, store.tree(), draft, scope=XUANWU, today=TODAY)
    assert problem.value.code == "region_unknown"
    number = order(store)
    with pytest.raises(OrderError) as problem:
        step(store, number, "signed", "09-17", scope=XUANWU)
    assert problem.value.code == "order_unknown"
    assert step(store, number, "signed", "09-17", scope="320100") == 2


def test_a_number_that_two_ledgers_gave_out_means_the_one_in_the_region(sqlite_small_store):
    store = sqlite_small_store
    with store.writing() as conn:
        row = dict(conn.execute(select(item).where(item.c.item_id == item_id(campaign.CODE, "B1"))).mappings().one())
        tasks = next(c.campaign_id for c in store.campaigns() if c.code == campaign.TASK_CODE)
        twin = {"item_id": 77, "campaign_id": tasks, "ledger_key": "B1", "region_id": store.tree().get(XUANWU).region_id}
        conn.execute(insert(item).values(row | twin))
    number = order(store, QINHUAI, campaign=None, ledger_numbers="B1")
    with store.reading() as conn:
        assert read_orders(conn, order_ids=[number])[0].item_ids == (item_id(campaign.CODE, "B1"),)
    with pytest.raises(OrderError) as problem:
        order(store, "320100", campaign=None, ledger_numbers="B1")
    assert problem.value.text() == "这些编号不止对应一个问题，请先选定行动：B1。"
    number = order(store, "320100", ledger_numbers="B1")
    assert number


def test_the_timeline_of_a_region_newest_first(held):
    store, number = held
    df = region_timeline("all", store, HERE.but(region=XUANWU))
    told = list(
        zip(
            df["day"].tolist(),
            df["kind"].tolist(),
            df["what"].tolist(),
            df["number"].astype(object).where(df["number"].notna(), None).tolist(),
            strict=True,
        )
    )
    assert told == [
        (AS_OF, "ledger", "ledger", None),
        (day("09-19"), "order", "done", number["done"]),
        (day("09-16"), "order", "signed", number["done"]),
        (day("09-16"), "order", "issued", number["done"]),
        (day("09-02"), "order", "issued", number["old"]),
    ]  # fmt: skip
    assert df["text"].tolist()[:2] == ["台账更新：应整改4，已整改2，超期1", f"第{number['done']}号交办办结：已报送"]
    assert df["text"].tolist()[4] == f"交办第{number['old']}号（交办督办）：限期整改"
    assert render(CHARTS["region-timeline"], df, HERE, View("zh-CN")).caption == (
        "截至2022年9月30日，玄武区“玄武秦淮常熟监督帮扶”交办记录4条、台账更新1次。"
    )
    assert len(region_timeline("all", store, HERE.but(region="110000"))) == 0
    # the city's timeline holds its counties', and each line says which
    city = region_timeline("all", store, HERE.but(region="320100"))
    assert set(city["region"]) == {"江苏省南京市", "江苏省南京市玄武区", "江苏省南京市秦淮区"}
