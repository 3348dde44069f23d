"""Warnings of the hand-counted campaign and river: each rule at its boundary, what a person reads, and what was read of it."""

import json
from datetime import date, datetime

import pytest
from sqlalchemy import delete, insert, select, update

from callbacks.registry import CHARTS, render
from dashboard.captions.item_list import set_name
from dashboard.view import View
from data.filters import Filters
from data.identity import item_id
from data.queries import warnings as queries
from data.queries.item_list import item_list
from data.queries.warnings import COLUMNS, warnings
from data.schema import campaign as campaign_table
from data.schema import item_link, section_quality, warning_mark
from data.store import bump
from data.warnings.marks import MarkError, acknowledge, marks, reopen
from data.warnings.rules import read
from tests import campaign, waters

NANJING, SUZHOU = "320100", "320500"
HERE = f"campaign={campaign.CODE}"


def found(store, query=HERE, lang="zh-CN", scope="all"):
    df = warnings(scope, store, Filters.from_query(query), lang=lang)
    assert tuple(df.columns) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in df.itertuples(index=False, name=None)]


def on(store, day, query=HERE, kinds=None):
    """(rule, region or section, level, numerator) of what stands at the end of a day."""
    rows = found(store, f"{query}&as_of={day}")
    return {
        (row["key"].split("?")[0].replace(":", " "), row["level"], None if row["numerator"] != row["numerator"] else row["numerator"])
        for row in rows
        if kinds is None or row["kind"] in kinds
    }


@pytest.fixture
def ruled(monkeypatch):
    """``ruled(entry, …)`` replaces the rules."""

    def put(*entries, fresh=2):
        names = {"names": {"zh-CN": "规则", "en": "Rule"}}
        made = read(json.dumps({"fresh_months": fresh, "rules": [names | {"id": entry["kind"]} | entry for entry in entries]}))
        monkeypatch.setattr(queries, "rules", lambda: made)

    return put


# ----------------------------------------------------------------------------- deadlines


def test_what_stands_on_the_day_that_was_counted_by_hand(small_store):
    rows = found(small_store)
    assert [(r["level"], r["kind"], r["region_code"], r["numerator"], r["denominator"], r["rows"]) for r in rows] == [
        ("red", "overdue", NANJING, 2, 5, f"region={NANJING}&rows=overdue"),
        ("blue", "due", NANJING, 1, 4, f"region={NANJING}&rows=due_soon"),
    ]
    late, soon = rows
    assert late["text"] == "南京市到期5项中有2项超期未完成，最久的已超期102天。"
    assert soon["text"] == "南京市有1项将在7天内到期，最早的10月5日到期。"
    # A2 was put right and relapsed on 08-01: it is overdue since then, not since its deadline in June
    assert (late["since"], soon["since"]) == (date(2022, 8, 1), date(2022, 9, 28))
    assert (late["value"], late["threshold"], late["acknowledged"], late["acknowledged_on"]) == (2.0, 1.0, False, None)
    english = found(small_store, lang="en")
    assert english[0]["text"] == "Nanjing: 2 of the 5 items due are overdue, the longest by 102 days."
    assert english[1]["text"] == "Nanjing: 1 item falls due within 7 days, on 5 Oct."


def test_an_item_grows_graver_day_by_day(small_store):
    """A4 is due on 10-05; a deadline that is today is over at the end of the day."""
    days = {"09-27": None, "09-28": "blue", "10-01": "blue", "10-02": "yellow", "10-04": "yellow", "10-05": "red"}
    for day, level in days.items():
        rows = [r for r in found(small_store, f"{HERE}&region=320102&as_of=2022-{day}") if r["kind"] in ("due", "overdue")]
        # A2 is overdue all the time
        held = {r["level"]: r["numerator"] for r in rows}
        assert held == {"red": 1} | ({level: 1 + (level == "red")} if level else {}), day


