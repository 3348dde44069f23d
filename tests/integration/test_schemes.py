"""Which schemes a store knows, what may be loaded, and what the command line says."""

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

import manage
from data import calendar
from data.ranking import cli, commands, schemes
from data.ranking.faults import SchemeError
from data.schema import scheme as table
from tests.unit.test_scheme_file import GOOD, GROUPS


def load(store, text, **options):
    with store.writing() as conn:
        return schemes.load(conn, text, "本地.toml", "张三", **options)


def refused(store, text, **options):
    before = store.version()
    with pytest.raises(SchemeError) as caught:
        load(store, text, **options)
    with store.reading() as conn:
        assert conn.execute(select(table)).all() == []
    assert store.version() == before
    return caught.value.text().splitlines()


def named(store):
    return [(s.code, s.version, s.is_default) for s in schemes.known(store)]


SHIPPED = [
    ("county-default", "1", True),
    ("level-and-improvement", "1", False),
    ("single-closeout", "1", False),
    ("single-completion", "1", False),
]


def test_an_empty_store_knows_the_shipped_schemes(store):
    assert named(store) == SHIPPED
    assert schemes.find(store).code == "county-default"
    assert schemes.find(store, "single-closeout").indicators[0].measure == "closeout_rate"


def test_a_loaded_scheme_is_known_at_once_and_the_default_only_when_it_is_said(store):
    before = store.version()
    made = load(store, GOOD)
    assert (made.code, made.version, made.is_default) == ("fenhe", "2022.1", False)
    assert store.version() == before + 1
    assert named(store) == [*SHIPPED, ("fenhe", "2022.1", False)]
    load(store, GOOD.replace("2022.1", "2022.2").replace("汾河赛马", "汾河赛马（修订）"), default=True)
    assert named(store)[0] == ("fenhe", "2022.2", True)
    assert [d for *_, d in named(store)].count(True) == 1
    assert schemes.find(store).name.zh == "汾河赛马（修订）"
    # the version before stays, and is found by its number
    assert schemes.find(store, "fenhe", "2022.1").name.zh == "汾河赛马"
    with store.reading() as conn:
        rows = conn.execute(select(table.c.version, table.c.loaded_by, table.c.source).order_by(table.c.scheme_id)).all()
    assert [(r.version, r.loaded_by) for r in rows] == [("2022.1", "张三"), ("2022.2", "张三")]
    assert rows[0].source == GOOD


def test_a_newer_version_of_the_default_is_the_default(store):
    load(store, GOOD, default=True)
    load(store, GOOD.replace("2022.1", "2023.1"))
    assert named(store)[0] == ("fenhe", "2023.1", True)
    assert [s.version for s in schemes.versions(store) if s.is_default] == ["2023.1"]


def test_a_file_may_make_itself_the_default(store):
    load(store, GOOD.replace('level = "county"', 'level = "county"\ndefault = true'))
    assert named(store)[0] == ("fenhe", "2022.1", True)


def test_the_same_file_again_changes_nothing(store):
    load(store, GOOD)
    before = store.version()
    # written on another system
    assert load(store, GOOD.replace("\n", "\r\n").encode("gb18030")).sha256 == schemes.find(store, "fenhe").sha256
    assert store.version() == before
    assert len([s for s in schemes.versions(store) if s.code == "fenhe"]) == 1


def test_a_loaded_version_never_changes(store):
    load(store, GOOD)
    before = store.version()
    with pytest.raises(SchemeError) as caught:
        load(store, GOOD.replace("weight = 60", "weight = 70").replace("weight = 40", "weight = 30"))
    assert caught.value.text() == (
        "本地.toml：方案 fenhe 的 2022.1 版已经载入，内容与本文件不同。已载入的版本不能改：请给本文件一个新版本号（version）。"
    )
    with pytest.raises(SchemeError) as caught:
        load(store, GOOD, default=True)
    assert "请给文件一个新版本号后加 --default 载入" in caught.value.text()
    assert store.version() == before
    assert schemes.find(store, "fenhe").indicators[0].weight == 60


