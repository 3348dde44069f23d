"""manage.py period | appeal: what an officer reads, and the exit status."""

import pytest
from click.testing import CliRunner
from sqlalchemy import update

import manage
from data.ranking import period_cli
from data.schema import period_lock
from tests.integration.test_locks import MONTH, SCHEME, late


@pytest.fixture
def run(sqlite_small_store, monkeypatch: pytest.MonkeyPatch):
    """``run("period", "list", …) -> (status, output)``."""
    monkeypatch.setattr(manage, "_store", lambda: sqlite_small_store)

    def command(*said: str) -> tuple[int, str]:
        done = CliRunner().invoke(manage.cli, list(said))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return command


SINGLE = ("--scheme", SCHEME)


def test_a_period_from_lock_to_correction(run, sqlite_small_store) -> None:
    status, said = run("period", "list", *SINGLE)
    assert status == 0
    assert said.splitlines()[1] == "2022-09  2022年9月  未锁定"
    status, said = run("period", "lock", MONTH, *SINGLE, "--by", "张三")
    assert status == 0
    assert "第1版" in said
    assert "张三" in said
    status, said = run("period", "lock", MONTH, *SINGLE)
    assert status == 1
    assert "已锁定的结果不能改动" in said
    assert run("period", "diff", MONTH, *SINGLE) == (0, "2022-09只有第1版，没有更正。\n")
    late(sqlite_small_store, "B2", "B3")
    status, said = run("period", "correct", MONTH, *SINGLE, "--reason", "秦淮区补报2件")
    assert status == 0
    assert said.splitlines()[1:] == [
        "更正1条：第1版→第2版",
        "  秦淮区（320104）  名次 2→1  销号率 1/3→3/3",
        "  玄武区（320102）  名次 1→2  本地数据和得分未变；名次随其他地区变动",
    ]
    assert run("period", "diff", MONTH, *SINGLE, "--from", "1", "--to", "2")[1].splitlines() == said.splitlines()[1:]
    status, said = run("period", "show", MONTH, *SINGLE, "--edition", "1")
    assert [line.split() for line in said.splitlines()[2:6]][:3] == [
        ["1", "320102", "玄武区", "50.0"],
        ["2", "320104", "秦淮区", "33.3"],
        ["3", "320581", "常熟市", "20.0"],
    ]
    assert "不参与排名" in said
    assert "秦淮区补报2件" in run("period", "list", *SINGLE)[1]


def test_verify_names_what_is_damaged(run, sqlite_small_store) -> None:
    assert run("period", "verify") == (0, "核查0个存档，0个有问题。\n")
    run("period", "lock", MONTH, *SINGLE)
    assert run("period", "verify")[0] == 0
    with sqlite_small_store.writing() as conn:
        conn.execute(update(period_lock).values(sha256="0" * 64))
    status, said = run("period", "verify", "--lang", "en")
    assert status == 1
    assert said.splitlines() == ["single-closeout 2022-09, edition 1, is damaged: sha256 differs", "1 records checked, 1 damaged."]
    status, said = run("period", "show", MONTH, *SINGLE)
    assert status == 1
    assert "校验值不符" in said


def test_appeals(run) -> None:
    assert run("appeal", "list", *SINGLE) == (0, "没有申诉。\n")
    assert run("appeal", "add", MONTH, "秦淮区", "B2已销号", *SINGLE)[0] == 1
    run("period", "lock", MONTH, *SINGLE)
    assert run("appeal", "add", MONTH, "秦淮区", "B2已销号", *SINGLE, "--by", "李四", "--indicator", "closeout") == (
        0,
        "已记录第1号申诉。\n",
    )
    assert run("appeal", "add", MONTH, "不存在区", "x", *SINGLE)[0] == 1
    assert run("appeal", "decide", "1", "upheld", "属实") == (0, "第1号申诉已办结：采纳。\n")
    assert run("appeal", "decide", "1", "dismissed", "不属实")[0] == 1
    said = run("appeal", "list", *SINGLE, "--period", MONTH)[1]
    for text in ("第1号", "2022-09 第1版", "秦淮区", "销号率", "采纳", "李四", "B2已销号", "→ 属实"):
        assert text in said


@pytest.mark.parametrize(
    "said",
    [
        ("period", "list", "--scheme", "none"),
        ("period", "lock", "2022-13", *SINGLE),
        ("period", "correct", MONTH, *SINGLE, "--reason", "x"),
        ("period", "show", MONTH, *SINGLE),
        ("period", "diff", MONTH, *SINGLE),
        ("period", "lock", "2022-W39", "--scheme", "county-default"),
        ("appeal", "list", "--scheme", "none"),
        ("appeal", "decide", "7", "upheld", "x"),
    ],
)
def test_what_cannot_be_done_is_said(run, said: tuple[str, ...]) -> None:
    status, text = run(*said)
    assert status == 1
    assert len(text) > 8
    assert "Traceback" not in text


def test_who_is_the_account_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(period_cli.getpass, "getuser", lambda: "officer")
    assert (period_cli.who(), period_cli.who("张三")) == ("officer", "张三")

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr(period_cli.getpass, "getuser", nobody)
    assert period_cli.who() == "?"
