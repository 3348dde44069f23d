"""Ballots on both databases: what is taken, what is refused and in which words, and that nothing is lost or counted twice."""

import math
import threading

import pytest
from sqlalchemy import func, select

from data.contest import ballots, contests, links, progress, results
from data.contest.model import ContestError
from data.schema import contest_ballot, contest_change, contest_score
from tests import contests as made


def total(store, table):
    with store.reading() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def running(store):
    """(store, contest id, people, box) with 玄武区 open."""
    contest_id = made.make(store)
    people = made.link(store, contest_id)
    with store.writing() as conn:
        contests.open_next(conn, contest_id)
    return store, contest_id, people, ballots.BallotBox(store)


def refused(box, ballot):
    with pytest.raises(ContestError) as problem:
        box.cast(ballot)
    return problem.value


def test_the_result_is_the_trimmed_mean_and_equal_printed_scores_tie(store):
    contest_id = made.play(store)
    with store.reading() as conn:
        lines = results.results(contests.load(conn, contest_id), results.read(conn, contest_id))
    shown = [
        (x.entry.name_zh, x.rank, x.tied, x.score, x.judges, x.trimmed, x.lowest, x.highest) for x in lines if x.entry.part == "county"
    ]
    assert shown == [
        ("玄武区", 1, True, 86.67, 5, 2, 40.0, 100.0),
        ("秦淮区", 1, True, 86.67, 5, 2, 10.0, 90.0),
        ("建邺区", 3, False, 70.0, 5, 2, 70.0, 100.0),
    ]
    # nobody scored the departments: no rank, no nought
    assert [(x.entry.name_zh, x.rank, x.score) for x in lines if x.entry.part == "department"] == [
        ("生态环境局", None, None),
        ("住建局", None, None),
    ]


def test_without_trimming_the_mean_decides(store):
    contest_id = made.play(store, trim=0)
    with store.reading() as conn:
        lines = results.results(contests.load(conn, contest_id), results.read(conn, contest_id))
    assert [(x.entry.name_zh, x.rank, x.score, x.trimmed) for x in lines[:3]] == [
        ("玄武区", 1, 80.0, 0),
        ("建邺区", 2, 76.0, 0),
        ("秦淮区", 3, 72.0, 0),
    ]


WRONG = [
    ((11, 5), "range", "“现场汇报”须在 0 到 10 分之间"),
    ((-0.5, 5), "range", "须在 0 到 10"),
    ((10**400, 5), "range", "须在 0 到 10"),
    ((1e308, 5), "range", "须在 0 到 10"),
    ((5, math.nan), "number", "“整改成效”的分数不是数字"),
    ((5, math.inf), "number", "不是数字"),
    (("9", 5), "number", "“现场汇报”的分数不是数字"),
    ((True, 5), "number", "不是数字"),
    ((5, [5]), "number", "不是数字"),
    ((5,), "incomplete", "“整改成效”还没有打分"),
    ((5.3, 5), "step", "0.5 的整数倍"),
]


def test_points_that_cannot_be_are_refused_in_words_and_change_nothing(running):
    store, contest_id, people, box = running
    before = total(store, contest_change)
    for points, code, words in WRONG:
        problem = refused(box, made.ballot(store, contest_id, people["张市长"], "玄武区", points))
        assert problem.code == code and words in problem.text("zh-CN"), points
        assert problem.text("en") != problem.text("zh-CN")
    odd = made.ballot(store, contest_id, people["张市长"], "玄武区", (5, 5))
    odd.points = {**odd.points, 999_999: 5}
    assert refused(box, odd).code == "unknown_criterion"
    assert (total(store, contest_score), total(store, contest_ballot), total(store, contest_change)) == (0, 0, before)


def test_who_may_not_score_is_told_why(running):
    store, contest_id, people, box = running
    chief = people["张市长"]

    def code(*args, **more):
        return refused(box, made.ballot(store, contest_id, *args, **more)).code

    assert code(chief, "秦淮区", (5, 5)) == "not_open"
    assert code(chief, "住建局", (5,)) == "not_yours"
    assert code(people["玄武区评委"], "玄武区", (5, 5)) == "own_entry"
    assert code(people["秦淮区评委"], "玄武区", (5, 5)) == "not_yours"
    assert code(chief, "玄武区", (5, 5), phone="another-phone-entirely-00") == "other_phone"
    assert code((chief[0], people["李副市长"][1]), "玄武区", (5, 5)) == "no_judge"
    other = made.make(store, name="另一场")
    foreign = made.ballot(store, other, chief, "玄武区", (5, 5))
    assert refused(box, foreign).code == "no_judge"
    foreign.contest_id = contest_id
    assert refused(box, foreign).code == "no_entry"
    with store.writing() as conn:
        contests.remove_judge(conn, contest_id, chief[0])
    assert code(chief, "玄武区", (5, 5)) == "removed"
    with store.writing() as conn:
        contests.close_entry(conn, contest_id, made.ballot(store, contest_id, chief, "玄武区", ()).entry_id)
    problem = refused(box, made.ballot(store, contest_id, people["李副市长"], "玄武区", (5, 5)))
    assert problem.code == "closed" and "玄武区的评分已经截止" in problem.text()
    assert total(store, contest_score) == 0


