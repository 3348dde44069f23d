"""Locking a period, refusing to, and correcting one: on the hand-counted campaign, close-out rates of September 2022.

Xuanwu closed 2 of 4, Qinhuai 1 of 3, Changshu 1 of 5: ranks 1, 2, 3.
"""

import threading
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select

from data.filters import Filters
from data.identity import item_id
from data.ranking import editions, locks, race, schemes
from data.ranking.freeze import freeze
from data.ranking.lock_words import LockError
from data.rollup.refresh import refresh
from data.schema import campaign, item, item_event, period_lock
from data.store import bump
from tests.campaign import CHANGSHU, CODE, QINHUAI, XUANWU

SCHEME, MONTH = "single-closeout", "2022-09"
OCTOBER = datetime(2022, 10, 8, 1, 0)


def late(store, *numbers: str) -> None:
    """Findings closed on 09-29, which the store learns of only on 10-05."""
    with store.writing() as conn:
        for number in numbers:
            key = item_id(CODE, number)
            last = conn.execute(select(func.max(item_event.c.event_no)).where(item_event.c.item_id == key)).scalar_one()
            row = {"item_id": key, "event_no": last + 1, "kind": "stage", "stage": "closed"}
            conn.execute(insert(item_event).values(**row, effective_at=datetime(2022, 9, 29, 10), recorded_at=datetime(2022, 10, 5, 2)))
        campaign_id = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == CODE)).scalar_one()
        regions = set(conn.execute(select(item.c.region_id).where(item.c.campaign_id == campaign_id)).scalars())
        refresh(conn, campaign_id, regions)
        bump(conn, "late reports")


def load(store, change, code: str = SCHEME) -> None:
    """A further version of a shipped scheme, its text changed."""
    text = change(schemes.find(store, code).source)
    with store.writing() as conn:
        schemes.load(conn, text, "test.toml", "tests")


def ranks(standing) -> dict[str, tuple[int, float, float, float]]:
    """(rank, n, d, score) of the ranked, by place."""
    found = zip(
        standing.places.code,
        standing.ranks["level"].rank.tolist(),
        standing.counted.numerator[:, 0].tolist(),
        standing.counted.denominator[:, 0].tolist(),
        standing.scores.score.round(1).tolist(),
        strict=True,
    )
    return {code: (rank, n, d, score) for code, rank, n, d, score in found if rank}


LOCKED = {XUANWU: (1, 2, 4, 50.0), QINHUAI: (2, 1, 3, 33.3), CHANGSHU: (3, 1, 5, 20.0)}
CORRECTED = {QINHUAI: (1, 3, 3, 100.0), XUANWU: (2, 2, 4, 50.0), CHANGSHU: (3, 1, 5, 20.0)}


def shown(store, **asked):
    return race.standing("all", store, Filters(scheme=SCHEME, period=MONTH, **asked))


def test_a_locked_period_is_what_everybody_sees_whatever_comes_later(small_store) -> None:
    store = small_store
    assert ranks(shown(store)) == LOCKED
    version = store.version()
    assert locks.lock(store, SCHEME, MONTH, by="张三", now=OCTOBER) == 1
    found = shown(store)
    assert (found.edition, found.editions, found.locked_by, found.locked_at) == (1, 1, "张三", "2022-10-08 09:00")
    assert (found.store_version, store.version()) == (version, version + 1)
    late(store, "B2", "B3")
    # late reports belong to the next period
    assert ranks(shown(store)) == LOCKED
    assert ranks(shown(store, edition="live")) == CORRECTED
    assert shown(store, edition="live").edition == 0


