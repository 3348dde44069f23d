"""Indicator series and score events from tables: every fault by row, column and value, all or nothing, nothing twice."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from data.ranking import cli
from data.ranking.events import import_events, list_events, take_back
from data.ranking.intake import TableError
from data.ranking.series import import_series, list_series
from data.schema import indicator_series, indicator_value, score_event

PM = {"code": "pm25_change", "name": "PM2.5同比变化", "unit": "%"}
SECTIONS = {"code": "section_compliance", "name": "断面达标率"}


def csv(*lines, encoding="utf-8-sig"):
    return ("\n".join(lines) + "\n").encode(encoding)


def rows(*lines):
    """A table as a reader hands it on: the faults below are not about files."""
    return [line.split(",") for line in lines]


def held(store):
    v = indicator_value.c
    with store.reading() as conn:
        query = select(indicator_series.c.code, v.region_id, v.as_of, v.value, v.numerator, v.denominator).join(indicator_series)
        return [(c, store.tree().by_id(r).code, d.isoformat(), x, n, m) for c, r, d, x, n, m in conn.execute(query.order_by(v.value_id))]


def refused(store, act, *args, **options):
    """The faults, told; nothing may have been written."""
    before = store.version()
    with pytest.raises(TableError) as caught:
        act(store, *args, **options)
    assert store.version() == before
    assert held(store) == []
    assert list_events(store) == []
    return [f.text() for f in caught.value.faults]


# ----------------------------------------------------------------------------- series


def test_figures_come_in_by_code_or_name_and_in_the_words_of_an_office(store):
    before = store.version()
    report = import_series(
        store,
        csv(
            "地区,截止日期,数值",
            "320102,2022-11-20,-6.5",
            "丰县,2022年11月20日,1.2%",
            "江苏省徐州市沛县,20221120,−3",
            "邳州市,2022-11-20,—",
        ),
        "十一月.csv",
        **PM,
    )
    assert (report.added, report.same, report.blank, report.codes) == (3, 0, 1, ["pm25_change"])
    assert held(store) == [
        ("pm25_change", "320102", "2022-11-20", -6.5, None, None),
        ("pm25_change", "320321", "2022-11-20", 1.2, None, None),
        ("pm25_change", "320322", "2022-11-20", -3.0, None, None),
    ]
    assert store.version() == before + 1
    assert report.text() == "十一月.csv：指标序列 pm25_change，新增 3 条，与库里相同 0 条，没有数值 1 行。"
    with store.reading() as conn:
        row = conn.execute(select(indicator_series)).mappings().one()
    assert (row["name_zh"], row["unit"], row["decimals"], row["simulated"]) == ("PM2.5同比变化", "%", 1, False)


def test_numerator_and_denominator_make_a_rate(store):
    import_series(
        store,
        csv(
            "region,prefecture,as_of,numerator,denominator",
            "鼓楼区,徐州市,2022-11-20,3,4",
            "鼓楼区,南京市,2022-11-20,0,0",
            "320102,,2022-11-20,2,2",
        ),
        "s.csv",
        **SECTIONS,
    )
    # no section assessed is no figure, not 0
    assert held(store) == [
        ("section_compliance", "320302", "2022-11-20", 0.75, 3.0, 4.0),
        ("section_compliance", "320102", "2022-11-20", 1.0, 2.0, 2.0),
    ]
    assert list_series(store)[0]["unit"] == "rate"


def test_a_rate_may_be_written_as_a_percentage(store):
    import_series(store, csv("region,as_of,value", "320102,2022-11-20,96.3%", "320104,2022-11-20,0.963"), "s.csv", **SECTIONS, unit="rate")
    assert [row[3] for row in held(store)] == [0.963, 0.963]


def test_rows_are_added_once_and_a_correction_is_a_further_row(store):
    lines = ["region,as_of,value", "320102,2022-11-13,1", "320102,2022-11-20,2"]
    import_series(store, csv(*lines), "a.csv", **PM)
    before = store.version()
    again = import_series(store, csv(*lines), "a.csv", **PM)
    assert (again.added, again.same, store.version()) == (0, 2, before)
    fixed = import_series(store, csv(*lines[:2], "320102,2022-11-20,-2"), "b.csv", **PM, now=datetime(2030, 1, 1))
    assert (fixed.added, fixed.same) == (1, 1)
    # and back again: the newest recorded row is the one that counts, so it takes another
    back = import_series(store, csv(*lines), "a.csv", **PM, now=datetime(2030, 1, 2))
    assert (back.added, back.same) == (1, 1)
    assert [row[3] for row in held(store)] == [1, 2, -2, 2]


def test_one_table_may_hold_several_series(store):
    lines = ["region,as_of,series,name,unit,value", "320102,2022-11-20,pm25,PM2.5,ug/m3,31", "320102,2022-11-20,good_days,优良天数,天,25"]
    report = import_series(store, csv(*lines, encoding="gb18030"), "s.csv", decimals=0)
    assert report.codes == ["pm25", "good_days"]
    assert [(row["code"], row["name_zh"], row["unit"], row["decimals"]) for row in list_series(store)] == [
        ("good_days", "优良天数", "天", 0),
        ("pm25", "PM2.5", "ug/m3", 0),
    ]


def test_a_workbook_is_read_like_a_table(store, tmp_path):
    import xlsxwriter

    path = tmp_path / "断面.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["地区代码", "截至日期", "分子", "分母"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number(1, 0, 320102)
        sheet.write_datetime(1, 1, datetime(2022, 11, 20), day)
        sheet.write_row(1, 2, [7, 8])
    assert import_series(store, path, path.name, **SECTIONS).added == 1
    assert held(store) == [("section_compliance", "320102", "2022-11-20", 0.875, 7.0, 8.0)]


HEAD = "region,as_of,value"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["无此县,2022-11-20,1"], "x.csv 第 2 行，“region”列：地区“无此县”查不到"),
        (["南山区,2022-11-20,1"], "“南山区”指的是哪一个？"),
        (["鼓楼区,2022-11-20,1"], "320106"),
        ([",2022-11-20,1"], "没有写地区"),
        (["999999,2022-11-20,1"], "地区“999999”查不到"),
        (["320102,第47周,1"], "x.csv 第 2 行，“as_of”列：日期“第47周”读不出来"),
        (["320102,,1"], "没有写日期"),
        (["320102,2032-11-20,1"], "日期 2032-11-20 还没有到"),
        (["320102,2022-11-20,优"], "x.csv 第 2 行，“value”列：“优”不是数字"),
        (["320102,2022-11-20,1e999"], "“1e999”不是数字"),
        (["320102,2022-11-20,nan1"], "“nan1”不是数字"),
        (["320102,2022-11-20,1", "玄武区,2022-11-20,2"], "x.csv 第 3 行：江苏省南京市玄武区 2022-11-20 的数在第 2 行已经写过"),
    ],
)
def test_a_fault_names_row_column_and_value_and_nothing_is_written(sqlite_store, lines, told):
    found = refused(sqlite_store, import_series, rows(HEAD, *lines), "x.csv", **PM)
    assert len(found) == 1
    assert told in found[0]


def test_all_faults_are_told_at_once_and_the_good_rows_are_not_written(sqlite_store):
    lines = ["320102,2022-11-20,1", "无此县,2022-11-20,1", "320104,昨天,1", "320105,2022-11-20,多"]
    found = refused(sqlite_store, import_series, rows(HEAD, *lines), "x.csv", **PM)
    assert [text.split("，")[0] for text in found] == ["x.csv 第 3 行", "x.csv 第 4 行", "x.csv 第 5 行"]


@pytest.mark.parametrize(
    ("table", "options", "told"),
    [
        (rows("region,as_of", "320102,2022-11-20"), PM, "找不到数值，或分子和分母一列"),
        (rows("as_of,value", "2022-11-20,1"), PM, "找不到地区一列"),
        (rows(HEAD), PM, "表里没有数据行"),
        (rows(HEAD, "320102,2022-11-20,1"), {}, "没有写明是哪个指标序列"),
        (rows(HEAD, "320102,2022-11-20,1"), {"code": "PM 2.5", "name": "x"}, "“PM 2.5”不能用作序列代号"),
        (rows(HEAD, "320102,2022-11-20,1"), {"code": "pm25"}, "新序列 pm25 没有名称"),
        (rows(HEAD, "320102,2022-11-20,3%"), {"code": "pm25", "name": "x", "unit": "ug/m3"}, "“3%”带百分号，但序列的单位是“ug/m3”"),
        (rows(HEAD, "320102,2022-11-20,96.3"), {**SECTIONS, "unit": "rate"}, "“96.3”超出范围"),
        (rows("region,as_of,numerator,denominator", "320102,2022-11-20,3,"), SECTIONS, "分子、分母只写了一个"),
        (rows("region,as_of,numerator,denominator", "320102,2022-11-20,5,4"), SECTIONS, "分子 5、分母 4 不成比率"),
        (rows("region,as_of,numerator,denominator", "320102,2022-11-20,3,4"), {**SECTIONS, "unit": "%"}, "单位应为 rate，而不是“%”"),
        (rows("region,as_of,value,numerator,denominator", "320102,2022-11-20,0.9,3,4"), SECTIONS, "数值 0.9 与 3/4 不符"),
        (rows("region,地区,as_of,value", "320102,x,2022-11-20,1"), PM, "“region”和“地区”两列意思相同"),
        (rows(HEAD, "320102,2022-11-20,1"), {**PM, "region": "990000"}, "地区“990000”查不到"),
        (b"\x89PNG\r\n\x1a\n0000", PM, "这不是表格文件"),
        (b"", PM, "文件是空的"),
    ],
)
def test_a_table_that_cannot_be_taken_is_told_so(sqlite_store, table, options, told):
    found = refused(sqlite_store, import_series, table, "x.csv", **options)
    assert len(found) == 1
    assert told in found[0]


def test_another_unit_or_standard_is_another_series(sqlite_store):
    import_series(sqlite_store, csv(HEAD, "320102,2022-11-20,1"), "a.csv", **PM, standard="GB 3095-2012")
    with pytest.raises(TableError) as caught:
        import_series(sqlite_store, csv(HEAD, "320102,2022-11-27,1"), "b.csv", **{**PM, "unit": "ug/m3"}, standard="GB 3095-2026")
    assert [f.code for f in caught.value.faults] == ["differs", "differs"]
    assert "单位在库里" not in caught.value.text() and "库里的单位是“%”，本文件是“ug/m3”" in caught.value.text()
    assert len(held(sqlite_store)) == 1
    # without a word about either, they are the store's
    assert import_series(sqlite_store, csv(HEAD, "320102,2022-11-27,1"), "b.csv", code="pm25_change").added == 1


def test_a_name_is_looked_for_inside_the_region_given(sqlite_store):
    import_series(sqlite_store, csv(HEAD, "鼓楼区,2022-11-20,1"), "a.csv", **PM, region="320300")
    assert held(sqlite_store)[0][1] == "320302"


# ----------------------------------------------------------------------------- events

EVENT = "地区,事项,日期,分值,事由,文号,事件编号"


def events(store):
    return [
        (
            store.tree().by_id(row["region_id"]).code,
            row["adjustment"],
            row["happened_on"].isoformat(),
            row["points"],
            row["event_key"],
            row["back"],
        )
        for row in list_events(store)
    ]


def test_events_come_in_by_id_or_name_and_are_not_repeated(store):
    table = csv(
        EVENT,
        "320102,commended,2022-09-22,,通报表扬,某办〔2022〕1号,",
        "320321,被上级督察点名通报,2022-10-05,2.5,垃圾堆放,某办〔2022〕3号,riverside",
        "320321,media_exposure,2022-10-05,,垃圾堆放,某办〔2022〕3号,riverside",
    )
    assert import_events(store, table, "事件.csv").text() == "事件.csv：新增 3 件，库里已有 0 件。"
    before = store.version()
    assert import_events(store, table, "事件.csv").same == 3
    assert store.version() == before
    found = events(store)
    assert [row[:4] for row in found] == [
        ("320321", "media_exposure", "2022-10-05", None),
        ("320321", "named_by_inspection", "2022-10-05", 2.5),
        ("320102", "commended", "2022-09-22", None),
    ]
    assert [row[4] for row in found[:2]] == ["riverside", "riverside"]
    # an event without a key has one of its own
    assert found[2][4].startswith("auto-")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["320102,praised,2022-09-22,,,,"], "各方案里都没有加减分项“praised”"),
        (["320102,comended,2022-09-22,,,,"], "是不是：commended"),
        (["320102,,2022-09-22,,,,"], "没有写明加减分项"),
        (["320102,commended,2022-09-22,-1,,,"], "第 2 行，“分值”列：分值“-1”不能用"),
        (["320102,data_fraud,2022-09-22,5,,,"], "一票否决项不写分值"),
        (["320102,commended,2022-09-22,一分,,,"], "“一分”不是数字"),
        (["无此县,commended,2022-09-22,,,,"], "地区“无此县”查不到"),
        (["320102,commended,2022-02-30,,,,"], "日期“2022-02-30”读不出来"),
        (["320102,commended,2022-09-22,,,,", "玄武区,commended,2022-09-22,,,,"], "第 3 行：与第 2 行完全相同"),
        (["320102,commended,2022-09-22,,,,k1", "320102,media_exposure,2022-09-23,,,,k1"], "事件编号“k1”已用于 2022-09-22"),
    ],
)
def test_a_fault_of_an_event_names_row_column_and_value(sqlite_store, lines, told):
    found = refused(sqlite_store, import_events, rows(EVENT, *lines), "x.csv")
    assert len(found) == 1
    assert told in found[0]


def test_an_event_is_taken_back_once_with_a_reason_and_both_rows_stay(store):
    import_events(store, csv(EVENT, "320102,commended,2022-09-22,,表扬,,"), "x.csv")
    number = list_events(store)[0]["event_id"]
    for wrong in ((number, " "), (number + 99, "误录")):
        with pytest.raises(TableError):
            take_back(store, *wrong)
    before = store.version()
    take_back(store, number, "误录")
    assert store.version() == before + 1
    assert [row[-1] for row in events(store)] == ["误录"]
    with pytest.raises(TableError) as caught:
        take_back(store, number, "再撤")
    assert caught.value.text() == f"没有编号为 {number} 的加减分记录，或已撤回。请用 events list 查看编号。"
    with store.reading() as conn:
        assert [row.voids for row in conn.execute(select(score_event).order_by(score_event.c.event_id))] == [None, number]
    # it may come again
    assert import_events(store, csv(EVENT, "320102,commended,2022-09-22,,表扬,,"), "x.csv").added == 1


# ----------------------------------------------------------------------------- the command line


def test_the_command_line_tells_what_it_did(sqlite_store, tmp_path):
    path = tmp_path / "pm.csv"
    path.write_bytes(csv(HEAD, "320102,2022-11-20,1"))
    lines = []
    assert cli.import_series(sqlite_store, str(path), out=lines.append, **PM) == 0
    assert cli.list_series(sqlite_store, out=lines.append) == 0
    assert lines == [
        "pm.csv：指标序列 pm25_change，新增 1 条，与库里相同 0 条，没有数值 0 行。",
        "pm25_change  PM2.5同比变化  单位 %  1 个地区 1 条  2022-11-20 至 2022-11-20",
    ]
    path.write_bytes(csv(HEAD, "无此县,2022-11-20,1"))
    lines.clear()
    assert cli.import_series(sqlite_store, str(path), "en", out=lines.append, **PM) == 1
    assert lines[0] == "pm.csv: 1 faults; nothing was written."
    assert lines[1].startswith("pm.csv row 2, column “region”: There is no place “无此县”.")
    path.write_bytes(csv(EVENT, "320102,commended,2022-09-22,,表扬,,"))
    lines.clear()
    assert cli.import_events(sqlite_store, str(path), out=lines.append) == 0
    assert cli.take_back_event(sqlite_store, 1, "误录", out=lines.append) == 0
    assert cli.list_events(sqlite_store, out=lines.append) == 0
    assert "江苏省南京市玄武区  获国家或省级通报表扬" in lines[-1]
    assert lines[-1].endswith("（已撤回：误录）")


def test_a_day_of_the_store_is_a_day(sqlite_store):
    import_series(sqlite_store, csv(HEAD, "320102,2022-11,1"), "a.csv", **PM)
    with sqlite_store.reading() as conn:
        # a month's figure speaks of its last day
        assert conn.execute(select(indicator_value.c.as_of)).scalar_one() == date(2022, 11, 30)