def test_a_graver_rule_tells_and_the_milder_one_is_silent(small_store, ruled):
    three = {"id": "three", "kind": "due", "days": 3, "also_days": 30, "bands": [{"level": "yellow", "at_least": 1}]}
    thirty = {"id": "thirty", "kind": "due", "days": 30, "unless_days": 3, "bands": [{"level": "blue", "at_least": 1}]}
    ruled(three, thirty)
    # A4 (10-05) and B2 (10-20)
    assert on(small_store, "2022-09-30") == {(f"thirty {NANJING}", "blue", 2)}
    assert on(small_store, "2022-10-03") == {(f"three {NANJING}", "yellow", 1), (f"thirty {SUZHOU}", "blue", 1)}
    (row, _) = found(small_store, f"{HERE}&as_of=2022-10-03")
    assert row["text"] == "南京市有1项将在3天内到期，最早的10月5日到期；30天内到期的共2项。"


def test_days_of_ones_own_lead_to_as_many_rows(small_store, ruled):
    ruled({"kind": "due", "days": 20, "bands": [{"level": "blue", "at_least": 2}]})
    (row,) = found(small_store)
    assert (row["numerator"], row["rows"]) == (2, f"region={NANJING}&rows=due_in:20")
    rows = item_list("all", small_store, Filters.from_query(f"{HERE}&{row['rows']}"))
    assert sorted(rows["ledger_no"]) == ["A4", "B2"]
    assert [set_name(name, View("zh-CN")) for name in ("due_in:20", "found_in:7", "relapsed_in:30")] == [
        "20天内到期的问题", "近7天新发现的问题", "近30天反弹的问题",
    ]  # fmt: skip
    # B2 is due in exactly 20 days
    ruled({"kind": "due", "days": 19, "bands": [{"level": "blue", "at_least": 2}]})
    assert found(small_store) == []


def test_a_count_must_reach_its_band(small_store, ruled):
    for least, held in ((2, 1), (3, 0)):
        ruled({"kind": "overdue", "bands": [{"level": "red", "at_least": least}]})
        assert len(found(small_store)) == held


def test_most_of_them_with_one_department(small_store):
    # A2 is the ecology bureau's, B3 and the task T4 are the housing bureau's; of A2 and B3 alone neither has most
    assert found(small_store, "")[0]["text"] == "南京市到期7项中有3项超期未完成，最久的已超期102天，住房和城乡建设局最多（2项）。"
    (alone, *_) = found(small_store, f"{HERE}&department=housing")
    assert alone["text"] == "南京市到期2项中有1项超期未完成，最久的已超期25天。"


# ----------------------------------------------------------------------------- schedule, rise, relapse


def test_behind_schedule_from_the_threshold_on(small_store, ruled):
    """Nanjing on 09-30: 7 with a deadline, 5 due, 3 complete: 2/7 behind; Suzhou 4 due, 3 complete of 4: 1/4."""
    for least, threshold, expected in (
        (4, 0.25, {(f"schedule {NANJING}", "yellow", 2), (f"schedule {SUZHOU}", "yellow", 1)}),
        (4, 0.2501, {(f"schedule {NANJING}", "yellow", 2)}),
        (4, 0.29, set()),
        (7, 0.25, {(f"schedule {NANJING}", "yellow", 2)}),
        (8, 0.25, set()),
    ):
        ruled({"kind": "schedule", "least": least, "bands": [{"level": "yellow", "at_least": threshold}]})
        assert on(small_store, "2022-09-30") == expected, (least, threshold)
    ruled({"kind": "schedule", "least": 7, "bands": [{"level": "yellow", "at_least": 0.25}]})
    (row,) = found(small_store)
    assert row["text"] == "南京市落后序时进度28.6个百分点：有时限的7项按序时应完成5项，实际完成3项，差2项。"
    assert (row["denominator"], row["value"], row["rows"]) == (7, 2 / 7, f"region={NANJING}&rows=scheduled")


