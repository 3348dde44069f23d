"""A contest worked out by hand, for tests: three counties, five judges and two departments whose questions are judged in return.

Points of the first part (report out of 10, results out of 10; weights 10 and 10):

=======  ==========================  ==========================================
entry    ballots (out of 100)        mean, and without highest and lowest (trim 1)
=======  ==========================  ==========================================
玄武区   100, 90, 90, 80, 40         80.00, trimmed 86.67 (90, 90, 80)
秦淮区   90, 90, 85, 85, 10          72.00, trimmed 86.67 (90, 85, 85)
建邺区   70, 70, 70, 70, 100         76.00, trimmed 70.00
=======  ==========================  ==========================================

Trimmed, the first two tie: 1, 1, 3.
"""

from data.contest import ballots, contests, links
from data.contest.plan import read_plan
from data.store import Store

COUNTIES = ("玄武区", "秦淮区", "建邺区")
POINTS = {
    "玄武区": [(10, 10), (9, 9), (8, 10), (8, 8), (4, 4)],
    "秦淮区": [(9, 9), (8, 10), (8.5, 8.5), (8, 9), (1, 1)],
    "建邺区": [(7, 7), (7, 7), (6, 8), (7, 7), (10, 10)],
}
TEXTS = {
    "name": "十一月擂台赛",
    "held_on": "2022-09-20",
    "counties": "\n".join(COUNTIES),
    "leaders": "张市长\n李副市长\n王秘书长",
    "departments": "生态环境局\n住建局",
    "criteria": "现场汇报，10\n整改成效，10",
    "questions": "提问质量，10",
}
DEVICE = "phone-of-judge-number-{:04d}"


def make(store: Store, *, trim: int = 1, **over: object) -> int:
    """The contest as a draft; its id."""
    with store.writing() as conn:
        return contests.create(conn, read_plan(**{**TEXTS, "trim": trim, "step": 0.5, **over}), store.tree())


def link(store: Store, contest_id: int, bound: bool = True) -> dict[str, tuple[int, str]]:
    """Links for everybody: {judge's name: (judge_id, token)}, bound to ``device(judge_id)``."""
    with store.writing() as conn:
        out = {
            judge.name + ("" if judge.role != "county" else "评委"): (judge.judge_id, token)
            for judge, token in links.issue(conn, contest_id)
        }
        if bound:
            for judge_id, token in out.values():
                links.bind(conn, links.holder(conn, contest_id, token), device(judge_id))
    return out


def device(judge_id: int) -> str:
    return DEVICE.format(judge_id)


def ballot(
    store: Store, contest_id: int, who: tuple[int, str], entry: str, points: tuple, *, key: str | None = None, phone: str | None = None
):
    """A ballot of a judge for an entry by its name."""
    with store.reading() as conn:
        found = contests.load(conn, contest_id)
    target = next(each for each in found.entries if each.name_zh == entry)
    sheet = found.sheet(target.part)
    given = {each.criterion_id: value for each, value in zip(sheet, points, strict=False)}
    key = key or f"ballot-{who[0]}-{target.entry_id}"
    return ballots.Ballot(contest_id, who[0], links.digest(who[1]), (phone or device(who[0]),), target.entry_id, key, given)


def play(store: Store, *, reveal: bool = True, trim: int = 1, **over: object) -> int:
    """The whole first part scored, closed and revealed; its id."""
    contest_id = make(store, trim=trim, **over)
    people = link(store, contest_id)
    box = ballots.BallotBox(store)
    with store.writing() as conn:
        contests.open_all(conn, contest_id)
    five = [people[name] for name in ("张市长", "李副市长", "王秘书长", "生态环境局", "住建局")]
    for county, given in POINTS.items():
        for who, points in zip(five, given, strict=True):
            box.cast(ballot(store, contest_id, who, county, points))
    with store.writing() as conn:
        contests.close_all(conn, contest_id)
        if reveal:
            contests.reveal(conn, contest_id)
    return contest_id
