"""The old link still gives the old numbers: the same bytes of JSON, whatever has happened to the store since."""

import json
from datetime import datetime

import pytest
from sqlalchemy import insert, update

from app import create_app
from callbacks import charts
from callbacks.cached import Answers
from callbacks.registry import CHARTS
from config import Settings
from data.ranking import locks
from data.schema import campaign, period_lock, region
from data.store import bump
from tests.campaign import QINHUAI, XUANWU
from tests.integration.test_locks import MONTH, SCHEME, late, load

#: every chart that reads standings; a contest is none
RACES = [chart.id for chart in CHARTS.values() if chart.race and chart.id != "contest-result"]
MONTHS = ["2022-06", "2022-07", "2022-08", MONTH]
LINK = f"scheme={SCHEME}&period={MONTH}"


@pytest.fixture
def client(sqlite_small_store, tmp_path):
    return create_app(Settings.from_env({}, instance=str(tmp_path)), sqlite_small_store).server.test_client()


def links(edition: str) -> list[str]:
    """The addresses of an edition: every chart, both languages, with and without places looked at, other weights, another list."""
    more = ["", f"&pick={QINHUAI},{XUANWU}", "&lang=en", "&by=improvement"]
    return [f"/export/{chart}.json?{LINK}&edition={edition}{each}" for chart in RACES for each in more]


def read(client, addresses: list[str]) -> dict[str, bytes]:
    out = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        out[address] = answer.data
    return out


def rename(store) -> None:
    with store.writing() as conn:
        conn.execute(
            update(region).where(region.c.gb2260_code == QINHUAI).values(name_zh="新秦淮区", short_zh="新秦淮", name_en="New Qinhuai")
        )
        conn.execute(
            update(region).where(region.c.gb2260_code == "320100").values(name_zh="新南京市", short_zh="新南京", name_en="New Nanjing")
        )
        bump(conn, "rename")


def new_rules(store) -> None:
    load(
        store,
        lambda t: (
            t.replace('version = "1"', 'version = "2"').replace("decimals = 1", "decimals = 3").replace("target = 1.0", "target = 0.9")
        ),
    )


def new_campaign(store) -> None:
    with store.writing() as conn:
        conn.execute(insert(campaign).values(code="later", type="other", name_zh="后来的专项", simulated=True))
        bump(conn, "campaign")


def correction(store) -> None:
    locks.correct(store, SCHEME, MONTH, by="张三", reason="补报")


def next_lock(store) -> None:
    """Another scheme's period, locked beside it."""
    locks.lock(store, "level-and-improvement", MONTH, by="张三")


def test_the_charts_that_read_standings_are_walked() -> None:
    assert {"county-ranking", "indicator-table", "rank-contributions", "rank-intervals", "rank-what-if", "rank-changes"} <= set(RACES)
    assert {"rank-history", "rank-race"} <= set(RACES)


def test_an_edition_gives_the_same_bytes_for_ever(sqlite_small_store, client) -> None:
    store = sqlite_small_store
    for month in MONTHS:
        locks.lock(store, SCHEME, month, by="张三", now=datetime(2022, 10, 8, 1))
    first = read(client, links("1"))
    body = json.loads(first[f"/export/county-ranking.json?{LINK}&edition=1"])
    shown = [(row["rank"], row["region"], row["score"], row["numerator"], row["denominator"]) for row in body["rows"][:3]]
    assert shown == [(1, "玄武区", 50.0, 2, 4), (2, "秦淮区", 33.3, 1, 3), (3, "常熟市", 20.0, 1, 5)]
    for happened in (lambda s: late(s, "B2", "B3"), rename, new_rules, new_campaign, correction, next_lock):
        happened(store)
        again = read(client, links("1"))
        changed = [address for address in first if again[address] != first[address]]
        assert changed == []
    # and the address without an edition gives the correction, told apart from it
    now = json.loads(client.get(f"/export/county-ranking.json?{LINK}").data)
    # renamed since, and locked under the new name
    assert [(row["rank"], row["region"], row["score"]) for row in now["rows"][:2]] == [(1, "新秦淮区", 100.0), (2, "玄武区", 50.0)]
    changes = json.loads(client.get(f"/export/rank-changes.json?{LINK}").data)
    assert (changes["rows"][0]["region"], changes["rows"][0]["why"]) == ("新秦淮区", "销号率 1/3→3/3")
    second = read(client, links("2"))
    late(store, "A4")
    assert read(client, links("2")) == second


def test_a_damaged_edition_gives_no_numbers(sqlite_small_store, client) -> None:
    store = sqlite_small_store
    locks.lock(store, SCHEME, MONTH, by="张三")
    with store.writing() as conn:
        conn.execute(update(period_lock).values(sha256="0" * 64))
    for lang, words in (("zh-CN", "校验值不符"), ("en", "does not match its checksum")):
        answer = client.get(f"/export/county-ranking.json?{LINK}&edition=1&lang={lang}")
        assert answer.status_code == 500
        assert set(answer.json) == {"error", "message"}
        assert words in answer.json["message"]
    # a chart says it in its own card
    server = client.application
    with server.test_request_context("/", environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"Host": "127.0.0.1"}):
        said = json.loads(charts.answer(store, Answers(server), CHARTS["county-ranking"], f"{LINK}&edition=1", "lang=zh-CN"))
    assert "校验值不符" in said["response"]["caption-county-ranking"]["children"]