def test_nobody_takes_the_number_of_a_shipped_version(store):
    text = schemes.shipped()[0].source
    told = refused(store, text.replace("weight = 25", "weight = 20").replace("weight = 10", "weight = 15"))
    assert len(told) == 1 and "方案 county-default 的 1 版已经载入" in told[0]
    assert load(store, text.replace('version = "1"', 'version = "2"')).version == "2"
    assert named(store)[0] == ("county-default", "2", True)


def test_every_fault_is_told_and_nothing_is_written(store):
    told = refused(store, GOOD.replace("weight = 60", "weight = 10").replace('"week"', '"day"'))
    assert ["“day”" in told[0], "权重合计 50" in told[1]] == [True, True]


def test_an_unknown_scheme_or_version_is_told_with_those_there_are(store):
    with pytest.raises(SchemeError) as caught:
        schemes.find(store, "county_defalt")
    assert "是不是：county-default？" in caught.value.text()
    assert "county-default, level-and-improvement, single-closeout" in caught.value.text("en")
    with pytest.raises(SchemeError) as caught:
        schemes.find(store, "county-default", "9")
    assert caught.value.text() == "方案 county-default 没有“9”版。已有版本：1。"


def test_a_row_that_this_program_cannot_read_hides_no_other(store):
    load(store, GOOD)
    with store.writing() as conn:
        values = {"code": "old", "version": "1", "source": "[scheme]", "sha256": "0" * 64, "is_default": True}
        conn.execute(insert(table).values(**values, loaded_at=calendar.now_utc()))
        schemes.bump(conn, "test")
    assert named(store) == [*SHIPPED, ("fenhe", "2022.1", False)]


# ----------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('"141034"', '"149999"', ["分组“south” members", "地区代码“149999”查不到"]),
        ('"141034"', '"清徐县"', ["地区代码“清徐县”查不到", "清徐县 140121"]),
        ('level = "county"', 'level = "county"\nregion = "990000"', ["region", "“990000”查不到"]),
    ],
)
def test_places_are_looked_up_in_the_store(sqlite_store, old, new, parts):
    told = refused(sqlite_store, (GOOD + GROUPS).replace(old, new))
    assert len(told) == 1
    assert [part for part in parts if part not in told[0]] == [], told


def test_a_place_that_falls_into_two_groups_is_named(sqlite_store):
    groups = '\n[[group]]\ncode = "new"\nname = "新区"\nends_with = ["新区"]\n[[group]]\ncode = "old"\nname = "老区"\nends_with = ["区"]\n'
    text = GOOD.replace('level = "county"', 'level = "county"\nregion = "310000"') + groups
    told = refused(sqlite_store, text)
    assert len(told) == 1
    assert "浦东新区 310115同时属于“new”和“old”两组" in told[0]


def test_a_member_that_the_scheme_does_not_rank_is_a_note(sqlite_store):
    with sqlite_store.reading() as conn:
        # a prefecture
        scheme, faults = schemes.check(conn, (GOOD + GROUPS).replace('"141034"', '"141000"'), "x")
    assert scheme is not None
    assert [f.code for f in faults if f.code != "series_to_come"] == ["other_level"]


# ----------------------------------------------------------------------------- the command line


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "本地.toml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(action, *args, **options):
    lines = []
    return action(*args, out=lines.append, **options), lines


def test_check_says_the_scheme_in_words_and_writes_nothing(sqlite_store, written):
    before = sqlite_store.version()
    status, lines = run(cli.check_scheme, sqlite_store, written(GOOD))
    assert status == 0
    assert lines[0] == "汾河赛马（fenhe，版本 2022.1）。"
    assert lines[-1] == "本地.toml 没有问题，可以载入。"
    assert "库里还没有指标序列“pm25_change”" in lines[-2]
    assert sqlite_store.version() == before
    assert "fenhe" not in [s.code for s in schemes.known(sqlite_store)]


