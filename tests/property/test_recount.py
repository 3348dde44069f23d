"""The fast path against the plain recount, over random histories: set by set, item by item."""

import itertools
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from data import calendar
from data.engine import make_engine
from data.loops.catalogue import STATUSES, load_loops
from data.measures import AGEING, SETS
from data.rollup.index import CampaignIndex
from data.rollup.moment import Moment
from data.rollup.recount import recount
from data.rollup.refresh import index_known_at, read_blocks, refresh
from data.schema import rollup, store_version
from data.store import Store
from tests.property import histories
from tests.property.histories import CODES, DAYS, START, Event, campaigns, days, write_campaign, write_event, write_items

CODE = "random"
STAGES = sorted({stage for loop in load_loops().values() for stage in loop.stages})
NAMES = (
    *SETS,
    *(f"status:{status}" for status in STATUSES),
    *(f"ageing:{bucket}" for bucket, _, _ in AGEING),
    *(f"stage:{stage}" for stage in STAGES),
    *(f"reached:{stage}" for stage in STAGES),
    *("disposal:shut", "disposal:relocated"),
)


class Undone(Exception):
    """Ends a transaction so that nothing of it stays."""


class Board:
    """A store with regions and no campaign; each example writes into a transaction that is taken back."""

    def __init__(self, store: Store) -> None:
        self.store, self.tree = store, store.tree()
        self.regions = [self.tree.get(code).region_id for code in CODES]  # type: ignore[union-attr]

    def __call__(self, example) -> None:  # type: ignore[no-untyped-def]
        """Run ``example(conn, campaign_id)``."""
        try:
            with self.store.writing() as conn:
                example(conn, write_campaign(conn, CODE))
                raise Undone
        except Undone:
            pass

    def index(self, conn, campaign_id) -> CampaignIndex:
        return CampaignIndex(read_blocks(conn, campaign_id, 0, {}), self.tree, 0)


@pytest.fixture(scope="module")
def board(sqlite_template, tmp_path_factory):
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("recount") / "dubang.db")
    store = Store(make_engine(f"sqlite:///{path}"))
    yield Board(store)
    store.engine.dispose()


def counted(index: CampaignIndex, day: date, basic: bool = False) -> dict[int, frozenset[str]]:
    """The fast path's answer: every item that is in any set, and the sets it is in."""
    moment = Moment(index, calendar.day_number(day), 0, index.words, basic)
    found: dict[int, set[str]] = {}
    for name in NAMES:
        for item_id in index.item_id[moment.positions(moment[name])].tolist():
            found.setdefault(item_id, set()).add(name)
    return {item_id: frozenset(names) for item_id, names in found.items()}


def plainly(conn, campaign_id, day, basic=False, known_at=None) -> dict[int, frozenset[str]]:
    truths = recount(conn, campaign_id, day, basic, known_at=known_at)
    return {item_id: truth.sets for item_id, truth in truths.items() if truth.sets}


def compare(conn, campaign_id, board, items, asked, basic, known_at):
    write_items(conn, CODE, campaign_id, board.regions, items)
    refresh(conn, campaign_id, board.regions)
    index = board.index(conn, campaign_id)
    for day in asked:
        assert counted(index, day, basic) == plainly(conn, campaign_id, day, basic)
    then = index_known_at(conn, campaign_id, known_at, board.tree)
    for day in asked:
        assert counted(then, day, basic) == plainly(conn, campaign_id, day, basic, known_at)


@settings(max_examples=40)
@given(campaigns(), st.lists(days, min_size=2, max_size=2), st.booleans(), days)
def test_every_set_holds_the_items_of_the_plain_recount(board, items, asked, basic, known_at):
    board(lambda conn, campaign_id: compare(conn, campaign_id, board, items, asked, basic, known_at))


@pytest.mark.postgres
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=campaigns(), asked=st.lists(days, min_size=2, max_size=2), basic=st.booleans(), known_at=days)
def test_every_set_holds_them_on_postgresql_too(pg_store, items, asked, basic, known_at):
    board = Board(pg_store)
    board(lambda conn, campaign_id: compare(conn, campaign_id, board, items, asked, basic, known_at))


# ---------------------------------------------------------------------- the order of recording


