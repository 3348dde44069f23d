"""The frame of a correction: who moved and why, on the hand-counted campaign."""

import pytest

from data.filters import Filters
from data.queries.rank_changes import COLUMNS, rank_changes
from data.ranking import locks
from tests.campaign import CHANGSHU, QINHUAI, XUANWU
from tests.integration.test_locks import MONTH, SCHEME, late


@pytest.fixture
def corrected(sqlite_small_store):
    store = sqlite_small_store
    locks.lock(store, SCHEME, MONTH, by="张三")
    late(store, "B2", "B3")
    locks.correct(store, SCHEME, MONTH, by="张三", reason="秦淮区补报2件")
    return store


def asked(store, scope="all", lang="zh-CN", **filters):
    return rank_changes(scope, store, Filters(**{"scheme": SCHEME, "period": MONTH, **filters}), lang=lang)


def test_who_moved_and_why(corrected) -> None:
    df = asked(corrected)
    assert list(df.columns) == list(COLUMNS)
    columns = ["region_code", "region", "rank_old", "rank_new", "score_old", "score_new", "corrected", "why"]
    assert df[columns].values.tolist() == [
        [QINHUAI, "秦淮区", 2, 1, 33.3, 100.0, True, "销号率 1/3→3/3"],
        [XUANWU, "玄武区", 1, 2, 50.0, 50.0, False, "本地数据和得分未变；名次随其他地区变动"],
    ]
    first = df.iloc[0]
    assert [first[c] for c in ("numerator_old", "denominator_old", "numerator_new", "denominator_new", "value_new")] == [1, 3, 3, 3, 1.0]
    assert (first["indicator"], first["indicator_name"], first["edition"], first["period_name"]) == ("closeout", "销号率", 2, "2022年9月")
    attrs = df.attrs
    assert (attrs["edition_old"], attrs["edition_new"], attrs["reason"]) == (1, 2, "秦淮区补报2件")
    assert (attrs["count"], attrs["moved"], attrs["simulated"]) == (1, 2, False)
    assert str(attrs["as_of"]) == "2022-09-30"
    assert asked(corrected, lang="en")["why"].iloc[0] == "Close-out rate 1/3 → 3/3"


def test_without_a_period_the_newest_correction_is_shown(corrected) -> None:
    assert asked(corrected, period=None).equals(asked(corrected))
    assert asked(corrected, edition="2").equals(asked(corrected))


def test_rows_follow_region_and_scope(corrected) -> None:
    assert asked(corrected, region=XUANWU)["region_code"].tolist() == [XUANWU]
    assert asked(corrected, scope=QINHUAI)["region_code"].tolist() == [QINHUAI]
    assert asked(corrected, scope=CHANGSHU).empty
    assert asked(corrected, scope=CHANGSHU, region=XUANWU).empty
    assert asked(corrected, region="999999").empty


@pytest.mark.parametrize("filters", [{"edition": "1"}, {"edition": "7"}, {"period": "2022-08"}, {"scheme": "none"}, {"period": "x"}])
def test_without_a_correction_the_columns_remain(corrected, filters: dict[str, str]) -> None:
    df = asked(corrected, **filters)
    assert df.empty
    assert list(df.columns) == list(COLUMNS)
    assert (df.attrs["count"], df.attrs["edition_new"], df.attrs["reason"]) == (0, None, None)


def test_an_empty_store_has_no_corrections(sqlite_store) -> None:
    assert rank_changes("all", sqlite_store, Filters()).empty
