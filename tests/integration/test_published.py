"""Published figures go into their own table, bounds stay bounds, and a second import doubles nothing."""

import io
from datetime import date

import pytest
from sqlalchemy import func, select

from data.published import FactsError, import_facts
from data.schema import item, published_fact

HEADER = "source,region,campaign,measure,numerator,denominator,value,unit,as_of,quote\n"
TABLE = HEADER + (
    "a.txt,山西省,汾河流域入河排污口整治,outfalls_not_rectified,105,2039,105,outfall,2020-01?,仍有105个未完成整治\n"
    "a.txt,四川省成都市,成都散乱污整治,ledger~gt,,,14000,enterprise,2018-11?,前期排查建档的1.4万余家\n"
    "a.txt,吉林省,中央生态环保督察整改,tasks_total,,,163,task,2023-12-31,在163项整改任务中\n"
    "a.txt,江苏省,绿色奖补,enterprises_supported,,,1160,enterprise,2018-Q4,确定支持企业1160家\n"
    "b.txt,南山区,绿色低碳,enterprises_funded,,,21,enterprise,2023,共有21家企业\n"
    "b.txt,长江经济带,水源地专项,problems_outstanding~approx,,,107,problem,2023-02-30,仍有107个未完成\n"
)


def facts(store):
    f = published_fact.c
    with store.reading() as conn:
        rows = conn.execute(select(f.measure, f.precision, f.value, f.as_of_text, f.as_of, f.region_id).order_by(f.fact_id)).all()
    return [(*row[:5], row[5] and store.tree().by_id(row[5]).code) for row in rows]


def bring(store, text):
    with store.writing() as conn:
        return import_facts(conn, io.StringIO(text))


def test_suffixes_become_precisions_days_only_where_they_are_days_regions_only_where_they_are_unique(store):
    assert bring(store, TABLE) == 6
    assert facts(store) == [
        ("outfalls_not_rectified", "exact", 105.0, "2020-01?", None, "140000"),
        ("ledger", "gt", 14000.0, "2018-11?", None, "510100"),
        ("tasks_total", "exact", 163.0, "2023-12-31", date(2023, 12, 31), "220000"),
        ("enterprises_supported", "exact", 1160.0, "2018-Q4", None, "320000"),
        # two districts of this name
        ("enterprises_funded", "exact", 21.0, "2023", None, None),
        ("problems_outstanding", "approx", 107.0, "2023-02-30", None, None),
    ]
    with store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(item)).scalar_one() == 0


def test_a_second_import_doubles_nothing_and_takes_corrected_numbers(sqlite_store):
    bring(sqlite_store, TABLE)
    assert bring(sqlite_store, TABLE + TABLE.removeprefix(HEADER)) == 6
    assert bring(sqlite_store, TABLE.replace(",,,163,", ",,,164,")) == 6
    assert [row[2] for row in facts(sqlite_store) if row[0] == "tasks_total"] == [164.0]


def test_a_file_as_spreadsheets_save_it(sqlite_store, tmp_path):
    path = tmp_path / "facts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode())
    with sqlite_store.writing() as conn:
        assert import_facts(conn, path) == 6
    with sqlite_store.writing() as conn, path.open("rb") as file:
        assert import_facts(conn, file) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: no column region, campaign, measure"),
        ("region,measure\n", "line 1: no column campaign"),
        (HEADER + "a,山西省,整治,total,,,about 5,,,\n", "line 2: value 'about 5' is not a number"),
        (HEADER + "a,山西省,整治,total,,,nan,,,\n", "line 2: value 'nan' is not a number"),
        (HEADER + "a,山西省,整治,total~about,,,5,,,\n", "line 2: measure 'total~about': after ~ stands one of approx, gt, lt"),
        (HEADER + "a,山西省,,total,,,5,,,\n", "line 2: no campaign"),
    ],
)
def test_a_table_that_cannot_be_taken_says_where_and_leaves_nothing(sqlite_store, text, said):
    with pytest.raises(FactsError) as error:
        bring(sqlite_store, TABLE + text.removeprefix(HEADER) if text.startswith(HEADER) else text)
    assert str(error.value).replace("line 8", "line 2") == said
    assert facts(sqlite_store) == []


def test_a_table_in_another_encoding_says_so(sqlite_store):
    with pytest.raises(FactsError, match="save the table as CSV UTF-8"), sqlite_store.writing() as conn:
        import_facts(conn, io.BytesIO(TABLE.encode("gb18030")))