def reordered(data, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The same events recorded in another order; events that take others back still come after all of them."""
    plain = [k for k, event in enumerate(events) if event.kind != "void"]
    voids = [k for k, event in enumerate(events) if event.kind == "void"]
    order = [*data.draw(st.permutations(plain)), *voids]
    place = {old + 1: new + 1 for new, old in enumerate(order)}

    def moved(k: int) -> Event:
        event = events[k]
        if event.kind != "void":
            return event
        # what it could not take back where it stood (nothing, or a later event) it must not take back now
        target = place.get(event.voids) if event.voids <= k else None
        return Event(event.kind, event.day, event.clock, event.late, voids=target)

    return tuple(moved(k) for k in order)


@settings(max_examples=20)
@given(st.data(), campaigns(most=5), st.lists(days, min_size=1, max_size=4), days)
def test_any_order_of_recording_gives_the_same_answer(board, data, items, asked, known_at):
    answers = []

    def example(conn, campaign_id, given_items):
        write_items(conn, CODE, campaign_id, board.regions, given_items)
        refresh(conn, campaign_id, board.regions)
        for index in (board.index(conn, campaign_id), index_known_at(conn, campaign_id, known_at, board.tree)):
            answers.append([counted(index, day) for day in asked])

    board(lambda conn, campaign_id: example(conn, campaign_id, items))
    others = [replace(i, events=reordered(data, i.events)) for i in items]
    board(lambda conn, campaign_id: example(conn, campaign_id, others))
    assert answers[0] == answers[2]
    assert answers[1] == answers[3]


# ---------------------------------------------------------------------- as known then


@settings(max_examples=30)
@given(campaigns(), st.integers(0, DAYS).map(lambda n: START + timedelta(days=n)), st.lists(days, min_size=1, max_size=3))
def test_as_known_then_is_what_the_store_answered_then(board, items, known_at, asked):
    def example(conn, campaign_id):
        told, later = [], []
        for k, one in enumerate(items):
            early = [(n, e) for n, e in enumerate(one.events, 1) if e.recorded_on() <= known_at]
            told += [(k, n, e) for n, e in early]
            later += [(k, n, e) for n, e in enumerate(one.events, 1) if e.recorded_on() > known_at]
        bare = [histories.Item(i.place, i.loop, (), (), i.disposal, i.category) for i in items]
        write_items(conn, CODE, campaign_id, board.regions, bare)
        for k, number, event in told:
            write_event(conn, histories.key(CODE, k), number, event)
        refresh(conn, campaign_id, board.regions)
        then = board.index(conn, campaign_id)
        answered = [counted(then, day) for day in asked]
        for k, number, event in later:
            write_event(conn, histories.key(CODE, k), number, event)
        refresh(conn, campaign_id, board.regions)
        again = index_known_at(conn, campaign_id, known_at, board.tree)
        assert [counted(again, day) for day in asked] == answered

    board(example)


# ---------------------------------------------------------------------- reopening


@settings(max_examples=30)
@given(campaigns(), st.data(), st.booleans())
def test_reopening_lowers_the_completion_rate_and_never_raises_it(board, items, data, basic):
    day = START + timedelta(days=DAYS + 1)

    def example(conn, campaign_id):
        write_items(conn, CODE, campaign_id, board.regions, items)
        refresh(conn, campaign_id, board.regions)
        before = counted(board.index(conn, campaign_id), day, basic)
        chosen = data.draw(st.sampled_from(range(len(items))))
        stages = load_loops()[items[chosen].loop].stages
        stage = data.draw(st.sampled_from([s for s in ("reopened", "returned", "rebound") if s in stages]))
        own = histories.key(CODE, chosen)
        write_event(conn, own, len(items[chosen].events) + 1, Event("stage", DAYS + 1, 1, 0, stage=stage))
        refresh(conn, campaign_id, board.regions)
        after = counted(board.index(conn, campaign_id), day, basic)
        done = [sum("rectified" in sets for sets in answer.values()) for answer in (before, after)]
        all_ = [sum("effective" in sets for sets in answer.values()) for answer in (before, after)]
        was = before.get(own, frozenset())
        if "rectified" in was:
            assert (done[1], all_[1]) == (done[0] - 1, all_[0])
            assert not after[own] & {"rectified", "closed", "on_time", "on_time_original"}
        assert all_[1] >= all_[0] and done[1] <= done[0]
        assert done[1] * max(all_[0], 1) <= done[0] * all_[1]

    board(example)


# ---------------------------------------------------------------------- rebuilding a part


def contents(blocks):
    """What blocks say, with their codes spelt out, by item."""
    said = {}
    for region_id, block in blocks.items():
        a, words = block.arrays, block.words
        for k, item_id in enumerate(a["item_id"].tolist()):
            low, high = a["span_at"][k], a["span_at"][k + 1]
            spans = list(zip(a["span_day"][low:high].tolist(), a["span_stage"][low:high].tolist(), strict=True))
            first, last = a["due_at"][k], a["due_at"][k + 1]
            dues = list(zip(a["due_from"][first:last].tolist(), a["due_day"][first:last].tolist(), strict=True))
            code = int(a["category"][k])
            said[item_id] = (region_id, spans, dues, None if code < 0 else words["category"][code], int(a["extended_day"][k]))
    return said


@settings(max_examples=30)
@given(campaigns(least=2), campaigns(voids=False, most=3), st.data())
def test_rebuilding_the_regions_touched_equals_rebuilding_all(board, items, more, data):
    def example(conn, campaign_id):
        write_items(conn, CODE, campaign_id, board.regions, items)
        refresh(conn, campaign_id, board.regions)
        version = conn.execute(select(func.max(rollup.c.version))).scalar_one()
        conn.execute(insert(store_version).values(version=version, changed_at=START, why="first"))
        held = read_blocks(conn, campaign_id, 0, {})
        touched = set()
        for k, extra in zip(data.draw(st.permutations(range(len(items)))), more, strict=False):
            stages = load_loops()[items[k].loop].stages
            events = [e for e in extra.events if e.stage is None or e.stage in stages]
            assume(len(items[k].events) + len(events) <= 20)
            histories.write_events(conn, histories.key(CODE, k), events, len(items[k].events) + 1)
            touched.add(board.regions[items[k].place])
        refresh(conn, campaign_id, touched)
        partly = read_blocks(conn, campaign_id, version, held)
        assert set(conn.execute(select(rollup.c.region_id).where(rollup.c.version > version)).scalars()) == touched
        refresh(conn, campaign_id, board.regions)
        assert contents(partly) == contents(read_blocks(conn, campaign_id, 0, {}))

    board(example)


def test_the_random_histories_reach_every_set(board):
    """A property that no example enters says nothing: each set must hold an item sometime."""
    seen: set[str] = set()

    def example(conn, campaign_id):
        write_items(conn, CODE, campaign_id, board.regions, [histories.item_of(seed) for seed in range(1000)])
        for day in (START + timedelta(days=n) for n in (60, 150, 200, DAYS + 100)):
            seen.update(itertools.chain.from_iterable(plainly(conn, campaign_id, day).values()))

    board(example)
    assert {name for name in SETS if name not in seen} == set()
    assert {f"status:{status}" for status in STATUSES} - seen == set()
    assert {f"ageing:{bucket}" for bucket, _, _ in AGEING} - seen == set()


def stage(day: int, name: str) -> Event:
    return Event("stage", day, 1, 0, stage=name)


def due(day: int, on: int) -> Event:
    return Event("due", day, 1, 0, due=on)


BY_HAND = {
    # two days late, then the deadline was moved: on time by the deadline in force, not by the first one
    "moved-after": ((stage(0, "discovered"), due(0, 20), stage(22, "rectified_reported"), due(30, 40)), 50, {"on_time"}, {"on_time_original"}),
    # completed in time, sent back, completed again too late
    "sent-back": (
        (stage(0, "discovered"), due(0, 20), stage(18, "rectified_reported"), stage(19, "returned"), stage(25, "rectified_reported")),
        50, {"due_rectified", "overdue_done"}, {"on_time"},
    ),
    # nobody had set a deadline yet on that day
    "set-later": ((stage(0, "discovered"), due(30, 20)), 25, {"no_due", "open"}, {"due", "due_original", "overdue"}),
    # a relapse by way of another stage, within ninety days and after them
    "relapse": ((stage(10, "closed"), stage(20, "rectifying"), stage(100, "reopened")), 100, {"matured", "relapsed"}, {"closed"}),
    "relapse-late": ((stage(10, "closed"), stage(101, "reopened")), 150, {"matured"}, {"relapsed"}),
    # a void that was taken back itself takes nothing back
    "void-of-void": (
        (stage(0, "discovered"), stage(5, "closed"), Event("void", 6, 1, 0, voids=2), Event("void", 7, 1, 0, voids=3)), 10, {"closed"}, set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_what_the_definitions_say_in_the_cases_they_were_made_for(board, case):
    events, day, within, without = BY_HAND[case]

    def example(conn, campaign_id):
        write_items(conn, CODE, campaign_id, board.regions, [histories.Item(0, "sm1-finding", events)])
        refresh(conn, campaign_id, board.regions)
        when = START + timedelta(days=day)
        for answer in (counted(board.index(conn, campaign_id), when), plainly(conn, campaign_id, when)):
            ((_, sets),) = answer.items()
            assert within <= sets and not without & sets

    board(example)