def test_a_rise_from_the_threshold_on(small_store, ruled):
    """Found in Nanjing: A3 on 08-10; B1, B2, B3, B4 and A4 from 08-16 to 08-20: 5 in the week to 08-20, 1 in the week before."""
    rise = {"kind": "rise", "days": 7, "weeks": 1, "weeks_with": 1, "least": 5, "bands": [{"level": "blue", "at_least": 5}]}
    ruled(rise)
    assert on(small_store, "2022-08-20", f"{HERE}&region={NANJING}&level=prefecture") == {(f"rise {NANJING}/finding", "blue", 5)}
    (row,) = found(small_store, f"{HERE}&as_of=2022-08-20&region={NANJING}&level=prefecture")
    assert row["text"] == "南京市近7天新增问题5项，是前1周平均水平（1.0项）的5.0倍。"
    assert (row["rows"], row["since"]) == (f"region={NANJING}&kind=finding&rows=found_in:7", date(2022, 8, 14))
    rows = item_list("all", small_store, Filters.from_query(f"{HERE}&as_of=2022-08-20&region={NANJING}&kind=finding&rows=found_in:7"))
    assert sorted(rows["ledger_no"]) == ["A4", "B1", "B2", "B3", "B4"]
    for change in ({"least": 6}, {"bands": [{"level": "blue", "at_least": 5.01}]}, {"weeks": 2, "weeks_with": 2}):
        ruled(rise | change)
        assert on(small_store, "2022-08-20", f"{HERE}&region={NANJING}&level=prefecture") == set(), change
    ruled(rise)
    # A4 came on the 20th: the day before there were four
    assert on(small_store, "2022-08-19", f"{HERE}&region={NANJING}&level=prefecture") == set()


def test_a_beginning_is_no_rise(small_store, ruled):
    ruled({"kind": "rise", "days": 7, "weeks": 4, "weeks_with": 1, "least": 2, "bands": [{"level": "blue", "at_least": 1}]})
    assert on(small_store, "2022-05-05", HERE) == set()


def test_relapses_of_the_last_days(small_store, ruled):
    """A2 relapsed on 08-01."""
    ruled({"kind": "relapse", "days": 7, "bands": [{"level": "blue", "at_least": 1}]})
    assert on(small_store, "2022-07-31") == set()
    assert on(small_store, "2022-08-01") == {(f"relapse {NANJING}", "blue", 1)}
    assert on(small_store, "2022-08-07") == {(f"relapse {NANJING}", "blue", 1)}
    assert on(small_store, "2022-08-08") == set()
    ruled({"kind": "relapse", "days": 7, "bands": [{"level": "blue", "at_least": 2}]})
    assert on(small_store, "2022-08-07") == set()


def test_an_item_entered_anew_is_a_relapse_too(small_store, ruled):
    """B1 is entered as the relapse of A1 on 08-16, and that is told on 08-18 only."""
    from data.rollup.refresh import refresh

    with small_store.writing() as conn:
        values = {"item_id": item_id(campaign.CODE, "B1"), "target_id": item_id(campaign.CODE, "A1"), "type": "relapse_of"}
        conn.execute(insert(item_link).values(values | {"effective_at": datetime(2022, 8, 16, 9), "recorded_at": datetime(2022, 8, 18, 2)}))
        campaign_id = conn.execute(select(campaign_table.c.campaign_id).where(campaign_table.c.code == campaign.CODE)).scalar_one()
        refresh(conn, campaign_id, [small_store.tree().get(campaign.QINHUAI).region_id])
        bump(conn, "link")
    ruled({"kind": "relapse", "days": 30, "bands": [{"level": "yellow", "at_least": 2}]})
    assert on(small_store, "2022-08-15") == set()
    (row,) = found(small_store, f"{HERE}&as_of=2022-08-16")
    assert (row["text"], row["since"]) == ("南京市近30天有2项反弹，其中1项另行立项。", date(2022, 8, 16))
    rows = item_list("all", small_store, Filters.from_query(f"{HERE}&as_of=2022-08-16&{row['rows']}"))
    assert sorted(rows["ledger_no"]) == ["A2", "B1"]
    assert found(small_store, f"{HERE}&as_of=2022-08-20&known_at=2022-08-17") == []
    assert len(found(small_store, f"{HERE}&as_of=2022-08-20&known_at=2022-08-18")) == 1


# ----------------------------------------------------------------------------- what a viewer asks