def test_once_for_each_entry_until_it_is_given_back(running):
    store, contest_id, people, box = running
    chief = people["张市长"]
    first = made.ballot(store, contest_id, chief, "玄武区", (9, 8), key="first-key")
    assert box.cast(first) is True
    assert box.cast(first) is False
    assert box.cast(made.ballot(store, contest_id, chief, "玄武区", (9, 8), key="other-key")) is False
    problem = refused(box, made.ballot(store, contest_id, chief, "玄武区", (9, 9), key="third-key"))
    assert problem.code == "scored_already" and "只打一次" in problem.text()
    with store.writing() as conn:
        contests.give_back(conn, contest_id, chief[0], first.entry_id)
    # a late copy of what was given back must not slip in again
    assert refused(box, first).code == "given_back"
    assert total(store, contest_score) == 0
    assert box.cast(made.ballot(store, contest_id, chief, "玄武区", (7, 7), key="fourth-key")) is True
    with store.reading() as conn:
        record = [(row.what, row.detail) for row in conn.execute(select(contest_change).order_by(contest_change.c.change_id))]
        assert sorted(conn.execute(select(contest_score.c.points)).scalars()) == [7.0, 7.0]
    assert [what for what, _ in record if what in ("scored", "given_back")] == ["scored", "given_back", "scored"]
    assert sorted(next(d for w, d in record if w == "given_back")["points"].values()) == [8.0, 9.0]


def test_the_same_ballot_20_times_at_once_is_one(running):
    store, contest_id, people, box = running
    other = ballots.BallotBox(store)  # another process
    ballot = made.ballot(store, contest_id, people["张市长"], "玄武区", (9, 8))
    fresh, problems = [], []

    def send(n):
        try:
            fresh.append((box if n % 2 else other).cast(ballot))
        except ContestError as problem:
            problems.append(problem.code)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (sorted(fresh), problems) == ([False] * 19 + [True], [])
    assert (total(store, contest_ballot), total(store, contest_score)) == (1, 2)
    with store.reading() as conn:
        whats = conn.execute(select(contest_change.c.what)).scalars().all()
    assert whats.count("scored") == 1


def test_scoring_leaves_the_stores_version_alone_and_revealing_moves_it(running):
    store, contest_id, people, box = running
    before = store.version()
    with store.reading() as conn:
        stamp = progress.stamp(conn, contest_id)
    box.cast(made.ballot(store, contest_id, people["张市长"], "玄武区", (9, 8)))
    with store.reading() as conn:
        assert progress.stamp(conn, contest_id) > stamp
    assert store.version() == before
    with store.writing() as conn:
        with pytest.raises(ContestError, match="close scoring"):
            contests.reveal(conn, contest_id)
        contests.close_all(conn, contest_id)
        contests.reveal(conn, contest_id)
    assert store.version() == before + 1
    with store.writing() as conn:
        for step in (contests.open_next, contests.open_all, contests.close_all, contests.reveal, links.issue):
            with pytest.raises(ContestError, match="revealed"):
                step(conn, contest_id)


def test_the_wall_counts_who_has_scored_and_knows_no_points(running):
    store, contest_id, people, box = running
    box.cast(made.ballot(store, contest_id, people["张市长"], "玄武区", (9, 8)))
    box.cast(made.ballot(store, contest_id, people["住建局"], "玄武区", (1, 2)))
    with store.writing() as conn:
        contests.remove_judge(conn, contest_id, people["住建局"][0])
        contests.remove_judge(conn, contest_id, people["李副市长"][0])
    with store.reading() as conn:
        _, turns = progress.turns(conn, contest_id)
    counted = [(x.entry.name_zh, x.entry.state, x.scored, x.expected) for x in turns]
    assert counted == [
        ("玄武区", "open", 2, 4),
        ("秦淮区", "waiting", 0, 3),
        ("建邺区", "waiting", 0, 3),
        ("生态环境局", "waiting", 0, 3),
        ("住建局", "waiting", 0, 3),
    ]