def test_a_correction_is_a_further_edition_and_the_old_link_keeps_its_numbers(small_store) -> None:
    store = small_store
    locks.lock(store, SCHEME, MONTH, by="张三", now=OCTOBER)
    before = freeze(shown(store, edition="1"))
    late(store, "B2", "B3")
    assert locks.correct(store, SCHEME, MONTH, by="张三", reason="秦淮区补报2件已销号问题") == 2
    assert ranks(shown(store)) == CORRECTED
    assert (shown(store).edition, shown(store, edition="2").editions) == (2, 2)
    old, new = shown(store, edition="1"), shown(store, edition="2")
    assert freeze(old) == before
    assert ranks(old) == LOCKED
    assert shown(store, edition="3") is None
    put_right, moved = locks.diff(old, new)
    assert (put_right.name("zh-CN"), put_right.rank_old, put_right.rank_new, put_right.why("zh-CN")) == ("秦淮区", 2, 1, "销号率 1/3→3/3")
    assert (moved.name("zh-CN"), moved.rank_old, moved.rank_new, moved.corrected) == ("玄武区", 1, 2, False)
    first, second = editions.editions(store, SCHEME, "", MONTH)
    assert (first.reason, second.reason) == (None, "秦淮区补报2件已销号问题")
    assert first.sha256 != second.sha256
    assert [each.fault for each in editions.verify(store)] == ["", ""]
    # and once more: there is nothing new
    with pytest.raises(LockError) as refused:
        locks.correct(store, SCHEME, MONTH, by="张三", reason="再更正一次")
    assert refused.value.text("zh-CN") == "2022年9月的数据与第2版完全一致，没有需要更正的内容。"


def test_the_next_period_is_told_against_the_last_locked_one(sqlite_small_store) -> None:
    store = sqlite_small_store
    locks.lock(store, SCHEME, "2022-08", by="张三")
    late(store, "B2")
    locks.lock(store, SCHEME, MONTH, by="张三")
    found = shown(store)
    assert (found.before_period, found.before_edition) == ("2022-08", 1)
    assert found.before[QINHUAI]["level"][0] > 0


def refusals(store):
    yield "scheme_unknown", lambda: locks.lock(store, "none", MONTH, by="x")
    yield "period_unknown", lambda: locks.lock(store, SCHEME, "2022-13", by="x")
    yield "period_unknown", lambda: locks.lock(store, SCHEME, "", by="x")
    yield "period_unknown", lambda: locks.lock(store, SCHEME, "2019-01", by="x")
    yield "period_unknown", lambda: locks.correct(store, SCHEME, "2019-01", by="x", reason="y")
    yield "period_running", lambda: locks.lock(store, "county-default", "2022-W39", by="x")
    yield "by_needed", lambda: locks.lock(store, SCHEME, MONTH, by=" \n ")
    yield "reason_long", lambda: locks.lock(store, SCHEME, MONTH, by="x", reason="甲" * 2001)
    yield "selection_unusable", lambda: locks.lock(store, SCHEME, MONTH, by="x", selection="region=320100")
    yield "selection_unusable", lambda: locks.lock(store, SCHEME, MONTH, by="x", selection="campaign=xh-task,xh-2022")
    yield "not_locked", lambda: locks.correct(store, SCHEME, MONTH, by="x", reason="补报")
    yield "nothing_ranked", lambda: locks.lock(store, "strict", MONTH, by="x")
    yield "no_data", lambda: locks.lock(store, "cases", MONTH, by="x")


def test_what_cannot_be_locked_is_refused_in_words_and_nothing_is_written(sqlite_small_store) -> None:
    store = sqlite_small_store
    load(
        store,
        lambda t: t.replace('"single-closeout"', '"strict"').replace("small_base = 5", "small_base = 50").replace('"mark"', '"exclude"'),
    )
    load(store, lambda t: t.replace('"single-closeout"', '"cases"').replace('kinds = ["finding", "source_problem"]', 'kinds = ["case"]'))
    version = store.version()
    for code, attempt in refusals(store):
        with pytest.raises(LockError) as refused:
            attempt()
        assert refused.value.code == code
        for lang in ("zh-CN", "en"):
            text = refused.value.text(lang)
            assert len(text) > 5
            assert "{" not in text
    with store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(period_lock)).scalar_one() == 0
    assert store.version() == version