def test_check_counts_the_faults_and_fails(sqlite_store, written):
    status, lines = run(
        cli.check_scheme, sqlite_store, written(GOOD.replace("weight = 60", "weight = 10").replace('"week"', '"day"')), lang="en"
    )
    assert status == 1
    assert lines[0].startswith("✗ 本地.toml line 8 [scheme] period: “day” is not one of the choices.")
    assert lines[-1] == "本地.toml: 2 faults; it is not loaded."


def test_load_list_show(sqlite_store, written):
    file = written(GOOD)
    assert run(cli.load_scheme, sqlite_store, file, default=True) == (0, ["已载入：汾河赛马（fenhe，版本 2022.1）。"])
    assert run(cli.load_scheme, sqlite_store, file) == (0, ["库里已有同样的方案：汾河赛马（fenhe，版本 2022.1），没有改动。"])
    assert run(cli.load_scheme, sqlite_store, written(GOOD.replace("floor = 10", "floor = 12")))[0] == 1
    _, lines = run(cli.list_schemes, sqlite_store)
    assert [(line[0], line.split()[-4]) for line in lines] == [
        (" ", "county-default"), (" ", "level-and-improvement"), (" ", "single-closeout"), (" ", "single-completion"), ("*", "fenhe"),
    ]  # fmt: skip
    assert run(cli.show_scheme, sqlite_store, "fenhe", source=True) == (0, [GOOD])
    assert run(cli.show_scheme, sqlite_store, "fenhe", lang="en")[1][0] == "Fenhe race (fenhe, version 2022.1)."
    assert run(cli.show_scheme, sqlite_store, "fenho")[0] == 1


def test_the_commands_give_these_answers_and_the_exit_status(sqlite_store, written, monkeypatch):
    monkeypatch.setattr(manage, "_store", lambda: sqlite_store)

    def command(*said):
        done = CliRunner().invoke(manage.cli, list(said))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    assert command("scheme", "check", written(GOOD.replace("weight = 60", "weight = 61")))[0] == 1
    status, said = command("scheme", "check", written(GOOD), "--lang", "en")
    assert (status, said.splitlines()[0]) == (0, "Fenhe race (fenhe, version 2022.1).")
    assert command("scheme", "load", written(GOOD), "--default") == (0, "已载入：汾河赛马（fenhe，版本 2022.1）。\n")
    assert "* fenhe  2022.1  汾河赛马" in command("scheme", "list")[1]
    assert command("scheme", "show", "fenhe", "--version", "9")[0] == 1
    assert command("scheme", "show", "fenhe", "--source") == (0, GOOD + "\n")
    assert command("series", "list") == (0, "还没有导入指标序列。\n")
    assert command("events", "list") == (0, "没有加减分记录。\n")
    assert command("events", "void", "7", "--reason", "误录")[0] == 1


def test_a_huge_file_is_refused_without_being_read(sqlite_store, tmp_path):
    path = tmp_path / "huge.toml"
    path.write_bytes(b"# " * 2_000_000)
    status, lines = run(cli.check_scheme, sqlite_store, str(path))
    assert (status, "超过 256 KB" in lines[0]) == (1, True)


def test_a_file_is_checked_where_there_is_no_store_yet(tmp_path):
    def none():
        raise click.ClickException("There is no store yet")

    file = tmp_path / "fenhe.toml"
    file.write_text(GOOD.replace('measure = "', 'measure = "no_', 1), encoding="utf-8")
    said = CliRunner().invoke(commands.scheme, ["check", str(file)], obj=none)
    assert said.exit_code == 1 and "no_" in said.output and "Traceback" not in said.output
    file.write_text(GOOD, encoding="utf-8")
    said = CliRunner().invoke(commands.scheme, ["check", str(file)], obj=none)
    assert said.exit_code == 0 and "汾河赛马" in said.output