def test_a_link_belongs_to_one_phone_until_it_is_released(store):
    contest_id = made.make(store)
    people = made.link(store, contest_id, bound=False)
    judge_id, token = people["张市长"]
    one, two = "first-phone-000000000000", "second-phone-00000000000"
    with store.writing() as conn:
        who = links.holder(conn, contest_id, token)
        assert who.judge_id == judge_id and token not in repr(who)
        assert links.holder(conn, contest_id + 1, token) is None
        assert links.holder(conn, contest_id, token[:-1] + "~") is None
        links.bind(conn, who, one)
        links.bind(conn, who, one)
        with pytest.raises(ContestError, match="another phone"):
            links.bind(conn, who, two)
        links.release(conn, contest_id, judge_id)
        links.bind(conn, who, two)
        (fresh,) = links.issue(conn, contest_id, [judge_id])
        assert links.holder(conn, contest_id, token) is None
        assert links.holder(conn, contest_id, fresh[1]).device_sha256 is None


def test_a_key_that_a_database_cannot_keep_is_refused_and_holds_nobody_up(running):
    store, contest_id, people, box = running
    good = ballots.Waiting(made.ballot(store, contest_id, people["李副市长"], "玄武区", (9, 8)))
    odd = [
        ballots.Waiting(made.ballot(store, contest_id, people["张市长"], "玄武区", (9, 8), key=key))
        for key in ("nul\x00nul\x00", "\ud800" * 9)
    ]
    with store.writing() as conn:
        ballots.take(conn, [odd[0], good, odd[1]])
    assert [each.error.code if each.error else None for each in (odd[0], good, odd[1])] == ["body", None, "body"]
    assert (total(store, contest_ballot), total(store, contest_score)) == (1, 2)
    assert box.cast(good.ballot) is False


def test_what_another_process_changed_holds_for_the_next_ballot(running):
    store, contest_id, people, box = running
    other = ballots.BallotBox(store)
    for each, name in ((box, "张市长"), (other, "李副市长")):
        assert each.cast(made.ballot(store, contest_id, people[name], "玄武区", (9, 8)))
    closing = made.ballot(store, contest_id, people["王秘书长"], "玄武区", (9, 8))
    moved = made.ballot(store, contest_id, people["生态环境局"], "玄武区", (9, 8))
    with store.writing() as conn:
        links.release(conn, contest_id, people["生态环境局"][0])
    assert [refused(each, moved).code for each in (box, other)] == ["other_phone", "other_phone"]
    with store.writing() as conn:
        contests.close_all(conn, contest_id)
    assert [refused(each, closing).code for each in (box, other)] == ["closed", "closed"]
    with store.writing() as conn:
        contests.open_entry(conn, contest_id, closing.entry_id)
    assert other.cast(closing) and not box.cast(closing)


def test_many_at_once_are_written_together_and_each_is_kept(running, monkeypatch):
    store, contest_id, people, box = running
    sizes, take = [], ballots.take
    begun, go_on = threading.Event(), threading.Event()

    def watched(conn, together, rosters=None):
        sizes.append(len(together))
        begun.set()
        go_on.wait(10)
        return take(conn, together, rosters)

    monkeypatch.setattr(ballots, "take", watched)
    names = ["张市长", "李副市长", "王秘书长", "生态环境局", "住建局"]
    papers = [made.ballot(store, contest_id, people[name], "玄武区", (9, 8)) for name in names]
    threads = [threading.Thread(target=box.cast, args=(paper,)) for paper in papers]
    threads[0].start()
    assert begun.wait(10)
    for each in threads[1:]:
        each.start()
    while len(box._queue) < 4:
        threads[1].join(0.01)
    go_on.set()
    for each in threads:
        each.join(10)
    # one goes ahead, those who came meanwhile go together
    assert sizes == [1, 4]
    assert (total(store, contest_ballot), total(store, contest_score)) == (5, 10)


def test_a_store_that_cannot_be_written_answers_everybody_and_works_again(running, monkeypatch):
    store, contest_id, people, box = running
    paper = made.ballot(store, contest_id, people["张市长"], "玄武区", (9, 8))
    with monkeypatch.context() as broken:
        broken.setattr(store, "writing", lambda: (_ for _ in ()).throw(RuntimeError("no disk")))
        assert refused(box, paper).code == "busy"
    assert total(store, contest_ballot) == 0
    assert box.cast(paper) is True