def test_words_of_refusals(sqlite_small_store) -> None:
    store = sqlite_small_store

    def said(attempt, lang="zh-CN") -> str:
        with pytest.raises(LockError) as refused:
            attempt()
        return refused.value.text(lang)

    running = said(lambda: locks.lock(store, "county-default", "2022-W39", by="x"))
    assert "还在进行中" in running
    assert "2022-10-02" in running
    assert "2022-09-30" in running
    locks.lock(store, SCHEME, MONTH, by="张三", now=OCTOBER)
    again = said(lambda: locks.lock(store, SCHEME, MONTH, by="李四"))
    assert again.startswith("2022年9月已由张三于2022-10-08 09:00锁定（第1版）")
    assert "更正" in again
    assert "publish a correction" in said(lambda: locks.lock(store, SCHEME, MONTH, by="李四"), "en")
    for reason in (None, "", " \n "):
        assert said(lambda r=reason: locks.correct(store, SCHEME, MONTH, by="x", reason=r)).startswith("更正必须说明理由")
    assert [each.edition for each in editions.editions(store, SCHEME)] == [1]


def test_locks_are_told_apart_by_campaigns(sqlite_small_store) -> None:
    store = sqlite_small_store
    locks.lock(store, SCHEME, MONTH, by="张三")
    locks.lock(store, SCHEME, MONTH, by="张三", selection="campaign=xh-2022")
    assert [e.selection for e in editions.editions(store, SCHEME)] == [""]
    assert [e.edition for e in editions.editions(store, SCHEME, "campaign=xh-2022")] == [1]


def test_two_at_once_one_wins_and_the_other_is_told(small_store) -> None:
    store = small_store
    ready, said = threading.Barrier(4), []

    def attempt(who: str) -> None:
        ready.wait(10)
        try:
            said.append(locks.lock(store, SCHEME, MONTH, by=who))
        except LockError as problem:
            said.append(problem.code)

    threads = [threading.Thread(target=attempt, args=(f"用户{n}",)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(said, key=str) == [1, "locked_already", "locked_already", "locked_already"]
    assert len(editions.editions(store, SCHEME)) == 1


def test_two_corrections_at_once_make_one_edition(sqlite_small_store) -> None:
    store = sqlite_small_store
    locks.lock(store, SCHEME, MONTH, by="张三")
    late(store, "B2", "B3")
    ready, said = threading.Barrier(3), []

    def attempt() -> None:
        ready.wait(10)
        try:
            said.append(locks.correct(store, SCHEME, MONTH, by="张三", reason="补报"))
        except LockError as problem:
            said.append(problem.code)

    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(said, key=str) == [2, "unchanged", "unchanged"]
    assert [each.edition for each in editions.editions(store, SCHEME)] == [1, 2]


def test_a_correction_keeps_the_rules_that_were_locked(sqlite_small_store) -> None:
    store = sqlite_small_store
    locks.lock(store, SCHEME, MONTH, by="张三")
    load(store, lambda t: t.replace('version = "1"', 'version = "2"').replace("target = 1.0", "target = 0.5"))
    late(store, "B2")
    locks.correct(store, SCHEME, MONTH, by="张三", reason="秦淮区补报1件")
    assert shown(store).scheme.version == "1"
    assert ranks(shown(store))[QINHUAI] == (1, 2, 3, 66.7)
    # the new rules hold for it only when somebody says so
    locks.correct(store, SCHEME, MONTH, by="张三", reason="按新办法重算", new_rules=True)
    found = shown(store)
    assert (found.edition, found.scheme.version) == (3, "2")
    assert ranks(found)[XUANWU] == (1, 2, 4, 100.0)
    assert {each.why("zh-CN") for each in locks.diff(shown(store, edition="2"), found)} == {"本地数据未变；方案由1版改为2版"}
    assert shown(store, edition="1").scheme.indicators[0].target == 1.0