def test_region_filters_and_scope_are_respected(small_store):
    assert {r["region_code"] for r in found(small_store, f"{HERE}&level=county")} == {campaign.XUANWU, campaign.QINHUAI}
    assert found(small_store, f"{HERE}&region={SUZHOU}") == []
    (row,) = found(small_store, f"{HERE}&theme=air&level=county&department=housing")
    assert (row["region_code"], row["key"]) == (campaign.QINHUAI, f"overdue:320104?campaign={campaign.CODE}&department=housing&theme=air")
    assert {r["region_code"] for r in found(small_store, f"{HERE}&level=county", scope=campaign.QINHUAI)} == {campaign.QINHUAI}
    assert found(small_store, scope=SUZHOU) == []
    assert found(small_store, f"{HERE}&region={NANJING}", scope=SUZHOU) == []


def test_as_known_at_the_end_of_the_day(small_store):
    """C4 was complete on 09-27, which the store learned on 10-03: as known on 09-30 it is overdue."""
    rows = found(small_store, f"{HERE}&known_at=2022-09-30")
    assert [(r["region_code"], r["numerator"]) for r in rows if r["kind"] == "overdue"] == [(NANJING, 2), (SUZHOU, 1)]


def test_one_warning_has_one_name_however_it_is_asked_for(small_store):
    every = {r["key"] for r in found(small_store, "")}
    both = {r["key"] for r in found(small_store, f"campaign={campaign.CODE},{campaign.TASK_CODE}")}
    assert every == both and not any("?" in key for key in every)
    within = {r["key"] for r in found(small_store, f"region={NANJING}&level=prefecture")}
    assert within == {key for key in every if NANJING in key}
    many = ",".join(f"category-{n:02d}" for n in range(40))
    assert all(len(r["key"]) <= 200 for r in found(small_store, f"{HERE}&category=dust,{many}"))


def test_an_empty_store_is_told_what_is_watched(store):
    df = warnings("all", store, Filters())
    assert len(df) == 0 and len(df.attrs["watched"]) == len(queries.rules().rules)
    assert df.attrs["counts"]["red"] == {"open": 0, "acknowledged": 0}
    said = render(CHARTS["warnings"], df, Filters(), View("zh-CN")).caption
    assert said.endswith("没有预警。")


# ----------------------------------------------------------------------------- sections


@pytest.fixture
def river(sqlite_store):
    waters.load(sqlite_store)
    return sqlite_store


@pytest.fixture
def pg_river(pg_store):
    waters.load(pg_store)
    return pg_store


WATER = f"campaign={waters.SOURCE_CODE}"
OF_WATER = ("exceed", "jump", "near")


def measure(store, name, month, **values):
    with store.writing() as conn:
        where = (section_quality.c.object_id == waters.object_id(name), section_quality.c.month == month)
        conn.execute(update(section_quality).where(*where).values(**values))
        bump(conn, "measured")


def at_sections(store, day, **more):
    rows = found(store, f"{WATER}&as_of={day}", **more)
    return {(r["subject"], r["kind"], r["level"], r["value"]) for r in rows if r["kind"] in OF_WATER}


def test_sections_that_miss_their_target_or_got_worse(river, pg_river):
    for store in (river, pg_river):
        assert at_sections(store, "2022-09-30") == {("M2断面", "exceed", "yellow", 1.0), ("M2断面", "jump", "blue", 1.0)}
        assert at_sections(store, "2022-08-31") == {
            ("M3断面", "exceed", "yellow", 1.0), ("M3断面", "jump", "blue", 1.0),
            ("N1断面", "exceed", "red", 2.0), ("N1断面", "jump", "yellow", 2.0),
        }  # fmt: skip
        # a month speaks once it is over
        assert at_sections(store, "2022-08-30") == at_sections(store, "2022-07-31")
    (exceed, jump) = [r for r in found(river, f"{WATER}&as_of=2022-09-30") if r["kind"] in OF_WATER]
    assert exceed["text"] == "M2断面2022年9月水质为Ⅳ类，未达到目标Ⅲ类，差1个类别，超标指标：总磷。"
    assert jump["text"] == "M2断面2022年9月水质为Ⅳ类，比上月（Ⅲ类）变差1个类别，目标为Ⅲ类。"
    assert (exceed["rows"], exceed["since"]) == (f"/river/{waters.river('MAIN')}", date(2022, 9, 30))
    assert (exceed["region_code"], exceed["numerator"] is exceed["denominator"]) == (waters.CHANGSHU, True)


def test_a_class_grows_old(river):
    assert at_sections(river, "2022-10-31") == at_sections(river, "2022-09-30")
    assert at_sections(river, "2022-11-30") == set()


def test_months_in_a_row(river):
    measure(river, "M2", date(2022, 8, 1), grade="V")
    exceed = next(r for r in found(river, f"{WATER}&as_of=2022-09-30") if r["kind"] == "exceed")
    # July was IV, August V, September IV; June was at the target
    assert "已连续3个月未达标" in exceed["text"] and exceed["since"] == date(2022, 7, 31)


def test_near_the_limit_from_nine_tenths_on(river):
    """M3 is at its target in September: II, ammonia up to 0.5."""
    for amount, near in ((0.449, False), (0.45, True), (0.5, True)):
        measure(river, "M3", date(2022, 9, 1), indicators={"氨氮": amount, "COD": 3.0})
        assert (("M3断面", "near", "blue", amount / 0.5) in at_sections(river, "2022-09-30")) is near, amount
    (row,) = [r for r in found(river, f"{WATER}&as_of=2022-09-30") if r["kind"] == "near"]
    assert row["text"] == "M3断面2022年9月水质为Ⅱ类，刚好达到目标，氨氮0.5 mg/L，已到Ⅱ类限值的100.0%。"
    # limits of another standard are not these
    measure(river, "M3", date(2022, 9, 1), standard_version="GB 9999-2030")
    assert not any(kind == "near" for _, kind, _, _ in at_sections(river, "2022-09-30"))


def test_without_figures_a_fall_onto_the_target_is_near(river):
    # M1 in July: III at its target III, II the month before; one class is no jump while the target is met
    assert at_sections(river, "2022-07-31") == {
        ("M1断面", "near", "blue", 0.9), ("M2断面", "exceed", "yellow", 1.0), ("M2断面", "jump", "blue", 1.0),
    }  # fmt: skip
    measure(river, "M1", date(2022, 6, 1), grade="I")
    assert ("M1断面", "jump", "yellow", 2.0) in at_sections(river, "2022-07-31")
    # better than it has to be: nothing to say, however far it fell
    measure(river, "M1", date(2022, 9, 1), grade="II")
    measure(river, "M1", date(2022, 8, 1), grade="I")
    assert not any(name == "M1断面" for name, *_ in at_sections(river, "2022-09-30"))


def test_sections_follow_region_water_and_viewer_but_no_filter_of_items(river):
    day = "2022-08-31"
    names = lambda query, **more: {r["subject"] for r in found(river, f"{query}&as_of={day}", **more) if r["kind"] in OF_WATER}  # noqa: E731
    assert names("") == names(WATER) == {"M3断面", "N1断面"}
    assert names("water=NORTH") == {"N1断面"}
    assert names(f"region={waters.XUANWU}") == set() and names(f"region={waters.CHANGSHU}") == {"M3断面", "N1断面"}
    assert names("", scope=waters.XUANWU) == set()
    assert names("theme=water") == {"M3断面", "N1断面"} and names("theme=air") == set() and names("department=ecology") == set()


# ----------------------------------------------------------------------------- what was read


def key_of(store, kind, query=HERE):
    return next(r["key"] for r in found(store, query) if r["kind"] == kind)


def test_a_warning_that_was_read_sinks(small_store):
    version = small_store.version()
    key = key_of(small_store, "overdue")
    assert acknowledge(small_store, key, "red", note="  已通知 <b>南京市</b>  ", by="值班员") == 1
    assert small_store.version() == version + 1
    soon, late = found(small_store)
    assert (soon["kind"], late["kind"], late["acknowledged"], late["note"]) == ("due", "overdue", True, "已通知 <b>南京市</b>")
    assert late["acknowledged_on"] == marks(small_store)[key].day
    df = warnings("all", small_store, Filters.from_query(HERE))
    assert df.attrs["counts"]["red"] == {"open": 0, "acknowledged": 1}
    said = render(CHARTS["warnings"], df, Filters.from_query(HERE), View("zh-CN")).caption
    assert "红色预警1条、蓝色预警1条，其中1条已阅处；首先是：南京市有1项将在7天内到期" in said
    english = render(
        CHARTS["warnings"], warnings("all", small_store, Filters.from_query(HERE), lang="en"), Filters.from_query(HERE), View("en")
    )
    assert "1 red warning, 1 blue warning, 1 of them acknowledged" in english.caption
    # the same warning of one department was read by nobody
    assert not any(r["acknowledged"] for r in found(small_store, f"{HERE}&department=housing"))
    assert reopen(small_store, key, by="值班员") == 2
    late = found(small_store)[0]
    assert (late["kind"], late["acknowledged"], late["acknowledged_on"], late["note"]) == ("overdue", False, None, None)
    with small_store.reading() as conn:
        held = conn.execute(select(warning_mark.c.what, warning_mark.c.marked_by).order_by(warning_mark.c.number)).all()
    assert [tuple(row) for row in held] == [("acknowledged", "值班员"), ("reopened", "值班员")]


def test_it_comes_back_when_it_grows_graver_and_not_when_it_eases(small_store, ruled):
    band = lambda *pairs: {"kind": "overdue", "bands": [{"level": level, "at_least": n} for level, n in pairs]}  # noqa: E731
    ruled(band(("yellow", 2), ("blue", 1)))
    key = key_of(small_store, "overdue")
    acknowledge(small_store, key, "yellow")
    assert [r["acknowledged"] for r in found(small_store)] == [True]
    ruled(band(("blue", 1)))
    assert [(r["level"], r["acknowledged"]) for r in found(small_store)] == [("blue", True)]
    ruled(band(("red", 2), ("blue", 1)))
    (row,) = found(small_store)
    # it says that it had been read
    assert (row["level"], row["acknowledged"]) == ("red", False) and row["acknowledged_on"] is not None
    assert acknowledge(small_store, key, "red") == 2
    assert [r["acknowledged"] for r in found(small_store)] == [True]


def test_it_comes_back_when_it_began_after_it_was_read(small_store):
    key = key_of(small_store, "overdue")
    acknowledge(small_store, key, "red")
    mark = lambda moment: warning_mark.update().values(marked_at=moment)  # noqa: E731
    for moment, read_then in ((datetime(2022, 7, 31, 15, 59), False), (datetime(2022, 7, 31, 16, 0), True)):
        # eight hours behind Shanghai: the second moment is on 08-01, the day on which it began
        with small_store.writing() as conn:
            conn.execute(mark(moment))
            bump(conn, "moved")
        assert [r["acknowledged"] for r in found(small_store) if r["kind"] == "overdue"] == [read_then]


def test_marks_are_as_known_at_a_day(small_store):
    key = key_of(small_store, "overdue")
    acknowledge(small_store, key, "red")
    with small_store.writing() as conn:
        conn.execute(warning_mark.update().values(marked_at=datetime(2022, 9, 30, 16, 0)))
        bump(conn, "moved")

    def read_by(day):
        rows = found(small_store, f"{HERE}&as_of=2022-09-30&known_at={day}")
        return [r["acknowledged"] for r in rows if r["region_code"] == NANJING and r["kind"] == "overdue"]

    assert (read_by("2022-09-30"), read_by("2022-10-01")) == ([False], [True])


def test_marks_that_make_no_sense_are_refused_in_words(small_store):
    key = key_of(small_store, "overdue")
    refused = {
        "already": lambda: acknowledge(small_store, key, "red"),
        "level_unknown": lambda: acknowledge(small_store, key, "orange"),
        "note_long": lambda: acknowledge(small_store, "other", "red", note="长" * 1001),
        "key_unusable": lambda: acknowledge(small_store, "k" * 201, "red"),
        "not_acknowledged": lambda: reopen(small_store, "other"),
    }
    acknowledge(small_store, key, "red")
    version = small_store.version()
    for reason, attempt in refused.items():
        with pytest.raises(MarkError) as problem:
            attempt()
        assert problem.value.key == reason
        assert problem.value.text("zh-CN") != problem.value.text("en") and "{" not in problem.value.text("en")
    assert small_store.version() == version
    reopen(small_store, key)
    with pytest.raises(MarkError, match="nothing to take back"):
        reopen(small_store, key)
    with small_store.writing() as conn:
        conn.execute(delete(warning_mark))
